package xls

import (
	"math"

	"taizhang/ingest/sheet/strict"
	"taizhang/ledger"
)

// pending is a FORMULA record whose followers, its text result among them, may
// still come.
type pending struct {
	cell     ledger.Cell
	style    *cellStyle
	tokens   []byte
	wantText bool
	stale    bool // the file says that it was not calculated
}

// sharedFormula is what a SHRFMLA, ARRAY or TABLE record states.
type sharedFormula struct {
	kind   uint16
	tokens []byte
}

// Bits of a FORMULA record (MS-XLS §2.4.127). The second is reserved today; it
// was "calculate when loaded", and POI and others set it for a value that they
// do not know.
const (
	calcAlways = 0x0001
	calcOnLoad = 0x0002
)

// readFormula reads a FORMULA record with its value as it was last calculated.
func (sh *sheet) readFormula(r record, at ledger.Ref, style *cellStyle) error {
	if err := r.want(22); err != nil {
		return err
	}
	size := int(le.Uint16(r.data[20:]))
	if err := r.want(22 + size); err != nil {
		return err
	}
	p := &pending{cell: ledger.Cell{Ref: at}, style: style, tokens: r.data[22 : 22+size]}
	if size > 0 && len(r.data) > 22+size && !hasExtra(p.tokens) {
		return strict.Damaged(strict.Structure, "formula of %s ends before its record", at.Name())
	}
	bits := le.Uint16(r.data[14:])
	p.stale = sh.stale || bits&calcOnLoad != 0 || bits&calcAlways != 0 && !isVolatile(p.tokens)
	sh.formula = p
	if le.Uint16(r.data[12:]) != 0xffff {
		return sh.setNumber(&p.cell, style, math.Float64frombits(le.Uint64(r.data[6:])))
	}
	switch r.data[6] {
	case 0:
		p.wantText = true
		return nil
	case 1:
		return setBoolErr(&p.cell, r.data[8], 0)
	case 2:
		return setBoolErr(&p.cell, r.data[8], 1)
	case 3:
		p.cell.Kind, p.cell.Format = ledger.CellText, sh.w.textFormat(style)
		return nil
	}
	return strict.Damaged(strict.Structure, "formula of %s with a value of unknown type", at.Name())
}

// readResult reads a STRING record: the text that a formula gave.
func (sh *sheet) readResult(r record) error {
	p := sh.formula
	if p == nil || !p.wantText {
		return strict.Damaged(strict.Structure, "result without a formula at %d", r.at)
	}
	p.wantText = false
	parts, err := sh.s.whole(r)
	if err != nil {
		return err
	}
	ps := newPieces(parts)
	var it item
	if sh.w.biff8 {
		it, err = sh.w.readItem(ps)
	} else {
		it, err = sh.w.readLabel5(ps, false)
	}
	if err != nil {
		return err
	}
	if !ps.done() {
		return strict.Damaged(strict.Structure, "result of %s ends before its record", p.cell.Name())
	}
	p.cell.Kind, p.cell.Text, p.cell.Format = ledger.CellText, it.text, sh.w.textFormat(p.style)
	return nil
}

// readShared reads a SHRFMLA, ARRAY or TABLE record (MS-XLS §2.4.277, §2.4.4,
// §2.4.313), which stands behind the first formula that it serves.
func (sh *sheet) readShared(r record) error {
	if sh.formula == nil {
		return strict.Damaged(strict.Structure, "record %04x without a formula at %d", r.kind, r.at)
	}
	at := 8 // of the length of the tokens
	switch r.kind {
	case recArray:
		at = 12
	case recTable:
		if err := r.want(16); err != nil {
			return err
		}
		sh.share(sharedFormula{kind: r.kind})
		return nil
	}
	if err := r.want(at + 2); err != nil {
		return err
	}
	size := int(le.Uint16(r.data[at:]))
	if err := r.want(at + 2 + size); err != nil {
		return err
	}
	sh.share(sharedFormula{r.kind, r.data[at+2 : at+2+size]})
	return nil
}

func (sh *sheet) share(f sharedFormula) {
	if sh.shared == nil {
		sh.shared = make(map[int]sharedFormula)
	}
	sh.shared[sh.formula.cell.Row*maxCols+sh.formula.cell.Col] = f
}

// flush adds the formula cell whose record and followers were read.
func (sh *sheet) flush() error {
	p := sh.formula
	if p == nil {
		return nil
	}
	sh.formula = nil
	if p.wantText {
		return strict.Damaged(strict.Missing, "formula of %s without the text it gave", p.cell.Name())
	}
	text, err := sh.w.keepBytes([]byte(sh.formulaText(p)))
	if err != nil {
		return err
	}
	c := p.cell
	c.Formula = text
	if p.stale && isBlankResult(&c) {
		// The file itself says that the formula is still to be calculated: a 0
		// is then what its writer puts where it knows no value.
		c.Kind, c.Text, c.NoValue = ledger.CellNumber, "", true
		c.Date, c.Format = ledger.Date{}, sh.w.numberFormat(p.style).Worst()
	}
	return sh.add(c, p.style)
}

// isBlankResult reports whether the result is one that writers put in for want
// of a value.
func isBlankResult(c *ledger.Cell) bool {
	return c.Kind == ledger.CellNumber && c.Text == "0" || c.Kind == ledger.CellText && c.Text == ""
}

// formulaText returns the formula as people write it: that of a follower of a
// shared formula as it reads in its place, that of an array in braces.
func (sh *sheet) formulaText(p *pending) string {
	if len(p.tokens) != 5 || p.tokens[0] != ptgExp && p.tokens[0] != ptgTbl {
		return sh.w.formula(p.tokens, p.cell.Ref)
	}
	at := int(le.Uint16(p.tokens[1:]))*maxCols + int(le.Uint16(p.tokens[3:]))
	f, ok := sh.shared[at]
	switch {
	case !ok:
		return undecoded(p.tokens)
	case f.kind == recTable:
		return "{dataTable}"
	case f.kind == recArray:
		return "{" + sh.w.formula(f.tokens, p.cell.Ref) + "}"
	}
	return sh.w.formula(f.tokens, p.cell.Ref)
}
