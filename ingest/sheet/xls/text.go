package xls

import (
	"unicode/utf16"
	"unicode/utf8"

	"taizhang/ingest/sheet/strict"
)

// item is a text as a cell shows it, without what is struck out. A run of rich
// text has a font of its own; what stands before the first run has that of the
// cell, so the text differs in a cell whose font is struck out.
type item struct {
	text    string
	struck  string // what is left of it in a cell whose font is struck out
	dropped bool   // some of it is struck out whatever the cell's font
}

// run says that from the character on the text has the font.
type run struct{ from, font int }

// pieces reads what a record and its CONTINUE records hold.
type pieces struct {
	left [][]byte
	b    []byte // the rest of the current piece
}

func newPieces(parts [][]byte) *pieces { return &pieces{left: parts[1:], b: parts[0]} }

// more goes on to the next piece, when the current one is used up.
func (p *pieces) more() bool {
	for len(p.b) == 0 {
		if len(p.left) == 0 {
			return false
		}
		p.b, p.left = p.left[0], p.left[1:]
	}
	return true
}

// done reports whether everything was read.
func (p *pieces) done() bool { return !p.more() }

var errShort = strict.Damaged(strict.Cut, "text that ends before its end")

// bytes reads n bytes, over the borders of pieces.
func (p *pieces) bytes(n int) ([]byte, error) {
	if len(p.b) >= n {
		out := p.b[:n]
		p.b = p.b[n:]
		return out, nil
	}
	var out []byte
	for len(out) < n {
		if !p.more() {
			return nil, errShort
		}
		take := min(n-len(out), len(p.b))
		out = append(out, p.b[:take]...)
		p.b = p.b[take:]
	}
	return out, nil
}

func (p *pieces) uint16() (int, error) {
	b, err := p.bytes(2)
	if err != nil {
		return 0, err
	}
	return int(le.Uint16(b)), nil
}

func (p *pieces) uint32() (uint32, error) {
	b, err := p.bytes(4)
	if err != nil {
		return 0, err
	}
	return le.Uint32(b), nil
}

// Flags of a string of BIFF8 (MS-XLS §2.5.293).
const (
	flagWide = 0x01 // two bytes a character
	flagExt  = 0x04 // phonetic data follow
	flagRich = 0x08 // runs follow
)

// units appends n UTF-16 units to dst. Where a piece ends within the text, the
// next begins with a flag of its own, and the width may change.
func (p *pieces) units(dst []uint16, n int, wide bool) ([]uint16, error) {
	for n > 0 {
		if len(p.b) == 0 {
			if !p.more() {
				return dst, errShort
			}
			if p.b[0]&^flagWide != 0 {
				return dst, strict.Damaged(strict.Structure, "text continued with flags %02x", p.b[0])
			}
			wide = p.b[0]&flagWide != 0
			p.b = p.b[1:]
			continue
		}
		if !wide {
			take := min(n, len(p.b))
			for _, c := range p.b[:take] {
				dst = append(dst, uint16(c))
			}
			p.b, n = p.b[take:], n-take
			continue
		}
		if len(p.b) == 1 {
			return dst, strict.Damaged(strict.Structure, "text continued within a character")
		}
		take := min(n, len(p.b)/2)
		for i := range take {
			dst = append(dst, le.Uint16(p.b[2*i:]))
		}
		p.b, n = p.b[2*take:], n-take
	}
	return dst, nil
}

// rich reads a string of BIFF8 whose length was read: flags, counts, text, runs
// and phonetic data. The units are good until the next call.
func (w *workbook) rich(p *pieces, n int) ([]uint16, []run, error) {
	if n > w.lim.Text {
		return nil, nil, strict.TooLarge(strict.LimitText, "a text of %d characters", n)
	}
	flags, err := p.bytes(1)
	if err != nil {
		return nil, nil, err
	}
	f := flags[0]
	if f&^(flagWide|flagExt|flagRich) != 0 {
		return nil, nil, strict.Damaged(strict.Structure, "text with flags %02x", f)
	}
	count, ext := 0, uint32(0)
	if f&flagRich != 0 {
		if count, err = p.uint16(); err != nil {
			return nil, nil, err
		}
	}
	if f&flagExt != 0 {
		if ext, err = p.uint32(); err != nil {
			return nil, nil, err
		}
	}
	if w.units, err = p.units(w.units[:0], n, f&flagWide != 0); err != nil {
		return nil, nil, err
	}
	runs, err := p.runs(count)
	if err != nil {
		return nil, nil, err
	}
	for ext > 0 {
		if !p.more() {
			return nil, nil, errShort
		}
		take := min(int64(ext), int64(len(p.b)))
		p.b, ext = p.b[take:], ext-uint32(take)
	}
	return w.units, runs, nil
}

