// Package app connects everything: it builds the adapters around the
// decisions, runs one round of work at a time, and carries out the desk's
// commands, from the same process or over the control socket.
//
// It holds no rule of the business and no wording of its own: rules are in
// ledger, ingest, notify and aggregate, words in compose and in cmd.
package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"sync"
	"sync/atomic"
	"time"

	"taizhang/aggregate/workbook"
	"taizhang/config"
	"taizhang/ingest"
	"taizhang/ingest/attach"
	"taizhang/ingest/check"
	"taizhang/ingest/fence"
	"taizhang/ingest/mailbox"
	"taizhang/ledger"
	"taizhang/notify"
	"taizhang/notify/compose"
	"taizhang/notify/mailer"
	"taizhang/store"
)

var (
	_ ingest.Spool     = (*store.DB)(nil)
	_ ingest.Register  = (*store.DB)(nil)
	_ ingest.Penalties = (*store.DB)(nil)
	_ ingest.Queue     = (*store.DB)(nil)
	_ ingest.Recorder  = (*records)(nil)
	_ ingest.Answerer  = (*App)(nil)
	_ notify.Outbox    = (*records)(nil)
	_ ingest.Reader    = (*fence.Reader)(nil).Read
	_ ingest.Unpacker  = (*fence.Reader)(nil).Unpack
)

// Options are what an App is built from.
type Options struct {
	Config  *config.Config
	Log     *slog.Logger
	Version string // told to the mail server by ID
	// Played says that time is not the wall clock's: a demo or a rehearsal.
	// Servers must then be on loopback, and no DNS is asked.
	Played bool
	// Offline leaves the mailbox and the mail server alone: commands that only
	// need the store.
	Offline  bool
	ReadOnly bool
	// ReaderCommand starts this program as the child that reads files of
	// strangers: its absolute path, and the arguments that make it call
	// ServeReader. Empty: files are read in this process, as tests and the demo do.
	ReaderCommand []string
	// InspectCommand starts this program as the child that looks at the store
	// before it is opened (ServeInspect). Empty: nobody looks, as in tests.
	InspectCommand []string
	// AfterRestore says that a person has put an older copy of the store in
	// its place.
	AfterRestore bool
}

// App is the running system. One App owns one store.
type App struct {
	opt      Options
	campaign *ledger.Campaign
	rules    notify.Rules
	log      *slog.Logger
	store    *records
	news     func(context.Context, time.Duration) error // waits for new mail, at most so long
	poller   *ingest.Poller
	decide   *ingest.Processor
	compose  *compose.Composer
	courier  *notify.Courier
	look     func(context.Context) (*Report, error) // of every night: Verify
	damage   atomic.Pointer[error]                  // found by the nightly check
	copying  sync.Mutex                             // backups take turns
	work     sync.Mutex                             // rounds and commands take turns
	opened   int                                    // so many periods have opened and have their expected units on record
	polled   bool                                   // the mailbox was read completely since the start
	awaited  time.Time                              // since when sending waits for that
	closers  lifecycle
}

// lifecycle is what must be closed, last in, first out.
type lifecycle []struct {
	name  string
	close func() error
}

func (l *lifecycle) add(name string, f func() error) {
	*l = append(*l, struct {
		name  string
		close func() error
	}{name, f})
}

// close closes everything, also when something fails, and joins the errors.
func (l lifecycle) close() error {
	var errs []error
	for i := len(l) - 1; i >= 0; i-- {
		if err := l[i].close(); err != nil {
			errs = append(errs, fmt.Errorf("close %s: %w", l[i].name, err))
		}
	}
	return errors.Join(errs...)
}

// ErrNotLoopback says that a rehearsal was pointed at a real server.
var ErrNotLoopback = errors.New("a rehearsal with a played clock refuses servers that are not on loopback")

// New opens the store and builds everything around it. Close releases it.
func New(ctx context.Context, opt Options) (*App, error) {
	cfg := opt.Config
	a := &App{opt: opt, campaign: &cfg.Campaign, rules: rulesOf(cfg), log: opt.Log}
	a.look = a.Verify
	if opt.Played && !opt.Offline {
		if err := Loopback(cfg); err != nil {
			return nil, err
		}
	}
	if err := a.lookFirst(ctx); err != nil {
		return nil, err
	}
	db, err := store.Open(ctx, cfg.StoreDir, store.Options{ReadOnly: opt.ReadOnly, LockWait: lockWait, Logger: opt.Log, AfterRestore: opt.AfterRestore})
	if err != nil {
		return nil, err
	}
	a.closers.add("store", db.Close)
	a.store = &records{DB: db, cfg: cfg}
	if err := db.EachMail(ctx, a.store.copies.seeOne); err != nil {
		return nil, errors.Join(err, a.Close())
	}
	if err := a.build(ctx, cfg); err != nil {
		return nil, errors.Join(err, a.Close())
	}
	return a, nil
}

