package app_test

import (
	"context"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"taizhang/app"
	"taizhang/internal/samples"
)

// Faults 52 and 53: while the clock stands before what is on record nothing is
// planned or sent, and the operator reads why: in the log once, and in status
// with both instants.
func TestAClockBehindIsTold(t *testing.T) {
	o := newBureau(t, t.TempDir())
	defer o.end()
	status := func(now time.Time) string {
		t.Helper()
		s, err := o.app.Status(t.Context(), samples.Period, now)
		if err != nil {
			t.Fatal(err)
		}
		return s.Clock
	}
	o.step(may(23, 8, 0))
	if got := status(may(23, 8, 1)); got != "" {
		t.Errorf("a clock that is right: %q", got)
	}
	want := "本机时钟为2022-05-22 08:00，而已有2022-05-23 08:00的记录"
	if got := app.ReasonText(status(may(22, 8, 0))); got != want {
		t.Errorf("status a day before: %q, want %q", got, want)
	}
}

func TestAClockBehindIsLoggedOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		time.Sleep(time.Until(may(22, 8, 0)))
		s := newShowcase(t)
		if _, err := s.app.Step(t.Context(), may(22, 12, 0)); err != nil { // of a clock four hours ahead
			t.Fatal(err)
		}
		ctx, stop := context.WithCancel(t.Context())
		done := make(chan error, 1)
		go func() { done <- s.app.Run(ctx, app.Hooks{}) }()
		time.Sleep(5 * time.Hour)
		stop()
		if err := <-done; err != nil {
			t.Error(err)
		}
		said := s.log.String()
		if n := strings.Count(said, "set the clock"); n != 1 {
			t.Errorf("told %d times", n)
		}
		if n := strings.Count(said, "past what is on record again"); n != 1 {
			t.Errorf("the end of it told %d times", n)
		}
	})
}
