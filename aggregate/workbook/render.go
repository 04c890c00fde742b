package workbook

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf16"

	"taizhang/ledger"
)

// The bounds of a workbook that is made of what was read.
const (
	maxRendered     = 50_000 // cells
	maxRenderedRow  = 20_000
	maxRenderedCol  = 500
	maxRenderedText = 60 // characters that widen a column
)

var (
	lookCell   = look{size: 11, align: "center", wrap: true, lines: true}
	lookStory  = look{size: 12, align: "left", wrap: true}
	lookNotOur = look{size: 11, align: "center", wrap: true}
)

// render makes a workbook of the tables: a sheet for each, with its cells in
// their places, merges, and hidden what was hidden. Texts stay texts and
// numbers numbers; no cell is a formula. Paragraphs that stand above a table are
// put above it, so its cells move down; the marks come back moved with them.
func (a *Annotation) render() ([]byte, []Mark, error) {
	if err := a.bounds(); err != nil {
		return nil, nil, err
	}
	b := newBook()
	names := sheetNames(a.Tables)
	shown := -1
	for i, t := range a.Tables {
		a.renderTable(b, t, names[i])
		if !t.Hidden && shown < 0 {
			shown = i
		}
	}
	if shown < 0 {
		return nil, nil, refuse("no table shows")
	}
	b.f.SetActiveSheet(shown)
	for i, t := range a.Tables {
		if t.Hidden {
			b.do(b.f.SetSheetVisible(names[i], false))
		}
	}
	at := a.At
	if at.Year() < 1980 { // the first year of a zip archive
		at = time.Date(1980, 1, 1, 0, 0, 0, 0, time.UTC)
	}
	data, err := b.save(annotatedBase, at)
	if err != nil {
		return nil, nil, err
	}
	return data, a.moved(names), nil
}

func (a *Annotation) bounds() error {
	cells := 0
	for _, t := range a.Tables {
		cells += len(t.Cells()) + len(t.Before) + len(t.After)
		rows, cols := t.Size()
		for _, m := range t.Merges {
			rows, cols = max(rows, m.Last.Row+1), max(cols, m.Last.Col+1)
		}
		if rows > maxRenderedRow || cols > maxRenderedCol {
			return refuse("a table of %d rows and %d columns", rows, cols)
		}
	}
	switch {
	case cells == 0:
		return refuse("nothing was read")
	case cells > maxRendered || len(a.Tables) > 50:
		return refuse("%d tables with %d cells", len(a.Tables), cells)
	}
	return nil
}

