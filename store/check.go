package store

import (
	"bytes"
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"runtime/debug"

	"go.etcd.io/bbolt"

	"taizhang/ledger"
)

// Check looks at everything: the heads of the file, every record, its checksum
// and its type, the seals, the chain of events, the indexes, the version
// numbers, the bytes of every message, and bbolt's own pages. It returns all
// that is wrong, joined, each of it ErrDamaged; nil when nothing is.
//
// It holds back writers while it looks at heads and pages. bbolt's check of
// pages is left out when the records could not be walked, since it would then
// end the process rather than return; a file in doubt is best checked in a
// child process all the same.
func (db *DB) Check(ctx context.Context) error {
	errs, kept := db.checkDatabase(ctx, true)
	errs = append(errs, db.CheckMemory(ctx))
	for _, m := range kept {
		errs = append(errs, db.checkRaw(ctx, &m))
	}
	return errors.Join(errs...)
}

// checkDatabase is Check without the bytes of messages, and returns the
// messages on record. Of a database of an older schema it looks at the buckets
// that are there, by their seals, and at heads and pages.
func (db *DB) checkDatabase(ctx context.Context, current bool) (errs []error, kept []ledger.MailRecord) {
	errs = []error{db.checkHeads(ctx)}
	walked := false
	err := db.view(ctx, "check", func(t *tx) error {
		if current {
			var found []error
			found, kept = checkRecords(t)
			errs = append(errs, found...)
		} else {
			errs = append(errs, checkOlder(t))
			kept, _ = mails.all(t) // what is wrong with it is known by now
		}
		kept = withoutForgotten(t, kept)
		walked = true
		return nil
	})
	errs = append(errs, err)
	if walked {
		errs = append(errs, db.checkPages(ctx))
	} else {
		errs = append(errs, damaged("its records cannot be walked; its pages were not checked"))
	}
	return errs, kept
}

// checkOlder compares the buckets of an older schema with their seals.
func checkOlder(t *tx) error {
	return t.bolt.ForEach(func(name []byte, b *bbolt.Bucket) error {
		if n := string(name); b != nil && n != bucketMeta && n != bucketSeals {
			return t.verify(n)
		}
		return nil
	})
}

func (db *DB) checkHeads(ctx context.Context) error {
	db.writing.Lock()
	defer db.writing.Unlock()
	if err := db.usable(ctx); err != nil {
		return fmt.Errorf("check: %w", err)
	}
	return checkHeads(db.file)
}

// checkPages runs bbolt's own check. It reads the free list, which a writer
// changes, so it keeps writers out.
func (db *DB) checkPages(ctx context.Context) error {
	db.writing.Lock()
	defer db.writing.Unlock()
	if err := db.usable(ctx); err != nil {
		return fmt.Errorf("check: %w", err)
	}
	return guard(db.log, func() error { return pages(db.bolt) })
}

// pages returns what bbolt finds wrong with its pages.
func pages(db *bbolt.DB) error {
	return db.View(func(b *bbolt.Tx) error {
		defer keepReleased(b)()
		if err := checkOverflow(b); err != nil {
			return err
		}
		var errs []error
		for err := range b.Check(bbolt.WithKVStringer(shortKeys{})) {
			errs = append(errs, damaged("pages: %w", err))
		}
		return errors.Join(errs...)
	})
}

// shortKeys tells bbolt how to write a key in an error: not at the length that
// a damaged page claims, and never a value. It runs in the goroutine of
// bbolt's check, so that from the first thing found on a fault there is a
// panic, which bbolt reports, and not the end of the process.
type shortKeys struct{}

func (shortKeys) KeyToString(key []byte) string {
	debug.SetPanicOnFault(true)
	return hex.EncodeToString(key[:min(len(key), 64)])
}

func (shortKeys) ValueToString([]byte) string { return "" }

// checkOverflow looks at how many further pages each page claims to take:
// bbolt's check counts them one by one, and a flipped bit makes that billions.
func checkOverflow(b *bbolt.Tx) error {
	t := &tx{bolt: b}
	for id := 0; ; {
		t.pass(4096) // a page's head
		p, err := b.Page(id)
		switch {
		case err != nil:
			return fmt.Errorf("page %d: %w", id, err)
		case p == nil:
			return nil
		case p.Type == "free":
			id++
			continue
		}
		id += 1 + p.OverflowCount
		if last, err := b.Page(id - 1); err != nil || last == nil {
			return damaged("page %d claims %d pages more than there are", p.ID, p.OverflowCount)
		}
	}
}

func (db *DB) checkRaw(ctx context.Context, m *ledger.MailRecord) error {
	data, err := db.Raw(ctx, m.Digest)
	switch {
	case errors.Is(err, ErrUnknown):
		return damaged("mail %s: its bytes are missing", m.Digest)
	case err != nil:
		return err
	case int64(len(data)) != m.Size:
		return damaged("mail %s: it has %d bytes, %d were recorded", m.Digest, len(data), m.Size)
	}
	return nil
}

