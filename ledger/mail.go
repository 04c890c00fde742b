package ledger

import "time"

// MailKind is one of the mails of rule book §8.
type MailKind string

// The kinds of mail, with their 【性质】.
const (
	MailRequest    MailKind = "request"    // 【请报送】
	MailTomorrow   MailKind = "tomorrow"   // 【明日截止】
	MailOverdue    MailKind = "overdue"    // 【催报】
	MailHeld       MailKind = "held"       // 【已收到，待核实】
	MailReceipt    MailKind = "receipt"    // 【回执】
	MailReturn     MailKind = "return"     // 【请更正】
	MailAmended    MailKind = "amended"    // 【更正已登记】
	MailUnreadable MailKind = "unreadable" // 【无法处理】
	MailSummary    MailKind = "summary"    // 【月度汇总】
	MailDuty       MailKind = "duty"       // 【值班】
	MailProbe      MailKind = "probe"      // to ourselves: proves that our mailbox shows what we send
)

// Mail is a composed mail before it is rendered to bytes. It says one thing
// and asks for one action.
type Mail struct {
	Key         string // names the fact it tells: receipt/<digest>, summary/2022-05/r2
	Kind        MailKind
	Unit        string // "" for mails to the desk
	Period      Period // zero where none is concerned
	Reason      string // why it is sent, in English, for the log and the desk
	Date        time.Time
	To          []Address
	Cc          []Address
	Subject     string
	Text        string
	HTML        string
	Attachments []Attachment
	InReplyTo   string   // Message-ID with its angle brackets
	References  []string // likewise
	Letter      []byte   // the letter without its greeting and closing, by which waiting receipts are merged; nil: never merged
	Answer      bool     // Auto-Submitted: auto-replied; else auto-generated (RFC 3834)
}

// Attachment is a file that goes with a Mail.
type Attachment struct {
	Name string
	Type string // media type
	Data []byte
}

// Pause stops all sending for a time, as the server's words or a failed login
// demand. It is stored, so that a restart does not forget it.
type Pause struct {
	Until  time.Time `json:"until"` // zero: until a person lifts it
	Reason string    `json:"reason"`
	Human  bool      `json:"human"` // a person must act first
}
