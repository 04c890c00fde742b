package xls

import (
	"context"

	"taizhang/ingest/sheet/grid"
	"taizhang/ingest/sheet/strict"
	"taizhang/ledger"
)

// The bounds of a sheet.
const (
	maxRows = 1 << 16
	maxCols = 1 << 8
)

// sheet is one worksheet while it is read.
type sheet struct {
	w       *workbook
	s       *scanner
	ctx     context.Context // of the call of Read that this sheet is a part of
	cells   grid.Cells
	notes   []ledger.Finding
	last    int // place of the last cell stated, as row × maxCols + column + 1
	lastRow int // of the last ROW record; -1 before the first
	rows    map[int]span
	cellRow int          // of the last cell stated
	within  int          // rows with cells so far
	outside map[int]bool // rows with cells outside the columns that they announce
	table   tableState
	formula *pending
	shared  map[int]sharedFormula // by the place of the cell that states it
	stale   bool                  // the file says that its formulas were not calculated
	dialog  bool
	sized   bool // its DIMENSIONS record was seen, of which nothing is believed
	merges  []ledger.Range
	shape   shape
	args    map[string]map[string]string // of notes, by what they say
	records int
}

// span is the columns that a ROW record announces: from the first to before the
// last. Some writers announce none.
type span struct{ from, to int }

// tableState says where in the sheet the records stand.
type tableState uint8

const (
	beforeCells tableState = iota
	amongCells
	behindCells
)

// read reads the records of the sheet to its EOF.
func (sh *sheet) read() error {
	for {
		r, err := sh.s.next()
		if err != nil {
			return err
		}
		if sh.records++; sh.records%4096 == 0 {
			if err := sh.ctx.Err(); err != nil {
				return err
			}
		}
		if err := r.check(); err != nil {
			return err
		}
		if !isFollower(r.kind) {
			if err := sh.flush(); err != nil {
				return err
			}
		}
		if r.kind == recEOF {
			return r.exact(0)
		}
		if err := sh.place(r); err != nil {
			return err
		}
		if err := sh.record(r); err != nil {
			return err
		}
	}
}

// isFollower reports whether records of the type stand behind a FORMULA record
// and belong to it.
func isFollower(kind uint16) bool {
	return kind == recString || kind == recShared || kind == recArray || kind == recTable || kind == recContinue
}

// place keeps the rows and cells together (MS-XLS §2.1.7.20.5): only certain
// records may end them, and once they have ended none may follow. So a cell
// whose type was changed is not lost without a word.
func (sh *sheet) place(r record) error {
	switch {
	case r.kind == recRow || isCell(r.kind):
		if sh.table == behindCells {
			return strict.Damaged(strict.Structure, "record %04x at %d, behind the cells", r.kind, r.at)
		}
		sh.table = amongCells
	case sh.table == amongCells && r.kind != recDBCell && !isFollower(r.kind):
		if !r.endsCells() {
			return strict.Damaged(strict.Structure, "record %04x at %d, next to the cells", r.kind, r.at)
		}
		sh.table = behindCells
	}
	return nil
}

func isCell(kind uint16) bool {
	switch kind {
	case recBlank, recMulBlank, recNumber, recRK, recMulRK, recLabel, recLabelSST, recRString, recBoolErr, recFormula, recFormula4:
		return true
	}
	return false
}

func (sh *sheet) record(r record) error {
	if isCell(r.kind) {
		return sh.readCell(r)
	}
	switch r.kind {
	case recBOF: // a chart that stands in the sheet
		return sh.s.skipSubstream()
	case recRow:
		return sh.readRow(r)
	case recString:
		return sh.readResult(r)
	case recShared, recArray, recTable:
		return sh.readShared(r)
	case recMerged:
		return sh.readMerges(r)
	case recContinue:
		if sh.table == amongCells {
			return strict.Damaged(strict.Structure, "record %04x among the cells, at %d", r.kind, r.at)
		}
	case recFilePass:
		return strict.Encrypted()
	case recDBCell, recSelection, recHeader, recFooter, recDimensions:
		return sh.measure(r)
	case recUncalced:
		sh.stale = true
	case recWsBool:
		if err := r.want(2); err != nil {
			return err
		}
		const isDialog = 0x0010
		bits := le.Uint16(r.data)
		sh.dialog = bits&isDialog != 0
		sh.shape.outline(bits)
	case recDefHeight:
		return sh.shape.defaultHeight(r)
	case recDefWidth:
		return sh.shape.defaultWidth(r)
	case recStdWidth:
		sh.shape.standardWidth = true
	case recColInfo:
		return sh.shape.addCol(r)
	}
	return nil
}

// measure wants records of no use to be as long as what they hold, lest they
// hide others.
func (sh *sheet) measure(r record) error {
	ok := true
	switch r.kind {
	case recDBCell: // an offset, and one for each row of a block
		ok = len(r.data) >= 4 && len(r.data) <= 4+2*max(32, len(sh.rows)) && len(r.data)%2 == 0
	case recSelection:
		ok = len(r.data) >= 9 && len(r.data) == 9+6*int(le.Uint16(r.data[7:]))
	case recHeader, recFooter:
		if isPadding(r.data) {
			return nil
		}
		lengthBytes := 1
		if sh.w.biff8 {
			lengthBytes = 2
		}
		_, rest, err := sh.w.name(r.data, lengthBytes)
		ok = err == nil && (len(rest) == 0 || len(rest) <= 4 && isPadding(rest))
	case recDimensions:
		ok = !sh.sized
		sh.sized = true
	}
	if !ok {
		return strict.Damaged(strict.Structure, "record %04x of %d bytes at %d", r.kind, len(r.data), r.at)
	}
	return nil
}

