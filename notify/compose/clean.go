package compose

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// The longest texts of others that a mail repeats, in characters. What is
// longer is cut and the cut is stated.
const (
	maxName    = 80  // file names, sheet names, subjects
	maxValue   = 60  // cell values, arguments of findings
	maxSubject = 120 // a whole subject line of ours
)

// Clean makes a text of others harmless: one line, valid UTF-8, without
// control, bidirectional and invisible characters, spaces run together.
func Clean(s string) string {
	s = strings.ToValidUTF8(s, string(utf8.RuneError))
	var b strings.Builder
	space := false
	for _, r := range s {
		switch {
		case unicode.IsSpace(r), unicode.IsControl(r), r == '\u2028', r == '\u2029':
			space = true
		case invisible(r):
		default:
			if space && b.Len() > 0 {
				b.WriteByte(' ')
			}
			space = false
			b.WriteRune(r)
		}
	}
	return b.String()
}

// invisible reports format characters (zero width, bidirectional, tags), the
// variation selectors, the fillers that show as nothing, and noncharacters.
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

// messageID returns an identifier that is safe to print in a header, with its
// angle brackets, and "" for anything else (RFC 5322 §3.6.4).
func messageID(s string) string {
	s = strings.TrimSpace(s)
	if len(s) < 3 || len(s) > 900 || s[0] != '<' || s[len(s)-1] != '>' {
		return ""
	}
	for _, r := range s[1 : len(s)-1] {
		if r <= ' ' || r >= 0x7f || r == '<' || r == '>' {
			return ""
		}
	}
	return s
}

// width returns how many columns a text takes where Han characters take two.
func width(s string) int {
	n := 0
	for _, r := range s {
		n++
		if wide(r) {
			n++
		}
	}
	return n
}

// wide reports East Asian wide and full-width characters (UAX #11, W and F),
// in the blocks that occur in Chinese text.
func wide(r rune) bool {
	switch {
	case r < 0x1100:
		return false
	case r <= 0x115f, r >= 0x2e80 && r <= 0xa4cf, r >= 0xac00 && r <= 0xd7a3,
		r >= 0xf900 && r <= 0xfaff, r >= 0xfe30 && r <= 0xfe6f,
		r >= 0xff00 && r <= 0xff60, r >= 0xffe0 && r <= 0xffe6,
		r >= 0x1f300 && r <= 0x1faff, r >= 0x20000 && r <= 0x3fffd:
		return true
	}
	return false
}