// runs reads runs of four bytes each.
func (p *pieces) runs(count int) ([]run, error) {
	var out []run
	for range count {
		b, err := p.bytes(4)
		if err != nil {
			return nil, err
		}
		out = append(out, run{int(le.Uint16(b)), int(le.Uint16(b[2:]))})
	}
	return out, nil
}

// readItem reads a string of BIFF8 with a length of two bytes.
func (w *workbook) readItem(p *pieces) (item, error) {
	n, err := p.uint16()
	if err != nil {
		return item{}, err
	}
	units, runs, err := w.rich(p, n)
	if err != nil {
		return item{}, err
	}
	return w.itemOf(runs, len(units), func(from, to int) (string, error) { return w.keep(units[from:to]) })
}

// itemOf judges a text of n characters by its runs. part gives the text between
// two characters.
func (w *workbook) itemOf(runs []run, n int, part func(from, to int) (string, error)) (item, error) {
	for i, r := range runs {
		if i > 0 && r.from < runs[i-1].from {
			return item{}, strict.Damaged(strict.Structure, "runs of text that go backwards")
		}
		runs[i].from = min(r.from, n)
	}
	var it item
	var err error
	if !w.styles.strikes(runs) {
		if it.text, err = part(0, n); err == nil && len(runs) > 0 && runs[0].from < n {
			it.struck, err = part(runs[0].from, n)
		}
		return it, err
	}
	if it.text, err = part(0, runs[0].from); err != nil {
		return it, err
	}
	for i, r := range runs {
		to := n
		if i+1 < len(runs) {
			to = runs[i+1].from
		}
		if w.styles.isStruck(r.font) {
			it.dropped = it.dropped || to > r.from
			continue
		}
		s, err := part(r.from, to)
		if err != nil {
			return it, err
		}
		it.text += s
		it.struck += s
	}
	return it, nil
}

// readStrings reads the shared string table (MS-XLS §2.4.265). Its last byte must
// be the last of a string. Some writers announce more strings than there are;
// a cell that asks for one of those is damage.
func (w *workbook) readStrings(parts [][]byte) error {
	p := newPieces(parts)
	if _, err := p.uint32(); err != nil { // how often strings are used: not trusted
		return err
	}
	count, err := p.uint32()
	if err != nil {
		return err
	}
	if int64(count) > int64(w.lim.Strings) {
		return strict.TooLarge(strict.LimitStrings, "%d shared strings", count)
	}
	for i := uint32(0); i < count && p.more(); i++ {
		it, err := w.readItem(p)
		if err != nil {
			return err
		}
		w.strings = append(w.strings, it)
	}
	if !p.done() {
		return strict.Damaged(strict.Structure, "more shared strings than the %d announced", count)
	}
	return nil
}

// keep makes a text of the units and counts it. A lone half of a surrogate pair
// and a zero character are damage: no program lets them be typed.
func (w *workbook) keep(units []uint16) (string, error) {
	w.text = w.text[:0]
	for i := 0; i < len(units); i++ {
		r := rune(units[i])
		switch {
		case r == 0:
			return "", strict.Damaged(strict.Encoding, "text with a zero character")
		case utf16.IsSurrogate(r):
			var second rune
			if i+1 < len(units) {
				second = rune(units[i+1])
			}
			if r = utf16.DecodeRune(r, second); r == utf8.RuneError {
				return "", strict.Damaged(strict.Encoding, "text with half a character")
			}
			i++
		}
		w.text = utf8.AppendRune(w.text, r)
	}
	return w.keepBytes(w.text)
}

func (w *workbook) keepBytes(b []byte) (string, error) {
	if w.left -= int64(len(b)); w.left < 0 {
		return "", strict.TooLarge(strict.LimitStrings, "texts of the workbook are too large together")
	}
	return string(b), nil
}

// short reads a string of BIFF8 with a length of one byte, or of two, at the
// start of b, that has neither runs nor phonetic data in a record of its kind.
// It returns the rest of b.
func (w *workbook) short(b []byte, lengthBytes int) (string, []byte, error) {
	p := &pieces{b: b}
	head, err := p.bytes(lengthBytes)
	if err != nil {
		return "", nil, err
	}
	n := int(head[0])
	if lengthBytes == 2 {
		n = int(le.Uint16(head))
	}
	units, _, err := w.rich(p, n)
	if err != nil {
		return "", nil, err
	}
	s, err := w.keep(units)
	return s, p.b, err
}

// name reads a string of either version.
func (w *workbook) name(b []byte, lengthBytes int) (string, []byte, error) {
	if w.biff8 {
		return w.short(b, lengthBytes)
	}
	return w.shortBytes(b, lengthBytes)
}
