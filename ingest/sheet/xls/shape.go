package xls

import (
	"sort"

	"taizhang/ingest/sheet/strict"
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
	above, left   bool // summary lines stand before their groups
	zeroHeight    bool // rows that are not stated are hidden
	zeroWidth     bool // columns that are not stated are hidden
	standardWidth bool // the default width is given another way
	rows          []line
	stated        []int32 // row numbers
	cols          []colSpan
	width         int // columns of all spans together
}

type colSpan struct {
	from, to int
	line
}

// outline takes the bits of a WSBOOL record (MS-XLS §2.4.351).
func (p *shape) outline(bits uint16) {
	const below, right = 0x0040, 0x0080
	p.above, p.left = bits&below == 0, bits&right == 0
}

// defaultHeight reads a DEFAULTROWHEIGHT record (MS-XLS §2.4.90).
func (p *shape) defaultHeight(r record) error {
	if err := r.want(2); err != nil {
		return err
	}
	const zero = 0x0002
	p.zeroHeight = le.Uint16(r.data)&zero != 0
	return nil
}

// defaultWidth reads a DEFCOLWIDTH record (MS-XLS §2.4.89).
func (p *shape) defaultWidth(r record) error {
	if err := r.want(2); err != nil {
		return err
	}
	p.zeroWidth = le.Uint16(r.data) == 0
	return nil
}

// addRow takes the height and the bits of a ROW record. A height of 0 without
// the bit that it was set by hand stands for the default height, as LibreOffice
// has it too: POI's 45322.xls gives it to every row.
func (p *shape) addRow(row int, height, bits uint16) {
	const level, collapsed, zero, byHand = 0x0007, 0x0010, 0x0020, 0x0040
	p.stated = append(p.stated, int32(row))
	l := line{
		index: int32(row), level: uint8(bits & level), collapsed: bits&collapsed != 0,
		hidden: bits&zero != 0 || height == 0 && bits&byHand != 0,
	}
	if !l.plain() {
		p.rows = append(p.rows, l)
	}
}

// addCol reads a COLINFO record (MS-XLS §2.4.53).
func (p *shape) addCol(r record) error {
	if err := r.want(10); err != nil {
		return err
	}
	c := colSpan{from: int(le.Uint16(r.data)), to: int(le.Uint16(r.data[2:]))}
	if c.to < c.from || c.from > maxCols {
		return strict.Damaged(strict.Reference, "columns out of range")
	}
	c.to = min(c.to, maxCols-1)
	bits := le.Uint16(r.data[8:])
	const hidden, collapsed = 0x0001, 0x1000
	c.level, c.collapsed = uint8(bits>>8&7), bits&collapsed != 0
	c.hidden = bits&hidden != 0 || le.Uint16(r.data[4:]) == 0
	if p.width += c.to - c.from + 1; p.width > 8*maxCols {
		return strict.Damaged(strict.Structure, "columns stated many times")
	}
	p.cols = append(p.cols, c)
	return nil
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
	if p.zeroWidth && !p.standardWidth {
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
