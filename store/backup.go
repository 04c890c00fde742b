package store

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// What can be wrong with the place of a backup.
var (
	// ErrForeign means that the folder holds what is no backup of ours.
	ErrForeign = errors.New("the folder holds what is no backup")
	// ErrInside means that the folder is the store's own, or within it.
	ErrInside = errors.New("the folder belongs to the store itself")
	// ErrNoRoom means that the disk has too little room left.
	ErrNoRoom = errors.New("there is too little room on the disk")
)

// Names within a folder of backups.
const (
	backupPart = ".taizhang-*.part" // a backup in the making, or on its way out
	backupTime = "taizhang-20060102-150405"
	sumsName   = "SHA256SUMS" // as sha256sum -c reads it
)

// BackupOptions are the choices of BackupTo.
type BackupOptions struct {
	At   time.Time // names the backup, in its own zone
	Keep int       // how many backups stay; 0: all
	// Inspect does what the function of that name does with Raw and Restore, in
	// whatever process; nil: in this one. Its error makes the backup none.
	Inspect func(ctx context.Context, dir string) error
}

// BackupResult is what BackupTo made.
type BackupResult struct {
	Path    string   `json:"path"`
	Files   int      `json:"files"`  // messages in it
	Linked  int      `json:"linked"` // of them taken from the backup before, by a link
	Bytes   int64    `json:"bytes"`  // of database and messages
	Removed []string `json:"removed,omitempty"`
}

// BackupTo makes a complete copy of the store in a new folder within root,
// while the store is in use: the database of one instant, marked as a copy
// (ErrCopy), every message, and their SHA-256 in SHA256SUMS. A message that the
// backup before has is linked from there when its bytes are right. All is made
// under a temporary name and on disk; then it is restored into a fresh folder,
// inspected there and opened for writing, and only then does it get its name
// and count. Of the backups before it the newest Keep-1 stay.
//
// Nothing but backups may lie in root: ErrForeign, ErrInside and ErrNoRoom say
// what is wrong with the place, ErrDamaged that the store must not be copied.
func (db *DB) BackupTo(ctx context.Context, root string, opt BackupOptions) (*BackupResult, error) {
	res, err := db.backupTo(ctx, root, opt)
	if noSpace(err) {
		err = fmt.Errorf("%w: %w", ErrNoRoom, err)
	}
	if err != nil {
		return nil, fmt.Errorf("backup to %s: %w", root, err)
	}
	return res, nil
}

func (db *DB) backupTo(ctx context.Context, root string, opt BackupOptions) (_ *BackupResult, err error) {
	before, err := db.backupRoot(root)
	if err != nil {
		return nil, err
	}
	b := &backup{db: db, ctx: ctx, root: root}
	if len(before) > 0 {
		b.last = filepath.Join(root, before[len(before)-1])
	}
	if err := b.room(); err != nil {
		return nil, err
	}
	if b.dir, err = os.MkdirTemp(root, backupPart); err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, removeDir(b.dir)) }() // renamed by then, unless something failed
	if err := b.make(opt.At); err != nil {
		return nil, err
	}
	if err := b.tryRestore(opt); err != nil {
		return nil, fmt.Errorf("the copy was restored for trial and is none: %w", err)
	}
	name := freeName(root, opt.At.Format(backupTime))
	if err := errors.Join(os.Rename(b.dir, filepath.Join(root, name)), syncDir(root)); err != nil {
		return nil, err
	}
	b.res.Path = filepath.Join(root, name)
	if opt.Keep > 0 {
		before = append(before, name)
		slices.Sort(before)
		for _, old := range before[:max(0, len(before)-opt.Keep)] {
			if old == name {
				continue // the clock stands before the newest
			}
			if err := retire(root, old); err != nil {
				return nil, fmt.Errorf("remove the old backup %s: %w", old, err)
			}
			b.res.Removed = append(b.res.Removed, old)
		}
	}
	return &b.res, nil
}

