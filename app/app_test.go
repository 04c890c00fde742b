package app_test

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"taizhang/app"
	"taizhang/config"
	"taizhang/internal/coremail"
	"taizhang/internal/samples"
	"taizhang/internal/smtptest"
	"taizhang/ledger"
	"taizhang/notify"
)

const password = "app-test-canary"

// office is the program with its servers, for one test.
type office struct {
	t    *testing.T
	imap *coremail.Server
	smtp *smtptest.Server
	cfg  *config.Config
	app  *app.App
	now  time.Time
}

// newOffice starts the servers and the program. edit may change the text of
// the configuration.
func newOffice(t *testing.T, edit func(string) string) *office {
	t.Helper()
	return newOfficeAt(t, coremail.NetEase, edit)
}

// newOfficeAt is newOffice at a provider of the profile.
func newOfficeAt(t *testing.T, profile coremail.Profile, edit func(string) string) *office {
	t.Helper()
	o := &office{t: t}
	var err error
	if o.imap, err = coremail.Start(coremail.Options{User: samples.Own, Password: password, Profile: profile}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = o.imap.Close() })
	if o.smtp, err = smtptest.Start(smtptest.Options{User: samples.Own, Password: password}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = o.smtp.Close() })
	o.smtp.OnAccept(func(m smtptest.Accepted) {
		if slices.Contains(m.To, samples.Own) {
			o.imap.Deliver("INBOX", slices.Concat([]byte("Received: by mx19 (Coremail) id 1;\r\n\t"+o.now.Format(time.RFC1123Z)+"\r\n"), m.Raw), o.now)
		}
	})
	dir := t.TempDir()
	text, err := samples.Config(samples.Setting{IMAP: o.imap.Addr(), SMTP: o.smtp.Addr(), CAFile: "ca.pem", PasswordFile: "code", Store: filepath.Join(dir, "store")})
	if err != nil {
		t.Fatal(err)
	}
	if edit != nil {
		text = []byte(edit(string(text)))
	}
	for name, data := range map[string][]byte{"config.yaml": text, "code": []byte(password), "ca.pem": slices.Concat(o.imap.CAPEM(), o.smtp.CAPEM())} {
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if o.cfg, err = config.Load(filepath.Join(dir, "config.yaml")); err != nil {
		t.Fatal(err)
	}
	o.open()
	t.Cleanup(func() {
		if err := o.app.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	return o
}

func (o *office) open() {
	o.t.Helper()
	a, err := app.New(o.t.Context(), app.Options{Config: o.cfg, Log: slog.New(slog.DiscardHandler), Version: "test", Played: true})
	if err != nil {
		o.t.Fatal(err)
	}
	o.app = a
}

// step does a round at the instant and sends all that may be sent.
func (o *office) step(at time.Time) app.Round {
	o.t.Helper()
	o.now = at
	o.imap.SetNow(at)
	r, err := o.app.Step(o.t.Context(), at)
	if err != nil {
		o.t.Fatalf("step at %s: %v", at.Format(time.DateTime), err)
	}
	_, err = o.app.Drain(o.t.Context(), at, at.Add(30*time.Minute), func(_ context.Context, t time.Time) (time.Time, error) {
		o.now = t
		return t, nil
	})
	if err != nil {
		o.t.Fatal(err)
	}
	return r
}

// deliver puts the sample mail of that name into the mailbox.
func (o *office) deliver(name string) {
	o.t.Helper()
	events, err := samples.World()
	if err != nil {
		o.t.Fatal(err)
	}
	for _, e := range events {
		if e.Name == name {
			o.imap.Deliver(e.Folder, e.Raw, e.At)
			return
		}
	}
	o.t.Fatalf("no sample mail %q", name)
}

// toCounties lists the recipients besides ourselves of all that was sent.
func (o *office) toCounties() []string {
	var out []string
	for _, m := range o.smtp.Accepted() {
		for _, to := range m.To {
			if to != samples.Own {
				out = append(out, to)
			}
		}
	}
	return out
}

func (o *office) unit(name string, at time.Time) app.UnitStatus {
	o.t.Helper()
	s, err := o.app.Status(o.t.Context(), samples.Period, at)
	if err != nil {
		o.t.Fatal(err)
	}
	for _, u := range s.Units {
		if u.Unit == name {
			return u
		}
	}
	o.t.Fatalf("no unit %s", name)
	return app.UnitStatus{}
}

func may(day, hour, minute int) time.Time {
	return time.Date(2022, time.May, day, hour, minute, 0, 0, samples.Start.Location())
}

var anyAddress = regexp.MustCompile(`addresses: \[\{ addr: \S+\.example[^]]*\]`)

// The first start on a full mailbox, with no county address known yet: all is
// read, nothing is mailed for the past, and one word of the desk settles it.
func TestFirstStartOnAFullMailbox(t *testing.T) {
	o := newOffice(t, func(s string) string { return anyAddress.ReplaceAllString(s, "addresses: []") })
	for _, name := range []string{"01-长葛市", "02-禹州市", "05-建安区有误", "06-广告", "09-自动回复"} {
		o.deliver(name)
	}
	r := o.step(may(27, 15, 0))
	if !r.First || r.Decided != 5 {
		t.Fatalf("got %+v", r)
	}
	if got := o.toCounties(); len(got) != 0 {
		t.Errorf("mailed for the past: %v", got)
	}
	u := o.unit("禹州市", may(27, 15, 0))
	if u.Punctuality != ledger.PunctualHeld || u.InForce != 0 {
		t.Errorf("an unknown address is held: %+v", u)
	}
	d, err := o.app.Desk(t.Context(), may(27, 15, 30), app.DeskAction{Action: "address", Unit: "禹州市", Addr: "shebao@yuzhou.example", Reason: "电话核实"})
	if err != nil || len(d.Changed) != 2 || len(d.Queued) != 0 {
		t.Fatalf("got %+v, %v", d, err)
	}
	u = o.unit("禹州市", may(27, 15, 31))
	if u.Punctuality != ledger.PunctualOnTime || u.InForce != 1 || u.Figures["pension"] != 120 {
		t.Errorf("after the desk's word: %+v", u)
	}
	o.step(may(27, 16, 0))
	if got := o.toCounties(); len(got) != 0 {
		t.Errorf("mailed for the past: %v", got)
	}
}

func TestUnreachableMailbox(t *testing.T) {
	o := newOffice(t, nil)
	o.step(may(20, 8, 0))
	if err := o.imap.Close(); err != nil {
		t.Fatal(err)
	}
	o.now = may(23, 9, 31)
	r, err := o.app.Step(t.Context(), o.now)
	if err != nil || app.MailboxTrouble(r.PollErr) != app.TroubleRefused {
		t.Fatalf("an outage is told, not fatal: %v, %v", r.PollErr, err)
	}
	reminders := slices.DeleteFunc(r.Planned.Queued, func(key string) bool { return strings.HasPrefix(key, "duty/") })
	if len(reminders) != 0 || len(r.Planned.Wait) == 0 {
		t.Errorf("reminders wait for a mailbox that was read: %+v", r.Planned)
	}
	if strings.Contains(r.PollErr.Error(), password) {
		t.Error("the password shows in the error")
	}
}

func TestCatchUpAfterDowntime(t *testing.T) {
	o := newOffice(t, nil)
	o.step(may(20, 8, 0))
	o.deliver("02-禹州市")
	if err := o.app.Close(); err != nil {
		t.Fatal(err)
	}
	o.open() // the machine was off over every slot until the 30th
	o.step(may(30, 12, 0))
	o.step(may(30, 12, 30))
	subjects := map[string]int{}
	for _, m := range o.smtp.Accepted() {
		for _, to := range m.To {
			if to != samples.Own {
				subjects[to]++
			}
		}
	}
	if subjects["cgsb@mail163.example"] != 1 {
		t.Errorf("one reminder of the latest stage, not one for each missed slot: %v", subjects)
	}
	st, err := o.app.State(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for stage, want := range map[string]ledger.SendState{"request": ledger.SendSkipped, "tomorrow": ledger.SendSkipped, "overdue-1": ledger.SendSent} {
		m := st.Outbox[notify.RemindKey(samples.Period, "长葛市", stage)]
		if m == nil || m.State != want || want == ledger.SendSkipped && m.Reason == "" {
			t.Errorf("%s: got %+v, want %s, and why it was left out", stage, m, want)
		}
	}
	if subjects["shebao@yuzhou.example"] != 1 {
		t.Errorf("who has reported gets the receipt and no reminder: %v", subjects)
	}
	u := o.unit("禹州市", may(30, 12, 30))
	if u.Punctuality != ledger.PunctualOnTime {
		t.Errorf("on time by arrival, although read later: %+v", u)
	}
}

func TestOneOwnerOfTheStore(t *testing.T) {
	o := newOffice(t, nil)
	if err := o.app.Listen(); err != nil {
		t.Fatal(err)
	}
	if _, err := app.New(t.Context(), app.Options{Config: o.cfg, Log: slog.New(slog.DiscardHandler), Played: true}); !errors.Is(err, app.ErrLocked) {
		t.Fatalf("a second owner: got %v", err)
	}
	remote, pid, err := app.Dial(t.Context(), o.cfg.StoreDir)
	if err != nil || pid != os.Getpid() {
		t.Fatalf("got %d, %v", pid, err)
	}
	r, err := remote.Do(t.Context(), app.Call{Op: "status", Period: samples.Period, At: may(20, 9, 0)})
	if err != nil || len(r.Status.Units) != 7 {
		t.Fatalf("got %+v, %v", r, err)
	}
	_, err = remote.Do(t.Context(), app.Call{Op: "desk", Desk: &app.DeskAction{Action: "accept", Target: "none", Reason: "r"}})
	var no *app.Refusal
	if !errors.As(err, &no) || no.Code != app.RefuseNotFound {
		t.Errorf("a refusal keeps its code over the socket: %v", err)
	}
	info, err := os.Stat(filepath.Join(o.cfg.StoreDir, app.SocketName))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the socket is for its owner alone: %v, %v", info.Mode(), err)
	}
}

func TestRehearsalRefusesRealServers(t *testing.T) {
	o := newOffice(t, nil)
	cfg := *o.cfg
	cfg.Mailbox.SMTP.Host = "smtp.163.com"
	if _, err := app.New(t.Context(), app.Options{Config: &cfg, Log: slog.New(slog.DiscardHandler), Played: true}); !errors.Is(err, app.ErrNotLoopback) {
		t.Errorf("got %v", err)
	}
}
