package check

import "taizhang/ledger"

// judgeTargets compares one month's figures with the unit's year-end targets as
// they hold for that month:
// a headcount typed as an addition shows at once (rule book §6, G). A ledger
// that states only the total is measured against the largest target. Under
// figures: cumulative what was added is the difference from the newest month
// before; without one nothing says how much of the sum is this month's.
func (s *sheet) judgeTargets(r *ledger.Reading, in *Input) {
	u := in.Campaign.Unit(r.Unit)
	if u == nil {
		return
	}
	due, past := u.TargetAt(r.Period), earlierOf(r, in)
	added := func(key string, v int64) (int64, bool) {
		if in.Campaign.Basis != ledger.BasisCumulative {
			return v, true
		}
		if past.newest == nil {
			return 0, false
		}
		before, ok := past.newest.Figures.Value(key)
		return v - before, ok
	}
	var largest int64
	parts := 0
	for _, key := range s.form.Parts {
		target := due.Heads[key]
		largest = max(largest, target)
		if v, ok := r.Figures.Value(key); ok {
			parts++
			n, known := added(key, v)
			s.judgeTarget(r, key, v, target, known && 2*n > target)
		}
	}
	if v, ok := r.Figures.Value(s.form.Total); ok && parts == 0 {
		n, known := added(s.form.Total, v)
		s.judgeTarget(r, s.form.Total, v, largest, known && 2*n > largest)
	}
}

func (s *sheet) judgeTarget(r *ledger.Reading, key string, v, target int64, half bool) {
	f := r.Figures[key]
	args := []string{"measure", key, "value", num(v), "target", num(target)}
	switch {
	case target <= 0:
	case v > target:
		r.Findings = append(r.Findings, s.finding(ledger.GAbove, f.Cell, f.Text, args...))
	case half:
		r.Findings = append(r.Findings, s.finding(ledger.GHalf, f.Cell, f.Text, args...))
	}
}
