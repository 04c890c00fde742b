package notify

import (
	"fmt"
	"strings"

	"taizhang/ledger"
)

// duty plans the 【值班】 of today: on workdays from some days before a due
// instant to the cut-off, and on any workday when something needs a person; at
// most one a day (rule book §8).
func (pl *planner) duty() {
	zone, cal := pl.sch.Zone, pl.sch.Calendar
	today := ledger.DateOf(pl.now.In(zone))
	slot := pl.r.DutyAt.on(today, zone)
	if !cal.IsWorkday(today) || !pl.now.Before(slot) {
		pl.next(pl.r.DutyAt.on(cal.Add(today, 1), zone))
	}
	key := DutyKey(today)
	if !cal.IsWorkday(today) || pl.known(key) {
		return
	}
	if pl.now.Before(slot) {
		pl.next(slot)
		return
	}
	var reasons []string
	for _, p := range pl.c.Periods() {
		from := pl.sch.Due(p).AddDate(0, 0, -pl.r.DutyDays)
		if !slot.Before(from) && !slot.After(pl.sch.CutOff(p)) && pl.now.Before(pl.s.Book(p).ClosingOf(pl.sch)) {
			reasons = append(reasons, fmt.Sprintf("%s is due at %s", p, stamp(pl.sch.Due(p))))
		}
	}
	if slot.Before(pl.s.Epoch) {
		if len(reasons) > 0 {
			pl.res.Skip = append(pl.res.Skip, Skip{Key: key, Kind: ledger.MailDuty, Slot: slot, Reason: "before first start"})
		}
		return
	}
	if pl.now.Before(pl.r.DutyUntil.on(today, zone)) {
		reasons = append(reasons, pl.needs()...)
	}
	if len(reasons) > 0 {
		_, quarantined := pl.undecided(pl.now)
		pl.res.Due = append(pl.res.Due, Due{
			Key: key, Kind: ledger.MailDuty, Slot: slot, Quarantined: quarantined,
			Reason: strings.Join(reasons, "; "), Expires: today.At(24, 0, zone),
		})
	}
}

// needs lists what a person must look at.
func (pl *planner) needs() []string {
	var out []string
	add := func(n int, what string) {
		if n > 0 {
			out = append(out, fmt.Sprintf("%d %s", n, what))
		}
	}
	held, bounced, human := 0, 0, 0
	for _, b := range pl.s.Books {
		held += pl.heldOf(b.Submissions)
	}
	for _, k := range pl.s.Addresses {
		if !k.Bounced.IsZero() {
			bounced++
		}
	}
	for _, o := range pl.s.Outbox {
		if o.State == ledger.SendHuman {
			human++
		}
	}
	_, quarantined := pl.undecided(pl.now)
	add(held+pl.heldOf(pl.s.Unplaced), "document(s) held")
	add(pl.replies(), "reply or replies in words")
	add(bounced, "address(es) bounced")
	add(len(pl.res.NoAddress), "unit(s) without any address")
	add(human, "mail(s) whose delivery a person must settle")
	add(quarantined, "message(s) in quarantine")
	if f := pl.s.Poll.Failing; !f.IsZero() && pl.r.PollAlarm > 0 && pl.now.Sub(f) >= pl.r.PollAlarm {
		out = append(out, "the mailbox cannot be read since "+stamp(f.In(pl.sch.Zone)))
	}
	return out
}

// replies counts replies in words that wait for the desk.
func (pl *planner) replies() int {
	n := 0
	for _, r := range pl.s.WaitingReplies() {
		if !r.Arrived.Before(pl.s.Epoch) {
			n++
		}
	}
	return n
}

// heldOf counts documents held. What came before the first start causes no
// mail (rule book §4).
func (pl *planner) heldOf(subs []ledger.Submission) int {
	n := 0
	for i := range subs {
		if subs[i].Quality == ledger.QualityHeld && !subs[i].Arrived.Before(pl.s.Epoch) {
			n++
		}
	}
	return n
}
