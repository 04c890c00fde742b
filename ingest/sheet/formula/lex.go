// Package formula takes the text of a spreadsheet formula in A1 notation apart,
// as far as its references go: to move them, as the followers of a shared
// formula need it, and to list them, so that a caller knows what a value would
// rest on. It evaluates nothing and checks no grammar.
package formula

import "strings"

// Kind is what a token of a formula is.
type Kind uint8

// The kinds of token. Quoted, Bracketed and Failed tokens are given whole.
const (
	Space     Kind = iota + 1
	Number         // 12, 1.5E3
	Quoted         // "text"
	Cell           // A1, $B$2
	Column         // the A or $C of A:$C
	Row            // the 1 or $3 of 1:$3
	Sheet          // Sheet1! or 'my sheet'!, with the exclamation mark
	Function       // SUM, with no parenthesis
	Name           // a defined name, TRUE, FALSE
	Bracketed      // [1], [@column]: another workbook or a table
	Failed         // #REF!, #N/A
	Operator       // one character
)

// Token is a piece of a formula. The texts of all tokens together are the
// formula.
type Token struct {
	Kind Kind
	Text string
}

// Lex takes the formula, without its "=", into tokens.
func Lex(formula string) []Token {
	var out []Token
	for i := 0; i < len(formula); {
		kind, n := next(formula[i:])
		out = append(out, Token{kind, formula[i : i+n]})
		i += n
	}
	spans(out)
	return out
}

func next(s string) (Kind, int) {
	switch c := s[0]; {
	case c == ' ' || c == '\n' || c == '\r' || c == '\t':
		return Space, span(s, func(c byte) bool { return c == ' ' || c == '\n' || c == '\r' || c == '\t' })
	case c == '"':
		return Quoted, quotedEnd(s, '"')
	case c == '\'':
		n := quotedEnd(s, '\'')
		if n < len(s) && s[n] == '!' {
			return Sheet, n + 1
		}
		return Name, n
	case c == '[':
		return bracket(s)
	case c == '#':
		return failed(s)
	case isDigit(c) || c == '.' && len(s) > 1 && isDigit(s[1]):
		return Number, numberEnd(s)
	case isWord(c):
		return word(s)
	}
	return Operator, 1
}

// quotedEnd returns the end of the quoted text at the start of s, in which the
// quote is doubled; all of s when it does not end.
func quotedEnd(s string, quote byte) int {
	for i := 1; i < len(s); i++ {
		if s[i] != quote {
			continue
		}
		if i+1 == len(s) || s[i+1] != quote {
			return i + 1
		}
		i++
	}
	return len(s)
}

func bracket(s string) (Kind, int) {
	depth := 0
	for i := range len(s) {
		switch s[i] {
		case '[':
			depth++
		case ']':
			if depth--; depth == 0 {
				return Bracketed, i + 1
			}
		}
	}
	return Bracketed, len(s)
}

func failed(s string) (Kind, int) {
	n := 1 + span(s[1:], func(c byte) bool { return isLetter(c) || isDigit(c) || c == '/' || c == '_' })
	if n < len(s) && (s[n] == '!' || s[n] == '?') {
		n++
	}
	if n == 1 {
		return Operator, 1
	}
	return Failed, n
}

func numberEnd(s string) int {
	n := span(s, func(c byte) bool { return isDigit(c) || c == '.' })
	if n+1 < len(s) && s[n]|0x20 == 'e' {
		sign := n + 1
		if s[sign] == '+' || s[sign] == '-' {
			sign++
		}
		if e := span(s[sign:], isDigit); e > 0 {
			return sign + e
		}
	}
	return n
}

func word(s string) (Kind, int) {
	n := span(s, func(c byte) bool { return isWord(c) || isDigit(c) || c == '.' || c == '?' })
	switch {
	case n < len(s) && s[n] == '!':
		return Sheet, n + 1
	case n < len(s) && s[n] == '(':
		return Function, n
	}
	if _, ok := parseCell(s[:n]); ok {
		return Cell, n
	}
	return Name, n
}

// spans marks the two sides of whole-column and whole-row ranges, A:C and 1:3,
// which are names and numbers when looked at alone.
func spans(ts []Token) {
	for i := 1; i+1 < len(ts); i++ {
		if ts[i].Text != ":" {
			continue
		}
		a, b := &ts[i-1], &ts[i+1]
		switch {
		case isColumn(a.Text) && isColumn(b.Text):
			a.Kind, b.Kind = Column, Column
		case isRow(a.Text) && isRow(b.Text):
			a.Kind, b.Kind = Row, Row
		}
	}
}

func isColumn(s string) bool {
	s = strings.TrimPrefix(s, "$")
	return len(s) >= 1 && len(s) <= 3 && span(s, isLetter) == len(s)
}

func isRow(s string) bool {
	s = strings.TrimPrefix(s, "$")
	return len(s) >= 1 && len(s) <= 7 && span(s, isDigit) == len(s)
}

func span(s string, in func(byte) bool) int {
	for i := range len(s) {
		if !in(s[i]) {
			return i
		}
	}
	return len(s)
}

func isDigit(c byte) bool  { return '0' <= c && c <= '9' }
func isLetter(c byte) bool { return 'a' <= c|0x20 && c|0x20 <= 'z' }
func isWord(c byte) bool {
	return isLetter(c) || c == '_' || c == '$' || c == '\\' || c >= 0x80
}
