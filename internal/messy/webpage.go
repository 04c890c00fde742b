package messy

import (
	"fmt"
	"strings"
)

// webTables writes the sheets as tables of HTML; lines says that title and
// signatures stand as paragraphs around the table where they are such.
func webTables(book []Sheet, lines bool) string {
	var b strings.Builder
	for _, s := range trimmed(book) {
		var above, below []string
		if lines {
			above, s, below = s.paged()
		}
		for _, l := range above {
			b.WriteString("<p>" + webText(l) + "</p>\n")
		}
		b.WriteString("<table border=1>\n")
		for r, row := range s.boxes() {
			if s.Look.hidesRow(r) || s.Look.flat(r) {
				b.WriteString(`<tr style="display:none">`)
			} else {
				b.WriteString("<tr>")
			}
			for _, x := range row {
				webCell(&b, s, x)
			}
			b.WriteString("</tr>\n")
		}
		b.WriteString("</table>\n")
		for _, l := range below {
			b.WriteString("<p>" + webText(l) + "</p>\n")
		}
	}
	return b.String()
}

func webCell(b *strings.Builder, s Sheet, x box) {
	b.WriteString("<td")
	if x.w > 1 {
		fmt.Fprintf(b, ` colspan=%d`, x.w)
	}
	if x.h > 1 {
		fmt.Fprintf(b, ` rowspan="%d"`, x.h)
	}
	if s.Look.hidesCol(x.col) || s.Look.narrow(x.col) {
		b.WriteString(` style='display:none'`)
	}
	b.WriteString(">")
	switch {
	case x.runs != nil:
		for _, r := range x.runs {
			if r.Struck {
				b.WriteString("<s>" + webText(r.Text) + "</s>")
			} else {
				b.WriteString(webText(r.Text))
			}
		}
	case x.struck:
		b.WriteString("<s>" + webText(x.text()) + "</s>")
	default:
		b.WriteString(webText(x.text()))
	}
	b.WriteString("</td>")
}

// webText keeps line breaks, and runs of spaces as Excel does.
func webText(s string) string {
	s = strings.ReplaceAll(esc(s), "\n", "<br>")
	s = strings.ReplaceAll(s, "\u00a0", "&nbsp;")
	return strings.ReplaceAll(s, "  ", "&nbsp; ")
}

// writeHTML writes a page as offices' systems and Excel export it.
func writeHTML(book []Sheet, encoding string) []byte {
	charset := "utf-8"
	if encoding == "GB18030" {
		charset = "gb2312"
	}
	page := `<html xmlns:o="urn:schemas-microsoft-com:office:office" xmlns:x="urn:schemas-microsoft-com:office:excel"><head><meta http-equiv=Content-Type content="text/html; charset=` + charset + `"><style>td{mso-number-format:General;}</style></head><body>` +
		webTables(book, false) + "</body></html>"
	return encodings[encoding](page)
}
