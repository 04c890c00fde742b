package store

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"

	"taizhang/ledger"
)

// links collects what the records say of each other while a check reads them,
// once and in the order of checkRecords: messages before what names them,
// submissions before what explains them.
type links struct {
	mails   []ledger.MailRecord
	status  map[string]ledger.MailStatus // of the messages, by digest
	listed  map[string]bool              // messages in the index of those that are undecided
	numbers versions
	subs    map[string]bool // submissions, by ID
	keys    map[string]bool // mails of the outbox, and whether their bytes must be there
	errs    []error
}

func (l *links) wrong(format string, args ...any) { l.errs = append(l.errs, damaged(format, args...)) }

func (l *links) mail(m *ledger.MailRecord) {
	l.mails = append(l.mails, *m)
	l.status = with(l.status, m.Digest, m.Status)
}

func (l *links) undecided(u *undecidedRecord) {
	l.listed = with(l.listed, u.Digest, true)
	if l.status[u.Digest] != u.Status {
		l.wrong("mail %s is listed as %s and is not", u.Digest, u.Status)
	}
}

func (l *links) place(p *placeRecord) {
	if _, ok := l.status[p.Digest]; !ok {
		l.wrong("place %q %d: mail %s is unknown", p.Place.Folder, p.Place.UID, p.Digest)
	}
}

func (l *links) submission(s *ledger.Submission) {
	l.numbers.add(s)
	l.subs = with(l.subs, s.ID, true)
}

func (l *links) outgoing(o *ledger.Outgoing) { l.keys = with(l.keys, o.Key, needsRaw(o)) }

func (l *links) reply(r *ledger.Reply) {
	if _, ok := l.status[r.Mail]; !ok {
		l.wrong("reply %q: its mail is unknown", r.ID)
	}
	for _, e := range r.Explanations {
		if !l.subs[e.Submission] {
			l.wrong("reply %q explains %q, which is unknown", r.ID, e.Submission)
		}
	}
}

// found returns what is wrong between the records, all of them being read.
func (l *links) found() []error {
	for digest, status := range l.status {
		if status != ledger.MailDecided && !l.listed[digest] {
			l.wrong("mail %s is %s and is not listed so", digest, status)
		}
	}
	if l.numbers.err != nil {
		l.wrong("submissions: %w", l.numbers.err)
	}
	return l.errs
}

// checkRaw looks at the bytes of the mails of the outbox, which is read by now.
func (l *links) checkRaw(t *tx) error {
	b, err := t.bucket(bucketRaw)
	if err != nil {
		return err
	}
	found := make(map[string]bool, len(l.keys))
	damage := checkBucket(t, bucketRaw, func(key string, _, _ []byte) error {
		found[key] = true
		if _, known := l.keys[key]; !known {
			l.wrong("mail %q: there are bytes and no record", key)
		}
		return nil
	})
	for key, needed := range l.keys {
		if needed && !found[key] && b.Get([]byte(key)) == nil { // what is there and damaged is told by now
			l.wrong("mail %q: its bytes are missing", key)
		}
	}
	return damage
}

// checkEvents looks at every event, and walks their chain to its head; there
// must be none behind it.
func checkEvents(t *tx) error {
	var last uint64
	var hash string
	var broken error // the first place where the chain is
	err := checkBucket(t, events.bucket, func(key string, payload, stored []byte) error {
		r, err := events.decode(key, payload)
		if err != nil {
			return err
		}
		if broken == nil {
			broken = follows(&r, last, hash)
		}
		h := sha256.Sum256(stored)
		last, hash = r.Event.Seq, hex.EncodeToString(h[:])
		return nil
	})
	head, lost := newest(t)
	switch {
	case lost != nil || broken != nil:
		return errors.Join(err, lost, broken)
	case last < head.Seq:
		broken = damaged("event %d of %d is missing", last+1, head.Seq)
	case last > head.Seq:
		broken = damaged("the chain of events ends at %d, on record are %d", head.Seq, last)
	case hash != head.Hash:
		broken = damaged("event %d is not the one that was written last", head.Seq)
	}
	return errors.Join(err, broken)
}

// follows returns an error unless the event is the one behind last, whose hash
// is given.
func follows(r *eventRecord, last uint64, hash string) error {
	switch {
	case r.Event.Seq != last+1:
		return damaged("event %d is missing", last+1)
	case r.Prev != hash:
		return damaged("event %d does not follow event %d", r.Event.Seq, last)
	}
	return nil
}

func with[V any](m map[string]V, key string, v V) map[string]V {
	if m == nil {
		m = make(map[string]V)
	}
	m[key] = v
	return m
}
