package store

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.etcd.io/bbolt"

	"taizhang/ledger"
)

var update = flag.Bool("update", false, "write the golden files anew")

// withMigration adds a migration for the time of the test.
func withMigration(t *testing.T, m func(*tx) error) (remove func()) {
	t.Helper()
	was := migrations
	migrations = append(migrations[:len(migrations):len(migrations)], m)
	remove = func() { migrations = was }
	t.Cleanup(remove)
	return remove
}

func fileOf(t *testing.T, dir string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(dir, FileName))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func TestANewerDatabaseIsRefused(t *testing.T) {
	dir := t.TempDir()
	remove := withMigration(t, func(*tx) error { return nil })
	db := openIn(t, dir)
	if err := errors.Join(apply(db, "a"), db.Close()); err != nil {
		t.Fatal(err)
	}
	remove()
	before := fileOf(t, dir)
	for _, readOnly := range []bool{false, true} {
		_, err := Open(t.Context(), dir, Options{ReadOnly: readOnly})
		if !errors.Is(err, ErrNewer) || !strings.Contains(err.Error(), fmt.Sprintf("schema %d, known are those up to %d", schemaVersion()+1, schemaVersion())) {
			t.Errorf("Open = %v", err)
		}
	}
	if !bytes.Equal(before, fileOf(t, dir)) {
		t.Error("the file was changed")
	}
}

func TestANewerRecordIsRefused(t *testing.T) {
	dir := t.TempDir()
	db := openIn(t, dir)
	if err := apply(db, "a"); err != nil {
		t.Fatal(err)
	}
	remove := withMigration(t, func(*tx) error { return nil })
	if err := apply(db, "b"); err != nil {
		t.Fatal(err)
	}
	remove()
	if _, _, err := db.Outgoing(t.Context(), "b"); !errors.Is(err, ErrNewer) {
		t.Errorf("Outgoing = %v", err)
	}
	if _, err := db.State(t.Context()); !errors.Is(err, ErrNewer) {
		t.Errorf("State = %v", err)
	}
	if _, _, err := db.Outgoing(t.Context(), "a"); err != nil {
		t.Errorf("the older record: %v", err)
	}
}

func TestAnOlderDatabaseIsMigratedInOneTransaction(t *testing.T) {
	dir := t.TempDir()
	db := openIn(t, dir)
	if err := errors.Join(apply(db, "a"), db.Close()); err != nil {
		t.Fatal(err)
	}
	failing := errors.New("migration failed")
	remove := withMigration(t, func(t *tx) error {
		if err := outbox.del(t, "a"); err != nil {
			return err
		}
		return failing
	})
	if _, err := Open(t.Context(), dir, Options{}); !errors.Is(err, failing) {
		t.Errorf("Open = %v", err)
	}
	if _, err := Open(t.Context(), dir, Options{ReadOnly: true}); !errors.Is(err, ErrReadOnly) {
		t.Errorf("Open for reading = %v", err)
	}
	remove()
	if keys := outboxKeys(t, dir); len(keys) != 1 {
		t.Errorf("after a failed migration: %v", keys)
	}
	withMigration(t, func(t *tx) error {
		o := mail("added")
		return errors.Join(outbox.put(t, &o), t.put(bucketRaw, o.Key, o.Raw))
	})
	if err := openIn(t, dir).Close(); err != nil {
		t.Fatal(err)
	}
	if keys := outboxKeys(t, dir); len(keys) != 2 {
		t.Errorf("after the migration: %v", keys)
	}
}

// A database of schema 1 gets the bucket of replies when it is opened, keeps
// what it has, and its log of events tells it.
func TestADatabaseOfSchema1GetsReplies(t *testing.T) {
	dir := t.TempDir()
	was, buckets := migrations, allBuckets
	t.Cleanup(func() { migrations, allBuckets = was, buckets })
	migrations, allBuckets = was[:1:1], firstBuckets
	db := openIn(t, dir)
	if err := errors.Join(apply(db, "a"), db.Close()); err != nil {
		t.Fatal(err)
	}
	migrations, allBuckets = was, buckets
	db = openIn(t, dir)
	if err := db.Check(t.Context()); err != nil {
		t.Errorf("Check = %v", err)
	}
	if st, err := db.State(t.Context()); err != nil || len(st.Outbox) != 1 || len(st.Replies) != 0 {
		t.Errorf("State = %+v, %v", st, err)
	}
	evs, err := db.Events(t.Context(), 0)
	if err != nil || len(evs) == 0 || evs[len(evs)-1].What != "migrate" {
		t.Errorf("events = %+v, %v", evs, err)
	}
}

