//go:build faults

package faults

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
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
	"time"

	"go.etcd.io/bbolt"

	"taizhang/store"
)

// damage is one way to spoil the file.
type damage struct {
	Kind string `json:"kind"` // flip, zero, cut, swap
	At   int    `json:"at"`
	Len  int    `json:"len,omitempty"`
	To   int    `json:"to,omitempty"`
	Xor  byte   `json:"xor,omitempty"`
}

// apply returns the sound bytes damaged, in buf when it is large enough.
func (d damage) apply(sound, buf []byte) []byte {
	bad := append(buf[:0], sound...)
	switch d.Kind {
	case "flip":
		bad[d.At] ^= d.Xor
	case "zero":
		clear(bad[d.At:min(d.At+d.Len, len(bad))])
	case "cut":
		bad = bad[:d.At]
	case "swap":
		copy(bad[d.At:d.At+d.Len], sound[d.To:d.To+d.Len])
		copy(bad[d.To:d.To+d.Len], sound[d.At:d.At+d.Len])
	}
	return bad
}

// A child that takes longer than its patience ends itself with hung. On a busy
// machine that may be nobody's fault: it is given a second try.
const (
	patience = 30 * time.Second
	hung     = 3
)

// The stages of looking at one damaged file, each of which may end the child.
const (
	stageNaive  = iota // by bbolt alone: is anything different, or broken?
	stageVerify        // by what verify runs
	stageRead          // by opening the store and reading everything
	stages
)

func init() { children["damage"] = damageChild }

// damageChild tries the damages of the file args[1] on the store in args[0],
// from number args[2] and stage args[3] on, and prints one word for each stage.
func damageChild(ctx context.Context, args []string) error {
	dir := args[0]
	sound, err := os.ReadFile(filepath.Join(dir, "sound"))
	if err != nil {
		return err
	}
	want, err := os.ReadFile(filepath.Join(dir, "dump"))
	if err != nil {
		return err
	}
	list, err := os.ReadFile(args[1])
	if err != nil {
		return err
	}
	var all []damage
	if err := json.Unmarshal(list, &all); err != nil {
		return err
	}
	first, _ := strconv.Atoi(args[2])
	stage, _ := strconv.Atoi(args[3])
	soundKeys, err := naive(filepath.Join(dir, "sound"), nil)
	if err != nil {
		return err
	}
	path := filepath.Join(dir, "taizhang.db")
	var buf []byte
	for i := first; i < len(all); i++ {
		bad := all[i].apply(sound, buf)
		buf = bad
		if err := os.WriteFile(path, bad, 0o600); err != nil {
			return err
		}
		for ; stage < stages; stage++ {
			watchdog := time.AfterFunc(patience, func() { os.Exit(hung) })
			word := ""
			switch stage {
			case stageNaive:
				word = naiveWord(path, bad, sound, soundKeys)
			case stageVerify:
				rep, err := store.Inspect(ctx, dir, store.InspectOptions{})
				word = "whole"
				if err != nil || len(rep.Problems) > 0 {
					word = "reported"
				}
			case stageRead:
				word = readWord(ctx, dir, string(want))
			}
			watchdog.Stop()
			fmt.Println(i, stage, word)
		}
		stage = 0
	}
	return nil
}

// entries is what a naive reader finds: the value's digest by bucket and key.
type entries map[string][sha256.Size]byte

// naive reads the file with bbolt alone. With want it also looks each key up.
func naive(path string, want entries) (entries, error) {
	db, err := bbolt.Open(path, 0o600, &bbolt.Options{ReadOnly: true, PreLoadFreelist: true, Timeout: time.Second})
	if err != nil {
		return nil, err
	}
	defer func() { _ = db.Close() }()
	out := entries{}
	err = db.View(func(tx *bbolt.Tx) error {
		if err := tx.ForEach(func(name []byte, b *bbolt.Bucket) error {
			return b.ForEach(func(k, v []byte) error {
				out[string(name)+"\x00"+string(k)] = sha256.Sum256(v)
				return nil
			})
		}); err != nil {
			return err
		}
		for key, sum := range want {
			name, k, _ := strings.Cut(key, "\x00")
			b := tx.Bucket([]byte(name))
			if b == nil || sha256.Sum256(b.Get([]byte(k))) != sum {
				return errors.New("a key cannot be looked up")
			}
		}
		var errs []error
		for err := range tx.Check() {
			errs = append(errs, err)
		}
		return errors.Join(errs...)
	})
	return out, err
}

