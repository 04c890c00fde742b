package value

import (
	"strconv"
	"strings"

	"taizhang/internal/lazyregexp"
)

// token is a piece of a sentence.
type token struct {
	kind  tokenKind
	text  string // as the source writes it
	mark  rune   // of a break
	label labelKind
	key   string

	value   int64 // of a number
	known   bool  // the value means something
	doubt   bool  // it must not be taken
	unit    string
	percent bool
	joined  bool // in a run of numbers with bare commas between
	date    bool // names a month or a year
}

var (
	dateToken   = lazyregexp.New(`^(?:(?:\d{4} ?年度?|今年|本年) ?)?(?:\d{1,2}|[一二三四五六七八九十]{1,3}) ?月(?:份|底|末|初)?(?: ?(?:\d{1,2}|[一二三四五六七八九十廿]{1,4}) ?[日号])?(?:前|止)?|^(?:19|20)\d{2}([-./])\d{1,2}[-./]\d{1,2}`)
	yearToken   = lazyregexp.New(`^\d{4} ?年度?`)
	spanToken   = lazyregexp.New(`^(?:\d{4} ?年 ?)?(\d{1,2}) ?月? ?(?:-|~|—|–|至|到)+ ?(\d{1,2}) ?月(?:份)?|^[一二三四五六七八九十]{1,2}月?[至到][一二三四五六七八九十]{1,2}月(?:份)?`)
	paperToken  = lazyregexp.New(`^\p{Han}{0,8}[(\[]\d{4}[)\]]\d{1,3}号(?:文件|文)?`)
	bulletToken = lazyregexp.New(`^(?:\((\d{1,2}|[一二三四五六七八九十]{1,2})\)|(\d{1,2})(?:[.、)])|[一二三四五六七八九十]{1,2}(?:是|、|\)))`)
	bulletRing  = lazyregexp.New(`^[①-⑳⑴-⒇⒈-⒛]`)
	numberToken = lazyregexp.New(`^(?:[1-9]\d{0,2}(?:,\d{3})+|\d+)(?:\.\d+)?`)
	placeToken  = lazyregexp.New(`^\p{Han}{2,20}(市|县|区|中心|局)$`)
	doubtPlace  = lazyregexp.New(`[未不拟减退停欠各预约近]`)
)

// scanner cuts a sentence into tokens.
type scanner struct {
	x       *lexicon
	p       plain
	toks    []token
	bullets int
}

// tokens cuts the text into tokens by the form's words.
func (x *lexicon) tokens(p plain) []token {
	s := &scanner{x: x, p: p}
	for i := 0; i < len(p.rs); {
		i += s.next(i)
	}
	return s.places()
}

func (s *scanner) emit(i, n int, t token) int {
	t.text = s.p.source(i, i+n)
	if k := len(s.toks); t.kind == tokUnknown && k > 0 && s.toks[k-1].kind == tokUnknown {
		s.toks[k-1].text += t.text
		return n
	}
	s.toks = append(s.toks, t)
	return n
}

// next emits the token at rune i and returns its length. Whatever is not
// understood is an unknown token: beside a number it makes doubt.
func (s *scanner) next(i int) int {
	rest := s.p.rs[i:]
	text := string(rest)
	r := rest[0]
	if r == ' ' {
		return 1
	}
	if n := s.bullet(i, text); n > 0 {
		return n
	}
	for _, re := range []*lazyregexp.Regexp{s.x.aside, paperToken} {
		if m := re.FindString(text); m != "" {
			return s.emit(i, len([]rune(m)), token{kind: tokNeutral})
		}
	}
	if n := s.date(i, text); n > 0 {
		return n
	}
	switch {
	case r == ':', r == '=' && s.last().kind == tokLabel:
		return s.emit(i, 1, token{kind: tokColon})
	case (r == '/' || r == '|') && s.last().kind == tokNumber && s.last().unit != "" && i+1 < len(s.p.rs) && isHan(s.p.rs[i+1]):
		return s.emit(i, 1, token{kind: tokBreak, mark: ','}) // 养老120人/工伤98人
	case strings.ContainsRune(",、;。\n()[]!.", r) || r == '“' || r == '”':
		return s.breakAt(i, r)
	case isDigit(r):
		return s.digits(i, text)
	}
	if n := s.join(rest); n > 0 {
		return s.emit(i, n, token{kind: tokBreak, mark: '、'})
	}
	if n := s.zero(i, rest); n > 0 {
		return n
	}
	if w, n := s.x.match(rest); n > 0 {
		return s.emit(i, n, token{kind: w.kind, label: w.label, key: w.key})
	}
	if last := s.last(); last.label == labelForeign && prefixLen(rest, []rune("人员")) > 0 {
		return s.emit(i, 2, token{kind: tokNeutral}) // 灵活就业人员; but 失业人员 is not 失业
	}
	if numeralRune(r) {
		return s.numeral(i, rest)
	}
	return s.emit(i, 1, token{kind: tokUnknown})
}

