package app

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"taizhang/aggregate"
	"taizhang/ledger"
	"taizhang/notify"
	"taizhang/notify/compose"
)

// summaryMail composes 【月度汇总】 with workbook and bulletin, and the record of
// the issue.
func (a *App) summaryMail(st *ledger.State, d notify.Due, now time.Time) (ledger.Mail, ledger.Issue, error) {
	sum := aggregate.Build(a.campaign, st, aggregate.Request{Period: d.Period, Number: d.Number, At: now, Unreadable: d.Unreadable})
	made, err := a.products(sum)
	if err != nil {
		return ledger.Mail{}, ledger.Issue{}, err
	}
	f := a.common(st, d.Key, "", d.Period)
	f.Now, f.Reason, f.ToDesk, f.To = now, d.Reason, true, a.campaign.Desk.Addresses
	f.Attachments = made.files
	m, err := a.compose.Summary(compose.SummaryFacts{
		Common: f, Correction: sum.Correction(), Tally: sum.Tally, Lines: a.lines(st, sum),
		Month:   totals(sum, func(r aggregate.Row) map[string]aggregate.Value { return r.Month }),
		Year:    totals(sum, func(r aggregate.Row) map[string]aggregate.Value { return r.Cumulative }),
		Changes: changesOf(sum.Changes), Earlier: changesOf(sum.Earlier), UnreadableSince: d.Unreadable,
		TemplateProblem: made.problem, NoBulletin: made.noBulletin, Targets: newTargets(sum),
	})
	return m, sum.Issue(d.Key), err
}

// newTargets are the targets that hold from the summary's period on.
func newTargets(sum *aggregate.Summary) []compose.TargetChange {
	var out []compose.TargetChange
	for _, t := range sum.Targets {
		amount := func(v aggregate.Value) string {
			switch {
			case !v.Known:
				return ""
			case t.Measure.Key == "": // the project rate, in per mille
				return strings.Replace(aggregate.Ratio{Num: v.N, Den: 1000}.Percent(), ".0%", "%", 1)
			}
			return fmt.Sprint(v.N) + t.Measure.Unit
		}
		out = append(out, compose.TargetChange{Unit: t.Unit, Measure: t.Measure.Name, Old: amount(t.Old), New: amount(t.New), Notice: t.Notice})
	}
	return out
}

// lines are the expected units as mails to the desk and status show them.
func (a *App) lines(st *ledger.State, sum *aggregate.Summary) []compose.UnitLine {
	var out []compose.UnitLine
	for _, r := range sum.Rows {
		l := compose.UnitLine{Standing: r.Standing, Cumulative: map[string]int64{}}
		for k, v := range r.Cumulative {
			if v.Known {
				l.Cumulative[k] = v.N
			}
		}
		if v := r.Standing.InForce; v != nil {
			l.Figures = v.Reading.Figures
		}
		for _, q := range sum.Queries {
			if q.Unit == r.Unit {
				l.Queries++
			}
		}
		if d, ok := st.Book(sum.Period).Exempt[r.Unit]; ok {
			l.ExemptReason = d.Reason
		}
		l.LastReminder = lastReminder(st, sum.Period, r.Unit)
		out = append(out, l)
	}
	return out
}

// lastReminder is when the unit was last reminded of the period.
func lastReminder(st *ledger.State, p ledger.Period, unit string) time.Time {
	var last time.Time
	for _, o := range st.Outbox {
		reminder := slices.Contains([]ledger.MailKind{ledger.MailRequest, ledger.MailTomorrow, ledger.MailOverdue}, o.Kind)
		if reminder && o.Unit == unit && o.Period == p && o.State == ledger.SendSent {
			for _, at := range o.Attempts {
				if at.Begun.After(last) {
					last = at.Begun
				}
			}
		}
	}
	return last
}

func totals(sum *aggregate.Summary, of func(aggregate.Row) map[string]aggregate.Value) map[string]compose.Total {
	out := map[string]compose.Total{}
	for _, m := range sum.Columns {
		var t compose.Total
		for _, r := range sum.Rows {
			if v := of(r)[m.Key]; v.Known {
				t.Value, t.Units = t.Value+v.N, t.Units+1
			}
		}
		if t.Units > 0 {
			out[m.Key] = t
		}
	}
	return out
}

// changesOf puts the changes of a summary into the words of a mail.
func changesOf(cs []aggregate.Change) []compose.FigureChange {
	causes := map[aggregate.Cause]compose.Cause{aggregate.Amended: compose.CauseAmended, aggregate.Late: compose.CauseLate,
		aggregate.Admitted: compose.CauseAdmitted, aggregate.Withdrawn: compose.CauseWithdrawn}
	var out []compose.FigureChange
	for _, c := range cs {
		out = append(out, compose.FigureChange{Unit: c.Unit, Period: c.Period, Measure: c.Measure.Key, Old: c.Was, New: c.Is,
			Cause: causes[c.Cause], Version: c.Version, Reason: c.Reason})
	}
	return out
}

// current is the period in collection at now: that of the calendar month,
// kept within the campaign. Until the cut-off of the month before is past,
// that month is what the desk looks at.
func (a *App) current(now time.Time) ledger.Period {
	p := ledger.PeriodOf(now.In(a.zone()))
	if prev := p.Prev(); a.campaign.Has(prev) && now.Before(a.campaign.Schedule.CutOff(prev)) {
		p = prev
	}
	switch {
	case p.Before(a.campaign.First):
		return a.campaign.First
	case p.After(a.campaign.Last):
		return a.campaign.Last
	}
	return p
}
