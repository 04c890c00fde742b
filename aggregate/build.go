package aggregate

import (
	"slices"
	"time"

	"taizhang/ledger"
)

// Request says which summary is asked for.
type Request struct {
	Period     ledger.Period
	Number     int       // of the issue
	At         time.Time // the instant it stands for
	Unreadable time.Time
}

// Build makes the summary of the period from the versions in force. The state
// is not changed.
func Build(c *ledger.Campaign, st *ledger.State, req Request) *Summary {
	b := st.Book(req.Period)
	s := &Summary{Campaign: c, Period: req.Period, Number: req.Number, At: req.At, Unreadable: req.Unreadable,
		Closing: b.ClosingOf(c.Schedule)}
	for _, m := range c.Form.Measures {
		if !m.Optional {
			s.Columns = append(s.Columns, m)
		}
	}
	for _, u := range units(c, b) {
		s.Rows = append(s.Rows, buildRow(c, st, u, req))
	}
	s.Tally = ledger.TallyOf(b.Standings(c.Schedule, req.At))
	s.rankRows()
	s.Total = s.total()
	s.projects(st, req.At)
	s.trend(st)
	s.trace(st)
	s.compareEarlier(st)
	s.compareTargets()
	if n := len(b.Issues); n > 0 && req.Number > 1 {
		s.compare(st, b.Issues[n-1])
	}
	return s
}

// RowOf makes the unit's row of what Build would make, without its ranks; false
// when the summary would have none.
func RowOf(c *ledger.Campaign, st *ledger.State, unit string, req Request) (Row, bool) {
	for _, u := range units(c, st.Book(req.Period)) {
		if u.Name == unit {
			return buildRow(c, st, u, req), true
		}
	}
	return Row{}, false
}

// units are those that were expected when the period opened, also when the
// config has dropped them since, and others that reported: in the order of the
// campaign, dropped ones last.
func units(c *ledger.Campaign, b *ledger.Book) []ledger.Unit {
	var out []ledger.Unit
	for _, u := range c.Units {
		if slices.Contains(b.Expected, u.Name) || len(b.UnitSubmissions(u.Name)) > 0 {
			out = append(out, u)
		}
	}
	for _, name := range b.Expected {
		if c.Unit(name) == nil {
			out = append(out, ledger.Unit{Name: name})
		}
	}
	return out
}

func newRow(unit string) Row {
	return Row{Unit: unit, Month: map[string]Value{}, Derived: map[string]bool{}, Stock: map[string]bool{}, Cumulative: map[string]Value{},
		Target: map[string]Value{}, Rate: map[string]Ratio{}, Rank: map[string]int{}, Delta: map[string]Value{}}
}

func buildRow(c *ledger.Campaign, st *ledger.State, u ledger.Unit, req Request) Row {
	r := newRow(u.Name)
	b := st.Book(req.Period)
	r.Standing = b.Standing(c.Schedule, u.Name, req.At)
	r.ExemptReason, r.ExtendReason = b.Exempt[u.Name].Reason, b.Extended[u.Name].Decision.Reason
	if v := r.Standing.InForce; v != nil {
		r.Task, r.Measures, r.Officer, r.Liaison = Masked(v.Reading.Task), Masked(v.Reading.Measures), Masked(v.Reading.Officer), Masked(v.Reading.Liaison)
		for k, f := range v.Reading.Figures {
			if f.Stated() {
				r.Month[k] = Value{f.Value, true}
				r.Derived[k] = f.Derived
			}
		}
	}
	last := inForce(c, st, u.Name, req.Period.Prev(), req.At)
	for k, now := range r.Month {
		if was, ok := last.Value(k); ok && c.Has(req.Period.Prev()) {
			r.Delta[k] = Value{now.N - was, true}
		}
	}
	r.addUp(c, st, req)
	due := u.TargetAt(req.Period)
	for _, m := range c.Form.Measures {
		if t := due.Heads[m.Key]; t > 0 {
			r.Target[m.Key] = Value{t, true}
			base, has := u.Baselines[m.Key]
			if cum := r.Cumulative[m.Key]; has && cum.Known {
				r.Rate[m.Key] = Ratio{base + cum.N, t}
			}
			if n, stated := u.Stocks[req.Period][m.Key]; stated { // overrides what would be calculated
				r.Rate[m.Key], r.Stock[m.Key] = Ratio{n, t}, true
			}
		}
	}
	return r
}