// lockWait is how long a second process waits for the store before it gives
// up: longer than any transaction, far shorter than a person's patience.
const lockWait = time.Second

func (a *App) build(ctx context.Context, cfg *config.Config) error {
	composer, err := compose.New(a.campaign, compose.Options{Mailbox: cfg.Mailbox.User})
	if err != nil {
		return err
	}
	a.compose = composer
	files := a.reader(cfg)
	a.decide = &ingest.Processor{
		Campaign: a.campaign, Policy: policyOf(cfg),
		Caps:  ingest.Caps{Every: cfg.Sending.AnswerEvery, PerSender: cfg.Sending.AnswersPerSender, PerDay: cfg.Sending.AnswersPerDay},
		Spool: a.store, Queue: a.store, Recorder: a.store, Answers: a, Read: files.Read, Unpack: files.Unpack,
		MessageID: func(key string) string { return mailer.MessageID(key, cfg.Mailbox.User) },
		Parse:     attachLimits(cfg), Sheet: sheetLimits(cfg), Failures: cfg.Limits.Failures, Log: a.log,
		Check: check.New(a.campaign),
	}
	if !a.opt.Played {
		a.decide.Lookup = net.DefaultResolver.LookupTXT
	}
	if a.opt.Offline {
		return nil
	}
	a.warnOfTemplate()
	roots, err := cfg.Mailbox.Roots()
	if err != nil {
		return err
	}
	last, err := a.store.PollState(ctx)
	if err != nil {
		return err
	}
	client := mailbox.New(mailbox.Options{
		Host: cfg.Mailbox.IMAP.Host, Port: cfg.Mailbox.IMAP.Port, User: cfg.Mailbox.User, Password: cfg.Mailbox.Password.Read,
		RootCAs: roots, ExtraFolders: cfg.Mailbox.Folders, Logger: a.log, ClientName: "taizhang", ClientVersion: a.opt.Version,
		Refused: mailbox.Refusals(last.Logins),
	})
	a.news = client.Wait
	a.closers.add("mailbox", client.Close)
	a.poller = &ingest.Poller{Mailbox: box{client}, Spool: a.store, Register: a.store, Penalties: a.store, Quota: box{client}.quota, Logins: box{client}.logins,
		Limit: cfg.Limits.Message, Log: a.log}
	a.courier = notify.NewCourier(notify.CourierOptions{
		Outbox: a.store, Campaign: a.campaign, Limits: limitsOf(cfg), Proof: proofOf(cfg), Log: a.log,
		Mailer: postman{cfg.Mailbox},
	})
	return nil
}

// Close stops what runs and releases the store.
func (a *App) Close() error { return a.closers.close() }

func attachLimits(cfg *config.Config) attach.Limits {
	return attach.Limits{Message: int(cfg.Limits.Message), Decoded: int(cfg.Limits.Unpacked)}
}

func policyOf(cfg *config.Config) ingest.Policy {
	p := ingest.Policy{Own: cfg.Mailbox.User, Open: cfg.Senders.Open, UnsignedOK: cfg.Senders.UnsignedOK}
	for _, d := range cfg.Campaign.Desk.Addresses {
		p.Desk = append(p.Desk, d.Addr)
	}
	return p
}

func loopback(host string) bool {
	if host == "localhost" {
		return true
	}
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLoopback()
}

// Form writes the pre-filled form of the unit and month.
func (a *App) form(st *ledger.State, unit string, p ledger.Period) (ledger.Attachment, error) {
	u := a.campaign.Unit(unit)
	if u == nil {
		return ledger.Attachment{}, fmt.Errorf("no unit %q", unit)
	}
	prev := st.Book(p.Prev()).Standing(a.campaign.Schedule, unit, a.campaign.Schedule.Opens(p))
	req := workbook.FormRequest{Campaign: a.campaign, Unit: *u, Period: p, Officer: a.person(st, unit, officer), Liaison: a.person(st, unit, liaison)}
	if prev.InForce != nil {
		req.Last = prev.InForce.Reading.Figures
	}
	return workbook.Form(req)
}
