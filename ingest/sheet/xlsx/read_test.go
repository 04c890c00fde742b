package xlsx_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"

	"taizhang/ingest/sheet/strict"
	"taizhang/ledger"
)

func TestValues(t *testing.T) {
	for _, tt := range []struct {
		name, sheet string
		want        []string
	}{
		{"numbers as spelled", `<row r="1"><c r="A1"><v>120</v></c><c r="B1"><v>120.0</v></c><c r="C1"><v>1E3</v></c><c r="D1"><v>-0</v></c><c r="E1"><v> 7
</v></c></row>`, []string{"A1=120", "B1=120.0", "C1=1E3", "D1=-0", "E1=7"}},
		{"shared strings and their space", `<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c></row>`, []string{"A1=养老", "B1= 工伤\n"}},
		{"inline strings", `<row r="1"><c r="A1" t="inlineStr"><is><t>a &amp; b &#20859;</t></is></c><c r="B1" t="inlineStr"><is><r><t>甲</t></r><r><rPr><b/></rPr><t>乙</t></r><rPh sb="0" eb="1"><t>jia</t></rPh></is></c></row>`, []string{"A1=a & b 养", "B1=甲乙"}},
		{"booleans and errors", `<row r="1"><c r="A1" t="b"><v>1</v></c><c r="B1" t="b"><v>0</v></c><c r="C1" t="e"><v>#REF!</v></c></row>`, []string{"A1=TRUE", "B1=FALSE", "C1=#REF!"}},
		{"escapes", `<row r="1"><c r="A1" t="str"><v>a_x000D_b_x005F_x0041_ _xZZZZ_ _xD83D__xDE00_</v></c></row>`, []string{"A1=a\rb_x0041_ _xZZZZ_ 😀"}},
		{"styled blanks are absent", `<row r="1" s="1"><c r="A1" s="1"/><c r="B1" s="1"></c><c r="C1" s="1"><v></v></c><c r="D1" t="s"/><c r="E1"><v>1</v></c></row>`, []string{"E1=1"}},
		{"white space is a text", `<row r="1"><c r="A1" t="inlineStr"><is><t xml:space="preserve">  </t></is></c></row>`, []string{"A1=  "}},
		{"no names", `<row><c><v>1</v></c><c><v>2</v></c></row><row><c><v>3</v></c><c r="D2"><v>4</v></c><c><v>5</v></c></row>`, []string{"A1=1", "B1=2", "A2=3", "D2=4", "E2=5"}},
		{"rows back to front", `<row r="3"><c r="A3"><v>3</v></c></row><row r="1"><c r="B1"><v>2</v></c><c r="A1"><v>1</v></c></row>`, []string{"A1=1", "B1=2", "A3=3"}},
		{"a row in two pieces", `<row r="1"><c r="A1"><v>1</v></c></row><row r="1"><c r="B1"><v>2</v></c></row>`, []string{"A1=1", "B1=2"}},
		{"CDATA, comments, instructions", `<!-- <row r="9"/> --><row r="1"><?x y?><c r="A1" t="str"><v><![CDATA[<a>&amp;]]>]]&gt;</v></c></row>`, []string{"A1=<a>&amp;]]>"}},
		{"'>' in an attribute", `<row r="1" spans="1>2"><c r='A1' t = "str" ><v >x</v ></c></row>`, []string{"A1=x"}},
		{"extension lists", `<row r="1"><c r="A1"><v>1</v><extLst><ext><v>9</v></ext></extLst></c><extLst><c r="B1"><v>2</v></c></extLst></row>`, []string{"A1=1"}},
		{"line ends", "<row r=\"1\"><c r=\"A1\" t=\"str\"><v>a\r\nb\rc&#13;d</v></c></row>", []string{"A1=a\nb\nc\rd"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if d := cmp.Diff(tt.want, values(newBook(tt.sheet).table(t))); d != "" {
				t.Error(d)
			}
		})
	}
}

