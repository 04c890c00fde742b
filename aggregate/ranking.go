package aggregate

import (
	"cmp"
	"slices"

	"taizhang/ledger"
)

// Place is one place of a ranking with the units that share it, in the order
// of Annex 1.
type Place struct {
	Rank  int
	Units []string
	Value Value // the cumulative figure
	Rate  Ratio // of those ranked by completion rate
}

// Ranking lists the places of the measure, best first: ties share one and the
// next is skipped (1, 1, 3). Unranked are those of 应报 that have no place.
func (s *Summary) Ranking(key string) (places []Place, unranked []string) {
	for _, r := range s.Rows {
		n := r.Rank[key]
		if n == 0 {
			if !r.Standing.Exempt {
				unranked = append(unranked, r.Unit)
			}
			continue
		}
		i := slices.IndexFunc(places, func(p Place) bool { return p.Rank == n })
		if i < 0 {
			i = len(places)
			places = append(places, Place{Rank: n, Value: r.Cumulative[key], Rate: r.Rate[key]})
		}
		places[i].Units = append(places[i].Units, r.Unit)
	}
	slices.SortFunc(places, func(a, b Place) int { return cmp.Compare(a.Rank, b.Rank) })
	return places, unranked
}

// Main is the measure that units are compared by: the total of the form, else
// the last column.
func (s *Summary) Main() ledger.Measure {
	for _, m := range s.Columns {
		if m.Key == s.Campaign.Form.Total {
			return m
		}
	}
	return s.Columns[len(s.Columns)-1]
}

// Targeted are the columns for which any unit has a target.
func (s *Summary) Targeted() []ledger.Measure {
	var out []ledger.Measure
	for _, m := range s.Columns {
		if slices.ContainsFunc(s.Rows, func(r Row) bool { return r.Target[m.Key].Known }) {
			out = append(out, m)
		}
	}
	return out
}

// Reporting are the rows of the punctuality, in the order of Annex 1.
func (s *Summary) Reporting(p ledger.Punctuality) []*Row {
	var out []*Row
	for i := range s.Rows {
		if s.Rows[i].Standing.Punctuality == p {
			out = append(out, &s.Rows[i])
		}
	}
	return out
}

// DaysOverdue is for how many calendar days the row's unit has been due at the
// instant of the summary, at least 1 once it is; 0 before.
func (s *Summary) DaysOverdue(r *Row) int {
	due := r.Standing.Due
	if s.At.Before(due) {
		return 0
	}
	zone := s.Campaign.Schedule.Zone
	return max(1, ledger.DateOf(s.At.In(zone)).DaysSince(ledger.DateOf(due.Add(-1).In(zone))))
}

// MonthUnits counts the rows whose version in force states the measure, and
// YearUnits those with a cumulative figure: a total over fewer than are
// counted says over how many.
func (s *Summary) MonthUnits(key string) int {
	return s.stating(func(r Row) Value { return r.Month[key] })
}

// YearUnits is MonthUnits for the cumulative figure.
func (s *Summary) YearUnits(key string) int {
	return s.stating(func(r Row) Value { return r.Cumulative[key] })
}

func (s *Summary) stating(of func(Row) Value) int {
	n := 0
	for _, r := range s.Rows {
		if of(r).Known {
			n++
		}
	}
	return n
}

// InForce counts the rows with a version in force, exempt units included:
// those that the totals are made of. The tally counts those of 应报 alone.
func (s *Summary) InForce() int {
	n := 0
	for _, r := range s.Rows {
		if r.Standing.InForce != nil {
			n++
		}
	}
	return n
}
