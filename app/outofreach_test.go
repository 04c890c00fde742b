package app_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"taizhang/app"
	"taizhang/internal/oracle"
	"taizhang/ledger"
)

// Fault 23: nothing listens where the mail server was. Each try is on record,
// waits longer than the one before, and is not forgotten by a restart.
func TestServerOutOfReach(t *testing.T) {
	p := newPost(t, quietDay, nil)
	key := p.receipt()
	if err := p.smtp.Close(); err != nil {
		t.Fatal(err)
	}
	for i, wait := range []time.Duration{2 * time.Minute, 5 * time.Minute, 15 * time.Minute} {
		if _, err := p.app.Send(t.Context(), p.now); err != nil {
			t.Fatal(err)
		}
		p.restart()
		o := p.state().Outbox[key]
		off := o.NotBefore.Sub(p.now) - wait
		if o.State != ledger.SendDeferred || len(o.Attempts) != i+1 || off < 0 || off > time.Minute {
			t.Fatalf("after try %d: %s, %d on record, the next in %s", i+1, o.State, len(o.Attempts), o.NotBefore.Sub(p.now))
		}
		if a := o.Attempts[i]; a.Reply == "" || !a.EndOfData.IsZero() || a.Result != ledger.SendDeferred {
			t.Errorf("try %d is on record as %+v", i+1, a)
		}
		if s, err := p.app.Status(t.Context(), ledger.Period{}, p.now); err != nil || s.Waiting != 1 || s.Pause == "" {
			t.Errorf("status says %d wait, pause %q, %v", s.Waiting, s.Pause, err)
		}
		p.set(o.NotBefore.Add(-time.Second))
		if d, err := p.app.Send(t.Context(), p.now); err != nil || d.Key != "" {
			t.Errorf("tried too early: %+v, %v", d, err)
		}
		p.set(o.NotBefore)
	}
}

// Faults 44 and 45: once it is not known what is on the disk, the round ends
// before anything is decided or sent, and so does the program. The next start
// reads all again and goes on.
func TestAPoisonedStoreEndsTheProgram(t *testing.T) {
	p := newPost(t, quietDay, nil)
	key := p.receipt()
	p.app.Poison()
	if _, err := p.app.Step(t.Context(), p.now); !errors.Is(err, app.ErrPoisoned) {
		t.Errorf("the round: %v", err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	if err := p.app.Run(ctx, app.Hooks{}); !errors.Is(err, app.ErrPoisoned) || ctx.Err() != nil {
		t.Errorf("the program: %v", err)
	}
	if c := p.smtp.Commands(); len(c) > 0 {
		t.Errorf("the mail server heard %q", c)
	}
	p.restart()
	p.play(p.now.Add(time.Hour))
	if p.got(key) != 1 {
		t.Errorf("after the next start it was taken %d times", p.got(key))
	}
	p.judge(oracle.New(), true)
}
