package app_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"taizhang/app"
	"taizhang/internal/coremail"
)

// Where the server has IDLE, new mail is taken at once, long before the next
// poll; and the daemon stops when it is told to.
func TestServeTakesNewMailAtOnce(t *testing.T) {
	o := newOfficeAt(t, coremail.Plain, func(s string) string { return strings.Replace(s, "poll: 90s", "poll: 1h", 1) })
	ctx, stop := context.WithTimeout(t.Context(), time.Minute)
	defer stop()
	rounds := make(chan app.Round, 16)
	done := make(chan error, 1)
	go func() { done <- o.app.Run(ctx, app.Hooks{Round: func(r app.Round) { rounds <- r }}) }()
	if r := <-rounds; r.PollErr != nil || !r.First {
		t.Fatalf("first round: %+v", r)
	}
	o.deliver("02-禹州市")
	for decided := 0; decided == 0; {
		select {
		case r := <-rounds:
			decided = r.Decided
		case <-ctx.Done():
			t.Fatal("the mail was not picked up within a minute, with a poll each hour")
		}
	}
	stop()
	if err := <-done; err != nil {
		t.Errorf("stopped: got %v", err)
	}
}
