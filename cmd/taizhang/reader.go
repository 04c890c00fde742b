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
func readerCommand() ([]string, error) {
	exe, err := os.Executable()
	if err != nil {
		return nil, fmt.Errorf("find the program's own path: %w", err)
	}
	return []string{exe, "reader"}, nil
}
