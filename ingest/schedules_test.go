package ingest_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"taizhang/config"
	"taizhang/ingest"
	"taizhang/ingest/sheet"
	"taizhang/internal/oracle"
	"taizhang/internal/samples"
	"taizhang/ledger"
	"taizhang/store"
)

var (
	schedules = flag.Int("schedules", 25, "random schedules of mail and faults to play on a model mailbox")
	fate      = flag.Uint64("fate", 2022, "seed of the schedules; 0: another each time")
	only      = flag.Int("schedule", -1, "play this one alone")
)

// What the mailbox shows is stored once and decided once, whatever happens to
// it and to us: mail is delivered, doubled, moved and deleted, before and while
// it is fetched; folders are built anew with another UIDVALIDITY, none, or the
// same one and other UIDs; listings are short or say little, texts are NIL,
// connections are cut, and the program is stopped. When it is quiet again, every
// message that at least two whole polls listed is there.
func TestSchedules(t *testing.T) {
	seed := *fate
	if seed == 0 {
		seed = rand.Uint64()
	}
	o := oracle.New()
	root := t.TempDir()
	var sum tallied
	for i := range *schedules {
		if *only >= 0 && i != *only {
			continue
		}
		s := newSchedule(t, root, seed, i)
		s.play()
		s.judge(o, &sum)
		if t.Failed() {
			t.Fatalf("schedule %d: play it again with -args -schedules %d -fate %d -schedule %d", i, i+1, seed, i)
		}
		sum.schedules++
	}
	if sum.reused == 0 && sum.schedules > 10 {
		t.Error("no UID came to stand for another message: the schedules test too little")
	}
	fmt.Printf("schedules: %d, seed %d, lost 0, doubled 0; polls %d, whole %d; messages %d, UIDs reused %d, folders rebuilt %d, restarts %d, faults %d\n",
		sum.schedules, seed, sum.polls, sum.whole, sum.messages, sum.reused, sum.rebuilt, sum.restarts, sum.faults)
}

// tallied counts what the schedules held.
type tallied struct {
	schedules, polls, whole, messages, reused, rebuilt, restarts, faults int
}

// schedule is one run of the poller and the processor over a model mailbox.
type schedule struct {
	t    *testing.T
	rng  *rand.Rand
	dir  string
	cfg  *config.Config
	db   *store.DB
	box  *modelBox
	now  time.Time
	stop context.CancelFunc // ends the poll that runs, as a kill would

	shown map[string]int // whole polls that listed it, by digest of what is kept
	n     tallied
}

// builtin is read once for all schedules, which change nothing in it.
var builtin = sync.OnceValues(config.Builtin)

func newSchedule(t *testing.T, root string, seed uint64, i int) *schedule {
	t.Helper()
	dir, err := os.MkdirTemp(root, "s")
	if err != nil {
		t.Fatal(err)
	}
	cfg, err := builtin()
	if err != nil {
		t.Fatal(err)
	}
	s := &schedule{t: t, rng: rand.New(rand.NewPCG(seed, uint64(i))), dir: dir, cfg: cfg, now: at(20, 8), shown: map[string]int{}}
	s.box = newModelBox(s)
	s.open()
	if _, _, err := s.db.Start(t.Context(), s.now); err != nil {
		t.Fatal(err)
	}
	return s
}

func (s *schedule) open() {
	s.t.Helper()
	var err error
	if s.db, err = store.Open(s.t.Context(), s.dir, store.Options{}); err != nil {
		s.t.Fatal(err)
	}
}

func (s *schedule) restart() {
	s.t.Helper()
	s.n.restarts++
	if err := s.db.Close(); err != nil {
		s.t.Fatal(err)
	}
	s.open()
}

// play plays the schedule, and then lets everything come to rest.
func (s *schedule) play() {
	s.t.Helper()
	for range 5 + s.rng.IntN(6) {
		for range 1 + s.rng.IntN(4) {
			s.box.act()
		}
		s.now = s.now.Add(time.Duration(1+s.rng.IntN(90)) * time.Minute)
		s.round()
		if s.rng.IntN(6) == 0 {
			s.restart()
		}
	}
	s.box.quiet = true
	for range 3 { // what cost two connections rests for up to a day
		s.now = s.now.Add(25 * time.Hour)
		s.round()
	}
}

