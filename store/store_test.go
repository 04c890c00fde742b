package store_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"taizhang/internal/storetest"
	"taizhang/ledger"
	"taizhang/store"
)

var (
	zone = time.FixedZone("CST", 8*3600)
	day  = time.Date(2022, 5, 26, 9, 30, 0, 123456789, zone)
	may  = ledger.Period{Year: 2022, Month: 5}
	june = ledger.Period{Year: 2022, Month: 6}
)

func digestOf(raw string) string {
	h := sha256.Sum256([]byte(raw))
	return hex.EncodeToString(h[:])
}

// arrive keeps and records a message, and returns its record.
func arrive(t testing.TB, db *store.DB, raw string, at time.Time, uids ...uint32) ledger.MailRecord {
	t.Helper()
	digest, size, err := db.KeepRaw(t.Context(), strings.NewReader(raw), 1<<20)
	if err != nil {
		t.Fatalf("KeepRaw: %v", err)
	}
	rec := ledger.MailRecord{
		Digest: digest, Size: size, Arrived: at, Stored: at.Add(time.Minute), Status: ledger.MailPending,
		From: ledger.Address{Name: "禹州市社保", Addr: "yz@163.com"}, Subject: "5月台账", MessageID: "<1@163.com>", Proof: "dkim=pass",
	}
	for _, uid := range uids {
		rec.Places = append(rec.Places, ledger.Place{Folder: "INBOX", Validity: "1", UID: uid})
	}
	if _, err := db.Arrive(t.Context(), rec); err != nil {
		t.Fatalf("Arrive: %v", err)
	}
	return rec
}

func figures(n int64) ledger.Figures {
	return ledger.Figures{
		"persons":     {Kind: ledger.Number, Value: n, Sheet: "Sheet1", Cell: "D5", Text: fmt.Sprint(n)},
		"enterprises": {Kind: ledger.Zero, Cell: "C5", Text: "零"},
		"injury":      {Kind: ledger.Dash, Cell: "E5", Text: "—"},
	}
}

// submission returns version v of the unit for May, from the mail.
func submission(m ledger.MailRecord, unit string, v int) ledger.Submission {
	return ledger.Submission{
		ID: m.Digest + "/1", Mail: m.Digest, Unit: unit, Period: may, Version: v, Arrived: m.Arrived, Decided: day,
		Sender: "yz@163.com", Quality: ledger.QualityAccepted,
		Reading: ledger.Reading{
			Document: "台账.xlsx#Sheet1", File: "台账.xlsx", Sheet: "Sheet1", Kind: ledger.KindLedger, Unit: unit, UnitFrom: "B2",
			Period: may, Figures: figures(120), Measures: "走访企业。\n<b>", FilledOn: ledger.Date{Year: 2022, Month: 5, Day: 26},
			Findings: []ledger.Finding{{Code: ledger.CNormalised, Severity: ledger.Note, Cell: "D5", Args: map[string]string{"from": "１２０"}}},
		},
	}
}

func outgoing(key string) ledger.Outgoing {
	return ledger.Outgoing{
		Key: key, Kind: ledger.MailReceipt, Unit: "禹州市", Period: may, Reason: "accepted", Subject: "【回执】",
		MessageID: "<" + key + "@taizhang>", From: "desk@163.com", Recipients: []string{"yz@163.com", "desk@163.com"},
		BodyDigest: digestOf(key), Raw: []byte("Subject: x\r\n\r\n" + key + "\r\n"), Created: day, State: ledger.SendQueued,
	}
}

func mustApply(t testing.TB, db *store.DB, c ledger.Change) []string {
	t.Helper()
	if c.At.IsZero() {
		c.At = day
	}
	inserted, err := db.Apply(t.Context(), c)
	if err != nil {
		t.Fatalf("Apply: %v", err)
	}
	return inserted
}

func state(t testing.TB, db *store.DB) *ledger.State {
	t.Helper()
	s, err := db.State(t.Context())
	if err != nil {
		t.Fatalf("State: %v", err)
	}
	return s
}

