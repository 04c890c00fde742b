package notify_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"taizhang/ledger"
	"taizhang/notify"
)

func four() []ledger.Outgoing {
	return []ledger.Outgoing{
		outgoing(ledger.MailReceipt, 1), outgoing(ledger.MailTomorrow, 2), outgoing(ledger.MailReturn, 3), outgoing(ledger.MailDuty, 4),
	}
}

// TestCrashAtEveryStep kills the process at every step of sending four mails,
// and again at every step of the recovery, under servers that lose answers. No
// recipient ever gets a mail twice, and every mail ends as sent or before a
// person. The loops are nested: server, copies, first crash, second crash.
func TestCrashAtEveryStep(t *testing.T) {
	// Each script says what the server does with the second mail's first try.
	scripts := map[string]func(w *world, o ledger.Outgoing, end func(map[string]string) error) notify.Report{
		"accepts": func(w *world, o ledger.Outgoing, end func(map[string]string) error) notify.Report {
			return w.accept(o, end, nil)
		},
		"accepts and drops": func(w *world, o ledger.Outgoing, end func(map[string]string) error) notify.Report {
			w.accept(o, end, nil)
			return notify.Report{Phase: notify.PhaseEnd, Err: errLost, EndOfData: true}
		},
		"drops before it accepts": func(_ *world, _ ledger.Outgoing, end func(map[string]string) error) notify.Report {
			if err := end(nil); err != nil {
				return notify.Report{Phase: notify.PhaseBody, Err: err}
			}
			return notify.Report{Phase: notify.PhaseEnd, Err: errLost, EndOfData: true}
		},
		"drops in the body": func(*world, ledger.Outgoing, func(map[string]string) error) notify.Report {
			return notify.Report{Phase: notify.PhaseBody, Err: errLost}
		},
	}
	runs := 0
	for name, script := range scripts {
		for _, noCopies := range []bool{false, true} {
			build := func() *world {
				w := newWorld(four()...)
				w.noCopies = noCopies
				w.server = func(o ledger.Outgoing, n int, end func(map[string]string) error) notify.Report {
					if o.Kind == ledger.MailReturn && n == 1 {
						return script(w, o, end)
					}
					return w.accept(o, end, nil)
				}
				return w
			}
			for first := 1; ; first++ {
				w := build()
				w.crashAt = first
				crashed := w.run(t, 50*time.Hour)
				if !crashed {
					checkEnd(t, fmt.Sprintf("%s, no crash", name), w)
					break
				}
				steps := w.step
				for second := 0; ; second += 5 {
					w := build()
					w.crashAt = first
					w.run(t, 50*time.Hour)
					if w.crashAt = steps + second; second == 0 {
						w.crashAt = 0
					}
					again := w.run(t, 50*time.Hour)
					if again {
						w.crashAt = 0
						w.run(t, 50*time.Hour)
					}
					runs++
					checkEnd(t, fmt.Sprintf("%s, no copies %v, crash at %d and +%d", name, noCopies, first, second), w)
					if second > 0 && !again {
						break
					}
				}
			}
		}
	}
	t.Logf("%d runs with one or two crashes", runs)
}

func checkEnd(t *testing.T, name string, w *world) {
	t.Helper()
	for k, n := range w.got {
		if n > 1 {
			t.Fatalf("%s: %s got it %d times", name, k, n)
		}
	}
	for k, o := range w.outbox {
		switch {
		case o.State == ledger.SendSent && w.accepted[k] == 1:
		case o.State == ledger.SendHuman && (w.noCopies || w.accepted[k] == 0):
			// No copies at all, or no later mail whose copy proves the absence.
		default:
			t.Fatalf("%s: %s ends as %s, accepted %d times", name, k, o.State, w.accepted[k])
		}
	}
}