func TestContainerForms(t *testing.T) {
	row := `<row r="1"><c r="A1"><v>1</v></c><c r="B1" t="s"><v>0</v></c></row>`
	want := []string{"A1=1", "B1=养老"}
	b := newBook(row)
	get := func(name string) string {
		for _, p := range b {
			if p.name == name {
				return p.text
			}
		}
		return ""
	}
	strictly := func(s string) string {
		s = strings.ReplaceAll(s, nsMain, "http://purl.oclc.org/ooxml/spreadsheetml/main")
		return strings.ReplaceAll(s, nsRel, "http://purl.oclc.org/ooxml/officeDocument/relationships")
	}
	allStrict := book{}
	for _, p := range b {
		allStrict = append(allStrict, part{p.name, strictly(p.text)})
	}
	const sst, ws = "xl/sharedStrings.xml", "xl/worksheets/sheet1.xml"
	wide, err := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder().String(strings.Replace(get(sst), "UTF-8", "UTF-16", 1))
	must(err)
	bare, err := unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM).NewEncoder().String(strings.Replace(get(sst), "UTF-8", "UTF-16", 1))
	must(err)
	gbk, err := simplifiedchinese.GBK.NewEncoder().String(strings.Replace(get(sst), "UTF-8", "GBK", 1))
	must(err)
	prefixed := decl + `<x:worksheet xmlns:x="` + nsMain + `" xmlns="urn:other"><sheetData/><x:sheetData><x:row r="1"><x:c r="A1"><x:v>1</x:v></x:c><x:c r="B1" t="s"><x:v>0</x:v></x:c></x:row></x:sheetData></x:worksheet>`
	for name, b := range map[string]book{
		"strict":        allStrict,
		"UTF-16 LE":     b.with(sst, wide),
		"UTF-16 BE":     b.with(sst, bare),
		"GBK":           b.with(sst, gbk),
		"BOM":           b.with(sst, "\xef\xbb\xbf"+get(sst)),
		"prefixes":      b.with(ws, prefixed),
		"absolute":      b.with("xl/_rels/workbook.xml.rels", rels("worksheet", "/xl/worksheets/sheet1.xml", "styles", "../xl/./styles.xml", "sharedStrings", "SharedStrings.xml")),
		"other parts":   b.with("xl/media/a.png", "\x89PNG").with("customXml/item1.xml", "<a/>").with("xl/drawings/vml.vml", "<br>"),
		"module":        b.with("xl/workbook.xml", workbookXML(``+`<sheets><sheet name="Module1" sheetId="9" r:id=""/></sheets>`)),
		"external link": b.with("xl/worksheets/_rels/sheet1.xml.rels", `<Relationships xmlns="`+nsPack+`"><Relationship Id="a" Type="x/hyperlink" Target="http://example.invalid/" TargetMode="External"/></Relationships>`),
	} {
		t.Run(name, func(t *testing.T) {
			if d := cmp.Diff(want, values(b.table(t))); d != "" {
				t.Error(d)
			}
		})
	}
}

func TestSheets(t *testing.T) {
	b := newBook(`<row><c><v>1</v></c></row>`)
	b = b.with("xl/workbook.xml", `<workbook xmlns="`+nsMain+`" xmlns:r="`+nsRel+`"><sheets><sheet name="一" sheetId="1" r:id="rId1"/><sheet name="图" sheetId="4" r:id="rId2"/><sheet name="二" state="hidden" sheetId="2" r:id="rId3"/><sheet name="三" state="veryHidden" sheetId="3" r:id="rId4"/></sheets></workbook>`)
	b = b.with("xl/_rels/workbook.xml.rels", rels("worksheet", "worksheets/sheet1.xml", "chartsheet", "chartsheets/sheet1.xml", "worksheet", "worksheets/sheet2.xml", "worksheet", "worksheets/sheet3.xml"))
	b = b.with("xl/chartsheets/sheet1.xml", `<chartsheet xmlns="`+nsMain+`"/>`)
	b = b.with("xl/worksheets/sheet2.xml", worksheet(``)).with("xl/worksheets/sheet3.xml", worksheet(`<row><c><v>3</v></c></row>`))
	ts, err := read(b.bytes())
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, x := range ts {
		got = append(got, x.File+"/"+x.Sheet+map[bool]string{true: " hidden"}[x.Hidden]+" "+strings.Join(values(x), ","))
	}
	if d := cmp.Diff([]string{"a.xlsx/一 A1=1", "a.xlsx/二 hidden ", "a.xlsx/三 hidden A1=3"}, got); d != "" {
		t.Error(d)
	}
}

