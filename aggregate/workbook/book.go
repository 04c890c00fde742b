package workbook

import (
	"cmp"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf16"

	"github.com/xuri/excelize/v2"
)

// maxCellText is how much text a cell holds, in UTF-16 units (ECMA-376, the
// limit that Excel enforces).
const maxCellText = 32767

// book is a workbook under construction. The first error stays and is
// reported by save; what is written after it is ignored.
type book struct {
	f        *excelize.File
	looks    map[look]int
	pages    int
	formulas int                 // formulas written, see save
	charted  map[string][]string // what stands in the cells that charts name, see save
	err      error
}

func newBook() *book {
	b := &book{f: excelize.NewFile(), looks: map[look]int{}, charted: map[string][]string{}}
	b.do(b.f.SetDefaultFont(fontBody))
	return b
}

func (b *book) do(err error) {
	if b.err == nil && err != nil {
		b.err = fmt.Errorf("write workbook: %w", err)
	}
}

// look is how a cell looks.
type look struct {
	font   string // "" is the body font
	size   float64
	bold   bool
	fill   string // RRGGBB
	align  string // left, center, right
	top    bool   // aligned to the top, else to the middle
	wrap   bool
	lines  bool // thin borders all round
	format string
}

// The looks that several sheets share.
var (
	lookTitle   = look{font: fontTitle, size: 18, align: "center"}
	lookLine    = look{align: "left"}
	lookNote    = look{size: 9, align: "left", wrap: true, top: true}
	lookAlert   = look{font: fontHead, bold: true, fill: "F8CBAD", align: "left", wrap: true}
	lookSection = look{font: fontHead, size: 12, align: "left"}
	lookHead    = look{font: fontHead, fill: "D9E2EC", align: "center", wrap: true, lines: true}
	lookText    = look{align: "left", wrap: true, lines: true}
	lookMiddle  = look{align: "center", wrap: true, lines: true}
	lookNumber  = look{align: "right", lines: true, format: `#,##0_)`}
	lookDerived = look{align: "right", lines: true, format: `#,##0"*"`}
	lookDelta   = look{align: "right", lines: true, format: `+#,##0_);\-#,##0_);0_)`}
	lookRate    = look{align: "right", lines: true, format: `0.0%_)`}
	lookPoints  = look{align: "right", lines: true, format: `+0.0_);\-0.0_);0.0_)`}
	lookPlace   = look{align: "center", lines: true, format: `0`}
)

func (l look) total() look {
	l.bold, l.fill = true, "EDEDED"
	return l
}

func (l look) filled(rgb string) look {
	l.fill = rgb
	return l
}

func (l look) centred() look {
	l.align = "center"
	return l
}

func (b *book) style(l look) int {
	if id, ok := b.looks[l]; ok {
		return id
	}
	s := &excelize.Style{Alignment: &excelize.Alignment{Horizontal: l.align, Vertical: "center", WrapText: l.wrap},
		Font: &excelize.Font{Family: fontBody, Size: 10.5, Bold: l.bold}}
	if l.font != "" {
		s.Font.Family = l.font
	}
	if l.size > 0 {
		s.Font.Size = l.size
	}
	if l.top {
		s.Alignment.Vertical = "top"
	}
	if l.fill != "" {
		s.Fill = excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{l.fill}}
	}
	if l.lines {
		for _, side := range []string{"left", "right", "top", "bottom"} {
			s.Border = append(s.Border, excelize.Border{Type: side, Color: "000000", Style: 1})
		}
	}
	if l.format != "" {
		s.CustomNumFmt = &l.format
	}
	id, err := b.f.NewStyle(s)
	b.do(err)
	b.looks[l] = id
	return id
}

// page is one sheet of a book. Columns and rows count from 1.
type page struct {
	*book
	name     string
	row      int // the next row
	cols     int // the last column that carries anything
	lastRow  int
	widths   []float64
	repeated string // rows to repeat on every printed page
	headRows int    // how many of them, see keep
	broken   int    // the first row of the printed page, see keep
	onePage  bool   // print on one page, however long
	// unnumbered prints no page number: a form is one page, whatever else the
	// workbook holds.
	unnumbered bool
}

// page adds a sheet with the given widths of its columns. The first one takes
// the place of the sheet that a new file has.
func (b *book) page(name string, widths ...float64) *page {
	if b.pages++; b.pages == 1 {
		b.do(b.f.SetSheetName("Sheet1", name))
	} else {
		_, err := b.f.NewSheet(name)
		b.do(err)
	}
	p := &page{book: b, name: name, row: 1, widths: widths}
	for i, w := range widths {
		col, err := excelize.ColumnNumberToName(i + 1)
		b.do(err)
		b.do(b.f.SetColWidth(name, col, col, w))
	}
	return p
}

func (p *page) cell(col, row int) string {
	name, err := excelize.CoordinatesToCellName(col, row)
	p.do(err)
	p.cols, p.lastRow = max(p.cols, col), max(p.lastRow, row)
	return name
}

