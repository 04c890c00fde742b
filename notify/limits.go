package notify

import (
	"slices"
	"time"

	"taizhang/ledger"
)

// Limits keep us below the provider's limits, which it does not publish (rule
// book §8). They are counted from the attempts on record, so that a restart
// forgets none.
type Limits struct {
	Spacing    time.Duration // between two attempts
	Burst      int           // attempts in any Window
	Window     time.Duration
	PerDay     int           // attempts in a calendar day
	Reserve    int           // one part in Reserve of PerDay is kept, from T−1 to C, for the mails that come first; 0: none
	LoginTries int           // failed logins in any hour
	NextDay    TimeOfDay     // when a daily limit ends
	Slow       time.Duration // after "too much in a short time"
	Ban        time.Duration // after "banned"
	GiveUp     time.Duration // after the first attempt: a person must look
}

// DefaultLimits returns careful limits for a free mailbox at NetEase.
func DefaultLimits() Limits {
	return Limits{
		Spacing:    20 * time.Second,
		Burst:      20,
		Window:     15 * time.Minute,
		PerDay:     150,
		Reserve:    3,
		LoginTries: 3,
		NextDay:    TimeOfDay{0, 10},
		Slow:       15 * time.Minute,
		Ban:        time.Hour,
		GiveUp:     72 * time.Hour,
	}
}

// backOff is the wait after the n-th deferral of a mail, the last one for all
// that follow.
var backOff = []time.Duration{2 * time.Minute, 5 * time.Minute, 15 * time.Minute, 30 * time.Minute, time.Hour}

func backOffAfter(deferrals int) time.Duration {
	return backOff[min(max(deferrals, 1), len(backOff))-1]
}

// nextDay returns when daily limits end that hold at now.
func (l Limits) nextDay(now time.Time, zone *time.Location) time.Time {
	return l.NextDay.on(ledger.DateOf(now.In(zone)).AddDays(1), zone)
}

// dayStart returns the begin of the calendar day of now.
func dayStart(now time.Time, zone *time.Location) time.Time {
	return ledger.DateOf(now.In(zone)).At(0, 0, zone)
}

// allowed returns the first instant, now or later, at which the limits allow
// another attempt. kept is the part of the day's allowance that this attempt
// may not use.
func (l Limits) allowed(now time.Time, begun []time.Time, kept int, zone *time.Location) time.Time {
	begun = slices.SortedFunc(slices.Values(begun), time.Time.Compare)
	t := now
	if n := len(begun); n > 0 {
		t = later(t, begun[n-1].Add(l.Spacing))
		if n >= l.Burst {
			t = later(t, begun[n-l.Burst].Add(l.Window))
		}
	}
	if l.usedUp(now, begun, kept, zone) {
		t = later(t, l.nextDay(now, zone))
	}
	return t
}

// usedUp reports whether the day's allowance, less the part that is kept for
// others, is used up.
func (l Limits) usedUp(now time.Time, begun []time.Time, kept int, zone *time.Location) bool {
	start, today := dayStart(now, zone), 0
	for _, b := range begun {
		if !b.Before(start) {
			today++
		}
	}
	return today+kept >= l.PerDay
}

// Since returns from when on attempts count under the limits at now.
func (l Limits) Since(now time.Time, zone *time.Location) time.Time {
	since := dayStart(now, zone)
	if w := now.Add(-l.Window); w.Before(since) {
		since = w
	}
	return since
}

// PutOff returns how many of the mails that wait are put off because the day's
// allowance is used up, or what is left of it is kept for the mails that come
// first, and until when; begun are the attempts since Limits.Since. What waits
// longer for a reason of its own is not among them, nor what makes no sense any
// more.
func PutOff(now time.Time, c *ledger.Campaign, s *ledger.State, l Limits, begun []time.Time) (n int, until time.Time) {
	zone := c.Schedule.Zone
	next := l.nextDay(now, zone)
	for _, o := range waiting(s) {
		full := l.usedUp(now, begun, keptFor(o.Kind, now, c, s, l), zone)
		if full && !o.NotBefore.After(next) && Stale(now, c, s, o) == "" {
			n, until = n+1, next
		}
	}
	return n, until
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// priority orders the kinds under the limits (rule book §8): deadline
// reminders, 请更正, 月度汇总, 值班, then probes, which settle doubt about any
// of them, then the rest.
func priority(k ledger.MailKind) int {
	order := []ledger.MailKind{
		ledger.MailTomorrow, ledger.MailOverdue, ledger.MailRequest,
		ledger.MailReturn, ledger.MailSummary, ledger.MailDuty, ledger.MailProbe,
	}
	if i := slices.Index(order, k); i >= 0 {
		return i
	}
	return len(order)
}

// first reports whether mails of the kind come first under the limits.
func first(k ledger.MailKind) bool { return priority(k) <= priority(ledger.MailProbe) }

// keptFor returns how much of the day's allowance is not for mails of the
// kind: from T−1 to C of any period, what those that come first have not used
// of their reserve.
func keptFor(k ledger.MailKind, now time.Time, c *ledger.Campaign, s *ledger.State, l Limits) int {
	if first(k) || l.Reserve <= 0 || !inReserve(now, c) {
		return 0
	}
	start, used := dayStart(now, c.Schedule.Zone), 0
	for _, o := range s.Outbox {
		if !first(o.Kind) {
			continue
		}
		for _, a := range o.Attempts {
			if !a.Begun.Before(start) {
				used++
			}
		}
	}
	return max(0, l.PerDay/l.Reserve-used)
}

// inReserve reports whether now lies from T−1 to C of a period.
func inReserve(now time.Time, c *ledger.Campaign) bool {
	for _, p := range c.Periods() {
		from := c.Schedule.DueDate(p).AddDays(-1).At(0, 0, c.Schedule.Zone)
		if !now.Before(from) && now.Before(c.Schedule.CutOff(p)) {
			return true
		}
	}
	return false
}
