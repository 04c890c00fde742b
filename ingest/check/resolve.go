package check

import (
	"cmp"
	"slices"
	"strconv"
	"time"

	"taizhang/ingest/check/value"
	"taizhang/ledger"
)

// fact is what the document says of one measure.
type fact struct {
	figure ledger.Figure // Kind "" when nothing could be taken
	cell   string
	text   string
	blanks []observed // cells left blank that leave the fact open
	dashes []observed // dashes likewise
	filled bool       // some cell of it holds something besides blanks and dashes
}

// facts is what the document says of all measures for one month.
type facts struct {
	by       map[string]*fact
	cum      ledger.Figures
	findings []ledger.Finding
	onlyCum  []observed  // measures with a cumulative figure only
	month    value.Month // the month chosen among several; Month 0 without
	months   []value.Month
	perPart  bool
	dated    map[int]bool // blocks whose rows name months
}

// resolve weighs the observations for the month p; when p is not known and the
// form names several months, the last that holds anything is taken.
func (s *sheet) resolve(p ledger.Period, basis ledger.FigureBasis) *facts {
	f := &facts{by: map[string]*fact{}, cum: ledger.Figures{}}
	f.chooseMonth(s.seen, p)
	month, cum := map[string][]observed{}, map[string][]observed{}
	var perPart []observed
	for _, o := range s.seen {
		if o, ok := f.inMonth(o); ok {
			switch {
			case o.when == whenEarlier || o.when == whenBoth:
			case o.perPart:
				perPart = append(perPart, o)
			case o.when == whenCumulative:
				cum[o.key] = append(cum[o.key], o)
			default:
				month[o.key] = append(month[o.key], o)
			}
		}
	}
	if basis == ledger.BasisCumulative {
		month, cum = cumulativeFirst(month, cum), nil
	}
	for _, key := range s.form.Keys() {
		if list := month[key]; len(list) > 0 {
			f.by[key] = s.settle(f, key, list)
		} else if len(cum[key]) > 0 {
			f.onlyCum = append(f.onlyCum, cum[key][0])
		}
		if list := cum[key]; len(list) > 0 {
			f.crossCheck(s, key, list)
		}
	}
	s.countPerPart(f, perPart)
	f.findings = append(append(f.findings, s.sentences...), s.remarks...)
	return f
}

// cumulativeFirst gives what counts where figures are cumulative: a column
// that says so, else one that names no span of time.
func cumulativeFirst(month, cum map[string][]observed) map[string][]observed {
	m := map[string][]observed{}
	for k, list := range month {
		list = slices.DeleteFunc(slices.Clone(list), func(o observed) bool { return o.when == whenMonth })
		if len(list) > 0 && len(cum[k]) == 0 {
			m[k] = list
		}
	}
	for k, list := range cum {
		m[k] = list
	}
	return m
}

// chooseMonth finds the months that rows or columns name and chooses one.
func (f *facts) chooseMonth(seen []observed, p ledger.Period) {
	var last value.Month
	f.dated = map[int]bool{}
	for _, o := range seen {
		f.dated[o.block] = f.dated[o.block] || o.dated
		if o.month.Month == 0 || !o.month.Valid || o.when == whenEarlier {
			continue
		}
		if !slices.ContainsFunc(f.months, func(m value.Month) bool { return m.Month == o.month.Month && m.Year == o.month.Year }) {
			f.months = append(f.months, o.month)
		}
		if o.read.Figure.Kind != ledger.Blank && o.read.Figure.Kind != ledger.Dash && o.month.Year*12+int(o.month.Month) >= last.Year*12+int(last.Month) {
			last = o.month
		}
	}
	if len(f.months) == 0 {
		return
	}
	f.month = cmp.Or(last, f.months[0])
	if len(f.months) > 1 && !p.IsZero() {
		f.month = value.Month{Year: p.Year, Month: p.Month, Valid: true}
	}
}

// inMonth keeps the observations of the chosen month; a total over months is
// cumulative.
func (f *facts) inMonth(o observed) (observed, bool) {
	if len(f.months) < 2 {
		return o, true
	}
	total := o.kind == rowTotal || o.kind == rowSub
	if total && !o.dated && (o.month.Month == 0 || f.dated[o.block]) {
		o.kind, o.when = rowTask, whenCumulative
		return o, true
	}
	if o.month.Month == 0 {
		return o, true
	}
	return o, o.month.Month == f.month.Month && (o.month.Year == 0 || f.month.Year == 0 || o.month.Year == f.month.Year)
}

