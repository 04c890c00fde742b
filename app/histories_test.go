package app_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"pgregory.net/rapid"

	"taizhang/app"
	"taizhang/config"
	"taizhang/ingest"
	"taizhang/internal/samples"
	"taizhang/ledger"
	"taizhang/notify"
)

// playedHistories is how many are played in all. By default a few, always the
// same; with -histories N others each time, and -rapid.seed plays one again.
var playedHistories = flag.Int("histories", 0, "random histories to play; 0: a few that are always the same")

const (
	fewHistories = 10
	processions  = 2 // played side by side
)

// What must hold always (rule book §5), over random histories of the whole
// program: a mailbox, the store on disk, the plan, the outbox and the desk.
// After each step everything is compared with a model of §5.
func TestHistories(t *testing.T) {
	total := *playedHistories
	settings := map[string]string{"rapid.nofailfile": "true"}
	if total == 0 {
		total = fewHistories
		settings["rapid.seed"] = "2022"
	}
	settings["rapid.checks"] = fmt.Sprint((total + processions - 1) / processions)
	flag.Visit(func(f *flag.Flag) { delete(settings, f.Name) })
	for name, value := range settings {
		if err := flag.Set(name, value); err != nil {
			t.Fatal(err)
		}
	}
	var histories, steps atomic.Int64
	dir := t.TempDir()
	t.Run("all", func(t *testing.T) {
		for i := range processions {
			t.Run(fmt.Sprint(i), func(t *testing.T) {
				t.Parallel()
				rapid.Check(t, func(rt *rapid.T) {
					rapid.SliceOfN(rapid.Bool(), i, i).Draw(rt, "procession") // so that no two are the same
					h := begin(rt, dir)
					defer h.end()
					for range rapid.IntRange(6, 16).Draw(rt, "steps") {
						h.act()
						h.check()
						steps.Add(1)
					}
					h.audit()
					histories.Add(1)
				})
			})
		}
	})
	if !t.Failed() {
		fmt.Printf("histories: %d, steps %d, 0 broken\n", histories.Load(), steps.Load())
	}
}

// history is one run of the program with its model.
type history struct {
	*rapid.T
	ctx     context.Context
	dir     string
	cfg     *config.Config
	app     *app.App
	now     time.Time
	m       *mirror
	box     [][]byte  // what the mailbox holds
	coming  []arrival // not yet polled
	sent    map[string]int
	issued  map[ledger.Period]int
	lastIDs map[ledger.Period]map[string]string // version in force at the newest issue
	down    bool                                // the mailbox cannot be read
}

var addresses = map[string]string{"市本级": "shizhi@xuchang.example", "禹州市": "shebao@yuzhou.example", "长葛市": "cgsb@mail163.example"}

var players = []string{"市本级", "禹州市", "长葛市"}

