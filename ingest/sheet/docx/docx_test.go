package docx_test

import (
	"context"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"taizhang/ingest/sheet/docx"
	"taizhang/ingest/sheet/sheettest"
	"taizhang/ingest/sheet/strict"
	"taizhang/ledger"
)

const (
	nsW    = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
	nsRel  = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
	nsPack = "http://schemas.openxmlformats.org/package/2006/relationships"
)

func read(data []byte) ([]*ledger.Table, error) {
	return docx.Read(context.Background(), "台账.docx", data, strict.Limits{})
}

func body(s string) string {
	return `<?xml version="1.0" encoding="UTF-8"?><w:document xmlns:w="` + nsW + `" xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" ` +
		`xmlns:v="urn:schemas-microsoft-com:vml" xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math" xmlns:wps="urn:wps"><w:body>` + s + `<w:sectPr/></w:body></w:document>`
}

const styles = `<w:styles xmlns:w="` + nsW + `"><w:docDefaults><w:rPrDefault><w:rPr><w:strike w:val="0"/></w:rPr></w:rPrDefault></w:docDefaults>` +
	`<w:style w:type="character" w:styleId="Gone"><w:rPr><w:strike/></w:rPr></w:style>` +
	`<w:style w:type="character" w:styleId="Heir"><w:basedOn w:val="Gone"/></w:style>` +
	`<w:style w:type="paragraph" w:styleId="Ghost"><w:rPr><w:vanish/></w:rPr></w:style>` +
	`<w:style w:type="paragraph" w:styleId="Lined"><w:rPr><w:dstrike/></w:rPr></w:style></w:styles>`

func parts(document string) []string {
	return []string{
		"[Content_Types].xml", `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>`,
		"_rels/.rels", `<Relationships xmlns="` + nsPack + `"><Relationship Id="a" Type="` + nsRel + `/officeDocument" Target="word/document.xml"/></Relationships>`,
		"word/_rels/document.xml.rels", `<Relationships xmlns="` + nsPack + `"><Relationship Id="a" Type="` + nsRel + `/styles" Target="styles.xml"/></Relationships>`,
		"word/styles.xml", styles,
		"word/document.xml", document,
	}
}

func file(t testing.TB, s string) []byte { return sheettest.Pack(t, parts(body(s))...) }

// Short forms of the markup.
func p(s string) string    { return "<w:p>" + s + "</w:p>" }
func r(s string) string    { return "<w:r><w:t>" + s + "</w:t></w:r>" }
func tbl(s string) string  { return "<w:tbl><w:tblPr/><w:tblGrid/>" + s + "</w:tbl>" }
func row(s string) string  { return "<w:tr>" + s + "</w:tr>" }
func tc(s string) string   { return "<w:tc>" + s + "</w:tc>" }
func cell(s string) string { return tc(p(r(s))) }
func one(s string) string  { return tbl(row(tc(s))) }