// group is the cells of one column, or one cell of a list or of a form with
// insurances as rows.
type group struct {
	tasks, subs, totals []observed
}

func (g *group) first() observed {
	for _, l := range [][]observed{g.totals, g.subs, g.tasks} {
		if len(l) > 0 {
			return l[0]
		}
	}
	return observed{}
}

func groups(list []observed) []*group {
	type id struct{ block, column, row int }
	var order []id
	by := map[id]*group{}
	for _, o := range list {
		k := id{o.block, o.column, 0}
		if o.block < 0 || o.turned {
			k.row = o.row + 1
		}
		g, ok := by[k]
		if !ok {
			g = &group{}
			by[k], order = g, append(order, k)
		}
		switch o.kind {
		case rowTotal:
			g.totals = append(g.totals, o)
		case rowSub:
			g.subs = append(g.subs, o)
		default:
			g.tasks = append(g.tasks, o)
		}
	}
	out := make([]*group, len(order))
	for i, k := range order {
		out[i] = by[k]
	}
	return out
}

// settle works out the fact of one measure from all cells that state it.
func (s *sheet) settle(f *facts, key string, list []observed) *fact {
	gs := groups(list)
	x := s.settleGroup(f, key, gs[0])
	if a, b, ok := besides(gs[0]); ok && x.figure.Derived {
		f.findings = append(f.findings, s.finding(ledger.HTwice, b.name, b.head, "measure", key, "other", cmp.Or(a.head, a.name)))
		x.figure, x.filled = ledger.Figure{}, true
	}
	for _, g := range gs[1:] {
		a, b := gs[0].first(), g.first()
		y := s.settleGroup(&facts{}, key, g)
		elsewhere := a.block != b.block
		if elsewhere && y.figure.Kind == x.figure.Kind && y.figure.Value == x.figure.Value && x.figure.Stated() {
			continue
		}
		other := a.head
		if other == b.head {
			other = a.name // the same words say nothing: where it stands does
		}
		f.findings = append(f.findings, s.finding(ledger.HTwice, b.name, b.head, "measure", key, "other", cmp.Or(other, a.name)))
		x.figure, x.filled = ledger.Figure{}, true
		x.blanks, x.dashes = nil, nil
	}
	return x
}

// besides finds two cells of one row that state the measure: they are two
// columns whose heads were not understood, such as 本月 and 累计, and no tasks to
// be added up.
func besides(g *group) (a, b observed, ok bool) {
	byRow := map[int][]int{} // of g.tasks
	for i := range g.tasks {
		byRow[g.tasks[i].row] = append(byRow[g.tasks[i].row], i)
	}
	for i, a := range g.tasks {
		for _, j := range byRow[a.row] {
			if b := g.tasks[j]; j > i && a.name != b.name && !a.spread && !b.spread {
				return a, b, true
			}
		}
	}
	return a, b, false
}

func (s *sheet) settleGroup(f *facts, key string, g *group) *fact {
	if len(g.totals) == 0 && len(g.subs) == 1 && len(g.tasks) > 0 {
		g.totals, g.subs = g.subs, nil
	}
	x := &fact{}
	for _, l := range [][]observed{g.tasks, g.subs, g.totals} {
		for _, o := range l {
			s.cellFindings(f, key, o)
			k := o.read.Figure.Kind
			x.filled = x.filled || k != ledger.Blank && k != ledger.Dash
		}
	}
	switch {
	case len(g.totals) > 0:
		s.settleTotal(f, key, g, x)
	case len(g.tasks) == 1:
		x.takeOne(g.tasks[0])
		if at := s.atOdds(g.tasks[0]); at != "" && x.figure.Stated() {
			f.sentenceAt(s, at)
			x.figure = ledger.Figure{}
		}
	default:
		s.settleSum(f, key, g, x)
	}
	s.settleCounting(f, key, g.first(), x)
	return x
}

// sentenceAt says once of the cell that it cannot be told apart.
func (f *facts) sentenceAt(s *sheet, at string) {
	if !slices.ContainsFunc(f.findings, func(n ledger.Finding) bool { return n.Code == ledger.CSentence && n.Cell == at }) {
		f.findings = append(f.findings, s.finding(ledger.CSentence, at, "", "offer", ""))
	}
}

