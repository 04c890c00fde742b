package ledger

import "time"

// SendFinish is what became of one attempt to send a mail, or, without an
// attempt, what settled the mail: the mailbox's proof, the desk's word, or an
// instant after which it would no longer make sense.
type SendFinish struct {
	At        time.Time
	State     SendState         // the state of the mail from now on
	NotBefore time.Time         // of the next attempt, when State is SendDeferred or SendQueued
	Reply     string            // the server's words, or our error's; for SendSkipped the reason
	Recipient map[string]string // refused recipients and the replies
	Resent    bool              // the mail goes out again once, after a proof of absence
}