func TestDocuments(t *testing.T) {
	for _, tt := range []struct {
		name, body string
		want       []string
	}{
		{"paragraphs around", p(r("台账")) + p(r("填报单位：禹州市")) + tbl(row(cell("户数")+cell("35"))) + p(r("填报时间：")) + p(""),
			[]string{`table 0 before "[台账 填报单位：禹州市]" after "[填报时间：]"`, `A1 "户数"`, `B1 "35"`}},
		{"two tables", one(p(r("1"))) + p(r("中")) + one(p(r("2"))), []string{`table 0 after "[中]"`, `A1 "1"`, `table 1 before "[中]"`, `A1 "2"`}},
		{"no table", p(r("情况说明")), []string{`table 0 before "[情况说明]"`}},
		{"gridSpan, vMerge, gridBefore", tbl(row(tc(`<w:tcPr><w:gridSpan w:val="2"/></w:tcPr>`+p(r("甲")))+tc(`<w:tcPr><w:vMerge w:val="restart"/></w:tcPr>`+p(r("乙")))) +
			row(cell("1")+cell("2")+tc(`<w:tcPr><w:vMerge/></w:tcPr>`+p(""))) + row(`<w:trPr><w:gridBefore w:val="1"/></w:trPr>`+cell("3")+cell("4"))),
			[]string{"table 0 A1:B1 C1:C2", `A1 "甲"`, `C1 "乙"`, `A2 "1"`, `B2 "2"`, `B3 "3"`, `C3 "4"`}},
		{"text under a merge", tbl(row(tc(`<w:tcPr><w:vMerge w:val="restart"/></w:tcPr>`+p(r("1")))) + row(tc(`<w:tcPr><w:vMerge/></w:tcPr>`+p(r("2"))))),
			[]string{"table 0 A1:A2", `A1 "1"`, `A2 left out: merged "2"`}},
		{"hMerge", tbl(row(tc(`<w:tcPr><w:hMerge w:val="restart"/></w:tcPr>`+p(r("1"))) + tc(`<w:tcPr><w:hMerge/></w:tcPr>`+p("")) + cell("2"))),
			[]string{"table 0 A1:B1", `A1 "1"`, `C1 "2"`}},
		{"nested table", tbl(row(tc(p(r("外"))+tbl(row(cell("120")))+p(r("后"))) + cell("35"))), []string{`table 0`, `A1 "外\n后"`, `B1 "35"`, `table 1 before "[外]" after "[后]"`, `A1 "120"`}},
		{"a frame around a table", p(r("台账")) + tbl(row(tc(p("")+tbl(row(cell("120")))+p("")))) + p(r("填报时间：")),
			[]string{`table 0 before "[台账]"`, `table 1 before "[台账]" after "[填报时间：]"`, `A1 "120"`}},
		{"hidden row and what is nested in it", tbl(row(`<w:trPr><w:hidden/></w:trPr>`+tc(p(r("1"))+one(p(r("2"))))) + row(cell("3"))),
			[]string{`table 0 rows "map[0:true]"`, `A1 "1"`, `A2 "3"`, `table 1 hidden "true" before "[1]"`, `A1 "2"`}},
		{"tracked changes", tbl(row(tc(p(`<w:del><w:r><w:delText>100</w:delText></w:r></w:del><w:ins>`+r("120")+`</w:ins>`))+
			tc(p(`<w:moveFrom>`+r("9")+`</w:moveFrom><w:moveTo>`+r("8")+`</w:moveTo>`))+tc(p(`<w:del>`+r("7")+`</w:del>`))) +
			row(`<w:trPr><w:del/></w:trPr>`+cell("5")) + row(`<w:trPr><w:ins/></w:trPr>`+cell("6"))),
			[]string{"table 0", `A1 "120" inserted`, `B1 "8" inserted`, `A2 "6" inserted`}},
		{"a paragraph mark deleted", one(`<w:p><w:pPr><w:rPr><w:del/></w:rPr></w:pPr>` + r("12") + `</w:p>` + p(r("0"))), []string{"table 0", `A1 "120"`}},
		{"struck and hidden", one(p(`<w:r><w:rPr><w:strike/></w:rPr><w:t>100</w:t></w:r><w:r><w:rPr><w:dstrike w:val="1"/></w:rPr><w:t>9</w:t></w:r><w:r><w:rPr><w:strike w:val="false"/></w:rPr><w:t>120</w:t></w:r><w:r><w:rPr><w:vanish/></w:rPr><w:t>藏</w:t></w:r>`)),
			[]string{"table 0", `A1 "120"`, `A1 left out: struck "1009"`, `A1 left out: hidden "藏"`}},
		{"struck by style", tbl(row(tc(p(`<w:r><w:rPr><w:rStyle w:val="Heir"/></w:rPr><w:t>1</w:t></w:r>`)) + tc(`<w:p><w:pPr><w:pStyle w:val="Ghost"/></w:pPr>`+r("2")+`</w:p>`) +
			tc(`<w:p><w:pPr><w:pStyle w:val="Lined"/></w:pPr><w:r><w:rPr><w:rStyle w:val="Gone"/></w:rPr><w:t>3</w:t></w:r></w:p>`))),
			[]string{"table 0", `C1 "3"`, `A1 left out: struck "1"`, `B1 left out: hidden "2"`}},
		{"fields", one(p(`<w:fldSimple w:instr="=SUM(ABOVE)">` + r("12") + `</w:fldSimple><w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>=SUM(LEFT)</w:instrText><w:t>7</w:t></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r>` + r("0") + `<w:r><w:fldChar w:fldCharType="end"/></w:r>`)),
			[]string{"table 0", `A1 "120"`}},
		{"breaks, tabs, symbols, hyphens", one(p(`<w:r><w:t>a</w:t><w:br/><w:t>b</w:t><w:tab/><w:t>c</w:t><w:noBreakHyphen/><w:softHyphen/><w:sym w:font="Wingdings" w:char="F0FE"/><w:cr/><w:t xml:space="preserve"> d</w:t></w:r>`) + p(r("e"))),
			[]string{"table 0", `A1 "a\nb\tc-\uf0fe\n d\ne"`}},
		{"content controls, links, ruby, equations", tbl(`<w:sdt><w:sdtPr><w:alias w:val="x"/></w:sdtPr><w:sdtContent>` + row(`<w:sdt><w:sdtContent>`+tc(`<w:sdt><w:sdtContent>`+p(`<w:sdt><w:sdtContent>`+r("1")+`</w:sdtContent></w:sdt><w:hyperlink>`+r("2")+`</w:hyperlink><w:smartTag>`+r("3")+`</w:smartTag>`)+`</w:sdtContent></w:sdt>`)+`</w:sdtContent></w:sdt>`+
			tc(p(`<w:r><w:ruby><w:rt>`+r("jia")+`</w:rt><w:rubyBase>`+r("甲")+`</w:rubyBase></w:ruby></w:r><m:oMath><m:r><m:t>5</m:t></m:r></m:oMath>`))) + `</w:sdtContent></w:sdt>`),
			[]string{"table 0", `A1 "123"`, `B1 "甲5"`}},
		{"text boxes", p(`<w:r><mc:AlternateContent><mc:Choice Requires="wps"><w:drawing><wps:txbx><w:txbxContent>`+p(r("框"))+one(p(r("1")))+`</w:txbxContent></wps:txbx></w:drawing></mc:Choice><mc:Fallback><w:pict><v:textbox><w:txbxContent>`+p(r("重"))+`</w:txbxContent></v:textbox></w:pict></mc:Fallback></mc:AlternateContent></w:r>`) +
			tbl(row(tc(p(r("2")+`<w:r><w:pict><v:textbox><w:txbxContent>`+p(r("浮"))+`</w:txbxContent></v:textbox></w:pict></w:r>`)))),
			[]string{`table 0 before "[框]"`, `A1 "1"`, `table 1 after "[浮]"`, `A1 "2"`}},
		{"empty cells", tbl(row(tc(p("")) + tc(p("")+p("")) + cell(" "))), []string{"table 0", `C1 " "`}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			tables, err := read(file(t, tt.body))
			if err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(tt.want, sheettest.Lines(tables)); d != "" {
				t.Error(d)
			}
		})
	}
}

