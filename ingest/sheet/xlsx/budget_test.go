package xlsx_test

import (
	"bytes"
	"os"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"taizhang/ingest/sheet/strict"
	"taizhang/internal/messy"
)

// TestAllocations holds the cost of a small ledger: goal P3 is 500 allocations.
func TestAllocations(t *testing.T) {
	worst := 0.0
	for seed := range uint64(20) {
		data := sampleLedger(seed)
		n := testing.AllocsPerRun(20, func() {
			if _, err := read(data); err != nil {
				t.Fatal(err)
			}
		})
		worst = max(worst, n)
	}
	t.Logf("at most %.0f allocations", worst)
	if worst > 500 {
		t.Errorf("%.0f allocations, want at most 500", worst)
	}
}

// BenchmarkRead reads twenty ledgers, and the same through excelize in the
// fastest way it has and in the way that gives merges.
func BenchmarkRead(b *testing.B) {
	var files [][]byte
	for seed := range uint64(20) {
		files = append(files, sampleLedger(seed))
	}
	each := func(b *testing.B, use func([]byte) error) {
		b.ReportAllocs()
		for i := 0; b.Loop(); i++ {
			if err := use(files[i%len(files)]); err != nil {
				b.Fatal(err)
			}
		}
	}
	b.Run("own", func(b *testing.B) {
		each(b, func(d []byte) error { _, err := read(d); return err })
	})
	b.Run("excelize rows", func(b *testing.B) {
		each(b, func(d []byte) error { _, err := second(d); return err })
	})
	b.Run("excelize rows and merges", func(b *testing.B) {
		each(b, func(d []byte) error {
			f, err := excelize.OpenReader(bytes.NewReader(d), excelize.Options{RawCellValue: true})
			if err != nil {
				return err
			}
			defer func() { must(f.Close()) }()
			if _, err := f.GetRows("Sheet1"); err != nil {
				return err
			}
			_, err = f.GetMergeCells("Sheet1")
			return err
		})
	})
}

func FuzzXLSX(f *testing.F) {
	f.Add(sampleLedger(1))
	for _, name := range []string{"testdata/libreoffice-ledger.xlsx", "testdata/libreoffice-features.xlsx", "../testdata/kinds/office-ledger.xlsx"} {
		b, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	for _, c := range messy.Some(1, 25) {
		f.Add(c.Data)
	}
	f.Add(newBook(`<row><c t="s"><v>0</v></c><c><f>A1</f></c></row>`).bytes())
	f.Fuzz(func(t *testing.T, data []byte) {
		tables, err := read(data)
		if err != nil && (tables != nil || strict.CodeOf(err) == "") {
			t.Errorf("tables %d, error %v", len(tables), err)
		}
	})
}

// FuzzSheetXML puts the input where the sheet stands, in a sound archive.
func FuzzSheetXML(f *testing.F) {
	for _, s := range []string{
		`<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="inlineStr"><is><r><t>a</t></r></is></c></row>`,
		`<row hidden="1"><c><f t="shared" si="0" ref="A1:A2">B$1+C1</f><v>1</v></c></row><row><c><f t="shared" si="0"/></c></row>`,
		`</sheetData><mergeCells><mergeCell ref="A1:B2"/></mergeCells><sheetData>`,
	} {
		f.Add(worksheet(s))
	}
	for _, c := range messy.Some(2, 25) {
		if c.Want.MustRead() {
			messy.Members(c.Data, func(name string, b []byte) []byte {
				if name == "xl/worksheets/sheet1.xml" {
					f.Add(string(b))
				}
				return b
			})
		}
	}
	b := newBook("")
	f.Fuzz(func(t *testing.T, xml string) {
		tables, err := read(b.with("xl/worksheets/sheet1.xml", xml).bytes())
		if err != nil {
			if strict.CodeOf(err) == "" {
				t.Errorf("error without a code: %v", err)
			}
			return
		}
		for _, c := range tables[0].Cells() {
			if c.Text == "" && c.Formula == "" || strings.Contains(c.Formula, "\x00") {
				t.Errorf("cell %+v", c)
			}
		}
	})
}
