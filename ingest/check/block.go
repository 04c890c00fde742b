package check

import (
	"slices"
	"strings"
	"unicode/utf8"

	"taizhang/ingest/check/value"
	"taizhang/ledger"
)

// rowKind tells task rows from the rows that add them up.
type rowKind uint8

const (
	rowTask  rowKind = iota
	rowSub           // 小计
	rowTotal         // 合计
)

// observed is one cell that states, or leaves blank, a number with a meaning.
type observed struct {
	key     string
	when    when
	month   value.Month
	dated   bool // its row names the month
	kind    rowKind
	block   int // of sheet.bands; -1 in a list of keys and values
	column  int // distinguishes columns of one key
	row     int
	name    string // A1
	head    string // the words above or beside it
	read    value.NumberRead
	perPart bool // 户数 of one insurance
	counts  counting
	turned  bool // its measure is a row's, not a column's
	spread  bool // one of several figures that a sentence states
}

// sheet is what one visible table says, before it is weighed.
type sheet struct {
	v      *view
	lex    *lexicon
	form   *ledger.Form
	units  *value.Units
	bands  []band
	inData map[int]bool // original rows that belong to a block

	seen       []observed
	sentences  []ledger.Finding // of sentences that could not be told apart
	times      []saidTime       // months and years that sentences name for their figures
	remarks    []ledger.Finding // notes and queries about sentences that were read
	odd        []ledger.Finding // H03, H05
	oddCells   map[string]bool
	labels     []labelled
	task       []string
	words      []string
	wordsAt    string // where the words should stand
	hasTask    bool
	hasWords   bool
	unitsSeen  []string // units that rows or columns of figures are for
	left       *int     // places for figures that the file may still have, see maxFileFigures
	places     int      // that this sheet has
	tooMany    bool     // it has more: no figure was read
	collapsed  bool     // some rows of the data are in a collapsed group
	sheetCount counting // 单位：人
	countCell  string
}

// readSheet reads the table into what it states.
func readSheet(t *ledger.Table, lex *lexicon, units *value.Units, left *int) *sheet {
	s := &sheet{left: left, v: newView(t, lex), lex: lex, form: lex.form, units: units, inData: map[int]bool{}, oddCells: map[string]bool{}}
	if s.v.tooBig {
		return s
	}
	s.collapsed = s.v.hidden.collapsed
	s.bands = findBands(s.v, lex)
	for k := range s.bands {
		s.readBlock(k)
	}
	s.readPairs()
	heads := map[*vcell]bool{}
	for _, b := range s.bands {
		for _, c := range b.columns {
			if c.head != nil && (c.kind == kindPerson || c.numbers() || c.kind == kindIgnored) {
				heads[c.head] = true
			}
		}
	}
	s.labels = append(s.labels, labelValues(s.v, lex, func(c *vcell) bool { return heads[c] })...)
	s.readCounting()
	return s
}

// readCounting finds 单位：人 and the like.
func (s *sheet) readCounting() {
	for _, c := range s.v.cells {
		if m := sheetUnit.FindStringSubmatch(c.text); m != nil && utf8.RuneCountInString(c.text) <= maxHeader {
			s.sheetCount, s.countCell = countingOf(m[1]), c.name()
			return
		}
	}
	for _, p := range s.v.t.Before {
		if m := sheetUnit.FindStringSubmatch(p); m != nil {
			s.sheetCount = countingOf(m[1])
		}
	}
}

// readBlock reads the rows below header k, up to the next header, a footer or
// the title of something else.
func (s *sheet) readBlock(k int) {
	b := &s.bands[k]
	end := len(s.v.rows)
	if k+1 < len(s.bands) {
		end = s.bands[k+1].top
	}
	s.hasTask = s.hasTask || b.has(kindTask)
	s.hasWords = s.hasWords || b.has(kindWords)
	var rows []int
	for i := b.bottom + 1; i < end; i++ {
		if s.columnMarks(i) {
			continue
		}
		if s.stops(b, i) {
			break
		}
		rows = append(rows, s.v.rows[i])
	}
	for i := b.top; i <= b.bottom; i++ {
		s.inData[s.v.rows[i]] = true
	}
	if s.tooMany = s.tooMany || s.above(b, rows); s.tooMany {
		for _, row := range rows {
			s.inData[row] = true
		}
		s.readTexts(b, rows)
		return
	}
	rotated := s.rotated(b, rows)
	if !rotated {
		b.firmRows = s.firmRows(b, rows)
	}
	for n, row := range rows {
		s.inData[row] = true
		s.readRow(k, row, rotated, n == 0)
	}
	s.readTexts(b, rows)
	s.questions(b, rows)
	s.foreignUnits(b)
}

