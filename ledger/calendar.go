package ledger

import "time"

// Calendar knows the workdays: Monday to Friday, less the holidays, plus the
// weekend days that are worked in exchange (rule book §4). The zero Calendar
// knows Monday to Friday only.
type Calendar struct {
	Holidays map[Date]bool // days off that would otherwise be workdays
	Workdays map[Date]bool // Saturdays and Sundays that are worked; win over Holidays
	Years    map[int]bool  // years whose holidays are known; others fall back to Monday to Friday
}

// Unknown returns the years from first to last whose holidays are not known.
func (c Calendar) Unknown(first, last int) []int {
	var out []int
	for y := first; y <= last; y++ {
		if !c.Years[y] {
			out = append(out, y)
		}
	}
	return out
}

// IsWorkday reports whether d is worked.
func (c Calendar) IsWorkday(d Date) bool {
	if c.Workdays[d] {
		return true
	}
	if c.Holidays[d] {
		return false
	}
	wd := d.Weekday()
	return wd != time.Saturday && wd != time.Sunday
}

// Add returns the n-th workday after d, or before it when n is negative. d
// itself never counts; Add(d, 0) is d. A calendar without any workday in a
// year is a mistake of the configuration: Add then gives up after 400 days and
// returns the day it reached.
func (c Calendar) Add(d Date, n int) Date {
	step := 1
	if n < 0 {
		step, n = -1, -n
	}
	for idle := 0; n > 0 && idle < 400; idle++ {
		d = d.AddDays(step)
		if c.IsWorkday(d) {
			n--
			idle = 0
		}
	}
	return d
}

// OnOrBefore returns d when it is a workday, else the last workday before it.
func (c Calendar) OnOrBefore(d Date) Date {
	if c.IsWorkday(d) {
		return d
	}
	return c.Add(d, -1)
}

// OnOrAfter returns d when it is a workday, else the first workday after it.
func (c Calendar) OnOrAfter(d Date) Date {
	if c.IsWorkday(d) {
		return d
	}
	return c.Add(d, 1)
}

// WorkdaysBetween counts the workdays after from up to and including to.
func (c Calendar) WorkdaysBetween(from, to Date) int {
	n := 0
	for d := from.AddDays(1); !d.After(to); d = d.AddDays(1) {
		if c.IsWorkday(d) {
			n++
		}
	}
	return n
}
