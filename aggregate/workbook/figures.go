package workbook

import (
	"fmt"
	"slices"
	"strings"

	"taizhang/aggregate"
	"taizhang/ledger"
)

const (
	unitWidth   = 16.0
	figureWidth = 9.8
	rowHeight   = 20.0
	// onePageUnits is up to how many units both blocks print on one page and
	// can still be read.
	onePageUnits = 16
)

// figures writes 汇总表: one block with the month and the year, one with the
// targets, both in the order of Annex 1, on one page.
func (b *summaryBook) figures() {
	targets := b.targeted()
	n := 1 + max(2*len(b.s.Columns)+2, 4*len(targets))
	widths := []float64{unitWidth}
	for range n - 1 {
		widths = append(widths, max(figureWidth, b.widest()))
	}
	p := b.page(sheetSummary, widths...)
	b.head(p, b.prefix+strings.TrimPrefix(summaryTitle, "%s%s%s"))
	p.line(fmt.Sprintf(unitsLine, strings.Join(b.units(), comma)), look{align: "right"})
	p.repeat(p.row - 1)
	p.freeze(2, p.row)
	b.monthBlock(p)
	p.height(p.row, 8)
	p.row++
	b.targetBlock(p, targets)
	p.height(p.row, 8)
	p.row++
	p.signatures()
	p.line(notesHead+strings.Join(b.footnotes(), ""), lookNote)
	p.onePage = len(b.s.Rows) <= onePageUnits
	p.finish()
}

// targeted returns the columns for which any unit has a target.
func (b *summaryBook) targeted() []ledger.Measure {
	var out []ledger.Measure
	for _, m := range b.s.Columns {
		if slices.ContainsFunc(b.s.Rows, func(r aggregate.Row) bool { return r.Target[m.Key].Known }) {
			out = append(out, m)
		}
	}
	return out
}

// widest is the width that the longest number of the sheet needs.
func (b *summaryBook) widest() float64 {
	w := 0.0
	for _, r := range append(slices.Clone(b.s.Rows), b.s.Total) {
		for _, m := range b.s.Columns {
			for _, v := range []aggregate.Value{r.Month[m.Key], r.Cumulative[m.Key], r.Target[m.Key], r.Delta[m.Key]} {
				w = max(w, float64(len(grouped(v.N)))+3)
			}
		}
	}
	return w
}

// grouped prints n with thousands separators.
func grouped(n int64) string {
	s := fmt.Sprint(n)
	sign := ""
	if n < 0 {
		sign, s = "-", s[1:]
	}
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return sign + s
}

func (b *summaryBook) units() []string {
	var out []string
	for _, m := range b.s.Columns {
		if m.Unit != "" && !slices.Contains(out, m.Unit) {
			out = append(out, m.Unit)
		}
	}
	return out
}

// main is the measure that a unit is compared by: the total of the form.
func (b *summaryBook) main() ledger.Measure {
	for _, m := range b.s.Columns {
		if m.Key == b.s.Campaign.Form.Total {
			return m
		}
	}
	return b.s.Columns[len(b.s.Columns)-1]
}

func (b *summaryBook) monthBlock(p *page) {
	cols, m := b.s.Columns, b.main()
	n := len(cols)
	p.line(blockMonth, lookSection)
	top := p.row
	month := headMonth
	if b.s.Campaign.Basis == ledger.BasisCumulative {
		month = headReported
	}
	p.merge(1, top, 1, top+1, unitLabel, lookHead)
	p.merge(2, top, n+1, top, month, lookHead)
	p.merge(n+2, top, 2*n+1, top, headCumulative, lookHead)
	p.merge(2*n+2, top, 2*n+2, top+1, fmt.Sprintf(headDelta, m.Name), lookHead)
	p.merge(2*n+3, top, 2*n+3, top+1, fmt.Sprintf(headRank, m.Name), lookHead)
	for i, c := range cols {
		head := fmt.Sprintf(overUnit, c.Name, c.Unit)
		p.text(2+i, top+1, head, lookHead)
		p.text(2+n+i, top+1, head, lookHead)
	}
	p.height(top, 20)
	p.height(top+1, 34)
	p.row = top + 2
	from := p.row
	for _, r := range b.s.Rows {
		p.text(1, p.row, r.Unit, lookMiddle)
		for i, c := range cols {
			l := lookNumber
			if r.Derived[c.Key] {
				l = lookDerived
			}
			p.value(2+i, r.Month[c.Key], l)
			p.value(2+n+i, r.Cumulative[c.Key], lookNumber)
		}
		p.value(2*n+2, r.Delta[m.Key], lookDelta)
		p.place(2*n+3, r.Rank[m.Key], lookPlace)
		p.height(p.row, rowHeight)
		p.row++
	}
	t := b.s.Total
	b.totalLabel(p)
	for i, c := range cols {
		p.sum(2+i, from, t.Month[c.Key], lookNumber.total())
		p.sum(2+n+i, from, t.Cumulative[c.Key], lookNumber.total())
	}
	p.sum(2*n+2, from, t.Delta[m.Key], lookDelta.total())
	p.text(2*n+3, p.row, none, lookPlace.total())
	p.row++
}

