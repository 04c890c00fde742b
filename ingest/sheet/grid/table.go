package grid

import (
	"slices"
	"unicode/utf16"

	"taizhang/ingest/sheet/formula"
	"taizhang/ingest/sheet/strict"
	"taizhang/ledger"
)

// Book gathers the tables of one file. Its limits hold for all of them
// together.
type Book struct {
	file   string
	lim    strict.Limits
	tables []*ledger.Table
	cells  int
	merges int
	left   int64 // bytes of text that may still be kept
}

// NewBook returns a book without tables. file is its name for display.
func NewBook(file string, lim strict.Limits) *Book {
	lim = lim.OrDefault()
	return &Book{file: file, lim: lim, left: lim.StringSize}
}

// Tables returns the tables in the order in which they were begun. All must
// have been closed.
func (b *Book) Tables() []*ledger.Table { return b.tables }

// Text counts a text against the limits and returns it as a string.
func (b *Book) Text(text []byte) (string, error) {
	if err := b.Count(len(text)); err != nil {
		return "", err
	}
	return string(text), nil
}

// Count counts n bytes of text against the limit of all texts together.
func (b *Book) Count(n int) error {
	if b.left -= int64(n); b.left < 0 {
		return strict.TooLarge(strict.LimitStrings, "texts of the file are too large together")
	}
	return nil
}

// Table gathers one table. The exported fields are as in ledger.Table.
type Table struct {
	Sheet         string
	Hidden        bool
	Before, After []string
	// Sealed says that nothing may stand under a merge: a value there is
	// damage, not hidden.
	Sealed bool

	book   *Book
	index  int // among the tables of the book
	cells  Cells
	merges []ledger.Range
	rows   []Span
	cols   []Span
	notes  []ledger.Finding
	args   map[string]map[string]string
}

// Span is a run of rows or columns, bounds included, that do not show.
type Span struct {
	From, To  int
	Collapsed bool // hidden as members of a collapsed group
}

// Table begins a table of the book.
func (b *Book) Table(sheet string) (*Table, error) {
	if len(b.tables) == b.lim.Sheets {
		return nil, strict.TooLarge(strict.LimitSheets, "more than %d tables", b.lim.Sheets)
	}
	b.tables = append(b.tables, nil)
	return &Table{Sheet: sheet, book: b, index: len(b.tables) - 1}, nil
}

// Cell adds a cell, which has a text, a formula or both.
func (t *Table) Cell(c ledger.Cell) error {
	b := t.book
	if c.Row < 0 || c.Row >= formula.MaxRows || c.Col < 0 || c.Col >= formula.MaxCols {
		return strict.Damaged(strict.Reference, "a cell outside the sheet")
	}
	if b.cells++; b.cells > b.lim.Cells {
		return strict.TooLarge(strict.LimitCells, "more than %d cells with content", b.lim.Cells)
	}
	if tooLong(c.Text, b.lim.Text) || tooLong(c.Formula, b.lim.Text) {
		return strict.TooLarge(strict.LimitText, "a text of more than %d characters", b.lim.Text)
	}
	if err := b.Count(len(c.Text) + len(c.Formula)); err != nil {
		return err
	}
	t.cells.Add(&c)
	return nil
}

// tooLong counts as Excel does, in UTF-16 units.
func tooLong(s string, limit int) bool {
	if len(s) <= limit {
		return false
	}
	n := 0
	for _, r := range s {
		n += utf16.RuneLen(r)
	}
	return n > limit
}

// Merge adds a merged range. A range of one cell is none.
func (t *Table) Merge(g ledger.Range) error {
	if g.First == g.Last {
		return nil
	}
	if g.First.Row < 0 || g.First.Col < 0 || g.Last.Row < g.First.Row || g.Last.Col < g.First.Col ||
		g.Last.Row >= formula.MaxRows || g.Last.Col >= formula.MaxCols {
		return strict.Damaged(strict.Reference, "a merged range outside the sheet")
	}
	if t.book.merges++; t.book.merges > t.book.lim.Merges {
		return strict.TooLarge(strict.LimitMerges, "more than %d merged ranges", t.book.lim.Merges)
	}
	t.merges = append(t.merges, g)
	return nil
}

