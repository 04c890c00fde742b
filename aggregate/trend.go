package aggregate

import (
	"slices"

	"taizhang/ledger"
)

// Month is one month of the campaign as it stands at the instant of the
// summary: what the versions in force say, a correction since included.
type Month struct {
	Period  ledger.Period
	Units   map[string]map[string]Value // unit → measure key; unknown without a version in force
	Total   map[string]Value            // Σ over the units
	Due     int                         // 应报 of that month
	InForce int                         // of 应报, with a version in force
}

// trend fills Months, from the campaign's first month to the period, and the
// units that any of them speaks of.
func (s *Summary) trend(st *ledger.State) {
	c := s.Campaign
	reported := map[string]bool{}
	for p := c.First; !p.After(s.Period); p = p.Next() {
		m := Month{Period: p, Units: map[string]map[string]Value{}, Total: map[string]Value{}}
		b := st.Book(p)
		tally := ledger.TallyOf(b.Standings(c.Schedule, s.At))
		m.Due, m.InForce = tally.Due, tally.InForce
		for _, u := range units(c, b) {
			reported[u.Name] = true
			m.Units[u.Name] = map[string]Value{}
			fs := inForce(c, st, u.Name, p, s.At)
			for _, col := range s.Columns {
				n, ok := fs.Value(col.Key)
				v := Value{n, ok}
				m.Units[u.Name][col.Key] = v
				m.Total[col.Key] = plus(m.Total[col.Key], v)
			}
		}
		s.Months = append(s.Months, m)
	}
	for _, r := range s.Rows {
		s.MonthNames = append(s.MonthNames, r.Unit)
		delete(reported, r.Unit)
	}
	for _, u := range c.Units { // of an earlier month only
		if reported[u.Name] {
			s.MonthNames = append(s.MonthNames, u.Name)
			delete(reported, u.Name)
		}
	}
	rest := make([]string, 0, len(reported))
	for u := range reported {
		rest = append(rest, u)
	}
	slices.Sort(rest)
	s.MonthNames = append(s.MonthNames, rest...)
}

// OverMonths adds up what the unit's months say of the measure; without a name
// those of the city.
func (s *Summary) OverMonths(unit, key string) Value {
	var sum Value
	for _, m := range s.Months {
		v := m.Total
		if unit != "" {
			v = m.Units[unit]
		}
		sum = plus(sum, v[key])
	}
	return sum
}

// Unbroken returns the last run of months in which the measure has a city
// total, as a half-open span of indices into Months; both are equal without
// one. A line may be drawn over it: a month without figures is not 0.
func (s *Summary) Unbroken(key string) (from, to int) {
	to = len(s.Months)
	for to > 0 && !s.Months[to-1].Total[key].Known {
		to--
	}
	from = to
	for from > 0 && s.Months[from-1].Total[key].Known {
		from--
	}
	return from, to
}
