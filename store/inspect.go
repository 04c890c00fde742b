package store

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"taizhang/ledger"
)

// InspectOptions say what Inspect looks at; the zero value: the database.
type InspectOptions struct {
	Raw    bool   // each message's bytes, too
	RawDir string // where the messages are; "": beside the database

	// Restore has what is whole opened for writing as a restored copy, for trial,
	// and closed again: what a person does after a loss.
	Restore bool
}

// Report is what Inspect found.
type Report struct {
	Schema      int       `json:"schema"`
	Mails       int       `json:"mails"`
	Submissions int       `json:"submissions"`
	Outgoing    int       `json:"outgoing"`
	Events      int       `json:"events"`
	RawFiles    int       `json:"raw_files"`
	RawBytes    int64     `json:"raw_bytes"`
	Copy        time.Time `json:"copy,omitzero"` // it is a backup's copy of this instant
	// Problems are what is wrong; none: all is as it was written.
	Problems []Problem `json:"problems,omitempty"`
	// Extra are messages that are whole and that no record names: kept in the
	// moment before a crash, and fetched and recorded again by the next poll.
	Extra []string `json:"extra,omitempty"`
}

// ProblemKind says what a Problem is about.
type ProblemKind string

// The kinds of problem.
const (
	ProblemDatabase ProblemKind = "database" // What says it in English
	ProblemMissing  ProblemKind = "missing"  // a message on record has no file
	ProblemDamaged  ProblemKind = "damaged"  // its file has other bytes
	ProblemForeign  ProblemKind = "foreign"  // a file among the messages that is none
	ProblemDied     ProblemKind = "died"     // the process that looked at it did not live
)

// Problem is one thing that is wrong. File is relative to the folder of
// messages.
type Problem struct {
	Kind ProblemKind `json:"kind"`
	File string      `json:"file,omitempty"`
	What string      `json:"what"`
}

// Inspect looks at a store that nobody writes to and reports all that is wrong
// with it; it changes nothing, but for what Restore does. Unlike Open it goes on behind the first thing
// found, and takes a database of an older schema as it is. An error says that
// it could not look: ErrLocked, ErrNewer, or the file system's.
//
// A damaged file can end the process that looks at it (bbolt reads it through
// a memory map): Inspect belongs in a child process.
func Inspect(ctx context.Context, dir string, opt InspectOptions) (*Report, error) {
	rep := &Report{}
	db, err := openFile(ctx, dir, Options{ReadOnly: true, LockWait: time.Second, Logger: slog.New(slog.DiscardHandler)})
	switch {
	case errors.Is(err, ErrDamaged):
		rep.database(err)
		return rep, nil
	case err != nil:
		return nil, err
	}
	defer func() { _ = db.Close() }()
	if opt.RawDir != "" {
		db.raw = opt.RawDir
	}
	if err := rep.look(ctx, db, opt); err != nil {
		return nil, err
	}
	if opt.Restore && len(rep.Problems) == 0 {
		if err := errors.Join(db.Close(), restore(ctx, dir)); err != nil {
			return nil, err
		}
	}
	return rep, nil
}

// restore opens the store as a restored one.
func restore(ctx context.Context, dir string) error {
	db, err := Open(ctx, dir, Options{AfterRestore: true})
	if err != nil {
		return err
	}
	return db.Close()
}

func (r *Report) database(err error) {
	for _, e := range flat(err) {
		r.Problems = append(r.Problems, Problem{Kind: ProblemDatabase, What: strings.TrimPrefix(e.Error(), ErrDamaged.Error()+": ")})
	}
}

// flat takes joined errors apart.
func flat(err error) []error {
	if err == nil {
		return nil
	}
	joined, ok := err.(interface{ Unwrap() []error })
	if !ok || strings.HasPrefix(err.Error(), ErrDamaged.Error()) {
		return []error{err}
	}
	var out []error
	for _, e := range joined.Unwrap() {
		out = append(out, flat(e)...)
	}
	return out
}

