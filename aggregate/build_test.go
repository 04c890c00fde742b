package aggregate_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"taizhang/aggregate"
	"taizhang/config"
	"taizhang/ledger"
)

var may = ledger.Period{Year: 2022, Month: time.May}

// world is the built-in campaign with a state that a test fills.
func world(t *testing.T) (*ledger.Campaign, *ledger.State) {
	t.Helper()
	cfg, err := config.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	st := &ledger.State{Books: map[ledger.Period]*ledger.Book{}}
	for _, p := range cfg.Campaign.Periods() {
		st.Books[p] = &ledger.Book{Period: p, Expected: cfg.Campaign.UnitNames()}
	}
	return &cfg.Campaign, st
}

func submit(c *ledger.Campaign, st *ledger.State, unit string, p ledger.Period, version int, q ledger.Quality, fs ledger.Figures) {
	st.Put(ledger.Submission{ID: unit + p.String() + string(rune('0'+version)), Unit: unit, Period: p, Version: version, Quality: q,
		Arrived: p.First().AddDays(20).At(9+version, 0, c.Schedule.Zone),
		Reading: ledger.Reading{Kind: ledger.KindLedger, Unit: unit, Period: p, Figures: fs}})
}

func figures(n, a, b, c, sum int64) ledger.Figures {
	return ledger.Figures{"enterprises": ledger.NewNumber(n), "pension": ledger.NewNumber(a), "injury": ledger.NewNumber(b),
		"unemployment": ledger.NewNumber(c), "persons": ledger.NewNumber(sum)}
}

func TestOnlyTheVersionInForceCounts(t *testing.T) {
	c, st := world(t)
	submit(c, st, "禹州市", may, 1, ledger.QualityAccepted, figures(10, 100, 90, 80, 270))
	submit(c, st, "禹州市", may, 2, ledger.QualityReturned, figures(99, 999, 999, 999, 2997))
	submit(c, st, "长葛市", may, 1, ledger.QualityQueried, figures(5, 50, 0, 40, 90))
	submit(c, st, "魏都区", may, 1, ledger.QualityReturned, figures(7, 70, 70, 70, 210))
	s := aggregate.Build(c, st, aggregate.Request{Period: may, Number: 1, At: c.Schedule.CutOff(may)})
	if got := s.Total.Month["pension"]; got != (aggregate.Value{N: 150, Known: true}) {
		t.Errorf("pension: got %v", got)
	}
	if got := s.Total.Month["injury"]; got != (aggregate.Value{N: 90, Known: true}) {
		t.Errorf("an explicit 0 adds up: got %v", got)
	}
	if s.Tally.InForce != 2 || s.Tally.Reported != 3 || s.Tally.Due != 7 || s.Tally.Missing != 4 {
		t.Errorf("tally: %+v", s.Tally)
	}
	if got := s.Total.Target["pension"].N; got != 598100 {
		t.Errorf("target: got %d", got)
	}
	if r := s.Rows[1]; r.Rate["pension"].Known() || r.Rank["pension"] != 1 {
		t.Errorf("without a baseline there is a rank and no rate: %+v", r)
	}
}

func TestCumulativeAndDelta(t *testing.T) {
	c, st := world(t)
	june := may.Next()
	submit(c, st, "禹州市", may, 1, ledger.QualityAccepted, figures(10, 100, 90, 80, 270))
	submit(c, st, "禹州市", june, 1, ledger.QualityAccepted, ledger.Figures{"pension": ledger.NewNumber(60), "persons": ledger.NewNumber(60),
		"injury": {Kind: ledger.Dash}})
	s := aggregate.Build(c, st, aggregate.Request{Period: june, Number: 1, At: c.Schedule.CutOff(june)})
	r := s.Rows[1]
	if r.Cumulative["pension"].N != 160 || r.Delta["pension"].N != -40 || r.Counted != 2 {
		t.Errorf("got %+v", r)
	}
	if r.Month["injury"].Known || r.Delta["injury"].Known || r.Cumulative["injury"].N != 90 {
		t.Errorf("a dash is no number: %+v", r)
	}
	c.Basis = ledger.BasisCumulative
	s = aggregate.Build(c, st, aggregate.Request{Period: june, Number: 1, At: c.Schedule.CutOff(june)})
	if got := s.Rows[1].Cumulative["pension"].N; got != 60 {
		t.Errorf("a cumulative figure replaces: got %d", got)
	}
}

