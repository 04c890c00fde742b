package main

import (
	"os"
	"path/filepath"
	"strings"
	"time"

	"taizhang/app"
	"taizhang/ledger"
)

// unitMonth names a unit's month.
type unitMonth struct {
	Unit  string `arg:"" name:"UNIT" help:"填报单位。"`
	Month string `arg:"" name:"MONTH" help:"报告期，例如 2022-05。"`
}

func (t unitMonth) action(name, reason string) (app.DeskAction, error) {
	p, err := parseMonth(t.Month)
	return app.DeskAction{Action: name, Unit: t.Unit, Period: p, Reason: reason}, err
}

type deskExempt struct {
	unitMonth
	Undo   bool   `name:"undo" help:"取消免报。"`
	Reason string `name:"reason" help:"原因。"`
}

// Run takes a unit out of 应报, or back into it.
func (c *deskExempt) Run(e *env, desk *deskCmd) error {
	d, err := c.action("exempt", c.Reason)
	if err != nil {
		return err
	}
	d.Undo = c.Undo
	return decide(e, desk.At, d)
}

type deskExtend struct {
	unitMonth
	Until  string `name:"until" placeholder:"TIME" help:"延至此时；只写日期则当日24时有效（北京时间）。"`
	Undo   bool   `name:"undo" help:"取消延期。"`
	Reason string `name:"reason" help:"原因。"`
}

// Run moves a unit's due instant.
func (c *deskExtend) Run(e *env, desk *deskCmd) error {
	d, err := c.action("extend", c.Reason)
	if err != nil {
		return err
	}
	if d.Undo = c.Undo; c.Undo {
		return decide(e, desk.At, d)
	}
	if c.Until == "" {
		return usage(textUntil)
	}
	if d.Until, err = parseUntil(c.Until, shanghai()); err != nil {
		return err
	}
	return decide(e, desk.At, d)
}

// parseUntil reads the end of a term: a date alone counts to its end.
func parseUntil(s string, zone *time.Location) (time.Time, error) {
	if day, err := ledger.ParseDate(strings.TrimSpace(s)); err == nil {
		return day.At(24, 0, zone), nil
	}
	return parseTime(s, zone)
}

type deskWithdraw struct {
	deskTarget
	Reason string `name:"reason" help:"原因；会写在给填报单位的信里。"`
}

// Run takes the version in force out of force.
func (c *deskWithdraw) Run(e *env, desk *deskCmd) error {
	d := app.DeskAction{Action: "withdraw", Reason: c.Reason}
	if err := c.fill(&d); err != nil {
		return err
	}
	return decide(e, desk.At, d)
}

type deskClose struct {
	Month  string `arg:"" name:"MONTH" help:"报告期，例如 2022-05。"`
	Undo   bool   `name:"undo" help:"重新开放，直到按期结账。"`
	Reason string `name:"reason" help:"原因。"`
}

// Run closes a month before the schedule does.
func (c *deskClose) Run(e *env, desk *deskCmd) error {
	p, err := parseMonth(c.Month)
	if err != nil {
		return err
	}
	return decide(e, desk.At, app.DeskAction{Action: "close", Period: p, Undo: c.Undo, Reason: c.Reason})
}

type deskFile struct {
	unitMonth
	Path    string `arg:"" name:"FILE" help:"台账文件。"`
	Arrived string `name:"arrived" required:"" placeholder:"TIME" help:"实际收到的时间（北京时间）。"`
	Reason  string `name:"reason" help:"原因，例如：微信报送、现场报送。"`
}

// Run takes a document that was handed in otherwise than by mail.
func (c *deskFile) Run(e *env, desk *deskCmd) error {
	d, err := c.action("file", c.Reason)
	if err != nil {
		return err
	}
	doc := &app.HandedIn{Name: filepath.Base(c.Path)}
	if doc.Arrived, err = parseTime(c.Arrived, shanghai()); err != nil {
		return err
	}
	if doc.Data, err = os.ReadFile(c.Path); err != nil {
		return usage(textNoFile, c.Path, err)
	}
	d.File = doc
	return decide(e, desk.At, d)
}
