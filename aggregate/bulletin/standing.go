package bulletin

import (
	"fmt"
	"strings"

	"taizhang/aggregate"
	"taizhang/ledger"
)

// reporting are the counts of rule book §5 and the units of each state by
// name.
func reporting(out fields, s *aggregate.Summary) {
	t := s.Tally
	out["应报"], out["已报"], out["已计入"] = t.Due, t.Reported, t.InForce
	out["按时"], out["未到期"] = t.OnTime, t.Awaited
	share := func(n, of int) string {
		if n > of {
			return ""
		}
		return aggregate.Ratio{Num: int64(n), Den: int64(of)}.Percent()
	}
	out["上报率"], out["按时率"], out["一次通过率"] = share(t.Reported, t.Due), share(t.OnTime, t.Due), share(t.FirstPass, t.Reported)
	late := func(format string) func(*aggregate.Row) string {
		return func(r *aggregate.Row) string { return fmt.Sprintf(format, r.Standing.LateDays) }
	}
	overdue := func(r *aggregate.Row) string {
		n := s.DaysOverdue(r)
		if n == 0 {
			return ""
		}
		return fmt.Sprintf(overdueBy, n)
	}
	for name, of := range map[string]struct {
		p   ledger.Punctuality
		say func(*aggregate.Row) string
	}{
		"迟报": {ledger.PunctualLate, late(lateBy)}, "补报": {ledger.PunctualAfter, late(lateBy)},
		"待核实":  {ledger.PunctualHeld, func(r *aggregate.Row) string { return fmt.Sprintf(receivedAt, moment(r.Standing.Attempt, zoneOf(s))) }},
		"逾期未报": {ledger.PunctualOverdue, overdue}, "漏报": {ledger.PunctualMissing, overdue},
		"待报": {ledger.PunctualAwaited, func(*aggregate.Row) string { return "" }},
		"免报": {ledger.PunctualExempt, func(r *aggregate.Row) string { return clean(r.ExemptReason) }},
	} {
		out[name] = listed(s.Reporting(of.p), of.say)
	}
	out["退回"], out["另有待核实"], out["延期"] = returned(s), alsoHeld(s), extended(s)
}

// listed names the units, each with what is said of it in brackets.
func listed(rows []*aggregate.Row, say func(*aggregate.Row) string) string {
	var out []string
	for _, r := range rows {
		name := clean(r.Unit)
		if why := say(r); why != "" {
			name = fmt.Sprintf(bracketed, name, why)
		}
		out = append(out, name)
	}
	return outside(strings.Join(out, comma))
}

// returned are the units whose newest version was sent back.
func returned(s *aggregate.Summary) string {
	var rows []*aggregate.Row
	for i := range s.Rows {
		if n := s.Rows[i].Standing.Newest; n != nil && n.Quality == ledger.QualityReturned && !s.Rows[i].Standing.Exempt {
			rows = append(rows, &s.Rows[i])
		}
	}
	return listed(rows, func(r *aggregate.Row) string {
		state := fmt.Sprintf(versionState, r.Standing.Newest.Version, qualities[ledger.QualityReturned])
		if v := r.Standing.InForce; v != nil {
			state = fmt.Sprintf(versionState, v.Version, qualities[r.Standing.Quality]) + "，" + state
		}
		return state
	})
}

// alsoHeld are the units with a document that waits for the desk beside
// another that was read.
func alsoHeld(s *aggregate.Summary) string {
	var rows []*aggregate.Row
	for i := range s.Rows {
		if st := &s.Rows[i].Standing; len(st.Held) > 0 && st.Punctuality != ledger.PunctualHeld {
			rows = append(rows, &s.Rows[i])
		}
	}
	return listed(rows, func(*aggregate.Row) string { return "" })
}

func extended(s *aggregate.Summary) string {
	var out []string
	for _, r := range s.Rows {
		if !r.Standing.Extended || r.Standing.Exempt {
			continue
		}
		text := fmt.Sprintf(extendedTo, clean(r.Unit), deadline(r.Standing.Due, zoneOf(s)))
		if why := clean(r.ExtendReason); why != "" {
			text += fmt.Sprintf(becauseOf, why)
		}
		out = append(out, text)
	}
	return outside(strings.Join(out, clause))
}
