package app

import (
	"context"
	"errors"
	"fmt"
	"os"
	"runtime/debug"
	"time"

	"taizhang/ingest"
	"taizhang/ledger"
	"taizhang/notify"
	"taizhang/store"
)

// Round is what one round of work did.
type Round struct {
	Epoch   time.Time // of the first start
	First   bool      // this was the first start
	Poll    ingest.PollResult
	PollErr error // the mailbox could not be read, or not completely
	Decided int
	Planned Planned
	Sent    notify.Delivery
}

// Step does one round as of now: poll, decide, plan, send at most one mail
// (architecture §3.10). A mailbox out of reach is told in Round.PollErr and
// does not stop the rest; an error is ours or the store's, and ends the round.
func (a *App) Step(ctx context.Context, now time.Time) (Round, error) {
	a.work.Lock()
	defer a.work.Unlock()
	defer a.release(ctx)
	var r Round
	if early, err := a.tooEarly(ctx, now); early || err != nil {
		r.Planned = Planned{Behind: early, Reason: "the clock stands more than a year before the campaign: no first start is recorded"}
		return r, err
	}
	var err error
	if d := a.damage.Load(); d != nil {
		return r, *d
	}
	if r.Epoch, r.First, err = a.store.Start(ctx, now); err != nil {
		return r, fmt.Errorf("record the start: %w", err)
	}
	if err := a.snapshots(ctx, now); err != nil {
		return r, fmt.Errorf("record the expected units: %w", err)
	}
	r.Poll, r.PollErr = a.poller.Poll(ctx, now)
	a.polled = a.polled || r.Poll.Complete
	if fatal(r.PollErr) || ctx.Err() != nil {
		return r, errors.Join(r.PollErr, ctx.Err())
	}
	if r.Decided, err = a.decide.Process(ctx, now); err != nil {
		return r, err
	}
	if r.Planned, err = a.plan(ctx, now); err != nil {
		return r, err
	}
	r.Sent, err = a.deliver(ctx, now)
	return r, err
}

// tooEarly reports whether this would be the first start and the clock cannot
// be right: it stands more than a year before the first period opens, as that
// of a machine does which was started without a clock. An epoch recorded by it
// would make all old mail new.
func (a *App) tooEarly(ctx context.Context, now time.Time) (bool, error) {
	if !now.Before(a.campaign.Schedule.Opens(a.campaign.First).AddDate(-1, 0, 0)) {
		return false, nil
	}
	st, err := a.store.State(ctx)
	return err == nil && st.Epoch.IsZero(), err
}

// fatal reports whether the store's state is unknown: then nothing may be
// sent until it was opened and read again (architecture §3.7).
func fatal(err error) bool {
	return errors.Is(err, store.ErrPoisoned) || errors.Is(err, store.ErrDamaged)
}

// Resume lifts a pause of sending that waits for a person: starting the
// program is that person's act, except where a restore must be told. The limit on failed logins still holds.
func (a *App) Resume(ctx context.Context) error {
	a.work.Lock()
	defer a.work.Unlock()
	st, err := a.store.State(ctx)
	if err != nil || st.Pause == nil || !st.Pause.Human || st.Pause.Reason == PauseOlder {
		return err
	}
	a.log.Info("sending goes on after a pause", "reason", st.Pause.Reason)
	return a.store.SetPause(ctx, nil)
}

// Send tries to send one mail as of now.
func (a *App) Send(ctx context.Context, now time.Time) (notify.Delivery, error) {
	a.work.Lock()
	defer a.work.Unlock()
	defer a.release(ctx)
	return a.deliver(ctx, now)
}

// release keeps the database's file from becoming the program's memory.
func (a *App) release(ctx context.Context) {
	if err := a.store.Release(ctx, mapped); err != nil && !stopped(ctx) && !fatal(err) {
		a.log.Warn("the database's pages could not be given back", "err", err)
	}
}

// mapped is how much of the database's file may stay in the process's memory
// between rounds, in bytes.
const mapped = 12 << 20

// Frugal keeps the heap of this process small: above the limit the collector
// works harder, at the cost of time, which a program that mostly waits has. It
// is a soft limit, and none where GOMEMLIMIT says another.
func Frugal() {
	if os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(softMemory)
	}
}

// softMemory is what Frugal lets the Go heap and stacks take, in bytes: with the
// program itself and what is mapped of the database, the daemon stays below
// 150 MiB.
const softMemory = 88 << 20

// Drain sends what may be sent from now until horizon, one mail after the
// other. pass lets the time go by until the next one may be sent, and returns
// the instant it then is: a real clock waits, a played one is set forward.
func (a *App) Drain(ctx context.Context, now, horizon time.Time, pass func(context.Context, time.Time) (time.Time, error)) (time.Time, error) {
	for {
		d, err := a.Send(ctx, now)
		if err != nil {
			return now, err
		}
		if d.Next.IsZero() || d.Next.After(horizon) {
			return now, nil
		}
		next := d.Next
		if !next.After(now) {
			next = now.Add(time.Second)
		}
		if now, err = pass(ctx, next); err != nil {
			return now, err
		}
	}
}

// State returns what is known, for those who only look.
func (a *App) State(ctx context.Context) (*ledger.State, error) { return a.store.State(ctx) }

// Campaign returns the campaign the App runs.
func (a *App) Campaign() *ledger.Campaign { return a.campaign }
