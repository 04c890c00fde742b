package app_test

import (
	"errors"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"taizhang/app"
	"taizhang/internal/samples"
	"taizhang/ledger"
	"taizhang/store"
)

// determined is what mails alone determine: what a rebuilt store must have as
// the original had it.
type determined struct {
	Mails       []ledger.MailRecord
	Submissions []ledger.Submission
}

// exceptions are what a rebuild out of messages alone cannot know, by name.
var exceptions = []string{
	"MailRecord.Places and Junk: found again by the next poll",
	"MailRecord.Stored, Decided, PreEpoch and Submission.Decided: when it was done anew",
	"MailRecord.Reason of a copy of our own mail: the outbox that it names is lost",
	"the desk's decisions: here, that an unknown address is 鄢陵县's",
}

func determinedBy(t *testing.T, dir string) determined {
	t.Helper()
	db, err := store.Open(t.Context(), dir, store.Options{ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	var d determined
	d.Mails, err = db.Mails(t.Context())
	if err == nil {
		d.Submissions, err = db.Submissions(t.Context())
	}
	if err := errors.Join(err, db.Check(t.Context()), db.Close()); err != nil {
		t.Fatal(err)
	}
	for i := range d.Mails {
		m := &d.Mails[i]
		m.Places, m.Junk, m.Stored, m.Decided, m.PreEpoch = nil, false, time.Time{}, time.Time{}, false
		if m.From.Addr == samples.Own && m.Outcome == ledger.OutcomeIgnored {
			m.Reason = "a copy"
		}
	}
	for i := range d.Submissions {
		d.Submissions[i].Decided = time.Time{}
	}
	return d
}

// playedMonth plays the month and leaves its store closed.
func playedMonth(t *testing.T) *office {
	t.Helper()
	events, err := samples.World()
	if err != nil {
		t.Fatal(err)
	}
	o := newOffice(t, nil)
	o.now = samples.Start.Add(-time.Minute)
	o.playTo(samples.End, events)
	if err := o.app.Close(); err != nil {
		t.Fatal(err)
	}
	return o
}

func rebuild(t *testing.T, o *office) *app.Rebuilt {
	t.Helper()
	r, err := app.Rebuild(t.Context(), o.cfg, app.RebuildRequest{Out: filepath.Join(t.TempDir(), "new"), Now: samples.End.Add(time.Hour), Played: true, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// A store rebuilt out of the messages alone equals the original in all that
// mails determine, but for what is listed; it asks to be told that it was
// restored, and then sends nothing of the past again.
func TestRebuiltFromMessagesAlone(t *testing.T) {
	o := playedMonth(t)
	want := determinedBy(t, o.cfg.StoreDir)
	path := filepath.Join(o.cfg.StoreDir, store.FileName)
	if err := os.Rename(path, filepath.Join(t.TempDir(), "gone")); err != nil {
		t.Fatal(err)
	}
	r := rebuild(t, o)
	if r.Old || r.Messages != len(want.Mails) || r.Reread != r.Messages || len(r.Failed)+len(r.Guessed)+len(r.Damaged) > 0 {
		t.Errorf("got %+v", r)
	}
	if _, err := os.Stat(path); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the old store was touched: %v", err)
	}
	got := determinedBy(t, r.Path)
	// The desk's word about the unknown address made the held document v1.
	desk := func(d determined) {
		for i := range d.Submissions {
			if s := &d.Submissions[i]; s.Unit == "鄢陵县" {
				s.Quality, s.Version, s.Decisions, s.Reading.Findings = "", 0, nil, nil
			}
		}
	}
	desk(want)
	desk(got)
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("beside %s (-original +rebuilt):\n%s", strings.Join(exceptions, "; "), d)
	}
	before := len(o.smtp.Accepted())
	if err := o.swap(r.Path, false); !errors.Is(err, app.ErrCopy) {
		t.Fatalf("opened without a word: %v", err)
	}
	if err := o.reopen(true); err != nil {
		t.Fatal(err)
	}
	if _, err := o.app.Restored(t.Context(), samples.End.Add(2*time.Hour)); err != nil {
		t.Fatal(err)
	}
	o.playTo(samples.End.Add(4*time.Hour), nil)
	if n := len(o.smtp.Accepted()); n != before || len(o.sentTwice()) > 0 {
		t.Errorf("%d mails were sent again: %v", n-before, o.sentTwice())
	}
	t.Logf("counted: rebuilt: %d mails and %d documents equal but for %d named exceptions", len(got.Mails), len(got.Submissions), len(exceptions))
}

// A damaged database gives what can still be read of it, the desk's decisions
// among it; only what was lost is read anew.
func TestRebuiltFromADamagedDatabase(t *testing.T) {
	o := playedMonth(t)
	want := determinedBy(t, o.cfg.StoreDir)
	path := filepath.Join(o.cfg.StoreDir, store.FileName)
	whole := rebuild(t, o)
	if d := cmp.Diff(want, determinedBy(t, whole.Path)); d != "" || whole.Reread != 0 || len(whole.Lost)+len(whole.Refused) > 0 {
		t.Errorf("from a sound database: %+v\n%s", whole, d)
	}
	file, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	// One message's record is spoiled, and one mail's of the outbox.
	for _, part := range []string{`"subject":"禹州市2022年5月全民参保攻坚行动台账"`, `"key":"remind/2022-05/市本级/overdue-1"`} {
		for i := 0; ; {
			n := strings.Index(string(file[i:]), part)
			if n < 0 {
				break
			}
			i += n
			file[i+12] ^= 1
		}
	}
	if err := os.WriteFile(path, file, 0o600); err != nil {
		t.Fatal(err)
	}
	r := rebuild(t, o)
	if r.Lost["mails"] != 1 || r.Reread != 1 || !r.Old {
		t.Errorf("got %+v", r)
	}
	got := determinedBy(t, r.Path)
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("-original +rebuilt:\n%s", d)
	}
	if !slices.ContainsFunc(got.Submissions, func(s ledger.Submission) bool { return len(s.Decisions) > 0 }) {
		t.Error("no decision of the desk was taken over")
	}
	after, err := os.ReadFile(path)
	if err != nil || string(after) != string(file) {
		t.Errorf("the old database was changed: %v", err)
	}
	var no *app.Refusal
	for out, code := range map[string]string{r.Path: app.RefuseNotEmpty, filepath.Join(o.cfg.StoreDir, "new"): app.RefuseInside} {
		if _, err := app.Rebuild(t.Context(), o.cfg, app.RebuildRequest{Out: out, Now: samples.End, Played: true}); !errors.As(err, &no) || no.Code != code {
			t.Errorf("%s: %v", out, err)
		}
	}
}
