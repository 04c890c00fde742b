package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync/atomic"
	"time"

	"taizhang/config"
	"taizhang/ingest"
	"taizhang/ledger"
	"taizhang/notify"
	"taizhang/store"
)

// FindingText words a finding as the mails do.
func (a *App) FindingText(f ledger.Finding) (message, remedy string) {
	return a.compose.FindingText(f)
}

// Outgoing returns the mail of the outbox with its bytes.
func (a *App) Outgoing(ctx context.Context, key string) (ledger.Outgoing, bool, error) {
	return a.store.Outgoing(ctx, key)
}

// Reminder composes the unit's overdue notice of that number for May.
func (a *App) Reminder(st *ledger.State, unit string, number int, now time.Time) (ledger.Mail, error) {
	p := ledger.Period{Year: 2022, Month: time.May}
	return a.reminder(st, notify.Due{Key: "x", Kind: ledger.MailOverdue, Unit: unit, Period: p, Stage: number}, now)
}

// Wire gives an App that was made offline a mailbox and a mail server of the
// test's own, so that Step does whole rounds without a network.
func (a *App) Wire(box ingest.Mailbox, m notify.Mailer) {
	cfg := a.opt.Config
	a.news = func(ctx context.Context, _ time.Duration) error { // as a server without IDLE
		<-ctx.Done()
		return ctx.Err()
	}
	a.poller = &ingest.Poller{Mailbox: box, Spool: a.store, Register: a.store, Penalties: a.store, Limit: cfg.Limits.Message, Log: a.log}
	a.courier = notify.NewCourier(notify.CourierOptions{Outbox: a.store, Campaign: a.campaign, Limits: limitsOf(cfg), Proof: proofOf(cfg), Log: a.log, Mailer: m})
}

// CallTime has calls on the control socket come within d, for tests; the
// function that it returns puts back what was.
func CallTime(d time.Duration) (restore func()) {
	was := callTime
	callTime = d
	return func() { callTime = was }
}

// Fill has the mailbox of Wire say how full it is.
func (a *App) Fill(q ledger.Quota) {
	a.poller.Quota = func(context.Context) (ledger.Quota, error) { return q, nil }
}

// MailboxRead has it go on as after a first complete poll, for tests that send
// without one.
func (a *App) MailboxRead() { a.polled = true }

// LookEvery has the nightly check look at the store in one night of n, and find
// nothing in the others, for tests that play decades of nights.
func (a *App) LookEvery(n int64) {
	var nights atomic.Int64
	a.look = func(ctx context.Context) (*Report, error) {
		if nights.Add(1)%n != 0 {
			return &Report{}, nil
		}
		return a.Verify(ctx)
	}
}

// LookUp has DKIM keys looked up by a test's own function.
func (a *App) LookUp(f ingest.TXTLookup) { a.decide.Lookup = f }

// Shelf is the store as it lies on disk, with the addresses that the config adds.
func (a *App) Shelf() interface {
	State(context.Context) (*ledger.State, error)
	Mails(context.Context) ([]ledger.MailRecord, error)
	Submissions(context.Context) ([]ledger.Submission, error)
	Raw(ctx context.Context, digest string) ([]byte, error)
	Outgoing(ctx context.Context, key string) (ledger.Outgoing, bool, error)
	Check(context.Context) error
} {
	return a.store
}

// AuditLog returns every line of the audit log.
func (a *App) AuditLog(ctx context.Context) ([]ledger.Event, error) { return a.store.Events(ctx, 0) }

// NightlyBackup makes the backup of the night.
func NightlyBackup(a *App, now time.Time) { a.nightlyBackup(now) }

// Snapshot writes a copy of the store's database that does not say it is one.
func Snapshot(ctx context.Context, a *App, w io.Writer) error {
	_, err := a.store.Snapshot(ctx, w)
	return err
}

// Postman is what an App sends with.
func Postman(cfg *config.Config) notify.Mailer { return postman{cfg.Mailbox} }

// BreakFinish has the store fail whenever the result of an attempt is to be
// recorded, as if the process ended there.
func (a *App) BreakFinish() {
	cfg := a.opt.Config
	a.courier = notify.NewCourier(notify.CourierOptions{Outbox: brokenFinish{a.store}, Campaign: a.campaign, Limits: limitsOf(cfg), Proof: proofOf(cfg), Log: a.log, Mailer: Postman(cfg)})
}

// Poison has the store fail when a poll is to be recorded, as after a commit of
// which nobody knows whether it was made.
func (a *App) Poison() { a.poller.Register = poisoned{a.store} }

type poisoned struct{ *records }

func (poisoned) PollDone(context.Context, ledger.PollReport) error {
	return fmt.Errorf("poll done: %w", store.ErrPoisoned)
}

type brokenFinish struct{ *records }

func (brokenFinish) Finish(context.Context, string, int, ledger.SendFinish) error {
	return errors.New("the disk is gone")
}

// Queue puts a mail of the test's own into the outbox.
func (a *App) Queue(ctx context.Context, m ledger.Mail) error {
	o, err := a.render(m)
	if err != nil {
		return err
	}
	_, err = a.store.Apply(ctx, ledger.Change{At: m.Date, Outgoing: []ledger.Outgoing{o}})
	return err
}