// cellFindings says what the reading of one cell said; blanks and dashes are
// weighed later, with the whole document.
func (s *sheet) cellFindings(f *facts, key string, o observed) {
	for _, is := range o.read.Issues {
		if is.Code == ledger.CBlank || is.Code == ledger.CDash {
			continue
		}
		x := s.finding(is.Code, o.name, o.read.Figure.Text)
		x.Severity = is.Severity
		for k, v := range is.Args {
			x.Args[k] = v
		}
		if _, ok := x.Args["measure"]; ok {
			x.Args["measure"] = key
		}
		f.findings = append(f.findings, x)
	}
}

// takeOne makes one cell the fact.
func (x *fact) takeOne(o observed) {
	x.figure, x.cell, x.text = o.read.Figure, o.name, o.read.Figure.Text
	switch o.read.Figure.Kind {
	case ledger.Blank:
		x.blanks = append(x.blanks, o)
	case ledger.Dash:
		x.dashes = append(x.dashes, o)
	}
}

// settleCounting applies what the header says its numbers count: 万 is never
// scaled silently, 人次 is asked about.
func (s *sheet) settleCounting(f *facts, key string, o observed, x *fact) {
	counts, at := o.counts, o.name
	if counts == countsNothing && key != s.form.Count && s.inPersons(key) {
		counts = s.sheetCount
	}
	switch {
	case counts == countsThousands && x.figure.Kind == ledger.Number:
		f.findings = append(f.findings, s.finding(ledger.CTenThou, at, x.figure.Text, "measure", key, "offer", num(x.figure.Value*10000)))
		x.figure = ledger.Figure{}
	case (counts == countsScaled || counts == countsOther) && x.figure.Kind == ledger.Number:
		code, args := ledger.CTenThou, []string{"measure", key, "offer", ""}
		if counts == countsOther {
			code, args = ledger.CText, args[:2]
		}
		f.findings = append(f.findings, s.finding(code, at, x.figure.Text, args...))
		x.figure = ledger.Figure{}
	case counts == countsTimes && x.figure.Kind == ledger.Number && !slices.ContainsFunc(o.read.Issues, func(i value.Issue) bool { return i.Code == ledger.CPersonTime }):
		f.findings = append(f.findings, s.finding(ledger.CPersonTime, at, x.figure.Text, "measure", key))
	}
}

func (s *sheet) inPersons(key string) bool { return key == s.form.Total || s.lex.parts[key] }

// countPerPart treats 户数 that are stated per insurance: they are never summed
// (rule book §2). A row for all of them that is not their sum counts.
func (s *sheet) countPerPart(f *facts, list []observed) {
	sum, most, stated, _, _, _ := sums(list)
	if stated == 0 {
		return
	}
	own := f.by[s.form.Count]
	if own != nil && own.figure.Stated() {
		v := own.figure.Value
		if turned := len(list) > 0 && list[0].turned; !turned || v >= most && v < sum || v == most {
			return
		}
		delete(f.by, s.form.Count)
	}
	if own == nil || own.figure.Stated() {
		f.perPart = true
		f.findings = append(f.findings, s.finding(ledger.HCountPerPart, list[0].name, list[0].read.Figure.Text))
	}
}

// crossCheck keeps the cumulative figure of a measure.
func (f *facts) crossCheck(s *sheet, key string, list []observed) {
	x := s.settleGroup(&facts{}, key, groups(list)[0])
	if !x.figure.Stated() {
		return
	}
	n := x.figure
	n.Sheet, n.Cell = s.v.t.Sheet, x.cell
	f.cum[key] = n
}

func num(v int64) string { return strconv.FormatInt(v, 10) }

// monthOf returns the month as a period of the campaign's year or years.
func monthOf(m value.Month, c *ledger.Campaign) ledger.Period {
	if m.Month < time.January || m.Month > time.December {
		return ledger.Period{}
	}
	if m.Year != 0 {
		return ledger.Period{Year: m.Year, Month: m.Month}
	}
	for _, p := range c.Periods() {
		if p.Month == m.Month {
			return p
		}
	}
	return ledger.Period{Year: c.Year, Month: m.Month}
}
