package ledger

import "maps"

// Target (目标, Annex 1) is what a unit must reach by the end of the year.
type Target struct {
	// Heads are year-end headcounts by measure key, in persons (the annex
	// prints 万人; 20.61万人 is 206100).
	Heads map[string]int64
	// ProjectRate is the share of new construction projects insured against
	// work injury, in per mille: 900 is 90 %. Zero means none.
	ProjectRate int
}

// TargetChange gives a unit other targets from a period on, until the next
// change: a notice of mid-year.
type TargetChange struct {
	From   Period
	Notice string // the document it rests on; may be empty
	Target Target // what it sets; a measure without an entry keeps its target, and so does a rate of 0
}

// TargetAt returns the targets that hold for the period. What was said of an
// earlier period does not change with a later target: it is made anew with its
// own.
func (u *Unit) TargetAt(p Period) Target {
	t := Target{Heads: maps.Clone(u.Target.Heads), ProjectRate: u.Target.ProjectRate}
	for _, c := range u.TargetChanges {
		if c.From.After(p) {
			continue
		}
		for k, n := range c.Target.Heads {
			if t.Heads == nil {
				t.Heads = map[string]int64{}
			}
			t.Heads[k] = n
		}
		if c.Target.ProjectRate > 0 {
			t.ProjectRate = c.Target.ProjectRate
		}
	}
	return t
}
