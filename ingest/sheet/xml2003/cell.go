package xml2003

import (
	"bytes"
	"math"
	"strconv"

	"taizhang/ingest/sheet/grid"
	"taizhang/ingest/sheet/numfmt"
	"taizhang/ingest/sheet/strict"
	"taizhang/ingest/sheet/xmlscan"
	"taizhang/ledger"
)

// content is what a cell element states.
type content struct {
	at      ledger.Ref
	style   *style
	formula string
	kind    string // ss:Type
	stated  bool   // it has a Data
	text    []byte
	gone    []byte // what of it is struck out
}

func (sh *sheet) cellChild(x *content) error {
	s := sh.w.s
	if s.Space != spaceSS || string(s.Name) != "Data" {
		return s.Skip() // comments, names, phonetic text
	}
	if x.stated {
		return strict.Damaged(strict.Duplicate, "cell %s with two values", x.at.Name())
	}
	x.stated = true
	x.kind = string(s.AttrNS(spaceSS, "Type"))
	return sh.text(x, x.style.struck && x.kind == "String")
}

// text reads the text of the current element. A String may hold the elements
// of rich text of HTML.
func (sh *sheet) text(x *content, struck bool) error {
	s := sh.w.s
	for {
		kind, err := s.Next()
		if err != nil {
			return err
		}
		switch kind {
		case xmlscan.End:
			return nil
		case xmlscan.Text:
			if struck {
				x.gone = append(x.gone, s.Data...)
			} else {
				x.text = append(x.text, s.Data...)
			}
			if len(x.text)+len(x.gone) > 8*sh.w.lim.Text {
				return strict.TooLarge(strict.LimitText, "a text of more than %d bytes", 8*sh.w.lim.Text)
			}
		case xmlscan.Start:
			if s.Space != spaceHTML || x.kind != "String" {
				return strict.Damaged(strict.Structure, "element %q in a value", s.Name)
			}
			if err := sh.text(x, struck || string(s.Name) == "S"); err != nil {
				return err
			}
		}
	}
}

// add turns the content into a cell, unless it is empty or struck out.
func (sh *sheet) add(x *content) error {
	if len(bytes.TrimSpace(x.gone)) > 0 {
		if err := sh.Note(x.at, grid.Struck, string(x.gone)); err != nil {
			return err
		}
	}
	c := ledger.Cell{Ref: x.at, Formula: x.formula}
	ok := false
	if x.stated {
		var err error
		if ok, err = sh.value(x, &c); err != nil {
			return err
		}
	}
	switch {
	case ok && x.style.struck && c.Kind != ledger.CellText:
		return sh.Note(x.at, grid.Struck, c.Text)
	case ok:
		return sh.Cell(c)
	case x.formula == "" || len(x.gone) > 0:
		return nil
	}
	c.Kind, c.Text, c.NoValue = ledger.CellNumber, "", true
	c.Date, c.Format = ledger.Date{}, x.style.numberFormat().Worst()
	return sh.Cell(c)
}

// value fills the value in. It reports false when there is none.
func (sh *sheet) value(x *content, c *ledger.Cell) (bool, error) {
	b := bytes.TrimSpace(x.text)
	if x.kind != "String" && len(b) == 0 {
		return false, nil
	}
	switch x.kind {
	case "String":
		c.Kind, c.Text = ledger.CellText, string(x.text)
		if x.style.format != "" && x.style.numberFormat().HidesText() {
			c.Format = ledger.FormatHidden
		}
		return c.Text != "" || x.formula != "" && len(x.gone) == 0, nil
	case "Number":
		return true, sh.number(x, b, c)
	case "DateTime":
		return true, sh.date(x, string(b), c)
	case "Boolean":
		c.Kind = ledger.CellBool
		switch string(b) {
		case "1":
			c.Text = "TRUE"
		case "0":
			c.Text = "FALSE"
		default:
			return false, strict.Damaged(strict.Structure, "boolean that is none")
		}
		return true, nil
	case "Error":
		c.Kind, c.Text = ledger.CellError, string(b)
		return true, nil
	}
	return false, strict.Damaged(strict.Structure, "cell of unknown type %q", x.kind)
}

func (sh *sheet) number(x *content, b []byte, c *ledger.Cell) error {
	if !numfmt.IsNumber(b) {
		return strict.Damaged(strict.Number, "cell %s: number that is none", x.at.Name())
	}
	v, err := strconv.ParseFloat(string(b), 64)
	if err != nil || math.IsInf(v, 0) {
		return strict.Damaged(strict.Number, "cell %s: number beyond bounds", x.at.Name())
	}
	c.Kind, c.Text = ledger.CellNumber, string(b)
	if c.Format = x.style.numberFormat().Class(v); c.Format == ledger.FormatDate {
		c.Date = numfmt.DateOf(v, sh.w.from1904)
	}
	return nil
}

// date takes a date by its serial number, as package xlsx has it. A time alone
// stands on the last day of 1899.
func (sh *sheet) date(x *content, text string, c *ledger.Cell) error {
	const noDay = "1899-12-31T"
	if rest, ok := bytes.CutPrefix([]byte(text), []byte(noDay)); ok {
		text = string(rest)
	}
	serial, ok := numfmt.SerialOf(text, sh.w.from1904)
	if !ok {
		return strict.Damaged(strict.Number, "cell %s: date that is none", x.at.Name())
	}
	v, err := strconv.ParseFloat(serial, 64)
	if err != nil {
		return strict.Damaged(strict.Number, "cell %s: %w", x.at.Name(), err)
	}
	c.Kind, c.Text, c.Date = ledger.CellNumber, serial, numfmt.DateOf(v, sh.w.from1904)
	if c.Format = x.style.numberFormat().Class(v); c.Format == ledger.FormatPlain {
		c.Format = ledger.FormatDate
	}
	return nil
}