// round is one poll, and the decisions about what it brought.
func (s *schedule) round() {
	s.t.Helper()
	ctx, cancel := context.WithCancel(s.t.Context())
	defer cancel()
	s.stop = cancel
	s.box.begin()
	p := &ingest.Poller{Mailbox: s.box, Spool: s.db, Register: s.db, Penalties: s.db, Limit: modelLimit, Log: slog.New(slog.DiscardHandler)}
	_, err := p.Poll(ctx, s.now)
	s.n.polls++
	switch {
	case ctx.Err() != nil:
		s.restart() // it was killed
	case err != nil && s.box.quiet:
		s.t.Fatalf("a poll without a fault: %v", err)
	case err == nil:
		s.n.whole++
		for d := range s.box.listed {
			if s.box.blamed[d] < ledger.MaxStrikes { // else it rests, and the desk is told
				s.shown[d]++
			}
		}
	}
	known := map[string]ledger.KnownAddress{"shebao@yuzhou.example": {Addr: "shebao@yuzhou.example", Unit: "禹州市", Unsigned: true, Source: "config"}}
	b := &bench{t: s.t, db: s.db, known: known}
	proc := &ingest.Processor{Campaign: &s.cfg.Campaign, Policy: ingest.Policy{Own: samples.Own, Desk: []string{samples.Own}},
		Caps: ingest.Caps{Every: 12 * time.Hour, PerSender: 1, PerDay: 30}, Spool: s.db, Queue: s.db, Recorder: b, Answers: skipping{b}, Failures: 3,
		Log: slog.New(slog.DiscardHandler), Read: func(ctx context.Context, name string, data []byte) ([]*ledger.Table, error) {
			return sheet.Read(ctx, name, data, sheet.Limits{})
		}}
	if _, err := proc.Process(s.t.Context(), s.now); err != nil {
		s.t.Fatal(err)
	}
}

// skipping answers with mails that are never sent: sending is another test's.
type skipping struct{ b *bench }

func (k skipping) Answer(ctx context.Context, a ingest.Answer) ([]ledger.Outgoing, error) {
	out, err := k.b.Answer(ctx, a)
	for i := range out {
		out[i].State = ledger.SendSkipped
	}
	return out, err
}

// judge has the oracle look at what is left.
func (s *schedule) judge(o *oracle.Oracle, sum *tallied) {
	s.t.Helper()
	run := oracle.Run{Config: s.cfg, Store: s.db, Settled: true}
	for d, n := range s.shown {
		if n >= 2 {
			run.Shown = append(run.Shown, s.box.kept[d])
		}
	}
	for _, f := range s.box.folders { // three polls without a fault have listed these
		for _, m := range f.mails {
			run.Shown = append(run.Shown, s.box.kept[m.digest])
		}
	}
	counts, err := o.Check(s.t.Context(), run)
	if err != nil {
		s.t.Error(err)
	}
	recs, err := s.db.Mails(s.t.Context())
	if err != nil {
		s.t.Fatal(err)
	}
	for _, r := range recs {
		if _, ours := s.box.kept[r.Digest]; !ours && !s.box.headers[r.Digest] { // a header alone: the UID of a large one came to stand for it
			s.t.Errorf("stored, and never in the mailbox: %.12s %q of %d bytes", r.Digest, r.Subject, r.Size)
		}
	}
	if err := errors.Join(s.db.Close(), os.RemoveAll(s.dir)); err != nil {
		s.t.Error(err)
	}
	sum.polls += s.n.polls
	sum.whole += s.n.whole
	sum.messages += counts.Mails
	sum.reused += s.n.reused
	sum.rebuilt += s.n.rebuilt
	sum.restarts += s.n.restarts
	sum.faults += s.n.faults
}

func digestOf(raw []byte) string {
	sum := sha256.Sum256(raw)
	return hex.EncodeToString(sum[:])
}

// csvLedger is a ledger of 禹州市 as comma-separated text, with figures of the
// n-th kind. There are few, so that reading them again costs little.
func csvLedger(n int) string {
	return fmt.Sprintf("2022年全民参保计划攻坚行动工作落实台账（5月）\n填报单位：禹州市\n工作任务,主要工作措施,参保户数,企业养老,工伤,失业\n全民参保计划攻坚行动,走访企业。,12,%d,98,76\n负责人：张建国,联络员：王芳,,填报时间：2022年5月20日\n", 100+n)
}

// modelMail is the n-th mail: of a stranger, of a county with a ledger, or one
// above the limit. Its length is its own.
func modelMail(n int, kind string, when time.Time) []byte {
	var b strings.Builder
	fmt.Fprintf(&b, "Received: by mx19 (Coremail) with SMTP id %d;\r\n\t%s (CST)\r\n", n, when.Format(time.RFC1123Z))
	switch kind {
	case "ledger":
		fmt.Fprintf(&b, "From: shebao@yuzhou.example\r\nSubject: ledger %d\r\nMessage-ID: <%d@yuzhou.example>\r\nMIME-Version: 1.0\r\nContent-Type: text/csv; charset=utf-8; name=\"taizhang.csv\"\r\nContent-Disposition: attachment; filename=\"taizhang.csv\"\r\nContent-Transfer-Encoding: 8bit\r\n\r\n%s", n, n, csvLedger(n%5))
	case "large":
		fmt.Fprintf(&b, "From: shebao@yuzhou.example\r\nSubject: large %d\r\nMessage-ID: <%d@yuzhou.example>\r\n\r\n%s\r\n", n, n, strings.Repeat("x", modelLimit))
	default:
		fmt.Fprintf(&b, "From: nobody@elsewhere.example\r\nSubject: word %d\r\nMessage-ID: <%d@elsewhere.example>\r\n\r\nno ledger\r\n", n, n)
	}
	b.WriteString(strings.Repeat(" ", n) + "\r\n")
	return []byte(b.String())
}
