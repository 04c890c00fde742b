package app

import (
	"context"
	"fmt"
	"time"

	"taizhang/ingest"
	"taizhang/ledger"
	"taizhang/notify"
	"taizhang/notify/mailer"
)

// A store that was put back from an older copy does not know what was sent
// since. Told so (Restored), it asks nobody for the past; not told, it finds
// out by the copies of our own mails in the mailbox, and stops sending.

// PauseOlder is the reason of the pause when the mailbox knows more than the
// store.
const PauseOlder = "the mailbox holds mail of ours that the store does not know: it was put back from an older copy"

// Restored tells the store that it was put back from an older copy, and
// returns how many mails wait for the mailbox or a person to say whether they
// were sent.
func (a *App) Restored(ctx context.Context, now time.Time) (int, error) {
	a.work.Lock()
	defer a.work.Unlock()
	n, err := a.store.Restored(ctx, now)
	if err == nil {
		a.log.Warn("the store was restored from a copy", "doubtful", n)
	}
	return n, err
}

// copies are what the mailbox has shown of our own mails. Only the owner of
// App.work uses it.
type copies struct {
	known map[string]bool // Message-IDs of mails that were sent
	older bool            // one came that no record tells of: the store is older than the mailbox
	again bool            // the outbox may hold a mail that was sent and does not know it
}

func (c *copies) see(mails []ledger.MailRecord) {
	for i := range mails {
		c.seeOne(&mails[i])
	}
}

func (c *copies) seeOne(m *ledger.MailRecord) {
	if !ingest.IsOwnCopy(m) {
		return
	}
	if c.known == nil {
		c.known = map[string]bool{}
	}
	c.known[m.MessageID], c.again = true, true
	c.older = c.older || m.Reason == ingest.Unrecorded
}

// queued notes mails that were put in the outbox.
func (c *copies) queued(out []ledger.Outgoing) {
	for i := range out {
		c.again = c.again || c.known[out[i].MessageID]
	}
}

// freeIssue returns the number of the period's next issue, n or a later one:
// none that a state of the store has sent that was lost since. What that issue
// said is not known, so the next one says it again.
func (a *App) freeIssue(p ledger.Period, n int) int {
	for a.store.copies.known[mailer.MessageID(notify.SummaryKey(p, n), a.opt.Config.Mailbox.User)] {
		n++
	}
	return n
}

// unsure decides whether it is too early to send: until the mailbox was read
// completely once since the start, for at most as long as a summary waits for
// it, because only the mailbox can tell that the store is older than it seems.
// Then it settles the mails that a lost state of the store has sent.
func (a *App) unsure(ctx context.Context, now time.Time) (notify.Delivery, bool, error) {
	if a.awaited.IsZero() {
		a.awaited = now
	}
	if end := a.awaited.Add(a.campaign.Schedule.SummaryWait); !a.polled && now.Before(end) {
		return notify.Delivery{Next: end, Note: "the mailbox was not read completely since the start"}, true, nil
	}
	c := &a.store.copies
	if !c.older && !c.again {
		return notify.Delivery{}, false, nil
	}
	st, err := a.store.State(ctx)
	if err != nil {
		return notify.Delivery{}, false, err
	}
	early := false
	for key, o := range st.Outbox {
		if o.State != ledger.SendQueued && o.State != ledger.SendDeferred {
			continue
		}
		if len(notify.Pending(o)) < len(o.Recipients) {
			continue // some have it, by this record: the copy is of that
		}
		// A copy of a mail that never came to its end of data: another sent it.
		shown := !o.CopySeen.IsZero() && !reachedEnd(o)
		if !shown && !c.known[o.MessageID] {
			continue
		}
		early = early || shown
		if err := a.store.SentBefore(ctx, key, now); err != nil {
			return notify.Delivery{}, false, fmt.Errorf("settle %s: %w", key, err)
		}
		a.log.Warn("sent before the store was restored", "key", key)
	}
	c.again = false
	if st.Pause != nil && st.Pause.Reason == PauseOlder {
		return notify.Delivery{}, false, nil
	}
	if !early && c.older {
		if early, err = a.afterEpoch(ctx, st.Epoch); err != nil {
			return notify.Delivery{}, false, err
		}
		c.older = early
	}
	if !early {
		return notify.Delivery{}, false, nil
	}
	a.log.Error("sending stops", "reason", PauseOlder)
	return notify.Delivery{}, false, a.store.SetPause(ctx, &ledger.Pause{Reason: PauseOlder, Human: true})
}

// afterEpoch reports whether an unrecorded copy came after the epoch: what came
// before it was told by Restored.
func (a *App) afterEpoch(ctx context.Context, epoch time.Time) (bool, error) {
	after := false
	err := a.store.EachMail(ctx, func(m *ledger.MailRecord) {
		after = after || m.Reason == ingest.Unrecorded && !m.Arrived.Before(epoch)
	})
	return after, err
}

// reachedEnd reports whether an attempt came to its end of data.
func reachedEnd(o *ledger.Outgoing) bool {
	for _, at := range o.Attempts {
		if !at.EndOfData.IsZero() {
			return true
		}
	}
	return false
}
