package xls

import (
	"bytes"
	"math"
	"strconv"

	"taizhang/ingest/sheet/grid"
	"taizhang/ingest/sheet/numfmt"
	"taizhang/ingest/sheet/strict"
	"taizhang/ledger"
)

// readCell reads a record of one cell, or of several side by side. A blank one
// leaves no trace but its place.
func (sh *sheet) readCell(r record) error {
	if err := r.want(6); err != nil {
		return err
	}
	row, col := int(le.Uint16(r.data)), int(le.Uint16(r.data[2:]))
	if r.kind == recMulRK || r.kind == recMulBlank {
		return sh.readMany(r, row, col)
	}
	at := ledger.Ref{Row: row, Col: col}
	if err := sh.stand(row, col, col, r); err != nil {
		return err
	}
	style, err := sh.w.style(int(le.Uint16(r.data[4:])))
	if err != nil {
		return err
	}
	switch r.kind {
	case recBlank:
		return r.exact(6)
	case recNumber:
		if err := r.exact(14); err != nil {
			return err
		}
		return sh.addNumber(at, style, math.Float64frombits(le.Uint64(r.data[6:])))
	case recRK:
		if err := r.exact(10); err != nil {
			return err
		}
		return sh.addNumber(at, style, rk(le.Uint32(r.data[6:])))
	case recBoolErr:
		if len(r.data) != 9 { // as old versions of OpenOffice write it
			if err := r.exact(8); err != nil {
				return err
			}
		}
		c := ledger.Cell{Ref: at}
		if err := setBoolErr(&c, r.data[6], r.data[7]); err != nil {
			return err
		}
		return sh.add(c, style)
	case recLabelSST:
		if err := r.exact(10); err != nil {
			return err
		}
		i := le.Uint32(r.data[6:])
		if int64(i) >= int64(len(sh.w.strings)) {
			return strict.Damaged(strict.Reference, "cell %s has shared string %d of %d", at.Name(), i, len(sh.w.strings))
		}
		return sh.addText(at, style, sh.w.strings[i])
	case recLabel, recRString:
		return sh.readLabel(r, at, style)
	}
	return sh.readFormula(r, at, style)
}

// readMany reads a MULRK or MULBLANK record (MS-XLS §2.4.175, §2.4.174).
func (sh *sheet) readMany(r record, row, from int) error {
	size := 2
	if r.kind == recMulRK {
		size = 6
	}
	n := (len(r.data) - 6) / size
	if err := r.exact(6 + n*size); err != nil {
		return err
	}
	to := int(le.Uint16(r.data[len(r.data)-2:]))
	if n == 0 || to != from+n-1 {
		return strict.Damaged(strict.Structure, "record %04x at %d for %d cells has %d", r.kind, r.at, to-from+1, n)
	}
	if err := sh.stand(row, from, to, r); err != nil {
		return err
	}
	for i := range n {
		b := r.data[4+i*size:]
		style, err := sh.w.style(int(le.Uint16(b)))
		if err != nil {
			return err
		}
		if size == 2 {
			continue
		}
		if err := sh.addNumber(ledger.Ref{Row: row, Col: from + i}, style, rk(le.Uint32(b[2:]))); err != nil {
			return err
		}
	}
	return nil
}

// rk returns the number of an RK value (MS-XLS §2.5.217): a whole number or the
// upper half of a floating point number, perhaps times 100.
func rk(v uint32) float64 {
	var f float64
	if v&2 != 0 {
		f = float64(int32(v) >> 2)
	} else {
		f = math.Float64frombits(uint64(v&^3) << 32)
	}
	if v&1 != 0 {
		f /= 100
	}
	return f
}

// readLabel reads a LABEL or RSTRING record: a text in the record itself.
func (sh *sheet) readLabel(r record, at ledger.Ref, style *cellStyle) error {
	if err := r.want(8); err != nil {
		return err
	}
	parts, err := sh.s.whole(r)
	if err != nil {
		return err
	}
	parts[0] = parts[0][6:]
	p := newPieces(parts)
	var it item
	if sh.w.biff8 {
		it, err = sh.w.readLabel8(p, r.kind == recRString)
	} else {
		it, err = sh.w.readLabel5(p, r.kind == recRString)
	}
	if err != nil {
		return err
	}
	if !p.done() && !isPadding(p.b) {
		return strict.Damaged(strict.Structure, "text of %s ends before its record", at.Name())
	}
	return sh.addText(at, style, it)
}

// isPadding reports whether b is nothing but the few zero bytes that some
// exporters leave behind a text.
func isPadding(b []byte) bool { return len(b) <= 4 && len(bytes.Trim(b, "\x00")) == 0 }

func (w *workbook) readLabel8(p *pieces, withRuns bool) (item, error) {
	n, err := p.uint16()
	if err != nil {
		return item{}, err
	}
	units, runs, err := w.rich(p, n)
	if err != nil {
		return item{}, err
	}
	if withRuns {
		count, err := p.uint16()
		if err != nil {
			return item{}, err
		}
		if runs, err = p.runs(count); err != nil {
			return item{}, err
		}
	}
	return w.itemOf(runs, len(units), func(from, to int) (string, error) { return w.keep(units[from:to]) })
}

