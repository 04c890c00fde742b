package app_test

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"taizhang/app"
	"taizhang/config"
	"taizhang/internal/coremail"
	"taizhang/internal/oracle"
	"taizhang/internal/samples"
)

var overIMAP = flag.Int("over-imap", 3, "random schedules to play over IMAP, with connections that are cut")

// The schedules of ingest.TestSchedules with everything between: the program's
// own IMAP client, a server with 163's ways, TLS, and connections that are cut
// at any byte.
func TestSchedulesOverIMAP(t *testing.T) {
	o := oracle.New()
	polls, whole, mails := 0, 0, 0
	for i := range *overIMAP {
		s := newWire(t, uint64(i))
		s.play()
		polls, whole, mails = polls+s.polls, whole+s.whole, mails+s.judge(o)
		if t.Failed() {
			t.Fatalf("schedule %d", i)
		}
	}
	fmt.Printf("schedules over IMAP: %d, lost 0, doubled 0; polls %d, whole %d; messages %d\n", *overIMAP, polls, whole, mails)
}

// wire is the program with a mailbox behind a real connection.
type wire struct {
	t     *testing.T
	rng   *rand.Rand
	imap  *coremail.Server
	cfg   *config.Config
	app   *app.App
	now   time.Time
	lies  map[string][]uint32 // UIDs by folder
	made  int
	seen  map[string]int    // polls that were whole and listed it
	raw   map[string][]byte // by digest
	polls int
	whole int
}

func newWire(t *testing.T, seed uint64) *wire {
	t.Helper()
	s := &wire{t: t, rng: rand.New(rand.NewPCG(seed, 3)), now: tuesday, lies: map[string][]uint32{}, seen: map[string]int{}, raw: map[string][]byte{}}
	var err error
	if s.imap, err = coremail.Start(coremail.Options{User: samples.Own, Password: password}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.imap.Close(); err != nil {
			t.Error(err)
		}
	})
	dir := t.TempDir()
	text, err := samples.Config(samples.Setting{IMAP: s.imap.Addr(), SMTP: "127.0.0.1:1", CAFile: "ca.pem", PasswordFile: "code", Store: filepath.Join(dir, "store")})
	if err != nil {
		t.Fatal(err)
	}
	for name, data := range map[string][]byte{"config.yaml": text, "code": []byte(password), "ca.pem": s.imap.CAPEM()} {
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if s.cfg, err = config.Load(filepath.Join(dir, "config.yaml")); err != nil {
		t.Fatal(err)
	}
	s.open()
	return s
}

func (s *wire) open() {
	s.t.Helper()
	var err error
	s.app, err = app.New(s.t.Context(), app.Options{Config: s.cfg, Log: slog.New(slog.DiscardHandler), Version: "test", Played: true})
	if err != nil {
		s.t.Fatal(err)
	}
}

func (s *wire) play() {
	s.t.Helper()
	for range 6 {
		for range 1 + s.rng.IntN(3) {
			s.act()
		}
		s.fault()
		s.now = s.now.Add(time.Duration(1+s.rng.IntN(60)) * time.Minute)
		s.step(false)
		if s.rng.IntN(4) == 0 {
			if err := s.app.Close(); err != nil {
				s.t.Fatal(err)
			}
			s.open()
		}
	}
	s.imap.Faults().Clear()
	for range 3 {
		s.now = s.now.Add(25 * time.Hour)
		s.step(true)
	}
}

// act has mail come, or somebody work in the mailbox.
func (s *wire) act() {
	s.t.Helper()
	folder := []string{"INBOX", "垃圾邮件"}[s.rng.IntN(2)]
	n := len(s.lies[folder])
	if n == 0 || s.rng.IntN(2) == 0 {
		s.lies[folder] = append(s.lies[folder], s.imap.Deliver(folder, s.mail(), s.stamp()))
		return
	}
	i := s.rng.IntN(n)
	uid := s.lies[folder][i]
	var err error
	switch s.rng.IntN(4) {
	case 0:
		to := map[string]string{"INBOX": "垃圾邮件", "垃圾邮件": "INBOX"}[folder]
		s.lies[folder] = slices.Delete(s.lies[folder], i, i+1)
		if uid, err = s.imap.Move(folder, uid, to); err == nil {
			s.lies[to] = append(s.lies[to], uid)
		}
	case 1:
		s.lies[folder] = slices.Delete(s.lies[folder], i, i+1)
		err = s.imap.Remove(folder, uid)
	case 2: // the UID comes to stand for another mail
		err = s.imap.Replace(folder, uid, s.mail())
	case 3:
		s.imap.SetValidity(folder, []string{"", "0", "1", "2", "18446744073709551616"}[s.rng.IntN(5)])
	}
	if err != nil {
		s.t.Fatal(err)
	}
}

func (s *wire) stamp() time.Time { return s.now.Add(time.Duration(s.made) * time.Second) }

// mail is another mail each time, and each has a length of its own.
func (s *wire) mail() []byte {
	s.made++
	raw := letter(s.stamp(), "nobody@elsewhere.example", "", fmt.Sprint("word ", s.made), "no ledger")
	raw = append(raw, fmt.Sprintf("%*s\r\n", 3*s.made, "x")...)
	sum := sha256.Sum256(raw)
	s.raw[hex.EncodeToString(sum[:])] = raw
	return raw
}

// fault has the next connections fail in some way, or in none.
func (s *wire) fault() {
	f := s.imap.Faults()
	f.Clear()
	once := func(do coremail.Action) coremail.Fault {
		return coremail.Fault{On: "FETCH", UID: uint32(1 + s.rng.IntN(4)), Do: do, N: int64(s.rng.IntN(200)), Times: 1}
	}
	switch s.rng.IntN(6) {
	case 0:
		s.imap.Hangup()
		f.CutAfter(int64(s.rng.IntN(6000)))
	case 1:
		f.Add(once(coremail.CutLiteral))
	case 2:
		f.Add(once(coremail.NilBody), once(coremail.Missing))
	case 3:
		f.Add(once(coremail.CutTag))
	case 4:
		f.Add(coremail.Fault{On: "FETCH", UID: uint32(1 + s.rng.IntN(4)), Do: coremail.Size, N: 7, Times: 1})
	}
}

// step does one round, during which nobody touches the mailbox.
func (s *wire) step(clean bool) {
	s.t.Helper()
	s.imap.SetNow(s.now)
	r, err := s.app.Step(s.t.Context(), s.now)
	s.polls++
	switch {
	case err != nil:
		s.t.Fatal(err)
	case r.PollErr != nil && clean:
		s.t.Fatalf("a poll without a fault: %v", r.PollErr)
	case r.PollErr != nil:
		return
	}
	s.whole++
	for _, folder := range []string{"INBOX", "垃圾邮件"} {
		for _, raw := range s.imap.Messages(folder) {
			sum := sha256.Sum256(raw)
			s.seen[hex.EncodeToString(sum[:])]++
		}
	}
}

// judge has the oracle look for all that two whole polls have listed, and returns
// how many messages there are.
func (s *wire) judge(o *oracle.Oracle) int {
	s.t.Helper()
	run := oracle.Run{Config: s.cfg, Store: s.app.Shelf()}
	for d, n := range s.seen {
		if n >= 2 {
			run.Shown = append(run.Shown, s.raw[d])
		}
	}
	counts, err := o.Check(s.t.Context(), run)
	if err := errors.Join(err, s.app.Close()); err != nil {
		s.t.Error(err)
	}
	if len(run.Shown) == 0 {
		s.t.Error("nothing was listed twice: the schedule tests too little")
	}
	return counts.Mails
}