// Backups returns the names of the backups in root, oldest first.
func Backups(root string) ([]string, error) {
	entries, err := os.ReadDir(root)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	var out []string
	for _, e := range entries {
		if _, ok := BackupInstant(e.Name(), time.UTC); ok && e.IsDir() {
			out = append(out, e.Name())
		}
	}
	slices.Sort(out)
	return out, err
}

// BackupInstant returns when the backup of that name was made.
func BackupInstant(name string, zone *time.Location) (time.Time, bool) {
	at, err := time.ParseInLocation(backupTime, name[:min(len(name), len(backupTime))], zone)
	return at, err == nil
}

// backupRoot makes the folder of backups, looks at what lies in it, removes
// what an earlier run left half made, and returns the backups there are.
func (db *DB) backupRoot(root string) ([]string, error) {
	if err := makeDirs(root); err != nil {
		return nil, err
	}
	here, err := filepath.EvalSymlinks(db.dir)
	if err != nil {
		return nil, err
	}
	there, err := filepath.EvalSymlinks(root)
	if err != nil {
		return nil, err
	}
	if here, err = filepath.Abs(here); err != nil {
		return nil, err
	}
	if there, err = filepath.Abs(there); err != nil {
		return nil, err
	}
	if rel, err := filepath.Rel(here, there); err == nil && rel != ".." && !strings.HasPrefix(rel, ".."+string(filepath.Separator)) {
		return nil, ErrInside
	}
	entries, err := os.ReadDir(root)
	if err != nil {
		return nil, err
	}
	for _, e := range entries {
		part, _ := filepath.Match(backupPart, e.Name())
		_, named := BackupInstant(e.Name(), time.UTC)
		switch {
		case part && e.IsDir():
			if err := removeDir(filepath.Join(root, e.Name())); err != nil {
				return nil, err
			}
		case !named || !e.IsDir() || !isBackup(filepath.Join(root, e.Name())):
			return nil, fmt.Errorf("%w: %s", ErrForeign, e.Name())
		}
	}
	return Backups(root)
}

func isBackup(dir string) bool {
	for _, name := range []string{FileName, sumsName} {
		if info, err := os.Stat(filepath.Join(dir, name)); err != nil || !info.Mode().IsRegular() {
			return false
		}
	}
	return true
}

func freeName(root, name string) string {
	out := name
	for n := 2; ; n++ {
		if _, err := os.Lstat(filepath.Join(root, out)); errors.Is(err, fs.ErrNotExist) {
			return out
		}
		out = fmt.Sprintf("%s-%d", name, n)
	}
}

// retire takes a backup's name away before its files, so that half of one never
// looks whole.
func retire(root, name string) error {
	part := filepath.Join(root, ".taizhang-"+name+".part")
	if err := errors.Join(os.Rename(filepath.Join(root, name), part), syncDir(root)); err != nil {
		return err
	}
	return removeDir(part)
}

// removeDir removes a folder of ours; none is no error.
func removeDir(dir string) error {
	if ok, _ := filepath.Match(backupPart, filepath.Base(dir)); !ok {
		return fmt.Errorf("%s is not ours to remove", dir)
	}
	return os.RemoveAll(dir)
}

// backup is a copy in the making.
type backup struct {
	db   *DB
	ctx  context.Context
	root string
	dir  string // it is made here
	last string // the backup before; "" without one
	sums []string
	res  BackupResult
}

// room looks at whether the disk has room for the copy of the database, once
// more for the trial, and for the messages that the backup before has not.
func (b *backup) room() error {
	info, err := os.Stat(filepath.Join(b.db.dir, FileName))
	if err != nil {
		return err
	}
	need := 2 * info.Size()
	if err := eachMessage(b.db.raw, func(name string, size int64) error {
		if b.last != "" {
			if old, err := os.Stat(filepath.Join(b.last, rawName, name)); err == nil && old.Size() == size {
				return nil
			}
		}
		need += size
		return nil
	}); err != nil {
		return err
	}
	if free, known := freeBytes(b.root); known && free < need {
		return fmt.Errorf("%w: %d bytes are free, %d are needed", ErrNoRoom, free, need)
	}
	return nil
}

