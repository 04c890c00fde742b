package attach

import (
	"bytes"
	"encoding/base64"
	"fmt"
)

// transfer is the result of undoing a content transfer encoding.
type transfer struct {
	data   []byte
	code   DamageCode // "" when nothing was tolerated
	lost   bool       // bytes may be missing or wrong
	open   bool       // the encoding ended without its own end mark
	detail string
}

// b64Value maps a byte to its base64 value; 64 is padding, 65 white space,
// 66 anything else.
var b64Value = func() (t [256]byte) {
	for i := range t {
		t[i] = 66
	}
	const std = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
	for i := range len(std) {
		t[std[i]] = byte(i)
	}
	for _, c := range []byte(" \t\r\n\v\f") {
		t[c] = 65
	}
	t['='] = 64
	return t
}()

// decodeBase64 undoes base64 (RFC 2045 §6.8) and loses no byte that can be
// had: missing padding, a second padded block, inserted junk and a signature
// behind the data are tolerated. It reports a loss only when bytes of the data
// may be missing or wrong.
func decodeBase64(b []byte) transfer {
	if t, ok := base64Clean(b); ok {
		return t
	}
	if !startsBase64(b) {
		return transfer{data: b, code: DamageEncoding, lost: true, detail: "labelled base64 but is not"}
	}
	return base64ByLine(b)
}

// startsBase64 tells whether the first line that is not blank looks like data.
func startsBase64(b []byte) bool {
	for len(b) > 0 {
		line, rest := cutLine(b)
		line = bytes.TrimSpace(line)
		if len(line) > 0 {
			clean, foreign := countBase64(line)
			return foreign*8 < clean && !bytes.ContainsAny(line, " \t")
		}
		b = rest
	}
	return true
}

// base64Clean decodes data without foreign characters whose lines are regular.
func base64Clean(b []byte) (transfer, bool) {
	compact := make([]byte, 0, len(b))
	first, line, odd, pads := 0, 0, 0, 0
	for i := 0; i <= len(b); i++ {
		if i == len(b) || b[i] == '\n' {
			if line > 0 {
				switch {
				case first == 0:
					first = line
				case line%4 != 0 && line != first:
					odd += line
				case line == first && first%4 == 0 && odd%first != 0:
					return transfer{}, false // lines before have lost characters and were not just re-wrapped
				case line == first:
					odd = 0
				}
			}
			line = 0
			continue
		}
		switch v := b64Value[b[i]]; {
		case v < 64:
			if pads > 0 {
				return transfer{}, false
			}
			compact = append(compact, b[i])
			line++
		case v == 64:
			pads++
			line++
		case v == 66:
			return transfer{}, false
		}
	}
	t := transfer{}
	t.data = appendQuads(compact[:0], compact)
	switch rem := len(compact) % 4; {
	case rem == 1:
		t.code, t.lost, t.open, t.detail = DamageBase64Cut, true, true, "base64 ends inside a group"
	case rem > 1 && pads == 0:
		t.code, t.open, t.detail = DamageBase64Unpadded, true, "base64 ends without padding"
	}
	return t, true
}

// appendQuads decodes base64 characters without padding and appends the bytes
// to dst, which may share memory with chars. A single character left over is
// dropped.
func appendQuads(dst, chars []byte) []byte {
	n := len(chars)
	if n%4 == 1 {
		n--
	}
	need := base64.RawStdEncoding.DecodedLen(n)
	if cap(dst)-len(dst) < need {
		grown := make([]byte, len(dst), 2*len(dst)+need)
		copy(grown, dst)
		dst = grown
	}
	// The characters are of the alphabet, so decoding cannot fail.
	m, err := base64.RawStdEncoding.Decode(dst[len(dst):len(dst)+need], chars[:n])
	if err != nil {
		m = 0
	}
	return dst[:len(dst)+m]
}

// base64Word decodes the short base64 of an encoded word: everything outside
// the alphabet is skipped, padding ends a group.
func base64Word(b []byte) []byte {
	out, block := []byte{}, make([]byte, 0, len(b))
	for _, c := range b {
		switch v := b64Value[c]; {
		case v < 64:
			block = append(block, c)
		case v == 64:
			out = appendQuads(out, block)
			block = block[:0]
		}
	}
	return appendQuads(out, block)
}

// base64Lines decodes damaged base64 line by line.
type base64Lines struct {
	out, block []byte
	width      int // length of a full line
	lastFull   int // offset of the last full line
	ended      bool
	junk, lost bool
	trailer    bool
	detail     string
}

