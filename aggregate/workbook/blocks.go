package workbook

import (
	"fmt"
	"strings"

	"taizhang/aggregate"
	"taizhang/ledger"
)

// span is where a column of units stands, for the charts: the rows from first
// to last of column col; the measure is named at (headCol, head).
type span struct{ col, first, last, headCol, head int }

// monthBlock writes each measure's month, difference, year and rank.
func (b *summaryBook) monthBlock(p *page) {
	p.line(fmt.Sprintf(blockMonth, b.s.Campaign.Form.Phrases.Added), lookSection)
	month := headMonth
	if b.s.Campaign.Basis == ledger.BasisCumulative {
		month = headReported
	}
	top := p.blockHead(b.s.Columns, named, []string{month, headDelta, headCumulative, headRank})
	from := p.row
	for _, r := range b.s.Rows {
		p.text(1, p.row, r.Unit, lookMiddle)
		for i, m := range b.s.Columns {
			c, l := 2+monthColumns*i, lookNumber
			if r.Derived[m.Key] {
				l = lookDerived
			}
			p.value(c, r.Month[m.Key], l)
			p.value(c+1, r.Delta[m.Key], lookDelta)
			p.value(c+2, r.Cumulative[m.Key], lookNumber)
			p.place(c+3, r.Rank[m.Key], lookPlace)
		}
		p.height(p.row, rowHeight)
		p.row++
	}
	t := b.s.Total
	b.totalLabel(p)
	for i, m := range b.s.Columns {
		c := 2 + monthColumns*i
		p.sum(c, from, t.Month[m.Key], lookNumber.total())
		p.sum(c+1, from, t.Delta[m.Key], lookDelta.total())
		p.sum(c+2, from, t.Cumulative[m.Key], lookNumber.total())
		p.text(c+3, p.row, none, lookPlace.total())
		b.yearAt[m.Key] = span{col: c + 2, first: from, last: p.row - 1, headCol: c, head: top}
	}
	p.row++
}

// targetBlock writes each target with what is reached of it, and how far that
// is from 序时进度 (rule book §7).
func (b *summaryBook) targetBlock(p *page) {
	targets := b.s.Targeted()
	if len(targets) == 0 {
		p.line(blockTarget, lookSection)
		p.line(noTargets, lookLine)
		return
	}
	p.line(fmt.Sprintf(withUnit, blockTarget, strings.Join(unitsOf(targets), comma)), lookSection)
	top := p.blockHead(targets, plainName, []string{headTarget, headAdded, headExpected, headRate, headPace, headRank})
	from := p.row
	for _, r := range b.s.Rows {
		p.text(1, p.row, r.Unit, lookMiddle)
		for i, m := range targets {
			c, rate := 2+targetColumns*i, r.Rate[m.Key]
			p.value(c, r.Target[m.Key], lookNumber)
			p.value(c+1, r.Cumulative[m.Key], lookNumber)
			p.value(c+2, aggregate.Value{N: rate.Num, Known: rate.Known()}, lookNumber)
			if rate.Known() {
				target := p.cell(c, p.row)
				p.rate(c+3, p.row, target+"=0", p.cell(c+2, p.row), target, rate, lookRate)
			} else {
				p.text(c+3, p.row, none, lookRate.centred())
			}
			b.distance(p, c+4, rate, lookPoints)
			p.place(c+5, r.Rank[m.Key], lookPlace)
		}
		p.height(p.row, rowHeight)
		p.row++
	}
	b.totalLabel(p)
	for i, m := range targets {
		c := 2 + targetColumns*i
		b.targetTotal(p, m.Key, c, from)
		b.rateAt[m.Key] = span{col: c + 3, first: from, last: p.row - 1, headCol: c, head: top}
	}
	p.row++
}

// targetTotal writes the city's target and what is reached of it. There is a
// rate only when every unit has one.
func (b *summaryBook) targetTotal(p *page, key string, c, from int) {
	t := b.s.Total
	rate := t.Rate[key]
	p.sum(c, from, t.Target[key], lookNumber.total())
	p.sum(c+1, from, t.Cumulative[key], lookNumber.total())
	p.sumOfAll(c+2, from, aggregate.Value{N: rate.Num, Known: rate.Known()}, lookNumber.total())
	rates := p.area(c+3, from, c+3, p.row-1)
	p.rate(c+3, p.row, fmt.Sprintf("COUNT(%s)<ROWS(%s)", rates, rates), p.cell(c+2, p.row), p.cell(c, p.row), rate, lookRate.total())
	b.distance(p, c+4, rate, lookPoints.total())
	p.text(c+5, p.row, none, lookPlace.total())
}

// distance writes how far the unrounded rate is from 序时进度, in 百分点.
func (b *summaryBook) distance(p *page, col int, rate aggregate.Ratio, l look) {
	g, ok := rate.Gap(b.s.Pace())
	if !ok {
		p.text(col, p.row, none, l.centred())
		return
	}
	p.decimal(col, p.row, float64(int64(g.Sign)*g.Tenths)/10, l)
}

// projectBlock writes the projects of the 90 % target: of the units that state
// both numbers, never a mean of rates.
func (b *summaryBook) projectBlock(p *page) {
	p.line(blockProjects, lookSection)
	for i, h := range projectHeads {
		p.text(1+i, p.row, h, lookHead)
	}
	p.height(p.row, 34)
	p.row++
	target := b.s.ProjectTarget()
	for i, k := range []aggregate.Projects{b.s.Projects, b.s.ProjectsYear} {
		p.text(1, p.row, projectRows[i], lookMiddle)
		stated := func(n int64) aggregate.Value { return aggregate.Value{N: n, Known: k.Units > 0} }
		p.value(2, stated(int64(k.Units)), lookPlace)
		p.value(3, stated(k.New), lookNumber)
		p.value(4, stated(k.Insured), lookNumber)
		begun, insured := p.cell(3, p.row), p.cell(4, p.row)
		p.rate(5, p.row, fmt.Sprintf("OR(N(%s)<=0,N(%s)>N(%s))", begun, insured, begun), insured, begun, k.Rate(), lookRate)
		goal, reached := none, none
		if target > 0 {
			goal = aggregate.Ratio{Num: target, Den: 1000}.Percent()
		}
		if target > 0 && k.Rate().Known() {
			reached = reachedWords[k.Rate().AtLeast(target)]
		}
		p.text(6, p.row, goal, lookMiddle)
		p.text(7, p.row, reached, lookMiddle)
		p.height(p.row, rowHeight)
		p.row++
	}
}

// blockHead writes two header rows: the measures, and under each the heads. It
// returns the first of them.
func (p *page) blockHead(ms []ledger.Measure, name func(ledger.Measure) string, heads []string) int {
	top, n := p.row, len(heads)
	p.merge(1, top, 1, top+1, unitLabel, lookHead)
	for i, m := range ms {
		c := 2 + n*i
		p.merge(c, top, c+n-1, top, name(m), lookHead)
		for j, h := range heads {
			p.text(c+j, top+1, h, lookHead)
		}
	}
	p.height(top, 20)
	p.height(top+1, 34)
	p.row = top + 2
	return top
}

func (b *summaryBook) totalLabel(p *page) {
	t := b.s.Tally
	p.text(1, p.row, fmt.Sprintf(totalLabel, t.InForce, t.Due), lookMiddle.total())
	p.height(p.row, 34)
}

func plainName(m ledger.Measure) string { return m.Name }
