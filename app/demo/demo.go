// Package demo plays one month of the sample world against the real program:
// an IMAP server with 163's ways and an SMTP server on loopback, the real
// configuration file, store, reader, composer and courier, and a clock that is
// set from one thing that happens to the next.
//
// It proves nothing by itself; it shows. What it leaves in its folder is what
// the office and the counties would get.
package demo

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"time"

	"taizhang/app"
	"taizhang/config"
	"taizhang/ingest/attach"
	"taizhang/internal/coremail"
	"taizhang/internal/samples"
	"taizhang/internal/smtptest"
)

// Options say where the demo leaves its files and how it tells its story.
type Options struct {
	Out string // folder, made if absent
	Log *slog.Logger
	// Tell is called for everything that happens, in the order of time.
	Tell func(Line)
}

// Line is one line of the story. Kind says what happened.
type Line struct {
	At   time.Time
	Kind Kind
	Text string // of an arrival or decision: the sample's story; of a sent mail: its subject
	To   []string
}

// Kind is what a line of the story is about.
type Kind int

// The kinds of line.
const (
	Arrived Kind = iota + 1 // a mail came
	Decided                 // the desk decided something
	Sent                    // a mail of ours went out
)

// Result is what the month came to.
type Result struct {
	Status *app.Status
	Sent   int
	Files  []string // written, relative to Options.Out
}

// user's password on the demo's own servers; it opens nothing else.
const password = "demo-only"

// idle is how long the played clock is let run without looking at the mailbox.
const idle = 6 * time.Hour

// Run plays the month.
func Run(ctx context.Context, opt Options) (res Result, err error) {
	p := &play{opt: opt}
	defer func() { err = errors.Join(err, p.close()) }()
	if err := p.start(ctx); err != nil {
		return res, err
	}
	if err := p.month(ctx); err != nil {
		return res, err
	}
	st, err := p.app.Status(ctx, samples.Period, samples.End)
	if err != nil {
		return res, err
	}
	slices.Sort(p.files)
	return Result{Status: &st, Sent: len(p.smtp.Accepted()), Files: p.files}, nil
}

// play is a running demo.
type play struct {
	opt     Options
	imap    *coremail.Server
	smtp    *smtptest.Server
	app     *app.App
	now     time.Time
	told    int // accepted mails already told of
	files   []string
	closers []func() error
}

func (p *play) close() error {
	var errs []error
	for i := len(p.closers) - 1; i >= 0; i-- {
		errs = append(errs, p.closers[i]())
	}
	return errors.Join(errs...)
}

// start brings up the servers and the program on a fresh store.
func (p *play) start(ctx context.Context) error {
	var err error
	if p.imap, err = coremail.Start(coremail.Options{User: samples.Own, Password: password}); err != nil {
		return fmt.Errorf("start the demo's IMAP server: %w", err)
	}
	p.closers = append(p.closers, p.imap.Close)
	if p.smtp, err = smtptest.Start(smtptest.Options{User: samples.Own, Password: password}); err != nil {
		return fmt.Errorf("start the demo's SMTP server: %w", err)
	}
	p.closers = append(p.closers, p.smtp.Close)
	p.smtp.OnAccept(func(m smtptest.Accepted) {
		if slices.Contains(m.To, samples.Own) {
			p.imap.Deliver("INBOX", received(m.Raw, p.now), p.now)
		}
	})
	cfg, err := p.configure()
	if err != nil {
		return err
	}
	if p.app, err = app.New(ctx, app.Options{Config: cfg, Log: p.opt.Log, Version: "demo", Played: true}); err != nil {
		return err
	}
	p.closers = append(p.closers, p.app.Close)
	return nil
}

// configure writes the configuration as an administrator would have it and
// loads it the usual way. The store is always a new one.
func (p *play) configure() (*config.Config, error) {
	store := filepath.Join(p.opt.Out, "数据")
	if err := os.RemoveAll(store); err != nil {
		return nil, fmt.Errorf("remove the data of an earlier demo: %w", err)
	}
	code, ca, path := filepath.Join(p.opt.Out, "授权码"), filepath.Join(p.opt.Out, "ca.pem"), filepath.Join(p.opt.Out, "config.yaml")
	text, err := samples.Config(samples.Setting{IMAP: p.imap.Addr(), SMTP: p.smtp.Addr(), CAFile: "ca.pem", PasswordFile: "授权码", Store: store})
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(p.opt.Out, 0o755); err != nil {
		return nil, fmt.Errorf("make the demo's folder: %w", err)
	}
	for _, f := range []struct {
		path string
		data []byte
	}{{code, []byte(password)}, {ca, slices.Concat(p.imap.CAPEM(), p.smtp.CAPEM())}, {path, text}} {
		if err := os.WriteFile(f.path, f.data, 0o600); err != nil {
			return nil, fmt.Errorf("write the demo's setting: %w", err)
		}
	}
	return config.Load(path)
}

