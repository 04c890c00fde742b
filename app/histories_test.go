package app_test

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"pgregory.net/rapid"

	"taizhang/app"
	"taizhang/config"
	"taizhang/internal/samples"
	"taizhang/ledger"
)

// playedHistories is how many are played in all. By default a few, always the
// same; -rapid.seed chooses others.
var playedHistories = flag.Int("histories", 0, "random histories to play; 0: a few that are always the same")

const (
	fewHistories = 24
	processions  = 8 // rows of histories, each with seeds of its own; as many at once as there are processors
	fewSeed      = 2022
	seedsApart   = 1 << 40 // between two processions
)

// What must hold always (rule book §5), over random histories of the whole
// program: a mailbox, the store on disk, the plan, the outbox, a mail server
// and the desk. After each step everything is compared with a model of the
// rule book. The same seed and number give the same histories on any machine.
func TestHistories(t *testing.T) {
	total, seed := *playedHistories, uint64(0)
	settings := map[string]string{"rapid.nofailfile": "true", "rapid.seed": fmt.Sprint(time.Now().UnixNano())}
	if total == 0 {
		total, settings["rapid.seed"] = fewHistories, fmt.Sprint(fewSeed)
	}
	flag.Visit(func(f *flag.Flag) {
		if f.Value.String() != "0" {
			delete(settings, f.Name)
		}
	})
	rows := min(processions, total)
	settings["rapid.checks"] = fmt.Sprint((total + rows - 1) / rows)
	for name, value := range settings {
		if err := flag.Set(name, value); err != nil {
			t.Fatal(err)
		}
	}
	seed, err := strconv.ParseUint(flag.Lookup("rapid.seed").Value.String(), 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	all := &chronicle{cfg: sampleConfig(t), dir: t.TempDir()}
	t.Run("all", func(t *testing.T) {
		for i := range rows {
			t.Run(fmt.Sprint(i), func(t *testing.T) {
				t.Parallel()
				all.play(t, i, seed+uint64(i)*seedsApart) //nolint:gosec // a small number
			})
		}
	})
	if !t.Failed() {
		fmt.Printf("histories: %d, steps %d, 0 broken\n", all.histories.Load(), all.steps.Load())
	}
}

// chronicle is what the histories of one run share.
type chronicle struct {
	cfg              *config.Config
	dir              string
	seeding          sync.Mutex // rapid takes its seed from a flag
	broken           atomic.Int64
	histories, steps atomic.Int64
}

// play plays the histories of one procession. Once another one is broken the
// rest is of no interest.
func (c *chronicle) play(t *testing.T, i int, seed uint64) {
	c.seeding.Lock()
	if err := flag.Set("rapid.seed", fmt.Sprint(seed)); err != nil {
		t.Fatal(err)
	}
	read := sync.OnceFunc(c.seeding.Unlock)
	defer read()
	me := int64(i + 1)
	rapid.Check(teller{t, func() { c.broken.CompareAndSwap(0, me) }}, func(rt *rapid.T) {
		read()
		if by := c.broken.Load(); by != 0 && by != me {
			return
		}
		h := c.begin(rt)
		defer h.end()
		for range rapid.IntRange(6, 16).Draw(rt, "steps") {
			h.act()
			h.check()
			c.steps.Add(1)
		}
		h.audit()
		c.histories.Add(1)
	})
}

// teller prints a broken history as a story: what happened, step by step, then
// what broke and how to play it again, without what was drawn for it.
type teller struct {
	*testing.T
	broken func()
}

func (t teller) Logf(format string, args ...any) {
	if t.Helper(); !strings.HasPrefix(format, "[rapid] draw") {
		t.T.Logf(format, args...)
	}
}

func (t teller) Errorf(format string, args ...any) {
	t.Helper()
	t.broken()
	t.T.Errorf(format, args...)
	for _, a := range args {
		if s, _ := a.(string); strings.HasPrefix(s, "-rapid.seed=") {
			_, seed, _ := strings.Cut(s, "=")
			t.T.Logf("to find and shorten it again: make histories HISTORIES=1 HISTORIES_SEED=%s\nthe shortest that breaks it:", seed)
		}
	}
}

// history is one run of the program with its model.
type history struct {
	noLargeMail
	*rapid.T
	ctx    context.Context
	dir    string
	cfg    *config.Config
	app    *app.App
	now    time.Time
	m      *mirror
	box    [][]byte   // what the mailbox holds
	coming []arrival  // not yet polled
	down   bool       // the mailbox cannot be read
	post   postServer // the mail server

	stepped time.Time     // when the program last made a round
	fresh   bool          // it has made one since the last check
	polled  time.Time     // when it last read the mailbox
	after   *ledger.State // what it then knew, for the check that follows
	known   map[string]bool
	issued  map[ledger.Period]int
	stood   map[place]string    // the version in force
	moved   map[place]time.Time // since when it is another one
}

func sampleConfig(t *testing.T) *config.Config {
	t.Helper()
	dir := t.TempDir()
	text, err := samples.Config(samples.Setting{IMAP: "127.0.0.1:1", SMTP: "127.0.0.1:1", PasswordFile: "code", Store: filepath.Join(dir, "store")})
	if err != nil {
		t.Fatal(err)
	}
	for name, data := range map[string][]byte{"config.yaml": text, "code": []byte(password)} {
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	cfg, err := config.Load(filepath.Join(dir, "config.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	return cfg
}

func (c *chronicle) begin(t *rapid.T) *history {
	h := &history{T: t, ctx: context.Background(), m: newMirror(), known: map[string]bool{}, issued: map[ledger.Period]int{}, stood: map[place]string{}, moved: map[place]time.Time{}}
	var err error
	if h.dir, err = os.MkdirTemp(c.dir, "h"); err != nil {
		t.Fatal(err)
	}
	own := *c.cfg
	own.StoreDir = filepath.Join(h.dir, "store")
	h.cfg = &own
	h.post = newPostServer(t)
	h.open()
	h.now = on(samples.Period, rapid.IntRange(18, 29).Draw(t, "first day"), 8).Add(minutes(t, 600))
	h.m.epoch = h.now
	h.Logf("%s first start, %s", h.clock(), h.post)
	if rapid.Bool().Draw(t, "full mailbox") {
		h.arrive(h.now.Add(-24*time.Hour), samples.Period)
	}
	h.round()
	h.check()
	return h
}

func (h *history) open() {
	a, err := app.New(h.ctx, app.Options{Config: h.cfg, Log: slog.New(slog.DiscardHandler), Version: "test", Offline: true, Played: true})
	if err != nil {
		h.Fatal(err)
	}
	a.Wire(h, h)
	h.app = a
}

func (h *history) end() {
	if err := errors.Join(h.app.Close(), os.RemoveAll(h.dir)); err != nil {
		h.Error(err)
	}
}

// clock is the time as the story tells it.
func (h *history) clock() string { return h.now.In(officeZone).Format("2006-01-02 15:04:05 Mon") }

func minutes(t *rapid.T, n int) time.Duration {
	return time.Duration(rapid.IntRange(1, n).Draw(t, "minutes")) * time.Minute
}

// act does one step of the history.
func (h *history) act() {
	switch a := rapid.SampledFrom([]string{"mail", "mail", "mail", "mail", "mails", "desk", "desk", "month", "month", "clock", "clock", "jump", "restart", "outage"}).Draw(h.T, "act"); a {
	case "mail", "mails":
		for range map[string]int{"mail": 1, "mails": 3}[a] {
			h.now = h.now.Add(minutes(h.T, 90))
			h.arrive(h.now, h.someMonth())
		}
		h.round()
	case "desk":
		h.deskOnDocument()
	case "month":
		h.deskOnMonth()
	case "clock":
		h.now = h.now.Add(minutes(h.T, 3*24*60))
		h.round()
		h.drain()
	case "jump":
		h.jump()
	case "restart":
		h.restart()
	case "outage":
		h.outage()
	}
}

// outage is a round without the mailbox: at any time, or just when a summary
// has waited for it as long as it may.
func (h *history) outage() {
	to := on(h.current(), 29, 13).Add(minutes(h.T, 600))
	if !to.After(h.now) || rapid.Bool().Draw(h.T, "any time") {
		to = h.now.Add(minutes(h.T, 600))
	}
	h.now, h.down = to, true
	h.round()
	h.down = false
}

// jump sets the clock to where something is due, or just before or after it;
// the machine was off until then.
func (h *history) jump() {
	b := h.current()
	half := 30 * time.Minute
	to := rapid.SampledFrom([]time.Time{
		on(b, 27, 9).Add(half), on(b, 29, 0), on(b, 29, 9), on(b, 30, 16), on(b.Next(), 6, 9), on(b.Next(), 16, 0), on(b.Next(), 20, 9).Add(half), on(b.Next(), 25, 10), on(b.Next(), 29, 8),
	}).Draw(h.T, "to").Add(time.Duration(rapid.IntRange(-1, 1).Draw(h.T, "s")) * time.Second)
	if to.After(h.now) {
		h.now = to
	}
	h.round()
}

func (h *history) current() ledger.Period { return ledger.PeriodOf(h.now.In(officeZone)) }

// someMonth is the current month, or one before it: in time or too late.
func (h *history) someMonth() ledger.Period {
	p := h.current().Add(-rapid.SampledFrom([]int{0, 0, 0, 1, 1, 2}).Draw(h.T, "months ago"))
	if p.Before(samples.Period) || p.After(lastMonth) {
		return samples.Period
	}
	return p
}

// round has the model take what came, in the order of arrival, then the
// program; so the mail server knows what the program must know.
func (h *history) round() {
	var taken []arrival
	if !h.down {
		taken, h.coming = inOrder(h.coming), nil
		for i := range taken {
			before, read := h.m.first(taken[i].doc.at)
			d := h.m.take(taken[i])
			h.Logf("%s mail %s", h.clock(), h.m.say(d))
			if after, _ := h.m.first(d.at); read && after.After(before) {
				h.Fatalf("the model is wrong: a correction moved the first attempt")
			}
		}
		h.polled = h.now
	} else {
		h.Logf("%s the mailbox is out of reach", h.clock())
	}
	h.stepped, h.fresh = h.now, true
	if _, err := h.app.Step(h.ctx, h.now); err != nil {
		h.Fatalf("%s step: %v", h.clock(), err)
	}
	if len(taken) == 0 {
		return
	}
	st := h.state()
	h.after = st
	for _, a := range taken {
		h.checkAnswer(a, h.m.doc(a.doc.id), st)
	}
}

func (h *history) state() *ledger.State {
	if st := h.after; st != nil {
		h.after = nil
		return st
	}
	st, err := h.app.State(h.ctx)
	if err != nil {
		h.Fatal(err)
	}
	return st
}

func (h *history) drain() {
	h.after = nil
	end, err := h.app.Drain(h.ctx, h.now, h.now.Add(20*time.Minute), func(_ context.Context, t time.Time) (time.Time, error) {
		h.now = t
		return t, nil
	})
	if err != nil {
		h.Fatalf("%s drain: %v", h.clock(), err)
	}
	h.now = end
}
