package messy

import (
	"fmt"
	"strings"
)

const docxTypes = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>`

const docxRels = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>`

const wordSpace = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"

// writeDOCX writes the sheets as tables of a document, title and signatures as
// the paragraphs around them where they are such; nested puts each table into
// the cell of another, as forms with a frame do.
func writeDOCX(book []Sheet, nested bool) []byte {
	var b strings.Builder
	for i, s := range trimmed(book) {
		if i > 0 {
			b.WriteString(wordLine(""))
		}
		if name := s.Name; name != "" && !strings.HasPrefix(name, "Sheet") && len(book) > 1 {
			b.WriteString(wordLine(name))
		}
		above, table, below := s.paged()
		for _, l := range above {
			b.WriteString(wordLine(l))
		}
		t := wordTable(table)
		if nested {
			t = `<w:tbl><w:tblPr/><w:tblGrid><w:gridCol w:w="9000"/></w:tblGrid><w:tr><w:tc><w:tcPr/>` + t + `<w:p/></w:tc></w:tr></w:tbl>`
		}
		b.WriteString(t)
		for _, l := range below {
			b.WriteString(wordLine(l))
		}
	}
	b.WriteString(`<w:sectPr/>`)
	return pack(part{"[Content_Types].xml", docxTypes}, part{"_rels/.rels", docxRels},
		part{"word/document.xml", `<?xml version="1.0" encoding="UTF-8" standalone="yes"?><w:document xmlns:w="` + wordSpace + `"><w:body>` + b.String() + `</w:body></w:document>`})
}

func wordLine(s string) string { return "<w:p>" + wordRun(s, false) + "</w:p>" }

func wordRun(s string, struck bool) string {
	if s == "" {
		return ""
	}
	look := ""
	if struck {
		look = "<w:rPr><w:strike/></w:rPr>"
	}
	var b strings.Builder
	for i, l := range strings.Split(s, "\n") {
		if i > 0 {
			b.WriteString("<w:br/>")
		}
		for j, t := range strings.Split(l, "\t") {
			if j > 0 {
				b.WriteString("<w:tab/>")
			}
			fmt.Fprintf(&b, `<w:t xml:space="preserve">%s</w:t>`, esc(t))
		}
	}
	return "<w:r>" + look + b.String() + "</w:r>"
}

// wordTable writes the table. Cells that a merge from above covers are stated
// as such, for a row of a document has all of its cells.
func wordTable(s Sheet) string {
	var b strings.Builder
	width := s.columns()
	b.WriteString(`<w:tbl><w:tblPr><w:tblW w:w="0" w:type="auto"/></w:tblPr><w:tblGrid>` + strings.Repeat(`<w:gridCol w:w="1200"/>`, width) + `</w:tblGrid>`)
	owner := map[[2]int]box{}
	boxes := s.boxes()
	for _, row := range boxes {
		for _, x := range row {
			for r := x.row; r < x.row+x.h; r++ {
				for c := x.col; c < x.col+x.w; c++ {
					owner[[2]int{r, c}] = x
				}
			}
		}
	}
	for r := range boxes {
		b.WriteString("<w:tr>")
		if s.Look.hidesRow(r) {
			b.WriteString("<w:trPr><w:hidden/></w:trPr>")
		}
		for c := 0; c < width; {
			x, ok := owner[[2]int{r, c}]
			if !ok {
				x = box{row: r, col: c, w: 1, h: 1}
			}
			b.WriteString(wordCell(x, r))
			c += x.w
		}
		b.WriteString("</w:tr>")
	}
	return b.String() + "</w:tbl>"
}

func wordCell(x box, row int) string {
	var look string
	if x.w > 1 {
		look += fmt.Sprintf(`<w:gridSpan w:val="%d"/>`, x.w)
	}
	switch {
	case x.h > 1 && x.row == row:
		look += `<w:vMerge w:val="restart"/>`
	case x.h > 1:
		return "<w:tc><w:tcPr>" + look + "<w:vMerge/></w:tcPr><w:p/></w:tc>"
	}
	text := wordRun(x.text(), x.struck)
	if x.runs != nil {
		text = ""
		for _, r := range x.runs {
			run := wordRun(r.Text, r.Struck)
			switch {
			case r.Deleted:
				run = `<w:del w:id="1" w:author="a">` + strings.NewReplacer("<w:t ", "<w:delText ", "</w:t>", "</w:delText>").Replace(run) + `</w:del>`
			case r.Inserted:
				run = `<w:ins w:id="2" w:author="a">` + run + `</w:ins>`
			}
			text += run
		}
	}
	if x.formula != "" {
		text = `<w:fldSimple w:instr=" =SUM(LEFT) ">` + text + `</w:fldSimple>`
	}
	return "<w:tc><w:tcPr>" + look + "</w:tcPr><w:p>" + text + "</w:p></w:tc>"
}
