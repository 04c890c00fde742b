package app

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"taizhang/ledger"
	"taizhang/notify"
	"taizhang/notify/compose"
)

// Planned is what one look at the plan did.
type Planned struct {
	Queued []string      // outbox keys that are new
	Wait   []notify.Wait // due, and waiting for the mailbox
	Next   time.Time     // when the next slot comes; zero: none
	Over   bool          // the campaign's last period is closed: nothing is sent any more
	Behind bool          // the clock stands before what is known to have happened
	Reason string        // why nothing is planned at all
}

// plan asks what is due and puts it in the outbox, each mail in a transaction
// of its own with the fact that caused it.
func (a *App) plan(ctx context.Context, now time.Time) (Planned, error) {
	st, err := a.store.State(ctx)
	if err != nil {
		return Planned{}, err
	}
	res := notify.Plan(now, a.campaign, a.rules, st)
	out := Planned{Wait: res.Wait, Next: res.Next, Over: res.Over, Behind: res.ClockBehind, Reason: res.Reason}
	if c, some := skips(res, st, now); some {
		if _, err := a.store.Apply(ctx, c); err != nil {
			return out, fmt.Errorf("record what is skipped: %w", err)
		}
	}
	for _, w := range res.Wait {
		a.log.Info("due, but waiting", "key", w.Key, "reason", w.Reason)
	}
	for _, d := range res.Due {
		keys, err := a.queue(ctx, st, res, d, now)
		if err != nil {
			return out, err
		}
		out.Queued = append(out.Queued, keys...)
	}
	return out, nil
}

// snapshots records the expected units of periods that have opened. It reads
// the state only when one has opened since it last did.
func (a *App) snapshots(ctx context.Context, now time.Time) error {
	opened := 0
	for _, p := range a.campaign.Periods() {
		if !now.Before(a.campaign.Schedule.Opens(p)) {
			opened++
		}
	}
	if opened <= a.opened {
		return nil
	}
	st, err := a.store.State(ctx)
	if err != nil {
		return err
	}
	res := notify.Plan(now, a.campaign, a.rules, st)
	if res.ClockBehind {
		return nil // none is taken by a clock that is wrong
	}
	if len(res.Snapshots) > 0 {
		if _, err = a.store.Apply(ctx, ledger.Change{At: now, Snapshots: res.Snapshots}); err != nil {
			return err
		}
	}
	a.opened = opened
	return nil
}

// skips records reminders whose slot will cause no mail, so that status and
// log can say why. A summary's key stays free: the desk may still order it.
func skips(res notify.Result, st *ledger.State, now time.Time) (ledger.Change, bool) {
	c := ledger.Change{At: now}
	for _, s := range res.Skip {
		if _, known := st.Outbox[s.Key]; known || s.Kind == ledger.MailSummary {
			continue
		}
		c.Outgoing = append(c.Outgoing, ledger.Outgoing{Key: s.Key, Kind: s.Kind, Unit: s.Unit, Period: s.Period,
			Reason: s.Reason, Created: now, State: ledger.SendSkipped})
	}
	return c, len(c.Outgoing) > 0
}

// queue composes one due mail and stores it with its cause.
func (a *App) queue(ctx context.Context, st *ledger.State, res notify.Result, d notify.Due, now time.Time) ([]string, error) {
	c := ledger.Change{At: now}
	var m ledger.Mail
	var err error
	switch d.Kind {
	case ledger.MailSummary:
		d.Number = a.freeIssue(d.Period, d.Number)
		d.Key = notify.SummaryKey(d.Period, d.Number)
		var issue ledger.Issue
		m, issue, err = a.summaryMail(st, d, now)
		c.Issues = []ledger.Issue{issue}
	case ledger.MailDuty:
		m, err = a.dutyMail(st, res, d, now)
	default:
		m, err = a.reminder(st, d, now)
	}
	if err != nil {
		return nil, fmt.Errorf("compose %s: %w", d.Key, err)
	}
	out, err := a.render(m)
	if err != nil {
		return nil, err
	}
	out.Expires = d.Expires
	c.Outgoing = []ledger.Outgoing{out}
	for _, cause := range d.Causes {
		c.Outgoing = append(c.Outgoing, ledger.Outgoing{Key: notify.ToldKey(cause), Kind: ledger.MailDuty, Reason: "told in " + d.Key,
			Created: now, State: ledger.SendSkipped})
	}
	c.Events = []ledger.Event{{At: now, Actor: actorSelf, What: "plan", Unit: d.Unit, Period: d.Period, Ref: d.Key, Text: d.Reason}}
	keys, err := a.store.Apply(ctx, c)
	if err != nil {
		return nil, fmt.Errorf("queue %s: %w", d.Key, err)
	}
	a.log.Info("mail queued", "key", d.Key, "unit", d.Unit, "period", d.Period.String(), "reason", d.Reason)
	return slices.DeleteFunc(keys, func(k string) bool { return k != d.Key }), nil
}

