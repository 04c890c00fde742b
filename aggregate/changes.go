package aggregate

import (
	"slices"
	"time"

	"taizhang/ledger"
)

// compare lists what differs from the issue before, unit by unit, and why.
func (s *Summary) compare(st *ledger.State, last ledger.Issue) {
	for i := range s.Rows {
		s.Changes = append(s.Changes, s.changesOf(st, s.Period, &s.Rows[i].Standing, last)...)
	}
}

// compareEarlier lists what differs in earlier periods since a period after
// them was issued: that issue is not made anew, the next one carries the change
// and says so (rule book §5.3).
func (s *Summary) compareEarlier(st *ledger.State) {
	c := s.Campaign
	for q := c.First; q.Before(s.Period); q = q.Next() {
		var told time.Time // when figures of q were last counted in a later period
		for p := q.Next(); !p.After(s.Period); p = p.Next() {
			for _, i := range st.Book(p).Issues {
				if i.At.After(told) && i.At.Before(s.At) {
					told = i.At
				}
			}
		}
		var last *ledger.Issue // of q, as it then stood
		for i := range st.Book(q).Issues {
			if is := &st.Book(q).Issues[i]; !is.At.After(told) {
				last = is
			}
		}
		if last == nil {
			continue
		}
		for _, u := range units(c, st.Book(q)) {
			standing := st.Book(q).Standing(c.Schedule, u.Name, s.At)
			subject := standing.InForce
			if subject == nil {
				subject, _ = st.Submission(last.Versions[u.Name])
			}
			if subject != nil && touched(subject, told) {
				s.Earlier = append(s.Earlier, s.changesOf(st, q, &standing, *last)...)
			}
		}
	}
}

// touched reports whether the submission was read or decided about after the
// instant: what came before it was told then.
func touched(sub *ledger.Submission, at time.Time) bool {
	return sub.Decided.After(at) || slices.ContainsFunc(sub.Decisions, func(d ledger.Decision) bool { return d.At.After(at) })
}

// changesOf lists the unit's figures of the period that differ from the issue.
func (s *Summary) changesOf(st *ledger.State, p ledger.Period, standing *ledger.Standing, last ledger.Issue) []Change {
	var out []Change
	for _, m := range s.Columns {
		var was, now Value
		if n, ok := last.Figures[standing.Unit].Value(m.Key); ok {
			was = Value{n, true}
		}
		if v := standing.InForce; v != nil {
			if n, ok := v.Reading.Figures.Value(m.Key); ok {
				now = Value{n, true}
			}
		}
		if now != was {
			ch := Change{Unit: standing.Unit, Period: p, Measure: m, Old: was, New: now, Was: stated(last.Figures[standing.Unit], m.Key)}
			if v := standing.InForce; v != nil {
				ch.Is = stated(v.Reading.Figures, m.Key)
			}
			ch.explain(st, standing, last)
			out = append(out, ch)
		}
	}
	return out
}

// stated returns the fact of the measure, whatever its kind; nil: there is none.
func stated(fs ledger.Figures, key string) *ledger.Figure {
	if f, ok := fs[key]; ok {
		return &f
	}
	return nil
}

// explain finds the cause of the change.
func (ch *Change) explain(st *ledger.State, s *ledger.Standing, last ledger.Issue) {
	v, before := s.InForce, last.Versions[s.Unit]
	if v == nil {
		ch.Cause = Withdrawn
		if sub, ok := st.Submission(before); ok {
			ch.Reason = wordSince(sub, last.At)
		}
		return
	}
	ch.Version, ch.Reason = v.Version, wordSince(v, last.At)
	switch {
	case before != "":
		ch.Cause = Amended
	case s.Punctuality == ledger.PunctualAfter && s.First == v:
		ch.Cause = Late
	default:
		ch.Cause = Admitted
	}
}

// wordSince is the reason of the newest decision about sub after the instant.
func wordSince(sub *ledger.Submission, at time.Time) string {
	for i := len(sub.Decisions) - 1; i >= 0; i-- {
		if d := sub.Decisions[i]; d.At.After(at) && d.Reason != "" {
			return d.Reason
		}
	}
	return ""
}
