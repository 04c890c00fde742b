package app_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"taizhang/app"
	"taizhang/internal/oracle"
	"taizhang/internal/samples"
	"taizhang/internal/smtptest"
	"taizhang/ledger"
)

// told is what a person sees of a reply in `status`.
type told int

const (
	nothing    told = iota
	paused          // sending pauses for a time
	halted          // sending pauses until a person has acted
	stuck           // the mail waits for the desk's word
	badAddress      // likewise, and its address is no good
)

// replies is NetEase's table of replies, each in the phases where it can come,
// with what must follow: the wait before the next try, and what is told.
var replies = []struct {
	phase smtptest.Phase
	code  int
	text  string
	tell  told
	wait  time.Duration
}{
	{smtptest.Hello, 421, "HL:REP", paused, 15 * time.Minute},
	{smtptest.Hello, 421, "HL:ICC", paused, 15 * time.Minute},
	{smtptest.Hello, 421, "HL:IFC", paused, 15 * time.Minute},
	{smtptest.Hello, 421, "HL:MEP", paused, 15 * time.Minute},
	{smtptest.Hello, 554, "IP is rejected", paused, time.Hour},
	{smtptest.Hello, 550, "HL:IPB", paused, time.Hour},
	{smtptest.Hello, 554, "HL:IHU", paused, time.Hour},
	{smtptest.Hello, 450, "try again", paused, 2 * time.Minute},
	{smtptest.Auth, 535, "Error: authentication failed", halted, 0},
	{smtptest.Auth, 550, "User has no permission", halted, 0},
	{smtptest.Auth, 550, "User suspended", halted, 0},
	{smtptest.Auth, 451, "too much fail authentication", paused, time.Hour},
	{smtptest.Auth, 554, "smtp auth error limit exceed", paused, time.Hour},
	{smtptest.Mail, 553, "Mail from must equal authorized user", halted, 0},
	{smtptest.Mail, 553, "Local user only", halted, 0},
	{smtptest.Mail, 550, "User suspended", halted, 0},
	{smtptest.Mail, 554, "MI:SPB", halted, 0},
	{smtptest.Mail, 451, "MI:SFQ", paused, 15 * time.Minute},
	{smtptest.Mail, 554, "MI:STC", paused, 14*time.Hour + 10*time.Minute},
	{smtptest.Mail, 550, "MI:STC", paused, 14*time.Hour + 10*time.Minute},
	{smtptest.Mail, 450, "MI:DMC", nothing, 2 * time.Minute},
	{smtptest.Mail, 451, "MI:DMC", nothing, 2 * time.Minute},
	{smtptest.Rcpt, 550, "Invalid User", badAddress, 0},
	{smtptest.Rcpt, 550, "User suspended", badAddress, 0},
	{smtptest.Rcpt, 554, "MI:SPB", badAddress, 0},
	{smtptest.Rcpt, 550, "RP:TRC", paused, 14*time.Hour + 10*time.Minute},
	{smtptest.Rcpt, 451, "RP:QRC", paused, 15 * time.Minute},
	{smtptest.Rcpt, 450, "RP:DRC", nothing, 2 * time.Minute},
	{smtptest.Rcpt, 451, "RP:DRC", nothing, 2 * time.Minute},
	{smtptest.Rcpt, 550, "RP:RCL", stuck, 0},
	{smtptest.Rcpt, 550, "too much recipient", stuck, 0},
	{smtptest.End, 554, "DT:SPM", stuck, 0},
	{smtptest.End, 550, "DT:SPM", stuck, 0},
	{smtptest.End, 451, "DT:SPM, please try again", nothing, 2 * time.Minute},
	{smtptest.End, 554, "DT:SUM", halted, 0},
	{smtptest.End, 552, "Illegal Attachment", stuck, 0},
	{smtptest.End, 552, "Requested mail action aborted: exceeded mailsize limit", stuck, 0},
	{smtptest.End, 451, "MI:SFQ", paused, 15 * time.Minute},
	{smtptest.End, 554, "MI:STC", paused, 14*time.Hour + 10*time.Minute},
	{smtptest.End, 550, "Invalid User", stuck, 0},
	{smtptest.End, 421, "HL:IFC", paused, 15 * time.Minute},
	{smtptest.End, 450, "try again", nothing, 2 * time.Minute},
}

