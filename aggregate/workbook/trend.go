package workbook

import (
	"fmt"
	"slices"
	"strings"

	"taizhang/ledger"
)

// chartRows is how many rows the charts stand on; heights are in points.
const (
	chartRows     = 14
	chartHeight   = 20.0 // points
	sectionHeight = 23.0
	headHeight    = 24.0
	chartPixels   = 330 // of the charts; excelize counts 24 for a row of 20 points
)

// trend writes 趋势: two charts, and the months of each measure by unit.
func (b *summaryBook) trend() {
	widths := []float64{13}
	for range b.s.MonthNames {
		widths = append(widths, max(12.5, b.longest()))
	}
	widths = append(widths, max(13, b.longest()), 14)
	p := b.page(sheetTrend, widths...)
	b.head(p, fmt.Sprintf(trendTitle, b.s.Campaign.City, monthName(b.s.Period)))
	p.repeat(p.row - 1)
	p.headRows = p.row - 1
	p.freeze(2, p.row)
	p.line(chartsHead, lookSection)
	at := p.row
	from, to := b.s.Unbroken(b.s.Main().Key)
	if from < to {
		for range chartRows {
			p.height(p.row, chartHeight)
			p.row++
		}
	} else {
		p.line(noChart, lookLine)
	}
	firsts := map[string]int{} // measure → first row of its months
	for i, m := range b.s.Columns {
		p.gap()
		p.keep(sectionHeight + headHeight + float64(len(b.s.Months)+1)*rowHeight)
		firsts[m.Key] = b.months(p, i, m)
	}
	p.gap()
	if from < to {
		b.draw(p, at, from, to, firsts)
	}
	p.line(notesHead+strings.Join(b.trendNotes(from, to), ""), lookNote)
	p.finish()
}

// longest is the width of the longest number of the months.
func (b *summaryBook) longest() float64 {
	w := 0.0
	for _, v := range b.s.Total.Cumulative {
		w = max(w, float64(len(grouped(v.N)))+3)
	}
	return w
}

func (b *summaryBook) trendNotes(from, to int) []string {
	notes := []string{trendNote}
	if from > 0 && from < to {
		notes = append(notes, fmt.Sprintf(trendGap, monthName(b.s.Months[from].Period)))
	}
	if from < to && to < len(b.s.Months) {
		notes = append(notes, fmt.Sprintf(trendUpTo, monthName(b.s.Months[to-1].Period)))
	}
	if gone := b.s.MonthNames[len(b.s.Rows):]; len(gone) > 0 {
		notes = append(notes, fmt.Sprintf(trendGone, strings.Join(gone, comma)))
	}
	return notes
}

// months writes the block of one measure: a row a month, a column a unit, and
// the city's total as live formulas. It returns the row of the first month.
func (b *summaryBook) months(p *page, i int, m ledger.Measure) (first int) {
	cumulative := b.s.Campaign.Basis == ledger.BasisCumulative
	title := trendAdded
	if cumulative {
		title = trendHead
	}
	p.line(fmt.Sprintf(title, ordinals[min(i+1, len(ordinals)-1)], named(m)), lookSection)
	names, n := b.s.MonthNames, len(b.s.MonthNames)
	p.heads(slices.Concat([]string{headMonths}, names, []string{headCity, headCounted}))
	first = p.row
	for _, month := range b.s.Months {
		p.text(1, p.row, monthName(month.Period), lookMiddle)
		for j, u := range names {
			p.value(2+j, month.Units[u][m.Key], lookNumber)
		}
		p.sumOf(p.row, n+2, p.area(2, p.row, n+1, p.row), month.Total[m.Key], lookNumber.total())
		p.text(n+3, p.row, fmt.Sprintf(ofCounted, month.InForce, month.Due), lookMiddle)
		p.height(p.row, rowHeight)
		p.row++
	}
	if !cumulative {
		p.text(1, p.row, rowYear, lookMiddle.total())
		for j, u := range slices.Concat(names, []string{""}) {
			p.sum(2+j, first, b.s.OverMonths(u, m.Key), lookNumber.total())
		}
		p.text(n+3, p.row, none, lookMiddle.total())
		p.height(p.row, rowHeight)
		p.row++
	}
	return first
}