// sheetNames gives each table a name that a workbook takes: its own as far as
// possible, none twice.
func sheetNames(tables []*ledger.Table) []string {
	var out []string
	for _, t := range tables {
		base := strings.Trim(strings.NewReplacer(":", "", `\`, "", "/", "", "?", "", "*", "", "[", "", "]", "").Replace(plain(t.Sheet)), "' \n\t")
		if base == "" {
			base = formSheet
		}
		name := shortName(base, 31)
		for n := 2; slices.ContainsFunc(out, func(o string) bool { return strings.EqualFold(o, name) }); n++ {
			suffix := fmt.Sprintf(sheetAgain, n)
			name = shortName(base, 31-len(utf16.Encode([]rune(suffix)))) + suffix
		}
		out = append(out, name)
	}
	return out
}

// shortName cuts s to so many UTF-16 units.
func shortName(s string, limit int) string {
	for len(utf16.Encode([]rune(s))) > limit {
		r := []rune(s)
		s = string(r[:len(r)-1])
	}
	return s
}

// story returns what of the paragraphs is written: those that say something.
func story(list []string) []string {
	var out []string
	for _, s := range list {
		if s = strings.TrimSpace(plain(s)); s != "" {
			out = append(out, s)
		}
	}
	return out
}

func (a *Annotation) renderTable(b *book, t *ledger.Table, name string) {
	widths, down := columnWidths(t), len(story(t.Before))
	p := b.page(name, widths...)
	for _, s := range story(t.Before) {
		p.line(s, lookStory)
	}
	p.cell(1, 1) // a sheet has one cell, also where nothing was read
	heights := map[int]float64{}
	areas := map[ledger.Ref]ledger.Range{}
	for _, m := range t.Merges {
		areas[m.First] = m
		p.box(m, down)
	}
	for _, c := range t.Cells() {
		row := c.Row + 1 + down
		look := lookCell
		if len(t.Before)+len(t.After) == 0 && c.Row == 0 {
			look = lookNotOur // a title above the table
		}
		p.stated(c, row, look)
		width := 0.0
		last := c.Ref
		if m, ok := areas[c.Ref]; ok {
			last = m.Last
		}
		for col := c.Col; col <= last.Col; col++ {
			width += widths[col]
		}
		if last.Row == c.Row {
			heights[row] = max(heights[row], float64(linesOf(c.Text, width, 11))*15+6)
		}
	}
	for _, row := range slices.Sorted(maps.Keys(heights)) {
		p.height(row, heights[row])
	}
	p.row = p.lastRow + 1
	for _, s := range story(t.After) {
		p.line(s, lookStory)
	}
	p.conceal(t, down)
	p.finish()
}

// box draws a merged range and joins it.
func (p *page) box(m ledger.Range, down int) {
	from, to := p.cell(m.First.Col+1, m.First.Row+1+down), p.cell(m.Last.Col+1, m.Last.Row+1+down)
	p.do(p.f.SetCellStyle(p.name, from, to, p.style(lookCell)))
	p.do(p.f.MergeCell(p.name, from, to))
}

// stated writes a cell as it was read.
func (p *page) stated(c ledger.Cell, row int, l look) {
	number := false
	if c.Kind == ledger.CellNumber && c.Date.IsZero() && !c.NoValue {
		_, err := strconv.ParseFloat(c.Text, 64)
		number = err == nil && strings.Trim(c.Text, "0123456789.+-eE") == ""
	}
	switch {
	case number:
		if c.Format == ledger.FormatPercent {
			l.format = "0.00%"
		}
		at := p.cell(c.Col+1, row)
		p.do(p.f.SetCellDefault(p.name, at, c.Text))
		p.do(p.f.SetCellStyle(p.name, at, at, p.style(l)))
	case c.Kind == ledger.CellNumber && !c.Date.IsZero():
		p.text(c.Col+1, row, fmt.Sprintf(dayName, c.Date.Year, int(c.Date.Month), c.Date.Day), l)
	case c.NoValue && c.Text == "":
		p.text(c.Col+1, row, "="+c.Formula, l)
	default:
		p.text(c.Col+1, row, c.Text, l)
	}
}

// conceal hides what was hidden.
func (p *page) conceal(t *ledger.Table, down int) {
	rows, cols := t.Size()
	for _, r := range slices.Sorted(maps.Keys(t.HiddenRows)) {
		if t.HiddenRows[r] && r < rows {
			p.do(p.f.SetRowVisible(p.name, r+1+down, false))
		}
	}
	for _, c := range slices.Sorted(maps.Keys(t.HiddenCols)) {
		if t.HiddenCols[c] && c < cols {
			p.do(p.f.SetColVisible(p.name, ledger.ColumnName(c), false))
		}
	}
}

// columnWidths fits each column to its texts, within reason.
func columnWidths(t *ledger.Table) []float64 {
	_, cols := t.Size()
	wide := map[ledger.Ref]bool{}
	for _, m := range t.Merges {
		cols = max(cols, m.Last.Col+1)
		wide[m.First] = m.Last.Col > m.First.Col
	}
	out := make([]float64, max(cols, 1))
	for i := range out {
		out[i] = 9
	}
	for _, c := range t.Cells() {
		if wide[c.Ref] {
			continue
		}
		for line := range strings.SplitSeq(c.Text, "\n") {
			out[c.Col] = max(out[c.Col], min(textWidth(line)+2, maxRenderedText))
		}
	}
	if cols := float64(len(out)); sumOf(out) < 60 && cols > 0 {
		for i := range out {
			out[i] = max(out[i], 60/cols)
		}
	}
	return out
}

// moved returns the marks at the places and on the sheets where their cells
// now stand. Tables without a name are told apart by what was found in them;
// where that does not tell, the marks become words at the first title.
func (a *Annotation) moved(names []string) []Mark {
	out := slices.Clone(a.Marks)
	picks := map[string]int{}
	for i := range out {
		m := &out[i]
		n, ok := picks[m.Sheet]
		if !ok {
			n = a.pick(m.Sheet)
			picks[m.Sheet] = n
		}
		if n < 0 {
			continue // place says where it belongs, in words
		}
		m.Sheet = names[n]
		if at, ok := ledger.ParseRef(m.Cell); ok {
			at.Row += len(story(a.Tables[n].Before))
			m.Cell = at.Name()
		}
	}
	return out
}

// pick returns the index of the one table that the marks of the sheet mean;
// -1 when it cannot be told.
func (a *Annotation) pick(sheet string) int {
	best, score, tie := -1, -1, false
	for i, t := range a.Tables {
		if t.Sheet != sheet || t.Hidden {
			continue
		}
		n := 0
		for _, m := range a.Marks {
			at, ok := ledger.ParseRef(m.Cell)
			if m.Sheet != sheet || !ok {
				continue
			}
			if c, _ := t.At(t.Anchor(at)); squeezed(c.Text) == squeezed(m.Value) {
				n++
			}
		}
		switch {
		case n > score:
			best, score, tie = i, n, false
		case n == score:
			tie = true
		}
	}
	if tie {
		return -1
	}
	return best
}

func squeezed(s string) string { return strings.Join(strings.Fields(s), "") }
