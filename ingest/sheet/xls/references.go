package xls

import (
	"strconv"
	"strings"

	"taizhang/ledger"
)

const lostRef = "#REF!"

// reference decodes a token that refers to cells or names.
func (d *decoder) reference(t byte) bool {
	one, two := 4, 8 // bytes of a cell and of an area
	if !d.w.biff8 {
		one, two = 3, 6
	}
	sheet := ""
	if t == ptgRef3d || t == ptgArea3d || t == ptgRefErr3d || t == ptgAreErr3d {
		var ok bool
		if sheet, ok = d.sheets(); !ok {
			return false
		}
	}
	switch t {
	case ptgRef, ptgRefN, ptgRef3d:
		b := d.take(one)
		return b != nil && d.push(sheet+d.cell(b, t == ptgRefN))
	case ptgArea, ptgAreaN, ptgArea3d:
		b := d.take(two)
		if b == nil {
			return false
		}
		first, last := d.corners(b)
		return d.push(sheet + d.cell(first, t == ptgAreaN) + ":" + d.cell(last, t == ptgAreaN))
	case ptgRefErr, ptgRefErr3d:
		return d.take(one) != nil && d.push(sheet+lostRef)
	case ptgAreaErr, ptgAreErr3d:
		return d.take(two) != nil && d.push(sheet+lostRef)
	case ptgName:
		return d.name()
	case ptgNameX:
		return d.foreignName()
	}
	return false
}

// corners parts an area, whose rows stand before its columns.
func (d *decoder) corners(b []byte) (first, last []byte) {
	if d.w.biff8 {
		return []byte{b[0], b[1], b[4], b[5]}, []byte{b[2], b[3], b[6], b[7]}
	}
	return []byte{b[0], b[1], b[4]}, []byte{b[2], b[3], b[5]}
}

// cell returns the name of a cell. In a shared formula what is relative counts
// from the cell that the formula stands in, and wraps at the sheet's edge.
func (d *decoder) cell(b []byte, fromHere bool) string {
	const colRelative, rowRelative = 0x4000, 0x8000
	row, bits := int(le.Uint16(b)), le.Uint16(b)
	var col int
	if d.w.biff8 {
		bits = le.Uint16(b[2:])
		col = int(bits & 0x3fff)
	} else {
		row, col = row&0x3fff, int(b[2])
	}
	if fromHere {
		rows := maxRows
		if !d.w.biff8 {
			rows = 1 << 14
		}
		if bits&rowRelative != 0 {
			row = (row + d.at.Row) % rows
		}
		if bits&colRelative != 0 {
			col = (col + d.at.Col) % maxCols
		}
	}
	var s strings.Builder
	if bits&colRelative == 0 {
		s.WriteByte('$')
	}
	s.WriteString(ledger.ColumnName(col))
	if bits&rowRelative == 0 {
		s.WriteByte('$')
	}
	s.WriteString(strconv.Itoa(row + 1))
	return s.String()
}

// sheets decodes which sheets a reference is to. Sheets of other workbooks are
// given by a number in brackets.
func (d *decoder) sheets() (string, bool) {
	w := d.w
	if !w.biff8 {
		b := d.take(14)
		if b == nil {
			return "", false
		}
		if int16(le.Uint16(b)) >= 0 {
			return "[" + strconv.Itoa(int(le.Uint16(b))) + "]!", true
		}
		return w.sheetName(int(le.Uint16(b[10:])), int(le.Uint16(b[12:])))
	}
	b := d.take(2)
	if b == nil {
		return "", false
	}
	i := int(le.Uint16(b))
	if i >= len(w.externs) {
		return "", false
	}
	x := w.externs[i]
	if !w.own[x.book] {
		return "[" + strconv.Itoa(x.book) + "]!", true
	}
	return w.sheetName(x.first, x.last)
}

func (w *workbook) sheetName(first, last int) (string, bool) {
	const deleted = 0xffff
	if first == deleted {
		return lostRef, true
	}
	if first >= len(w.sheets) || last >= len(w.sheets) {
		return "", false
	}
	name := w.sheets[first].name
	if last != first {
		name += ":" + w.sheets[last].name
	}
	return "'" + strings.ReplaceAll(name, "'", "''") + "'!", true
}

// name decodes the use of a defined name.
func (d *decoder) name() bool {
	size := 4
	if !d.w.biff8 {
		size = 14
	}
	b := d.take(size)
	if b == nil {
		return false
	}
	i := int(le.Uint16(b)) - 1
	if i < 0 || i >= len(d.w.names) || d.w.names[i] == "" {
		return false
	}
	return d.push(d.w.names[i])
}

// foreignName decodes the use of a name of another workbook or of an add-in,
// which is given by its number.
func (d *decoder) foreignName() bool {
	if !d.w.biff8 {
		b := d.take(24)
		return b != nil && d.push("[0]!NAME"+strconv.Itoa(int(le.Uint16(b[10:]))))
	}
	b := d.take(6)
	return b != nil && d.push("["+strconv.Itoa(int(le.Uint16(b)))+"]!NAME"+strconv.Itoa(int(le.Uint16(b[2:]))))
}

// addBook reads a SUPBOOK record (MS-XLS §2.4.271): one of this workbook, or of
// another, which is not followed.
func (w *workbook) addBook(r record) {
	if len(r.data) == 4 && le.Uint16(r.data[2:]) == 0x0401 {
		if w.own == nil {
			w.own = make(map[int]bool)
		}
		w.own[w.books] = true
	}
	w.books++
}

// addExterns reads an EXTERNSHEET record of BIFF8 (MS-XLS §2.4.105). What does
// not fit is left out: formulas that use it are then not decoded.
func (w *workbook) addExterns(r record) {
	if !w.biff8 || len(r.data) < 2 {
		return
	}
	for b := r.data[2:]; len(b) >= 6; b = b[6:] {
		w.externs = append(w.externs, extern{int(le.Uint16(b)), int(le.Uint16(b[2:])), int(le.Uint16(b[4:]))})
	}
}

// addName reads the name that a NAME record defines (MS-XLS §2.4.150), "" for
// one that is built in or does not read.
func (w *workbook) addName(r record) {
	const builtIn = 0x20
	name := ""
	if b := r.data; len(b) > 15 && b[0]&builtIn == 0 {
		text := []byte{b[3]} // the length stands apart from its characters
		if s, rest, err := w.name(append(text, b[14:]...), 1); err == nil {
			name = s
			if strings.EqualFold(s, ledger.FormMarkName) && w.mark == "" {
				w.mark = w.markOf(rest, int(le.Uint16(b[4:])))
			}
		}
	}
	w.names = append(w.names, name)
}

// markOf reads the formula of the name that a pre-filled form carries: one
// text, of so many bytes.
func (w *workbook) markOf(formula []byte, size int) string {
	if size < 2 || size > len(formula) || formula[0] != ptgStr {
		return ""
	}
	s, rest, err := w.name(formula[1:size], 1)
	if err != nil || len(rest) > 0 || len(s) > ledger.MaxFormMark {
		return ""
	}
	return s
}
