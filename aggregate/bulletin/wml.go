package bulletin

import (
	"encoding/xml"
	"fmt"
	"strings"
)

// Measures of the page in twentieths of a point (GB/T 9704-2012 §5.2, §7.5):
// A4, 天头 37 mm, 下白边 35 mm, 订口 28 mm, 右白边 26 mm, so that 版心 is
// 156 × 225 mm and holds 22 lines of 28 characters of 3号 (16 pt).
const (
	pageWidth    = 11906
	pageHeight   = 16838
	marginTop    = 2098
	marginBottom = 1984
	marginLeft   = 1587
	marginRight  = 1474
	textWidth    = pageWidth - marginLeft - marginRight // 8845
	footerAt     = 1417                                 // 25 mm from the edge: the 一字线 lies 7 mm below 版心
	lineHeight   = 579                                  // 28.95 pt: 22 lines in 225 mm
	charWidth    = 315                                  // 15.75 pt: 16 pt set 0.25 pt closer, 28 in 156 mm
	tighten      = -5
	markHeight   = 1984 // 35 mm from the edge of 版心 to 发文机关标志
)

// writer builds one XML part.
type writer struct{ strings.Builder }

func (w *writer) add(format string, args ...any) { fmt.Fprintf(w, format, args...) }

// text writes s as character data. What XML cannot hold becomes U+FFFD.
func (w *writer) text(s string) {
	// Writing to a strings.Builder does not fail.
	_ = xml.EscapeText(w, []byte(strings.ReplaceAll(s, "\t", " ")))
}

// run writes text as one run of the paragraph's style. Line feeds become
// breaks. The hint sets quotation marks in the Chinese font.
func (w *writer) run(s string) {
	w.add(`<w:r><w:rPr><w:rFonts w:hint="eastAsia"/></w:rPr>`)
	for i, line := range strings.Split(s, "\n") {
		if i > 0 {
			w.add(`<w:br/>`)
		}
		w.add(`<w:t xml:space="preserve">`)
		w.text(line)
		w.add(`</w:t>`)
	}
	w.add(`</w:r>`)
}

// paragraph writes text in a style; direct holds further properties, which
// come after pStyle in the order of the schema.
func (w *writer) paragraph(style, direct, s string) {
	w.add(`<w:p><w:pPr><w:pStyle w:val="%s"/>%s</w:pPr>`, style, direct)
	if s != "" {
		w.run(s)
	}
	w.add(`</w:p>`)
}

// document writes word/document.xml.
func document(bs []block, g grid) string {
	w := &writer{}
	w.add(xml.Header+`<w:document xmlns:w="%s" xmlns:r="%s"><w:body>`, nsW, nsR)
	sign, date := "", ""
	for _, b := range bs {
		switch b.kind {
		case signer:
			sign = b.text
		case dated:
			date = b.text
		}
	}
	for i, b := range bs {
		switch b.kind {
		case tableOf:
			w.table(g)
			if i+1 == len(bs) || bs[i+1].kind == tableOf {
				w.paragraph(styleOf[note], "", "")
			}
		case signer, dated:
			w.paragraph(styleOf[b.kind], signature(sign, date), b.text)
		default:
			direct := ""
			if i+1 < len(bs) && bs[i+1].kind == signer {
				direct = atOnce // a page never holds the signature alone
			}
			w.paragraph(styleOf[b.kind], direct, b.text)
		}
	}
	w.add(`<w:sectPr><w:footerReference w:type="even" r:id="rId4"/><w:footerReference w:type="default" r:id="rId5"/>`)
	w.add(`<w:pgSz w:w="%d" w:h="%d"/>`, pageWidth, pageHeight)
	w.add(`<w:pgMar w:top="%d" w:right="%d" w:bottom="%d" w:left="%d" w:header="851" w:footer="%d" w:gutter="0"/>`,
		marginTop, marginRight, marginBottom, marginLeft, footerAt)
	w.add(`<w:docGrid w:type="lines" w:linePitch="%d"/></w:sectPr></w:body></w:document>`, lineHeight)
	return w.String()
}

