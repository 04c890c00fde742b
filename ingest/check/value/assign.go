package value

import (
	"slices"

	"taizhang/ledger"
)

// outcome is what becomes of a number with a label.
type outcome uint8

const (
	inDoubt outcome = iota
	takeNumber
	leaveAside // none of ours
	askDesk    // looks like ours
	perPart    // enterprises of one part: never summed
)

// resolve says which measure a number of the unit belongs to.
func (p *parser) resolve(g group, unit string) (string, outcome) {
	f, uc := p.x.form, unitClass(unit)
	persons := uc == "" || uc == p.x.person
	firms := uc != "" && uc == p.x.firm
	switch {
	case g.question:
		return "", askDesk
	case g.foreign:
		return "", leaveAside
	case len(g.others) > 0:
		m := f.Measure(g.others[0])
		if len(g.others) == 1 && len(g.parts) == 0 && m != nil && (uc == "" || uc == unitClass(m.Unit)) {
			return m.Key, takeNumber
		}
	case len(g.parts) == 1 && firms:
		return "", perPart
	case len(g.parts) == 1 && persons && (uc != "" || !g.count):
		return g.parts[0], takeNumber
	case len(g.parts) > 1 && len(g.parts) == len(f.Parts) && persons:
		return f.Total, takeNumber
	case len(g.parts) > 0:
	case g.count && (firms || (uc == "" || uc == "个") && !g.total):
		return f.Count, takeNumber
	case g.totalWord && firms && !g.total:
		return f.Count, takeNumber
	case (g.total || g.totalWord && !g.count) && persons:
		return f.Total, takeNumber
	case g.count && g.total && uc == p.x.person:
		return f.Total, takeNumber
	}
	return "", inDoubt
}

// number gives the number at the parser's place its label.
func (p *parser) number(t token) {
	c := p.clauses[p.in[p.i]]
	t.doubt = t.doubt || c.confusing
	if c.foreign && !c.own && !slices.ContainsFunc(p.pending, func(g group) bool { return !g.foreign }) && len(p.pending) > 0 && (!c.early || t.percent) {
		p.clear() // 完成目标任务的60%, 缴费金额30万元
		p.tainted = p.tainted || !t.percent
		return
	}
	t.doubt = t.doubt || c.unknown || p.upTo
	if len(p.pending) == 0 || p.used && t.unit != "" && unitClass(t.unit) == p.x.firm {
		if gs, next := p.behind(); len(gs) > 0 {
			p.pending, p.used = gs, false
			p.list([]token{t})
			p.i = next
			return
		}
	}
	switch {
	case p.each:
		p.every(t)
	case len(p.pending) > 1 && !p.inOrder && t.unit != "" && unitClass(t.unit) == p.x.firm && p.covers(p.pending):
		p.add(t, p.x.form.Count, item{}) // the head of the printed column, then 35户120人
	case len(p.pending) == 0 && p.inOrder:
		p.gather(t)
		p.doubt = true
		p.clear()
	case len(p.pending) == 0:
		p.unlabelled(t)
	case len(p.pending) > 1 || p.inOrder:
		p.list(p.gather(t))
	default:
		p.labelled(p.pending[0], t)
	}
}

// behind returns the labels that stand behind the number, alone in a bracket
// or at the end of the clause, and the index of their last token.
func (p *parser) behind() (gs []group, last int) {
	j := p.i + 1
	for j < len(p.toks) && p.toks[j].kind == tokNeutral {
		j++
	}
	if j == len(p.toks) {
		return nil, 0
	}
	bracket := p.toks[j].kind == tokBreak && p.toks[j].mark == '('
	if bracket {
		j++
	}
	probe := &parser{x: p.x}
	for ; j < len(p.toks); j++ {
		t := p.toks[j]
		switch {
		case t.kind == tokLabel:
			probe.label(t)
			continue
		case t.kind == tokNeutral:
			continue
		case bracket && t.kind == tokBreak && t.mark == '、':
			probe.joining = false
			continue
		case t.kind == tokBreak && (!bracket || t.mark == ')'):
			if !bracket {
				j--
			}
			return probe.pending, j
		}
		return nil, 0
	}
	return probe.pending, j - 1
}

// gather returns the numbers of a list that begins at t: 120、98、76人. The
// parser goes to the last of them; a unit behind the last counts for all.
func (p *parser) gather(t token) []token {
	list := []token{t}
	end := p.i
	for j := p.i + 1; j < len(p.toks); j++ {
		o := p.toks[j]
		if o.kind == tokNumber {
			o.doubt = o.doubt || p.clauses[p.in[j]].unknown || p.clauses[p.in[j]].confusing
			list, end = append(list, o), j
			continue
		}
		if o.kind == tokNeutral || o.kind == tokBreak && (o.mark == '、' || o.mark == ',') {
			continue
		}
		break
	}
	p.i = end
	unit := list[len(list)-1].unit
	for k := range list {
		if list[k].unit == "" {
			list[k].unit = unit
		}
	}
	return list
}

