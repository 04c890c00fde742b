package ledger

import "time"

// HolidayRule says what becomes of a due day that is no workday.
type HolidayRule string

// The holiday rules of rule book §4.
const (
	HolidayNone     HolidayRule = "none"     // the due day stands
	HolidayPrevious HolidayRule = "previous" // the workday before it
	HolidayNext     HolidayRule = "next"     // the workday after it
)

// Schedule turns a period into its instants (rule book §4). All instants are
// bounds of half-open intervals: "before Due" is on time.
type Schedule struct {
	Zone        *time.Location
	Calendar    Calendar
	DueDay      int // 1 to 28
	DueHour     int // 1 to 24; 24 means that the whole due day counts
	Holiday     HolidayRule
	CutoffDays  int // calendar days from the due day to the cut-off
	CutoffHour  int // 0 to 23
	ClosingDay  int // day of the following month; the whole day still counts
	SummaryWait time.Duration
}

// DueDate returns T, the calendar date of the due day of p.
func (s Schedule) DueDate(p Period) Date {
	t := Date{p.Year, p.Month, s.DueDay}
	switch s.Holiday {
	case HolidayPrevious:
		return s.Calendar.OnOrBefore(t)
	case HolidayNext:
		return s.Calendar.OnOrAfter(t)
	}
	return t
}

// Due returns D(p): 00:00 of the day after the due day when DueHour is 24.
func (s Schedule) Due(p Period) time.Time {
	return s.DueDate(p).At(s.DueHour, 0, s.Zone)
}

// CutOff returns C(p) ≥ D(p): when the city summary is compiled.
func (s Schedule) CutOff(p Period) time.Time {
	c := s.DueDate(p).AddDays(s.CutoffDays).At(s.CutoffHour, 0, s.Zone)
	if d := s.Due(p); c.Before(d) {
		return d
	}
	return c
}

// Closing returns K(p) as it stands without a word of the desk: the end of the
// closing day of the following month.
func (s Schedule) Closing(p Period) time.Time {
	n := p.Next()
	return Date{n.Year, n.Month, s.ClosingDay}.At(24, 0, s.Zone)
}

// Opens returns the first instant of p.
func (s Schedule) Opens(p Period) time.Time { return p.First().At(0, 0, s.Zone) }
