package workbook

import (
	"fmt"

	"github.com/xuri/excelize/v2"
)

// freeze holds the rows above row and the columns left of col on the screen.
func (p *page) freeze(col, row int) {
	c := p.cell(col, row)
	pane := "bottomLeft"
	if col > 1 {
		pane = "bottomRight"
	}
	p.do(p.f.SetPanes(p.name, &excelize.Panes{Freeze: true, XSplit: col - 1, YSplit: row - 1, TopLeftCell: c, ActivePane: pane,
		Selection: []excelize.Selection{{SQRef: c, ActiveCell: c, Pane: pane}}}))
}

// repeat prints the rows up to the last one given on every page.
func (p *page) repeat(last int) { p.repeated = fmt.Sprintf("'%s'!$1:$%d", p.name, last) }

// pageHeight is what a printed page takes: A4 landscape less its margins, in
// points. A sheet that is made narrower to fit takes more.
const pageHeight = 505.0

// keep begins a new printed page when points more do not fit on this one, so
// that a block is not cut.
func (p *page) keep(points float64) {
	used := 0.0
	add := func(from, to int) {
		for row := from; row < to; row++ {
			h, err := p.f.GetRowHeight(p.name, row)
			p.do(err)
			used += h
		}
	}
	if p.broken > 0 {
		add(1, p.headRows+1) // repeated
	}
	add(max(1, p.broken), p.row)
	if used+points > pageHeight {
		p.do(p.f.InsertPageBreak(p.name, p.cell(1, p.row)))
		p.broken = p.row
	}
}

// finish sets up the sheet for print: A4 landscape, as wide as the page, with
// page numbers, and states its size, which excelize leaves at A1.
func (p *page) finish() {
	last, err := excelize.CoordinatesToCellName(p.cols, p.lastRow)
	p.do(err)
	lastAbs, err := excelize.CoordinatesToCellName(p.cols, p.lastRow, true)
	p.do(err)
	p.do(p.f.SetSheetDimension(p.name, "A1:"+last))
	p.do(p.f.SetDefinedName(&excelize.DefinedName{Name: "_xlnm.Print_Area", RefersTo: fmt.Sprintf("'%s'!$A$1:%s", p.name, lastAbs), Scope: p.name}))
	if p.repeated != "" {
		p.do(p.f.SetDefinedName(&excelize.DefinedName{Name: "_xlnm.Print_Titles", RefersTo: p.repeated, Scope: p.name}))
	}
	pages := 0 // as many as it takes
	if p.onePage {
		pages = 1
	}
	p.do(p.f.SetPageLayout(p.name, &excelize.PageLayoutOptions{Size: ptr(9), Orientation: ptr("landscape"), FitToWidth: ptr(1), FitToHeight: &pages}))
	p.do(p.f.SetSheetProps(p.name, &excelize.SheetPropsOptions{FitToPage: ptr(true)}))
	p.do(p.f.SetPageMargins(p.name, &excelize.PageLayoutMarginsOptions{Left: ptr(0.5), Right: ptr(0.5), Top: ptr(0.6), Bottom: ptr(0.6),
		Header: ptr(0.3), Footer: ptr(0.3), Horizontally: ptr(true)}))
	if !p.unnumbered {
		p.do(p.f.SetHeaderFooter(p.name, &excelize.HeaderFooterOptions{OddFooter: pageFooter}))
	}
	p.do(p.f.SetSheetView(p.name, 0, &excelize.ViewOptions{ShowGridLines: ptr(false)}))
}

func ptr[T any](v T) *T { return &v }
