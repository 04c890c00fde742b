package value

import (
	"strings"
	"unicode"
)

// rtlOverride makes digits show in reverse: a number beside it is not what a
// reader sees.
const rtlOverride = '\u202e'

// Fold prepares a word for comparison: full-width forms become half-width,
// letters lower case; spaces, line breaks, invisible characters, punctuation
// and brackets (not their contents) go. Header words of rule book §2 are
// compared in this form.
func Fold(s string) string {
	var b strings.Builder
	for _, r := range s {
		r = narrow(r)
		if unicode.IsLetter(r) || unicode.IsNumber(r) || unicode.IsMark(r) && !isInvisible(r) {
			b.WriteRune(unicode.ToLower(r))
		} else if strings.ContainsRune("%+=<>~", r) {
			b.WriteRune(r)
		}
	}
	return b.String()
}

// Clean prepares a text for showing: invisible and control characters go,
// line breaks become "\n", and spaces at both ends are trimmed.
func Clean(s string) string {
	s = strings.ReplaceAll(strings.ReplaceAll(s, "\r\n", "\n"), "\r", "\n")
	s = strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t':
			return r
		case r == '\u2028' || r == '\u2029' || r == '\v' || r == '\u0085':
			return '\n'
		case isInvisible(r) || r == unicode.ReplacementChar:
			return -1
		}
		return r
	}, s)
	return strings.TrimSpace(s)
}

// isInvisible reports control and format characters, variation selectors and
// the fillers that show as nothing.
func isInvisible(r rune) bool {
	switch {
	case r == '\n' || r == '\r' || r == '\t' || r == '\u00ad':
		return false
	case r >= 0xFE00 && r <= 0xFE0F, r == 0x115F, r == 0x1160, r == 0x3164, r == 0xFFA0, r == 0x034F:
		return true
	}
	return unicode.Is(unicode.Cf, r) || unicode.Is(unicode.Cc, r) && !unicode.IsSpace(r)
}

// narrow maps one character to the plain form it stands for: full-width forms,
// presentation forms, the radicals that copying from a PDF leaves, and the
// many spellings of minus, wave and middle marks.
func narrow(r rune) rune {
	switch {
	case r >= 0xFF01 && r <= 0xFF5E:
		return r - 0xFEE0
	case r >= 0xFE50 && r <= 0xFE6B:
		return smallForm(r)
	}
	if n, ok := narrowed[r]; ok {
		return n
	}
	return r
}

// narrowed holds the single characters that narrow maps; the radicals are
// those of words this package compares.
var narrowed = map[rune]rune{
	'−': '-', '\u00ad': '-', '～': '~', '〜': '~', '∼': '~', '︰': ':', '∶': ':',
	'【': '[', '】': ']', '〔': '(', '〕': ')', '〖': '[', '〗': ']', '｟': '(', '｠': ')',
	'｡': '。', '､': '、', '━': '─',
	0x2F00: '一', 0x2F06: '二', 0x2F0B: '八', 0x2F17: '十', 0x2F08: '人', 0x2F49: '月', 0x2F47: '日',
	0x2F46: '无', 0x2F84: '至', 0x2F2F: '工', 0x2F3E: '户', 0x2F7C: '老', 0x2F65: '生',
}

// smallForm maps the small form variants U+FE50 to U+FE6B.
func smallForm(r rune) rune {
	const forms = ",、. ;:?!—(){}[]#&*+-<>= \\$%@"
	i := int(r - 0xFE50)
	for _, f := range forms {
		if i == 0 {
			return f
		}
		i--
	}
	return r
}

// plain is a text in the form this package reads it: narrowed, invisible
// characters gone, every kind of space one ' ', every line break one '\n', and
// nothing at both ends. An invisible character between two digits becomes a
// space: nothing may join what a writer may have kept apart.
type plain struct {
	rs  []rune
	at  []int // byte offset in the source of each rune, and its end at last
	src string
	// reversed says that a right-to-left override stands in the source.
	reversed bool
	// broken says that a character stands there that nobody types and no
	// program shows: a control character, or the mark of one that was lost. A
	// digit may have stood in its place.
	broken bool
}

func newPlain(s string) plain {
	p := plain{src: s}
	gap := false // invisible characters since the last rune
	for i, r := range s {
		r = spaceOf(narrow(r))
		if r == rtlOverride {
			p.reversed = true
		}
		if r == unicode.ReplacementChar || unicode.Is(unicode.Cc, r) && isInvisible(r) {
			p.broken = true
		}
		if isInvisible(r) {
			gap = true
			continue
		}
		if n := len(p.rs); gap && n > 0 && figureRune(p.rs[n-1]) && figureRune(r) {
			p.rs, p.at = append(p.rs, ' '), append(p.at, i)
		}
		gap = false
		p.rs, p.at = append(p.rs, r), append(p.at, i)
	}
	p.at = append(p.at, len(s))
	return p.trim()
}

func (p plain) trim() plain {
	for len(p.rs) > 0 && isBlank(p.rs[0]) {
		p.rs, p.at = p.rs[1:], p.at[1:]
	}
	for n := len(p.rs); n > 0 && isBlank(p.rs[n-1]); n-- {
		p.rs, p.at = p.rs[:n-1], p.at[:n]
	}
	return p
}

// source returns the source text of the runes i to j.
func (p plain) source(i, j int) string {
	if i >= j {
		return ""
	}
	return Clean(p.src[p.at[i]:p.at[j]])
}

func (p plain) String() string { return string(p.rs) }

func spaceOf(r rune) rune {
	switch {
	case r == '\n' || r == '\r' || r == '\v' || r == '\f' || r == '\u0085' || r == '\u2028' || r == '\u2029':
		return '\n'
	case unicode.IsSpace(r) || r == '\u2800':
		return ' '
	}
	return r
}

func isBlank(r rune) bool { return r == ' ' || r == '\n' }

func isDigit(r rune) bool { return r >= '0' && r <= '9' }

func isHan(r rune) bool { return unicode.Is(unicode.Han, r) }

// figureRune reports the characters numbers are made of.
func figureRune(r rune) bool {
	return isDigit(r) || r == '.' || r == ',' || numeralRune(r)
}

// isDash reports the characters that are written as a dash for "nothing
// stated" (rule book §2), the slash apart.
func isDash(r rune) bool {
	switch r {
	case '-', '‐', '‑', '‒', '–', '—', '―', '─', '━', 'ー', '⸺', '⸻', '﹣':
		return true
	}
	return false
}
