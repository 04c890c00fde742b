package notify

import (
	"fmt"
	"time"

	"taizhang/ledger"
)

// Escalation is a stage of the ladder (rule book §8) that the desk must hear
// of: the county cannot be written to, or was written to for the last time.
type Escalation struct {
	Unit   string
	Period ledger.Period
	Kind   ledger.MailKind // of the reminder that was due
	Stage  int             // of 【催报】, from 1; else 0
	Slot   time.Time       // when it was due
	Last   bool            // no further reminder follows
	// Unreached: no address of the unit is known that has not bounced, so that
	// the reminder was not sent.
	Unreached bool
}

// ToldKey returns the outbox key under which it stands that the desk was told
// of the cause. It is written in the transaction of the mail that tells it.
func ToldKey(cause string) string { return "told/" + cause }

// Cause names the escalation: once for each stage of a unit.
func (e Escalation) Cause() string {
	return fmt.Sprintf("%s/%s/%s-%s", e.Period, e.Unit, e.Kind, e.Slot.Format(time.DateOnly))
}

// The reason why an unreachable unit's reminder waits.
const noAddress = "no address of the unit is known"

// escalate decides whether the desk must hear of the latest stage of a unit
// that has not reported. It rests on what a reminder rests on: the mailbox was
// read, and nothing of the unit waits.
func (pl *planner) escalate(b *ledger.Book, st *ledger.Standing, g stage) {
	e := Escalation{Unit: st.Unit, Period: b.Period, Kind: g.kind, Stage: g.number, Slot: g.slot,
		Last: g.last, Unreached: !pl.reachable(st.Unit)}
	if !e.Last && !e.Unreached || pl.heard(e.Cause()) || pl.pointless(b, st, g) != "" {
		return
	}
	if why := pl.mustWait(st, g); why == "" || why == noAddress {
		pl.escalations = append(pl.escalations, e)
	}
}

// heard reports whether the desk was told of the cause.
func (pl *planner) heard(cause string) bool { return pl.known(ToldKey(cause)) }

// escalated puts the escalations into the day's 【值班】 when that is due at the
// same time, and else into one of their own, which takes its key from the first.
func (pl *planner) escalated() {
	if len(pl.escalations) == 0 {
		return
	}
	var causes []string
	for _, e := range pl.escalations {
		causes = append(causes, e.Cause())
	}
	for i := range pl.res.Due {
		if d := &pl.res.Due[i]; d.Kind == ledger.MailDuty {
			d.Escalations, d.Causes, d.Expires = pl.escalations, append(d.Causes, causes...), time.Time{}
			return
		}
	}
	first := pl.escalations[0]
	_, quarantined := pl.undecided(pl.now)
	_, news := pl.news()
	pl.res.Due = append(pl.res.Due, Due{
		Key: "duty/" + first.Cause(), Kind: ledger.MailDuty, Slot: first.Slot, Quarantined: quarantined,
		Reason:      fmt.Sprintf("%d unit(s) that the desk must ask itself", len(pl.escalations)),
		Escalations: pl.escalations, Causes: append(causes, news...),
	})
}

// reachable reports whether an address of the unit is known that has not
// bounced.
func (pl *planner) reachable(unit string) bool {
	for _, k := range pl.s.Addresses {
		if k.Unit == unit && k.Bounced.IsZero() {
			return true
		}
	}
	if u := pl.c.Unit(unit); u != nil {
		for _, a := range u.Addresses {
			if _, known := pl.s.Addresses[a.Addr]; !known {
				return true
			}
		}
	}
	return false
}
