package numfmt

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"taizhang/ledger"
)

// Format is a number format as far as it can mislead: the class of each
// of its sections, and which section a value takes.
type Format struct {
	sections []section
	hideText bool // it has a section for text, and that is empty
}

type section struct {
	class   ledger.FormatClass
	literal string // what an otherwise empty section prints in place of the number
	bare    bool   // it prints no digit of the number
	noZero  bool   // it has no place that prints a 0: "#", "#,###"
	test    string // "<", "<=", … of a condition; "" without one
	bound   float64
}

// Builtin returns the format of a number below 164 that the file does not
// define (ECMA-376 part 1, §18.8.30; 27 to 36 and 50 to 58 are dates in every
// East Asian language, 71 to 81 in Thai).
func Builtin(id int) Format {
	class := ledger.FormatPlain
	switch {
	case id == 9 || id == 10 || id == 67 || id == 68:
		class = ledger.FormatPercent
	case id >= 14 && id <= 22, id >= 27 && id <= 36, id >= 45 && id <= 47, id >= 50 && id <= 58, id >= 71 && id <= 81:
		class = ledger.FormatDate
	}
	return Format{sections: []section{{class: class}}}
}

// Parse reads a format code (ECMA-376 part 1, §18.8.31).
func Parse(code string) Format {
	var f Format
	parts := cutSections(code)
	for i, p := range parts {
		if i == 3 {
			f.hideText = strings.TrimSpace(p) == ""
			break
		}
		f.sections = append(f.sections, parseSection(p))
	}
	if len(parts) == 1 && parts[0] == "" {
		f.sections[0] = section{class: ledger.FormatPlain}
	}
	for i := range f.sections {
		s := &f.sections[i]
		s.judge(i == 2 || s.test == "=" && s.bound == 0)
	}
	return f
}

// cutSections parts the code at its semicolons.
func cutSections(code string) []string {
	var out []string
	from := 0
	for i := 0; i < len(code); {
		n := literalEnd(code[i:])
		if n == 0 {
			if code[i] == ';' {
				out = append(out, code[from:i])
				from = i + 1
			}
			n = 1
		}
		i += n
	}
	return append(out, code[from:])
}

// literalEnd returns the length of the quoted, escaped or bracketed text at the
// start of s, 0 when there is none. "!" escapes as "\" does in the East Asian
// versions; "_" leaves room for a character and "*" fills with one.
func literalEnd(s string) int {
	switch s[0] {
	case '"':
		if i := strings.IndexByte(s[1:], '"'); i >= 0 {
			return i + 2
		}
		return len(s)
	case '[':
		if i := strings.IndexByte(s, ']'); i >= 0 {
			return i + 1
		}
		return len(s)
	case '\\', '!', '_', '*':
		if len(s) == 1 {
			return 1
		}
		_, n := utf8.DecodeRuneInString(s[1:])
		return 1 + n
	}
	return 0
}

// parseSection reads one section. The class of a section without a digit is
// settled by judge.
func parseSection(s string) section {
	sec := section{class: ledger.FormatPlain}
	var plain, literal strings.Builder // what stands outside and inside quotes
	elapsed := false
	for i := 0; i < len(s); {
		n := literalEnd(s[i:])
		if n == 0 {
			_, n = utf8.DecodeRuneInString(s[i:])
			plain.WriteString(s[i : i+n])
			i += n
			continue
		}
		switch t := s[i : i+n]; t[0] {
		case '"':
			literal.WriteString(strings.Trim(t, `"`))
		case '\\', '!':
			literal.WriteString(t[1:])
		case '[':
			elapsed = elapsed || isElapsed(t)
			sec.condition(t)
		}
		i += n
	}
	code := strings.ToLower(plain.String())
	for _, word := range []string{"g/通用格式", "general", "常规"} {
		if strings.Contains(code, word) {
			code = strings.ReplaceAll(code, word, "0")
		}
	}
	hasDigit := strings.ContainsAny(code, "0#?@")
	sec.noZero = hasDigit && !strings.ContainsAny(code, "0?@")
	switch {
	case elapsed || isDate(code, hasDigit):
		sec.class = ledger.FormatDate
	case strings.ContainsAny(code+literal.String(), "%％‰"):
		sec.class = ledger.FormatPercent
	case hasDigit && (scaledDown(code) || strings.ContainsAny(code+literal.String(), "万萬亿億千仟")):
		sec.class = ledger.FormatScaled
	case !hasDigit:
		sec.bare = true
		sec.literal = strings.TrimSpace(code + literal.String())
	}
	return sec
}

