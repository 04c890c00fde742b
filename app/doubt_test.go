package app_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"taizhang/app"
	"taizhang/internal/oracle"
	"taizhang/internal/smtptest"
	"taizhang/ledger"
)

var (
	takenThenCut = smtptest.Step{Phase: smtptest.End, Do: smtptest.Cut, Accept: true}
	lostThenCut  = smtptest.Step{Phase: smtptest.End, Do: smtptest.Cut}
)

// A mail in doubt on a day on which nothing else is sent is settled by a probe,
// restart or not.
func TestProbeSettlesDoubt(t *testing.T) {
	for _, tt := range []struct {
		name   string
		script []smtptest.Step
		late   time.Duration // of every copy
		probes []string
		got    int
		resent bool
		state  ledger.SendState
	}{
		{"taken", []smtptest.Step{takenThenCut.Once(0)}, 0, nil, 1, false, ledger.SendSent},
		{"not taken", []smtptest.Step{lostThenCut.Once(0)}, 0, []string{"receipt sent to xczjk@163.example"}, 1, true, ledger.SendSent},
		{"taken, copies take 2 h", []smtptest.Step{takenThenCut.Once(0)}, 2 * time.Hour, []string{"receipt sent to xczjk@163.example"}, 1, false, ledger.SendSent},
		{"not taken, the probe in doubt", []smtptest.Step{lostThenCut.Once(0), takenThenCut.Once(1)}, 0, []string{"receipt sent to xczjk@163.example"}, 1, true, ledger.SendSent},
		{"not taken, the probe neither", []smtptest.Step{lostThenCut.Once(0), lostThenCut.Once(1)}, 0, []string{"receipt human to xczjk@163.example"}, 0, false, ledger.SendHuman},
		{"not taken twice", []smtptest.Step{lostThenCut.Once(0), lostThenCut.Once(2)}, 0, []string{"receipt sent to xczjk@163.example"}, 0, true, ledger.SendHuman},
		{"taken, copies never come", []smtptest.Step{takenThenCut.Once(0)}, 99 * time.Hour, []string{"receipt sent to xczjk@163.example"}, 1, false, ledger.SendHuman},
	} {
		for _, restarts := range []bool{false, true} {
			name := tt.name
			if restarts {
				name += ", restarts"
			}
			t.Run(name, func(t *testing.T) {
				p := newPost(t, quietDay, nil)
				p.late = func(string) time.Duration { return tt.late }
				p.smtp.Script(tt.script...)
				key := p.receipt()
				for end := quietDay.Add(30 * time.Hour); p.now.Before(end); {
					if restarts && p.now.Sub(quietDay) < 2*time.Hour {
						p.restart()
					}
					p.step()
					if !p.pending() {
						break
					}
					p.sleep()
				}
				o := p.state().Outbox[key]
				for i := range tt.probes {
					tt.probes[i] = strings.Replace(tt.probes[i], "xczjk@163.example", p.cfg.Mailbox.User, 1)
				}
				if o.State != tt.state || o.Resent != tt.resent || p.got(key) != tt.got {
					t.Errorf("%s, resent %v, taken %d times", o.State, o.Resent, p.got(key))
				}
				if d := cmp.Diff(tt.probes, p.probes()); d != "" {
					t.Errorf("probes (-want +got):\n%s", d)
				}
				p.judge(oracle.New(), len(tt.probes) == 0 || tt.state == ledger.SendSent)
			})
		}
	}
}

// While a mail is in doubt, nobody is written to: the log says so, and status
// counts it among those that wait.
func TestDoubtIsCounted(t *testing.T) {
	for _, step := range []smtptest.Step{takenThenCut, lostThenCut} {
		p := newPost(t, quietDay, nil)
		key := p.receipt()
		p.smtp.Script(step.Once(0))
		p.send()
		s, err := p.app.Status(t.Context(), ledger.Period{}, p.now)
		if err != nil || p.state().Outbox[key].State != ledger.SendAmbiguous || s.Waiting != 1 || s.Stuck != 0 {
			t.Errorf("%s: %+v, %v", p.state().Outbox[key].State, s, err)
		}
		if !strings.Contains(p.log.String(), "level=INFO msg=mail key="+key) || !strings.Contains(p.log.String(), "outcome=ambiguous") {
			t.Errorf("not in the log:\n%s", p.log.String())
		}
	}
}