// checkRecords reads every record of every bucket once, compares each bucket
// with its seal, and looks at what one record says of another. It also returns
// the messages on record.
func checkRecords(t *tx) ([]error, []ledger.MailRecord) {
	var l links
	errs := unknownBuckets(t)
	errs = append(errs, checkTable(t, mails, l.mail), checkTable(t, undecided, l.undecided), checkTable(t, places, l.place),
		checkTable(t, strikes), checkTable(t, submissions, l.submission), checkTable(t, outbox, l.outgoing), checkTable(t, addresses),
		checkTable(t, snapshots), checkTable(t, exempt), checkTable(t, extended), checkTable(t, closed), checkTable(t, issues),
		checkTable(t, rosters), checkTable(t, replies, l.reply), checkTable(t, forgotten), checkEvents(t), l.checkRaw(t), checkFacts(t))
	if err := t.scan(bucketSeals, "", func(key string, _ []byte, _ sum) error {
		_, err := t.seal(key)
		return err
	}); err != nil {
		errs = append(errs, err)
	}
	return append(errs, l.found()...), l.mails
}

// checkTable looks at every record of the table, and calls see with those that
// are as they were written.
func checkTable[T any](t *tx, tb table[T], see ...func(*T)) error {
	return checkBucket(t, tb.bucket, func(key string, payload, _ []byte) error {
		v, err := tb.decode(key, payload)
		for _, f := range see {
			if err == nil {
				f(&v)
			}
		}
		return err
	})
}

// checkBucket does as each and reads on behind a record that is damaged, so
// that one does not hide the next. fn is called with the others, and with what
// is stored of them, payload and envelope.
func checkBucket(t *tx, bucket string, fn func(key string, payload, stored []byte) error) error {
	want, err := t.seal(bucket)
	if err != nil {
		return err
	}
	b, err := t.bucket(bucket)
	if err != nil {
		return err
	}
	var errs []error
	var got seal
	c := b.Cursor()
	for k, v := c.First(); k != nil; k, v = c.Next() {
		key := string(k)
		t.pass(len(k) + len(v))
		payload, s, err := unwrap(bucket, key, v)
		if err != nil {
			errs = append(errs, err)
			continue
		}
		got.add(s)
		if !bytes.Equal(b.Get(k), v) {
			errs = append(errs, damaged("%s %q cannot be found by its key", bucket, key))
		}
		errs = append(errs, fn(key, payload, v))
	}
	if err := errors.Join(errs...); err != nil {
		return err
	}
	return got.same(bucket, want)
}

// checkFacts reads the records of which there is one each, and knows them all.
func checkFacts(t *tx) error {
	known := map[string]func() error{
		epoch.key(nil):     func() error { _, _, err := epoch.only(t); return err },
		poll.key(nil):      func() error { _, _, err := poll.only(t); return err },
		pause.key(nil):     func() error { _, _, err := pause.only(t); return err },
		notices.key(nil):   func() error { _, _, err := notices.only(t); return err },
		eventHead.key(nil): func() error { _, _, err := eventHead.only(t); return err },
	}
	return t.each(epoch.bucket, func(key string, _ []byte, _ sum) error {
		read, ok := known[key]
		if !ok {
			return damaged("facts %q: nothing of ours", key)
		}
		return read()
	})
}

func unknownBuckets(t *tx) []error {
	known := make(map[string]bool, len(allBuckets))
	for _, name := range allBuckets {
		known[name] = true
	}
	var errs []error
	err := t.bolt.ForEach(func(name []byte, b *bbolt.Bucket) error {
		if !known[string(name)] || b == nil {
			errs = append(errs, damaged("bucket %q: nothing of ours", name))
		}
		return nil
	})
	return append(errs, err)
}

// CheckHeads looks at the heads of the file on disk, which no copy of the
// database carries over.
func (db *DB) CheckHeads(ctx context.Context) error { return db.checkHeads(ctx) }

// Backup writes a copy of the database, as of one instant and while writers go
// on, to w. The files of the messages are not in it: they never change, and
// can be copied as they are, after the database. A database whose records are
// damaged is refused: its copy would push out a good one.
func (db *DB) Backup(ctx context.Context, w io.Writer) (int64, error) {
	return db.copyTo(ctx, "backup", w, func(b *bbolt.Tx) error { return verifySeals(&tx{bolt: b}) })
}

// Snapshot is Backup of a database in whatever state it is, for a look at it
// in another process.
func (db *DB) Snapshot(ctx context.Context, w io.Writer) (int64, error) {
	return db.copyTo(ctx, "snapshot", w, func(*bbolt.Tx) error { return nil })
}

func (db *DB) copyTo(ctx context.Context, what string, w io.Writer, before func(*bbolt.Tx) error) (int64, error) {
	if err := db.usable(ctx); err != nil {
		return 0, fmt.Errorf("%s: %w", what, err)
	}
	var n int64
	err := guard(db.log, func() error {
		return db.bolt.View(func(b *bbolt.Tx) (err error) {
			if err := before(b); err != nil {
				return err
			}
			n, err = b.WriteTo(w)
			return err
		})
	})
	return n, named(what, err)
}