// fullChange is a change with a record of every kind.
func fullChange(m ledger.MailRecord) ledger.Change {
	d := ledger.Decision{At: day, Actor: "desk", Action: "exempt", Reason: "洪灾"}
	m.Status, m.Outcome, m.Reason, m.Decided = ledger.MailDecided, ledger.OutcomeAccepted, "read", day
	held := submission(m, "", 0)
	held.ID, held.Period, held.Quality = m.Digest+"/2", ledger.Period{}, ledger.QualityHeld
	skipped := outgoing("remind/2022-05/魏都区/overdue-1")
	skipped.State, skipped.Raw = ledger.SendSkipped, nil
	return ledger.Change{
		At:          day,
		Mails:       []ledger.MailRecord{m},
		Submissions: []ledger.Submission{submission(m, "禹州市", 1), held},
		Outgoing:    []ledger.Outgoing{outgoing("receipt/" + m.Digest), skipped},
		Addresses:   []ledger.KnownAddress{{Addr: "yz@163.com", Unit: "禹州市", Source: "config", Since: day}},
		Snapshots:   []ledger.Snapshot{{Period: may, Units: []string{"市本级", "禹州市"}, At: day}},
		Exempt:      []ledger.UnitDecision{{Unit: "市本级", Period: may, Decision: d}},
		Extended:    []ledger.UnitExtension{{Unit: "禹州市", Period: june, Extension: ledger.Extension{Until: day.AddDate(0, 1, 0), Decision: d}}},
		Closed:      []ledger.PeriodDecision{{Period: june, Decision: d}},
		Issues: []ledger.Issue{
			{Period: may, Number: 2, At: day, Key: "summary/2022-05/r2"},
			{Period: may, Number: 1, At: day, Key: "summary/2022-05/r1", Versions: map[string]string{"禹州市": m.Digest + "/1"}, Figures: map[string]ledger.Figures{"禹州市": figures(120)}},
		},
		Rosters: []ledger.RosterRecord{{From: day, Line: ledger.RosterLine{Unit: "禹州市", Officer: ledger.Person{Name: "张三", Phone: "0374"}}, Ref: m.Digest}},
		Events:  []ledger.Event{{What: "decide", Unit: "禹州市", Period: may, Ref: m.Digest, Text: "accepted"}, {Actor: "desk", What: "desk", At: day.Add(time.Hour)}},
	}
}