// An unknown field must stop a reader: to read the record without it and to
// write it again would drop it.
func TestUnknownFieldsAreNeverDropped(t *testing.T) {
	db := openIn(t, t.TempDir())
	if err := db.update(t.Context(), "test", func(t *tx) error {
		return t.put(addresses.bucket, "a@163.com", []byte(`{"addr":"a@163.com","unit":"禹州市","source":"desk","colour":"red"}`))
	}); err != nil {
		t.Fatal(err)
	}
	if _, err := db.State(t.Context()); !errors.Is(err, ErrDamaged) || !strings.Contains(err.Error(), "colour") {
		t.Errorf("State = %v", err)
	}
	if err := db.Check(t.Context()); !errors.Is(err, ErrDamaged) {
		t.Errorf("Check = %v", err)
	}
}

// spoil changes the database behind the store's back.
func spoil(t *testing.T, dir string, fn func(*bbolt.Tx) error) {
	t.Helper()
	b, err := bbolt.Open(filepath.Join(dir, FileName), 0o600, nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(b.Update(fn), b.Close()); err != nil {
		t.Fatal(err)
	}
}

// What no checksum of a single record can show.
func TestRecordsExchangedLostOrOutdatedAreReported(t *testing.T) {
	bucketOf := func(b *bbolt.Tx, name string) *bbolt.Bucket { return b.Bucket([]byte(name)) }
	copyOf := func(b *bbolt.Tx, name, key string) []byte { return bytes.Clone(bucketOf(b, name).Get([]byte(key))) }
	var yesterday []byte // the outbox record of "a" before it was sent
	for name, fn := range map[string]func(*bbolt.Tx) error{
		"exchanged": func(b *bbolt.Tx) error {
			x, y := copyOf(b, "outbox", "a"), copyOf(b, "outbox", "b")
			return errors.Join(bucketOf(b, "outbox").Put([]byte("a"), y), bucketOf(b, "outbox").Put([]byte("b"), x))
		},
		"lost":         func(b *bbolt.Tx) error { return bucketOf(b, "outbox").Delete([]byte("a")) },
		"outdated":     func(b *bbolt.Tx) error { return bucketOf(b, "outbox").Put([]byte("a"), yesterday) },
		"bytes lost":   func(b *bbolt.Tx) error { return bucketOf(b, bucketRaw).Delete([]byte("a")) },
		"seal lost":    func(b *bbolt.Tx) error { return bucketOf(b, bucketSeals).Delete([]byte("outbox")) },
		"bucket lost":  func(b *bbolt.Tx) error { return b.DeleteBucket([]byte("strikes")) },
		"bucket added": func(b *bbolt.Tx) error { _, err := b.CreateBucket([]byte("theirs")); return err },
		"pause lost":   func(b *bbolt.Tx) error { return bucketOf(b, "facts").Delete([]byte("pause")) },
		"fact added": func(b *bbolt.Tx) error {
			data, _ := wrap("facts", "more", 1, []byte("{}"))
			return bucketOf(b, "facts").Put([]byte("more"), data)
		},
		"head lost":      func(b *bbolt.Tx) error { return bucketOf(b, "facts").Delete([]byte("event-head")) },
		"event lost":     func(b *bbolt.Tx) error { return bucketOf(b, "events").Delete([]byte(seqKey(2))) },
		"last event":     func(b *bbolt.Tx) error { return bucketOf(b, "events").Delete([]byte(seqKey(4))) },
		"schema changed": func(b *bbolt.Tx) error { return bucketOf(b, bucketMeta).Put(schemaKey, []byte("taizhang 1 00")) },
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			db := openIn(t, dir)
			if err := errors.Join(apply(db, "a"), apply(db, "b"), apply(db, "c"),
				db.SetPause(t.Context(), &ledger.Pause{Reason: "535"})); err != nil {
				t.Fatal(err)
			}
			if err := db.bolt.View(func(b *bbolt.Tx) error { yesterday = copyOf(b, "outbox", "a"); return nil }); err != nil {
				t.Fatal(err)
			}
			_, err := db.Begin(t.Context(), "a", noon)
			err = errors.Join(err, db.Finish(t.Context(), "a", 1, ledger.SendFinish{At: noon, State: ledger.SendRefused}))
			if err := errors.Join(err, db.Check(t.Context()), db.Close()); err != nil {
				t.Fatal(err)
			}
			spoil(t, dir, fn)
			db, err = Open(t.Context(), dir, Options{})
			if err == nil {
				err = db.Check(t.Context())
				defer func() { _ = db.Close() }()
			}
			if !errors.Is(err, ErrDamaged) {
				t.Errorf("Open and Check = %v", err)
			}
		})
	}
}

