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

// SendState is where an outgoing mail stands (architecture: outbox).
type SendState string

// The states. Only Queued and Deferred mails are ever sent; an Ambiguous one
// waits until the mailbox has shown, or disproved, that it arrived.
const (
	SendQueued    SendState = "queued"
	SendDeferred  SendState = "deferred"  // a temporary refusal; not before NotBefore
	SendSending   SendState = "sending"   // an attempt was begun; provably unsent until EndOfData is marked
	SendAmbiguous SendState = "ambiguous" // end-of-data was begun and no answer is on record
	SendSent      SendState = "sent"
	SendRefused   SendState = "refused" // permanently, or by every recipient
	SendHuman     SendState = "human"   // needs a person's word: 已收到 or 重发
	SendSkipped   SendState = "skipped" // never to be sent; Reason says why
)

// Outgoing is a mail in the outbox: rendered once, stored, and sent as stored.
// Its key is the notification log: an existing key is never inserted again.
type Outgoing struct {
	Key        string        `json:"key"`
	Kind       MailKind      `json:"kind"`
	Unit       string        `json:"unit,omitempty"`
	Period     Period        `json:"period,omitzero"`
	Reason     string        `json:"reason,omitempty"`
	Subject    string        `json:"subject,omitempty"`
	MessageID  string        `json:"message_id,omitempty"`
	From       string        `json:"from,omitempty"`        // envelope and header sender
	Recipients []string      `json:"recipients,omitempty"`  // To, Cc and, last, our own address
	BodyDigest string        `json:"body_digest,omitempty"` // of the bytes after the header, SHA-256 hex
	Raw        []byte        `json:"-"`                     // CRLF lines, 7-bit
	Created    time.Time     `json:"created"`
	Expires    time.Time     `json:"expires,omitzero"` // not sent at or after this instant: it would no longer make sense
	NotBefore  time.Time     `json:"not_before,omitzero"`
	State      SendState     `json:"state"`
	Attempts   []SendAttempt `json:"attempts,omitempty"`
	Letter     []byte        `json:"letter,omitempty"`   // Mail.Letter, until the first attempt
	CopySeen   time.Time     `json:"copy_seen,omitzero"` // our own mailbox showed the copy
	Resent     bool          `json:"resent,omitempty"`   // sent again once after a proof of absence
}

// SendAttempt is one try, recorded before it starts.
type SendAttempt struct {
	Begun     time.Time         `json:"begun"`
	EndOfData time.Time         `json:"end_of_data,omitzero"` // second mark, set before the last bytes of DATA
	Ended     time.Time         `json:"ended,omitzero"`
	Result    SendState         `json:"result,omitempty"`
	Reply     string            `json:"reply,omitempty"`      // the server's words, or our error's
	Recipient map[string]string `json:"recipients,omitempty"` // refused recipients and the replies
}

// Pause stops all sending for a time, as the server's words or a failed login
// demand. It is stored, so that a restart does not forget it.
type Pause struct {
	Until  time.Time `json:"until"` // zero: until a person lifts it
	Reason string    `json:"reason"`
	Human  bool      `json:"human"` // a person must act first
}
