package notify_test

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"taizhang/ledger"
	"taizhang/notify"
)

// TestSweep lets random histories run hour by hour from 1 May to 16 July: with
// outages of the machine and the mailbox, reports, returns, holds, extensions.
// It checks what must hold whatever happens.
func TestSweep(t *testing.T) {
	const histories = 60
	mails, steps := 0, 0
	for seed := range uint64(histories) {
		h := &history{r: rand.New(rand.NewPCG(seed, 7)), s: state(at("05-01 00:00")), sent: map[string]int{}, daily: map[string]int{}}
		for now := at("05-01 00:00"); now.Before(at("07-16 12:00")); now = now.Add(time.Hour) {
			h.step(t, now)
			steps++
		}
		for k, n := range h.sent {
			if n != 1 {
				t.Fatalf("seed %d: %s was due %d times", seed, k, n)
			}
			mails++
		}
	}
	t.Logf("%d histories, %d hours, %d mails", histories, steps, mails)
}

type history struct {
	r         *rand.Rand
	s         *ledger.State
	sent      map[string]int
	daily     map[string]int
	offUntil  time.Time
	deafUntil time.Time
	versions  [3]int
}

func (h *history) step(t *testing.T, now time.Time) {
	t.Helper()
	h.happen(now)
	if now.Before(h.offUntil) {
		return
	}
	if now.Before(h.deafUntil) {
		if h.s.Poll.Failing.IsZero() {
			h.s.Poll.Failing = now
		}
	} else {
		h.s.Poll = ledger.PollState{Complete: now, Count: h.s.Poll.Count + 1}
	}
	res := plan(now, h.s)
	if now.Hour() == 9 {
		if d := cmp.Diff(res, plan(now, h.s)); d != "" {
			t.Fatalf("not deterministic: %s", d)
		}
	}
	if !res.Next.IsZero() && !res.Next.After(now) {
		t.Fatalf("next %v is not after %v", res.Next, now)
	}
	perUnit := map[string]bool{}
	for _, d := range res.Due {
		h.check(t, now, d, perUnit)
		h.sent[d.Key]++
		h.s.Outbox[d.Key] = &ledger.Outgoing{Key: d.Key, Kind: d.Kind, State: ledger.SendSent, Created: now}
		for _, cause := range d.Causes {
			key := notify.ToldKey(cause)
			h.sent[key]++
			h.s.Outbox[key] = &ledger.Outgoing{Key: key, Kind: d.Kind, State: ledger.SendSkipped, Created: now}
		}
		if d.Kind == ledger.MailSummary {
			h.issue(d, now)
		}
	}
	for _, k := range res.Skip {
		if k.Reason == "" || k.Slot.After(now) {
			t.Fatalf("bad skip %+v", k)
		}
	}
	for _, n := range res.Snapshots {
		h.s.Books[n.Period] = &ledger.Book{Period: n.Period, Expected: n.Units}
	}
}

func (h *history) check(t *testing.T, now time.Time, d notify.Due, perUnit map[string]bool) {
	t.Helper()
	if d.Reason == "" || d.Slot.After(now) || d.Slot.Before(h.s.Epoch) || !d.Expires.IsZero() && !now.Before(d.Expires) {
		t.Fatalf("at %v: bad due %+v", now, d)
	}
	switch d.Kind {
	case ledger.MailSummary, ledger.MailDuty:
		day := string(d.Kind) + d.Period.String() + d.Slot.String()
		if h.daily[day]++; h.daily[day] > 1 {
			t.Fatalf("at %v: %s twice for one slot", now, d.Key)
		}
		return
	}
	if perUnit[d.Unit+d.Period.String()] {
		t.Fatalf("at %v: two reminders at once for %s", now, d.Unit)
	}
	perUnit[d.Unit+d.Period.String()] = true
	b := h.s.Book(d.Period)
	st := b.Standing(campaign().Schedule, d.Unit, now)
	if st.InForce != nil || st.Exempt || len(st.Held) > 0 {
		t.Fatalf("at %v: %s is reminded though it has reported, is exempt or held", now, d.Unit)
	}
	if !now.Before(b.ClosingOf(campaign().Schedule)) || h.s.Poll.Complete.Before(d.Slot) {
		t.Fatalf("at %v: %s after closing or without a poll", now, d.Key)
	}
	if overdue := d.Kind == ledger.MailOverdue; overdue == now.Before(st.Due) {
		t.Fatalf("at %v: %s with the due instant %v", now, d.Key, st.Due)
	}
}

func (h *history) issue(d notify.Due, now time.Time) {
	b := h.s.Books[d.Period]
	is := ledger.Issue{Period: d.Period, Number: d.Number, At: now, Key: d.Key, Versions: map[string]string{}, Figures: map[string]ledger.Figures{}}
	for _, u := range b.Expected {
		if st := b.Standing(campaign().Schedule, u, now); st.InForce != nil {
			is.Versions[u], is.Figures[u] = st.InForce.ID, st.InForce.Reading.Figures
		}
	}
	b.Issues = append(b.Issues, is)
}

// happen lets something happen, sometimes.
func (h *history) happen(now time.Time) {
	if h.r.IntN(60) != 0 {
		return
	}
	u := h.r.IntN(3)
	unit := campaign().UnitNames()[u]
	qualities := []ledger.Quality{ledger.QualityAccepted, ledger.QualityReturned, ledger.QualityHeld, ledger.QualityQueried}
	switch h.r.IntN(8) {
	case 0:
		h.offUntil = now.Add(time.Duration(h.r.IntN(96)) * time.Hour)
	case 1:
		h.deafUntil = now.Add(time.Duration(h.r.IntN(30)) * time.Hour)
	case 2, 3:
		h.versions[u]++
		report(h.s, unit, h.versions[u], qualities[h.r.IntN(4)], now, int64(h.r.IntN(100)))
	case 4:
		h.s.Books[may].Extended[unit] = ledger.Extension{Until: at("05-31 00:00").AddDate(0, 0, h.r.IntN(6))}
	case 5:
		for i := range h.s.Books[may].Submissions {
			if s := &h.s.Books[may].Submissions[i]; s.Quality == ledger.QualityHeld {
				s.Quality = ledger.QualityRejected
			}
		}
	case 6:
		h.s.Undecided = []ledger.MailRecord{{Arrived: now, Status: ledger.MailPending}}
	case 7:
		h.s.Undecided = nil
	}
}
