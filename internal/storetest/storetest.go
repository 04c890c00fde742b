// Package storetest gives tests a store of their own. It is for tests only.
package storetest

import (
	"context"
	"errors"
	"testing"

	"taizhang/store"
)

// Open returns an empty store in a temporary folder. When the test ends, its
// integrity is checked and it is closed; when the test has closed it already,
// or a commit has failed, it is opened again for that.
func Open(t testing.TB) *store.DB {
	t.Helper()
	return OpenIn(t, t.TempDir())
}

// OpenIn is Open for the store in the folder dir.
func OpenIn(t testing.TB, dir string) *store.DB {
	t.Helper()
	db, err := store.Open(context.Background(), dir, store.Options{})
	if err != nil {
		t.Fatalf("open store: %v", err)
	}
	t.Cleanup(func() {
		err := db.Check(context.Background())
		if errors.Is(err, store.ErrClosed) || errors.Is(err, store.ErrPoisoned) {
			err = CheckIn(dir)
		}
		if err != nil {
			t.Errorf("integrity of the store: %v", err)
		}
		if err := db.Close(); err != nil {
			t.Errorf("close store: %v", err)
		}
	})
	return db
}

// CheckIn opens the store in the folder dir for reading, when nobody else has
// it, and checks its integrity.
func CheckIn(dir string) error {
	db, err := store.Open(context.Background(), dir, store.Options{ReadOnly: true})
	if errors.Is(err, store.ErrLocked) {
		return nil // whoever has it checks it
	}
	if err != nil {
		return err
	}
	return errors.Join(db.Check(context.Background()), db.Close())
}
