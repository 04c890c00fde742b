package hostile

import (
	"strings"

	"taizhang/ledger"
)

const (
	nsW     = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
	nsTable = "urn:oasis:names:tc:opendocument:xmlns:table:1.0"
)

// docx is a document with this body.
func docx(body member) []byte {
	body.name = "word/document.xml"
	body.head = `<?xml version="1.0" encoding="UTF-8"?><w:document xmlns:w="` + nsW + `"><w:body>` + body.head
	body.tail += `<w:sectPr/></w:body></w:document>`
	return pack(
		text("[Content_Types].xml", `<Types xmlns="`+nsPack+`content-types"><Default Extension="xml" ContentType="application/xml"/><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>`),
		text("_rels/.rels", `<Relationships xmlns="`+nsPack+`relationships"><Relationship Id="a" Type="`+nsDoc+`/officeDocument" Target="word/document.xml"/></Relationships>`),
		body)
}

// ods is a spreadsheet with these rows.
func ods(rows member) []byte {
	const mime = "application/vnd.oasis.opendocument.spreadsheet"
	rows.name = "content.xml"
	rows.head = `<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:table="` + nsTable + `" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:spreadsheet><table:table table:name="S">` + rows.head
	rows.tail += `</table:table></office:spreadsheet></office:body></office:document-content>`
	return pack(text("mimetype", mime), text("META-INF/manifest.xml", `<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"><manifest:file-entry manifest:full-path="/" manifest:media-type="`+mime+`"/><manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/></manifest:manifest>`), rows)
}

// around puts s into n pairs of marks.
func around(s, before, after string, n int) string {
	return strings.Repeat(before, n) + s + strings.Repeat(after, n)
}

// documents are .docx and .ods files.
func documents(s size) []Case {
	one := `<table:table-cell office:value-type="float" office:value="1" table:number-columns-repeated="16384"><text:p>1</text:p></table:table-cell>`
	p := `<w:p><w:r><w:t>1</w:t></w:r></w:p>`
	return []Case{
		{"ods: a cell repeated 1,048,576 × 16,384 times", "a.ods", func() []byte {
			return ods(member{head: `<table:table-row table:number-rows-repeated="1048576">` + one + `</table:table-row>`})
		}, refused},
		{"ods: 10,000 rows of repeated blanks, each a million", "a.ods", func() []byte {
			return ods(member{body: `<table:table-row table:number-rows-repeated="1048576"><table:table-cell table:number-columns-repeated="16384"/></table:table-row>`, n: s.of(10_000, 100)})
		}, append(refused, nothing...)},
		{"ods: spaces repeated 2 billion times", "a.ods", func() []byte {
			return ods(member{head: `<table:table-row><table:table-cell office:value-type="string"><text:p>a<text:s text:c="2147483647"/></text:p></table:table-cell></table:table-row>`})
		}, append(refused, nothing...)},
		{"ods: billion laughs", "a.ods", func() []byte {
			return pack(text("mimetype", "application/vnd.oasis.opendocument.spreadsheet"), text("META-INF/manifest.xml", "<a/>"), text("content.xml", laughs("<x>&a9;</x>")))
		}, damaged},
		{"docx: tables 60 deep, 500 of them", "a.docx", func() []byte {
			return docx(member{body: around(p, `<w:tbl><w:tr><w:tc>`, p+`</w:tc></w:tr></w:tbl>`, 60), n: s.of(500, 1)})
		}, append(refused, nothing...)},
		{"docx: a cell over a billion columns", "a.docx", func() []byte {
			return docx(member{head: `<w:tbl><w:tr><w:tc><w:tcPr><w:gridSpan w:val="1000000000"/></w:tcPr>` + p + `</w:tc></w:tr></w:tbl>`})
		}, append(refused, nothing...)},
		{"docx: a million cells", "a.docx", func() []byte {
			return docx(member{head: `<w:tbl>`, body: `<w:tr><w:tc>` + p + `</w:tc></w:tr>`, n: s.of(1_000_000, 210_000), tail: `</w:tbl>`})
		}, tooLarge},
		{"docx: one word of 60 MB", "a.docx", func() []byte {
			return docx(member{head: `<w:tbl><w:tr><w:tc><w:p><w:r><w:t>`, body: "社保abcdefg,-", n: s.of(4_000_000, 40_000), tail: `</w:t></w:r></w:p></w:tc></w:tr></w:tbl>`})
		}, tooLarge},
		{"docx: an external entity", "a.docx", func() []byte {
			return pack(text("[Content_Types].xml", `<Types/>`), text("_rels/.rels", outside+`<Relationships>&e;</Relationships>`), text("word/document.xml", outside+`<x>&e;</x>`))
		}, damaged},
	}
}

