package ledger

import (
	"cmp"
	"slices"
	"sort"
	"strconv"
)

// Table is one sheet of a workbook, or one table of a document or a mail, as
// its file states it: nothing interpreted, nothing dropped. Cells that are
// wholly empty are absent.
type Table struct {
	File   string   // display name of the file it stands in
	Sheet  string   // name of the sheet; "" where the kind has none
	Hidden bool     // the sheet is hidden
	Mark   string   // of the workbook: what a pre-filled form of ours says of itself, see FormMark; "" without one
	Before []string // paragraphs above the table, in kinds that have them
	After  []string // paragraphs below it
	Merges []Range
	// HiddenRows and HiddenCols hold 0-based indices of rows and columns that
	// do not show: hidden, filtered out, or of height or width 0.
	HiddenRows map[int]bool
	HiddenCols map[int]bool
	// Collapsed holds the rows and columns hidden as members of a collapsed
	// outline group, a subset of the two above (rule book §2).
	CollapsedRows map[int]bool
	CollapsedCols map[int]bool
	// Notes are findings of the reader itself, such as a formula evaluated.
	Notes []Finding

	cells []Cell // sorted by row, then column
}

// Ref is the place of a cell, 0-based.
type Ref struct{ Row, Col int }

// Name returns the place as people write it: A1, AB12.
func (r Ref) Name() string { return ColumnName(r.Col) + strconv.Itoa(r.Row+1) }

// ParseRef reads the name of a place, such as AB12; false: it is none.
func ParseRef(name string) (Ref, bool) {
	i, col := 0, 0
	for ; i < len(name) && name[i] >= 'A' && name[i] <= 'Z' && i < 4; i++ {
		col = col*26 + int(name[i]-'A') + 1
	}
	row, err := strconv.ParseUint(name[i:], 10, 31)
	if err != nil || col == 0 || row == 0 || name[i] == '0' {
		return Ref{}, false
	}
	return Ref{Row: int(row) - 1, Col: col - 1}, true
}

// ColumnName returns the letters of the 0-based column: 0 is A, 26 is AA.
func ColumnName(col int) string {
	var b [8]byte
	i := len(b)
	for col++; col > 0 && i > 0; col = (col - 1) / 26 {
		i--
		b[i] = byte('A' + (col-1)%26)
	}
	return string(b[i:])
}

// Range is a block of cells, bounds included.
type Range struct{ First, Last Ref }

// Contains reports whether r lies in the range.
func (g Range) Contains(r Ref) bool {
	return r.Row >= g.First.Row && r.Row <= g.Last.Row && r.Col >= g.First.Col && r.Col <= g.Last.Col
}

// CellKind is what a file says a cell holds.
type CellKind uint8

// The kinds of cell content.
const (
	CellText   CellKind = iota + 1 // Text
	CellNumber                     // Text is the number as the file spells it
	CellBool                       // Text is TRUE or FALSE
	CellError                      // Text is #REF! and the like
)

// FormatClass is what a number format makes of a number on the screen, as far
// as it can change what a reader sees (rule book §2).
type FormatClass uint8

// The classes of number format.
const (
	FormatPlain   FormatClass = iota // general, 0, #,##0, accounting, @
	FormatPercent                    // shows %
	FormatDate                       // shows a date or a time
	FormatScaled                     // divides by 10,000 or 1,000, or prints 万
	FormatHidden                     // shows nothing
)

// Cell is one stated cell. A file may state very many: its small fields stand
// together, so that it takes 80 bytes.
type Cell struct {
	Ref
	Text    string // the value: text, or the number as the file spells it
	Formula string // without "="; "" when the cell has none
	Date    Date   // of a number shown as a date, in the file's own date system
	Kind    CellKind
	Format  FormatClass
	// Computed says that the value was evaluated by us, because the file holds
	// a formula without a usable cached value.
	Computed bool
	// NoValue says that the cell holds a formula, that there is no usable
	// cached value, and that it could not be evaluated.
	NoValue  bool
	Inserted bool // holds text inserted under track changes
}

// NewTable returns a table of the cells, which may come in any order. The slice
// is the table's from then on: of 200,000 cells a copy would be 16 MB. Of two
// cells at one place the later is kept; a reader must refuse such a file first.
func NewTable(file, sheet string, cells []Cell) *Table {
	t := &Table{File: file, Sheet: sheet}
	if len(cells) == 0 {
		return t
	}
	t.cells = cells
	for i := 1; i < len(cells); i++ {
		if !less(cells[i-1].Ref, cells[i].Ref) {
			t.cells = settled(cells)
			break
		}
	}
	return t
}

// settled puts the cells in order, and of those at one place keeps the last.
func settled(cells []Cell) []Cell {
	slices.SortStableFunc(cells, func(a, b Cell) int { return a.Compare(b.Ref) })
	out := cells[:0]
	for _, c := range cells {
		if n := len(out); n > 0 && out[n-1].Ref == c.Ref {
			out[n-1] = c
			continue
		}
		out = append(out, c)
	}
	return out
}

// Compare orders places by row, then column.
func (r Ref) Compare(o Ref) int { return cmp.Or(cmp.Compare(r.Row, o.Row), cmp.Compare(r.Col, o.Col)) }

func less(a, b Ref) bool { return a.Row < b.Row || a.Row == b.Row && a.Col < b.Col }

// Cells returns all stated cells by row, then column. The slice is the
// table's own: do not change it.
func (t *Table) Cells() []Cell { return t.cells }

// At returns the cell at r, and whether the file states one there. A cell
// covered by a merge is stated only at the merge's first place: see Anchor.
func (t *Table) At(r Ref) (Cell, bool) {
	i := sort.Search(len(t.cells), func(i int) bool { return !less(t.cells[i].Ref, r) })
	if i < len(t.cells) && t.cells[i].Ref == r {
		return t.cells[i], true
	}
	return Cell{Ref: r}, false
}

// Anchor returns the first place of the merge that covers r, or r itself.
func (t *Table) Anchor(r Ref) Ref { return t.Area(r).First }

// Area returns the merged range that covers r, or the range of r alone.
func (t *Table) Area(r Ref) Range {
	for _, m := range t.Merges {
		if m.Contains(r) {
			return m
		}
	}
	return Range{r, r}
}

// Shown reports whether the cell at r shows: neither its row nor its column
// is hidden. It does not ask whether the sheet is.
func (t *Table) Shown(r Ref) bool { return !t.HiddenRows[r.Row] && !t.HiddenCols[r.Col] }

// Size returns the number of rows and columns up to the last stated cell.
func (t *Table) Size() (rows, cols int) {
	for i := range t.cells {
		rows, cols = max(rows, t.cells[i].Row+1), max(cols, t.cells[i].Col+1)
	}
	return rows, cols
}
