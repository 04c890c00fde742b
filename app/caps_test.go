package app_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"taizhang/internal/oracle"
	"taizhang/internal/smtptest"
	"taizhang/ledger"
	"taizhang/notify"
	"taizhang/notify/mailer"
)

// sendAll sends what waits until the instant, and starts the program anew after
// every mail.
func (p *post) sendAll(until time.Time) {
	p.t.Helper()
	for p.now.Before(until) {
		n := len(p.smtp.Accepted())
		d, err := p.app.Send(context.Background(), p.now)
		if err != nil {
			p.t.Fatal(err)
		}
		p.smtp.Quiet()
		if len(p.smtp.Accepted()) > n {
			p.restart()
		}
		next := p.now.Add(time.Second)
		if d.Next.After(next) {
			next = d.Next
		}
		if d.Next.IsZero() || next.After(until) {
			next = until
		}
		p.set(next)
	}
}

// withLimits sets the sending limits of the configuration.
func withLimits(spacing string, quarter, day int) func(string) string {
	return func(text string) string {
		for _, e := range [][2]string{{"spacing: 20s", "spacing: " + spacing}, {"per_quarter: 20", fmt.Sprint("per_quarter: ", quarter)}, {"per_day: 150", fmt.Sprint("per_day: ", day)}} {
			if !strings.Contains(text, e[0]) {
				panic("the example configuration has no " + e[0])
			}
			text = strings.Replace(text, e[0], e[1], 1)
		}
		return text
	}
}

// Spacing and caps are counted from what is on record: the program is started
// anew after every mail, and what the server sees never exceeds them.
func TestCapsSurviveRestarts(t *testing.T) {
	const spacing, quarter, day = 40 * time.Second, 4, 9
	p := newPost(t, quietDay.Add(13*time.Hour+30*time.Minute), withLimits("40s", quarter, day)) // 23:30
	for i := range 22 {
		p.letterTo(fmt.Sprint("receipt/", i), ledger.MailReceipt, yuzhouAddr)
	}
	p.sendAll(may(22, 20, 0)) // half an hour, a day, and a morning
	if n, until := p.putOff(); n != 22-len(p.smtp.Accepted()) || n == 0 || !until.Equal(may(23, 0, 10)) {
		t.Errorf("status: %d mails put off until %s, of %d that were sent", n, until, len(p.smtp.Accepted()))
	}
	p.sendAll(may(23, 8, 0))
	if n, until := p.putOff(); n != 0 || !until.IsZero() {
		t.Errorf("status: %d mails put off until %s", n, until)
	}
	all := p.smtp.Accepted()
	perDay := map[string]int{}
	for i, m := range all {
		perDay[m.At.In(officeZone).Format(time.DateOnly)]++
		if i > 0 && m.At.Sub(all[i-1].At) < spacing {
			t.Errorf("mail %d came %s after the one before", i, m.At.Sub(all[i-1].At))
		}
		if i >= quarter && m.At.Sub(all[i-quarter].At) < 15*time.Minute {
			t.Errorf("mails %d to %d came in %s", i-quarter, i, m.At.Sub(all[i-quarter].At))
		}
	}
	for d, n := range perDay {
		if n > day {
			t.Errorf("%d mails on %s", n, d)
		}
	}
	if len(all) != 22 || len(perDay) != 3 {
		t.Errorf("%d mails sent on %v", len(all), perDay)
	}
	p.judge(oracle.New(), true)
}

// putOff is what status says of the day's allowance.
func (p *post) putOff() (int, time.Time) {
	p.t.Helper()
	s, err := p.app.Status(context.Background(), ledger.Period{}, p.now)
	if err != nil {
		p.t.Fatal(err)
	}
	return s.PutOff, s.PutOffTo
}

