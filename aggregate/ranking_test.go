package aggregate_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"taizhang/aggregate"
	"taizhang/ledger"
)

func TestPace(t *testing.T) {
	c, st := world(t)
	for _, k := range []struct {
		p    ledger.Period
		want string
	}{{may, "12.5%"}, {may.Add(2), "37.5%"}, {c.Last, "100.0%"}, {may.Prev(), ""}, {c.Last.Next(), ""}} {
		s := aggregate.Build(c, st, aggregate.Request{Period: k.p, Number: 1, At: c.Schedule.CutOff(k.p)})
		if got := s.Pace().Percent(); got != k.want {
			t.Errorf("%s: got %q, want %q", k.p, got, k.want)
		}
	}
}

// The difference is taken of the unrounded shares and then rounded half up.
func TestGap(t *testing.T) {
	r := func(n, d int64) aggregate.Ratio { return aggregate.Ratio{Num: n, Den: d} }
	for _, k := range []struct {
		a, b  aggregate.Ratio
		sign  int
		print string
		known bool
	}{
		{r(1, 2), r(1, 8), 1, "37.5", true}, {r(1, 8), r(1, 2), -1, "37.5", true}, {r(2, 16), r(1, 8), 0, "0.0", true},
		{r(12504, 100000), r(1, 8), 1, "0.0", true}, {r(1255, 10000), r(1, 8), 1, "0.1", true}, {r(12549, 100000), r(1, 8), 1, "0.0", true},
		{r(1245, 10000), r(1, 8), -1, "0.1", true}, {r(0, 5), r(1, 8), -1, "12.5", true}, {aggregate.Ratio{}, r(1, 8), 0, "0.0", false},
		{r(1, 8), aggregate.Ratio{}, 0, "0.0", false}, {r(1<<61, 1<<60), r(1, 8), 1, "187.5", true},
	} {
		g, ok := k.a.Gap(k.b)
		if g.Sign != k.sign || g.Points() != k.print || ok != k.known {
			t.Errorf("%v - %v: got %+v %s %v", k.a, k.b, g, g.Points(), ok)
		}
	}
	for _, k := range []struct {
		r    aggregate.Ratio
		want string
	}{{r(1, 2000), "0.1%"}, {r(-1, 2000), "0.0%"}, {r(-3, 1000), "-0.3%"}, {r(3, 2), "150.0%"}, {aggregate.Ratio{}, ""}, {r(0, 7), "0.0%"}} {
		if got := k.r.Percent(); got != k.want {
			t.Errorf("%v: got %q, want %q", k.r, got, k.want)
		}
	}
}

func TestRankingSharesPlaces(t *testing.T) {
	c, st := world(t)
	for i, u := range []string{"市本级", "禹州市", "长葛市", "魏都区"} {
		submit(c, st, u, may, 1, ledger.QualityAccepted, figures(1, 1, 1, 1, []int64{30, 40, 30, 20}[i]))
	}
	st.Book(may).Exempt = map[string]ledger.Decision{"建安区": {Reason: "x"}, "魏都区": {Reason: "y"}}
	s := aggregate.Build(c, st, aggregate.Request{Period: may, Number: 1, At: c.Schedule.CutOff(may)})
	places, unranked := s.Ranking("persons")
	v := func(n int64) aggregate.Value { return aggregate.Value{N: n, Known: true} }
	if d := cmp.Diff([]aggregate.Place{{Rank: 1, Units: []string{"禹州市"}, Value: v(40)}, {Rank: 2, Units: []string{"市本级", "长葛市"}, Value: v(30)}}, places); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff([]string{"鄢陵县", "襄城县"}, unranked); d != "" {
		t.Errorf("unranked, without the exempt: %s", d)
	}
	if s.InForce() != 4 || s.Tally.InForce != 3 || s.Rows[3].ExemptReason != "y" {
		t.Errorf("in force %d, tally %+v", s.InForce(), s.Tally)
	}
	submit(c, st, "鄢陵县", may, 1, ledger.QualityAccepted, figures(1, 1, 1, 1, 30))
	places, _ = aggregate.Build(c, st, aggregate.Request{Period: may, Number: 1, At: c.Schedule.CutOff(may)}).Ranking("persons")
	submit(c, st, "襄城县", may, 1, ledger.QualityAccepted, figures(1, 1, 1, 1, 5))
	last, _ := aggregate.Build(c, st, aggregate.Request{Period: may, Number: 1, At: c.Schedule.CutOff(may)}).Ranking("persons")
	if len(places) != 2 || len(places[1].Units) != 3 || last[2].Rank != 5 {
		t.Errorf("1, 2, 2, 2, 5: got %+v", last)
	}
}

// An exempt unit without a baseline does not keep the others from being
// ranked by rate; without any report nothing is ranked by rate.
func TestByRateAsksTheRankedOnly(t *testing.T) {
	c, st := world(t)
	build := func() *aggregate.Summary {
		return aggregate.Build(c, st, aggregate.Request{Period: may, Number: 1, At: c.Schedule.CutOff(may)})
	}
	if s := build(); s.ByRate["pension"] || s.MonthUnits("pension") != 0 {
		t.Errorf("nobody reported: %v", s.ByRate)
	}
	for _, u := range []string{"市本级", "禹州市"} {
		submit(c, st, u, may, 1, ledger.QualityAccepted, figures(1, 2, 2, 2, 6))
	}
	c.Unit("市本级").Baselines = map[string]int64{"pension": 1}
	st.Book(may).Exempt = map[string]ledger.Decision{"禹州市": {}}
	if s := build(); !s.ByRate["pension"] || s.ByRate["persons"] || s.Rows[1].Rank["pension"] != 0 {
		t.Errorf("got %v, %v", s.ByRate, s.Rows[1].Rank)
	}
}

