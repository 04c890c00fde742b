package store

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"taizhang/ledger"
)

// Outgoing returns the mail of the outbox with its bytes, and whether there is
// one.
func (db *DB) Outgoing(ctx context.Context, key string) (ledger.Outgoing, bool, error) {
	var o ledger.Outgoing
	var ok bool
	err := db.view(ctx, "outgoing", func(t *tx) (err error) {
		if o, ok, err = outbox.get(t, key); err != nil || !ok {
			return err
		}
		raw, err := t.get(bucketRaw, key)
		if err != nil {
			return err
		}
		if raw == nil && needsRaw(&o) {
			return damaged("mail %q: its bytes are missing", key)
		}
		o.Raw = slices.Clone(raw)
		return nil
	})
	if err != nil || !ok {
		return ledger.Outgoing{}, false, err
	}
	return o, true, nil
}

// needsRaw reports whether the mail can have been sent or be sent yet.
func needsRaw(o *ledger.Outgoing) bool { return o.State != ledger.SendSkipped }

// Begin records an attempt to send the mail before it starts, and returns its
// number, from 1. Only a queued or deferred mail can be sent: for any other
// the answer is ErrRefused, and nothing may go out. Whether it is time, the
// caller knows.
func (db *DB) Begin(ctx context.Context, key string, at time.Time) (attempt int, err error) {
	err = db.change(ctx, "begin", key, func(t *tx, o *ledger.Outgoing) error {
		if o.State != ledger.SendQueued && o.State != ledger.SendDeferred {
			return refused("mail %q is %s", key, o.State)
		}
		if raw, err := t.get(bucketRaw, key); err != nil {
			return err
		} else if raw == nil {
			return damaged("mail %q: its bytes are missing", key)
		} else if Deleted(raw) {
			return refused("mail %q: its bytes were deleted on request", key)
		}
		o.State, o.Letter = ledger.SendSending, nil
		o.Attempts = append(o.Attempts, ledger.SendAttempt{Begun: at})
		attempt = len(o.Attempts)
		return nil
	})
	if err != nil {
		return 0, err
	}
	return attempt, nil
}

// EndOfData sets the second mark of an attempt, before the last bytes of DATA
// go out, with the recipients that were refused so far and the replies.
// Without it the attempt has provably sent nothing; with it and without an
// answer its outcome is unknown.
func (db *DB) EndOfData(ctx context.Context, key string, attempt int, at time.Time, refused map[string]string) error {
	return db.change(ctx, "end of data", key, func(_ *tx, o *ledger.Outgoing) error {
		a, err := running(o, attempt)
		if err != nil {
			return err
		}
		a.EndOfData, a.Recipient = at, maps.Clone(refused)
		return nil
	})
}

// Finish records how an attempt ended. Attempt 0 settles the mail without one:
// the mailbox or the desk has spoken of an ambiguous mail, a mail has expired,
// or a restart finds an attempt that no process makes any more. ErrRefused is
// the answer to what would send a mail twice or claim what cannot be known:
//   - sent, refused and skipped are final (the same again is no harm);
//   - a mail in doubt is queued again only with Resent, and only once;
//   - an attempt that came to the end of data is deferred only with a reply,
//     and not skipped;
//   - a mail that was never tried was not sent.
//
// That a mail was sent is believed of any attempt, with or without the second
// mark: to refuse it would be to send the mail again.
func (db *DB) Finish(ctx context.Context, key string, attempt int, f ledger.SendFinish) error {
	return db.change(ctx, "finish", key, func(t *tx, o *ledger.Outgoing) error {
		from := o.State
		if attempt == 0 && from == f.State && slices.Contains(final, from) {
			return nil // settled already
		}
		if attempt != 0 {
			if _, err := running(o, attempt); err != nil {
				return err
			}
		}
		if err := mayFollow(o, attempt, f); err != nil {
			return fmt.Errorf("mail %q: %w", key, err)
		}
		if n := len(o.Attempts); n > 0 && from == ledger.SendSending {
			a := &o.Attempts[n-1]
			a.Ended, a.Result, a.Reply = f.At, f.State, f.Reply
			if attempt != 0 || f.Recipient != nil { // an interruption forgets no refusal
				a.Recipient = maps.Clone(f.Recipient)
			}
		}
		o.State, o.NotBefore = f.State, f.NotBefore
		o.Resent = o.Resent || f.Resent
		text := fmt.Sprintf("%s to %s", from, f.State)
		if attempt != 0 {
			text += fmt.Sprintf(", attempt %d", attempt)
		} else if f.Reply != "" {
			text += ": " + f.Reply
		}
		if f.State == ledger.SendSkipped && f.Reply != "" {
			o.Reason = joined(o.Reason, "skipped: "+f.Reply)
		}
		return record(t, f.At, ledger.Event{What: "send", Unit: o.Unit, Period: o.Period, Ref: key, Text: text})
	})
}

