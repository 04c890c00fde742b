package store_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"go.etcd.io/bbolt"

	"taizhang/internal/storetest"
	"taizhang/ledger"
	"taizhang/store"
)

func TestASecondOpenIsLocked(t *testing.T) {
	dir := t.TempDir()
	db := storetest.OpenIn(t, dir)
	for _, readOnly := range []bool{false, true} {
		begun := time.Now()
		_, err := store.Open(t.Context(), dir, store.Options{ReadOnly: readOnly, LockWait: 100 * time.Millisecond})
		if !errors.Is(err, store.ErrLocked) {
			t.Errorf("second Open (read only %v) = %v", readOnly, err)
		}
		if d := time.Since(begun); d > 5*time.Second {
			t.Errorf("it took %v", d)
		}
	}
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	begun := time.Now()
	if _, err := store.Open(ctx, dir, store.Options{LockWait: time.Hour}); err == nil || time.Since(begun) > 5*time.Second {
		t.Errorf("Open under a deadline = %v after %v", err, time.Since(begun))
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	a, err := store.Open(t.Context(), dir, store.Options{ReadOnly: true})
	if err != nil {
		t.Fatalf("Open after Close: %v", err)
	}
	b, err := store.Open(t.Context(), dir, store.Options{ReadOnly: true})
	if err != nil {
		t.Fatalf("two readers: %v", err)
	}
	if err := errors.Join(a.Close(), b.Close(), b.Close()); err != nil {
		t.Error(err)
	}
}

func TestFilesThatAreNoStoreAreLeftAlone(t *testing.T) {
	sound := t.TempDir()
	db := open(t, sound)
	arrive(t, db, "mail", day, 1)
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	whole := readFile(t, filepath.Join(sound, "taizhang.db"))
	// The file is longer than what is in use: pages in use, of the newer head.
	page := os.Getpagesize()
	used := page * int(max(binary.NativeEndian.Uint64(whole[16+40:]), binary.NativeEndian.Uint64(whole[page+16+40:])))
	foreign := filepath.Join(t.TempDir(), "foreign")
	other, err := bbolt.Open(foreign, 0o600, nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := other.Update(func(tx *bbolt.Tx) error { _, err := tx.CreateBucket([]byte("theirs")); return err }); err != nil {
		t.Fatal(err)
	}
	if err := other.Close(); err != nil {
		t.Fatal(err)
	}
	files := map[string][]byte{
		"empty":              {},
		"a word":             []byte("hello"),
		"zeros":              make([]byte, 1<<16),
		"text":               bytes.Repeat([]byte("台账\n"), 1<<14),
		"foreign bbolt":      readFile(t, foreign),
		"one page":           whole[:page],
		"heads only":         whole[:2*page],
		"cut in half":        whole[:len(whole)/2],
		"cut by a byte":      whole[:used-1],
		"second head zeroed": slices.Concat(whole[:page], make([]byte, page), whole[2*page:]),
		"first head zeroed":  slices.Concat(make([]byte, page), whole[page:]),
	}
	for name, data := range files {
		for _, readOnly := range []bool{false, true} {
			t.Run(name, func(t *testing.T) {
				dir := t.TempDir()
				path := writeFile(t, dir, "taizhang.db", data)
				db, err := store.Open(t.Context(), dir, store.Options{ReadOnly: readOnly})
				if err == nil {
					_ = db.Close()
				}
				if !errors.Is(err, store.ErrDamaged) || !strings.Contains(err.Error(), path) {
					t.Errorf("Open = %v", err)
				}
				if !bytes.Equal(readFile(t, path), data) {
					t.Error("the file was changed")
				}
				// The lock must be free again for whoever repairs it.
				if _, err := store.Open(t.Context(), dir, store.Options{LockWait: time.Millisecond}); errors.Is(err, store.ErrLocked) {
					t.Error("the lock was kept")
				}
			})
		}
	}
}

func TestAFolderInPlaceOfTheFile(t *testing.T) {
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "taizhang.db"), 0o700); err != nil {
		t.Fatal(err)
	}
	if db, err := store.Open(t.Context(), dir, store.Options{}); err == nil {
		_ = db.Close()
		t.Error("Open went well")
	}
	dangling := t.TempDir()
	if err := os.Symlink(filepath.Join(dangling, "gone"), filepath.Join(dangling, "taizhang.db")); err != nil {
		t.Fatal(err)
	}
	if db, err := store.Open(t.Context(), dangling, store.Options{}); err == nil {
		_ = db.Close()
		t.Error("Open made a new database beside a link to a disk that is not mounted")
	}
}

