package notify

import (
	"fmt"
	"time"

	"taizhang/ledger"
)

// stage is one reminder of a unit and period: request, tomorrow, overdue-n.
type stage struct {
	name    string
	kind    ledger.MailKind
	number  int // of overdue
	slot    time.Time
	last    bool      // the unit's last 【催报】 of the period
	expires time.Time // the next stage's slot, or when this one lost its sense
}

// stages returns the reminders of a unit in the order of their slots. They
// follow the unit's own due instant, so that an extension moves them.
func (pl *planner) stages(b *ledger.Book, st *ledger.Standing) []stage {
	zone, cal := pl.sch.Zone, pl.sch.Calendar
	t := ledger.DateOf(st.Due.Add(-1).In(zone))
	closing := b.ClosingOf(pl.sch)
	last := earlier(closing, t.AddDays(pl.r.OverdueDays).At(24, 0, zone))
	out := []stage{
		{name: "request", kind: ledger.MailRequest, slot: pl.r.RequestAt.on(cal.Add(t, -pl.r.RequestWorkdays), zone), expires: earlier(st.Due, closing)},
		{name: "tomorrow", kind: ledger.MailTomorrow, slot: pl.r.RequestAt.on(cal.OnOrBefore(t.AddDays(-pl.r.TomorrowDays)), zone), expires: earlier(st.Due, closing)},
	}
	for n, d := 1, cal.Add(t, 1); ; n, d = n+1, cal.Add(d, max(1, pl.r.OverdueEvery)) {
		slot := pl.r.OverdueAt.on(d, zone)
		if !slot.Before(last) {
			break
		}
		out = append(out, stage{name: fmt.Sprintf("overdue-%d", n), kind: ledger.MailOverdue, number: n, slot: slot, expires: last})
	}
	out[len(out)-1].last = out[len(out)-1].kind == ledger.MailOverdue
	for i := range out[1:] {
		out[i].expires = earlier(out[i].expires, out[i+1].slot)
	}
	return out
}

func earlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}

// unit plans the reminders of one expected unit. Only the latest stage whose
// slot has come can be due; earlier ones without a mail are skipped.
func (pl *planner) unit(b *ledger.Book, unit string) {
	st := b.Standing(pl.sch, unit, pl.now)
	stages := pl.stages(b, &st)
	latest := -1
	for i, g := range stages {
		if pl.now.Before(g.slot) {
			pl.next(g.slot)
			break
		}
		latest = i
	}
	for i, g := range stages[:latest+1] {
		key := RemindKey(b.Period, unit, g.name)
		if pl.known(key) {
			continue
		}
		skip := Skip{Key: key, Kind: g.kind, Unit: unit, Period: b.Period, Slot: g.slot}
		skip.Reason = pl.pointless(b, &st, g)
		if skip.Reason == "" && i < latest {
			skip.Reason = "superseded by " + stages[latest].name
		}
		if skip.Reason != "" {
			pl.res.Skip = append(pl.res.Skip, skip)
			continue
		}
		pl.remind(&st, g, Wait(skip))
	}
	if latest >= 0 {
		pl.escalate(b, &st, stages[latest])
	}
}

// pointless says why the stage makes no sense any more, or "".
func (pl *planner) pointless(b *ledger.Book, st *ledger.Standing, g stage) string {
	switch {
	case g.slot.Before(pl.s.Epoch):
		return "before first start"
	case settledReason(st) != "":
		return settledReason(st)
	case !pl.now.Before(b.ClosingOf(pl.sch)):
		return "the period is closed"
	case g.kind != ledger.MailOverdue && !pl.now.Before(st.Due):
		return "the due day has passed"
	case pl.lastDayOver(st):
		return fmt.Sprintf("more than %d days have passed since the due day", pl.r.OverdueDays)
	}
	return ""
}

