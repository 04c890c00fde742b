package app_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"
)

// jump is a clock that is wrong for a while: by how much, from when, how long.
type jump struct {
	from time.Time
	long time.Duration
	by   time.Duration
	to   time.Time // instead of by: the clock says this
}

// jumps are n of them over the year: back by an hour, a day, a month, to 1970,
// and ahead by two hours.
func (w *year) jumps(n int, seed uint64) []jump {
	rng := rand.New(rand.NewPCG(seed, 3))
	out := make([]jump, n)
	whole := w.last.Sub(w.first)
	for i := range out {
		j := jump{from: w.first.Add(48 * time.Hour).Add(time.Duration((float64(i) + rng.Float64()) / float64(n) * float64(whole-96*time.Hour))), long: time.Duration(1+rng.IntN(20)) * time.Hour}
		switch i % 5 {
		case 0:
			j.by = -time.Hour
		case 1:
			j.by = -24 * time.Hour
		case 2:
			j.by = -31 * 24 * time.Hour
		case 3:
			j.to = time.Unix(0, 0)
		case 4:
			j.by, j.long = 2*time.Hour, 3*time.Hour
		}
		out[i] = j
	}
	return out
}

// clock is what the program's machine says when it is now.
func clock(js []jump, now time.Time) time.Time {
	for _, j := range js {
		if now.Before(j.from) || !now.Before(j.from.Add(j.long)) {
			continue
		}
		if !j.to.IsZero() {
			return j.to.Add(now.Sub(j.from))
		}
		return now.Add(j.by)
	}
	return now
}

// A machine that starts for the first time in 1970 records nothing of it: with
// an epoch of then, all the old mail of the box would be new.
func TestFirstStartIn1970(t *testing.T) {
	w := newYear(t, 2024, 1, 3)
	w.now = func() time.Time { return w.last }
	a := w.program(t.Context())
	r, err := a.Step(t.Context(), time.Unix(3600, 0))
	if err != nil || !r.Planned.Behind || r.First || r.Poll.Fresh > 0 {
		t.Errorf("in 1970: %+v, %v", r, err)
	}
	st, err := a.State(t.Context())
	if err != nil || !st.Epoch.IsZero() || len(st.Outbox)+len(w.sent) > 0 {
		t.Errorf("in 1970: epoch %s, %d mails queued, %d sent, %v", st.Epoch, len(st.Outbox), len(w.sent), err)
	}
	if r, err = a.Step(t.Context(), w.first); err != nil || !r.First {
		t.Errorf("with the clock put right: %+v, %v", r, err)
	}
	if err := a.Close(); err != nil {
		t.Error(err)
	}
}

// A clock that goes wrong twenty times a year, back to 1970 among them, makes
// no reminder go out twice, and none to who has reported; each goes out when the
// clock is right again.
func TestClockJumps(t *testing.T) {
	years, months, _ := span()
	part, parts := sharded(t)
	n := 20
	if *playedYears == 0 {
		n = 5
	}
	const wakes = 101 * time.Minute
	sent, played := 0, 0
	for i, y := range years {
		if i%parts != part {
			continue
		}
		played++
		w := newYear(t, y, months, 2)
		js := w.jumps(n, uint64(i)) //nolint:gosec // a small number
		ctx := context.Background()
		a := w.program(ctx)
		for now := w.first; now.Before(w.last); now = now.Add(wakes) {
			w.now = func() time.Time { return now }
			told := clock(js, now)
			w.told = told
			if _, err := a.Step(ctx, told); err != nil {
				t.Fatal(err)
			}
			if _, err := a.Drain(ctx, told, told.Add(time.Hour), func(_ context.Context, at time.Time) (time.Time, error) { return at, nil }); err != nil {
				t.Fatal(err)
			}
		}
		if err := a.Close(); err != nil {
			t.Error(err)
		}
		sent += w.judge(2*time.Hour, wakes)
	}
	if sent == 0 {
		t.Fatal("no reminder was sent at all")
	}
	fmt.Printf("clock: %d jumps a year in %d years, %d reminders, none twice, none to who had reported\n", n, played, sent)
}
