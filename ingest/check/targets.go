package check

import "taizhang/ledger"

// judgeTargets compares one month's figures with the unit's year-end targets as
// they hold for that month:
// a headcount typed as an addition shows at once (rule book §6, G). A ledger
// that states only the total is measured against the largest target.
func (s *sheet) judgeTargets(r *ledger.Reading, in *Input) {
	u := in.Campaign.Unit(r.Unit)
	if u == nil {
		return
	}
	due := u.TargetAt(r.Period)
	var largest int64
	parts := 0
	for _, key := range s.form.Parts {
		target := due.Heads[key]
		largest = max(largest, target)
		if v, ok := r.Figures.Value(key); ok {
			parts++
			s.judgeTarget(r, in, key, v, target)
		}
	}
	if v, ok := r.Figures.Value(s.form.Total); ok && parts == 0 {
		s.judgeTarget(r, in, s.form.Total, v, largest)
	}
}

func (s *sheet) judgeTarget(r *ledger.Reading, in *Input, key string, v, target int64) {
	f := r.Figures[key]
	args := []string{"measure", key, "value", num(v), "target", num(target)}
	switch {
	case target <= 0:
	case v > target:
		r.Findings = append(r.Findings, s.finding(ledger.GAbove, f.Cell, f.Text, args...))
	case 2*v > target && in.Campaign.Basis != ledger.BasisCumulative:
		r.Findings = append(r.Findings, s.finding(ledger.GHalf, f.Cell, f.Text, args...))
	}
}
