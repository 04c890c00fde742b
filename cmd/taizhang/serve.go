package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"taizhang/app"
)

type serveCmd struct {
	Once bool `name:"once" help:"只做一轮：收信、处理、把该发的发完，然后退出。"`
	// Restored is for one start after a backup was put in the store's place.
	Restored bool   `name:"after-restore" help:"恢复备份后的第一次启动：备份之后的事不再补发，发出与否不明的邮件交人确认。"`
	At       string `name:"at" placeholder:"TIME" help:"与 --once 同用：当作此刻演练，只连接本机的服务器。"`
}

// sendHorizon is how far ahead a single round waits for the sending limits.
const sendHorizon = 10 * time.Minute

// Run starts the daemon, or does one round.
func (c *serveCmd) Run(e *env) error {
	app.Frugal()
	cfg, err := e.loadFile()
	if err != nil {
		return err
	}
	if c.At != "" && !c.Once {
		return usage(textAtOnce)
	}
	at, err := parseTime(c.At, cfg.Campaign.Schedule.Zone)
	if err != nil {
		return err
	}
	if !at.IsZero() {
		if err := app.Loopback(cfg); err != nil {
			return err
		}
	}
	if _, err := cfg.Mailbox.Password.Read(); err != nil {
		return err
	}
	command, err := readerCommand()
	if err != nil {
		return err
	}
	inspect, err := inspectCommand()
	if err != nil {
		return err
	}
	a, err := app.New(e.ctx, app.Options{Config: cfg, Log: e.log, Version: version(), Played: !at.IsZero(), ReaderCommand: command, InspectCommand: inspect, AfterRestore: c.Restored})
	if err != nil {
		return c.taken(e, err, cfg.StoreDir)
	}
	err = c.work(e, a, at)
	return errors.Join(err, a.Close())
}

// taken names the process that has the store.
func (c *serveCmd) taken(e *env, err error, dir string) error {
	if !errors.Is(err, app.ErrLocked) {
		return err
	}
	who := ""
	if _, pid, derr := app.Dial(e.ctx, dir); derr == nil {
		who = fmt.Sprintf(textPID, pid)
	}
	return &exitError{exitOurs, fmt.Sprintf(textTaken, who)}
}

func (c *serveCmd) work(e *env, a *app.App, at time.Time) error {
	if err := a.Listen(); err != nil {
		return err
	}
	if c.Restored {
		now := at
		if now.IsZero() {
			now = time.Now()
		}
		n, err := a.Restored(e.ctx, now)
		if err != nil {
			return err
		}
		fmt.Fprintf(e.err, textRestored, now.In(shanghai()).Format("2006-01-02 15:04"), n)
	}
	if err := a.Resume(e.ctx); err != nil {
		return err
	}
	if c.Once {
		return c.once(e, a, at)
	}
	told, quiet := false, ""
	return a.Run(e.ctx, app.Hooks{Round: func(r app.Round) {
		if r.First {
			fmt.Fprintf(e.err, textFirstStart, r.Epoch.In(shanghai()).Format("2006-01-02 15:04"))
		}
		if s := silence(r.Planned); s != quiet {
			quiet = s
			fmt.Fprint(e.err, s)
		}
		if trouble := r.PollErr != nil; trouble != told {
			told = trouble
			if trouble {
				fmt.Fprintln(e.err, troubleText(r.PollErr))
			} else {
				fmt.Fprintln(e.err, textMailboxBack)
			}
		}
	}})
}

// once does one round and sends what the limits allow within a few minutes.
func (c *serveCmd) once(e *env, a *app.App, at time.Time) error {
	now, pass := time.Now(), sleep
	if !at.IsZero() {
		now, pass = at, func(_ context.Context, t time.Time) (time.Time, error) { return t, nil }
	}
	r, err := a.Step(e.ctx, now)
	if err != nil {
		return err
	}
	if r.First {
		e.print(textFirstStart, r.Epoch.In(a.Campaign().Schedule.Zone).Format("2006-01-02 15:04"))
	}
	if _, err := a.Drain(e.ctx, now, now.Add(sendHorizon), pass); err != nil {
		return err
	}
	e.print(textRound, r.Poll.Fresh, r.Decided, len(r.Planned.Queued))
	e.print("%s", silence(r.Planned))
	for _, w := range r.Planned.Wait {
		e.print(textWaits, w.Key)
	}
	if r.PollErr != nil {
		return person("%s", troubleText(r.PollErr))
	}
	return nil
}

// silence says why nothing at all is sent, "" when mail is sent as usual.
func silence(p app.Planned) string {
	switch {
	case p.Over:
		return textOver
	case p.Behind:
		return textClock
	}
	return ""
}

func troubleText(err error) string {
	if s := mailboxText(err); s != "" {
		return s
	}
	return fmt.Sprintf(textMailbox, err)
}

func sleep(ctx context.Context, until time.Time) (time.Time, error) {
	t := time.NewTimer(time.Until(until))
	defer t.Stop()
	select {
	case <-t.C:
		return time.Now(), nil
	case <-ctx.Done():
		return time.Now(), ctx.Err()
	}
}

// session is whoever can carry out a command on the store: the daemon that
// owns it, or this process.
type session interface {
	Do(ctx context.Context, c app.Call) (app.Reply, error)
}

// withStore finds the owner of the store and has f work with it.
func withStore(e *env, f func(session) error) error {
	cfg, err := e.loadFile()
	if err != nil {
		return err
	}
	if remote, _, err := app.Dial(e.ctx, cfg.StoreDir); err == nil {
		return f(remote)
	}
	command, err := readerCommand()
	if err != nil {
		return err
	}
	inspect, err := inspectCommand()
	if err != nil {
		return err
	}
	a, err := app.New(e.ctx, app.Options{Config: cfg, Log: e.log, Version: version(), Offline: true, ReaderCommand: command, InspectCommand: inspect})
	if err != nil {
		return err
	}
	return errors.Join(f(a), a.Close())
}

// writeFiles writes what a command made into dir and names each file.
func writeFiles(e *env, dir string, f *app.Files) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return usage(textWrite, dir, err)
	}
	for _, a := range f.Files {
		path := dir + string(os.PathSeparator) + a.Name
		if err := os.WriteFile(path, a.Data, 0o644); err != nil {
			return usage(textWrite, path, err)
		}
		e.print(textWritten, path)
	}
	return nil
}