// A mail whose copy is slow and is overtaken by the probe's has as many polls
// more before it counts as absent.
func TestSlowCopyIsNotAbsent(t *testing.T) {
	p := newPost(t, quietDay, nil)
	key := p.receipt()
	id := p.state().Outbox[key].MessageID
	p.late = func(of string) time.Duration {
		if of == id {
			return 31 * time.Minute
		}
		return 0
	}
	p.smtp.Script(takenThenCut.Once(0))
	p.play(p.now.Add(26 * time.Hour))
	if o := p.state().Outbox[key]; o.State != ledger.SendSent || o.Resent || p.got(key) != 1 || len(p.probes()) != 1 {
		t.Errorf("%s, resent %v, taken %d times, probes %v", o.State, o.Resent, p.got(key), p.probes())
	}
}

// Where the server refused our own address there is no copy: its absence
// proves nothing, also when the program ended before it could say so.
func TestAbsentCopyOfARefusedCopyProvesNothing(t *testing.T) {
	for _, died := range []bool{false, true} {
		p := newPost(t, quietDay, nil)
		p.smtp.Script(smtptest.Step{Phase: smtptest.Rcpt, Match: p.cfg.Mailbox.User, Code: 452, Text: "mailbox full", Times: 1}, takenThenCut.Once(0))
		key := p.receipt()
		if died {
			p.dieBeforeTheEndIsRecorded(key)
		}
		p.play(p.now.Add(26 * time.Hour))
		if o := p.state().Outbox[key]; o.State != ledger.SendHuman || p.got(key) != 1 {
			t.Errorf("died %v: %s, taken %d times", died, o.State, p.got(key))
		}
		p.judge(oracle.New(), true)
	}
}

// dieBeforeTheEndIsRecorded sends once, in a program whose store fails when
// the result is to be written.
func (p *post) dieBeforeTheEndIsRecorded(key string) {
	p.t.Helper()
	p.app.BreakFinish()
	if _, err := p.app.Send(context.Background(), p.now); err == nil {
		p.t.Fatal("the broken store took the result")
	}
	p.smtp.Quiet()
	p.restart()
	if o := p.state().Outbox[key]; o.State != ledger.SendSending {
		p.t.Fatalf("got %s", o.State)
	}
}

// desk has the desk decide, and fails the test unless it ends as wanted: a
// refusal's code, or "" for none.
func (p *post) desk(d app.DeskAction, want string) app.DeskResult {
	p.t.Helper()
	d.Reason = "电话核实"
	r, err := p.app.Desk(context.Background(), p.now, d)
	var no *app.Refusal
	switch {
	case err == nil && want == "":
	case errors.As(err, &no) && no.Code == want:
	default:
		p.t.Errorf("%s %s: %v, want %q", d.Action, d.Target, err, want)
	}
	return r
}

// inDoubt returns a post with a receipt that waits for the desk's word: the
// server lost it, or took it without an answer, and shows no copies at all.
func inDoubt(t *testing.T, step smtptest.Step) (*post, string) {
	t.Helper()
	p := newPost(t, quietDay, nil)
	p.late = func(string) time.Duration { return 1000 * time.Hour }
	p.smtp.Script(step.Once(0))
	key := p.receipt()
	p.play(p.now.Add(26 * time.Hour))
	if o := p.state().Outbox[key]; o.State != ledger.SendHuman {
		t.Fatalf("got %s", o.State)
	}
	return p, key
}

func TestDeskSaysDelivered(t *testing.T) {
	p, key := inDoubt(t, takenThenCut)
	s, err := p.app.Status(t.Context(), ledger.Period{}, p.now)
	if err != nil || s.Stuck != 1 || s.Mails[0].ID != app.MailNumber(key) || s.Mails[0].To[0] != yuzhouAddr {
		t.Fatalf("got %+v, %v", s.Mails, err)
	}
	r := p.desk(app.DeskAction{Action: "delivered", Target: s.Mails[0].ID}, "")
	if len(r.Changed) != 1 || r.Changed[0].What != "delivered" || len(r.Queued) != 0 {
		t.Errorf("got %+v", r)
	}
	p.desk(app.DeskAction{Action: "delivered", Target: s.Mails[0].ID}, app.RefuseNoDoubt) // the second officer
	p.restart()
	p.play(p.now.Add(time.Hour))
	o := p.state().Outbox[key]
	if o.State != ledger.SendSent || o.NeedsPerson() || p.got(key) != 1 || o.Decisions[0].Reason != "电话核实" {
		t.Errorf("got %+v", o)
	}
	if s, err = p.app.Status(t.Context(), ledger.Period{}, p.now); err != nil || s.Stuck != 0 {
		t.Errorf("still stuck: %+v, %v", s.Mails, err)
	}
	p.judge(oracle.New(), true)
}