// HideRows and HideCols add runs that do not show.
func (t *Table) HideRows(s Span) { t.rows = append(t.rows, s) }

// HideCols is as HideRows, for columns.
func (t *Table) HideCols(s Span) { t.cols = append(t.cols, s) }

// maxNotes bounds the notes of one table, so that a file of a million
// struck-out texts costs no more than one of a million texts.
const maxNotes = 10_000

// Note records that a value is left out, and why: Merged, Struck or Unseen.
func (t *Table) Note(at ledger.Ref, what, value string) error {
	if len(t.notes) == maxNotes {
		return strict.TooLarge(strict.LimitCells, "more than %d texts that do not count", maxNotes)
	}
	if tooLong(value, t.book.lim.Text) {
		return strict.TooLarge(strict.LimitText, "a text of more than %d characters", t.book.lim.Text)
	}
	args, ok := t.args[what]
	if !ok {
		if t.args == nil {
			t.args = make(map[string]map[string]string)
		}
		args = map[string]string{"what": what}
		t.args[what] = args
	}
	t.notes = append(t.notes, ledger.Finding{
		Code: ledger.FHiddenPart, Severity: ledger.Note, File: t.book.file, Sheet: t.Sheet,
		Cell: at.Name(), Value: value, Args: args,
	})
	return t.book.Count(len(value))
}

// Close makes the table and puts it into the book. Paragraphs that come later
// may be added to its After. Two cells of one place and
// merges that overlap are damage.
func (t *Table) Close() (*ledger.Table, error) {
	cells := t.cells.Take()
	t.cells = Cells{} // its room is not needed any more
	if err := inOrder(cells); err != nil {
		return nil, err
	}
	var failed error
	cells, err := Uncover(cells, t.merges, func(c *ledger.Cell) {
		if err := t.Note(c.Ref, Merged, c.Text); err != nil {
			failed = err
		}
		if t.Sealed {
			failed = strict.Damaged(strict.Structure, "a value under a merge at %s", c.Name())
		}
	})
	if err == nil {
		err = failed
	}
	if err != nil {
		return nil, err
	}
	out := ledger.NewTable(t.book.file, t.Sheet, cells)
	out.Hidden, out.Before, out.After = t.Hidden, t.Before, t.After
	out.Merges, out.Notes = t.merges, t.notes
	rows, cols := out.Size()
	out.HiddenRows, out.CollapsedRows = expand(t.rows, rows)
	out.HiddenCols, out.CollapsedCols = expand(t.cols, cols)
	t.book.tables[t.index] = out
	return out, nil
}

// inOrder puts the cells in order, in which most come. Two at one place are
// damage.
func inOrder(cells []ledger.Cell) error {
	rising := func(i int) bool { return less(cells[i-1].Ref, cells[i].Ref) }
	sorted := true
	for i := 1; i < len(cells) && sorted; i++ {
		sorted = rising(i)
	}
	if sorted {
		return nil
	}
	slices.SortFunc(cells, func(a, b ledger.Cell) int { return a.Compare(b.Ref) })
	for i := 1; i < len(cells); i++ {
		if !rising(i) {
			return strict.Damaged(strict.Duplicate, "cell %s stated twice", cells[i].Name())
		}
	}
	return nil
}

// expand returns the indices below limit that the spans hide, nil for none.
func expand(spans []Span, limit int) (hidden, collapsed map[int]bool) {
	for _, s := range spans {
		for i := s.From; i <= s.To && i < limit; i++ {
			if hidden == nil {
				hidden = make(map[int]bool)
			}
			hidden[i] = true
			if !s.Collapsed {
				continue
			}
			if collapsed == nil {
				collapsed = make(map[int]bool)
			}
			collapsed[i] = true
		}
	}
	return hidden, collapsed
}