// look fills the report. Its error is why it could not look.
func (r *Report) look(ctx context.Context, db *DB, opt InspectOptions) error {
	err := db.view(ctx, "inspect", func(t *tx) (err error) {
		if r.Schema, err = readSchema(t.bolt); err == nil {
			r.Copy, err = copiedAt(t)
		}
		return err
	})
	if errors.Is(err, ErrNewer) {
		return err
	}
	found := []error{err}
	var kept []ledger.MailRecord
	if err == nil {
		found, kept = db.checkDatabase(ctx, r.Schema == schemaVersion())
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	r.database(errors.Join(found...))
	_ = db.view(ctx, "count", func(t *tx) error { // what stops it is found by now
		r.Mails, r.Submissions, r.Outgoing, r.Events = t.count(mails.bucket), t.count(submissions.bucket), t.count(outbox.bucket), t.count(events.bucket)
		return nil
	})
	if !opt.Raw {
		return nil
	}
	return r.messages(ctx, db.raw, kept)
}

func (t *tx) count(bucket string) int {
	n := 0
	if b, err := t.bucket(bucket); err == nil {
		_ = b.ForEach(func(_, _ []byte) error { n++; return nil }) // it has no error of its own
	}
	return n
}

// messages compares the files with the records, each by its bytes.
func (r *Report) messages(ctx context.Context, raw string, kept []ledger.MailRecord) error {
	wanted := make(map[string]int64, len(kept))
	for _, m := range kept {
		wanted[m.Digest] = m.Size
	}
	err := filepath.WalkDir(raw, func(path string, d fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) {
			return nil // no folder, or removed just now
		}
		if err != nil || d.IsDir() {
			return err
		}
		name, err := filepath.Rel(raw, path)
		if err != nil {
			return err
		}
		digest, isMail := strings.CutSuffix(d.Name(), rawExt)
		if part, _ := filepath.Match(tempName, d.Name()); part {
			return nil // a message in the making, or one that never was
		}
		if !isMail || !validDigest(digest) || name != filepath.Join(digest[:2], d.Name()) || !d.Type().IsRegular() {
			r.Problems = append(r.Problems, Problem{Kind: ProblemForeign, File: name, What: "it is no message of the store"})
			return nil
		}
		return r.message(ctx, path, name, digest, wanted)
	})
	for digest := range wanted { // those that were not found
		name := filepath.Join(digest[:2], digest+rawExt)
		r.Problems = append(r.Problems, Problem{Kind: ProblemMissing, File: name, What: "its file is missing"})
	}
	slices.SortStableFunc(r.Problems, func(a, b Problem) int { return cmp.Or(cmp.Compare(a.File, b.File), 0) })
	return err
}

// message reads one file and crosses it off the list.
func (r *Report) message(ctx context.Context, path, name, digest string, wanted map[string]int64) error {
	r.RawFiles++
	size, got, err := hashFile(ctx, path)
	r.RawBytes += size
	want, recorded := wanted[digest]
	delete(wanted, digest)
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case err != nil:
		r.Problems = append(r.Problems, Problem{Kind: ProblemDamaged, File: name, What: "it cannot be read: " + err.Error()})
	case got != digest:
		r.Problems = append(r.Problems, Problem{Kind: ProblemDamaged, File: name, What: "its bytes have another digest"})
	case recorded && size != want:
		r.Problems = append(r.Problems, Problem{Kind: ProblemDamaged, File: name, What: "it has another size than was recorded"})
	case !recorded:
		r.Extra = append(r.Extra, name)
	}
	return nil
}

// hashFile returns the size and the SHA-256 of a file, in hex.
func hashFile(ctx context.Context, path string) (int64, string, error) {
	f, err := os.Open(path)
	if err != nil {
		return 0, "", err
	}
	defer func() { _ = f.Close() }()
	h := sha256.New()
	n, err := io.Copy(h, ctxReader{ctx, f})
	return n, hex.EncodeToString(h.Sum(nil)), err
}
