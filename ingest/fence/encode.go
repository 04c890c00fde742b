package fence

import (
	"encoding/binary"
	"errors"
	"maps"
	"slices"

	"taizhang/ledger"
)

// What tables take in memory, in bytes and rounded up. Both ends count with
// them: the child refuses to hand over what would cost the parent more than
// its budget, and the parent believes no child that does.
const (
	costTable   = 512
	costCell    = 144
	costString  = 32 // and its bytes, once for all cells that share it
	costMerge   = 40
	costEntry   = 48 // of a map
	costFinding = 512
)

// errBudget says that the tables would take more memory than the parent gives.
var errBudget = errors.New("the tables are above the parent's budget")

// encodeTables writes the tables, all of them and without loss. Equal strings
// go over once: a workbook may show one long text in very many cells.
func encodeTables(tables []*ledger.Table, budget int64) ([]byte, error) {
	e := encoder{ids: map[string]uint64{}, left: budget}
	e.len(len(tables), tables == nil)
	for _, t := range tables {
		if t == nil {
			return nil, errors.New("a table is nil")
		}
		e.table(t)
		if e.left < 0 {
			return nil, errBudget
		}
	}
	out := binary.AppendUvarint(make([]byte, 0, e.size+5*len(e.strs)+len(e.body)+10), uint64(len(e.strs)))
	for _, s := range e.strs {
		out = binary.AppendUvarint(out, uint64(len(s)))
		out = append(out, s...)
	}
	return append(out, e.body...), nil
}

type encoder struct {
	body []byte
	strs []string
	ids  map[string]uint64
	size int   // bytes of strs
	left int64 // of the budget
}

func (e *encoder) table(t *ledger.Table) {
	e.left -= costTable
	e.str(t.File)
	e.str(t.Sheet)
	e.flag(t.Hidden)
	e.str(t.Mark)
	e.list(t.Before)
	e.list(t.After)
	e.len(len(t.Merges), t.Merges == nil)
	e.left -= int64(len(t.Merges)) * costMerge
	for _, m := range t.Merges {
		e.ref(m.First)
		e.ref(m.Last)
	}
	e.lines(t.HiddenRows)
	e.lines(t.HiddenCols)
	e.lines(t.CollapsedRows)
	e.lines(t.CollapsedCols)
	e.len(len(t.Notes), t.Notes == nil)
	for _, f := range t.Notes {
		e.finding(f)
	}
	cells := t.Cells()
	e.len(len(cells), cells == nil)
	e.left -= int64(len(cells)) * costCell
	e.body = slices.Grow(e.body, 10*len(cells)) // what most take
	for i := range cells {
		e.cell(&cells[i])
	}
}

// The bits that stand before a cell.
const (
	cellComputed = 1 << iota
	cellNoValue
	cellInserted
	cellDate
	cellFormula
	cellBits = 1<<iota - 1
)

func (e *encoder) cell(c *ledger.Cell) {
	bits := byte(0)
	for i, on := range []bool{c.Computed, c.NoValue, c.Inserted, c.Date != ledger.Date{}, c.Formula != ""} {
		if on {
			bits |= 1 << i
		}
	}
	e.body = append(e.body, bits, byte(c.Kind), byte(c.Format))
	e.ref(c.Ref)
	e.str(c.Text)
	if bits&cellDate != 0 {
		e.int(c.Date.Year)
		e.int(int(c.Date.Month))
		e.int(c.Date.Day)
	}
	if bits&cellFormula != 0 {
		e.str(c.Formula)
	}
}

func (e *encoder) finding(f ledger.Finding) {
	e.left -= costFinding + int64(len(f.Args))*costEntry
	for _, s := range []string{string(f.Code), string(f.Severity), f.File, f.Sheet, f.Cell, f.Value} {
		e.str(s)
	}
	e.len(len(f.Args), f.Args == nil)
	for _, k := range slices.Sorted(maps.Keys(f.Args)) {
		e.str(k)
		e.str(f.Args[k])
	}
}

// lines writes a set of rows or columns as runs: a million hidden rows are one.
func (e *encoder) lines(set map[int]bool) {
	e.len(len(set), set == nil)
	e.left -= int64(len(set)) * costEntry
	keys := slices.Sorted(maps.Keys(set))
	for i := 0; i < len(keys); {
		n := 1
		for i+n < len(keys) && keys[i+n] == keys[i]+n && set[keys[i+n]] == set[keys[i]] {
			n++
		}
		e.int(keys[i])
		e.body = binary.AppendUvarint(e.body, uint64(n))
		e.flag(set[keys[i]])
		i += n
	}
}

func (e *encoder) list(l []string) {
	e.len(len(l), l == nil)
	for _, s := range l {
		e.str(s)
		e.left -= costString
	}
}

// str writes the number of the string.
func (e *encoder) str(s string) {
	id, ok := e.ids[s]
	if !ok {
		id = uint64(len(e.strs))
		e.ids[s], e.strs = id, append(e.strs, s)
		e.size += len(s)
		e.left -= costString + int64(len(s))
	}
	e.body = binary.AppendUvarint(e.body, id)
}

// len writes a length plus one, and 0 for nil: nil and empty stay apart.
func (e *encoder) len(n int, none bool) {
	if none {
		e.body = append(e.body, 0)
		return
	}
	e.body = binary.AppendUvarint(e.body, uint64(n)+1)
}

func (e *encoder) ref(r ledger.Ref) {
	e.int(r.Row)
	e.int(r.Col)
}

func (e *encoder) int(n int) { e.body = binary.AppendVarint(e.body, int64(n)) }

func (e *encoder) flag(on bool) {
	b := byte(0)
	if on {
		b = 1
	}
	e.body = append(e.body, b)
}

func appendBytes(b, s []byte) []byte {
	return append(binary.AppendUvarint(b, uint64(len(s))), s...)
}

func appendStrings(b []byte, m map[string]string) []byte {
	if m == nil {
		return append(b, 0)
	}
	b = binary.AppendUvarint(b, uint64(len(m))+1)
	for _, k := range slices.Sorted(maps.Keys(m)) {
		b = appendBytes(appendBytes(b, []byte(k)), []byte(m[k]))
	}
	return b
}
