package app_test

import (
	"bytes"
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"taizhang/app"
	"taizhang/ledger"
)

// apart has the mails come in several polls in any order, the desk decide what
// was found late, and compares the ledger. It returns how often the desk decided.
func apart(t *testing.T, root string, rng *rand.Rand, mails []posted, want map[string]string, where string) int {
	t.Helper()
	o := newBureau(t, root)
	defer o.end()
	polls := 2 + rng.IntN(4)
	batches := make([][]int, polls)
	for _, i := range rng.Perm(len(mails)) {
		b := rng.IntN(polls)
		batches[b] = append(batches[b], i)
	}
	decided := 0
	for b, batch := range batches {
		now := lastPoll.Add(time.Duration(b-polls+1) * 20 * time.Minute)
		for _, i := range batch {
			o.box.folders["INBOX"] = append(o.box.folders["INBOX"], mails[i].raw)
		}
		o.step(now)
		decided += o.deskOnLate(now, mails)
	}
	got := o.ledgers()
	for at, w := range want {
		if got[at] != w {
			t.Errorf("%s, in %d polls: %s", where, polls, o.story(at, mails, batches))
		}
	}
	if d := gocmp.Diff(want, got); d != "" {
		t.Fatalf("another ledger (-together +apart):\n%s", d)
	}
	return decided
}

// deskOnLate decides what was found later than a newer version: the desk takes
// each for what it is, in the order of arrival, and then files anew what arrived
// last, which stands in force by the rule that the newest counts (rule book §5).
func (o *bureau) deskOnLate(now time.Time, mails []posted) int {
	o.t.Helper()
	st := o.state()
	var late []ledger.Submission
	for _, b := range st.Books {
		for _, s := range b.Submissions {
			if s.Quality == ledger.QualityHeld && s.Reading.Has(ledger.ILateDiscovery) && !s.Reading.Has(ledger.ISenderUnknown) {
				late = append(late, s)
			}
		}
	}
	slices.SortFunc(late, func(a, b ledger.Submission) int { return cmp.Or(a.Arrived.Compare(b.Arrived), cmp.Compare(a.ID, b.ID)) })
	touched := map[place]bool{}
	for _, s := range late {
		d := app.DeskAction{Action: "accept", Target: s.ID, Supersede: true, Reason: "迟到的邮件"}
		if slices.ContainsFunc(s.Reading.Findings, func(f ledger.Finding) bool { return f.Severity == ledger.Block }) {
			d = app.DeskAction{Action: "return", Target: s.ID, Reason: "数字无法确认"}
		}
		if _, err := o.app.Desk(o.t.Context(), now, d); err != nil {
			o.t.Fatalf("%s %s: %v", d.Action, s.ID, err)
		}
		touched[place{s.Unit, s.Period}] = true
	}
	for at := range touched {
		o.fileLast(now, at, mails)
	}
	return len(late)
}

// fileLast hands in what the unit sent last of what has come so far.
func (o *bureau) fileLast(now time.Time, at place, mails []posted) {
	o.t.Helper()
	var last *posted
	for i := range mails {
		m := &mails[i]
		here := slices.ContainsFunc(o.box.folders["INBOX"], func(raw []byte) bool { return bytes.Equal(raw, m.raw) })
		if here && m.at == at && m.signed && !m.facts.faulty() && (last == nil || m.arrived.After(last.arrived)) {
			last = m
		}
	}
	if last == nil {
		return
	}
	d := app.DeskAction{Action: "file", Unit: at.unit, Period: at.period, Reason: "以最后到达的为准",
		File: &app.HandedIn{Name: "台账.csv", Data: last.page, Arrived: last.arrived}}
	r, err := o.app.Desk(o.t.Context(), now, d)
	if err != nil {
		o.t.Fatalf("file %v: %v", at, err)
	}
	for _, c := range r.Changed {
		if c.Quality != ledger.QualityHeld {
			continue
		}
		// What was returned meanwhile came later still: the desk means what it files.
		d := app.DeskAction{Action: "accept", Target: c.ID, Supersede: true, Reason: d.Reason}
		if _, err := o.app.Desk(o.t.Context(), now, d); err != nil {
			o.t.Fatalf("accept what was filed for %v: %v", at, err)
		}
	}
}

// story tells what came for a unit and month in each poll, and what became of
// it: what is needed to see why an order of arrival led to another ledger.
func (o *bureau) story(at string, mails []posted, batches [][]int) string {
	var b strings.Builder
	b.WriteString(at)
	for poll, batch := range batches {
		for _, i := range batch {
			if m := &mails[i]; m.at.unit+m.at.period.String() == at {
				fmt.Fprintf(&b, "\n  poll %d: arrived %s, signed %t: pension %s, injury %s", poll, m.arrived.Format(time.DateTime), m.signed, m.facts.pension, m.facts.injury)
			}
		}
	}
	for _, book := range o.state().Sorted() {
		for _, s := range book.Submissions {
			if s.Unit+s.Period.String() == at {
				fmt.Fprintf(&b, "\n  version %d, repeats %d, %s, by the desk %t: arrived %s, decided %s, pension %v, %v%v", s.Version, s.Duplicate, s.Quality, s.ByDesk,
					s.Arrived.Format(time.RFC3339), s.Decided.Format(time.RFC3339), s.Reading.Figures["pension"].Value, codesIn(s.Reading.Findings), actionsOf(s.Decisions))
			}
		}
	}
	return b.String()
}

func codesIn(fs []ledger.Finding) (out []ledger.Code) {
	for _, f := range fs {
		out = append(out, f.Code)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func actionsOf(ds []ledger.Decision) (out []string) {
	for _, d := range ds {
		out = append(out, d.Action)
	}
	return out
}
