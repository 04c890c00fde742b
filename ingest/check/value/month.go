package value

import (
	"slices"
	"strings"
	"time"

	"taizhang/internal/lazyregexp"
)

// Month is one explicit mention of a month (rule book §3).
type Month struct {
	Year  int        // 0 when not stated
	Month time.Month // as written, even when there is no such month
	Text  string     // the mention, its numerals in digits
	Day   bool       // the mention is a full date
	Valid bool       // the month exists; of a full date, the day too
}

// MonthSpan is a mention of several months together: 1-5月, 4、5月.
type MonthSpan struct {
	Year        int // 0 when not stated
	First, Last time.Month
	Text        string
}

var (
	spanMention  = lazyregexp.New(`(?:(\d{4}|\d{2}) *年度? *)?(\d{1,2})(?: *月?份? *(?:[-~—–―─]+|至|到)| *[、和及/]) *(?:(?:\d{4}|\d{2}) *年 *)?(\d{1,2}) *月(?:份)?`)
	wordMention  = lazyregexp.New(`(?:(\d{4}|\d{2}) *年度? *)?(\d+) *月(?:份)?`)
	markMention  = lazyregexp.New(`((?:19|20)\d{2}) *([-./_年]) *(\d{1,2})`)
	packedMonth  = lazyregexp.New(`(20\d{2})(0[1-9]|1[0-2])`)
	notOfMonth   = lazyregexp.New(`^ *[一1][报次]`)
	lastOfMonths = lazyregexp.New(`^ *[日号]`)
)

// Months returns the explicit mentions of single months in a title, a sheet or
// file name or a subject, in their order: 2022年5月, 5月份, 五月, 2022.05, 2022-5,
// 202205, and full dates, with Day set. A bare year, an issue number (第5期), a
// number with a point (3.15), a version or a telephone number is none. Several
// months together (1-5月) are no single month: see MonthSpans.
func Months(s string) []Month {
	found, _ := mentions(s)
	return found
}

// seasonMention is a span of months by its name.
var seasonMention = lazyregexp.New(`(?:(\d{4}) *年度? *)?(?:第? *([一二三四1-4]) *季度|([上下])半年|(全年)|(?:前|年初至|年初到) *(\d{1,2}|[一二三四五六七八九十]{1,3}) *个?月)`)

// seasons returns the spans of months in t that go by a name: 第二季度, 上半年,
// 前五个月.
func seasons(t string) []MonthSpan {
	if !strings.ContainsAny(t, "季年月") {
		return nil
	}
	var out []MonthSpan
	for _, ix := range seasonMention.FindAllStringSubmatchIndex(t, -1) {
		s := MonthSpan{Year: fullYear(part(t, ix, 1)), First: 1, Last: 12, Text: t[ix[0]:ix[1]]}
		switch {
		case part(t, ix, 2) != "":
			q := part(t, ix, 2)
			n := number(q)
			if v, ok := numeralDigits[[]rune(q)[0]]; ok {
				n = int(v)
			}
			s.First, s.Last = time.Month(3*n-2), time.Month(3*n)
		case part(t, ix, 5) != "":
			n := number(part(t, ix, 5))
			if v, exact := Numeral(part(t, ix, 5)); exact {
				n = int(v)
			}
			if n < 2 || n > 12 {
				continue
			}
			s.Last = time.Month(n)
		case part(t, ix, 3) == "上":
			s.Last = 6
		case part(t, ix, 3) == "下":
			s.First = 7
		}
		out = append(out, s)
	}
	return out
}

// DayRange returns the months in which a range of days begins and ends
// (5月1日至5月26日), and false where the text states none.
func DayRange(s string) (first, last Month, ok bool) {
	t := dateDigits(s)
	found, _ := mentionsIn(t)
	for i := 0; i+1 < len(found); i++ {
		a, b := found[i], found[i+1]
		if a.Day && b.Day && a.Valid && b.Valid && dayJoin.MatchString(between(t, a.Text, b.Text)) {
			return a, b, true
		}
	}
	return Month{}, Month{}, false
}

// dayJoin stands between the days of a range.
var dayJoin = lazyregexp.New(`^ *(?:[-~—–―─]+|至|到) *$`)

// between returns what stands between the first a in t and the b behind it.
func between(t, a, b string) string {
	_, rest, _ := strings.Cut(t, a)
	mid, _, _ := strings.Cut(rest, b)
	return mid
}