// naiveWord says whether the damage is live: whether it changes what a reader
// without any of our checks finds, or the structure of the file, which holds
// the bytes bad.
func naiveWord(path string, bad, sound []byte, want entries) (word string) {
	defer func() {
		if recover() != nil {
			word = "live"
		}
	}()
	page := int(binary.NativeEndian.Uint32(sound[24:]))
	heads := func(b []byte) string {
		if len(b) < page+80 {
			return ""
		}
		return string(b[16:80]) + string(b[page+16:page+80])
	}
	if heads(bad) != heads(sound) {
		return "live"
	}
	got, err := naive(path, want)
	if err != nil || len(got) != len(want) {
		return "live"
	}
	for k, sum := range want {
		if got[k] != sum {
			return "live"
		}
	}
	return "dead"
}

// readWord says what reading through the store gives.
func readWord(ctx context.Context, dir, want string) string {
	db, err := store.Open(ctx, dir, store.Options{ReadOnly: true})
	if err != nil {
		return "error"
	}
	defer func() { _ = db.Close() }()
	switch got, err := dump(ctx, db); {
	case err != nil:
		return "error"
	case got != want:
		return "other"
	}
	return "same"
}

// verdicts are the words of one damage; "died" when the child did.
type verdicts [stages]string

// try tries the damages, in children, two at a time.
func try(t *testing.T, dir string, all []damage) []verdicts {
	t.Helper()
	sound, err := os.ReadFile(filepath.Join(dir, "taizhang.db"))
	if err != nil {
		t.Fatal(err)
	}
	db, err := store.Open(t.Context(), dir, store.Options{ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	want, err := dump(t.Context(), db)
	if err := errors.Join(err, db.Close()); err != nil {
		t.Fatal(err)
	}
	out := make([]verdicts, len(all))
	var wg sync.WaitGroup
	const workers = 2
	for w := range workers {
		from, to := len(all)*w/workers, len(all)*(w+1)/workers
		work := t.TempDir()
		list, _ := json.Marshal(all[from:to])
		for name, data := range map[string][]byte{"sound": sound, "dump": []byte(want), "list": list} {
			if err := os.WriteFile(filepath.Join(work, name), data, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		wg.Go(func() { tryIn(t, work, out[from:to]) })
	}
	wg.Wait()
	return out
}

func tryIn(t *testing.T, work string, out []verdicts) {
	i, stage := 0, 0
	slow := [2]int{-1, -1} // what was tried a second time
	for i < len(out) {
		cmd := child("damage", work, filepath.Join(work, "list"), strconv.Itoa(i), strconv.Itoa(stage))
		var stdout, stderr bytes.Buffer
		cmd.Stdout, cmd.Stderr = &stdout, &stderr
		err := cmd.Run()
		for lines := bufio.NewScanner(&stdout); lines.Scan(); {
			var word string
			if _, serr := fmt.Sscan(lines.Text(), &i, &stage, &word); serr != nil {
				t.Errorf("the child said %q", lines.Text())
				return
			}
			out[i][stage] = word
			if stage++; stage == stages {
				i, stage = i+1, 0
			}
		}
		var exit *exec.ExitError
		switch {
		case err == nil && i < len(out):
			t.Errorf("the child stopped at %d", i)
			return
		case err == nil:
		case errors.As(err, &exit) && exit.ExitCode() == hung && slow != [2]int{i, stage}:
			slow = [2]int{i, stage}
		case errors.As(err, &exit) && exit.ExitCode() == 4:
			t.Errorf("the child failed: %s", stderr.String())
			return
		default:
			out[i][stage] = "died"
			if stage++; stage == stages {
				i, stage = i+1, 0
			}
		}
	}
}

// tally judges the verdicts, and returns the numbers of the damages that ended
// the child of verify.
func tally(t *testing.T, what string, all []damage, got []verdicts) (deaths []int) {
	t.Helper()
	live, reported, silent := 0, 0, 0
	for i, v := range got {
		isLive := v[stageNaive] != "dead"
		told := v[stageVerify] == "reported" || v[stageVerify] == "died"
		if v[stageVerify] == "died" {
			deaths = append(deaths, i)
		}
		if isLive {
			live++
			if told {
				reported++
			}
		}
		if isLive && !told || v[stageRead] == "other" {
			silent++
			t.Errorf("%+v: %v", all[i], v)
		}
	}
	fmt.Printf("faults: %s: %d, live %d, reported %d, silent %d, child deaths %d\n", what, len(all), live, reported, silent, len(deaths))
	return deaths
}

// One byte of a month's database flipped: whatever changes a record as read,
// or the structure of the file, is reported by verify; nothing gives other data
// in silence; and only the child that looks dies of it.
func TestFlips(t *testing.T) {
	config, dir := month(t)
	sound, err := os.ReadFile(filepath.Join(dir, "taizhang.db"))
	if err != nil {
		t.Fatal(err)
	}
	rnd := rand.New(rand.NewPCG(*seed, 1))
	page := os.Getpagesize()
	all := make([]damage, *count)
	for i := range all {
		at := rnd.IntN(len(sound))
		if i%4 == 0 { // the heads of pages, where bbolt keeps its own words
			at = at - at%page + rnd.IntN(256)
		}
		all[i] = damage{Kind: "flip", At: at, Xor: 1 << rnd.IntN(8)}
	}
	deaths := tally(t, "flips", all, try(t, dir, all))
	for _, i := range deaths[:min(len(deaths), 5)] {
		if err := os.WriteFile(filepath.Join(dir, "taizhang.db"), all[i].apply(sound, nil), 0o600); err != nil {
			t.Fatal(err)
		}
		refuses(t, config, dir, all[i])
	}
}

// Blocks zeroed, pages exchanged, the end cut off.
func TestBlocks(t *testing.T) {
	_, dir := month(t)
	sound, err := os.ReadFile(filepath.Join(dir, "taizhang.db"))
	if err != nil {
		t.Fatal(err)
	}
	rnd := rand.New(rand.NewPCG(*seed, 2))
	page := os.Getpagesize()
	all := make([]damage, *count)
	for i := range all {
		switch i % 4 {
		case 0:
			all[i] = damage{Kind: "zero", At: rnd.IntN(len(sound)/512) * 512, Len: 512}
		case 1:
			all[i] = damage{Kind: "zero", At: rnd.IntN(len(sound)/page) * page, Len: page}
		case 2:
			all[i] = damage{Kind: "swap", At: rnd.IntN(len(sound)/page) * page, To: rnd.IntN(len(sound)/page) * page, Len: page}
		case 3:
			all[i] = damage{Kind: "cut", At: rnd.IntN(len(sound))}
		}
	}
	tally(t, "blocks", all, try(t, dir, all))
}

// Files that are none of ours, or a newer program's: the program refuses each,
// and leaves it as it is.
func TestWrongFiles(t *testing.T) {
	config, dir := month(t)
	path := filepath.Join(dir, "taizhang.db")
	sound, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	newer := filepath.Join(t.TempDir(), "newer")
	if err := os.WriteFile(newer, sound, 0o600); err != nil {
		t.Fatal(err)
	}
	raise(t, newer)
	raised, err := os.ReadFile(newer)
	if err != nil {
		t.Fatal(err)
	}
	files := map[string][]byte{
		"empty": {}, "a word": []byte("hello"), "zeros": make([]byte, len(sound)), "text": bytes.Repeat([]byte("台账\n"), 1<<15),
		"a zip": append([]byte("PK\x03\x04"), sound[4:]...), "one page": sound[:os.Getpagesize()], "newer": raised,
	}
	n := 0
	for name, data := range files {
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		refuses(t, config, dir, name)
		n++
	}
	fmt.Printf("faults: wrong files: %d, refused %d, changed 0\n", len(files), n)
}

// raise makes the database that of a newer program.
func raise(t *testing.T, path string) {
	t.Helper()
	db, err := bbolt.Open(path, 0o600, nil)
	if err != nil {
		t.Fatal(err)
	}
	text := "taizhang 900"
	h := sha256.Sum256([]byte(text))
	err = db.Update(func(tx *bbolt.Tx) error {
		return tx.Bucket([]byte("meta")).Put([]byte("schema"), fmt.Appendf(nil, "%s %x", text, h[:8]))
	})
	if err := errors.Join(err, db.Close()); err != nil {
		t.Fatal(err)
	}
}

// refuses checks that the real program does not start on the store, says why in
// Chinese, does not die of it, and leaves the file alone.
func refuses(t *testing.T, config, dir string, what any) {
	t.Helper()
	path := filepath.Join(dir, "taizhang.db")
	before, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{{"serve"}, {"status"}} {
		out, err := exec.Command(program(t), append([]string{"--config", config, "--log", "error"}, args...)...).CombinedOutput()
		var exit *exec.ExitError
		if !errors.As(err, &exit) || exit.ExitCode() != 3 || !strings.Contains(string(out), "数据库") {
			t.Errorf("%v: %v: %v: %s", what, args, err, out)
		}
	}
	if after, err := os.ReadFile(path); err != nil || !bytes.Equal(before, after) {
		t.Errorf("%v: the file was changed: %v", what, err)
	}
}

func replaced(data []byte, old, now string) []byte {
	return bytes.ReplaceAll(data, []byte(old), []byte(now))
}
