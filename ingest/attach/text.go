package attach

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxNameRunes caps a display name; longer names keep their ending.
const maxNameRunes = 200

// invisible tells whether r only steers the display: bidirectional controls
// (which let "slx.exe" read as "exe.xls"), zero-width characters and marks.
func invisible(r rune) bool {
	switch {
	case r >= 0x200B && r <= 0x200F, r >= 0x202A && r <= 0x202E, r >= 0x2060 && r <= 0x2069:
		return true
	case r == 0x061C, r == 0xFEFF, r == 0x00AD, r == 0x180E:
		return true
	case r >= 0xFFF9 && r <= 0xFFFB, r >= 0xE0000 && r <= 0xE007F:
		return true
	}
	return false
}

// cleanLine makes decoded text safe as one line: line breaks and tabs become
// spaces; other controls and invisible characters go.
func cleanLine(s string) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\r' || r == '\t' || r == 0x2028 || r == 0x2029 || r == 0x85:
			return ' '
		case unicode.IsControl(r) || invisible(r):
			return -1
		}
		return r
	}, s)
	return strings.TrimSpace(s)
}

// cleanName makes a display name of what a sender called a file: the last
// element of a path, one line, capped. It may be empty.
func cleanName(s string) string {
	s = cleanLine(s)
	if i := strings.LastIndexAny(s, `/\`); i >= 0 {
		s = s[i+1:]
	}
	s = strings.Trim(s, " \u3000")
	if s == "." || s == ".." {
		return ""
	}
	return capName(s)
}

func capName(s string) string {
	if utf8.RuneCountInString(s) <= maxNameRunes {
		return s
	}
	r := []rune(s)
	ext := ""
	if i := strings.LastIndexByte(s, '.'); i >= 0 && utf8.RuneCountInString(s[i:]) <= 10 {
		ext = s[i:]
	}
	keep := maxNameRunes - utf8.RuneCountInString(ext)
	return string(r[:keep]) + ext
}

// capRunes shortens s to n runes.
func capRunes(s string, n int) string {
	for i := range s {
		if n == 0 {
			return s[:i]
		}
		n--
	}
	return s
}

// normalizeBreaks turns CR CR LF, CR LF and CR into LF and drops NUL.
func normalizeBreaks(s string) string {
	if !strings.ContainsAny(s, "\r\x00") {
		return s
	}
	var sb strings.Builder
	sb.Grow(len(s))
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case 0:
		case '\r':
			for i+1 < len(s) && s[i+1] == '\r' {
				i++
			}
			if i+1 < len(s) && s[i+1] == '\n' {
				i++
			}
			sb.WriteByte('\n')
		default:
			sb.WriteByte(s[i])
		}
	}
	return sb.String()
}