// columnMarks reports the row that numbers the columns: 甲 乙 1 2 3.
func (s *sheet) columnMarks(i int) bool {
	row := s.v.byRow[s.v.rows[i]]
	last, letters := 0, 0
	for _, c := range row {
		if !columnMark.MatchString(c.text) {
			return false
		}
		if n := atoiPrefix(c.text); n > 0 {
			if n != last+1 {
				return false
			}
			last = n
		} else {
			letters++
		}
	}
	return len(row) >= 3 && (last >= 2 && (letters > 0 || len(row) == last && s.marksTask(i)) || last == 1 && letters >= 2)
}

// marksTask reports that the column of tasks holds a number in row i, which no
// task does.
func (s *sheet) marksTask(i int) bool {
	for _, b := range s.bands {
		for _, c := range b.columns {
			if c.kind == kindTask && i > b.bottom && s.v.at(s.v.rows[i], c.c0) != nil {
				return true
			}
		}
	}
	return false
}

func atoiPrefix(s string) int {
	s = strings.TrimLeft(s, " (（")
	if i := strings.IndexRune("①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳", firstRune(s)); i >= 0 && s != "" {
		return i/len("①") + 1
	}
	n := 0
	for _, r := range s {
		if r < '0' || r > '9' || n > 99 {
			break
		}
		n = n*10 + int(r-'0')
	}
	return n
}

func firstRune(s string) rune {
	for _, r := range s {
		return r
	}
	return -1
}

// own returns the cell that stands in the column in this row: the first that
// holds something, and nil when there is none or it belongs to its neighbour.
func (s *sheet) own(c *column, row int) *vcell {
	for _, col := range between(s.v.cols, c.c0, c.c1) {
		if x := s.v.at(row, col); x != nil && x.c0 >= c.c0 {
			return x
		}
	}
	return nil
}

// readRow turns the numbers of one row into observations.
func (s *sheet) readRow(k, row int, rotated, firstRow bool) {
	b := &s.bands[k]
	labels := s.rowLabels(b, row)
	if !s.dataRow(b, row, labels, rotated, firstRow) || s.exampleRow(row) {
		return
	}
	if !rotated && s.otherRow(b, row, labels) {
		return
	}
	numbered := false
	for i := range b.columns {
		c := &b.columns[i]
		m := s.rowMeaning(labels, c.c0)
		x := s.own(c, row)
		switch {
		case c.numbers():
			if x != nil && x.r0 != row && s.inData[x.r0] {
				continue // merged over rows: counted where it begins
			}
			numbered = numbered || x != nil && x.isValue()
			s.observe(k, i, row, x, m, rotated)
		case (c.kind == kindUnknown || c.kind == kindText) && x != nil && x.r0 == row && m.when != whenEarlier:
			s.unknownNumber(b, c, x, m)
		}
	}
	if numbered {
		s.rowUnits(b, row)
		s.halfTimes(labels)
	}
}

// exampleRow reports a row whose first word says that it shows how to fill in
// the form. It states nothing; a form that has no other row is blank.
func (s *sheet) exampleRow(row int) bool {
	for _, x := range s.v.byRow[row] {
		if x.cell.Kind == ledger.CellText && exampleMark.MatchString(x.text) {
			return true
		}
		if !x.isValue() {
			break
		}
	}
	return false
}

