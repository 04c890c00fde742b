package ledger

import "strings"

// FormMarkName is the hidden defined name under which a pre-filled form says
// whom it was made for. A defined name outlives what a custom property may not:
// Excel, WPS and LibreOffice keep it through .xlsx, .xls and .ods.
const FormMarkName = "_taizhang_form"

// MaxFormMark is the longest mark, in bytes, that a reader takes.
const MaxFormMark = 300

// FormMark is what a pre-filled form says of itself where nobody sees it. It
// is one more voice for unit and month: it may contradict what is written, and
// never stands in its place (rule book §3).
type FormMark struct {
	Form   string // ID of the form
	Period Period
	Unit   string // canonical
}

// String returns the mark as the form carries it: annex2-2022/2022-05/禹州市.
func (m FormMark) String() string { return m.Form + "/" + m.Period.String() + "/" + m.Unit }

// ParseFormMark reads what String wrote; false: it is no mark.
func ParseFormMark(s string) (FormMark, bool) {
	form, rest, ok := strings.Cut(s, "/")
	month, unit, ok2 := strings.Cut(rest, "/")
	p, err := ParsePeriod(month)
	if !ok || !ok2 || err != nil || form == "" || unit == "" || len(s) > MaxFormMark {
		return FormMark{}, false
	}
	return FormMark{form, p, unit}, true
}

// FormMarkOf reads the formula of the defined name, a text in quotes, with or
// without what stands before it (=, of:=). "" when it is none.
func FormMarkOf(formula string) string {
	formula = strings.TrimPrefix(strings.TrimPrefix(strings.TrimSpace(formula), "of:"), "=")
	if len(formula) < 2 || formula[0] != '"' || formula[len(formula)-1] != '"' || len(formula) > MaxFormMark+2 {
		return ""
	}
	return strings.ReplaceAll(formula[1:len(formula)-1], `""`, `"`)
}
