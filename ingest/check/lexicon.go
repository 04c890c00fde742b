package check

import (
	"slices"
	"strings"
	"unicode/utf8"

	"taizhang/ingest/check/value"
	"taizhang/internal/lazyregexp"
	"taizhang/ledger"
)

// class is what kind of word a header or label is.
type class uint8

const (
	classUnknown   class = iota
	classNeutral         // nothing but affixes, time words or a counting unit
	classMeasure         // one measure: term.key
	classOneColumn       // the printed single column
	classTask
	classWords
	classIgnored
	classForeign
	classQuestion
	classTotal // a word of total rows that is no measure's word
)

// when is the span of time a word limits its numbers to.
type when uint8

const (
	whenNone when = iota
	whenMonth
	whenCumulative
	whenEarlier
	whenBoth // 本月 and 累计 in one word: not to be told apart
)

// term is what a text means as a header or a label.
type term struct {
	class  class
	key    string // of classMeasure
	when   when
	month  value.Month // the month it names; Month.Month 0 for none
	counts counting
	total  bool // a total row's word
	sub    bool // of some rows only
	both   bool // a single column that asks for 户数 and 人数 together
	prose  bool // too long for a header
	label  role // of a label for a unit, a person or a date
	leads  bool // the text begins with that label
	within bool // the class is that of a word within the text, not of all of it
	rest   int  // characters that are left of an unknown word beside its time
	bare   bool // nothing but a counting unit: 人, （户）
}

// maxHeader is the longest text, in characters, that is read as a header.
const maxHeader = 60

// lexicon knows the form's words in the form in which they are compared.
type lexicon struct {
	form     *ledger.Form
	units    []ledger.Unit
	year     int
	city     string
	exact    map[string]term
	affixes  []string
	times    []timeWord // longest first
	totals   map[string]bool
	foreign  []string
	question []string
	names    []string // of the campaign, stripped from headers
	parts    map[string]bool
	labels   []labelWord
	cache    map[string]term    // of one file; nil in what New prepares
	known    *terms             // of files read before
	ownUnits *lazyregexp.Regexp // counting units that only this form has, in brackets: （期）; nil for none
}

type timeWord struct {
	text string
	when when
}

func newLexicon(c *ledger.Campaign) *lexicon {
	f := &c.Form
	l := &lexicon{form: f, units: c.Units, year: c.Year, city: value.Fold(c.City), exact: map[string]term{}, totals: map[string]bool{}, parts: map[string]bool{}, known: &terms{}}
	w := &f.Words
	l.affixes, l.foreign, l.question = folded(w.Affixes), folded(w.Foreign), folded(w.Question)
	l.labels = newLabelWords(w)
	l.names = folded(append([]string{f.Task, c.Name}, w.Campaign...))
	for _, p := range f.Parts {
		l.parts[p] = true
	}
	for _, s := range folded(w.TotalRow) {
		l.totals[s] = true
	}
	for _, g := range []struct {
		words []string
		when  when
	}{{w.Monthly, whenMonth}, {w.Cumulative, whenCumulative}, {w.Earlier, whenEarlier}} {
		for _, s := range folded(g.words) {
			l.times = append(l.times, timeWord{s, g.when})
		}
	}
	slices.SortStableFunc(l.times, func(a, b timeWord) int { return len(b.text) - len(a.text) })
	l.ownUnits = inBrackets(ownUnits(f))
	l.index()
	return l
}

