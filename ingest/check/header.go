package check

import (
	"slices"
	"strings"

	"taizhang/ingest/check/value"
	"taizhang/ledger"
)

// kind is what a column of a block holds.
type kind uint8

const (
	kindText kind = iota // no header that asks for a number: labels, remarks
	kindTask
	kindWords
	kindMeasure   // the measure column.key
	kindOneColumn // the printed single column
	kindCountPart // 户数 of one insurance
	kindNeutral   // limits time or counting only; a label beside it must name the measure
	kindIgnored
	kindForeign
	kindQuestion
	kindUnknown // a header that is not known
	kindPerson  // a column of units, people or dates
)

// column is one column of a block with what its header path says.
type column struct {
	c0, c1 int
	head   *vcell // the lowest header cell
	kind   kind
	key    string
	when   when
	month  value.Month
	counts counting
	both   bool
	label  role // of kindPerson
}

// numbers reports a column whose cells may become figures.
func (c *column) numbers() bool {
	switch c.kind {
	case kindMeasure, kindOneColumn, kindCountPart, kindNeutral:
		return true
	}
	return false
}

// band is the rows of one header.
type band struct {
	top, bottom int // positions in view.rows
	columns     []column
	firmRows    map[int]bool // rows of 户数 beside rows of 人数
}

// findBands finds the headers of a sheet, wherever they stand.
func findBands(v *view, lex *lexicon) []band {
	var out []band
	for i := 0; i < len(v.rows); i++ {
		if !headerRow(v, i, 2) && !timeHead(v, i) {
			continue
		}
		b := band{top: i, bottom: bandBottom(v, i)}
		for b.top > 0 && (len(out) == 0 || b.top-1 > out[len(out)-1].bottom) && groupRow(v, b.top-1) {
			b.top--
		}
		b.columns = bandColumns(v, lex, &b)
		out = append(out, b)
		i = b.bottom
	}
	return out
}

// headerRow reports a row that holds at least least header words, mere affixes
// and time words not counted, and neither numbers nor long texts.
func headerRow(v *view, i, least int) bool {
	row := v.byRow[v.rows[i]]
	heads := 0 // at most: asked first, for a long list has very many rows and a number costs more to read
	for _, c := range row {
		if c.term.headerish() && c.term.class != classNeutral {
			heads++
		}
	}
	if heads < least {
		return false
	}
	n := 0
	for k, c := range row {
		switch {
		case c.term.prose || c.isValue() && !c.term.figures():
			return false
		case taskValue(c, row, k):
			return false
		case c.term.headerish() && c.term.class != classNeutral:
			n++
		case c.term.label != roleNone && strings.ContainsAny(c.text, ":："):
			return false
		}
	}
	return n >= least
}

// timeHead reports the header of a list whose numbers differ in time only: 指标,
// 单位, 本月, 累计 over a row that names a measure and states a number below one
// of the times.
func timeHead(v *view, i int) bool {
	row := v.byRow[v.rows[i]]
	if i+1 >= len(v.rows) || len(row) < 3 {
		return false
	}
	below := v.byRow[v.rows[i+1]]
	if !slices.ContainsFunc(below, func(c *vcell) bool { return c.term.figureWord() && !c.term.bare }) {
		return false
	}
	timed := false
	for _, c := range row {
		switch {
		case c.term.prose || c.isValue() || c.term.figureWord() || c.term.class == classTask || c.term.class == classWords:
			return false
		case c.term.label != roleNone && strings.ContainsAny(c.text, ":："):
			return false
		case c.term.class == classNeutral && c.term.when != whenNone:
			x := v.at(v.rows[i+1], c.c0)
			timed = timed || x != nil && x.isValue()
		}
	}
	return timed
}

// taskValue reports that a cell is the value of the task label to its left:
// then the row is a list of keys and values and no header.
func taskValue(c *vcell, row []*vcell, k int) bool {
	if k == 0 || c.term.headerish() {
		return false
	}
	return row[k-1].term.class == classTask && c.term.class == classUnknown && len(row) <= 4 && !strings.ContainsAny(c.text, "措做") &&
		!anyFigureWord(row[k+1:])
}

func anyFigureWord(cells []*vcell) bool {
	return slices.ContainsFunc(cells, func(c *vcell) bool { return c.term.class == classMeasure || c.term.class == classOneColumn })
}

// bandBottom returns the last row of the header that starts at row i: as far
// as its cells are merged downward, and the rows of sub-headers below.
func bandBottom(v *view, i int) int {
	bottom := i
	for {
		for _, c := range v.byRow[v.rows[bottom]] {
			if c.term.headerish() && c.r1 > v.rows[bottom] {
				if k := v.rowIndex(c.r1); clearRows(v, bottom+1, k) {
					bottom = max(bottom, k)
				}
			}
		}
		if bottom+1 >= len(v.rows) || !subHeader(v, bottom) {
			return bottom
		}
		bottom++
	}
}

// clearRows reports that the rows hold no values of their own.
func clearRows(v *view, from, to int) bool {
	for i := from; i <= to; i++ {
		for _, c := range v.byRow[v.rows[i]] {
			if c.isValue() && !c.term.figures() {
				return false
			}
		}
	}
	return true
}