func TestRefused(t *testing.T) {
	sound := parts(body(one(p(r("1")))))
	without := func(name string) []string {
		var out []string
		for i := 0; i < len(sound); i += 2 {
			if sound[i] != name {
				out = append(out, sound[i], sound[i+1])
			}
		}
		return out
	}
	long := strings.Repeat("x", 40_000)
	for _, tt := range []struct {
		name string
		data []byte
		want string
	}{
		{"no content types", sheettest.Pack(t, without("[Content_Types].xml")...), "F01 missing"},
		{"no styles, though referred to", sheettest.Pack(t, without("word/styles.xml")...), "F01 missing"},
		{"no document", sheettest.Pack(t, without("word/document.xml")...), "F01 missing"},
		{"two documents", sheettest.Pack(t, append(sound, "word/Document.xml", "<a/>")...), "F01 duplicate"},
		{"a DOCTYPE", sheettest.Pack(t, parts(`<!DOCTYPE a>`+body(""))...), "F01 doctype"},
		{"a broken part of no interest", sheettest.Pack(t, append(sound, "word/footer1.xml", "<a>")...), "F01 cut"},
		{"two bodies", sheettest.Pack(t, parts(strings.Replace(body(""), "<w:body>", "<w:body/><w:body>", 1))...), "F01 duplicate"},
		{"no body", sheettest.Pack(t, parts(`<w:document xmlns:w="`+nsW+`"/>`)...), "F01 structure"},
		{"a field without end", file(t, p(`<w:r><w:fldChar w:fldCharType="begin"/></w:r>`)), "F01 structure"},
		{"a field that leaves its cell", file(t, one(p(`<w:r><w:fldChar w:fldCharType="begin"/></w:r>`))), "F01 structure"},
		{"an end without a field", file(t, p(`<w:r><w:fldChar w:fldCharType="end"/></w:r>`)), "F01 structure"},
		{"a paragraph among rows", file(t, tbl(p(""))), "F01 structure"},
		{"a part in another format", file(t, `<w:altChunk/>`), "F03 docx"},
		{"a long cell", file(t, one(p(r(long)))), "F06 text"},
		{"deep", file(t, strings.Repeat("<w:sdt>", 120)+strings.Repeat("</w:sdt>", 120)), "F06 depth"},
		{"many tables", file(t, strings.Repeat(tbl(""), 101)), "F06 sheets"},
		{"far to the right", file(t, tbl(row(tc(`<w:tcPr><w:gridSpan w:val="16385"/></w:tcPr>`+p(""))))), "F01 reference"},
	} {
		if got := sheettest.Verdict(read(tt.data)); got != tt.want {
			t.Errorf("%s: %s, want %s", tt.name, got, tt.want)
		}
	}
}

