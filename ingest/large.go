package ingest

import (
	"context"
	"fmt"
	"time"

	"taizhang/ledger"
)

// large decides a message above the limit of size, of which the header alone
// was fetched. It stays whole in the mailbox. A known sender is told that the
// attachment is too large (无法处理), and the desk in any case: nobody has seen
// what is in it. The header proves less than the message would: a signature over
// the body cannot be checked, so only the provider's word counts.
func (d *deciding) large(ctx context.Context) error {
	d.from = d.Policy.identify(&d.msg.Header, prove(ctx, d.raw, &d.msg.Header, nil), d.state)
	d.rec.Proof = string(d.from.proof)
	limit := LimitMail
	if n := d.Parse.Message >> 20; n > 0 {
		limit = fmt.Sprintf("%d MB", n)
	}
	finding := ledger.Finding{Code: ledger.FTooLarge, Severity: ledger.Unreadable, File: MailName, Args: map[string]string{"limit": limit}}
	d.rec.Notes = append(d.rec.Notes, unreadable(MailName, finding))
	why := d.capped()
	_, automatic := d.msg.Automatic()
	switch {
	case automatic:
		why = "it is automatic mail"
	case !d.from.known:
		why = "it is from an unknown address"
	case d.from.desk:
		why = "it is the desk's own"
	case d.rec.PreEpoch:
		why = "it came before the first start"
	}
	d.notice(ledger.NoticeLarge, why == "")
	if why != "" {
		return d.finish(ledger.OutcomeHeld, "above the limit of size; not answered: "+why)
	}
	a := d.newAnswer(ledger.MailUnreadable, "unreadable/"+d.rec.Digest)
	a.Findings = []ledger.Finding{finding}
	if err := d.send(ctx, a); err != nil {
		return err
	}
	return d.finish(ledger.OutcomeReturned, "above the limit of size: its header alone was read")
}

// notice tells the desk of the message once. Of the past it is told nothing
// (rule book §4, epoch).
func (d *deciding) notice(what ledger.NoticeKind, answered bool) {
	if d.rec.PreEpoch {
		return
	}
	folder := ""
	if n := len(d.rec.Places); n > 0 {
		folder = d.rec.Places[n-1].Folder
	}
	size := d.rec.Whole
	if size == 0 {
		size = d.rec.Size
	}
	d.change.Notices = append(d.change.Notices, ledger.Notice{What: what, At: d.now, Since: d.rec.Arrived, Mail: d.rec.Digest, Folder: folder,
		From: d.from.addr, Subject: d.rec.Subject, Size: size, Told: answered})
}

// foundInJunk tells the desk of a unit's ledger that the provider's filter had
// put into a junk folder: it is taken as any other, but its sender belongs on
// the mailbox's white list.
func (d *deciding) foundInJunk() {
	if d.rec.Junk && d.from.known {
		d.notice(ledger.NoticeJunk, false)
	}
}

// clocks compares when a copy of our own mail arrived, by the server's clock,
// with when it was handed over, by ours.
func (d *deciding) clocks(key string) *ledger.Clock {
	var sent time.Time
	for _, a := range d.state.Outbox[key].Attempts {
		if sent.IsZero() || a.Begun.Before(sent) {
			sent = a.Begun
		}
	}
	if sent.IsZero() {
		return nil
	}
	return ledger.OursAhead(sent.Sub(d.rec.Arrived), d.now)
}