// TestProofOfAbsence follows one mail whose end-of-data had no answer.
func TestProofOfAbsence(t *testing.T) {
	lost := func(_ ledger.Outgoing, _ int, end func(map[string]string) error) notify.Report {
		if err := end(nil); err != nil {
			return notify.Report{Phase: notify.PhaseBody, Err: err}
		}
		return notify.Report{Phase: notify.PhaseEnd, Err: errLost, EndOfData: true}
	}
	o := outgoing(ledger.MailReceipt, 1)
	later := outgoing(ledger.MailReceipt, 2)
	later.State, later.CopySeen = ledger.SendSent, at("05-10 10:40")
	later.Attempts = []ledger.SendAttempt{{Begun: at("05-10 10:30"), EndOfData: at("05-10 10:30"), Result: ledger.SendSent}}
	tests := []struct {
		name  string
		now   string
		polls uint64
		last  string // newest complete poll
		later bool
		want  ledger.SendState
	}{
		{"proved", "05-10 10:45", 3, "05-10 10:45", true, ledger.SendQueued},
		{"too early", "05-10 10:29", 3, "05-10 10:29", true, ledger.SendAmbiguous},
		{"two polls", "05-10 10:45", 2, "05-10 10:45", true, ledger.SendAmbiguous},
		{"last look too early", "05-10 10:45", 3, "05-10 10:29", true, ledger.SendAmbiguous},
		{"no later mail", "05-10 10:45", 3, "05-10 10:45", false, ledger.SendAmbiguous},
		{"a day without proof", "05-11 10:01", 99, "05-11 10:00", false, ledger.SendHuman},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(o)
			w.server = lost
			w.poll.Count = 40
			if _, err := w.courier().Round(t.Context(), at("05-10 10:00")); err != nil {
				t.Fatal(err)
			}
			if got := w.outbox[o.Key].State; got != ledger.SendAmbiguous {
				t.Fatalf("after the lost answer: %s", got)
			}
			if tt.later {
				w.outbox[later.Key] = later
			}
			w.poll = ledger.PollState{Count: 40 + tt.polls, Complete: at(tt.last)}
			w.server = func(ledger.Outgoing, int, func(map[string]string) error) notify.Report {
				return notify.Report{Phase: notify.PhaseDial, Err: errLost}
			}
			r, err := w.courier().Round(t.Context(), at(tt.now))
			if err != nil {
				t.Fatal(err)
			}
			got := w.outbox[o.Key]
			if tt.want == ledger.SendQueued { // and tried at once
				if got.State != ledger.SendDeferred || !got.Resent || r.Key != o.Key {
					t.Errorf("got %s, resent %v, tried %q", got.State, got.Resent, r.Key)
				}
				return
			}
			if got.State != tt.want {
				t.Errorf("got %s, want %s", got.State, tt.want)
			}
		})
	}
}

// TestCopyComesLate: a copy that comes after all settles what a person had to,
// and stops what was to be sent again.
func TestCopyComesLate(t *testing.T) {
	for _, st := range []ledger.SendState{ledger.SendAmbiguous, ledger.SendHuman, ledger.SendQueued, ledger.SendDeferred} {
		o := outgoing(ledger.MailReceipt, 1)
		o.State, o.CopySeen, o.Resent = st, at("05-10 11:00"), true
		o.Attempts = []ledger.SendAttempt{{Begun: at("05-10 10:00"), EndOfData: at("05-10 10:00"), Ended: at("05-10 10:00"), Result: ledger.SendAmbiguous}}
		w := newWorld(o)
		if _, err := w.courier().Round(t.Context(), at("05-10 11:01")); err != nil {
			t.Fatal(err)
		}
		if got := w.outbox[o.Key].State; got != ledger.SendSent || w.tries[o.Key] != 0 {
			t.Errorf("%s: became %s after %d tries", st, got, w.tries[o.Key])
		}
	}
}

