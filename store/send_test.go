package store_test

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"taizhang/internal/storetest"
	"taizhang/ledger"
	"taizhang/store"
)

// send makes one whole attempt that ends in the state.
func send(t testing.TB, db *store.DB, key string, end ledger.SendState) {
	t.Helper()
	n, err := db.Begin(t.Context(), key, day)
	if err != nil {
		t.Fatalf("Begin: %v", err)
	}
	if err := db.EndOfData(t.Context(), key, n, day.Add(time.Second), nil); err != nil {
		t.Fatalf("EndOfData: %v", err)
	}
	if err := db.Finish(t.Context(), key, n, ledger.SendFinish{At: day.Add(2 * time.Second), State: end, Reply: "250 ok"}); err != nil {
		t.Fatalf("Finish: %v", err)
	}
}

func TestAnAttemptIsOnRecordAtEveryStep(t *testing.T) {
	dir := t.TempDir()
	const key = "receipt/1"
	want := outgoing(key)
	// reopen stands for a process that ended right after the step.
	step := func(do func(*store.DB) error) {
		t.Helper()
		db := open(t, dir)
		if err := do(db); err != nil {
			t.Fatal(err)
		}
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
		db = open(t, dir)
		got, _, err := db.Outgoing(t.Context(), key)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatalf("outgoing (-want +got):\n%s", diff)
		}
		if err := errors.Join(db.Check(t.Context()), db.Close()); err != nil {
			t.Fatal(err)
		}
	}
	step(func(db *store.DB) error {
		_, err := db.Apply(t.Context(), ledger.Change{At: day, Outgoing: []ledger.Outgoing{want}})
		return err
	})
	want.State, want.Attempts = ledger.SendSending, []ledger.SendAttempt{{Begun: day}}
	step(func(db *store.DB) error {
		n, err := db.Begin(t.Context(), key, day)
		if n != 1 {
			t.Errorf("attempt %d", n)
		}
		return err
	})
	refusedBy := map[string]string{"x@163.com": "550 no such user"}
	later := day.Add(2 * time.Minute)
	want.State, want.NotBefore = ledger.SendDeferred, later
	want.Attempts[0].Ended, want.Attempts[0].Result = day.Add(time.Second), ledger.SendDeferred
	want.Attempts[0].Reply, want.Attempts[0].Recipient = "dial: refused", refusedBy
	step(func(db *store.DB) error {
		return db.Finish(t.Context(), key, 1, ledger.SendFinish{
			At: day.Add(time.Second), State: ledger.SendDeferred, NotBefore: later, Reply: "dial: refused", Recipient: refusedBy,
		})
	})
	want.State, want.Attempts = ledger.SendSending, append(want.Attempts, ledger.SendAttempt{Begun: later})
	step(func(db *store.DB) error {
		_, err := db.Begin(t.Context(), key, later)
		return err
	})
	want.Attempts[1].EndOfData = later.Add(time.Second)
	step(func(db *store.DB) error { return db.EndOfData(t.Context(), key, 2, later.Add(time.Second), nil) })
	want.State, want.NotBefore, want.Attempts[1].Ended, want.Attempts[1].Result = ledger.SendAmbiguous, time.Time{}, later.Add(time.Hour), ledger.SendAmbiguous
	step(func(db *store.DB) error {
		return db.Finish(t.Context(), key, 0, ledger.SendFinish{At: later.Add(time.Hour), State: ledger.SendAmbiguous})
	})
	want.State, want.Resent = ledger.SendQueued, true
	step(func(db *store.DB) error {
		return db.Finish(t.Context(), key, 0, ledger.SendFinish{At: later.Add(2 * time.Hour), State: ledger.SendQueued, Resent: true, Reply: "absent"})
	})
	want.CopySeen = day.Add(time.Hour)
	step(func(db *store.DB) error {
		for _, at := range []time.Time{want.CopySeen, day.AddDate(0, 0, 3)} { // the first sight stays
			if _, err := db.Apply(t.Context(), ledger.Change{At: at, CopiesSeen: []string{key}}); err != nil {
				return err
			}
		}
		return nil
	})
	db := open(t, dir)
	begun, err := db.Begun(t.Context(), day)
	if diff := cmp.Diff([]time.Time{later}, begun); err != nil || diff != "" {
		t.Errorf("Begun: %v (-want +got):\n%s", err, diff)
	}
	evs, err := db.Events(t.Context(), 0)
	var texts []string
	for _, e := range evs {
		texts = append(texts, e.What+" "+e.Ref+" "+e.Text)
	}
	wantTexts := []string{
		"send receipt/1 sending to deferred, attempt 1",
		"send receipt/1 sending to ambiguous",
		"send receipt/1 ambiguous to queued: absent",
	}
	if diff := cmp.Diff(wantTexts, texts); err != nil || diff != "" {
		t.Errorf("events: %v (-want +got):\n%s", err, diff)
	}
}

