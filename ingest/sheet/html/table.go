package html

import (
	"bytes"
	"math"
	"strconv"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"taizhang/ingest/sheet/formula"
	"taizhang/ingest/sheet/grid"
	"taizhang/ingest/sheet/numfmt"
	"taizhang/ingest/sheet/strict"
	"taizhang/ledger"
)

// table is one table while it is read.
type table struct {
	*grid.Table
	page *page
	row  int
	busy []int // by column: the first row that no cell from above reaches
	cols int   // col elements so far
	wide grid.Widths
}

// table reads a table element. story is the flow it stands in; a table within
// a cell of another has none and stands alone.
func (p *page) table(n *html.Node, l look, story *grid.Story) error {
	g, err := p.book.Table("")
	if err != nil {
		return err
	}
	within := len(p.book.Tables())
	// A hidden table is marked as a whole: its cells are stated all the same.
	g.Hidden = l.none || l.invisible || l.buried
	l.none, l.invisible, l.buried = false, false, g.Hidden
	if story != nil {
		g.Before = story.Begin()
	}
	t := &table{Table: g, page: p}
	if err := t.parts(n, l); err != nil {
		return err
	}
	// Headers without their empty cells are common in what people write.
	if row, uneven := t.wide.Uneven(false); uneven {
		return strict.Damaged(strict.Structure, "row %d is not as wide as the others", row+1)
	}
	closed, err := g.Close()
	if err != nil {
		return err
	}
	if story != nil {
		story.End(closed, p.book.Tables()[within:]...)
	}
	return nil
}

// parts reads the parts of the table in the order in which they show: caption
// and columns, heads, bodies, feet.
func (t *table) parts(n *html.Node, l look) error {
	for c := range n.ChildNodes() {
		var err error
		switch c.DataAtom {
		case atom.Caption:
			err = t.caption(c, l)
		case atom.Colgroup:
			err = t.columns(c)
		}
		if err != nil {
			return err
		}
	}
	for _, part := range []atom.Atom{atom.Thead, atom.Tbody, atom.Tfoot} {
		for c := range n.ChildNodes() {
			if c.Type != html.ElementNode || c.DataAtom != part || t.page.quotes(c) {
				continue
			}
			if err := t.group(c, l.within(c, t.page.rules.of(c))); err != nil {
				return err
			}
		}
	}
	return nil
}

func (t *table) caption(n *html.Node, l look) error {
	story := grid.Story{Waiting: t.Before}
	f := &flow{page: t.page, story: &story}
	if err := f.children(n, l.within(n, t.page.rules.of(n))); err != nil {
		return err
	}
	err := f.flush()
	t.Before = story.Waiting
	return err
}

// columns reads the hidden ones among the columns of a colgroup.
func (t *table) columns(group *html.Node) error {
	own := t.page.rules.of(group)
	children := 0
	for c := range group.ChildNodes() {
		if c.Type == html.ElementNode && c.DataAtom == atom.Col {
			children++
			if err := t.column(c, own); err != nil {
				return err
			}
		}
	}
	if children > 0 {
		return nil
	}
	return t.column(group, props{})
}

func (t *table) column(n *html.Node, group props) error {
	span := spanOf(n, "span", 1000)
	if t.cols+span > formula.MaxCols {
		return strict.Damaged(strict.Reference, "more columns than a sheet has")
	}
	l := look{}.within(n, group.over(t.page.rules.of(n)))
	width, stated := attr(n, "width")
	if l.none || l.invisible || stated && strings.TrimSpace(width) == "0" {
		t.HideCols(grid.Span{From: t.cols, To: t.cols + span - 1})
	}
	t.cols += span
	return nil
}

// spanOf reads a number of columns or rows as browsers do: 1 where it is not
// stated or none, and no more than the most.
func spanOf(n *html.Node, name string, most int) int {
	v, _ := attr(n, name)
	i, err := strconv.Atoi(strings.TrimSpace(v))
	if err != nil || i < 1 {
		return 1
	}
	return min(i, most)
}