// TestEveryReply has the server answer once with each reply in each of its
// phases, through the whole program, and lets it go on.
func TestEveryReply(t *testing.T) {
	root := t.TempDir()
	p := newServer(t)
	first := filepath.Join(root, "first")
	if err := os.Mkdir(first, 0o700); err != nil {
		t.Fatal(err)
	}
	p.configure(first, nil)
	p.set(quietDay)
	p.open()
	key := p.receipt()
	p.close()
	o := oracle.New()
	for i, r := range replies {
		t.Run(fmt.Sprintf("%d at %d %s", r.code, r.phase, r.text), func(t *testing.T) {
			p.t = t
			p.begin(root, first, fmt.Sprint(i))
			defer p.close()
			step := smtptest.Step{Phase: r.phase, Code: r.code, Text: r.text, Times: 1}
			if r.phase == smtptest.Rcpt {
				step.Match = yuzhouAddr
			}
			p.smtp.Script(step)
			p.send()
			p.checkReply(key, r.tell, r.wait)
			p.checkWords(key, fmt.Sprint(r.code), r.text)
			p.restart() // a person has acted; and nothing is forgotten
			p.checkPause()
			p.play(p.now.Add(26 * time.Hour))
			want := 1
			if r.tell == stuck || r.tell == badAddress {
				want = 0
			}
			if got := p.got(key); got != want {
				t.Errorf("taken %d times, want %d", got, want)
			}
			p.judge(o, true)
		})
	}
}

// checkReply compares what is on record, and told, right after the reply.
func (p *post) checkReply(key string, tell told, wait time.Duration) {
	p.t.Helper()
	st := p.state()
	o := st.Outbox[key]
	s, err := p.app.Status(context.Background(), ledger.Period{}, p.now)
	if err != nil {
		p.t.Fatal(err)
	}
	want := map[told]ledger.SendState{stuck: ledger.SendHuman, badAddress: ledger.SendRefused}[tell]
	if want == "" {
		want = ledger.SendDeferred
		if off := o.NotBefore.Sub(p.now) - wait; off < 0 || off > time.Minute {
			p.t.Errorf("the next try is %s later, want %s", o.NotBefore.Sub(p.now), wait)
		}
	}
	if o.State != want {
		p.t.Errorf("it is %s, want %s", o.State, want)
	}
	pauses := st.Pause != nil
	switch {
	case pauses != (tell == paused || tell == halted), pauses && st.Pause.Human != (tell == halted), pauses == (s.Pause == ""):
		p.t.Errorf("the pause is %+v, told as %q", st.Pause, s.Pause)
	case (s.Stuck == 1) != (tell == stuck || tell == badAddress):
		p.t.Errorf("the desk is told of %+v", s.Mails)
	case (len(s.Bounced) == 1) != (tell == badAddress):
		p.t.Errorf("bad addresses: %+v", s.Bounced)
	}
}

// checkWords compares what is on record of the server's answer.
func (p *post) checkWords(key, code, words string) {
	p.t.Helper()
	o := p.state().Outbox[key]
	reply := o.Attempts[len(o.Attempts)-1].Reply
	for _, r := range o.Attempts[len(o.Attempts)-1].Recipient {
		reply += "; " + r
	}
	if !strings.Contains(reply, code) || !strings.Contains(reply, words) {
		p.t.Errorf("on record is %q", reply)
	}
}

// checkPause has the program, which was just started, try to send a moment
// before a pause of sending ends: the server must not even be called.
func (p *post) checkPause() {
	p.t.Helper()
	pause, now := p.state().Pause, p.now
	if pause == nil {
		return
	}
	said := len(p.smtp.Commands())
	p.set(pause.Until.Add(-time.Second))
	p.send()
	if more := p.smtp.Commands()[said:]; len(more) > 0 || pause.Human {
		p.t.Errorf("in the pause %+v the server heard %q", pause, more)
	}
	p.set(now)
}

