package store

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"go.etcd.io/bbolt"

	"taizhang/ledger"
)

// migrations bring a database from schema i to schema i+1. The list only
// grows: a step that was ever released is never changed or removed. All that
// are missing run in one transaction, which the log of events tells.
var migrations = []func(*tx) error{
	createBuckets,
	createReplies,
	createForgotten,
}

// schemaVersion is the schema that this program writes.
func schemaVersion() int { return len(migrations) }

// firstBuckets are those of schema 1.
var firstBuckets = []string{
	bucketMeta, bucketSeals, bucketRaw, "facts", "mails", "undecided", "places", "strikes", "submissions",
	"outbox", "addresses", "snapshots", "exempt", "extended", "closed", "issues", "rosters", "events",
}

// bucketReplies came with schema 2: replies in words, and what they explain.
const bucketReplies = "replies"

// allBuckets are those of the newest schema: a migration that creates one adds
// it here.
var allBuckets = append(slices.Clone(firstBuckets), bucketReplies, bucketForgotten)

func createBuckets(t *tx) error {
	for _, name := range firstBuckets {
		if _, err := t.bolt.CreateBucketIfNotExists([]byte(name)); err != nil {
			return fmt.Errorf("create bucket %s: %w", name, err)
		}
	}
	return nil
}

func createReplies(t *tx) error {
	if _, err := t.bolt.CreateBucketIfNotExists([]byte(bucketReplies)); err != nil {
		return fmt.Errorf("create bucket %s: %w", bucketReplies, err)
	}
	return nil
}

var schemaKey = []byte("schema")

// schemaText is how a schema version is written down. Its form never changes,
// since every later program and every earlier one must read it.
func schemaText(version int) []byte {
	s := "taizhang " + strconv.Itoa(version)
	h := sha256.Sum256([]byte(s))
	return []byte(s + " " + hex.EncodeToString(h[:8]))
}

// readSchema returns the schema version of the database.
func readSchema(b *bbolt.Tx) (int, error) {
	meta := b.Bucket([]byte(bucketMeta))
	if meta == nil {
		return 0, damaged("it is a bbolt file, but not of taizhang, or its first page is damaged")
	}
	text := string(meta.Get(schemaKey))
	f := strings.Fields(text)
	if len(f) != 3 {
		return 0, damaged("the schema version reads %q", text)
	}
	version, err := strconv.Atoi(f[1])
	if err != nil || version < 1 || string(schemaText(version)) != text {
		return 0, damaged("the schema version reads %q", text)
	}
	if version > schemaVersion() {
		return 0, fmt.Errorf("schema %d, known are those up to %d: %w", version, schemaVersion(), ErrNewer)
	}
	return version, nil
}

// migrate runs the migrations from schema version on, and writes the new one.
func migrate(t *tx, version int) error {
	for i := version; i < schemaVersion(); i++ {
		if err := migrations[i](t); err != nil {
			return fmt.Errorf("migrate from schema %d to %d: %w", i, i+1, err)
		}
	}
	t.dirty = true
	if version > 0 {
		text := fmt.Sprintf("schema %d to %d", version, schemaVersion())
		if err := record(t, time.Now(), ledger.Event{What: "migrate", Text: text}); err != nil {
			return err
		}
	}
	meta, err := t.bucket(bucketMeta)
	if err != nil {
		return err
	}
	return meta.Put(schemaKey, schemaText(schemaVersion()))
}