func TestDeskHasItSentOnceMore(t *testing.T) {
	p, key := inDoubt(t, lostThenCut)
	p.desk(app.DeskAction{Action: "resend", Target: "0000"}, app.RefuseNoSuchMail)
	r := p.desk(app.DeskAction{Action: "resend", Target: app.MailNumber(key)[:5]}, "")
	if len(r.Queued) != 1 || r.Queued[0].Key != key || !slices.Equal(r.Queued[0].To, []string{yuzhouAddr, p.cfg.Mailbox.User}) {
		t.Errorf("got %+v", r)
	}
	p.desk(app.DeskAction{Action: "resend", Target: key}, app.RefuseNoDoubt)
	p.restart()
	p.play(p.now.Add(time.Hour))
	if o := p.state().Outbox[key]; o.State != ledger.SendSent || !o.Resent || p.got(key) != 1 {
		t.Errorf("got %s, resent %v, taken %d times", o.State, o.Resent, p.got(key))
	}
	p.desk(app.DeskAction{Action: "resend", Target: key}, app.RefuseNoDoubt) // never what was provably taken
	p.desk(app.DeskAction{Action: "delivered", Target: key}, app.RefuseNoDoubt)
	p.judge(oracle.New(), true)
	log, err := p.app.AuditLog(t.Context())
	if err != nil || !slices.ContainsFunc(log, func(e ledger.Event) bool {
		return e.Actor == "desk" && e.What == "desk resend" && e.Ref == key && e.Text == "电话核实"
	}) {
		t.Errorf("the audit log does not tell: %v, %v", log, err)
	}
}

// Sent again to no purpose, the mail waits for the desk once more.
func TestResentInDoubtAgain(t *testing.T) {
	p, key := inDoubt(t, lostThenCut)
	p.desk(app.DeskAction{Action: "resend", Target: key}, "")
	p.smtp.Script(lostThenCut.Once(0))
	p.play(p.now.Add(26 * time.Hour))
	o := p.state().Outbox[key]
	if o.State != ledger.SendHuman || !o.NeedsPerson() || p.got(key) != 0 {
		t.Errorf("got %s, taken %d times", o.State, p.got(key))
	}
	p.desk(app.DeskAction{Action: "delivered", Target: key}, "")
	p.desk(app.DeskAction{Action: "resend", Target: key}, "") // the desk was wrong: nothing proves that it went
	p.play(p.now.Add(time.Hour))
	if p.got(key) != 1 {
		t.Errorf("taken %d times", p.got(key))
	}
	p.judge(oracle.New(), true)
}

// A refused receipt goes to the unit's new address as a mail of its own, with
// the same body; the old one is closed in the same transaction.
func TestRefusedGoesToTheNewAddress(t *testing.T) {
	p := newPost(t, quietDay, nil)
	p.smtp.Script(smtptest.Step{Phase: smtptest.Rcpt, Match: yuzhouAddr, Code: 550, Text: "Invalid User"})
	key := p.receipt()
	p.play(p.now.Add(time.Hour))
	if o := p.state().Outbox[key]; o.State != ledger.SendRefused || !o.NeedsPerson() {
		t.Fatalf("got %s", o.State)
	}
	if p.state().Addresses[yuzhouAddr].Bounced.IsZero() {
		t.Error("the address is not marked")
	}
	p.set(p.now.Add(time.Minute))
	p.desk(app.DeskAction{Action: "address", Unit: "禹州市", Addr: "new@yuzhou.example"}, "")
	r := p.desk(app.DeskAction{Action: "resend", Target: app.MailNumber(key)}, "")
	fresh := key + "/to/new@yuzhou.example"
	if len(r.Changed) != 1 || r.Changed[0].What != "replaced" || len(r.Queued) != 1 || r.Queued[0].Key != fresh || !slices.Equal(r.Queued[0].To, []string{"new@yuzhou.example"}) {
		t.Fatalf("got %+v", r)
	}
	p.restart()
	p.play(p.now.Add(time.Hour))
	p.set(p.now.Add(time.Minute))
	p.step()
	st := p.state()
	if old := st.Outbox[key]; old.State != ledger.SendRefused || old.NeedsPerson() || p.got(key) != 0 {
		t.Errorf("the old one: %s, needs a person %v", old.State, old.NeedsPerson())
	}
	if o := st.Outbox[fresh]; o.State != ledger.SendSent || p.got(fresh) != 1 || o.BodyDigest != st.Outbox[key].BodyDigest || o.CopySeen.IsZero() {
		t.Errorf("the new one: %s, taken %d times, copy %v", o.State, p.got(fresh), o.CopySeen)
	}
	for _, m := range p.smtp.Accepted() {
		if head, _, _ := strings.Cut(string(m.Raw), "\r\n\r\n"); strings.Contains(head, "<"+yuzhouAddr+">") {
			t.Errorf("the header names the old address:\n%s", head)
		}
	}
	p.desk(app.DeskAction{Action: "resend", Target: app.MailNumber(key)}, app.RefuseNoDoubt)
	p.judge(oracle.New(), true)
}

