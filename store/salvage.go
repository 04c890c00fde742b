package store

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"go.etcd.io/bbolt"

	"taizhang/ledger"
)

// Rescued is one record of a damaged database whose checksum is right: the
// bucket, the key and the payload, as they were written.
type Rescued struct {
	Bucket  string `json:"bucket"`
	Key     []byte `json:"key"`
	Payload []byte `json:"payload"`
}

// Rescuable are the buckets that Salvage is asked for, in the order in which
// Assemble takes their records. The others follow from these.
var Rescuable = []string{"facts", bucketForgotten, "mails", "submissions", bucketReplies, "outbox-raw", "outbox", "addresses", "snapshots", "exempt", "extended",
	"closed", "issues", "rosters", "places", "events"}

// Salvage calls emit with every record of the bucket that can still be read
// and whose checksum is right, and returns how many cannot, as far as that is
// known. It changes nothing. A damaged file may end the process: call it in a
// child, a bucket at a time, so that a death costs no other bucket. A record
// that is right by itself may be an outdated one.
func Salvage(ctx context.Context, dir, bucket string, emit func(Rescued) error) (lost int, err error) {
	db, err := openFile(ctx, dir, Options{ReadOnly: true, LockWait: time.Second, Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		return 0, err
	}
	read := 0
	want := -1
	err = guard(db.log, func() error {
		return db.bolt.View(func(b *bbolt.Tx) error {
			t := &tx{bolt: b}
			if s, err := t.seal(bucket); err == nil {
				want = int(min(s.count, 1<<30))
			}
			if !bucketThere(b, bucket) { // of an older schema
				return nil
			}
			bk, err := t.bucket(bucket)
			if err != nil {
				return err
			}
			c := bk.Cursor()
			for k, v := c.First(); k != nil; k, v = c.Next() {
				payload, _, err := unwrap(bucket, string(k), v)
				if err != nil {
					lost++
					continue
				}
				read++
				if err := emit(Rescued{bucket, k, payload}); err != nil {
					return err
				}
			}
			return nil
		})
	})
	if want >= 0 {
		lost = max(lost, want-read)
	}
	if errors.Is(err, ErrDamaged) { // what was read before it counts
		lost, err = max(lost, 1), nil
	}
	return lost, errors.Join(err, db.Close())
}

// Assembled is what became of rescued records.
type Assembled struct {
	Taken   map[string]int    `json:"taken"`   // by bucket
	Refused map[string]string `json:"refused"` // what could not be taken over, and why
}

// Assemble makes the store in dir, whose messages lie there already and which
// has no database yet, out of rescued records. A message without its bytes is
// left out; a mail whose bytes are lost stays in the outbox as one that is never
// sent, so that its key is not used again; events are chained anew.
func Assemble(ctx context.Context, dir string, recs []Rescued) (*Assembled, error) {
	if err := create(dir, filepath.Join(dir, FileName)); err != nil {
		return nil, fmt.Errorf("assemble: %w", err)
	}
	db, err := Open(ctx, dir, Options{Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		return nil, err
	}
	a := &assembly{db: db, out: Assembled{Taken: map[string]int{}, Refused: map[string]string{}}, raw: map[string][]byte{}}
	err = db.update(ctx, "assemble", func(t *tx) error {
		for _, r := range recs {
			if err := a.take(t, &r); err != nil {
				a.out.Refused[r.Bucket+" "+string(r.Key)] = err.Error()
				continue
			}
			a.out.Taken[r.Bucket]++
		}
		t.dirty = true
		return nil
	})
	if err = errors.Join(err, db.Close()); err != nil {
		return nil, err
	}
	return &a.out, nil
}

type assembly struct {
	db  *DB
	out Assembled
	raw map[string][]byte // of outgoing mails, by key
}

// take writes one record, decoded and encoded again as any other.
func (a *assembly) take(t *tx, r *Rescued) error {
	switch r.Bucket {
	case bucketRaw:
		a.raw[string(r.Key)] = r.Payload
		return nil
	case mails.bucket:
		return retake(r, mails, func(m *ledger.MailRecord) error {
			return a.db.putMail(t, m, nil) // the places have records of their own
		})
	case outbox.bucket:
		return retake(r, outbox, func(o *ledger.Outgoing) error { return a.outgoing(t, o) })
	case events.bucket:
		return retake(r, events, func(e *eventRecord) error { return record(t, e.Event.At, e.Event) })
	case places.bucket:
		return retake(r, places, func(p *placeRecord) error {
			if _, ok, err := mails.get(t, p.Digest); err != nil || !ok {
				return errors.Join(err, errors.New("its message is not there"))
			}
			return places.put(t, p)
		})
	case epoch.bucket:
		switch string(r.Key) {
		case epoch.key(nil):
			return retake(r, epoch, func(e *epochRecord) error { return epoch.put(t, e) })
		case poll.key(nil):
			return retake(r, poll, func(p *ledger.PollState) error { return poll.put(t, p) })
		}
		return nil // the head of the old chain, a pause
	}
	return a.plain(t, r)
}

// plain takes the records that stand for themselves.
func (a *assembly) plain(t *tx, r *Rescued) error {
	switch r.Bucket {
	case submissions.bucket:
		return again(t, r, submissions)
	case addresses.bucket:
		return again(t, r, addresses)
	case snapshots.bucket:
		return again(t, r, snapshots)
	case exempt.bucket:
		return again(t, r, exempt)
	case extended.bucket:
		return again(t, r, extended)
	case closed.bucket:
		return again(t, r, closed)
	case issues.bucket:
		return again(t, r, issues)
	case rosters.bucket:
		return again(t, r, rosters)
	case replies.bucket:
		return again(t, r, replies)
	case forgotten.bucket:
		return again(t, r, forgotten)
	}
	return fmt.Errorf("bucket %q is not taken over", r.Bucket)
}

// outgoing takes a mail with its bytes, or keeps its key when they are lost.
func (a *assembly) outgoing(t *tx, o *ledger.Outgoing) error {
	raw, ok := a.raw[o.Key]
	switch {
	case ok:
		if err := t.put(bucketRaw, o.Key, raw); err != nil {
			return err
		}
	case needsRaw(o):
		o.Reason = joined(o.Reason, fmt.Sprintf("it was %s when the database was rebuilt, and its bytes are lost", o.State))
		o.State = ledger.SendSkipped
	}
	return outbox.put(t, o)
}

func again[T any](t *tx, r *Rescued, tb table[T]) error {
	return retake(r, tb, func(v *T) error { return tb.put(t, v) })
}

func retake[T any](r *Rescued, tb table[T], put func(*T) error) error {
	v, err := tb.decode(string(r.Key), r.Payload)
	if err != nil {
		return err
	}
	return put(&v)
}

// CopyMessages links or copies every message of the store in from to the one
// in to, which has none, each compared with its name. It returns how many, and
// the names of those that have other bytes and stay behind.
func CopyMessages(ctx context.Context, from, to string) (n int, damagedOnes []string, err error) {
	b := &backup{db: &DB{raw: filepath.Join(from, rawName)}, ctx: ctx, dir: to}
	if err := makeDirs(filepath.Join(to, rawName)); err != nil {
		return 0, nil, err
	}
	err = eachMessage(b.db.raw, func(name string, size int64) error {
		err := b.message(name, size)
		if errors.Is(err, ErrDamaged) {
			damagedOnes = append(damagedOnes, name)
			return os.Remove(filepath.Join(to, rawName, name))
		}
		n++
		return err
	})
	return n, damagedOnes, errors.Join(err, syncTree(to))
}

// EachMessage calls fn with the digest and the file of every message in the
// store's folder.
func EachMessage(dir string, fn func(digest, path string) error) error {
	raw := filepath.Join(dir, rawName)
	return eachMessage(raw, func(name string, _ int64) error {
		return fn(name[3:len(name)-len(rawExt)], filepath.Join(raw, name))
	})
}