func TestFormulas(t *testing.T) {
	const sheet = `<row r="1"><c r="A1"><f>SUM(B1:C1)</f><v>7</v></c><c r="B1"><f t="shared" ref="B1:B3" si="0">A1+$C$1+Sheet2!D1&amp;"A1"</f><v>1</v></c></row>` +
		`<row r="2"><c r="A2"><f>B2</f></c><c r="B2"><f t="shared" si="0"/><v>2</v></c><c r="C2" t="str"><f>""</f><v></v></c></row>` +
		`<row r="3"><c r="A3"><f t="array" ref="A3:A4">B1:B2*2</f><v>0</v></c><c r="B3"><f t="shared" si="0"/><v></v></c><c r="C3"><f>B3</f><v>0.0</v></c></row>` +
		`<row r="4"><c r="A4"><v>0</v></c><c r="B4"><v>0</v></c></row>`
	type got struct {
		Name, Text, Formula string
		NoValue             bool
	}
	collect := func(tb *ledger.Table) (out []got) {
		for _, c := range tb.Cells() {
			out = append(out, got{c.Name(), c.Text, c.Formula, c.NoValue})
		}
		return out
	}
	want := []got{
		{"A1", "7", "SUM(B1:C1)", false},
		{"B1", "1", `A1+$C$1+Sheet2!D1&"A1"`, false},
		{"A2", "", "B2", true},
		{"B2", "2", `A2+$C$1+Sheet2!D2&"A1"`, false},
		{"C2", "", `""`, false},
		{"A3", "0", "{B1:B2*2}", false},
		{"B3", "", `A3+$C$1+Sheet2!D3&"A1"`, true},
		{"C3", "0.0", "B3", false},
		{"A4", "0", "{B1:B2*2}", false},
		{"B4", "0", "", false},
	}
	if d := cmp.Diff(want, collect(newBook(sheet).table(t))); d != "" {
		t.Error("as saved:", d)
	}
	// The file asks to be calculated: a 0 and an empty text count as none.
	for _, i := range []int{4, 5, 7, 8} {
		want[i].Text, want[i].NoValue = "", true
	}
	for _, calc := range []string{`<calcPr fullCalcOnLoad="1"/>`, `<calcPr calcCompleted="0"/>`} {
		b := newBook(sheet).with("xl/workbook.xml", workbookXML(calc))
		if d := cmp.Diff(want, collect(b.table(t))); d != "" {
			t.Errorf("%s: %s", calc, d)
		}
	}
}

