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

// dutyMail composes 【值班】 for the period that is being collected, or for that
// of the units that the ladder hands to the desk.
func (a *App) dutyMail(st *ledger.State, res notify.Result, d notify.Due, now time.Time) (ledger.Mail, error) {
	p := a.current(now)
	if len(d.Escalations) > 0 && d.Key != notify.DutyKey(ledger.DateOf(now.In(a.zone()))) {
		p = d.Escalations[0].Period
	}
	sum := aggregate.Build(a.campaign, st, aggregate.Request{Period: p, Number: 1, At: now})
	f := a.common(st, d.Key, "", p)
	f.Now, f.Reason, f.ToDesk, f.To = now, d.Reason, true, a.campaign.Desk.Addresses
	facts := compose.DutyFacts{Common: f, Tally: sum.Tally, Lines: a.lines(st, sum), Unanswered: unanswered(d.Escalations),
		Held: a.heldItems(st), Stuck: stuckItems(st), UnreadableSince: st.Poll.Failing, BackupFailing: st.Backup.Failing,
		Mailbox:      compose.MailboxFacts{Notices: st.Untold(), Quota: st.Poll.Quota, Clock: st.Poll.Clock},
		UnknownYears: yearsOf(d.Causes, a.rules.UnknownYears)}
	facts.Replies = a.replyItems(st)
	for _, u := range res.NoAddress {
		asked := slices.ContainsFunc(facts.Unanswered, func(x compose.UnansweredItem) bool { return x.Unit == u })
		if len(a.addressesOf(st, u)) == 0 && !asked {
			facts.NoAddress = append(facts.NoAddress, u)
		}
	}
	facts.Bounced = a.bounced(st, func(unit, cause string) bool {
		return slices.Contains(d.Causes, cause) || slices.Contains(res.NoAddress, unit)
	})
	for _, m := range st.Undecided {
		if m.Status == ledger.MailQuarantined && !m.PreEpoch {
			facts.Quarantined = append(facts.Quarantined, compose.QuarantinedItem{From: m.From.Addr, Subject: m.Subject, Arrived: m.Arrived, Failures: m.Failures})
		}
	}
	for _, m := range st.Struck {
		facts.Struck = append(facts.Struck, compose.StruckItem{Folder: m.Place.Folder, At: m.Last, Large: m.Large})
	}
	if p := st.Pause; p != nil {
		facts.Paused = p.Reason
		if !p.Human {
			facts.PausedUntil = p.Until
		}
	}
	return a.compose.Duty(facts)
}

// yearsOf are the years of which the causes tell.
func yearsOf(causes []string, unknown []int) []int {
	return slices.DeleteFunc(slices.Clone(unknown), func(y int) bool {
		return !slices.ContainsFunc(causes, func(c string) bool { return strings.HasPrefix(c, fmt.Sprintf(notify.CauseDaysOff, y)) })
	})
}

// unanswered are the units that the ladder hands to the desk.
func unanswered(es []notify.Escalation) []compose.UnansweredItem {
	var out []compose.UnansweredItem
	for _, e := range es {
		u := compose.UnansweredItem{Unit: e.Unit, Period: e.Period, Kind: e.Kind, Slot: e.Slot, Lost: e.Unreached, Last: e.Last}
		if e.Unreached {
			u.Command = fmt.Sprintf(commandReplace, e.Unit)
		}
		out = append(out, u)
	}
	return out
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

// bounced are the addresses that refused our mails, of which shown says that
// the desk hears; nil: all.
func (a *App) bounced(st *ledger.State, shown func(unit, cause string) bool) []compose.BouncedItem {
	var out []compose.BouncedItem
	for _, u := range a.campaign.Units {
		for _, k := range sortedAddresses(st, u.Name) {
			if !k.Bounced.IsZero() && (shown == nil || shown(u.Name, notify.CauseBounced(k))) {
				out = append(out, compose.BouncedItem{Unit: u.Name, Addr: k.Addr, At: k.Bounced,
					Command: fmt.Sprintf(commandReplace, u.Name)})
			}
		}
	}
	return out
}
