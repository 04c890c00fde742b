package xml2003_test

import (
	"context"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/encoding/simplifiedchinese"

	"taizhang/ingest/sheet/sheettest"
	"taizhang/ingest/sheet/strict"
	"taizhang/ingest/sheet/xml2003"
	"taizhang/ledger"
)

func read(data string) ([]*ledger.Table, error) {
	return xml2003.Read(context.Background(), "台账.xls", []byte(data), strict.Limits{})
}

const (
	decl = `<?xml version="1.0" encoding="UTF-8"?><?mso-application progid="Excel.Sheet"?>`
	ns   = `xmlns="urn:schemas-microsoft-com:office:spreadsheet" xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet" xmlns:x="urn:schemas-microsoft-com:office:excel" xmlns:html="http://www.w3.org/TR/REC-html40"`

	styles = `<Styles><Style ss:ID="Default" ss:Name="Normal"><NumberFormat/></Style><Style ss:ID="p"><NumberFormat ss:Format="Percent"/></Style><Style ss:ID="d"><NumberFormat ss:Format="Short Date"/></Style>` +
		`<Style ss:ID="w"><NumberFormat ss:Format="0!.0,&quot;万&quot;"/></Style><Style ss:ID="h"><NumberFormat ss:Format=";;;"/></Style><Style ss:ID="s"><Font ss:StrikeThrough="1"/></Style><Style ss:ID="sp" ss:Parent="p"><Font ss:StrikeThrough="0"/></Style></Styles>`
)

func book(sheets string) string {
	return decl + `<Workbook ` + ns + `>` + styles + sheets + `</Workbook>`
}

func sheet(rows string) string {
	return `<Worksheet ss:Name="台账"><Table>` + rows + `</Table></Worksheet>`
}

func row(cells string) string { return `<Row>` + cells + `</Row>` }

func cell(attrs, kind, value string) string {
	return `<Cell ` + attrs + `><Data ss:Type="` + kind + `">` + value + `</Data></Cell>`
}

