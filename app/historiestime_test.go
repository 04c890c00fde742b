package app_test

import (
	"fmt"
	"slices"
	"time"

	"taizhang/ledger"
)

// The rule book's §4, and the times of §8, stated anew. Instants follow from
// the sample's settings: due on the 28th, compiled on the 29th at 09:00,
// closed with the 15th of the next month.

var officeZone = time.FixedZone("CST", 8*3600)

var lastMonth = ledger.Period{Year: 2022, Month: time.December}

func on(p ledger.Period, day, hour int) time.Time {
	return time.Date(p.Year, p.Month, day, hour, 0, 0, 0, officeZone)
}

// The State Council's calendar from May 2022 to January 2023, as it was
// published: weekdays off, and days of a weekend that were worked.
var (
	daysOff = []string{"2022-05-02", "2022-05-03", "2022-05-04", "2022-06-03", "2022-09-12", "2022-10-03", "2022-10-04", "2022-10-05", "2022-10-06", "2022-10-07",
		"2023-01-02", "2023-01-23", "2023-01-24", "2023-01-25", "2023-01-26", "2023-01-27"}
	daysWorked = []string{"2022-05-07", "2022-10-08", "2022-10-09", "2023-01-28", "2023-01-29"}
)

func worked(t time.Time) bool {
	switch day := t.In(officeZone).Format(time.DateOnly); {
	case slices.Contains(daysWorked, day):
		return true
	case slices.Contains(daysOff, day):
		return false
	}
	wd := t.In(officeZone).Weekday()
	return wd != time.Saturday && wd != time.Sunday
}

func midnight(t time.Time) time.Time {
	y, mo, d := t.In(officeZone).Date()
	return time.Date(y, mo, d, 0, 0, 0, 0, officeZone)
}

// workdays goes n workdays on from the day, or back.
func workdays(day time.Time, n int) time.Time {
	step := 1
	if n < 0 {
		step, n = -1, -n
	}
	for n > 0 {
		if day = day.AddDate(0, 0, step); worked(day) {
			n--
		}
	}
	return day
}

func (m *mirror) due(at place) time.Time {
	if u, ok := m.until[at]; ok {
		return u
	}
	return on(at.period, 29, 0)
}

func (m *mirror) cutOff(at place) time.Time {
	c, d := on(at.period, 29, 9), m.due(at)
	if d.After(c) {
		return d
	}
	return c
}

func (m *mirror) closing(p ledger.Period) time.Time {
	if k, ok := m.closed[p]; ok {
		return k
	}
	return on(p.Next(), 16, 0)
}

// over reports that the campaign is: its last month is closed.
func (m *mirror) over(now time.Time) bool { return !now.Before(m.closing(lastMonth)) }

func (m *mirror) punctuality(at place, now time.Time) ledger.Punctuality {
	r, read := m.first(at)
	d, c := m.due(at), m.cutOff(at)
	switch {
	case m.exempt[at]:
		return ledger.PunctualExempt
	case read && r.Before(d):
		return ledger.PunctualOnTime
	case read && r.Before(c):
		return ledger.PunctualLate
	case read:
		return ledger.PunctualAfter
	case !r.IsZero():
		return ledger.PunctualHeld
	case now.Before(d):
		return ledger.PunctualAwaited
	case now.Before(c):
		return ledger.PunctualOverdue
	}
	return ledger.PunctualMissing
}

// lateDays counts calendar dates from the due day, at least 1.
func (m *mirror) lateDays(at place) int {
	r, _ := m.first(at)
	return max(1, int(midnight(r).Sub(midnight(m.due(at).Add(-time.Nanosecond))).Hours()/24))
}

// slot is one reminder of a month: its key and when it is due.
type slot struct {
	key    string
	at     time.Time
	before bool // it makes sense only before D
}

// slots are the reminders of a unit without extension: T−5 workdays and T−1 at
// 09:30, then at 09:00 from the first workday after D every second one to T+10.
func (m *mirror) slots(at place) []slot {
	t := on(at.period, 28, 0)
	key := func(stage string) string { return fmt.Sprintf("remind/%s/%s/%s", at.period, at.unit, stage) }
	half := 9*time.Hour + 30*time.Minute
	eve := t.AddDate(0, 0, -1)
	if !worked(eve) {
		eve = workdays(eve, -1)
	}
	out := []slot{{key("request"), workdays(t, -5).Add(half), true}, {key("tomorrow"), eve.Add(half), true}}
	for n, day := 1, workdays(t, 1); !day.After(t.AddDate(0, 0, 10)); n, day = n+1, workdays(day, 2) {
		if nine := day.Add(9 * time.Hour); nine.Before(m.closing(at.period)) {
			out = append(out, slot{key(fmt.Sprintf("overdue-%d", n)), nine, false})
		}
	}
	return out
}

// want is what must become of a slot.
type want string

const (
	wantNothing want = "nothing yet" // it waits, or has not come
	wantSkip    want = "a line that says why there is none"
	wantMail    want = "a mail"
)

// reminder says what must become of the i-th slot at a round at now. polled
// is when the mailbox was last read.
func (m *mirror) reminder(at place, ss []slot, i int, now, polled time.Time) want {
	s := ss[i]
	latest := i == len(ss)-1 || now.Before(ss[i+1].at)
	switch {
	case now.Before(s.at):
		return wantNothing
	case s.at.Before(m.epoch), m.exempt[at], m.inForce(at) != nil, !now.Before(m.closing(at.period)), s.before && !now.Before(m.due(at)),
		!now.Before(on(at.period, 28, 24).AddDate(0, 0, 10)), !latest:
		return wantSkip
	case m.holds(at), m.unplaced(at.unit), polled.Before(s.at):
		return wantNothing
	}
	return wantMail
}

// unplaced reports a held document that may be the unit's missing report.
func (m *mirror) unplaced(unit string) bool {
	return slices.ContainsFunc(m.docs, func(d *paperwork) bool {
		return d.class == isHeld && d.at.unit == unit && d.at.period.IsZero() && !d.arrived.Before(m.epoch)
	})
}

// waits is how long a summary waits for the mailbox.
const waits = 4 * time.Hour

// firstIssue reports whether the month's summary must be out at a round at now.
func (m *mirror) firstIssue(p ledger.Period, now, polled time.Time) bool {
	c, end := on(p, 29, 9), m.closing(p)
	if !end.After(c) {
		end = on(p.Next(), 16, 0) // closed before it was compiled: it still is
	}
	return !now.Before(c) && now.Before(end) && !c.Before(m.epoch) && (!polled.Before(c) || !now.Before(c.Add(waits)))
}

// afternoon is the last 16:00 of a workday that has come.
func afternoon(now time.Time) time.Time {
	day := midnight(now)
	if !worked(day) || now.Before(day.Add(16*time.Hour)) {
		day = workdays(day, -1)
	}
	return day.Add(16 * time.Hour)
}

// nextIssue reports whether a 更正版 must be out at a round at now, after one
// at last, given that versions in force differ from it.
func (m *mirror) nextIssue(p ledger.Period, last, now, polled time.Time) bool {
	s := afternoon(now)
	return now.Before(m.closing(p)) && s.After(last) && !s.Before(m.epoch) && (!polled.Before(s) || !now.Before(s.Add(waits)))
}