// TestCopyOfAPartOnly: the copy has come, but a recipient had been put off in
// the same transaction: a person must look, once and for all.
func TestCopyOfAPartOnly(t *testing.T) {
	o := outgoing(ledger.MailReceipt, 1)
	w := newWorld(o)
	w.server = func(o ledger.Outgoing, _ int, end func(map[string]string) error) notify.Report {
		refused := map[string]string{"b@example.cn": "450 busy"}
		w.accept(o, end, refused)
		return notify.Report{Phase: notify.PhaseEnd, Err: errLost, EndOfData: true, Refused: refused}
	}
	for i, now := range []string{"05-10 10:00", "05-10 10:10", "05-10 10:20"} {
		w.now = at(now)
		w.look()
		r, err := w.courier().Round(t.Context(), w.now)
		if err != nil {
			t.Fatal(err)
		}
		if i == 2 && len(r.Settled) != 0 {
			t.Errorf("settled again: %v", r.Settled)
		}
	}
	checkEnd2(t, w, o.Key, ledger.SendHuman)
}

// TestPartial: the refused recipient does not stop the rest, one that was put
// off gets it later, and nobody gets it twice.
func TestPartial(t *testing.T) {
	o := outgoing(ledger.MailReceipt, 1)
	w := newWorld(o)
	var tried [][]string
	w.server = func(o ledger.Outgoing, n int, end func(map[string]string) error) notify.Report {
		tried = append(tried, o.Recipients)
		switch n {
		case 1:
			return w.accept(o, end, map[string]string{"b@example.cn": "450 mailbox busy"})
		case 2:
			return notify.Report{Phase: notify.PhaseDial, Err: errLost}
		}
		return w.accept(o, end, nil)
	}
	w.run(t, time.Hour)
	want := [][]string{{"a@example.cn", "b@example.cn", "me@163.com"}, {"b@example.cn"}, {"b@example.cn"}}
	if d := cmp.Diff(want, tried); d != "" {
		t.Errorf("tried (-want +got):\n%s", d)
	}
	checkEnd2(t, w, o.Key, ledger.SendSent)

	w = newWorld(o)
	w.server = func(o ledger.Outgoing, n int, end func(map[string]string) error) notify.Report {
		if n == 1 {
			return w.accept(o, end, map[string]string{"b@example.cn": "550 Invalid User"})
		}
		return w.accept(o, end, nil)
	}
	w.run(t, time.Hour)
	checkEnd2(t, w, o.Key, ledger.SendSent)
	if w.tries[o.Key] != 1 {
		t.Errorf("%d tries", w.tries[o.Key])
	}

	// Put off, and then no answer: the copy of the first transaction proves
	// nothing about the second.
	w = newWorld(o)
	w.server = func(o ledger.Outgoing, n int, end func(map[string]string) error) notify.Report {
		if n == 1 {
			return w.accept(o, end, map[string]string{"b@example.cn": "450 mailbox busy"})
		}
		if err := end(nil); err != nil {
			t.Error(err)
		}
		return notify.Report{Phase: notify.PhaseEnd, Err: errLost, EndOfData: true}
	}
	w.run(t, 30*time.Hour)
	checkEnd2(t, w, o.Key, ledger.SendHuman)
}

func checkEnd2(t *testing.T, w *world, key string, want ledger.SendState) {
	t.Helper()
	if got := w.outbox[key].State; got != want {
		t.Errorf("%s ends as %s, want %s", key, got, want)
	}
	for k, n := range w.got {
		if n > 1 {
			t.Errorf("%s got it %d times", k, n)
		}
	}
}

