package check

import "strings"

// This file finds where the rows of a form end.

// stops reports the row that ends the data: a footer of people and date, or
// the title of another table.
func (s *sheet) stops(b *band, i int) bool {
	row := s.v.byRow[s.v.rows[i]]
	if len(row) == 1 && s.pairHead(row[0]).figureWord() {
		return true
	}
	for _, c := range row {
		col := b.of(c.c0)
		if c.term.label != roleNone && (col == nil || col.kind != kindWords || c.term.leads) && !s.anyNumber(b, s.v.rows[i]) {
			return true
		}
		if !col.holds(c) && (containsAny(c.text, s.form.Words.Roster) || containsAny(c.text, s.form.Words.Targets)) {
			return true
		}
		if c.c1 > c.c0 && strings.Contains(c.text, s.form.Title) {
			return true
		}
	}
	return false
}

// holds reports that the cell is text of a column of tasks or words.
func (c *column) holds(x *vcell) bool {
	return c != nil && (c.kind == kindTask || c.kind == kindWords) && x.c1 <= c.c1
}

// anyNumber reports a number in a measure column of the row that is not the
// value of a label beside it, as a date or telephone among signatures is.
func (s *sheet) anyNumber(b *band, row int) bool {
	for i := range b.columns {
		if c := &b.columns[i]; c.numbers() {
			if x := s.own(c, row); x != nil && x.isValue() && !s.answers(x, row) {
				return true
			}
		}
	}
	return false
}

// answers reports that the cell to the left is a label that waits for a value.
func (s *sheet) answers(x *vcell, row int) bool {
	var before *vcell
	for _, o := range s.v.byRow[row] {
		if o.c1 < x.c0 {
			before = o
		}
	}
	if before == nil {
		return false
	}
	if strings.HasSuffix(before.text, "：") || strings.HasSuffix(before.text, ":") {
		return true
	}
	ps := s.lex.labelsIn(before.text)
	return len(ps) > 0 && ps[len(ps)-1].value == ""
}
