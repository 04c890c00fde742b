package main

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"time"

	"taizhang/app"
	"taizhang/ledger"
)

type checkCmd struct {
	JSON    bool     `name:"json" help:"每个文档输出一行 JSON。"`
	Arrived string   `name:"arrived" placeholder:"TIME" help:"收到时间（北京时间），例如 2022-05-26T10:00。"`
	Sender  string   `name:"sender" placeholder:"ADDR" help:"来信地址。"`
	Files   []string `arg:"" name:"FILE" help:"台账、名单、压缩包或 .eml 邮件。"`
}

// Run reads each file and prints what it is and what is to be said about it.
func (c *checkCmd) Run(e *env) error {
	cfg, err := e.load()
	if err != nil {
		return err
	}
	arrived, err := parseTime(c.Arrived, cfg.Campaign.Schedule.Zone)
	if err != nil {
		return err
	}
	command, err := readerCommand()
	if err != nil {
		return err
	}
	reader := app.NewReader(cfg, command, e.log)
	err = c.files(e, app.CheckOptions{Config: cfg, Arrived: arrived, Sender: c.Sender, Reader: reader})
	return errors.Join(err, reader.Close())
}

// files checks one file after another.
func (c *checkCmd) files(e *env, opt app.CheckOptions) error {
	worst := false
	for _, path := range c.Files {
		data, err := readAtMost(path, opt.Config.Limits.Message+1)
		if err != nil {
			return usage(textNoFile, path, err)
		}
		results, err := app.CheckFile(e.ctx, filepath.Base(path), data, opt)
		if err != nil {
			return err
		}
		for i, r := range results {
			results[i].File = path
			worst = worst || r.Verdict != "" && r.Verdict != ledger.Accepted
			if err := c.print(e, results[i], &opt.Config.Campaign); err != nil {
				return err
			}
		}
	}
	if worst {
		return &exitError{code: exitPerson}
	}
	return nil
}

// readAtMost reads the file, or its first n bytes when it is larger: what is
// beyond every limit is not needed to say so.
func readAtMost(path string, n int64) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }() // it was only read
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	b := bytes.NewBuffer(make([]byte, 0, min(max(info.Size(), 0), n)+bytes.MinRead)) // grows for what has no size
	_, err = b.ReadFrom(io.LimitReader(f, n))
	return b.Bytes(), err
}

func (c *checkCmd) print(e *env, r app.Checked, campaign *ledger.Campaign) error {
	if c.JSON {
		line, err := r.JSON()
		if err != nil {
			return err
		}
		e.print("%s\n", line)
		return nil
	}
	e.print("%s", describe(r, campaign))
	return nil
}

// parseTime reads an instant on the office's clock; "" is the zero time.
func parseTime(s string, zone *time.Location) (time.Time, error) {
	if s == "" {
		return time.Time{}, nil
	}
	for _, layout := range []string{time.RFC3339, "2006-01-02T15:04:05", "2006-01-02T15:04", "2006-01-02 15:04:05", "2006-01-02 15:04", time.DateOnly} {
		if t, err := time.ParseInLocation(layout, s, zone); err == nil {
			return t, nil
		}
	}
	return time.Time{}, usage(textTime, s)
}

// parseMonth reads 2022-05; "" is the zero Period.
func parseMonth(s string) (ledger.Period, error) {
	if s == "" {
		return ledger.Period{}, nil
	}
	p, err := ledger.ParsePeriod(s)
	if err != nil {
		return p, usage(textMonth, s)
	}
	return p, nil
}
