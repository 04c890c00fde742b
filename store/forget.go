package store

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"go.etcd.io/bbolt"

	"taizhang/ledger"
)

// bucketForgotten came with schema 3: tombstones of deleted messages.
const bucketForgotten = "forgotten"

var forgotten = table[ledger.Forgotten]{bucketForgotten, func(r *ledger.Forgotten) string { return r.Digest }}

func createForgotten(t *tx) error {
	if _, err := t.bolt.CreateBucketIfNotExists([]byte(bucketForgotten)); err != nil {
		return fmt.Errorf("create bucket %s: %w", bucketForgotten, err)
	}
	return nil
}

// tombstone begins what is kept in the place of the bytes of a mail of ours.
// No mail begins so: it is no header.
const tombstone = "deleted on request: "

// Deleted reports whether the bytes of a mail of ours were deleted on request,
// and these stand in their place.
func Deleted(raw []byte) bool { return strings.HasPrefix(string(raw), tombstone) }

// Forgotten returns the tombstones of deleted messages, by digest.
func (db *DB) Forgotten(ctx context.Context) (map[string]ledger.Forgotten, error) {
	out := make(map[string]ledger.Forgotten)
	err := db.view(ctx, "forgotten", func(t *tx) error {
		if !bucketThere(t.bolt, bucketForgotten) {
			return nil
		}
		return fill(t, forgotten, func(f *ledger.Forgotten) { out[f.Digest] = *f })
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

// ForgetMail deletes a message on request, in one transaction with its tombstone
// and its line in the log of events, and then its file: what it held of persons
// goes, the figures that were read of it stay with its digest. The bytes of the
// mails of ours in f.Outgoing and the copies of them in f.Copies go with it. The
// places at which the mailbox shows the message stay known, so that it is not
// taken in again; a later KeepRaw of the same bytes keeps nothing.
//
// ErrRefused: the message, one of its documents or its reply waits to be
// decided, or a mail in f.Outgoing may still be sent.
//
// What the transaction set free is overwritten within the database. Backups
// hold it on, and so may the disk below the file system.
func (db *DB) ForgetMail(ctx context.Context, f ledger.Forgetting) error {
	err := db.update(ctx, "forget", func(t *tx) error {
		if err := forgetMail(t, &f); err != nil {
			return err
		}
		for _, key := range f.Outgoing {
			if err := forgetOutgoing(t, key); err != nil {
				return err
			}
		}
		if err := errors.Join(forgetReadings(t, &f), forgetRosters(t, &f)); err != nil {
			return err
		}
		return record(t, f.By.At, ledger.Event{What: "desk forget", Actor: f.By.Actor, Ref: f.Mail, Text: f.By.Reason})
	})
	if err != nil {
		return err
	}
	if err := db.bury(ctx); err != nil {
		return fmt.Errorf("forget: %w", err)
	}
	return db.overwriteFree(ctx)
}

// forgetMail makes the records of the message and of the copies tombstones.
func forgetMail(t *tx, f *ledger.Forgetting) error {
	for _, digest := range append([]string{f.Mail}, f.Copies...) {
		m, err := mails.need(t, digest)
		switch {
		case err != nil:
			return err
		case m.Status != ledger.MailDecided:
			return refused("mail %s is %s", digest, m.Status)
		}
		if digest == f.Mail {
			if err := forgetNotices(t, &m); err != nil {
				return err
			}
			m.Forget(f)
		} else {
			m.Subject = f.Instead
		}
		g := ledger.Forgotten{Digest: digest, Of: f.Mail, Size: m.Size, Decision: f.By}
		if err := errors.Join(mails.put(t, &m), forgotten.put(t, &g)); err != nil {
			return err
		}
	}
	return nil
}

// forgetNotices takes the sender and the subject out of what the desk is told
// of the message.
func forgetNotices(t *tx, m *ledger.MailRecord) error {
	r, ok, err := notices.only(t)
	if err != nil || !ok {
		return err
	}
	for i := range r.Notices {
		if n := &r.Notices[i]; n.From == m.From.Addr && n.Subject == m.Subject && n.Since.Equal(m.Arrived) {
			n.From, n.Subject = "", ""
		}
	}
	return notices.put(t, &r)
}

func forgetOutgoing(t *tx, key string) error {
	o, err := outbox.need(t, key)
	switch {
	case err != nil:
		return err
	case !slices.Contains(final, o.State):
		return refused("mail %q is %s and may still be sent", key, o.State)
	}
	o.Letter = nil
	if err := outbox.put(t, &o); err != nil {
		return err
	}
	if raw, err := t.get(bucketRaw, key); err != nil || raw == nil {
		return err
	}
	return t.put(bucketRaw, key, []byte(tombstone+key))
}

// forgetReadings takes persons out of the documents and the reply of the
// message. A query about persons keeps its explanation: both change alike.
func forgetReadings(t *tx, f *ledger.Forgetting) error {
	all, err := submissions.all(t)
	if err != nil {
		return err
	}
	moved := make(map[ledger.Topic]ledger.Topic)
	for i := range all {
		s := &all[i]
		switch {
		case s.Mail != f.Mail:
			continue
		case s.Quality == ledger.QualityHeld:
			return refused("submission %q waits for the desk", s.ID)
		}
		var before []ledger.Topic
		for _, q := range s.Reading.Findings {
			before = append(before, s.Reading.TopicOf(q))
		}
		s.Reading.Forget(f)
		for j, q := range s.Reading.Findings {
			moved[before[j]] = s.Reading.TopicOf(q)
		}
		if !f.KeepAddr {
			s.Sender = ""
		}
		if err := submissions.put(t, s); err != nil {
			return err
		}
	}
	rs, err := replies.all(t)
	if err != nil {
		return err
	}
	for i := range rs {
		r := &rs[i]
		for j := range r.Explanations {
			if e := &r.Explanations[j]; strings.HasPrefix(e.Submission, f.Mail+"/") {
				if to, ok := moved[e.Topic]; ok {
					e.Topic = to
				}
			}
		}
		if r.Mail == f.Mail {
			if r.State == ledger.ReplyHeld {
				return refused("reply %q waits for the desk", r.ID)
			}
			r.Forget(f)
		}
		if err := replies.put(t, r); err != nil {
			return err
		}
	}
	return nil
}

// forgetRosters deletes the people that the message's rosters named, and the
// addresses that are known from those rosters alone.
func forgetRosters(t *tx, f *ledger.Forgetting) error {
	all, err := rosters.all(t)
	if err != nil {
		return err
	}
	gone, stays := map[string]bool{}, map[string]bool{}
	for i := range all {
		r := &all[i]
		in := stays
		if r.Ref == f.Mail {
			in = gone
			if err := rosters.del(t, rosterKey(r)); err != nil {
				return err
			}
		}
		in[r.Line.Officer.Addr], in[r.Line.Liaison.Addr] = true, true
	}
	for addr := range gone {
		k, ok, err := addresses.get(t, addr)
		if err != nil {
			return err
		}
		if ok && k.Source == "roster" && !stays[addr] {
			if err := addresses.del(t, addr); err != nil {
				return err
			}
		}
	}
	return nil
}

// isForgotten reports whether the message with the digest was deleted on
// request.
func (db *DB) isForgotten(ctx context.Context, digest string) (gone bool, err error) {
	err = db.view(ctx, "look for a tombstone", func(t *tx) error {
		_, gone, err = forgotten.get(t, digest)
		return err
	})
	return gone, err
}

// bury removes the files of deleted messages: after the transaction, and at
// each start what a run that ended between the two has left.
func (db *DB) bury(ctx context.Context) error {
	all, err := db.Forgotten(ctx)
	if err != nil {
		return err
	}
	for digest := range all {
		path := db.rawPath(digest)
		err := os.Remove(path)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			continue
		case err != nil:
			return err
		}
		if err := syncDir(filepath.Dir(path)); err != nil {
			return err
		}
	}
	return nil
}

// withoutForgotten returns the messages whose bytes are to be there.
func withoutForgotten(t *tx, kept []ledger.MailRecord) []ledger.MailRecord {
	return slices.DeleteFunc(kept, func(m ledger.MailRecord) bool {
		_, gone, err := forgotten.get(t, m.Digest)
		return gone && err == nil
	})
}

// scrubKey begins the keys under which nothing is written over pages that were
// set free. They stand in the bucket that has no seal, and in no transaction
// but that of overwriteFree.
const scrubKey = "scrub "

// overwriteFree writes over the pages of the database that hold nothing any
// more: bbolt leaves in them what stood there. It fills them in one transaction
// and sets them free in the next. What a read under way still needs stays until
// another one.
func (db *DB) overwriteFree(ctx context.Context) error {
	const size = 1000 // two to a page, so that every page alone is taken
	fillUp := func(t *tx) error {
		b, err := t.bucket(bucketMeta)
		if err != nil {
			return err
		}
		st := db.bolt.Stats()
		pages := st.FreePageN + st.PendingPageN
		t.dirty = true
		for i := range 4*pages + 8 {
			if err := b.Put(fmt.Appendf(nil, "%s%08d", scrubKey, i), make([]byte, size)); err != nil {
				return err
			}
		}
		return nil
	}
	// The first makes bbolt count as free what the transaction before gave up.
	for range 2 {
		if err := db.update(ctx, "overwrite what was deleted", fillUp); err != nil {
			return err
		}
		if err := db.update(ctx, "overwrite what was deleted", unscrub); err != nil {
			return err
		}
	}
	return nil
}

// unscrub removes what overwriteFree has put.
func unscrub(t *tx) error {
	b, err := t.bucket(bucketMeta)
	if err != nil {
		return err
	}
	var keys [][]byte
	c := b.Cursor()
	for k, _ := c.Seek([]byte(scrubKey)); k != nil && bytes.HasPrefix(k, []byte(scrubKey)); k, _ = c.Next() {
		keys = append(keys, bytes.Clone(k))
	}
	var errs []error
	for _, k := range keys {
		t.dirty = true
		errs = append(errs, b.Delete(k))
	}
	return errors.Join(errs...)
}

// bucketThere reports whether a database of an older schema has the bucket.
func bucketThere(b *bbolt.Tx, name string) bool {
	return slices.Contains(firstBuckets, name) || b.Bucket([]byte(name)) != nil
}