// The server took the mail, and it came back: the mail, its unit and the desk
// know, and it goes to the new address only once the desk has one.
func TestCameBack(t *testing.T) {
	p := newPost(t, quietDay, nil)
	key := p.receipt()
	p.play(p.now.Add(time.Hour))
	p.box = append(p.box, boxed{"INBOX", bounceOf(*p.state().Outbox[key], p.now), p.now})
	p.set(p.now.Add(time.Minute))
	p.step()
	o := p.state().Outbox[key]
	if o.State != ledger.SendSent || len(o.Bounced) != 1 || !o.NeedsPerson() || p.state().Addresses[yuzhouAddr].Bounced.IsZero() {
		t.Fatalf("got %s, %v", o.State, o.Bounced)
	}
	s, err := p.app.Status(t.Context(), ledger.Period{}, p.now)
	if err != nil || s.Stuck != 1 || !s.Mails[0].Bounced || len(s.Bounced) != 1 {
		t.Errorf("got %+v, %v", s, err)
	}
	p.desk(app.DeskAction{Action: "resend", Target: key}, app.RefuseNoAddress)
	p.set(p.now.Add(time.Minute))
	p.desk(app.DeskAction{Action: "address", Unit: "禹州市", Addr: "new@yuzhou.example"}, "")
	p.desk(app.DeskAction{Action: "resend", Target: key}, "")
	p.play(p.now.Add(time.Hour))
	if p.got(key) != 1 || p.got(key+"/to/new@yuzhou.example") != 1 || p.state().Outbox[key].State != ledger.SendSent {
		t.Errorf("taken %d and %d times", p.got(key), p.got(key+"/to/new@yuzhou.example"))
	}
	p.judge(oracle.New(), true)
	duty := p.duty(may(23, 8, 31))
	if strings.Contains(duty, "desk resend") || !strings.Contains(duty, yuzhouAddr) {
		t.Errorf("the desk is told:\n%s", duty)
	}
}

// duty steps to the instant and returns the text of 【值班】.
func (p *post) duty(at time.Time) string {
	p.t.Helper()
	p.set(at)
	p.step()
	for key, o := range p.state().Outbox {
		if o.Kind == ledger.MailDuty && !o.Created.Before(at) && o.State != ledger.SendSkipped {
			return mailText(p.t, p.app, key)
		}
	}
	p.t.Fatal("no 【值班】")
	return ""
}

// 【值班】 prints the commands that settle a mail.
func TestDutyPrintsTheCommands(t *testing.T) {
	p, key := inDoubt(t, takenThenCut)
	text := p.duty(may(23, 8, 31))
	for _, want := range []string{"taizhang desk delivered " + app.MailNumber(key) + " --reason", "taizhang desk resend " + app.MailNumber(key) + " --reason"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not in\n%s", want, text)
		}
	}
}

// bounceOf is the report of a mail server that could not deliver the mail.
func bounceOf(o ledger.Outgoing, at time.Time) []byte {
	return fmt.Appendf(nil, "Received: by mx19 (Coremail) id 2;\r\n\t%s (CST)\r\nFrom: Postmaster@163.com\r\nReturn-Path: <>\r\nSubject: =?UTF-8?B?57O757uf6YCA5L+h?=\r\nMIME-Version: 1.0\r\n"+
		"Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nfailed\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\n"+
		"Reporting-MTA: dns; x\r\n\r\nFinal-Recipient: rfc822; %s\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n--b\r\nContent-Type: message/rfc822\r\n\r\nMessage-ID: %s\r\nSubject: x\r\n\r\nx\r\n--b--\r\n",
		at.Format(time.RFC1123Z), o.Recipients[0], o.MessageID)
}

// The mailbox shows our copies a day late: the desk is asked in the meantime,
// and no more once the copy has come.
func TestCopyADayLate(t *testing.T) {
	p := newPost(t, quietDay, nil)
	p.late = func(string) time.Duration { return 25 * time.Hour }
	p.smtp.Script(takenThenCut.Once(0))
	key := p.receipt()
	p.play(quietDay.Add(24*time.Hour + 30*time.Minute))
	o := p.state().Outbox[key]
	if o.State != ledger.SendHuman || !o.NeedsPerson() {
		t.Fatalf("got %s", o.State)
	}
	p.restart()
	p.set(quietDay.Add(25*time.Hour + time.Minute))
	p.step()
	if o = p.state().Outbox[key]; o.State != ledger.SendSent || o.NeedsPerson() || p.got(key) != 1 {
		t.Errorf("got %s, taken %d times", o.State, p.got(key))
	}
	p.judge(oracle.New(), false)
}
