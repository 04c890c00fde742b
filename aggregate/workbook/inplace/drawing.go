package inplace

import (
	"bytes"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"taizhang/ledger"
)

// The look of a comment's box. A box is as high as its text needs: nobody
// should have to pull at it to read on.
const (
	lineHeight  = 16  // pixels, of a text of 9 points
	charWidth   = 6.1 // of a digit; a Chinese character takes two
	narrow      = 280 // width of a box
	broad       = 440 // of one with much text
	manyLines   = 12
	boxMargin   = 14
	besideCell  = 12 // from the cell's edge
	aboveCell   = 6
	tallestEver = 4000
)

// box is the place of a comment's box: columns and rows with pixels in them.
type box struct{ col, dx, row, dy, toCol, toDX, toRow, toDY int }

func (b box) String() string {
	return fmt.Sprintf("%d, %d, %d, %d, %d, %d, %d, %d", b.col, b.dx, b.row, b.dy, b.toCol, b.toDX, b.toRow, b.toDY)
}

// boxFor places the box for the text beside the area, below its upper edge.
func (s *sheet) boxFor(area ledger.Range, text string) box {
	width := narrow
	lines := wrapped(text, width)
	if lines > manyLines {
		width = broad
		lines = wrapped(text, width)
	}
	height := min(lines*lineHeight+boxMargin, tallestEver)
	b := box{col: min(area.Last.Col+1, maxCols-20), dx: besideCell, row: area.First.Row, dy: aboveCell}
	b.toCol, b.toDX = reach(b.col, b.dx+width, maxCols-1, s.columnPixels)
	b.toRow, b.toDY = reach(b.row, b.dy+height, maxRows-1, s.rowPixels)
	return b
}

// reach walks so many pixels from the start of the line.
func reach(line, pixels, last int, size func(int) int) (at, rest int) {
	for ; line < last; line++ {
		n := size(line)
		if pixels < n {
			break
		}
		pixels -= n
	}
	return line, pixels
}

func (s *sheet) columnPixels(col int) int {
	w := s.columnAt(col).width
	if w < 0 {
		w = s.width
	}
	if w == 0 {
		return 0
	}
	return int(w*7) + 5
}

func (s *sheet) rowPixels(n int) int {
	r := s.rowAt(n)
	switch {
	case r == nil:
		return int(s.height * 4 / 3)
	case r.hidden:
		return 0
	case r.height > 0:
		return int(r.height * 4 / 3)
	}
	return int(s.height * 4 / 3)
}

// wrapped estimates on how many lines the text stands in a box of the width.
func wrapped(text string, width int) int {
	n := 0
	for line := range strings.SplitSeq(text, "\n") {
		w := 0.0
		for _, r := range line {
			if w += charWidth; r >= 0x2E80 || r == '“' || r == '”' || r == '—' || r == '…' {
				w += charWidth
			}
		}
		n += 1 + int(w/float64(width-boxMargin))
	}
	return n
}

const newDrawing = `<xml xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" xmlns:x="urn:schemas-microsoft-com:office:excel">` +
	`<o:shapelayout v:ext="edit"><o:idmap v:ext="edit" data="1"/></o:shapelayout></xml>`

const shapeType = `<v:shapetype xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" id="_x0000_t202" coordsize="21600,21600" o:spt="202" path="m,l,21600r21600,l21600,xe">` +
	`<v:stroke joinstyle="miter"/><v:path gradientshapeok="t" o:connecttype="rect"/></v:shapetype>`

const shape = `<v:shape xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" xmlns:x="urn:schemas-microsoft-com:office:excel" id="_x0000_s%d" type="#_x0000_t202" ` +
	`style="position:absolute;margin-left:0;margin-top:0;width:%dpt;height:%dpt;z-index:1;visibility:hidden" fillcolor="#ffffe1" o:insetmode="auto">` +
	`<v:fill color2="#ffffe1"/><v:shadow on="t" color="black" obscured="t"/><v:path o:connecttype="none"/><v:textbox style="mso-direction-alt:auto"><div style="text-align:left"/></v:textbox>` +
	`<x:ClientData ObjectType="Note"><x:MoveWithCells/><x:SizeWithCells/><x:Anchor>%s</x:Anchor><x:AutoFill>False</x:AutoFill><x:Row>%d</x:Row><x:Column>%d</x:Column></x:ClientData></v:shape>`