func TestReadOnlyCreatesAndChangesNothing(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "new")
	if _, err := store.Open(t.Context(), dir, store.Options{ReadOnly: true}); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("Open = %v", err)
	}
	if _, err := os.Stat(dir); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the folder: %v", err)
	}
	rw := open(t, dir)
	m := arrive(t, rw, "mail", day, 1)
	want := mustDump(t, rw)
	if err := rw.Close(); err != nil {
		t.Fatal(err)
	}
	before := readFile(t, filepath.Join(dir, "taizhang.db"))
	db, err := store.Open(t.Context(), dir, store.Options{ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	if got := mustDump(t, db); got != want {
		t.Error("it reads other data")
	}
	_, err = db.Apply(t.Context(), ledger.Change{At: day, Events: []ledger.Event{{What: "x"}}})
	if !errors.Is(err, store.ErrReadOnly) {
		t.Errorf("Apply = %v", err)
	}
	if _, _, err := db.KeepRaw(t.Context(), strings.NewReader("x"), 5); !errors.Is(err, store.ErrReadOnly) {
		t.Errorf("KeepRaw = %v", err)
	}
	if _, err := db.Raw(t.Context(), m.Digest); err != nil {
		t.Errorf("Raw = %v", err)
	}
	if err := errors.Join(db.Check(t.Context()), db.Close()); err != nil {
		t.Error(err)
	}
	if !bytes.Equal(before, readFile(t, filepath.Join(dir, "taizhang.db"))) {
		t.Error("the file was changed")
	}
}

func TestModesAndLeftovers(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "a", "b [x]")
	db := open(t, dir)
	m := arrive(t, db, "mail", day, 1)
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	left := []string{
		writeFile(t, dir, ".taizhang.db-123.new", []byte("half")),
		writeFile(t, dir, "raw/456.part", []byte("half")),
	}
	kept := writeFile(t, dir, "taizhang.db.bak", []byte("theirs"))
	for _, path := range []string{filepath.Join(dir, "raw"), filepath.Join(dir, "taizhang.db")} {
		if err := os.Chmod(path, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	storetest.OpenIn(t, dir)
	for _, path := range left {
		if _, err := os.Stat(path); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%s is still there: %v", path, err)
		}
	}
	if _, err := os.Stat(kept); err != nil {
		t.Error(err)
	}
	for path, want := range map[string]fs.FileMode{
		dir:                                     0o700 | fs.ModeDir,
		filepath.Join(dir, "taizhang.db"):       0o600,
		filepath.Join(dir, "raw"):               0o700 | fs.ModeDir,
		filepath.Join(dir, "raw", m.Digest[:2]): 0o700 | fs.ModeDir,
		filepath.Join(dir, "raw", m.Digest[:2], m.Digest+".eml"): 0o600,
	} {
		info, err := os.Stat(path)
		if err != nil || info.Mode() != want {
			t.Errorf("%s: mode %v, %v; want %v", path, info.Mode(), err, want)
		}
	}
}

// Several processes that start at once on an empty folder must end up with one
// database, and none may replace another's.
func TestOneOfManyCreates(t *testing.T) {
	dir := t.TempDir()
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			db, err := store.Open(context.Background(), dir, store.Options{LockWait: 20 * time.Second})
			if err != nil {
				t.Errorf("Open: %v", err)
				return
			}
			if _, err := db.Apply(context.Background(), ledger.Change{At: day, Outgoing: []ledger.Outgoing{outgoing(string(rune('a' + i)))}}); err != nil {
				t.Errorf("Apply: %v", err)
			}
			if err := db.Close(); err != nil {
				t.Errorf("Close: %v", err)
			}
		})
	}
	wg.Wait()
	if n := len(state(t, storetest.OpenIn(t, dir)).Outbox); n != 8 {
		t.Errorf("%d mails in the outbox, 8 were put there", n)
	}
}