func TestMergesAndHidden(t *testing.T) {
	tb := newBook(`<sheetPr><outlinePr summaryRight="0"/></sheetPr><sheetFormatPr zeroHeight="1"/>
<cols><col min="2" max="2" width="0"/><col min="3" max="3" collapsed="1"/><col min="4" max="5" hidden="1" outlineLevel="1"/><col min="6" max="16384" hidden="true"/></cols>
<sheetData><row r="1"><c r="A1"><v>1</v></c><c r="C1"><v>2</v></c><c r="F1"><v>3</v></c></row><row r="2" hidden="1"/><row r="3" ht="0"/>
<row r="4" hidden="1" outlineLevel="1"/><row r="5" hidden="1" outlineLevel="2"/><row r="6" collapsed="1"/><row r="8"><c r="A8"><v>8</v></c></row></sheetData>
<mergeCells><mergeCell ref="A1:C1"/><mergeCell ref="A8"/></mergeCells>`).table(t)
	want := fact{
		Sheet: "台账", Cells: tb.Cells(),
		Merges: []ledger.Range{{First: ledger.Ref{}, Last: ledger.Ref{Col: 2}}},
		Rows:   map[int]bool{1: true, 2: true, 3: true, 4: true, 6: true},
		CRows:  map[int]bool{3: true, 4: true},
		Cols:   map[int]bool{1: true, 3: true, 4: true, 5: true},
		CCol:   map[int]bool{3: true, 4: true},
		Notes: []ledger.Finding{{Code: ledger.FHiddenPart, Severity: ledger.Note, File: "a.xlsx", Sheet: "台账", Cell: "C1",
			Value: "2", Args: map[string]string{"what": "merged"}}},
	}
	if d := cmp.Diff([]fact{want}, facts([]*ledger.Table{tb})); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff([]string{"A1=1", "F1=3", "A8=8"}, values(tb)); d != "" {
		t.Error(d)
	}
}

func TestGroupsWithoutMark(t *testing.T) {
	tb := newBook(`<row r="1" hidden="1" outlineLevel="1"><c><v>1</v></c></row><row r="2" hidden="1"><c><v>2</v></c></row><row r="3"><c><v>3</v></c></row>`).table(t)
	if !tb.CollapsedRows[0] || tb.CollapsedRows[1] || !tb.HiddenRows[1] || tb.HiddenRows[2] {
		t.Errorf("hidden %v, collapsed %v", tb.HiddenRows, tb.CollapsedRows)
	}
}

func TestStruckOut(t *testing.T) {
	b := newBook(`<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" s="2" t="s"><v>0</v></c><c r="C1" s="2"><v>5</v></c><c r="D1" t="s"><v>1</v></c><c r="E1" s="2" t="s"><v>2</v></c><c r="F1" s="2"/><c r="G1" t="s"><v>3</v></c></row>`)
	b = b.strings(`<si><r><t>120</t></r><r><rPr><strike/></rPr><t>130</t></r><r><rPr><strike val="0"/></rPr><t>人</t></r></si>` +
		`<si><r><rPr><strike val="1"/></rPr><t>9</t></r></si><si><t>旧</t></si><si><t>新</t></si>`)
	tb := b.table(t)
	if d := cmp.Diff([]string{"A1=120人", "B1=人", "G1=新"}, values(tb)); d != "" {
		t.Error(d)
	}
	var notes []string
	for _, n := range tb.Notes {
		notes = append(notes, n.Cell+" "+n.Args["what"]+" "+n.Value)
	}
	if d := cmp.Diff([]string{"A1 struck 120人", "B1 struck 120人", "C1 struck 5", "D1 struck ", "E1 struck 旧"}, notes); d != "" {
		t.Error(d)
	}
}

