package notify

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"taizhang/ledger"
)

// stage is one reminder of a unit and period: request, tomorrow, overdue-n; of
// a unit with an extension also extended, which tells it the new due instant.
type stage struct {
	key     string // of the outbox; names the due date when the desk has moved it
	name    string
	kind    ledger.MailKind
	number  int // of overdue
	slot    time.Time
	last    bool      // the unit's last 【催报】 of the period
	expires time.Time // the next stage's slot, or when this one lost its sense
}

// The names of the stages before the due instant.
const (
	stageRequest  = "request"
	stageTomorrow = "tomorrow"
	stageExtended = "extended"
)

// stages returns the reminders of a unit in the order of their slots. They
// follow the unit's own due instant. An extension (延期) makes it another fact
// with keys of its own: each stage is sent once for each due date, and the unit
// is told of the date by a 【请报送】 as soon as the desk has decided.
func (pl *planner) stages(b *ledger.Book, st *ledger.Standing) []stage {
	zone, cal := pl.sch.Zone, pl.sch.Calendar
	t := ledger.DateOf(st.Due.Add(-1).In(zone))
	closing := b.ClosingOf(pl.sch)
	last := earlier(closing, t.AddDays(pl.r.OverdueDays).At(24, 0, zone))
	out := []stage{
		{name: stageRequest, kind: ledger.MailRequest, slot: pl.r.RequestAt.on(cal.Add(t, -pl.r.RequestWorkdays), zone), expires: earlier(st.Due, closing)},
		{name: stageTomorrow, kind: ledger.MailTomorrow, slot: pl.r.RequestAt.on(cal.OnOrBefore(t.AddDays(-pl.r.TomorrowDays)), zone), expires: earlier(st.Due, closing)},
	}
	for n, d := 1, cal.Add(t, 1); ; n, d = n+1, cal.Add(d, max(1, pl.r.OverdueEvery)) {
		slot := pl.r.OverdueAt.on(d, zone)
		if !slot.Before(last) {
			break
		}
		out = append(out, stage{name: fmt.Sprintf("overdue-%d", n), kind: ledger.MailOverdue, number: n, slot: slot, expires: last})
	}
	if n := len(out); out[n-1].kind == ledger.MailOverdue {
		out[n-1].last = true
	}
	if st.Extended {
		out = append(out, stage{name: stageExtended, kind: ledger.MailRequest, slot: b.Extended[st.Unit].Decision.At, expires: earlier(st.Due, closing)})
		slices.SortStableFunc(out, func(x, y stage) int { return x.slot.Compare(y.slot) })
	}
	for i := range out {
		out[i].key = stageKey(pl.sch, b, st, out[i].name)
		if i > 0 {
			out[i-1].expires = earlier(out[i-1].expires, out[i].slot)
		}
	}
	return out
}

// dueMark stands in a key before the due date that the desk has set.
const dueMark = "due-"

// stageKey returns the outbox key of the unit's stage. Where the desk has moved
// the due instant the key names the date: remind/2022-05/禹州市/due-2022-06-03/overdue-1.
func stageKey(sch ledger.Schedule, b *ledger.Book, st *ledger.Standing, name string) string {
	if st.Extended {
		name = dueMark + ledger.DateOf(st.Due.Add(-1).In(sch.Zone)).String() + "/" + name
	}
	return RemindKey(b.Period, st.Unit, name)
}

// told reports whether the outbox holds the stage's mail, in whatever state.
// Before keys named the extended date its stages stood under the plain ones:
// what was written there since the extension was decided is of its date.
func (pl *planner) told(b *ledger.Book, st *ledger.Standing, g stage) bool {
	if pl.known(g.key) {
		return true
	}
	name := g.name
	if name == stageExtended {
		name = stageRequest
	}
	o, ok := pl.s.Outbox[RemindKey(b.Period, st.Unit, name)]
	return ok && ofThisDate(b, st, *o)
}

// ofThisDate reports whether the mail under a plain key, one that names no due
// date, is about the date that now holds for the unit.
func ofThisDate(b *ledger.Book, st *ledger.Standing, o ledger.Outgoing) bool {
	return !st.Extended || !o.Created.Before(b.Extended[st.Unit].Decision.At)
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
	latest := pl.latest(stages)
	if latest+1 < len(stages) {
		pl.next(stages[latest+1].slot)
	}
	for i, g := range stages[:latest+1] {
		if pl.told(b, &st, g) {
			continue
		}
		skip := Skip{Key: g.key, Kind: g.kind, Unit: unit, Period: b.Period, Slot: g.slot}
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

// latest returns the index of the latest stage whose slot has come; -1: none.
func (pl *planner) latest(stages []stage) int {
	latest := -1
	for i, g := range stages {
		if pl.now.Before(g.slot) {
			break
		}
		latest = i
	}
	return latest
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
	case st.Extended && g.slot.Before(b.Extended[st.Unit].Decision.At):
		return "the slot was before the extension was decided"
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
	case ledger.MailProbe:
		if doubted, ok := s.Outbox[probed(o.Key)]; !ok || doubted.State != ledger.SendAmbiguous {
			return "the doubt is settled"
		}
		return ""
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
	case !aboutDue(c.Schedule, b, &st, o):
		return "the due date has been moved"
	}
	return ""
}

// aboutDue reports whether the reminder is about the due date that now holds
// for the unit: the desk may have extended it, or taken that back.
func aboutDue(sch ledger.Schedule, b *ledger.Book, st *ledger.Standing, o ledger.Outgoing) bool {
	if !strings.Contains(o.Key, "/"+dueMark) {
		return ofThisDate(b, st, o)
	}
	return o.Key == stageKey(sch, b, st, o.Key[strings.LastIndexByte(o.Key, '/')+1:])
}
