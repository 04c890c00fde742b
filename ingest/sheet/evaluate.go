package sheet

import (
	"context"
	"fmt"
	"maps"
	"math"
	"slices"
	"sort"
	"strconv"
	"strings"
	"unicode"

	"github.com/xuri/excelize/v2"

	"taizhang/ingest/sheet/formula"
	"taizhang/ledger"
)

// Bounds of evaluation. A file beyond them is read all the same; its formulas
// without a value keep NoValue.
const (
	maxEvaluatedFile  = 2 << 20 // bytes
	maxEvaluatedCells = 20_000  // cells with content, of all sheets
	maxEvaluated      = 2_000   // formulas without a value
	maxEvaluatedArea  = 20_000  // cells of one range in a formula
	maxLookedUp       = 400_000 // cells looked at for all formulas together
	maxChain          = 200     // formulas that wait for each other
)

// evaluate gives a value to the formula cells that have none, where the value
// is certain, and marks it Computed. It is certain when the formula is plain
// arithmetic (see arith) on cells whose worth in a formula is beyond doubt:
// numbers, empty cells, plain texts within a range, and formulas evaluated
// before; and when excelize, asked for a second opinion, gives the same.
//
// Neither alone would do. excelize 2.11 finds an empty cell unequal to "", a
// number other than 0 untrue, the intersection INT(B1:B9) some number, and sums
// numbers kept as text, all against Excel: that is why its functions are not
// used beyond arithmetic. Cells dropped by the reader, booleans, errors and
// numbers kept as text count for Excel in ways that would surprise, so formulas
// over them get no value. Nothing here asks a clock, chance, the network or
// another file.
//
// excelize never sees the file: the few cells that a formula refers to are put
// into a workbook of our own, and a formula into it only when all it rests on
// are values. So no formula is evaluated twice and none recurses.
func evaluate(ctx context.Context, tables []*ledger.Table) ([]*ledger.Table, error) {
	cells, pending := 0, 0
	for _, t := range tables {
		cells += len(t.Cells())
		for _, c := range t.Cells() {
			if c.NoValue {
				pending++
			}
		}
	}
	if pending == 0 || pending > maxEvaluated || cells > maxEvaluatedCells {
		return tables, nil
	}
	e := newEvaluator(tables)
	for i, t := range tables {
		for _, c := range t.Cells() {
			if err := ctx.Err(); err != nil {
				return nil, err
			}
			if c.NoValue {
				e.resolve(place{i, c.Ref}, c.Formula, 0)
			}
		}
	}
	if err := e.book.Close(); err != nil {
		return nil, fmt.Errorf("sheet: close the workbook of evaluation: %w", err)
	}
	return e.applied(), nil
}

type place struct {
	table int
	ledger.Ref
}

type evaluator struct {
	tables  []*ledger.Table
	byName  map[string]int // table by sheet name in lower case
	dropped map[place]bool // cells that the reader left out
	book    *excelize.File
	put     map[place]bool         // cells that the book holds
	results map[place]*ledger.Cell // nil while it is evaluated, and when that failed
	left    int                    // cells that may still be looked at
}

func newEvaluator(tables []*ledger.Table) *evaluator {
	e := &evaluator{
		tables:  tables,
		byName:  make(map[string]int),
		dropped: make(map[place]bool),
		book:    excelize.NewFile(),
		put:     make(map[place]bool),
		results: make(map[place]*ledger.Cell),
		left:    maxLookedUp,
	}
	for i, t := range tables {
		e.byName[strings.ToLower(t.Sheet)] = i
		for _, n := range t.Notes {
			if r, ok := formula.ParseRef(n.Cell); ok {
				e.dropped[place{i, r}] = true
			}
		}
	}
	return e
}

// alias is the name of the table in the book: names of the file may be ones
// that excelize refuses.
func alias(table int) string { return "Sheet" + strconv.Itoa(table+1) }

// resolve evaluates the formula of the cell and reports whether it has a value.
func (e *evaluator) resolve(at place, text string, depth int) bool {
	if r, ok := e.results[at]; ok {
		return r != nil // nil as well for a formula that rests on itself
	}
	e.results[at] = nil
	if depth > maxChain {
		return false
	}
	tokens := formula.Lex(text)
	tokens = slices.DeleteFunc(tokens, func(t formula.Token) bool { return t.Kind == formula.Space })
	areas, ok := formula.Areas(formula.Lex(text)) // with its spaces: they may intersect
	if !ok {
		return false
	}
	for _, a := range areas {
		if !e.load(at.table, a, depth) {
			return false
		}
	}
	own := arith{ts: tokens, one: e.one(at.table), each: e.each(at.table)}
	v, ok := own.value()
	if !ok {
		return false
	}
	if w, err := e.calculate(at, e.rewritten(tokens)); err != nil || !agree(v, w) {
		return false
	}
	old, _ := e.tables[at.table].At(at.Ref)
	old.Kind, old.Text = ledger.CellNumber, strconv.FormatFloat(decimal15(v)+0, 'f', -1, 64)
	old.Computed, old.NoValue = true, false
	e.results[at] = &old
	return e.set(at, old)
}

// agree reports whether the two values are one but for the last digits.
func agree(a, b float64) bool {
	return math.Abs(a-b) <= 1e-9*max(1, math.Abs(a))
}

// table returns the table of the sheet, own for no name.
func (e *evaluator) table(own int, sheet string) (int, bool) {
	if sheet == "" {
		return own, true
	}
	i, ok := e.byName[strings.ToLower(sheet)]
	return i, ok
}