func TestWhatWouldSendTwiceIsRefused(t *testing.T) {
	type finish = ledger.SendFinish
	began := func(db *store.DB, t *testing.T) {
		if _, err := db.Begin(t.Context(), "k", day); err != nil {
			t.Fatal(err)
		}
	}
	marked := func(db *store.DB, t *testing.T) {
		began(db, t)
		if err := db.EndOfData(t.Context(), "k", 1, day, nil); err != nil {
			t.Fatal(err)
		}
	}
	ended := func(s ledger.SendState, resent bool) func(*store.DB, *testing.T) {
		return func(db *store.DB, t *testing.T) {
			marked(db, t)
			if err := db.Finish(t.Context(), "k", 1, finish{At: day, State: s, Resent: resent, Reply: "x"}); err != nil {
				t.Fatal(err)
			}
		}
	}
	nothing := func(*store.DB, *testing.T) {}
	tests := []struct {
		name    string
		before  func(*store.DB, *testing.T)
		attempt int
		f       finish
		ok      bool
	}{
		{"sent, never tried", nothing, 0, finish{State: ledger.SendSent}, false},
		{"attempt that never was", nothing, 1, finish{State: ledger.SendDeferred}, false},
		{"expired", nothing, 0, finish{State: ledger.SendSkipped, Reply: "expired"}, true},
		{"no state", nothing, 0, finish{}, false},
		{"to sending", nothing, 0, finish{State: ledger.SendSending}, false},
		{"unmarked, after a restart", began, 0, finish{State: ledger.SendQueued}, true},
		{"unmarked, sent all the same", began, 1, finish{State: ledger.SendSent}, true},
		{"unmarked, other attempt", began, 2, finish{State: ledger.SendDeferred}, false},
		{"marked, queued blindly", marked, 1, finish{State: ledger.SendQueued, Reply: "reset"}, false},
		{"marked, deferred without a word", marked, 1, finish{State: ledger.SendDeferred}, false},
		{"marked, deferred by the server", marked, 1, finish{State: ledger.SendDeferred, Reply: "451 later"}, true},
		{"marked, queued after a restart", marked, 0, finish{State: ledger.SendQueued}, false},
		{"marked, skipped", marked, 1, finish{State: ledger.SendSkipped}, false},
		{"marked, copy found after a restart", marked, 0, finish{State: ledger.SendSent}, true},
		{"ambiguous, queued blindly", ended(ledger.SendAmbiguous, false), 0, finish{State: ledger.SendQueued}, false},
		{"ambiguous, deferred blindly", ended(ledger.SendAmbiguous, false), 0, finish{State: ledger.SendDeferred}, false},
		{"ambiguous, proved absent", ended(ledger.SendAmbiguous, false), 0, finish{State: ledger.SendQueued, Resent: true}, true},
		{"ambiguous, absent a second time", ended(ledger.SendAmbiguous, true), 0, finish{State: ledger.SendQueued, Resent: true}, false},
		{"ambiguous, for a person", ended(ledger.SendAmbiguous, true), 0, finish{State: ledger.SendHuman}, true},
		{"a person says again", ended(ledger.SendHuman, true), 0, finish{State: ledger.SendQueued}, true},
		{"sent, again", ended(ledger.SendSent, false), 0, finish{State: ledger.SendQueued, Resent: true}, false},
		{"sent, told twice", ended(ledger.SendSent, false), 0, finish{State: ledger.SendSent}, true},
		{"refused, again", ended(ledger.SendRefused, false), 0, finish{State: ledger.SendQueued}, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			db := storetest.Open(t)
			mustApply(t, db, ledger.Change{Outgoing: []ledger.Outgoing{outgoing("k")}})
			tt.before(db, t)
			was := mustDump(t, db)
			tt.f.At = day
			err := db.Finish(t.Context(), "k", tt.attempt, tt.f)
			if tt.ok && err != nil {
				t.Errorf("Finish = %v", err)
			}
			if !tt.ok && (!errors.Is(err, store.ErrRefused) || mustDump(t, db) != was) {
				t.Errorf("Finish = %v, or something was written", err)
			}
		})
	}
}

