package fence

import (
	"encoding/binary"
	"fmt"
	"time"

	"taizhang/ledger"
)

// decodeTables reads what encodeTables wrote. It believes nothing: what it
// builds takes no more memory than the budget, and anything that encodeTables
// would not write is an error.
func decodeTables(body []byte, budget int64) ([]*ledger.Table, error) {
	d := decoder{b: body, left: budget}
	d.strings()
	n, some := d.len(1, costTable)
	var tables []*ledger.Table
	if some {
		tables = make([]*ledger.Table, 0, n)
	}
	for range n {
		t := d.table()
		if d.err != nil {
			return nil, d.err
		}
		tables = append(tables, t)
	}
	return tables, d.finish()
}

// decoder reads a payload. The first fault stays in err; after it every method
// returns nothing.
type decoder struct {
	b    []byte
	strs []string
	left int64 // of the budget
	err  error
}

func (d *decoder) fail(what string) {
	if d.err == nil {
		d.err = fmt.Errorf("%w: %s", errFrame, what)
	}
	d.b = nil
}

// finish reports a fault, or bytes that are left over.
func (d *decoder) finish() error {
	if d.err == nil && len(d.b) > 0 {
		d.fail("bytes left over")
	}
	return d.err
}

func (d *decoder) strings() {
	n := d.count(d.uint(), 1, costString)
	d.strs = make([]string, n)
	for i := range d.strs {
		b := d.bytes()
		d.spend(int64(len(b)))
		d.strs[i] = string(b)
	}
}

func (d *decoder) table() *ledger.Table {
	t := ledger.Table{File: d.str(), Sheet: d.str(), Hidden: d.flag(), Mark: d.str(), Before: d.list(), After: d.list()}
	if n, some := d.len(4, costMerge); some {
		t.Merges = make([]ledger.Range, n)
		for i := range t.Merges {
			t.Merges[i] = ledger.Range{First: d.ref(), Last: d.ref()}
		}
	}
	t.HiddenRows, t.HiddenCols, t.CollapsedRows, t.CollapsedCols = d.lines(), d.lines(), d.lines(), d.lines()
	if n, some := d.len(7, costFinding); some {
		t.Notes = make([]ledger.Finding, n)
		for i := range t.Notes {
			t.Notes[i] = d.finding()
		}
	}
	n, some := d.len(6, costCell)
	if !some {
		return &t
	}
	cells := make([]ledger.Cell, n)
	for i := range cells {
		cells[i] = d.cell()
	}
	// NewTable is the only way to a table's cells; the fields around them are
	// copied after it.
	out := ledger.NewTable(t.File, t.Sheet, cells)
	if len(out.Cells()) != n {
		d.fail("a cell stated twice")
	}
	out.Hidden, out.Mark, out.Before, out.After, out.Merges, out.Notes = t.Hidden, t.Mark, t.Before, t.After, t.Merges, t.Notes
	out.HiddenRows, out.HiddenCols, out.CollapsedRows, out.CollapsedCols = t.HiddenRows, t.HiddenCols, t.CollapsedRows, t.CollapsedCols
	return out
}

func (d *decoder) cell() (c ledger.Cell) {
	bits := d.byte()
	if bits&^cellBits != 0 {
		d.fail("unknown mark of a cell")
	}
	c.Kind, c.Format = ledger.CellKind(d.byte()), ledger.FormatClass(d.byte())
	c.Ref, c.Text = d.ref(), d.str()
	c.Computed, c.NoValue, c.Inserted = bits&cellComputed != 0, bits&cellNoValue != 0, bits&cellInserted != 0
	if bits&cellDate != 0 {
		c.Date = ledger.Date{Year: d.int(), Month: time.Month(d.int()), Day: d.int()}
	}
	if bits&cellFormula != 0 {
		c.Formula = d.str()
	}
	return c
}

func (d *decoder) finding() ledger.Finding {
	f := ledger.Finding{Code: ledger.Code(d.str()), Severity: ledger.Severity(d.str()), File: d.str(), Sheet: d.str(), Cell: d.str(), Value: d.str()}
	f.Args = d.stringMap(d.str)
	return f
}

// stringMap reads a map whose strings are read by next.
func (d *decoder) stringMap(next func() string) map[string]string {
	n, some := d.len(2, costEntry)
	if !some {
		return nil
	}
	m := map[string]string{}
	for range n {
		k := next()
		m[k] = next()
	}
	if len(m) != n {
		d.fail("a key stated twice")
	}
	return m
}

func (d *decoder) lines() map[int]bool {
	total, some := d.len(0, costEntry)
	if !some {
		return nil
	}
	m := make(map[int]bool, total)
	for len(m) < total && d.err == nil {
		first, n, on := d.int(), d.uint(), d.flag()
		have := len(m)
		if n == 0 || n > uint64(total-have) {
			d.fail("runs that do not add up")
			break
		}
		for i := range int(n) {
			m[first+i] = on
		}
		if len(m) != have+int(n) {
			d.fail("a line stated twice")
		}
	}
	return m
}

func (d *decoder) list() []string {
	n, some := d.len(1, costString)
	if !some {
		return nil
	}
	l := make([]string, n)
	for i := range l {
		l[i] = d.str()
	}
	return l
}

// len reads what encoder.len wrote; each of the n things takes at least size
// bytes of the payload and cost bytes of the budget.
func (d *decoder) len(size, cost int64) (n int, some bool) {
	v := d.uint()
	if v == 0 {
		return 0, false
	}
	return d.count(v-1, size, cost), d.err == nil
}

func (d *decoder) count(v uint64, size, cost int64) int {
	switch {
	case d.err != nil:
		return 0
	case size > 0 && v > uint64(int64(len(d.b))/size), cost > 0 && v > uint64(max(d.left, 0)/cost):
		d.fail("a count beyond what was sent")
		return 0
	}
	d.spend(int64(v) * cost)
	return int(v)
}

func (d *decoder) spend(n int64) {
	if d.left -= n; d.left < 0 {
		d.fail("above the budget")
	}
}

func (d *decoder) str() string {
	i := d.uint()
	if i >= uint64(len(d.strs)) {
		d.fail("a string that was not sent")
		return ""
	}
	return d.strs[i]
}

func (d *decoder) bytes() []byte {
	n := d.uint()
	if n > uint64(len(d.b)) {
		d.fail("a string that was cut")
		return nil
	}
	s := d.b[:n]
	d.b = d.b[n:]
	return s
}

func (d *decoder) ref() ledger.Ref { return ledger.Ref{Row: d.int(), Col: d.int()} }

func (d *decoder) uint() uint64 {
	v, n := binary.Uvarint(d.b)
	if n <= 0 {
		d.fail("a number that was cut")
		return 0
	}
	d.b = d.b[n:]
	return v
}

func (d *decoder) int() int {
	v, n := binary.Varint(d.b)
	if n <= 0 || int64(int(v)) != v {
		d.fail("a number that was cut or does not fit")
		return 0
	}
	d.b = d.b[n:]
	return int(v)
}

func (d *decoder) byte() byte {
	if len(d.b) == 0 {
		d.fail("a byte that was cut")
		return 0
	}
	v := d.b[0]
	d.b = d.b[1:]
	return v
}

func (d *decoder) flag() bool {
	v := d.byte()
	if v > 1 {
		d.fail("a flag that is neither")
	}
	return v == 1
}
