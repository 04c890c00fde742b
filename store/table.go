package store

import (
	"encoding/binary"
	"strings"
	"time"
	"unicode/utf8"

	"taizhang/ledger"
)

// The buckets. bucketMeta and bucketSeals hold what is said of the others.
const (
	bucketMeta  = "meta"
	bucketSeals = "seals"
	bucketRaw   = "outbox-raw"
)

// table is a bucket of records of one type.
type table[T any] struct {
	bucket string
	key    func(*T) string
}

// The tables, and the records of which there is one each.
var (
	mails       = table[ledger.MailRecord]{"mails", func(r *ledger.MailRecord) string { return r.Digest }}
	undecided   = table[undecidedRecord]{"undecided", func(r *undecidedRecord) string { return r.Digest }}
	places      = table[placeRecord]{"places", func(r *placeRecord) string { return placeKey(r.Place) }}
	strikes     = table[strikeRecord]{"strikes", func(r *strikeRecord) string { return placeKey(r.Place) }}
	submissions = table[ledger.Submission]{"submissions", func(r *ledger.Submission) string { return r.ID }}
	outbox      = table[ledger.Outgoing]{"outbox", func(r *ledger.Outgoing) string { return r.Key }}
	addresses   = table[ledger.KnownAddress]{"addresses", func(r *ledger.KnownAddress) string { return r.Addr }}
	snapshots   = table[ledger.Snapshot]{"snapshots", func(r *ledger.Snapshot) string { return r.Period.String() }}
	exempt      = table[ledger.UnitDecision]{"exempt", func(r *ledger.UnitDecision) string { return unitKey(r.Period, r.Unit) }}
	extended    = table[ledger.UnitExtension]{"extended", func(r *ledger.UnitExtension) string { return unitKey(r.Period, r.Unit) }}
	closed      = table[ledger.PeriodDecision]{"closed", func(r *ledger.PeriodDecision) string { return r.Period.String() }}
	issues      = table[ledger.Issue]{"issues", issueKey}
	rosters     = table[ledger.RosterRecord]{"rosters", rosterKey}
	replies     = table[ledger.Reply]{bucketReplies, func(r *ledger.Reply) string { return r.ID }}
	events      = table[eventRecord]{"events", func(r *eventRecord) string { return seqKey(r.Event.Seq) }}

	epoch     = one[epochRecord]("epoch")
	poll      = one[ledger.PollState]("poll")
	pause     = one[ledger.Pause]("pause")
	notices   = one[noticeRecord]("notices")
	eventHead = one[headRecord]("event-head")
)

// one is a record of which there is at most one, in the bucket facts.
func one[T any](name string) table[T] {
	return table[T]{"facts", func(*T) string { return name }}
}

// undecidedRecord is an entry of the index of pending and quarantined
// messages, so that decisions need not read every message ever stored.
type undecidedRecord struct {
	Digest string            `json:"digest"`
	Status ledger.MailStatus `json:"status"`
}

// placeRecord tells which message a place shows.
type placeRecord struct {
	Place      ledger.Place `json:"place"`
	Digest     string       `json:"digest"`
	HeaderOnly bool         `json:"header_only,omitempty"`
}

// strikeRecord counts the connections lost over the message at a place.
type strikeRecord struct {
	Place ledger.Place `json:"place"`
	Count int          `json:"count"`
	Last  time.Time    `json:"last"`
	Cause string       `json:"cause,omitempty"`
	Large bool         `json:"large,omitempty"` // the message is above the limit of size
}

// epochRecord is the instant of the first start.
type epochRecord struct {
	At time.Time `json:"at"`
}

// placePrefix is the part of a place's key that a folder's places share. NUL
// can stand in neither name: validPlace sees to it.
func placePrefix(folder, validity string) string {
	return folder + "\x00" + validity + "\x00"
}

func placeKey(p ledger.Place) string {
	return placePrefix(p.Folder, p.Validity) + string(binary.BigEndian.AppendUint32(nil, p.UID))
}

