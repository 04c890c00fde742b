package store

import (
	"context"
	"fmt"
	"time"

	"taizhang/ledger"
)

// restoredReply is the record of an attempt that the store does not know of.
const restoredReply = "the store was restored from a copy: it may have been sent since the copy was made"

// Restored brings a store that was put back from an older copy to the present,
// in one transaction, and returns how many mails it leaves to a person. What
// was sent since the copy was made is not known, so that
//   - the epoch moves to at: mail that arrived before it and slots before it
//     cause nothing (rule book §4); without a first start this is it;
//   - every mail that was to be sent yet may have been sent: it waits for the
//     copy in our own mailbox, which settles it, or for a person's word;
//   - the mark of a copy is taken away, and a pause that waits for a person.
func (db *DB) Restored(ctx context.Context, at time.Time) (doubtful int, err error) {
	err = db.update(ctx, "restored", func(t *tx) error {
		doubtful = 0
		made, err := copiedAt(t)
		if err != nil {
			return err
		}
		e, known, err := epoch.only(t)
		switch {
		case err != nil:
			return err
		case known && at.Before(e.At):
			return refused("the epoch is %s and is never lowered", e.At.Format(time.RFC3339))
		}
		if err := epoch.put(t, &epochRecord{At: at}); err != nil {
			return err
		}
		if doubtful, err = doubt(t, at); err != nil {
			return err
		}
		if p, ok, err := pause.only(t); err != nil {
			return err
		} else if ok && p.Human {
			if err := pause.del(t, pause.key(nil)); err != nil {
				return err
			}
		}
		t.dirty = true
		meta, err := t.bucket(bucketMeta)
		if err != nil {
			return err
		}
		if err := meta.Delete(copyKey); err != nil {
			return err
		}
		text := "restored from a copy"
		if !made.IsZero() {
			text += " of " + made.Format(time.RFC3339)
		}
		return record(t, at, ledger.Event{What: "start", Text: fmt.Sprintf("%s: epoch raised from %s, %d mail(s) in doubt", text, e.At.Format(time.RFC3339), doubtful)})
	})
	if err != nil {
		return 0, err
	}
	return doubtful, nil
}

// doubt leaves every mail that is not settled to a person, with an attempt
// that may have come to its end.
func doubt(t *tx, at time.Time) (int, error) {
	all, err := outbox.all(t)
	if err != nil {
		return 0, err
	}
	n := 0
	for i := range all {
		o := &all[i]
		switch o.State {
		case ledger.SendQueued, ledger.SendDeferred, ledger.SendSending, ledger.SendAmbiguous:
		default:
			continue
		}
		o.Attempts = append(o.Attempts, ledger.SendAttempt{Begun: at, EndOfData: at, Ended: at, Result: ledger.SendAmbiguous, Reply: restoredReply})
		o.State, o.NotBefore = ledger.SendHuman, time.Time{}
		if err := outbox.put(t, o); err != nil {
			return n, err
		}
		n++
	}
	return n, nil
}

// SentBefore settles a mail that this store has never sent and whose copy our
// own mailbox shows: another state of the store, lost since, has sent it. A
// mail that is settled otherwise is left as it is.
func (db *DB) SentBefore(ctx context.Context, key string, at time.Time) error {
	return db.change(ctx, "sent before", key, func(t *tx, o *ledger.Outgoing) error {
		if o.State != ledger.SendQueued && o.State != ledger.SendDeferred {
			return nil
		}
		o.Attempts = append(o.Attempts, ledger.SendAttempt{Begun: o.Created, EndOfData: o.Created, Ended: at, Result: ledger.SendSent,
			Reply: "our own mailbox shows it: it was sent before the store was restored"})
		o.State, o.NotBefore = ledger.SendSent, time.Time{}
		if o.CopySeen.IsZero() {
			o.CopySeen = at
		}
		return record(t, at, ledger.Event{What: "send", Unit: o.Unit, Period: o.Period, Ref: key, Text: "sent before the store was restored"})
	})
}