func TestProjectRateIsNoMeanOfRates(t *testing.T) {
	c, st := world(t)
	put := func(unit string, p ledger.Period, begun, insured int64) {
		fs := figures(1, 1, 1, 1, 3)
		fs["projects_new"] = ledger.NewNumber(begun)
		if insured >= 0 {
			fs["projects_insured"] = ledger.NewNumber(insured)
		}
		submit(c, st, unit, p, 1, ledger.QualityAccepted, fs)
	}
	june := may.Next()
	put("市本级", may, 100, 100)
	put("市本级", june, 1, 0)
	put("禹州市", june, 9, 9)
	put("长葛市", june, 50, -1) // states one of the two: counts for neither
	s := aggregate.Build(c, st, aggregate.Request{Period: june, Number: 1, At: c.Schedule.CutOff(june)})
	if s.Projects != (aggregate.Projects{New: 10, Insured: 9, Units: 2}) || s.ProjectsYear != (aggregate.Projects{New: 110, Insured: 109, Units: 2}) {
		t.Errorf("got %+v, %+v", s.Projects, s.ProjectsYear)
	}
	if r := s.Projects.Rate(); r.Percent() != "90.0%" || !r.AtLeast(s.ProjectTarget()) || s.ProjectTarget() != 900 {
		t.Errorf("rate %v, target %d", r, s.ProjectTarget())
	}
	c.Basis = ledger.BasisCumulative
	s = aggregate.Build(c, st, aggregate.Request{Period: june, Number: 1, At: c.Schedule.CutOff(june)})
	if s.ProjectsYear.New != 10 {
		t.Errorf("the newest cumulative figure holds all before it: %+v", s.ProjectsYear)
	}
	if (aggregate.Projects{Units: 1}).Rate().Known() || (aggregate.Projects{New: 1, Insured: 2, Units: 1}).Rate().Known() {
		t.Error("no project, or more insured than begun: no rate")
	}
	c.Unit("市本级").Target.ProjectRate = 800
	if s.ProjectTarget() != 0 {
		t.Error("different targets are no common one")
	}
}

func TestWhyAFigureChanged(t *testing.T) {
	c, st := world(t)
	cut := c.Schedule.CutOff(may)
	at := func(unit string, version int) *ledger.Submission {
		s, ok := st.Submission(unit + may.String() + string(rune('0'+version)))
		if !ok {
			t.Fatal(unit)
		}
		return s
	}
	for _, u := range []string{"市本级", "禹州市", "长葛市"} {
		submit(c, st, u, may, 1, ledger.QualityAccepted, figures(1, 2, 2, 2, 6))
	}
	submit(c, st, "魏都区", may, 1, ledger.QualityReturned, figures(1, 2, 2, 2, 6))
	first := aggregate.Build(c, st, aggregate.Request{Period: may, Number: 1, At: cut})
	st.Book(may).Issues = []ledger.Issue{first.Issue("k")}
	submit(c, st, "禹州市", may, 2, ledger.QualityAccepted, figures(2, 2, 2, 2, 6))
	at("长葛市", 1).Quality = ledger.QualityWithdrawn
	at("长葛市", 1).Decisions = []ledger.Decision{{At: cut.Add(-1), Reason: "old"}, {At: cut.Add(1), Reason: "误报"}}
	at("魏都区", 1).Quality = ledger.QualityAccepted
	submit(c, st, "襄城县", may, 1, ledger.QualityAccepted, figures(1, 2, 2, 2, 6))
	at("襄城县", 1).Arrived = cut.Add(1)
	s := aggregate.Build(c, st, aggregate.Request{Period: may, Number: 2, At: cut.Add(1000)})
	got := map[string]aggregate.Cause{}
	for _, ch := range s.Changes {
		got[ch.Unit] = ch.Cause
		if ch.Unit == "长葛市" && (ch.Reason != "误报" || ch.New.Known) {
			t.Errorf("got %+v", ch)
		}
		if ch.Unit == "禹州市" && ch.Version != 2 {
			t.Errorf("got %+v", ch)
		}
	}
	if d := cmp.Diff(map[string]aggregate.Cause{"禹州市": aggregate.Amended, "长葛市": aggregate.Withdrawn, "魏都区": aggregate.Admitted, "襄城县": aggregate.Late}, got); d != "" {
		t.Error(d)
	}
}

func TestDaysOverdue(t *testing.T) {
	c, st := world(t)
	due := c.Schedule.Due(may)
	for _, k := range []struct {
		after int // hours
		want  int
	}{{-1, 0}, {0, 1}, {9, 1}, {24, 2}, {24 * 5, 6}} {
		s := aggregate.Build(c, st, aggregate.Request{Period: may, Number: 1, At: due.Add(time.Duration(k.after) * time.Hour)})
		if got := s.DaysOverdue(&s.Rows[0]); got != k.want {
			t.Errorf("%d hours after: got %d, want %d", k.after, got, k.want)
		}
	}
	if s := aggregate.Build(c, st, aggregate.Request{Period: may, Number: 1, At: due.Add(time.Duration(9) * time.Hour)}); len(s.Reporting(ledger.PunctualMissing)) != 7 || !s.Closing.Equal(c.Schedule.Closing(may)) {
		t.Errorf("missing: %d, closing %s", len(s.Reporting(ledger.PunctualMissing)), s.Closing)
	}
}
