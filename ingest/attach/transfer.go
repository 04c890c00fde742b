package attach

import (
	"bytes"
	"fmt"
	"strings"
)

// transferEncoding normalises the value of Content-Transfer-Encoding: case,
// quotes, parameters and misspellings.
func transferEncoding(v string) string {
	v = strings.ToLower(strings.TrimSpace(v))
	v = strings.Trim(v, `"' `)
	if i := strings.IndexAny(v, ";,("); i >= 0 {
		v = v[:i]
	}
	v = strings.Trim(v, "\"' \t.")
	switch strings.NewReplacer("-", "", "_", "", " ", "", "/", "").Replace(v) {
	case "", "7bit", "8bit", "binary", "7bits", "8bits", "bit7", "bit8", "none", "utf8", "usascii", "text", "plain":
		return "identity"
	case "base64", "b64", "xbase64":
		return "base64"
	case "quotedprintable", "qp", "quotedprint", "quotedprintible":
		return "quoted-printable"
	case "uuencode", "xuuencode", "uue", "xuue", "uuencoded":
		return "uuencode"
	}
	return v
}

// undoTransfer undoes a transfer encoding as normalised by transferEncoding.
func undoTransfer(b []byte, enc string) transfer {
	switch enc {
	case "identity":
		return transfer{data: b}
	case "base64":
		return decodeBase64(b)
	case "quoted-printable":
		return decodeQuoted(b)
	case "uuencode":
		if blk, ok := nextUU(b); ok {
			return blk.transfer
		}
		return transfer{data: b, code: DamageUU, lost: true, detail: "no uuencoded data found"}
	}
	return transfer{
		data: b, code: DamageEncoding, lost: true,
		detail: fmt.Sprintf("unknown transfer encoding %q", capRunes(cleanLine(enc), 40)),
	}
}

// decodeQuoted undoes quoted-printable (RFC 2045 §6.7). A wrong escape stays
// as it stands.
func decodeQuoted(b []byte) transfer {
	out := make([]byte, 0, len(b))
	bad := 0
	for len(b) > 0 {
		line, rest := cutLine(b)
		hadBreak := len(line) < len(b)
		text := bytes.TrimRight(line, " \t\r")
		brk := line[len(bytes.TrimRight(line, "\r")):]
		soft := false
		if n := len(text); n > 0 && text[n-1] == '=' {
			text, soft = text[:n-1], true
		}
		for i := 0; i < len(text); i++ {
			switch c := text[i]; {
			case c != '=':
				out = append(out, c)
			case i+2 < len(text) && isHex(text[i+1]) && isHex(text[i+2]):
				out = append(out, unhex(text[i+1])<<4|unhex(text[i+2]))
				i += 2
			default:
				bad++
				out = append(out, c)
			}
		}
		if hadBreak && !soft {
			out = append(append(out, brk...), '\n')
		}
		b = rest
	}
	t := transfer{data: out}
	if bad > 0 {
		t.code, t.detail = DamageQuoted, fmt.Sprintf("%d wrong quoted-printable escapes", bad)
	}
	return t
}

// uuBlock is one uuencoded file found in a text.
type uuBlock struct {
	transfer
	name       string
	start, end int // where it stands in the text
}

// nextUU finds the first uuencoded block in b.
func nextUU(b []byte) (uuBlock, bool) {
	for off := 0; off < len(b); {
		if off > 0 || !bytes.HasPrefix(b, []byte("begin ")) {
			i := bytes.Index(b[off:], []byte("\nbegin "))
			if i < 0 {
				return uuBlock{}, false
			}
			off += i + 1
		}
		line, _ := cutLine(b[off:])
		name, ok := uuBegin(line)
		body := off + len(line) + 1
		if !ok || body >= len(b) || !uuDataLine(b[body:], 8) {
			off += len("begin ")
			continue
		}
		blk := uuBlock{name: name, start: off}
		blk.transfer, blk.end = decodeUU(b, body)
		return blk, true
	}
	return uuBlock{}, false
}

// uuBegin reads a line "begin 644 name".
func uuBegin(line []byte) (string, bool) {
	f := strings.TrimRight(strings.TrimPrefix(string(line[:min(len(line), 1000)]), "begin "), "\r")
	mode, name, ok := strings.Cut(f, " ")
	if !ok || len(mode) < 3 || len(mode) > 4 || strings.Trim(mode, "01234567") != "" {
		return "", false
	}
	return name, strings.TrimSpace(name) != ""
}

// uuDataLine tells whether b starts with a line of uuencoded data (or an
// end), which tells a block from a sentence that starts with "begin". A line
// may be shorter than it says by the spaces that were cut at its end.
func uuDataLine(b []byte, cut int) bool {
	line, _ := cutLine(b)
	line = bytes.TrimRight(line, "\r")
	if len(line) == 0 || line[0] == '`' || string(line) == "end" {
		return true
	}
	n := int(line[0]-' ') & 63
	want := (n + 2) / 3 * 4
	return line[0] > ' ' && line[0] < 'a' && len(line)-1 <= want+2 && len(line)-1 >= want-cut
}

// decodeUU decodes the lines from body on; end is behind the "end" line.
func decodeUU(b []byte, body int) (t transfer, end int) {
	out := []byte{}
	for off := body; off < len(b); {
		line, rest := cutLine(b[off:])
		next := len(b) - len(rest)
		line = bytes.TrimRight(line, "\r")
		off = next
		if string(bytes.TrimSpace(line)) == "end" {
			return transfer{data: out, code: t.code, lost: t.lost, detail: t.detail}, next
		}
		if len(line) == 0 || line[0] == '`' || line[0] == ' ' {
			continue
		}
		if !uuDataLine(line, 64) {
			t.code, t.lost, t.detail = DamageUU, true, "a line that is not uuencoded data"
			continue
		}
		out = appendUULine(out, line)
	}
	return transfer{data: out, code: DamageUU, lost: true, open: true, detail: "uuencoded data without its end"}, len(b)
}

// appendUULine decodes one line. Spaces cut at its end count as zero.
func appendUULine(out, line []byte) []byte {
	n := int(line[0]-' ') & 63
	at := func(i int) byte {
		if i >= len(line) {
			return 0
		}
		return (line[i] - ' ') & 63
	}
	for i := 1; n > 0; i, n = i+4, n-3 {
		a, b, c, d := at(i), at(i+1), at(i+2), at(i+3)
		group := [3]byte{a<<2 | b>>4, b<<4 | c>>2, c<<6 | d}
		out = append(out, group[:min(n, 3)]...)
	}
	return out
}
