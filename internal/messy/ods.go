package messy

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

const odsHead = `<?xml version="1.0" encoding="UTF-8"?><office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" xmlns:number="urn:oasis:names:tc:opendocument:xmlns:datastyle:1.0" xmlns:fo="urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0" office:version="1.2">` +
	`<office:automatic-styles>` +
	`<style:style style:name="s" style:family="table-cell"><style:text-properties style:text-line-through-style="solid" style:text-line-through-type="single"/></style:style>` +
	`<style:style style:name="t" style:family="text"><style:text-properties style:text-line-through-style="solid"/></style:style>` +
	`<number:percentage-style style:name="np"><number:number number:decimal-places="0" number:min-integer-digits="1"/><number:text>%</number:text></number:percentage-style>` +
	`<number:date-style style:name="nd"><number:year number:style="long"/><number:text>-</number:text><number:month number:style="long"/><number:text>-</number:text><number:day number:style="long"/></number:date-style>` +
	`<number:number-style style:name="nn"><number:number number:decimal-places="0" number:min-integer-digits="1"/></number:number-style>` +
	`<style:style style:name="p" style:family="table-cell" style:data-style-name="np"/><style:style style:name="d" style:family="table-cell" style:data-style-name="nd"/><style:style style:name="n" style:family="table-cell" style:data-style-name="nn"/>` +
	`<style:style style:name="r0" style:family="table-row"><style:table-row-properties style:row-height="0cm"/></style:style>` +
	`<style:style style:name="c0" style:family="table-column"><style:table-column-properties style:column-width="0cm"/></style:style>` +
	`<style:style style:name="hide" style:family="table"><style:table-properties table:display="false"/></style:style>` +
	`</office:automatic-styles><office:body><office:spreadsheet>`

const odsManifest = `<?xml version="1.0" encoding="UTF-8"?><manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" manifest:version="1.2"><manifest:file-entry manifest:full-path="/" manifest:media-type="application/vnd.oasis.opendocument.spreadsheet"/><manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/></manifest:manifest>`

// odsFormats are the number formats that the styles above state.
var odsFormats = map[string]string{"0%": "p", "0.00%": "p", "0": "n", "General": "", "yyyy-mm-dd": "d", "yyyy/m/d;@": "d", "m/d/yyyy": "d", `yyyy"年"m"月"d"日"`: "d"}

// writeODS writes a spreadsheet of OpenDocument.
func writeODS(book []Sheet) []byte {
	var b strings.Builder
	b.WriteString(odsHead)
	for i, s := range book {
		style := ""
		if s.Hidden {
			style = ` table:style-name="hide"`
		}
		fmt.Fprintf(&b, `<table:table table:name="%s"%s>`, esc(sheetName(s, i)), style)
		for c := range max(s.columns(), 1) {
			switch {
			case s.Look.hidesCol(c):
				b.WriteString(`<table:table-column table:visibility="collapse"/>`)
			case s.Look.narrow(c):
				b.WriteString(`<table:table-column table:style-name="c0"/>`)
			default:
				b.WriteString(`<table:table-column/>`)
			}
		}
		odsRows(&b, s)
		b.WriteString(`</table:table>`)
	}
	b.WriteString(`</office:spreadsheet></office:body></office:document-content>`)
	return pack(part{"mimetype", "application/vnd.oasis.opendocument.spreadsheet"}, part{"content.xml", b.String()}, part{"META-INF/manifest.xml", odsManifest})
}

func odsRows(b *strings.Builder, s Sheet) {
	group := false
	for r, row := range s.boxes() {
		in := slices.Contains(s.Look.Collapsed, r+1)
		if in != group {
			b.WriteString(map[bool]string{true: `<table:table-row-group table:display="false">`, false: `</table:table-row-group>`}[in])
			group = in
		}
		switch {
		case s.Look.hidesRow(r):
			b.WriteString(`<table:table-row table:visibility="collapse">`)
		case s.Look.flat(r):
			b.WriteString(`<table:table-row table:style-name="r0">`)
		default:
			b.WriteString(`<table:table-row>`)
		}
		at := 0
		for _, x := range row {
			for ; at < x.col; at++ {
				b.WriteString(`<table:covered-table-cell/>`)
			}
			odsCell(b, x)
			at++
		}
		for ; at < len(s.Rows[r]); at++ {
			b.WriteString(`<table:covered-table-cell/>`)
		}
		if len(s.Rows[r]) == 0 {
			b.WriteString(`<table:table-cell/>`)
		}
		b.WriteString(`</table:table-row>`)
	}
	if group {
		b.WriteString(`</table:table-row-group>`)
	}
}

func odsCell(b *strings.Builder, x box) {
	b.WriteString(`<table:table-cell`)
	style := odsFormats[x.format]
	if x.struck {
		style = "s"
	}
	if style != "" {
		fmt.Fprintf(b, ` table:style-name="%s"`, style)
	}
	if x.w > 1 || x.h > 1 {
		fmt.Fprintf(b, ` table:number-columns-spanned="%d" table:number-rows-spanned="%d"`, x.w, x.h)
	}
	if x.formula != "" {
		fmt.Fprintf(b, ` table:formula="%s"`, esc(openFormula(x.formula)))
	}
	switch v := x.value.(type) {
	case nil:
		b.WriteString(`/>`)
		return
	case float64:
		kind := "float"
		if style == "p" {
			kind = "percentage"
		}
		if style == "d" {
			fmt.Fprintf(b, ` office:value-type="date" office:date-value="%s"`, time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC).AddDate(0, 0, int(v)).Format("2006-01-02"))
			break
		}
		fmt.Fprintf(b, ` office:value-type="%s" office:value="%s"`, kind, decimal(v))
	case time.Time:
		fmt.Fprintf(b, ` office:value-type="date" office:date-value="%s"`, v.Format("2006-01-02"))
	case bool:
		fmt.Fprintf(b, ` office:value-type="boolean" office:boolean-value="%v"`, v)
	default:
		b.WriteString(` office:value-type="string"`)
	}
	b.WriteString(`>`)
	if x.runs != nil {
		b.WriteString(`<text:p>`)
		for _, r := range x.runs {
			if r.Struck {
				fmt.Fprintf(b, `<text:span text:style-name="t">%s</text:span>`, odsText(r.Text))
			} else {
				b.WriteString(odsText(r.Text))
			}
		}
		b.WriteString(`</text:p>`)
	} else {
		for _, l := range strings.Split(x.text(), "\n") {
			b.WriteString(`<text:p>` + odsText(l) + `</text:p>`)
		}
	}
	b.WriteString(`</table:table-cell>`)
}

// odsText writes spaces as the format wants them: runs and tabs as elements.
func odsText(s string) string {
	s = esc(s)
	s = strings.ReplaceAll(s, " ", `<text:s/>`)
	return strings.ReplaceAll(s, "\t", `<text:tab/>`)
}
