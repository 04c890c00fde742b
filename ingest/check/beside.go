package check

import (
	"slices"
	"unicode/utf8"

	"taizhang/ingest/check/value"
	"taizhang/ledger"
)

// This file reads what the labels beside the numbers of a row say of them.

// rowLabels returns the words beside the numbers of a row that may say what
// the row is about.
func (s *sheet) rowLabels(b *band, row int) []*vcell {
	var out []*vcell
	for i := range b.columns {
		c := &b.columns[i]
		if c.kind == kindMeasure || c.kind == kindOneColumn || c.kind == kindCountPart {
			continue
		}
		for _, col := range between(s.v.cols, c.c0, c.c1) {
			x := s.v.at(row, col)
			if x == nil || slices.Contains(out, x) || x.isValue() && x.term.month.Month == 0 || !c.mayLabel(x.term) {
				continue
			}
			out = append(out, x)
		}
	}
	// A counting unit beside a label says what is counted, not of what.
	if slices.ContainsFunc(out, func(x *vcell) bool { return x.term.figureWord() && !x.term.bare }) {
		out = slices.DeleteFunc(out, func(x *vcell) bool { return x.term.bare })
	}
	return out
}

// mayLabel reports that a word in the column may say what its row is about.
// The words of 主要工作措施 never do unless they are nothing but a total's or a
// time's; remarks and columns that are not ours only name totals.
func (c *column) mayLabel(t term) bool {
	total := t.total || t.class == classTotal
	switch c.kind {
	case kindWords:
		return total || t.class == classNeutral && t.when != whenNone
	case kindIgnored:
		return total
	case kindForeign, kindQuestion, kindPerson:
		return false
	}
	return true
}

// rotated reports that the insurances are rows: some row is labelled with one
// and no column is.
func (s *sheet) rotated(b *band, rows []int) bool {
	for _, c := range b.columns {
		if c.kind == kindCountPart || c.kind == kindMeasure && s.lex.parts[c.key] {
			return false
		}
	}
	return slices.ContainsFunc(rows, func(row int) bool {
		return slices.ContainsFunc(s.rowLabels(b, row), func(x *vcell) bool {
			return x.term.class == classMeasure && s.lex.parts[x.term.key]
		})
	})
}

// otherRow reports a row that its label makes what a column of that header
// would be: 减少, 净增, 目标. A label that only holds such a word, or a task that
// is called so, blocks its numbers: they are neither counted nor left out.
func (s *sheet) otherRow(b *band, row int, labels []*vcell) bool {
	for _, x := range labels {
		c := b.of(x.c0)
		if c == nil || x.term.class != classForeign && x.term.class != classQuestion {
			continue
		}
		task := c.kind == kindTask
		switch {
		case !x.term.within && !task:
			return true
		case x.term.within && (task || utf8.RuneCountInString(x.text) > 6):
		case s.anyNumber(b, row):
			s.sentences = append(s.sentences, s.finding(ledger.CSentence, x.name(), x.text, "offer", ""))
		}
	}
	return false
}

// firmRows returns the rows that a column of labels calls 户数, where it calls
// others 人数: below the insurances they count the firms of each. A task such
// as 新增企业 calls nothing so.
func (s *sheet) firmRows(b *band, rows []int) map[int]bool {
	for i := range b.columns {
		c := &b.columns[i]
		if c.kind != kindText && c.kind != kindUnknown && c.kind != kindNeutral {
			continue
		}
		firms, heads := map[int]bool{}, false
		for _, row := range rows {
			x := s.v.at(row, c.c0)
			if x == nil || x.term.class != classMeasure {
				continue
			}
			if x.term.key == s.form.Count {
				firms[row] = true
			}
			heads = heads || x.term.key == s.form.Total
		}
		if heads && len(firms) > 0 {
			return firms
		}
	}
	return nil
}

// meaning is what the labels of a row say of a number at some column.
type meaning struct {
	key     string
	month   value.Month
	when    when
	total   bool
	sub     bool
	foreign bool
	known   bool // some label says something
	head    string
}

// rowMeaning takes the nearest label to the left for each thing that labels
// may say, and any label of the row where none stands to the left.
func (s *sheet) rowMeaning(labels []*vcell, col int) meaning {
	var m meaning
	left := slices.DeleteFunc(slices.Clone(labels), func(c *vcell) bool { return c.c0 >= col })
	if len(left) == 0 {
		left = labels
	}
	for _, c := range left {
		t := c.term
		if t.when != whenNone && t.limits() {
			m.when, m.known = t.when, true
		}
		if t.month.Month != 0 && t.limits() {
			m.month, m.known = t.month, true
		}
		m.total, m.sub = m.total || t.total || t.class == classTotal, m.sub || t.sub
		switch t.class {
		case classMeasure:
			m.key, m.foreign, m.known, m.head = t.key, false, true, c.text
		case classForeign, classQuestion:
			m.key, m.foreign, m.known = "", true, true
		case classTotal:
			m.known = true
		}
	}
	return m
}
