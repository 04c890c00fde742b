package store

import (
	"cmp"
	"slices"
	"strings"

	"taizhang/ledger"
)

// tables are those that State rests on, as a transaction has them.
type tables struct {
	rosters     *kept[ledger.RosterRecord]
	addresses   *kept[ledger.KnownAddress]
	strikes     *kept[strikeRecord]
	outbox      *kept[ledger.Outgoing]
	submissions *kept[ledger.Submission]
	snapshots   *kept[ledger.Snapshot]
	exempt      *kept[ledger.UnitDecision]
	extended    *kept[ledger.UnitExtension]
	closed      *kept[ledger.PeriodDecision]
	issues      *kept[ledger.Issue]
	replies     *kept[ledger.Reply]
}

// upToDate brings the tables up to date. The memory is locked.
func (t *tx) upToDate() (*tables, error) {
	in := new(tables)
	var err error
	read := func(bring func() error) {
		if err == nil {
			err = bring()
		}
	}
	read(func() (err error) { in.rosters, err = rosters.upToDate(t); return err })
	read(func() (err error) { in.addresses, err = addresses.upToDate(t); return err })
	read(func() (err error) { in.strikes, err = strikes.upToDate(t); return err })
	read(func() (err error) { in.outbox, err = outbox.upToDate(t); return err })
	read(func() (err error) { in.submissions, err = submissions.upToDate(t); return err })
	read(func() (err error) { in.snapshots, err = snapshots.upToDate(t); return err })
	read(func() (err error) { in.exempt, err = exempt.upToDate(t); return err })
	read(func() (err error) { in.extended, err = extended.upToDate(t); return err })
	read(func() (err error) { in.closed, err = closed.upToDate(t); return err })
	read(func() (err error) { in.issues, err = issues.upToDate(t); return err })
	read(func() (err error) { in.replies, err = replies.upToDate(t); return err })
	return in, err
}

// shared is what State hands out besides single records. Each part is made anew
// when a table that it rests on has changed, and the one before, which was
// handed out, stays as it was.
type shared struct {
	rosters   made[[]ledger.RosterRecord]
	addresses made[map[string]ledger.KnownAddress]
	struck    made[[]ledger.StruckMail]
	outbox    made[map[string]*ledger.Outgoing]
	replies   made[[]ledger.Reply]
	unplaced  made[[]ledger.Submission]
	books     made[map[ledger.Period]*ledger.Book]
	parts     map[ledger.Period]*bookParts // what the books were made of
}

// made is a value with the changes of tables that it was made after.
type made[V any] struct {
	after []uint64
	value V
}

func (m *made[V]) bring(make func() V, after ...uint64) {
	if !slices.Equal(m.after, after) {
		m.value, m.after = make(), after
	}
}

// bring brings all parts up to date.
func (sh *shared) bring(in *tables) {
	sh.rosters.bring(in.sortedRosters, in.rosters.change)
	sh.addresses.bring(in.byAddress, in.addresses.change)
	sh.struck.bring(in.struckMails, in.strikes.change)
	sh.outbox.bring(in.byKey, in.outbox.change)
	sh.replies.bring(in.sortedReplies, in.replies.change)
	sh.unplaced.bring(in.unplaced, in.submissions.change)
	sh.books.bring(func() map[ledger.Period]*ledger.Book { return sh.bringBooks(in) }, in.submissions.change, in.snapshots.change,
		in.exempt.change, in.extended.change, in.closed.change, in.issues.change, in.replies.change)
}

// bringBooks makes those books anew of which a part is another than it was.
func (sh *shared) bringBooks(in *tables) map[ledger.Period]*ledger.Book {
	before, had := sh.books.value, sh.parts
	sh.parts = in.byPeriod()
	out := make(map[ledger.Period]*ledger.Book, len(sh.parts))
	for p, parts := range sh.parts {
		if old := had[p]; old != nil && old.same(parts) {
			out[p] = before[p]
		} else {
			out[p] = parts.book(p)
		}
	}
	return out
}

// list are the values that keep says of.
func list[T, V any](k *kept[T], keep func(*T) (V, bool)) []V {
	var out []V
	for i := range k.records {
		if v, ok := keep(k.records[i].value); ok {
			out = append(out, v)
		}
	}
	return slices.Clip(out)
}

func (in *tables) sortedRosters() []ledger.RosterRecord {
	out := list(in.rosters, func(r *ledger.RosterRecord) (ledger.RosterRecord, bool) { return *r, true })
	slices.SortStableFunc(out, func(a, b ledger.RosterRecord) int {
		return cmp.Or(a.From.Compare(b.From), strings.Compare(a.Line.Unit, b.Line.Unit), strings.Compare(a.Ref, b.Ref))
	})
	return out
}