func TestStateGivesBackWhatWasApplied(t *testing.T) {
	dir := t.TempDir()
	db := storetest.OpenIn(t, dir)
	m := arrive(t, db, "mail one", day.Add(-time.Hour), 7)
	waiting := arrive(t, db, "mail two", day, 8)
	epoch, first, err := db.Start(t.Context(), day)
	if err != nil || !first || !epoch.Equal(day) {
		t.Fatalf("Start = %v, %v, %v", epoch, first, err)
	}
	if epoch, first, err = db.Start(t.Context(), day.Add(time.Hour)); err != nil || first || !epoch.Equal(day) {
		t.Fatalf("second Start = %v, %v, %v", epoch, first, err)
	}
	pause := &ledger.Pause{Until: day.Add(time.Hour), Reason: "535", Human: true}
	if err := db.SetPause(t.Context(), pause); err != nil {
		t.Fatal(err)
	}
	if err := db.PollDone(t.Context(), ledger.PollReport{Begun: day}); err != nil {
		t.Fatal(err)
	}
	c := fullChange(m)
	inserted := mustApply(t, db, c)
	if diff := cmp.Diff([]string{c.Outgoing[0].Key, c.Outgoing[1].Key}, inserted); diff != "" {
		t.Errorf("inserted (-want +got):\n%s", diff)
	}
	plain := func(o ledger.Outgoing) *ledger.Outgoing { o.Raw = nil; return &o }
	want := &ledger.State{
		Epoch: day,
		Books: map[ledger.Period]*ledger.Book{
			may: {
				Period: may, Expected: []string{"市本级", "禹州市"},
				Exempt:   map[string]ledger.Decision{"市本级": c.Exempt[0].Decision},
				Extended: map[string]ledger.Extension{}, Submissions: c.Submissions[:1], Issues: []ledger.Issue{c.Issues[1], c.Issues[0]},
			},
			june: {
				Period: june, Exempt: map[string]ledger.Decision{},
				Extended: map[string]ledger.Extension{"禹州市": c.Extended[0].Extension}, Closed: &c.Closed[0].Decision,
			},
		},
		Addresses: map[string]ledger.KnownAddress{"yz@163.com": c.Addresses[0]},
		Unplaced:  c.Submissions[1:],
		Undecided: []ledger.MailRecord{waiting},
		Outbox:    map[string]*ledger.Outgoing{c.Outgoing[0].Key: plain(c.Outgoing[0]), c.Outgoing[1].Key: &c.Outgoing[1]},
		Rosters:   c.Rosters,
		Poll:      ledger.PollState{Complete: day, Count: 1},
		Pause:     pause,
	}
	check := func(db *store.DB) {
		t.Helper()
		if diff := cmp.Diff(want, state(t, db)); diff != "" {
			t.Errorf("state (-want +got):\n%s", diff)
		}
		o, ok, err := db.Outgoing(t.Context(), c.Outgoing[0].Key)
		if err != nil || !ok {
			t.Fatalf("Outgoing: %v, %v", ok, err)
		}
		if diff := cmp.Diff(c.Outgoing[0], o); diff != "" {
			t.Errorf("outgoing (-want +got):\n%s", diff)
		}
		subs, err := db.Submissions(t.Context())
		if diff := cmp.Diff(c.Submissions, subs); err != nil || diff != "" {
			t.Errorf("submissions: %v (-want +got):\n%s", err, diff)
		}
		ms, err := db.Mails(t.Context())
		if diff := cmp.Diff([]ledger.MailRecord{c.Mails[0], waiting}, ms); err != nil || diff != "" {
			t.Errorf("mails: %v (-want +got):\n%s", err, diff)
		}
		evs, err := db.Events(t.Context(), 1)
		wantEvents := []ledger.Event{
			{Seq: 2, At: day, Actor: "taizhang", What: "decide", Unit: "禹州市", Period: may, Ref: m.Digest, Text: "accepted"},
			{Seq: 3, At: day.Add(time.Hour), Actor: "desk", What: "desk"},
		}
		if diff := cmp.Diff(wantEvents, evs); err != nil || diff != "" {
			t.Errorf("events: %v (-want +got):\n%s", err, diff)
		}
	}
	check(db)
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	check(storetest.OpenIn(t, dir))
}

func TestAnEmptyStore(t *testing.T) {
	db := storetest.Open(t)
	want := &ledger.State{
		Books: map[ledger.Period]*ledger.Book{}, Addresses: map[string]ledger.KnownAddress{}, Outbox: map[string]*ledger.Outgoing{},
	}
	if diff := cmp.Diff(want, state(t, db)); diff != "" {
		t.Errorf("state (-want +got):\n%s", diff)
	}
	if evs, err := db.Events(t.Context(), 0); err != nil || evs != nil {
		t.Errorf("Events = %v, %v", evs, err)
	}
	if _, ok, err := db.Mail(t.Context(), digestOf("x")); ok || err != nil {
		t.Errorf("Mail = %v, %v", ok, err)
	}
	if _, ok, err := db.Outgoing(t.Context(), "x"); ok || err != nil {
		t.Errorf("Outgoing = %v, %v", ok, err)
	}
}

func TestCancelledContextDoesNothing(t *testing.T) {
	db := storetest.Open(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := db.State(ctx); err == nil {
		t.Error("State went on")
	}
	if _, err := db.Apply(ctx, ledger.Change{At: day, Events: []ledger.Event{{What: "x"}}}); err == nil {
		t.Error("Apply went on")
	}
	if _, _, err := db.KeepRaw(ctx, bytes.NewReader([]byte("x")), 10); err == nil {
		t.Error("KeepRaw went on")
	}
}

func TestBackupOpensAndHoldsTheSame(t *testing.T) {
	db := storetest.Open(t)
	m := arrive(t, db, "mail one", day, 7)
	mustApply(t, db, fullChange(m))
	dir := t.TempDir()
	var buf bytes.Buffer
	if n, err := db.Backup(t.Context(), &buf); err != nil || n != int64(buf.Len()) {
		t.Fatalf("Backup = %d, %v", n, err)
	}
	writeFile(t, dir, "taizhang.db", buf.Bytes())
	if got, want := mustDump(t, open(t, dir)), mustDump(t, db); got != want {
		t.Errorf("the copy differs: %s", cmp.Diff(want, got))
	}
}
