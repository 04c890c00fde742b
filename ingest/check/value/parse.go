package value

import (
	"slices"
	"strings"

	"taizhang/internal/lazyregexp"
	"taizhang/ledger"
)

// group is what stands before or behind a number to name it: labels with
// nothing but neutral words between, such as 养老 and 参保人数.
type group struct {
	parts, others     []string
	count, total      bool
	totalWord         bool // 合计, 共
	foreign, question bool
}

// clause is what stands between two breaks.
type clause struct {
	unknown   bool // holds words that are not understood
	numbers   int
	free      bool // text without a number
	confusing bool // numbers and labels in an order that can be read both ways
	early     bool // words not understood stand before the first foreign label
	own       bool // holds a label of ours
	foreign   bool
	number    int    // 1 + index of the number it is a bracket directly behind of; 0 for none
	text      string // what is not understood
}

// parser gives each number of a sentence its label and mode.
type parser struct {
	x       *lexicon
	toks    []token
	clauses []clause
	in      []int // clause of each token
	numbers int   // in the whole text
	i       int

	pending   []group
	used      bool // pending has named a number already and may name another
	joining   bool // the next label belongs to the last pending one
	afterHead bool // a colon or line break came since the last label
	inOrder   bool
	each      bool
	totalWord bool // 合计 stands before in this clause

	mode       tokenKind
	modeStated bool      // in this clause
	outside    tokenKind // the mode before the bracket that is open
	heading    bool      // 累计：
	upTo       bool
	bracketOf  string   // measure of the number directly before the bracket that is open
	firmsOf    []string // parts whose enterprises were named and whose persons were not
	hardStart  int      // items before it lie before a full stop, semicolon or line break

	items   []item
	issues  []Issue
	tainted bool // a label stood before that a number without one may belong to
	doubt   bool
}

func newParser(x *lexicon, toks []token) *parser {
	toks = modesFirst(toks)
	p := &parser{x: x, toks: toks, mode: tokMonthly, in: make([]int, len(toks))}
	p.clauses = append(p.clauses, clause{})
	order := ""
	for i, t := range toks {
		if t.kind == tokBreak {
			p.endClause(order)
			next := clause{}
			if t.mark == '(' && i > 0 && toks[i-1].kind == tokNumber {
				next.number = i
			}
			p.clauses, order = append(p.clauses, next), ""
		}
		p.in[i] = len(p.clauses) - 1
		order = p.count(&p.clauses[p.in[i]], t, order)
	}
	p.endClause(order)
	return p
}

// modesFirst puts 累计 or 本月 that stands alone in a bracket behind a number
// before the number: 120人（累计）.
func modesFirst(toks []token) []token {
	for i := 0; i+2 < len(toks); i++ {
		n, open, mode := toks[i], toks[i+1], toks[i+2]
		closed := i+3 == len(toks) || toks[i+3].kind == tokBreak && toks[i+3].mark == ')'
		if n.kind == tokNumber && open.kind == tokBreak && open.mark == '(' && closed &&
			(mode.kind == tokMonthly || mode.kind == tokCumulative || mode.kind == tokEarlier) {
			toks[i], toks[i+1], toks[i+2] = mode, n, open
		}
	}
	return toks
}

// count adds a token to the clause, and to the order of labels and numbers.
func (p *parser) count(c *clause, t token, order string) string {
	switch t.kind {
	case tokColon:
		head := strings.TrimSuffix(order, "L")
		c.confusing = c.confusing || confusing(head)
		return order[len(head):] // the label before a colon is the next number's
	case tokUnknown:
		c.unknown = true
		c.text += t.text
		c.early = c.early || !c.foreign
	case tokNothing:
		c.numbers++
	case tokNumber:
		c.numbers++
		p.numbers++
		if p.x.firm == "" || unitClass(t.unit) != p.x.firm {
			return order + "N"
		}
	case tokLabel:
		c.foreign = c.foreign || t.label == labelForeign
		c.own = c.own || t.label == labelMeasure || t.label == labelQuestion
		if !strings.HasSuffix(order, "L") {
			return order + "L"
		}
	}
	return order
}

