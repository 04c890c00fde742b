package ingest_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"taizhang/ingest"
	"taizhang/internal/storetest"
	"taizhang/ledger"
)

// The rows of the fault catalogue about what is told and kept of the polls
// themselves.

// warnings has the poller log into a buffer, and returns what reads its warnings
// so far.
func warnings(p *ingest.Poller) func() []string {
	var b bytes.Buffer
	p.Log = slog.New(slog.NewTextHandler(&b, &slog.HandlerOptions{Level: slog.LevelWarn}))
	return func() (out []string) {
		for line := range strings.Lines(b.String()) {
			_, text, _ := strings.Cut(strings.TrimSuffix(line, "\n"), "level=WARN ")
			out = append(out, text)
		}
		return out
	}
}

// quoted is a value as the log writes it.
func quoted(s string) string {
	if s == "" {
		return `""`
	}
	return s
}

// Fault 7: that a folder's UIDVALIDITY is another one is told once, also where
// the program was started anew between, and of the folder alone that changed.
func TestAnotherValidityIsTold(t *testing.T) {
	db, b := storetest.Open(t), inbox(2)
	if _, err := poll(t, newPoller(b, db), 0); err != nil {
		t.Fatal(err)
	}
	b.validities = map[string]string{"INBOX": "2"}
	p := newPoller(b, db) // after a restart
	warned := warnings(p)
	want := []string{`msg="the UIDVALIDITY of a folder has changed: it is looked through again" folder=INBOX was=1 is=2`}
	for i := range 3 {
		if _, err := poll(t, p, 1+i); err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(want, warned()); d != "" {
			t.Errorf("poll %d (-want +got):\n%s", i, d)
		}
	}
	b.listErr = errors.New("no route to host")
	_, _ = poll(t, p, 4) // fails, and forgets nothing
	b.listErr, b.validities["INBOX"] = nil, "3"
	if _, err := poll(t, p, 5); err != nil {
		t.Fatal(err)
	}
	want = append(want, `msg="the UIDVALIDITY of a folder has changed: it is looked through again" folder=INBOX was=2 is=3`)
	if d := cmp.Diff(want, warned()); d != "" {
		t.Errorf("after an outage (-want +got):\n%s", d)
	}
}

// Fault 6: the logins that were refused are on record after a poll that failed,
// and after one that did not.
func TestRefusedLoginsAreOnRecord(t *testing.T) {
	db, b := storetest.Open(t), inbox(1)
	p := newPoller(b, db)
	refused := ledger.RefusedLogins{At: []time.Time{noon.UTC(), noon.UTC().Add(time.Minute)}, Code: "ab12"}
	p.Logins = func() ledger.RefusedLogins { return refused }
	b.listErr = errors.New("NO LOGIN")
	if _, err := poll(t, p, 0); err == nil {
		t.Fatal("it was refused")
	}
	for _, want := range []ledger.RefusedLogins{refused, {}} {
		s, err := db.PollState(t.Context())
		if d := cmp.Diff(want, s.Logins); err != nil || d != "" {
			t.Errorf("%v (-want +got):\n%s", err, d)
		}
		b.listErr, refused = nil, ledger.RefusedLogins{}
		if _, err := poll(t, p, 1); err != nil {
			t.Fatal(err)
		}
	}
}

// Fault 8: no UIDVALIDITY, 0, or one beyond 64 bits.
func TestOddValidities(t *testing.T) {
	for _, validity := range []string{"", "0", "18446744073709551616"} {
		db, b := storetest.Open(t), inbox(2)
		b.validity = validity
		p := newPoller(b, db)
		warned := warnings(p)
		if r, err := poll(t, p, 0); err != nil || r.Fresh != 2 {
			t.Fatalf("%q: got %+v, %v", validity, r, err)
		}
		if r, err := poll(t, p, 1); err != nil || r.Fresh+r.Known != 0 {
			t.Errorf("%q, again: got %+v, %v", validity, r, err)
		}
		want := []string{
			fmt.Sprintf(`msg="the UIDVALIDITY of a folder is no number from 1 to 4294967295: it is kept as text" folder=INBOX is=%s`, quoted(validity)),
			fmt.Sprintf(`msg="the UIDVALIDITY of a folder is no number from 1 to 4294967295: it is kept as text" folder=垃圾邮件 is=%s`, quoted(validity)),
		}
		if d := cmp.Diff(want, warned()); d != "" {
			t.Errorf("%q: told once (-want +got):\n%s", validity, d)
		}
	}
}

// fullSpool is a spool on a disk that is full while full is true.
type fullSpool struct {
	ingest.Spool
	full bool
}

func (s *fullSpool) KeepRaw(ctx context.Context, r io.Reader, limit int64) (string, int64, error) {
	if s.full {
		return "", 0, fmt.Errorf("keep a raw message: %w", syscall.ENOSPC)
	}
	return s.Spool.KeepRaw(ctx, r, limit)
}

// Fault 42: the disk is full. The poll stops at the first mail and says why,
// nothing is recorded, no mail is blamed, and all are fetched once there is room.
func TestNoRoomForAMail(t *testing.T) {
	db, b := storetest.Open(t), inbox(3)
	p := newPoller(b, db)
	spool := &fullSpool{Spool: db, full: true}
	p.Spool = spool
	for i := range 3 {
		r, err := poll(t, p, i)
		if !errors.Is(err, syscall.ENOSPC) || r.Fresh+r.Known != 0 || r.Complete || len(b.fetched) != i+1 {
			t.Fatalf("got %+v, %v; fetched %v", r, err, b.fetched)
		}
	}
	st, err := db.State(t.Context())
	if err != nil || len(st.Undecided) != 0 || len(st.Struck) != 0 || !st.Poll.Failing.Equal(noon) || !strings.Contains(st.Poll.Error, "no space left") {
		t.Errorf("on record: %+v, %v", st, err)
	}
	spool.full = false
	if r, err := poll(t, p, 3); err != nil || r.Fresh != 3 || !r.Complete {
		t.Errorf("there is room again: %+v, %v", r, err)
	}
	if n := notices(t, db); n != nil {
		t.Errorf("told as deleted: %+v", n)
	}
}
