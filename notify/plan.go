package notify

import (
	"fmt"
	"time"

	"taizhang/ledger"
)

// Due is a mail that is to be composed and queued now.
type Due struct {
	Key     string // outbox key: remind/2022-05/禹州市/overdue-1, remind/2022-05/禹州市/due-2022-06-03/overdue-1, summary/2022-05/r1, duty/2022-05-26
	Kind    ledger.MailKind
	Unit    string        // "" for mails to the desk
	Period  ledger.Period // zero for 【值班】
	Slot    time.Time     // when it became due
	Stage   int           // of 【催报】, from 1; else 0
	Last    bool          // no further 【催报】 of the unit and period follows
	Number  int           // of a summary: its issue; else 0
	Reason  string        // in English, for the log and the desk
	Expires time.Time     // not to be sent at or after this instant; zero: never too late

	// Unreadable is set on a summary that waited as long as it may: the
	// mailbox could not be read since that instant (邮箱自…起无法读取).
	Unreadable  time.Time
	Undecided   int // on such a summary: messages that came before its slot and are not decided
	Quarantined int // on a summary: messages that a person must look at

	Escalations []Escalation // on 【值班】: what the ladder hands to the desk
	Causes      []string     // on 【值班】: of what it tells once only; ToldKey is recorded with it
}

// Skip is a slot that will cause no mail, and why. It is for the record: Plan
// does not need it to be stored, and says it again until it is. One of a
// summary must not be stored under its key, which the desk may still order.
type Skip struct {
	Key    string
	Kind   ledger.MailKind
	Unit   string
	Period ledger.Period
	Slot   time.Time
	Reason string
}

// Wait is a slot that has come and whose mail cannot be decided yet. It is
// asked again at the next call.
type Wait Skip

// Result is what Plan found for one instant.
type Result struct {
	Due       []Due // periods oldest first, units in their order; then the desk's
	Skip      []Skip
	Wait      []Wait
	Snapshots []ledger.Snapshot // of periods that have opened and have none
	NoAddress []string          // units of open periods that no mail can reach
	Next      time.Time         // when the next slot comes; zero: none is known

	Over        bool   // the campaign's last period is closed: nothing is due
	ClockBehind bool   // the clock stands before what is known to have happened: nothing is due
	Reason      string // why nothing is planned at all; "" otherwise
}

// RemindKey returns the outbox key of a reminder for the general due date; stage
// is request, tomorrow or overdue-1, overdue-2 … That of a unit with an extension
// has its due date before the stage: due-2022-06-03/tomorrow.
func RemindKey(p ledger.Period, unit, stage string) string {
	return "remind/" + p.String() + "/" + unit + "/" + stage
}

// SummaryKey returns the outbox key of the n-th issue of p's summary.
func SummaryKey(p ledger.Period, n int) string { return fmt.Sprintf("summary/%s/r%d", p, n) }

// DutyKey returns the outbox key of the duty mail of the day.
func DutyKey(d ledger.Date) string { return "duty/" + d.String() }

// Plan works out what is due at now (rule book §4, §8). It is pure: the same
// arguments give the same result, in the same order. A mail whose key stands in
// the outbox, in whatever state, is never due again.
//
// A slot missed while the machine was off is caught up once: of each unit and
// period only the latest stage. Slots before s.Epoch are skipped.
func Plan(now time.Time, c *ledger.Campaign, r Rules, s *ledger.State) Result {
	pl := &planner{now: now, c: c, r: r, s: s, sch: c.Schedule}
	pl.snapshots()
	if pl.silent() {
		return pl.res
	}
	for _, p := range c.Periods() {
		if opens := pl.sch.Opens(p); now.Before(opens) {
			pl.next(opens)
			break
		}
		pl.period(pl.book(p))
	}
	pl.duty()
	pl.escalated()
	return pl.res
}

// planner holds the arguments of Plan and gathers its result.
type planner struct {
	now time.Time
	c   *ledger.Campaign
	r   Rules
	s   *ledger.State
	sch ledger.Schedule
	res Result

	escalations []Escalation
}

// book returns what is known of p, with the expected units filled in when no
// snapshot was taken yet.
func (pl *planner) book(p ledger.Period) *ledger.Book {
	b := *pl.s.Book(p)
	if len(b.Expected) == 0 {
		b.Expected = pl.c.UnitNames()
	}
	return &b
}

