package store

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"taizhang/ledger"
)

// Places returns which messages are known at these UIDs of a folder under a
// UIDVALIDITY, with what was listed when each was last found there. What the
// folder has shown in earlier years, and shows no longer, is not looked at.
func (db *DB) Places(ctx context.Context, folder, validity string, uids []uint32) (map[uint32]ledger.SeenPlace, error) {
	out := make(map[uint32]ledger.SeenPlace, len(uids))
	err := db.view(ctx, "places", func(t *tx) error {
		m := t.recall()
		defer m.Unlock()
		before, listed := m.places[folder], make(map[uint32]keptRecord[placeRecord], len(uids))
		for _, uid := range uids {
			key := placeKey(ledger.Place{Folder: folder, Validity: validity, UID: uid})
			payload, s, err := t.read(places.bucket, key)
			if err != nil {
				return err
			}
			if payload == nil {
				continue
			}
			k, had := before[uid]
			if !had || k.sum != s || k.key != key {
				v, err := places.keep(key, payload)
				if err != nil {
					return err
				}
				k = keptRecord[placeRecord]{key, s, v}
			}
			listed[uid] = k
			out[uid] = ledger.SeenPlace{Place: k.value.Place, Digest: k.value.Digest, HeaderOnly: k.value.HeaderOnly}
		}
		if m.places == nil {
			m.places = make(map[string]map[uint32]keptRecord[placeRecord])
		}
		m.places[folder] = listed
		return nil
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

// Arrive records a message whose bytes KeepRaw has kept. A new one becomes
// pending, and fresh is true. Of one that is known only the places are added,
// whatever its status; seen outside the junk folder once, it is junk no more.
// The places given show this message from now on, whatever they showed before,
// and the strikes at them are forgotten.
func (db *DB) Arrive(ctx context.Context, rec ledger.MailRecord) (fresh bool, err error) {
	rec.Status = cmp.Or(rec.Status, ledger.MailPending)
	err = db.update(ctx, "arrive", func(t *tx) error {
		if rec.Status != ledger.MailPending {
			return refused("mail %s arrives as %s", rec.Digest, rec.Status)
		}
		old, known, err := mails.get(t, rec.Digest)
		if err != nil {
			return err
		}
		fresh = !known
		seen := rec.Places
		if known {
			old.Places = union(old.Places, rec.Places)
			old.Junk = old.Junk && rec.Junk
			rec = old
		} else {
			rec.Places = union(nil, rec.Places)
		}
		return db.putMail(t, &rec, seen)
	})
	return fresh && err == nil, err
}

// putMail writes a message with its entry in the index of the undecided, and
// that it is what the places in seen show. Its other places may show another
// message by now. Its bytes must be there.
func (db *DB) putMail(t *tx, rec *ledger.MailRecord, seen []ledger.Place) error {
	if !validDigest(rec.Digest) {
		return refused("mail %q: no SHA-256", rec.Digest)
	}
	if _, gone, err := forgotten.get(t, rec.Digest); err != nil {
		return err
	} else if gone {
		// deleted on request: its tombstone stands for its bytes
	} else if err := checkRawSize(db.rawPath(rec.Digest), rec.Digest, rec.Size); err != nil {
		return refused("mail %s: its bytes are not kept: %w", rec.Digest, err)
	}
	for _, p := range seen {
		if err := validPlace(p); err != nil {
			return err
		}
		if err := places.put(t, &placeRecord{Place: p, Digest: rec.Digest, HeaderOnly: rec.Whole > 0}); err != nil {
			return err
		}
		if err := strikes.del(t, placeKey(p)); err != nil {
			return err
		}
	}
	if err := mails.put(t, rec); err != nil {
		return err
	}
	switch rec.Status {
	case ledger.MailDecided:
		return undecided.del(t, rec.Digest)
	case ledger.MailPending, ledger.MailQuarantined:
		return undecided.put(t, &undecidedRecord{Digest: rec.Digest, Status: rec.Status})
	}
	return refused("mail %s: status %q", rec.Digest, rec.Status)
}

// union returns the places of both, each once, in the order of first sight, with
// what was listed there last.
func union(a, b []ledger.Place) []ledger.Place {
	var out []ledger.Place
	for _, p := range slices.Concat(a, b) {
		if i := placeIn(out, p); i >= 0 {
			out[i] = p
		} else {
			out = append(out, p)
		}
	}
	return out
}

// placeIn finds the place in the list, whatever was listed there; -1: it is not
// in it.
func placeIn(list []ledger.Place, p ledger.Place) int {
	return slices.IndexFunc(list, func(o ledger.Place) bool { return o.At() == p.At() })
}

// Strike counts a connection that was lost over the message at a place, and
// returns how many there were so far. The count outlives a restart, so that
// one message cannot kill every poll; Arrive of a message at that place ends
// it, and where the place shows another message by now it begins anew.
func (db *DB) Strike(ctx context.Context, p ledger.Place, at time.Time, cause string, large bool) (n int, err error) {
	err = db.update(ctx, "strike", func(t *tx) error {
		if err := validPlace(p); err != nil {
			return err
		}
		r, had, err := strikes.get(t, placeKey(p))
		if err != nil {
			return err
		}
		n = 1
		if had && r.Place.Shows(p) {
			n = r.Count + 1
		}
		return strikes.put(t, &strikeRecord{Place: p, Count: n, Last: at, Cause: cause, Large: large})
	})
	if err != nil {
		return 0, err
	}
	return n, nil
}

// Forgive ends the count at a place: its message is not there any more.
func (db *DB) Forgive(ctx context.Context, p ledger.Place) error {
	return db.update(ctx, "forgive", func(t *tx) error { return strikes.del(t, placeKey(p)) })
}

// Strikes returns the counts of Strike by UID.
func (db *DB) Strikes(ctx context.Context, folder, validity string) (map[uint32]ledger.Strike, error) {
	out := make(map[uint32]ledger.Strike)
	err := db.view(ctx, "strikes", func(t *tx) error {
		return strikes.scan(t, placePrefix(folder, validity), func(r *strikeRecord) error {
			out[r.Place.UID] = ledger.Strike{Place: r.Place, Count: r.Count, Last: r.Last}
			return nil
		})
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

// Pending returns the messages that are to be decided, by arrival, then digest
// (rule book §5.3: one poll is processed in that order).
func (db *DB) Pending(ctx context.Context) ([]ledger.MailRecord, error) {
	var out []ledger.MailRecord
	err := db.view(ctx, "pending", func(t *tx) error {
		defer t.recall().Unlock()
		all, err := undecidedMails(t)
		for _, r := range all {
			if r.Status == ledger.MailPending {
				out = append(out, r)
			}
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

// undecidedMails returns pending and quarantined messages by arrival, then
// digest, shared as those of State are. The memory is locked.
func undecidedMails(t *tx) ([]ledger.MailRecord, error) {
	m := t.memory
	index, err := undecided.upToDate(t)
	if err != nil {
		return nil, err
	}
	var out []ledger.MailRecord
	recent := make(map[string]keptRecord[ledger.MailRecord], len(index.records))
	for _, r := range index.records {
		u := r.value
		payload, s, err := t.read(mails.bucket, u.Digest)
		switch {
		case err != nil:
			return nil, err
		case payload == nil:
			return nil, damaged("mail %s is listed as %s and is not", u.Digest, u.Status)
		}
		k, known := m.mails[u.Digest]
		if !known || k.sum != s {
			v, err := mails.keep(u.Digest, payload)
			if err != nil {
				return nil, err
			}
			k = keptRecord[ledger.MailRecord]{u.Digest, s, v}
		}
		if k.value.Status != u.Status {
			return nil, damaged("mail %s is listed as %s and is not", u.Digest, u.Status)
		}
		recent[u.Digest] = k
		out = append(out, *k.value)
	}
	m.mails = recent
	sortMails(out)
	return out, nil
}

func sortMails(ms []ledger.MailRecord) {
	slices.SortFunc(ms, func(a, b ledger.MailRecord) int {
		return cmp.Or(a.Arrived.Compare(b.Arrived), strings.Compare(a.Digest, b.Digest))
	})
}

// Mail returns the message with the digest and whether there is one.
func (db *DB) Mail(ctx context.Context, digest string) (rec ledger.MailRecord, ok bool, err error) {
	err = db.view(ctx, "mail", func(t *tx) (err error) {
		rec, ok, err = mails.get(t, digest)
		return err
	})
	return rec, ok && err == nil, err
}

// Mails returns all messages by arrival, then digest. EachMail takes less memory.
func (db *DB) Mails(ctx context.Context) ([]ledger.MailRecord, error) {
	var out []ledger.MailRecord
	if err := db.EachMail(ctx, func(m *ledger.MailRecord) { out = append(out, *m) }); err != nil {
		return nil, err
	}
	sortMails(out)
	return out, nil
}

// EachMail calls fn with each message, in no order that means anything. What fn
// was given is worth something only when there is no error: a record that is
// missing is noticed at the end.
func (db *DB) EachMail(ctx context.Context, fn func(*ledger.MailRecord)) error {
	return db.view(ctx, "mails", func(t *tx) error { return mails.each(t, fn) })
}

// Failed counts a failure of ours at a message that is not decided yet. When
// limit of them are reached the message is quarantined, so that it keeps
// nobody else waiting. It returns the message as it is then.
func (db *DB) Failed(ctx context.Context, digest string, at time.Time, cause string, limit int) (ledger.MailRecord, error) {
	var rec ledger.MailRecord
	err := db.update(ctx, "failed", func(t *tx) error {
		old, err := mails.need(t, digest)
		switch {
		case err != nil:
			return err
		case old.Status == ledger.MailDecided:
			return refused("mail %s is decided", digest)
		}
		old.Failures++
		old.Error = cause
		what := "fail"
		if old.Failures >= limit {
			old.Status = ledger.MailQuarantined
			what = "quarantine"
		}
		rec = old
		if err := db.putMail(t, &old, nil); err != nil {
			return err
		}
		return record(t, at, ledger.Event{What: what, Ref: digest, Text: cause})
	})
	if err != nil {
		return ledger.MailRecord{}, err
	}
	return rec, nil
}
