package compose

import (
	"fmt"
	"strconv"
	"time"
	"unicode/utf8"

	"taizhang/ledger"
)

var weekdays = [...]string{"星期日", "星期一", "星期二", "星期三", "星期四", "星期五", "星期六"}

// PeriodName returns the period as a person writes it, 2022年5月, and "" for
// the zero Period.
func PeriodName(p ledger.Period) string {
	if p.IsZero() {
		return ""
	}
	return fmt.Sprintf("%d年%d月", p.Year, int(p.Month))
}

// DayName returns the date without its weekday, 2022年5月28日, and "" for the
// zero Date.
func DayName(d ledger.Date) string {
	if d.IsZero() {
		return ""
	}
	return fmt.Sprintf("%d年%d月%d日", d.Year, int(d.Month), d.Day)
}

// Day returns the date with its weekday, 2022年5月28日（星期六）, and "" for the
// zero Date.
func Day(d ledger.Date) string {
	if d.IsZero() {
		return ""
	}
	return DayName(d) + "（" + weekdays[d.Weekday()] + "）"
}

// Instant returns a moment that has been, such as an arrival, to the minute in
// t's own location: 2022年5月28日（星期六）23时59分. The zero time is "".
func Instant(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return fmt.Sprintf("%s%d时%02d分", Day(ledger.DateOf(t)), t.Hour(), t.Minute())
}

// ShortInstant returns the same moment without its year and weekday, for the
// cells of a table: 5月28日23时59分.
func ShortInstant(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return fmt.Sprintf("%d月%d日%d时%02d分", int(t.Month()), t.Day(), t.Hour(), t.Minute())
}

// Deadline returns the bound of a half-open span (rule book §4) in t's own
// location as a person states it: midnight belongs to the day it ends, so
// 29 May 00:00 is 5月28日（星期六）24时. The year is left out when it is that of
// the year given. The zero time is "".
func Deadline(t time.Time, year int) string {
	if t.IsZero() {
		return ""
	}
	d, clock := bound(t)
	s := fmt.Sprintf("%d月%d日（%s）%s", int(d.Month), d.Day, weekdays[d.Weekday()], clock)
	if d.Year != year {
		s = strconv.Itoa(d.Year) + "年" + s
	}
	return s
}

// shortDeadline is Deadline for a subject line: 5月28日星期六24时.
func shortDeadline(t time.Time) string {
	d, clock := bound(t)
	return fmt.Sprintf("%d月%d日%s%s", int(d.Month), d.Day, weekdays[d.Weekday()], clock)
}

// bound returns the date and the clock that name the end of a span.
func bound(t time.Time) (ledger.Date, string) {
	d := ledger.DateOf(t)
	switch {
	case t.Hour() == 0 && t.Minute() == 0:
		return d.AddDays(-1), "24时"
	case t.Minute() == 0:
		return d, fmt.Sprintf("%d时", t.Hour())
	}
	return d, fmt.Sprintf("%d时%02d分", t.Hour(), t.Minute())
}

// Ratio is a rate kept as its two numbers, so that it is rounded only when it
// is printed (rule book §7). The zero Ratio stands for "no rate".
type Ratio struct{ Num, Den int64 }

// String returns the rate in per cent with one decimal, half up: 82.4%. There
// is no division by zero or by a negative number: that is －.
func (r Ratio) String() string {
	if r.Den <= 0 || r.Num < 0 {
		return "－"
	}
	mille := (r.Num*2000 + r.Den) / (2 * r.Den)
	return fmt.Sprintf("%d.%d%%", mille/10, mille%10)
}

// FigureText returns a figure as it is shown: a number, an explicit 0 as 0, a
// dash as －, a blank cell as （空白） and, when stated is false, 未填报. The four
// kinds of fact stay distinct (rule book §2).
func FigureText(f ledger.Figure, stated bool) string { return builtin().figureText(f, stated) }

func (w *words) figureText(f ledger.Figure, stated bool) string {
	switch {
	case !stated:
		return w.Absent
	case f.Kind == ledger.Dash:
		return w.None
	case f.Kind == ledger.Blank:
		return w.Blank
	}
	return strconv.FormatInt(f.Value, 10)
}

// PunctualityName returns 按时, 迟报 … and "" for a punctuality that is unknown.
func PunctualityName(p ledger.Punctuality) string { return builtin().Punctuality[p] }

// QualityName returns 合格, 退回 … and "" for a quality that is unknown.
func QualityName(q ledger.Quality) string { return builtin().Quality[q] }

// SeverityName returns 须更正, 请核实 … and "" for a severity that is unknown.
func SeverityName(s ledger.Severity) string { return builtin().Severity[s] }

// MailName returns the 【性质】 of a kind of mail without its brackets, and ""
// for a kind that is unknown.
func MailName(k ledger.MailKind) string { return builtin().Mail[k] }

// SendName returns what a person reads of a mail's state in the outbox.
func SendName(s ledger.SendState) string { return builtin().Send[s] }

// MeasureName returns the built-in name of a measure key, and the key itself
// for a measure of another form.
func MeasureName(key string) string {
	if n, ok := builtin().Measures[key]; ok {
		return n
	}
	return key
}

// VersionLine returns the versions of a unit as the grid shows them: the one in
// force and, where a later one is not, both (rule book §5.2): 第1版合格，更正第2版退回.
// It is － without any version.
func VersionLine(s *ledger.Standing) string { return builtin().versionLine(s) }

func (w *words) versionLine(s *ledger.Standing) string {
	line := ""
	if s.InForce != nil {
		line = w.version(s.InForce.Version) + w.Quality[s.Quality]
	}
	if n := s.Newest; n != nil && n != s.InForce {
		if line != "" {
			line += "，" + w.Amendment
		}
		line += w.version(n.Version) + w.Quality[n.Quality]
	}
	if n := len(s.Held); n > 0 && line != "" {
		line += "，" + fmt.Sprintf(w.HeldCount, n)
	} else if n > 0 {
		line = w.Quality[ledger.QualityHeld]
	}
	if line == "" {
		return w.None
	}
	return line
}

func (w *words) version(n int) string { return fmt.Sprintf(w.VersionName, n) }

// cut shortens s to at most n characters and says that it did.
func (w *words) cut(s string, n int) string {
	total := utf8.RuneCountInString(s)
	if total <= n {
		return s
	}
	return string([]rune(s)[:n]) + fmt.Sprintf(w.Cut, total, n)
}
