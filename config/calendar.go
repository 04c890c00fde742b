package config

import (
	"container/list"
	"maps"
	"sync"
	"time"

	"github.com/6tail/lunar-go/HolidayUtil"

	"taizhang/ledger"
)

// firstStateYear is the oldest year that the library's data hold.
const firstStateYear = 2001

// stateCalendar is the State Council's arrangement of days off and days worked
// in exchange, of every year that the library knows (rule book §4).
var stateCalendar = sync.OnceValue(func() ledger.Calendar {
	c := ledger.Calendar{Holidays: map[ledger.Date]bool{}, Workdays: map[ledger.Date]bool{}, Years: map[int]bool{}}
	for y := firstStateYear; ; y++ {
		days := HolidayUtil.GetHolidaysByYear(y)
		if days.Len() == 0 && y > firstStateYear {
			return c
		}
		c.Years[y] = days.Len() > 0
		for e := days.Front(); e != nil; e = e.Next() {
			take(&c, e)
		}
	}
})

// take enters one day of the library. A weekend day off is left out: it is no
// workday anyway, and an office's own list may have it worked.
func take(c *ledger.Calendar, e *list.Element) {
	h, ok := e.Value.(*HolidayUtil.Holiday)
	if !ok {
		return
	}
	d, err := ledger.ParseDate(h.GetDay())
	if err != nil {
		return
	}
	weekend := d.Weekday() == time.Saturday || d.Weekday() == time.Sunday
	switch {
	case h.IsWork() && weekend:
		c.Workdays[d] = true
	case !h.IsWork() && !weekend:
		c.Holidays[d] = true
	}
}

// calendar lays the config's own days over those of the State Council: what
// the config says of a day holds, and a year it says anything of is known.
func calendar(holidays, worked map[ledger.Date]bool) ledger.Calendar {
	state := stateCalendar()
	c := ledger.Calendar{Holidays: maps.Clone(state.Holidays), Workdays: maps.Clone(state.Workdays), Years: maps.Clone(state.Years)}
	for d := range holidays {
		delete(c.Workdays, d)
		c.Holidays[d], c.Years[d.Year] = true, true
	}
	for d := range worked {
		delete(c.Holidays, d)
		c.Workdays[d], c.Years[d.Year] = true, true
	}
	return c
}

// UnknownYears are the years of the campaign, and the one in which its last
// period closes, whose days off are not known: they count Monday to Friday as
// workdays until the config lists them.
func (c *Config) UnknownYears() []int {
	return c.Campaign.Schedule.Calendar.Unknown(c.Campaign.First.Year, c.Campaign.Last.Next().Year)
}
