package store

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"time"
)

// A database that was made as a copy says so: it stands in the bucket meta,
// under this key, since when. Whoever puts such a copy in the place of the
// database that ran on must say so (Options.AfterRestore): the copy does not
// know what was sent since.
var copyKey = []byte("copy")

// copyText is how the mark is written. Its form never changes.
func copyText(at time.Time) []byte {
	s := "copy " + at.UTC().Format(time.RFC3339)
	h := sha256.Sum256([]byte(s))
	return []byte(s + " " + hex.EncodeToString(h[:8]))
}

// copiedAt returns the instant of the mark, zero when there is none.
func copiedAt(t *tx) (time.Time, error) {
	meta, err := t.bucket(bucketMeta)
	if err != nil {
		return time.Time{}, err
	}
	text := string(meta.Get(copyKey))
	if text == "" {
		return time.Time{}, nil
	}
	if f := strings.Fields(text); len(f) == 3 {
		if at, err := time.Parse(time.RFC3339, f[1]); err == nil && string(copyText(at)) == text {
			return at, nil
		}
	}
	return time.Time{}, damaged("the mark of a copy reads %q", text)
}

// MarkCopy marks the database in dir, which nobody has open, as a copy made at
// the instant. Open for writing then refuses it with ErrCopy, except with
// Options.AfterRestore. Whether the copy is whole is for Inspect to say.
func MarkCopy(ctx context.Context, dir string, at time.Time) error {
	db, err := openFile(ctx, dir, Options{LockWait: time.Second, Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		return err
	}
	err = db.update(ctx, "mark copy", func(t *tx) error {
		meta, err := t.bucket(bucketMeta)
		if err != nil {
			return err
		}
		t.dirty = true
		return meta.Put(copyKey, copyText(at))
	})
	return errors.Join(err, db.Close())
}

// refuseCopy is ErrCopy when the database is marked as a copy.
func (db *DB) refuseCopy(ctx context.Context) error {
	return db.view(ctx, "look for the mark of a copy", func(t *tx) error {
		at, err := copiedAt(t)
		if err == nil && !at.IsZero() {
			err = fmt.Errorf("of %s: %w", at.Format(time.RFC3339), ErrCopy)
		}
		return err
	})
}
