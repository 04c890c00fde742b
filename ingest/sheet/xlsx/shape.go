package xlsx

import (
	"sort"
	"strconv"

	"taizhang/ingest/sheet/formula"
	"taizhang/ingest/sheet/strict"
	"taizhang/ingest/sheet/xmlscan"
)

// line is a row or a column that is hidden or belongs to an outline.
type line struct {
	index     int32
	level     uint8 // of the outline; 0 outside any group
	hidden    bool  // hidden, filtered out, or of no height or width
	collapsed bool  // it is the summary line of a collapsed group
}

func (l *line) plain() bool { return !l.hidden && l.level == 0 && !l.collapsed }

// shape is what of a sheet shows and what does not.
type shape struct {
	above, left bool // summary lines stand before their groups
	zeroHeight  bool // rows that are not stated are hidden
	zeroWidth   bool // columns that are not stated are hidden
	flatRows    bool // rows without a height of their own have none
	rows        []line
	stated      []int32 // row numbers, kept only while zeroHeight
	cols        []colSpan
	width       int // columns of all spans together
}

type colSpan struct {
	from, to int
	line
}

func (p *shape) outline(s *xmlscan.Scanner) {
	below, right := s.Attr("summaryBelow"), s.Attr("summaryRight")
	p.above = below != nil && !isTrue(below)
	p.left = right != nil && !isTrue(right)
}

func (p *shape) defaults(s *xmlscan.Scanner) {
	p.zeroHeight = isTrue(s.Attr("zeroHeight"))
	p.zeroWidth = isZeroSize(s.Attr("defaultColWidth"))
	p.flatRows = isTrue(s.Attr("customHeight")) && isZeroSize(s.Attr("defaultRowHeight"))
}

// isZeroSize reports whether the height or width is given and 0.
func isZeroSize(b []byte) bool {
	if b == nil {
		return false
	}
	v, err := strconv.ParseFloat(string(b), 64)
	return err == nil && v <= 0
}

// maxLevel is the deepest outline that Excel has.
const maxLevel = 7

func level(s *xmlscan.Scanner) uint8 {
	return uint8(min(max(number(s.Attr("outlineLevel")), 0), maxLevel))
}

// rowLine reads the attributes of the current row element.
func (p *shape) rowLine(s *xmlscan.Scanner) line {
	height := s.Attr("ht")
	return line{
		level:     level(s),
		hidden:    isTrue(s.Attr("hidden")) || isZeroSize(height) || height == nil && p.flatRows,
		collapsed: isTrue(s.Attr("collapsed")),
	}
}

func (p *shape) addRow(l line) {
	if p.zeroHeight {
		p.stated = append(p.stated, l.index)
	}
	if !l.plain() {
		p.rows = append(p.rows, l)
	}
}

func (p *shape) addCol(s *xmlscan.Scanner) error {
	if string(s.Name) != "col" {
		return s.Skip()
	}
	c := colSpan{from: number(s.Attr("min")) - 1, to: number(s.Attr("max")) - 1}
	if c.from < 0 || c.to < c.from || c.from >= formula.MaxCols {
		return strict.Damaged(strict.Reference, "columns out of range")
	}
	c.to = min(c.to, formula.MaxCols-1)
	c.level, c.collapsed = level(s), isTrue(s.Attr("collapsed"))
	c.hidden = isTrue(s.Attr("hidden")) || isZeroSize(s.Attr("width"))
	if p.width += c.to - c.from + 1; p.width > 8*formula.MaxCols {
		return strict.Damaged(strict.Structure, "columns stated many times")
	}
	if p.zeroWidth || !c.plain() {
		p.cols = append(p.cols, c)
	}
	return s.Skip()
}

// hiddenRows returns the rows below limit that do not show, and those of them
// that belong to a collapsed group.
func (p *shape) hiddenRows(limit int) (hidden, collapsed map[int]bool) {
	hidden, collapsed = judge(p.rows, !p.above, limit)
	if p.zeroHeight {
		hidden = addAbsent(hidden, p.stated, limit)
	}
	return hidden, collapsed
}

// hiddenCols does for columns what hiddenRows does for rows.
func (p *shape) hiddenCols(limit int) (hidden, collapsed map[int]bool) {
	var lines []line
	var stated []int32
	for _, c := range p.cols {
		// One column more than asked for: it may be the summary of a group.
		for i := c.from; i <= min(c.to, limit); i++ {
			l := c.line
			l.index = int32(i)
			stated = append(stated, l.index)
			if !l.plain() {
				lines = append(lines, l)
			}
		}
	}
	hidden, collapsed = judge(lines, !p.left, limit)
	if p.zeroWidth {
		hidden = addAbsent(hidden, stated, limit)
	}
	return hidden, collapsed
}

// addAbsent adds to the set every index below limit that is not stated.
func addAbsent(set map[int]bool, stated []int32, limit int) map[int]bool {
	is := make(map[int]bool, len(stated))
	for _, i := range stated {
		is[int(i)] = true
	}
	for i := range limit {
		if !is[i] {
			if set == nil {
				set = make(map[int]bool)
			}
			set[i] = true
		}
	}
	return set
}

// judge returns the hidden lines below limit, and those of them that belong to
// a collapsed group: that is a run of hidden lines beside a summary line marked
// as collapsed, and of a deeper level. Some writers hide the lines of a group
// and mark no summary: where no line of the sheet is marked, every hidden line
// of a group counts as collapsed.
func judge(lines []line, summaryAfter bool, limit int) (hidden, collapsed map[int]bool) {
	lines = inOrder(lines)
	marked := false
	for _, l := range lines {
		marked = marked || l.collapsed
		if l.hidden && int(l.index) < limit {
			if hidden == nil {
				hidden = make(map[int]bool)
			}
			hidden[int(l.index)] = true
		}
	}
	collapse := func(l line) {
		if int(l.index) < limit {
			if collapsed == nil {
				collapsed = make(map[int]bool)
			}
			collapsed[int(l.index)] = true
		}
	}
	step := 1
	if summaryAfter {
		step = -1
	}
	for i, l := range lines {
		switch {
		case !marked && l.hidden && l.level > 0:
			collapse(l)
		case l.collapsed:
			for j := i + step; j >= 0 && j < len(lines); j += step {
				m := lines[j]
				if m.index != lines[j-step].index+int32(step) || !m.hidden || m.level <= l.level {
					break
				}
				collapse(m)
			}
		}
	}
	return hidden, collapsed
}

// inOrder sorts the lines and makes one of those that are stated twice.
func inOrder(lines []line) []line {
	less := func(i, j int) bool { return lines[i].index < lines[j].index }
	if !sort.SliceIsSorted(lines, less) {
		sort.SliceStable(lines, less)
	}
	out := lines[:0]
	for _, l := range lines {
		if n := len(out); n > 0 && out[n-1].index == l.index {
			o := &out[n-1]
			o.hidden, o.collapsed, o.level = o.hidden || l.hidden, o.collapsed || l.collapsed, max(o.level, l.level)
			continue
		}
		out = append(out, l)
	}
	return out
}
