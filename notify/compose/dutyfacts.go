package compose

import (
	"time"

	"taizhang/ledger"
)

// DutyFacts are those of 【值班】.
type DutyFacts struct {
	Common
	Tally           ledger.Tally
	Lines           []UnitLine
	Held            []HeldItem
	Bounced         []BouncedItem
	NoAddress       []string // units without any address
	Unanswered      []UnansweredItem
	Stuck           []StuckItem
	Quarantined     []QuarantinedItem
	Mailbox         MailboxFacts
	Replies         []ReplyItem
	Struck          []StruckItem
	UnknownYears    []int     // whose days off are not known
	BackupFailing   time.Time // backups fail since; zero: they do not, or none are wanted
	UnreadableSince time.Time // the mailbox cannot be read since; zero: it can
	Paused          string    // the server's words for which no mail is sent; "": mail is sent
	PausedUntil     time.Time // zero: until a person has acted
}

// UnansweredItem is a unit that the desk must ask itself: our reminder does
// not reach it, or was the last.
type UnansweredItem struct {
	Unit    string
	Period  ledger.Period
	Kind    ledger.MailKind // of the reminder
	Slot    time.Time       // when the reminder was due
	Lost    bool            // no address is known that has not bounced
	Last    bool            // no further reminder follows
	Command string          // that sets an address; may be empty
}

// StruckItem is a message of the mailbox that could not be fetched and is tried only now and then.
type StruckItem struct {
	Folder string
	At     time.Time // of the last try
	Large  bool      // it is above the limit of size
}

// Choice is one way to decide and the command that does it.
type Choice struct {
	Means   string // 采用, 退回 …
	Command string
}

// HeldItem is a document that waits for the desk.
type HeldItem struct {
	ID       string // submission
	Unit     string // proposed; "" when unknown
	Period   ledger.Period
	File     string
	From     string
	Subject  string
	Arrived  time.Time
	Findings []ledger.Finding
	Choices  []Choice
}

// BouncedItem is an address that refused our mail.
type BouncedItem struct {
	Unit, Addr string
	At         time.Time
	Reply      string // the server's words
	Command    string // that sets another address; may be empty
}

// StuckItem is a mail of ours that needs a person.
type StuckItem struct {
	Unit, Subject string
	To            []string
	State         ledger.SendState
	Since         time.Time
	Choices       []Choice
}

// ReplyItem is a reply in words that waits for the desk.
type ReplyItem struct {
	ID, Unit string // Unit "" when unknown
	Period   ledger.Period
	From     string
	Arrived  time.Time
	Words    string   // the sender's own
	Codes    []string // what of it is registered already
	Why      string   // why it, or the rest of it, is not: Chinese
	Choices  []Choice
}

// QuarantinedItem is a message that could not be processed.
type QuarantinedItem struct {
	From, Subject string
	Arrived       time.Time
	Failures      int
	Command       string // may be empty
}

// MailboxFacts are what the desk must know of its mailbox and has nothing to
// decide about.
type MailboxFacts struct {
	Notices []ledger.Notice // not told before
	Quota   ledger.Quota    // told when it is nearly used up
	Clock   ledger.Clock    // told when the clocks differ
}
