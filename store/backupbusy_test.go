package store_test

import (
	"fmt"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"taizhang/ledger"
	"taizhang/store"
)

// Fault 51: a backup that is made while the store changes holds the state of
// one instant: of two mails that one transaction writes it has both or neither,
// and every message that its records name.
func TestABackupWhileTheStoreChanges(t *testing.T) {
	db, root := open(t, t.TempDir()), filepath.Join(t.TempDir(), "backups")
	stop, stopped := make(chan struct{}), make(chan int, 1)
	var changes atomic.Int64
	go func() {
		n := 0
		defer func() { stopped <- n }()
		for ; ; n++ {
			changes.Store(int64(n))
			select {
			case <-stop:
				return
			default:
			}
			raw := fmt.Sprintf("mail %d", n)
			digest, size, err := db.KeepRaw(t.Context(), strings.NewReader(raw), 1000)
			if err == nil {
				_, err = db.Arrive(t.Context(), ledger.MailRecord{Digest: digest, Size: size, Arrived: day, Stored: day})
			}
			if err == nil {
				_, err = db.Apply(t.Context(), ledger.Change{At: day, Outgoing: []ledger.Outgoing{outgoing(fmt.Sprintf("a%d", n)), outgoing(fmt.Sprintf("b%d", n))}})
			}
			if err != nil {
				t.Errorf("change %d: %v", n, err)
				return
			}
		}
	}()
	var made []*store.BackupResult
	for i := 0; i < 4 || changes.Load() < 8 && i < 60; i++ {
		b, err := db.BackupTo(t.Context(), root, store.BackupOptions{At: day.Add(time.Duration(i) * time.Hour)})
		if err != nil {
			t.Errorf("backup %d: %v", i, err)
			break
		}
		made = append(made, b)
	}
	close(stop)
	if n := <-stopped; n < 4 {
		t.Fatalf("the store changed %d times meanwhile: the test is blunt", n)
	}
	grown := 0
	for _, b := range made {
		rep, err := store.Inspect(t.Context(), b.Path, store.InspectOptions{Raw: true})
		if err != nil || len(rep.Problems) > 0 || rep.Outgoing%2 != 0 || rep.RawFiles < rep.Mails || rep.Outgoing/2 > rep.Mails {
			t.Errorf("%s: %+v, %v", b.Path, rep, err)
			continue
		}
		if rep.Outgoing > grown {
			grown = rep.Outgoing
		}
	}
	if grown == 0 {
		t.Error("no backup has anything of what was written: the test is blunt")
	}
}
