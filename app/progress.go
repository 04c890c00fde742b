package app

import (
	"time"

	"taizhang/aggregate"
	"taizhang/ledger"
	"taizhang/notify/compose"
)

// progress is where the unit stands in each measure with the submission
// counted.
func (a *App) progress(st *ledger.State, s *ledger.Submission) map[string]compose.Progress {
	out := map[string]compose.Progress{}
	r, _ := aggregate.RowOf(a.campaign, st, s.Unit, aggregate.Request{Period: s.Period, Number: 1, At: s.Decided})
	for k, v := range r.Cumulative {
		if v.Known {
			out[k] = compose.Progress{Cumulative: v.N, Done: compose.Ratio(r.Rate[k])}
		}
	}
	return out
}

// reissueAt is when the next 更正版 after now goes out: at the rules' time on
// the first workday that has not passed it (rule book §5.3).
func (a *App) reissueAt(now time.Time) time.Time {
	cal, zone := a.campaign.Schedule.Calendar, a.zone()
	day := cal.OnOrAfter(ledger.DateOf(now.In(zone)))
	at := func(d ledger.Date) time.Time {
		return d.At(a.rules.CorrectionAt.Hour, a.rules.CorrectionAt.Minute, zone)
	}
	if at(day).Before(now) {
		day = cal.Add(day, 1)
	}
	return at(day)
}
