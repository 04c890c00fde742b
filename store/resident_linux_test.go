package store_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"taizhang/ledger"
	"taizhang/store"
)

// What was read of the database does not stay in the process's memory, and can
// be read again.
func TestRelease(t *testing.T) {
	dir := t.TempDir()
	db, err := store.Open(t.Context(), dir, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	const mails = 40
	for i := range mails {
		o := ledger.Outgoing{Key: fmt.Sprint("receipt/", i), Kind: ledger.MailReceipt, MessageID: fmt.Sprintf("<%d@x.example>", i),
			Recipients: []string{"a@x.example"}, Created: day, State: ledger.SendQueued, Raw: bytes.Repeat([]byte{byte(i)}, 100_000)}
		if _, err := db.Apply(t.Context(), ledger.Change{At: day, Outgoing: []ledger.Outgoing{o}}); err != nil {
			t.Fatal(err)
		}
	}
	read := func() {
		t.Helper()
		for i := range mails {
			if o, ok, err := db.Outgoing(t.Context(), fmt.Sprint("receipt/", i)); err != nil || !ok || len(o.Raw) != 100_000 {
				t.Fatalf("mail %d: %d bytes, %t, %v", i, len(o.Raw), ok, err)
			}
		}
	}
	read()
	before := mapped(t, dir)
	if err := db.Release(t.Context(), 1<<20); err != nil {
		t.Fatal(err)
	}
	if after := mapped(t, dir); before < 2000 || after > before/4 {
		t.Errorf("%d KiB were mapped, and after Release %d", before, after)
	}
	read()
	if err := db.Release(t.Context(), 1<<30); err != nil {
		t.Fatal(err)
	}
	if after := mapped(t, dir); after < before/2 {
		t.Errorf("of %d KiB that may stay %d did", before, after)
	}
}

// mapped is how many KiB of the database's file are in this process's memory.
func mapped(t *testing.T, dir string) int {
	t.Helper()
	text, err := os.ReadFile("/proc/self/smaps")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, ok := strings.Cut(string(text), filepath.Join(dir, store.FileName)+"\n")
	_, rest, found := strings.Cut(rest, "\nRss:")
	kib := 0
	if _, err := fmt.Sscan(rest, &kib); !ok || !found || err != nil {
		t.Fatalf("the database is not mapped: %v", err)
	}
	return kib
}

// A walk of the whole database gives back on the way what it has come by.
func TestAWalkKeepsLittleMapped(t *testing.T) {
	dir := t.TempDir()
	db, err := store.Open(t.Context(), dir, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	c := ledger.Change{At: day}
	text := strings.Repeat("x", 10_000)
	for range 4000 {
		c.Events = append(c.Events, ledger.Event{What: "test", Text: text})
	}
	mustApply(t, db, c)
	if err := db.Release(t.Context(), 0); err != nil {
		t.Fatal(err)
	}
	n, most := 0, 0
	if err := db.EachEvent(t.Context(), 0, func(*ledger.Event) {
		if n++; n%200 == 0 {
			most = max(most, mapped(t, dir))
		}
	}); err != nil {
		t.Fatal(err)
	}
	if n != len(c.Events) || most > 16<<10 {
		t.Errorf("while %d events of 40 MB were read, %d KiB were mapped", n, most)
	}
}