// subHeader reports that the row below position i goes on with the header:
// header words only, under a cell that spans several columns or two and more
// of them at once.
func subHeader(v *view, i int) bool {
	row := v.byRow[v.rows[i+1]]
	n, spanned := 0, false
	for _, c := range row {
		if c.term.prose || c.isValue() && !c.term.figures() || c.term.class == classTask || c.term.class == classWords {
			return false
		}
		if c.term.total && c.c0 == v.byRow[v.rows[i]][0].c0 {
			return false // a total row of a blank form
		}
		up := v.at(v.rows[i], c.c0)
		if up != nil && (up.term.class == classTask || up.term.class == classWords) {
			return false
		}
		if c.term.headerish() || c.term.class == classTotal {
			n++
		}
		if up != nil && up.c1 > up.c0 && c.term.headerish() {
			spanned = true
		}
	}
	return n >= 2 || n == 1 && spanned
}

// groupRow reports a row above a header that names groups of its columns, or
// a caption that says of what time or of whom a table is.
func groupRow(v *view, i int) bool {
	row := v.byRow[v.rows[i]]
	below := v.byRow[v.rows[i+1]]
	if len(row) == 0 || len(below) == 0 {
		return false
	}
	grouping := false
	for _, c := range row {
		t := c.term
		switch {
		case t.prose || c.isValue() && !t.figures():
			return false
		case t.class == classTask || t.class == classWords:
			return false
		case t.class == classForeign || t.when != whenNone || t.month.Month != 0:
			grouping = grouping || !campaignTitle(c)
		case t.class == classMeasure || t.class == classOneColumn || t.class == classNeutral:
			grouping = grouping || c.c0 > below[0].c0 || c.c1 > c.c0
		case t.label != roleNone:
			return false
		}
	}
	return grouping
}

// campaignTitle reports a cell that is rather the title of the sheet.
func campaignTitle(c *vcell) bool {
	return strings.Contains(c.text, "台账") || strings.Contains(c.text, "表")
}

// bandColumns gives each column below the header its meaning.
func bandColumns(v *view, lex *lexicon, b *band) []column {
	var out []column
	seen := map[*vcell]int{}
	for _, col := range v.cols {
		path := headerPath(v, b, col)
		if len(path) == 0 {
			out = append(out, column{c0: col, c1: col})
			continue
		}
		leaf := path[len(path)-1]
		if i, ok := seen[leaf]; ok {
			out[i].c1 = col
			continue
		}
		seen[leaf] = len(out)
		c := lex.combine(path)
		c.c0, c.c1, c.head = col, col, leaf
		out = append(out, c)
	}
	return out
}

// headerPath returns the header cells above a column, the widest first. Group
// words that a file repeats by leaving cells empty are carried to the right.
func headerPath(v *view, b *band, col int) []*vcell {
	var path []*vcell
	for i := b.top; i <= b.bottom; i++ {
		c := v.at(v.rows[i], col)
		if c == nil {
			c = carried(v, b, i, col)
		}
		if c == nil {
			c = caption(v, i, col)
		}
		if c != nil && !slices.Contains(path, c) {
			path = append(path, c)
		}
	}
	return path
}

// carried returns the group word to the left of an empty header cell, when it
// stands over a sub-header of its own and every column between has one too.
func carried(v *view, b *band, i, col int) *vcell {
	if i == b.bottom || v.at(v.rows[i+1], col) == nil {
		return nil
	}
	for k := slices.Index(v.cols, col) - 1; k >= 0; k-- {
		below := v.at(v.rows[i+1], v.cols[k])
		if below == nil || below.r0 != v.rows[i+1] {
			return nil
		}
		if c := v.at(v.rows[i], v.cols[k]); c != nil {
			if c.c1 > c.c0 || c.r1 > c.r0 || c.term.class == classUnknown && c.term.when == whenNone && c.term.month.Month == 0 {
				return nil
			}
			return c
		}
	}
	return nil
}

// caption returns the only cell of a row that says of what time or of whom
// the table below it is: it stands over all columns to its right.
func caption(v *view, i, col int) *vcell {
	row := v.byRow[v.rows[i]]
	if len(row) != 1 || row[0].c0 > col {
		return nil
	}
	if t := row[0].term; t.when == whenNone && t.class != classForeign && t.month.Month == 0 {
		return nil
	}
	return row[0]
}

// of returns the column that covers the original column index, or nil.
func (b *band) of(col int) *column {
	for i := range b.columns {
		if c := &b.columns[i]; col >= c.c0 && col <= c.c1 {
			return c
		}
	}
	return nil
}

// has reports a column of the kind.
func (b *band) has(k kind) bool {
	return slices.ContainsFunc(b.columns, func(c column) bool { return c.kind == k })
}

// asksFigures reports that the header asks for at least one number.
func (b *band) asksFigures() bool {
	return slices.ContainsFunc(b.columns, func(c column) bool {
		return c.kind == kindMeasure || c.kind == kindOneColumn || c.kind == kindCountPart
	})
}

func refName(row, col int) string { return ledger.Ref{Row: row, Col: col}.Name() }
