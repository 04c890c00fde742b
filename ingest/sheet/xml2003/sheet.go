package xml2003

import (
	"bytes"
	"strconv"

	"taizhang/ingest/sheet/formula"
	"taizhang/ingest/sheet/grid"
	"taizhang/ingest/sheet/strict"
	"taizhang/ledger"
)

// sheet is one Worksheet while it is read.
type sheet struct {
	*grid.Table
	w        *workbook
	row, col int // the next to come
	width    int // of the widest row
	colStyle []span
	tables   int
	style    string // of the table
}

// span is a run of columns with a style.
type span struct {
	from, to int
	style    string
}

func (w *workbook) worksheet() error {
	s := w.s
	if err := w.ctx.Err(); err != nil {
		return err
	}
	name, err := w.book.Text(s.AttrNS(spaceSS, "Name"))
	if err != nil {
		return err
	}
	t, err := w.book.Table(name)
	if err != nil {
		return err
	}
	t.Sealed = true
	sh := &sheet{Table: t, w: w}
	err = s.Within(func() error {
		switch {
		case s.Space == spaceSS && string(s.Name) == "Table":
			if sh.tables++; sh.tables > 1 {
				return strict.Damaged(strict.Duplicate, "two tables in one sheet")
			}
			sh.style = string(s.AttrNS(spaceSS, "StyleID"))
			return sh.table()
		case s.Space == spaceExcel && string(s.Name) == "WorksheetOptions":
			return s.Within(sh.option)
		}
		return s.Skip()
	})
	if err != nil {
		return err
	}
	_, err = t.Close()
	return err
}

// table reads the Table, which may announce how many rows and columns it has;
// Excel refuses one that holds more.
func (sh *sheet) table() error {
	s := sh.w.s
	rows, cols := s.AttrNS(spaceSS, "ExpandedRowCount"), s.AttrNS(spaceSS, "ExpandedColumnCount")
	most, widest := formula.MaxRows, formula.MaxCols
	for _, x := range []struct {
		text []byte
		into *int
	}{{rows, &most}, {cols, &widest}} {
		if x.text == nil {
			continue
		}
		n, err := strconv.Atoi(string(x.text))
		if err != nil || n < 0 {
			return strict.Damaged(strict.Structure, "a table without a size")
		}
		*x.into = n
	}
	if err := s.Within(sh.line); err != nil {
		return err
	}
	if sh.row > most || sh.width > widest {
		return strict.Damaged(strict.Structure, "a table of %d rows and %d columns that announces fewer", sh.row, sh.width)
	}
	return nil
}

// option reads whether the sheet shows.
func (sh *sheet) option() error {
	s := sh.w.s
	if string(s.Name) != "Visible" {
		return s.Skip()
	}
	text, err := s.Content(nil, 64)
	switch string(bytes.TrimSpace(text)) {
	case "SheetHidden", "SheetVeryHidden":
		sh.Hidden = true
	}
	return err
}

// line reads a column or a row.
func (sh *sheet) line() error {
	s := sh.w.s
	if s.Space != spaceSS {
		return s.Skip()
	}
	switch string(s.Name) {
	case "Column":
		return sh.column()
	case "Row":
		return sh.readRow()
	}
	return s.Skip()
}

// place moves to the index that the current element states, which must lie
// behind the one before it, and returns what it spans beside itself.
func (sh *sheet) place(next *int, limit int, spanName string) (more int, err error) {
	s := sh.w.s
	if b := s.AttrNS(spaceSS, "Index"); b != nil {
		i, err := strconv.Atoi(string(b))
		if err != nil || i <= *next || i > limit {
			return 0, strict.Damaged(strict.Reference, "an index out of order or range")
		}
		*next = i - 1
	}
	if b := s.AttrNS(spaceSS, spanName); b != nil {
		if more, err = strconv.Atoi(string(b)); err != nil || more < 0 {
			return 0, strict.Damaged(strict.Reference, "a span that is none")
		}
	}
	if *next+more >= limit || *next+more < 0 {
		return 0, strict.Damaged(strict.Reference, "an index out of range")
	}
	return more, nil
}

