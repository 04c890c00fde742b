package app_test

import (
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"taizhang/aggregate"
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

// check compares the program with the model, and both with the identities.
func (h *history) check() {
	st, err := h.app.State(h.ctx)
	if err != nil {
		h.Fatal(err)
	}
	h.checkDocuments(st)
	for _, p := range h.periods() {
		b := st.Book(p)
		h.checkSnapshot(b)
		stands := b.Standings(h.app.Campaign().Schedule, h.now)
		for i := range stands {
			h.checkStanding(p, &stands[i])
		}
		h.checkTally(p, ledger.TallyOf(stands))
		h.checkIssues(b)
		h.checkSums(st, p)
	}
	h.checkOutbox(st)
}

// checkDocuments compares what became of each document.
func (h *history) checkDocuments(st *ledger.State) {
	n := len(st.Unplaced)
	for _, b := range st.Books {
		n += len(b.Submissions)
	}
	if n != len(h.m.docs) {
		h.Fatalf("%d documents, the model has %d", n, len(h.m.docs))
	}
	for _, d := range h.m.docs {
		s, ok := st.Submission(d.id)
		if !ok {
			h.Fatalf("lost: %s", h.m.say(d))
		}
		if d.class == isHeld && (s.Unit == "" || s.Period.IsZero()) {
			d.at = place{s.Unit, s.Period} // the sources contradict each other: nothing is proposed
		}
		if classOf(s.Quality) != d.class || s.Version != d.version || s.Unit != d.at.unit || s.Period != d.at.period || !s.Arrived.Equal(d.arrived) {
			h.Fatalf("%s\nis %s %s of %s: %s v%d %v", h.m.say(d), s.Unit, s.Period, s.Arrived, s.Quality, s.Version, s.Reading.Findings)
		}
	}
}

// checkSnapshot: E(p) is taken once and never rewritten.
func (h *history) checkSnapshot(b *ledger.Book) {
	if old, ok := h.m.expected[b.Period]; ok && !slices.Equal(old, b.Expected) {
		h.Fatalf("E(%s) was rewritten: %v, now %v", b.Period, old, b.Expected)
	}
	h.m.expected[b.Period] = slices.Clone(b.Expected)
}

func (h *history) checkStanding(p ledger.Period, s *ledger.Standing) {
	at := place{s.Unit, p}
	want := h.m.punctuality(at, h.now)
	if s.Punctuality != want {
		h.Fatalf("%s %v: %s, the model says %s", h.now.Format(time.DateTime), at, s.Punctuality, want)
	}
	if first, _ := h.m.first(at); !s.Attempt.Equal(first) {
		h.Fatalf("%v: first attempt %s, want %s", at, s.Attempt, first)
	}
	late := 0
	if want == ledger.PunctualLate || want == ledger.PunctualAfter {
		late = h.m.lateDays(at)
	}
	if s.LateDays != late {
		h.Fatalf("%v: %d days late, want %d", at, s.LateDays, late)
	}
	force, top := h.m.inForce(at), h.m.top(at)
	if (force == nil) != (s.InForce == nil) || force != nil && force.id != s.InForce.ID {
		h.Fatalf("%v: in force %+v, want %+v", at, s.InForce, force)
	}
	if (top == nil) != (s.Newest == nil) || top != nil && top.id != s.Newest.ID {
		h.Fatalf("%v: newest %+v, want %+v", at, s.Newest, top)
	}
}

// checkTally: 应报 = E(p) − 免报 = the sum of all punctualities; no rate above
// 100 %.
func (h *history) checkTally(p ledger.Period, t ledger.Tally) {
	exempt, attempts, force, atOnce := 0, 0, 0, 0
	for _, u := range h.m.expected[p] {
		at := place{u, p}
		if h.m.exempt[at] {
			exempt++
			continue
		}
		if first, _ := h.m.first(at); !first.IsZero() {
			attempts++
		}
		if h.m.inForce(at) != nil {
			force++
		}
		if slices.ContainsFunc(h.m.of(at), func(d *paperwork) bool { return d.version == 1 && d.class == isAccepted }) {
			atOnce++
		}
	}
	sum := t.OnTime + t.Late + t.After + t.Held + t.Awaited + t.Overdue + t.Missing
	if t.Due != len(h.m.expected[p])-exempt || t.Due != sum {
		h.Fatalf("%s: 应报 %d, E %d, exempt %d, sum %d", p, t.Due, len(h.m.expected[p]), exempt, sum)
	}
	if t.Reported != attempts || t.InForce != force || t.FirstPass != atOnce {
		h.Fatalf("%s: %+v, want reported %d, in force %d, at once %d", p, t, attempts, force, atOnce)
	}
	if t.Reported > t.Due || t.OnTime > t.Due || t.InForce > t.Due || t.FirstPass > t.Reported {
		h.Fatalf("%s: a rate above 100 %%: %+v", p, t)
	}
}

// checkIssues: 1, 2, 3 …; a 更正版 only when a version in force changed, at
// most one a day, and with what is in force at that moment.
func (h *history) checkIssues(b *ledger.Book) {
	days := map[string]bool{}
	for i, is := range b.Issues {
		day := is.At.In(officeZone).Format(time.DateOnly)
		if is.Number != i+1 || days[day] && i > 0 {
			h.Fatalf("%s: issue %d of %s has number %d", b.Period, i+1, day, is.Number)
		}
		days[day] = i > 0
		if i > 0 && maps.Equal(is.Versions, b.Issues[i-1].Versions) {
			h.Fatalf("%s: issue %d although nothing changed", b.Period, is.Number)
		}
	}
	if n := len(b.Issues); n > h.issued[b.Period] {
		last := b.Issues[n-1]
		for _, u := range b.Expected {
			id := ""
			if f := h.m.inForce(place{u, b.Period}); f != nil {
				id = f.id
			}
			if last.Versions[u] != id {
				h.Fatalf("%s issue %d: %s with %q, in force is %q", b.Period, n, u, last.Versions[u], id)
			}
		}
		if n > h.issued[b.Period]+1 {
			h.Fatalf("%s: two issues in one step", b.Period)
		}
		h.issued[b.Period] = n
	}
}

// checkSums: 合计 = Σ of versions in force, exempt units listed and summed.
func (h *history) checkSums(st *ledger.State, p ledger.Period) {
	sum := aggregate.Build(h.app.Campaign(), st, aggregate.Request{Period: p, Number: len(st.Book(p).Issues) + 1, At: h.now})
	want := map[string]int64{}
	any := false
	for _, u := range players {
		f := h.m.inForce(place{u, p})
		if f == nil {
			continue
		}
		any = true
		for key, text := range map[string]string{"pension": f.facts.pension, "injury": f.facts.injury, "unemployment": f.facts.unemployment} {
			n, err := strconv.ParseInt(text, 10, 64)
			if err != nil {
				h.Fatalf("in force without a figure: %s", h.m.say(f))
			}
			want[key] += n
			want["persons"] += n
		}
		if !slices.ContainsFunc(sum.Rows, func(r aggregate.Row) bool { return r.Unit == u && r.Month["pension"].Known }) {
			h.Fatalf("%s %s: not listed", u, p)
		}
	}
	for _, key := range []string{"pension", "injury", "unemployment", "persons"} {
		if got := sum.Total.Month[key]; got.N != want[key] || got.Known != any {
			h.Fatalf("%s %s: total %+v, want %d", p, key, got, want[key])
		}
	}
}

// checkAnswer: no receipt for figures that are not in force.
func (h *history) checkAnswer(a arrival, d *paperwork, st *ledger.State) {
	if d.class != isDuplicate || d.repeats == isAccepted {
		return
	}
	if _, wrong := st.Outbox["receipt/"+d.id]; wrong {
		h.Fatalf("a receipt from %s repeats a version that is %s: %s", a.from, d.repeats, h.m.say(d))
	}
}

// checkOutbox: nothing for what came before the epoch, nothing to a stranger.
func (h *history) checkOutbox(st *ledger.State) {
	for _, d := range h.m.docs {
		if !d.arrived.Before(h.m.epoch) {
			continue
		}
		for key := range st.Outbox {
			if strings.Contains(key, d.id) {
				h.Fatalf("mailed for the past: %s", key)
			}
		}
	}
	for key, o := range st.Outbox {
		for _, r := range o.Recipients {
			if strings.HasPrefix(r, "stranger") {
				h.Fatalf("mailed to a stranger: %s", key)
			}
		}
	}
}