func unitKey(p ledger.Period, unit string) string { return p.String() + "/" + unit }

func issueKey(r *ledger.Issue) string {
	return r.Period.String() + "/" + string(binary.BigEndian.AppendUint32(nil, uint32(r.Number)))
}

func rosterKey(r *ledger.RosterRecord) string {
	return r.Line.Unit + "\x00" + r.From.UTC().Format(time.RFC3339Nano) + "\x00" + r.Ref
}

func seqKey(seq uint64) string { return string(binary.BigEndian.AppendUint64(nil, seq)) }

// validKey refuses what cannot be found again: an empty key, one that JSON
// would change, one beyond the limit of bbolt.
func validKey(what, key string) error {
	if key == "" || !utf8.ValidString(key) || len(key) > 4096 {
		return refused("%s %q is no usable key", what, key)
	}
	return nil
}

func validPlace(p ledger.Place) error {
	// The folder may not be empty; of the validity only some servers say nothing.
	for _, s := range []string{p.Folder, p.Folder + p.Validity} {
		if err := validKey("place", s); err != nil {
			return err
		}
		if strings.ContainsRune(s, 0) {
			return refused("place %q holds a NUL", s)
		}
	}
	return nil
}

// get returns the record under the key and whether there is one.
func (tb table[T]) get(t *tx, key string) (v T, ok bool, err error) {
	payload, err := t.get(tb.bucket, key)
	if err != nil || payload == nil {
		return v, false, err
	}
	v, err = tb.decode(key, payload)
	return v, err == nil, err
}

// need returns the record under the key of a mail; without one ErrUnknown.
func (tb table[T]) need(t *tx, key string) (T, error) {
	v, ok, err := tb.get(t, key)
	if err == nil && !ok {
		err = unknown("mail %q", key)
	}
	return v, err
}

// only returns the record of which there is one.
func (tb table[T]) only(t *tx) (T, bool, error) {
	return tb.get(t, tb.key(new(T)))
}

// put writes the record under its own key.
func (tb table[T]) put(t *tx, v *T) error {
	key := tb.key(v)
	payload, err := encode(v)
	if err != nil {
		return refused("%s %q: %w", tb.bucket, key, err)
	}
	return t.put(tb.bucket, key, payload)
}

// putOnce writes a record that never changes; the same one again is no harm.
func (tb table[T]) putOnce(t *tx, v *T, same func(old, v *T) bool) error {
	old, ok, err := tb.get(t, tb.key(v))
	switch {
	case err != nil:
		return err
	case !ok:
		return tb.put(t, v)
	case !same(&old, v):
		return refused("%s %q is on record and never changes", tb.bucket, tb.key(v))
	}
	return nil
}

func (tb table[T]) del(t *tx, key string) error { return t.del(tb.bucket, key) }

// all returns every record in the order of keys, checked against the seal.
func (tb table[T]) all(t *tx) ([]T, error) {
	var out []T
	err := tb.each(t, func(v *T) { out = append(out, *v) })
	return out, err
}

// each calls fn with every record in the order of keys, and then compares the
// bucket with its seal.
func (tb table[T]) each(t *tx, fn func(*T)) error {
	return t.each(tb.bucket, func(key string, payload []byte, _ sum) error {
		v, err := tb.decode(key, payload)
		if err == nil {
			fn(&v)
		}
		return err
	})
}

// scan calls fn with the records whose keys begin with the prefix.
func (tb table[T]) scan(t *tx, prefix string, fn func(*T) error) error {
	return t.scan(tb.bucket, prefix, func(key string, payload []byte, _ sum) error {
		v, err := tb.decode(key, payload)
		if err != nil {
			return err
		}
		return fn(&v)
	})
}

func (tb table[T]) decode(key string, payload []byte) (T, error) {
	v, err := decode[T](payload)
	if err != nil {
		return v, damaged("%s %q: %w", tb.bucket, key, err)
	}
	if tb.key(&v) != key {
		return v, damaged("%s %q holds the record of %q", tb.bucket, key, tb.key(&v))
	}
	return v, nil
}
