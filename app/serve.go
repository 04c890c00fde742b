package app

import (
	"context"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/robfig/cron/v3"
)

// Hooks let the caller of Run tell a person what happens.
type Hooks struct {
	// Round is called after each round; err is why the mailbox could not be
	// read, nil when it could.
	Round func(Round)
}

// backOff is the wait after the n-th failed poll in a row, the last one for
// all that follow (facts: never hammer a provider that refuses).
var backOff = []time.Duration{time.Minute, 2 * time.Minute, 5 * time.Minute, 15 * time.Minute, 30 * time.Minute}

// Run works until ctx ends or the store fails. It polls at the configured
// interval with jitter, at once when the server announces new mail, and at
// each time of the plan; it sends when the limits allow.
func (a *App) Run(ctx context.Context, h Hooks) error {
	if years := a.opt.Config.UnknownYears(); len(years) > 0 {
		a.log.Warn("no days off are known of some years: Monday to Friday count as workdays there", "years", years)
	}
	wake := make(chan struct{}, 1)
	clock, err := a.alarms(wake)
	if err != nil {
		return err
	}
	clock.Start()
	defer func() { <-clock.Stop().Done() }()
	failures, behind := 0, false
	for {
		r, err := a.Step(ctx, time.Now())
		if err != nil || ctx.Err() != nil {
			return unlessStopped(ctx, err)
		}
		if h.Round != nil {
			h.Round(r)
		}
		if r.Planned.Behind != behind { // once, not at each round
			if behind = r.Planned.Behind; behind {
				a.log.Warn("nothing is planned or sent: set the clock", "reason", r.Planned.Reason)
			} else {
				a.log.Info("the clock is past what is on record again")
			}
		}
		failures++
		if r.PollErr == nil {
			failures = 0
		} else {
			a.log.Warn("the mailbox could not be read", "attempt", failures, "err", r.PollErr)
		}
		if err := a.rest(ctx, wake, r, failures); err != nil {
			return err
		}
		if ctx.Err() != nil {
			return nil
		}
	}
}

// unlessStopped is nil when ctx has ended: what the round did not do then, the
// next start does.
func unlessStopped(ctx context.Context, err error) error {
	if stopped(ctx) {
		return nil
	}
	return err
}

func stopped(ctx context.Context) bool { return ctx.Err() != nil }

// rest waits until the next round is due, sending what the limits allow in
// the meantime.
func (a *App) rest(ctx context.Context, wake <-chan struct{}, r Round, failures int) error {
	until := time.Now().Add(a.interval(failures))
	if p := r.Planned.Next; !p.IsZero() && p.Before(until) {
		until = p
	}
	next := r.Sent.Next
	for {
		now := time.Now()
		if !now.Before(until) {
			return nil
		}
		stop := until
		if !next.IsZero() && next.Before(stop) {
			stop = next
		}
		if a.wait(ctx, wake, max(time.Until(stop), time.Second), failures) || stopped(ctx) {
			return nil
		}
		if !next.IsZero() && !time.Now().Before(next) && ctx.Err() == nil {
			d, err := a.Send(ctx, time.Now())
			if err != nil {
				return err
			}
			next = d.Next
		}
	}
}

// wait lets d go by, and returns true when a round should be done now: new
// mail was announced or the plan's clock has struck.
func (a *App) wait(ctx context.Context, wake <-chan struct{}, d time.Duration, failures int) bool {
	ctx, cancel := context.WithTimeout(ctx, d)
	defer cancel()
	news := make(chan bool, 1)
	go func() {
		if failures > 0 {
			<-ctx.Done()
			news <- false
			return
		}
		err := a.news(ctx, d)
		news <- err == nil && ctx.Err() == nil
	}()
	select {
	case <-wake:
		cancel()
		<-news
		return true
	case n := <-news:
		return n
	}
}

// interval is the time to the next poll: the configured one give or take a
// fifth, or the back-off after failures.
func (a *App) interval(failures int) time.Duration {
	d := a.opt.Config.Mailbox.Poll
	if failures > 0 {
		d = max(d, backOff[min(failures, len(backOff))-1])
	}
	return d*4/5 + rand.N(d*2/5+1)
}

// alarms strikes at the times of the plan and once a day for the store's
// integrity. It decides nothing: it only wakes the loop (architecture §3.5).
func (a *App) alarms(wake chan<- struct{}) (*cron.Cron, error) {
	c := cron.New(cron.WithLocation(a.zone()))
	strike := func() {
		select {
		case wake <- struct{}{}:
		default: // a round is due already
		}
	}
	r := a.rules
	for _, t := range []struct{ hour, minute int }{
		{r.RequestAt.Hour, r.RequestAt.Minute}, {r.OverdueAt.Hour, r.OverdueAt.Minute}, {r.DutyAt.Hour, r.DutyAt.Minute},
		{r.CorrectionAt.Hour, r.CorrectionAt.Minute}, {a.campaign.Schedule.CutoffHour, 0},
	} {
		if _, err := c.AddFunc(fmt.Sprintf("%d %d * * *", t.minute, t.hour), strike); err != nil {
			return nil, fmt.Errorf("set the clock to %02d:%02d: %w", t.hour, t.minute, err)
		}
	}
	if _, err := c.AddFunc("10 3 * * *", func() { a.nightly(); strike() }); err != nil {
		return nil, fmt.Errorf("set the nightly check: %w", err)
	}
	if b := a.opt.Config.Backup; b.Dir != "" {
		a.lookAtBackups(time.Now())
		if _, err := c.AddFunc(fmt.Sprintf("%d %d * * *", b.At%60, b.At/60), func() { a.nightlyBackup(time.Now()); strike() }); err != nil {
			return nil, fmt.Errorf("set the nightly backup: %w", err)
		}
	}
	return c, nil
}

// nightly checks the store as a whole. Damage ends the daemon at its next
// round: what cannot be trusted must not be written to.
func (a *App) nightly() {
	ctx, cancel := context.WithTimeout(context.Background(), time.Hour)
	defer cancel()
	rep, err := a.look(ctx)
	if err != nil {
		a.log.Error("the store could not be checked", "err", err)
		return
	}
	if err := damageOf(rep); err != nil {
		a.log.Error("the store is damaged", "err", err)
		a.damage.Store(&err)
		return
	}
	a.log.Info("the store was checked and is whole", "mails", rep.Mails, "files", rep.RawFiles)
}
