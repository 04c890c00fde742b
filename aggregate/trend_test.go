package aggregate_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"taizhang/aggregate"
	"taizhang/ledger"
)

func TestMonths(t *testing.T) {
	c, st := world(t)
	july := may.Add(2)
	submit(c, st, "禹州市", may, 1, ledger.QualityAccepted, figures(10, 100, 90, 80, 270))
	submit(c, st, "襄城县", may, 1, ledger.QualityReturned, figures(1, 1, 1, 1, 3))
	submit(c, st, "禹州市", july, 1, ledger.QualityAccepted, figures(1, 0, 2, 3, 5))
	st.Book(july).Exempt = map[string]ledger.Decision{"鄢陵县": {}}
	st.Book(july).Expected = c.UnitNames()[:6]
	s := aggregate.Build(c, st, aggregate.Request{Period: july, Number: 1, At: c.Schedule.CutOff(july)})
	var got []string
	for _, m := range s.Months {
		got = append(got, m.Period.String())
	}
	if d := cmp.Diff([]string{"2022-05", "2022-06", "2022-07"}, got); d != "" {
		t.Fatal(d)
	}
	v := func(n int64) aggregate.Value { return aggregate.Value{N: n, Known: true} }
	a, b := s.Months[0], s.Months[2]
	if a.Total["pension"] != v(100) || a.InForce != 1 || a.Due != 7 || a.Units["襄城县"]["pension"].Known {
		t.Errorf("May: %+v", a)
	}
	if b.Total["pension"] != v(0) || b.InForce != 1 || b.Due != 5 || s.Months[1].Total["pension"].Known {
		t.Errorf("July: %+v, June: %+v", b, s.Months[1])
	}
	if d := cmp.Diff(c.UnitNames(), s.MonthNames); d != "" {
		t.Errorf("a unit of an earlier month keeps its column: %s", d)
	}
	if got := []aggregate.Value{s.OverMonths("禹州市", "pension"), s.OverMonths("", "persons"), s.OverMonths("襄城县", "pension")}; got[0] != v(100) || got[1] != v(275) || got[2].Known {
		t.Errorf("over the months: %v", got)
	}
	if from, to := s.Unbroken("pension"); from != 2 || to != 3 {
		t.Errorf("unbroken: %d, %d", from, to)
	}
	if from, to := s.Unbroken("nothing"); from != to {
		t.Errorf("unbroken without figures: %d, %d", from, to)
	}
}

func TestRulingsAreOfVersionsInForce(t *testing.T) {
	c, st := world(t)
	submit(c, st, "禹州市", may, 1, ledger.QualityVerified, figures(10, 100, 90, 80, 270))
	submit(c, st, "襄城县", may, 1, ledger.QualityReturned, figures(1, 1, 1, 1, 3))
	for i := range st.Book(may).Submissions {
		st.Book(may).Submissions[i].Decisions = []ledger.Decision{{Action: "verify", Reason: "电话核实"}, {Action: "accept"}}
	}
	s := aggregate.Build(c, st, aggregate.Request{Period: may, Number: 1, At: c.Schedule.CutOff(may)})
	if d := cmp.Diff([]aggregate.Ruling{{Unit: "禹州市", Version: 1, Decision: ledger.Decision{Action: "verify", Reason: "电话核实"}}}, s.Rulings); d != "" {
		t.Error(d)
	}
}

// A later period that was issued is not issued anew: the next one says what
// changed in the months before, once.
func TestChangesOfEarlierPeriodsAreSaidOnce(t *testing.T) {
	c, st := world(t)
	june, july, august := may.Next(), may.Add(2), may.Add(3)
	issue := func(p ledger.Period) []aggregate.Change {
		s := aggregate.Build(c, st, aggregate.Request{Period: p, Number: 1, At: c.Schedule.CutOff(p)})
		st.Book(p).Issues = append(st.Book(p).Issues, s.Issue(p.String()))
		return s.Earlier
	}
	submit(c, st, "禹州市", may, 1, ledger.QualityAccepted, figures(10, 100, 90, 80, 270))
	submit(c, st, "襄城县", may, 1, ledger.QualityAccepted, figures(1, 2, 3, 4, 9))
	for i, p := range []ledger.Period{may, june} {
		if got := issue(p); len(got) != 0 {
			t.Errorf("issue %d: %+v", i, got)
		}
	}
	at := func(unit string, version int) *ledger.Submission {
		sub, ok := st.Submission(unit + may.String() + string(rune('0'+version)))
		if !ok {
			t.Fatal(unit)
		}
		return sub
	}
	submit(c, st, "禹州市", may, 2, ledger.QualityAccepted, figures(10, 101, 90, 80, 271))
	at("禹州市", 2).Decided = c.Schedule.CutOff(june).Add(time.Hour)
	at("襄城县", 1).Quality = ledger.QualityWithdrawn
	at("襄城县", 1).Decisions = []ledger.Decision{{At: c.Schedule.CutOff(june).Add(time.Hour), Action: "withdraw", Reason: "误报"}}
	got := issue(july)
	if len(got) != 2+5 {
		t.Fatalf("got %+v", got)
	}
	if ch := got[0]; ch.Period != may || ch.Unit != "禹州市" || ch.Old.N != 100 || ch.New.N != 101 || ch.Cause != aggregate.Amended || ch.Version != 2 {
		t.Errorf("got %+v", ch)
	}
	if ch := got[2]; ch.Unit != "襄城县" || ch.Old.N != 1 || ch.New.Known || ch.Cause != aggregate.Withdrawn || ch.Reason != "误报" {
		t.Errorf("got %+v", ch)
	}
	if got := issue(august); len(got) != 0 {
		t.Errorf("said twice: %+v", got)
	}
}