func TestFormatsAndDates(t *testing.T) {
	codes := []struct {
		code, value string
		want        ledger.FormatClass
		date        string
	}{
		{`General`, "1", ledger.FormatPlain, ""},
		{`#,##0`, "1", ledger.FormatPlain, ""},
		{`0%`, "0.5", ledger.FormatPercent, ""},
		{`0"%"`, "0.5", ledger.FormatPercent, ""},
		{`#`, "0", ledger.FormatHidden, ""},
		{`#,###`, "0", ledger.FormatHidden, ""},
		{`#,###`, "7", ledger.FormatPlain, ""},
		{`#,##0`, "0", ledger.FormatPlain, ""},
		{`[<9]#;0`, "0", ledger.FormatHidden, ""},
		{`0.00E+00`, "1", ledger.FormatPlain, ""},
		{`#,##0,`, "1", ledger.FormatScaled, ""},
		{`0!.0,`, "12000", ledger.FormatScaled, ""},
		{`0\.0,"万"`, "12000", ledger.FormatScaled, ""},
		{`0"万人"`, "12", ledger.FormatScaled, ""},
		{`0.00,,`, "12", ledger.FormatScaled, ""},
		{`#,##0,.00`, "12", ledger.FormatScaled, ""},
		{`0"人"`, "12", ledger.FormatPlain, ""},
		{`;;;`, "12", ledger.FormatHidden, ""},
		{`0;-0;;@`, "0", ledger.FormatHidden, ""},
		{`0;-0;;@`, "3", ledger.FormatPlain, ""},
		{`_ * #,##0_ ;_ * \-#,##0_ ;_ * "-"??_ ;_ @_ `, "0", ledger.FormatPlain, ""},
		{`_(* #,##0_);_(* \(#,##0\);_(* "-"_);_(@_)`, "0", ledger.FormatPlain, ""},
		{`0;[Red]-0%`, "-1", ledger.FormatPercent, ""},
		{`[>=10000]0!.0,"万";0`, "12000", ledger.FormatScaled, ""},
		{`[>=10000]0!.0,"万";0`, "120", ledger.FormatPlain, ""},
		{`[=0]"—";0`, "0", ledger.FormatPlain, ""},
		{`"已完成"`, "5", ledger.FormatHidden, ""},
		{`[DBNum1][$-804]General`, "5", ledger.FormatPlain, ""},
		{`[$-804]yyyy"年"m"月"d"日";@`, "44709", ledger.FormatDate, "2022-05-28"},
		{`yyyy/m/d h:mm`, "44709.75", ledger.FormatDate, "2022-05-28"},
		{`[h]:mm`, "44709", ledger.FormatDate, "2022-05-28"},
		{`m"月"d"日"`, "60", ledger.FormatDate, "1900-02-29"},
		{`m"月"d"日"`, "59", ledger.FormatDate, "1900-02-28"},
		{`m"月"d"日"`, "61", ledger.FormatDate, "1900-03-01"},
		{`h:mm`, "0.5", ledger.FormatDate, ""},
		{`yyyy-mm-dd`, "-4", ledger.FormatDate, ""},
		{`\y0`, "4", ledger.FormatPlain, ""},
		{`[Red]0`, "4", ledger.FormatPlain, ""},
		{`# ?/?`, "0.5", ledger.FormatPlain, ""},
		{`@`, "4", ledger.FormatPlain, ""},
		{``, "4", ledger.FormatPlain, ""},
	}
	var formats, xfs, cells strings.Builder
	esc := strings.NewReplacer("&", "&amp;", "<", "&lt;", `"`, "&quot;")
	for i, c := range codes {
		n := i + 200
		formats.WriteString(`<numFmt numFmtId="` + itoa(n) + `" formatCode="` + esc.Replace(c.code) + `"/>`)
		xfs.WriteString(`<xf numFmtId="` + itoa(n) + `"/>`)
		cells.WriteString(`<row><c s="` + itoa(i) + `"><v>` + c.value + `</v></c></row>`)
	}
	b := newBook(cells.String()).styles(`<numFmts>` + formats.String() + `</numFmts><cellXfs>` + xfs.String() + `</cellXfs>`)
	for i, c := range b.table(t).Cells() {
		if w := codes[i]; c.Format != w.want || c.Date.String() != w.date {
			t.Errorf("%q of %s: class %d date %v, want %d %s", w.code, w.value, c.Format, c.Date, w.want, w.date)
		}
	}
}

