package bulletin

import (
	"fmt"
	"slices"
	"strings"

	"taizhang/aggregate"
	"taizhang/ledger"
)

// grid is the table of the letter as text: the head, one row a unit in the
// order of Annex 1, and the total. No cell is empty.
type grid struct {
	head []string
	rows [][]string
}

// table makes the grid of the summary. 完成率 is one column of － where no unit
// has a rate, else one for each insurance that has a target.
func table(s *aggregate.Summary) grid {
	main := s.Main()
	rated := slices.DeleteFunc(s.Targeted(), func(m ledger.Measure) bool {
		return !slices.ContainsFunc(s.Rows, func(r aggregate.Row) bool { return r.Rate[m.Key].Known() })
	})
	g := grid{head: []string{headUnit}}
	for _, m := range s.Columns {
		g.head = append(g.head, clean(m.Name))
	}
	g.head = append(g.head, fmt.Sprintf(headCumulative, clean(main.Name)))
	for _, m := range rated {
		g.head = append(g.head, fmt.Sprintf(headRateOf, clean(m.Name)))
	}
	if len(rated) == 0 {
		g.head = append(g.head, headRate)
	}
	g.head = append(g.head, headRank)
	row := func(label string, r *aggregate.Row) {
		cells := []string{label}
		for _, m := range s.Columns {
			cells = append(cells, valueText(r.Month[m.Key], ""))
		}
		cells = append(cells, valueText(r.Cumulative[main.Key], ""))
		for _, m := range rated {
			cells = append(cells, orNone(r.Rate[m.Key].Percent()))
		}
		if len(rated) == 0 {
			cells = append(cells, none)
		}
		n := r.Rank[main.Key]
		g.rows = append(g.rows, append(cells, valueText(aggregate.Value{N: int64(n), Known: n > 0}, "")))
	}
	for i := range s.Rows {
		row(orNone(clean(s.Rows[i].Unit)), &s.Rows[i])
	}
	row(fmt.Sprintf(totalLabel, s.Tally.InForce, s.Tally.Due), &s.Total)
	return g
}

func orNone(s string) string {
	if s == "" {
		return none
	}
	return s
}

// tableNotes are the notes below the table, those that apply, numbered.
func tableNotes(s *aggregate.Summary) []string {
	notes := []string{noteDash, noteCounted}
	if s.Campaign.Basis == ledger.BasisCumulative {
		notes = append(notes, noteBasis)
	}
	if len(s.Targeted()) > 0 {
		rated := slices.ContainsFunc(s.Rows, func(r aggregate.Row) bool {
			return slices.ContainsFunc(s.Targeted(), func(m ledger.Measure) bool { return r.Rate[m.Key].Known() })
		})
		if rated {
			notes = append(notes, fmt.Sprintf(noteRate, clean(s.Campaign.Form.Phrases.Stock)))
		} else {
			notes = append(notes, fmt.Sprintf(noteNoRate, clean(s.Campaign.Form.Phrases.Stock)))
		}
	}
	if stocks := s.Stocks(); len(stocks) > 0 {
		notes = append(notes, fmt.Sprintf(noteStock, clean(s.Campaign.Form.Phrases.Stock), clean(strings.Join(stocks, comma))))
	}
	notes = append(notes, fmt.Sprintf(noteRank, rankedBy(s, s.Main())))
	for _, l := range []struct {
		format string
		list   []string
	}{{noteDerived, derived(s)}, {notePartial, partial(s)}, {noteShort, short(s)}, {noteExempt, exemptCounted(s)}} {
		if len(l.list) > 0 {
			notes = append(notes, fmt.Sprintf(l.format, strings.Join(l.list, comma)))
		}
	}
	for i := range notes {
		notes[i] = fmt.Sprintf(noteNumbered, i+1, notes[i])
	}
	return notes
}

// partial are the measures whose total is over fewer units than are counted.
func partial(s *aggregate.Summary) []string {
	var out []string
	for _, m := range s.Columns {
		if n := s.MonthUnits(m.Key); n < s.InForce() {
			out = append(out, fmt.Sprintf(countOfUnits, clean(m.Name), n))
		}
	}
	return out
}

// short are the units of which months are missing from the cumulative figure.
func short(s *aggregate.Summary) []string {
	due := s.Period.MonthsSince(s.Campaign.First) + 1
	if s.Campaign.Basis == ledger.BasisCumulative || due == 1 {
		return nil
	}
	var out []string
	for _, r := range s.Rows {
		if r.Counted < due {
			out = append(out, fmt.Sprintf(shortMonths, clean(r.Unit), r.Counted, due))
		}
	}
	return out
}

// exemptCounted are exempt units that reported all the same.
func exemptCounted(s *aggregate.Summary) []string {
	var out []string
	for _, r := range s.Rows {
		if r.Standing.Exempt && r.Standing.InForce != nil {
			out = append(out, clean(r.Unit))
		}
	}
	return out
}

// derived are the units whose main figure was not stated but added up.
func derived(s *aggregate.Summary) []string {
	var out []string
	for _, r := range s.Rows {
		if r.Derived[s.Main().Key] {
			out = append(out, clean(r.Unit))
		}
	}
	return out
}
