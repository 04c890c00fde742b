package store_test

import (
	"errors"
	"fmt"
	"maps"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"taizhang/internal/storetest"
	"taizhang/ledger"
	"taizhang/store"
)

// Each case puts one bad element at the end of a change that is good in all
// else; nothing of it may stay.
func TestAChangeIsWrittenWholeOrNotAtAll(t *testing.T) {
	db := storetest.Open(t)
	first := arrive(t, db, "first", day.Add(-time.Hour), 1)
	first.Status, first.Outcome, first.Decided = ledger.MailDecided, ledger.OutcomeAccepted, day
	inForce := submission(first, "禹州市", 1)
	inForce.Decisions = []ledger.Decision{{At: day, Actor: "desk", Action: "verify", Reason: "电话核实"}}
	mustApply(t, db, ledger.Change{
		Mails: []ledger.MailRecord{first}, Submissions: []ledger.Submission{inForce},
		Outgoing:  []ledger.Outgoing{outgoing("receipt/1")},
		Snapshots: []ledger.Snapshot{{Period: may, Units: []string{"禹州市"}, At: day}},
		Issues:    []ledger.Issue{{Period: may, Number: 1, At: day, Key: "summary/2022-05/r1"}},
		Replies:   []ledger.Reply{reply(first, inForce.ID)},
	})
	second := arrive(t, db, "second", day, 2)
	sub := func(change func(*ledger.Submission)) func(*ledger.Change) {
		return func(c *ledger.Change) {
			s := inForce
			s.Decisions = append([]ledger.Decision(nil), inForce.Decisions...)
			change(&s)
			c.Submissions = append(c.Submissions, s)
		}
	}
	bad := map[string]func(*ledger.Change){
		"version given twice": func(c *ledger.Change) { c.Submissions[0].Version = 1 },
		"version given twice in one change": func(c *ledger.Change) {
			s := c.Submissions[0]
			s.ID = s.Mail + "/9"
			c.Submissions = append(c.Submissions, s)
		},
		"other figures":          sub(func(s *ledger.Submission) { s.Reading.Figures = figures(121) }),
		"other words":            sub(func(s *ledger.Submission) { s.Reading.Measures = "" }),
		"other arrival":          sub(func(s *ledger.Submission) { s.Arrived = s.Arrived.Add(time.Hour) }),
		"other unit":             sub(func(s *ledger.Submission) { s.Unit = "长葛市" }),
		"other month":            sub(func(s *ledger.Submission) { s.Period = june }),
		"other version":          sub(func(s *ledger.Submission) { s.Version = 3 }),
		"other sender":           sub(func(s *ledger.Submission) { s.Sender = "x@163.com" }),
		"an older record":        sub(func(s *ledger.Submission) { s.Decisions = nil }),
		"a decision changed":     sub(func(s *ledger.Submission) { s.Decisions[0].Reason = "" }),
		"counts without version": func(c *ledger.Change) { c.Submissions[0].Version = 0 },
		"version of no unit":     func(c *ledger.Change) { c.Submissions[0].Unit = "" },
		"not of its mail":        func(c *ledger.Change) { c.Submissions[0].ID = "x/1" },
		"a date that is none": func(c *ledger.Change) {
			c.Submissions[0].Reading.FilledOn = ledger.Date{Year: 2022, Month: 5, Day: 32}
		},
		"decided, then pending":     func(c *ledger.Change) { c.Mails = append(c.Mails, withStatus(first, ledger.MailPending)) },
		"decided, then quarantined": func(c *ledger.Change) { c.Mails = append(c.Mails, withStatus(first, ledger.MailQuarantined)) },
		"mail without status":       func(c *ledger.Change) { c.Mails = append(c.Mails, withStatus(second, "")) },
		"mail without bytes": func(c *ledger.Change) {
			m := second
			m.Digest = digestOf("never kept")
			c.Mails = append(c.Mails, m)
		},
		"mail of another size": func(c *ledger.Change) { c.Mails[0].Size++ },
		"mail that is a path":  func(c *ledger.Change) { c.Mails[0].Digest = "../../etc/passwd" },
		"outgoing without key": func(c *ledger.Change) { c.Outgoing = append(c.Outgoing, outgoing("")) },
		"outgoing already sent": func(c *ledger.Change) {
			o := outgoing("receipt/3")
			o.State = ledger.SendSent
			c.Outgoing = append(c.Outgoing, o)
		},
		"outgoing without bytes": func(c *ledger.Change) {
			o := outgoing("receipt/3")
			o.Raw = nil
			c.Outgoing = append(c.Outgoing, o)
		},
		"copy of a mail unknown": func(c *ledger.Change) { c.CopiesSeen = []string{"nobody"} },
		"address without name":   func(c *ledger.Change) { c.Addresses = append(c.Addresses, ledger.KnownAddress{}) },
		"snapshot rewritten": func(c *ledger.Change) {
			c.Snapshots = []ledger.Snapshot{{Period: may, Units: []string{"禹州市", "长葛市"}}}
		},
		"issue rewritten": func(c *ledger.Change) {
			c.Issues = []ledger.Issue{{Period: may, Number: 1, Versions: map[string]string{"禹州市": "x"}, Key: "summary/2022-05/r1"}}
		},
		"other words of a reply":   answer(first, inForce.ID, func(r *ledger.Reply) { r.Text = "T05 属实：另有原因" }),
		"a reply held once more":   answer(first, inForce.ID, func(r *ledger.Reply) { r.State = ledger.ReplyHeld }),
		"an explanation taken out": answer(first, inForce.ID, func(r *ledger.Reply) { r.Explanations = nil }),
		"another explanation":      answer(first, inForce.ID, func(r *ledger.Reply) { r.Explanations[0].Reason = "另有原因" }),
		"no reason":                answer(first, inForce.ID, func(r *ledger.Reply) { r.ID, r.Explanations[0].Reason = r.Mail+"/9", " " }),
		"explained by another":     answer(first, inForce.ID, func(r *ledger.Reply) { r.ID, r.Explanations[0].Mail = r.Mail+"/9", "x" }),
		"a reply of no mail":       answer(first, inForce.ID, func(r *ledger.Reply) { r.ID = "x/0" }),
		"no instant":               func(c *ledger.Change) { c.At = time.Time{} },
		"year 12000": func(c *ledger.Change) {
			c.Events = append(c.Events, ledger.Event{At: time.Date(12000, 1, 1, 0, 0, 0, 0, time.UTC)})
		},
	}
	was := mustDump(t, db)
	good := func() ledger.Change {
		m := withStatus(second, ledger.MailDecided)
		return ledger.Change{
			At: day, Mails: []ledger.MailRecord{m}, Submissions: []ledger.Submission{submission(m, "禹州市", 2)},
			Outgoing:  []ledger.Outgoing{outgoing("receipt/2")},
			Addresses: []ledger.KnownAddress{{Addr: "a@163.com", Unit: "禹州市"}},
			Events:    []ledger.Event{{What: "decide"}},
		}
	}
	for name, spoil := range bad {
		t.Run(name, func(t *testing.T) {
			c := good()
			spoil(&c)
			inserted, err := db.Apply(t.Context(), c)
			if !errors.Is(err, store.ErrRefused) || inserted != nil {
				t.Errorf("Apply = %v, %v", inserted, err)
			}
			if diff := cmp.Diff(was, mustDump(t, db)); diff != "" {
				t.Errorf("something was written:\n%s", diff)
			}
		})
	}
	mustApply(t, db, good())
	if mustDump(t, db) == was {
		t.Error("the good change alone wrote nothing")
	}
}

