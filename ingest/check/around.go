package check

import (
	"slices"
	"strings"
	"unicode/utf8"

	"taizhang/ingest/check/value"
	"taizhang/ledger"
)

// This file reads what stands around the figures of a form: words, tasks,
// columns that are not ours, and lists of keys and values.

// unknownNumber asks about a number under a header that is not known, or under
// none, unless it merely numbers the rows.
func (s *sheet) unknownNumber(b *band, c *column, x *vcell, m meaning) {
	if x.cell.Kind != ledger.CellNumber && (x.cell.Kind != ledger.CellText || x.number().Figure.Kind != ledger.Number) {
		return
	}
	if m.foreign && c.kind == kindText {
		return
	}
	if c.kind == kindText {
		if first := s.firstHeaded(b); c.c0 < first || x.term.month.Month != 0 {
			return
		}
		s.oddNumber(x)
		return
	}
	s.oddNumber(c.head)
}

// firstHeaded is the first column of the block that has a header.
func (s *sheet) firstHeaded(b *band) int {
	for _, c := range b.columns {
		if c.head != nil {
			return c.c0
		}
	}
	return 0
}

func (s *sheet) oddNumber(head *vcell) {
	if !s.oddCells[head.name()] {
		s.oddCells[head.name()] = true
		s.odd = append(s.odd, s.finding(ledger.HUnknownColumn, head.name(), head.text))
	}
}

// questions holds the document for headers that look like ours and name
// another target (rule book §2).
func (s *sheet) questions(b *band, rows []int) {
	for _, c := range b.columns {
		if c.kind == kindQuestion && !s.oddCells[c.head.name()] {
			s.oddCells[c.head.name()] = true
			s.odd = append(s.odd, s.finding(ledger.HQuestion, c.head.name(), c.head.text))
		}
	}
	for _, row := range rows {
		for _, x := range s.v.byRow[row] {
			if col := b.of(x.c0); x.term.class == classQuestion && (col == nil || col.kind != kindWords) && !s.oddCells[x.name()] && s.v.right(x) != nil && s.v.right(x).isValue() {
				s.oddCells[x.name()] = true
				s.odd = append(s.odd, s.finding(ledger.HQuestion, x.name(), x.text))
			}
		}
	}
}

// rowUnits collects the units that rows of figures are for.
func (s *sheet) rowUnits(b *band, row int) {
	for i := range b.columns {
		c := &b.columns[i]
		if c.kind != kindText && c.kind != kindUnknown && c.kind != kindTask && (c.kind != kindPerson || c.label != roleUnit) {
			continue
		}
		if x := s.own(c, row); x != nil && !x.isValue() && utf8.RuneCountInString(x.text) <= 25 {
			s.noteUnit(x.text, c.kind != kindTask)
		}
	}
}

// foreignUnits collects the units that columns of figures are for.
func (s *sheet) foreignUnits(b *band) {
	for _, c := range b.columns {
		if c.kind == kindUnknown && c.head != nil && utf8.RuneCountInString(c.head.text) <= 12 {
			s.noteUnit(c.head.text, true)
		}
	}
}

// noteUnit notes a label that is a unit's name, or where within is set holds
// its canonical name: 市直企业扩面 is a task and names nobody.
func (s *sheet) noteUnit(text string, within bool) {
	f := value.Fold(text)
	for _, u := range s.lex.units {
		names := folded(append([]string{u.Name}, u.Aliases...))
		if (slices.Contains(names, f) || within && strings.Contains(f, names[0])) && !slices.Contains(s.unitsSeen, u.Name) {
			s.unitsSeen = append(s.unitsSeen, u.Name)
		}
	}
}

// readTexts collects the tasks, the words and the people that stand in columns
// of the block.
func (s *sheet) readTexts(b *band, rows []int) {
	seen := map[*vcell]bool{}
	for i := range b.columns {
		c := &b.columns[i]
		if c.kind != kindTask && c.kind != kindWords && c.kind != kindPerson {
			continue
		}
		if c.kind == kindPerson {
			s.labels = append(s.labels, labelled{role: c.label, cell: c.head, place: c.head.name()})
		}
		for _, row := range rows {
			x := s.own(c, row)
			if x == nil || seen[x] || x.term.total || x.r0 != row {
				continue
			}
			seen[x] = true
			s.columnText(c, x)
		}
		if c.kind == kindWords && s.wordsAt == "" && len(rows) > 0 {
			s.wordsAt = refName(rows[0], c.c0)
		}
	}
}

func (s *sheet) columnText(c *column, x *vcell) {
	switch {
	case c.kind == kindPerson:
		s.labels = append(s.labels, labelled{role: c.label, value: labelValue(x.text), cell: x, place: x.name()})
	case emptyWords.MatchString(x.text), noteStart.MatchString(x.text) && c.kind == kindTask:
	case c.kind == kindTask:
		s.task = append(s.task, x.text)
	default:
		s.words = append(s.words, strings.TrimSpace(x.cell.Text))
	}
}

