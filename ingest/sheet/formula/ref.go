package formula

import (
	"strconv"
	"strings"

	"taizhang/ledger"
)

// The bounds of a sheet, as Excel has them since 2007.
const (
	MaxRows = 1 << 20
	MaxCols = 1 << 14
)

// ref is a cell reference with its two dollar signs.
type ref struct {
	ledger.Ref
	fixedCol, fixedRow bool
}

// ParseRef reads the name of a cell without dollar signs, such as AB12. It
// reports false for a name that is none, or lies outside the bounds.
func ParseRef[T string | []byte](name T) (ledger.Ref, bool) {
	col, i := 0, 0
	for ; i < len(name) && isLetter(name[i]); i++ {
		if col = col*26 + int(name[i]|0x20-'a') + 1; col > MaxCols {
			return ledger.Ref{}, false
		}
	}
	row, digits := 0, i
	for ; i < len(name) && isDigit(name[i]); i++ {
		if row = row*10 + int(name[i]-'0'); row > MaxRows {
			return ledger.Ref{}, false
		}
	}
	if digits == 0 || i < len(name) || row == 0 || name[digits] == '0' {
		return ledger.Ref{}, false
	}
	return ledger.Ref{Row: row - 1, Col: col - 1}, true
}

// ParseRange reads A1:B2, or a single cell. The corners may stand in any
// order.
func ParseRange(name string) (ledger.Range, bool) {
	first, second, two := strings.Cut(name, ":")
	a, ok := ParseRef(first)
	if !ok {
		return ledger.Range{}, false
	}
	b := a
	if two {
		if b, ok = ParseRef(second); !ok {
			return ledger.Range{}, false
		}
	}
	return span2(a, b), true
}

func span2(a, b ledger.Ref) ledger.Range {
	return ledger.Range{
		First: ledger.Ref{Row: min(a.Row, b.Row), Col: min(a.Col, b.Col)},
		Last:  ledger.Ref{Row: max(a.Row, b.Row), Col: max(a.Col, b.Col)},
	}
}

func parseCell(s string) (ref, bool) {
	var r ref
	s, r.fixedCol = strings.CutPrefix(s, "$")
	if i := strings.IndexByte(s, '$'); i > 0 {
		r.fixedRow = true
		if i+1 == len(s) || !isDigit(s[i+1]) || isDigit(s[i-1]) {
			return r, false
		}
		s = s[:i] + s[i+1:]
	}
	var ok bool
	r.Ref, ok = ParseRef(s)
	return r, ok
}

// Shift returns the formula as it reads when its cell is copied by so many
// rows and columns: references without a dollar sign move, those that leave
// the sheet become #REF!.
func Shift(formula string, rows, cols int) string {
	return string(AppendShifted(nil, Lex(formula), rows, cols))
}

// AppendShifted appends to dst what Shift gives for the tokens' formula. It
// serves callers that shift one formula many times.
func AppendShifted(dst []byte, ts []Token, rows, cols int) []byte {
	for _, t := range ts {
		switch t.Kind {
		case Cell:
			dst = appendCell(dst, t.Text, rows, cols)
		case Column:
			dst = appendColumn(dst, t.Text, cols)
		case Row:
			dst = appendRow(dst, t.Text, rows)
		default:
			dst = append(dst, t.Text...)
		}
	}
	return dst
}

const lost = "#REF!"

func appendCell(dst []byte, s string, rows, cols int) []byte {
	r, _ := parseCell(s)
	if !r.fixedCol {
		r.Col += cols
	}
	if !r.fixedRow {
		r.Row += rows
	}
	if r.Row < 0 || r.Row >= MaxRows || r.Col < 0 || r.Col >= MaxCols {
		return append(dst, lost...)
	}
	if r.fixedCol {
		dst = append(dst, '$')
	}
	dst = appendLetters(dst, r.Col)
	if r.fixedRow {
		dst = append(dst, '$')
	}
	return strconv.AppendInt(dst, int64(r.Row)+1, 10)
}

// appendLetters appends what ledger.ColumnName gives, without a string of it.
func appendLetters(dst []byte, col int) []byte {
	if col >= 26 {
		dst = appendLetters(dst, col/26-1)
	}
	return append(dst, byte('A'+col%26))
}

func appendColumn(dst []byte, s string, cols int) []byte {
	r, ok := ParseRef(s + "1")
	if !ok { // it has a dollar sign
		return append(dst, s...)
	}
	if r.Col += cols; r.Col < 0 || r.Col >= MaxCols {
		return append(dst, lost...)
	}
	return appendLetters(dst, r.Col)
}

func appendRow(dst []byte, s string, rows int) []byte {
	n, err := strconv.Atoi(s)
	if err != nil { // it has a dollar sign
		return append(dst, s...)
	}
	if n += rows; n < 1 || n > MaxRows {
		return append(dst, lost...)
	}
	return strconv.AppendInt(dst, int64(n), 10)
}

// Area is a block of cells that a formula refers to. Sheet is "" for the sheet
// of the formula itself.
type Area struct {
	Sheet string
	ledger.Range
}

// Areas lists the cells and ranges that the tokens refer to. It reports false
// when they refer to something that it cannot name: a whole column or row, a
// name, a table, another workbook, a lost reference, or the intersection,
// union or spill of others. TRUE and FALSE are no names in this sense.
func Areas(ts []Token) ([]Area, bool) {
	var out []Area
	sheet := ""
	for i := 0; i < len(ts); i++ {
		t := ts[i]
		switch t.Kind {
		case Column, Row, Bracketed, Failed:
			return nil, false
		case Name:
			if u := strings.ToUpper(t.Text); u != "TRUE" && u != "FALSE" {
				return nil, false
			}
		case Operator:
			if strings.Contains("{}@#!:|", t.Text) {
				return nil, false
			}
		case Sheet:
			if i+1 == len(ts) || ts[i+1].Kind != Cell {
				return nil, false
			}
			sheet = SheetName(t.Text)
		case Cell:
			a, n := area(ts[i:])
			if n == 0 || !apart(ts[i+n:]) {
				return nil, false
			}
			out = append(out, Area{sheet, a})
			sheet = ""
			i += n - 1
		}
	}
	return out, true
}

// area reads the cell or range at the start of ts and returns how many tokens
// it took, 0 when the range is none.
func area(ts []Token) (ledger.Range, int) {
	a, _ := parseCell(ts[0].Text)
	if len(ts) < 2 || ts[1].Text != ":" {
		return ledger.Range{First: a.Ref, Last: a.Ref}, 1
	}
	if len(ts) < 3 || ts[2].Kind != Cell {
		return ledger.Range{}, 0
	}
	b, _ := parseCell(ts[2].Text)
	return span2(a.Ref, b.Ref), 3
}

// apart reports whether what follows a reference is not joined to it by a
// space (the intersection operator) or a further colon.
func apart(ts []Token) bool {
	for len(ts) > 0 && ts[0].Kind == Space {
		ts = ts[1:]
	}
	return len(ts) == 0 || ts[0].Kind == Operator && ts[0].Text != ":" && ts[0].Text != "("
}

// SheetName returns the name of the sheet that a Sheet token gives.
func SheetName(token string) string {
	s := strings.TrimSuffix(token, "!")
	if len(s) > 1 && s[0] == '\'' {
		s = strings.ReplaceAll(s[1:len(s)-1], "''", "'")
	}
	return s
}
