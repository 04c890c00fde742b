package app_test

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"taizhang/app"
	"taizhang/ingest/attach"
	"taizhang/internal/coremail"
	"taizhang/internal/samples"
	"taizhang/store"
)

var restores = flag.Int("restores", 2, "how often TestRestoredFromAnOldBackup restores")

// playTo lets the sample month go on from the office's instant to end: events
// of it arrive, rounds are done every six hours and at the plan's slots.
func (o *office) playTo(end time.Time, events []samples.Event) {
	o.t.Helper()
	last := o.now
	for now := o.now; !now.After(end); {
		for _, e := range events {
			if !e.At.After(now) && e.At.After(last) {
				o.happen(e, now)
			}
		}
		o.now, last = now, now
		o.imap.SetNow(now)
		r, err := o.app.Step(o.t.Context(), now)
		if err := errors.Join(err, r.PollErr); err != nil {
			o.t.Fatalf("step at %s: %v", now.Format(time.DateTime), err)
		}
		next := now.Add(6 * time.Hour)
		if s := r.Planned.Next; s.After(now) && s.Before(next) {
			next = s
		}
		for _, e := range events {
			if e.At.After(now) && e.At.Before(next) {
				next = e.At
			}
		}
		if _, err := o.app.Drain(o.t.Context(), now, next.Add(-time.Second), func(_ context.Context, t time.Time) (time.Time, error) {
			o.now = t
			o.imap.SetNow(t)
			return t, nil
		}); err != nil {
			o.t.Fatal(err)
		}
		now = next
	}
	o.now = end
}

func (o *office) happen(e samples.Event, now time.Time) {
	o.t.Helper()
	if e.Desk == nil {
		o.imap.Deliver(e.Folder, e.Raw, e.At)
		return
	}
	if _, err := o.app.Desk(o.t.Context(), now, app.DeskAction{Action: "address", Unit: e.Desk.Unit, Addr: e.Desk.Addr, Reason: e.Desk.Reason}); err != nil {
		o.t.Fatal(err)
	}
}

// sentTwice returns what the mail server took more than once, by our mark.
func (o *office) sentTwice() []string {
	count := map[string]int{}
	for _, m := range o.smtp.Accepted() {
		msg, err := attach.Parse(m.Raw, attach.Limits{})
		if err != nil {
			o.t.Fatal(err)
		}
		count[msg.Header.Get("X-Taizhang-ID")+" "+msg.Header.Subject]++
	}
	var out []string
	for id, n := range count {
		if n > 1 {
			out = append(out, fmt.Sprintf("%d times %s", n, id))
		}
	}
	return out
}

// swap puts a copy of the store in the place of the one that ran on.
func (o *office) swap(from string, restored bool) error {
	o.t.Helper()
	if err := o.app.Close(); err != nil {
		o.t.Fatal(err)
	}
	dir := o.cfg.StoreDir
	old := fmt.Sprintf("%s-%d", dir, time.Now().UnixNano())
	if err := errors.Join(os.Rename(dir, old), os.CopyFS(dir, os.DirFS(from))); err != nil {
		o.t.Fatal(err)
	}
	return o.reopen(restored)
}

// readings tells what mails determine: each submission with its version and
// figures.
func (o *office) readings() []string {
	o.t.Helper()
	st, err := o.app.State(o.t.Context())
	if err != nil {
		o.t.Fatal(err)
	}
	var out []string
	for p, b := range st.Books {
		for _, s := range b.Submissions {
			out = append(out, fmt.Sprintf("%s %s %s v%d %s %v", p, s.Unit, s.ID[:8], s.Version, s.Quality, s.Arrived.Unix()))
		}
	}
	slices.Sort(out)
	return out
}