// index fills the table of words. A word of two groups keeps the first of
// them: what is not ours, then what is held, then the measures.
func (l *lexicon) index() {
	f, w := l.form, &l.form.Words
	add := func(words []string, t term) {
		for _, s := range folded(words) {
			if _, taken := l.exact[s]; !taken {
				l.exact[s] = t
			}
		}
	}
	add(w.Foreign, term{class: classForeign})
	add(w.Question, term{class: classQuestion})
	for _, m := range f.Measures {
		add(append([]string{m.Name}, m.Words...), term{class: classMeasure, key: m.Key})
	}
	for _, s := range f.OneColumn {
		add([]string{s}, term{class: classOneColumn, both: l.asksBoth(s)})
	}
	add(w.TaskColumn, term{class: classTask})
	add(w.WordColumn, term{class: classWords})
	add(w.Ignored, term{class: classIgnored})
	add(w.TotalRow, term{class: classTotal})
	// Words of insurances are stripped as headers are (rule book §2).
	for _, m := range f.Measures {
		if !l.parts[m.Key] {
			continue
		}
		for _, s := range folded(append([]string{m.Name}, m.Words...)) {
			l.spread(s, term{class: classMeasure, key: m.Key})
		}
	}
}

// spread adds every stripped form of the word that nothing else claims.
func (l *lexicon) spread(word string, t term) {
	for _, s := range l.strip(word) {
		if utf8.RuneCountInString(s) < 2 {
			continue
		}
		if _, taken := l.exact[s]; !taken {
			l.exact[s] = t
		}
		l.spread(s, t)
	}
}

