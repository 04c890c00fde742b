package notify

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"taizhang/ledger"
)

// summary plans the period's 【月度汇总】: issue 1 at the cut-off, and until
// closing one 更正版 per workday when what is in force differs from the newest
// issue (rule book §5.3, §8).
func (pl *planner) summary(b *ledger.Book) {
	if n := len(b.Issues); n > 0 {
		newest := slices.MaxFunc(b.Issues, func(x, y ledger.Issue) int { return x.Number - y.Number })
		pl.correction(b, &newest)
		return
	}
	slot := pl.sch.CutOff(b.Period)
	pl.next(slot)
	key := SummaryKey(b.Period, 1)
	if pl.now.Before(slot) || pl.known(key) {
		return
	}
	w := Wait{Key: key, Kind: ledger.MailSummary, Period: b.Period, Slot: slot}
	switch {
	case slot.Before(pl.s.Epoch):
		w.Reason = "before first start"
	case !pl.now.Before(pl.summaryEnd(b, slot)):
		w.Reason = "the period is closed: the desk may order the summary"
	default:
		pl.issue(w, 1, "cut-off")
		return
	}
	pl.res.Skip = append(pl.res.Skip, Skip(w))
}

// summaryEnd returns until when issue 1 makes sense without a word of the
// desk. A period that the desk closed before its cut-off still gets it.
func (pl *planner) summaryEnd(b *ledger.Book, cutoff time.Time) time.Time {
	if k := b.ClosingOf(pl.sch); k.After(cutoff) {
		return k
	}
	return pl.sch.Closing(b.Period)
}

// correction plans the next 更正版.
func (pl *planner) correction(b *ledger.Book, newest *ledger.Issue) {
	if !pl.now.Before(b.ClosingOf(pl.sch)) {
		return
	}
	changed := changedUnits(b, newest, pl.sch, pl.now)
	if len(changed) == 0 {
		return
	}
	zone, cal := pl.sch.Zone, pl.sch.Calendar
	today := ledger.DateOf(pl.now.In(zone))
	slot := pl.r.CorrectionAt.on(cal.OnOrBefore(today), zone)
	if pl.now.Before(slot) {
		pl.next(slot)
		slot = pl.r.CorrectionAt.on(cal.Add(today, -1), zone)
	}
	n := newest.Number + 1
	if key := SummaryKey(b.Period, n); !pl.known(key) {
		if !slot.After(newest.At) || slot.Before(pl.s.Epoch) || pl.correctedToday(newest) || firstChange(b, newest, changed, pl.sch, pl.now).After(slot) {
			pl.next(pl.r.CorrectionAt.on(cal.Add(ledger.DateOf(slot), 1), zone))
			return
		}
		w := Wait{Key: key, Kind: ledger.MailSummary, Period: b.Period, Slot: slot}
		pl.issue(w, n, fmt.Sprintf("changed since issue %d: %s", newest.Number, strings.Join(changed, ", ")))
	}
}

// correctedToday reports whether the issue is a 更正版 of today: one that was
// caught up in the morning, or ordered by the desk, is the workday's only one.
func (pl *planner) correctedToday(i *ledger.Issue) bool {
	zone := pl.sch.Zone
	return i.Number > 1 && ledger.DateOf(i.At.In(zone)) == ledger.DateOf(pl.now.In(zone))
}

// issue decides between due and wait: a summary waits for the mailbox, but not
// longer than the schedule allows.
func (pl *planner) issue(w Wait, number int, why string) {
	limit := pl.sch.SummaryWait
	if limit <= 0 {
		limit = defaultSummaryWait
	}
	d := Due{Key: w.Key, Kind: w.Kind, Period: w.Period, Slot: w.Slot, Number: number, Reason: fmt.Sprintf("issue %d: %s", number, why)}
	pending, quarantined := pl.undecided(w.Slot)
	d.Quarantined = quarantined
	if blocked := pl.pollWait(w.Slot); blocked != "" {
		if until := w.Slot.Add(limit); pl.now.Before(until) {
			pl.next(until)
			w.Reason = fmt.Sprintf("%s; waits until %s", blocked, stamp(until))
			pl.res.Wait = append(pl.res.Wait, w)
			return
		}
		d.Undecided = pending
		d.Unreadable = pl.unreadableSince(w.Slot)
		d.Reason += fmt.Sprintf("; sent after %s although %s", limit, blocked)
	}
	pl.res.Due = append(pl.res.Due, d)
}

// unreadableSince returns the instant from which the mailbox is not known, or
// the zero time when it was read completely since the slot.
func (pl *planner) unreadableSince(slot time.Time) time.Time {
	p := pl.s.Poll
	switch {
	case !p.Complete.Before(slot):
		return time.Time{}
	case !p.Complete.IsZero():
		return p.Complete
	case !p.Failing.IsZero():
		return p.Failing
	}
	return pl.s.Epoch
}

// firstChange is when the first of the changed units changed: an earlier slot
// was not missed because of it.
func firstChange(b *ledger.Book, i *ledger.Issue, changed []string, sch ledger.Schedule, now time.Time) time.Time {
	var first time.Time
	for k, u := range changed {
		at := decidedAt(b, i.Versions[u])
		if st := b.Standing(sch, u, now); st.InForce != nil {
			at = later(at, later(st.InForce.Decided, decidedAt(b, st.InForce.ID)))
		}
		if k == 0 || at.Before(first) {
			first = at
		}
	}
	return first
}

// decidedAt is when the desk last said something of the submission that puts it
// in or out of force.
func decidedAt(b *ledger.Book, id string) time.Time {
	var at time.Time
	for i := range b.Submissions {
		for _, d := range b.Submissions[i].Decisions {
			if b.Submissions[i].ID == id && d.Action != "verify" {
				at = later(at, d.At)
			}
		}
	}
	return at
}

// changedUnits returns the units whose version in force, or its figures,
// differ from the issue, in the order of the book.
func changedUnits(b *ledger.Book, i *ledger.Issue, sch ledger.Schedule, now time.Time) []string {
	units := slices.Clone(b.Expected)
	var more []string
	add := func(u string) {
		if !slices.Contains(units, u) && !slices.Contains(more, u) {
			more = append(more, u)
		}
	}
	for k := range b.Submissions {
		if s := &b.Submissions[k]; s.Unit != "" && s.Quality.Counts() {
			add(s.Unit)
		}
	}
	for u := range i.Versions {
		add(u)
	}
	slices.Sort(more)
	var out []string
	for _, u := range append(units, more...) {
		st := b.Standing(sch, u, now)
		id, figures := "", ledger.Figures(nil)
		if st.InForce != nil {
			id, figures = st.InForce.ID, st.InForce.Reading.Figures
		}
		if id != i.Versions[u] || !figures.SameFacts(i.Figures[u]) {
			out = append(out, u)
		}
	}
	return out
}
