package check

import (
	"slices"
	"sort"

	"taizhang/ingest/check/value"
	"taizhang/ledger"
)

// maxCells bounds the cells of a table that may be a ledger, and the places
// that its merges may cover; maxColumns the columns in use. A form has some
// hundreds of cells; above a bound the table is no ledger and is said to be
// none, never read in part.
const (
	maxCells   = 50_000
	maxColumns = 300
)

// vcell is a cell that shows, with the area it covers.
type vcell struct {
	cell           ledger.Cell
	text           string // cleaned
	r0, r1, c0, c1 int    // original indices of the visible part of its area
	term           term
	read           *value.NumberRead // of number, once asked for
	units          []string          // the form's own counting units
}

func (c *vcell) name() string { return c.cell.Name() }

// number reads the cell where a number is asked for.
func (c *vcell) number() value.NumberRead {
	if c.read == nil {
		r := value.Number(c.cell, true, c.units...)
		c.read = &r
	}
	return *c.read
}

// isValue reports a cell that holds what stands in a number's place: a number,
// a dash or a word for zero.
func (c *vcell) isValue() bool {
	switch c.cell.Kind {
	case ledger.CellNumber, ledger.CellError, ledger.CellBool:
		return true
	}
	return c.cell.NoValue || c.number().Figure.Kind != ""
}

// view is what shows of a table: hidden rows and columns are left out (rule
// book §2). Rows and cols hold the original indices in use, in order.
type view struct {
	t      *ledger.Table
	rows   []int
	cols   []int
	cells  []*vcell // in reading order
	byRow  map[int][]*vcell
	covers map[ledger.Ref]*vcell
	units  []string // the form's own counting units
	hidden hiddenParts
	tooBig bool
}

// hiddenParts says what of a table was left out though it holds something.
type hiddenParts struct {
	rows, cols, collapsed bool
}

func newView(t *ledger.Table, lex *lexicon) *view {
	v := &view{t: t, byRow: map[int][]*vcell{}, covers: map[ledger.Ref]*vcell{}, units: ownUnits(lex.form)}
	if len(t.Cells()) > maxCells {
		v.tooBig = true
		return v
	}
	anchors := map[ledger.Ref]ledger.Range{}
	for _, m := range t.Merges {
		anchors[m.First] = m
	}
	usedRows, usedCols := v.used(anchors)
	v.rows, v.cols = sortedKeys(usedRows), sortedKeys(usedCols)
	if v.tooBig = len(v.cols) > maxColumns; v.tooBig {
		return v
	}
	covered := map[ledger.Ref]bool{}
	for _, c := range t.Cells() {
		if !stated(c) {
			continue
		}
		v.place(c, anchors, covered)
		if v.tooBig = len(v.covers) > maxCells; v.tooBig {
			return v
		}
	}
	for _, c := range v.cells {
		c.term = lex.term(c.text)
		v.byRow[c.r0] = append(v.byRow[c.r0], c)
	}
	for _, row := range v.byRow {
		slices.SortFunc(row, func(a, b *vcell) int { return a.c0 - b.c0 })
	}
	return v
}

// stated reports a cell that holds something to see.
func stated(c ledger.Cell) bool {
	return c.NoValue || c.Formula != "" && c.Kind != ledger.CellText || value.Clean(c.Text) != ""
}

// used collects the rows and columns that show and hold a stated cell, and
// notes what hidden ones hold.
func (v *view) used(anchors map[ledger.Ref]ledger.Range) (rows, cols map[int]bool) {
	rows, cols = map[int]bool{}, map[int]bool{}
	for _, c := range v.t.Cells() {
		area, merged := anchors[c.Ref]
		if !merged {
			area = ledger.Range{First: c.Ref, Last: c.Ref}
		}
		if !stated(c) {
			continue
		}
		if !v.shows(area) {
			v.hidden.note(v.t, c.Ref)
			continue
		}
		if merged {
			c.Ref = v.firstShown(area)
		}
		rows[c.Row], cols[c.Col] = true, true
	}
	return rows, cols
}

func (h *hiddenParts) note(t *ledger.Table, r ledger.Ref) {
	h.rows = h.rows || t.HiddenRows[r.Row]
	h.cols = h.cols || t.HiddenCols[r.Col]
	h.collapsed = h.collapsed || t.CollapsedRows[r.Row] || t.CollapsedCols[r.Col]
}

// shows reports that some row and some column of the area show. Hidden indices
// are few, so the area is walked only as far as they reach.
func (v *view) shows(a ledger.Range) bool {
	f := v.firstShown(a)
	return f.Row <= a.Last.Row && f.Col <= a.Last.Col
}

// firstShown returns the first place of the area that shows; it lies outside
// the area when none does.
func (v *view) firstShown(a ledger.Range) ledger.Ref {
	f := a.First
	for f.Row <= a.Last.Row && v.t.HiddenRows[f.Row] {
		f.Row++
	}
	for f.Col <= a.Last.Col && v.t.HiddenCols[f.Col] {
		f.Col++
	}
	return f
}

// place adds one stated cell with the part of its area that is in use.
func (v *view) place(c ledger.Cell, anchors map[ledger.Ref]ledger.Range, covered map[ledger.Ref]bool) {
	area, merged := anchors[c.Ref]
	if !merged {
		area = ledger.Range{First: c.Ref, Last: c.Ref}
		if covered[c.Ref] {
			return // under a merge: it does not show
		}
	}
	if !v.shows(area) {
		return
	}
	rows := between(v.rows, area.First.Row, area.Last.Row)
	cols := between(v.cols, area.First.Col, area.Last.Col)
	if len(rows) == 0 || len(cols) == 0 {
		return
	}
	n := &vcell{units: v.units, cell: c, text: value.Clean(c.Text), r0: rows[0], r1: rows[len(rows)-1], c0: cols[0], c1: cols[len(cols)-1]}
	v.cells = append(v.cells, n)
	for _, r := range rows {
		for _, k := range cols {
			ref := ledger.Ref{Row: r, Col: k}
			if merged {
				covered[ref] = true
			}
			v.covers[ref] = n
			if len(v.covers) > maxCells {
				return
			}
		}
	}
}

// at returns the cell that shows at the place, or nil.
func (v *view) at(row, col int) *vcell { return v.covers[ledger.Ref{Row: row, Col: col}] }

// right returns the next cell to the right of c in its first row, or nil.
func (v *view) right(c *vcell) *vcell {
	for _, o := range v.byRow[c.r0] {
		if o.c0 > c.c1 {
			return o
		}
	}
	return nil
}

// rowIndex returns the position of the original row in rows.
func (v *view) rowIndex(row int) int { return sort.SearchInts(v.rows, row) }

func between(sorted []int, first, last int) []int {
	i, j := sort.SearchInts(sorted, first), sort.SearchInts(sorted, last+1)
	return sorted[i:max(i, j)]
}

func sortedKeys(m map[int]bool) []int {
	out := make([]int, 0, len(m))
	for k := range m {
		out = append(out, k)
	}
	sort.Ints(out)
	return out
}