// TestReplies is the table of what a failed attempt leads to; it is long
// because the table is.
func TestReplies(t *testing.T) {
	now := at("05-10 10:00")
	refused := func(a, b string) map[string]string { return map[string]string{"a@example.cn": a, "b@example.cn": b} }
	tests := []struct {
		name  string
		rep   notify.Report
		state ledger.SendState
		wait  time.Duration
		pause time.Duration // 0: none; -1: until a person acts
	}{
		{"dial", notify.Report{Phase: notify.PhaseDial, Err: errLost}, ledger.SendDeferred, 2 * time.Minute, 2 * time.Minute},
		{"certificate", notify.Report{Phase: notify.PhaseTLS, Err: errLost}, ledger.SendDeferred, 2 * time.Minute, 2 * time.Minute},
		{"554 greeting", notify.Report{Phase: notify.PhaseGreeting, Code: 554, Text: "no"}, ledger.SendDeferred, time.Hour, time.Hour},
		{"421 greeting", notify.Report{Phase: notify.PhaseGreeting, Code: 421, Text: "HL:ICC"}, ledger.SendDeferred, 15 * time.Minute, 15 * time.Minute},
		{"535", notify.Report{Phase: notify.PhaseAuth, Code: 535, Text: "Error: authentication failed"}, ledger.SendDeferred, 0, -1},
		{"550 no permission", notify.Report{Phase: notify.PhaseAuth, Code: 550, Text: "User has no permission"}, ledger.SendDeferred, 0, -1},
		{"500 at AUTH", notify.Report{Phase: notify.PhaseAuth, Code: 500, Text: "what"}, ledger.SendDeferred, 0, -1},
		{"451 too much fail", notify.Report{Phase: notify.PhaseAuth, Code: 451, Text: "too much fail authentication"}, ledger.SendDeferred, time.Hour, time.Hour},
		{"553 at MAIL", notify.Report{Phase: notify.PhaseMail, Code: 553, Text: "Mail from must equal authorized user"}, ledger.SendDeferred, 0, -1},
		{"550 at MAIL: the sender, who is always we", notify.Report{Phase: notify.PhaseMail, Code: 550, Text: "no"}, ledger.SendDeferred, 0, -1},
		{"450 at MAIL", notify.Report{Phase: notify.PhaseMail, Code: 450, Text: "MI:DMC"}, ledger.SendDeferred, 2 * time.Minute, 0},
		{"550 MI:STC", notify.Report{Phase: notify.PhaseMail, Code: 550, Text: "MI:STC"}, ledger.SendDeferred, 14*time.Hour + 10*time.Minute, 14*time.Hour + 10*time.Minute},
		{"all refused", notify.Report{Phase: notify.PhaseRcpt, Code: 550, Text: "Invalid User", Refused: refused("550 Invalid User", "550 Invalid User")}, ledger.SendRefused, 0, 0},
		{"one put off", notify.Report{Phase: notify.PhaseRcpt, Code: 550, Text: "Invalid User", Refused: refused("450 busy", "550 Invalid User")}, ledger.SendDeferred, 2 * time.Minute, 0},
		{"421 between recipients", notify.Report{Phase: notify.PhaseRcpt, Code: 421, Text: "bye", Refused: map[string]string{"a@example.cn": "550 Invalid User"}}, ledger.SendDeferred, 15 * time.Minute, 15 * time.Minute},
		{"day's recipients", notify.Report{Phase: notify.PhaseRcpt, Code: 550, Text: "RP:TRC", Refused: refused("550 RP:TRC", "550 RP:TRC")}, ledger.SendDeferred, 14*time.Hour + 10*time.Minute, 14*time.Hour + 10*time.Minute},
		{"too many recipients", notify.Report{Phase: notify.PhaseData, Code: 550, Text: "RP:RCL"}, ledger.SendHuman, 0, 0},
		{"body cut", notify.Report{Phase: notify.PhaseBody, Err: errLost}, ledger.SendDeferred, 2 * time.Minute, 0},
		{"554 after data", notify.Report{Phase: notify.PhaseEnd, Code: 554, Text: "DT:SPM", EndOfData: true}, ledger.SendHuman, 0, 0},
		{"451 after data", notify.Report{Phase: notify.PhaseEnd, Code: 451, Text: "DT:SPM, please try again", EndOfData: true}, ledger.SendDeferred, 2 * time.Minute, 0},
		{"451 MI:SFQ", notify.Report{Phase: notify.PhaseEnd, Code: 451, Text: "MI:SFQ", EndOfData: true}, ledger.SendDeferred, 15 * time.Minute, 15 * time.Minute},
		{"no answer", notify.Report{Phase: notify.PhaseEnd, Err: errLost, EndOfData: true}, ledger.SendAmbiguous, 0, 0},
		{"nonsense after data", notify.Report{Phase: notify.PhaseEnd, Code: 354, Text: "go", EndOfData: true}, ledger.SendAmbiguous, 0, 0},
		{"bad bytes", notify.Report{Phase: notify.PhaseRender, Err: errLost}, ledger.SendHuman, 0, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			o := outgoing(ledger.MailReceipt, 1)
			w := newWorld(o)
			w.server = func(_ ledger.Outgoing, _ int, end func(map[string]string) error) notify.Report {
				if tt.rep.EndOfData {
					if err := end(nil); err != nil {
						t.Error(err)
					}
				}
				return tt.rep
			}
			if _, err := w.courier().Round(t.Context(), now); err != nil {
				t.Fatal(err)
			}
			got := w.outbox[o.Key]
			wait := time.Duration(0)
			if !got.NotBefore.IsZero() {
				wait = got.NotBefore.Sub(now).Truncate(time.Minute)
			}
			pause := time.Duration(0)
			if p := w.pause; p != nil {
				if pause = -1; !p.Human {
					pause = p.Until.Sub(now).Truncate(time.Minute)
				}
			}
			if got.State != tt.state || wait != tt.wait || pause != tt.pause {
				t.Errorf("got %s after %v, pause %v; want %s after %v, pause %v", got.State, wait, pause, tt.state, tt.wait, tt.pause)
			}
		})
	}
}

