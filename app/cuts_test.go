package app_test

import (
	"context"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
	"time"

	"taizhang/internal/oracle"
	"taizhang/internal/smtptest"
	"taizhang/ledger"
)

// By default a few cuts, always the same; -cuts N others, spread evenly from a
// place that -cut-seed says, -cuts -1 all of them.
var (
	cuts    = flag.Int("cuts", 0, "bytes of an SMTP session to cut it after; 0: a few, -1: each")
	cutSeed = flag.Uint64("cut-seed", 2022, "of the choice of bytes")
)

const fewCuts = 16

// cutAt is one way to lose a connection.
type cutAt struct {
	name   string
	n      int64
	inward bool
	step   *smtptest.Step
}

// fate is what became of a mail whose first session was cut.
type fate struct{ unsent, copied, resent, held int }

// TestCutAtEveryByte cuts the SMTP session of a mail after each byte in either
// direction, and at its end before and after the server has taken the mail, and
// lets the program go on until the mail is settled, restarted or not. The server
// must have taken it once, or a person must be asked.
func TestCutAtEveryByte(t *testing.T) {
	part, parts := sharded(t)
	root := t.TempDir()
	p := newServer(t)
	first := filepath.Join(root, "first")
	if err := os.Mkdir(first, 0o700); err != nil {
		t.Fatal(err)
	}
	p.configure(first, nil)
	p.set(quietDay)
	p.open()
	key := p.receipt()
	p.close()
	o := oracle.New()
	// An uncut session says how many bytes there are.
	p.begin(root, first, "uncut")
	p.send()
	in, out := p.smtp.Traffic()
	p.judge(o, true)
	p.close()
	all := everyCut(in, out)
	var f fate
	chosen := choose(all, part, parts)
	for i, c := range chosen {
		p.begin(root, first, fmt.Sprint(i))
		p.cutOnce(c, i%2 == 1)
		p.play(p.now.Add(26 * time.Hour))
		p.count(key, &f)
		p.judge(o, true)
		p.close()
		if err := os.RemoveAll(filepath.Dir(p.cfg.StoreDir)); err != nil {
			t.Fatal(err)
		}
		if t.Failed() {
			t.Fatalf("cut %s at byte %d", c.name, c.n)
		}
	}
	fmt.Printf("smtp cuts: %d of %d (%d bytes in, %d out), shard %s: sent after a provable failure %d, shown by the copy %d, proved absent and sent again %d, held for a person %d; doubled 0, missed 0\n",
		len(chosen), len(all), in, out, *shard, f.unsent, f.copied, f.resent, f.held)
}

func everyCut(in, out int64) []cutAt {
	var all []cutAt
	for n := range in {
		all = append(all, cutAt{"inward", n, true, nil})
	}
	for n := range out {
		all = append(all, cutAt{"outward", n, false, nil})
	}
	return append(all, cutAt{"taken then cut", 0, false, &takenThenCut}, cutAt{"lost then cut", 0, false, &lostThenCut},
		cutAt{"taken then cut", 1, false, &takenThenCut}, cutAt{"lost then cut", 1, false, &lostThenCut}) // with and without restart
}

// choose returns this process's part of the cuts that are to be tried. The
// two losses at the end are always among them.
func choose(all []cutAt, part, parts int) []cutAt {
	n := *cuts
	if n == 0 {
		n = fewCuts
	}
	var chosen []cutAt
	if n < 0 || n >= len(all) {
		chosen = all
	} else {
		begin := rand.New(rand.NewPCG(*cutSeed, 3)).Float64()
		for i := range n {
			chosen = append(chosen, all[int((float64(i)+begin)*float64(len(all))/float64(n))])
		}
		chosen = append(chosen, all[len(all)-4:]...)
	}
	var mine []cutAt
	for i, c := range chosen {
		if i%parts == part {
			mine = append(mine, c)
		}
	}
	return mine
}

// begin opens the program on a copy of the store in which the mail waits.
func (p *post) begin(root, first, name string) {
	p.t.Helper()
	dir := filepath.Join(root, name)
	if err := os.CopyFS(dir, os.DirFS(first)); err != nil {
		p.t.Fatal(err)
	}
	p.cfg.StoreDir = filepath.Join(dir, "store")
	p.box = nil
	p.log.Reset()
	p.smtp.Script()
	p.smtp.Forget()
	p.set(quietDay)
	p.open()
}

func (p *post) send() {
	p.t.Helper()
	if _, err := p.app.Send(context.Background(), p.now); err != nil {
		p.t.Fatal(err)
	}
	p.smtp.Quiet()
}

// cutOnce sends, and loses the connection as c says.
func (p *post) cutOnce(c cutAt, restart bool) {
	p.t.Helper()
	if c.step != nil {
		p.smtp.Script(c.step.Once(0))
	} else {
		p.smtp.CutAfter(c.n, c.inward)
	}
	p.send()
	if restart {
		p.restart()
	}
}

// count counts what became of the mail, and fails the test when it is doubled
// or missed.
func (p *post) count(key string, f *fate) {
	p.t.Helper()
	o, got := p.state().Outbox[key], p.got(key)
	switch {
	case got > 1:
		p.t.Errorf("doubled: taken %d times", got)
	case o.State == ledger.SendHuman:
		f.held++
	case o.State != ledger.SendSent:
		p.t.Errorf("it is %s", o.State)
	case got == 0:
		p.t.Errorf("missed: it is sent and was never taken")
	case o.Resent:
		f.resent++
	case len(o.Attempts) > 1 || o.Attempts[0].Result == ledger.SendSent:
		f.unsent++
	default:
		f.copied++
	}
}
