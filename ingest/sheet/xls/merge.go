package xls

import (
	"sort"

	"taizhang/ingest/sheet/strict"
	"taizhang/ledger"
)

// uncover drops the cells that a merge covers: a merge shows its first cell
// only, so what stands under it is hidden. Merges that overlap are damage.
func (sh *sheet) uncover() error {
	sort.Slice(sh.merges, func(i, j int) bool {
		a, b := sh.merges[i].First, sh.merges[j].First
		return a.Row < b.Row || a.Row == b.Row && a.Col < b.Col
	})
	sweep := sweep{left: sh.merges}
	kept := sh.cells[:0]
	for _, c := range sh.cells {
		if err := sweep.to(c.Row); err != nil {
			return err
		}
		if g, ok := sweep.at(c.Ref); ok && g.First != c.Ref {
			sh.note(c.Ref, hiddenByMerge, c.Text)
			continue
		}
		kept = append(kept, c)
	}
	sh.cells = kept
	return sweep.to(maxRows)
}

// What the notes of a table say was left out: the argument "what" of
// FHiddenPart.
const (
	hiddenByMerge  = "merged" // a value under a merge, beside its first cell
	hiddenByStrike = "struck" // struck-out text, or a cell whose font is struck out
)

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
