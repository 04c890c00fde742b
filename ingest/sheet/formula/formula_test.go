package formula_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"taizhang/ingest/sheet/formula"
	"taizhang/ledger"
)

func TestShift(t *testing.T) {
	for _, tt := range []struct {
		in         string
		rows, cols int
		want       string
	}{
		{"A1+$B$2*C$3-$D4", 1, 1, "B2+$B$2*D$3-$D5"},
		{`"A1"&A1&'A1 的'!B2&Sheet1!C3`, 2, 0, `"A1"&A3&'A1 的'!B4&Sheet1!C5`},
		{"SUM(A1:B2,$A$1:A3)", 0, 2, "SUM(C1:D2,$A$1:C3)"},
		{"SUM(A:B)+SUM($A:C)+SUM(1:2)+SUM($1:2)", 3, 1, "SUM(B:C)+SUM($A:D)+SUM(4:5)+SUM($1:5)"},
		{"LOG10(A1)+A1B+A_1+1E3+2.5E-2*E1", 1, 0, "LOG10(A2)+A1B+A_1+1E3+2.5E-2*E2"},
		{"#REF!+A1+#N/A", 1, 0, "#REF!+A2+#N/A"},
		{"A1", -1, 0, "#REF!"},
		{"XFD1048576", 1, 0, "#REF!"},
		{"XFE1+A1048577", 1, 1, "XFE1+A1048577"},
		{"[1]Sheet1!A1+Table1[[#This Row],[A1]]", 1, 0, "[1]Sheet1!A2+Table1[[#This Row],[A1]]"},
		{`"he said ""A1"""&Z9`, 0, 1, `"he said ""A1"""&AA9`},
		{"ZZ1", 0, 1, "AAA1"},
		{"A1", 0, 0, "A1"},
	} {
		if got := formula.Shift(tt.in, tt.rows, tt.cols); got != tt.want {
			t.Errorf("%s by %d,%d: %s, want %s", tt.in, tt.rows, tt.cols, got, tt.want)
		}
	}
}

func TestAreas(t *testing.T) {
	r := func(row, col int) ledger.Ref { return ledger.Ref{Row: row, Col: col} }
	area := func(sheet string, a, b ledger.Ref) formula.Area {
		return formula.Area{Sheet: sheet, Range: ledger.Range{First: a, Last: b}}
	}
	for in, want := range map[string][]formula.Area{
		"SUM(A1:$B$2)+C3":       {area("", r(0, 0), r(1, 1)), area("", r(2, 2), r(2, 2))},
		"'附 ''表'!B2:A1 + 1":     {area("附 '表", r(0, 0), r(1, 1))},
		"Sheet2!A1*TRUE":        {area("Sheet2", r(0, 0), r(0, 0))},
		"1+2":                   nil,
		"SUM(A1 , B1)":          {area("", r(0, 0), r(0, 0)), area("", r(0, 1), r(0, 1))},
		"IF(A1=\"\",\"B1\",C1)": {area("", r(0, 0), r(0, 0)), area("", r(0, 2), r(0, 2))},
	} {
		got, ok := formula.Areas(formula.Lex(in))
		if d := cmp.Diff(want, got); !ok || d != "" {
			t.Errorf("%s: %v %s", in, ok, d)
		}
	}
	for _, in := range []string{"SUM(A:A)", "SUM(1:2)", "[1]S!A1", "T[a]", "#REF!+1", "名称+1", "A1 B1", "A1:B2:C3", "{A1}", "@A1", "A1#", "Sheet1!SUM(A1)", "Sheet1:Sheet2!A1", "A1:INDEX(B1,1)"} {
		if got, ok := formula.Areas(formula.Lex(in)); ok {
			t.Errorf("%s: %v, want none", in, got)
		}
	}
}

func TestParse(t *testing.T) {
	for in, want := range map[string]string{"A1": "A1", "xfd1048576": "XFD1048576", "AB12": "AB12", "A0": "", "A01": "", "A": "", "1": "", "": "", "XFE1": "", "A1048577": "", "A1 ": "", "AAAAAAAAAAAAAAAAAAAA1": "", "A99999999999999999999": "", "$A$1": ""} {
		got, ok := formula.ParseRef(in)
		if ok != (want != "") || ok && got.Name() != want {
			t.Errorf("%q: %v %v", in, got, ok)
		}
	}
	if _, ok := formula.ParseRange("A1:"); ok {
		t.Error("half a range was read")
	}
}

// FuzzLex holds that tokens are the formula, and that shifting there and back
// changes nothing where nothing leaves the sheet.
func FuzzLex(f *testing.F) {
	f.Add(`SUM('a b'!A1:$B$2)&"x"+[1]S!C3/2.5E-3`)
	f.Fuzz(func(t *testing.T, s string) {
		var b strings.Builder
		ts := formula.Lex(s)
		for _, x := range ts {
			b.WriteString(x.Text)
		}
		if b.String() != s {
			t.Errorf("tokens of %q give %q", s, b.String())
		}
		formula.Areas(ts)
		formula.Shift(s, 3, -2)
	})
}
