package app_test

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"taizhang/app"
	"taizhang/ingest"
	"taizhang/internal/samples"
	"taizhang/ledger"
)

// goneBox is a mailbox whose server says BYE at once, and remembers when it was
// asked.
type goneBox struct {
	*showcase
	asked []time.Time
}

func (b *goneBox) Folders(context.Context) ([]ingest.Folder, error) {
	b.asked = append(b.asked, time.Now())
	return nil, errors.New("* BYE come again later")
}

// Fault 2: a server that sends us away is asked again at the usual interval (90 s),
// then after two minutes, five, fifteen, and every half an hour.
func TestBackOff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		time.Sleep(time.Until(may(10, 10, 0)))
		s := newShowcase(t)
		b := &goneBox{showcase: s}
		s.app.Wire(b, s)
		ctx, stop := context.WithCancel(t.Context())
		done := make(chan error, 1)
		go func() { done <- s.app.Run(ctx, app.Hooks{}) }()
		time.Sleep(3 * time.Hour)
		stop()
		if err := <-done; err != nil {
			t.Error(err)
		}
		if len(b.asked) < 7 || len(b.asked) > 12 {
			t.Fatalf("asked %d times in three hours: %v", len(b.asked), b.asked)
		}
		for i, least := range []time.Duration{90, 120, 300, 900, 1800, 1800} {
			gap := b.asked[i+1].Sub(b.asked[i])
			if want := least * time.Second; gap < want*3/4 || gap > want*5/4 { // a fifth of it is chance
				t.Errorf("after failure %d asked again after %v, want about %v", i+1, gap, want)
			}
		}
	})
}

// Fault 73: a mail that says it is automatic and carries a ledger, as a rule
// that forwards by itself makes it, is read; the desk has the word, and it counts
// from its own arrival.
func TestAnAutomaticMailWithALedger(t *testing.T) {
	r := newRegistry(t).started(may(20, 8, 0))
	raw := letter(may(26, 9, 0), "shebao@yuzhou.example", "pass", "台账", "请查收附件。", enclosed{"台账.xlsx", xlsx(form())})
	raw = bytes.Replace(raw, []byte("From: "), []byte("Auto-Submitted: auto-generated\r\nFrom: "), 1)
	in := r.take(raw, may(26, 9, 1))
	st := r.state()
	subs := st.Book(samples.Period).Submissions
	if in.Outcome != ledger.OutcomeHeld || len(subs) != 1 || subs[0].Quality != ledger.QualityHeld || subs[0].Reading.Figures["pension"].Value != 120 {
		t.Fatalf("got %+v, %+v", in, subs)
	}
	if to := sentTo(st, "shebao@yuzhou.example"); len(to) > 0 {
		t.Errorf("automatic mail was answered: %v", to)
	}
	r.says(app.DeskAction{Action: "accept", Target: subs[0].ID})
	s := r.state().Book(samples.Period).Standing(r.app.Campaign().Schedule, "禹州市", may(27, 9, 0))
	if s.InForce == nil || !s.Attempt.Equal(may(26, 9, 0)) || s.Punctuality != ledger.PunctualOnTime {
		t.Errorf("got %+v", s)
	}
}

// Fault 71: a robot that does not call itself one answers each mail of ours, and
// returns the ledger with it. It is answered twice, the receipt and that the same
// was sent again, and then not for half a day. What it sends is on record.
func TestARobotThatReturnsTheLedger(t *testing.T) {
	for _, c := range []struct {
		name, from, proof string
		outcome           ledger.OutcomeKind
		answers           int
	}{
		{"known and proven", "shebao@yuzhou.example", "pass", ledger.OutcomeAccepted, 2},
		{"known and not proven", "shebao@yuzhou.example", "", ledger.OutcomeHeld, 1},
		{"a stranger", "stranger@qq.example", "pass", ledger.OutcomeHeld, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := newRegistry(t).started(may(20, 8, 0))
			send := func(at time.Time) {
				t.Helper()
				raw := letter(at, c.from, c.proof, "台账", "请查收附件。", enclosed{"台账.xlsx", xlsx(form())})
				answers := ""
				for _, o := range r.state().Outbox {
					answers += " <" + strings.Trim(o.MessageID, "<>") + ">"
				}
				if answers != "" {
					raw = bytes.Replace(raw, []byte("From: "), []byte("References:"+answers+"\r\nFrom: "), 1)
				}
				if in := r.take(raw, at.Add(time.Minute)); in.Outcome != c.outcome {
					t.Fatalf("%v: %+v", at, in)
				}
			}
			const rounds = 12
			for i := range rounds {
				send(may(21, 8, 5*i))
			}
			st := r.state()
			if got := sentTo(st, c.from); len(got) != c.answers {
				t.Errorf("answered %d times in an hour: %v", len(got), got)
			}
			if n := len(st.Book(samples.Period).Submissions) + len(st.Unplaced); n != rounds {
				t.Errorf("%d documents on record", n)
			}
			send(may(21, 22, 0))
			if got := sentTo(r.state(), c.from); c.answers > 0 && len(got) != c.answers+1 {
				t.Errorf("half a day later: %v", got)
			}
		})
	}
}

// sentTo returns the keys of our mails to the address.
func sentTo(st *ledger.State, addr string) (keys []string) {
	for key, o := range st.Outbox {
		if slices.Contains(o.Recipients, addr) {
			keys = append(keys, key)
		}
	}
	slices.Sort(keys)
	return keys
}