func TestSheets(t *testing.T) {
	for _, tt := range []struct {
		name, book string
		want       []string
	}{
		{"values", book(sheet(row(cell("", "Number", "120") + cell("", "String", "养老&#10;工伤") + cell("", "DateTime", "2022-05-28T00:00:00.000") + cell("", "Boolean", "1") + cell("", "Error", "#REF!") + cell("", "DateTime", "1899-12-31T12:00:00.000")))),
			[]string{`table 0 sheet "台账"`, `A1 "120" number`, `B1 "养老\n工伤"`, `C1 "44709" number date 2022-05-28`, `D1 "TRUE" bool`, `E1 "#REF!" error`, `F1 "0.5" number date`}},
		{"formats", book(sheet(row(cell(`ss:StyleID="p"`, "Number", "0.5") + cell(`ss:StyleID="d"`, "Number", "44709") + cell(`ss:StyleID="w"`, "Number", "12000") + cell(`ss:StyleID="h"`, "Number", "1") + cell(`ss:StyleID="h"`, "String", "x") + cell(`ss:StyleID="sp"`, "Number", "1")))),
			[]string{`table 0 sheet "台账"`, `A1 "0.5" number percent`, `B1 "44709" number date 2022-05-28`, `C1 "12000" number scaled`, `D1 "1" number hidden`, `E1 "x" hidden`, `F1 "1" number percent`}},
		{"index and merges", book(sheet(row(cell(`ss:Index="2" ss:MergeAcross="1"`, "String", "甲")+cell("", "String", "乙")) + `<Row ss:Index="4">` + cell(`ss:MergeDown="1"`, "Number", "1") + cell("", "Number", "2") + `</Row>` + row(cell(`ss:Index="2"`, "Number", "3")))),
			[]string{`table 0 sheet "台账" B1:C1 A4:A5`, `B1 "甲"`, `D1 "乙"`, `A4 "1" number`, `B4 "2" number`, `B5 "3" number`}},
		{"styles of rows and columns", book(sheet(`<Column/><Column ss:StyleID="p" ss:Span="1"/>` + row(cell("", "Number", "1")+cell("", "Number", "1")+cell("", "Number", "1")+cell("", "Number", "1")) + `<Row ss:StyleID="d">` + cell("", "Number", "44709") + `</Row>`)),
			[]string{`table 0 sheet "台账"`, `A1 "1" number`, `B1 "1" number percent`, `C1 "1" number percent`, `D1 "1" number`, `A2 "44709" number date 2022-05-28`}},
		{"hidden", book(`<Worksheet ss:Name="一"><Table><Column ss:Index="2" ss:Hidden="1"/><Column ss:Width="0"/><Row ss:Hidden="1">` + cell("", "Number", "1") + cell("", "Number", "2") + cell("", "Number", "3") + `</Row><Row ss:Height="0">` + cell("", "Number", "4") + `</Row></Table><x:WorksheetOptions><x:Visible>SheetHidden</x:Visible></x:WorksheetOptions></Worksheet>`),
			[]string{`table 0 sheet "一" hidden "true" rows "map[0:true 1:true]" cols "map[1:true 2:true]"`, `A1 "1" number`, `B1 "2" number`, `C1 "3" number`, `A2 "4" number`}},
		{"struck", book(sheet(row(cell(`ss:StyleID="s"`, "Number", "9") + cell(`ss:StyleID="s"`, "String", "x") + `<Cell><ss:Data ss:Type="String" xmlns="http://www.w3.org/TR/REC-html40"><S>100</S><B>120<Font>人</Font></B></ss:Data></Cell>`))),
			[]string{`table 0 sheet "台账"`, `C1 "120人"`, `A1 left out: struck "9"`, `B1 left out: struck "x"`, `C1 left out: struck "100"`}},
		{"formulas", book(sheet(row(cell(`ss:Formula="=SUM(R[1]C:R2C[3])*2"`, "Number", "3") + `<Cell ss:Formula="=RC[-1]&amp;&quot;R1C1&quot;"/>` + `<Cell ss:Formula="=SUM(R1)"/><Cell ss:Formula="=SUM(C5)"/><Cell ss:Formula="=RC[-9]"/>` + cell(`ss:Formula="=LOG10(Name_1)" ss:ArrayRange="RC"`, "Number", "1") + cell(`ss:Formula="=&quot;&quot;"`, "String", "")))),
			[]string{`table 0 sheet "台账"`, `A1 "3" number =SUM(A2:D$2)*2`, `B1 "" number =A1&"R1C1" without value`, `C1 "" number =R1C1:SUM(R1) without value`, `D1 "" number =R1C1:SUM(C5) without value`, `E1 "" number =R1C1:RC[-9] without value`, `F1 "1" number ={LOG10(Name_1)}`, `G1 "" =""`}},
		{"comments and names", book(sheet(row(`<Cell><Data ss:Type="Number">1</Data><Comment><ss:Data>批注</ss:Data></Comment><NamedCell ss:Name="x"/></Cell><Cell ss:StyleID="p"/>`))), []string{`table 0 sheet "台账"`, `A1 "1" number`}},
		{"1904", decl + `<Workbook ` + ns + `><x:ExcelWorkbook><x:Date1904/></x:ExcelWorkbook>` + styles + sheet(row(cell(`ss:StyleID="d"`, "Number", "43247"))) + `</Workbook>`, []string{`table 0 sheet "台账"`, `A1 "43247" number date 2022-05-28`}},
		{"other prefix", strings.ReplaceAll(strings.ReplaceAll(strings.ReplaceAll(book(sheet(row(cell("", "Number", "1")))), "ss:", "q:"), ":ss=", ":q="), `<Workbook xmlns="urn:schemas`, `<Workbook xmlns="urn:schemas`), []string{`table 0 sheet "台账"`, `A1 "1" number`}},
		{"an empty sheet", book(`<Worksheet ss:Name="空"/>`), []string{`table 0 sheet "空"`}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			tables, err := read(tt.book)
			if err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(tt.want, sheettest.Lines(tables)); d != "" {
				t.Error(d)
			}
		})
	}
}

func TestEncodings(t *testing.T) {
	want := []string{`table 0 sheet "台账"`, `A1 "养老"`}
	text := book(sheet(row(cell("", "String", "养老"))))
	gbk, err := simplifiedchinese.GBK.NewEncoder().String(strings.Replace(text, "UTF-8", "GB2312", 1))
	if err != nil {
		t.Fatal(err)
	}
	for _, data := range []string{text, "\xef\xbb\xbf" + text, gbk} {
		tables, err := read(data)
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(want, sheettest.Lines(tables)); d != "" {
			t.Error(d)
		}
	}
}

