package xls_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"math"
	"testing"
	"unicode/utf16"

	"taizhang/ingest/sheet/strict"
	"taizhang/ingest/sheet/xls"
	"taizhang/ledger"
)

// b8, b16, b32 and f64 give numbers as the format stores them.
func b8(v int) []byte  { return []byte{byte(v)} }
func b16(v int) []byte { return binary.LittleEndian.AppendUint16(nil, uint16(v)) }
func b32(v int) []byte { return binary.LittleEndian.AppendUint32(nil, uint32(v)) }
func f64(v float64) []byte {
	return binary.LittleEndian.AppendUint64(nil, math.Float64bits(v))
}

func cat(parts ...[]byte) []byte { return bytes.Join(parts, nil) }

// rec is one record.
func rec(kind int, parts ...[]byte) []byte {
	data := cat(parts...)
	return cat(b16(kind), b16(len(data)), data)
}

// wide is the text in two bytes a character, narrow in one.
func wide(s string) []byte {
	var out []byte
	for _, u := range utf16.Encode([]rune(s)) {
		out = binary.LittleEndian.AppendUint16(out, u)
	}
	return out
}

func units(s string) int { return len(utf16.Encode([]rune(s))) }

// str is a string of BIFF8 with a length of two bytes.
func str(s string) []byte { return cat(b16(units(s)), b8(1), wide(s)) }

// richStr is one with runs: character, font, character, font …
func richStr(s string, runs ...int) []byte {
	out := cat(b16(units(s)), b8(9), b16(len(runs)/2), wide(s))
	for _, r := range runs {
		out = append(out, b16(r)...)
	}
	return out
}

func font(struck bool) []byte {
	bits := 0
	if struck {
		bits = 8
	}
	return rec(0x31, b16(200), b16(bits), make([]byte, 10), b8(1), b8(0), []byte("A"))
}

func xf(font, format int) []byte { return rec(0xe0, b16(font), b16(format), make([]byte, 16)) }

func format(id int, code string) []byte { return rec(0x41e, b16(id), str(code)) }

// Cells. The style is 0 unless stated.
func number(row, col, style int, v float64) []byte {
	return rec(0x203, b16(row), b16(col), b16(style), f64(v))
}
func labelSST(row, col, style, i int) []byte {
	return rec(0xfd, b16(row), b16(col), b16(style), b32(i))
}
func rkCell(row, col, v int) []byte { return rec(0x27e, b16(row), b16(col), b16(0), b32(v)) }
func label(row, col int, s string) []byte {
	return rec(0x204, b16(row), b16(col), b16(0), str(s))
}
func blank(row, col int) []byte { return rec(0x201, b16(row), b16(col), b16(0)) }
func boolErr(row, col, v, isError int) []byte {
	return rec(0x205, b16(row), b16(col), b16(0), b8(v), b8(isError))
}

// formula is one with the value's eight bytes and bits.
func formula(row, col int, value []byte, bits int, tokens ...[]byte) []byte {
	t := cat(tokens...)
	return rec(0x06, b16(row), b16(col), b16(0), value, b16(bits), b32(0), b16(len(t)), t)
}

// special is the value of a formula that is no number.
func special(kind, v int) []byte { return []byte{byte(kind), 0, byte(v), 0, 0, 0, 0xff, 0xff} }

func row(r, from, to, height, bits int) []byte {
	return rec(0x208, b16(r), b16(from), b16(to), b16(height), b32(0), b16(bits), b16(0x0f))
}
func colInfo(from, to, width, bits int) []byte {
	return rec(0x7d, b16(from), b16(to), b16(width), b16(15), b16(bits), b16(0))
}
func merged(ranges ...int) []byte {
	out := b16(len(ranges) / 4)
	for _, r := range ranges {
		out = append(out, b16(r)...)
	}
	return rec(0xe5, out)
}

// sheetDef is a sheet of a book under test.
type sheetDef struct {
	name  string
	state int
	kind  int // of BOUNDSHEET
	bof   int // type of its BOF; 0 stands for a worksheet
	body  []byte
}

// bookDef is a workbook under test.
type bookDef struct {
	version int // 0 stands for BIFF8
	globals []byte
	sheets  []sheetDef
}

