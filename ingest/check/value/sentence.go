package value

import (
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"taizhang/internal/lazyregexp"
	"taizhang/ledger"
)

// SentenceRead is what a sentence in the printed column says.
type SentenceRead struct {
	// Month holds what counts for the month, Cumulative what is said to be
	// cumulative: a cross-check. Doubtful numbers are in neither. Sheet and Cell
	// are left to the caller.
	Month, Cumulative ledger.Figures
	Issues            []Issue
	// Times are the months and years that the sentence names for its month's
	// figures (4月份新增30人), for the caller to compare with the period; Month is 0
	// for a bare year.
	Times []Month
}

// maxSentence is the longest sentence that is read, in characters; a longer
// one blocks.
const maxSentence = 2000

// tooLong reports a text that is longer than any sentence that is read: nothing
// of it is looked at, for a workbook of 100 KB can hold thousands of them.
func tooLong(text string) bool {
	return len(text) > maxSentence && utf8.RuneCountInString(text) > maxSentence
}

// Sentence reads a sentence of the printed column (rule book §2): numbers
// count by their label, before or behind, and by their unit; 本月 counts and 累计
// is kept apart; 分别 gives as many numbers to as many names in their order.
// Dates, growth and the numbers of other insurances are left aside. Whatever
// cannot be told with certainty is not taken: the sentence blocks (C16), with
// the obvious reading offered. All words come from the form.
func Sentence(text string, f *ledger.Form) SentenceRead {
	p := newPlain(text)
	if len(p.rs) == 0 {
		return SentenceRead{}
	}
	if p.reversed || len(p.rs) > maxSentence {
		return SentenceRead{Issues: []Issue{issue(ledger.CSentence, "offer", "")}}
	}
	x := lexiconOf(f)
	ps := newParser(x, x.tokens(p))
	ps.run()
	return ps.settle()
}

var (
	clockTime     = lazyregexp.New(`\d{1,2}[:时]\d{1,2}(?:[:分]\d{1,2})?`)
	sentenceStuff = lazyregexp.New(`[\d,.%‰]|人次|[人名户家个次万亿千百成负]|百分之|约|大约|大概|余|多|将?近|左右|上下|以[上下]|不足|不到|至[少多]|超过?|逾|几乎?|可能|预计|估计|至|到|来|若干|[〇零一二两三四五六七八九十]`)
	numeralUnit   = lazyregexp.New(`[〇零一二两三四五六七八九十百千万壹贰叁肆伍陆柒捌玖拾佰仟]+ *[人户家名]|[一二两三四五六七八九][十百千][〇零一二两三四五六七八九十百千万]*`)
	digitUnit     = lazyregexp.New(`\d *\(?[人户家名]`)
	labelledZero  = lazyregexp.New(`\p{Han}{2,} *[::]? *无 *([,、;。\n]|$)|: *无`)
)

// IsSentence reports a text that says more than one number with its unit:
// words that name what the numbers are, or several numbers told apart by their
// units. A vague number, a range, a date and a bare list of numbers are none:
// Number says what is wrong with them.
//
// A text that is too long to be read is taken for one by its digits alone.
func IsSentence(text string) bool {
	if tooLong(text) {
		return strings.ContainsAny(text, "0123456789")
	}
	s := dateDigits(text)
	months := Months(s)
	for _, m := range months {
		s = strings.Replace(s, m.Text, "", 1)
	}
	s = clockTime.ReplaceAllString(s, "")
	if !strings.ContainsAny(s, "0123456789") && !numeralUnit.MatchString(s) {
		return labelledZero.MatchString(s) && !nothingWords.MatchString(removeBlanks(s))
	}
	if len(digitUnit.FindAllString(s, -1))+len(numeralUnit.FindAllString(s, -1)) > 1 && !rangeText.MatchString(s) {
		return true
	}
	if len(months) > 0 && digitUnit.MatchString(s) {
		return true // 5月份，120人
	}
	rest := sentenceStuff.ReplaceAllString(s, "")
	return strings.ContainsFunc(rest, isHan)
}

// item is one number of a sentence with what it is taken for.
type item struct {
	tok       token
	key       string
	mode      tokenKind // tokMonthly, tokCumulative or tokEarlier
	stated    bool      // the mode's word stands with it, or it needs none
	weak      bool      // a total by its unit alone
	whole     bool      // its parts follow: 其中, a bracket
	inherited bool      // its label is the last number's
	tainted   bool      // a label stands before that it may belong to
	doubt     bool
	at        int // index of the token
}

