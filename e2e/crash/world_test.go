//go:build crash

package crash

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"taizhang/app"
	"taizhang/config"
	"taizhang/internal/coremail"
	"taizhang/internal/crashpoint"
	"taizhang/internal/oracle"
	"taizhang/internal/samples"
	"taizhang/internal/smtptest"
	"taizhang/store"
)

const password = "crash-code-7781"

// delivery is one mail that lies in the mailbox.
type delivery struct {
	folder string
	raw    []byte
	at     time.Time
}

// moment is a world between two rounds: what a run can be begun from.
type moment struct {
	store    string // a copy of its folder
	box      []delivery
	accepted []oracle.Accepted
	events   int // of the sample world that have happened
}

// world is the program between its two servers.
type world struct {
	t      *testing.T
	dir    string
	imap   *coremail.Server
	smtp   *smtptest.Server
	cfg    *config.Config
	app    *app.App
	log    *lockedBuffer
	rounds []time.Time // when the program is woken
	events []samples.Event

	mu       sync.Mutex
	now      time.Time
	box      []delivery
	earlier  []oracle.Accepted // by the servers that this world was begun from
	happened int
	shown    int // messages of box that a whole poll has listed
}

// newWorld begins a world from m, or an empty one.
func newWorld(t *testing.T, root string, m *moment, events []samples.Event, rounds []time.Time) *world {
	t.Helper()
	dir, err := os.MkdirTemp(root, "w")
	if err != nil {
		t.Fatal(err)
	}
	w := &world{t: t, dir: dir, events: events, rounds: rounds, log: new(lockedBuffer)}
	if w.imap, err = coremail.Start(coremail.Options{User: samples.Own, Password: password}); err != nil {
		t.Fatal(err)
	}
	if w.smtp, err = smtptest.Start(smtptest.Options{User: samples.Own, Password: password}); err != nil {
		t.Fatal(err)
	}
	w.smtp.OnAccept(func(a smtptest.Accepted) {
		if slices.Contains(a.To, samples.Own) {
			w.mu.Lock()
			now := w.now
			w.mu.Unlock()
			head := fmt.Appendf(nil, "Received: by mx19 (Coremail) with SMTP id crash;\r\n\t%s (CST)\r\n", now.Format(time.RFC1123Z))
			w.deliver(delivery{"INBOX", slices.Concat(head, a.Raw), now})
		}
	})
	w.configure(office(t, root))
	if m != nil {
		w.happened, w.earlier = m.events, m.accepted
		for _, d := range m.box {
			w.deliver(d)
		}
		if err := os.CopyFS(w.cfg.StoreDir, os.DirFS(m.store)); err != nil {
			t.Fatal(err)
		}
	}
	return w
}

var read sync.Map // by folder, the configuration in it

// office returns the configuration of all worlds in root, which differ in their
// servers and their folders. It is read once: it takes as long as some points.
func office(t *testing.T, root string) config.Config {
	t.Helper()
	once, _ := read.LoadOrStore(root, sync.OnceValues(func() (*config.Config, error) {
		text, err := samples.Config(samples.Setting{IMAP: "127.0.0.1:1", SMTP: "127.0.0.1:1", CAFile: "ca.pem", PasswordFile: "code", Store: filepath.Join(root, "store")})
		path := filepath.Join(root, "config.yaml")
		if err := errors.Join(err, os.WriteFile(path, text, 0o600), os.WriteFile(filepath.Join(root, "code"), []byte(password), 0o600)); err != nil {
			return nil, err
		}
		return config.Load(path)
	}))
	cfg, err := once.(func() (*config.Config, error))()
	if err != nil {
		t.Fatal(err)
	}
	return *cfg
}

// configure gives the world its own copy of cfg, with its servers and folder.
func (w *world) configure(cfg config.Config) {
	w.t.Helper()
	server := func(addr string) config.Server {
		host, port, _ := net.SplitHostPort(addr)
		n, err := strconv.Atoi(port)
		if err != nil {
			w.t.Fatal(err)
		}
		return config.Server{Host: host, Port: n}
	}
	cfg.Mailbox.IMAP, cfg.Mailbox.SMTP = server(w.imap.Addr()), server(w.smtp.Addr())
	cfg.Mailbox.CAFile, cfg.StoreDir = filepath.Join(w.dir, "ca.pem"), filepath.Join(w.dir, "store")
	if err := os.WriteFile(cfg.Mailbox.CAFile, slices.Concat(w.imap.CAPEM(), w.smtp.CAPEM()), 0o600); err != nil {
		w.t.Fatal(err)
	}
	w.cfg = &cfg
}

// end takes everything down and away.
func (w *world) end() {
	w.stop()
	if err := errors.Join(w.imap.Close(), w.smtp.Close(), os.RemoveAll(w.dir)); err != nil {
		w.t.Error(err)
	}
}

func (w *world) deliver(d delivery) {
	w.mu.Lock()
	w.box = append(w.box, d)
	w.mu.Unlock()
	w.imap.Deliver(d.folder, d.raw, d.at)
}

