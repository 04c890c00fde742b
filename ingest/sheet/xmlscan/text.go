package xmlscan

import (
	"bytes"
	"unicode/utf8"

	"taizhang/ingest/sheet/strict"
)

// maxEntity bounds the bytes of a reference, "&" and ";" included. Leading
// zeros are allowed, within reason.
const maxEntity = 32

// text reads a piece of character data at pos, up to the next markup or as far
// as the buffer reaches. It gives no token for white space outside the root.
func (s *Scanner) text() (Kind, error) {
	b := s.buf[s.pos:s.valid]
	n := bytes.IndexByte(b, '<')
	whole := n >= 0
	if !whole {
		n = len(b)
	}
	n = s.complete(b[:n], whole)
	if n == 0 {
		ok, err := s.more()
		if err == nil && !ok {
			err = strict.Damaged(strict.Cut, "document ends within a reference")
		}
		return 0, err
	}
	b = b[:n]
	s.pos += n
	if len(s.open) == 0 {
		if len(bytes.TrimLeft(b, " \t\r\n")) != 0 {
			return 0, bad("text outside the root element")
		}
		return 0, nil
	}
	if bytes.IndexByte(b, '&') < 0 && bytes.IndexByte(b, '\r') < 0 {
		s.Data = b
		return Text, nil
	}
	var err error
	s.scratch, err = unescape(s.scratch[:0], b)
	s.Data = s.scratch
	return Text, err
}

// complete returns how much of the piece b can be given without splitting a
// reference or a line end; whole says that markup follows it.
func (s *Scanner) complete(b []byte, whole bool) int {
	if whole || s.srcErr != nil {
		return len(b)
	}
	n := len(b)
	if i := bytes.LastIndexByte(b[max(0, n-maxEntity):], '&'); i >= 0 {
		i += max(0, n-maxEntity)
		if bytes.IndexByte(b[i:], ';') < 0 {
			n = i
		}
	}
	if n > 0 && b[n-1] == '\r' {
		n--
	}
	return n
}

// cdata reads a piece of a CDATA section. It returns no kind at its end.
func (s *Scanner) cdata() (Kind, error) {
	b := s.buf[s.pos:s.valid]
	n := bytes.Index(b, []byte("]]>"))
	if n == 0 {
		s.pos += 3
		s.inData = false
		return 0, nil
	}
	if n < 0 {
		// Keep what may be the beginning of the end, and of a line end.
		if n = len(b) - 3; n <= 0 {
			ok, err := s.more()
			if err == nil && !ok {
				err = strict.Damaged(strict.Cut, "document ends within CDATA")
			}
			return 0, err
		}
		for n > 1 && b[n-1] == '\r' {
			n--
		}
		for n > 1 && !utf8.RuneStart(b[n]) {
			n--
		}
	}
	s.pos += n
	s.Data = b[:n]
	if bytes.IndexByte(s.Data, '\r') >= 0 {
		s.scratch = newlines(s.scratch[:0], s.Data)
		s.Data = s.scratch
	}
	return Text, nil
}

// newlines appends b with its line ends normalised (XML 1.0 §2.11).
func newlines(dst, b []byte) []byte {
	for i, c := range b {
		switch {
		case c != '\r':
			dst = append(dst, c)
		case i+1 == len(b) || b[i+1] != '\n':
			dst = append(dst, '\n')
		}
	}
	return dst
}

// unescape appends b with references replaced and line ends normalised.
func unescape(dst, b []byte) ([]byte, error) {
	for {
		i := bytes.IndexByte(b, '&')
		if i < 0 {
			return newlines(dst, b), nil
		}
		dst = newlines(dst, b[:i])
		b = b[i:]
		n := bytes.IndexByte(b[:min(len(b), maxEntity)], ';')
		if n < 0 {
			return dst, bad("'&' without a reference")
		}
		var err error
		if dst, err = reference(dst, b[1:n]); err != nil {
			return dst, err
		}
		b = b[n+1:]
	}
}

func reference(dst, name []byte) ([]byte, error) {
	switch string(name) {
	case "lt":
		return append(dst, '<'), nil
	case "gt":
		return append(dst, '>'), nil
	case "amp":
		return append(dst, '&'), nil
	case "quot":
		return append(dst, '"'), nil
	case "apos":
		return append(dst, '\''), nil
	}
	if len(name) < 2 || name[0] != '#' {
		return dst, bad("unknown entity")
	}
	digits, base := name[1:], rune(10)
	if digits[0] == 'x' {
		digits, base = digits[1:], 16
	}
	r, ok := codePoint(digits, base)
	if !ok {
		return dst, bad("character reference to no character")
	}
	return utf8.AppendRune(dst, r), nil
}

// codePoint reads the number of a character that XML allows.
func codePoint(digits []byte, base rune) (rune, bool) {
	if len(digits) == 0 {
		return 0, false
	}
	var r rune
	for _, c := range digits {
		d := digit(c)
		if d < 0 || d >= base {
			return 0, false
		}
		if r = r*base + d; r > utf8.MaxRune {
			return 0, false
		}
	}
	if r < 0x20 && r != '\t' && r != '\n' && r != '\r' || r == 0xfffe || r == 0xffff {
		return 0, false
	}
	return r, utf8.ValidRune(r)
}

func digit(c byte) rune {
	switch {
	case '0' <= c && c <= '9':
		return rune(c - '0')
	case 'a' <= c && c <= 'f':
		return rune(c-'a') + 10
	case 'A' <= c && c <= 'F':
		return rune(c-'A') + 10
	}
	return -1
}