// group reads the rows of a thead, tbody or tfoot. No cell reaches beyond the
// group it begins in.
func (t *table) group(n *html.Node, l look) error {
	rows := 0
	for c := range n.ChildNodes() {
		if c.DataAtom == atom.Tr {
			rows++
		}
	}
	end := t.row + rows
	for c := range n.ChildNodes() {
		if c.Type != html.ElementNode || c.DataAtom != atom.Tr || t.page.quotes(c) {
			continue
		}
		inner := l.within(c, t.page.rules.of(c))
		if inner.none || inner.invisible {
			t.HideRows(grid.Span{From: t.row, To: t.row})
			inner.buried = true
		}
		inner.none, inner.invisible = false, false // the row is marked as a whole
		if err := t.cells(c, inner, end); err != nil {
			return err
		}
		t.row++
	}
	t.busy = t.busy[:0]
	return nil
}

// cells reads the cells of a row.
func (t *table) cells(row *html.Node, l look, end int) error {
	col, figure := 0, false
	for c := range row.ChildNodes() {
		if c.Type != html.ElementNode || c.DataAtom != atom.Td && c.DataAtom != atom.Th {
			continue
		}
		if t.page.quotes(c) {
			continue
		}
		for col < len(t.busy) && t.busy[col] > t.row {
			col++
		}
		across := spanOf(c, "colspan", 1000)
		down := spanOf(c, "rowspan", 65534)
		if v, _ := attr(c, "rowspan"); strings.TrimSpace(v) == "0" {
			down = end - t.row
		}
		down = max(min(down, end-t.row), 1)
		if col+across > formula.MaxCols || t.row >= formula.MaxRows {
			return strict.Damaged(strict.Reference, "a cell outside the sheet")
		}
		for i := col; i < col+across; i++ {
			for len(t.busy) <= i {
				t.busy = append(t.busy, 0)
			}
			if t.busy[i] > t.row {
				return strict.Damaged(strict.Structure, "cells that overlap")
			}
			t.busy[i] = t.row + down
		}
		at := ledger.Ref{Row: t.row, Col: col}
		if err := t.Merge(ledger.Range{First: at, Last: ledger.Ref{Row: t.row + down - 1, Col: col + across - 1}}); err != nil {
			return err
		}
		if err := t.cell(c, at, l); err != nil {
			return err
		}
		col += across
		figure = figure || isFigure(c)
	}
	for width := len(t.busy); width > 0; width-- {
		if t.busy[width-1] > t.row {
			t.wide.Add(width, width, figure)
			break
		}
	}
	return nil
}

// isFigure reports whether the element holds a whole number and nothing else.
func isFigure(n *html.Node) bool {
	text := ""
	for c := range n.Descendants() {
		if c.Type == html.TextNode {
			if text += strings.TrimSpace(c.Data); len(text) > 12 {
				return false
			}
		}
	}
	return text != "" && strings.Trim(text, "0123456789") == ""
}

// cell reads what a cell holds.
func (t *table) cell(n *html.Node, at ledger.Ref, l look) error {
	own := t.page.rules.of(n)
	inner := l.within(n, own)
	f := &flow{page: t.page}
	inside := grid.Story{}
	// Tables within the cell take the paragraphs of the cell around them.
	nested := find(n, atom.Table) != nil
	if nested {
		f.story = &inside
	}
	whole := &flow{page: t.page}
	var err error
	if nested {
		if err = f.children(n, inner); err == nil {
			err = f.flush()
		}
		err = firstOf(err, whole.withoutTables(n, inner))
	} else {
		err = f.children(n, inner)
		whole = f
	}
	if err != nil {
		return err
	}
	return t.fill(whole, n, own, at)
}

func firstOf(a, b error) error {
	if a != nil {
		return a
	}
	return b
}

// withoutTables reads the text of the element, less that of tables within it.
func (f *flow) withoutTables(n *html.Node, l look) error {
	for c := range n.ChildNodes() {
		if c.Type == html.ElementNode && c.DataAtom == atom.Table {
			f.newline()
			continue
		}
		if c.Type == html.ElementNode && find(c, atom.Table) != nil {
			if err := f.withoutTables(c, l.within(c, f.page.rules.of(c))); err != nil {
				return err
			}
			f.newline()
			continue
		}
		if err := f.node(c, l); err != nil {
			return err
		}
	}
	return nil
}

