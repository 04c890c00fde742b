package xlsx_test

import (
	"archive/zip"
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"taizhang/ingest/sheet/strict"
	"taizhang/ingest/sheet/xlsx"
	"taizhang/ledger"
)

const (
	nsMain = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
	nsRel  = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
	nsPack = "http://schemas.openxmlformats.org/package/2006/relationships"
	decl   = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n"
)

// part is one member of an archive.
type part struct{ name, text string }

// book is a workbook of one sheet, its parts to be changed by a test.
type book []part

func newBook(sheet string) book {
	return book{
		{"[Content_Types].xml", decl + `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>`},
		{"_rels/.rels", decl + rels("officeDocument", "xl/workbook.xml")},
		{"xl/workbook.xml", decl + workbookXML(``)},
		{"xl/_rels/workbook.xml.rels", decl + rels("worksheet", "worksheets/sheet1.xml", "styles", "styles.xml", "sharedStrings", "sharedStrings.xml")},
		{"xl/styles.xml", decl + `<styleSheet xmlns="` + nsMain + `"><fonts><font/><font><strike/></font></fonts><cellXfs><xf numFmtId="0" fontId="0"/><xf numFmtId="14" fontId="0"/><xf numFmtId="0" fontId="1"/></cellXfs></styleSheet>`},
		{"xl/sharedStrings.xml", decl + `<sst xmlns="` + nsMain + `"><si><t>养老</t></si><si><t xml:space="preserve"> 工伤
</t></si></sst>`},
		{"xl/worksheets/sheet1.xml", decl + worksheet(sheet)},
	}
}

func workbookXML(extra string) string {
	return `<workbook xmlns="` + nsMain + `" xmlns:r="` + nsRel + `">` + extra + `<sheets><sheet name="台账" sheetId="1" r:id="rId1"/></sheets></workbook>`
}

// worksheet wraps rows; a text that has sheetData already is left as it is.
func worksheet(s string) string {
	if !strings.Contains(s, "<sheetData") {
		s = "<sheetData>" + s + "</sheetData>"
	}
	return `<worksheet xmlns="` + nsMain + `">` + s + `</worksheet>`
}

// rels returns relationships of the kinds to the targets, rId1 and on.
func rels(pairs ...string) string {
	var b strings.Builder
	b.WriteString(`<Relationships xmlns="` + nsPack + `">`)
	for i := 0; i+1 < len(pairs); i += 2 {
		fmt.Fprintf(&b, `<Relationship Id="rId%d" Type="%s/%s" Target="%s"/>`, i/2+1, nsRel, pairs[i], pairs[i+1])
	}
	return b.String() + `</Relationships>`
}

// with returns the book with the part replaced, or added.
func (b book) with(name, text string) book {
	out := append(book(nil), b...)
	for i := range out {
		if out[i].name == name {
			out[i].text = text
			return out
		}
	}
	return append(out, part{name, text})
}

// without returns the book less the part.
func (b book) without(name string) book {
	var out book
	for _, p := range b {
		if p.name != name {
			out = append(out, p)
		}
	}
	return out
}

func (b book) styles(s string) book {
	return b.with("xl/styles.xml", decl+`<styleSheet xmlns="`+nsMain+`">`+s+`</styleSheet>`)
}

func (b book) strings(s string) book {
	return b.with("xl/sharedStrings.xml", decl+`<sst xmlns="`+nsMain+`">`+s+`</sst>`)
}

// bytes packs the book.
func (b book) bytes() []byte {
	var buf bytes.Buffer
	zw := zip.NewWriter(&buf)
	for _, p := range b {
		w, err := zw.Create(p.name)
		if err == nil {
			_, err = w.Write([]byte(p.text))
		}
		if err != nil {
			panic(err)
		}
	}
	if err := zw.Close(); err != nil {
		panic(err)
	}
	return buf.Bytes()
}

func read(data []byte) ([]*ledger.Table, error) {
	return xlsx.Read(context.Background(), "a.xlsx", data, strict.Limits{})
}

// table reads the book and returns its first table.
func (b book) table(t *testing.T) *ledger.Table {
	t.Helper()
	ts, err := read(b.bytes())
	if err != nil {
		t.Fatal(err)
	}
	return ts[0]
}

// values gives the cells of the table as "A1=text", in order.
func values(t *ledger.Table) []string {
	var out []string
	for _, c := range t.Cells() {
		out = append(out, c.Name()+"="+c.Text)
	}
	return out
}

// sampleLedger writes, through excelize, a ledger of the kind counties send: a
// merged title, a header of two rows, units, dates, formulas, styled blanks.
func sampleLedger(seed uint64) []byte {
	r := rand.New(rand.NewPCG(seed, 1))
	f := excelize.NewFile()
	defer func() { must(f.Close()) }()
	const name = "Sheet1"
	set := func(col, row int, v any) {
		cell, err := excelize.CoordinatesToCellName(col, row)
		if err == nil {
			err = f.SetCellValue(name, cell, v)
		}
		must(err)
	}
	date, err := f.NewStyle(&excelize.Style{NumFmt: 14})
	must(err)
	custom := `#,##0_ ;[Red]\-#,##0\ `
	money, err := f.NewStyle(&excelize.Style{CustomNumFmt: &custom, Border: []excelize.Border{{Type: "left", Style: 1, Color: "000000"}}})
	must(err)
	set(1, 1, "2022年全民参保计划攻坚行动工作落实台账")
	must(f.MergeCell(name, "A1", "H1"))
	set(1, 2, "填报单位：禹州市 & <社保>")
	for i, h := range []string{"序号", "工作任务", "主要工作措施", "新增参保", "", "", "", "填报时间"} {
		set(i+1, 3, h)
	}
	must(f.MergeCell(name, "D3", "G3"))
	for i, h := range []string{"户数", "企业养老", "工伤", "失业"} {
		set(i+4, 4, h)
	}
	rows := 10 + r.IntN(50)
	for i := range rows {
		row := 5 + i
		set(1, row, i+1)
		set(2, row, fmt.Sprintf("任务%d", r.IntN(9)))
		if r.IntN(3) > 0 {
			set(3, row, strings.Repeat("走访企业、宣传政策。", 1+r.IntN(4))+"\n第二行 ")
		}
		for c := range 4 {
			switch r.IntN(8) {
			case 0:
			case 1:
				set(4+c, row, "—")
			case 2:
				set(4+c, row, float64(r.IntN(100000))/8)
			default:
				set(4+c, row, r.IntN(3000))
			}
		}
		set(8, row, 44700+r.IntN(200))
		set(9, row, r.IntN(2) == 0)
	}
	must(f.SetCellStyle(name, "H5", fmt.Sprintf("H%d", 4+rows), date))
	must(f.SetCellStyle(name, "D5", fmt.Sprintf("G%d", 4+rows), money))
	must(f.SetCellStyle(name, "J5", fmt.Sprintf("L%d", 44), money)) // 120 styled blanks
	set(2, 5+rows, "合计")
	must(f.SetCellFormula(name, fmt.Sprintf("D%d", 5+rows), fmt.Sprintf("SUM(D5:D%d)", 4+rows)))
	must(f.SetRowVisible(name, 6, r.IntN(2) == 0))
	var buf bytes.Buffer
	must(f.Write(&buf))
	return buf.Bytes()
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}

func readContext(ctx context.Context, data []byte) ([]*ledger.Table, error) {
	return xlsx.Read(ctx, "a.xlsx", data, strict.Limits{})
}
