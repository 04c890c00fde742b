package messy

import (
	"fmt"
	"math"
	"slices"

	"golang.org/x/text/encoding/simplifiedchinese"
)

// biff writes a workbook of Excel 97–2003 (BIFF8) or of Excel 5 and 95
// (BIFF5, with text in GBK), as MS-XLS describes them.
type biff struct {
	old     bool // BIFF5
	texts   []string
	textAt  map[string]int
	uses    int
	formats []string        // custom, from id 164
	styles  [][2]int        // font and format
	rich    map[string]Rich // the runs of the texts that have some, by a key for them
}

// writeXLS writes the workbook; old asks for BIFF5.
func writeXLS(book []Sheet, old bool) []byte {
	w := &biff{old: old, textAt: map[string]int{}, rich: map[string]Rich{}, styles: [][2]int{{0, 0}}}
	var bodies [][]byte
	for _, s := range book {
		bodies = append(bodies, cat(w.bof(0x10), w.sheet(s), record(0x0a)))
	}
	globals := cat(w.bof(5), record(0x42, u16(map[bool]int{true: 936, false: 1200}[old])), record(0x22, u16(0)), w.look())
	tail := record(0x0a)
	if !old {
		tail = cat(w.sst(), tail)
	}
	at := len(globals) + len(tail)
	for i, s := range book {
		at += len(w.bound(s, i, 0))
	}
	for i, s := range book {
		globals = append(globals, w.bound(s, i, at)...)
		at += len(bodies[i])
	}
	name := "Workbook"
	if old {
		name = "Book"
	}
	return compound(name, cat(globals, tail, cat(bodies...)))
}

func record(kind int, parts ...[]byte) []byte {
	data := cat(parts...)
	return cat(u16(kind), u16(len(data)), data)
}

func (w *biff) bof(kind int) []byte {
	if w.old {
		return record(0x809, u16(0x500), u16(kind), u16(0), u16(0))
	}
	return record(0x809, u16(0x600), u16(kind), u16(0x0dbb), u16(0x07cc), u32(0), u32(6))
}

// str is a text with a length of one or two bytes.
func (w *biff) str(s string, size int) []byte {
	var body []byte
	var n int
	if w.old {
		body = gbk(s)
		n = len(body)
	} else {
		var text []byte
		text, n = utf16le(s)
		body = cat([]byte{1}, text)
	}
	if size == 1 {
		return cat([]byte{byte(n)}, body)
	}
	return cat(u16(n), body)
}

func (w *biff) bound(s Sheet, i, at int) []byte {
	state := 0
	if s.Hidden {
		state = 1
	}
	return record(0x85, u32(at), []byte{byte(state), 0}, w.str(sheetName(s, i), 1))
}

func sheetName(s Sheet, i int) string {
	if s.Name != "" {
		return s.Name
	}
	return fmt.Sprintf("Sheet%d", i+1)
}

// look writes fonts, number formats and styles.
func (w *biff) look() []byte {
	var out []byte
	for _, struck := range []int{0, 8} {
		out = append(out, record(0x31, u16(200), u16(struck), u16(0x7fff), u16(400), make([]byte, 4), []byte{134, 0}, w.str("宋体", 1))...)
	}
	for i, f := range w.formats {
		size := 2
		if w.old {
			size = 1
		}
		out = append(out, record(0x41e, u16(164+i), w.str(f, size))...)
	}
	for _, st := range w.styles {
		size := 16
		if w.old {
			size = 12
		}
		out = append(out, record(0xe0, u16(st[0]), u16(st[1]), make([]byte, size))...)
	}
	return out
}

// style is the number of the style with this font and format.
func (w *biff) style(b box) int {
	want := [2]int{}
	if b.struck {
		want[0] = 1
	}
	if b.format != "" && b.format != "General" {
		i := slices.Index(w.formats, b.format)
		if i < 0 {
			i = len(w.formats)
			w.formats = append(w.formats, b.format)
		}
		want[1] = 164 + i
	}
	i := slices.Index(w.styles, want)
	if i < 0 {
		i = len(w.styles)
		w.styles = append(w.styles, want)
	}
	return i
}

// sst is the table of texts; a text begins in a CONTINUE where it does not fit.
func (w *biff) sst() []byte {
	const limit = 8224
	var out []byte
	kind, body := 0xfc, cat(u32(w.uses), u32(len(w.texts)))
	for _, t := range w.texts {
		s := w.entry(t)
		if len(body)+len(s) > limit {
			out, kind, body = append(out, record(kind, body)...), 0x3c, nil
		}
		body = append(body, s...)
	}
	return append(out, record(kind, body)...)
}

