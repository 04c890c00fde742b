package check

import (
	"maps"
	"slices"

	"taizhang/ledger"
)

// This file compares task rows with their totals.

// sums adds up the stated cells and sorts the others.
func sums(list []observed) (sum, most int64, stated int, blanks, dashes []observed, refused bool) {
	for _, o := range list {
		switch o.read.Figure.Kind {
		case ledger.Blank:
			blanks = append(blanks, o)
		case ledger.Dash:
			dashes = append(dashes, o)
		case "":
			refused = true
		default:
			stated++
			sum += o.read.Figure.Value
			most = max(most, o.read.Figure.Value)
		}
	}
	return sum, most, stated, blanks, dashes, refused
}

// settleTotal takes the total row and compares it with its rows (rule book
// §2): a wrong total blocks, blanks beside a right one are a note.
func (s *sheet) settleTotal(f *facts, key string, g *group, x *fact) {
	t := g.totals[0]
	x.takeOne(t)
	for _, o := range g.totals[1:] {
		if o.read.Figure.Kind != t.read.Figure.Kind || o.read.Figure.Value != t.read.Figure.Value {
			f.findings = append(f.findings, s.totalFinding(key, o, t.read.Figure.Value))
		}
	}
	sum, most, stated, blanks, dashes, refused := sums(g.tasks)
	if !t.read.Figure.Stated() {
		if t.read.Figure.Kind == ledger.Dash && stated > 0 {
			x.figure, x.dashes, x.blanks = ledger.Figure{Kind: ledger.Blank}, nil, []observed{t}
		}
		return
	}
	v := t.read.Figure.Value
	open := len(blanks) + len(dashes)
	switch {
	case refused || len(g.tasks) == 0:
	case stated == 0 && open > 0:
		f.findings = append(f.findings, s.finding(ledger.RTaskBlank, slices.Concat(blanks, dashes)[0].name, "", "measure", key))
	case s.collapsed && sum <= v:
	case sum != v:
		n := s.totalFinding(key, t, sum)
		if key == s.form.Total && most <= v && v < sum && open == 0 {
			n.Severity = ledger.Query // one person may stand in two rows
		}
		f.findings = append(f.findings, n)
	case open > 0:
		f.findings = append(f.findings, s.finding(ledger.RTaskBlank, slices.Concat(blanks, dashes)[0].name, "", "measure", key))
	}
	s.checkSubs(f, key, g)
}

func (s *sheet) totalFinding(key string, t observed, sum int64) ledger.Finding {
	return s.finding(ledger.RTotal, t.name, t.read.Figure.Text, "measure", key, "total", num(t.read.Figure.Value), "sum", num(sum))
}

// checkSubs compares sub-totals with their rows, which stand above or below
// them throughout.
func (s *sheet) checkSubs(f *facts, key string, g *group) {
	if len(g.subs) == 0 || s.collapsed {
		return
	}
	var wrong [2]*ledger.Finding
	for side := range 2 {
		for i, sub := range g.subs {
			from, to := -1, sub.row
			if side == 0 && i > 0 {
				from = g.subs[i-1].row
			}
			if side == 1 {
				from, to = sub.row, 1<<30
				if i+1 < len(g.subs) {
					to = g.subs[i+1].row
				}
			}
			own := slices.DeleteFunc(slices.Clone(g.tasks), func(o observed) bool { return o.row <= from || o.row >= to })
			sum, _, stated, _, _, refused := sums(own)
			if !sub.read.Figure.Stated() || refused || stated == 0 {
				continue
			}
			if sum != sub.read.Figure.Value && wrong[side] == nil {
				n := s.totalFinding(key, sub, sum)
				wrong[side] = &n
			}
		}
	}
	if wrong[0] != nil && wrong[1] != nil {
		f.findings = append(f.findings, *wrong[0])
	}
}

// settleSum adds up task rows that have no total row. Every row must state its
// number: nothing is silently read as 0.
func (s *sheet) settleSum(f *facts, key string, g *group, x *fact) {
	sum, _, stated, blanks, dashes, refused := sums(g.tasks)
	switch {
	case refused:
		x.figure = ledger.Figure{}
	case len(blanks) > 0:
		x.figure, x.blanks = ledger.Figure{Kind: ledger.Blank}, blanks
	case stated == 0 && len(dashes) > 0:
		x.takeOne(dashes[0])
	case len(dashes) > 0:
		x.figure, x.blanks = ledger.Figure{Kind: ledger.Blank}, dashes
	default:
		x.figure = ledger.NewNumber(sum)
		x.figure.Derived = true
		s.askRepeated(f, g)
	}
	s.checkSubs(f, key, g)
	if rows := s.rowsWithout(g); rows != "" && x.figure.Stated() {
		f.sentenceAt(s, rows)
		x.figure = ledger.Figure{}
	}
}

// rowsWithout returns the cell of a row whose sentence leaves out a measure
// that the sentences of other rows state; "" for none.
func (s *sheet) rowsWithout(g *group) string {
	rows := map[int]bool{}
	spread := false
	for _, o := range g.tasks {
		rows[o.row] = true
		spread = spread || o.spread
	}
	if len(g.tasks) == 0 {
		return ""
	}
	for _, o := range s.seen {
		if a := g.tasks[0]; o.block == a.block && o.column == a.column && o.kind == rowTask && !rows[o.row] && (spread || o.spread) {
			return o.name
		}
	}
	return ""
}

// atOdds returns the cell of another row whose sentence and this one's do not
// name the same things: one states persons and the other their parts, or they
// share a measure and this one stands in one of them only. "" for none. Rows
// that share nothing are the parts of one statement.
func (s *sheet) atOdds(o observed) string {
	rows, cells := map[int]map[string]bool{}, map[int]string{}
	spread := false
	for _, x := range s.seen {
		if x.block == o.block && x.column == o.column && x.kind == rowTask && !x.turned && (x.when == whenNone || x.when == whenMonth) {
			if rows[x.row] == nil {
				rows[x.row] = map[string]bool{}
			}
			rows[x.row][x.key], cells[x.row] = true, x.name
			spread = spread || x.spread
		}
	}
	if !spread || o.block < 0 {
		return ""
	}
	own := rows[o.row]
	for _, row := range slices.Sorted(maps.Keys(rows)) {
		for k := range rows[row] {
			if row != o.row && (own[k] || k == s.form.Total && s.anyPart(own) || own[s.form.Total] && s.lex.parts[k]) {
				return cells[row]
			}
		}
	}
	return ""
}

func (s *sheet) anyPart(keys map[string]bool) bool {
	return slices.ContainsFunc(s.form.Parts, func(p string) bool { return keys[p] })
}