func TestRanksAndRates(t *testing.T) {
	c, st := world(t)
	for i, u := range []string{"市本级", "禹州市", "长葛市"} {
		submit(c, st, u, may, 1, ledger.QualityAccepted, figures(1, []int64{30, 30, 20}[i], 1, 1, 40))
		c.Unit(u).Baselines = map[string]int64{"pension": c.Unit(u).Target.Heads["pension"] - 100}
	}
	s := aggregate.Build(c, st, aggregate.Request{Period: may, Number: 1, At: c.Schedule.CutOff(may)})
	if got := []int{s.Rows[0].Rank["persons"], s.Rows[1].Rank["persons"], s.Rows[2].Rank["persons"], s.Rows[3].Rank["persons"]}; got[0] != 1 || got[1] != 1 || got[2] != 1 || got[3] != 0 {
		t.Errorf("ties share, the unreported are not ranked: %v", got)
	}
	// The unrounded rates decide: all three print 100.0 %.
	if got := []int{s.Rows[0].Rank["pension"], s.Rows[1].Rank["pension"], s.Rows[2].Rank["pension"]}; got[0] != 1 || got[1] != 2 || got[2] != 3 {
		t.Errorf("ranks by rate: %v", got)
	}
	if got := s.Rows[0].Rate["pension"].Permille(); got != 1000 {
		t.Errorf("permille: %d", got)
	}
}

func TestRatioRoundsHalfUp(t *testing.T) {
	for _, c := range []struct {
		r    aggregate.Ratio
		want int64
	}{{aggregate.Ratio{Num: 1, Den: 2000}, 1}, {aggregate.Ratio{Num: 1, Den: 2001}, 0}, {aggregate.Ratio{Num: 8995, Den: 10000}, 900}, {aggregate.Ratio{Num: -1, Den: 2000}, 0}, {aggregate.Ratio{Num: 2, Den: 3}, 667}} {
		if got := c.r.Permille(); got != c.want {
			t.Errorf("%v: got %d, want %d", c.r, got, c.want)
		}
	}
	if (aggregate.Ratio{Num: 8999, Den: 10000}).AtLeast(900) {
		t.Error("89.99 % does not reach 90 %, although it prints 90.0 %")
	}
}

func TestAUnitDroppedFromTheConfigStaysInItsPeriod(t *testing.T) {
	c, st := world(t)
	submit(c, st, "襄城县", may, 1, ledger.QualityAccepted, figures(1, 2, 2, 2, 6))
	c.Units = c.Units[:6]
	s := aggregate.Build(c, st, aggregate.Request{Period: may, Number: 1, At: c.Schedule.CutOff(may)})
	if len(s.Rows) != 7 || s.Rows[6].Unit != "襄城县" || s.Total.Month["persons"].N != 6 || s.Tally.InForce != 1 {
		t.Errorf("rows, total and tally must agree: %d rows, %+v, %+v", len(s.Rows), s.Total.Month, s.Tally)
	}
}

func TestChangesSinceTheLastIssue(t *testing.T) {
	c, st := world(t)
	submit(c, st, "禹州市", may, 1, ledger.QualityAccepted, figures(10, 100, 90, 80, 270))
	first := aggregate.Build(c, st, aggregate.Request{Period: may, Number: 1, At: c.Schedule.CutOff(may)})
	st.Book(may).Issues = []ledger.Issue{first.Issue("summary/2022-05/r1")}
	submit(c, st, "禹州市", may, 2, ledger.QualityAccepted, figures(10, 101, 90, 80, 271))
	submit(c, st, "襄城县", may, 1, ledger.QualityAccepted, figures(0, 3, 3, 3, 9))
	second := aggregate.Build(c, st, aggregate.Request{Period: may, Number: 2, At: c.Schedule.CutOff(may)})
	if len(second.Changes) != 7 || second.Correction() != 1 {
		t.Fatalf("got %d changes: %+v", len(second.Changes), second.Changes)
	}
	if ch := second.Changes[0]; ch.Unit != "禹州市" || ch.Old.N != 100 || ch.New.N != 101 {
		t.Errorf("got %+v", ch)
	}
	if ch := second.Changes[2]; ch.Unit != "襄城县" || ch.Old.Known {
		t.Errorf("a new unit has no old figure: %+v", ch)
	}
}

func TestRowOfIsTheSummarysRow(t *testing.T) {
	c, st := world(t)
	c.Units[1].Baselines = map[string]int64{"pension": 1000}
	submit(c, st, "禹州市", may, 1, ledger.QualityAccepted, figures(10, 100, 90, 80, 270))
	submit(c, st, "禹州市", may.Next(), 1, ledger.QualityQueried, figures(1, 2, 3, 4, 9))
	submit(c, st, "襄城县", may.Next(), 1, ledger.QualityAccepted, figures(0, 3, 3, 3, 9))
	c.Units = c.Units[:6] // 襄城县 was dropped and stays in its periods
	req := aggregate.Request{Period: may.Next(), Number: 1, At: c.Schedule.CutOff(may.Next())}
	sum := aggregate.Build(c, st, req)
	if len(sum.Rows) != 7 {
		t.Fatalf("%d rows", len(sum.Rows))
	}
	for _, want := range sum.Rows {
		got, ok := aggregate.RowOf(c, st, want.Unit, req)
		want.Rank = got.Rank // of the others, too
		if diff := cmp.Diff(want, got); !ok || diff != "" {
			t.Errorf("%s (-Build +RowOf):\n%s", want.Unit, diff)
		}
	}
	if _, ok := aggregate.RowOf(c, st, "许昌县", req); ok {
		t.Error("a unit that the summary does not list has a row")
	}
}
