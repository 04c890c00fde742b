package app

import (
	"cmp"
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
		Changes: a.unitChanges(st, sum), UnreadableSince: d.Unreadable,
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

// unitChanges groups the changes since the last issue by unit.
func (a *App) unitChanges(st *ledger.State, sum *aggregate.Summary) []compose.UnitChange {
	issues := st.Book(sum.Period).Issues
	if len(issues) == 0 {
		return nil
	}
	last := issues[len(issues)-1]
	var out []compose.UnitChange
	for _, r := range sum.Rows {
		if !slices.ContainsFunc(sum.Changes, func(c aggregate.Change) bool { return c.Unit == r.Unit }) {
			continue
		}
		ch := compose.UnitChange{Unit: r.Unit, Period: sum.Period, Old: last.Figures[r.Unit]}
		if v := r.Standing.InForce; v != nil {
			ch.New = v.Reading.Figures
		}
		out = append(out, ch)
	}
	return out
}

// dutyMail composes 【值班】 for the period that is being collected.
func (a *App) dutyMail(st *ledger.State, res notify.Result, d notify.Due, now time.Time) (ledger.Mail, error) {
	p := a.current(now)
	sum := aggregate.Build(a.campaign, st, aggregate.Request{Period: p, Number: 1, At: now})
	f := a.common(st, d.Key, "", p)
	f.Now, f.Reason, f.ToDesk, f.To = now, d.Reason, true, a.campaign.Desk.Addresses
	facts := compose.DutyFacts{Common: f, Tally: sum.Tally, Lines: a.lines(st, sum), NoAddress: res.NoAddress,
		Held: a.heldItems(st), Stuck: stuckItems(st), Bounced: a.bounced(st), UnreadableSince: st.Poll.Failing}
	facts.Replies = a.replyItems(st)
	for _, m := range st.Undecided {
		if m.Status == ledger.MailQuarantined {
			facts.Quarantined = append(facts.Quarantined, compose.QuarantinedItem{From: m.From.Addr, Subject: m.Subject, Arrived: m.Arrived, Failures: m.Failures})
		}
	}
	return a.compose.Duty(facts)
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

// heldItems are the documents that wait for the desk, with what to type.
func (a *App) heldItems(st *ledger.State) []compose.HeldItem {
	var out []compose.HeldItem
	add := func(s *ledger.Submission) {
		if s.Quality != ledger.QualityHeld {
			return
		}
		out = append(out, compose.HeldItem{ID: ShortID(s.ID), Unit: s.Unit, Period: s.Period, File: s.Reading.File, From: s.Sender,
			Arrived: s.Arrived, Findings: s.Reading.Findings, Choices: a.choices(st, s)})
	}
	for _, b := range st.Sorted() {
		for i := range b.Submissions {
			add(&b.Submissions[i])
		}
	}
	for i := range st.Unplaced {
		add(&st.Unplaced[i])
	}
	return out
}

// choices are the commands that settle a held document. An address that was
// confirmed since is not asked for again.
func (a *App) choices(st *ledger.State, s *ledger.Submission) []compose.Choice {
	id := ShortID(s.ID)
	var out []compose.Choice
	has := func(code ledger.Code) bool {
		return slices.ContainsFunc(s.Reading.Findings, func(f ledger.Finding) bool { return f.Code == code })
	}
	address, known := st.UnitOf(s.Sender)
	roster := s.Reading.Kind == ledger.KindRoster && ledger.MainLines(s.Reading.Roster) != nil // it has no month
	placed := s.Unit != "" && a.campaign.Has(s.Period)
	switch {
	case !roster && !placed:
		unit, month := cmp.Or(s.Unit, blankUnit), blankMonth
		if a.campaign.Has(s.Period) {
			month = s.Period.String()
		}
		out = append(out, compose.Choice{Means: meansAssign, Command: fmt.Sprintf(commandAssign, id, unit, month)})
	case has(ledger.ISenderUnknown) && !known:
		out = append(out, compose.Choice{Means: fmt.Sprintf(meansAddress, s.Unit), Command: fmt.Sprintf(commandAddress, s.Unit, s.Sender)})
	case has(ledger.ISenderUnsigned) && !address.Unsigned:
		out = append(out, compose.Choice{Means: meansUnsigned, Command: fmt.Sprintf(commandUnsigned, s.Unit, s.Sender)})
	}
	if roster || placed {
		out = append(out, compose.Choice{Means: meansAccept, Command: fmt.Sprintf(commandAccept, id)})
	}
	return append(out, compose.Choice{Means: meansReturn, Command: fmt.Sprintf(commandReturn, id)})
}

// ShortID is the form of a submission's ID that people type: the first ten
// digits of the mail's digest and the ordinal.
func ShortID(id string) string {
	if len(id) > 64 && id[64] == '/' {
		return id[:10] + id[64:]
	}
	return id
}

func stuckItems(st *ledger.State) []compose.StuckItem {
	var out []compose.StuckItem
	for _, o := range st.Outbox {
		if o.State == ledger.SendHuman || o.State == ledger.SendRefused {
			out = append(out, compose.StuckItem{Unit: o.Unit, Subject: o.Subject, To: notify.RealRecipients(o), State: o.State, Since: o.Created})
		}
	}
	slices.SortFunc(out, func(x, y compose.StuckItem) int { return x.Since.Compare(y.Since) })
	return out
}

func (a *App) bounced(st *ledger.State) []compose.BouncedItem {
	var out []compose.BouncedItem
	for _, u := range a.campaign.Units {
		for _, k := range sortedAddresses(st, u.Name) {
			if !k.Bounced.IsZero() {
				out = append(out, compose.BouncedItem{Unit: u.Name, Addr: k.Addr, At: k.Bounced,
					Command: fmt.Sprintf(commandReplace, u.Name)})
			}
		}
	}
	return out
}
