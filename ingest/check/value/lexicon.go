package value

import (
	"reflect"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"
	"unicode"

	"taizhang/internal/lazyregexp"
	"taizhang/ledger"
)

// tokenKind is what a piece of a sentence is.
type tokenKind uint8

const (
	tokUnknown    tokenKind = iota
	tokNeutral              // 新增, 为, 我县: changes nothing
	tokNumber               // a number with its unit
	tokLabel                // names a measure, or what is none of ours
	tokMonthly              // 本月
	tokCumulative           // 累计
	tokEarlier              // 上月
	tokUpTo                 // 截至: of the month or of the year, it does not say
	tokWhole                // 其中: what came before is the whole
	tokInOrder              // 分别
	tokEach                 // 各
	tokNothing              // 无新增: nothing, and no 0
	tokBreak                // , 、 ; 。 ( ) line break
	tokColon
)

// labelKind is what a label names.
type labelKind uint8

const (
	labelNone     labelKind = iota
	labelMeasure            // key holds the measure
	labelTotal              // 合计, 共: a total of whatever the unit says
	labelForeign            // none of ours
	labelQuestion           // looks like ours and is not
)

// word is one entry of a lexicon.
type word struct {
	text  []rune
	kind  tokenKind
	label labelKind
	key   string // of a measure
}

// lexicon holds the words of a form, longest first, and its units.
type lexicon struct {
	of    ledger.Form // the form as it was when this was made
	form  *ledger.Form
	words []word
	units []string // longest first
	aside *lazyregexp.Regexp
	// campaignRun is the campaign's name right behind a year, which is then the
	// campaign's and limits no number.
	campaignRun *lazyregexp.Regexp
	person      string // class of the total's unit
	firm        string // class of the count's unit, "" for none
}

// Words that belong to the language and to no form.
var (
	wholeWords   = []string{"其中"}
	inOrderWords = []string{"分别", "依次", "各自"}
	eachWords    = []string{"各", "均", "平均", "每", "人均", "户均"}
	sinceWords   = []string{"累计", "今年以来", "年初以来", "年初至今", "今年累计"}
	upToWords    = []string{"截至", "截止", "截至目前", "截止目前", "至今", "今年", "本年", "本年度", "年内"}
	totalWords   = []string{"合计", "共计", "总计", "总共", "一共", "共", "总"}
	nothingList  = []string{"无新增", "暂无新增", "暂无", "没有", "没有新增", "未新增", "暂未新增", "尚无", "无新增参保", "无新增人员"}
	neutralWords = []string{
		"新增", "参保", "扩面", "人数", "保险", "新增参保", "参保人员", "参保职工", "参保情况", "新增人员", "情况", "情况如下", "如下", "具体", "具体为", "为", "是", "有", "完成", "实现", "了", "的",
		"我县", "我市", "我区", "全县", "全市", "全区", "本县", "本市", "本区", "参加", "增加", "办理", "各项", "三项", "三险", "三项保险", "各险种", "险种", "单位", "新", "增", "社会保险", "职工", "企业", "涉及", "数", "新增加", "参保扩面成效", "扩面成效", "参保成效",
	}
	joinWords   = []string{"以及", "和", "及", "与"}
	growthVerbs = `(?:净)?(?:增长|增加|提高|上升|下降|降低|减少|多|少|增|降)`
)

// lastLexicon is the one made last: a program has one form, and a sheet may have
// thousands of sentences.
var lastLexicon atomic.Pointer[lexicon]

// lexiconOf returns the lexicon of the form.
func lexiconOf(f *ledger.Form) *lexicon {
	if x := lastLexicon.Load(); x != nil && x.form == f && reflect.DeepEqual(x.of, *f) {
		return x
	}
	x := newLexicon(f)
	lastLexicon.Store(x)
	return x
}