// text writes a string cell: whatever s begins with, it stays text.
func (p *page) text(col, row int, s string, l look) {
	c := p.cell(col, row)
	p.do(p.f.SetCellStr(p.name, c, escape(plain(s))))
	p.do(p.f.SetCellStyle(p.name, c, c, p.style(l)))
}

// integer writes a whole number.
func (p *page) integer(col, row int, n int64, l look) {
	c := p.cell(col, row)
	p.do(p.f.SetCellInt(p.name, c, n))
	p.do(p.f.SetCellStyle(p.name, c, c, p.style(l)))
}

// decimal writes a number with one digit behind the point.
func (p *page) decimal(col, row int, n float64, l look) {
	c := p.cell(col, row)
	p.do(p.f.SetCellFloat(p.name, c, n, 1, 64))
	p.do(p.f.SetCellStyle(p.name, c, c, p.style(l)))
}

// noValue stands, until save, for － as the value of a formula: excelize keeps
// no text beside a formula, and no total of persons comes near it.
const noValue = "-999999999999999"

// formula writes a live formula with the value a reader sees who does not
// calculate: a number, or noValue. save clears the mark by which excelize
// calls it a text.
func (p *page) formula(col, row int, formula, value string, l look) {
	c := p.cell(col, row)
	p.do(p.f.SetCellDefault(p.name, c, value))
	p.do(p.f.SetCellStyle(p.name, c, c, p.style(l)))
	p.do(p.f.SetCellFormula(p.name, c, formula))
	p.formulas++
}

// thousandths prints n/1000 as a cell holds it.
func thousandths(n int64) string { return strconv.FormatFloat(float64(n)/1000, 'f', -1, 64) }

// merge joins a block; its cells take the look, so that all borders show.
func (p *page) merge(col, row, toCol, toRow int, s string, l look) {
	p.text(col, row, s, l)
	if col == toCol && row == toRow {
		return
	}
	from, to := p.cell(col, row), p.cell(toCol, toRow)
	p.do(p.f.SetCellStyle(p.name, from, to, p.style(l)))
	p.do(p.f.MergeCell(p.name, from, to))
}

func (p *page) height(row int, points float64) { p.do(p.f.SetRowHeight(p.name, row, min(points, 409))) }

// line writes s across the whole width in the next row, as high as it needs.
func (p *page) line(s string, l look) {
	p.merge(1, p.row, len(p.widths), p.row, s, l)
	size := cmp.Or(l.size, bodySize)
	p.height(p.row, float64(linesOf(s, sumOf(p.widths), size))*size*1.4+4)
	p.row++
}

// heads writes a header row.
func (p *page) heads(words []string) {
	most := 1
	for i, w := range words {
		p.text(i+1, p.row, w, lookHead)
		most = max(most, linesOf(w, p.widths[i], bodySize))
	}
	p.height(p.row, float64(most)*bodyLine+8)
	p.row++
}

const (
	bodySize = 10.5 // points
	bodyLine = 15.0 // points from line to line, at that size
)

// linesOf estimates on how many lines s wraps in a column of the given width.
// A column's width counts digits of the default font, of 11 points.
func linesOf(s string, width, size float64) int {
	perLine := (width - 1.5) * 11 / size
	n := 0
	for part := range strings.SplitSeq(s, "\n") {
		n += max(1, int(textWidth(part)/perLine+0.999))
	}
	return n
}

// textWidth is the width of s in digits: a Chinese character takes two.
func textWidth(s string) float64 {
	w := 0.0
	for _, r := range s {
		if r < 0x2E80 && r != '“' && r != '”' && r != '—' && r != '…' {
			w++
		} else {
			w += 2
		}
	}
	return w
}

func sumOf(ws []float64) float64 {
	sum := 0.0
	for _, w := range ws {
		sum += w
	}
	return sum
}

// plain makes s fit for a cell: line ends become LF, other control characters
// go, and a text that a cell cannot hold ends with a sentence that says so.
func plain(s string) string {
	s = strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(strings.ToValidUTF8(s, "�"))
	s = strings.Map(func(r rune) rune {
		if r < 0x20 && r != '\n' && r != '\t' || r == 0x7F || r == 0xFFFE || r == 0xFFFF {
			return -1
		}
		return r
	}, s)
	return cut(s, maxCellText)
}

// escaped is how a workbook spells a character that XML cannot hold: _x0041_.
var escaped = regexp.MustCompile(`_x[0-9A-Fa-f]{4}_`)

// escape makes text that looks like such a spelling stay what it is.
func escape(s string) string { return escaped.ReplaceAllString(s, "_x005F$0") }

// cut shortens s to at most limit UTF-16 units, with a sentence that says so.
func cut(s string, limit int) string {
	if len(utf16.Encode([]rune(s))) <= limit {
		return s
	}
	room := limit - len(utf16.Encode([]rune(cutSentence)))
	for i, r := range s {
		if room -= utf16.RuneLen(r); room < 0 {
			return s[:i] + cutSentence
		}
	}
	return s
}