// entry is one text of the table; texts of runs are kept under a key of their
// own, behind a zero character.
func (w *biff) entry(t string) []byte {
	runs, ok := w.rich[t]
	if !ok {
		return w.str(t, 2)
	}
	var all string
	var marks []byte
	for _, r := range runs {
		_, at := utf16le(all)
		font := 0
		if r.Struck {
			font = 1
		}
		marks = append(marks, cat(u16(at), u16(font))...)
		all += r.Text
	}
	text, n := utf16le(all)
	return cat(u16(n), []byte{9}, u16(len(runs)), text, marks)
}

func (w *biff) text(s string) int {
	w.uses++
	i, ok := w.textAt[s]
	if !ok {
		i = len(w.texts)
		w.textAt[s], w.texts = i, append(w.texts, s)
	}
	return i
}

// sheet writes what stands between the BOF and EOF of a worksheet.
func (w *biff) sheet(s Sheet) []byte {
	var out []byte
	for c := range s.columns() {
		if s.Look.hidesCol(c) || s.Look.narrow(c) {
			width, bits := 2048, 1
			if s.Look.narrow(c) {
				width, bits = 0, 0
			}
			out = append(out, record(0x7d, u16(c), u16(c), u16(width), u16(0), u16(bits), u16(0))...)
		}
	}
	size := u32(len(s.Rows))
	if w.old {
		size = u16(len(s.Rows))
	}
	out = append(out, record(0x200, make([]byte, len(size)), size, u16(0), u16(s.columns()), u16(0))...)
	for r := range s.Rows {
		height, bits := 270, 0x100
		if s.Look.hidesRow(r) {
			bits |= 0x20
		}
		if slices.Contains(s.Look.Collapsed, r+1) {
			bits |= 1
		} else if slices.Contains(s.Look.Collapsed, r) {
			bits |= 0x10
		}
		if s.Look.flat(r) {
			height = 0
			bits |= 0x60
		}
		out = append(out, record(0x208, u16(r), u16(0), u16(s.columns()), u16(height), u32(0), u16(bits), u16(0x0f))...)
	}
	merges, n := []byte(nil), 0
	for _, row := range s.boxes() {
		for _, b := range row {
			out = append(out, w.cell(b)...)
			if b.w > 1 || b.h > 1 {
				merges = append(merges, cat(u16(b.row), u16(b.row+b.h-1), u16(b.col), u16(b.col+b.w-1))...)
				n++
			}
		}
	}
	out = append(out, record(0x23e, u16(0x6b6), make([]byte, map[bool]int{true: 8, false: 16}[w.old]))...)
	if n > 0 && !w.old {
		out = append(out, record(0xe5, u16(n), merges)...)
	}
	return out
}

func (w *biff) cell(b box) []byte {
	at := cat(u16(b.row), u16(b.col), u16(w.style(b)))
	if b.formula != "" {
		return w.formula(at, b)
	}
	if v, ok := b.number(); ok {
		return record(0x203, at, le.AppendUint64(nil, math.Float64bits(v)))
	}
	switch v := b.value.(type) {
	case string:
		if w.old {
			return record(0x204, at, w.str(v, 2))
		}
		if b.runs != nil {
			v = w.richKey(b.runs)
		}
		return record(0xfd, at, u32(w.text(v)))
	case bool:
		return record(0x205, at, []byte{map[bool]byte{true: 1}[v], 0})
	}
	return record(0x201, at)
}

func (w *biff) formula(at []byte, b box) []byte {
	value := []byte{2, 0, 0x17, 0, 0, 0, 0xff, 0xff} // #REF!
	if v, ok := b.number(); ok {
		value = le.AppendUint64(nil, math.Float64bits(v))
	}
	tokens := compile(b.formula, w.old)
	return record(0x06, at, value, u16(0), u32(0), u16(len(tokens)), tokens)
}

func (w *biff) richKey(r Rich) string {
	key := fmt.Sprintf("\x00%v", r)
	w.rich[key] = r
	return key
}

func gbk(s string) []byte {
	b, err := simplifiedchinese.GBK.NewEncoder().Bytes([]byte(s))
	must(err)
	return b
}

func inGBK(s string) bool {
	_, err := simplifiedchinese.GBK.NewEncoder().String(s)
	return err == nil
}
