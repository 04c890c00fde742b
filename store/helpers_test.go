package store_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"context"

	"taizhang/store"
)

func writeFile(t testing.TB, dir, name string, data []byte) string {
	t.Helper()
	path := filepath.Join(dir, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func readFile(t testing.TB, path string) []byte {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// open opens the store in dir without a check at the end.
func open(t testing.TB, dir string) *store.DB {
	t.Helper()
	db, err := store.Open(t.Context(), dir, store.Options{})
	if err != nil {
		t.Fatalf("Open: %v", err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db
}

// dump tells everything that can be read from the store, messages excepted.
func dump(ctx context.Context, db *store.DB) (string, error) {
	s, err := db.State(ctx)
	if err != nil {
		return "", err
	}
	ms, err := db.Mails(ctx)
	if err != nil {
		return "", err
	}
	pending, err := db.Pending(ctx)
	if err != nil {
		return "", err
	}
	subs, err := db.Submissions(ctx)
	if err != nil {
		return "", err
	}
	evs, err := db.Events(ctx, 0)
	if err != nil {
		return "", err
	}
	var uids []uint32
	for _, m := range ms {
		for _, p := range m.Places {
			uids = append(uids, p.UID)
		}
	}
	places, err := db.Places(ctx, "INBOX", "1", uids)
	if err != nil {
		return "", err
	}
	strikes, err := db.Strikes(ctx, "INBOX", "1")
	if err != nil {
		return "", err
	}
	out := []any{s.Epoch, s.Addresses, s.Unplaced, s.Undecided, s.Rosters, s.Poll, s.Pause, ms, pending, subs, evs, places, strikes}
	for p, b := range s.Books {
		out = append(out, p.String(), b)
	}
	for key := range s.Outbox {
		o, _, err := db.Outgoing(ctx, key)
		if err != nil {
			return "", err
		}
		out = append(out, o, string(o.Raw))
	}
	lines := make([]string, len(out))
	for i, v := range out {
		b, err := json.Marshal(v)
		if err != nil {
			return "", err
		}
		lines[i] = fmt.Sprintf("%T %s", v, b)
	}
	slices.Sort(lines) // maps have no order
	b, err := json.MarshalIndent(lines, "", " ")
	return string(b), err
}

func mustDump(t testing.TB, db *store.DB) string {
	t.Helper()
	s, err := dump(t.Context(), db)
	if err != nil {
		t.Fatalf("dump: %v", err)
	}
	return s
}
