package store

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"time"

	"taizhang/ledger"
)

// Apply writes the change, all of it or nothing, and returns the keys of those
// outgoing mails that were new. Records replace those of the same identity,
// but ErrRefused is the answer, and nothing is written, when
//   - a version number of a (unit, period) would be given twice, or changed;
//   - a submission on record would change in more than its quality, version,
//     decisions (which only grow) and, while it is held, its unit, period and
//     duplicate;
//   - a reply on record would change in more than its state, its proposed unit
//     and month while it is held, and its explanations and decisions, which
//     only grow;
//   - a message that is decided would be pending or quarantined again;
//   - a snapshot or an issue on record would become another;
//   - a mail would be settled that was tried, or that waits for nobody's word;
//   - a self-copy was seen of a mail that is not in the outbox;
//   - the desk decides about a mail that needs no decision, or would have one
//     sent again that was provably taken;
//   - a record could not be found or read again.
//
// Places of a message are added to those on record. An outgoing mail whose key
// exists stays exactly as it is.
func (db *DB) Apply(ctx context.Context, c ledger.Change) (inserted []string, err error) {
	err = db.update(ctx, "apply", func(t *tx) error {
		inserted = nil
		if c.At.IsZero() {
			return refused("a change needs its instant")
		}
		for i := range c.Mails {
			if err := db.applyMail(t, c.Mails[i]); err != nil {
				return err
			}
		}
		if err := applySubmissions(t, c.Submissions); err != nil {
			return err
		}
		if err := applyReplies(t, c.Replies); err != nil {
			return err
		}
		if inserted, err = applyOutgoing(t, c.Outgoing); err != nil {
			return err
		}
		if err := applySettled(t, &c); err != nil {
			return err
		}
		if err := applyCopies(t, c.CopiesSeen, c.At); err != nil {
			return err
		}
		if err := applyDeliveries(t, c.Deliveries, c.At); err != nil {
			return err
		}
		if err := applyRest(t, &c); err != nil {
			return err
		}
		return record(t, c.At, c.Events...)
	})
	if err != nil {
		return nil, err
	}
	return inserted, nil
}

func (db *DB) applyMail(t *tx, rec ledger.MailRecord) error {
	old, known, err := mails.get(t, rec.Digest)
	if err != nil {
		return err
	}
	if known && old.Status == ledger.MailDecided && rec.Status != ledger.MailDecided {
		return refused("mail %s is decided and cannot be %s again", rec.Digest, rec.Status)
	}
	if known && (old.Size != rec.Size || !old.Arrived.Equal(rec.Arrived)) {
		return refused("mail %s: its size and arrival never change", rec.Digest)
	}
	var seen []ledger.Place // what is on record already may show another message by now
	for _, p := range rec.Places {
		if placeIn(old.Places, p) < 0 {
			seen = append(seen, p)
		}
	}
	rec.Places = union(rec.Places, old.Places)
	return db.putMail(t, &rec, seen)
}

// applyOutgoing inserts the mails whose keys are new, and returns those keys.
func applyOutgoing(t *tx, mails []ledger.Outgoing) ([]string, error) {
	var fresh, inserted []string
	for i := range mails {
		if _, known, err := outbox.get(t, mails[i].Key); err != nil {
			return nil, err
		} else if !known {
			fresh = append(fresh, mails[i].Key)
		}
	}
	if err := outbox.absent(t, fresh...); err != nil {
		return nil, err
	}
	for i := range mails {
		o := &mails[i]
		_, known, err := outbox.get(t, o.Key)
		if err != nil {
			return nil, err
		}
		if known {
			continue // or stands in this change twice
		}
		if err := insert(t, o); err != nil {
			return nil, err
		}
		inserted = append(inserted, o.Key)
	}
	return inserted, nil
}

func insert(t *tx, o *ledger.Outgoing) error {
	if err := validKey("outbox key", o.Key); err != nil {
		return err
	}
	switch {
	case o.State == ledger.SendSending || o.State == ledger.SendSent || o.State == ledger.SendRefused || o.State == "":
		return refused("mail %q is inserted as %q", o.Key, o.State)
	case len(o.Raw) == 0 && needsRaw(o):
		return refused("mail %q has no bytes", o.Key)
	case len(o.Raw) > 0:
		if err := t.put(bucketRaw, o.Key, o.Raw); err != nil {
			return err
		}
	}
	return outbox.put(t, o)
}

// applyCopies notes that the mailbox has shown the self-copies, once each.
func applyCopies(t *tx, keys []string, at time.Time) error {
	for _, key := range keys {
		o, ok, err := outbox.get(t, key)
		switch {
		case err != nil:
			return err
		case !ok:
			return refused("a copy was seen of mail %q, which is unknown", key)
		case !o.CopySeen.IsZero():
			continue
		}
		polled, _, err := poll.only(t)
		if err != nil {
			return err
		}
		o.CopySeen, o.CopyPolls = at, polled.Count
		if err := outbox.put(t, &o); err != nil {
			return err
		}
	}
	return nil
}

// applyRest writes the records that need little or no looking at.
func applyRest(t *tx, c *ledger.Change) error {
	return cmp.Or(
		putAll(t, addresses, c.Addresses),
		putAll(t, exempt, c.Exempt),
		putAll(t, extended, c.Extended),
		putAll(t, closed, c.Closed),
		putAll(t, rosters, c.Rosters),
		putNotices(t, c.Notices),
		learnClock(t, c.Clock),
		onceAll(t, snapshots, c.Snapshots, func(old, s *ledger.Snapshot) bool { return slices.Equal(old.Units, s.Units) }),
		onceAll(t, issues, c.Issues, sameIssue),
	)
}

func putAll[T any](t *tx, tb table[T], vs []T) error {
	var errs []error
	for i := range vs {
		if err := validKey(tb.bucket, tb.key(&vs[i])); err != nil {
			return err
		}
		errs = append(errs, tb.put(t, &vs[i]))
	}
	return errors.Join(errs...)
}

func onceAll[T any](t *tx, tb table[T], vs []T, same func(old, v *T) bool) error {
	for i := range vs {
		if err := validKey(tb.bucket, tb.key(&vs[i])); err != nil {
			return err
		}
		if err := tb.putOnce(t, &vs[i], same); err != nil {
			return err
		}
	}
	return nil
}

func sameIssue(a, b *ledger.Issue) bool {
	return a.Key == b.Key && sameJSON(&a.Versions, &b.Versions) && sameJSON(&a.Figures, &b.Figures)
}
