package xlsx

import (
	"bytes"
	"math"
	"strconv"

	"taizhang/ingest/sheet/grid"
	"taizhang/ingest/sheet/numfmt"
	"taizhang/ingest/sheet/strict"
	"taizhang/ledger"
)

// cellType is the t of a cell.
type cellType uint8

const (
	typeNumber cellType = iota
	typeShared
	typeText // str and inlineStr
	typeBool
	typeError
	typeDate
)

func parseType(b []byte) (cellType, error) {
	switch string(b) {
	case "", "n":
		return typeNumber, nil
	case "s":
		return typeShared, nil
	case "str", "inlineStr":
		return typeText, nil
	case "b":
		return typeBool, nil
	case "e":
		return typeError, nil
	case "d":
		return typeDate, nil
	}
	return 0, strict.Damaged(strict.Structure, "cell of unknown type")
}

// content is what a cell element states.
type content struct {
	at       ledger.Ref
	kind     cellType
	style    *cellStyle
	inline   item
	inlined  bool // it has an <is>
	hasValue bool // it has a <v>; its text is in workbook.value
	formula  string
}

// readCell reads a cell element. What has neither value nor formula leaves no
// trace but its place.
func (sh *sheet) readCell(row *int, fixed bool) error {
	w, s := sh.w, sh.s
	var c content
	var err error
	if c.kind, err = parseType(s.Attr("t")); err != nil {
		return err
	}
	style := 0
	if b := s.Attr("s"); len(b) > 0 {
		style = number(b)
	}
	if c.style, err = w.style(style); err != nil {
		return err
	}
	if c.at, err = sh.place(s.Attr("r"), row, fixed); err != nil {
		return err
	}
	sh.col = c.at.Col
	w.value = w.value[:0]
	if err := s.Within(func() error { return sh.cellChild(&c) }); err != nil {
		return err
	}
	if c.formula == "" && len(sh.arrays) > 0 {
		c.formula = sh.arrayAt(c.at)
	}
	if !c.hasValue && !c.inlined && c.formula == "" {
		return nil
	}
	return sh.add(&c)
}

func (sh *sheet) cellChild(c *content) (err error) {
	w, s := sh.w, sh.s
	if s.Space == spaceMain {
		switch string(s.Name) {
		case "v":
			if c.hasValue {
				return strict.Damaged(strict.Duplicate, "cell %s with two values", c.at.Name())
			}
			c.hasValue = true
			w.value, err = s.Content(w.value, 8*w.lim.Text)
			return err
		case "f":
			c.formula, err = sh.readFormula(c.at)
			return err
		case "is":
			c.inlined = true
			c.inline, err = w.readItem(s)
			return err
		case "extLst":
			return s.Skip()
		}
	}
	return strict.Damaged(strict.Structure, "element %q in a cell", s.Name)
}

// add turns the content into a cell, unless it is empty or struck out.
func (sh *sheet) add(c *content) error {
	out := ledger.Cell{Ref: c.at, Formula: c.formula, Format: ledger.FormatPlain}
	ok, err := sh.value(c, &out)
	if err != nil {
		return err
	}
	if ok && c.formula != "" && sh.w.recalc && blankResult(&out) {
		// The file itself says that its formulas are still to be calculated: a
		// 0 is then what its writer puts where it knows no value.
		ok = false
	}
	if !ok {
		if c.formula == "" {
			return nil
		}
		out.Kind, out.Text, out.NoValue = ledger.CellNumber, "", true
		out.Date, out.Format = ledger.Date{}, sh.w.numberFormat(c.style).Worst()
	}
	if c.style.struck && c.kind != typeShared && !c.inlined {
		sh.note(c.at, grid.Struck, out.Text)
		return nil
	}
	w := sh.w
	if w.cells++; w.cells > w.lim.Cells {
		return strict.TooLarge(strict.LimitCells, "more than %d cells with content", w.lim.Cells)
	}
	w.row.Add(&out)
	return nil
}

