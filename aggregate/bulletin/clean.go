package bulletin

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// guard stands before a text from outside that would else begin with a mark.
// It cannot occur in a text from outside, nor in a template, and is not
// printed.
const guard = '\x02'

// tableMark is what {{表格}} leaves in the text; likewise.
const tableMark = "\x01"

// clean makes a text from outside harmless: one line of valid UTF-8 without
// control, bidirectional, and invisible characters, spaces run
// together. The visible characters stay as they are.
func clean(s string) string {
	s = strings.ToValidUTF8(s, string(utf8.RuneError))
	var b strings.Builder
	space := false
	for _, r := range s {
		switch {
		case unicode.IsSpace(r), unicode.IsControl(r), r == '\u2028', r == '\u2029':
			space = true
			continue
		case invisible(r):
			continue
		}
		if space && b.Len() > 0 {
			b.WriteByte(' ')
		}
		space = false
		b.WriteRune(r)
	}
	return b.String()
}

// outside is clean for a value that a template prints: where it would begin
// with a mark it is guarded.
func outside(s string) string {
	s = clean(s)
	if s == "" {
		return ""
	}
	if strings.ContainsRune("#【/{", []rune(s)[0]) {
		return string(guard) + s
	}
	return s
}

// invisible reports format characters (zero width, bidirectional, tags), the
// variation selectors, fillers that show as nothing, noncharacters and what
// XML 1.0 does not take.
func invisible(r rune) bool {
	switch {
	case unicode.Is(unicode.Cf, r), unicode.Is(unicode.Variation_Selector, r):
		return true
	case r == '\u115f', r == '\u1160', r == '\u3164', r == '\uffa0', r == '\u034f':
		return true
	case unicode.Is(unicode.Noncharacter_Code_Point, r):
		return true
	}
	return false
}

// width is how many Han characters wide s is, as type is set: what is not wide
// takes half.
func width(s string) float64 {
	n := 0.0
	for _, r := range s {
		if r < 0x1100 {
			n += 0.5
			continue
		}
		n++
	}
	return n
}