// texts are .html, .csv and .xml files.
func texts(s size) []Case {
	any := append(append([]ledger.Code{ledger.FUnsupported}, refused...), nothing...)
	return []Case{
		{"html: 100,000 nested tables", "a.html", func() []byte { return []byte("<html>" + strings.Repeat("<table><tr><td>", s.of(100_000, 5_000))) }, any},
		{"html: a cell over a billion columns and rows", "a.html", func() []byte {
			return []byte(`<html><table>` + strings.Repeat(`<tr><td colspan=1000000000 rowspan=1000000000>1`, 100) + `</table>`)
		}, any},
		{"html: 2 million cells", "a.html", func() []byte {
			return []byte("<html><table>" + strings.Repeat("<tr><td>1<td>2", s.of(1_000_000, 110_000)))
		}, tooLarge},
		{"html: 20,000 rows, each with a cell over all the rest", "a.html", func() []byte {
			return []byte("<html><table>" + strings.Repeat("<tr><td rowspan=0>1<td rowspan=65534 colspan=1000>2", s.of(20_000, 1_000)))
		}, any},
		{"html: 5 million elements that do not end", "a.html", func() []byte {
			return []byte("<html><table><tr><td>" + strings.Repeat("<b>", s.of(5_000_000, 50_000)))
		}, any},
		{"xml: billion laughs in a workbook of 2003", "a.xls", func() []byte {
			return []byte(laughs(`<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"><x>&a9;</x></Workbook>`))
		}, any},
		{"xml: indexes and merges of a billion in a workbook of 2003", "a.xls", func() []byte {
			return []byte(`<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet"><Worksheet ss:Name="S"><Table><Row ss:Index="1000000000" ss:Span="1000000000"><Cell ss:Index="1000000000" ss:MergeAcross="1000000000" ss:MergeDown="1000000000"><Data ss:Type="Number">1</Data></Cell></Row></Table></Worksheet></Workbook>`)
		}, any},
		{"csv: one line of 50 MB", "a.csv", func() []byte { return []byte(strings.Repeat("1234,", s.of(10_000_000, 250_000))) }, tooLarge},
		{"csv: one line of 19 MB", "a.csv", func() []byte { return []byte(strings.Repeat("1234,", s.of(3_900_000, 250_000))) }, tooLarge},
		{"csv: one quoted cell of 19 MB", "a.csv", func() []byte { return []byte(`1,2,"` + strings.Repeat("全民参保\n", s.of(1_400_000, 20_000))) }, any},
		{"csv: 9 million empty lines", "a.csv", func() []byte { return []byte("a,b\n" + strings.Repeat("\n", s.of(9_000_000, 90_000)) + "1,2\n") }, any},
		{"csv: 19 MB of UTF-16", "a.csv", func() []byte {
			return []byte("\xff\xfe" + strings.Repeat("1\x00,\x00\n\x00", s.of(3_200_000, 210_000)))
		}, tooLarge},
		{"csv: UTF-16 of surrogates alone", "a.csv", func() []byte { return []byte("\xff\xfe" + strings.Repeat("\x00\xd8,\x00", s.of(4_000_000, 100_000))) }, any},
		{"text: 97 MB of lines", "a.txt", func() []byte { return []byte(strings.Repeat("全民参保\n", s.of(7_500_000, 100_000))) }, tooLarge},
		{"text: 19 MB of zero bytes", "a.xls", func() []byte { return make([]byte, s.of(19<<20, 1<<16)) }, any},
	}
}
