package ods_test

import (
	"context"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"taizhang/ingest/sheet/ods"
	"taizhang/ingest/sheet/sheettest"
	"taizhang/ingest/sheet/strict"
	"taizhang/ledger"
)

func read(data []byte) ([]*ledger.Table, error) {
	return ods.Read(context.Background(), "台账.ods", data, strict.Limits{})
}

const (
	mime = "application/vnd.oasis.opendocument.spreadsheet"
	ns   = `xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" ` +
		`xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0" xmlns:number="urn:oasis:names:tc:opendocument:xmlns:datastyle:1.0" xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0" ` +
		`xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0"`
	manifestNS = `xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"`
	styleSheet = `<number:number-style style:name="N0"><number:number number:min-integer-digits="1"/></number:number-style>` +
		`<number:percentage-style style:name="NP"><number:number/><number:text>%</number:text></number:percentage-style>` +
		`<number:date-style style:name="ND"><number:year/><number:text>年</number:text></number:date-style>` +
		`<number:number-style style:name="NK"><number:number number:display-factor="1000"/></number:number-style>` +
		`<number:number-style style:name="NW"><number:number/><number:text>万</number:text></number:number-style>` +
		`<number:number-style style:name="NH"/>` +
		`<number:number-style style:name="NApos"><number:number/></number:number-style><number:number-style style:name="NAzero"><number:text>- </number:text></number:number-style>` +
		`<number:text-style style:name="NA"><number:text-content/><style:map style:condition="value()&gt;0" style:apply-style-name="NApos"/><style:map style:condition="value()&lt;0" style:apply-style-name="NH"/><style:map style:condition="value()=0" style:apply-style-name="NAzero"/></number:text-style>` +
		`<style:style style:name="Default" style:family="table-cell"/>` +
		`<style:style style:name="strike" style:family="table-cell" style:parent-style-name="Default"><style:text-properties style:text-line-through-style="solid"/></style:style>` +
		`<style:style style:name="heir" style:family="table-cell" style:parent-style-name="strike"/>` +
		`<style:style style:name="T1" style:family="text"><style:text-properties style:text-line-through-type="single"/></style:style>` +
		`<style:style style:name="T2" style:family="text"><style:text-properties style:text-line-through-style="none"/></style:style>` +
		`<style:style style:name="T3" style:family="text"><style:text-properties text:display="none"/></style:style>` +
		`<style:style style:name="taN" style:family="table"><style:table-properties table:display="false"/></style:style>` +
		`<style:style style:name="co0" style:family="table-column"><style:table-column-properties style:column-width="0in"/></style:style>` +
		`<style:style style:name="ro0" style:family="table-row"><style:table-row-properties style:row-height="0cm"/></style:style>`
)

func cellStyles() string {
	var b strings.Builder
	for _, n := range []string{"NP", "ND", "NK", "NW", "NH", "NA"} {
		b.WriteString(`<style:style style:name="c` + n + `" style:family="table-cell" style:parent-style-name="Default" style:data-style-name="` + n + `"/>`)
	}
	return b.String()
}

func content(tables string) string {
	return `<office:document-content ` + ns + `><office:automatic-styles>` + styleSheet + cellStyles() + `</office:automatic-styles><office:body><office:spreadsheet>` + tables + `</office:spreadsheet></office:body></office:document-content>`
}

func manifest(extra string) string {
	return `<manifest:manifest ` + manifestNS + `><manifest:file-entry manifest:full-path="/"/><manifest:file-entry manifest:full-path="content.xml">` + extra + `</manifest:file-entry></manifest:manifest>`
}

func file(t testing.TB, tables string) []byte {
	return sheettest.Pack(t, "mimetype", mime, "META-INF/manifest.xml", manifest(""), "content.xml", content(tables))
}