// The actors of the audit log.
const (
	actorSelf = "taizhang"
	actorDesk = "desk"
)

// reminder composes 【请报送】, 【明日截止】 and 【催报】.
func (a *App) reminder(st *ledger.State, d notify.Due, now time.Time) (ledger.Mail, error) {
	f := a.common(st, d.Key, d.Unit, d.Period)
	f.Reason, f.Now, f.Thread = d.Reason, now, reminded(st, d)
	f.To = a.recipient(st, d.Unit)
	if len(f.To) == 0 {
		return ledger.Mail{}, fmt.Errorf("no address of %s is known", d.Unit)
	}
	book := st.Book(d.Period)
	stand := book.Standing(a.campaign.Schedule, d.Unit, now)
	var back *compose.Document
	if n := stand.Newest; n != nil && n.Quality == ledger.QualityReturned {
		open, _ := openFindings(book, n, n)
		back = &compose.Document{File: n.Reading.File, Sheet: n.Reading.Sheet, Version: n.Version, Arrived: n.Arrived,
			Punctuality: stand.Punctuality, LateDays: stand.LateDays, Attempt: n.Attempt(), Figures: n.Reading.Figures, Findings: open}
	}
	switch d.Kind {
	case ledger.MailRequest:
		form, err := a.form(st, d.Unit, d.Period)
		if err != nil {
			return ledger.Mail{}, err
		}
		f.Attachments = []ledger.Attachment{form}
		return a.compose.Request(compose.RequestFacts{Common: f})
	case ledger.MailTomorrow:
		return a.compose.Tomorrow(compose.TomorrowFacts{Common: f, Returned: back})
	}
	if p := a.person(st, d.Unit, officer); d.Stage >= 2 && p.Addr != "" {
		f.Cc = []ledger.Address{{Name: p.Name, Addr: p.Addr}}
	}
	zone := a.zone()
	late := ledger.DateOf(now.In(zone)).DaysSince(ledger.DateOf(stand.Due.Add(-1).In(zone)))
	return a.compose.Overdue(compose.OverdueFacts{Common: f, Number: notices(st, d) + 1, Last: d.Last, LateDays: max(1, late), Returned: back, Issued: len(book.Issues) > 0})
}

// reminded are the Message-IDs of the earlier reminders of the unit and period,
// so that they stand together in the county's mailbox.
func reminded(st *ledger.State, d notify.Due) []string {
	var sent []ledger.Outgoing
	for _, o := range st.Outbox {
		switch o.Kind {
		case ledger.MailRequest, ledger.MailTomorrow, ledger.MailOverdue:
			if o.Unit == d.Unit && o.Period == d.Period && o.State != ledger.SendSkipped && o.Key != d.Key {
				sent = append(sent, *o)
			}
		}
	}
	slices.SortFunc(sent, func(x, y ledger.Outgoing) int { return cmp.Or(x.Created.Compare(y.Created), cmp.Compare(x.Key, y.Key)) })
	var ids []string
	for _, o := range sent {
		ids = append(ids, o.MessageID)
	}
	return ids
}

// notices counts the 【催报】 of the unit and period before this one that were
// not left out.
func notices(st *ledger.State, d notify.Due) int {
	n := 0
	for _, o := range st.Outbox {
		if o.Kind == ledger.MailOverdue && o.Unit == d.Unit && o.Period == d.Period && o.State != ledger.SendSkipped && o.Key != d.Key {
			n++
		}
	}
	return n
}

// recipient is the one address a unit is written to: where it last wrote
// from, as long as that is known and has not bounced, else the first known.
func (a *App) recipient(st *ledger.State, unit string) []ledger.Address {
	known := a.addressesOf(st, unit)
	if len(known) == 0 {
		return nil
	}
	var last time.Time
	best := known[0]
	for _, b := range st.Books {
		for _, s := range b.UnitSubmissions(unit) {
			for _, k := range known {
				if k.Addr == s.Sender && s.Arrived.After(last) {
					last, best = s.Arrived, k
				}
			}
		}
	}
	return []ledger.Address{best}
}