// blankResult reports whether the cached result is one that writers put in for
// want of a value.
func blankResult(c *ledger.Cell) bool {
	switch c.Kind {
	case ledger.CellNumber:
		v, err := strconv.ParseFloat(c.Text, 64)
		return err == nil && v == 0
	case ledger.CellText:
		return c.Text == ""
	}
	return false
}

// value fills the value in. It reports false when there is none.
func (sh *sheet) value(c *content, out *ledger.Cell) (bool, error) {
	w := sh.w
	if c.inlined {
		return sh.text(c, out, c.inline), nil
	}
	if !c.hasValue {
		return false, nil
	}
	if c.kind == typeText {
		b := unescapeX(w.value)
		if err := w.short(b); err != nil {
			return false, err
		}
		text, err := w.texts.keep(b)
		if err != nil {
			return false, err
		}
		out.Kind, out.Text = ledger.CellText, text
		out.Format = w.textFormat(c.style)
		// An empty text is a value only as the result of a formula.
		return text != "" || c.formula != "", nil
	}
	b := bytes.TrimSpace(w.value)
	if len(b) == 0 {
		return false, nil
	}
	switch c.kind {
	case typeShared:
		i := number(b)
		if i < 0 || i >= len(w.strings) {
			return false, strict.Damaged(strict.Reference, "cell %s has shared string out of %d", c.at.Name(), len(w.strings))
		}
		return sh.text(c, out, w.strings[i]), nil
	case typeBool:
		return true, boolean(b, out)
	case typeError:
		text, err := w.texts.keep(b)
		out.Kind, out.Text = ledger.CellError, text
		return true, err
	}
	return true, sh.number(c, b, out)
}

// text takes what the item shows in this cell, and notes what is struck out. It
// reports false when nothing is left.
func (sh *sheet) text(c *content, out *ledger.Cell, it item) bool {
	dropped := it.dropped
	text := it.text
	if c.style.struck {
		dropped = dropped || len(it.struck) < len(it.text)
		text = it.struck
	}
	if dropped {
		sh.note(c.at, grid.Struck, it.text)
	}
	out.Kind, out.Text = ledger.CellText, text
	out.Format = sh.w.textFormat(c.style)
	return text != ""
}

// textFormat returns what the style makes of a text.
func (w *workbook) textFormat(c *cellStyle) ledger.FormatClass {
	if c.format != 0 && w.numberFormat(c).HidesText() {
		return ledger.FormatHidden
	}
	return ledger.FormatPlain
}

func boolean(b []byte, out *ledger.Cell) error {
	out.Kind = ledger.CellBool
	switch string(b) {
	case "1", "true", "TRUE":
		out.Text = "TRUE"
	case "0", "false", "FALSE":
		out.Text = "FALSE"
	default:
		return strict.Damaged(strict.Structure, "boolean that is none")
	}
	return nil
}

// number fills in a number, or a date in ISO form, with its format.
func (sh *sheet) number(c *content, b []byte, out *ledger.Cell) error {
	w := sh.w
	out.Kind = ledger.CellNumber
	if c.kind == typeDate {
		text, ok := numfmt.SerialOf(string(b), w.from1904)
		if !ok {
			return strict.Damaged(strict.Number, "cell %s: date that is none", c.at.Name())
		}
		b = []byte(text)
	}
	if !numfmt.IsNumber(b) {
		return strict.Damaged(strict.Number, "cell %s: number that is none", c.at.Name())
	}
	var err error
	if out.Text, err = w.texts.keep(b); err != nil {
		return err
	}
	if c.kind != typeDate && w.isGeneral(c.style) && len(b) < 300 && bytes.IndexByte(b, 'E') < 0 && bytes.IndexByte(b, 'e') < 0 {
		return nil // plain, and too small to be beyond bounds
	}
	v, err := strconv.ParseFloat(out.Text, 64)
	if err != nil || math.IsInf(v, 0) {
		return strict.Damaged(strict.Number, "cell %s: number beyond bounds", c.at.Name())
	}
	out.Format = w.numberFormat(c.style).Class(v)
	if c.kind == typeDate {
		out.Format = ledger.FormatDate
	}
	if out.Format == ledger.FormatDate {
		out.Date = numfmt.DateOf(v, w.from1904)
	}
	return nil
}
