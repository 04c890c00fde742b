package app_test

import (
	"bytes"
	"context"
	"errors"
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
	r.says(app.DeskAction{Action: "accept", Target: subs[0].ID})
	s := r.state().Book(samples.Period).Standing(r.app.Campaign().Schedule, "禹州市", may(27, 9, 0))
	if s.InForce == nil || !s.Attempt.Equal(may(26, 9, 0)) || s.Punctuality != ledger.PunctualOnTime {
		t.Errorf("got %+v", s)
	}
}