// make fills the folder and brings it to disk.
func (b *backup) make(at time.Time) error {
	path := filepath.Join(b.dir, FileName)
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = b.db.Backup(b.ctx, f)
	if err = errors.Join(err, f.Close()); err != nil {
		return err
	}
	if err := MarkCopy(b.ctx, b.dir, at); err != nil { // synced by its commit
		return err
	}
	size, sum, err := hashFile(b.ctx, path)
	if err != nil {
		return err
	}
	b.res.Bytes = size
	b.sums = append(b.sums, sum+"  "+FileName)
	if err := eachMessage(b.db.raw, b.message); err != nil {
		return err
	}
	text := strings.Join(b.sums, "\n") + "\n"
	if err := writeSynced(filepath.Join(b.dir, sumsName), strings.NewReader(text)); err != nil {
		return err
	}
	return syncTree(b.dir)
}

// message takes one message over: by a link from the backup before, or by a
// copy whose bytes are compared with its name.
func (b *backup) message(name string, size int64) error {
	digest := strings.TrimSuffix(filepath.Base(name), rawExt)
	to := filepath.Join(b.dir, rawName, name)
	if err := os.MkdirAll(filepath.Dir(to), 0o700); err != nil {
		return err
	}
	b.res.Files++
	b.res.Bytes += size
	b.sums = append(b.sums, digest+"  "+filepath.ToSlash(filepath.Join(rawName, name)))
	if b.last != "" {
		from := filepath.Join(b.last, rawName, name)
		if _, sum, err := hashFile(b.ctx, from); err == nil && sum == digest && os.Link(from, to) == nil {
			b.res.Linked++
			return nil
		}
	}
	return copyHashed(b.ctx, filepath.Join(b.db.raw, name), to, digest)
}

// tryRestore does what a person does after a loss: puts the copy into a fresh
// folder by the list of its files, and has it inspected and opened as restored.
func (b *backup) tryRestore(opt BackupOptions) (err error) {
	fresh, err := os.MkdirTemp(b.root, backupPart)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, removeDir(fresh)) }()
	if err := restoreInto(b.ctx, b.dir, fresh); err != nil {
		return err
	}
	inspect := opt.Inspect
	if inspect == nil {
		inspect = inspectHere
	}
	return inspect(b.ctx, fresh)
}

// inspectHere inspects a store in this process.
func inspectHere(ctx context.Context, dir string) error {
	rep, err := Inspect(ctx, dir, InspectOptions{Raw: true, Restore: true})
	if err == nil && len(rep.Problems) > 0 {
		err = damaged("%s %s", rep.Problems[0].File, rep.Problems[0].What)
	}
	return err
}

// restoreInto copies the files that the list of the backup names, each
// compared with its checksum; messages are linked where that is possible.
func restoreInto(ctx context.Context, from, to string) error {
	f, err := os.Open(filepath.Join(from, sumsName))
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }()
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		sum, name, ok := strings.Cut(lines.Text(), "  ")
		if !ok || !validDigest(sum) || !filepath.IsLocal(name) {
			return damaged("%s: %q", sumsName, lines.Text())
		}
		name = filepath.FromSlash(name)
		if err := os.MkdirAll(filepath.Dir(filepath.Join(to, name)), 0o700); err != nil {
			return err
		}
		if name != FileName && os.Link(filepath.Join(from, name), filepath.Join(to, name)) == nil {
			continue // its bytes are read by the inspection
		}
		if err := copyHashed(ctx, filepath.Join(from, name), filepath.Join(to, name), sum); err != nil {
			return err
		}
	}
	return lines.Err()
}
