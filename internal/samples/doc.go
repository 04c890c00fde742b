// Package samples is the world of the demo and of the end-to-end test: one
// month of mail as counties send it, with what the desk does in between, and
// the configuration that fits it.
//
// Everything in it is made up: the addresses end in .example (RFC 2606), the
// people and figures do not exist. It sends nothing and reads no clock.
package samples

import (
	"time"

	"taizhang/ledger"
)

// Period is the month that is played.
var Period = ledger.Period{Year: 2022, Month: time.May}

// Own is the address of the mailbox, which is also the desk's.
const Own = "desk@xuchang-renshe.example"

// Event is one thing that happens: a mail that arrives, or a decision of the
// desk.
type Event struct {
	At     time.Time
	Story  string // Chinese, for the person who watches
	Folder string // of the mail; "" when nothing arrives
	Raw    []byte // the mail as the mailbox keeps it
	Name   string // of the mail, for a file
	Desk   *Decision
}

// Decision is what the desk types.
type Decision struct {
	Unit, Addr, Reason string
}
