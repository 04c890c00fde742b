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
	collapsed  bool     // some rows of the data are in a collapsed group
	sheetCount counting // 单位：人
	countCell  string
}

// readSheet reads the table into what it states.
func readSheet(t *ledger.Table, lex *lexicon, units *value.Units) *sheet {
	s := &sheet{v: newView(t, lex), lex: lex, form: lex.form, units: units, inData: map[int]bool{}, oddCells: map[string]bool{}}
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
	rotated := s.rotated(b, rows)
	for n, row := range rows {
		s.inData[row] = true
		s.readRow(k, row, rotated, n == 0)
	}
	s.readTexts(b, rows)
	s.questions(b)
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
	return len(row) >= 3 && last >= 2 && (letters > 0 || len(row) == last && s.marksTask(i))
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
		if containsAny(c.text, s.form.Words.Roster) || containsAny(c.text, s.form.Words.Targets) {
			return true
		}
		if c.c1 > c.c0 && strings.Contains(c.text, s.form.Title) {
			return true
		}
	}
	return false
}

// anyNumber reports a number in a measure column of the row.
func (s *sheet) anyNumber(b *band, row int) bool {
	for i := range b.columns {
		if c := &b.columns[i]; c.numbers() {
			if x := s.own(c, row); x != nil && x.isValue() {
				return true
			}
		}
	}
	return false
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
			if x == nil || slices.Contains(out, x) || x.isValue() && x.term.month.Month == 0 {
				continue
			}
			if c.kind == kindWords && x.term.class != classTotal && !x.term.total && x.term.when == whenNone {
				continue
			}
			out = append(out, x)
		}
	}
	return out
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
		if t.when != whenNone {
			m.when, m.known = t.when, true
		}
		if t.month.Month != 0 {
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

// readRow turns the numbers of one row into observations.
func (s *sheet) readRow(k, row int, rotated, firstRow bool) {
	b := &s.bands[k]
	labels := s.rowLabels(b, row)
	if !s.dataRow(b, row, labels, rotated, firstRow) {
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
	}
}

// dataRow reports that the row states figures or leaves them blank, and is no
// remark.
func (s *sheet) dataRow(b *band, row int, labels []*vcell, rotated, firstRow bool) bool {
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
		o.month = m.month
	}
	switch {
	case c.kind == kindCountPart:
		o.perPart = true
	case rotated:
		o.turned = true
		if !s.turn(&o, c, m, x) {
			return
		}
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

// turn gives an observation of a form with insurances as rows its measure. It
// reports false when the row asks for nothing of ours.
func (s *sheet) turn(o *observed, c *column, m meaning, x *vcell) bool {
	counts := c.kind == kindMeasure && c.key == s.form.Count
	switch {
	case m.foreign:
		return false
	case m.key != "" && s.lex.parts[m.key]:
		o.key, o.perPart = m.key, counts
		if !counts {
			o.head = m.head
		}
	case m.key == s.form.Count:
		o.key, o.head = s.form.Count, m.head
	case m.key == s.form.Total || m.total:
		if counts {
			o.key, o.kind = s.form.Count, rowTotal
		} else {
			o.key = s.form.Total
		}
	case m.key != "":
		o.key, o.head = m.key, m.head
	default:
		if x != nil && x.isValue() && x.cell.Kind == ledger.CellNumber {
			s.oddNumber(x, x)
		}
		return false
	}
	return true
}

// take reads the cell into the observation, or into several when it holds a
// sentence and the column may hold one.
func (s *sheet) take(o observed, x *vcell, sentence, both bool) {
	o.name = x.name()
	if sentence && x.cell.Kind == ledger.CellText && value.IsSentence(x.cell.Text) {
		s.takeSentence(o, x)
		return
	}
	o.read = x.number()
	switch {
	case !o.read.Figure.Stated():
	case firmLabel(o.read.Label) && o.key != s.form.Count:
		if sentence {
			o.key = s.form.Count
		} else {
			o.read = mislabelled(o.read)
		}
	case o.key == s.form.Count && strings.HasPrefix(o.read.Label, "人"):
		o.read = mislabelled(o.read)
	case both && o.read.Label == "":
		s.sentences = append(s.sentences, s.finding(ledger.CSentence, x.name(), x.text, "offer", ""))
		o.read = value.NumberRead{Figure: ledger.Figure{Text: x.text}}
	}
	s.seen = append(s.seen, o)
}

func firmLabel(label string) bool { return label == "户" || label == "家" }

// mislabelled refuses a number whose unit is not that of its column: 35户 where
// persons are asked for.
func mislabelled(r value.NumberRead) value.NumberRead {
	return value.NumberRead{Figure: ledger.Figure{Text: r.Figure.Text}, Issues: []value.Issue{{Code: ledger.CText, Severity: ledger.Block}}}
}

// takeSentence adds an observation for each figure that the sentence states.
func (s *sheet) takeSentence(o observed, x *vcell) {
	r := value.Sentence(x.cell.Text, s.form)
	for _, is := range r.Issues {
		f := s.finding(is.Code, x.name(), x.text)
		f.Severity = is.Severity
		for k, a := range is.Args {
			f.Args[k] = a
		}
		if f.Severity.Rank() >= ledger.Block.Rank() {
			s.sentences = append(s.sentences, f)
		} else {
			s.remarks = append(s.remarks, f)
		}
	}
	add := func(figures ledger.Figures, w when) {
		for _, key := range s.form.Keys() {
			if f, ok := figures[key]; ok {
				n := o
				n.key, n.spread, n.read = key, true, value.NumberRead{Figure: f}
				if w != whenNone {
					n.when = w
				}
				if n.read.Figure.Text == "" {
					n.read.Figure.Text = x.text
				}
				s.seen = append(s.seen, n)
			}
		}
	}
	add(r.Month, whenNone)
	add(r.Cumulative, whenCumulative)
	if len(r.Month)+len(r.Cumulative) == 0 {
		o.read = value.NumberRead{Figure: ledger.Figure{Text: x.text}}
		if len(r.Issues) == 0 {
			o.read.Issues = []value.Issue{{Code: ledger.CText, Severity: ledger.Block}}
		}
		s.seen = append(s.seen, o)
	}
}

// finding returns a finding on this sheet with the arguments given as name,
// value, name, value; other arguments of the code are empty.
func (s *sheet) finding(code ledger.Code, cell, text string, args ...string) ledger.Finding {
	f := newFinding(code, args...)
	f.File, f.Sheet, f.Cell, f.Value = s.v.t.File, s.v.t.Sheet, cell, text
	return f
}

// newFinding returns a finding without a place, of the code's usual severity.
func newFinding(code ledger.Code, args ...string) ledger.Finding {
	info, _ := code.Info()
	f := ledger.Finding{Code: code, Severity: info.Severity}
	if len(info.Args) > 0 {
		f.Args = map[string]string{}
		for _, a := range info.Args {
			f.Args[a] = ""
		}
	}
	for i := 0; i+1 < len(args); i += 2 {
		f.Args[args[i]] = args[i+1]
	}
	return f
}

func containsAny(text string, words []string) bool {
	f := value.Fold(text)
	return f != "" && slices.ContainsFunc(words, func(w string) bool {
		w = value.Fold(w)
		return w != "" && strings.Contains(f, w)
	})
}