func TestExpired(t *testing.T) {
	o := outgoing(ledger.MailTomorrow, 1)
	o.Expires = at("05-10 10:00")
	w := newWorld(o)
	r, err := w.courier().Round(t.Context(), at("05-10 10:00"))
	if err != nil {
		t.Fatal(err)
	}
	if w.outbox[o.Key].State != ledger.SendSkipped || len(r.Skipped) != 1 || w.tries[o.Key] != 0 {
		t.Errorf("state %s, %+v", w.outbox[o.Key].State, r)
	}
}

// TestStopped: told to stop before the mark, nothing is sent and the mail
// waits; the record is made although the context is done.
func TestStopped(t *testing.T) {
	o := outgoing(ledger.MailReceipt, 1)
	w := newWorld(o)
	ctx, cancel := context.WithCancel(t.Context())
	w.server = func(_ ledger.Outgoing, _ int, end func(map[string]string) error) notify.Report {
		cancel()
		err := end(nil)
		if err == nil {
			t.Error("the mark was made after the stop")
		}
		return notify.Report{Phase: notify.PhaseBody, Err: err}
	}
	if _, err := w.courier().Round(ctx, at("05-10 10:00")); err != nil {
		t.Fatal(err)
	}
	got := w.outbox[o.Key]
	if got.State != ledger.SendDeferred || got.NotBefore.Sub(at("05-10 10:00")) > time.Second {
		t.Errorf("state %s, not before %v", got.State, got.NotBefore)
	}
}

// TestStoreFails: an error of the store ends the Round at once, with nothing
// sent after it.
func TestStoreFails(t *testing.T) {
	o := outgoing(ledger.MailReceipt, 1)
	w := newWorld(o)
	broken := &brokenMark{world: w}
	c := notify.NewCourier(notify.CourierOptions{Outbox: broken, Mailer: w, Campaign: campaign()})
	if _, err := c.Round(t.Context(), at("05-10 10:00")); !errors.Is(err, errDisk) {
		t.Fatalf("got %v", err)
	}
	if w.accepted[o.Key] != 0 || w.outbox[o.Key].State != ledger.SendSending {
		t.Errorf("accepted %d, state %s", w.accepted[o.Key], w.outbox[o.Key].State)
	}
}

var errDisk = errors.New("input/output error")

type brokenMark struct{ *world }

func (*brokenMark) EndOfData(context.Context, string, int, time.Time, map[string]string) error {
	return errDisk
}