// month lets the time pass: from one arrival, decision, slot of the plan or
// idle look at the mailbox to the next.
func (p *play) month(ctx context.Context) error {
	events, err := samples.World()
	if err != nil {
		return err
	}
	p.now = samples.Start
	for !p.now.After(samples.End) {
		for len(events) > 0 && !events[0].At.After(p.now) {
			if err := p.happen(ctx, events[0]); err != nil {
				return err
			}
			events = events[1:]
		}
		p.imap.SetNow(p.now) // it shows the last 30 days only, as 163 does
		r, err := p.app.Step(ctx, p.now)
		if err := errors.Join(err, r.PollErr); err != nil {
			return err
		}
		if err := p.tellSent(); err != nil {
			return err
		}
		next := p.now.Add(idle)
		if len(events) > 0 && events[0].At.Before(next) {
			next = events[0].At
		}
		if s := r.Planned.Next; s.After(p.now) && s.Before(next) {
			next = s
		}
		if err := p.drain(ctx, next); err != nil {
			return err
		}
		p.now = next
	}
	return nil
}

// drain sends what waits, setting the clock forward as the sending limits
// ask, but not beyond the next thing that happens.
func (p *play) drain(ctx context.Context, next time.Time) error {
	_, err := p.app.Drain(ctx, p.now, next.Add(-time.Second), func(_ context.Context, t time.Time) (time.Time, error) {
		p.now = t
		return t, p.tellSent()
	})
	return errors.Join(err, p.tellSent())
}

// happen lets one event take place.
func (p *play) happen(ctx context.Context, e samples.Event) error {
	if e.Desk != nil {
		p.opt.Tell(Line{At: e.At, Kind: Decided, Text: e.Story})
		_, err := p.app.Desk(ctx, p.now, app.DeskAction{Action: "address", Unit: e.Desk.Unit, Addr: e.Desk.Addr, Reason: e.Desk.Reason})
		return err
	}
	p.opt.Tell(Line{At: e.At, Kind: Arrived, Text: e.Story})
	p.imap.Deliver(e.Folder, e.Raw, e.At)
	return p.write(filepath.Join("来信", e.Name+".eml"), e.Raw)
}

// tellSent tells of every mail that the SMTP server has taken since the last
// call, and writes it to a file, with its text beside it for reading.
func (p *play) tellSent() error {
	all := p.smtp.Accepted()
	for ; p.told < len(all); p.told++ {
		m := all[p.told]
		msg, err := attach.Parse(m.Raw, attach.Limits{})
		if err != nil {
			return fmt.Errorf("read our own mail: %w", err)
		}
		to := slices.DeleteFunc(slices.Clone(m.To), func(a string) bool { return a == samples.Own && len(m.To) > 1 })
		p.opt.Tell(Line{At: p.now, Kind: Sent, Text: msg.Header.Subject, To: to})
		name := fmt.Sprintf("%02d %s %s", p.told+1, p.now.Format("01-02 1504"), fileName(msg.Header.Subject))
		head := fmt.Sprintf("收件人：%s\n主　题：%s\n\n", to, msg.Header.Subject)
		if err := errors.Join(p.write(filepath.Join("发信", name+".eml"), m.Raw), p.write(filepath.Join("发信", name+".txt"), []byte(head+msg.Text))); err != nil {
			return err
		}
		for _, f := range msg.Files {
			if err := p.write(filepath.Join("附件", fmt.Sprintf("%02d %s", p.told+1, fileName(f.Name))), f.Data); err != nil {
				return err
			}
		}
	}
	return nil
}

func (p *play) write(name string, data []byte) error {
	path := filepath.Join(p.opt.Out, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return fmt.Errorf("make the demo's folder: %w", err)
	}
	if err := os.WriteFile(path, data, 0o644); err != nil {
		return fmt.Errorf("write the demo's file: %w", err)
	}
	p.files = append(p.files, name)
	return nil
}

// received puts the line on top that the provider adds when it takes a mail.
func received(raw []byte, at time.Time) []byte {
	return slices.Concat(fmt.Appendf(nil, "Received: by mx19 (Coremail) with SMTP id demo;\r\n\t%s (CST)\r\n", at.Format(time.RFC1123Z)), raw)
}

// fileName leaves out what a file name cannot hold.
func fileName(s string) string {
	return string(bytes.Map(func(r rune) rune {
		if r < 0x20 || slices.Contains([]rune(`/\:*?"<>|`), r) {
			return '_'
		}
		return r
	}, []byte(s)))
}
