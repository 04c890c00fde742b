package docx

import (
	"bytes"
	"strconv"
	"strings"

	"taizhang/ingest/sheet/formula"
	"taizhang/ingest/sheet/grid"
	"taizhang/ingest/sheet/strict"
	"taizhang/ledger"
)

// table is one w:tbl while it is read.
type table struct {
	*grid.Table
	row    int
	col    int
	style  *style
	above  map[int]merge // merges that reach down to the row before, by first column
	merges []ledger.Range
	loose  grid.Story // of the text boxes within its cells
}

// merge is a vertical merge that may go on in the next row.
type merge struct {
	index int // in table.merges
	width int
}

// cell gathers the text of one cell.
type cell struct {
	text      []byte
	gone      []byte // what is struck out
	unseen    []byte // what is hidden
	inserting bool
	inserted  bool
	style     *style // of the table
	joined    bool   // the mark of the paragraph before was deleted
	begun     bool   // a paragraph was read
}

// table reads a w:tbl into a table of its own.
func (d *document) table() error {
	s := d.s
	g, err := d.book.Table("")
	if err != nil {
		return err
	}
	within := len(d.book.Tables())
	outer := d.story
	g.Before = outer.Begin()
	g.Hidden = d.buried
	t := &table{Table: g}
	boxes := d.boxes
	d.boxes = &t.loose
	err = s.Within(func() error { return d.rowIn(t, false) })
	d.story, d.boxes = outer, boxes
	if err != nil {
		return err
	}
	for _, m := range t.merges {
		if err := t.Merge(m); err != nil {
			return err
		}
	}
	closed, err := t.Close()
	if err != nil {
		return err
	}
	closed.After = t.loose.Waiting
	outer.End(closed, d.book.Tables()[within:]...)
	return nil
}

// rowIn reads a child of the table, or of an element around its rows.
func (d *document) rowIn(t *table, inserted bool) error {
	s := d.s
	inner := func() error { return d.rowIn(t, inserted) }
	if s.Space == spaceMC && string(s.Name) == "AlternateContent" {
		return d.alternate(inner)
	}
	if s.Space != spaceW {
		return s.Skip()
	}
	switch string(s.Name) {
	case "tblPr":
		return s.Within(func() error {
			if string(s.Name) == "tblStyle" {
				t.style = d.styles[string(s.AttrNS(spaceW, "val"))]
			}
			return s.Skip()
		})
	case "tr":
		return d.row(t, inserted)
	case "sdt", "sdtContent", "customXml", "smartTag":
		return s.Within(inner)
	case "ins", "moveTo":
		return s.Within(func() error { return d.rowIn(t, true) })
	case "del", "moveFrom":
		return s.Skip()
	case "p", "tbl":
		return strict.Damaged(strict.Structure, "element %q among the rows", s.Name)
	}
	return s.Skip()
}

// rowState is what a row says of itself before its cells.
type rowState struct {
	deleted, inserted, hidden bool
	pending                   map[int]merge // vertical merges that may go on below
}

// row reads a w:tr. A row deleted under track changes leaves no trace but the
// text that never counts.
func (d *document) row(t *table, inserted bool) error {
	if t.row >= formula.MaxRows {
		return strict.Damaged(strict.Structure, "more rows than a sheet has")
	}
	t.col = 0
	r := &rowState{inserted: inserted, pending: map[int]merge{}}
	if err := d.s.Within(func() error { return d.cellIn(t, r) }); err != nil {
		return err
	}
	if r.deleted {
		return nil
	}
	if r.hidden {
		t.HideRows(grid.Span{From: t.row, To: t.row})
	}
	t.above = r.pending
	t.row++
	return nil
}

// cellIn reads a child of the row, or of an element around its cells.
func (d *document) cellIn(t *table, r *rowState) error {
	s := d.s
	if s.Space == spaceMC && string(s.Name) == "AlternateContent" {
		return d.alternate(func() error { return d.cellIn(t, r) })
	}
	if s.Space != spaceW {
		return s.Skip()
	}
	switch string(s.Name) {
	case "trPr":
		return d.rowProperties(t, r)
	case "tc":
		if r.deleted {
			return s.Skip()
		}
		return d.cell(t, r)
	case "sdt", "sdtContent", "customXml", "smartTag":
		return s.Within(func() error { return d.cellIn(t, r) })
	case "p", "tbl", "tr":
		return strict.Damaged(strict.Structure, "element %q among the cells", s.Name)
	}
	return s.Skip()
}