// breakAt emits a break. A pair of brackets around words that change nothing
// goes as a whole: 企业职工（基本）养老保险.
func (s *scanner) breakAt(i int, r rune) int {
	if r == '(' || r == '[' {
		for j := i + 1; j < len(s.p.rs); {
			if c := s.p.rs[j]; c == ')' || c == ']' {
				if j > i+1 {
					return j + 1 - i
				}
				break
			}
			w, n := s.x.match(s.p.rs[j:])
			if n == 0 || w.kind != tokNeutral {
				break
			}
			j += n
		}
	}
	return s.emit(i, 1, token{kind: tokBreak, mark: r})
}

// join returns the length of 和 or the like where it joins what is understood:
// not in 普及 or 参与.
func (s *scanner) join(rest []rune) int {
	if s.last().kind == tokUnknown {
		return 0
	}
	for _, w := range joinWords {
		n := prefixLen(rest, []rune(w))
		if n == 0 || n == len(rest) {
			continue
		}
		if _, next := s.x.match(rest[n:]); next > 0 || isDigit(rest[n]) || numeralRune(rest[n]) || rest[n] == ' ' {
			return n
		}
	}
	return 0
}

// last returns the last token, or a break at the start of the text.
func (s *scanner) last() token {
	if n := len(s.toks); n > 0 {
		return s.toks[n-1]
	}
	return token{kind: tokBreak, mark: '\n'}
}

// bullet emits a break for the number of a list: 1、 （2） 一、 二是. In digits they
// must count from 1, and no label may wait for its number.
func (s *scanner) bullet(i int, text string) int {
	m := bulletToken.FindStringSubmatch(text)
	ring := bulletRing.FindString(text)
	last := s.last()
	if m == nil && ring == "" || last.kind == tokLabel {
		return 0
	}
	if n := len(s.toks); last.kind == tokBreak && n > 1 && s.toks[n-2].kind == tokLabel {
		return 0
	}
	if ring != "" {
		return s.emit(i, 1, token{kind: tokBreak, mark: ';'})
	}
	bracketed := strings.HasPrefix(m[0], "(")
	counted := last.kind == tokNumber && last.unit != "" && m[2] != "" && i > 0 && isBlank(s.p.rs[i-1]) // 养老120人 2.工伤98人
	month := last.kind == tokMonthly || last.date
	counted = counted || month && !bracketed || last.kind == tokNeutral && strings.HasSuffix(m[0], "是") // 本月1.养老, 我县一是养老
	if !bracketed && !counted && last.kind != tokBreak && last.kind != tokColon || last.mark == '、' {
		return 0
	}
	n := len([]rune(m[0]))
	if after := i + n; after < len(s.p.rs) && (isDigit(s.p.rs[after]) || s.p.rs[after] == '.') {
		return 0
	}
	if digits := m[1] + m[2]; allDigits(digits) {
		if v, err := strconv.Atoi(digits); err != nil || v != s.bullets+1 {
			return 0
		}
		s.bullets++
	}
	return s.emit(i, n, token{kind: tokBreak, mark: ';'})
}

// date emits a date, which is no figure, or months together, which are
// cumulative.
func (s *scanner) date(i int, text string) int {
	if m := spanToken.FindString(text); m != "" {
		return s.emit(i, len([]rune(m)), token{kind: tokCumulative})
	}
	if m := dateToken.FindString(text); m != "" {
		return s.emit(i, len([]rune(m)), token{kind: tokNeutral, date: true})
	}
	if m := yearToken.FindString(text); m != "" {
		kind := tokUpTo // 2022年新增120人: of the month or of the year, it does not say
		if s.x.campaignRun.MatchString(text[len(m):]) {
			kind = tokNeutral
		}
		return s.emit(i, len([]rune(m)), token{kind: kind, date: true})
	}
	return 0
}