func (p *parser) endClause(order string) {
	c := &p.clauses[len(p.clauses)-1]
	c.free = c.unknown && c.numbers == 0
	c.confusing = c.confusing || confusing(order)
	if c.free && c.number > 0 && !pointsElsewhere.MatchString(c.text) {
		p.toks[c.number-1].doubt = true // 120人（暂定）, 120人（含上月）, 120（元）
	}
}

// pointsElsewhere is a remark that says nothing of the number before it.
var pointsElsewhere = lazyregexp.New(`^(?:具体|详)?(?:见|附)?(?:附件|附表|附后|名单附后|名单)$`)

// unsureText calls the numbers beside it preliminary.
var unsureText = lazyregexp.New(`待核|未核实|暂定|待定|估算|估计数|预估|初步统计|初步数|仅供参考|不准确`)

// confusing reports an order of labels and numbers that can be read both ways:
// 120人养老98人工伤76人, and 养老120人工伤.
func confusing(order string) bool {
	return strings.HasPrefix(order, "N") && strings.Contains(order, "LN") ||
		strings.HasPrefix(order, "L") && strings.HasSuffix(order, "L") && strings.Contains(order, "N")
}

// run walks the tokens once.
func (p *parser) run() {
	for p.i < len(p.toks) {
		t := p.toks[p.i]
		if c := p.in[p.i]; p.clauses[c].free && t.kind != tokBreak {
			p.drop(t)
			p.i++
			continue
		}
		p.step(t)
		p.i++
	}
	if len(p.pending) > 0 && !p.used && !p.covers(p.pending) && slices.ContainsFunc(p.pending, func(g group) bool { return !g.foreign }) {
		p.doubt = true // a label without a number
	}
}

func (p *parser) step(t token) {
	switch t.kind {
	case tokBreak:
		p.pause(t.mark)
	case tokColon:
		p.afterHead = true
		if p.i > 0 && p.toks[p.i-1].kind == tokCumulative {
			p.heading = true
		}
	case tokLabel:
		p.label(t)
	case tokMonthly, tokCumulative, tokEarlier:
		p.mode, p.modeStated, p.upTo, p.heading = t.kind, true, false, false
	case tokUpTo:
		p.upTo = true
	case tokWhole:
		p.markWhole()
	case tokInOrder:
		p.inOrder = true
	case tokEach:
		p.each = true
	case tokNothing:
		p.nothing()
	case tokNumber:
		p.number(t)
	}
}

// sumWord is in a word for the persons of all parts together.
var sumWord = lazyregexp.New(`[合总共]`)

// unsure ends a text whose writer has yet to look into its numbers: a question
// mark in words (rule book §2, "never guessed").
var unsure = lazyregexp.New(`(待(核实?|查|定|确认|统计|核对|核查)|[未正]在?(核实|统计|核对|确认)中?|暂定|暂估)$`)

// leftOpen is what stands where a number was to be written.
var leftOpen = lazyregexp.New(`^[-—–―/\\_~*×xX ]*[人户家名]?$`)

// pause ends a clause. What a bracket says of its mode ends with the bracket.
func (p *parser) pause(mark rune) {
	switch mark {
	case '(':
		p.outside, p.bracketOf = p.mode, ""
		if n := len(p.items); n > 0 && p.items[n-1].at == p.i-1 {
			p.bracketOf = p.items[n-1].key
		}
	case ')':
		p.bracketOf = ""
		if p.outside != tokUnknown {
			p.mode, p.outside = p.outside, tokUnknown
		}
	}
	p.joining, p.totalWord = false, false
	if mark != '、' {
		p.modeStated = false
	}
	if strings.ContainsRune(";。\n!.", mark) {
		p.afterHead = true
		p.hardStart = len(p.items)
	}
	if mark == '。' {
		p.tainted = false
	}
}