func (d *document) rowProperties(t *table, r *rowState) error {
	s := d.s
	return s.Within(func() error {
		if s.Space == spaceW {
			switch string(s.Name) {
			case "gridBefore":
				t.col = max(number(s.AttrNS(spaceW, "val")), 0)
			case "hidden":
				r.hidden = isOn(s.AttrNS(spaceW, "val"))
			case "ins":
				r.inserted = true
			case "del":
				r.deleted = true
			}
		}
		return s.Skip()
	})
}

// shape is what a cell says of its place.
type shape struct {
	width    int
	vertical string // of w:vMerge: restart, continue, or "" for none
	across   string // of w:hMerge, the old way to merge over columns
	inserted bool
	deleted  bool
}

// cell reads a w:tc.
func (d *document) cell(t *table, r *rowState) error {
	s := d.s
	c := &cell{inserting: r.inserted, style: t.style}
	at := shape{width: 1}
	fields := len(d.fields)
	d.story = &grid.Story{}
	buried := d.buried
	d.buried = buried || r.hidden
	defer func() { d.buried = buried }()
	err := s.Within(func() error {
		if s.Space == spaceW && string(s.Name) == "tcPr" {
			err := d.cellProperties(&at)
			c.inserting = c.inserting || at.inserted
			return err
		}
		if at.deleted {
			return s.Skip()
		}
		return d.blockIn(c)
	})
	if err != nil {
		return err
	}
	if len(d.fields) != fields {
		return strict.Damaged(strict.Structure, "a field that does not end in its cell")
	}
	if len(t.merges) > d.lim.Cells {
		return strict.TooLarge(strict.LimitMerges, "more than %d merged cells", d.lim.Cells)
	}
	return t.place(c, at, r)
}

func (d *document) cellProperties(at *shape) error {
	s := d.s
	return s.Within(func() error {
		if s.Space != spaceW {
			return s.Skip()
		}
		val := s.AttrNS(spaceW, "val")
		switch string(s.Name) {
		case "gridSpan":
			if at.width = number(val); at.width < 1 {
				at.width = 1
			}
		case "vMerge":
			at.vertical = mergeKind(val)
		case "hMerge":
			at.across = mergeKind(val)
		case "cellIns":
			at.inserted = true
		case "cellDel":
			at.deleted = true
		}
		return s.Skip()
	})
}

func mergeKind(val []byte) string {
	if string(val) == "restart" {
		return "restart"
	}
	return "continue"
}

// place puts the cell into the table.
func (t *table) place(c *cell, at shape, r *rowState) error {
	first := ledger.Ref{Row: t.row, Col: t.col}
	last := ledger.Ref{Row: t.row, Col: t.col + at.width - 1}
	if last.Col >= formula.MaxCols {
		return strict.Damaged(strict.Reference, "a cell beyond the last column")
	}
	t.col = last.Col + 1
	up, goesOn := t.above[first.Col]
	switch {
	case at.across == "continue" && t.widen(first):
	case at.vertical == "continue" && goesOn && up.width == at.width:
		t.merges[up.index].Last.Row = t.row
		r.pending[first.Col] = up
	case at.width > 1 || at.vertical != "" || at.across != "":
		t.merges = append(t.merges, ledger.Range{First: first, Last: last})
		if at.vertical != "" {
			r.pending[first.Col] = merge{len(t.merges) - 1, at.width}
		}
	}
	return t.fill(c, first)
}

// widen lets the merge that ends to the left of the place take it in.
func (t *table) widen(at ledger.Ref) bool {
	if len(t.merges) == 0 {
		return false
	}
	m := &t.merges[len(t.merges)-1]
	if m.Last.Row != at.Row || m.First.Row != at.Row || m.Last.Col != at.Col-1 {
		return false
	}
	m.Last.Col = t.col - 1
	return true
}

// fill states what the cell holds.
func (t *table) fill(c *cell, at ledger.Ref) error {
	for _, x := range []struct {
		what string
		text []byte
	}{{grid.Struck, c.gone}, {grid.Unseen, c.unseen}} {
		if len(bytes.TrimSpace(x.text)) > 0 {
			if err := t.Note(at, x.what, string(x.text)); err != nil {
				return err
			}
		}
	}
	text := strings.Trim(string(c.text), "\n")
	if text == "" {
		return nil
	}
	return t.Cell(ledger.Cell{Ref: at, Kind: ledger.CellText, Text: text, Inserted: c.inserted})
}

// number reads a small whole number, and -1 for what is none.
func number(b []byte) int {
	n, err := strconv.Atoi(string(b))
	if err != nil || n < 0 || n > formula.MaxRows {
		return -1
	}
	return n
}

// isOn reads a switch (ECMA-376 part 1, §22.9.2.7): on when it is stated
// without a value.
func isOn(val []byte) bool {
	switch string(val) {
	case "0", "false", "off":
		return false
	}
	return true
}
