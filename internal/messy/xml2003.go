package messy

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// writeXML2003 writes SpreadsheetML 2003, as Excel and many systems do.
func writeXML2003(book []Sheet) []byte {
	var styles []box
	style := func(x box) int {
		key := box{format: x.format, struck: x.struck}
		if key.format == "" && !key.struck {
			return 0
		}
		i := slices.IndexFunc(styles, func(y box) bool { return y.format == key.format && y.struck == key.struck })
		if i < 0 {
			i = len(styles)
			styles = append(styles, key)
		}
		return i + 1
	}
	var body strings.Builder
	for i, s := range book {
		fmt.Fprintf(&body, `<Worksheet ss:Name="%s"><Table ss:ExpandedColumnCount="%d" ss:ExpandedRowCount="%d">`, esc(sheetName(s, i)), max(s.columns(), 1), max(len(s.Rows), 1))
		for c := range s.columns() {
			if s.Look.hidesCol(c) {
				fmt.Fprintf(&body, `<Column ss:Index="%d" ss:Hidden="1"/>`, c+1)
			} else if s.Look.narrow(c) {
				fmt.Fprintf(&body, `<Column ss:Index="%d" ss:Width="0"/>`, c+1)
			}
		}
		for r, row := range s.boxes() {
			switch {
			case s.Look.hidesRow(r):
				body.WriteString(`<Row ss:Hidden="1">`)
			case s.Look.flat(r):
				body.WriteString(`<Row ss:Height="0">`)
			default:
				body.WriteString(`<Row>`)
			}
			for _, x := range row {
				xmlCell(&body, x, style(x))
			}
			body.WriteString("</Row>\n")
		}
		body.WriteString(`</Table>`)
		if s.Hidden {
			body.WriteString(`<WorksheetOptions xmlns="urn:schemas-microsoft-com:office:excel"><Visible>SheetHidden</Visible></WorksheetOptions>`)
		}
		body.WriteString(`</Worksheet>`)
	}
	var head strings.Builder
	head.WriteString(`<?xml version="1.0" encoding="UTF-8"?><?mso-application progid="Excel.Sheet"?>` +
		`<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet" xmlns:html="http://www.w3.org/TR/REC-html40"><Styles><Style ss:ID="Default"/>`)
	for i, x := range styles {
		fmt.Fprintf(&head, `<Style ss:ID="s%d">`, i+1)
		if x.format != "" {
			fmt.Fprintf(&head, `<NumberFormat ss:Format="%s"/>`, esc(x.format))
		}
		if x.struck {
			head.WriteString(`<Font ss:StrikeThrough="1"/>`)
		}
		head.WriteString(`</Style>`)
	}
	return []byte(head.String() + `</Styles>` + body.String() + `</Workbook>`)
}

func xmlCell(b *strings.Builder, x box, style int) {
	if x.value == nil && x.formula == "" && x.w == 1 && x.h == 1 {
		return
	}
	fmt.Fprintf(b, `<Cell ss:Index="%d"`, x.col+1)
	if x.w > 1 {
		fmt.Fprintf(b, ` ss:MergeAcross="%d"`, x.w-1)
	}
	if x.h > 1 {
		fmt.Fprintf(b, ` ss:MergeDown="%d"`, x.h-1)
	}
	if style > 0 {
		fmt.Fprintf(b, ` ss:StyleID="s%d"`, style)
	}
	if x.formula != "" {
		fmt.Fprintf(b, ` ss:Formula="%s"`, esc(r1c1Formula(x.formula)))
	}
	b.WriteString(">")
	data := func(kind, text string) { fmt.Fprintf(b, `<Data ss:Type="%s">%s</Data>`, kind, text) }
	switch v := x.value.(type) {
	case float64:
		data("Number", decimal(v))
	case bool:
		data("Boolean", map[bool]string{true: "1", false: "0"}[v])
	case time.Time:
		data("DateTime", v.Format("2006-01-02T15:04:05.000"))
	case Err:
		data("Error", string(v))
	case string:
		if x.runs == nil {
			data("String", strings.NewReplacer("\n", "&#10;", "\t", "&#9;").Replace(esc(v)))
			break
		}
		b.WriteString(`<ss:Data ss:Type="String" xmlns="http://www.w3.org/TR/REC-html40">`)
		for _, r := range x.runs {
			tag := "Font"
			if r.Struck {
				tag = "S"
			}
			fmt.Fprintf(b, `<%s>%s</%s>`, tag, esc(r.Text), tag)
		}
		b.WriteString(`</ss:Data>`)
	}
	b.WriteString("</Cell>")
}
