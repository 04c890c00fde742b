package store

import (
	"cmp"
	"context"
	"reflect"
	"slices"
	"strings"
	"time"

	"taizhang/ledger"
)

// State returns everything that decisions rest on, as of one instant. All it
// reads is compared with the seals, so that nothing lost or outdated is taken
// for the whole. It does not read the messages that are decided.
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
	s := &ledger.State{
		Books:     make(map[ledger.Period]*ledger.Book),
		Addresses: make(map[string]ledger.KnownAddress),
	}
	var err error
	if s.Undecided, err = undecidedMails(t); err != nil {
		return nil, err
	}
	if s.Rosters, err = copies(t, rosters); err != nil {
		return nil, err
	}
	slices.SortStableFunc(s.Rosters, func(a, b ledger.RosterRecord) int {
		return cmp.Or(a.From.Compare(b.From), strings.Compare(a.Line.Unit, b.Line.Unit), strings.Compare(a.Ref, b.Ref))
	})
	if err := remember(t, addresses, func(k ledger.KnownAddress) { s.Addresses[k.Addr] = k }); err != nil {
		return nil, err
	}
	struck := func(r strikeRecord) {
		if r.Count >= ledger.MaxStrikes {
			s.Struck = append(s.Struck, ledger.StruckMail{Place: r.Place, Last: r.Last, Cause: r.Cause, Large: r.Large})
		}
	}
	if err := remember(t, strikes, struck); err != nil {
		return nil, err
	}
	sealed, err := t.seal(outbox.bucket)
	if err != nil {
		return nil, err
	}
	s.Outbox = make(map[string]ledger.Outgoing, sealed.count)
	if err := remember(t, outbox, func(o ledger.Outgoing) { s.Outbox[o.Key] = o }); err != nil {
		return nil, err
	}
	if err := cmp.Or(readFacts(t, s), readBooks(t, s)); err != nil {
		return nil, err
	}
	all, err := copies(t, replies)
	s.SetReplies(all)
	return s, err
}

// remember calls fn with a copy of every record of the table, in the order of
// keys, from memory where it can.
func remember[T any](t *tx, tb table[T], fn func(T)) error {
	own := ownerOf(reflect.TypeFor[T]())
	var c T
	place := reflect.ValueOf(&c).Elem()
	return tb.recall(t, func(v *T) {
		c = *v
		if own != nil {
			own(place)
		}
		fn(c)
	})
}

// copies are what remember calls its function with.
func copies[T any](t *tx, tb table[T]) (out []T, err error) {
	err = remember(t, tb, func(v T) { out = append(out, v) })
	return out, err
}

// fill calls fn with every record of the table.
func fill[T any](t *tx, tb table[T], fn func(*T)) error {
	all, err := tb.all(t)
	for i := range all {
		fn(&all[i])
	}
	return err
}

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

func readBooks(t *tx, s *ledger.State) error {
	book := func(p ledger.Period) *ledger.Book {
		if s.Books[p] == nil {
			s.Books[p] = &ledger.Book{
				Period:   p,
				Exempt:   make(map[string]ledger.Decision),
				Extended: make(map[string]ledger.Extension),
			}
		}
		return s.Books[p]
	}
	subs, err := copies(t, submissions)
	if err != nil {
		return err
	}
	sortSubmissions(subs)
	for _, sub := range subs {
		switch {
		case sub.Unit != "" && !sub.Period.IsZero():
			b := book(sub.Period)
			b.Submissions = append(b.Submissions, sub)
		case sub.Quality == ledger.QualityHeld:
			s.Unplaced = append(s.Unplaced, sub)
		}
	}
	return cmp.Or(
		remember(t, snapshots, func(r ledger.Snapshot) { book(r.Period).Expected = r.Units }),
		remember(t, exempt, func(r ledger.UnitDecision) {
			if !r.Lifted {
				book(r.Period).Exempt[r.Unit] = r.Decision
			}
		}),
		remember(t, extended, func(r ledger.UnitExtension) {
			if !r.Lifted {
				book(r.Period).Extended[r.Unit] = r.Extension
			}
		}),
		remember(t, closed, func(r ledger.PeriodDecision) {
			if !r.Lifted {
				book(r.Period).Closed = &r.Decision
			}
		}),
		remember(t, issues, func(r ledger.Issue) { b := book(r.Period); b.Issues = append(b.Issues, r) }),
	)
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
