package xlsx_test

import (
	"fmt"
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestLibreOffice reads what LibreOffice 7.4 wrote: hidden rows, columns and
// sheets, a group, struck-out cells and runs, number formats, formulas.
func TestLibreOffice(t *testing.T) {
	data, err := os.ReadFile("testdata/libreoffice-features.xlsx")
	must(err)
	tables, err := read(data)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, tb := range tables {
		got = append(got, fmt.Sprintf("%s hidden=%v rows=%v cols=%v groups=%v merges=%d notes=%d", tb.Sheet, tb.Hidden,
			tb.HiddenRows, tb.HiddenCols, tb.CollapsedRows, len(tb.Merges), len(tb.Notes)))
		for _, c := range tb.Cells() {
			got = append(got, fmt.Sprintf("%s %d %q %d %s %s", c.Name(), c.Kind, c.Text, c.Format, c.Date, c.Formula))
		}
	}
	want := []string{
		"Sheet1 hidden=false rows=map[2:true 4:true 5:true] cols=map[7:true] groups=map[4:true 5:true] merges=1 notes=2",
		`A1 1 "标题" 0  `,
		`B2 2 "0.5" 1  `,
		`C2 2 "44709" 2 2022-05-28 `,
		`D2 2 "120000" 3  `,
		`E2 2 "7" 4  `,
		`F2 1 "文字" 0  `,
		`G2 1 "120人" 0  `,
		`A3 2 "3" 0  `,
		`A4 2 "4" 0  `,
		`B4 3 "TRUE" 0  TRUE()`,
		`C4 4 "#DIV/0!" 0  1/0`,
		`D4 2 "39" 0  SUM(A4:A9)`,
		`H4 1 "藏" 0  `,
		`I4 1 "显" 0  `,
		`A5 2 "5" 0  `,
		`A6 2 "6" 0  `,
		`A7 2 "7" 0  `,
		`A8 2 "8" 0  `,
		`A9 2 "9" 0  `,
		"隐藏 hidden=true rows=map[] cols=map[] groups=map[] merges=0 notes=0",
		`A1 2 "9" 0  `,
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}