// A forger who keeps checksums and seals right still breaks the chain.
func TestABrokenChainOfEventsIsReported(t *testing.T) {
	db := openIn(t, t.TempDir())
	for range 5 {
		if err := apply(db); err != nil {
			t.Fatal(err)
		}
	}
	if err := db.update(t.Context(), "forge", func(t *tx) error {
		r, _, err := events.get(t, seqKey(3))
		r.Event.Text = "nothing happened"
		return errors.Join(err, events.put(t, &r))
	}); err != nil {
		t.Fatal(err)
	}
	if _, err := db.Events(t.Context(), 0); !errors.Is(err, ErrDamaged) || !strings.Contains(err.Error(), "event 4 does not follow event 3") {
		t.Errorf("Events = %v", err)
	}
	if evs, err := db.Events(t.Context(), 4); err != nil || len(evs) != 1 {
		t.Errorf("Events(4) = %v, %v", evs, err)
	}
	if err := db.Check(t.Context()); !errors.Is(err, ErrDamaged) {
		t.Errorf("Check = %v", err)
	}
	if err := db.update(t.Context(), "forge", func(t *tx) error { return events.del(t, seqKey(5)) }); err != nil {
		t.Fatal(err)
	}
	if err := apply(db); !errors.Is(err, ErrDamaged) {
		t.Errorf("Apply on a chain without its end = %v", err)
	}
}

func TestAChainThatLostItsHeadDoesNotBeginAnew(t *testing.T) {
	db := openIn(t, t.TempDir())
	if err := apply(db); err != nil {
		t.Fatal(err)
	}
	if err := db.update(t.Context(), "forge", func(t *tx) error { return eventHead.del(t, eventHead.key(nil)) }); err != nil {
		t.Fatal(err)
	}
	if err := apply(db); !errors.Is(err, ErrDamaged) {
		t.Errorf("Apply = %v", err)
	}
	if _, err := db.Events(t.Context(), 0); !errors.Is(err, ErrDamaged) {
		t.Errorf("Events = %v", err)
	}
}

// State must stay quick when years of messages lie behind: a decided one that
// is damaged does not disturb it, and so is not read.
func TestStateReadsNoDecidedMail(t *testing.T) {
	db := openIn(t, t.TempDir())
	digest, size, err := db.KeepRaw(t.Context(), strings.NewReader("mail"), 10)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := db.Apply(t.Context(), ledger.Change{At: noon, Mails: []ledger.MailRecord{
		{Digest: digest, Size: size, Arrived: noon, Status: ledger.MailDecided},
	}}); err != nil {
		t.Fatal(err)
	}
	if err := db.bolt.Update(func(b *bbolt.Tx) error { return b.Bucket([]byte("mails")).Put([]byte(digest), []byte("x")) }); err != nil {
		t.Fatal(err)
	}
	if s, err := db.State(t.Context()); err != nil || len(s.Undecided) != 0 {
		t.Errorf("State = %v", err)
	}
	if _, err := db.Mails(t.Context()); !errors.Is(err, ErrDamaged) {
		t.Errorf("Mails = %v", err)
	}
}

// The shape of what is stored changes with a migration or not at all. When
// this fails, think first whether older records still read as they were meant,
// add a migration, and then run the test with -update.
func TestShapesOfStoredTypes(t *testing.T) {
	var b strings.Builder
	fmt.Fprintf(&b, "schema %d\n", schemaVersion())
	seen := make(map[reflect.Type]bool)
	for _, v := range []any{
		ledger.MailRecord{}, undecidedRecord{}, placeRecord{}, strikeRecord{}, ledger.Submission{}, ledger.Outgoing{},
		ledger.KnownAddress{}, ledger.Snapshot{}, ledger.UnitDecision{}, ledger.UnitExtension{}, ledger.PeriodDecision{},
		ledger.Issue{}, ledger.RosterRecord{}, ledger.Reply{}, ledger.Forgotten{}, eventRecord{}, headRecord{}, epochRecord{}, ledger.PollState{},
		ledger.Pause{}, noticeRecord{}, sealRecord{},
	} {
		describe(&b, reflect.TypeOf(v), seen)
	}
	golden := filepath.Join("testdata", "shapes.txt")
	if *update {
		if err := os.WriteFile(golden, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), b.String()); diff != "" {
		t.Errorf("stored types (-testdata +code):\n%s", diff)
	}
}

// describe writes the fields of a struct with their types and JSON names, and
// then the structs it holds.
func describe(b *strings.Builder, typ reflect.Type, seen map[reflect.Type]bool) {
	switch typ.Kind() {
	case reflect.Pointer, reflect.Slice:
		describe(b, typ.Elem(), seen)
		return
	case reflect.Map:
		describe(b, typ.Key(), seen)
		describe(b, typ.Elem(), seen)
		return
	case reflect.Struct:
	default:
		return
	}
	if seen[typ] || typ == reflect.TypeFor[time.Time]() {
		return
	}
	seen[typ] = true
	fmt.Fprintf(b, "%s\n", typ)
	for i := range typ.NumField() {
		f := typ.Field(i)
		fmt.Fprintf(b, "\t%s %s %s(%s)\n", f.Name, f.Type, f.Tag.Get("json"), f.Type.Kind())
	}
	for i := range typ.NumField() {
		if f := typ.Field(i); f.Tag.Get("json") != "-" {
			describe(b, f.Type, seen)
		}
	}
}
