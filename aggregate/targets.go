package aggregate

import (
	"slices"

	"taizhang/ledger"
)

// compareTargets lists the targets that change with the period, in the order of
// the rows and of the form.
func (s *Summary) compareTargets() {
	c := s.Campaign
	for _, r := range s.Rows {
		u := c.Unit(r.Unit)
		if u == nil || !slices.ContainsFunc(u.TargetChanges, func(ch ledger.TargetChange) bool { return ch.From == s.Period }) {
			continue
		}
		was, now := u.TargetAt(s.Period.Prev()), u.TargetAt(s.Period)
		for _, m := range c.Form.Measures {
			s.newTarget(u, m, was.Heads[m.Key], now.Heads[m.Key])
		}
		s.newTarget(u, ledger.Measure{}, int64(was.ProjectRate), int64(now.ProjectRate))
	}
}

// newTarget enters the target where it differs, with the document that set it.
func (s *Summary) newTarget(u *ledger.Unit, m ledger.Measure, was, now int64) {
	if was == now {
		return
	}
	t := NewTarget{Unit: u.Name, Measure: m, Old: target(was), New: target(now)}
	for _, ch := range u.TargetChanges {
		_, sets := ch.Target.Heads[m.Key]
		if ch.From == s.Period && (sets || m.Key == "" && ch.Target.ProjectRate > 0) {
			t.Notice = ch.Notice
		}
	}
	s.Targets = append(s.Targets, t)
}

// target is unknown where there is none.
func target(n int64) Value { return Value{n, n > 0} }

// Stocks names what is rated by a 期末参保人数 of the config and not by baseline and
// additions: 禹州市企业养老, in the order of the rows and of the form.
func (s *Summary) Stocks() []string {
	var out []string
	for _, r := range s.Rows {
		for _, m := range s.Campaign.Form.Measures {
			if r.Stock[m.Key] {
				out = append(out, r.Unit+m.Name)
			}
		}
	}
	return out
}