func folded(words []string) []string {
	var out []string
	for _, s := range words {
		if s = value.Fold(s); s != "" && !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	return out
}

// term returns what the text means as a header or label. Words match by
// equality after stripping, never by containment; containment only tells what
// a word that matches nothing must not be taken for (rule book §2).
func (l *lexicon) term(text string) term {
	if t, ok := l.cache[text]; ok {
		return t
	}
	short := len(text) <= 4*maxHeader // what is longer is prose, which hardly comes again
	t, known := term{}, false
	if short {
		t, known = l.known.get(text)
	}
	if !known {
		t = l.read(text)
		if ps := l.labelsIn(text); len(ps) > 0 {
			t.label, t.leads = ps[0].role, ps[0].leads
		}
		if short {
			l.known.put(text, t)
		}
	}
	if len(l.cache) < maxCells {
		l.cache[text] = t
	}
	return t
}

func (l *lexicon) read(text string) term {
	if text == "" {
		return term{}
	}
	if utf8.RuneCountInString(text) > maxHeader {
		return term{prose: true}
	}
	if at := sheetUnit.FindStringIndex(text); at != nil && at[0] == 0 && at[1] == len(text) {
		return term{class: classNeutral} // of the whole form
	}
	f := value.Fold(text)
	if t, ok := l.exact[f]; ok {
		t.total, t.sub = l.totals[f], f == subTotal
		if suffixUnit(f) == "人次" {
			t.counts = countsTimes
		}
		return l.timed(t, f)
	}
	if l.totals[f] {
		return term{class: classTotal, total: true, sub: f == subTotal}
	}
	rest, t := l.takeMarks(text)
	f, t = l.takeTime(value.Fold(rest), t)
	if wholeTotal.MatchString(f) {
		t.class = classTotal
		return t
	}
	found, counts := l.match(f)
	t.class, t.key, t.both = found.class, found.key, found.both
	if counts != countsNothing && t.counts == countsNothing {
		t.counts = counts
	}
	switch {
	case l.campaignOnly(f):
		t.class = classUnknown
		return t
	case f == "" && value.Fold(text) != "":
		t.class = classNeutral
	}
	t.total, t.sub = t.total || l.totals[f], t.sub || f == subTotal
	if t.class == classUnknown {
		t = l.several(rest, t)
	}
	if t.class == classUnknown {
		t.class, t.within = l.unlike(f), true
		if !uninsured.MatchString(f) {
			t.rest = l.core(f)
		}
	}
	return l.counted(t)
}

// campaignOnly reports a text that is the campaign's name and nothing else:
// the task, never a header.
func (l *lexicon) campaignOnly(f string) bool {
	if f == "" {
		return false
	}
	for _, n := range l.names {
		f = strings.ReplaceAll(f, n, "")
	}
	return f == "" || f == "计划"
}

// timed adds the time of a word that is listed whole, such as 本月新增.
func (l *lexicon) timed(t term, f string) term {
	for _, w := range l.times {
		if f == w.text {
			t.when = w.when
		}
	}
	return t
}

// takeMarks takes numbers of rows, counting units and months off the text.
func (l *lexicon) takeMarks(text string) (string, term) {
	var t term
	s := strings.ReplaceAll(text, "\n", "")
	if !monthOnly.MatchString(s) {
		s = enumerator.ReplaceAllString(s, "")
		s = formulaTail.ReplaceAllString(s, "")
	}
	if m := unitBracket.FindStringSubmatch(s); m != nil {
		t.counts = countingOf(m[1] + m[2])
		s = unitBracket.ReplaceAllString(s, "")
	}
	if l.ownUnits != nil {
		s = l.ownUnits.ReplaceAllString(s, "")
	}
	months := value.Months(s)
	if monthOnly.MatchString(s) && len(months) == 1 && !months[0].Day {
		t.month = months[0]
		return "", l.otherYear(t, months[0].Year)
	}
	switch {
	case spanMonth.MatchString(s):
		t.when = whenCumulative
		s = spanMonth.ReplaceAllString(s, "")
	case untilMonth.MatchString(s):
		t.when = whenCumulative
		s = untilMonth.ReplaceAllString(s, "")
	case len(months) == 1 && !months[0].Day && months[0].Valid && plainMonth.MatchString(s):
		t.month = months[0]
		s = plainMonth.ReplaceAllString(s, "")
	}
	if m := yearWord.FindStringSubmatch(s); m != nil {
		t = l.otherYear(t, atoi(m[1]))
		s = yearWord.ReplaceAllString(s, "")
	}
	return s, l.otherYear(t, t.month.Year)
}

// otherYear marks what belongs to another year than the campaign's.
func (l *lexicon) otherYear(t term, year int) term {
	if year != 0 && year != l.year && year != l.year+1 {
		t.when = whenEarlier
	}
	return t
}

// takeTime takes the words for 本月, 累计 and 上年 out of the folded text.
func (l *lexicon) takeTime(f string, t term) (string, term) {
	seen := map[when]bool{}
	if t.when != whenNone {
		seen[t.when] = true
	}
	for _, w := range l.times {
		if strings.Contains(f, w.text) {
			seen[w.when] = true
			f = strings.Replace(f, w.text, "", 1)
		}
	}
	switch {
	case seen[whenEarlier]:
		t.when = whenEarlier
	case seen[whenMonth] && seen[whenCumulative]:
		t.when = whenBoth
	case seen[whenCumulative]:
		t.when = whenCumulative
	case seen[whenMonth]:
		t.when = whenMonth
	}
	return f, t
}

// limits reports that the time a label names limits the numbers beside it: the
// label is a word of figures or nothing but that time. 2021年专项行动中发现的未参保企业
// is a task of this month (rule book §2: by equality, not by containment).
func (t term) limits() bool { return t.class != classUnknown && !t.within }

// halfTime reports a label that names another time and so little besides that it
// may be a comparison as well as a task: 往年结转.
func (t term) halfTime() bool {
	return (t.when == whenCumulative || t.when == whenEarlier) && t.class == classUnknown && t.rest > 0 && t.rest <= 2
}

// headerish reports a word that headers are made of.
func (t term) headerish() bool {
	switch t.class {
	case classUnknown, classTotal:
		return false
	case classNeutral:
		return true
	}
	return true
}

// figureWord reports a word that names a measure.
func (t term) figureWord() bool { return t.class == classMeasure || t.class == classOneColumn }

// figures reports a word of a column or row of numbers.
func (t term) figures() bool {
	return t.class == classMeasure || t.class == classOneColumn || t.class == classForeign || t.class == classQuestion ||
		t.class == classNeutral
}

func atoi(s string) int {
	n := 0
	for _, r := range s {
		n = n*10 + int(r-'0')
	}
	return n
}
