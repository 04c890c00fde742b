package ingest_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"taizhang/ingest"
	"taizhang/internal/storetest"
	"taizhang/store"
)

// fakeBox is a mailbox whose folders and failures a test sets.
type fakeBox struct {
	folders  []ingest.Folder
	items    map[string][]ingest.Item
	raw      map[uint32]string
	fail     map[uint32]error
	listErr  error
	missing  int
	fetched  []uint32
	validity string

	validities map[string]string // of folders that have another one
}

func (b *fakeBox) Folders(context.Context) ([]ingest.Folder, error) { return b.folders, b.listErr }

func (b *fakeBox) List(_ context.Context, folder string) (ingest.Listing, error) {
	validity, ok := b.validities[folder]
	if !ok {
		validity = b.validity
	}
	return ingest.Listing{Validity: validity, Items: b.items[folder], Missing: b.missing}, nil
}

func (b *fakeBox) Fetch(_ context.Context, _ string, it ingest.Item, w io.Writer) error {
	b.fetched = append(b.fetched, it.UID)
	if err := b.fail[it.UID]; err != nil {
		fmt.Fprint(w, "From: half")
		return err
	}
	_, err := io.WriteString(w, b.raw[it.UID])
	return err
}

func (b *fakeBox) FetchHeader(_ context.Context, _ string, it ingest.Item, w io.Writer) error {
	header, _, _ := strings.Cut(b.raw[it.UID], "\r\n\r\n")
	_, err := io.WriteString(w, header+"\r\n\r\n")
	return err
}

var noon = time.Date(2022, 5, 24, 12, 0, 0, 0, time.FixedZone("CST", 8*3600))

func message(n int) string {
	return fmt.Sprintf("Received: by mx19 (Coremail) with SMTP id %d;\r\n\tTue, 24 May 2022 10:0%d:00 +0800 (CST)\r\nFrom: a@b.example\r\nMessage-ID: <%d@b.example>\r\nSubject: s\r\n\r\ntext\r\n", n, n, n)
}

func newPoller(b *fakeBox, db *store.DB) *ingest.Poller {
	return &ingest.Poller{Mailbox: b, Spool: db, Register: db, Penalties: db, Limit: 1 << 20, Log: slog.New(slog.DiscardHandler)}
}

func inbox(n int) *fakeBox {
	b := &fakeBox{folders: []ingest.Folder{{Name: "INBOX"}, {Name: "垃圾邮件", Junk: true}}, items: map[string][]ingest.Item{}, raw: map[uint32]string{}, fail: map[uint32]error{}, validity: "1"}
	for i := 1; i <= n; i++ {
		b.raw[uint32(i)] = message(i)
		b.items["INBOX"] = append(b.items["INBOX"], ingest.Item{UID: uint32(i), Size: int64(len(message(i))), Internal: noon})
	}
	return b
}

func TestPollFindsByDifference(t *testing.T) {
	db, b := storetest.Open(t), inbox(3)
	p := newPoller(b, db)
	r, err := p.Poll(t.Context(), noon)
	if err != nil || r.Fresh != 3 || !r.Complete {
		t.Fatalf("got %+v, %v", r, err)
	}
	// A UID below the highest one appears: a person moved it from the junk folder.
	b.items["INBOX"] = append(b.items["INBOX"][1:], ingest.Item{UID: 9, Size: int64(len(message(1)))}, ingest.Item{UID: 4, Size: int64(len(message(4)))})
	b.raw[9], b.raw[4] = message(1), message(4)
	r, err = p.Poll(t.Context(), noon.Add(time.Minute))
	if err != nil || r.Fresh != 1 || r.Known != 1 {
		t.Fatalf("a moved mail is known by its bytes: got %+v, %v", r, err)
	}
	pending, err := db.Pending(t.Context())
	if err != nil || len(pending) != 4 {
		t.Fatalf("got %d pending, %v", len(pending), err)
	}
	if got := pending[0].Arrived; got.Format("15:04") != "10:01" {
		t.Errorf("arrival is the top Received header's: got %s", got)
	}
	if n := len(b.fetched); n != 5 {
		t.Errorf("known messages are not fetched again: %v", b.fetched)
	}
}

