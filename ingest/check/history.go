package check

import (
	"slices"

	"taizhang/ledger"
)

// earlier are the unit's readings in force of the campaign's periods before.
type earlier struct {
	by     map[ledger.Period]*ledger.Reading
	newest *ledger.Reading // of them; nil without any
}

func earlierOf(r *ledger.Reading, in *Input) earlier {
	e := earlier{by: map[ledger.Period]*ledger.Reading{}}
	if in.State == nil || r.Unit == "" || !in.Campaign.Has(r.Period) {
		return e
	}
	for p := in.Campaign.First; p.Before(r.Period); p = p.Next() {
		b := in.State.Book(p)
		if st := b.Standing(in.Campaign.Schedule, r.Unit, in.Arrived); st.InForce != nil {
			e.newest = &st.InForce.Reading
			e.by[p] = e.newest
		}
	}
	return e
}

// judgeHistory compares a ledger with the unit's earlier ones in force (rule
// book §6, T). What adds up over the months must not fall, also where a month
// between has no version in force. Under figures: cumulative the county's number
// is such a sum, and neither a median of months nor a likeness to a sum says
// anything about it.
func (s *sheet) judgeHistory(r *ledger.Reading, in *Input) {
	past := earlierOf(r, in)
	if past.newest == nil {
		return
	}
	last := past.by[r.Period.Prev()]
	if last != nil && sameFigures(r.Figures, last.Figures) {
		r.Findings = append(r.Findings, s.finding(ledger.TSame, "", "", "period", r.Period.Prev().String()))
	}
	for _, key := range s.form.Keys() {
		v, ok := r.Figures.Value(key)
		if ok && in.Campaign.Basis != ledger.BasisCumulative {
			s.judgeCumulative(r, key, v, last, past.newest)
			s.judgeSize(r, key, v, in.Campaign, past.by)
		} else if ok {
			s.judgeFalls(r, key, r.Figures[key], past.newest.Figures)
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

// judgeCumulative compares the 累计 column with that of the newest month before,
// and where it is last month's also with what was added since.
func (s *sheet) judgeCumulative(r *ledger.Reading, key string, v int64, last, newest *ledger.Reading) {
	before, ok := newest.Cumulative.Value(key)
	now, has := r.Cumulative.Value(key)
	if !ok || !has || s.judgeFalls(r, key, r.Cumulative[key], newest.Cumulative) {
		return
	}
	if last == newest && now != before+v {
		c := r.Cumulative[key]
		r.Findings = append(r.Findings, s.finding(ledger.TCumulative, c.Cell, c.Text, "measure", key, "stated", num(now), "expected", num(before+v)))
	}
}

func (s *sheet) judgeFalls(r *ledger.Reading, key string, f ledger.Figure, last ledger.Figures) bool {
	before, ok := last.Value(key)
	if !ok || f.Value >= before {
		return false
	}
	part := func(f ledger.Finding) bool {
		return f.Code == ledger.TFalls && slices.Contains(s.form.Parts, f.Args["measure"])
	}
	if f.Derived && slices.ContainsFunc(r.Findings, part) {
		return true // what is to say is said of its parts
	}
	r.Findings = append(r.Findings, s.finding(ledger.TFalls, f.Cell, f.Text, "measure", key, "stated", num(f.Value), "last", num(before)))
	return true
}

// judgeSize compares a monthly figure with the unit's own earlier ones. One
// that is at least all earlier months together and at most as much more as
// three of the largest looks like their sum (T04); that also explains why it
// lies far above the median. One month in which anything was added is no sum.
func (s *sheet) judgeSize(r *ledger.Reading, key string, v int64, c *ledger.Campaign, past map[ledger.Period]*ledger.Reading) {
	var earlier []int64
	var sum, most int64
	added := 0 // months in which something was
	for _, p := range c.Periods() {
		if q := past[p]; q != nil {
			if n, ok := q.Figures.Value(key); ok {
				earlier, sum, most = append(earlier, n), sum+n, max(most, n)
				added += min(1, int(n))
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
	if added >= 2 && v >= sum && v <= sum+3*most {
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
