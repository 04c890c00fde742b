package ingest_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"taizhang/ingest"
	"taizhang/internal/storetest"
	"taizhang/ledger"
)

// The rows of the fault catalogue about receiving that concern the poller, each
// by its number. What the server itself does wrong is in mailbox.

func (b *fakeBox) add(uid uint32, raw string, at time.Time) {
	b.raw[uid] = raw
	b.items["INBOX"] = append(b.items["INBOX"], ingest.Item{UID: uid, Size: int64(len(raw)), Internal: at})
}

// poll polls as of noon plus that many minutes.
func poll(t *testing.T, p *ingest.Poller, minutes int) (ingest.PollResult, error) {
	t.Helper()
	return p.Poll(t.Context(), noon.Add(time.Duration(minutes)*time.Minute))
}

// Fault 9: under the same UIDVALIDITY a UID comes to stand for another mail.
func TestReusedUIDIsAnotherMail(t *testing.T) {
	db, b := storetest.Open(t), inbox(2)
	p := newPoller(b, db)
	if _, err := poll(t, p, 0); err != nil {
		t.Fatal(err)
	}
	b.items["INBOX"] = b.items["INBOX"][:1]
	b.add(2, message(7)+"more\r\n", noon.Add(time.Minute))
	if r, err := poll(t, p, 1); err != nil || r.Fresh != 1 {
		t.Fatalf("another size and date: got %+v, %v", r, err)
	}
	b.items["INBOX"] = b.items["INBOX"][:1]
	b.add(2, message(8)+"more\r\n", noon.Add(2*time.Minute)) // as long as the one before
	if r, err := poll(t, p, 2); err != nil || r.Fresh != 1 {
		t.Fatalf("the same size and another date: got %+v, %v", r, err)
	}
	fetched := len(b.fetched)
	if r, err := poll(t, p, 3); err != nil || r.Fresh+r.Known != 0 || len(b.fetched) != fetched {
		t.Fatalf("what did not change is not fetched again: got %+v, %v", r, err)
	}
	recs, err := db.Mails(t.Context())
	if err != nil || len(recs) != 4 {
		t.Fatalf("%d mails, %v", len(recs), err)
	}
	// A decision about the mail that was there first does not take the place back.
	first, _, err := db.Mail(t.Context(), recs[1].Digest)
	if err != nil {
		t.Fatal(err)
	}
	first.Status, first.Outcome, first.Reason = ledger.MailDecided, ledger.OutcomeIgnored, "test"
	if _, err := db.Apply(t.Context(), ledger.Change{At: noon, Mails: []ledger.MailRecord{first}}); err != nil {
		t.Fatal(err)
	}
	if r, err := poll(t, p, 4); err != nil || r.Fresh+r.Known != 0 {
		t.Errorf("after a decision: got %+v, %v", r, err)
	}
}

// Fault 9, of a mail that cost two connections: its successor under the UID has
// no part in that.
func TestStrikesAreNotInherited(t *testing.T) {
	db, b := storetest.Open(t), inbox(1)
	p := newPoller(b, db)
	b.fail[1] = fmt.Errorf("cut: %w", ingest.ErrPoison)
	for i := range 2 {
		if _, err := poll(t, p, i); err == nil {
			t.Fatal("a connection was lost")
		}
	}
	delete(b.fail, 1)
	b.items["INBOX"] = nil
	b.add(1, message(5)+"x\r\n", noon.Add(time.Minute))
	if r, err := poll(t, p, 3); err != nil || r.Fresh != 1 {
		t.Errorf("got %+v, %v", r, err)
	}
}

// Fault 1: a mail that cost two connections is tried again after an hour, then
// after two, four … and stored in the end: it may have been the network.
func TestNoMailIsEverGivenUp(t *testing.T) {
	db, b := storetest.Open(t), inbox(1)
	p := newPoller(b, db)
	b.fail[1] = fmt.Errorf("cut: %w", ingest.ErrPoison)
	var tried []int
	for minute := 0; minute < 500; minute += 10 {
		before := len(b.fetched)
		_, _ = poll(t, p, minute) // fails when it is tried
		if len(b.fetched) > before {
			tried = append(tried, minute)
		}
	}
	if d := cmp.Diff([]int{0, 10, 70, 190, 430}, tried); d != "" {
		t.Errorf("tried at minute (-want +got):\n%s", d)
	}
	delete(b.fail, 1)
	if r, err := poll(t, p, 24*60); err != nil || r.Fresh != 1 {
		t.Errorf("got %+v, %v", r, err)
	}
}

