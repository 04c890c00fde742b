package xls_test

import (
	"context"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"taizhang/ingest/sheet/strict"
	"taizhang/ingest/sheet/xls"
	"taizhang/ingest/sheet/xlsx"
	"taizhang/ledger"
)

// fact is all that a table says.
type fact struct {
	Sheet                    string
	Hidden                   bool
	Cells                    []ledger.Cell
	Merges                   []ledger.Range
	Rows, Cols, CRows, CCols map[int]bool
	Notes                    []ledger.Finding
}

func facts(tables []*ledger.Table) []fact {
	var out []fact
	for _, t := range tables {
		out = append(out, fact{t.Sheet, t.Hidden, t.Cells(), t.Merges, t.HiddenRows, t.HiddenCols, t.CollapsedRows, t.CollapsedCols, t.Notes})
	}
	return out
}

// plainer takes out of the facts what two formats may spell in two ways: the
// digits of a number beyond the fifteenth, and the text of a formula, which
// stays present or absent.
func plainer(fs []fact) []fact {
	for _, f := range fs {
		for i := range f.Cells {
			c := &f.Cells[i]
			if c.Kind == ledger.CellNumber && c.Text != "" {
				v, err := strconv.ParseFloat(c.Text, 64)
				if err != nil {
					panic(err)
				}
				c.Text = strconv.FormatFloat(v, 'g', 15, 64)
			}
			if c.Formula != "" {
				c.Formula = "="
			}
		}
	}
	return fs
}

// TestLibreOffice reads workbooks that LibreOffice 7.4 wrote in both formats,
// and wants the two to say the same.
func TestLibreOffice(t *testing.T) {
	for _, tt := range []struct{ xls, xlsx string }{
		{"testdata/libreoffice-ledger.xls", "testdata/libreoffice-ledger.xlsx"},
		{"testdata/libreoffice-features.xls", "../xlsx/testdata/libreoffice-features.xlsx"},
	} {
		got, want := readBoth(t, tt.xls, tt.xlsx)
		cells := 0
		for _, table := range got {
			cells += len(table.Cells())
		}
		if d := cmp.Diff(plainer(facts(want)), plainer(facts(got))); d != "" {
			t.Errorf("%s (-xlsx +xls):\n%s", tt.xls, d)
		}
		t.Logf("%s: %d tables, %d cells", tt.xls, len(got), cells)
	}
}

// readBoth reads a workbook in the two formats.
func readBoth(t *testing.T, older, newer string) (got, want []*ledger.Table) {
	t.Helper()
	data, err := os.ReadFile(older)
	if err != nil {
		t.Fatal(err)
	}
	if got, err = xls.Read(context.Background(), "a", data, strict.Limits{}); err != nil {
		t.Fatalf("%s: %v", older, err)
	}
	if data, err = os.ReadFile(newer); err != nil {
		t.Fatal(err)
	}
	if want, err = xlsx.Read(context.Background(), "a", data, strict.Limits{}); err != nil {
		t.Fatalf("%s: %v", newer, err)
	}
	return got, want
}

// TestFormulaTexts compares the formulas that are decoded from their tokens
// with the texts of the same formulas in the newer format. Values are left out:
// LibreOffice 7.4, converting this workbook, wrote a 0 for each text that a
// shared formula gives, without a mark.
func TestFormulaTexts(t *testing.T) {
	got, want := readBoth(t, "testdata/libreoffice-formulas.xls", "../testdata/libreoffice-formulas.xlsx")
	norm := strings.NewReplacer("'", "", " ", "")
	equal := 0
	for i, table := range want {
		for _, c := range table.Cells() {
			g, _ := got[i].At(c.Ref)
			if c.Name() == "H162" {
				continue // a name that LibreOffice does not know, which it makes a text of
			}
			if a, b := norm.Replace(c.Formula), norm.Replace(g.Formula); a != b {
				t.Errorf("%s %s: formula %q, want %q", table.Sheet, c.Name(), g.Formula, c.Formula)
			} else if a != "" {
				equal++
			}
		}
	}
	t.Logf("%d formulas equal", equal)
}
