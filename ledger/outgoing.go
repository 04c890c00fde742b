package ledger

import "time"

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
	Letter     []byte        `json:"letter,omitempty"`     // Mail.Letter, until the first attempt
	CopySeen   time.Time     `json:"copy_seen,omitzero"`   // our own mailbox showed the copy
	CopyPolls  uint64        `json:"copy_polls,omitempty"` // complete polls until then
	Resent     bool          `json:"resent,omitempty"`     // sent again after a proof of absence, or although in doubt by the desk's word

	Bounced   map[string]time.Time `json:"bounced,omitempty"`   // recipients that it came back from, though the server had taken it
	Decisions []Decision           `json:"decisions,omitempty"` // of the desk: ActionDelivered, ActionResend, ActionReplaced
}

// What the desk decides about a mail whose delivery is in doubt or has failed.
const (
	ActionDelivered = "delivered" // 已收到: the recipient has it, or was told otherwise
	ActionResend    = "resend"    // 重发: the same bytes once more
	ActionReplaced  = "replaced"  // 重发, to the unit's new address: another mail stands for it
)

// decided is the desk's last word about the mail; "" without one.
func (o *Outgoing) decided() string {
	if n := len(o.Decisions); n > 0 {
		return o.Decisions[n-1].Action
	}
	return ""
}

// LastResend is when the desk last ordered the mail to be sent once more; zero
// when it never did. What was refused before it counts no more.
func (o *Outgoing) LastResend() time.Time {
	for i := len(o.Decisions) - 1; i >= 0; i-- {
		if o.Decisions[i].Action == ActionResend {
			return o.Decisions[i].At
		}
	}
	return time.Time{}
}

// NeedsPerson reports whether the desk must say what became of the mail: its
// delivery is in doubt for good, it was refused, or it came back. A probe
// concerns nobody.
func (o *Outgoing) NeedsPerson() bool {
	if o.Kind == MailProbe || o.decided() == ActionDelivered || o.decided() == ActionReplaced {
		return false
	}
	return o.State == SendHuman || o.State == SendRefused || o.State == SendSent && len(o.Bounced) > 0
}

// ProvedSent reports whether it is certain that the server took the mail: it
// said so, or our own mailbox has shown the copy. The desk's word is no proof.
func (o *Outgoing) ProvedSent() bool {
	marked := false
	for _, a := range o.Attempts {
		marked = marked || !a.EndOfData.IsZero()
		if a.Result == SendSent {
			return true
		}
	}
	return marked && !o.CopySeen.IsZero() && o.State == SendSent
}

// InDoubt reports whether the end of data was begun in an attempt to which no
// answer is on record.
func (o *Outgoing) InDoubt() bool {
	for _, a := range o.Attempts {
		if !a.EndOfData.IsZero() && (a.Result == SendAmbiguous || a.Result == "") {
			return true
		}
	}
	return false
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

// MayResend reports whether the desk may have the same bytes sent once more:
// a mail that was refused, or whose delivery is in doubt, also after the desk
// has taken it for delivered by mistake. Never one that was provably taken.
func (o *Outgoing) MayResend() bool {
	if o.ProvedSent() || len(o.Attempts) == 0 || o.decided() == ActionReplaced {
		return false
	}
	switch o.State {
	case SendHuman, SendRefused, SendAmbiguous, SendSent:
		return true
	}
	return false
}
