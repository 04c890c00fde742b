package xlsx

import (
	"context"
	"errors"
	"slices"

	"taizhang/ingest/sheet/formula"
	"taizhang/ingest/sheet/grid"
	"taizhang/ingest/sheet/strict"
	"taizhang/ingest/sheet/xmlscan"
	"taizhang/ledger"
)

// sheet is one worksheet while it is read.
type sheet struct {
	w     *workbook
	s     *xmlscan.Scanner
	ctx   context.Context // of the call of Read that this sheet is a part of
	notes []ledger.Finding

	row, col int // of the last row and cell stated; -1 before the first
	// seen holds every cell stated. It is kept only for a file whose rows or
	// cells go backwards: see errBackwards.
	seen map[ledger.Ref]bool

	shared map[int]shared
	arrays []array
	merges []ledger.Range
	shape  shape
	args   map[string]map[string]string // of notes, by what they say
	found  bool                         // the sheetData element was seen
	rows   int                          // row elements so far
}

// errBackwards says that a row or cell stands behind one that should follow
// it. The sheet is then read once more, with a record of every cell stated, to
// make sure that none is stated twice.
var errBackwards = errors.New("xlsx: rows or cells go backwards")

func (w *workbook) readSheet(ctx context.Context, e sheetEntry, part string) error {
	for _, seen := range []map[ledger.Ref]bool{nil, {}} {
		sh := &sheet{w: w, ctx: ctx, row: -1, seen: seen}
		w.row.Reset()
		before, texts := w.cells, w.texts.left
		err := w.pack.Scan(part, sh.read)
		if errors.Is(err, errBackwards) {
			w.cells, w.texts.left = before, texts
			continue
		}
		if err != nil {
			return err
		}
		return sh.finish(e)
	}
	return strict.Damaged(strict.Structure, "rows or cells go backwards")
}

// read reads the worksheet part.
func (sh *sheet) read(s *xmlscan.Scanner) error {
	sh.s = s
	err := s.Children("worksheet", spaceMain, func() error {
		if s.Space != spaceMain {
			return s.Skip()
		}
		switch string(s.Name) {
		case "sheetPr":
			return s.Within(func() error {
				if string(s.Name) == "outlinePr" {
					sh.shape.outline(s)
				}
				return s.Skip()
			})
		case "sheetFormatPr":
			sh.shape.defaults(s)
		case "cols":
			return s.Within(func() error { return sh.shape.addCol(s) })
		case "sheetData":
			if sh.found {
				return strict.Damaged(strict.Duplicate, "two sheetData elements")
			}
			sh.found = true
			return s.Within(sh.readRow)
		case "mergeCells":
			return s.Within(sh.readMerge)
		}
		return s.Skip()
	})
	if err == nil && !sh.found {
		return strict.Damaged(strict.Structure, "worksheet without sheetData")
	}
	return err
}

func (sh *sheet) readMerge() error {
	if string(sh.s.Name) != "mergeCell" {
		return sh.s.Skip()
	}
	g, ok := formula.ParseRange(string(sh.s.Attr("ref")))
	if !ok {
		return strict.Damaged(strict.Reference, "merged range that is none")
	}
	if g.First != g.Last {
		if sh.w.merges++; sh.w.merges > sh.w.lim.Merges {
			return strict.TooLarge(strict.LimitMerges, "more than %d merged ranges", sh.w.lim.Merges)
		}
		sh.merges = append(sh.merges, g)
	}
	return sh.s.Skip()
}

// readRow reads a row. A row without a number follows the one before it, or
// takes the number that its first cell names.
func (sh *sheet) readRow() error {
	s := sh.s
	if string(s.Name) != "row" || s.Space != spaceMain {
		return strict.Damaged(strict.Structure, "element %q among the rows", s.Name)
	}
	if sh.rows++; sh.rows > formula.MaxRows {
		return strict.Damaged(strict.Structure, "more rows than a sheet has")
	}
	if sh.rows%1024 == 0 {
		if err := sh.ctx.Err(); err != nil {
			return err
		}
	}
	row, named := sh.row+1, false
	if r := s.Attr("r"); r != nil {
		row, named = number(r)-1, true
	}
	if row < 0 || row >= formula.MaxRows {
		return strict.Damaged(strict.Reference, "row number out of range")
	}
	line := sh.shape.rowLine(s)
	sh.col = -1
	count := 0
	err := s.Within(func() error {
		if string(s.Name) == "c" && s.Space == spaceMain {
			count++
			return sh.readCell(&row, named || count > 1)
		}
		if string(s.Name) == "extLst" {
			return s.Skip()
		}
		return strict.Damaged(strict.Structure, "element %q in a row", s.Name)
	})
	if err != nil {
		return err
	}
	if row <= sh.row && sh.seen == nil {
		return errBackwards
	}
	sh.row = row
	line.index = int32(row)
	sh.shape.addRow(line)
	return nil
}

// place takes the cell's position: the name it gives, or that which follows
// the cell before it. fixed says that the row is known.
func (sh *sheet) place(name []byte, row *int, fixed bool) (ledger.Ref, error) {
	at := ledger.Ref{Row: *row, Col: sh.col + 1}
	if name != nil {
		var ok bool
		if at, ok = formula.ParseRef(name); !ok {
			return at, strict.Damaged(strict.Reference, "cell name that is none")
		}
		if !fixed {
			*row = at.Row
		}
		if at.Row != *row {
			return at, strict.Damaged(strict.Reference, "cell of another row")
		}
	}
	if at.Col >= formula.MaxCols {
		return at, strict.Damaged(strict.Reference, "column number out of range")
	}
	if sh.seen == nil {
		if at.Col <= sh.col || at.Row <= sh.row {
			return at, errBackwards
		}
		return at, nil
	}
	if sh.seen[at] {
		return at, strict.Damaged(strict.Duplicate, "cell %s stated twice", at.Name())
	}
	if len(sh.seen) >= sh.w.lim.Cells {
		return at, strict.TooLarge(strict.LimitCells, "more than %d cells, in no order", sh.w.lim.Cells)
	}
	sh.seen[at] = true
	return at, nil
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
func (sh *sheet) finish(e sheetEntry) error {
	w := sh.w
	cells := w.row.Take()
	if sh.seen != nil {
		slices.SortFunc(cells, func(a, b ledger.Cell) int { return a.Compare(b.Ref) })
	}
	cells, err := grid.Uncover(cells, sh.merges, func(c *ledger.Cell) { sh.note(c.Ref, grid.Merged, c.Text) })
	if err != nil {
		return err
	}
	t := ledger.NewTable(w.file, e.name, cells)
	t.Hidden = e.hidden
	t.Merges = sh.merges
	t.Notes = sh.notes
	for i := range t.Notes {
		t.Notes[i].File, t.Notes[i].Sheet = w.file, e.name
	}
	rows, cols := t.Size()
	t.HiddenRows, t.CollapsedRows = sh.shape.hiddenRows(rows)
	t.HiddenCols, t.CollapsedCols = sh.shape.hiddenCols(cols)
	w.tables = append(w.tables, t)
	return nil
}
