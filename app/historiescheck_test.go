package app_test

import (
	"encoding/json"
	"slices"
	"strings"

	"taizhang/ledger"
)

// picture is the grid of all months that have begun.
func (h *history) picture() string {
	var b strings.Builder
	for _, p := range h.periods() {
		s, err := h.app.Status(h.ctx, p, h.now)
		if err != nil {
			h.Fatal(err)
		}
		j, err := json.Marshal(s)
		if err != nil {
			h.Fatal(err)
		}
		b.Write(append(j, '\n'))
	}
	return b.String()
}

// periods are those that have begun.
func (h *history) periods() []ledger.Period {
	var out []ledger.Period
	for p := (ledger.Period{Year: 2022, Month: 5}); !p.After(lastMonth) && !h.now.Before(on(p, 1, 0)); p = p.Next() {
		out = append(out, p)
	}
	return out
}

// check compares the program with the model, and both with the identities.
func (h *history) check() {
	st := h.state()
	h.checkDocuments(st)
	for _, p := range h.periods() {
		b := st.Book(p)
		h.checkSnapshot(b)
		stands := b.Standings(h.app.Campaign().Schedule, h.now)
		for i := range stands {
			h.checkStanding(p, &stands[i])
		}
		h.checkTally(p, stands)
		h.watch(p)
		h.checkIssues(st, b)
		h.checkSums(st, p)
		if h.fresh {
			h.checkReminders(st, p)
		}
	}
	h.checkOutbox(st)
	h.checkPost(st)
	h.fresh = false
	for key := range h.known {
		if _, ok := st.Outbox[key]; !ok {
			h.Fatalf("%s lost from the outbox: %s", h.clock(), key)
		}
	}
	for key := range st.Outbox {
		h.known[key] = true
	}
}

// checkDocuments compares what became of each document.
func (h *history) checkDocuments(st *ledger.State) {
	n := len(st.Unplaced)
	for _, b := range st.Books {
		n += len(b.Submissions)
	}
	if n != len(h.m.docs) {
		h.Fatalf("%s documents: %d on record, %d came", h.clock(), n, len(h.m.docs))
	}
	for _, d := range h.m.docs {
		s, ok := st.Submission(d.id)
		if !ok {
			h.Fatalf("%s lost: %s", h.clock(), h.m.say(d))
		}
		if slices.Contains(d.holds, "another unit's address") && s.Unit == "" {
			d.at.unit = "" // what speaks of the unit contradicts itself: nothing is proposed
		}
		if class(s.Quality) != d.class || s.Version != d.version || s.Unit != d.at.unit || s.Period != d.at.period || !s.Arrived.Equal(d.arrived) || s.Duplicate != d.repeated {
			h.Fatalf("%s §5.2, §5.3: the rule book says %s, repeats v%d\nthe program %s v%d of %s %s %s, repeats v%d: %v", h.clock(), h.m.say(d), d.repeated, s.Quality, s.Version, s.Unit, s.Period, s.Arrived, s.Duplicate, s.Reading.Findings)
		}
	}
}

// checkSnapshot: E(p) is taken once and never rewritten.
func (h *history) checkSnapshot(b *ledger.Book) {
	if old, ok := h.m.expected[b.Period]; ok && !slices.Equal(old, b.Expected) {
		h.Fatalf("%s §5: E(%s) was rewritten: %v, now %v", h.clock(), b.Period, old, b.Expected)
	}
	if len(b.Expected) > 0 {
		h.m.expected[b.Period] = slices.Clone(b.Expected)
	}
}

func (h *history) checkStanding(p ledger.Period, s *ledger.Standing) {
	at := place{s.Unit, p}
	want := h.m.punctuality(at, h.now)
	if s.Punctuality != want {
		h.Fatalf("%s §5.1 punctuality of %v: %s, the rule book says %s", h.clock(), at, s.Punctuality, want)
	}
	if first, _ := h.m.first(at); !s.Attempt.Equal(first) {
		h.Fatalf("%s §5.1 first attempt of %v: %s, the rule book says %s", h.clock(), at, s.Attempt, first)
	}
	late := 0
	if want == ledger.PunctualLate || want == ledger.PunctualAfter {
		late = h.m.lateDays(at)
	}
	if s.LateDays != late {
		h.Fatalf("%s §5.1 %v: %d days late, the rule book says %d", h.clock(), at, s.LateDays, late)
	}
	force, top := h.m.inForce(at), h.m.top(at)
	if (force == nil) != (s.InForce == nil) || force != nil && force.id != s.InForce.ID {
		h.Fatalf("%s §5.2 %v: in force %+v, the rule book says %+v", h.clock(), at, s.InForce, force)
	}
	if (top == nil) != (s.Newest == nil) || top != nil && top.id != s.Newest.ID {
		h.Fatalf("%s §5.3 %v: newest %+v, the rule book says %+v", h.clock(), at, s.Newest, top)
	}
}