// settle decides what cannot be decided number by number, and reports.
func (p *parser) settle() SentenceRead {
	p.settleModes()
	p.settleTotals()
	p.settleRepeats()
	r := SentenceRead{Month: ledger.Figures{}, Cumulative: ledger.Figures{}, Issues: p.issues}
	for i := range p.items {
		it := &p.items[i]
		if it.doubt {
			p.doubt = true
			continue
		}
		fs := r.Month
		if it.mode == tokCumulative {
			fs = r.Cumulative
		}
		if it.mode == tokMonthly {
			p.times(&r, it.at)
		}
		if _, has := fs[it.key]; has {
			continue
		}
		g := ledger.NewNumber(it.tok.value)
		g.Text = it.tok.text
		fs[it.key] = g
		if it.tok.unit == "人次" {
			r.Issues = append(r.Issues, issue(ledger.CPersonTime, "measure", it.key))
		}
	}
	switch {
	case p.doubt || len(r.Month)+len(r.Cumulative)+len(r.Issues) == 0:
		r.Issues = append(r.Issues, issue(ledger.CSentence, "offer", p.offer(tokMonthly)))
	case len(r.Month) > 0:
		r.Issues = append(r.Issues, issue(ledger.CNormalised, "read", p.offer(tokMonthly)))
	case len(r.Cumulative) > 0:
		r.Issues = append(r.Issues, issue(ledger.CNormalised, "read", p.offer(tokCumulative)))
	}
	return r
}

// times adds the months and years that stand with the number: in its clause, or
// in clauses beside it that hold no number and nothing else to say.
func (p *parser) times(r *SentenceRead, at int) {
	first, last := p.in[at], p.in[at]
	heads := func(c int) bool { return p.clauses[c].numbers == 0 && !p.clauses[c].free }
	for first > 0 && heads(first-1) {
		first--
	}
	for last+1 < len(p.clauses) && heads(last+1) {
		last++
	}
	for i, t := range p.toks {
		if !t.date || p.in[i] < first || p.in[i] > last {
			continue
		}
		ms := Months(t.text)
		if year := yearText.FindString(t.text); year != "" {
			ms = []Month{{Year: number(year[:4]), Text: t.text, Valid: true}}
		}
		for _, m := range ms {
			if !slices.Contains(r.Times, m) {
				r.Times = append(r.Times, m)
			}
		}
	}
}

// settleModes decides the numbers that follow 累计 without a word of their own.
// Those whose month is stated elsewhere are cumulative, those whose cumulative
// is stated elsewhere are the month's; where no month is stated at all they
// are cumulative; else they are in doubt.
func (p *parser) settleModes() {
	stated := map[tokenKind]map[string]bool{tokMonthly: {}, tokCumulative: {}}
	months := false
	for _, it := range p.items {
		if it.stated && it.mode != tokEarlier {
			stated[it.mode][it.key] = true
			months = months || it.mode == tokMonthly
		}
	}
	for i := range p.items {
		it := &p.items[i]
		if it.stated || it.mode != tokCumulative {
			continue
		}
		month, cumulative := stated[tokMonthly][it.key], stated[tokCumulative][it.key]
		switch {
		case month && !cumulative, !months && !cumulative:
		case cumulative && !month:
			it.mode = tokMonthly
		default:
			it.doubt = true
		}
	}
}

// settleTotals decides the totals. A number that only its unit calls persons
// may be the missing part's where some parts stand beside it; a total behind a
// label in free text, or behind another insurance's number, may be that one's
// (养老目标200人，完成120人). With all parts stated neither can be.
func (p *parser) settleTotals() {
	for i := range p.items {
		it := &p.items[i]
		parts := map[string]bool{}
		for _, o := range p.items {
			if o.mode == it.mode && slices.Contains(p.x.form.Parts, o.key) {
				parts[o.key] = true
			}
		}
		if it.key != p.x.form.Total || len(parts) == len(p.x.form.Parts) {
			continue
		}
		if it.tainted {
			it.doubt = true
		} else if it.weak && len(parts) > 0 && !it.whole {
			it.doubt, it.key = true, ""
		}
	}
}

// settleRepeats puts every number in doubt whose label has another number.
func (p *parser) settleRepeats() {
	for i := range p.items {
		for j := range p.items {
			a, b := &p.items[i], &p.items[j]
			if i != j && a.key != "" && a.key == b.key && a.mode == b.mode && (!a.tok.known || !b.tok.known || a.tok.value != b.tok.value) {
				a.doubt, b.doubt = true, true
			}
		}
	}
}

// offer spells what the numbers of the mode come to: 企业养老120人、工伤98人. A label
// with two numbers shows both: 企业养老120/98人.
func (p *parser) offer(mode tokenKind) string {
	var out []string
	for _, m := range p.x.form.Measures {
		var vs []string
		for _, it := range p.items {
			v := strconv.FormatInt(it.tok.value, 10)
			if it.key == m.Key && it.mode == mode && it.tok.known && !slices.Contains(vs, v) {
				vs = append(vs, v)
			}
		}
		if len(vs) > 0 {
			out = append(out, m.Name+strings.Join(vs, "/")+m.Unit)
		}
	}
	return strings.Join(out, "、")
}