func (b *summaryBook) targetBlock(p *page, targets []ledger.Measure) {
	p.line(blockTarget, lookSection)
	if len(targets) == 0 {
		p.line(noTargets, lookLine)
		return
	}
	top := p.row
	p.merge(1, top, 1, top+1, unitLabel, lookHead)
	for i, m := range targets {
		c := 2 + 4*i
		p.merge(c, top, c+3, top, m.Name, lookHead)
		for j, h := range []string{fmt.Sprintf(headTarget, m.Unit), fmt.Sprintf(headAdded, m.Unit), headRate, headRankShort} {
			p.text(c+j, top+1, h, lookHead)
		}
	}
	p.height(top, 20)
	p.height(top+1, 34)
	p.row = top + 2
	from := p.row
	for _, r := range b.s.Rows {
		p.text(1, p.row, r.Unit, lookMiddle)
		for i, m := range targets {
			c := 2 + 4*i
			p.value(c, r.Target[m.Key], lookNumber)
			p.value(c+1, r.Cumulative[m.Key], lookNumber)
			p.ratio(c+2, r.Rate[m.Key], lookRate)
			p.place(c+3, r.Rank[m.Key], lookPlace)
		}
		p.height(p.row, rowHeight)
		p.row++
	}
	t := b.s.Total
	b.totalLabel(p)
	for i, m := range targets {
		c := 2 + 4*i
		p.sum(c, from, t.Target[m.Key], lookNumber.total())
		p.sum(c+1, from, t.Cumulative[m.Key], lookNumber.total())
		p.ratio(c+2, t.Rate[m.Key], lookRate.total())
		p.text(c+3, p.row, none, lookPlace.total())
	}
	p.row++
}

// signatures writes the line that is signed by hand, in three parts.
func (p *page) signatures() {
	n, k := len(p.widths), len(signatories)
	for i, s := range signatories {
		p.merge(1+i*n/k, p.row, (i+1)*n/k, p.row, s, lookLine)
	}
	p.height(p.row, 26)
	p.row++
}

func (b *summaryBook) totalLabel(p *page) {
	t := b.s.Tally
	p.text(1, p.row, fmt.Sprintf(totalLabel, t.InForce, t.Due), lookMiddle.total())
	p.height(p.row, 34)
}

// value writes a number, or － where there is none.
func (p *page) value(col int, v aggregate.Value, l look) {
	if !v.Known {
		p.text(col, p.row, none, l.centred())
		return
	}
	p.integer(col, p.row, v.N, l)
}

// ratio writes a share as it is printed: rounded half up to a tenth of a per
// cent, so that no program rounds it again.
func (p *page) ratio(col int, r aggregate.Ratio, l look) {
	if !r.Known() {
		p.text(col, p.row, none, l.centred())
		return
	}
	p.permille(col, p.row, r.Permille(), l)
}

// place writes a rank, － for a unit that is not ranked.
func (p *page) place(col, n int, l look) {
	p.value(col, aggregate.Value{N: int64(n), Known: n > 0}, l)
}

// sum writes the total of the rows from first to the one above as a live
// formula. Where no row has a number the total is － and not 0.
func (p *page) sum(col, first int, v aggregate.Value, l look) {
	area := p.cell(col, first) + ":" + p.cell(col, p.row-1)
	formula := fmt.Sprintf(`IF(COUNT(%s)=0,"%s",SUM(%s))`, area, none, area)
	if v.Known {
		p.formula(col, p.row, formula, v.N, l)
		return
	}
	p.textFormula(col, p.row, formula, l.centred())
}

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
	notes = append(notes, basis, noteRate, noteRank)
	var missing, short, exempt []string
	for _, r := range b.s.Rows {
		if r.Standing.InForce == nil && !r.Standing.Exempt {
			missing = append(missing, fmt.Sprintf(reasonIn, r.Unit, whyMissing(&r.Standing)))
		}
		if due := b.s.Period.MonthsSince(c.First) + 1; r.Counted < due && c.Basis != ledger.BasisCumulative {
			short = append(short, fmt.Sprintf(shortMonths, r.Unit, r.Counted, due))
		}
		if r.Standing.Exempt && r.Standing.InForce != nil {
			exempt = append(exempt, r.Unit)
		}
	}
	for _, l := range []struct {
		format string
		units  []string
	}{{noteMissing, missing}, {noteShort, short}, {noteExemptIn, exempt}} {
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