func TestRefused(t *testing.T) {
	one := cell("", "Number", "1")
	for _, tt := range []struct{ name, data, want string }{
		{"another root", decl + `<a/>`, "F01 structure"},
		{"no sheet", book(""), "F01 structure"},
		{"a DOCTYPE", strings.Replace(book(sheet("")), "<Workbook", "<!DOCTYPE a><Workbook", 1), "F01 doctype"},
		{"index backwards", book(sheet(row(one + cell(`ss:Index="1"`, "Number", "2")))), "F01 reference"},
		{"row backwards", book(sheet(row("") + `<Row ss:Index="1"/>`)), "F01 reference"},
		{"index out of range", book(sheet(row(cell(`ss:Index="16385"`, "Number", "2")))), "F01 reference"},
		{"a value under a merge", book(sheet(row(cell(`ss:MergeDown="1"`, "Number", "1")) + row(one))), "F01 structure"},
		{"overlapping merges", book(sheet(row(`<Cell/>`+cell(`ss:MergeDown="1"`, "Number", "1")) + row(cell(`ss:MergeAcross="1"`, "Number", "1")))), "F01 structure"},
		{"no such style", book(sheet(row(cell(`ss:StyleID="x"`, "Number", "1")))), "F01 reference"},
		{"two values", book(sheet(row(`<Cell><Data ss:Type="Number">1</Data><Data ss:Type="Number">2</Data></Cell>`))), "F01 duplicate"},
		{"no number", book(sheet(row(cell("", "Number", "1,200")))), "F01 number"},
		{"no date", book(sheet(row(cell("", "DateTime", "2022-05-32T00:00:00.000")))), "F01 number"},
		{"no type", book(sheet(row(`<Cell><Data>1</Data></Cell>`))), "F01 structure"},
		{"an element in a number", book(sheet(row(cell("", "Number", "<html:B>1</html:B>")))), "F01 structure"},
		{"two tables", book(`<Worksheet ss:Name="a"><Table/><Table/></Worksheet>`), "F01 duplicate"},
		{"many sheets", book(strings.Repeat(sheet(""), 101)), "F06 sheets"},
		{"many cells", book(sheet(strings.Repeat(row(strings.Repeat(one, 1000)), 201))), "F06 cells"},
	} {
		if got := sheettest.Verdict(read(tt.data)); got != tt.want {
			t.Errorf("%s: %s, want %s", tt.name, got, tt.want)
		}
	}
}

// TestCut cuts a workbook anywhere: each cut is refused.
func TestCut(t *testing.T) {
	whole := book(sheet(row(cell("", "String", "养老")+cell("", "Number", "120")) + row(cell(`ss:Index="2"`, "Number", "98"))))
	for n := range len(whole) {
		if _, err := read(whole[:n]); strict.CodeOf(err) != ledger.FDamaged {
			t.Errorf("cut at %d: %v", n, err)
		}
	}
	t.Logf("%d cuts refused", len(whole))
}

func FuzzRead(f *testing.F) {
	office, err := os.ReadFile("../testdata/kinds/office-ledger.xml")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(string(office))
	f.Add(book(sheet(row(cell(`ss:Index="2" ss:MergeAcross="1" ss:Formula="=RC[-1]"`, "Number", "1")))))
	f.Fuzz(func(t *testing.T, data string) {
		tables, err := read(data)
		if err != nil && (tables != nil || strict.CodeOf(err) == "") {
			t.Errorf("%d tables, error %v", len(tables), err)
		}
	})
}

// TestAnnouncedSize: a row that stands twice makes the table longer than it
// announces.
func TestAnnouncedSize(t *testing.T) {
	one := row(cell("", "Number", "120") + cell("", "Number", "35"))
	for _, tt := range []struct {
		size, rows string
		ok         bool
	}{
		{`ss:ExpandedColumnCount="2" ss:ExpandedRowCount="2"`, one + one, true},
		{`ss:ExpandedColumnCount="9" ss:ExpandedRowCount="9"`, one, true},
		{``, one + one, true},
		{`ss:ExpandedColumnCount="2" ss:ExpandedRowCount="1"`, one + one, false},
		{`ss:ExpandedColumnCount="1" ss:ExpandedRowCount="2"`, one, false},
		{`ss:ExpandedRowCount="x"`, one, false},
	} {
		_, err := read(book(`<Worksheet ss:Name="一"><Table ` + tt.size + `>` + tt.rows + `</Table></Worksheet>`))
		if (err == nil) != tt.ok {
			t.Errorf("%s: %v", tt.size, err)
		}
	}
}