// halfTimes blocks numbers beside a label that may be of another time: they
// are neither counted nor left out by guess.
func (s *sheet) halfTimes(labels []*vcell) {
	for _, x := range labels {
		if x.term.halfTime() {
			s.sentences = append(s.sentences, s.finding(ledger.CSentence, x.name(), x.text, "offer", ""))
		}
	}
}

// dataRow reports that the row states figures or leaves them blank, and is no
// remark.
func (s *sheet) dataRow(b *band, row int, labels []*vcell, rotated, firstRow bool) bool {
	if s.footRow(row) {
		return false
	}
	covered := false
	for i := range b.columns {
		c := &b.columns[i]
		if !c.numbers() {
			continue
		}
		if s.own(c, row) != nil {
			return true
		}
		if x := s.v.at(row, c.c0); x != nil && x.c0 < c.c0 {
			covered = true
		}
	}
	if covered || len(s.v.byRow[row]) == 0 {
		return false
	}
	for _, x := range s.v.byRow[row] {
		if noteStart.MatchString(x.text) {
			return false
		}
	}
	if cells := s.v.byRow[row]; len(cells) == 1 && remark(cells[0].text) {
		return false
	}
	if firstRow {
		return true
	}
	if rotated {
		return slices.ContainsFunc(labels, func(x *vcell) bool { return x.term.figureWord() || x.term.total })
	}
	// A row that goes on with the task above states nothing of its own: its
	// numbers stand in the first of its rows.
	task, tasked := false, b.has(kindTask)
	for i := range b.columns {
		c := &b.columns[i]
		x := s.own(c, row)
		if x == nil || x.r0 != row || x.isValue() {
			continue
		}
		switch c.kind {
		case kindTask:
			task = true
		case kindWords:
			task = task || !tasked
		case kindText, kindUnknown:
			task = task || x.term.month.Month != 0 || x.term.when != whenNone
		}
	}
	return task
}

// footRow reports a row of which all that shows is notes, or what stands at the
// foot of a page, under whatever column it came to stand.
func (s *sheet) footRow(row int) bool {
	for _, col := range s.v.cols {
		x := s.v.at(row, col)
		if x == nil {
			continue
		}
		note := noteStart.FindString(x.text)
		if x.r0 != row || !pageNote.MatchString(x.text) && !strings.HasSuffix(note, ":") && !strings.HasSuffix(note, "：") {
			return false
		}
	}
	return true
}

// remark reports a lone text that is a sentence and no task.
func remark(text string) bool {
	return strings.ContainsAny(text, "。；：:，,") || utf8.RuneCountInString(text) > 25
}

// observe reads one cell of a number column.
func (s *sheet) observe(k, i, row int, x *vcell, m meaning, rotated bool) {
	c := &s.bands[k].columns[i]
	o := observed{key: c.key, when: c.when, month: c.month, block: k, column: i, row: row, counts: c.counts}
	if c.head != nil {
		o.head = value.Clean(c.head.text)
	}
	if m.when != whenNone {
		o.when = laterWhen(o.when, m.when)
	}
	if m.month.Month != 0 {
		o.month, o.dated = m.month, true
	}
	switch {
	case c.kind == kindCountPart:
		o.perPart = true
	case rotated:
		o.turned = true
		if !s.turn(&o, c, m, x) {
			return
		}
	case s.bands[k].firmRows[row] && s.lex.parts[c.key]:
		o.perPart = true
	case s.bands[k].firmRows[row] && c.key == s.form.Total:
		o.key = s.form.Count
	case c.kind == kindNeutral && m.key != "":
		o.key, o.head = m.key, m.head
	case c.kind == kindNeutral:
		if x != nil && x.isValue() {
			s.unknownNumber(&s.bands[k], c, x, m)
		}
		return
	}
	if !rotated && m.total {
		o.kind = rowTotal
		if m.sub {
			o.kind = rowSub
		}
	}
	o.name = refName(row, c.c0)
	if x == nil {
		o.read = value.Number(ledger.Cell{}, false)
		s.seen = append(s.seen, o)
		return
	}
	s.take(o, x, c.kind == kindOneColumn || c.kind == kindMeasure && c.key == s.form.Total, c.both)
}
