package aggregate_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"taizhang/aggregate"
	"taizhang/ledger"
)

// TestTargetsByMonth: a target of mid-year holds from its month on. A month
// before is made anew, however late, with the target it had, and the change is
// said in its first month only.
func TestTargetsByMonth(t *testing.T) {
	c, st := world(t)
	june, july := may.Next(), may.Add(2)
	u := c.Unit("禹州市") // 101500 pensions
	u.Baselines = map[string]int64{"pension": 90000}
	u.TargetChanges = []ledger.TargetChange{
		{From: june, Notice: "30号", Target: ledger.Target{Heads: map[string]int64{"pension": 103000}}},
		{From: june, Notice: "31号", Target: ledger.Target{Heads: map[string]int64{"injury": 58000}, ProjectRate: 950}}, // injury as it was
	}
	for i, p := range []ledger.Period{may, june, july} {
		submit(c, st, "禹州市", p, 1, ledger.QualityAccepted, figures(1, int64(100*(i+1)), 1, 1, int64(100*(i+1)+2)))
	}
	at := c.Schedule.CutOff(july)
	build := func(p ledger.Period) *aggregate.Summary {
		return aggregate.Build(c, st, aggregate.Request{Period: p, Number: 1, At: at})
	}
	for _, k := range []struct {
		p            ledger.Period
		rate         aggregate.Ratio
		total        int64
		projects     int64
		changes      int
		shown, label string
	}{
		{may, aggregate.Ratio{Num: 90100, Den: 101500}, 598100, 900, 0, "88.8%", "its own target"},
		{june, aggregate.Ratio{Num: 90300, Den: 103000}, 599600, 0, 2, "87.7%", "the new target"}, // the others' rate stays 900
		{july, aggregate.Ratio{Num: 90600, Den: 103000}, 599600, 0, 0, "88.0%", "said once"},
	} {
		s := build(k.p)
		r := s.Rows[1]
		if r.Rate["pension"] != k.rate || r.Rate["pension"].Percent() != k.shown || s.Total.Target["pension"].N != k.total || s.ProjectTarget() != k.projects || len(s.Targets) != k.changes {
			t.Errorf("%s, %s: rate %v %s, total %d, projects %d, changes %+v", k.p, k.label, r.Rate["pension"], r.Rate["pension"].Percent(), s.Total.Target["pension"].N, s.ProjectTarget(), s.Targets)
		}
	}
	v := func(n int64) aggregate.Value { return aggregate.Value{N: n, Known: true} }
	want := []aggregate.NewTarget{
		{Unit: "禹州市", Measure: *c.Form.Measure("pension"), Old: v(101500), New: v(103000), Notice: "30号"},
		{Unit: "禹州市", Old: v(900), New: v(950), Notice: "31号"},
	}
	if d := cmp.Diff(want, build(june).Targets); d != "" {
		t.Error(d)
	}
}

// TestStocks: a 期末参保人数 that the config states overrides baseline and
// additions for its own period, also without a baseline; it makes no unit
// reported and gives none a rank that has not (rule book §7).
func TestStocks(t *testing.T) {
	c, st := world(t)
	june := may.Next()
	for _, p := range []ledger.Period{may, june} {
		submit(c, st, "禹州市", p, 1, ledger.QualityAccepted, figures(1, 100, 1, 1, 102))
	}
	u := c.Unit("禹州市")
	u.Baselines = map[string]int64{"pension": 90000}
	u.Stocks = map[ledger.Period]map[string]int64{june: {"pension": 50750, "injury": 29000}}
	c.Unit("长葛市").Stocks = map[ledger.Period]map[string]int64{june: {"pension": 99500}} // has not reported
	for _, k := range []struct {
		p               ledger.Period
		pension, injury string
		stocks          int
	}{{may, "88.8%", "", 0}, {june, "50.0%", "50.0%", 3}, {june.Next(), "88.9%", "", 0}} {
		s := aggregate.Build(c, st, aggregate.Request{Period: k.p, Number: 1, At: c.Schedule.CutOff(june.Next())})
		r := s.Rows[1]
		if r.Rate["pension"].Percent() != k.pension || r.Rate["injury"].Percent() != k.injury || len(s.Stocks()) != k.stocks {
			t.Errorf("%s: %s, %s, %v", k.p, r.Rate["pension"].Percent(), r.Rate["injury"].Percent(), s.Stocks())
		}
		if got := s.Rows[2]; got.Month["pension"].Known || got.Rank["pension"] != 0 || got.Standing.InForce != nil {
			t.Errorf("%s: a stock is no report: %+v", k.p, got)
		}
	}
	if c.Unit("禹州市").Target.Heads["pension"] != 101500 {
		t.Error("the target is not touched")
	}
}
