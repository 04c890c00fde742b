//go:build faults

package faults

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"

	"taizhang/ledger"
	"taizhang/store"
)

// injected are the calls that are made to fail.
var injected = []string{"pwrite64", "fdatasync", "fsync", "ftruncate", "renameat", "linkat", "mkdirat"}

// injection is one failure: the k-th call, once or from then on.
type injection struct {
	load        int // messages taken in, each with three mails to send
	call, errno string
	k           int
	forever     bool
}

func (i injection) flag() string {
	when := fmt.Sprint(i.k)
	if i.forever {
		when += "+"
	}
	return fmt.Sprintf("inject=%s:error=%s:when=%s", i.call, i.errno, when)
}

// A call of the kernel fails at the k-th time, once or for ever. Nothing is
// sent by the process that saw it, however often it tries; when the store is
// opened again nothing acknowledged is lost, and no mail goes out twice.
func TestInjectedErrors(t *testing.T) {
	all := injections()
	rnd := rand.New(rand.NewPCG(*seed, 6))
	rnd.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	var mu sync.Mutex
	tried, hit, failed, after, twice, lost := 0, 0, 0, 0, 0, 0
	next := 0
	var wg sync.WaitGroup
	for range 3 { // of which one waits for strace
		wg.Go(func() {
			for {
				mu.Lock()
				if hit >= *count || next == len(all) {
					mu.Unlock()
					return
				}
				in := all[next]
				next++
				tried++
				mu.Unlock()
				r := inject(t, in)
				mu.Lock()
				hit, failed = hit+r.hit, failed+r.failed
				after, twice, lost = after+r.after, twice+r.twice, lost+r.lost
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	fmt.Printf("faults: injected: %d tried, %d hit, %d commits or files failed, sent after a failure %d, sent twice %d, acknowledged and lost %d\n", tried, hit, failed, after, twice, lost)
	if after+twice+lost > 0 || hit < *count {
		t.Errorf("see the counts")
	}
}

// injections are all failures that are tried, each once.
func injections() []injection {
	var out []injection
	for load := 1; load <= 4; load++ {
		for _, call := range injected {
			for _, errno := range []string{"EIO", "ENOSPC", "EROFS"} {
				most := load*map[string]int{"pwrite64": 70, "fdatasync": 35, "fsync": 4}[call] + 6
				for k := 1; k <= most; k++ {
					out = append(out, injection{load, call, errno, k, false}, injection{load, call, errno, k, true})
				}
			}
		}
	}
	return out
}

type injectResult struct{ hit, failed, after, twice, lost int }

func inject(t *testing.T, in injection) (r injectResult) {
	base, err := os.MkdirTemp("", "inject-")
	if err != nil {
		t.Error(err)
		return r
	}
	defer func() { _ = os.RemoveAll(base) }()
	dir, trace := filepath.Join(base, "store"), filepath.Join(base, "trace")
	cmd := child("sender", dir, strconv.Itoa(in.load))
	traced := exec.Command("strace", append([]string{"-f", "--seccomp-bpf", "-qq", "-o", trace, "-e", "signal=none", "-e", "trace=" + in.call, "-e", in.flag()}, cmd.Args...)...)
	traced.Env = cmd.Env
	var first bytes.Buffer
	traced.Stdout = &first
	err = traced.Run()
	if text, terr := os.ReadFile(trace); terr == nil && bytes.Contains(text, []byte("(INJECTED)")) {
		r.hit = 1
	}
	sent, acks := map[string]int{}, map[string]bool{}
	failed, told := false, false
	for line := range strings.Lines(first.String()) {
		word, rest, _ := strings.Cut(strings.TrimSpace(line), " ")
		switch word {
		case "failed":
			told = true
			// A message that could not be kept is fetched again; commits, and with
			// them the sending, are not in doubt.
			failed = failed || rest != "raw"
		case "ack":
			acks[rest] = true
		case "sent":
			sent[rest]++
			if failed {
				r.after++
				t.Errorf("%+v: %s was sent after a failure", in, rest)
			}
		}
	}
	if told {
		r.failed = 1
	}
	var exit *exec.ExitError
	if err != nil && (!errors.As(err, &exit) || !told) {
		t.Errorf("%+v: %v, and no failure was told: %s", in, err, first.String())
	}
	// Once more, on a disk that works: what was not done is done.
	var again []string
	stuck, err := sender(context.Background(), dir, in.load, func(format string, args ...any) {
		line := fmt.Sprintf(format, args...)
		again = append(again, line)
		if key, ok := strings.CutPrefix(line, "sent "); ok {
			sent[key]++
		}
	})
	if err != nil || stuck {
		t.Errorf("%+v: the next start: %v: %q", in, err, again)
	}
	for key, n := range sent {
		if n > 1 {
			r.twice++
			t.Errorf("%+v: %s was sent %d times", in, key, n)
		}
	}
	r.lost = judge(t, in, dir, acks, sent)
	return r
}

// judge looks at the store at the end: it is whole, it holds what was
// acknowledged, and every mail was sent or waits as one in doubt.
func judge(t *testing.T, in injection, dir string, acks map[string]bool, sent map[string]int) (lost int) {
	ctx := context.Background()
	rep, err := store.Inspect(ctx, dir, store.InspectOptions{Raw: true})
	if err != nil || len(rep.Problems) > 0 {
		t.Errorf("%+v: at the end: %+v, %v", in, rep, err)
		return 1
	}
	db, err := store.Open(ctx, dir, store.Options{ReadOnly: true})
	if err != nil {
		t.Errorf("%+v: %v", in, err)
		return 1
	}
	defer func() { _ = db.Close() }()
	st, err := db.State(ctx)
	if err != nil {
		t.Errorf("%+v: %v", in, err)
		return 1
	}
	for ack := range acks {
		what, name, _ := strings.Cut(ack, " ")
		there := true
		switch what {
		case "queued":
			_, there = st.Outbox[name]
		case "mail":
			_, there, _ = db.Mail(ctx, name)
		}
		if !there {
			lost++
			t.Errorf("%+v: %s was acknowledged and is lost", in, ack)
		}
	}
	for key, o := range st.Outbox {
		if done := o.State == ledger.SendSent || o.State == ledger.SendAmbiguous || o.State == ledger.SendHuman; !done || o.State == ledger.SendSent && sent[key] != 1 {
			t.Errorf("%+v: %s is %s and was sent %d times", in, key, o.State, sent[key])
		}
	}
	return lost
}
