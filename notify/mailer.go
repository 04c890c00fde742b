package notify

import (
	"context"
	"time"

	"taizhang/ledger"
)

// Reader shows the Courier the store.
type Reader interface {
	// State returns a consistent picture; its outbox lacks the raw bytes.
	State(ctx context.Context) (*ledger.State, error)
	// Outgoing returns one mail with its raw bytes.
	Outgoing(ctx context.Context, key string) (ledger.Outgoing, bool, error)
}

// Attempts records what is tried and what comes of it, each call in a
// transaction of its own.
type Attempts interface {
	// Begin puts a queued or deferred mail into sending and returns the number
	// of the new attempt, from 1.
	Begin(ctx context.Context, key string, at time.Time) (attempt int, err error)
	// EndOfData makes the second mark: from here on a failure is ambiguous.
	EndOfData(ctx context.Context, key string, attempt int, at time.Time, refused map[string]string) error
	// Finish ends the attempt, or settles it later; attempt 0 settles the mail
	// without one.
	Finish(ctx context.Context, key string, attempt int, f ledger.SendFinish) error
}

// Throttle is the memory of the sending limits.
type Throttle interface {
	// Begun returns when attempts were begun at or after since.
	Begun(ctx context.Context, since time.Time) ([]time.Time, error)
	// SetPause stops all sending, or with nil lets it go on.
	SetPause(ctx context.Context, p *ledger.Pause) error
}

// Outbox is what the Courier needs of the store.
type Outbox interface {
	Reader
	Attempts
	Throttle
}

// Mailer hands one mail to a server.
type Mailer interface {
	// Send delivers o.Raw to o.Recipients in one transaction. A refused
	// recipient does not stop the rest. When everything but the end-of-data
	// was written it calls endOfData once, with the recipients refused so
	// far and the replies; an error of that call makes it
	// break the connection without end-of-data, so that nothing is sent.
	// When no recipient but the copy to ourselves is left it sends nothing.
	Send(ctx context.Context, o ledger.Outgoing, endOfData func(refused map[string]string) error) Report
}

// Phase is how far an attempt came.
type Phase string

// The phases of an attempt, in their order.
const (
	PhaseRender   Phase = "check"    // the stored bytes are not fit to be sent
	PhaseDial     Phase = "dial"     // TCP
	PhaseTLS      Phase = "tls"      // handshake and certificate
	PhaseGreeting Phase = "greeting" // 220
	PhaseHello    Phase = "hello"    // EHLO
	PhaseAuth     Phase = "auth"     // AUTH
	PhaseMail     Phase = "mail"     // MAIL FROM
	PhaseRcpt     Phase = "rcpt"     // RCPT TO; reported when nobody is left
	PhaseData     Phase = "data"     // DATA, 354
	PhaseBody     Phase = "body"     // the bytes, before end-of-data
	PhaseEnd      Phase = "end"      // end-of-data and the answer to it
)

// beforeMail reports whether a failure in the phase says nothing of the mail:
// the server or the account is not to be had.
func (p Phase) beforeMail() bool {
	switch p {
	case PhaseDial, PhaseTLS, PhaseGreeting, PhaseHello, PhaseAuth:
		return true
	}
	return false
}

// Report is what came of one attempt.
type Report struct {
	Phase     Phase             // the last one reached
	Code      int               // of the reply that ended it; 0: there was none
	Text      string            // of that reply, without secrets
	Class     Class             // of that reply; "" lets the Courier classify
	Refused   map[string]string // refused recipients and the replies, code first
	Err       error             // why there was no good reply; nil when Code is 2xx
	EndOfData bool              // the last bytes of the data were, or may have been, written
}

// copyOnly reports whether the address is only the copy to ourselves that goes
// last with every mail (architecture: the mailbox settles doubt).
func copyOnly(o *ledger.Outgoing, addr string) bool {
	n := len(o.Recipients)
	return n > 1 && o.Recipients[n-1] == addr && addr == o.From
}

// RealRecipients returns the recipients without the copy to ourselves: unless
// one of them takes the mail there is no use in sending it.
func RealRecipients(o ledger.Outgoing) []string {
	var out []string
	for _, r := range o.Recipients {
		if !copyOnly(&o, r) {
			out = append(out, r)
		}
	}
	return out
}
