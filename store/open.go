package store

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"time"

	"go.etcd.io/bbolt"
	berrors "go.etcd.io/bbolt/errors"

	"taizhang/internal/crashpoint"
)

// FileName is the database's name within the folder of the store.
const FileName = "taizhang.db"

// Other names within the folder.
const (
	newName = ".taizhang.db-*.new" // a database in the making
	rawName = "raw"
)

// minSize is that of the smallest bbolt file: four pages.
const minSize = 4 * 4096

// Options are the choices of Open; the zero value is ready for use.
type Options struct {
	ReadOnly bool          // open for reading; creates and changes nothing
	LockWait time.Duration // how long to wait for another process; default 1 s
	Logger   *slog.Logger  // default: no log
	// AfterRestore opens a database for writing although it is a backup's copy.
	// Restored must follow before anything is sent.
	AfterRestore bool
}

// Open opens the store in the folder dir, and creates it when the folder holds
// none. A database that exists is never replaced: one that is empty, foreign,
// cut short or damaged is ErrDamaged and stays as it is, and so is one that is
// missing while messages are kept: an empty one in its place would know nothing
// of what was decided and sent. ErrLocked, ErrNewer: see there. All
// records but the bytes of outgoing mails are checked against their seals, and for writing
// bbolt's pages too: some tenths of a second for 50,000 messages.
//
// The folder is created with mode 0700; of one that exists the mode is left as
// it is, and a word logged when others may enter it. What lies in it has 0600
// and 0700 in any case.
func Open(ctx context.Context, dir string, opt Options) (*DB, error) {
	if opt.Logger == nil {
		opt.Logger = slog.New(slog.DiscardHandler)
	}
	if opt.LockWait <= 0 {
		opt.LockWait = time.Second
	}
	if err := ctx.Err(); err != nil {
		return nil, fmt.Errorf("open store: %w", err)
	}
	path := filepath.Join(dir, FileName)
	if !opt.ReadOnly {
		if err := prepare(dir, opt.Logger); err != nil {
			return nil, fmt.Errorf("open store: %w", err)
		}
	}
	db, err := open(ctx, dir, opt)
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", path, err)
	}
	return db, nil
}

// prepare makes the folder and, if there is none, the database.
func prepare(dir string, log *slog.Logger) error {
	if err := makeDirs(dir); err != nil {
		return err
	}
	if info, err := os.Stat(dir); err != nil {
		return err
	} else if info.Mode().Perm()&0o077 != 0 && runtime.GOOS != "windows" {
		log.Warn("store: others may enter the folder", "dir", dir, "mode", info.Mode().Perm().String())
	}
	path := filepath.Join(dir, FileName)
	_, err := os.Stat(path)
	if !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if info, err := os.Lstat(path); err == nil && info.Mode()&fs.ModeSymlink != 0 {
		return fmt.Errorf("%s is a link to nowhere", path)
	} else if err == nil {
		return nil // another process was faster
	}
	if kept, err := holdsRaw(filepath.Join(dir, rawName)); err != nil {
		return err
	} else if kept {
		return damaged("the database is missing, though messages are kept beside it")
	}
	if err := create(dir, path); err != nil {
		return fmt.Errorf("create %s: %w", path, err)
	}
	log.Info("store: created a new database", "path", path)
	return nil
}

// holdsRaw reports whether a message is kept in the folder. A database that is
// gone while its messages are there was not the first start.
func holdsRaw(raw string) (bool, error) {
	names, err := filepath.Glob(filepath.Join(raw, "??", "*"+rawExt))
	return len(names) > 0, err
}

// create makes a new database under a temporary name and gives it its own
// when it is whole and on disk. The name is given by a link, which fails when
// another process was faster, where a rename would replace its database.
func create(dir, path string) (err error) {
	if err := crashpoint.Reach("store create"); err != nil {
		return err
	}
	tmp, err := os.CreateTemp(dir, newName)
	if err != nil {
		return err
	}
	defer func() { // gone or linked by then
		if crashpoint.Reach("store remove") == nil {
			_ = os.Remove(tmp.Name())
		}
	}()
	if err := tmp.Close(); err != nil {
		return err
	}
	b, err := bbolt.Open(tmp.Name(), 0o600, &bbolt.Options{Timeout: time.Second})
	if err != nil {
		return err
	}
	err = b.Update(func(btx *bbolt.Tx) error { return migrate(&tx{bolt: btx}, 0) })
	if err = errors.Join(err, b.Sync(), b.Close()); err != nil {
		return err
	}
	if err := crashpoint.Reach("store link"); err != nil {
		return err
	}
	if err := os.Link(tmp.Name(), path); err != nil {
		if _, err := os.Lstat(path); err == nil {
			return nil // another process was faster, and may have tidied ours away
		}
		if err := os.Rename(tmp.Name(), path); err != nil { // a file system without hard links
			return err
		}
	}
	if err := crashpoint.Reach("store folder sync"); err != nil {
		return err
	}
	return syncDir(dir)
}

