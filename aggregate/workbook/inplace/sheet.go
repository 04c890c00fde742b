package inplace

import (
	"strconv"
	"strings"

	"taizhang/ledger"
)

// maxCells bounds the cells of one sheet.
const maxCells = 500_000

// row and cell are where a sheet states them. Indices count from 0.
type row struct {
	n, style int
	from, to int // its start tag
	close    int // where its last cell ends
	empty    bool
	numbered bool // it states its number
	hidden   bool
	height   float64 // points; 0: not stated
}

type cell struct {
	row, col int // row: index in rows
	from, to int // its start tag
	style    int
	filled   bool
}

// column is a run of columns that state the same.
type column struct {
	first, last int
	style       int
	width       float64
}

// sheet is a worksheet part, as far as marking it needs.
type sheet struct {
	data     []byte
	prefix   string
	space    string // the namespace of its elements
	rows     []row
	cells    []cell
	columns  []column
	merges   []ledger.Range
	body     tag // of sheetData
	bodyEnd  int
	legacy   string // relationship of the drawing of comments
	legacyAt int    // where that element belongs
	width    float64
	height   float64

	byPlace map[ledger.Ref]int // of cells
	byRow   map[int]int        // of rows
	inBody  bool
	lastRow int
	lastCol int
}

// before are the children of a worksheet that stand before legacyDrawing
// (ECMA-376 part 1, §18.3.1.99).
var before = map[string]bool{}

func init() {
	for name := range strings.FieldsSeq(`sheetPr dimension sheetViews sheetFormatPr cols sheetData sheetCalcPr sheetProtection
		protectedRanges scenarios autoFilter sortState dataConsolidate customSheetViews mergeCells phoneticPr conditionalFormatting
		dataValidations hyperlinks printOptions pageMargins pageSetup headerFooter rowBreaks colBreaks customProperties cellWatches
		ignoredErrors smartTags drawing`) {
		before[name] = true
	}
}

func parseSheet(data []byte) (*sheet, error) {
	s := &sheet{data: data, body: tag{from: -1}, width: 8.43, height: 15, lastRow: -1}
	if err := walk(data, s.tag); err != nil {
		return nil, err
	}
	if s.body.from < 0 {
		return nil, unfit("a sheet without rows")
	}
	s.byPlace, s.byRow = make(map[ledger.Ref]int, len(s.cells)), make(map[int]int, len(s.rows))
	for i := range s.cells {
		c := &s.cells[i]
		s.byPlace[ledger.Ref{Row: s.rows[c.row].n, Col: c.col}] = i
	}
	for i := range s.rows {
		s.byRow[s.rows[i].n] = i
	}
	return s, nil
}

func (s *sheet) tag(t *tag) error {
	switch t.depth {
	case 0:
		if !t.end {
			return s.root(t)
		}
	case 1:
		s.child(t)
	case 2:
		if t.end {
			if s.inBody && t.local == "row" && !s.rows[len(s.rows)-1].empty {
				s.rows[len(s.rows)-1].close = t.from
			}
			return nil
		}
		switch t.local {
		case "row":
			if s.inBody {
				s.addRow(t)
			}
		case "col":
			s.addColumn(t)
		case "mergeCell":
			if g, ok := parseRange(t.attr("ref")); ok {
				s.merges = append(s.merges, g)
			}
		}
	case 3:
		if t.local == "c" && !t.end && s.inBody {
			return s.addCell(t)
		}
	case 4:
		if n := len(s.cells); !t.end && n > 0 && s.inBody && (t.local == "v" || t.local == "is") {
			s.cells[n-1].filled = true
		}
	}
	return nil
}

func (s *sheet) root(t *tag) error {
	if t.local != "worksheet" {
		return unfit("a sheet of type %s", t.local)
	}
	s.prefix = t.prefix
	for _, a := range t.attrs {
		name := a.Name.Local
		switch {
		case a.Name.Space == "xmlns":
			name += ":"
		case name == "xmlns":
			name = ""
		default:
			continue
		}
		if name == s.prefix {
			s.space = a.Value
		}
	}
	return nil
}