func joined(a, b string) string {
	if a == "" {
		return b
	}
	return a + "; " + b
}

// final are the states that nothing follows.
var final = []ledger.SendState{ledger.SendSent, ledger.SendRefused, ledger.SendSkipped}

// settled are the states that Finish can bring about.
var settled = append([]ledger.SendState{ledger.SendQueued, ledger.SendDeferred, ledger.SendAmbiguous,
	ledger.SendHuman}, final...)

// mayFollow refuses what would send a mail twice, and what claims something
// that cannot be known.
func mayFollow(o *ledger.Outgoing, attempt int, f ledger.SendFinish) error {
	var marked bool // the last attempt came to the end of data
	if n := len(o.Attempts); n > 0 {
		marked = !o.Attempts[n-1].EndOfData.IsZero()
	}
	again := f.State == ledger.SendQueued || f.State == ledger.SendDeferred
	sending := o.State == ledger.SendSending
	doubt := o.State == ledger.SendAmbiguous || sending && marked && attempt == 0
	switch {
	case !slices.Contains(settled, f.State):
		return refused("no mail ends as %q", f.State)
	case slices.Contains(final, o.State):
		return refused("%s is final", o.State)
	case doubt && again && (!f.Resent || o.Resent):
		return refused("a mail in doubt is sent again once, and marked so")
	case sending && marked && attempt != 0 && again && (f.State == ledger.SendQueued || f.Reply == ""):
		return refused("after the end of data only an answer of the server defers a mail")
	case sending && marked && attempt != 0 && f.State == ledger.SendSkipped:
		return refused("after the end of data a mail cannot be skipped")
	case f.State == ledger.SendSent && len(o.Attempts) == 0:
		return refused("it was never tried")
	}
	return nil
}

// running returns the attempt that is being made.
func running(o *ledger.Outgoing, attempt int) (*ledger.SendAttempt, error) {
	if o.State != ledger.SendSending || attempt < 1 || attempt != len(o.Attempts) {
		return nil, refused("mail %q is %s after %d attempts: attempt %d is not under way", o.Key, o.State, len(o.Attempts), attempt)
	}
	return &o.Attempts[attempt-1], nil
}

// change lets fn change one mail of the outbox.
func (db *DB) change(ctx context.Context, what, key string, fn func(*tx, *ledger.Outgoing) error) error {
	return db.update(ctx, what, func(t *tx) error {
		o, err := outbox.need(t, key)
		if err != nil {
			return err
		}
		if err := fn(t, &o); err != nil {
			return err
		}
		return outbox.put(t, &o)
	})
}

// Has reports whether a mail of the outbox is in the state. It costs little
// beside State.
func (db *DB) Has(ctx context.Context, s ledger.SendState) (found bool, err error) {
	err = db.view(ctx, "look for a mail", func(t *tx) error {
		return outbox.recall(t, func(o *ledger.Outgoing) { found = found || o.State == s })
	})
	return found && err == nil, err
}

// Begun returns, in order, the instants since then at which those attempts
// were begun that came to the end of data or were answered by the server: what
// spacing and daily caps count, across restarts.
func (db *DB) Begun(ctx context.Context, since time.Time) ([]time.Time, error) {
	var out []time.Time
	err := db.view(ctx, "begun", func(t *tx) error {
		return outbox.recall(t, func(o *ledger.Outgoing) {
			for i := range o.Attempts {
				if a := &o.Attempts[i]; !a.Begun.Before(since) && counts(a) {
					out = append(out, a.Begun)
				}
			}
		})
	})
	if err != nil {
		return nil, err
	}
	slices.SortFunc(out, time.Time.Compare)
	return out, nil
}

// counts reports whether the attempt was one in the provider's eyes. A reply
// that is the server's begins with its code (RFC 5321 §4.2); a connection that
// failed has only our own words.
func counts(a *ledger.SendAttempt) bool {
	switch {
	case !a.EndOfData.IsZero(), a.Result == ledger.SendSent, a.Result == ledger.SendRefused:
		return true
	case len(a.Reply) < 3 || a.Reply[0] < '2' || a.Reply[0] > '5':
		return false
	}
	return a.Reply[1] >= '0' && a.Reply[1] <= '9' && a.Reply[2] >= '0' && a.Reply[2] <= '9'
}

// SetPause stores that sending pauses; nil ends the pause.
func (db *DB) SetPause(ctx context.Context, p *ledger.Pause) error {
	return db.update(ctx, "set pause", func(t *tx) error {
		if p == nil {
			return pause.del(t, pause.key(nil))
		}
		return pause.put(t, p)
	})
}