func notices(t *testing.T, db interface {
	State(ctx context.Context) (*ledger.State, error)
}) []ledger.Notice {
	t.Helper()
	st, err := db.State(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return st.Notices
}

// Fault 10: a mail is deleted between the listing and its fetch. The others are
// taken, and the desk is told; a mail that was moved is not deleted.
func TestVanishedMailIsTold(t *testing.T) {
	db, b := storetest.Open(t), inbox(3)
	p := newPoller(b, db)
	b.fail[1], b.fail[2] = ingest.ErrNotReturned, ingest.ErrNotReturned
	b.items["INBOX"][1].Internal = noon.Add(time.Second)
	b.items["INBOX"][2].Internal = noon.Add(2 * time.Second)
	if r, err := poll(t, p, 0); err == nil || r.Fresh != 1 {
		t.Fatalf("the third is taken: %+v, %v", r, err)
	}
	if n := notices(t, db); n != nil {
		t.Fatalf("it may come yet: %+v", n)
	}
	moved := b.items["INBOX"][1]
	b.items["INBOX"] = b.items["INBOX"][2:]
	moved.UID = 40
	b.raw[40] = b.raw[2]
	b.items["垃圾邮件"] = []ingest.Item{moved}
	r, err := poll(t, p, 1)
	if err != nil || r.Fresh != 1 {
		t.Fatalf("got %+v, %v", r, err)
	}
	want := []ledger.Notice{{What: ledger.NoticeVanished, At: noon.Add(time.Minute), Since: noon, Folder: "INBOX", Size: int64(len(message(1)))}}
	same := cmp.Comparer(func(a, b time.Time) bool { return a.Equal(b) })
	if d := cmp.Diff(want, notices(t, db), same); d != "" {
		t.Errorf("-want +got:\n%s", d)
	}
	if _, err := poll(t, p, 2); err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(want, notices(t, db), same); d != "" {
		t.Errorf("told once (-want +got):\n%s", d)
	}
}

// Fault 4: after a day without the mailbox the desk is told from when to when,
// once it can be read again.
func TestLongOutageIsTold(t *testing.T) {
	db, b := storetest.Open(t), inbox(1)
	p := newPoller(b, db)
	b.listErr = errors.New("no route to host")
	for _, m := range []int{0, 60, 26 * 60} {
		if _, err := poll(t, p, m); err == nil {
			t.Fatal("out of reach")
		}
	}
	b.listErr = nil
	if r, err := poll(t, p, 27*60); err != nil || r.Fresh != 1 {
		t.Fatalf("got %+v, %v", r, err)
	}
	n := notices(t, db)
	if len(n) != 1 || n[0].What != ledger.NoticeOutage || !n[0].Since.Equal(noon) || !n[0].At.Equal(noon.Add(27*time.Hour)) {
		t.Errorf("got %+v", n)
	}
}

// Fault 17: of a mail above the limit the header is kept and registered; the
// poll goes on and is complete. Once the limit is raised the mail is read.
func TestLargeMailIsRegisteredByItsHeader(t *testing.T) {
	db, b := storetest.Open(t), inbox(2)
	big := message(3) + fmt.Sprintf("%2000s", "x")
	b.add(3, big, noon)
	p := newPoller(b, db)
	p.Limit = 1000
	for i := range 2 {
		r, err := poll(t, p, i)
		if err != nil || !r.Complete || r.Fresh != []int{3, 0}[i] {
			t.Fatalf("poll %d: %+v, %v", i, r, err)
		}
	}
	if d := cmp.Diff([]uint32{1, 2}, b.fetched); d != "" {
		t.Errorf("fetched whole (-want +got):\n%s", d)
	}
	pending, err := db.Pending(t.Context())
	if err != nil || len(pending) != 3 {
		t.Fatalf("%d pending, %v", len(pending), err)
	}
	large := pending[2]
	if large.Whole != int64(len(big)) || large.Size >= 1000 || large.Subject != "s" || large.From.Addr != "a@b.example" || large.Arrived.Format("15:04") != "10:03" {
		t.Errorf("got %+v", large)
	}
	p.Limit = 1 << 20
	if r, err := poll(t, p, 3); err != nil || r.Fresh != 1 {
		t.Errorf("under a larger limit: %+v, %v", r, err)
	}
}

// Faults 12 and 14: the same mail in two folders, and moved by a person, is one.
func TestTwoPlacesAreOneMail(t *testing.T) {
	db, b := storetest.Open(t), inbox(1)
	b.items["垃圾邮件"] = []ingest.Item{b.items["INBOX"][0]}
	p := newPoller(b, db)
	if r, err := poll(t, p, 0); err != nil || r.Fresh != 1 || r.Known != 1 {
		t.Fatalf("got %+v, %v", r, err)
	}
	b.items["台账"], b.items["INBOX"], b.items["垃圾邮件"] = b.items["INBOX"], nil, nil
	b.folders = append(b.folders, ingest.Folder{Name: "台账"})
	if r, err := poll(t, p, 1); err != nil || r.Fresh != 0 || r.Known != 1 {
		t.Fatalf("moved: got %+v, %v", r, err)
	}
	recs, err := db.Mails(t.Context())
	if err != nil || len(recs) != 1 || len(recs[0].Places) != 3 || recs[0].Junk {
		t.Errorf("got %+v, %v", recs, err)
	}
}

// Fault 11: a mail that was listed and not had, and that a short listing leaves
// out, is not deleted: nobody is told so, and it is fetched when it is shown
// again.
func TestLeftOutIsNotDeleted(t *testing.T) {
	db, b := storetest.Open(t), inbox(2)
	p := newPoller(b, db)
	b.fail[1] = ingest.ErrNotReturned
	if r, err := poll(t, p, 0); err == nil || r.Fresh != 1 {
		t.Fatalf("got %+v, %v", r, err)
	}
	delete(b.fail, 1)
	all := b.items["INBOX"]
	b.items["INBOX"], b.missing = all[1:], 1
	if r, err := poll(t, p, 1); err == nil || r.Complete {
		t.Fatalf("a short listing: got %+v, %v", r, err)
	}
	if n := notices(t, db); n != nil {
		t.Errorf("told as deleted: %+v", n)
	}
	b.items["INBOX"], b.missing = all, 0
	if r, err := poll(t, p, 2); err != nil || r.Fresh != 1 {
		t.Errorf("listed again: got %+v, %v", r, err)
	}
	if n := notices(t, db); n != nil {
		t.Errorf("told as deleted: %+v", n)
	}
}

// Fault 22: a mail without a Received header has arrived at its INTERNALDATE; one
// without either when it was found. Its Date never counts.
func TestArrivalWithoutReceived(t *testing.T) {
	db, b := storetest.Open(t), inbox(0)
	p := newPoller(b, db)
	bare := func(n int) string {
		return fmt.Sprintf("Date: Mon, 23 May 2022 08:00:00 +0800\r\nFrom: a@b.example\r\nMessage-ID: <%d@b.example>\r\nSubject: s\r\n\r\ntext\r\n", n)
	}
	b.add(1, bare(1), noon.Add(-30*time.Minute))
	b.add(2, bare(2), time.Time{})
	if r, err := poll(t, p, 5); err != nil || r.Fresh != 2 {
		t.Fatalf("got %+v, %v", r, err)
	}
	var got []string
	pending, err := db.Pending(t.Context())
	for _, m := range pending {
		got = append(got, m.MessageID+" "+m.Arrived.In(noon.Location()).Format("15:04"))
	}
	if d := cmp.Diff([]string{"<1@b.example> 11:30", "<2@b.example> 12:05"}, got); err != nil || d != "" {
		t.Errorf("%v (-want +got):\n%s", err, d)
	}
}

// Fault 15: how full the mailbox is, is kept with the poll; that it cannot be
// asked does not fail the poll.
func TestQuotaIsKept(t *testing.T) {
	db, b := storetest.Open(t), inbox(1)
	p := newPoller(b, db)
	p.Quota = func(context.Context) (ledger.Quota, error) { return ledger.Quota{Used: 91, Limit: 100}, nil }
	if _, err := poll(t, p, 0); err != nil {
		t.Fatal(err)
	}
	p.Quota = func(context.Context) (ledger.Quota, error) { return ledger.Quota{}, errors.New("BAD") }
	if _, err := poll(t, p, 1); err != nil {
		t.Fatal(err)
	}
	s, err := db.PollState(t.Context())
	if err != nil || !s.Quota.Full() || s.Quota.Percent() != 91 {
		t.Errorf("got %+v, %v", s, err)
	}
}

// Fault 22: a mail from the future shows that the server's clock is ahead; one
// from the past shows nothing but that it is not.
func TestClockOfTheServer(t *testing.T) {
	db, b := storetest.Open(t), inbox(1) // arrived at 10:01
	p := newPoller(b, db)
	for _, tt := range []struct {
		now   time.Time
		ahead time.Duration
	}{
		{noon.Add(-5 * time.Hour), 3*time.Hour + time.Minute}, {noon, 0},
	} {
		n := uint32(len(b.items["INBOX"]) + 1)
		b.add(n, message(int(n)-1)+"x\r\n", noon)
		if _, err := p.Poll(t.Context(), tt.now); err != nil {
			t.Fatal(err)
		}
		s, err := db.PollState(t.Context())
		if err != nil || s.Clock.Ahead != tt.ahead {
			t.Errorf("at %s: %+v, %v", tt.now, s.Clock, err)
		}
	}
}

// Faults 9 and 19: what was fetched is not as long as what was listed. Either the
// UID stood for another mail by then, and the one that was listed is asked for
// once more, or the server counts wrongly, and then once is enough.
func TestNotAsListed(t *testing.T) {
	db, b := storetest.Open(t), inbox(0)
	p := newPoller(b, db)
	listed := message(1) + "more\r\n"
	b.add(1, listed, noon)
	b.raw[1] = message(2)
	if r, err := poll(t, p, 0); err == nil || r.Fresh != 1 || r.Complete {
		t.Fatalf("another mail came: %+v, %v", r, err)
	}
	b.raw[1] = listed
	if r, err := poll(t, p, 1); err != nil || r.Fresh != 1 {
		t.Fatalf("the one that was listed: %+v, %v", r, err)
	}
	b.add(2, message(3), noon)
	b.items["INBOX"][1].Size++ // and says so each time
	for i, want := range []ingest.PollResult{{Fresh: 1}, {Known: 1, Complete: true}, {Complete: true}} {
		if r, err := poll(t, p, 2+i); r != want {
			t.Errorf("poll %d: %+v, %v, want %+v", i, r, err, want)
		}
	}
}