func sheet(rows string) string { return `<table:table table:name="台账">` + rows + `</table:table>` }
func row(cells string) string  { return `<table:table-row>` + cells + `</table:table-row>` }
func text(s string) string {
	return `<table:table-cell office:value-type="string"><text:p>` + s + `</text:p></table:table-cell>`
}
func num(style, v string) string {
	return `<table:table-cell table:style-name="` + style + `" office:value-type="float" office:value="` + v + `"><text:p>shown</text:p></table:table-cell>`
}

func TestSheets(t *testing.T) {
	for _, tt := range []struct {
		name, tables string
		want         []string
	}{
		{"values", sheet(row(num("", "120") + num("", "-0.5E2") + `<table:table-cell office:value-type="boolean" office:boolean-value="true"/><table:table-cell office:value-type="date" office:date-value="2022-05-28"/>` +
			`<table:table-cell office:value-type="time" office:time-value="PT12H30M00S"/><table:table-cell office:value-type="percentage" office:value="0.5"/><table:table-cell office:value-type="currency" office:value="7"/>`)),
			[]string{"table 0 sheet \"台账\"", `A1 "120" number`, `B1 "-0.5E2" number`, `C1 "TRUE" bool`, `D1 "44709" number date 2022-05-28`, `E1 "0.5208333333333334" number date`, `F1 "0.5" number percent`, `G1 "7" number`}},
		{"formats", sheet(row(num("cNP", "1") + num("cND", "44709") + num("cNK", "120") + num("cNW", "12") + num("cNH", "1") + num("cNA", "5") + num("cNA", "0") + num("cNA", "-5"))),
			[]string{"table 0 sheet \"台账\"", `A1 "1" number percent`, `B1 "44709" number date 2022-05-28`, `C1 "120" number scaled`, `D1 "12" number scaled`, `E1 "1" number hidden`, `F1 "5" number`, `G1 "0" number`, `H1 "-5" number hidden`}},
		{"texts", sheet(row(text(" 养老\n <text:s text:c=\"2\"/>a<text:tab/>b<text:line-break/>c ") +
			`<table:table-cell office:value-type="string"><office:annotation><text:p>批注</text:p></office:annotation><text:p>一</text:p><text:p><text:a>二</text:a></text:p><draw:frame><text:p>图</text:p></draw:frame></table:table-cell>` +
			`<table:table-cell office:value-type="string" office:string-value="三"/><table:table-cell><text:p>四</text:p></table:table-cell>`)),
			[]string{"table 0 sheet \"台账\"", "A1 \"养老   a\\tb\\nc \"", `B1 "一\n二"`, `C1 "三"`, `D1 "四"`}},
		{"struck and hidden", sheet(row(text(`<text:span text:style-name="T1">100</text:span>120<text:span text:style-name="T3">藏</text:span>`) +
			`<table:table-cell table:style-name="heir" office:value-type="float" office:value="9"/>` +
			`<table:table-cell table:style-name="heir" office:value-type="string"><text:p>删<text:span text:style-name="T2">留</text:span></text:p></table:table-cell>`)),
			[]string{"table 0 sheet \"台账\"", `A1 "120"`, `C1 "留"`, `A1 left out: struck "100"`, `A1 left out: hidden "藏"`, `B1 left out: struck "9"`, `C1 left out: struck "删"`}},
		{"formulas", sheet(row(`<table:table-cell table:formula="of:=SUM([.A1:.B2];[$表.C1])&amp;&quot;;[&quot;" office:value-type="float" office:value="3"/><table:table-cell table:formula="of:=[.A1]"/>` +
			`<table:table-cell table:formula="of:=1/0" office:value-type="string" office:string-value="" calcext:value-type="error"><text:p>#DIV/0!</text:p></table:table-cell>` +
			`<table:table-cell table:formula="oooc:=1/0" office:value-type="float" office:value="0"><text:p>Err:502</text:p></table:table-cell>` +
			`<table:table-cell table:formula="of:=&quot;&quot;"><text:p/></table:table-cell><table:table-cell table:formula="of:=['file:///x'#$S.A1]" office:value-type="float" office:value="1"/>`)),
			[]string{"table 0 sheet \"台账\"", `A1 "3" number =SUM(A1:B2,表!C1)&";["`, `B1 "" number =A1 without value`, `C1 "#DIV/0!" error =1/0`, `D1 "Err:502" error =1/0`, `E1 "" =""`, `F1 "1" number =['file:///x'#$S.A1]`}},
		{"repeated", sheet(row(`<table:table-cell table:number-columns-repeated="2"/><table:table-cell table:number-columns-repeated="2" office:value-type="float" office:value="1"/><table:table-cell table:number-columns-repeated="16380"/>`) +
			`<table:table-row table:number-rows-repeated="2">` + num("", "2") + `</table:table-row><table:table-row table:number-rows-repeated="1048555"><table:table-cell table:number-columns-repeated="16384"/></table:table-row>`),
			[]string{"table 0 sheet \"台账\"", `C1 "1" number`, `D1 "1" number`, `A2 "2" number`, `A3 "2" number`}},
		{"merges", sheet(row(`<table:table-cell table:number-columns-spanned="2" table:number-rows-spanned="2" office:value-type="float" office:value="1"/><table:covered-table-cell/>`+num("", "2")) +
			row(`<table:covered-table-cell table:number-columns-repeated="2" office:value-type="float" office:value="9"/>`+num("", "3"))),
			[]string{"table 0 sheet \"台账\" A1:B2", `A1 "1" number`, `C1 "2" number`, `C2 "3" number`, `A2 left out: merged "9"`, `B2 left out: merged "9"`}},
		{"hidden", `<table:table table:name="一" table:style-name="taN"><table:table-column/><table:table-column table:visibility="collapse"/><table:table-column table:style-name="co0" table:number-columns-repeated="2"/>` +
			`<table:table-header-rows>` + row(num("", "1")+num("", "2")+num("", "3")+num("", "4")+num("", "5")) + `</table:table-header-rows><table:table-row table:visibility="filter">` + num("", "6") + `</table:table-row>` +
			`<table:table-row table:style-name="ro0">` + num("", "7") + `</table:table-row><table:table-row-group table:display="false"><table:table-row table:visibility="collapse">` + num("", "8") + `</table:table-row></table:table-row-group></table:table>`,
			[]string{`table 0 sheet "一" hidden "true" rows "map[1:true 2:true 3:true]" cols "map[1:true 2:true 3:true]" groups "map[3:true]"`, `A1 "1" number`, `B1 "2" number`, `C1 "3" number`, `D1 "4" number`, `E1 "5" number`, `A2 "6" number`, `A3 "7" number`, `A4 "8" number`}},
		{"column styles", sheet(`<table:table-column/><table:table-column table:default-cell-style-name="cNP"/>` + row(`<table:table-cell office:value-type="float" office:value="1"/><table:table-cell office:value-type="float" office:value="1"/>`)),
			[]string{"table 0 sheet \"台账\"", `A1 "1" number`, `B1 "1" number percent`}},
		{"two sheets", sheet("") + `<table:table table:name="二"><office:forms/>` + row(num("", "1")) + `</table:table><table:named-expressions/>`, []string{`table 0 sheet "台账"`, `table 1 sheet "二"`, `A1 "1" number`}},
		{"before the calendar", sheet(row(`<table:table-cell office:value-type="date" office:date-value="1622-05-28"/>`)), []string{`table 0 sheet "台账"`, `A1 "1622-05-28"`}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			tables, err := read(file(t, tt.tables))
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
	many := `<table:table-cell office:value-type="float" office:value="1" table:number-columns-repeated="1000"/>`
	for _, tt := range []struct {
		name string
		data []byte
		want string
	}{
		{"encrypted", sheettest.Pack(t, "mimetype", mime, "META-INF/manifest.xml", manifest("<manifest:encryption-data/>"), "content.xml", "\x00\x01"), "F02"},
		{"no manifest", sheettest.Pack(t, "mimetype", mime, "content.xml", content("")), "F01 missing"},
		{"no content", sheettest.Pack(t, "mimetype", mime, "META-INF/manifest.xml", manifest("")), "F01 missing"},
		{"a part named and not there", sheettest.Pack(t, "mimetype", mime, "META-INF/manifest.xml", strings.Replace(manifest(""), "</manifest:manifest>", `<manifest:file-entry manifest:full-path="styles.xml"/></manifest:manifest>`, 1), "content.xml", content("")), "F01 missing"},
		{"a DOCTYPE", sheettest.Pack(t, "mimetype", mime, "META-INF/manifest.xml", manifest(""), "content.xml", "<!DOCTYPE a>"+content("")), "F01 doctype"},
		{"a text", sheettest.Pack(t, "mimetype", mime, "META-INF/manifest.xml", manifest(""), "content.xml", strings.ReplaceAll(content(""), "office:spreadsheet", "office:text")), "F01 structure"},
		{"a number without a value", file(t, sheet(row(`<table:table-cell office:value-type="float"/>`))), "F01 structure"},
		{"no number", file(t, sheet(row(num("", "1,5")))), "F01 number"},
		{"beyond bounds", file(t, sheet(row(num("", "1e999")))), "F01 number"},
		{"no date", file(t, sheet(row(`<table:table-cell office:value-type="date" office:date-value="2022-05-32"/>`))), "F01 number"},
		{"unknown type", file(t, sheet(row(`<table:table-cell office:value-type="x"/>`))), "F01 structure"},
		{"a table in a cell", file(t, sheet(row(`<table:table-cell><table:table/></table:table-cell>`))), "F01 structure"},
		{"overlapping merges", file(t, sheet(row(`<table:table-cell table:number-columns-spanned="2"/><table:table-cell table:number-columns-spanned="2"/>`))), "F01 structure"},
		{"repeated 0 times", file(t, sheet(row(`<table:table-cell table:number-columns-repeated="0"/>`))), "F01 reference"},
		{"beyond the last column", file(t, sheet(row(`<table:table-cell table:number-columns-repeated="16384"/>`+num("", "1")))), "F01 reference"},
		{"filled rows repeated", file(t, sheet(`<table:table-row table:number-rows-repeated="1000">`+many+`</table:table-row>`)), "F06 cells"},
		{"many sheets", file(t, strings.Repeat(sheet(""), 101)), "F06 sheets"},
	} {
		if got := sheettest.Verdict(read(tt.data)); got != tt.want {
			t.Errorf("%s: %s, want %s", tt.name, got, tt.want)
		}
	}
}

func TestDamage(t *testing.T) {
	for _, name := range []string{"libreoffice-ledger.ods", "libreoffice-features.ods"} {
		data, err := os.ReadFile("../testdata/kinds/" + name)
		if err != nil {
			t.Fatal(err)
		}
		sheettest.Damage(t, data, "content.xml", read)
	}
}

func TestCorpora(t *testing.T) {
	sheettest.Corpora(t, read, func(name string, _ []byte) bool { return strings.HasSuffix(name, ".ods") })
}

// FuzzTables puts the input where the sheets stand, in a sound archive.
func FuzzTables(f *testing.F) {
	for _, name := range []string{"ledger", "features", "formulas"} {
		f.Add(sheettest.Inside(f, "../testdata/kinds/libreoffice-"+name+".ods", "content.xml", "<office:spreadsheet", "</office:spreadsheet>"))
	}
	f.Add(sheet(row(num("cNA", "1") + text("a<text:s/>b"))))
	f.Add(sheet(`<table:table-row table:number-rows-repeated="3"><table:table-cell table:number-rows-spanned="2" table:formula="of:=[.A1]"/></table:table-row>`))
	f.Fuzz(func(t *testing.T, s string) {
		tables, err := read(file(t, s))
		if err != nil && (tables != nil || strict.CodeOf(err) == "") {
			t.Errorf("%d tables, error %v", len(tables), err)
		}
		for _, x := range tables {
			for _, c := range x.Cells() {
				if c.Text == "" && c.Formula == "" {
					t.Errorf("an empty cell %s", c.Name())
				}
			}
		}
	})
}
