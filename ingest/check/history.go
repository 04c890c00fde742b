package check

import (
	"slices"

	"taizhang/ledger"
)

// judgeHistory compares a ledger with the unit's earlier ones in force (rule
// book §6, T).
func (s *sheet) judgeHistory(r *ledger.Reading, in *Input) {
	if in.State == nil || r.Unit == "" || !in.Campaign.Has(r.Period) {
		return
	}
	past := map[ledger.Period]*ledger.Reading{}
	for p := in.Campaign.First; p.Before(r.Period); p = p.Next() {
		b := in.State.Book(p)
		if st := b.Standing(in.Campaign.Schedule, r.Unit, in.Arrived); st.InForce != nil {
			past[p] = &st.InForce.Reading
		}
	}
	last := past[r.Period.Prev()]
	if last != nil && sameFigures(r.Figures, last.Figures) {
		r.Findings = append(r.Findings, s.finding(ledger.TSame, "", "", "period", r.Period.Prev().String()))
	}
	for _, key := range s.form.Keys() {
		v, ok := r.Figures.Value(key)
		if ok && in.Campaign.Basis != ledger.BasisCumulative {
			s.judgeCumulative(r, key, v, last)
			s.judgeSize(r, key, v, in.Campaign, past)
		} else if ok && last != nil {
			s.judgeFalls(r, key, r.Figures[key], last.Figures)
		}
	}
}

// sameFigures reports that every figure stated is the other's too, and that
// they are not all zero.
func sameFigures(a, b ledger.Figures) bool {
	same, nonzero := 0, false
	for key, f := range a {
		if !f.Stated() {
			continue
		}
		v, ok := b.Value(key)
		if !ok || v != f.Value {
			return false
		}
		same++
		nonzero = nonzero || v != 0
	}
	return same > 0 && nonzero
}

// judgeCumulative compares the 累计 column with last month's.
func (s *sheet) judgeCumulative(r *ledger.Reading, key string, v int64, last *ledger.Reading) {
	if last == nil {
		return
	}
	before, ok := last.Cumulative.Value(key)
	now, has := r.Cumulative.Value(key)
	if !ok || !has || s.judgeFalls(r, key, r.Cumulative[key], last.Cumulative) {
		return
	}
	if now != before+v {
		c := r.Cumulative[key]
		r.Findings = append(r.Findings, s.finding(ledger.TCumulative, c.Cell, c.Text, "measure", key, "stated", num(now), "expected", num(before+v)))
	}
}

func (s *sheet) judgeFalls(r *ledger.Reading, key string, f ledger.Figure, last ledger.Figures) bool {
	before, ok := last.Value(key)
	if !ok || f.Value >= before {
		return false
	}
	r.Findings = append(r.Findings, s.finding(ledger.TFalls, f.Cell, f.Text, "measure", key, "stated", num(f.Value), "last", num(before)))
	return true
}

// judgeSize compares a monthly figure with the unit's own earlier ones. One
// that is at least all earlier months together and at most as much more as
// three of the largest looks like their sum (T04); that also explains why it
// lies far above the median.
func (s *sheet) judgeSize(r *ledger.Reading, key string, v int64, c *ledger.Campaign, past map[ledger.Period]*ledger.Reading) {
	var earlier []int64
	var sum, most int64
	for _, p := range c.Periods() {
		if q := past[p]; q != nil {
			if n, ok := q.Figures.Value(key); ok {
				earlier, sum, most = append(earlier, n), sum+n, max(most, n)
			}
		}
	}
	f := r.Figures[key]
	if f.Derived && key == s.form.Total {
		return // what is to say is said of its parts
	}
	say := func(code ledger.Code, args ...string) {
		r.Findings = append(r.Findings, s.finding(code, f.Cell, f.Text, append([]string{"measure", key, "value", num(v)}, args...)...))
	}
	if len(earlier) >= 2 && sum > 0 && v >= sum && v <= sum+3*most {
		say(ledger.TLooksCumul)
		return
	}
	if len(earlier) < 3 {
		return
	}
	slices.Sort(earlier)
	n := len(earlier)
	twice := earlier[(n-1)/2] + earlier[n/2] // of the median
	median := num(twice / 2)
	if twice%2 != 0 {
		median += ".5"
	}
	switch {
	case twice == 0:
	case 2*v >= 5*twice:
		say(ledger.TFarAbove, "median", median)
	case 10*v <= twice:
		say(ledger.TFarBelow, "median", median)
	}
}
