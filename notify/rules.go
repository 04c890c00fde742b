package notify

import (
	"time"

	"taizhang/ledger"
)

// TimeOfDay is a time on the office's clock.
type TimeOfDay struct{ Hour, Minute int }

// on returns the instant of the time on the day d.
func (t TimeOfDay) on(d ledger.Date, zone *time.Location) time.Time {
	return d.At(t.Hour, t.Minute, zone)
}

// Rules say when mails of the plan are due (rule book §8). T is the calendar
// date of a unit's due day, D its due instant, C the cut-off. How long a
// summary waits for the mailbox stands in ledger.Schedule.SummaryWait.
type Rules struct {
	RequestWorkdays int       // 【请报送】: workdays before T
	RequestAt       TimeOfDay // its time, and that of 【明日截止】
	TomorrowDays    int       // 【明日截止】: calendar days before T, moved back to a workday
	OverdueAt       TimeOfDay // 【催报】: from the first workday after D
	OverdueEvery    int       // workdays from one 【催报】 to the next
	OverdueDays     int       // calendar days after T on which the last one may fall
	CorrectionAt    TimeOfDay // 更正版: on workdays
	DutyAt          TimeOfDay // 【值班】: on workdays
	DutyUntil       TimeOfDay // what first needs a person after this time waits for the next workday
	DutyDays        int       // calendar days before D from which 【值班】 comes every workday until C

	// PollFresh is how old the newest complete poll may be when a county is
	// reminded: after an outage the mailbox is looked at first. Zero: any age.
	PollFresh time.Duration
	// UnknownYears are the years whose days off are not known.
	UnknownYears []int
	// PollAlarm is how long polls may fail before a person is needed.
	PollAlarm time.Duration
}

// DefaultRules returns the times of the rule book, §4 and §8.
func DefaultRules() Rules {
	return Rules{
		RequestWorkdays: 5,
		RequestAt:       TimeOfDay{9, 30},
		TomorrowDays:    1,
		OverdueAt:       TimeOfDay{9, 0},
		OverdueEvery:    2,
		OverdueDays:     10,
		CorrectionAt:    TimeOfDay{16, 0},
		DutyAt:          TimeOfDay{8, 30},
		DutyUntil:       TimeOfDay{18, 0},
		DutyDays:        3,
		PollFresh:       time.Hour,
		PollAlarm:       24 * time.Hour,
	}
}

// defaultSummaryWait is the rule book's: used when the schedule states none.
const defaultSummaryWait = 4 * time.Hour

// clockTolerance is how far the clock may stand behind the newest thing known
// before nothing is sent (fault catalogue: a clock that is wrong at boot).
const clockTolerance = 10 * time.Minute