func base64ByLine(b []byte) transfer {
	d := &base64Lines{block: make([]byte, 0, len(b)), lastFull: -1}
	d.measure(b)
	for rest, off := b, 0; len(rest) > 0 && !d.trailer; {
		line, next := cutLine(rest)
		d.line(bytes.Trim(line, " \t\r\v\f"), off)
		off += len(rest) - len(next)
		rest = next
	}
	t := transfer{}
	if !d.ended {
		switch len(d.block) % 4 {
		case 1:
			d.lose("base64 ends inside a group")
		case 2, 3:
			t.open = true
		}
	}
	d.flush()
	t.data, t.lost, t.detail = d.out, d.lost, d.detail
	switch {
	case d.lost:
		t.code = DamageBase64Junk
	case d.junk:
		t.code = DamageBase64Junk
	case d.trailer:
		t.code, t.detail = DamageBase64Trailer, "text after the end of the base64 data"
	case t.open:
		t.code, t.detail = DamageBase64Unpadded, "base64 ends without padding"
	}
	return t
}

// measure finds the width of a full line and where the last such line is.
func (d *base64Lines) measure(b []byte) {
	for rest, off := b, 0; len(rest) > 0; {
		line, next := cutLine(rest)
		line = bytes.Trim(line, " \t\r\v\f")
		clean, foreign := countBase64(line)
		if foreign == 0 && clean > 0 {
			if d.width == 0 {
				d.width = clean
			}
			if clean == d.width {
				d.lastFull = off
			}
		}
		off += len(rest) - len(next)
		rest = next
	}
}

// countBase64 counts characters of the alphabet (padding included) and others.
func countBase64(line []byte) (clean, foreign int) {
	for _, c := range line {
		if b64Value[c] <= 64 {
			clean++
		} else {
			foreign++
		}
	}
	return clean, foreign
}

func (d *base64Lines) line(line []byte, off int) {
	clean, foreign := countBase64(line)
	switch {
	case clean+foreign == 0:
	case foreign == 0 && d.ended:
		if clean%4 == 0 && (clean >= 8 || line[len(line)-1] == '=') {
			d.ended = false // a second block: each was encoded for itself
			d.feed(line)
			return
		}
		d.trailer = true
	case foreign == 0:
		if d.width%4 == 0 && clean%4 != 0 && clean != d.width && off < d.lastFull && len(d.block)%4 == 0 {
			d.lose(fmt.Sprintf("a base64 line of %d characters among lines of %d", clean, d.width))
			d.feed(line[:len(line)-clean%4])
			return
		}
		d.feed(line)
	case d.ended:
		d.trailer = true
	default:
		d.mixed(line, clean, foreign, off)
	}
}

// mixed handles a line with foreign characters. They were set into the line
// (nothing lost), stand in place of data (lost; 'A' keeps the rest in step),
// are a whole foreign line, or are text behind the data.
func (d *base64Lines) mixed(line []byte, clean, foreign, off int) {
	switch {
	case clean == d.width:
		d.note("foreign characters inside base64 lines")
		d.feed(line)
	case clean+foreign == d.width:
		d.lose("foreign characters in place of base64 data")
		d.feed(bytes.Map(func(r rune) rune {
			if r < 256 && b64Value[byte(r)] <= 64 {
				return r
			}
			return 'A'
		}, asciiOnly(line)))
	case off < d.lastFull && bytes.IndexByte(line, 0) >= 0:
		d.lose("a base64 line with its end overwritten") // no text holds a NUL
	case off < d.lastFull:
		d.note("a foreign line inside base64 data")
	case bytes.ContainsAny(line, " \t") || clean < 9*foreign && len(line) > 12 || bytes.HasPrefix(line, []byte("--")) ||
		bytes.HasPrefix(line, []byte("__")) || clean == 0:
		d.trailer = true
	default:
		d.note("foreign characters inside base64 data")
		if foreign%4 == 0 {
			d.lose("foreign characters in the last base64 line")
		}
		d.feed(line)
	}
}

// asciiOnly replaces bytes above 0x7F, one by one, so that a line keeps its
// length in characters.
func asciiOnly(line []byte) []byte {
	out := bytes.Clone(line)
	for i, c := range out {
		if c >= 0x80 {
			out[i] = '!'
		}
	}
	return out
}

// feed takes the characters of the alphabet; padding ends a block.
func (d *base64Lines) feed(line []byte) {
	for _, c := range line {
		switch v := b64Value[c]; {
		case v < 64:
			d.block = append(d.block, c)
			d.ended = false
		case v == 64:
			if len(d.block)%4 == 1 {
				d.lose("base64 padding after an incomplete group")
			}
			d.flush()
			d.ended = true
		}
	}
}

func (d *base64Lines) flush() {
	d.out = appendQuads(d.out, d.block)
	d.block = d.block[:0]
}

func (d *base64Lines) note(detail string) {
	d.junk = true
	if d.detail == "" {
		d.detail = detail
	}
}

func (d *base64Lines) lose(detail string) {
	if !d.lost {
		d.detail = detail
	}
	d.lost = true
}

// cutLine cuts b after its first line feed.
func cutLine(b []byte) (line, rest []byte) {
	if i := bytes.IndexByte(b, '\n'); i >= 0 {
		return b[:i], b[i+1:]
	}
	return b, nil
}