// letterTo queues a mail of the desk's program to several addresses.
func (p *post) letterTo(key string, kind ledger.MailKind, addrs ...string) {
	p.t.Helper()
	m := ledger.Mail{Key: key, Kind: kind, Unit: "禹州市", Period: samples.Period, Date: p.now, Subject: "【回执】试件", Text: "试件。\n"}
	for _, a := range addrs {
		m.To = append(m.To, ledger.Address{Addr: a})
	}
	if err := p.app.Queue(context.Background(), m); err != nil {
		p.t.Fatal(err)
	}
}

// taken counts how often the server took the mail for the address.
func (p *post) taken(key, addr string) int {
	n := 0
	for _, m := range p.smtp.Accepted() {
		if messageID(m.Raw) == p.state().Outbox[key].MessageID && slices.Contains(m.To, addr) {
			n++
		}
	}
	return n
}

// One of three recipients is refused: the others have it once, and never again.
func TestOneOfThreeRefused(t *testing.T) {
	const other = "shizhi@xuchang.example"
	forGood := smtptest.Step{Phase: smtptest.Rcpt, Match: other, Code: 550, Text: "Invalid User"}
	later := smtptest.Step{Phase: smtptest.Rcpt, Match: other, Code: 451, Text: "RP:QRC", Times: 1}
	for _, tt := range []struct {
		name   string
		script []smtptest.Step
		died   bool
		state  ledger.SendState
		other  int
		desk   int // after the desk has it sent once more
	}{
		{"for good", []smtptest.Step{forGood}, false, ledger.SendSent, 0, 0},
		{"for a time", []smtptest.Step{later}, false, ledger.SendSent, 1, 1},
		{"for good, then cut", []smtptest.Step{forGood, takenThenCut.Once(0)}, false, ledger.SendSent, 0, 0},
		{"for a time, then cut", []smtptest.Step{later, takenThenCut.Once(0)}, false, ledger.SendHuman, 0, 1},
		{"for a time, then the program dies", []smtptest.Step{later}, true, ledger.SendHuman, 0, 1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p := newPost(t, quietDay, nil)
			p.letterTo("receipt/x", ledger.MailReceipt, yuzhouAddr, other)
			p.smtp.Script(tt.script...)
			if tt.died {
				p.dieBeforeTheEndIsRecorded("receipt/x")
			}
			p.play(p.now.Add(26 * time.Hour))
			o := p.state().Outbox["receipt/x"]
			if o.State != tt.state || p.taken(o.Key, yuzhouAddr) != 1 || p.taken(o.Key, other) != tt.other {
				t.Errorf("%s, taken %d and %d times", o.State, p.taken(o.Key, yuzhouAddr), p.taken(o.Key, other))
			}
			if tt.state == ledger.SendHuman {
				p.set(p.now.Add(time.Minute))
				r := p.desk(app.DeskAction{Action: "resend", Target: o.Key}, "")
				if len(r.Queued) != 1 || !slices.Equal(r.Queued[0].To, []string{other}) {
					t.Errorf("sent again to %+v", r.Queued)
				}
				p.play(p.now.Add(26 * time.Hour))
			}
			if p.taken(o.Key, yuzhouAddr) != 1 || p.taken(o.Key, other) != tt.desk {
				t.Errorf("at last taken %d and %d times", p.taken(o.Key, yuzhouAddr), p.taken(o.Key, other))
			}
			if bad := !p.state().Addresses[other].Bounced.IsZero(); bad != strings.HasPrefix(tt.name, "for good") {
				t.Errorf("the address is marked: %v", bad)
			}
			p.judge(oracle.New(), true)
		})
	}
}

// A copy that the provider takes for junk settles the doubt as well.
func TestCopyInJunk(t *testing.T) {
	p := newPost(t, quietDay, nil)
	key := p.receipt()
	p.smtp.Script(takenThenCut.Once(0))
	p.send()
	for i := range p.box {
		p.box[i].folder = "垃圾邮件"
	}
	p.play(p.now.Add(time.Hour))
	if o := p.state().Outbox[key]; o.State != ledger.SendSent || p.got(key) != 1 || len(p.probes()) != 0 {
		t.Errorf("%s, taken %d times", o.State, p.got(key))
	}
}
