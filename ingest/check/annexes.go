package check

import (
	"slices"
	"strings"

	"taizhang/ingest/check/value"
	"taizhang/ledger"
)

// This file parts a sheet on which several annexes of the notice stand one
// below the other, so that none of them disturbs the ledger (rule book §2).

// readParts reads the table, in parts where it holds the ledger and other
// annexes below each other. The parts must prove to be what their titles say:
// one form with its tasks or words, the others Annex 1 or 3. Else the table is
// read as one.
func readParts(t *ledger.Table, lex *lexicon, units *value.Units, left *int) []*sheet {
	whole := readSheet(t, lex, units, left)
	if whole.v.tooBig || whole.tooMany {
		return []*sheet{whole}
	}
	heads := annexHeads(whole)
	if len(heads) < 2 {
		return []*sheet{whole}
	}
	var out []*sheet
	ledgers, again := 0, maxFileFigures // the same figures once more
	for i, from := range heads {
		to := 1 << 30
		if i+1 < len(heads) {
			to = heads[i+1]
		}
		if i == 0 {
			from = 0
		}
		s := readSheet(partOf(t, from, to, i == 0, i+1 == len(heads)), lex, units, &again)
		title := strings.Join(s.headlines(), "\n")
		switch {
		case s.rosterLike(title):
		case s.hasTask || s.hasWords:
			ledgers++
		case !containsAny(title, s.form.Words.Targets):
			return []*sheet{whole}
		}
		out = append(out, s)
	}
	if ledgers != 1 {
		return []*sheet{whole}
	}
	return out
}

// annexHeads returns the rows that hold nothing but the title of an annex.
func annexHeads(s *sheet) []int {
	var out []int
	last := ""
	for _, row := range s.v.rows {
		cells := s.v.byRow[row]
		if len(cells) != 1 || len([]rune(cells[0].text)) > maxTitle {
			continue
		}
		text, kind := cells[0].text, ""
		switch w := &s.form.Words; {
		case containsAny(text, w.Roster):
			kind = "roster"
		case containsAny(text, w.Targets):
			kind = "targets"
		case containsAny(text, w.Campaign):
			kind = "ledger"
		}
		if kind == "" || kind == last {
			continue
		}
		if n := slices.Index(s.v.rows, row); n > 0 && len(s.v.byRow[s.v.rows[n-1]]) == 1 && annexMark.MatchString(s.v.byRow[s.v.rows[n-1]][0].text) {
			row = s.v.rows[n-1]
		}
		out, last = append(out, row), kind
	}
	return out
}

// partOf returns the rows from and up to but not including to as a table.
func partOf(t *ledger.Table, from, to int, first, last bool) *ledger.Table {
	var cells []ledger.Cell
	for _, c := range t.Cells() {
		if c.Row >= from && c.Row < to {
			cells = append(cells, c)
		}
	}
	p := ledger.NewTable(t.File, t.Sheet, cells)
	p.HiddenRows, p.HiddenCols, p.CollapsedRows, p.CollapsedCols, p.Notes = t.HiddenRows, t.HiddenCols, t.CollapsedRows, t.CollapsedCols, t.Notes
	for _, m := range t.Merges {
		if m.First.Row >= from && m.First.Row < to {
			p.Merges = append(p.Merges, m)
		}
	}
	if first {
		p.Before = t.Before
	}
	if last {
		p.After = t.After
	}
	return p
}
