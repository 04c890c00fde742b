package store_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"taizhang/ledger"
	"taizhang/store"
)

func backup(t *testing.T, db *store.DB, root string, at time.Time, keep int) *store.BackupResult {
	t.Helper()
	r, err := db.BackupTo(t.Context(), root, store.BackupOptions{At: at, Keep: keep})
	if err != nil {
		t.Fatalf("BackupTo: %v", err)
	}
	return r
}

func TestABackupIsACompleteStore(t *testing.T) {
	dir, root := t.TempDir(), filepath.Join(t.TempDir(), "backups")
	db := open(t, dir)
	for i := range 5 {
		arrive(t, db, fmt.Sprintf("mail %d", i), day, uint32(i+1))
	}
	mustApply(t, db, ledger.Change{At: day, Outgoing: []ledger.Outgoing{outgoing("a")}})
	first := backup(t, db, root, day, 0)
	want := mustDump(t, db)
	arrive(t, db, "later", day, 99)
	second := backup(t, db, root, day.Add(24*time.Hour), 0)
	if first.Files != 5 || first.Linked != 0 || second.Files != 6 || second.Linked != 5 {
		t.Errorf("got %+v, %+v", first, second)
	}
	rep, err := store.Inspect(t.Context(), first.Path, store.InspectOptions{Raw: true})
	if err != nil || len(rep.Problems) > 0 || rep.Mails != 5 || rep.RawFiles != 5 || !rep.Copy.Equal(day.Truncate(time.Second)) {
		t.Errorf("Inspect = %+v, %v", rep, err)
	}
	if out, err := exec.Command("sh", "-c", "cd "+first.Path+" && sha256sum -c --quiet SHA256SUMS").CombinedOutput(); err != nil {
		t.Errorf("sha256sum: %v\n%s", err, out)
	}
	if err := filepath.WalkDir(root, func(path string, d os.DirEntry, err error) error {
		info, ierr := d.Info()
		if err = errors.Join(err, ierr); err == nil && info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s has mode %v", path, info.Mode())
		}
		return err
	}); err != nil {
		t.Error(err)
	}
	// It is opened for writing only by who says that it was restored.
	if _, err := store.Open(t.Context(), first.Path, store.Options{}); !errors.Is(err, store.ErrCopy) {
		t.Errorf("Open = %v", err)
	}
	restored, err := store.Open(t.Context(), first.Path, store.Options{AfterRestore: true})
	if err != nil {
		t.Fatal(err)
	}
	if got := mustDump(t, restored); got != want {
		t.Error("the backup holds other records")
	}
	if err := errors.Join(restored.Check(t.Context()), restored.Close()); err != nil {
		t.Error(err)
	}
}

func TestOldBackupsGoAndHalfMadeOnesToo(t *testing.T) {
	root := t.TempDir()
	db := open(t, t.TempDir())
	arrive(t, db, "mail", day, 1)
	for i := range 5 {
		backup(t, db, root, day.AddDate(0, 0, i), 3)
	}
	if err := os.MkdirAll(filepath.Join(root, ".taizhang-1.part", "raw"), 0o700); err != nil {
		t.Fatal(err)
	}
	same := backup(t, db, root, day.AddDate(0, 0, 4), 3) // twice in one second
	names, err := store.Backups(root)
	const form = "taizhang-20060102-150405"
	newest := day.AddDate(0, 0, 4).Format(form)
	want := []string{day.AddDate(0, 0, 3).Format(form), newest, newest + "-2"}
	if err != nil || !slices.Equal(names, want) || filepath.Base(same.Path) != want[2] {
		t.Errorf("got %v, %v; want %v", names, err, want)
	}
	entries, _ := os.ReadDir(root)
	if len(entries) != 3 {
		t.Errorf("left over: %v", entries)
	}
}

func TestPlacesThatNoBackupGoesTo(t *testing.T) {
	dir := t.TempDir()
	db := open(t, dir)
	m := arrive(t, db, "mail", day, 1)
	try := func(root string) error {
		_, err := db.BackupTo(t.Context(), root, store.BackupOptions{At: day})
		return err
	}
	foreign := t.TempDir()
	writeFile(t, foreign, "thesis.doc", []byte("x"))
	if err := try(foreign); !errors.Is(err, store.ErrForeign) || !strings.Contains(err.Error(), "thesis.doc") {
		t.Errorf("a folder of somebody's: %v", err)
	}
	half := t.TempDir()
	writeFile(t, half, "taizhang-20220501-000000/other", []byte("x"))
	if err := try(half); !errors.Is(err, store.ErrForeign) {
		t.Errorf("a folder that looks like a backup: %v", err)
	}
	for _, root := range []string{dir, filepath.Join(dir, "backups"), filepath.Join(dir, "raw")} {
		if err := try(root); !errors.Is(err, store.ErrInside) {
			t.Errorf("%s: %v", root, err)
		}
	}
	root := t.TempDir()
	refuse := errors.New("not good")
	_, err := db.BackupTo(t.Context(), root, store.BackupOptions{At: day, Inspect: func(context.Context, string) error { return refuse }})
	if !errors.Is(err, refuse) {
		t.Errorf("an inspection that fails: %v", err)
	}
	writeFile(t, dir, filepath.Join("raw", m.Digest[:2], m.Digest+".eml"), []byte("maiL"))
	if err := try(root); !errors.Is(err, store.ErrDamaged) || !strings.Contains(err.Error(), m.Digest) {
		t.Errorf("a damaged message: %v", err)
	}
	if left, _ := os.ReadDir(root); len(left) > 0 {
		t.Errorf("left over: %v", left)
	}
}

// A message that was spoiled in the backup before is copied from the store.
func TestASpoiledBackupIsNotLinkedFrom(t *testing.T) {
	root := t.TempDir()
	db := open(t, t.TempDir())
	m := arrive(t, db, "mail", day, 1)
	first := backup(t, db, root, day, 0)
	writeFile(t, first.Path, filepath.Join("raw", m.Digest[:2], m.Digest+".eml"), []byte("maiL"))
	if second := backup(t, db, root, day.AddDate(0, 0, 1), 0); second.Linked != 0 || second.Files != 1 {
		t.Errorf("got %+v", second)
	}
}