// list gives as many numbers to as many waiting labels, in their order; the
// rule book asks for 分别. One number for the labels of all parts is the total.
func (p *parser) list(ts []token) {
	gs, inOrder := p.pending, p.inOrder
	defer p.clear()
	foreign := !slices.ContainsFunc(gs, func(g group) bool { return !g.foreign })
	switch {
	case foreign:
		p.tainted = true
	case len(ts) == 1 && len(gs) > 1 && p.covers(gs) && !inOrder:
		p.add(ts[0], p.x.form.Total, item{})
	case len(ts) == len(gs):
		for k, t := range ts {
			t.joined = t.joined && !inOrder
			t.doubt = t.doubt || len(gs) > 1 != inOrder
			p.take(gs[k], t)
		}
	default:
		p.doubt = true
	}
}

// every puts the number of 各35人 in doubt for every label that waits.
func (p *parser) every(t token) {
	p.doubt, t.doubt = true, true
	for _, g := range p.pending {
		for _, k := range g.parts {
			p.add(t, k, item{})
		}
	}
	p.clear()
}

// labelled takes the number for the one label that waits. Enterprises of one
// part leave the label waiting for the persons.
func (p *parser) labelled(g group, t token) {
	firms := t.unit != "" && unitClass(t.unit) == p.x.firm
	p.take(g, t)
	switch {
	case firms && len(g.parts) > 0:
		p.used, p.joining = true, false
	case firms && g.totalWord:
		p.clear()
		p.totalWord = true
	default:
		p.clear()
	}
}

// take does with the number what its label says.
func (p *parser) take(g group, t token) {
	key, out := p.resolve(g, t.unit)
	switch out {
	case takeNumber:
		p.add(t, key, item{})
		p.firmsOf = slices.DeleteFunc(p.firmsOf, func(k string) bool { return k == key })
	case leaveAside:
		p.tainted = true
	case askDesk:
		p.once(ledger.HQuestion)
	case perPart:
		p.once(ledger.HCountPerPart)
		p.firmsOf = append(p.firmsOf, g.parts[0])
	case inDoubt:
		p.doubt = true
	}
}

func (p *parser) once(code ledger.Code) {
	if !slices.ContainsFunc(p.issues, func(i Issue) bool { return i.Code == code }) {
		p.issues = append(p.issues, issue(code))
	}
}

// unlabelled takes a number that no label names: by 户 or 家, by 合计 before it,
// by the label of the number before it where 本月 or 累计 tells them apart, or as
// persons by its unit.
func (p *parser) unlabelled(t token) {
	f, uc := p.x.form, unitClass(t.unit)
	switch {
	case uc != "" && uc == p.x.firm && slices.Contains(f.Parts, p.bracketOf):
		p.once(ledger.HCountPerPart) // 养老120人（35户）
		return
	case uc != "" && uc == p.x.firm:
		p.add(t, f.Count, item{})
		return
	case uc != "" && uc != p.x.person, t.percent:
		p.doubt = true
		return
	case p.totalWord:
		p.add(t, f.Total, item{})
		return
	}
	if p.modeStated {
		key, ok := p.inherit()
		if !ok {
			p.doubt = true
			return
		}
		if key != "" {
			p.add(t, key, item{inherited: true, weak: key == f.Total && p.items[len(p.items)-1].weak})
			return
		}
	}
	it := item{weak: true, whole: p.opens()}
	if uc == "" && !it.whole && p.numbers > 1 {
		p.doubt = true // a bare number beside others
		return
	}
	p.add(t, f.Total, it)
}

// opens reports that a bracket or a colon with more numbers follows.
func (p *parser) opens() bool {
	for j := p.i + 1; j < len(p.toks); j++ {
		switch t := p.toks[j]; {
		case t.kind == tokNeutral:
		case t.kind == tokColon, t.kind == tokBreak && t.mark == '(':
			return true
		default:
			return false
		}
	}
	return false
}

// inherit returns the label of the numbers since the last one that inherited
// its own, if they have but one; "" when there is no number to inherit from.
func (p *parser) inherit() (key string, ok bool) {
	for i := len(p.items) - 1; i >= p.hardStart; i-- {
		it := p.items[i]
		if it.inherited {
			break
		}
		if it.key == p.x.form.Count || it.key == key {
			continue
		}
		if key != "" || it.key == "" {
			return "", false
		}
		key = it.key
	}
	return key, true
}

// add records the number as the measure's, under the mode in force.
func (p *parser) add(t token, key string, it item) {
	if p.mode == tokEarlier {
		if !p.modeStated {
			p.doubt = true // 上月100人，工伤98人: of which month is the 98?
		}
		return
	}
	it.tok, it.key, it.mode, it.at = t, key, p.mode, p.i
	it.stated = p.mode == tokMonthly || p.modeStated || p.heading
	it.tainted = p.tainted
	it.doubt = t.doubt || t.joined || !t.known
	p.items = append(p.items, it)
}
