package app

import (
	"slices"
	"time"

	"taizhang/ledger"
)

// The desk's decisions about a unit's month or a whole month. What they change
// in dates and rates follows from the books; nothing of it is stored.

// undone is put before the name of a decision that is taken back.
const undone = "un"

// month checks that the action names a period that has begun, and where it
// names a unit, one that is expected in it.
func (w *deskWork) month() (*ledger.Book, error) {
	p := w.d.Period
	if !w.campaign.Has(p) || w.now.Before(w.campaign.Schedule.Opens(p)) {
		return nil, refuse(RefusePeriod, p.String())
	}
	b := *w.st.Book(p)
	if len(b.Expected) == 0 {
		b.Expected = w.campaign.UnitNames()
	}
	switch {
	case w.d.Action == actionClose:
	case w.campaign.Unit(w.d.Unit) == nil && !slices.Contains(b.Expected, w.d.Unit):
		return nil, refuse(RefuseUnit, w.d.Unit)
	case !slices.Contains(b.Expected, w.d.Unit):
		return nil, refuse(RefuseNotExpected, w.d.Unit, p.String())
	}
	return &b, nil
}

func (w *deskWork) decision() ledger.Decision {
	action := w.d.Action
	if w.d.Undo {
		action = undone + action
	}
	return ledger.Decision{At: w.now, Actor: actorDesk, Action: action, Reason: w.d.Reason}
}

// told enters the decision in the audit log and in the result.
func (w *deskWork) told(c Changed) {
	c.What, c.Unit, c.Period = w.decision().Action, w.d.Unit, w.d.Period
	w.change.Events = append(w.change.Events, ledger.Event{At: w.now, Actor: actorDesk, What: "desk " + c.What, Unit: c.Unit, Period: c.Period, Text: w.d.Reason})
	w.result.Changed = append(w.result.Changed, c)
}

// exempt takes the unit out of 应报 (免报), or back into it.
func (w *deskWork) exempt() error {
	b, err := w.month()
	if err != nil {
		return err
	}
	switch _, stands := b.Exempt[w.d.Unit]; {
	case stands && !w.d.Undo:
		return refuse(RefuseStands, w.d.Unit, b.Period.String())
	case !stands && w.d.Undo:
		return refuse(RefuseNothing, w.d.Unit, b.Period.String())
	}
	w.change.Exempt = []ledger.UnitDecision{{Unit: w.d.Unit, Period: b.Period, Decision: w.decision(), Lifted: w.d.Undo}}
	w.told(Changed{})
	return nil
}

// extend moves the unit's due instant (延期), later than the general one and
// before the closing.
func (w *deskWork) extend() error {
	b, err := w.month()
	if err != nil {
		return err
	}
	old, stands := b.Extended[w.d.Unit]
	due, closing := w.campaign.Schedule.Due(b.Period), b.ClosingOf(w.campaign.Schedule)
	switch {
	case w.d.Undo && !stands:
		return refuse(RefuseNothing, w.d.Unit, b.Period.String())
	case w.d.Undo:
		w.change.Extended = []ledger.UnitExtension{{Unit: w.d.Unit, Period: b.Period, Extension: ledger.Extension{Until: old.Until, Decision: w.decision()}, Lifted: true}}
		w.told(Changed{Until: due})
		return nil
	case !w.now.Before(closing):
		return refuse(RefuseClosed, b.Period.String())
	case !w.d.Until.After(w.now) || !w.d.Until.After(due) || w.d.Until.After(closing):
		return refuse(RefuseUntil, w.stamp(due), w.stamp(closing))
	}
	if _, exempt := b.Exempt[w.d.Unit]; exempt {
		return refuse(RefuseStands, w.d.Unit, b.Period.String())
	}
	w.change.Extended = []ledger.UnitExtension{{Unit: w.d.Unit, Period: b.Period, Extension: ledger.Extension{Until: w.d.Until, Decision: w.decision()}}}
	w.told(Changed{Until: w.d.Until})
	return nil
}

// stamp writes an instant as people read it.
func (w *deskWork) stamp(t time.Time) string { return t.In(w.zone()).Format("2006-01-02 15:04") }

// withdraw takes the version in force out of force, which only the desk may
// (rule book §5.2), and tells the county why. The newest accepted version
// before it, when there is one, is then in force again.
func (w *deskWork) withdraw() error {
	var inForce *ledger.Submission
	s, err := w.find(func(s *ledger.Submission) bool {
		v := w.st.Book(s.Period).Standing(w.campaign.Schedule, s.Unit, w.now).InForce
		return v != nil && v.ID == s.ID
	})
	if err != nil {
		return err
	}
	s.Quality = ledger.QualityWithdrawn
	w.put(s)
	inForce = w.st.Book(s.Period).Standing(w.campaign.Schedule, s.Unit, w.now).InForce
	if inForce != nil {
		w.result.Changed = append(w.result.Changed, Changed{ID: ShortID(inForce.ID), Unit: inForce.Unit, Period: inForce.Period, Version: inForce.Version, Quality: inForce.Quality})
	}
	return w.answer(s, inForce, ledger.MailReturn)
}

// close ends the taking of a month (结账) before the schedule does, or opens
// it again until the schedule's closing.
func (w *deskWork) close() error {
	b, err := w.month()
	if err != nil {
		return err
	}
	w.d.Unit = ""
	switch {
	case w.d.Undo && b.Closed == nil:
		return refuse(RefuseNothing, "", b.Period.String())
	case w.d.Undo:
	case !w.now.Before(b.ClosingOf(w.campaign.Schedule)):
		return refuse(RefuseClosed, b.Period.String())
	case w.now.Before(w.campaign.Schedule.Due(b.Period)):
		return refuse(RefuseNotDue, b.Period.String(), w.stamp(w.campaign.Schedule.Due(b.Period)))
	}
	w.change.Closed = []ledger.PeriodDecision{{Period: b.Period, Decision: w.decision(), Lifted: w.d.Undo}}
	w.told(Changed{})
	return nil
}
