package check

import (
	"strconv"
	"strings"

	"taizhang/ingest/check/value"
	"taizhang/ledger"
)

// This file looks for what was lost from a list of keys and values: an item
// that nobody knows and that holds a number, and a gap in the numbering. Without
// either question a list that lost its total would be added up in silence.

// unknownItems asks about numbers beside words that are not known, in the
// columns in which the known items stand. Telephones are no figures.
func (s *sheet) unknownItems(columns map[int]bool) {
	for _, row := range s.v.rows {
		if s.inData[row] {
			continue
		}
		cells := s.v.byRow[row]
		for i := 0; i+1 < len(cells); i++ {
			c, x := cells[i], cells[i+1]
			if !columns[c.c0] || c.isValue() || c.term.figureWord() || c.term.label != roleNone || c.term.class == classTask || c.term.class == classWords {
				continue
			}
			if strings.ContainsAny(c.text, ":：") || x.c0 != c.c1+1 {
				continue
			}
			if f := x.number().Figure; f.Kind == ledger.Number && f.Value < 1_000_000 {
				s.oddNumber(c)
			}
		}
	}
}

// numbering asks about the first gap or repetition among the numbers that
// stand before the items, where the list is numbered from 1.
func (s *sheet) numbering() {
	last := 0
	for _, row := range s.v.rows {
		cells := s.v.byRow[row]
		if s.inData[row] || len(cells) == 0 || cells[0].c1 != cells[0].c0 {
			continue
		}
		n, err := strconv.Atoi(strings.TrimRight(value.Clean(cells[0].text), ".、"))
		switch {
		case err != nil || len(cells) > 1 && cells[1].isValue():
			continue // a header, a title, a table
		case last == 0 && n != 1:
			return // not numbered
		case n != last+1 || len(cells) == 1:
			s.odd = append(s.odd, s.finding(ledger.HNumbering, cells[0].name(), cells[0].text, "last", strconv.Itoa(last), "next", strconv.Itoa(n)))
			return
		}
		last = n
	}
}