// lastDayOver reports whether the last day for 【催报】 is over.
func (pl *planner) lastDayOver(st *ledger.Standing) bool {
	t := ledger.DateOf(st.Due.Add(-1).In(pl.sch.Zone))
	return !pl.now.Before(t.AddDays(pl.r.OverdueDays).At(24, 0, pl.sch.Zone))
}

// settledReason says why nothing is asked of the unit, or "". A returned
// version beside an accepted one asks for nothing: the accepted one is in force.
func settledReason(st *ledger.Standing) string {
	switch {
	case st.Exempt:
		return "the unit is exempt"
	case st.InForce != nil:
		return fmt.Sprintf("the unit has reported: v%d is in force", st.InForce.Version)
	}
	return ""
}

// remind decides between due and wait for the latest stage of a unit that has
// not reported.
func (pl *planner) remind(st *ledger.Standing, g stage, w Wait) {
	if w.Reason = pl.mustWait(st, g); w.Reason != "" {
		pl.res.Wait = append(pl.res.Wait, w)
		return
	}
	reason := fmt.Sprintf("%s of %s: nothing received", g.name, stamp(g.slot))
	if st.Newest != nil {
		reason = fmt.Sprintf("%s of %s: v%d was %s", g.name, stamp(g.slot), st.Newest.Version, st.Newest.Quality)
	}
	if late := pl.now.Sub(g.slot); late >= time.Hour {
		reason += fmt.Sprintf(", caught up %s late", late.Truncate(time.Minute))
	}
	pl.res.Due = append(pl.res.Due, Due{
		Key: w.Key, Kind: g.kind, Unit: st.Unit, Period: w.Period,
		Slot: g.slot, Stage: g.number, Last: g.last, Reason: reason, Expires: g.expires,
	})
}

// mustWait says why a county cannot be reminded yet, or "".
func (pl *planner) mustWait(st *ledger.Standing, g stage) string {
	if len(st.Held) > 0 || pl.unplaced(st.Unit) {
		return "a document of the unit is held for the desk"
	}
	if why := pl.pollWait(g.slot); why != "" {
		return why
	}
	if age := pl.now.Sub(pl.s.Poll.Complete); pl.r.PollFresh > 0 && age > pl.r.PollFresh {
		return fmt.Sprintf("the newest complete poll is %s old", age.Truncate(time.Minute))
	}
	for _, m := range pl.s.Undecided {
		if k, ok := pl.s.UnitOf(m.From.Addr); ok && k.Unit == st.Unit && m.Status == ledger.MailPending && !m.PreEpoch {
			return "a message from the unit is not decided"
		}
	}
	if !pl.reachable(st.Unit) {
		return noAddress
	}
	return ""
}

// unplaced reports whether a held document names the unit but no period: it
// may be the report that is missed.
func (pl *planner) unplaced(unit string) bool {
	for i := range pl.s.Unplaced {
		if u := &pl.s.Unplaced[i]; u.Unit == unit && u.Reading.Kind != ledger.KindRoster && u.Quality == ledger.QualityHeld && !u.Arrived.Before(pl.s.Epoch) {
			return true
		}
	}
	return false
}

// Stale says why a mail that waits in the outbox makes no sense any more, or
// "". Between queueing and sending a county may have reported, or the desk
// decided: nobody who has reported is reminded.
func Stale(now time.Time, c *ledger.Campaign, s *ledger.State, o ledger.Outgoing) string {
	if !o.Expires.IsZero() && !now.Before(o.Expires) {
		return "expired at " + stamp(o.Expires)
	}
	switch o.Kind {
	case ledger.MailRequest, ledger.MailTomorrow, ledger.MailOverdue:
	default:
		return ""
	}
	b := s.Book(o.Period)
	st := b.Standing(c.Schedule, o.Unit, now)
	switch {
	case settledReason(&st) != "":
		return settledReason(&st)
	case len(st.Held) > 0:
		return "a document of the unit is held for the desk"
	case !now.Before(b.ClosingOf(c.Schedule)):
		return "the period is closed"
	}
	return ""
}