// reply is a reply in words that explains a query of the submission.
func reply(m ledger.MailRecord, sub string) ledger.Reply {
	return ledger.Reply{ID: m.Digest + "/0", Mail: m.Digest, Unit: "禹州市", Period: may, Arrived: m.Arrived, Decided: day, Text: "T05 属实：集中办理",
		State: ledger.ReplyTaken, Explanations: []ledger.Explanation{{Unit: "禹州市", Period: may, Topic: ledger.Topic{Code: ledger.TFarAbove, Measure: "pension", Value: "120"},
			Submission: sub, Version: 1, Reason: "集中办理", Words: "T05 属实：集中办理", Mail: m.Digest, Arrived: m.Arrived}}}
}

func answer(m ledger.MailRecord, sub string, spoil func(*ledger.Reply)) func(*ledger.Change) {
	return func(c *ledger.Change) {
		r := reply(m, sub)
		spoil(&r)
		c.Replies = append(c.Replies, r)
	}
}

func withStatus(m ledger.MailRecord, s ledger.MailStatus) ledger.MailRecord {
	m.Status = s
	return m
}

func TestWhatMayChangeOfASubmission(t *testing.T) {
	db := storetest.Open(t)
	m := arrive(t, db, "mail", day, 1)
	s := submission(m, "", 0)
	s.Period, s.Quality = ledger.Period{}, ledger.QualityHeld
	step := func(c func()) {
		t.Helper()
		c()
		mustApply(t, db, ledger.Change{Submissions: []ledger.Submission{s}})
		got, err := db.Submissions(t.Context())
		if diff := cmp.Diff([]ledger.Submission{s}, got); err != nil || diff != "" {
			t.Errorf("%v (-want +got):\n%s", err, diff)
		}
	}
	step(func() {})
	step(func() { s.Unit, s.Period = "禹州市", may })
	step(func() { s.Unit = "长葛市" })
	step(func() {
		s.Quality, s.Version = ledger.QualityQueried, 1
		s.Decisions = append(s.Decisions, ledger.Decision{At: day, Actor: "desk", Action: "accept"})
	})
	step(func() {
		s.Quality = ledger.QualityWithdrawn
		s.Decisions = append(s.Decisions, ledger.Decision{At: day, Actor: "desk", Action: "withdraw"})
	})
}