func begin(t *rapid.T, root string) *history {
	h := &history{T: t, ctx: context.Background(), m: newMirror(), sent: map[string]int{}, issued: map[ledger.Period]int{}, lastIDs: map[ledger.Period]map[string]string{}}
	var err error
	if h.dir, err = os.MkdirTemp(root, "h"); err != nil {
		t.Fatal(err)
	}
	text, err := samples.Config(samples.Setting{IMAP: "127.0.0.1:1", SMTP: "127.0.0.1:1", PasswordFile: "code", Store: filepath.Join(h.dir, "store")})
	if err != nil {
		t.Fatal(err)
	}
	for name, data := range map[string][]byte{"config.yaml": text, "code": []byte(password)} {
		if err := os.WriteFile(filepath.Join(h.dir, name), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if h.cfg, err = config.Load(filepath.Join(h.dir, "config.yaml")); err != nil {
		t.Fatal(err)
	}
	h.open()
	h.now = on(samples.Period, rapid.IntRange(18, 29).Draw(t, "first day"), 8).Add(minutes(t, 600))
	h.m.epoch = h.now
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

func minutes(t *rapid.T, n int) time.Duration {
	return time.Duration(rapid.IntRange(1, n).Draw(t, "minutes")) * time.Minute
}

// act does one step of the history.
func (h *history) act() {
	switch a := rapid.SampledFrom([]string{"mail", "mail", "mail", "mail", "mails", "desk", "desk", "month", "clock", "clock", "jump", "restart", "outage"}).Draw(h.T, "act"); a {
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
		b := h.current()
		to := rapid.SampledFrom([]time.Time{on(b, 29, 0), on(b, 29, 9), on(b, 30, 16), on(b.Next(), 16, 0), on(b.Next(), 25, 10), on(b.Next(), 29, 8)}).Draw(h.T, "to").
			Add(time.Duration(rapid.IntRange(-1, 1).Draw(h.T, "s")) * time.Second)
		if to.After(h.now) {
			h.now = to
		}
		h.round()
	case "restart":
		h.restart()
	case "outage":
		h.down = true
		h.now = h.now.Add(minutes(h.T, 600))
		h.round()
		h.down = false
	}
}

func (h *history) current() ledger.Period { return ledger.PeriodOf(h.now.In(officeZone)) }

// someMonth is the current month, or one before it: in time or too late.
func (h *history) someMonth() ledger.Period {
	p := h.current().Add(-rapid.SampledFrom([]int{0, 0, 0, 1, 1, 2}).Draw(h.T, "months ago"))
	if p.Before(samples.Period) || p.After(ledger.Period{Year: 2022, Month: 12}) {
		return samples.Period
	}
	return p
}

func (h *history) facts(at place) stated {
	if old := h.m.of(at); len(old) > 0 && rapid.IntRange(0, 2).Draw(h.T, "again") == 0 {
		return old[rapid.IntRange(0, len(old)-1).Draw(h.T, "which")].facts
	}
	n := func() string { return fmt.Sprint(rapid.IntRange(20, 60).Draw(h.T, "n")) }
	f := stated{firms: "12", pension: n(), injury: n(), unemployment: n(), words: "走访企业。"}
	switch rapid.IntRange(0, 6).Draw(h.T, "kind") {
	case 0:
		f.pension = "约" + f.pension
	case 1:
		f.firms = "－"
	case 2:
		f = stated{words: f.words}
	}
	return f
}

// page writes the ledger as comma-separated text.
func page(at place, f stated, filled time.Time) []byte {
	return fmt.Appendf(nil, "2022年全民参保计划攻坚行动工作落实台账（%d月）\n填报单位：%s\n工作任务,主要工作措施,参保户数,企业养老,工伤,失业\n全民参保计划攻坚行动,%s,%s,%s,%s,%s\n负责人：张建国,联络员：王芳,,填报时间：%s\n",
		at.period.Month, at.unit, f.words, f.firms, f.pension, f.injury, f.unemployment, filled.In(officeZone).Format("2006年1月2日"))
}

func filledOn(p ledger.Period, r time.Time) time.Time {
	if last := on(p, p.Last().Day, 12); r.After(last) {
		return last
	}
	return r
}

// arrive puts a mail of somebody into the mailbox.
func (h *history) arrive(r time.Time, p ledger.Period) {
	at := place{rapid.SampledFrom(players).Draw(h.T, "unit"), p}
	if top := h.m.top(at); top != nil && rapid.IntRange(0, 6).Draw(h.T, "found late") == 0 {
		r = top.arrived.Add(-minutes(h.T, 3*24*60))
	}
	a := arrival{from: at.unit, signed: true, unsigned: at.unit == "长葛市"}
	addr, proof := addresses[at.unit], "pass"
	switch rapid.IntRange(0, 9).Draw(h.T, "sender") {
	case 0:
		a.from, a.unsigned, addr = "", false, "stranger@qq.example"
	case 1:
		a.signed, proof = false, ""
	case 2:
		a.signed, a.failed, proof = false, true, "fail"
	case 3:
		a.from = players[(slices.Index(players, at.unit)+1)%len(players)]
		addr = addresses[a.from]
	}
	f := h.facts(at)
	if r.Before(on(p, 1, 0)) {
		r = on(p, 1, 1)
	}
	r = r.Truncate(time.Second)
	raw := letter(r, addr, proof, "台账", "请查收附件。", enclosed{"台账.csv", page(at, f, filledOn(p, r))})
	sum := sha256.Sum256(raw)
	a.doc = paperwork{id: hex.EncodeToString(sum[:]) + "/1", at: at, arrived: r, facts: f}
	if h.m.doc(a.doc.id) != nil || slices.ContainsFunc(h.coming, func(o arrival) bool { return o.doc.id == a.doc.id }) {
		return
	}
	h.box, h.coming = append(h.box, raw), append(h.coming, a)
}

// round has the model take what came, in the order of arrival, then the
// program; so the mail server knows what the program must know.
func (h *history) round() {
	if !h.down {
		slices.SortFunc(h.coming, func(x, y arrival) int {
			if c := x.doc.arrived.Compare(y.doc.arrived); c != 0 {
				return c
			}
			return strings.Compare(x.doc.id, y.doc.id)
		})
		for _, a := range h.coming {
			before, read := h.m.first(a.doc.at)
			d := h.m.take(a)
			h.Logf("%s mail %s", h.now.Format(time.DateTime), h.m.say(d))
			if after, _ := h.m.first(a.doc.at); read && after.After(before) {
				h.Fatalf("the model is wrong: a correction moved the first attempt")
			}
		}
	}
	if _, err := h.app.Step(h.ctx, h.now); err != nil {
		h.Fatalf("step: %v", err)
	}
	if h.down || len(h.coming) == 0 {
		return
	}
	st, err := h.app.State(h.ctx)
	if err != nil {
		h.Fatal(err)
	}
	for _, a := range h.coming {
		h.checkAnswer(a, h.m.doc(a.doc.id), st)
	}
	h.coming = nil
}

func (h *history) drain() {
	end, err := h.app.Drain(h.ctx, h.now, h.now.Add(20*time.Minute), func(_ context.Context, t time.Time) (time.Time, error) {
		h.now = t
		return t, nil
	})
	if err != nil {
		h.Fatalf("drain: %v", err)
	}
	h.now = end
}

// The mailbox of a history.

func (h *history) Folders(context.Context) ([]ingest.Folder, error) {
	if h.down {
		return nil, errors.New("the mailbox is out of reach")
	}
	return []ingest.Folder{{Name: "INBOX"}}, nil
}

func (h *history) List(context.Context, string) (ingest.Listing, error) {
	l := ingest.Listing{Validity: "1"}
	for i, raw := range h.box {
		l.Items = append(l.Items, ingest.Item{UID: uint32(i + 1), Size: int64(len(raw)), Internal: h.now}) //nolint:gosec // a few mails
	}
	return l, nil
}

func (h *history) Fetch(_ context.Context, _ string, i ingest.Item, w io.Writer) error {
	_, err := io.Copy(w, bytes.NewReader(h.box[i.UID-1]))
	return err
}

// Send is the mail server of a history: no mail twice, and no reminder to a
// unit that has a version in force, is exempt or waits for the desk.
func (h *history) Send(_ context.Context, o ledger.Outgoing, endOfData func() error) notify.Report {
	if h.sent[o.Key]++; h.sent[o.Key] > 1 {
		h.Errorf("sent twice: %s", o.Key)
	}
	at := place{o.Unit, o.Period}
	if slices.Contains([]ledger.MailKind{ledger.MailRequest, ledger.MailTomorrow, ledger.MailOverdue}, o.Kind) {
		if h.m.inForce(at) != nil || h.m.exempt[at] || h.m.holds(at) || !h.now.Before(h.m.closing(o.Period)) {
			h.Errorf("%s: reminded of what is settled: %s", h.now.Format(time.DateTime), o.Key)
		}
	}
	if err := endOfData(); err != nil {
		return notify.Report{Phase: notify.PhaseEnd, Err: err}
	}
	return notify.Report{Phase: notify.PhaseEnd, Code: 250, Text: "OK", EndOfData: true}
}
