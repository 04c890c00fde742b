package notify_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"taizhang/ledger"
	"taizhang/notify"
)

// TestLoginTries: whatever lifts the pauses, no more than three logins fail in
// an hour.
func TestLoginTries(t *testing.T) {
	w := newWorld(four()...)
	w.server = func(ledger.Outgoing, int, func(map[string]string) error) notify.Report {
		return notify.Report{Phase: notify.PhaseAuth, Code: 535, Text: "Error: authentication failed"}
	}
	tries := 0
	for now := at("05-10 10:00"); now.Before(at("05-10 11:00")); now = now.Add(time.Minute) {
		r, err := w.courier().Round(t.Context(), now)
		if err != nil {
			t.Fatal(err)
		}
		if r.Key != "" {
			tries++
			if w.pause == nil || !w.pause.Human {
				t.Fatalf("pause %+v", w.pause)
			}
			if r, _ := w.courier().Round(t.Context(), now); r.Key != "" {
				t.Fatal("a second login during the pause")
			}
		}
		w.pause = nil // somebody lifts it at once
	}
	if tries != 3 {
		t.Errorf("%d logins in an hour", tries)
	}
}

// TestLimits sends 400 mails with a new Courier for every Round.
func TestLimits(t *testing.T) {
	w := newWorld()
	for i := range 400 {
		o := outgoing(ledger.MailReceipt, i)
		w.outbox[o.Key] = o
	}
	for now := at("05-10 10:00"); now.Before(at("05-13 00:00")); {
		w.now = now
		w.look()
		r, err := w.courier().Round(t.Context(), now)
		if err != nil {
			t.Fatal(err)
		}
		now = now.Add(time.Second)
		if r.Next.After(now) {
			now = r.Next
		}
		if r.Next.IsZero() {
			break
		}
	}
	var begun []time.Time
	perDay := map[string]int{}
	for _, o := range w.outbox {
		for _, a := range o.Attempts {
			begun = append(begun, a.Begun)
			perDay[a.Begun.Format(time.DateOnly)]++
		}
	}
	slices.SortFunc(begun, time.Time.Compare)
	for i := range begun {
		if i > 0 && begun[i].Sub(begun[i-1]) < 20*time.Second {
			t.Fatalf("%v after %v", begun[i], begun[i-1])
		}
		if i >= 20 && begun[i].Sub(begun[i-20]) < 15*time.Minute {
			t.Fatalf("21 mails within %v", begun[i].Sub(begun[i-20]))
		}
	}
	if d := cmp.Diff(map[string]int{"2022-05-10": 150, "2022-05-11": 150, "2022-05-12": 100}, perDay); d != "" {
		t.Errorf("per day (-want +got):\n%s", d)
	}
}

// TestOrderAndReserve: from T−1 to C a third of the day is kept for the mails
// that come first, and those go in the order of the rule book.
func TestOrderAndReserve(t *testing.T) {
	w := newWorld()
	for i := range 120 {
		o := outgoing(ledger.MailReceipt, i)
		w.outbox[o.Key] = o
	}
	sent := func(from, to string) (order []string) {
		for now := at(from); now.Before(at(to)); {
			w.now = now
			r, err := w.courier().Round(t.Context(), now)
			if err != nil {
				t.Fatal(err)
			}
			if r.Key != "" {
				order = append(order, r.Key)
			}
			now = now.Add(time.Second)
			if r.Next.IsZero() {
				break
			}
			if r.Next.After(now) {
				now = r.Next
			}
		}
		return order
	}
	if got := sent("05-27 00:10", "05-27 12:00"); len(got) != 100 {
		t.Errorf("%d receipts on T−1, want 100 of 150", len(got))
	}
	for i, k := range []ledger.MailKind{ledger.MailDuty, ledger.MailSummary, ledger.MailReturn, ledger.MailRequest, ledger.MailOverdue, ledger.MailTomorrow} {
		o := outgoing(k, i)
		o.Unit = "" // no standing is looked up
		w.outbox[o.Key] = o
	}
	want := []string{"tomorrow/5", "overdue/4", "request/3", "return/2", "summary/1", "duty/0"}
	if d := cmp.Diff(want, sent("05-27 12:00", "05-27 18:00")); d != "" {
		t.Errorf("order (-want +got):\n%s", d)
	}
	if got := sent("05-28 00:10", "05-28 12:00"); len(got) != 20 || !strings.HasPrefix(got[0], "receipt/") {
		t.Errorf("next day: %d mails", len(got))
	}
}

// TestPutOff: which mails the day's allowance puts off, and until when.
func TestPutOff(t *testing.T) {
	w := newWorld()
	for i := range 120 {
		o := outgoing(ledger.MailReceipt, i)
		w.outbox[o.Key] = o
	}
	first, later := outgoing(ledger.MailSummary, 200), outgoing(ledger.MailReceipt, 201)
	first.Unit, later.State, later.NotBefore = "", ledger.SendDeferred, at("05-30 08:00")
	w.outbox[first.Key], w.outbox[later.Key] = first, later
	s, err := w.State(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		now   string
		begun int // attempts since 05-27 00:10
		want  string
	}{
		{"05-27 12:00", 99, "0 01-01 00:00"},
		{"05-27 12:00", 100, "120 05-28 00:10"}, // T−1: the rest is kept for those that come first
		{"05-27 12:00", 150, "121 05-28 00:10"}, // and is used up by them
		{"05-28 00:00", 150, "0 01-01 00:00"},
	} {
		var begun []time.Time
		for i := range tt.begun {
			begun = append(begun, at("05-27 00:10").Add(time.Duration(i)*time.Minute))
		}
		n, until := notify.PutOff(at(tt.now), campaign(), s, notify.DefaultLimits(), begun)
		if got := fmt.Sprintf("%d %s", n, until.Format("01-02 15:04")); got != tt.want {
			t.Errorf("%s after %d attempts: got %s, want %s", tt.now, tt.begun, got, tt.want)
		}
	}
}

// TestGivesUp: a mail that is deferred again and again waits longer each time,
// and after three days a person must look.
func TestGivesUp(t *testing.T) {
	o := outgoing(ledger.MailReceipt, 1)
	w := newWorld(o)
	w.server = func(ledger.Outgoing, int, func(map[string]string) error) notify.Report {
		return notify.Report{Phase: notify.PhaseMail, Code: 450, Text: "later"}
	}
	w.run(t, 80*time.Hour)
	got := w.outbox[o.Key]
	if got.State != ledger.SendHuman {
		t.Fatalf("ends as %s", got.State)
	}
	var waits []string
	for i := range got.Attempts[:6] {
		waits = append(waits, got.Attempts[i+1].Begun.Sub(got.Attempts[i].Begun).Truncate(time.Minute).String())
	}
	if d := cmp.Diff([]string{"2m0s", "5m0s", "15m0s", "30m0s", "1h0m0s", "1h0m0s"}, waits); d != "" {
		t.Errorf("waits (-want +got):\n%s", d)
	}
}
