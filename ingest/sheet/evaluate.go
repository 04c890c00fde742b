package sheet

import (
	"context"
	"fmt"
	"maps"
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

// evaluable are the functions whose value excelize gives as Excel does, as long
// as their arguments are plain numbers and texts: they depend on nothing but
// those, and on no clock, chance, place, network or other file.
var evaluable = map[string]bool{
	"SUM": true, "PRODUCT": true, "AVERAGE": true, "COUNT": true, "MAX": true, "MIN": true,
	"ROUND": true, "ROUNDUP": true, "ROUNDDOWN": true, "INT": true, "ABS": true,
	"IF": true, "IFERROR": true, "AND": true, "OR": true,
}

// evaluate gives a value to the formula cells that have none, where the value
// is certain, and marks it Computed. It is certain when the formula uses the
// functions and operators of evaluable on cells whose meaning in a formula is
// beyond doubt: numbers, plain texts, empty cells and formulas evaluated
// before. Cells dropped by the reader, booleans, errors and numbers kept as
// text are not, for Excel and excelize treat some of them differently.
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
	defer e.book.Close() //nolint:errcheck // a workbook in memory that was never saved
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
	areas, ok := formula.Areas(tokens)
	if !ok || !permitted(tokens) {
		return false
	}
	for _, a := range areas {
		if !e.load(at.table, a, depth) {
			return false
		}
	}
	if _, err := e.book.NewSheet(alias(at.table)); err != nil {
		return false
	}
	value, err := e.calculate(at, e.rewritten(tokens))
	if err != nil {
		return false
	}
	c, ok := result(value, tokens)
	if !ok {
		return false
	}
	c.Ref, c.Formula, c.Computed = at.Ref, text, true
	if old, ok := e.tables[at.table].At(at.Ref); ok {
		c.Format = old.Format
	}
	e.results[at] = &c
	return e.set(at, c)
}

// permitted reports whether the formula holds only functions and operators
// that are known to be safe.
func permitted(tokens []formula.Token) bool {
	if len(tokens) == 0 {
		return false
	}
	for _, t := range tokens {
		switch t.Kind {
		case formula.Function:
			if !evaluable[strings.ToUpper(t.Text)] {
				return false
			}
		case formula.Operator:
			if !strings.Contains("+-*/&=<>(),:", t.Text) {
				return false
			}
		}
	}
	return true
}

// load puts the cells of the area into the book and reports whether each of
// them is fit for a formula.
func (e *evaluator) load(own int, a formula.Area, depth int) bool {
	table := own
	if a.Sheet != "" {
		var ok bool
		if table, ok = e.byName[strings.ToLower(a.Sheet)]; !ok {
			return false
		}
	}
	if (a.Last.Row-a.First.Row+1)*(a.Last.Col-a.First.Col+1) > maxEvaluatedArea {
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
	cells := e.tables[table].Cells()
	from := sort.Search(len(cells), func(i int) bool { return cells[i].Row >= a.First.Row })
	for _, c := range cells[from:] {
		if c.Row > a.Last.Row {
			break
		}
		if e.left--; e.left < 0 {
			return false
		}
		if a.Contains(c.Ref) && !e.loadCell(place{table, c.Ref}, c, depth) {
			return false
		}
	}
	return true
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

// fit reports whether Excel and excelize agree on what the cell is worth in a
// formula.
func fit(c ledger.Cell) bool {
	switch c.Kind {
	case ledger.CellNumber:
		return true
	case ledger.CellText:
		if _, err := strconv.ParseFloat(strings.TrimSpace(c.Text), 64); err == nil {
			return false
		}
		// A text may be coerced to a number or a date when it looks like one.
		return strings.IndexFunc(c.Text, unicode.IsLetter) >= 0 && !strings.EqualFold(c.Text, "true") &&
			!strings.EqualFold(c.Text, "false") || strings.IndexFunc(c.Text, unicode.IsDigit) < 0
	}
	return false
}

// set puts the value into the book.
func (e *evaluator) set(at place, c ledger.Cell) bool {
	e.put[at] = true
	var err error
	switch c.Kind {
	case ledger.CellNumber:
		var v float64
		if v, err = strconv.ParseFloat(c.Text, 64); err == nil {
			err = e.book.SetCellFloat(alias(at.table), at.Name(), v, -1, 64)
		}
	case ledger.CellText:
		err = e.book.SetCellStr(alias(at.table), at.Name(), c.Text)
	default:
		return false
	}
	return err == nil
}

// rewritten returns the formula with the sheets by their names in the book.
func (e *evaluator) rewritten(tokens []formula.Token) string {
	var b strings.Builder
	for _, t := range tokens {
		switch t.Kind {
		case formula.Sheet:
			b.WriteString(alias(e.byName[strings.ToLower(formula.SheetName(t.Text))]) + "!")
		case formula.Space:
		default:
			b.WriteString(t.Text)
		}
	}
	return b.String()
}

// calculate asks excelize, and survives what it may do with an odd formula.
func (e *evaluator) calculate(at place, text string) (value string, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("sheet: evaluation panicked: %v", r)
		}
	}()
	if err := e.book.SetCellFormula(alias(at.table), at.Name(), text); err != nil {
		return "", fmt.Errorf("sheet: %w", err)
	}
	return e.book.CalcCellValue(alias(at.table), at.Name(), excelize.Options{RawCellValue: true})
}

// result turns what excelize gives into a cell, and refuses what is neither a
// number nor a text. An empty text is one only where the formula writes it.
func result(value string, tokens []formula.Token) (ledger.Cell, bool) {
	if v, err := strconv.ParseFloat(value, 64); err == nil {
		if v-v != 0 || strings.ContainsAny(value, "xX_nN") {
			return ledger.Cell{}, false
		}
		return ledger.Cell{Kind: ledger.CellNumber, Text: value}, true
	}
	quotes := slices.ContainsFunc(tokens, func(t formula.Token) bool { return t.Kind == formula.Quoted })
	if value == "" && !quotes || strings.HasPrefix(value, "#") || value == "TRUE" || value == "FALSE" {
		return ledger.Cell{}, false
	}
	return ledger.Cell{Kind: ledger.CellText, Text: value}, true
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
