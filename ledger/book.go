package ledger

import (
	"cmp"
	"slices"
	"time"
)

// Book is everything known of one period.
type Book struct {
	Period      Period
	Expected    []string            // 应报 before exemptions: a snapshot taken when the period opened
	Exempt      map[string]Decision // 免报, by unit
	Extended    map[string]Extension
	Closed      *Decision // the desk closed it early; nil: the schedule's closing holds
	Submissions []Submission
	Issues      []Issue // summaries issued, oldest first
	// Explanations of queries, by the arrival of the reply: the newest of a topic counts.
	Explanations []Explanation
}

// Extension (延期) moves one unit's due instant.
type Extension struct {
	Until    time.Time `json:"until"` // D of this unit
	Decision Decision  `json:"decision"`
}

// Issue is one issue of the monthly summary: number 1 at the cut-off, each
// later one a 更正版.
type Issue struct {
	Period   Period             `json:"period"`
	Number   int                `json:"number"`
	At       time.Time          `json:"at"`
	Key      string             `json:"key"`      // outbox key of the mail it went out with
	Versions map[string]string  `json:"versions"` // unit → ID of the submission then in force
	Figures  map[string]Figures `json:"figures"`  // unit → figures then in force
}

// Punctuality is the first of the three facts of a (unit, period). Each unit
// of 应报 has exactly one; an exempt unit has PunctualExempt.
type Punctuality string

// The punctualities (rule book §5.1).
const (
	PunctualOnTime  Punctuality = "on_time" // 按时
	PunctualLate    Punctuality = "late"    // 迟报
	PunctualAfter   Punctuality = "after"   // 补报
	PunctualHeld    Punctuality = "held"    // 待核实: the only attempts are held
	PunctualAwaited Punctuality = "awaited" // 待报
	PunctualOverdue Punctuality = "overdue" // 逾期未报
	PunctualMissing Punctuality = "missing" // 漏报
	PunctualExempt  Punctuality = "exempt"  // 免报
)

// Standing is where one unit stands in one period at one instant.
type Standing struct {
	Unit        string
	Punctuality Punctuality
	Exempt      bool
	Extended    bool
	Due         time.Time   // of this unit
	CutOff      time.Time   // of this unit
	Attempt     time.Time   // R of the first genuine attempt; zero without one
	LateDays    int         // calendar days, at least 1 when late
	InForce     *Submission // the newest accepted version; nil without one
	Quality     Quality     // of InForce as it stands: 合格 once its queries are explained
	Open        []Finding   // the open queries of InForce
	Newest      *Submission // the newest version of any quality; nil without one
	Said        time.Time   // R of Newest, or of the last 重复件 of it: the unit's last word
	First       *Submission // version 1; nil without one
	Held        []*Submission
}

// Settled reports whether nothing more is asked of the unit: it is exempt, or
// its newest version is in force and nothing of it is held.
func (s *Standing) Settled() bool {
	return s.Exempt || s.InForce != nil && s.Newest == s.InForce
}

// UnitSubmissions returns the unit's submissions in the order of §5.3: by
// arrival, then by ID.
func (b *Book) UnitSubmissions(unit string) []*Submission {
	var out []*Submission
	for i := range b.Submissions {
		if b.Submissions[i].Unit == unit {
			out = append(out, &b.Submissions[i])
		}
	}
	slices.SortStableFunc(out, func(x, y *Submission) int {
		return cmp.Or(x.Arrived.Compare(y.Arrived), cmp.Compare(x.ID, y.ID))
	})
	return out
}

// ClosingOf returns K of the period: the desk's word, or the schedule's.
func (b *Book) ClosingOf(s Schedule) time.Time {
	if b.Closed != nil {
		return b.Closed.At
	}
	return s.Closing(b.Period)
}