// load puts the cells of the area into the book and reports whether each of
// them is fit for a formula.
func (e *evaluator) load(own int, a formula.Area, depth int) bool {
	table, ok := e.table(own, a.Sheet)
	if !ok || (a.Last.Row-a.First.Row+1)*(a.Last.Col-a.First.Col+1) > maxEvaluatedArea {
		return false
	}
	for d := range e.dropped {
		if d.table == table && a.Contains(d.Ref) {
			return false
		}
	}
	if _, err := e.book.NewSheet(alias(table)); err != nil {
		return false
	}
	for _, c := range e.cells(table, a.Range) {
		if e.left--; e.left < 0 {
			return false
		}
		if a.Contains(c.Ref) && !e.loadCell(place{table, c.Ref}, c, depth) {
			return false
		}
	}
	return true
}

// cells returns the stated cells of the rows of the range.
func (e *evaluator) cells(table int, g ledger.Range) []ledger.Cell {
	cells := e.tables[table].Cells()
	from := sort.Search(len(cells), func(i int) bool { return cells[i].Row >= g.First.Row })
	to := sort.Search(len(cells), func(i int) bool { return cells[i].Row > g.Last.Row })
	return cells[from:to]
}

func (e *evaluator) loadCell(at place, c ledger.Cell, depth int) bool {
	if c.NoValue {
		return e.resolve(at, c.Formula, depth+1)
	}
	if e.put[at] {
		return true
	}
	return fit(c) && e.set(at, c)
}

// fit reports whether the cell's worth in a formula is beyond doubt: a number,
// or a text that nobody takes for one.
func fit(c ledger.Cell) bool {
	switch c.Kind {
	case ledger.CellNumber:
		return true
	case ledger.CellText:
		return c.Text != "" && strings.IndexFunc(c.Text, unicode.IsNumber) < 0
	}
	return false
}

// number returns the number in the cell, as it is or as it was evaluated.
func (e *evaluator) number(at place, c ledger.Cell) (float64, bool) {
	if r := e.results[at]; r != nil {
		c = *r
	}
	if c.Kind != ledger.CellNumber || c.NoValue {
		return 0, false
	}
	v, err := strconv.ParseFloat(c.Text, 64)
	return v, err == nil
}

func (e *evaluator) one(own int) func(string, ledger.Ref) (float64, bool) {
	return func(sheet string, r ledger.Ref) (float64, bool) {
		table, ok := e.table(own, sheet)
		if !ok {
			return 0, false
		}
		c, stated := e.tables[table].At(r)
		if !stated {
			return 0, true
		}
		return e.number(place{table, r}, c)
	}
}

func (e *evaluator) each(own int) func(string, ledger.Range, func(float64)) {
	return func(sheet string, g ledger.Range, visit func(float64)) {
		table, ok := e.table(own, sheet)
		if !ok {
			return // load has refused the formula already
		}
		for _, c := range e.cells(table, g) {
			if !g.Contains(c.Ref) {
				continue
			}
			if v, ok := e.number(place{table, c.Ref}, c); ok {
				visit(v)
			}
		}
	}
}

// set puts the value into the book.
func (e *evaluator) set(at place, c ledger.Cell) bool {
	e.put[at] = true
	if c.Kind == ledger.CellText {
		return e.book.SetCellStr(alias(at.table), at.Name(), c.Text) == nil
	}
	v, err := strconv.ParseFloat(c.Text, 64)
	return err == nil && e.book.SetCellFloat(alias(at.table), at.Name(), v, -1, 64) == nil
}

// rewritten returns the formula with the sheets by their names in the book.
func (e *evaluator) rewritten(tokens []formula.Token) string {
	var b strings.Builder
	for _, t := range tokens {
		if t.Kind == formula.Sheet {
			b.WriteString(alias(e.byName[strings.ToLower(formula.SheetName(t.Text))]) + "!")
			continue
		}
		b.WriteString(t.Text)
	}
	return b.String()
}

// calculate asks excelize, and survives what it may do with an odd formula.
func (e *evaluator) calculate(at place, text string) (v float64, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("sheet: evaluation panicked: %v", r)
		}
	}()
	if _, err := e.book.NewSheet(alias(at.table)); err != nil {
		return 0, fmt.Errorf("sheet: %w", err)
	}
	if err := e.book.SetCellFormula(alias(at.table), at.Name(), text); err != nil {
		return 0, fmt.Errorf("sheet: %w", err)
	}
	s, err := e.book.CalcCellValue(alias(at.table), at.Name(), excelize.Options{RawCellValue: true})
	if err != nil {
		return 0, fmt.Errorf("sheet: %w", err)
	}
	if s == "" {
		return 0, nil // the value of an empty cell, which is 0
	}
	return strconv.ParseFloat(s, 64)
}

// applied returns the tables with the values that were found.
func (e *evaluator) applied() []*ledger.Table {
	out := slices.Clone(e.tables)
	touched := map[int]bool{}
	for at, c := range e.results {
		if c != nil {
			touched[at.table] = true
		}
	}
	for _, i := range slices.Sorted(maps.Keys(touched)) {
		old := e.tables[i]
		cells := slices.Clone(old.Cells())
		for j, c := range cells {
			if r := e.results[place{i, c.Ref}]; r != nil {
				cells[j] = *r
			}
		}
		t := ledger.NewTable(old.File, old.Sheet, cells)
		t.Hidden, t.Merges, t.Notes = old.Hidden, old.Merges, old.Notes
		t.Before, t.After = old.Before, old.After
		t.HiddenRows, t.HiddenCols = old.HiddenRows, old.HiddenCols
		t.CollapsedRows, t.CollapsedCols = old.CollapsedRows, old.CollapsedCols
		out[i] = t
	}
	return out
}