// upToDay is a day up to which a document counts.
var upToDay = lazyregexp.New(`截[至止]到? *$`)

// UpTo returns the month of the day up to which a text counts (截至5月26日), and
// false where it states none.
func UpTo(s string) (Month, bool) {
	t := dateDigits(s)
	if !strings.Contains(t, "截") {
		return Month{}, false
	}
	found, _ := mentionsIn(t)
	for _, m := range found {
		if before, _, ok := strings.Cut(t, m.Text); ok && m.Day && m.Valid && upToDay.MatchString(before) {
			return m, true
		}
	}
	return Month{}, false
}

// MonthSpans returns the mentions of several months together. They say that a
// document is cumulative, or covers more than one period.
func MonthSpans(s string) []MonthSpan {
	t := dateDigits(s)
	_, spans := mentionsIn(t)
	return append(spans, seasons(t)...)
}

// mention is a Month or a MonthSpan with its place.
type mention struct {
	from, to int
	month    Month
}

// mentions is mentionsIn of a text as it was written.
func mentions(s string) ([]Month, []MonthSpan) { return mentionsIn(dateDigits(s)) }

// mentionsIn finds the full dates first, then months together, then the
// single spellings of a month; nothing is taken twice. t is from dateDigits.
func mentionsIn(t string) ([]Month, []MonthSpan) {
	if !strings.ContainsAny(t, "0123456789") {
		return nil, nil
	}
	var found []mention
	var spans []MonthSpan
	var taken [][2]int
	free := func(from, to int) bool {
		return !slices.ContainsFunc(taken, func(o [2]int) bool { return from < o[1] && o[0] < to })
	}
	for _, d := range datesIn(t) {
		if d.packed && !d.d.Valid() {
			continue // any eight digits
		}
		m := Month{Year: d.d.Year, Month: d.d.Month, Text: t[d.from:d.to], Day: true, Valid: validDate(d.d)}
		found, taken = append(found, mention{d.from, d.to, m}), append(taken, [2]int{d.from, d.to})
	}
	for _, ix := range spanMention.FindAllStringSubmatchIndex(t, -1) {
		first, last := number(part(t, ix, 2)), number(part(t, ix, 3))
		if !free(ix[0], ix[1]) || first < 1 || last > 12 || first >= last || lastOfMonths.MatchString(t[ix[1]:]) || !bounded(t, ix[0], ix[1]) {
			continue
		}
		spans = append(spans, MonthSpan{fullYear(part(t, ix, 1)), time.Month(first), time.Month(last), t[ix[0]:ix[1]]})
		taken = append(taken, [2]int{ix[0], ix[1]})
	}
	for _, re := range []*lazyregexp.Regexp{wordMention, markMention, packedMonth} {
		for _, ix := range re.FindAllStringSubmatchIndex(t, -1) {
			if m, ok := singleMonth(t, re, ix); ok && free(ix[0], ix[1]) {
				found, taken = append(found, mention{ix[0], ix[1], m}), append(taken, [2]int{ix[0], ix[1]})
			}
		}
	}
	slices.SortStableFunc(found, func(a, b mention) int { return a.from - b.from })
	months := make([]Month, len(found))
	for i, m := range found {
		months[i] = m.month
	}
	return months, spans
}

// singleMonth reads one match of a pattern of a single month.
func singleMonth(t string, re *lazyregexp.Regexp, ix []int) (Month, bool) {
	year, month := part(t, ix, 1), part(t, ix, len(ix)/2-1)
	if len(month) > 4 || re != wordMention && !bounded(t, ix[0], ix[1]) {
		return Month{}, false
	}
	n := number(month)
	m := Month{Year: fullYear(year), Month: time.Month(n), Text: t[ix[0]:ix[1]], Valid: n >= 1 && n <= 12}
	switch re {
	case wordMention:
		rest := t[ix[1]:]
		return m, !notOfMonth.MatchString(rest) && !strings.HasSuffix(t[:ix[0]], ".")
	case markMention:
		return m, m.Valid && !strings.HasPrefix(t[ix[1]:], "年") && !strings.HasPrefix(strings.TrimLeft(t[ix[1]:], " "), "月") &&
			(part(t, ix, 2) != "年" || strings.TrimSpace(t[ix[1]:]) == "")
	}
	return m, true
}