func (in *tables) byAddress() map[string]ledger.KnownAddress {
	out := make(map[string]ledger.KnownAddress, len(in.addresses.records))
	for _, r := range in.addresses.records {
		out[r.key] = *r.value
	}
	return out
}

func (in *tables) struckMails() []ledger.StruckMail {
	return list(in.strikes, func(r *strikeRecord) (ledger.StruckMail, bool) {
		return ledger.StruckMail{Place: r.Place, Last: r.Last, Cause: r.Cause, Large: r.Large}, r.Count >= ledger.MaxStrikes
	})
}

func (in *tables) byKey() map[string]*ledger.Outgoing {
	out := make(map[string]*ledger.Outgoing, len(in.outbox.records))
	for _, r := range in.outbox.records {
		out[r.key] = r.value
	}
	return out
}

func (in *tables) sortedReplies() []ledger.Reply {
	out := list(in.replies, func(r *ledger.Reply) (ledger.Reply, bool) { return *r, true })
	ledger.SortReplies(out)
	return out
}

// placed reports whether the submission stands in a book.
func placed(s *ledger.Submission) bool { return s.Unit != "" && !s.Period.IsZero() }

func (in *tables) unplaced() []ledger.Submission {
	out := list(in.submissions, func(s *ledger.Submission) (ledger.Submission, bool) {
		return *s, !placed(s) && s.Quality == ledger.QualityHeld
	})
	sortSubmissions(out)
	return out
}

// bookParts are the records that a book is made of, each list in the order of
// keys. A record that has changed has another address.
type bookParts struct {
	submissions  []*ledger.Submission
	snapshots    []*ledger.Snapshot
	exempt       []*ledger.UnitDecision
	extended     []*ledger.UnitExtension
	closed       []*ledger.PeriodDecision
	issues       []*ledger.Issue
	explanations []*ledger.Explanation
}

func (b *bookParts) same(o *bookParts) bool {
	return slices.Equal(b.submissions, o.submissions) && slices.Equal(b.snapshots, o.snapshots) && slices.Equal(b.exempt, o.exempt) &&
		slices.Equal(b.extended, o.extended) && slices.Equal(b.closed, o.closed) && slices.Equal(b.issues, o.issues) &&
		slices.Equal(b.explanations, o.explanations)
}

// byPeriod are the parts of all books.
func (in *tables) byPeriod() map[ledger.Period]*bookParts {
	out := make(map[ledger.Period]*bookParts)
	of := func(p ledger.Period) *bookParts {
		if out[p] == nil {
			out[p] = new(bookParts)
		}
		return out[p]
	}
	for _, r := range in.submissions.records {
		if placed(r.value) {
			part(&of(r.value.Period).submissions, r.value)
		}
	}
	for _, r := range in.snapshots.records {
		part(&of(r.value.Period).snapshots, r.value)
	}
	for _, r := range in.exempt.records {
		if !r.value.Lifted {
			part(&of(r.value.Period).exempt, r.value)
		}
	}
	for _, r := range in.extended.records {
		if !r.value.Lifted {
			part(&of(r.value.Period).extended, r.value)
		}
	}
	for _, r := range in.closed.records {
		if !r.value.Lifted {
			part(&of(r.value.Period).closed, r.value)
		}
	}
	for _, r := range in.issues.records {
		part(&of(r.value.Period).issues, r.value)
	}
	last := make(map[string]int) // by mail: only its last reply's explanations stand
	for i, r := range in.replies.records {
		last[r.value.Mail] = i
	}
	for i, r := range in.replies.records {
		for n := range r.value.Explanations {
			if e := &r.value.Explanations[n]; last[r.value.Mail] == i {
				part(&of(e.Period).explanations, e)
			}
		}
	}
	return out
}

func part[T any](list *[]*T, v *T) { *list = append(*list, v) }

// book makes the book.
func (b *bookParts) book(p ledger.Period) *ledger.Book {
	out := &ledger.Book{Period: p, Exempt: make(map[string]ledger.Decision), Extended: make(map[string]ledger.Extension),
		Submissions: values(b.submissions), Issues: values(b.issues), Explanations: values(b.explanations)}
	sortSubmissions(out.Submissions)
	ledger.SortExplanations(out.Explanations)
	for _, r := range b.snapshots {
		out.Expected = r.Units
	}
	for _, r := range b.exempt {
		out.Exempt[r.Unit] = r.Decision
	}
	for _, r := range b.extended {
		out.Extended[r.Unit] = r.Extension
	}
	for _, r := range b.closed {
		out.Closed = &r.Decision
	}
	return out
}

func values[T any](of []*T) []T {
	var out []T
	if len(of) > 0 {
		out = make([]T, len(of))
	}
	for i, v := range of {
		out[i] = *v
	}
	return out
}
