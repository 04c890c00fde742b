package messy

import (
	"encoding/binary"
	"strings"
	"unicode/utf16"

	"golang.org/x/text/encoding/simplifiedchinese"
)

// encodings are the ways in which a text is written to a file.
var encodings = map[string]func(s string) []byte{
	"UTF-8":        func(s string) []byte { return []byte(s) },
	"UTF-8 marked": func(s string) []byte { return []byte("\ufeff" + s) },
	"GB18030": func(s string) []byte {
		b, err := simplifiedchinese.GB18030.NewEncoder().Bytes([]byte(s))
		must(err)
		return b
	},
	"UTF-16LE": func(s string) []byte { return encode16(s, binary.LittleEndian) },
	"UTF-16BE": func(s string) []byte { return encode16(s, binary.BigEndian) },
}

func encode16(s string, order binary.AppendByteOrder) []byte {
	out := order.AppendUint16(nil, 0xfeff)
	for _, u := range utf16.Encode([]rune(s)) {
		out = order.AppendUint16(out, u)
	}
	return out
}

// writeText writes the one sheet with its cells parted by sep, quoted where
// RFC 4180 asks for it. Cells that a merge covers are empty, as programs that
// export to this kind leave them.
func writeText(book []Sheet, sep, encoding string) []byte {
	s := trimmed(book)[0]
	var b strings.Builder
	for r, row := range s.boxes() {
		at := 0
		for _, x := range row {
			for ; at < x.col; at++ {
				b.WriteString(sep)
			}
			t := x.text()
			if strings.ContainsAny(t, sep+"\"\r\n") {
				t = `"` + strings.ReplaceAll(t, `"`, `""`) + `"`
			}
			b.WriteString(t)
		}
		for ; at < len(s.Rows[r])-1; at++ {
			b.WriteString(sep)
		}
		for range s.columns() - max(len(s.Rows[r]), 1) {
			b.WriteString(sep)
		}
		b.WriteString("\r\n")
	}
	return encodings[encoding](b.String())
}
