package value

import (
	"strconv"
	"strings"
	"time"

	"taizhang/internal/lazyregexp"
	"taizhang/ledger"
)

// Serials of dates as a workbook counts days: only those of the years 1954 to
// 2119 are taken for a date where the file does not say that they are one.
const (
	minSerial = 20000
	maxSerial = 80000
)

// serialEpoch is day 0 of a workbook's count of days (the 1900 system).
var serialEpoch = ledger.Date{Year: 1899, Month: time.December, Day: 30}

// Date reads a cell where a date is asked for: a number that the file shows as
// a date, a bare serial of days, or text as DateText reads it. found says that
// something like a date stands there, ok that it is one day of the calendar.
func Date(c ledger.Cell) (d ledger.Date, found, ok bool) {
	if !c.Date.IsZero() {
		return c.Date, true, c.Date.Valid()
	}
	if s := newPlain(c.Text).String(); floatSpelling(s) {
		v, err := strconv.ParseFloat(s, 64)
		if err == nil && v >= minSerial && v < maxSerial {
			d = serialEpoch.AddDays(int(v))
			return d, true, true
		}
		if c.Kind == ledger.CellNumber && !eightDigits.MatchString(s) {
			return ledger.Date{}, false, false
		}
	}
	return DateText(c.Text)
}

// Patterns of dates in text whose Chinese numerals were put into digits.
// Spaces and line breaks may stand anywhere between the parts.
var (
	eightDigits = lazyregexp.New(`^\d{8}$`)
	wordDate    = lazyregexp.New(`(?:(\d{4}|\d{2}) *年度? *)?(\d{1,4}) *月 *份? *(\d{1,4}) *[日号]`)
	bareDay     = lazyregexp.New(`(\d{4}|\d{2}) *年 *(\d{1,2}) *月 *(\d{1,2})`)
	markDate    = lazyregexp.New(`(\d{4}) *([-./_]) *(\d{1,2}) *([-./_]) *(\d{1,2})`)
	packedDate  = lazyregexp.New(`((?:19|20)\d{2})(\d{2})(\d{2})`)
	shortDate   = lazyregexp.New(`^(\d{1,2}) *([-./]) *(\d{1,2})$`)
	threeParts  = lazyregexp.New(`^(\d{1,2}) *([-./]) *(\d{1,2}) *([-./]) *(\d{4}|\d{2})$`)
)

// dateAt is a date found in a text, with its place.
type dateAt struct {
	d        ledger.Date
	from, to int // byte offsets
	packed   bool
}

// DateText reads a date from text, with a weekday or a time behind it or words
// before. The year is 0 when none is stated. found says that something like a
// date stands there; ok that it exists in the calendar and that there is only
// one: 5月32日, two different dates and 05/06/2022, which two readers read
// differently, are found and not ok. A month without a day is no date.
func DateText(s string) (d ledger.Date, found, ok bool) {
	t := dateDigits(s)
	ds := datesIn(t)
	if len(ds) == 0 {
		return wholeDate(t)
	}
	d = ds[0].d
	for _, o := range ds[1:] {
		if o.d != d && (o.d.Year != 0 || o.d.Month != d.Month || o.d.Day != d.Day) {
			return ledger.Date{}, true, false
		}
	}
	return d, true, validDate(d)
}

// validDate is Date.Valid, where a date without a year may be 29 February.
func validDate(d ledger.Date) bool {
	if d.Year == 0 {
		d.Year = 2024
	}
	return d.Valid()
}

// wholeDate reads the spellings that are a date only when nothing else stands
// beside them: 5.26, 5/26/2022.
func wholeDate(t string) (d ledger.Date, found, ok bool) {
	if m := shortDate.FindStringSubmatch(t); m != nil {
		d = ledger.Date{Month: time.Month(number(m[1])), Day: number(m[3])}
		return d, true, validDate(d)
	}
	m := threeParts.FindStringSubmatch(t)
	if m == nil || m[2] != m[4] {
		return ledger.Date{}, false, false
	}
	a, b := number(m[1]), number(m[3])
	if len(m[5]) == 2 { // 22.5.26 is a year, a month and a day; of 5.6.22 it cannot be told
		if a <= 12 {
			return ledger.Date{}, true, false
		}
		d = ledger.Date{Year: fullYear(m[1]), Month: time.Month(b), Day: number(m[5])}
		return d, true, d.Valid()
	}
	switch {
	case a > 12 || a == b:
		d = ledger.Date{Year: number(m[5]), Month: time.Month(b), Day: a}
	case b > 12:
		d = ledger.Date{Year: number(m[5]), Month: time.Month(a), Day: b}
	default:
		return ledger.Date{}, true, false
	}
	return d, true, d.Valid()
}

