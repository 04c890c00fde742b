package store

import (
	"context"
	"errors"
	"reflect"
)

// CheckMemory compares what State hands out with the records on disk. What it
// finds is ErrDamaged: somebody has written into what is shared, or the disk
// holds other records than were read. It costs about as much as reading anew,
// and little memory.
func (db *DB) CheckMemory(ctx context.Context) error {
	return db.view(ctx, "compare memory and disk", func(t *tx) error {
		defer t.recall().Unlock()
		m := t.memory
		in, err := t.upToDate()
		if err != nil {
			return err
		}
		m.shared.bring(in)
		return errors.Join(rosters.compare(t, in.rosters), addresses.compare(t, in.addresses), strikes.compare(t, in.strikes),
			outbox.compare(t, in.outbox), submissions.compare(t, in.submissions), snapshots.compare(t, in.snapshots),
			exempt.compare(t, in.exempt), extended.compare(t, in.extended), closed.compare(t, in.closed),
			issues.compare(t, in.issues), replies.compare(t, in.replies), compareUndecided(t, m), m.shared.compare(in))
	})
}

// compare compares each record in memory with the one on disk.
func (tb table[T]) compare(t *tx, k *kept[T]) error {
	for i := range k.records {
		if err := tb.compareOne(t, k.records[i]); err != nil {
			return err
		}
	}
	return nil
}

func (tb table[T]) compareOne(t *tx, r keptRecord[T]) error {
	payload, s, err := t.read(tb.bucket, r.key)
	if err != nil {
		return err
	}
	if payload == nil || s != r.sum {
		return damaged("%s %q: another record is in memory than on disk", tb.bucket, r.key)
	}
	v, err := tb.decode(r.key, payload)
	if err != nil {
		return err
	}
	if !reflect.DeepEqual(&v, r.value) {
		return damaged("%s %q: its record in memory was written to", tb.bucket, r.key)
	}
	return nil
}

func compareUndecided(t *tx, m *memory) error {
	if _, err := undecidedMails(t); err != nil {
		return err
	}
	for _, r := range m.mails {
		if err := mails.compareOne(t, r); err != nil {
			return err
		}
	}
	return nil
}

// compare compares what was made of the records, which are right, with what is
// made of them now.
func (sh *shared) compare(in *tables) error {
	var fresh shared
	fresh.bring(in)
	for _, part := range []struct {
		what       string
		have, want any
	}{
		{"rosters", sh.rosters.value, fresh.rosters.value},
		{"addresses", sh.addresses.value, fresh.addresses.value},
		{"struck mails", sh.struck.value, fresh.struck.value},
		{"outbox", sh.outbox.value, fresh.outbox.value},
		{"replies", sh.replies.value, fresh.replies.value},
		{"unplaced submissions", sh.unplaced.value, fresh.unplaced.value},
		{"books", sh.books.value, fresh.books.value},
	} {
		if !reflect.DeepEqual(part.have, part.want) {
			return damaged("the %s in memory were written to", part.what)
		}
	}
	return nil
}
