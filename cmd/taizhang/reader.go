package main

import (
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"taizhang/app"
)

// readerCmd is how the program starts itself as the child that reads files of
// strangers. It is not for people and not in the help.
type readerCmd struct{}

// Run serves the parent at the other end of standard input and output.
func (readerCmd) Run(e *env) error {
	// The parent says when it ends, by closing the pipe: a signal to all
	// processes of a service must not look as if a file had killed it.
	signal.Ignore(os.Interrupt, syscall.SIGTERM)
	in, out := os.Stdin, os.Stdout
	os.Stdout = os.Stderr // nothing else may get between the frames
	if err := app.ServeReader(e.ctx, in, out); err != nil {
		return fmt.Errorf("reader: %w", err)
	}
	return nil
}

// readerCommand is the command line of that child.
func readerCommand() ([]string, error) { return selfCommand("reader") }

// inspectCommand is the command line of the child that looks at a store.
func inspectCommand() ([]string, error) { return selfCommand("inspector") }

func selfCommand(name string) ([]string, error) {
	exe, err := os.Executable()
	if err != nil {
		return nil, fmt.Errorf("find the program's own path: %w", err)
	}
	return []string{exe, name}, nil
}

// inspectCmd is how the program starts itself as the child that looks at a
// store, which a damaged file may kill. It is not for people.
type inspectCmd struct {
	Raw     bool   `name:"raw"`
	RawDir  string `name:"raw-dir"`
	Restore bool   `name:"restore"`
	Dir     string `arg:"" name:"DIR"`
}

// Run writes what it found as one line of JSON.
func (c *inspectCmd) Run(e *env) error {
	return app.ServeInspect(e.ctx, app.Inspection{Dir: c.Dir, Raw: c.Raw, RawDir: c.RawDir, Restore: c.Restore}, e.out)
}