// Standing works out the three facts of the unit as of now (rule book §5). What
// the book holds is taken whole: now tells 待报 from 逾期未报 and 漏报, and does not
// bring back what was in force at an earlier instant. A 重复件 that is found later
// and came earlier is a genuine attempt: the unit had reported by then.
func (b *Book) Standing(sch Schedule, unit string, now time.Time) Standing {
	s := Standing{Unit: unit, Due: sch.Due(b.Period), CutOff: sch.CutOff(b.Period)}
	_, s.Exempt = b.Exempt[unit]
	if e, ok := b.Extended[unit]; ok {
		s.Extended, s.Due = true, e.Until
		if s.CutOff.Before(s.Due) {
			s.CutOff = s.Due
		}
	}
	var read, held time.Time
	subs := b.UnitSubmissions(unit)
	for _, sub := range subs {
		switch {
		case sub.Quality == QualityHeld:
			s.Held = append(s.Held, sub)
			if sub.Attempt() && held.IsZero() {
				held = sub.Arrived
			}
		case sub.Attempt() && read.IsZero():
			read = sub.Arrived
		}
		if sub.Version > 0 && (s.Newest == nil || sub.Version > s.Newest.Version) {
			s.Newest = sub
		}
		if sub.Version == 1 {
			s.First = sub
		}
		if sub.Quality.Counts() && (s.InForce == nil || sub.Version > s.InForce.Version) {
			s.InForce = sub
		}
	}
	for _, sub := range subs { // by arrival: the last one stays
		if s.Newest != nil && (sub == s.Newest || sub.Quality == QualityDuplicate && sub.Duplicate == s.Newest.Version) {
			s.Said = sub.Arrived
		}
	}
	if s.InForce != nil {
		s.Quality, s.Open = b.QualityOf(s.InForce), b.OpenQueries(s.InForce)
	}
	s.Attempt = cmp.Or(read, held)
	s.Punctuality = s.punctuality(read, held, now)
	if s.Punctuality == PunctualLate || s.Punctuality == PunctualAfter {
		s.LateDays = max(1, DateOf(s.Attempt.In(sch.Zone)).DaysSince(DateOf(s.Due.Add(-1).In(sch.Zone))))
	}
	return s
}

func (s *Standing) punctuality(read, held, now time.Time) Punctuality {
	switch {
	case s.Exempt:
		return PunctualExempt
	case !read.IsZero() && read.Before(s.Due):
		return PunctualOnTime
	case !read.IsZero() && read.Before(s.CutOff):
		return PunctualLate
	case !read.IsZero():
		return PunctualAfter
	case !held.IsZero():
		return PunctualHeld
	case now.Before(s.Due):
		return PunctualAwaited
	case now.Before(s.CutOff):
		return PunctualOverdue
	}
	return PunctualMissing
}

// Standings returns the standing of every expected unit in the order given,
// then of exempt or unexpected units that reported.
func (b *Book) Standings(sch Schedule, now time.Time) []Standing {
	var out []Standing
	for _, u := range b.Expected {
		out = append(out, b.Standing(sch, u, now))
	}
	return out
}

// Tally counts standings (rule book §5): Due is 应报, Reported is 实报. Always
// Due = OnTime + Late + After + Held + Awaited + Overdue + Missing.
type Tally struct {
	Due, Reported, InForce, FirstPass           int
	OnTime, Late, After, Held                   int
	Awaited, Overdue, Missing, Exempt, Extended int
}

// TallyOf counts the standings.
func TallyOf(ss []Standing) Tally {
	var t Tally
	for i := range ss {
		t.add(&ss[i])
	}
	return t
}

func (t *Tally) add(s *Standing) {
	if s.Exempt {
		t.Exempt++
		return
	}
	t.Due++
	counter := map[Punctuality]*int{
		PunctualOnTime: &t.OnTime, PunctualLate: &t.Late, PunctualAfter: &t.After, PunctualHeld: &t.Held,
		PunctualAwaited: &t.Awaited, PunctualOverdue: &t.Overdue, PunctualMissing: &t.Missing,
	}[s.Punctuality]
	*counter++
	if !s.Attempt.IsZero() {
		t.Reported++
	}
	if s.InForce != nil {
		t.InForce++
	}
	if s.First != nil && s.First.Quality.Counts() {
		t.FirstPass++
	}
	if s.Extended {
		t.Extended++
	}
}