// The store is lost and put back from a backup of an earlier day: no mail goes
// out twice, every mail that came in between is taken once, and the month ends
// with the readings it would have had.
func TestRestoredFromAnOldBackup(t *testing.T) {
	events, err := samples.World()
	if err != nil {
		t.Fatal(err)
	}
	whole := newOffice(t, nil)
	whole.now = samples.Start.Add(-time.Minute)
	whole.playTo(samples.End, events)
	if twice := whole.sentTwice(); len(twice) > 0 {
		t.Fatalf("without any restore: %v", twice)
	}
	want, all := whole.readings(), 0
	if n := len(whole.smtp.Accepted()); n < 20 {
		t.Fatalf("the month sent %d mails", n)
	}
	// The loss is noticed before a desk's word that came by telephone is due.
	cases := []struct{ backup, lost time.Time }{{may(24, 10, 12), may(27, 9, 45)}, {may(29, 12, 0), may(30, 15, 0)}}
	rnd := rand.New(rand.NewPCG(20220528, 4))
	for len(cases) < *restores {
		at := samples.Start.Add(time.Duration(rnd.IntN(9*24*60)) * time.Minute)
		cases = append(cases, struct{ backup, lost time.Time }{at, at.Add(time.Duration(1+rnd.IntN(24*60)) * time.Minute)})
	}
	for _, c := range cases {
		t.Run(c.backup.Format("01-02 1504"), func(t *testing.T) {
			o := newOffice(t, nil)
			o.now = samples.Start.Add(-time.Minute)
			o.playTo(c.backup, events)
			made, err := o.app.Backup(t.Context(), c.backup, filepath.Join(t.TempDir(), "b"))
			if err != nil {
				t.Fatal(err)
			}
			o.playTo(c.lost, events)
			before := len(o.smtp.Accepted())
			if err := o.swap(made.Path, false); !errors.Is(err, app.ErrCopy) {
				t.Fatalf("a copy was opened without a word: %v", err)
			}
			if err := o.reopen(true); err != nil {
				t.Fatal(err)
			}
			if _, err := o.app.Restored(t.Context(), c.lost); err != nil {
				t.Fatal(err)
			}
			o.playTo(c.lost.Add(time.Minute), nil)
			for _, e := range events { // the desk's words since the backup are lost, and said again
				if e.Desk != nil && e.At.After(c.backup) && !e.At.After(c.lost) {
					o.happen(e, c.lost.Add(time.Minute))
				}
			}
			o.playTo(samples.End, events)
			if twice := o.sentTwice(); len(twice) > 0 {
				t.Errorf("doubled: %v", twice)
			}
			if got := o.readings(); !slices.Equal(got, want) {
				t.Errorf("readings:\n%s\nwant:\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
			}
			all++
			t.Logf("%d mails before the loss, %d at the end", before, len(o.smtp.Accepted()))
		})
	}
	t.Logf("counted: restored: %d times, 0 mails doubled", all)
}

func (o *office) reopen(restored bool) error {
	a, err := app.New(o.t.Context(), app.Options{Config: o.cfg, Log: slog.New(slog.DiscardHandler), Version: "test", Played: true, AfterRestore: restored})
	if err == nil {
		o.app = a
	}
	return err
}

// An older state put back behind the program's back, as a snapshot of the
// machine does: the mailbox knows more than the store, and sending stops until
// a person says that it was restored.
func TestAnOlderStateIsNoticedByTheMailbox(t *testing.T) {
	events, err := samples.World()
	if err != nil {
		t.Fatal(err)
	}
	o := newOffice(t, nil)
	o.now = samples.Start.Add(-time.Minute)
	o.playTo(may(25, 8, 0), events)
	snapshot := t.TempDir()
	db, err := os.Create(filepath.Join(snapshot, store.FileName))
	if err == nil {
		err = app.Snapshot(t.Context(), o.app, db)
	}
	if err := errors.Join(err, db.Close(), os.CopyFS(filepath.Join(snapshot, "raw"), os.DirFS(filepath.Join(o.cfg.StoreDir, "raw")))); err != nil {
		t.Fatal(err)
	}
	o.playTo(may(27, 12, 0), events)
	if err := o.swap(snapshot, false); err != nil {
		t.Fatal(err)
	}
	before := len(o.smtp.Accepted())
	o.playTo(may(27, 18, 0), nil)
	s, err := o.app.Status(t.Context(), samples.Period, o.now)
	if err != nil || s.Pause != app.PauseOlder || len(o.smtp.Accepted()) != before {
		t.Fatalf("pause %q, %d mails were sent, %v", s.Pause, len(o.smtp.Accepted())-before, err)
	}
	if err := errors.Join(o.app.Close(), o.reopen(false), o.app.Resume(t.Context())); err != nil {
		t.Fatal(err)
	}
	o.playTo(may(27, 19, 0), nil)
	if n := len(o.smtp.Accepted()) - before; n != 0 {
		t.Errorf("a plain restart sent %d mails", n)
	}
	if err := errors.Join(o.app.Close(), o.reopen(true)); err != nil {
		t.Fatal(err)
	}
	if _, err := o.app.Restored(t.Context(), o.now); err != nil {
		t.Fatal(err)
	}
	o.playTo(samples.End, events)
	if twice := o.sentTwice(); len(twice) > 0 {
		t.Errorf("doubled: %v", twice)
	}
	if n := len(o.smtp.Accepted()) - before; n == 0 {
		t.Error("nothing was sent after the restore was told")
	}
}

// A mail that bears our marks and is proved not to be ours stops nothing.
func TestAForgedCopyStopsNothing(t *testing.T) {
	o := newOfficeAt(t, coremail.NetEase, nil)
	o.step(may(20, 8, 0))
	id := strings.Repeat("ab", 16)
	_, domain, _ := strings.Cut(samples.Own, "@")
	raw := fmt.Sprintf("Received: by mx19 (Coremail) id 1;\r\n\t%s\r\nFrom: <%s>\r\nTo: <%s>\r\nSubject: x\r\nMessage-ID: <%s@%s>\r\nX-Taizhang-ID: %s\r\n"+
		"X-CM-TRANSID: x\r\nAuthentication-Results: mx19; spf=fail smtp.mail=x@evil.example\r\n\r\nx\r\n",
		may(21, 9, 0).Format(time.RFC1123Z), samples.Own, samples.Own, id, domain, id)
	o.imap.Deliver("INBOX", []byte(raw), may(21, 9, 0))
	o.step(may(23, 9, 31))
	s, err := o.app.Status(t.Context(), samples.Period, may(23, 9, 32))
	if err != nil || s.Pause != "" || len(o.toCounties()) == 0 {
		t.Errorf("pause %q, %d mails, %v", s.Pause, len(o.toCounties()), err)
	}
}

// A mail that waited when the backup was made may have gone out since: nobody
// but the mailbox or the desk can say, and the desk's word sends it once.
func TestAMailInDoubtWaitsForTheDesk(t *testing.T) {
	o := newOffice(t, nil)
	o.step(may(23, 8, 0))
	o.deliver("01-长葛市")
	o.deliver("02-禹州市")
	o.now = may(24, 11, 0)
	if _, err := o.app.Step(t.Context(), o.now); err != nil { // takes both in, sends one answer
		t.Fatal(err)
	}
	made, err := o.app.Backup(t.Context(), o.now, filepath.Join(t.TempDir(), "b"))
	if err != nil {
		t.Fatal(err)
	}
	if err := o.swap(made.Path, true); err != nil {
		t.Fatal(err)
	}
	n, err := o.app.Restored(t.Context(), may(24, 11, 5))
	if err != nil || n == 0 {
		t.Fatalf("in doubt: %d, %v", n, err)
	}
	before := len(o.smtp.Accepted())
	o.step(may(24, 13, 0))
	s, err := o.app.Status(t.Context(), samples.Period, o.now)
	if err != nil || len(s.Mails) != n || len(o.smtp.Accepted()) != before {
		t.Fatalf("doubtful %+v, %d mails sent, %v", s.Mails, len(o.smtp.Accepted())-before, err)
	}
	for i, m := range s.Mails {
		d := app.DeskAction{Action: "resend", Target: m.Key, Reason: "电话核实，没有收到"}
		if i > 0 {
			d.Action = "delivered"
		}
		if _, err := o.desk(may(24, 13, 10+i), d); err != nil {
			t.Fatal(err)
		}
		if got := o.refused(may(24, 13, 30), d); got != app.RefuseNoDoubt {
			t.Errorf("said twice: %s", got)
		}
	}
	o.step(may(24, 14, 0))
	if got := len(o.smtp.Accepted()) - before; got != 1 {
		t.Errorf("%d mails were sent again, one was ordered", got)
	}
	if twice := o.sentTwice(); len(twice) > 0 {
		t.Errorf("doubled: %v", twice)
	}
}
