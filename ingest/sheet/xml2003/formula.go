package xml2003

import (
	"strconv"
	"strings"

	"taizhang/ingest/sheet/formula"
	"taizhang/ledger"
)

// unreadable begins a formula that could not be turned into the notation of
// A1: nothing evaluates it.
const unreadable = "R1C1:"

// inA1 turns a formula in the notation R1C1, as this format has it, into that
// of A1, without "=". at is the cell it stands in. A formula with whole rows
// or columns, or a reference beyond the sheet, is left as it is behind a mark.
func inA1(text string, at ledger.Ref) string {
	text, ok := strings.CutPrefix(text, "=")
	if !ok {
		return unreadable + text
	}
	var out strings.Builder
	for i := 0; i < len(text); {
		switch c := text[i]; {
		case c == '"' || c == '\'':
			n := strings.IndexByte(text[i+1:], c)
			if n < 0 {
				return unreadable + text
			}
			out.WriteString(text[i : i+n+2])
			i += n + 2
		case isWord(c):
			ref, n, ok := reference(text[i:], at)
			if !ok {
				return unreadable + text
			}
			out.WriteString(ref)
			i += n
		default:
			out.WriteByte(c)
			i++
		}
	}
	return out.String()
}

func isWord(c byte) bool {
	return c == '_' || c == '.' || c >= 0x80 || '0' <= c && c <= '9' || 'a' <= c|0x20 && c|0x20 <= 'z'
}

// reference reads the word at the start of s: a cell, or something else, which
// is given back as it stands. It reports false for a reference that A1 cannot
// say here.
func reference(s string, at ledger.Ref) (out string, length int, ok bool) {
	row, n, isRow := part(s, 'R', at.Row)
	if isRow {
		col, m, isCol := part(s[n:], 'C', at.Col)
		if isCol && (n+m == len(s) || !isWord(s[n+m]) && s[n+m] != '(') {
			if row.at < 0 || row.at >= formula.MaxRows || col.at < 0 || col.at >= formula.MaxCols {
				return "", 0, false
			}
			return col.mark + ledger.ColumnName(col.at) + row.mark + strconv.Itoa(row.at+1), n + m, true
		}
	}
	for length < len(s) && isWord(s[length]) {
		length++
	}
	word := s[:length]
	if _, isA1 := formula.ParseRef(word); isA1 || wholeLine(word) {
		// R1 and C5 are a row and a column here, cells in A1.
		if length == len(s) || s[length] != '(' && s[length] != '!' {
			return "", 0, false
		}
	}
	return word, length, true
}

// wholeLine reports whether the word is R or C, the whole row or column.
func wholeLine(word string) bool { return strings.EqualFold(word, "R") || strings.EqualFold(word, "C") }

type axis struct {
	at   int
	mark string // "$" when it is absolute
}

// part reads R, R5 or R[-2] at the start of s, or the same with C.
func part(s string, letter byte, here int) (a axis, length int, ok bool) {
	if s == "" || s[0]&^0x20 != letter {
		return a, 0, false
	}
	length = 1
	if strings.HasPrefix(s[1:], "[") {
		n := strings.IndexByte(s, ']')
		if n < 0 {
			return a, 0, false
		}
		v, err := strconv.Atoi(s[2:n])
		return axis{here + v, ""}, n + 1, err == nil
	}
	for length < len(s) && '0' <= s[length] && s[length] <= '9' {
		length++
	}
	digits := s[1:length]
	if digits == "" {
		return axis{here, ""}, 1, true
	}
	v, err := strconv.Atoi(digits)
	return axis{v - 1, "$"}, length, err == nil
}
