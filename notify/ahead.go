package notify

import (
	"cmp"
	"slices"
	"time"

	"taizhang/ledger"
)

// Ahead is a mail that the plan will ask for at its slot unless something
// happens first.
type Ahead struct {
	Key    string          `json:"key"`
	Kind   ledger.MailKind `json:"kind"`
	Unit   string          `json:"unit,omitempty"` // "" for mails to the desk
	Period ledger.Period   `json:"period"`
	Slot   time.Time       `json:"slot"`
}

// Coming returns, as things stand at now, the next reminder of each unit and
// the next issue of the summary for every open period, by slot. It is what a
// decision of the desk is measured by: what it causes and what it stops are
// the differences between before and after. 【值班】 is not listed.
func Coming(now time.Time, c *ledger.Campaign, r Rules, s *ledger.State) []Ahead {
	pl := &planner{now: now, c: c, r: r, s: s, sch: c.Schedule}
	if pl.silent() {
		return nil
	}
	var out []Ahead
	for _, p := range c.Periods() {
		if now.Before(pl.sch.Opens(p)) {
			break
		}
		b := pl.book(p)
		if pl.now.Before(b.ClosingOf(pl.sch)) { // a closed one asks nothing of anybody: pointless
			for _, u := range b.Expected {
				if a, ok := pl.nextStage(b, u); ok {
					out = append(out, a)
				}
			}
		}
		if a, ok := pl.nextIssue(b); ok {
			out = append(out, a)
		}
	}
	slices.SortStableFunc(out, func(x, y Ahead) int { return cmp.Or(x.Slot.Compare(y.Slot), cmp.Compare(x.Key, y.Key)) })
	return out
}

// nextStage is the unit's next reminder: the one that is due and not in the
// outbox yet, such as the word of an extension just decided, else the first that
// is still to come.
func (pl *planner) nextStage(b *ledger.Book, unit string) (Ahead, bool) {
	st := b.Standing(pl.sch, unit, pl.now)
	if len(st.Held) > 0 || !pl.reachable(unit) {
		return Ahead{}, false
	}
	stages := pl.stages(b, &st)
	for _, g := range stages[max(0, pl.latest(stages)):] {
		if !pl.told(b, &st, g) && pl.pointless(b, &st, g) == "" {
			return Ahead{Key: g.key, Kind: g.kind, Unit: unit, Period: b.Period, Slot: g.slot}, true
		}
	}
	return Ahead{}, false
}

// nextIssue is the period's summary at its cut-off, or the next 更正版 when
// what is in force differs from the newest issue.
func (pl *planner) nextIssue(b *ledger.Book) (Ahead, bool) {
	a := Ahead{Kind: ledger.MailSummary, Period: b.Period}
	if len(b.Issues) == 0 {
		a.Key, a.Slot = SummaryKey(b.Period, 1), pl.sch.CutOff(b.Period)
		return a, pl.now.Before(a.Slot) && !pl.known(a.Key)
	}
	newest := slices.MaxFunc(b.Issues, func(x, y ledger.Issue) int { return x.Number - y.Number })
	if !pl.now.Before(b.ClosingOf(pl.sch)) || len(changedUnits(b, &newest, pl.sch, pl.now)) == 0 {
		return a, false
	}
	cal, zone := pl.sch.Calendar, pl.sch.Zone
	today := ledger.DateOf(pl.now.In(zone))
	day := cal.OnOrAfter(today)
	if a.Slot = pl.r.CorrectionAt.on(day, zone); !pl.now.Before(a.Slot) || day == today && pl.correctedToday(&newest) {
		a.Slot = pl.r.CorrectionAt.on(cal.Add(day, 1), zone)
	}
	a.Key = SummaryKey(b.Period, newest.Number+1)
	return a, a.Slot.Before(b.ClosingOf(pl.sch)) && !pl.known(a.Key)
}