// numbers are what a summary of the month says of the units.
type numbers struct{ due, reported, inForce, atOnce int }

func (h *history) numbersOf(p ledger.Period) numbers {
	var n numbers
	for _, u := range h.m.expected[p] {
		at := place{u, p}
		if h.m.exempt[at] {
			continue
		}
		n.due++
		if first, _ := h.m.first(at); !first.IsZero() {
			n.reported++
		}
		if h.m.inForce(at) != nil {
			n.inForce++
		}
		if slices.ContainsFunc(h.m.of(at), func(d *paperwork) bool { return d.version == 1 && d.class.counts() }) {
			n.atOnce++
		}
	}
	return n
}

// checkTally: 应报 = E(p) − 免报, each of its units in exactly one class; no
// rate above 100 %.
func (h *history) checkTally(p ledger.Period, stands []ledger.Standing) {
	t, want := ledger.TallyOf(stands), h.numbersOf(p)
	classes := map[ledger.Punctuality]int{}
	seen := map[string]bool{}
	for _, s := range stands {
		if seen[s.Unit] || !slices.Contains(h.m.expected[p], s.Unit) {
			h.Fatalf("%s §5 %s: %s stands twice, or is not in E(p)", h.clock(), p, s.Unit)
		}
		seen[s.Unit] = true
		classes[s.Punctuality]++
	}
	counted := map[ledger.Punctuality]int{ledger.PunctualOnTime: t.OnTime, ledger.PunctualLate: t.Late, ledger.PunctualAfter: t.After, ledger.PunctualHeld: t.Held,
		ledger.PunctualAwaited: t.Awaited, ledger.PunctualOverdue: t.Overdue, ledger.PunctualMissing: t.Missing, ledger.PunctualExempt: t.Exempt}
	sum := 0
	for c, n := range counted {
		if n != classes[c] {
			h.Fatalf("%s §5 %s: %d units counted as %s, %d are", h.clock(), p, n, c, classes[c])
		}
		if c != ledger.PunctualExempt {
			sum += n
		}
	}
	if t.Due != want.due || t.Due != sum || t.Due+t.Exempt != len(h.m.expected[p]) {
		h.Fatalf("%s §5 %s: 应报 %d, the rule book says %d; the classes add up to %d, exempt %d of %d", h.clock(), p, t.Due, want.due, sum, t.Exempt, len(h.m.expected[p]))
	}
	if got := (numbers{t.Due, t.Reported, t.InForce, t.FirstPass}); got != want {
		h.Fatalf("%s §5 %s: 应报, 实报, 已计入, 一次通过 are %+v, the rule book says %+v", h.clock(), p, got, want)
	}
	if t.Reported > t.Due || t.OnTime > t.Due || t.InForce > t.Due || t.FirstPass > t.Reported {
		h.Fatalf("%s §5 %s: a rate above 100 %%: %+v", h.clock(), p, t)
	}
}

// checkAnswer: every document from a known address is answered at once, once,
// and with the right letter; none of a stranger, none of before the epoch.
func (h *history) checkAnswer(a arrival, d *paperwork, st *ledger.State) {
	kind := ledger.MailReceipt
	switch {
	case d.class == isHeld:
		kind = ledger.MailHeld
	case d.class == isReturned:
		kind = ledger.MailReturn
	case d.class == isDuplicate && (d.repeats == isReturned || d.repeats == isWithdrawn):
		kind = ledger.MailReturn // no receipt for figures that are not in force
	case d.class != isDuplicate && d.version > 1:
		kind = ledger.MailAmended
	}
	var got, want []string
	for key := range st.Outbox {
		if strings.Contains(key, d.id) {
			got = append(got, key)
		}
	}
	if _, known := h.m.book[a.from]; known && !d.arrived.Before(h.m.epoch) && !h.m.over(h.stepped) {
		want = []string{string(kind) + "/" + d.id}
	}
	if !slices.Equal(got, want) {
		h.Fatalf("%s §8 answered by %v, the rule book says %v: %s", h.clock(), got, want, h.m.say(d))
	}
}

// checkOutbox: nothing for what came before the epoch, nothing to an address
// before the desk has confirmed it.
func (h *history) checkOutbox(st *ledger.State) {
	for _, d := range h.m.docs {
		if !d.arrived.Before(h.m.epoch) {
			continue
		}
		for key := range st.Outbox {
			if strings.Contains(key, d.id) {
				h.Fatalf("%s §4 mailed for what came before the first start: %s", h.clock(), key)
			}
		}
	}
	for key, o := range st.Outbox {
		for _, r := range o.Recipients {
			if b, known := h.m.book[r]; r == stranger && (!known || o.Created.Before(b.since)) {
				h.Fatalf("%s §3 mailed to a stranger: %s", h.clock(), key)
			}
		}
	}
}