func (w *world) set(now time.Time) {
	w.mu.Lock()
	w.now = now
	w.mu.Unlock()
	w.imap.SetNow(now)
	w.smtp.SetNow(now)
}

// start opens the store and builds the program, as serve does.
func (w *world) start(ctx context.Context) error {
	a, err := app.New(ctx, app.Options{Config: w.cfg, Log: slog.New(slog.NewTextHandler(w.log, nil)), Version: "crash", Played: true})
	if err != nil {
		return err
	}
	w.app = a
	return a.Resume(ctx)
}

// stop lets go of a program that was stopped or has done its round, and waits
// until the servers know that it is gone.
func (w *world) stop() {
	if w.app != nil {
		// A program that was stopped cannot take leave of its servers; that it
		// says so is no finding.
		_ = w.app.Close()
		w.app = nil
	}
	w.imap.Quiet()
	w.smtp.Quiet()
}

// round is the r-th waking of the program: a start, what happened until then,
// one step, and the sending that fits before the next. from is when in the round the
// program starts, which is later than the round's instant after a crash.
func (w *world) round(ctx context.Context, r int, from time.Time) error {
	w.set(from)
	if err := w.start(ctx); err != nil {
		return err
	}
	for ; w.happened < len(w.events) && !w.events[w.happened].At.After(w.rounds[r]); w.happened++ {
		e := w.events[w.happened]
		if e.Desk == nil {
			w.deliver(delivery{e.Folder, e.Raw, e.At})
			continue
		}
		if _, err := w.app.Desk(ctx, from, app.DeskAction{Action: "address", Unit: e.Desk.Unit, Addr: e.Desk.Addr, Reason: e.Desk.Reason}); err != nil {
			return err
		}
	}
	w.mu.Lock()
	listed := len(w.box)
	w.mu.Unlock()
	res, err := w.app.Step(ctx, from)
	if err := errors.Join(err, res.PollErr); err != nil {
		return err
	}
	w.shown = listed // a poll that ended well has listed all these
	horizon := from.Add(24 * time.Hour)
	if r+1 < len(w.rounds) {
		horizon = w.rounds[r+1].Add(-time.Second)
	}
	_, err = w.app.Drain(ctx, from, horizon, func(_ context.Context, at time.Time) (time.Time, error) {
		w.set(at)
		return at, nil
	})
	return err
}

// uncut plays a whole round and lets go of the program.
func (w *world) uncut(ctx context.Context, r int) {
	w.t.Helper()
	err := w.round(ctx, r, w.rounds[r])
	w.stop()
	if err != nil {
		w.t.Fatalf("round %d at %s, uncut: %v", r, w.rounds[r].Format(time.DateTime), err)
	}
}

// cut plays the round until the program is stopped at its step k. It reports
// the step, "" when the round has fewer.
func (w *world) cut(ctx context.Context, r, k int, from time.Time) string {
	crashpoint.Arm(k)
	err := w.round(ctx, r, from)
	_, name := crashpoint.Count()
	w.stop()
	crashpoint.Arm(0)
	if err != nil && name == "" {
		w.t.Errorf("round %d from %s: %v", r, from.Format(time.DateTime), err)
	}
	return name
}

// resumed is when the program is started again after a crash: a second later.
func (w *world) resumed() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.now.Add(time.Second)
}

// keep copies the world as it is between two rounds.
func (w *world) keep(name string) *moment {
	w.t.Helper()
	dir := filepath.Join(filepath.Dir(w.dir), name)
	if err := os.CopyFS(dir, os.DirFS(w.cfg.StoreDir)); err != nil && !errors.Is(err, os.ErrNotExist) {
		w.t.Fatal(err)
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		w.t.Fatal(err)
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	return &moment{store: dir, box: slices.Clone(w.box), accepted: w.taken(), events: w.happened}
}

// taken is every mail that the server took since the world's first beginning.
func (w *world) taken() []oracle.Accepted {
	out := slices.Clone(w.earlier)
	for _, a := range w.smtp.Accepted() {
		out = append(out, oracle.Accepted{To: a.To, Raw: a.Raw})
	}
	return out
}

// judge has the oracle look at the world, which must be stopped.
func (w *world) judge(ctx context.Context, o *oracle.Oracle, settled bool) (*picture, oracle.Counts, error) {
	db, err := store.Open(ctx, w.cfg.StoreDir, store.Options{ReadOnly: true})
	if err != nil {
		return nil, oracle.Counts{}, err
	}
	defer func() { _ = db.Close() }() // read only
	w.mu.Lock()
	run := oracle.Run{Config: w.cfg, Store: db, Accepted: w.taken(), Log: w.log.String(), Secrets: []string{password}, Settled: settled}
	now := w.now
	for _, d := range w.box[:w.shown] {
		if d.at.After(now.Add(-30 * 24 * time.Hour)) {
			run.Shown = append(run.Shown, d.raw)
		}
	}
	w.mu.Unlock()
	counts, err := o.Check(ctx, run)
	if err != nil {
		return nil, counts, err
	}
	p, err := draw(ctx, db, run.Accepted)
	return p, counts, err
}

// lockedBuffer is a log that may be written to and read at the same time.
type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}