// newLexicon gathers the words of the form. Of two meanings of one word the
// first stated here counts.
func newLexicon(f *ledger.Form) *lexicon {
	x := &lexicon{form: f, of: *f}
	seen := map[string]bool{}
	add := func(w word, texts ...string) {
		for _, t := range texts {
			if t = Fold(t); t != "" && !seen[t] {
				seen[t] = true
				w.text = []rune(t)
				x.words = append(x.words, w)
			}
		}
	}
	add(word{kind: tokWhole}, wholeWords...)
	add(word{kind: tokInOrder}, inOrderWords...)
	add(word{kind: tokNeutral}, "各项", "各险种", f.Task)
	add(word{kind: tokEach}, eachWords...)
	add(word{kind: tokLabel, label: labelQuestion}, f.Words.Question...)
	add(word{kind: tokMonthly}, f.Words.Monthly...)
	add(word{kind: tokCumulative}, slices.Concat(f.Words.Cumulative, sinceWords)...)
	add(word{kind: tokEarlier}, f.Words.Earlier...)
	add(word{kind: tokLabel, label: labelTotal}, totalWords...)
	for _, w := range f.Words.TotalRow {
		if !slices.ContainsFunc(f.Words.Cumulative, func(c string) bool { return strings.HasPrefix(Fold(w), Fold(c)) }) {
			add(word{kind: tokLabel, label: labelTotal}, w)
		}
	}
	for _, m := range f.Measures {
		add(word{kind: tokLabel, label: labelMeasure, key: m.Key}, append([]string{m.Name}, m.Words...)...)
	}
	add(word{kind: tokLabel, label: labelForeign}, f.Words.Foreign...)
	add(word{kind: tokUpTo}, upToWords...)
	add(word{kind: tokNothing}, nothingList...)
	add(word{kind: tokNeutral}, slices.Concat(f.Words.Affixes, neutralWords, f.Words.Campaign)...)
	slices.SortStableFunc(x.words, func(a, b word) int { return len(b.text) - len(a.text) })
	x.addUnits()
	amount := `(?:约)?\d[\d,]*(?:\.\d+)?(?:%|个百分点|` + alternatives(x.units) + `)`
	x.campaignRun = lazyregexp.New(`^ ?(?:度)?\p{Han}{0,4}?(?:` + alternatives(f.Words.Campaign) + `)`)
	x.aside = lazyregexp.New(`^(?:(?:较|比|与|同)(?:(?:去年|上年)?\d{1,2}月(?:份)?|` + alternatives(f.Words.Earlier) + `)(?:同期)?(?:相比)?|同比|环比)` + growthVerbs +
		`(?:了)?(?:` + amount + `(?:[ ,、和及]*` + amount + `)*|(?:约)?\d[\d,]*(?:\.\d+)?)`)
	return x
}

// addUnits gathers the units of the form and the words that mean the same.
func (x *lexicon) addUnits() {
	for _, m := range x.form.Measures {
		for _, u := range sameUnits(m.Unit) {
			if !slices.Contains(x.units, u) {
				x.units = append(x.units, u)
			}
		}
	}
	slices.SortStableFunc(x.units, func(a, b string) int { return len(b) - len(a) })
	if m := x.form.Measure(x.form.Total); m != nil {
		x.person = unitClass(m.Unit)
	}
	if m := x.form.Measure(x.form.Count); m != nil {
		x.firm = unitClass(m.Unit)
	}
}

// sameUnits returns the units that count the same as u.
func sameUnits(u string) []string {
	switch u {
	case "人":
		return []string{"人", "名", "人次"}
	case "户":
		return []string{"户", "家"}
	case "":
		return nil
	}
	return []string{u}
}

// unitClass returns the unit that stands for all that count the same.
func unitClass(u string) string {
	switch u {
	case "名", "人次":
		return "人"
	case "家":
		return "户"
	}
	return u
}

func alternatives(words []string) string {
	quoted := make([]string, 0, len(words)+1)
	for _, w := range words {
		quoted = append(quoted, regexp.QuoteMeta(w))
	}
	slices.SortStableFunc(quoted, func(a, b string) int { return len(b) - len(a) })
	if len(quoted) == 0 {
		return `[^\s\S]` // matches nothing
	}
	return strings.Join(quoted, "|")
}

// match returns the longest word of the lexicon at the start of rs, blanks
// inside it skipped, and how many runes it takes.
func (x *lexicon) match(rs []rune) (word, int) {
	for _, w := range x.words {
		if n := prefixLen(rs, w.text); n > 0 {
			return w, n
		}
	}
	return word{}, 0
}

// unit returns the unit at the start of rs, bracketed or not, and how many
// runes it takes with the blanks before it.
func (x *lexicon) unit(rs []rune) (string, int) {
	skip := 0
	for skip < len(rs) && isBlank(rs[skip]) {
		skip++
	}
	for _, u := range x.units {
		for _, form := range []string{u, "(" + u + ")", strings.Replace(u, "次", "(次)", 1)} {
			if n := prefixLen(rs[skip:], []rune(form)); n > 0 {
				return u, skip + n
			}
		}
	}
	return "", 0
}

// prefixLen returns how many runes of rs spell the word, blanks inside it
// skipped, or 0. Latin letters match in either case.
func prefixLen(rs, text []rune) int {
	i := 0
	for k, r := range text {
		for k > 0 && i < len(rs) && rs[i] == ' ' {
			i++
		}
		if i >= len(rs) || unicode.ToLower(rs[i]) != r {
			return 0
		}
		i++
	}
	return i
}