// readRow reads a ROW record (MS-XLS §2.4.221). They stand in order and before
// the cells of their row.
func (sh *sheet) readRow(r record) error {
	if err := r.exact(16); err != nil {
		return err
	}
	row := int(le.Uint16(r.data))
	if row <= sh.lastRow {
		return strict.Damaged(strict.Structure, "rows go backwards at %d", r.at)
	}
	sh.lastRow = row
	sh.rows[row] = span{int(le.Uint16(r.data[2:])), int(le.Uint16(r.data[4:]))}
	sh.shape.addRow(row, le.Uint16(r.data[6:]), le.Uint16(r.data[12:]))
	return nil
}

// stand takes the place of cells from one column to another of a row. Cells
// stand in order; a row is announced when others are.
func (sh *sheet) stand(row, from, to int, r record) error {
	if from > to || to >= maxCols {
		return strict.Damaged(strict.Reference, "column %d to %d at %d", from, to, r.at)
	}
	first := row*maxCols + from + 1
	if first == sh.last {
		return strict.Damaged(strict.Duplicate, "cell %s stated twice", ledger.Ref{Row: row, Col: from}.Name())
	}
	if first < sh.last {
		return strict.Damaged(strict.Structure, "cells go backwards at %s", ledger.Ref{Row: row, Col: from}.Name())
	}
	sh.last = row*maxCols + to + 1
	if len(sh.rows) == 0 {
		return nil
	}
	g, ok := sh.rows[row]
	if !ok {
		return strict.Damaged(strict.Structure, "row %d has cells and no record", row+1)
	}
	if row != sh.cellRow || sh.within == 0 {
		sh.within++
		sh.cellRow = row
	}
	if g.from < g.to && (from < g.from || to >= g.to) {
		if sh.outside == nil {
			sh.outside = make(map[int]bool)
		}
		sh.outside[row] = true
	}
	return nil
}

// announced compares the cells with the columns that rows announce. Some
// writers announce nothing, a few anything; where nearly all rows keep to what
// they announce, a cell outside has been moved there.
func (sh *sheet) announced() error {
	if n := len(sh.outside); n > 0 && (n <= 2 || sh.within > 4*n) {
		return strict.Damaged(strict.Structure, "cells outside the columns of %d rows of %d", n, sh.within)
	}
	return nil
}

// readMerges reads a MERGEDCELLS record (MS-XLS §2.4.168).
func (sh *sheet) readMerges(r record) error {
	if err := r.want(2); err != nil {
		return err
	}
	n := int(le.Uint16(r.data))
	if err := r.exact(2 + 8*n); err != nil {
		return err
	}
	for b := r.data[2:]; len(b) > 0; b = b[8:] {
		g := ledger.Range{
			First: ledger.Ref{Row: int(le.Uint16(b)), Col: int(le.Uint16(b[4:]))},
			Last:  ledger.Ref{Row: int(le.Uint16(b[2:])), Col: int(le.Uint16(b[6:]))},
		}
		if g.First.Row > g.Last.Row || g.First.Col > g.Last.Col || g.Last.Col >= maxCols {
			return strict.Damaged(strict.Reference, "merged range that is none")
		}
		if g.First == g.Last {
			continue
		}
		if sh.w.merges++; sh.w.merges > sh.w.lim.Merges {
			return strict.TooLarge(strict.LimitMerges, "more than %d merged ranges", sh.w.lim.Merges)
		}
		sh.merges = append(sh.merges, g)
	}
	return nil
}

// note records that the cell's value is left out, and why.
func (sh *sheet) note(at ledger.Ref, what, value string) {
	args, ok := sh.args[what]
	if !ok {
		if sh.args == nil {
			sh.args = make(map[string]map[string]string)
		}
		args = map[string]string{"what": what}
		sh.args[what] = args
	}
	sh.notes = append(sh.notes, ledger.Finding{
		Code: ledger.FHiddenPart, Severity: ledger.Note, Cell: at.Name(), Value: value, Args: args,
	})
}

// finish makes the table of what was read.
func (sh *sheet) finish(e sheetEntry) (*ledger.Table, error) {
	if err := sh.announced(); err != nil {
		return nil, err
	}
	cells, err := grid.Uncover(sh.cells.Take(), sh.merges, func(c *ledger.Cell) { sh.note(c.Ref, grid.Merged, c.Text) })
	if err != nil {
		return nil, err
	}
	t := ledger.NewTable(sh.w.file, e.name, cells)
	t.Hidden = e.hidden
	t.Merges = sh.merges
	t.Notes = sh.notes
	for i := range t.Notes {
		t.Notes[i].File, t.Notes[i].Sheet = sh.w.file, e.name
	}
	rows, cols := t.Size()
	t.HiddenRows, t.CollapsedRows = sh.shape.hiddenRows(rows)
	t.HiddenCols, t.CollapsedCols = sh.shape.hiddenCols(cols)
	return t, nil
}