func bof(version, kind int) []byte {
	if version == 0x0500 {
		return rec(0x809, b16(version), b16(kind), b16(0), b16(0))
	}
	return rec(0x809, b16(version), b16(kind), b16(0), b16(0), b32(0), b32(0))
}

var eof = rec(0x0a)

// stream returns the workbook stream.
func (b bookDef) stream() []byte {
	if b.version == 0 {
		b.version = 0x0600
	}
	globals := cat(bof(b.version, 5), b.globals)
	heads := 0
	var bodies [][]byte
	for _, s := range b.sheets {
		if s.bof == 0 {
			s.bof = 0x10
		}
		heads += len(b.head(s, 0))
		bodies = append(bodies, cat(bof(b.version, s.bof), s.body, eof))
	}
	at := len(globals) + heads + len(eof)
	for i, s := range b.sheets {
		globals = append(globals, b.head(s, at)...)
		at += len(bodies[i])
	}
	return cat(globals, eof, cat(bodies...))
}

func (b bookDef) head(s sheetDef, at int) []byte {
	if b.version == 0x0500 {
		return rec(0x85, b32(at), b8(s.state), b8(s.kind), b8(len(s.name)), []byte(s.name))
	}
	return rec(0x85, b32(at), b8(s.state), b8(s.kind), b8(units(s.name)), b8(1), wide(s.name))
}

// bytes returns the compound file around it.
func (b bookDef) bytes() []byte { return compound("Workbook", b.stream()) }

// one is a book of one sheet.
func one(globals []byte, body ...[]byte) bookDef {
	return bookDef{globals: globals, sheets: []sheetDef{{name: "台账", body: cat(body...)}}}
}

// compound makes a compound file with one stream, in sectors of 512 bytes: the
// table in the first ones, then the directory, then the stream.
func compound(name string, stream []byte) []byte {
	if len(stream) < 4096 {
		stream = append(bytes.Clone(stream), make([]byte, 4096-len(stream))...)
	}
	const size = 512
	data := (len(stream) + size - 1) / size
	tables := 1
	for tables*size/4 < tables+1+data {
		tables++
	}
	fat := make([]byte, 0, tables*size)
	for range tables {
		fat = append(fat, b32(0xfffffffd)...)
	}
	fat = append(fat, b32(0xfffffffe)...)
	for i := range data {
		next := tables + 1 + i + 1
		if i == data-1 {
			next = 0xfffffffe
		}
		fat = append(fat, b32(next)...)
	}
	fat = append(fat, bytes.Repeat([]byte{0xff}, tables*size-len(fat))...)
	entry := func(name string, kind int, child, start, n int) []byte {
		e := make([]byte, 128)
		copy(e, wide(name))
		copy(e[64:], b16(2*units(name)+2))
		e[66] = byte(kind)
		copy(e[68:], cat(b32(0xffffffff), b32(0xffffffff), b32(child)))
		copy(e[116:], cat(b32(start), b32(n)))
		return e
	}
	directory := cat(entry("Root Entry", 5, 1, 0xfffffffe, 0), entry(name, 2, 0xffffffff, tables+1, len(stream)), make([]byte, 256))
	header := make([]byte, 512)
	copy(header, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
	copy(header[24:], cat(b16(0x3e), b16(3), b16(0xfffe), b16(9), b16(6)))
	copy(header[44:], cat(b32(tables), b32(tables), b32(0), b32(4096), b32(0xfffffffe), b32(0), b32(0xfffffffe), b32(0)))
	for i := range 109 {
		v := 0xffffffff
		if i < tables {
			v = i
		}
		copy(header[76+4*i:], b32(v))
	}
	return cat(header, fat, directory, stream, make([]byte, data*size-len(stream)))
}

func readBook(data []byte) ([]*ledger.Table, error) {
	return xls.Read(context.Background(), "a.xls", data, strict.Limits{})
}

// table reads the book and returns its first table.
func (b bookDef) table(t *testing.T) *ledger.Table {
	t.Helper()
	ts, err := readBook(b.bytes())
	if err != nil {
		t.Fatal(err)
	}
	return ts[0]
}

// values gives the cells of the table as "A1=text", in order.
func values(t *ledger.Table) []string {
	var out []string
	for _, c := range t.Cells() {
		out = append(out, c.Name()+"="+c.Text)
	}
	return out
}
