package store

import (
	"bytes"
	"context"
	"errors"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"go.etcd.io/bbolt"

	"taizhang/ledger"
)

var noon = time.Date(2022, 5, 26, 12, 0, 0, 0, time.UTC)

func openIn(t *testing.T, dir string) *DB {
	t.Helper()
	db, err := Open(t.Context(), dir, Options{LockWait: 10 * time.Second})
	if err != nil {
		t.Fatalf("Open: %v", err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db
}

func mail(key string) ledger.Outgoing {
	return ledger.Outgoing{Key: key, Raw: []byte("Subject: " + key + "\r\n\r\n"), State: ledger.SendQueued, Created: noon}
}

func apply(db *DB, keys ...string) error {
	c := ledger.Change{At: noon, Events: []ledger.Event{{What: "plan"}}}
	for _, key := range keys {
		c.Outgoing = append(c.Outgoing, mail(key))
	}
	_, err := db.Apply(context.Background(), c)
	return err
}

// outboxKeys opens a store, checks it and returns the keys of its outbox.
func outboxKeys(t *testing.T, dir string) map[string]ledger.SendState {
	t.Helper()
	db, err := Open(t.Context(), dir, Options{ReadOnly: true})
	if err != nil {
		t.Fatalf("Open: %v", err)
	}
	defer func() { _ = db.Close() }()
	if err := db.Check(t.Context()); err != nil {
		t.Fatalf("Check: %v", err)
	}
	s, err := db.State(t.Context())
	if err != nil {
		t.Fatalf("State: %v", err)
	}
	keys := make(map[string]ledger.SendState)
	for key, o := range s.Outbox {
		keys[key] = o.State
	}
	return keys
}

func TestAFailedCommitPoisons(t *testing.T) {
	eio := errors.New("input/output error")
	for name, tt := range map[string]struct {
		commit func(*DB) func(*bbolt.Tx) error
		kept   bool // the change is on disk all the same
	}{
		"and nothing was written": {func(*DB) func(*bbolt.Tx) error {
			return func(b *bbolt.Tx) error { return errors.Join(eio, b.Rollback()) }
		}, false},
		"and all was written": {func(*DB) func(*bbolt.Tx) error {
			return func(b *bbolt.Tx) error { return errors.Join(b.Commit(), eio) }
		}, true},
		"since the file went away": {func(db *DB) func(*bbolt.Tx) error {
			return func(b *bbolt.Tx) error {
				if err := db.file.Close(); err != nil { // bbolt's own file: its writes fail
					return err
				}
				return b.Commit()
			}
		}, false},
		"since bbolt panicked": {func(*DB) func(*bbolt.Tx) error {
			return func(*bbolt.Tx) error { panic("page 7: unexpected type") }
		}, false},
	} {
		t.Run(name, func(t *testing.T) {
			ctx, dir := t.Context(), t.TempDir()
			db := openIn(t, dir)
			if err := apply(db, "a"); err != nil {
				t.Fatal(err)
			}
			db.commit = tt.commit(db)
			if err := apply(db, "b"); !errors.Is(err, ErrPoisoned) {
				t.Fatalf("Apply = %v", err)
			}
			_, stateErr := db.State(ctx)
			_, beginErr := db.Begin(ctx, "a", noon)
			_, _, outgoingErr := db.Outgoing(ctx, "a")
			_, _, keepErr := db.KeepRaw(ctx, strings.NewReader("x"), 10)
			for what, err := range map[string]error{
				"State": stateErr, "Begin": beginErr, "Outgoing": outgoingErr, "KeepRaw": keepErr,
				"Apply": apply(db, "c"), "Check": db.Check(ctx), "SetPause": db.SetPause(ctx, nil),
			} {
				if !errors.Is(err, ErrPoisoned) {
					t.Errorf("%s = %v", what, err)
				}
			}
			_ = db.Close() // the file may be closed already
			want := 1
			if tt.kept {
				want = 2
			}
			if keys := outboxKeys(t, dir); len(keys) != want {
				t.Errorf("after opening again: %v", keys)
			}
			if err := apply(openIn(t, dir), "c"); err != nil {
				t.Errorf("Apply after opening again: %v", err)
			}
		})
	}
}

// A full disk fails the commit for real.
func TestAFullDiskPoisons(t *testing.T) {
	dir := t.TempDir()
	db := openIn(t, dir)
	if err := apply(db, "a"); err != nil {
		t.Fatal(err)
	}
	db.bolt.MaxSize = 1
	big := mail("big")
	big.Raw = bytes.Repeat([]byte("x"), 4<<20)
	if _, err := db.Apply(t.Context(), ledger.Change{At: noon, Outgoing: []ledger.Outgoing{big}}); !errors.Is(err, ErrPoisoned) {
		t.Fatalf("Apply = %v", err)
	}
	db.bolt.MaxSize = 0 // there is room again; what is on the disk is known no better
	_, stateErr := db.State(t.Context())
	_, beginErr := db.Begin(t.Context(), "a", noon)
	for what, err := range map[string]error{"State": stateErr, "Begin": beginErr, "Apply": apply(db, "c")} {
		if !errors.Is(err, ErrPoisoned) {
			t.Errorf("%s = %v", what, err)
		}
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	if keys := outboxKeys(t, dir); len(keys) != 1 {
		t.Errorf("after opening again: %v", keys)
	}
}

// The process may end at any point around a commit: what is on disk then is
// what it was before, or what it is after.
func TestKilledAroundEveryCommit(t *testing.T) {
	dir, copies := t.TempDir(), t.TempDir()
	n := 0
	snapshot := func() string {
		n++
		to := filepath.Join(copies, strings.Repeat("x", n))
		if err := os.CopyFS(to, os.DirFS(dir)); err != nil {
			t.Fatal(err)
		}
		return to
	}
	db := openIn(t, dir)
	var before, after []string
	db.commit = func(b *bbolt.Tx) error {
		before = append(before, snapshot())
		err := b.Commit()
		after = append(after, snapshot())
		return err
	}
	steps := []func() error{
		func() error { return apply(db, "k") },
		func() error { _, err := db.Begin(t.Context(), "k", noon); return err },
		func() error { return db.EndOfData(t.Context(), "k", 1, noon, nil) },
		func() error {
			return db.Finish(t.Context(), "k", 1, ledger.SendFinish{At: noon, State: ledger.SendSent, Reply: "250"})
		},
	}
	for _, step := range steps {
		if err := step(); err != nil {
			t.Fatal(err)
		}
	}
	want := []ledger.SendState{"", ledger.SendQueued, ledger.SendSending, ledger.SendSending, ledger.SendSent}
	for i := range steps {
		if got := outboxKeys(t, before[i])["k"]; got != want[i] {
			t.Errorf("killed before commit %d: %q, want %q", i, got, want[i])
		}
		if got := outboxKeys(t, after[i])["k"]; got != want[i+1] {
			t.Errorf("killed after commit %d: %q, want %q", i, got, want[i+1])
		}
	}
	t.Logf("%d images opened", n)
}

// Power fails during a commit: any of the sectors of the data pages may have
// reached the disk, in any order. As long as the head has not, the state is
// the one before.
func TestPowerLostDuringACommit(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, FileName)
	db := openIn(t, dir)
	read := func() []byte {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		return data
	}
	rnd := rand.New(rand.NewPCG(20220528, 3))
	images, try := 0, t.TempDir()
	if err := os.Mkdir(filepath.Join(try, rawName), 0o700); err != nil {
		t.Fatal(err)
	}
	for round := range 12 {
		old := read()
		keys := []string{strings.Repeat("k", round+1), "x" + strings.Repeat("y", round)}
		if err := apply(db, keys...); err != nil {
			t.Fatal(err)
		}
		now := read()
		old = append(old, make([]byte, len(now)-len(old))...)
		const sector = 512
		var changed []int
		for at := 2 * os.Getpagesize(); at < len(now); at += sector {
			if !bytes.Equal(old[at:at+sector], now[at:at+sector]) {
				changed = append(changed, at)
			}
		}
		for range 20 {
			image := bytes.Clone(old)
			for _, at := range changed {
				if rnd.IntN(2) == 0 {
					copy(image[at:at+sector], now[at:at+sector])
				}
			}
			if err := os.WriteFile(filepath.Join(try, FileName), image, 0o600); err != nil {
				t.Fatal(err)
			}
			if got := len(outboxKeys(t, try)); got != 2*round {
				t.Fatalf("round %d: %d mails, %d were there before", round, got, 2*round)
			}
			images++
		}
	}
	t.Logf("%d images opened", images)
}

func TestACrashWhileADatabaseIsMade(t *testing.T) {
	made := t.TempDir()
	if err := openIn(t, made).Close(); err != nil {
		t.Fatal(err)
	}
	whole, err := os.ReadFile(filepath.Join(made, FileName))
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range []int{0, 1, 4096, 10000, len(whole)} {
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, ".taizhang.db-1.new"), whole[:n], 0o600); err != nil {
			t.Fatal(err)
		}
		db := openIn(t, dir)
		if err := errors.Join(apply(db, "a"), db.Check(t.Context()), db.Close()); err != nil {
			t.Errorf("after %d bytes: %v", n, err)
		}
		if left, _ := filepath.Glob(filepath.Join(dir, ".*")); len(left) > 0 {
			t.Errorf("after %d bytes: %v is left", n, left)
		}
	}
	// Ended between link and removal: both names are the same file.
	dir := t.TempDir()
	db := openIn(t, dir)
	if err := errors.Join(apply(db, "a"), db.Close(), os.Link(filepath.Join(dir, FileName), filepath.Join(dir, ".taizhang.db-2.new"))); err != nil {
		t.Fatal(err)
	}
	if err := openIn(t, dir).Close(); err != nil {
		t.Error(err)
	}
	if left, _ := filepath.Glob(filepath.Join(dir, ".*")); len(left) > 0 || len(outboxKeys(t, dir)) != 1 {
		t.Errorf("%v is left, and %d mails of one", left, len(outboxKeys(t, dir)))
	}
}