func (pl *planner) snapshots() {
	for _, p := range pl.c.Periods() {
		if pl.now.Before(pl.sch.Opens(p)) {
			return
		}
		if len(pl.s.Book(p).Expected) == 0 {
			pl.res.Snapshots = append(pl.res.Snapshots, ledger.Snapshot{Period: p, Units: pl.c.UnitNames(), At: pl.now})
		}
	}
}

// silent decides whether nothing may be due at all, and says why.
func (pl *planner) silent() bool {
	last := pl.s.Book(pl.c.Last)
	closing := last.ClosingOf(pl.sch)
	newest := newestKnown(pl.s)
	switch {
	case pl.s.Epoch.IsZero():
		pl.res.Reason = "the first start is not recorded yet"
	case pl.now.Add(clockTolerance).Before(newest):
		pl.res.ClockBehind = true
		pl.res.Reason = fmt.Sprintf("the clock says %s, but something is recorded of %s", stamp(pl.now.In(pl.sch.Zone)), stamp(newest.In(pl.sch.Zone)))
		pl.res.Snapshots = nil
	case !pl.now.Before(closing):
		pl.res.Over = true
		pl.res.Reason = fmt.Sprintf("the campaign is over: its last period %s closed at %s", pl.c.Last, stamp(closing))
	default:
		return false
	}
	return true
}

// newestKnown returns the newest instant of our own clock in the state.
func newestKnown(s *ledger.State) time.Time {
	newest := s.Epoch
	see := func(ts ...time.Time) {
		for _, t := range ts {
			if t.After(newest) {
				newest = t
			}
		}
	}
	see(s.Poll.Complete, s.Poll.Failing)
	for _, o := range s.Outbox {
		see(o.Created, o.CopySeen)
		for _, a := range o.Attempts {
			see(a.Begun, a.EndOfData, a.Ended)
		}
	}
	for _, m := range s.Undecided {
		see(m.Stored)
	}
	for _, b := range s.Books {
		for i := range b.Submissions {
			see(b.Submissions[i].Decided)
		}
		for _, i := range b.Issues {
			see(i.At)
		}
	}
	return newest
}

// period plans the mails of one period that has opened.
func (pl *planner) period(b *ledger.Book) {
	open := pl.now.Before(b.ClosingOf(pl.sch))
	for _, u := range b.Expected {
		pl.unit(b, u)
		if _, exempt := b.Exempt[u]; open && !exempt && !pl.reachable(u) {
			pl.noAddress(u)
		}
	}
	pl.summary(b)
}

func (pl *planner) noAddress(unit string) {
	for _, have := range pl.res.NoAddress {
		if have == unit {
			return
		}
	}
	pl.res.NoAddress = append(pl.res.NoAddress, unit)
}

// next remembers t as a time to call again, when it is the earliest to come.
func (pl *planner) next(t time.Time) {
	if t.After(pl.now) && (pl.res.Next.IsZero() || t.Before(pl.res.Next)) {
		pl.res.Next = t
	}
}

// known reports whether the outbox holds the key, in whatever state.
func (pl *planner) known(key string) bool {
	_, ok := pl.s.Outbox[key]
	return ok
}

// undecided returns how many messages that arrived before the slot are not
// decided yet, and how many of all times are in quarantine.
func (pl *planner) undecided(slot time.Time) (pending, quarantined int) {
	for _, m := range pl.s.Undecided {
		switch {
		case m.PreEpoch:
		case m.Status == ledger.MailQuarantined:
			quarantined++
		case m.Arrived.Before(slot):
			pending++
		}
	}
	return pending, quarantined
}

// pollWait says why the mailbox is not yet known well enough for a mail of the
// slot, or "" (rule book §8).
func (pl *planner) pollWait(slot time.Time) string {
	if p := pl.s.Poll; p.Complete.Before(slot) {
		if p.Failing.IsZero() {
			return "no complete poll of all folders was begun since the slot"
		}
		return "the mailbox cannot be read since " + stamp(p.Failing.In(pl.sch.Zone))
	}
	if n, _ := pl.undecided(slot); n > 0 {
		return fmt.Sprintf("%d message(s) that arrived before the slot are not decided", n)
	}
	return ""
}

// stamp writes an instant for a reason.
func stamp(t time.Time) string { return t.Format("2006-01-02 15:04") }
