package workbook

import (
	"fmt"
	"slices"
	"strings"

	"taizhang/aggregate"
	"taizhang/ledger"
)

// footnotes are the notes below the table, those that apply.
func (b *summaryBook) footnotes() []string {
	c := b.s.Campaign
	basis := fmt.Sprintf(noteMonthly, monthName(c.First))
	if c.Basis == ledger.BasisCumulative {
		basis = noteCumulative
	}
	notes := []string{noteCounted, noteDash}
	if slices.ContainsFunc(b.s.Rows, func(r aggregate.Row) bool { return len(derived(r)) > 0 }) {
		notes = append(notes, fmt.Sprintf(noteDerived, strings.Join(b.partNames(), comma)))
	}
	notes = append(notes, basis)
	if len(b.s.Targeted()) > 0 {
		notes = append(notes, b.rateNote())
		if pace := b.s.Pace(); pace.Known() {
			notes = append(notes, fmt.Sprintf(notePace, pace.Num, pace.Den, pace.Percent()))
		}
	}
	if stocks := b.s.Stocks(); len(stocks) > 0 {
		notes = append(notes, fmt.Sprintf(noteStock, c.Form.Phrases.Stock, strings.Join(stocks, comma)))
	}
	notes = append(notes, noteRank)
	if b.s.ProjectsYear.Units > 0 {
		notes = append(notes, noteProjects)
	}
	var partial []string
	for _, m := range b.s.Columns {
		if n, all := b.s.MonthUnits(m.Key), b.s.InForce(); n < all {
			partial = append(partial, fmt.Sprintf(shortMonths, m.Name, n, all))
		}
	}
	var missing, short, exempt []string
	for _, r := range b.s.Rows {
		if r.Standing.InForce == nil && !r.Standing.Exempt {
			missing = append(missing, fmt.Sprintf(reasonIn, r.Unit, whyMissing(&r.Standing)))
		}
		if due := b.s.Period.MonthsSince(c.First) + 1; due > 1 && r.Counted < due && c.Basis != ledger.BasisCumulative {
			short = append(short, fmt.Sprintf(shortMonths, r.Unit, r.Counted, due))
		}
		if r.Standing.Exempt && r.Standing.InForce != nil {
			exempt = append(exempt, r.Unit)
		}
	}
	for _, l := range []struct {
		format string
		units  []string
	}{{notePartial, partial}, {noteMissing, missing}, {noteShort, short}, {noteExemptIn, exempt}} {
		if len(l.units) > 0 {
			notes = append(notes, fmt.Sprintf(l.format, strings.Join(l.units, comma)))
		}
	}
	for i := range notes {
		notes[i] = fmt.Sprintf(noteNumber, i+1, notes[i])
	}
	return notes
}

func derived(r aggregate.Row) []string {
	var out []string
	for k, yes := range r.Derived {
		if yes {
			out = append(out, k)
		}
	}
	return out
}

func (b *summaryBook) partNames() []string {
	var out []string
	for _, k := range b.s.Campaign.Form.Parts {
		if m := b.s.Campaign.Form.Measure(k); m != nil {
			out = append(out, m.Name)
		}
	}
	return out
}

// whyMissing says why a unit is not counted.
func whyMissing(s *ledger.Standing) string {
	switch {
	case s.Newest != nil && !s.Newest.Quality.Counts():
		return qualities[s.Newest.Quality]
	case len(s.Held) > 0:
		return qualities[ledger.QualityHeld]
	}
	return punctualities[s.Punctuality]
}

// rateNote says how 完成率 is made, and where the targets come from.
func (b *summaryBook) rateNote() string {
	p := b.s.Campaign.Form.Phrases
	note := fmt.Sprintf(noteRate, p.Stock)
	if p.Targets != "" {
		note += fmt.Sprintf(noteTargets, p.Targets, b.s.Main().Unit)
	}
	return note
}