// zero emits the 0 of 养老：无, where nothing follows that would make it a word.
func (s *scanner) zero(i int, rest []rune) int {
	if rest[0] != '无' || s.last().kind == tokUnknown {
		return 0
	}
	if len(rest) > 1 && !strings.ContainsRune(",、;。\n()[].! ", rest[1]) {
		return 0
	}
	return s.emit(i, 1, token{kind: tokNumber, known: true})
}

// digits emits the number at i with its unit.
func (s *scanner) digits(i int, text string) int {
	m := numberToken.FindString(text)
	t := token{kind: tokNumber}
	v, ok, _ := plainNumber(m)
	t.value, t.known, t.doubt = v, ok, !ok
	n := len(m)
	if i > 0 && strings.ContainsRune("+-*/×÷~—–.'<>≥≤=", s.p.rs[i-1]) && s.last().kind != tokColon || isLatin(s.p.rs, i-1) {
		t.known, t.doubt = false, true
	}
	if last := s.last(); last.kind == tokNumber && last.unit == "" {
		s.toks[len(s.toks)-1].doubt, s.toks[len(s.toks)-1].known = true, false
		t.known, t.doubt = false, true
	}
	after := i + n
	if after < len(s.p.rs) {
		n += s.behindDigits(&t, m, after)
	}
	if k := len(s.toks); k > 1 && i > 0 && s.p.rs[i-1] == ',' && s.toks[k-2].kind == tokNumber && s.toks[k-2].unit == "" {
		s.toks[k-2].joined, t.joined = true, true
	}
	return s.emit(i, n, t)
}

// behindDigits reads what stands directly behind a number: 万, %, a sign that
// makes it part of something else, or the unit. It returns the length.
func (s *scanner) behindDigits(t *token, digits string, after int) int {
	r := s.p.rs[after]
	switch {
	case numeralSections[r] > 0 || numeralUnits[r] > 0:
		o := tenThousands("", digits+string(r)).Offer
		t.doubt, t.known = true, t.known && o != nil || o != nil
		if o != nil {
			t.value = *o
		}
		u, n := s.x.unit(s.p.rs[after+1:])
		t.unit = u
		return 1 + n
	case r == '%' || r == '‰':
		t.doubt, t.known, t.percent = true, false, true
		return 1
	case strings.ContainsRune("+-*/×÷~—–=至到'", r) && after+1 < len(s.p.rs) && figureRune(s.p.rs[after+1]) || isLatin(s.p.rs, after) || r == '.' && after+1 < len(s.p.rs) && isDigit(s.p.rs[after+1]):
		t.doubt, t.known = true, false
		return 0
	}
	u, n := s.x.unit(s.p.rs[after:])
	t.unit = u
	return n
}

func isLatin(rs []rune, i int) bool {
	if i < 0 || i >= len(rs) {
		return false
	}
	r := rs[i]
	return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z'
}

// numeral emits a Chinese numeral that stands for a number: of two characters
// or more, or with a unit, or behind a label and before a break. Others are
// parts of words (统一, 万人助万企).
func (s *scanner) numeral(i int, rest []rune) int {
	n := 0
	for n < len(rest) && numeralRune(rest[n]) {
		n++
	}
	v, exact, known := numeral(rest[:n])
	unit, un := s.x.unit(rest[n:])
	ends := n == len(rest) || strings.ContainsRune(",、;。\n)] ", rest[n])
	last := s.last().kind
	behind := last == tokLabel || last == tokColon || last == tokNeutral
	number := n >= 2 || unit != "" || ends && behind
	if !number || !known && !behind {
		return s.emit(i, n, token{kind: tokUnknown})
	}
	t := token{kind: tokNumber, value: v, known: known && v <= maxFigure, unit: unit}
	several := i > 0 && s.p.rs[i-1] == '数' && numeralUnits[rest[0]] > 0 // 数十户, or 户数 and 十户
	t.known = t.known && !several
	t.doubt = !exact || !t.known || unit == "" && string(rest[:n]) == loneStroke
	if last == tokNumber && s.last().unit == "" {
		t.doubt, t.known = true, false
		s.toks[len(s.toks)-1].doubt = true
	}
	return s.emit(i, n+un, t)
}

// places makes the name of a place or office at the start of a clause neutral:
// 禹州市新增养老120人.
func (s *scanner) places() []token {
	for i := range s.toks {
		t := &s.toks[i]
		start := i == 0 || s.toks[i-1].kind == tokBreak || s.toks[i-1].kind == tokNeutral
		if t.kind == tokUnknown && start && placeToken.MatchString(t.text) && !doubtPlace.MatchString(t.text) {
			t.kind = tokNeutral
		}
	}
	return s.toks
}