func (sh *sheet) column() error {
	s := sh.w.s
	more, err := sh.place(&sh.col, formula.MaxCols, "Span")
	if err != nil {
		return err
	}
	last := sh.col + more
	if isTrue(s.AttrNS(spaceSS, "Hidden")) || isZero(s.AttrNS(spaceSS, "Width")) {
		sh.HideCols(grid.Span{From: sh.col, To: last})
	}
	if id := s.AttrNS(spaceSS, "StyleID"); id != nil {
		sh.colStyle = append(sh.colStyle, span{sh.col, last, string(id)})
	}
	sh.col = last + 1
	return s.Skip()
}

// isZero reports whether the height or width is given and 0.
func isZero(b []byte) bool {
	v, err := strconv.ParseFloat(string(b), 64)
	return err == nil && v <= 0
}

func (sh *sheet) readRow() error {
	s := sh.w.s
	if sh.row%1024 == 0 {
		if err := sh.w.ctx.Err(); err != nil {
			return err
		}
	}
	more, err := sh.place(&sh.row, formula.MaxRows, "Span")
	if err != nil {
		return err
	}
	if isTrue(s.AttrNS(spaceSS, "Hidden")) || isZero(s.AttrNS(spaceSS, "Height")) {
		sh.HideRows(grid.Span{From: sh.row, To: sh.row + more})
	}
	style := string(s.AttrNS(spaceSS, "StyleID"))
	sh.col = 0
	err = s.Within(func() error {
		if s.Space != spaceSS || string(s.Name) != "Cell" {
			return strict.Damaged(strict.Structure, "element %q in a row", s.Name)
		}
		if more > 0 {
			return strict.Damaged(strict.Structure, "a cell in a row of several")
		}
		return sh.readCell(style)
	})
	sh.row += more + 1
	return err
}

// styleAt returns the style of a cell that names none itself.
func (sh *sheet) styleAt(row string) string {
	if row != "" {
		return row
	}
	for i := len(sh.colStyle) - 1; i >= 0; i-- {
		if c := sh.colStyle[i]; c.from <= sh.col {
			if sh.col <= c.to {
				return c.style
			}
			break
		}
	}
	return sh.style
}

// readCell reads a cell and moves behind what it merges.
func (sh *sheet) readCell(rowStyle string) error {
	s := sh.w.s
	across, err := sh.place(&sh.col, formula.MaxCols, "MergeAcross")
	if err != nil {
		return err
	}
	down := 0
	if b := s.AttrNS(spaceSS, "MergeDown"); b != nil {
		if down, err = strconv.Atoi(string(b)); err != nil || down < 0 || sh.row+down >= formula.MaxRows {
			return strict.Damaged(strict.Reference, "a merged range that is none")
		}
	}
	at := ledger.Ref{Row: sh.row, Col: sh.col}
	if err := sh.Merge(ledger.Range{First: at, Last: ledger.Ref{Row: at.Row + down, Col: at.Col + across}}); err != nil {
		return err
	}
	id := string(s.AttrNS(spaceSS, "StyleID"))
	if id == "" {
		id = sh.styleAt(rowStyle)
	}
	x := content{at: at}
	if x.style, err = sh.w.style(id); err != nil {
		return err
	}
	if f := s.AttrNS(spaceSS, "Formula"); f != nil {
		if len(f) > 8*sh.w.lim.Text {
			return strict.TooLarge(strict.LimitText, "a formula of %d bytes", len(f))
		}
		x.formula = inA1(string(f), at)
		if s.AttrNS(spaceSS, "ArrayRange") != nil {
			x.formula = "{" + x.formula + "}"
		}
	}
	if err := s.Within(func() error { return sh.cellChild(&x) }); err != nil {
		return err
	}
	sh.col += across + 1
	sh.width = max(sh.width, sh.col)
	return sh.add(&x)
}