// signature places 落款 and 成文日期 above one another, centred on each other
// (GB/T 9704 §7.3.5): the date four characters from the right where it is the
// longer, else the name two characters from it.
func signature(sign, date string) string {
	wide, right := width(date), 4
	if n := width(sign); n > wide {
		wide, right = n, 2
	}
	left := max(0, textWidth-int(wide*charWidth)-right*charWidth-charWidth)
	return fmt.Sprintf(`<w:ind w:left="%d" w:right="%d" w:firstLine="0"/>`, left, right*charWidth)
}

// Widths of columns: of those that are not figures, and the least of a figure,
// so that three characters of its heading stand in a line.
const (
	unitColumn   = 1500
	rankColumn   = 520
	figureColumn = 690
	// wholeTable is up to how many rows a table is kept on one page.
	wholeTable = 16
)

// table writes the grid: as wide as the text, the head repeated on each page,
// no row split.
func (w *writer) table(g grid) {
	widths := g.widths()
	w.add(`<w:tbl><w:tblPr><w:tblW w:w="%d" w:type="dxa"/><w:jc w:val="center"/><w:tblBorders>`, textWidth)
	for _, side := range []string{"top", "left", "bottom", "right", "insideH", "insideV"} {
		w.add(`<w:%s w:val="single" w:sz="4" w:space="0" w:color="000000"/>`, side)
	}
	w.add(`</w:tblBorders><w:tblLayout w:type="fixed"/><w:tblCellMar><w:left w:w="28" w:type="dxa"/><w:right w:w="28" w:type="dxa"/></w:tblCellMar></w:tblPr><w:tblGrid>`)
	for _, x := range widths {
		w.add(`<w:gridCol w:w="%d"/>`, x)
	}
	w.add(`</w:tblGrid>`)
	w.row(widths, g.head, styleTableHead, `<w:tblHeader/>`, atOnce)
	for i, r := range g.rows {
		style, keep := styleTable, ""
		if i == len(g.rows)-1 {
			style = styleTableHead
		} else if len(g.rows) <= wholeTable {
			keep = atOnce
		}
		w.row(widths, r, style, "", keep)
	}
	w.add(`</w:tbl>`)
}

// widths shares the width of the text: what is left is spread evenly over the
// figures after each has room for its longest number, so that no number is
// broken over two lines. Only where that does not fit are all alike.
func (g grid) widths() []int {
	n := len(g.head)
	out := make([]int, n)
	room := textWidth - unitColumn - rankColumn
	need := 0
	for i := 1; i < n-1; i++ {
		out[i] = figureColumn
		for _, r := range g.rows {
			out[i] = max(out[i], int(width(r[i])*210)+80) // 五号 is 210 wide, the margins of the cell 56
		}
		need += out[i]
	}
	for i := 1; i < n-1; i++ {
		if need <= room {
			out[i] += (room - need) / (n - 2)
			continue
		}
		out[i] = room / (n - 2)
	}
	out[0], out[n-1] = unitColumn, rankColumn
	for _, x := range out {
		room -= x
	}
	out[0] += room + unitColumn + rankColumn
	return out
}

func (w *writer) row(widths []int, cells []string, style, extra, keep string) {
	w.add(`<w:tr><w:trPr><w:cantSplit/><w:trHeight w:val="440" w:hRule="atLeast"/>%s</w:trPr>`, extra)
	for i, c := range cells {
		w.add(`<w:tc><w:tcPr><w:tcW w:w="%d" w:type="dxa"/><w:vAlign w:val="center"/></w:tcPr>`, widths[i])
		w.paragraph(style, keep, c)
		w.add(`</w:tc>`)
	}
	w.add(`</w:tr>`)
}

// footer writes the page number: — 1 — in 4号 宋体, one character from the
// outer edge.
func footer(jc, ind string) string {
	w := &writer{}
	w.add(xml.Header+`<w:ftr xmlns:w="%s" xmlns:r="%s"><w:p><w:pPr><w:pStyle w:val="%s"/>%s<w:jc w:val="%s"/></w:pPr>`, nsW, nsR, styleFooter, ind, jc)
	w.run("— ")
	w.add(`<w:fldSimple w:instr=" PAGE "><w:r><w:rPr><w:rFonts w:hint="eastAsia"/></w:rPr><w:t>1</w:t></w:r></w:fldSimple>`)
	w.run(" —")
	w.add(`</w:p></w:ftr>`)
	return w.String()
}
