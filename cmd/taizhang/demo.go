package main

import (
	"fmt"
	"log/slog"
	"strings"
	"time"

	"taizhang/app/demo"
)

type demoCmd struct {
	Out string `name:"out" placeholder:"DIR" default:"demo-out" help:"文件写到这个目录（默认 demo-out）。"`
}

// Run plays the month and prints the story and the grid.
func (c *demoCmd) Run(e *env) error {
	begun := time.Now()
	e.print(textDemoStart, c.Out)
	log := slog.New(slog.DiscardHandler)
	if e.verbose {
		log = e.log
	}
	day := ""
	res, err := demo.Run(e.ctx, demo.Options{Out: c.Out, Log: log, Tell: func(l demo.Line) {
		if d := l.At.Format("1月2日"); d != day {
			day = d
			e.print(textDemoDay, d, string([]rune("日一二三四五六")[l.At.Weekday()]))
		}
		e.print("%s\n", storyLine(l))
	}})
	if err != nil {
		return err
	}
	e.print("\n%s", grid(res.Status))
	e.print(textDemoEnd, res.Sent, c.Out, time.Since(begun).Seconds())
	return nil
}

func storyLine(l demo.Line) string {
	clock := l.At.Format("15:04")
	switch l.Kind {
	case demo.Sent:
		return fmt.Sprintf(textDemoSent, clock, l.Text, strings.Join(l.To, "、"))
	case demo.Decided:
		return fmt.Sprintf(textDemoDesk, clock, l.Text)
	}
	return fmt.Sprintf(textDemoMail, clock, l.Text)
}