// makeDirs makes the folder and those above it that are missing (0700), and
// their names durable.
func makeDirs(dir string) error {
	if _, err := os.Stat(dir); !errors.Is(err, fs.ErrNotExist) {
		return err // nil when it is there
	}
	above := filepath.Dir(dir)
	if above != dir {
		if err := makeDirs(above); err != nil {
			return err
		}
	}
	if err := os.Mkdir(dir, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	return syncDir(above)
}

// syncDir makes the names in a folder durable.
func syncDir(dir string) error {
	if runtime.GOOS == "windows" {
		return nil // folders cannot be synced there; NTFS journals names itself
	}
	f, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

// open opens the database that is there and examines it.
func open(ctx context.Context, dir string, opt Options) (*DB, error) {
	db, err := openFile(ctx, dir, opt)
	if err != nil {
		return nil, err
	}
	if err := guard(db.log, func() error { return db.examine(ctx) }); err != nil {
		return nil, translate(errors.Join(err, db.bolt.Close()))
	}
	return db, nil
}

// openFile opens the database that is there, whatever state it is in.
func openFile(ctx context.Context, dir string, opt Options) (*DB, error) {
	db := &DB{dir: dir, raw: filepath.Join(dir, rawName), readOnly: opt.ReadOnly, restored: opt.AfterRestore, log: opt.Logger, commit: (*bbolt.Tx).Commit}
	wait := opt.LockWait
	if d, ok := ctx.Deadline(); ok {
		wait = min(wait, max(time.Until(d), time.Millisecond))
	}
	err := guard(db.log, func() (err error) {
		db.bolt, err = bbolt.Open(filepath.Join(dir, FileName), 0o600, &bbolt.Options{
			Timeout:         wait,
			ReadOnly:        opt.ReadOnly,
			OpenFile:        db.openFile,
			PreLoadFreelist: true, // Check needs it
			FreelistType:    bbolt.FreelistMapType,
		})
		return err
	})
	if err == nil {
		return db, nil
	}
	if db.bolt == nil && db.file != nil {
		_ = closeLocked(db.file) // when bbolt panicked; otherwise closed already
	}
	return nil, translate(err)
}

// openFile is bbolt's way to the file. It never creates one and never hands
// out an empty one, which bbolt would fill.
func (db *DB) openFile(name string, flag int, mode fs.FileMode) (*os.File, error) {
	f, err := os.OpenFile(name, flag&^os.O_CREATE, mode)
	if err != nil {
		return nil, err
	}
	info, err := f.Stat()
	switch {
	case err != nil:
	case !info.Mode().IsRegular():
		err = damaged("it is no regular file")
	case info.Size() == 0:
		err = damaged("it is empty: a database was there, or its disk was full")
	case info.Size() < minSize:
		err = damaged("it has %d bytes and is no bbolt file, or what is left of one", info.Size())
	}
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	db.file = f
	return f, nil
}

// examine looks at the database just opened, and brings it up to date.
func (db *DB) examine(ctx context.Context) error {
	if err := checkHeads(db.file); err != nil {
		return err
	}
	var version int
	if err := db.bolt.View(func(b *bbolt.Tx) (err error) {
		version, err = readSchema(b)
		return err
	}); err != nil {
		return err
	}
	if version < schemaVersion() {
		if db.readOnly {
			return fmt.Errorf("schema %d is older than %d: open it for writing once: %w", version, schemaVersion(), ErrReadOnly)
		}
		if err := db.update(ctx, "migrate", func(t *tx) error { return migrate(t, version) }); err != nil {
			return err
		}
		db.log.Info("store: migrated", "from", version, "to", schemaVersion())
	}
	if err := db.bolt.View(func(b *bbolt.Tx) error { return verifySeals(&tx{bolt: b}) }); err != nil {
		return err
	}
	if db.readOnly {
		return nil
	}
	if !db.restored {
		if err := db.refuseCopy(ctx); err != nil {
			return err
		}
	}
	// A free list that names a page in use would let the next write destroy
	// what the seals can then only mourn.
	if err := pages(db.bolt); err != nil {
		return err
	}
	return db.tidy(ctx)
}

// verifySeals checks every bucket against its seal, except the one of bytes of
// outgoing mails: that is large, and each mail is checked when it is read.
func verifySeals(t *tx) error {
	for _, name := range allBuckets {
		if name == bucketMeta || name == bucketSeals || name == bucketRaw {
			continue
		}
		if err := t.verify(name); err != nil {
			return err
		}
	}
	return nil
}

// tidy puts right the modes of what is ours and removes what an earlier
// process left half made. The lock is held by now.
func (db *DB) tidy(ctx context.Context) error {
	raw := db.raw
	if err := makeDirs(raw); err != nil {
		return err
	}
	// At each start: a run before this one may have ended, or lost its power,
	// before the name of the folder was on disk, and every message with it.
	if err := syncDir(db.dir); err != nil {
		return err
	}
	if err := errors.Join(os.Chmod(raw, 0o700), os.Chmod(filepath.Join(db.dir, FileName), 0o600)); err != nil {
		return err
	}
	return errors.Join(db.sweep(db.dir, newName), db.sweep(raw, tempName), db.bury(ctx))
}

// sweep removes the files of the folder whose names match the pattern.
func (db *DB) sweep(dir, pattern string) error {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	for _, e := range entries {
		if ok, err := filepath.Match(pattern, e.Name()); err != nil || !ok || !e.Type().IsRegular() {
			continue
		}
		err := os.Remove(filepath.Join(dir, e.Name()))
		if errors.Is(err, fs.ErrNotExist) {
			continue // its maker was a process of now, and has tidied up itself
		}
		if err != nil {
			return err
		}
		db.log.Info("store: removed what an earlier run left half made", "path", filepath.Join(dir, e.Name()))
	}
	return nil
}

// translate replaces bbolt's errors of opening by ours.
func translate(err error) error {
	switch {
	case errors.Is(err, berrors.ErrTimeout):
		return ErrLocked
	case errors.Is(err, berrors.ErrInvalid), errors.Is(err, berrors.ErrVersionMismatch), errors.Is(err, berrors.ErrChecksum):
		return damaged("it is no bbolt file: %w", err)
	}
	return err
}