// datesIn returns the dates in t, in order, without overlaps.
func datesIn(t string) []dateAt {
	var out []dateAt
	taken := func(from, to int) bool {
		for _, o := range out {
			if from < o.to && o.from < to {
				return true
			}
		}
		return false
	}
	add := func(ix []int, year, month, day string) {
		if !taken(ix[0], ix[1]) && bounded(t, ix[0], ix[1]) {
			d := ledger.Date{Year: fullYear(year), Month: time.Month(number(month)), Day: number(day)}
			out = append(out, dateAt{d: d, from: ix[0], to: ix[1]})
		}
	}
	for _, re := range []*lazyregexp.Regexp{wordDate, bareDay} {
		for _, ix := range re.FindAllStringSubmatchIndex(t, -1) {
			add(ix, part(t, ix, 1), part(t, ix, 2), part(t, ix, 3))
		}
	}
	for _, ix := range markDate.FindAllStringSubmatchIndex(t, -1) {
		if y := part(t, ix, 1); part(t, ix, 2) == part(t, ix, 4) && (y[:2] == "19" || y[:2] == "20") {
			add(ix, y, part(t, ix, 3), part(t, ix, 5))
		}
	}
	for _, ix := range packedDate.FindAllStringSubmatchIndex(t, -1) {
		add(ix, part(t, ix, 1), part(t, ix, 2), part(t, ix, 3))
		if n := len(out); n > 0 && out[n-1].from == ix[0] {
			out[n-1].packed = true
		}
	}
	sortDates(out)
	return out
}

func sortDates(ds []dateAt) {
	for i := 1; i < len(ds); i++ {
		for j := i; j > 0 && ds[j].from < ds[j-1].from; j-- {
			ds[j], ds[j-1] = ds[j-1], ds[j]
		}
	}
}

// bounded reports that no digit, and no point or dash with a digit behind it,
// touches the span: then the span is a whole of its own and no piece of a
// telephone or version number. A dash followed by another date is a range.
func bounded(t string, from, to int) bool {
	if from > 0 && isDigit(rune(t[from-1])) {
		return false
	}
	if from > 1 && strings.ContainsRune(".-/", rune(t[from-1])) && isDigit(rune(t[from-2])) && !precededByDate(t[:from-1]) {
		return false
	}
	if to < len(t) && isDigit(rune(t[to])) {
		return false
	}
	if to+1 < len(t) && strings.ContainsRune("./", rune(t[to])) && isDigit(rune(t[to+1])) {
		return false
	}
	return to+1 >= len(t) || t[to] != '-' || !isDigit(rune(t[to+1])) || len(t)-to > 5
}

// precededByDate reports that the text before a dash ends in a packed or
// marked date: 20220501-20220531.
func precededByDate(t string) bool {
	return len(t) >= 8 && (packedDate.MatchString(t[len(t)-8:]) || len(t) >= 10 && markDate.MatchString(t[len(t)-10:]))
}

func part(t string, ix []int, n int) string {
	if ix[2*n] < 0 {
		return ""
	}
	return t[ix[2*n]:ix[2*n+1]]
}

func number(s string) int {
	v, _ := strconv.Atoi(s) // the patterns hold at most four digits
	return v
}

// fullYear completes a year of two digits to one of this century; "" is 0.
func fullYear(s string) int {
	v := number(s)
	if s != "" && v < 100 {
		v += 2000
	}
	return v
}

var (
	chineseYear  = lazyregexp.New(`([〇○零OoＯ0-9一二三四五六七八九]{4}|[〇○零一二三四五六七八九]{2})( *年)`)
	chineseMonth = lazyregexp.New(`([一二三四五六七八九十]{1,4})( *月)`)
	chineseDay   = lazyregexp.New(`([一二三四五六七八九十廿卅]{1,4})( *[日号])`)
	chineseSpan  = lazyregexp.New(`([一二三四五六七八九十]{1,3})( *[-~—至到、] *[一二三四五六七八九十]{1,3} *月)`)
	twoMonths    = lazyregexp.New(`(^|[^一二三四五六七八九十])([一二三四五六七八九])([一二三四五六七八九] *月)`)
	monthBefore  = lazyregexp.New(`月 *$`)
)

// maxDateText is the longest text that is searched for dates and months, in
// characters; in a longer one none is found.
const maxDateText = 4000

// dateDigits returns the plain text and puts the Chinese numerals of dates into digits: 二〇二二年五月二十六日
// becomes 2022年5月26日. 二O二二年 with a letter O is read too.
func dateDigits(s string) string {
	p := newPlain(s)
	if len(p.rs) > maxDateText {
		return ""
	}
	t := strings.ReplaceAll(p.String(), "\n", " ")
	if !strings.ContainsAny(t, "年月日号") {
		return t // each pattern below ends in one of them
	}
	t = chineseYear.ReplaceAllStringFunc(t, func(m string) string {
		return strings.Map(func(r rune) rune {
			if v, ok := numeralDigits[r]; ok {
				return rune('0' + v)
			}
			if r == 'O' || r == 'o' {
				return '0'
			}
			return r
		}, m)
	})
	t = twoMonths.ReplaceAllString(t, "$1$2、$3")
	t = chineseSpan.ReplaceAllStringFunc(t, chineseNumber)
	t = chineseMonth.ReplaceAllStringFunc(t, chineseNumber)
	var b strings.Builder
	last := 0
	for _, ix := range chineseDay.FindAllStringIndex(t, -1) {
		if monthBefore.MatchString(t[:ix[0]]) {
			b.WriteString(t[last:ix[0]] + chineseNumber(t[ix[0]:ix[1]]))
			last = ix[1]
		}
	}
	return b.String() + t[last:]
}

// chineseNumber puts the numeral at the start of m into digits, or leaves m.
func chineseNumber(m string) string {
	run, ok := firstNumeral(strings.NewReplacer("廿", "二十", "卅", "三十").Replace(m))
	if !ok {
		return m
	}
	v, exact := Numeral(run)
	if !exact {
		return m
	}
	return strconv.FormatInt(v, 10) + strings.TrimLeft(m, "一二三四五六七八九十廿卅")
}
