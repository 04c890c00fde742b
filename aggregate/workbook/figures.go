package workbook

import (
	"fmt"
	"slices"
	"strings"

	"taizhang/aggregate"
	"taizhang/ledger"
)

const (
	unitWidth   = 17.0
	figureWidth = 6.6 // a heading of four characters on two lines
	rateWidth   = 8.2 // 100.0% in bold
	rowHeight   = 20.0
	// onePageUnits is up to how many units both blocks print on one page and
	// can still be read.
	onePageUnits = 16
)

// figures writes 汇总表: one block with the month and the year, one with the
// targets, both in the order of Annex 1, and the projects where any are
// stated, on one page.
func (b *summaryBook) figures() {
	p := b.page(sheetSummary, b.figureWidths()...)
	b.head(p, b.prefix+strings.TrimPrefix(summaryTitle, "%s%s%s"))
	p.line(fmt.Sprintf(unitsLine, strings.Join(unitsOf(b.s.Columns), comma)), look{align: "right"})
	p.repeat(p.row - 1)
	p.freeze(2, p.row)
	b.monthBlock(p)
	p.gap()
	b.targetBlock(p)
	if b.s.ProjectsYear.Units > 0 {
		p.gap()
		b.projectBlock(p)
	}
	p.gap()
	p.signatures()
	p.line(notesHead+strings.Join(b.footnotes(), ""), lookNote)
	p.onePage = len(b.s.Rows) <= onePageUnits
	p.finish()
}

// monthColumns and targetColumns are how many columns a measure takes in the
// two blocks.
const (
	monthColumns  = 4
	targetColumns = 6
)

// figureWidths fits each column to the longest number of both blocks.
func (b *summaryBook) figureWidths() []float64 {
	targets := b.s.Targeted()
	widths := make([]float64, 1+max(monthColumns*len(b.s.Columns), targetColumns*len(targets), len(projectHeads)))
	for i := range widths {
		widths[i] = figureWidth
	}
	widths[0] = unitWidth
	need := func(col int, v aggregate.Value) { widths[col] = max(widths[col], float64(len(grouped(v.N)))+2.5) }
	for _, r := range append(slices.Clone(b.s.Rows), b.s.Total) {
		for i, m := range b.s.Columns {
			for j, v := range []aggregate.Value{r.Month[m.Key], r.Delta[m.Key], r.Cumulative[m.Key]} {
				need(1+monthColumns*i+j, v)
			}
		}
		for i, m := range targets {
			for j, v := range []aggregate.Value{r.Target[m.Key], r.Cumulative[m.Key], {N: r.Rate[m.Key].Num}} {
				need(1+targetColumns*i+j, v)
			}
			widths[1+targetColumns*i+3] = max(widths[1+targetColumns*i+3], rateWidth)
		}
	}
	return widths
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

// unitsOf are the units of the measures, each once.
func unitsOf(ms []ledger.Measure) []string {
	var out []string
	for _, m := range ms {
		if m.Unit != "" && !slices.Contains(out, m.Unit) {
			out = append(out, m.Unit)
		}
	}
	return out
}

// gap leaves a thin empty row between two blocks.
func (p *page) gap() {
	p.height(p.row, 8)
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

// value writes a number, or － where there is none.
func (p *page) value(col int, v aggregate.Value, l look) {
	if !v.Known {
		p.text(col, p.row, none, l.centred())
		return
	}
	p.integer(col, p.row, v.N, l)
}

// place writes a rank, － for a unit that is not ranked.
func (p *page) place(col, n int, l look) {
	p.value(col, aggregate.Value{N: int64(n), Known: n > 0}, l)
}

// sum writes the total of the rows from first to the one above as a live
// formula. Where no row has a number the total is － and not 0.
func (p *page) sum(col, first int, v aggregate.Value, l look) {
	p.sumOf(p.row, col, p.area(col, first, col, p.row-1), v, l)
}

// sumOf writes the total of the area at (col, row).
func (p *page) sumOf(row, col int, area string, v aggregate.Value, l look) {
	p.total(col, row, fmt.Sprintf(`IF(COUNT(%s)=0,"%s",SUM(%s))`, area, none, area), v, l)
}

// sumOfAll writes the total of a column that has one only when every row has
// a number.
func (p *page) sumOfAll(col, first int, v aggregate.Value, l look) {
	area := p.area(col, first, col, p.row-1)
	p.total(col, p.row, fmt.Sprintf(`IF(COUNT(%s)<ROWS(%s),"%s",SUM(%s))`, area, area, none, area), v, l)
}

// total writes a formula of a whole number that may be unknown.
func (p *page) total(col, row int, formula string, v aggregate.Value, l look) {
	if v.Known {
		p.formula(col, row, formula, fmt.Sprint(v.N), l)
		return
	}
	p.formula(col, row, formula, noValue, l.centred())
}

// rate writes a share of two cells as a live formula, rounded half up to a
// tenth of a per cent, so that no program rounds it again. test is when there
// is none.
func (p *page) rate(col, row int, test, num, den string, r aggregate.Ratio, l look) {
	formula := fmt.Sprintf(`IF(%s,"%s",ROUND(%s/%s,3))`, test, none, num, den)
	if !r.Known() {
		p.formula(col, row, formula, noValue, l.centred())
		return
	}
	p.formula(col, row, formula, thousandths(r.Permille()), l)
}

// area names a block of cells: B5:B11.
func (p *page) area(col, row, toCol, toRow int) string {
	return p.cell(col, row) + ":" + p.cell(toCol, toRow)
}
