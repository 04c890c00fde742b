package sheet_test

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"taizhang/ingest/sheet"
	"taizhang/ledger"
)

// TestAgreement reads what LibreOffice made of workbooks in other kinds of
// file, and compares each cell with what the workbook says. The workbook
// office-ledger.xlsx is what it made of office-ledger.xml, for it cannot write
// that kind.
func TestAgreement(t *testing.T) {
	for _, base := range []string{"libreoffice-ledger", "libreoffice-features", "libreoffice-formulas", "office-ledger"} {
		from := "xlsx/testdata/" + base + ".xlsx"
		switch base {
		case "libreoffice-formulas":
			from = "testdata/" + base + ".xlsx"
		case "office-ledger":
			from = "testdata/kinds/" + base + ".xlsx"
		}
		want := readFile(t, from)
		for _, kind := range []string{"ods", "html", "xml", "docx", "csv"} {
			files, err := filepath.Glob("testdata/kinds/" + base + "*." + kind)
			must(err)
			for _, name := range files {
				got := readFile(t, name)
				same, other := compareTables(t, name, want, got, kind == "ods" || kind == "xml")
				t.Logf("%s: %d cells the same, %d otherwise", filepath.Base(name), same, other)
				if same == 0 {
					t.Errorf("%s: nothing was compared", name)
				}
			}
		}
	}
}

func readFile(t *testing.T, name string) []*ledger.Table {
	t.Helper()
	data, err := os.ReadFile(name)
	must(err)
	tables, err := sheet.Read(t.Context(), name, data, sheet.Limits{})
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return tables
}

// compareTables compares the tables that both have. exact says that the kind
// states values, so that all of a cell must agree; else its text as it shows
// must be that of the value.
func compareTables(t *testing.T, name string, want, got []*ledger.Table, exact bool) (same, other int) {
	t.Helper()
	for i := range min(len(want), len(got)) {
		for _, w := range want[i].Cells() {
			g, ok := got[i].At(w.Ref)
			if agrees(w, g, ok, exact, want[i].Shown(w.Ref)) {
				same++
				continue
			}
			other++
			if exact || w.Kind != ledger.CellError && w.Text != "" {
				t.Errorf("%s: %s: %s, want %s", name, w.Name(), sayCell(g), sayCell(w))
			}
		}
		for _, g := range got[i].Cells() {
			if _, ok := want[i].At(g.Ref); !ok {
				t.Errorf("%s: %s: %s, want nothing", name, g.Name(), sayCell(g))
			}
		}
		if exact && fmt.Sprint(want[i].HiddenRows, want[i].HiddenCols, want[i].Hidden) != fmt.Sprint(got[i].HiddenRows, got[i].HiddenCols, got[i].Hidden) {
			t.Errorf("%s: hidden %v %v %v, want %v %v %v", name, got[i].HiddenRows, got[i].HiddenCols, got[i].Hidden, want[i].HiddenRows, want[i].HiddenCols, want[i].Hidden)
		}
		if exact && len(want[i].Merges) != len(got[i].Merges) {
			t.Errorf("%s: %d merges, want %d", name, len(got[i].Merges), len(want[i].Merges))
		}
	}
	return same, other
}

func agrees(w, g ledger.Cell, ok, exact, shown bool) bool {
	w, g = plainCell(w), plainCell(g)
	switch {
	case !ok:
		return !exact && !shown
	case exact:
		return w.Kind == g.Kind && sameNumber(w.Text, g.Text) && w.Format == g.Format && w.Date == g.Date && (w.Formula == "") == (g.Formula == "")
	}
	// A text shows what its number format makes of the value.
	return sameNumber(w.Text, strings.ReplaceAll(g.Text, ",", "")) || w.Text == g.Text || w.Format != ledger.FormatPlain || rounded(w.Text, g.Text)
}

// plainCell makes a number of a boolean, as LibreOffice does on its way from
// one kind to the other, and leaves out the space around a text.
func plainCell(c ledger.Cell) ledger.Cell {
	if c.Kind == ledger.CellBool {
		c.Kind = ledger.CellNumber
	}
	c.Text = strings.TrimSpace(c.Text)
	if b, ok := map[string]string{"TRUE": "1", "FALSE": "0"}[c.Text]; ok {
		c.Text = b
	}
	return c
}

// rounded reports whether the text shows the number in fewer digits.
func rounded(value, text string) bool {
	x, err := strconv.ParseFloat(value, 64)
	y, err2 := strconv.ParseFloat(strings.ReplaceAll(text, ",", ""), 64)
	return err == nil && err2 == nil && math.Abs(x-y) <= max(0.51, math.Abs(x)*1e-4)
}

func sameNumber(a, b string) bool {
	if a == b {
		return true
	}
	x, err := strconv.ParseFloat(a, 64)
	y, err2 := strconv.ParseFloat(b, 64)
	return err == nil && err2 == nil && (x == y || near(a, b))
}

func sayCell(c ledger.Cell) string {
	return fmt.Sprintf("kind %d %q format %d %s =%s", c.Kind, c.Text, c.Format, c.Date, c.Formula)
}