// draw places the two charts side by side over chartRows rows: completion
// rates by unit, or cumulative figures where there is no baseline, and the
// city's months.
func (b *summaryBook) draw(p *page, row, from, to int, firsts map[string]int) {
	half, col, left := b.halves(p)
	height := uint(chartPixels)
	bar := b.barChart()
	bar.width, bar.height = half, height
	p.chart(1, row, 0, bar)
	cumulative := b.s.Campaign.Basis == ledger.BasisCumulative
	line := chart{title: fmt.Sprintf(chartMonths, b.s.Main().Unit), x: axisMonth, y: b.s.Main().Unit, format: "#,##0", width: half, height: height}
	if cumulative {
		line.title = fmt.Sprintf(chartAmounts, b.s.Main().Unit)
	}
	total := len(b.s.MonthNames) + 2
	for _, m := range b.compared() {
		if f, t := b.s.Unbroken(m.Key); f > from || t != to {
			continue
		}
		first := firsts[m.Key]
		line.series = append(line.series, series{name: nameAt(b.yearAt[m.Key]), cats: cells{p.name, 1, first + from, 1, first + to - 1},
			vals: cells{p.name, total, first + from, total, first + to - 1}})
	}
	p.chart(col, row, left, line)
}

// halves returns half the width of the sheet in pixels, and the column with
// the pixels in it where the second half begins.
func (b *summaryBook) halves(p *page) (half uint, col, left int) {
	all := 0
	for _, w := range p.widths {
		all += pixels(w)
	}
	rest := all / 2
	for i, w := range p.widths {
		if rest < pixels(w) {
			return uint(all/2 - 8), i + 1, rest
		}
		rest -= pixels(w)
	}
	return uint(all/2 - 8), 1, 0
}

// pixels is what excelize counts for a column: charts are placed by it and move
// with the cells.
func pixels(width float64) int { return int(width*8 + 0.5) }

// compared are the measures that the charts show: all that are counted in the
// unit of the main one.
func (b *summaryBook) compared() []ledger.Measure {
	var out []ledger.Measure
	for _, m := range b.s.Columns {
		if m.Unit == b.s.Main().Unit {
			out = append(out, m)
		}
	}
	return out
}

// barChart compares the units by completion rate where every one has it, else
// by cumulative figures. It points at the cells of 汇总表.
func (b *summaryBook) barChart() chart {
	c := chart{bars: true, title: chartRates, x: axisUnit, y: headRate, format: "0%"}
	add := func(at span) {
		c.series = append(c.series, series{name: nameAt(at), cats: cells{sheetSummary, 1, at.first, 1, at.last},
			vals: cells{sheetSummary, at.col, at.first, at.col, at.last}})
	}
	for _, m := range b.s.Targeted() {
		if b.s.ByRate[m.Key] {
			add(b.rateAt[m.Key])
		}
	}
	if len(c.series) > 0 {
		return c
	}
	unit := b.s.Main().Unit
	c.title, c.y, c.format = fmt.Sprintf(chartYears, unit), unit, "#,##0"
	if b.s.Campaign.Basis == ledger.BasisCumulative {
		c.title = fmt.Sprintf(chartReported, unit)
	}
	for _, m := range b.compared() {
		if b.s.YearUnits(m.Key) > 0 {
			add(b.yearAt[m.Key])
		}
	}
	return c
}

// nameAt is the cell of 汇总表 that names the measure of the column.
func nameAt(at span) cells { return cells{sheetSummary, at.headCol, at.head, at.headCol, at.head} }