func TestBuiltinFormats(t *testing.T) {
	var xfs, cells strings.Builder
	for i := range 82 {
		xfs.WriteString(`<xf numFmtId="` + itoa(i) + `"/>`)
		cells.WriteString(`<row><c s="` + itoa(i) + `"><v>44709</v></c></row>`)
	}
	b := newBook(cells.String()).styles(`<cellXfs>` + xfs.String() + `</cellXfs>`)
	var dates, percents []string
	for i, c := range b.table(t).Cells() {
		switch c.Format {
		case ledger.FormatDate:
			dates = append(dates, itoa(i))
		case ledger.FormatPercent:
			percents = append(percents, itoa(i))
		}
	}
	if got := strings.Join(dates, " "); got != "14 15 16 17 18 19 20 21 22 27 28 29 30 31 32 33 34 35 36 45 46 47 50 51 52 53 54 55 56 57 58 71 72 73 74 75 76 77 78 79 80 81" {
		t.Errorf("dates: %s", got)
	}
	if got := strings.Join(percents, " "); got != "9 10 67 68" {
		t.Errorf("percents: %s", got)
	}
}

func TestDate1904AndISO(t *testing.T) {
	b := newBook(`<row><c s="1"><v>43247</v></c><c t="d" s="1"><v>2022-05-28</v></c><c t="d"><v>2022-05-28T12:00:00</v></c></row>`)
	b = b.with("xl/workbook.xml", workbookXML(`<workbookPr date1904="1"/>`))
	for _, c := range b.table(t).Cells() {
		if c.Format != ledger.FormatDate || c.Date.String() != "2022-05-28" || !strings.HasPrefix(c.Text, "43247") {
			t.Errorf("%s: %+v", c.Name(), c)
		}
	}
}

