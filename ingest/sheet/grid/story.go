package grid

import (
	"slices"
	"strings"

	"taizhang/ledger"
)

// Story is a flow of paragraphs and tables: a document, a cell, a page.
type Story struct {
	Waiting []string      // paragraphs since the last table
	last    *ledger.Table // nil before the first
}

// Add puts a paragraph below the last table of the flow and keeps it for the
// next one. One without a word is left out.
func (s *Story) Add(text string) {
	if text = strings.Trim(text, "\n"); strings.TrimSpace(text) == "" {
		return
	}
	s.Waiting = append(s.Waiting, text)
	if s.last != nil {
		s.last.After = append(s.last.After, text)
	}
}

// Begin returns what stands above a table that begins here.
func (s *Story) Begin() (before []string) {
	before = s.Waiting
	s.Waiting = nil
	return before
}

// End says that the table has ended: paragraphs from here on stand below it.
// within are the tables inside its cells. A table without a text of its own is
// a frame that only places them: what stands above and below it stands above
// the first and below the last of them.
func (s *Story) End(t *ledger.Table, within ...*ledger.Table) {
	s.last = t
	if len(t.Cells()) > 0 {
		return
	}
	full := func(t *ledger.Table) bool { return len(t.Cells()) > 0 }
	if i := slices.IndexFunc(within, full); i >= 0 {
		within[i].Before = slices.Concat(t.Before, within[i].Before)
		for i < len(within) {
			if full(within[i]) {
				s.last = within[i]
			}
			i++
		}
	}
}