// drop passes over text without a number. A label of ours in it may belong to
// a number that follows, so a number without a label is in doubt then.
func (p *parser) drop(t token) {
	p.doubt = p.doubt || t.kind == tokUnknown && unsureText.MatchString(t.text)
	if c := p.clauses[p.in[p.i]]; t.kind == tokUnknown && c.own && (wordVague.MatchString(t.text) || leftOpen.MatchString(t.text)) {
		p.doubt = true // 养老若干人, 养老—, 工伤____人
	}
	if t.kind == tokUnknown && unsure.MatchString(t.text) {
		p.doubt = true // 120人（待核实）
	}
	if t.kind == tokLabel && t.label != labelForeign && t.label != labelTotal {
		p.label(t)
	}
	if next := p.i + 1; next < len(p.toks) && p.in[next] == p.in[p.i] {
		return
	}
	if !p.used && len(p.pending) > 0 && !p.covers(p.pending) {
		p.tainted = true
	}
	p.pending, p.used, p.joining = nil, false, false
}

// covers reports that the groups name all parts and nothing else: the head of
// the printed column.
func (p *parser) covers(gs []group) bool {
	var parts []string
	for _, g := range gs {
		if g.foreign || g.question || g.count || len(g.others) > 0 {
			return false
		}
		parts = append(parts, g.parts...)
	}
	for _, k := range p.x.form.Parts {
		if !slices.Contains(parts, k) {
			return false
		}
	}
	return len(parts) > 0
}

// label adds a label to the group before it, or begins a group.
func (p *parser) label(t token) {
	if p.headsOfPart(t) {
		p.joining, p.used = true, false
		return // 养老参保户数19户，参保人数120人: the persons are the part's too
	}
	if p.used || p.afterHead && len(p.pending) > 1 && p.covers(p.pending) {
		p.pending, p.used, p.joining = nil, false, false
	}
	if !p.joining || len(p.pending) == 0 {
		p.pending = append(p.pending, group{})
	}
	p.joining, p.afterHead = true, false
	g := &p.pending[len(p.pending)-1]
	f := p.x.form
	switch {
	case t.label == labelForeign:
		g.foreign = true
	case t.label == labelQuestion:
		g.question = true
	case t.label == labelTotal:
		g.totalWord, p.totalWord = true, true
	case t.key == f.Total:
		g.total = true
	case t.key == f.Count:
		g.count = true
	case slices.Contains(f.Parts, t.key):
		if !slices.Contains(g.parts, t.key) {
			g.parts = append(g.parts, t.key)
		}
	default:
		g.others = append(g.others, t.key)
	}
}

// headsOfPart reports that the label asks for the persons of the one part whose
// enterprises were named just before it. Behind a full stop, or while another
// part lacks its persons too, they may be everybody's: that is in doubt.
func (p *parser) headsOfPart(t token) bool {
	if !p.used || len(p.pending) != 1 || len(p.pending[0].parts) != 1 || t.key != p.x.form.Total || sumWord.MatchString(t.text) {
		return false
	}
	p.doubt = p.doubt || p.afterHead || len(p.firmsOf) > 1
	return true
}

// markWhole says that the number before is the whole of what follows.
func (p *parser) markWhole() {
	for i := len(p.items) - 1; i >= 0; i-- {
		if it := &p.items[i]; it.mode == p.mode {
			it.whole = true
			return
		}
	}
}

// nothing says of every label that waits that there is nothing, which is no 0.
func (p *parser) nothing() {
	named := false
	for _, g := range p.pending {
		key, out := p.resolve(g, "")
		if out == takeNumber {
			p.issues, named = append(p.issues, issue(ledger.CNothing, "measure", key)), true
		}
		named = named || out == leaveAside
	}
	if !named {
		p.issues = append(p.issues, issue(ledger.CNothing))
	}
	p.clear()
}

func (p *parser) clear() {
	p.pending, p.used, p.joining, p.inOrder, p.each = nil, false, false, false, false
}
