// Command taizhang collects the counties' monthly ledgers from a mailbox,
// checks and answers them, reminds the late and mails the desk its summary.
//
// This package reads flags, prints Chinese for people and JSON for programs,
// and sets the exit code: 0 done, 1 something needs a person, 2 wrong usage or
// configuration, 3 our own failure. It decides nothing about ledgers or mail.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"syscall"

	"github.com/alecthomas/kong"

	"taizhang/config"
)

// The exit codes of commands.md.
const (
	exitDone   = 0
	exitPerson = 1
	exitUsage  = 2
	exitOurs   = 3
)

// cli is the command line; commands.md is its contract.
type cli struct {
	Config string `name:"config" short:"c" placeholder:"F" help:"配置文件；不写则用内置的 2022 年行动。"`
	Log    string `name:"log" enum:"debug,info,warn,error" default:"info" help:"日志详细程度（debug、info、warn、error）。"`

	Demo    demoCmd    `cmd:"" help:"演示：无需账号，在本机模拟一个月的收报、催报和汇总。"`
	Serve   serveCmd   `cmd:"" help:"运行：收信、答复、催报、汇总。"`
	Check   checkCmd   `cmd:"" help:"读取并核对台账、名单或整封邮件，不改动任何数据。"`
	Import  importCmd  `cmd:"" help:"把 .eml 文件或文件夹当作来信收入。"`
	Status  statusCmd  `cmd:"" help:"查看各单位报送情况。"`
	Explain explainCmd `cmd:"" help:"说明某单位某月或某封邮件的全部依据。"`
	Summary summaryCmd `cmd:"" help:"生成某月汇总表和进展情况通报。"`
	Remind  remindCmd  `cmd:"" help:"查看或发出到期的提醒。"`
	Desk    deskCmd    `cmd:"" help:"专项小组的处理决定。"`
	Form    formCmd    `cmd:"" help:"生成预填的附件 2 表格。"`
	Cfg     configCmd  `cmd:"" name:"config" help:"检查或显示配置。"`
	Backup  backupCmd  `cmd:"" help:"运行中也可备份：数据库和全部原始邮件，试恢复并核对无误才算数。"`
	Rebuild rebuildCmd `cmd:"" help:"数据库损坏又没有备份时，用原始邮件和还能读出的记录重建一个。"`
	Verify  verifyCmd  `cmd:"" help:"核对数据库和每一封原始邮件是否完好，不改动任何数据。"`
	Version versionCmd `cmd:"" help:"显示版本。"`
	Reader  readerCmd  `cmd:"" hidden:""`
	Salvage salvageCmd `cmd:"" name:"salvager" hidden:""`
	Inspect inspectCmd `cmd:"" name:"inspector" hidden:""`
}

// env is what every command works with.
type env struct {
	ctx    context.Context
	out    io.Writer
	err    io.Writer
	log    *slog.Logger
	config string
	// verbose says that the log was asked for in detail.
	verbose bool
}

// load returns the configuration that the command line names.
func (e *env) load() (*config.Config, error) {
	if e.config == "" {
		return config.Builtin()
	}
	return config.Load(e.config)
}

// loadFile is load for commands that need an account.
func (e *env) loadFile() (*config.Config, error) {
	if e.config == "" {
		return nil, usage(textNeedConfig)
	}
	return config.Load(e.config)
}

func (e *env) print(format string, args ...any) { fmt.Fprintf(e.out, format, args...) }

func main() { os.Exit(run(os.Args[1:], os.Stdout, os.Stderr)) }

// run is main with its surroundings as arguments, for tests.
func run(args []string, stdout, stderr io.Writer) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	var c cli
	exited := -1
	parser, err := kong.New(&c, kong.Name("taizhang"), kong.Description(textDescription), kong.Writers(stdout, stderr),
		kong.Exit(func(code int) { exited = code }), kong.ConfigureHelp(kong.HelpOptions{Compact: true}))
	if err != nil {
		fmt.Fprintln(stderr, err)
		return exitOurs
	}
	if len(args) == 0 {
		args = []string{"--help"}
	}
	k, err := parser.Parse(args)
	if exited >= 0 {
		return exited
	}
	if err != nil {
		fmt.Fprintf(stderr, textUsage, err)
		return exitUsage
	}
	var level slog.Level
	if err := level.UnmarshalText([]byte(c.Log)); err != nil {
		level = slog.LevelInfo
	}
	e := &env{ctx: ctx, out: stdout, err: stderr, config: c.Config, verbose: c.Log == "debug",
		log: slog.New(slog.NewTextHandler(stderr, &slog.HandlerOptions{Level: level}))}
	err = k.Run(e, &c.Desk)
	if e.verbose {
		logUsage(e.log)
	}
	return report(stderr, err)
}

// exitError carries an exit code and, unless quiet, a sentence for a person.
type exitError struct {
	code int
	text string
}

func (e *exitError) Error() string { return e.text }

// usage is a mistake of the caller's.
func usage(format string, args ...any) error {
	return &exitError{exitUsage, fmt.Sprintf(format, args...)}
}

// person says that the command did its work and a person must look.
func person(format string, args ...any) error {
	return &exitError{exitPerson, fmt.Sprintf(format, args...)}
}

// report prints the error in words and returns the exit code.
func report(w io.Writer, err error) int {
	if err == nil {
		return exitDone
	}
	var e *exitError
	if !errors.As(err, &e) {
		e = explain(err)
	}
	if e.text != "" {
		fmt.Fprintln(w, e.text)
	}
	return e.code
}