// readPairs reads lists of keys and values, wherever no header governs: a
// label and the value to its right, or both in one cell with a colon.
func (s *sheet) readPairs() {
	blanks := !slices.ContainsFunc(s.bands, func(b band) bool { return b.asksFigures() })
	columns := map[int]bool{} // in which items stand
	for _, row := range s.v.rows {
		if s.inData[row] {
			continue
		}
		cells, labelled := s.v.byRow[row], false
		for i := 0; i < len(cells); i++ {
			c := cells[i]
			if c.term.bare && labelled {
				continue // the counting unit of the number before it
			}
			labelled = labelled || c.term.figureWord()
			switch c.term.class {
			case classTask, classWords:
				if i+1 < len(cells) && cells[i+1].term.label == roleNone && !cells[i+1].term.figureWord() {
					s.pairText(c.term.class, cells[i+1].text, cells[i+1].name())
					i++
				} else {
					s.pairText(c.term.class, "", refName(row, c.c1+1))
				}
			case classMeasure, classOneColumn:
				s.pairNumbers(cells[i:], row, blanks)
				columns[c.c0] = true
			default:
				s.pairInCell(c)
			}
		}
	}
	if blanks && len(columns) > 0 {
		s.unknownItems(columns)
		s.numbering()
	}
}

func (s *sheet) pairText(k class, text, at string) {
	empty := emptyWords.MatchString(text)
	if k == classTask {
		s.hasTask = true
		if !empty {
			s.task = append(s.task, text)
		}
		return
	}
	s.hasWords = true
	if s.wordsAt == "" {
		s.wordsAt = at
	}
	if !empty {
		s.words = append(s.words, strings.TrimSpace(text))
	}
}

// pairNumbers reads the values that follow a label, up to the next label; a
// time word between changes what the next value is.
func (s *sheet) pairNumbers(cells []*vcell, row int, blanks bool) {
	label := cells[0]
	o := observed{key: label.term.key, block: -1, column: label.c0, row: row, head: label.text, when: label.term.when, month: label.term.month, counts: label.term.counts}
	one := label.term.class == classOneColumn
	if one {
		o.key = s.form.Total
	}
	found, base := false, o.when
	for _, x := range cells[1:] {
		if x.term.bare {
			continue
		}
		if x.isValue() || !x.term.headerish() && x.term.label == roleNone && !found {
			n := o
			n.column = x.c0 // a second number is another statement, not a part
			s.take(n, x, one || n.key == s.form.Total, label.term.both)
			found = true
			continue
		}
		if x.term.class == classNeutral && x.term.when != whenNone {
			o.when, found = laterWhen(base, x.term.when), false
			continue
		}
		if x.term.headerish() || x.term.label != roleNone {
			break
		}
	}
	if len(cells) > 1 && cells[1].c0 == label.c1+1 && cells[1].term.figureWord() && !cells[1].term.bare {
		return // it names the group of the labels beside it
	}
	if !found && blanks && label.term.when != whenEarlier {
		o.name, o.read = refName(row, label.c1+1), value.Number(ledger.Cell{}, false)
		s.seen = append(s.seen, o)
	}
}

// pairHead returns the label of a cell that also holds its value: 合计人数：210人.
func (s *sheet) pairHead(c *vcell) term {
	head, rest, ok := strings.Cut(strings.Replace(c.text, "：", ":", 1), ":")
	if !ok || strings.TrimSpace(rest) == "" || utf8.RuneCountInString(head) > 30 || c.term.label != roleNone {
		return term{}
	}
	return s.lex.term(value.Clean(head))
}

// pairInCell reads 企业养老：120人 and 主要工作措施：… in one cell.
func (s *sheet) pairInCell(c *vcell) {
	head, rest, ok := strings.Cut(strings.Replace(c.cell.Text, "：", ":", 1), ":")
	if !ok || utf8.RuneCountInString(head) > 30 || c.term.label != roleNone {
		return
	}
	t := s.lex.term(value.Clean(head))
	switch t.class {
	case classTask, classWords:
		s.pairText(t.class, value.Clean(rest), c.name())
	case classMeasure, classOneColumn:
		o := observed{key: t.key, block: -1, column: c.c0, row: c.r0, head: head, when: t.when, month: t.month, counts: t.counts}
		if t.class == classOneColumn {
			o.key = s.form.Total
		}
		if value.IsSentence(c.cell.Text) && len(s.lex.named(c.text)) > 1 {
			s.takeSentence(o, c)
			return
		}
		part := *c
		part.cell.Text, part.text, part.read = rest, value.Clean(rest), nil
		s.take(o, &part, o.key == s.form.Total, t.both)
	}
}