func TestRefused(t *testing.T) {
	b := newBook(`<row><c><v>1</v></c></row>`)
	sheet := newBook
	const wb, wbRels, ws, sst = "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"
	for name, tt := range map[string]struct {
		b    book
		want strict.Reason
	}{
		"no content types":      {b.without("[Content_Types].xml"), strict.Missing},
		"no root relations":     {b.without("_rels/.rels"), strict.Missing},
		"no workbook":           {b.without(wb), strict.Missing},
		"no workbook relations": {b.without(wbRels), strict.Missing},
		"no sheet":              {b.without(ws), strict.Missing},
		"no strings":            {b.without(sst), strict.Missing},
		"no styles":             {b.without("xl/styles.xml"), strict.Missing},
		"drawing missing":       {b.with("xl/worksheets/_rels/sheet1.xml.rels", rels("drawing", "../drawings/drawing1.xml")), strict.Missing},
		"two members":           {append(b, part{"XL/workbook.xml", ""}), strict.Duplicate},
		"two strings parts":     {b.with(wbRels, rels("worksheet", "worksheets/sheet1.xml", "sharedStrings", "sharedStrings.xml", "sharedStrings", "styles.xml")), strict.Duplicate},
		"doctype":               {b.with(ws, `<!DOCTYPE x [<!ENTITY a "b">]>`+worksheet("")), strict.Doctype},
		"doctype elsewhere":     {b.with("docProps/app.xml", `<!doctype a><a/>`), strict.Doctype},
		"unknown entity":        {sheet(`<row><c><v>&a;</v></c></row>`), strict.XML},
		"other part cut":        {b.with("docProps/app.xml", `<a><b>`), strict.Cut},
		"wrong end tag":         {sheet(`<row><c><v>1</c></v></row>`), strict.XML},
		"attribute twice":       {sheet(`<row><c r="A1" r="A1"><v>1</v></c></row>`), strict.XML},
		"undeclared prefix":     {sheet(`<x:row/>`), strict.XML},
		"second root":           {b.with(ws, worksheet("")+"<a/>"), strict.XML},
		"text behind":           {b.with(ws, worksheet("")+"a"), strict.XML},
		"not UTF-8":             {b.with(sst, `<sst xmlns="`+nsMain+`"><si><t>`+"\xc4\xfa"+`</t></si></sst>`), strict.Encoding},
		"not the declared":      {b.with(sst, `<?xml version="1.0" encoding="GBK"?><sst xmlns="`+nsMain+`"><si><t>`+"\xff\xff"+`</t></si></sst>`), strict.Encoding},
		"declared UTF-16":       {b.with(sst, `<?xml version="1.0" encoding="UTF-16"?><sst xmlns="`+nsMain+`"/>`), strict.Encoding},
		"control character":     {sheet("<row><c><v>1\x01</v></c></row>"), strict.XML},
		"string out of range":   {sheet(`<row><c t="s"><v>2</v></c></row>`), strict.Reference},
		"string negative":       {sheet(`<row><c t="s"><v>-1</v></c></row>`), strict.Reference},
		"style out of range":    {sheet(`<row><c s="3"><v>1</v></c></row>`), strict.Reference},
		"font out of range":     {b.styles(`<fonts><font/></fonts><cellXfs><xf fontId="1"/></cellXfs>`), strict.Reference},
		"cell of another row":   {sheet(`<row r="1"><c r="A2"><v>1</v></c></row>`), strict.Reference},
		"row 0":                 {sheet(`<row r="0"/>`), strict.Reference},
		"row beyond":            {sheet(`<row r="1048577"/>`), strict.Reference},
		"column beyond":         {sheet(`<row r="1"><c r="XFE1"/></row>`), strict.Reference},
		"cell twice":            {sheet(`<row r="1"><c r="A1"><v>1</v></c><c r="A1"><v>2</v></c></row>`), strict.Duplicate},
		"cell twice, one empty": {sheet(`<row r="2"/><row r="1"><c r="A1"/></row><row r="1"><c r="A1"><v>2</v></c></row>`), strict.Duplicate},
		"two values":            {sheet(`<row><c><v>1</v><v>2</v></c></row>`), strict.Duplicate},
		"two sheetData":         {sheet(`<sheetData/><sheetData/>`), strict.Duplicate},
		"unknown type":          {sheet(`<row><c t="x"><v>1</v></c></row>`), strict.Structure},
		"unknown element":       {sheet(`<row><d/></row>`), strict.Structure},
		"element in a value":    {sheet(`<row><c><v>1<b/></v></c></row>`), strict.XML},
		"no number":             {sheet(`<row><c><v>1,2</v></c></row>`), strict.Number},
		"hexadecimal":           {sheet(`<row><c><v>0x10</v></c></row>`), strict.Number},
		"infinite":              {sheet(`<row><c><v>Inf</v></c></row>`), strict.Number},
		"too big":               {sheet(`<row><c><v>1e999</v></c></row>`), strict.Number},
		"lost shared formula":   {sheet(`<row><c><f t="shared" si="4"/><v>1</v></c></row>`), strict.Reference},
		"merges overlap":        {sheet(`<sheetData/><mergeCells><mergeCell ref="A1:C3"/><mergeCell ref="B2:D2"/></mergeCells>`), strict.Structure},
		"unknown state":         {b.with(wb, strings.Replace(workbookXML(""), `name="台账"`, `name="台账" state="gone"`, 1)), strict.Structure},
		"no sheets":             {b.with(wb, `<workbook xmlns="`+nsMain+`"/>`), strict.Structure},
		"another root":          {b.with(ws, `<chartsheet xmlns="`+nsMain+`"/>`), strict.Structure},
		"another namespace":     {b.with(ws, strings.Replace(worksheet(""), nsMain, "urn:x", 1)), strict.Structure},
	} {
		t.Run(name, func(t *testing.T) {
			ts, err := read(tt.b.bytes())
			var e *strict.Error
			if !asError(err, &e) || e.Code != ledger.FDamaged || e.Args["reason"] != string(tt.want) {
				t.Errorf("%v, want %s", err, tt.want)
			}
			if ts != nil {
				t.Error("tables beside an error")
			}
		})
	}
}