func TestPoisonNeverBlocksTheNext(t *testing.T) {
	db, b := storetest.Open(t), inbox(3)
	b.fail[2] = fmt.Errorf("cut: %w", ingest.ErrPoison)
	p := newPoller(b, db)
	r, err := p.Poll(t.Context(), noon)
	if !errors.Is(err, ingest.ErrPoison) || r.Fresh != 2 || r.Complete {
		t.Fatalf("the others are taken and the poll is not complete: %+v, %v", r, err)
	}
	if _, err := p.Poll(t.Context(), noon.Add(time.Minute)); err == nil {
		t.Fatal("the second strike still fails the poll")
	}
	r, err = p.Poll(t.Context(), noon.Add(2*time.Minute))
	if err != nil || !r.Complete {
		t.Fatalf("after two strikes it is left alone: %+v, %v", r, err)
	}
	st, err := db.State(t.Context())
	if err != nil || !st.Poll.Complete.Equal(noon.Add(2*time.Minute)) || st.Poll.Count != 1 {
		t.Errorf("only the last poll was complete: %+v, %v", st.Poll, err)
	}
}

func TestHalfAMailIsNeverKept(t *testing.T) {
	db, b := storetest.Open(t), inbox(1)
	b.fail[1] = errors.New("network gone")
	p := newPoller(b, db)
	if _, err := p.Poll(t.Context(), noon); err == nil {
		t.Fatal("a lost connection fails the poll")
	}
	if pending, _ := db.Pending(t.Context()); len(pending) != 0 {
		t.Errorf("half a mail was kept: %+v", pending)
	}
	delete(b.fail, 1)
	if r, err := p.Poll(t.Context(), noon.Add(time.Minute)); err != nil || r.Fresh != 1 {
		t.Errorf("it comes whole the next time: %+v, %v", r, err)
	}
}

func TestNotReturnedIsNotDeleted(t *testing.T) {
	db, b := storetest.Open(t), inbox(2)
	b.fail[1] = ingest.ErrNotReturned
	p := newPoller(b, db)
	for range 5 {
		if r, err := p.Poll(t.Context(), noon); err == nil || r.Complete {
			t.Fatalf("the poll is not complete: %+v, %v", r, err)
		}
	}
	delete(b.fail, 1)
	if r, err := p.Poll(t.Context(), noon); err != nil || r.Fresh != 1 {
		t.Errorf("it is asked for until it comes: %+v, %v", r, err)
	}
}

func TestListingThatLeavesOutMailIsNotComplete(t *testing.T) {
	db, b := storetest.Open(t), inbox(2)
	b.missing = 1
	if r, err := newPoller(b, db).Poll(t.Context(), noon); err == nil || r.Complete || r.Fresh != 2 {
		t.Errorf("got %+v, %v", r, err)
	}
}

func TestAnotherValidityIsLookedThroughAgain(t *testing.T) {
	db, b := storetest.Open(t), inbox(2)
	p := newPoller(b, db)
	if _, err := p.Poll(t.Context(), noon); err != nil {
		t.Fatal(err)
	}
	b.validity = "2"
	r, err := p.Poll(t.Context(), noon)
	if err != nil || r.Fresh != 0 || r.Known != 2 {
		t.Errorf("the same bytes are the same mail: %+v, %v", r, err)
	}
}

func TestOutageIsRemembered(t *testing.T) {
	db, b := storetest.Open(t), inbox(0)
	b.listErr = errors.New("no route to host")
	p := newPoller(b, db)
	for i := range 3 {
		_, _ = p.Poll(t.Context(), noon.Add(time.Duration(i)*time.Minute))
	}
	st, err := db.State(t.Context())
	if err != nil || !st.Poll.Failing.Equal(noon) {
		t.Errorf("failing since the first: %+v, %v", st.Poll, err)
	}
}

// A message that could not be fetched is in the state, for the desk, until
// the folder shows it no longer.
func TestWhatIsNotFetchedIsShown(t *testing.T) {
	db, b := storetest.Open(t), inbox(3)
	b.fail[1] = fmt.Errorf("it goes on and on: %w", ingest.ErrTooLarge)
	b.fail[2] = fmt.Errorf("cut: %w", ingest.ErrPoison)
	p := newPoller(b, db)
	for i := range 3 {
		_, _ = p.Poll(t.Context(), noon.Add(time.Duration(i)*time.Minute)) // the first two say so
	}
	struck := func() (out []string) {
		st, err := db.State(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range st.Struck {
			out = append(out, fmt.Sprintf("%s %d large=%v", m.Place.Folder, m.Place.UID, m.Large))
		}
		return out
	}
	if d := cmp.Diff([]string{"INBOX 1 large=true", "INBOX 2 large=false"}, struck()); d != "" {
		t.Errorf("-want +got:\n%s", d)
	}
	b.items["INBOX"] = b.items["INBOX"][1:]
	if _, err := p.Poll(t.Context(), noon.Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff([]string{"INBOX 2 large=false"}, struck()); d != "" {
		t.Errorf("after it was deleted (-want +got):\n%s", d)
	}
}