// isElapsed reports whether the bracket is [h], [mm] and the like.
func isElapsed(bracket string) bool {
	in := strings.ToLower(strings.Trim(bracket, "[]"))
	return in != "" && (strings.Trim(in, "h") == "" || strings.Trim(in, "m") == "" || strings.Trim(in, "s") == "")
}

// condition takes [>=100] into the section.
func (sec *section) condition(bracket string) {
	in := strings.Trim(bracket, "[]")
	n := 0
	for n < len(in) && strings.IndexByte("<>=", in[n]) >= 0 {
		n++
	}
	if n == 0 {
		return
	}
	if v, err := strconv.ParseFloat(strings.TrimSpace(in[n:]), 64); err == nil {
		sec.test, sec.bound = in[:n], v
	}
}

// isDate reports whether the code, in lower case and free of literals, shows a
// date or a time. The era letters count only where no digit is asked for, for
// they are the E of 0.00E+00 as well.
func isDate(code string, hasDigit bool) bool {
	code = strings.ReplaceAll(code, "am/pm", "h")
	code = strings.ReplaceAll(code, "a/p", "h")
	code = strings.ReplaceAll(code, "上午/下午", "h")
	return strings.ContainsAny(code, "ymdhs") || !hasDigit && strings.ContainsAny(code, "egbr") || strings.Contains(code, "aaa")
}

// scaledDown reports whether a comma follows the last digit of the whole part:
// 0, and #,##0,, and 0!.0, divide by thousands; #,##0 does not.
func scaledDown(code string) bool {
	last := strings.LastIndexAny(code, "0#?")
	if last < 0 {
		return false
	}
	if strings.HasPrefix(code[last+1:], ",") {
		return true
	}
	if dot := strings.IndexByte(code, '.'); dot > 0 && dot < last {
		return code[dot-1] == ','
	}
	return false
}

// nothing lists what a section may print in place of a number that is 0
// without hiding it.
const nothing = "-－—–―‐−/\\0零〇无"

// judge settles the class of a section that prints no digit: it hides the
// number, unless it is the zero of an accounting format that prints a dash.
func (sec *section) judge(zero bool) {
	if !sec.bare {
		return
	}
	if zero && sec.literal != "" && strings.Trim(sec.literal, nothing+" ()") == "" {
		return
	}
	sec.class = ledger.FormatHidden
}

// Class returns what the format makes of the number.
func (f *Format) Class(v float64) ledger.FormatClass {
	ss := f.sections
	for _, s := range ss {
		if s.test != "" {
			return f.conditional(v)
		}
	}
	switch {
	case len(ss) > 1 && v < 0:
		return ss[1].of(v)
	case len(ss) > 2 && v == 0:
		return ss[2].of(v)
	}
	return ss[0].of(v)
}

// of returns what the section makes of the number.
func (sec *section) of(v float64) ledger.FormatClass {
	if sec.noZero && v == 0 && sec.class == ledger.FormatPlain {
		return ledger.FormatHidden
	}
	return sec.class
}

// conditional picks the first section whose condition holds. A section without
// one takes what is left; when none does, Excel shows ####.
func (f *Format) conditional(v float64) ledger.FormatClass {
	for i, s := range f.sections {
		if s.holds(v) && (s.test != "" || i == len(f.sections)-1 || i == 1 && v < 0) {
			return s.of(v)
		}
	}
	return ledger.FormatHidden
}

func (sec *section) holds(v float64) bool {
	switch sec.test {
	case "":
		return true
	case "<":
		return v < sec.bound
	case "<=":
		return v <= sec.bound
	case ">":
		return v > sec.bound
	case ">=":
		return v >= sec.bound
	case "=":
		return v == sec.bound
	case "<>":
		return v != sec.bound
	}
	return false
}

// HidesText reports whether the format shows nothing of a text.
func (f *Format) HidesText() bool { return f.hideText }

// Worst returns what the format may make of a number that is not known: the
// first class that is not plain.
func (f *Format) Worst() ledger.FormatClass {
	for _, v := range []float64{1, -1, 0} {
		if class := f.Class(v); class != ledger.FormatPlain {
			return class
		}
	}
	return ledger.FormatPlain
}
