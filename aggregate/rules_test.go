package aggregate_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"taizhang/aggregate"
	"taizhang/ledger"
)

// TestPaceOfEveryMonth: 序时进度 is elapsed over total months, whole in December.
func TestPaceOfEveryMonth(t *testing.T) {
	c, st := world(t)
	var got []string
	for _, p := range c.Periods() {
		s := aggregate.Build(c, st, aggregate.Request{Period: p, Number: 1, At: c.Schedule.CutOff(p)})
		got = append(got, fmt.Sprintf("%s %d/%d %s", p, s.Pace().Num, s.Pace().Den, s.Pace().Percent()))
	}
	want := []string{"2022-05 1/8 12.5%", "2022-06 2/8 25.0%", "2022-07 3/8 37.5%", "2022-08 4/8 50.0%",
		"2022-09 5/8 62.5%", "2022-10 6/8 75.0%", "2022-11 7/8 87.5%", "2022-12 8/8 100.0%"}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

// TestDelta: 较上月 absolute; without figures of the month before －; base 0 is a
// base; there is nothing before the first month (rule book §7).
func TestDelta(t *testing.T) {
	c, st := world(t)
	months := map[string][]int64{"市本级": {0, 5, 3}, "禹州市": {7, 0, 0}, "长葛市": {4, -1, 9}, "魏都区": {-1, 2, 2}}
	for unit, ns := range months {
		for i, n := range ns {
			if n >= 0 {
				submit(c, st, unit, may.Add(i), 1, ledger.QualityAccepted, figures(1, n, 1, 1, n+2))
			}
		}
	}
	want := map[string][]string{"市本级": {"－", "5", "-2"}, "禹州市": {"－", "-7", "0"}, "长葛市": {"－", "－", "－"}, "魏都区": {"－", "－", "0"}, "": {"－", "-2", "-2"}}
	got := map[string][]string{}
	for i := range 3 {
		s := aggregate.Build(c, st, aggregate.Request{Period: may.Add(i), Number: 1, At: c.Schedule.CutOff(may.Add(i))})
		for _, r := range append(slices.Clone(s.Rows), s.Total) {
			if _, asked := want[r.Unit]; !asked {
				continue
			}
			text := "－"
			if v := r.Delta["pension"]; v.Known {
				text = fmt.Sprint(v.N)
			}
			got[r.Unit] = append(got[r.Unit], text)
		}
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

// TestProjectRateBounds: Σ/Σ, － without projects, 达标 on the unrounded value.
func TestProjectRateBounds(t *testing.T) {
	for _, k := range []struct {
		begun, insured int64
		shown          string
		reached        bool
	}{{0, 0, "", false}, {10, 9, "90.0%", true}, {10000, 8999, "90.0%", false}, {10000, 9000, "90.0%", true}, {10000, 8994, "89.9%", false},
		{10000, 8995, "90.0%", false}, {3, 0, "0.0%", false}, {7, 7, "100.0%", true}, {7, 8, "", false}} {
		r := aggregate.Projects{New: k.begun, Insured: k.insured, Units: 1}.Rate()
		if r.Percent() != k.shown || r.AtLeast(900) != k.reached {
			t.Errorf("%d of %d: got %q, %v", k.insured, k.begun, r.Percent(), r.AtLeast(900))
		}
	}
}

// TestNoTargetNoRate: no division by a missing or zero target, no rate without
// a baseline, a baseline of 0 is one.
func TestNoTargetNoRate(t *testing.T) {
	c, st := world(t)
	submit(c, st, "禹州市", may, 1, ledger.QualityAccepted, figures(1, 100, 100, 100, 300))
	u := c.Unit("禹州市")
	for _, k := range []struct {
		target, base map[string]int64
		want         string
	}{
		{map[string]int64{"pension": 1000}, nil, ""}, {map[string]int64{"pension": 0}, map[string]int64{"pension": 5}, ""},
		{nil, map[string]int64{"pension": 5}, ""}, {map[string]int64{"pension": 1000}, map[string]int64{"pension": 0}, "10.0%"},
		{map[string]int64{"pension": 1000}, map[string]int64{"injury": 1}, ""}, {map[string]int64{"pension": 800}, map[string]int64{"pension": 700}, "100.0%"},
		{map[string]int64{"pension": 1600}, map[string]int64{"pension": 701}, "50.1%"}, // 50.0625
		{map[string]int64{"pension": 2000}, map[string]int64{"pension": 901}, "50.1%"}, // 50.05: half up
		{map[string]int64{"pension": 100}, map[string]int64{"pension": 100}, "200.0%"}, // 完成率 may pass 100 %
	} {
		u.Target.Heads, u.Baselines = k.target, k.base
		s := aggregate.Build(c, st, aggregate.Request{Period: may, Number: 1, At: c.Schedule.CutOff(may)})
		if got := s.Rows[1].Rate["pension"].Percent(); got != k.want {
			t.Errorf("target %v, baseline %v: got %q, want %q", k.target, k.base, got, k.want)
		}
	}
}

// TestSums plays random months: totals are the sums of what is in force, ranks
// are those of the unrounded values, ties share and leave a gap, and whoever is
// not in force or is exempt has no rank.
func TestSums(t *testing.T) {
	keys := []string{"enterprises", "pension", "injury", "unemployment", "persons"}
	for seed := range uint64(200) {
		r := rand.New(rand.NewPCG(seed, 5))
		c, st := world(t)
		if seed%2 == 1 {
			c.Basis = ledger.BasisCumulative
		}
		last := may.Add(r.IntN(8))
		for p := may; !p.After(last); p = p.Next() {
			for _, u := range c.UnitNames() {
				q := []ledger.Quality{ledger.QualityAccepted, ledger.QualityQueried, ledger.QualityVerified, ledger.QualityReturned, ledger.QualityWithdrawn, ""}[r.IntN(6)]
				if q == "" {
					continue
				}
				fs := figures(r.Int64N(4), r.Int64N(4), r.Int64N(4), r.Int64N(4), r.Int64N(4))
				if k := keys[r.IntN(5)]; r.IntN(3) == 0 {
					fs[k] = ledger.Figure{Kind: ledger.Dash}
				}
				submit(c, st, u, p, 1, q, fs)
			}
			st.Book(p).Exempt = map[string]ledger.Decision{c.UnitNames()[r.IntN(7)]: {}}
		}
		s := aggregate.Build(c, st, aggregate.Request{Period: last, Number: 1, At: c.Schedule.CutOff(last)})
		for _, k := range keys {
			checkSums(t, seed, c, st, s, k)
			checkRanks(t, seed, s, k)
		}
	}
}

// checkSums adds the versions in force up by hand.
func checkSums(t *testing.T, seed uint64, c *ledger.Campaign, st *ledger.State, s *aggregate.Summary, key string) {
	t.Helper()
	var month, year aggregate.Value
	for _, u := range c.UnitNames() {
		var own aggregate.Value
		for p := may; !p.After(s.Period); p = p.Next() {
			for _, sub := range st.Book(p).UnitSubmissions(u) {
				n, ok := sub.Reading.Figures.Value(key)
				if !ok || !sub.Quality.Counts() {
					continue
				}
				if c.Basis == ledger.BasisCumulative {
					own = aggregate.Value{}
				}
				own = aggregate.Value{N: own.N + n, Known: true}
				if p == s.Period {
					month = aggregate.Value{N: month.N + n, Known: true}
				}
			}
		}
		if own.Known && slices.ContainsFunc(s.Rows, func(r aggregate.Row) bool { return r.Unit == u }) {
			year = aggregate.Value{N: year.N + own.N, Known: true}
		}
	}
	if s.Total.Month[key] != month || s.Total.Cumulative[key] != year {
		t.Errorf("seed %d, %s: month %v want %v, year %v want %v", seed, key, s.Total.Month[key], month, s.Total.Cumulative[key], year)
	}
}

func checkRanks(t *testing.T, seed uint64, s *aggregate.Summary, key string) {
	t.Helper()
	for _, r := range s.Rows {
		want := 0
		if v := r.Cumulative[key]; v.Known && r.Standing.InForce != nil && !r.Standing.Exempt {
			want = 1
			for _, o := range s.Rows {
				if w := o.Cumulative[key]; w.Known && o.Standing.InForce != nil && !o.Standing.Exempt && w.N > v.N {
					want++
				}
			}
		}
		if r.Rank[key] != want {
			t.Errorf("seed %d, %s of %s: rank %d, want %d", seed, key, r.Unit, r.Rank[key], want)
		}
	}
}
