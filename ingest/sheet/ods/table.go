package ods

import (
	"sort"
	"strconv"

	"taizhang/ingest/sheet/formula"
	"taizhang/ingest/sheet/grid"
	"taizhang/ingest/sheet/strict"
	"taizhang/ledger"
)

// sheet is one table:table while it is read.
type sheet struct {
	*grid.Table
	d         *document
	row, col  int    // the next to come
	colStyle  []span // default cell styles of columns
	collapsed int    // collapsed groups around the current rows or columns
	cells     []ledger.Cell
	drops     []drop // what this row leaves out
	merges    []ledger.Range
}

type span struct {
	from, to int
	style    string
}

// drop is a text that does not count.
type drop struct {
	at         ledger.Ref
	what, text string
}

func (d *document) readTable() error {
	s := d.s
	name, err := d.book.Text(s.AttrNS(spaceTable, "name"))
	if err != nil {
		return err
	}
	t, err := d.book.Table(name)
	if err != nil {
		return err
	}
	d.styles.look("table", string(s.AttrNS(spaceTable, "style-name")), func(st *style) bool {
		t.Hidden = t.Hidden || st.noTable
		return st.noTable
	})
	sh := &sheet{Table: t, d: d}
	if err := s.Within(sh.line); err != nil {
		return err
	}
	_, err = t.Close()
	return err
}

// line reads a row, a column or an element around some of them.
func (sh *sheet) line() error {
	s := sh.d.s
	if s.Space != spaceTable {
		return s.Skip()
	}
	switch string(s.Name) {
	case "table-header-rows", "table-rows", "table-header-columns", "table-columns":
		return s.Within(sh.line)
	case "table-row-group", "table-column-group":
		was := sh.collapsed
		if string(s.AttrNS(spaceTable, "display")) == "false" {
			sh.collapsed++
		}
		err := s.Within(sh.line)
		sh.collapsed = was
		return err
	case "table-column":
		return sh.column()
	case "table-row":
		return sh.readRow()
	}
	return s.Skip()
}

// repeat reads how often the current row, column or cell stands there.
func (sh *sheet) repeat(name string) (int, error) {
	b := sh.d.s.AttrNS(spaceTable, name)
	if b == nil {
		return 1, nil
	}
	n, err := strconv.Atoi(string(b))
	if err != nil || n < 1 || n > formula.MaxRows {
		return 0, strict.Damaged(strict.Reference, "a repetition out of range")
	}
	return n, nil
}

// shown reports whether the current row or column shows.
func (sh *sheet) shown(family string) bool {
	s := sh.d.s
	if v := string(s.AttrNS(spaceTable, "visibility")); v == "collapse" || v == "filter" {
		return false
	}
	flat := false
	sh.d.styles.look(family, string(s.AttrNS(spaceTable, "style-name")), func(st *style) bool {
		flat = flat || st.flat
		return true
	})
	return !flat
}

func (sh *sheet) column() error {
	s := sh.d.s
	n, err := sh.repeat("number-columns-repeated")
	if err != nil {
		return err
	}
	if sh.col+n > 4*formula.MaxCols || len(sh.colStyle) > formula.MaxCols {
		return strict.Damaged(strict.Reference, "more columns than a sheet has")
	}
	if !sh.shown("table-column") {
		sh.HideCols(grid.Span{From: sh.col, To: sh.col + n - 1, Collapsed: sh.collapsed > 0})
	}
	if st := s.AttrNS(spaceTable, "default-cell-style-name"); len(st) > 0 {
		sh.colStyle = append(sh.colStyle, span{sh.col, sh.col + n - 1, string(st)})
	}
	sh.col += n
	return s.Skip()
}

// readRow reads a row and states it as often as it is repeated.
func (sh *sheet) readRow() error {
	s := sh.d.s
	if sh.row%1024 == 0 {
		if err := sh.d.ctx.Err(); err != nil {
			return err
		}
	}
	n, err := sh.repeat("number-rows-repeated")
	if err != nil {
		return err
	}
	if sh.row+n > 4*formula.MaxRows {
		return strict.Damaged(strict.Reference, "more rows than a sheet has")
	}
	if !sh.shown("table-row") {
		sh.HideRows(grid.Span{From: sh.row, To: sh.row + n - 1, Collapsed: sh.collapsed > 0})
	}
	rowStyle := string(s.AttrNS(spaceTable, "default-cell-style-name"))
	sh.col = 0
	sh.cells, sh.drops, sh.merges = sh.cells[:0], sh.drops[:0], sh.merges[:0]
	if err := s.Within(func() error { return sh.readCell(rowStyle) }); err != nil {
		return err
	}
	return sh.state(n)
}