func TestBeginOnlyWhatWaits(t *testing.T) {
	db := storetest.Open(t)
	skipped := outgoing("skipped")
	skipped.State = ledger.SendSkipped
	human := outgoing("human")
	human.State = ledger.SendHuman
	mustApply(t, db, ledger.Change{Outgoing: []ledger.Outgoing{outgoing("sent"), skipped, human, outgoing("busy")}})
	send(t, db, "sent", ledger.SendSent)
	if _, err := db.Begin(t.Context(), "busy", day); err != nil {
		t.Fatal(err)
	}
	for _, key := range []string{"sent", "skipped", "human", "busy"} {
		if _, err := db.Begin(t.Context(), key, day); !errors.Is(err, store.ErrRefused) {
			t.Errorf("Begin(%s) = %v", key, err)
		}
	}
	if _, err := db.Begin(t.Context(), "nobody", day); !errors.Is(err, store.ErrUnknown) {
		t.Errorf("Begin(nobody) = %v", err)
	}
}

func TestBegunCountsWhatTheServerSaw(t *testing.T) {
	db := storetest.Open(t)
	at := day
	try := func(key, reply string, end ledger.SendState, mark bool) {
		t.Helper()
		mustApply(t, db, ledger.Change{Outgoing: []ledger.Outgoing{outgoing(key)}})
		n, err := db.Begin(t.Context(), key, at)
		if err == nil && mark {
			err = db.EndOfData(t.Context(), key, n, at, nil)
		}
		if err == nil && end != "" {
			err = db.Finish(t.Context(), key, n, ledger.SendFinish{At: at, State: end, Reply: reply})
		}
		if err != nil {
			t.Fatal(err)
		}
		at = at.Add(time.Minute)
	}
	try("before", "250 ok", ledger.SendSent, true)
	try("dial", "dial tcp: refused", ledger.SendDeferred, false)
	try("421", "421 HL:ICC", ledger.SendDeferred, false)
	try("refused", "no", ledger.SendRefused, false)
	try("open", "", "", true)
	try("unmarked", "", "", false)
	got, err := db.Begun(t.Context(), day.Add(time.Minute))
	want := []time.Time{day.Add(2 * time.Minute), day.Add(3 * time.Minute), day.Add(4 * time.Minute)}
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Errorf("Begun: %v (-want +got):\n%s", err, diff)
	}
}

func TestPauseIsKeptAndLifted(t *testing.T) {
	db := storetest.Open(t)
	for _, p := range []*ledger.Pause{{Until: day, Reason: "450"}, nil, nil, {Reason: "535", Human: true}} {
		if err := db.SetPause(t.Context(), p); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(p, state(t, db).Pause); diff != "" {
			t.Errorf("pause (-want +got):\n%s", diff)
		}
	}
}
