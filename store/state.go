package store

import (
	"context"
	"maps"
	"time"

	"taizhang/ledger"
)

// State returns everything that decisions rest on, as of one instant. All it
// reads is compared with the seals, so that nothing lost or outdated is taken
// for the whole. It does not read the messages that are decided.
//
// What it returns is shared with all who ask, and must not be written to: not
// the records, nor the slices and maps. Only the State itself and its map of
// books are the caller's own; ledger.State.Put and PutReply put a changed book in
// the place of a shared one. CheckMemory finds out who has written.
func (db *DB) State(ctx context.Context) (*ledger.State, error) {
	var s *ledger.State
	err := db.view(ctx, "state", func(t *tx) (err error) {
		s, err = readState(t)
		return err
	})
	if err != nil {
		return nil, err
	}
	return s, nil
}

func readState(t *tx) (*ledger.State, error) {
	m := t.recall()
	defer m.Unlock()
	s := new(ledger.State)
	in, err := t.upToDate()
	if err != nil {
		return nil, err
	}
	if s.Undecided, err = undecidedMails(t); err != nil {
		return nil, err
	}
	sh := &m.shared
	sh.bring(in)
	s.Rosters, s.Addresses, s.Struck = sh.rosters.value, sh.addresses.value, sh.struck.value
	s.Outbox, s.Replies, s.Unplaced = sh.outbox.value, sh.replies.value, sh.unplaced.value
	s.Books = maps.Clone(sh.books.value)
	return s, readFacts(t, s)
}

// copies are the records of the table in the order of keys, from memory where it
// can: what they refer to is shared.
func copies[T any](t *tx, tb table[T]) (out []T, err error) {
	err = tb.recall(t, func(v *T) { out = append(out, *v) })
	return out, err
}

// fill calls fn with every record of the table.
func fill[T any](t *tx, tb table[T], fn func(*T)) error { return tb.each(t, fn) }

// readFacts reads the records of which there is one each.
func readFacts(t *tx, s *ledger.State) error {
	if err := t.verify(epoch.bucket); err != nil {
		return err
	}
	e, _, err := epoch.only(t)
	if err != nil {
		return err
	}
	s.Epoch = e.At
	if s.Poll, _, err = poll.only(t); err != nil {
		return err
	}
	n, _, err := notices.only(t)
	if err != nil {
		return err
	}
	s.Notices = n.Notices
	p, paused, err := pause.only(t)
	if paused {
		s.Pause = &p
	}
	return err
}

// Start records the instant of the first start (rule book §4), and returns it
// ever after; first is true the one time that it was at.
func (db *DB) Start(ctx context.Context, at time.Time) (begin time.Time, first bool, err error) {
	err = db.update(ctx, "start", func(t *tx) error {
		e, known, err := epoch.only(t)
		if err != nil {
			return err
		}
		if known {
			begin = e.At
			return nil
		}
		if err := t.verify(epoch.bucket); err != nil {
			return err
		}
		begin, first = at, true
		if err := epoch.put(t, &epochRecord{At: at}); err != nil {
			return err
		}
		return record(t, at, ledger.Event{What: "start", Text: "first start"})
	})
	if err != nil {
		return time.Time{}, false, err
	}
	return begin, first, nil
}
