package fence

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"unicode"
)

// The words that FTooLarge carries as its argument "limit" when a child had to
// be given up. They stand beside those of package strict in the catalogue.
const (
	LimitMemory = "memory"
	LimitTime   = "time"
)

// death says how a child ended while it had a file. limit is what it reached,
// "" when it ended for a reason that says nothing about the file; crashed says
// that the Go runtime ended it, after a panic outside of what recovers.
type death struct {
	limit   string
	crashed bool
	err     error
}

func (d *death) Error() string { return d.err.Error() }
func (d *death) Unwrap() error { return d.err }

// autopsy says why a child is dead. cause is what ask returned.
func (c *child) autopsy(cause error) *death {
	state := c.cmd.ProcessState
	text := c.stderr.excerpt()
	switch {
	case errors.Is(cause, errTime):
		return &death{limit: LimitTime, err: fmt.Errorf("%w%s", cause, text)}
	case !errors.Is(c.fault, io.EOF) && !errors.Is(c.fault, io.ErrUnexpectedEOF):
		return &death{err: fmt.Errorf("broke the protocol: %w%s", c.fault, text)}
	case state == nil:
		return &death{err: fmt.Errorf("%w%s", cause, text)}
	case killed(state), c.stderr.outOfMemory() && state.ExitCode() != 0:
		return &death{limit: LimitMemory, err: fmt.Errorf("%w: %s%s", cause, state, text)}
	}
	return &death{crashed: c.stderr.crashed() && state.ExitCode() == 2, err: fmt.Errorf("%w: %s%s", cause, state, text)}
}

// stderr keeps the beginning of what a child writes to its standard error: the
// runtime says first why it gives up. It is bounded; the rest is dropped.
type stderr struct {
	mu   sync.Mutex
	text []byte
}

const maxStderr = 16 << 10

// Write never fails and never blocks.
func (s *stderr) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.text = append(s.text, p[:min(len(p), maxStderr-len(s.text))]...)
	return len(p), nil
}

func (s *stderr) reset() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.text = s.text[:0]
}

func (s *stderr) bytes() []byte {
	s.mu.Lock()
	defer s.mu.Unlock()
	return bytes.Clone(s.text)
}

// lastWords are how the Go runtime says that it was given no more memory: for
// its heap, a stack, or the stack of a new thread.
var lastWords = []string{"pthread_create failed", "failed to create new OS thread", "out of memory", "cannot allocate memory", "cannot map pages", "stack overflow", "exceeds memory", "errno=12", "errno: 12", "stack exceeds"}

func (s *stderr) outOfMemory() bool {
	text := s.bytes()
	for _, w := range lastWords {
		if bytes.Contains(text, []byte(w)) {
			return true
		}
	}
	return false
}

// crashed reports whether the runtime said that it gives up.
func (s *stderr) crashed() bool {
	text := s.bytes()
	return bytes.HasPrefix(text, []byte("panic: ")) || bytes.HasPrefix(text, []byte("fatal error: "))
}

// excerpt returns a few lines for the log, "" when there are none. The value of
// a panic may be a cell's: it is left out.
func (s *stderr) excerpt() string {
	var out []string
	for line := range strings.Lines(string(s.bytes())) {
		line = strings.TrimSpace(strings.Map(func(r rune) rune {
			if unicode.IsPrint(r) {
				return r
			}
			return ' '
		}, line))
		if strings.Contains(line, "+0x") {
			continue // a place in a stack; the function above it says enough
		}
		if i := strings.Index(line, "(0x"); i > 0 {
			line = line[:i]
		}
		if strings.HasPrefix(line, "panic:") && !strings.HasPrefix(line, "panic: runtime error") {
			line = "panic: (value left out)"
		}
		if line != "" {
			out = append(out, line[:min(len(line), 200)])
		}
		if len(out) == 8 {
			break
		}
	}
	if len(out) == 0 {
		return ""
	}
	return "; it said: " + strings.ToValidUTF8(strings.Join(out, " | "), "")
}