var (
	shapeID  = regexp.MustCompile(`_x0000_s(\d+)`)
	noteData = regexp.MustCompile(`(?s)<x:ClientData[^>]*ObjectType\s*=\s*["']Note["'][^>]*>.*?</x:ClientData>`)
	anchorIn = regexp.MustCompile(`(?s)<x:Anchor>([^<]*)</x:Anchor>`)
	numberIn = regexp.MustCompile(`-?\d+`)
)

// draw puts the boxes of the notes into a drawing of comments. The box of a
// comment that was there grows as far as the longer text needs.
func (s *sheet) draw(vml []byte, notes []note, former map[ledger.Ref]string) ([]byte, error) {
	if bytes.IndexByte(vml, 0) >= 0 {
		return nil, unfit("a drawing in UTF-16")
	}
	next := 1025
	for _, m := range shapeID.FindAllSubmatch(vml, -1) {
		if n, err := strconv.Atoi(string(m[1])); err == nil && n < 1<<30 {
			next = max(next, n+1)
		}
	}
	var fresh strings.Builder
	if !bytes.Contains(vml, []byte(`"_x0000_t202"`)) {
		fresh.WriteString(shapeType)
	}
	for _, n := range notes {
		old, was := former[n.at]
		b := s.boxFor(s.area(n.at), strings.TrimPrefix(old+"\n"+n.text, "\n"))
		if was {
			var grown bool
			if vml, grown = grow(vml, n.at, b); grown {
				continue
			}
		}
		width := s.between(b.col, b.toCol, s.columnPixels) + b.toDX - b.dx
		height := s.between(b.row, b.toRow, s.rowPixels) + b.toDY - b.dy
		fmt.Fprintf(&fresh, shape, next, width*3/4, height*3/4, b, n.at.Row, n.at.Col)
		next++
	}
	end := bytes.LastIndex(vml, []byte("</xml>"))
	if end < 0 {
		return nil, unfit("a drawing without an end")
	}
	return apply(vml, []splice{{end, end, fresh.String()}}), nil
}

func (*sheet) between(from, to int, size func(int) int) int {
	n := 0
	for ; from < to; from++ {
		n += size(from)
	}
	return n
}

// grow widens the box of the comment at the place; false: it has none.
func grow(vml []byte, at ledger.Ref, want box) ([]byte, bool) {
	for _, m := range noteData.FindAllIndex(vml, -1) {
		data := string(vml[m[0]:m[1]])
		if !strings.Contains(data, fmt.Sprintf("<x:Row>%d</x:Row>", at.Row)) || !strings.Contains(data, fmt.Sprintf("<x:Column>%d</x:Column>", at.Col)) {
			continue
		}
		loc := anchorIn.FindStringSubmatchIndex(data)
		if loc == nil {
			return vml, true
		}
		var n []int
		for _, d := range numberIn.FindAllString(data[loc[2]:loc[3]], 8) {
			v, _ := strconv.Atoi(d)
			n = append(n, v)
		}
		if len(n) != 8 {
			return vml, true
		}
		b := box{n[0], n[1], n[2], n[3], n[4], n[5], n[6], n[7]}
		if want.toCol > b.toCol {
			b.toCol, b.toDX = want.toCol, want.toDX
		}
		if want.toRow > b.toRow {
			b.toRow, b.toDY = want.toRow, want.toDY
		}
		return apply(vml, []splice{{m[0] + loc[2], m[0] + loc[3], b.String()}}), true
	}
	return vml, false
}
