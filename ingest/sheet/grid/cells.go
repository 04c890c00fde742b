package grid

import "taizhang/ledger"

// Cells is a list of cells that grows without ever moving those it holds: a
// slice that grows by a quarter at a time writes each cell some five times over,
// which is most of what a file of 200,000 cells costs. The zero value is empty.
type Cells struct {
	blocks [][]ledger.Cell
	full   int // blocks that are
	n      int
}

// Blocks have twice the cells of the one before them, from firstBlock up to
// lastBlock. An empty list keeps keptBlocks of them, a few hundred KB.
const (
	firstBlock = 64
	lastBlock  = 4096
	keptBlocks = 6
)

// Add adds a cell.
func (l *Cells) Add(c *ledger.Cell) {
	if l.full == len(l.blocks) {
		l.blocks = append(l.blocks, make([]ledger.Cell, 0, min(firstBlock<<min(l.full, keptBlocks), lastBlock)))
	}
	b := &l.blocks[l.full]
	*b = append(*b, *c)
	l.n++
	if len(*b) == cap(*b) {
		l.full++
	}
}

// Len returns how many there are.
func (l *Cells) Len() int { return l.n }

// Take returns all cells in a slice of their own, and empties the list.
func (l *Cells) Take() []ledger.Cell {
	if l.n == 0 {
		return nil
	}
	out := make([]ledger.Cell, 0, l.n)
	for _, b := range l.blocks {
		out = append(out, b...)
	}
	l.Reset()
	return out
}

// Reset empties the list, which keeps room for a ledger's cells.
func (l *Cells) Reset() {
	if len(l.blocks) > keptBlocks {
		clear(l.blocks[keptBlocks:])
		l.blocks = l.blocks[:keptBlocks]
	}
	for i, b := range l.blocks {
		clear(b) // their texts are let go
		l.blocks[i] = b[:0]
	}
	l.full, l.n = 0, 0
}