// fill states the cell and notes what does not count of it.
func (t *table) fill(f *flow, n *html.Node, own props, at ledger.Ref) error {
	for _, x := range []struct {
		what string
		text []byte
	}{{grid.Struck, f.gone}, {grid.Unseen, f.unseen}} {
		if len(bytes.TrimSpace(x.text)) > 0 {
			if err := t.Note(at, x.what, string(bytes.TrimSpace(x.text))); err != nil {
				return err
			}
		}
	}
	text := strings.Trim(string(f.text), " \n")
	if t.page.mail {
		for line := range strings.SplitSeq(text, "\n") {
			t.page.endsMail(line)
		}
	}
	if text == "" || text == "\u00a0" {
		return nil // what exports put into an empty cell
	}
	c := ledger.Cell{Ref: at, Kind: ledger.CellText, Text: text, Inserted: f.inserted}
	if fmla, ok := attr(n, "x:fmla"); ok {
		c.Formula = strings.TrimPrefix(fmla, "=")
	}
	if len(f.gone)+len(f.unseen) == 0 {
		if err := number(n, own, &c); err != nil {
			return err
		}
	}
	return t.Cell(c)
}

// number makes the cell a number where the writer states one beside its text.
func number(n *html.Node, own props, c *ledger.Cell) error {
	value, stated := attr(n, "x:num")
	code := own.format
	if !stated {
		value, stated = attr(n, "sdval")
		if num, ok := attr(n, "sdnum"); ok {
			if parts := strings.SplitN(num, ";", 3); len(parts) == 3 {
				code = parts[2]
			}
		}
	}
	if _, isError := attr(n, "x:err"); isError || stated && showsError(c.Text) {
		// LibreOffice states a value of 0 beside #VALUE!.
		c.Kind = ledger.CellError
		return nil
	}
	f := formatOf(code)
	if !stated {
		shown := strings.ReplaceAll(c.Text, ",", "")
		class := f.Class(1)
		if code != "" && numfmt.IsNumber([]byte(shown)) && (class == ledger.FormatScaled || class == ledger.FormatHidden) {
			// What it shows is not what it is, and that is nowhere stated.
			c.Kind, c.Text, c.Format = ledger.CellNumber, shown, class
		}
		return nil
	}
	if value = strings.TrimSpace(value); value == "" {
		if value = c.Text; !numfmt.IsNumber([]byte(value)) {
			return nil // it shows otherwise than it is, and does not say what it is
		}
	}
	v, err := strconv.ParseFloat(value, 64)
	if !numfmt.IsNumber([]byte(value)) || err != nil || math.IsInf(v, 0) {
		return strict.Damaged(strict.Number, "cell %s: number that is none", c.Name())
	}
	c.Kind, c.Text = ledger.CellNumber, value
	if c.Format = f.Class(v); c.Format == ledger.FormatDate {
		c.Date = numfmt.DateOf(v, false)
	}
	return nil
}

// showsError reports whether the text is that of a failed formula, and not
// what a column too narrow for its number shows.
func showsError(text string) bool {
	return strings.HasPrefix(text, "Err:") || strings.HasPrefix(text, "#") && strings.Trim(text, "#") != ""
}

func formatOf(code string) numfmt.Format {
	if named, ok := formats[strings.ToLower(code)]; ok {
		code = named
	}
	return numfmt.Parse(code)
}

// formats of mso-number-format that have names.
var formats = map[string]string{
	"general": "General", "percent": "0.00%", "short date": "yyyy", "medium date": "yyyy", "long date": "yyyy", "short time": "h:mm",
	"medium time": "h:mm", "long time": "h:mm", "fixed": "0.00", "standard": "#,##0.00", "scientific": "0.00E+00",
	"currency": "#,##0.00",
}