func (s *sheet) child(t *tag) {
	s.inBody = t.local == "sheetData" && !t.end
	switch {
	case t.local == "sheetData" && t.end:
		s.bodyEnd = t.from
	case t.local == "sheetData":
		s.body = *t
	case t.local == "sheetFormatPr" && !t.end:
		if w, err := strconv.ParseFloat(t.attr("defaultColWidth"), 64); err == nil {
			s.width = w
		}
		if h, err := strconv.ParseFloat(t.attr("defaultRowHeight"), 64); err == nil {
			s.height = h
		}
	case t.local == "legacyDrawing" && !t.end:
		for _, a := range t.attrs {
			if a.Name.Local == "id" {
				s.legacy = a.Value
			}
		}
	}
	if before[t.local] && t.end {
		s.legacyAt = t.to
	}
}

func (s *sheet) addRow(t *tag) {
	r := row{n: s.lastRow + 1, from: t.from, to: t.to, close: t.to, empty: t.empty, hidden: t.on("hidden"), style: -1}
	if n, err := strconv.Atoi(t.attr("r")); err == nil {
		r.n, r.numbered = n-1, true
	}
	if st, err := strconv.Atoi(t.attr("s")); err == nil && t.on("customFormat") {
		r.style = st
	}
	if h, err := strconv.ParseFloat(t.attr("ht"), 64); err == nil {
		r.height = h
	}
	s.rows = append(s.rows, r)
	s.lastRow, s.lastCol = r.n, -1
}

func (s *sheet) addColumn(t *tag) {
	c := column{style: -1, width: -1}
	var err1, err2 error
	c.first, err1 = strconv.Atoi(t.attr("min"))
	c.last, err2 = strconv.Atoi(t.attr("max"))
	if err1 != nil || err2 != nil {
		return
	}
	c.first, c.last = c.first-1, c.last-1
	if st, err := strconv.Atoi(t.attr("style")); err == nil {
		c.style = st
	}
	if w, err := strconv.ParseFloat(t.attr("width"), 64); err == nil {
		c.width = w
	}
	if t.on("hidden") {
		c.width = 0
	}
	s.columns = append(s.columns, c)
}

func (s *sheet) addCell(t *tag) error {
	if len(s.cells) == maxCells {
		return unfit("more than %d cells", maxCells)
	}
	r := &s.rows[len(s.rows)-1]
	c := cell{row: len(s.rows) - 1, col: s.lastCol + 1, from: t.from, to: t.to}
	if at, ok := parseRef(t.attr("r")); ok {
		c.col = at.Col
		if s.lastCol < 0 && !r.numbered {
			r.n, s.lastRow = at.Row, at.Row // a row without a number takes that of its first cell
		}
	}
	c.style, _ = strconv.Atoi(t.attr("s"))
	s.cells = append(s.cells, c)
	s.lastCol = c.col
	return nil
}

// area returns the merged range that covers the place, or the place alone.
func (s *sheet) area(at ledger.Ref) ledger.Range {
	for _, m := range s.merges {
		if m.Contains(at) {
			return m
		}
	}
	return ledger.Range{First: at, Last: at}
}

// title returns the first cell with content that shows: where a word about the
// whole sheet stands.
func (s *sheet) title() ledger.Ref {
	best, found := ledger.Ref{}, false
	for _, c := range s.cells {
		at := ledger.Ref{Row: s.rows[c.row].n, Col: c.col}
		if !c.filled || s.rows[c.row].hidden || s.columnAt(c.col).width == 0 {
			continue
		}
		if !found || at.Row < best.Row || at.Row == best.Row && at.Col < best.Col {
			best, found = at, true
		}
	}
	return best
}

func (s *sheet) columnAt(col int) column {
	for _, c := range s.columns {
		if col >= c.first && col <= c.last {
			return c
		}
	}
	return column{style: -1, width: -1}
}

// parseRef reads the name of a cell of a sheet, such as C5 or $C$5.
func parseRef(name string) (ledger.Ref, bool) {
	at, ok := ledger.ParseRef(strings.ToUpper(strings.ReplaceAll(name, "$", "")))
	return at, ok && at.Row < maxRows && at.Col < maxCols
}

// The size of a sheet.
const (
	maxRows = 1 << 20
	maxCols = 1 << 14
)

func parseRange(ref string) (ledger.Range, bool) {
	a, b, two := strings.Cut(ref, ":")
	if !two {
		b = a
	}
	first, ok1 := parseRef(a)
	last, ok2 := parseRef(b)
	return ledger.Range{First: first, Last: last}, ok1 && ok2
}