func sample(t testing.TB) []byte {
	rows := row(cell("工作任务") + cell("主要工作措施") + cell("户数") + cell("企业养老") + cell("工伤") + cell("失业"))
	for _, n := range []string{"35", "120", "98", "76", "12", "9", "31"} {
		rows += row(cell("全民参保计划攻坚行动") + cell("走访企业、宣传政策") + cell(n) + cell(n+"1") + cell(n+"2") + tc(p(`<w:ins>`+r(n+"3")+`</w:ins>`)))
	}
	return file(t, p(r("2022年全民参保计划攻坚行动工作落实台账"))+tbl(rows)+p(r("填报时间：2022年5月26日")))
}

func TestDamage(t *testing.T) {
	sheettest.Damage(t, sample(t), "word/document.xml", read)
}

// TestLibreOffice damages a document that LibreOffice wrote.
func TestLibreOffice(t *testing.T) {
	data, err := os.ReadFile("../testdata/kinds/libreoffice-ledger.docx")
	if err != nil {
		t.Fatal(err)
	}
	sheettest.Damage(t, data, "word/document.xml", read)
}

func TestCorpora(t *testing.T) {
	sheettest.Corpora(t, read, func(name string, _ []byte) bool {
		return strings.HasSuffix(name, ".docx") || strings.HasSuffix(name, ".docm")
	})
}

// FuzzBody puts the input where the body stands, in a sound archive.
func FuzzBody(f *testing.F) {
	f.Add(p(r("a")) + tbl(row(tc(`<w:tcPr><w:gridSpan w:val="2"/><w:vMerge/></w:tcPr>`+p(r("1"))+one(p(r("2")))))))
	f.Add(sheettest.Inside(f, "../testdata/kinds/libreoffice-ledger.docx", "word/document.xml", "<w:body", "</w:body>"))
	f.Add(p(`<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r>`))
	f.Fuzz(func(t *testing.T, s string) {
		tables, err := read(file(t, s))
		if err != nil && (tables != nil || strict.CodeOf(err) == "") {
			t.Errorf("%d tables, error %v", len(tables), err)
		}
		for _, x := range tables {
			if x == nil {
				t.Fatal("a table that was not closed")
			}
			for _, c := range x.Cells() {
				if c.Text == "" {
					t.Errorf("an empty cell %s", c.Name())
				}
			}
		}
	})
}