// From T−1 on a third of the day's allowance is for the mails that come first:
// the reminders of the last day before the due day go out on time however many
// receipts wait, and the receipts on the next days.
func TestRemindersBeforeReceipts(t *testing.T) {
	const day = 24
	p := newPost(t, may(26, 20, 0), withLimits("20s", 20, day))
	p.step()
	p.set(may(27, 0, 20))
	for i := range 2 * day {
		p.letterTo(fmt.Sprint("receipt/", i), ledger.MailReceipt, yuzhouAddr)
	}
	p.sendAll(may(27, 8, 31))
	for _, at := range []time.Time{may(27, 8, 31), may(27, 9, 31), may(27, 12, 0)} {
		p.set(at)
		p.step()
		p.sendAll(at.Add(25 * time.Minute))
	}
	reminders, receipts := 0, 0
	for key, o := range p.state().Outbox {
		switch {
		case o.Kind == ledger.MailReceipt && o.State == ledger.SendSent:
			receipts++
		case o.Kind == ledger.MailTomorrow && o.State == ledger.SendSent:
			if at := o.Attempts[0].Begun; at.After(may(27, 9, 45)) {
				t.Errorf("%s went out at %s", key, at)
			}
			reminders++
		case o.Kind == ledger.MailTomorrow && o.State != ledger.SendSkipped:
			t.Errorf("%s is %s", key, o.State)
		}
	}
	if reminders < 5 || receipts != day-day/3 || len(p.smtp.Accepted()) > day {
		t.Errorf("%d reminders and %d receipts of %d mails", reminders, receipts, len(p.smtp.Accepted()))
	}
	p.sendAll(may(30, 23, 0))
	for key, o := range p.state().Outbox {
		if o.Kind == ledger.MailReceipt && o.State != ledger.SendSent {
			t.Errorf("%s is still %s", key, o.State)
		}
	}
}

// Told to stop in the middle of a mail, the program waits for the server's last
// word within a time of grace; without it the mail is in doubt, and settled
// after the next start.
func TestStoppedInMidSend(t *testing.T) {
	for _, tt := range []struct {
		name  string
		step  smtptest.Step
		grace time.Duration
		state ledger.SendState
	}{
		{"the answer comes in time", smtptest.Step{Phase: smtptest.End, Do: smtptest.Delay, Pause: 200 * time.Millisecond, Times: 1}, time.Minute, ledger.SendSent},
		{"no answer, taken", smtptest.Step{Phase: smtptest.End, Do: smtptest.Hang, Accept: true, Times: 1}, 50 * time.Millisecond, ledger.SendAmbiguous},
		{"no answer, lost", smtptest.Step{Phase: smtptest.End, Do: smtptest.Hang, Times: 1}, 50 * time.Millisecond, ledger.SendAmbiguous},
		{"in the text", smtptest.Step{Phase: smtptest.Rcpt, Do: smtptest.Hang, Times: 1}, time.Minute, ledger.SendDeferred},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p := newPost(t, quietDay, nil)
			key := p.receipt()
			ctx, stop := context.WithCancel(t.Context())
			defer stop()
			p.mail = stopping{p.client(tt.grace), stop, tt.step.Phase == smtptest.End}
			p.restart()
			p.smtp.Script(tt.step)
			if _, err := p.app.Step(ctx, p.now); err != nil && ctx.Err() == nil {
				t.Fatal(err)
			}
			p.smtp.Quiet()
			if o := p.state().Outbox[key]; o.State != tt.state {
				t.Errorf("it is %s, want %s", o.State, tt.state)
			}
			p.mail = nil
			p.restart()
			p.play(p.now.Add(26 * time.Hour))
			if o := p.state().Outbox[key]; o.State != ledger.SendSent || p.got(key) != 1 {
				t.Errorf("at last %s, taken %d times", o.State, p.got(key))
			}
			p.judge(oracle.New(), true)
		})
	}
}

// client is the program's mailer with another time of grace.
func (p *post) client(grace time.Duration) *mailer.Client {
	p.t.Helper()
	box := p.cfg.Mailbox
	c, err := mailer.NewClient(mailer.Options{Host: box.SMTP.Host, Port: box.SMTP.Port, Username: box.User, Password: password, CAFile: box.CAFile, Grace: grace})
	if err != nil {
		p.t.Fatal(err)
	}
	return c
}

// stopping is a mailer in a program that is told to stop while it sends: when
// the end of the data is written, or soon after the connection is made.
type stopping struct {
	*mailer.Client
	stop  func()
	atEnd bool
}

func (s stopping) Send(ctx context.Context, o ledger.Outgoing, endOfData func(map[string]string) error) notify.Report {
	if !s.atEnd {
		time.AfterFunc(100*time.Millisecond, s.stop)
		return s.Client.Send(ctx, o, endOfData)
	}
	return s.Client.Send(ctx, o, func(refused map[string]string) error {
		defer s.stop()
		return endOfData(refused)
	})
}