// addUp fills the cumulative figures: the sum of the months in force, or, for
// units that report cumulative figures, the newest of them.
func (r *Row) addUp(c *ledger.Campaign, st *ledger.State, req Request) {
	for p := c.First; !p.After(req.Period); p = p.Next() {
		fs := inForce(c, st, r.Unit, p, req.At)
		if len(fs) == 0 {
			continue
		}
		r.Counted++
		for k := range fs {
			n, ok := fs.Value(k)
			if !ok {
				continue
			}
			if c.Basis == ledger.BasisCumulative {
				r.Cumulative[k] = Value{n, true}
				continue
			}
			r.Cumulative[k] = Value{r.Cumulative[k].N + n, true}
		}
	}
}

// inForce returns the figures of the unit's version in force in p, nil
// without one.
func inForce(c *ledger.Campaign, st *ledger.State, unit string, p ledger.Period, at time.Time) ledger.Figures {
	s := st.Book(p).Standing(c.Schedule, unit, at)
	if s.InForce == nil {
		return nil
	}
	return s.InForce.Reading.Figures
}

// rankRows ranks each measure by completion rate where every unit in force
// has one, else by the cumulative figure; unreported and exempt units are not
// ranked.
func (s *Summary) rankRows() {
	s.ByRate = map[string]bool{}
	for _, m := range s.Columns {
		byRate, any := true, false
		for _, r := range s.Rows {
			if r.Standing.InForce != nil && !r.Standing.Exempt {
				byRate, any = byRate && r.Rate[m.Key].Known(), true
			}
		}
		s.ByRate[m.Key] = byRate && any
		rs := make([]Ratio, len(s.Rows))
		for i, r := range s.Rows {
			switch v := r.Cumulative[m.Key]; {
			case r.Standing.InForce == nil || r.Standing.Exempt:
			case byRate:
				rs[i] = r.Rate[m.Key]
			case v.Known:
				rs[i] = Ratio{v.N, 1}
			}
		}
		for i, place := range rank(rs) {
			if place > 0 {
				s.Rows[i].Rank[m.Key] = place
			}
		}
	}
}

// total adds up the rows. A measure nobody states stays unknown.
func (s *Summary) total() Row {
	t := newRow("")
	for _, m := range s.Columns {
		k := m.Key
		for _, r := range s.Rows {
			t.Month[k] = plus(t.Month[k], r.Month[k])
			t.Cumulative[k] = plus(t.Cumulative[k], r.Cumulative[k])
			t.Target[k] = plus(t.Target[k], r.Target[k])
			t.Delta[k] = plus(t.Delta[k], r.Delta[k])
		}
		t.Rate[k] = s.totalRate(k)
	}
	return t
}

// totalRate is Σ(baseline + cumulative) / Σ target when every row has a rate.
func (s *Summary) totalRate(key string) Ratio {
	var sum Ratio
	for _, r := range s.Rows {
		rate := r.Rate[key]
		if !rate.Known() {
			return Ratio{}
		}
		sum.Num, sum.Den = sum.Num+rate.Num, sum.Den+rate.Den
	}
	return sum
}

func plus(a, b Value) Value {
	if !b.Known {
		return a
	}
	return Value{a.N + b.N, true}
}

// trace collects the evidence of every figure, the open queries, those that are
// explained, and what the desk said of the versions in force.
func (s *Summary) trace(st *ledger.State) {
	for _, r := range s.Rows {
		v := r.Standing.InForce
		if v == nil {
			continue
		}
		for _, m := range s.Campaign.Form.Measures {
			if f, ok := v.Reading.Figures[m.Key]; ok {
				s.Sources = append(s.Sources, Source{Unit: r.Unit, Measure: m, Figure: f, Submission: v})
			}
		}
		for _, d := range v.Decisions {
			if d.Reason != "" {
				s.Rulings = append(s.Rulings, Ruling{Unit: r.Unit, Version: v.Version, Decision: d})
			}
		}
		for _, f := range r.Standing.Open {
			s.Queries = append(s.Queries, Query{Unit: r.Unit, Version: v.Version, Finding: f}.masked())
		}
		for _, f := range v.Reading.Queries() {
			if e := st.Book(s.Period).ExplanationOf(v, f); e != nil {
				s.Explained = append(s.Explained, Query{Unit: r.Unit, Version: v.Version, Finding: f, Explanation: e}.masked())
			}
		}
	}
}

// Issue returns what is to be recorded of this summary once it is mailed
// under the key.
func (s *Summary) Issue(key string) ledger.Issue {
	i := ledger.Issue{Period: s.Period, Number: s.Number, At: s.At, Key: key,
		Versions: map[string]string{}, Figures: map[string]ledger.Figures{}}
	for _, r := range s.Rows {
		if v := r.Standing.InForce; v != nil {
			i.Versions[r.Unit] = v.ID
			i.Figures[r.Unit] = v.Reading.Figures
		}
	}
	return i
}
