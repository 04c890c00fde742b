package store

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"time"

	"taizhang/ledger"
)

// eventRecord is a link of the chain of events: it holds the SHA-256 of the
// stored record before it.
type eventRecord struct {
	Prev  string       `json:"prev"` // hex; "" in the first
	Event ledger.Event `json:"event"`
}

// headRecord is the newest link, so that a chain that lost its end is noticed.
type headRecord struct {
	Seq  uint64 `json:"seq"`
	Hash string `json:"hash"`
}

// Actor of the events that the store writes itself.
const actor = "taizhang"

// record appends events to the chain. An event without an instant or an actor
// gets at, and the program.
func record(t *tx, at time.Time, evs ...ledger.Event) error {
	if len(evs) == 0 {
		return nil
	}
	head, err := newest(t)
	if err != nil {
		return err
	}
	if last, err := linkHash(t, head.Seq); err != nil {
		return err
	} else if last != head.Hash {
		return damaged("the chain of events does not end at event %d", head.Seq)
	}
	for _, e := range evs {
		if e.At.IsZero() {
			e.At = at
		}
		e.Actor = cmp.Or(e.Actor, actor)
		e.Seq = head.Seq + 1
		if err := events.put(t, &eventRecord{Prev: head.Hash, Event: e}); err != nil {
			return err
		}
		if head.Hash, err = linkHash(t, e.Seq); err != nil {
			return err
		}
		head.Seq = e.Seq
	}
	return eventHead.put(t, &head)
}

// newest returns the head of the chain, the zero one of an empty chain. A
// chain that lost its head must not begin anew.
func newest(t *tx) (headRecord, error) {
	head, known, err := eventHead.only(t)
	if err != nil || known {
		return head, err
	}
	b, err := t.bucket(events.bucket)
	if err != nil {
		return head, err
	}
	if first, _ := b.Cursor().First(); first != nil {
		return head, damaged("the chain of events has lost its head")
	}
	return head, nil
}

// linkHash returns the SHA-256 of the stored event, "" for event 0.
func linkHash(t *tx, seq uint64) (string, error) {
	if seq == 0 {
		return "", nil
	}
	b, err := t.bucket(events.bucket)
	if err != nil {
		return "", err
	}
	data := b.Get([]byte(seqKey(seq)))
	if data == nil {
		return "", damaged("event %d is missing", seq)
	}
	h := sha256.Sum256(data)
	return hex.EncodeToString(h[:]), nil
}

// Events returns the events after the one numbered since, in their order. The
// chain is checked as far as it is read. EachEvent takes less memory.
func (db *DB) Events(ctx context.Context, since uint64) ([]ledger.Event, error) {
	var out []ledger.Event
	if err := db.EachEvent(ctx, since, func(e *ledger.Event) { out = append(out, *e) }); err != nil {
		return nil, err
	}
	return out, nil
}

// EachEvent calls fn with what Events returns. It is worth something only when
// there is no error: a chain that lost its end is noticed there.
func (db *DB) EachEvent(ctx context.Context, since uint64, fn func(*ledger.Event)) error {
	return db.view(ctx, "events", func(t *tx) error { return chain(t, since, fn) })
}

// chain walks the chain of events behind since, and ends at its head.
func chain(t *tx, since uint64, fn func(*ledger.Event)) error {
	head, err := newest(t)
	if err != nil || since >= head.Seq {
		return err
	}
	hash, err := linkHash(t, since)
	if err != nil {
		return err
	}
	for seq := since + 1; seq <= head.Seq; seq++ {
		r, ok, err := events.get(t, seqKey(seq))
		switch {
		case err != nil:
			return err
		case !ok:
			return damaged("event %d of %d is missing", seq, head.Seq)
		case r.Prev != hash:
			return damaged("event %d does not follow event %d", seq, seq-1)
		}
		if hash, err = linkHash(t, seq); err != nil {
			return err
		}
		fn(&r.Event)
	}
	if hash != head.Hash {
		return damaged("event %d is not the one that was written last", head.Seq)
	}
	return nil
}