func (w *workbook) readLabel5(p *pieces, withRuns bool) (item, error) {
	n, err := p.uint16()
	if err != nil {
		return item{}, err
	}
	if b := p.b; len(p.left) == 0 && !fits(b, n, withRuns) {
		n = w.dbcsSize(b, n) // Excel for the Mac counts characters, not bytes
	}
	text, err := p.bytes(n)
	if err != nil {
		return item{}, err
	}
	var runs []run
	if withRuns {
		count, err := p.bytes(1)
		if err != nil {
			return item{}, err
		}
		for range count[0] {
			b, err := p.bytes(2)
			if err != nil {
				return item{}, err
			}
			runs = append(runs, run{int(b[0]), int(b[1])})
		}
	}
	return w.itemOf(runs, n, func(from, to int) (string, error) { return w.decode(text[from:to]) })
}

// fits reports whether n bytes of text, with the runs behind them, fill b.
func fits(b []byte, n int, withRuns bool) bool {
	if withRuns {
		return len(b) > n && len(b) == n+1+2*int(b[n])
	}
	return len(b) == n
}

// errorTexts are the errors that a cell may hold (MS-XLS §2.5.10).
var errorTexts = map[byte]string{
	0x00: "#NULL!", 0x07: "#DIV/0!", 0x0f: "#VALUE!", 0x17: "#REF!", 0x1d: "#NAME?", 0x24: "#NUM!", 0x2a: "#N/A",
	0x2b: "#GETTING_DATA",
}

// setBoolErr fills in a boolean, or an error when isError is 1.
func setBoolErr(c *ledger.Cell, value, isError byte) error {
	switch {
	case isError == 1:
		text, ok := errorTexts[value]
		if !ok {
			return strict.Damaged(strict.Structure, "cell %s: error %02x that is none", c.Name(), value)
		}
		c.Kind, c.Text = ledger.CellError, text
	case isError == 0 && value == 1:
		c.Kind, c.Text = ledger.CellBool, "TRUE"
	case isError == 0 && value == 0:
		c.Kind, c.Text = ledger.CellBool, "FALSE"
	default:
		return strict.Damaged(strict.Structure, "cell %s: boolean that is none", c.Name())
	}
	return nil
}

// addNumber adds a cell with a number.
func (sh *sheet) addNumber(at ledger.Ref, style *cellStyle, v float64) error {
	c := ledger.Cell{Ref: at}
	if err := sh.setNumber(&c, style, v); err != nil {
		return err
	}
	return sh.add(c, style)
}

// setNumber fills in a number with its format.
func (sh *sheet) setNumber(c *ledger.Cell, style *cellStyle, v float64) error {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return strict.Damaged(strict.Number, "cell %s: number that is none", c.Name())
	}
	c.Kind, c.Text = ledger.CellNumber, numberText(v)
	c.Format = sh.w.numberFormat(style).Class(v)
	if c.Format == ledger.FormatDate {
		c.Date = numfmt.DateOf(v, sh.w.from1904)
	}
	return nil
}

// numberText spells the number with the fewest digits that give it again, and
// with an exponent only where it is very large or very small.
func numberText(v float64) string {
	switch a := math.Abs(v); {
	case v == 0:
		return "0" // -0 too: nobody can see or type its sign
	case a >= 1e21 || a < 1e-9:
		return strconv.FormatFloat(v, 'E', -1, 64)
	}
	return strconv.FormatFloat(v, 'f', -1, 64)
}

// addText adds a cell with what the item shows in it, and notes what is struck
// out. Nothing is added when nothing is left.
func (sh *sheet) addText(at ledger.Ref, style *cellStyle, it item) error {
	text, dropped := it.text, it.dropped
	if style.struck {
		dropped = dropped || len(it.struck) < len(it.text)
		text = it.struck
	}
	if dropped {
		sh.note(at, grid.Struck, it.text)
	}
	if text == "" {
		return nil
	}
	return sh.append(ledger.Cell{Ref: at, Kind: ledger.CellText, Text: text, Format: sh.w.textFormat(style)})
}

// textFormat returns what the style makes of a text.
func (w *workbook) textFormat(style *cellStyle) ledger.FormatClass {
	if w.numberFormat(style).HidesText() {
		return ledger.FormatHidden
	}
	return ledger.FormatPlain
}

// add adds the cell, unless its font is struck out.
func (sh *sheet) add(c ledger.Cell, style *cellStyle) error {
	if style.struck {
		sh.note(c.Ref, grid.Struck, c.Text)
		return nil
	}
	return sh.append(c)
}

func (sh *sheet) append(c ledger.Cell) error {
	w := sh.w
	if w.cells++; w.cells > w.lim.Cells {
		return strict.TooLarge(strict.LimitCells, "more than %d cells with content", w.lim.Cells)
	}
	sh.cells.Add(&c)
	return nil
}