func TestAnOutboxKeyIsTakenOnce(t *testing.T) {
	db := storetest.Open(t)
	first := outgoing("receipt/1")
	other := outgoing("receipt/1")
	other.Raw, other.State, other.Subject = []byte("other"), ledger.SendHuman, "other"
	if got := mustApply(t, db, ledger.Change{Outgoing: []ledger.Outgoing{first, other}}); len(got) != 1 {
		t.Errorf("inserted %v", got)
	}
	send(t, db, first.Key, ledger.SendSent)
	was, _, err := db.Outgoing(t.Context(), first.Key)
	if err != nil {
		t.Fatal(err)
	}
	got := mustApply(t, db, ledger.Change{Outgoing: []ledger.Outgoing{first, outgoing("receipt/2"), other}})
	if diff := cmp.Diff([]string{"receipt/2"}, got); diff != "" {
		t.Errorf("inserted (-want +got):\n%s", diff)
	}
	now, _, err := db.Outgoing(t.Context(), first.Key)
	if diff := cmp.Diff(was, now); err != nil || diff != "" {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
}

func TestTheSameSnapshotAndIssueAgainAreNoHarm(t *testing.T) {
	db := storetest.Open(t)
	c := ledger.Change{
		Snapshots: []ledger.Snapshot{{Period: may, Units: []string{"禹州市"}, At: day}},
		Issues:    []ledger.Issue{{Period: may, Number: 1, At: day, Key: "k", Figures: map[string]ledger.Figures{"禹州市": figures(1)}}},
	}
	mustApply(t, db, c)
	was := mustDump(t, db)
	c.Snapshots[0].At, c.Issues[0].At = day.Add(time.Hour), day.Add(time.Hour)
	mustApply(t, db, c)
	if mustDump(t, db) != was {
		t.Error("they were written again")
	}
}

func TestPlacesAreNeverLost(t *testing.T) {
	db := storetest.Open(t)
	m := arrive(t, db, "mail", day, 1, 2)
	// The poller sees the message elsewhere while it is being decided.
	fresh, err := db.Arrive(t.Context(), ledger.MailRecord{
		Digest: m.Digest, Size: m.Size, Arrived: day.Add(time.Hour), Subject: "other",
		Places: []ledger.Place{{Folder: "垃圾邮件", Validity: "9", UID: math.MaxUint32}, {Folder: "INBOX", Validity: "1", UID: 1}},
	})
	if err != nil || fresh {
		t.Fatalf("Arrive = %v, %v", fresh, err)
	}
	mustApply(t, db, ledger.Change{Mails: []ledger.MailRecord{withStatus(m, ledger.MailDecided)}})
	if fresh, err = db.Arrive(t.Context(), m); err != nil || fresh {
		t.Fatalf("Arrive of a decided mail = %v, %v", fresh, err)
	}
	want := withStatus(m, ledger.MailDecided)
	want.Places = append(want.Places, ledger.Place{Folder: "垃圾邮件", Validity: "9", UID: math.MaxUint32})
	got, ok, err := db.Mail(t.Context(), m.Digest)
	if diff := cmp.Diff(want, got); err != nil || !ok || diff != "" {
		t.Errorf("%v, %v (-want +got):\n%s", ok, err, diff)
	}
	for _, tt := range []struct {
		folder, validity string
		want             []uint32
	}{
		{"INBOX", "1", []uint32{1, 2}},
		{"垃圾邮件", "9", []uint32{math.MaxUint32}},
		{"INBOX", "2", nil},
		{"INBO", "X1", nil},
	} {
		got, err := db.Places(t.Context(), tt.folder, tt.validity, []uint32{1, 2, 3, math.MaxUint32})
		if diff := cmp.Diff(tt.want, slices.Sorted(maps.Keys(got))); err != nil || diff != "" {
			t.Errorf("Places(%s, %s): %v (-want +got):\n%s", tt.folder, tt.validity, err, diff)
		}
		for _, p := range got {
			if p.Digest != m.Digest {
				t.Errorf("Places(%s, %s): another mail at %+v", tt.folder, tt.validity, p)
			}
		}
	}
}

func TestArriveWantsTheBytes(t *testing.T) {
	db := storetest.Open(t)
	rec := ledger.MailRecord{Digest: digestOf("x"), Size: 1, Arrived: day}
	if _, err := db.Arrive(t.Context(), rec); !errors.Is(err, store.ErrRefused) {
		t.Errorf("Arrive without bytes = %v", err)
	}
	if _, _, err := db.KeepRaw(t.Context(), strings.NewReader("x"), 1); err != nil {
		t.Fatal(err)
	}
	rec.Places = []ledger.Place{{Folder: "a\x00b", Validity: "1", UID: 1}}
	if _, err := db.Arrive(t.Context(), rec); !errors.Is(err, store.ErrRefused) {
		t.Errorf("Arrive at a place with a NUL = %v", err)
	}
	rec.Places = nil
	rec.Subject = "\xff\xfe 5月" // a subject in an unknown charset must not stop the poll
	if fresh, err := db.Arrive(t.Context(), rec); err != nil || !fresh {
		t.Errorf("Arrive = %v, %v", fresh, err)
	}
}

func TestFailuresEndInQuarantine(t *testing.T) {
	dir := t.TempDir()
	db := storetest.OpenIn(t, dir)
	late := arrive(t, db, "late", day.Add(time.Hour), 1)
	bad := arrive(t, db, "bad", day, 2)
	var digests []string
	for n := 1; n <= 3; n++ {
		rec, err := db.Failed(t.Context(), bad.Digest, day, "child killed", 3)
		if err != nil || rec.Failures != n || rec.Error != "child killed" {
			t.Fatalf("Failed = %+v, %v", rec, err)
		}
		pending, err := db.Pending(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		digests = digests[:0]
		for _, p := range pending {
			digests = append(digests, p.Digest)
		}
		want := []string{bad.Digest, late.Digest}
		if n == 3 {
			want = want[1:]
		}
		if diff := cmp.Diff(want, digests); diff != "" {
			t.Errorf("pending after %d failures (-want +got):\n%s", n, diff)
		}
	}
	if u := state(t, db).Undecided; len(u) != 2 || u[0].Status != ledger.MailQuarantined {
		t.Errorf("undecided: %+v", u)
	}
	// A person lets it be tried again, and it is decided.
	bad.Failures = 0
	mustApply(t, db, ledger.Change{Mails: []ledger.MailRecord{bad}})
	mustApply(t, db, ledger.Change{Mails: []ledger.MailRecord{withStatus(bad, ledger.MailDecided)}})
	if _, err := db.Failed(t.Context(), bad.Digest, day, "x", 3); !errors.Is(err, store.ErrRefused) {
		t.Errorf("Failed of a decided mail = %v", err)
	}
	if _, err := db.Failed(t.Context(), digestOf("?"), day, "x", 3); !errors.Is(err, store.ErrUnknown) {
		t.Errorf("Failed of nobody = %v", err)
	}
}

func TestStrikesOutliveARestartAndEndWithArrival(t *testing.T) {
	dir := t.TempDir()
	p := ledger.Place{Folder: "INBOX", Validity: "1", UID: 7}
	for n := 1; n <= 3; n++ {
		db := open(t, dir)
		if got, err := db.Strike(t.Context(), p, day, "connection reset", false); err != nil || got != n {
			t.Fatalf("Strike = %d, %v", got, err)
		}
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
	}
	db := storetest.OpenIn(t, dir)
	got, err := db.Strikes(t.Context(), "INBOX", "1")
	if diff := cmp.Diff(map[uint32]ledger.Strike{7: {Place: p, Count: 3, Last: day}}, got); err != nil || diff != "" {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
	arrive(t, db, "mail", day, 7)
	if got, err := db.Strikes(t.Context(), "INBOX", "1"); err != nil || len(got) != 0 {
		t.Errorf("Strikes = %v, %v", got, err)
	}
}

func TestPollState(t *testing.T) {
	db := storetest.Open(t)
	at := func(m int) time.Time { return day.Add(time.Duration(m) * time.Minute) }
	for i, tt := range []struct {
		begun   time.Time
		failure string
		want    ledger.PollState
	}{
		{at(0), "", ledger.PollState{Complete: at(0), Count: 1}},
		{at(1), "timeout", ledger.PollState{Complete: at(0), Count: 1, Failing: at(1), Error: "timeout"}},
		{at(2), "NO SELECT", ledger.PollState{Complete: at(0), Count: 1, Failing: at(1), Error: "NO SELECT"}},
		{at(3), "", ledger.PollState{Complete: at(3), Count: 2}},
		{at(2), "", ledger.PollState{Complete: at(3), Count: 3}}, // the clock went back
	} {
		if err := db.PollDone(t.Context(), ledger.PollReport{Begun: tt.begun, Failure: tt.failure}); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(tt.want, state(t, db).Poll); diff != "" {
			t.Errorf("step %d (-want +got):\n%s", i, diff)
		}
	}
}

func TestKeepRaw(t *testing.T) {
	dir := t.TempDir()
	db := storetest.OpenIn(t, dir)
	files := func() (n int) {
		for _, pattern := range []string{"raw/*/*", "raw/*.*"} {
			got, err := filepath.Glob(filepath.Join(dir, pattern))
			if err != nil {
				t.Fatal(err)
			}
			n += len(got)
		}
		return n
	}
	for _, tt := range []struct {
		raw   string
		limit int64
		err   error
		files int
	}{
		{"12345", 4, store.ErrTooLarge, 0},
		{"12345", 0, store.ErrTooLarge, 0},
		{"12345", -1, store.ErrTooLarge, 0},
		{"12345", 5, nil, 1},
		{"12345", math.MaxInt64, nil, 1},
		{"", 5, nil, 2},
	} {
		digest, size, err := db.KeepRaw(t.Context(), strings.NewReader(tt.raw), tt.limit)
		if !errors.Is(err, tt.err) {
			t.Errorf("KeepRaw(%q, %d) = %v", tt.raw, tt.limit, err)
		}
		if n := files(); n != tt.files {
			t.Errorf("KeepRaw(%q, %d): %d files, want %d", tt.raw, tt.limit, n, tt.files)
		}
		if tt.err != nil {
			continue
		}
		if digest != digestOf(tt.raw) || size != int64(len(tt.raw)) {
			t.Errorf("KeepRaw(%q) = %s, %d", tt.raw, digest, size)
		}
		if got, err := db.Raw(t.Context(), digest); err != nil || string(got) != tt.raw {
			t.Errorf("Raw = %q, %v", got, err)
		}
	}
	broken := errors.New("connection lost")
	if _, _, err := db.KeepRaw(t.Context(), &failing{strings.NewReader("abc"), broken}, 100); !errors.Is(err, broken) || files() != 2 {
		t.Errorf("KeepRaw of half a message = %v, %d files", err, files())
	}
	for _, digest := range []string{"", "..", digestOf("nobody"), strings.ToUpper(digestOf("12345"))} {
		if _, err := db.Raw(t.Context(), digest); !errors.Is(err, store.ErrUnknown) {
			t.Errorf("Raw(%q) = %v", digest, err)
		}
	}
	if err := os.RemoveAll(filepath.Join(dir, "raw")); err != nil {
		t.Fatal(err)
	}
	if _, _, err := db.KeepRaw(t.Context(), strings.NewReader("x"), 100); err == nil {
		t.Error("KeepRaw went well without its folder")
	}
}

// failing gives its bytes and then an error.
type failing struct {
	r   *strings.Reader
	err error
}

func (f *failing) Read(p []byte) (int, error) {
	if f.r.Len() == 0 {
		return 0, f.err
	}
	return f.r.Read(p)
}

func TestReadersAndAWriter(t *testing.T) {
	db := storetest.Open(t)
	const rounds = 60
	done := make(chan struct{})
	var wg sync.WaitGroup
	for range 3 {
		wg.Go(func() {
			for {
				select {
				case <-done:
					return
				default:
				}
				s, err := db.State(t.Context())
				if err != nil {
					t.Errorf("State: %v", err)
					return
				}
				// One transaction wrote both, so a reader sees both or neither.
				if subs, mails := len(s.Book(may).Submissions), len(s.Outbox); subs != mails {
					t.Errorf("%d submissions, %d mails", subs, mails)
				}
				if _, err := db.Events(t.Context(), 0); err != nil {
					t.Errorf("Events: %v", err)
				}
			}
		})
	}
	wg.Go(func() {
		for range 5 {
			if err := db.Check(t.Context()); err != nil {
				t.Errorf("Check: %v", err)
			}
		}
	})
	for i := range rounds {
		m := arrive(t, db, fmt.Sprintf("mail %d", i), day, uint32(i))
		mustApply(t, db, ledger.Change{
			Mails: []ledger.MailRecord{withStatus(m, ledger.MailDecided)}, Submissions: []ledger.Submission{submission(m, "禹州市", i+1)},
			Outgoing: []ledger.Outgoing{outgoing("receipt/" + m.Digest)}, Events: []ledger.Event{{What: "decide"}},
		})
	}
	close(done)
	wg.Wait()
}

func TestRestored(t *testing.T) {
	db := storetest.Open(t)
	mustApply(t, db, ledger.Change{At: day, Outgoing: []ledger.Outgoing{outgoing("queued"), outgoing("sent"), outgoing("sending")}})
	send(t, db, "sent", ledger.SendSent)
	if _, err := db.Begin(t.Context(), "sending", day); err != nil {
		t.Fatal(err)
	}
	if _, _, err := db.Start(t.Context(), day); err != nil {
		t.Fatal(err)
	}
	if err := db.SetPause(t.Context(), &ledger.Pause{Reason: "x", Human: true}); err != nil {
		t.Fatal(err)
	}
	if _, err := db.Restored(t.Context(), day.Add(-time.Hour)); !errors.Is(err, store.ErrRefused) {
		t.Errorf("Restored to the past = %v", err)
	}
	later := day.Add(time.Hour)
	n, err := db.Restored(t.Context(), later)
	if err != nil || n != 2 {
		t.Fatalf("Restored = %d, %v", n, err)
	}
	s := state(t, db)
	if !s.Epoch.Equal(later) || s.Pause != nil {
		t.Errorf("epoch %v, pause %v", s.Epoch, s.Pause)
	}
	for key, want := range map[string]ledger.SendState{"queued": ledger.SendHuman, "sending": ledger.SendHuman, "sent": ledger.SendSent} {
		if o := s.Outbox[key]; o.State != want {
			t.Errorf("%s is %s", key, o.State)
		}
	}
	if _, err := db.Begin(t.Context(), "queued", later); !errors.Is(err, store.ErrRefused) {
		t.Errorf("a mail in doubt can be sent: %v", err)
	}
	// What another state of the store has sent is settled, and only once.
	mustApply(t, db, ledger.Change{At: later, Outgoing: []ledger.Outgoing{outgoing("known")}})
	for range 2 {
		if err := db.SentBefore(t.Context(), "known", later); err != nil {
			t.Fatal(err)
		}
	}
	if o := state(t, db).Outbox["known"]; o.State != ledger.SendSent || len(o.Attempts) != 1 {
		t.Errorf("got %+v", o)
	}
}