// state puts the row that was read into the table, n times over.
func (sh *sheet) state(n int) error {
	if len(sh.cells)+len(sh.drops)+len(sh.merges) == 0 {
		sh.row += n
		return nil
	}
	for range n {
		for _, c := range sh.cells {
			c.Row = sh.row
			if err := sh.Cell(c); err != nil {
				return err
			}
		}
		for _, x := range sh.drops {
			x.at.Row = sh.row
			if err := sh.Note(x.at, x.what, x.text); err != nil {
				return err
			}
		}
		for _, g := range sh.merges {
			g.First.Row += sh.row
			g.Last.Row += sh.row
			if err := sh.Merge(g); err != nil {
				return err
			}
		}
		sh.row++
	}
	return nil
}

// styleAt returns the name of the style that a cell of the column has which
// names none itself.
func (sh *sheet) styleAt(col int, row string) string {
	if row != "" {
		return row
	}
	i := sort.Search(len(sh.colStyle), func(i int) bool { return sh.colStyle[i].to >= col })
	if i == len(sh.colStyle) || sh.colStyle[i].from > col {
		return ""
	}
	return sh.colStyle[i].style
}

// readCell reads a cell of the row, whatever it holds, and moves on behind it.
func (sh *sheet) readCell(rowStyle string) error {
	s := sh.d.s
	covered := string(s.Name) == "covered-table-cell"
	if s.Space != spaceTable || !covered && string(s.Name) != "table-cell" {
		return s.Skip()
	}
	n, err := sh.repeat("number-columns-repeated")
	if err != nil {
		return err
	}
	if sh.col+n > 4*formula.MaxCols {
		return strict.Damaged(strict.Reference, "more columns than a sheet has")
	}
	x := content{style: string(s.AttrNS(spaceTable, "style-name"))}
	if x.style == "" {
		x.style = sh.styleAt(sh.col, rowStyle)
	}
	if err := sh.addMerge(covered, n); err != nil {
		return err
	}
	if err := sh.d.readContentOf(&x); err != nil {
		return err
	}
	return sh.fill(&x, covered, n)
}

// addMerge takes what the current cell spans, n times side by side.
func (sh *sheet) addMerge(covered bool, n int) error {
	cols, err := sh.repeat("number-columns-spanned")
	if err != nil {
		return err
	}
	rows, err := sh.repeat("number-rows-spanned")
	if err != nil || cols == 1 && rows == 1 {
		return err
	}
	if covered {
		return strict.Damaged(strict.Structure, "a merge within a merge")
	}
	if n > 1 && cols > 1 {
		return strict.Damaged(strict.Structure, "merges that overlap")
	}
	for i := range n {
		if len(sh.merges) > sh.d.lim.Merges {
			return strict.TooLarge(strict.LimitMerges, "more than %d merged ranges", sh.d.lim.Merges)
		}
		at := sh.col + i
		sh.merges = append(sh.merges, ledger.Range{First: ledger.Ref{Col: at}, Last: ledger.Ref{Row: rows - 1, Col: at + cols - 1}})
	}
	return nil
}

// fill notes the content down, n times side by side.
func (sh *sheet) fill(x *content, covered bool, n int) error {
	defer func() { sh.col += n }()
	cell, ok, err := sh.d.cellOf(x)
	if err != nil {
		return err
	}
	if !ok && len(x.gone) == 0 && len(x.unseen) == 0 {
		return nil
	}
	if n > sh.d.lim.Cells || len(sh.cells)+len(sh.drops)+n > sh.d.lim.Cells {
		return strict.TooLarge(strict.LimitCells, "more than %d cells with content", sh.d.lim.Cells)
	}
	for i := range n {
		at := ledger.Ref{Col: sh.col + i}
		if len(x.gone) > 0 {
			sh.drops = append(sh.drops, drop{at, grid.Struck, string(x.gone)})
		}
		if len(x.unseen) > 0 {
			sh.drops = append(sh.drops, drop{at, grid.Unseen, string(x.unseen)})
		}
		switch {
		case !ok:
		case covered:
			sh.drops = append(sh.drops, drop{at, grid.Merged, cell.Text})
		default:
			cell.Ref = at
			sh.cells = append(sh.cells, cell)
		}
	}
	return nil
}
