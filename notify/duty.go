package notify

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

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
	news, causes := pl.news()
	if pl.now.Before(pl.r.DutyUntil.on(today, zone)) {
		reasons = append(append(reasons, pl.needs()...), news...)
	}
	if len(reasons) > 0 {
		_, quarantined := pl.undecided(pl.now)
		d := Due{
			Key: key, Kind: ledger.MailDuty, Slot: slot, Quarantined: quarantined,
			Reason: strings.Join(reasons, "; "), Expires: today.At(24, 0, zone), Causes: causes,
		}
		if len(causes) > 0 {
			d.Expires = time.Time{} // it is told once: better late than not
		}
		pl.res.Due = append(pl.res.Due, d)
	}
}

// needs lists what a person must look at for as long as it lasts.
func (pl *planner) needs() []string {
	var out []string
	held, human := 0, 0
	for _, b := range pl.s.Books {
		held += pl.heldOf(b.Submissions)
	}
	for _, o := range pl.s.Outbox {
		if o.State == ledger.SendHuman && o.NeedsPerson() {
			human++
		}
	}
	_, quarantined := pl.undecided(pl.now)
	add(&out, held+pl.heldOf(pl.s.Unplaced), "document(s) held")
	add(&out, pl.replies(), "reply or replies in words")
	add(&out, human, "mail(s) whose delivery a person must settle")
	add(&out, quarantined, "message(s) in quarantine")
	if f := pl.s.Backup.Failing; !f.IsZero() {
		out = append(out, "no backup was made since "+stamp(f.In(pl.sch.Zone)))
	}
	if f := pl.s.Poll.Failing; !f.IsZero() && pl.r.PollAlarm > 0 && pl.now.Sub(f) >= pl.r.PollAlarm {
		out = append(out, "the mailbox cannot be read since "+stamp(f.In(pl.sch.Zone)))
	}
	add(&out, len(pl.s.Untold()), "notice(s) about the mailbox")
	if q := pl.s.Poll.Quota; q.Full() {
		out = append(out, fmt.Sprintf("%d per cent of the mailbox are used", q.Percent()))
	}
	switch by := pl.s.Poll.Clock.Ahead.Round(time.Minute); {
	case by > 0:
		out = append(out, fmt.Sprintf("the mail server's clock is %s ahead of ours", by))
	case by < 0:
		out = append(out, fmt.Sprintf("our clock is %s ahead of the mail server's", -by))
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

func add(out *[]string, n int, what string) {
	if n > 0 {
		*out = append(*out, fmt.Sprintf("%d %s", n, what))
	}
}

// CauseDaysOff begins the cause of a year whose days off are not known.
const CauseDaysOff = "days off/%d/"

// CauseBounced names the bounce of the address.
func CauseBounced(k ledger.KnownAddress) string {
	return "bounced/" + k.Addr + "/" + k.Bounced.UTC().Format(time.RFC3339)
}

// CauseRefused names the refusal of the mail by all who should get it.
func CauseRefused(key string) string { return "refused/" + key }

// news lists what the desk must hear once, and the causes it is remembered
// under: an address that bounced, a message that cannot be fetched, a month in
// whose year, or in the last before it, no days off are known.
func (pl *planner) news() (reasons, causes []string) {
	bounced, struck, refused := 0, 0, 0
	tell := func(n *int, cause string) {
		if !pl.heard(cause) {
			*n++
			causes = append(causes, cause)
		}
	}
	for _, addr := range slices.Sorted(maps.Keys(pl.s.Addresses)) {
		if at := pl.s.Addresses[addr].Bounced; !at.IsZero() {
			tell(&bounced, CauseBounced(pl.s.Addresses[addr]))
		}
	}
	for _, m := range pl.s.Struck {
		tell(&struck, fmt.Sprintf("struck/%s/%s/%d", m.Place.Folder, m.Place.Validity, m.Place.UID))
	}
	for _, key := range keysOf(pl.s, func(o *ledger.Outgoing) bool { return o.State == ledger.SendRefused && o.NeedsPerson() }) {
		tell(&refused, CauseRefused(key))
	}
	add(&reasons, refused, "mail(s) that every recipient refused")
	add(&reasons, bounced, "address(es) bounced")
	add(&reasons, struck, "message(s) that cannot be fetched")
	month := ledger.PeriodOf(pl.now.In(pl.sch.Zone))
	for _, y := range pl.r.UnknownYears {
		unknown := 0
		if month.Year == y || month.Next().Year == y {
			tell(&unknown, fmt.Sprintf(CauseDaysOff+"%s", y, month))
		}
		if unknown > 0 {
			reasons = append(reasons, fmt.Sprintf("the days off of %d are not known", y))
		}
	}
	return reasons, causes
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
