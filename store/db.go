package store

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"runtime/debug"
	"sync"
	"sync/atomic"

	"go.etcd.io/bbolt"
	berrors "go.etcd.io/bbolt/errors"

	"taizhang/internal/crashpoint"
)

// DB is an open store. Its methods may be called from several goroutines:
// reads go on side by side, writes one after another.
type DB struct {
	dir      string
	raw      string // the folder of messages
	readOnly bool
	restored bool // a copy may be opened for writing
	log      *slog.Logger
	bolt     *bbolt.DB
	file     *os.File // the one bbolt holds, with its lock

	writing  sync.Mutex            // one writer, and nobody while the file is looked at from outside
	poisoned atomic.Pointer[error] // why, once the fate of a commit is unknown
	torn     bool                  // bbolt panicked while writing: its own locks may be held for ever
	closed   atomic.Bool
	memory   memory
	passage  passage
	durable  sync.Map // folders of raw messages whose names are known to be on disk

	commit func(*bbolt.Tx) error // (*bbolt.Tx).Commit; tests let it fail
}

// Close waits for the transactions under way and gives the lock back. It may
// be called more than once.
func (db *DB) Close() error {
	db.writing.Lock()
	defer db.writing.Unlock()
	if db.closed.Swap(true) {
		return nil
	}
	var err error
	if db.torn {
		// bbolt's Close would wait for a lock that nobody gives back any
		// more. The memory map stays until the process ends.
		err = closeLocked(db.file)
	} else {
		err = db.bolt.Close()
	}
	if err != nil {
		return fmt.Errorf("close store: %w", err)
	}
	return nil
}

// view runs fn in a read transaction.
func (db *DB) view(ctx context.Context, what string, fn func(*tx) error) error {
	if err := db.usable(ctx); err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	err := guard(db.log, func() error {
		return db.bolt.View(func(b *bbolt.Tx) error { return fn(&tx{bolt: b, memory: &db.memory, passage: &db.passage}) })
	})
	return named(what, err)
}

// update runs fn in a write transaction and commits it, unless fn fails or
// wrote nothing. An error of the commit poisons the DB.
func (db *DB) update(ctx context.Context, what string, fn func(*tx) error) error {
	db.writing.Lock()
	defer db.writing.Unlock()
	if err := db.usable(ctx); err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	if db.readOnly {
		return fmt.Errorf("%s: %w", what, ErrReadOnly)
	}
	whole := false // the transaction came to one of its proper ends
	err := guard(db.log, func() error {
		b, err := db.bolt.Begin(true)
		if err != nil {
			whole = true
			return err
		}
		t := &tx{bolt: b, memory: &db.memory, passage: &db.passage}
		if err = fn(t); err == nil {
			err = t.writeSeals()
		}
		db.memory.note(t.touched)
		if err != nil || !t.dirty {
			rolledBack := b.Rollback()
			whole = true
			return errors.Join(err, rolledBack)
		}
		if err := crashpoint.Reach("commit"); err != nil {
			whole = true
			return errors.Join(err, b.Rollback())
		}
		if err := db.commit(b); err != nil {
			whole = true
			return db.poison(err)
		}
		whole = true
		return crashpoint.Reach("committed")
	})
	if !whole {
		db.torn = true
		err = db.poison(err)
	}
	return named(what, err)
}

// Release gives back what reading has mapped of the database's file into this
// process, once it is more than so many bytes. The file holds the bytes of every
// mail of ours, and each page that was read once, with its neighbours, counts as
// memory of the process until the system is short of it: in years, all of the
// file. To read it again costs a little, so that it should not be done each time.
func (db *DB) Release(ctx context.Context, above int64) error {
	now, known := residentFiles()
	if known && now-db.passage.floor.Load() <= above {
		return nil
	}
	return db.view(ctx, "release", func(t *tx) error { return db.passage.release(t.bolt) })
}

// poison forbids all further use and returns the error for it.
func (db *DB) poison(cause error) error {
	err := fmt.Errorf("%w: %w", ErrPoisoned, cause)
	if db.poisoned.CompareAndSwap(nil, &err) {
		db.memory.forget()
		db.log.Error("store: commit failed, its fate is unknown", "err", cause)
	}
	return err
}

func (db *DB) usable(ctx context.Context) error {
	if p := db.poisoned.Load(); p != nil {
		return *p
	}
	if db.closed.Load() {
		return ErrClosed
	}
	return ctx.Err()
}

// guard runs fn and turns a panic of bbolt, and an access to memory that the
// damaged or shortened file does not have, into ErrDamaged.
func guard(log *slog.Logger, fn func() error) (err error) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		if r := recover(); r != nil {
			log.Error("store: bbolt panicked", "err", fmt.Sprint(r), "stack", string(debug.Stack()))
			err = damaged("reading it panicked: %v", r)
		}
	}()
	return fn()
}

// named puts the operation before the error and replaces bbolt's errors by
// ours where there is one.
func named(what string, err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, berrors.ErrDatabaseNotOpen):
		err = ErrClosed
	}
	return fmt.Errorf("%s: %w", what, err)
}
