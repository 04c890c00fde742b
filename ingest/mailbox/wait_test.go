package mailbox_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"taizhang/ingest/mailbox"
	"taizhang/internal/coremail"
)

func TestWaitHearsOfNewMail(t *testing.T) {
	r := start(t, coremail.Plain)
	r.list(t, "INBOX")
	heard := make(chan error, 1)
	begun := time.Now()
	go func() { heard <- r.client.Wait(t.Context(), time.Minute) }()
	waitFor(t, r, "IDLE")
	r.Deliver("INBOX", mail(1), time.Now())
	if err := <-heard; err != nil {
		t.Error(err)
	}
	if took := time.Since(begun); took > 10*time.Second {
		t.Errorf("took %v", took)
	}
	if got := r.list(t, "INBOX"); len(got.Items) != 1 || r.connections() != 1 {
		t.Errorf("%+v, %d connections", got, r.connections())
	}
	// Mail between a listing and the wait is not slept over either.
	r.Deliver("INBOX", mail(2), time.Now())
	if err := r.client.Wait(t.Context(), time.Minute); err != nil || time.Since(begun) > 20*time.Second {
		t.Error(err, time.Since(begun))
	}
}

// waitFor waits until the server has been sent a command.
func waitFor(t *testing.T, r *rig, command string) {
	t.Helper()
	timeout := time.After(10 * time.Second)
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	for {
		for _, line := range r.Commands() {
			if line == command {
				return
			}
		}
		select {
		case <-tick.C:
		case <-timeout:
			t.Fatalf("no %s in %q", command, r.Commands())
		}
	}
}

func TestWaitSleepsWhereThereIsNoIdle(t *testing.T) {
	for _, profile := range []coremail.Profile{coremail.NetEase, coremail.Plain} {
		r := start(t, profile)
		if profile == coremail.Plain {
			r.Faults().Add(coremail.Fault{On: "IDLE", Do: coremail.Reply, Text: "NO not now"})
		}
		begun := time.Now()
		if err := r.client.Wait(t.Context(), 50*time.Millisecond); err != nil || time.Since(begun) < 50*time.Millisecond {
			t.Errorf("%d: %v after %v", profile, err, time.Since(begun))
		}
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(20*time.Millisecond, cancel)
		if err := r.client.Wait(ctx, time.Hour); !errors.Is(err, context.Canceled) {
			t.Errorf("%d: %v", profile, err)
		}
		time.AfterFunc(20*time.Millisecond, func() { _ = r.client.Close() })
		if err := r.client.Wait(t.Context(), time.Hour); !errors.Is(err, mailbox.ErrClosed) {
			t.Errorf("%d: %v", profile, err)
		}
	}
}

func TestIdleIsReissuedAndSurvivesAHangup(t *testing.T) {
	r := start(t, coremail.Plain, func(o *mailbox.Options) { o.Timeouts.Renew = 50 * time.Millisecond })
	if err := r.client.Wait(t.Context(), 200*time.Millisecond); err != nil {
		t.Error(err)
	}
	idles := strings.Count(strings.Join(r.Commands(), "\n"), "\nIDLE")
	if idles < 3 {
		t.Errorf("%d IDLEs in %q", idles, r.Commands())
	}

	r = start(t, coremail.Plain)
	heard := make(chan error, 1)
	begun := time.Now()
	go func() { heard <- r.client.Wait(t.Context(), 300*time.Millisecond) }()
	waitFor(t, r, "IDLE")
	r.Hangup()
	if err := <-heard; err != nil || time.Since(begun) < 300*time.Millisecond {
		t.Errorf("%v after %v", err, time.Since(begun))
	}
	r.list(t, "INBOX")
}

func TestIdleEndsWithTheContext(t *testing.T) {
	r := start(t, coremail.Plain)
	ctx, cancel := context.WithCancel(t.Context())
	heard := make(chan error, 1)
	go func() { heard <- r.client.Wait(ctx, time.Hour) }()
	waitFor(t, r, "IDLE")
	cancel()
	if err := <-heard; !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}
