package store

import (
	"errors"
	"fmt"
)

// What can be wrong, each to be recognised with errors.Is.
var (
	// ErrLocked means that another process has the database open.
	ErrLocked = errors.New("another process has the database open: stop it or work through it")
	// ErrNewer means that a newer version of the program wrote the database or
	// a record of it. Nothing was changed.
	ErrNewer = errors.New("the database belongs to a newer version of taizhang: use that version")
	// ErrDamaged means that what lies on disk is not what was written. Nothing
	// was changed: the file stays as it is for its owner to look at.
	ErrDamaged = errors.New("the store is damaged: keep its files, restore the last good backup")
	// ErrPoisoned means that a commit failed before, and that the DB at hand
	// must not be used any more.
	ErrPoisoned = errors.New("the last commit's fate is unknown: close, open again, read again")
	// ErrReadOnly is the answer to a write on a DB opened for reading.
	ErrReadOnly = errors.New("the database is open for reading only")
	// ErrClosed is the answer of a closed DB.
	ErrClosed = errors.New("the database is closed")
	// ErrCopy means that the database was made as a backup, and that nobody has
	// said that it now stands in the place of the one that ran on.
	ErrCopy = errors.New("the database is a backup's copy: it does not know what was sent since")
	// ErrTooLarge means that a message is larger than the limit given.
	ErrTooLarge = errors.New("the message is larger than the limit")
	// ErrUnknown means that there is no such record.
	ErrUnknown = errors.New("no such record")
	// ErrRefused means that a change breaks a rule of the store. Nothing of it
	// was written.
	ErrRefused = errors.New("refused, nothing was written")
)

func damaged(format string, args ...any) error {
	return fmt.Errorf("%w: %w", ErrDamaged, fmt.Errorf(format, args...))
}

func refused(format string, args ...any) error {
	return fmt.Errorf("%w: %w", ErrRefused, fmt.Errorf(format, args...))
}

func unknown(format string, args ...any) error {
	return fmt.Errorf("%w: %w", ErrUnknown, fmt.Errorf(format, args...))
}
