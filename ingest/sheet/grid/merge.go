package grid

import (
	"sort"

	"taizhang/ingest/sheet/formula"
	"taizhang/ingest/sheet/strict"
	"taizhang/ledger"
)

// What the notes of a table say was left out: the argument "what" of
// FHiddenPart.
const (
	Merged = "merged" // a value under a merge, beside its first cell
	Struck = "struck" // struck-out text, or a cell whose font is struck out
	Unseen = "hidden" // text or a cell that the document hides
)

// Uncover drops the cells that a merge covers: a merge shows its first cell
// only, so what stands under it is hidden. The cells must be sorted by row,
// then column; the merges are sorted here. note is called for each cell
// dropped. Merges that overlap are damage.
func Uncover(cells []ledger.Cell, merges []ledger.Range, note func(*ledger.Cell)) ([]ledger.Cell, error) {
	if len(merges) == 0 {
		return cells, nil
	}
	sort.Slice(merges, func(i, j int) bool { return less(merges[i].First, merges[j].First) })
	sweep := sweep{left: merges}
	kept := cells[:0]
	for i := range cells {
		c := &cells[i]
		if err := sweep.to(c.Row); err != nil {
			return nil, err
		}
		if g, ok := sweep.at(c.Ref); ok && g.First != c.Ref {
			note(c)
			continue
		}
		kept = append(kept, *c)
	}
	return kept, sweep.to(formula.MaxRows)
}

func less(a, b ledger.Ref) bool { return a.Row < b.Row || a.Row == b.Row && a.Col < b.Col }

// sweep goes down a sheet and knows the merges that cross the current row.
type sweep struct {
	left   []ledger.Range // not reached yet, by first place
	active []ledger.Range // no two share a row and a column; by first column
}

// to goes down to the row.
func (w *sweep) to(row int) error {
	for len(w.left) > 0 && w.left[0].First.Row <= row {
		g := w.left[0]
		w.left = w.left[1:]
		kept := w.active[:0]
		for _, a := range w.active {
			if a.Last.Row >= g.First.Row {
				kept = append(kept, a)
			}
		}
		w.active = kept
		i := sort.Search(len(w.active), func(i int) bool { return w.active[i].First.Col >= g.First.Col })
		if i > 0 && w.active[i-1].Last.Col >= g.First.Col || i < len(w.active) && w.active[i].First.Col <= g.Last.Col {
			return strict.Damaged(strict.Structure, "merged ranges overlap at %s", g.First.Name())
		}
		w.active = append(w.active, ledger.Range{})
		copy(w.active[i+1:], w.active[i:])
		w.active[i] = g
	}
	return nil
}

// at returns the merge that covers r, which is of the current row.
func (w *sweep) at(r ledger.Ref) (ledger.Range, bool) {
	i := sort.Search(len(w.active), func(i int) bool { return w.active[i].First.Col > r.Col })
	if i == 0 || !w.active[i-1].Contains(r) {
		return ledger.Range{}, false
	}
	return w.active[i-1], true
}
