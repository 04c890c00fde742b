package workbook

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"
)

// cells is an area of a sheet.
type cells struct {
	sheet                  string
	col, row, toCol, toRow int
}

// series is what a chart shows of one measure: its name, categories and values
// are cells of the workbook.
type series struct{ name, cats, vals cells }

// inks are the colours of the series, dark and light in turn so that they stay
// apart when they are printed in grey.
var inks = []string{"1F4E79", "ED7D31", "70AD47", "A5A5A5", "7030A0", "FFC000"}

// marks are the points of the lines.
var marks = []string{"circle", "square", "triangle", "diamond", "x", "star"}

// chart says what a chart shows. Bars stand beside each other; else the values
// are joined by lines.
type chart struct {
	title, x, y, format string
	bars                bool
	series              []series
	width, height       uint // pixels
}

// chart draws with its corner at (col, row), offset pixels to the right.
func (p *page) chart(col, row, offset int, c chart) {
	font := excelize.Font{Family: fontBody, Size: 9, Color: "000000"}
	title := func(s string, size float64) excelize.ChartTitle {
		return excelize.ChartTitle{Paragraph: []excelize.RichTextRun{{Text: s, Font: &excelize.Font{Family: fontHead, Size: size, Color: "000000"}}}}
	}
	zero, gap := 0.0, uint(80)
	kind := excelize.Line
	if c.bars {
		kind = excelize.Col
	}
	var list []excelize.ChartSeries
	for i, s := range c.series {
		ink := inks[i%len(inks)]
		v := excelize.ChartSeries{Name: p.charts(s.name), Categories: p.charts(s.cats), Values: p.charts(s.vals),
			Fill: excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{ink}}}
		if !c.bars {
			v.Line = excelize.LineOptions{Width: 1.75, Fill: excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{ink}}}
			v.Marker = excelize.ChartMarker{Symbol: marks[i%len(marks)], Size: 6, Fill: excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{ink}}}
		}
		list = append(list, v)
	}
	p.do(p.f.AddChart(p.name, p.cell(col, row), &excelize.Chart{
		Type: kind, Series: list, Dimension: excelize.ChartDimension{Width: c.width, Height: c.height}, Title: title(c.title, 12),
		Legend: excelize.ChartLegend{Position: "bottom", Font: &font}, VaryColors: ptr(false), GapWidth: &gap, ShowBlanksAs: "gap",
		Format: excelize.GraphicOptions{OffsetX: offset, AltText: c.title, PrintObject: ptr(true)},
		XAxis:  excelize.ChartAxis{Font: font, Title: title(c.x, 9)},
		YAxis:  excelize.ChartAxis{Font: font, Title: title(c.y, 9), MajorGridLines: true, Minimum: &zero, NumFmt: excelize.ChartNumFmt{CustomNumFmt: c.format}},
	}))
}

// charts names an area for a chart and remembers what stands there.
func (b *book) charts(at cells) string {
	from, err := excelize.CoordinatesToCellName(at.col, at.row, true)
	b.do(err)
	to, err := excelize.CoordinatesToCellName(at.toCol, at.toRow, true)
	b.do(err)
	ref := fmt.Sprintf("'%s'!%s", at.sheet, from)
	if to != from {
		ref += ":" + to
	}
	var values []string
	for row := at.row; row <= at.toRow; row++ {
		for col := at.col; col <= at.toCol; col++ {
			name, err := excelize.CoordinatesToCellName(col, row)
			b.do(err)
			v, err := b.f.GetCellValue(at.sheet, name, excelize.Options{RawCellValue: true})
			b.do(err)
			values = append(values, v)
		}
	}
	b.charted[ref] = values
	return ref
}

// chartRef is a reference in the XML of a chart, with what excelize writes for
// the values behind it.
var chartRef = regexp.MustCompile(`(?s)<(c:)?(str|num)Ref><(?:c:)?f>(.*?)</(?:c:)?f>.*?</(?:c:)?(?:str|num)Ref>`)

// chartValues puts beside each reference the values that stand there, for
// readers that draw a chart without reading its cells; a cell without a number
// has none. The words of a chart are Chinese, which excelize cannot say.
func (b *book) chartValues(part []byte) []byte {
	part = bytes.ReplaceAll(part, []byte(`"en-US"`), []byte(`"zh-CN"`))
	return chartRef.ReplaceAllFunc(part, func(m []byte) []byte {
		g := chartRef.FindSubmatch(m)
		c, kind := string(g[1]), string(g[2])
		var ref string
		if err := xml.Unmarshal([]byte("<f>"+string(g[3])+"</f>"), &ref); err != nil {
			return m
		}
		values, ok := b.charted[ref]
		if !ok {
			return m
		}
		var out bytes.Buffer
		out.WriteString("<" + c + kind + "Ref><" + c + "f>" + string(g[3]) + "</" + c + "f><" + c + kind + "Cache>")
		if kind == "num" {
			out.WriteString("<" + c + "formatCode>General</" + c + "formatCode>")
		}
		fmt.Fprintf(&out, `<%sptCount val="%d"/>`, c, len(values))
		for i, v := range values {
			if _, err := strconv.ParseFloat(v, 64); kind == "num" && (err != nil || v == noValue) {
				continue
			}
			fmt.Fprintf(&out, `<%spt idx="%d"><%sv>`, c, i, c)
			_ = xml.EscapeText(&out, []byte(strings.TrimSpace(v))) // a bytes.Buffer takes everything
			out.WriteString("</" + c + "v></" + c + "pt>")
		}
		out.WriteString("</" + c + kind + "Cache></" + c + kind + "Ref>")
		return out.Bytes()
	})
}
