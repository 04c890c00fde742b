package check

import (
	"fmt"
	"slices"
	"strings"

	"taizhang/ledger"
)

// askRepeated asks about task rows that are added up for want of a total and of
// which one is likely a copy of the other (rule R09). Rows of zeros are as usual.
func (s *sheet) askRepeated(f *facts, g *group) {
	if slices.ContainsFunc(f.findings, func(n ledger.Finding) bool { return n.Code == ledger.RRepeated }) {
		return
	}
	var seen copies
	for _, o := range g.tasks {
		if o.read.Figure.Value == 0 || o.turned {
			continue
		}
		if first, ok := seen.of(o.row, s.v.byRow[o.row]); ok {
			f.findings = append(f.findings, s.finding(ledger.RRepeated, o.name, "", "rows", fmt.Sprintf("%d、%d", first+1, o.row+1)))
			return
		}
	}
}

// copies knows the task rows that were seen: a row is likely a copy of another
// when all that they say behind the first cell is the same, for a copy may bear
// the name of another task; or when three numbers of the same columns are, one
// of them of three digits: too much for chance, whatever else of the row was
// changed or lost.
type copies struct {
	rows    []numbersOf
	texts   map[string]int     // row by what is said behind the first cell
	byLarge map[[2]int64][]int // indexes of rows by a column and a large number in it
}

// numbersOf are the numbers of one row by their columns.
type numbersOf struct {
	row    int
	values map[int]int64
}

const (
	largeNumber = 100
	alikeEnough = 3
	mostAlike   = 20 // rows with a large number in common that a row is compared with
)

// of returns the row that this one repeats, and notes this one.
func (c *copies) of(row int, cells []*vcell) (first int, ok bool) {
	if c.texts == nil {
		c.texts, c.byLarge = make(map[string]int), make(map[[2]int64][]int)
	}
	var said []string
	n := numbersOf{row, make(map[int]int64)}
	for i, x := range cells {
		if i == 0 {
			continue
		}
		said = append(said, x.text)
		if f := x.number().Figure; x.isValue() && x.r0 == x.r1 && f.Kind == ledger.Number {
			n.values[x.c0] = f.Value
		}
	}
	text := strings.Join(said, "\x00")
	if first, ok = c.texts[text]; ok && first != row {
		return first, true
	}
	c.texts[text] = row
	for col, v := range n.values {
		if v < largeNumber {
			continue
		}
		at := [2]int64{int64(col), v}
		for _, i := range c.byLarge[at] {
			if o := &c.rows[i]; o.row != row && n.shared(o) >= alikeEnough {
				return o.row, true
			}
		}
		if len(c.byLarge[at]) < mostAlike {
			c.byLarge[at] = append(c.byLarge[at], len(c.rows))
		}
	}
	c.rows = append(c.rows, n)
	return 0, false
}

// shared counts the columns in which both rows state the same number.
func (n *numbersOf) shared(o *numbersOf) int {
	same := 0
	for col, v := range n.values {
		if w, ok := o.values[col]; ok && v == w {
			same++
		}
	}
	return same
}
