package fence

import (
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"sync"
	"sync/atomic"
	"time"
)

// child is one running child process. One request at a time.
type child struct {
	cmd     *exec.Cmd
	stdin   io.WriteCloser
	stdout  io.ReadCloser
	stderr  stderr
	dir     string // its temporary folder
	max     int64  // bytes of a frame that it may send
	limited bool   // as it said
	cutOff  bool   // as it said
	files   int    // that it has answered

	asked   atomic.Bool // an answer is awaited
	answers chan frame
	done    chan struct{} // closed when it is dead and reaped, its folder removed

	mu   sync.Mutex
	gone bool // it is being reaped: its number may be another's soon

	// Set before done is closed.
	fault   error // why pump stopped
	cleanup error // of removing the folder
}

// startTime is how long a child may take to say hello: what a very busy
// machine needs to start a program, many times over.
const startTime = 30 * time.Second

// start starts a child and sets its limits. Its error is a failure of ours.
func start(ctx context.Context, opt *Options) (*child, error) {
	dir, err := os.MkdirTemp("", "taizhang-reader-")
	if err != nil {
		return nil, fmt.Errorf("make the reader's folder: %w", err)
	}
	c := &child{dir: dir, max: opt.Answer + 1<<20, answers: make(chan frame, 1), done: make(chan struct{})}
	if err := c.exec(opt.Command); err != nil {
		return nil, fmt.Errorf("start the reader: %w", errors.Join(err, os.RemoveAll(dir)))
	}
	if err := c.greet(ctx, opt); err != nil {
		c.end()
		return nil, fmt.Errorf("start the reader: %w%s", err, c.stderr.excerpt())
	}
	return c, nil
}

func (c *child) exec(command []string) error {
	c.cmd = exec.Command(command[0], command[1:]...)
	if p := sameBinary(command[0]); p != "" {
		c.cmd.Path = p
	}
	c.cmd.Dir = c.dir
	// Nothing of our own environment: it may name secrets, and the child needs none.
	c.cmd.Env = append(systemEnv(), "TMPDIR="+c.dir, "TMP="+c.dir, "TEMP="+c.dir, "GOMAXPROCS=1")
	c.cmd.Stderr = &c.stderr
	c.cmd.WaitDelay = time.Second
	ownGroup(c.cmd)
	var err error
	if c.stdout, err = c.cmd.StdoutPipe(); err != nil {
		return err
	}
	if c.stdin, err = c.cmd.StdinPipe(); err != nil {
		return err
	}
	if err := c.cmd.Start(); err != nil {
		return err
	}
	go c.pump()
	return nil
}

// greet sends the limits and waits until they are set.
func (c *child) greet(ctx context.Context, opt *Options) error {
	text, err := json.Marshal(setup{Memory: opt.Memory, File: opt.maxRequest(), Answer: opt.Answer, Folder: c.dir, CutOff: true})
	if err != nil {
		return fmt.Errorf("encode limits: %w", err)
	}
	f, _, err := c.ask(ctx, startTime, kindSetup, text)
	if err != nil {
		return err
	}
	var h hello
	if f.kind != kindHello {
		return fmt.Errorf("%w: kind %d for a greeting", errFrame, f.kind)
	}
	if err := unmarshal(f.payload, &h); err != nil {
		return err
	}
	c.limited, c.cutOff = h.Limited, h.CutOff
	return nil
}

// errTime says that the child did not answer in time; errDied that it ended.
var (
	errTime = errors.New("no answer in time")
	errDied = errors.New("the child ended")
)

// ask sends a frame and waits for the one that answers it; sum is that of the
// frame sent. After an error the child is dead and reaped, and the error is
// errTime, errDied, or that of ctx.
func (c *child) ask(ctx context.Context, limit time.Duration, k kind, parts ...[]byte) (f frame, sum [sha256.Size]byte, err error) {
	c.stderr.reset()
	c.asked.Store(true)
	timer := time.NewTimer(limit)
	defer timer.Stop()
	var wrong error // of the writing
	wrote := make(chan struct{})
	go func() {
		defer close(wrote)
		sum, wrong = writeFrame(c.stdin, k, parts...)
	}()
	if f, err = c.await(ctx, timer.C); err == nil {
		select {
		case <-wrote: // at once: a child reads all before it answers
			if err = wrong; err == nil {
				return f, sum, nil
			}
		case <-timer.C:
			err = errTime
		}
	}
	c.end() // closes the pipe, so that the write ends too
	<-wrote
	return f, sum, err
}

func (c *child) await(ctx context.Context, timeout <-chan time.Time) (frame, error) {
	select {
	case f := <-c.answers:
		return f, nil
	case <-c.done:
		select {
		case f := <-c.answers: // its last word
			return f, nil
		default:
			return frame{}, errDied
		}
	case <-timeout:
		return frame{}, errTime
	case <-ctx.Done():
		return frame{}, ctx.Err()
	}
}

// errUnasked says that a child spoke without having been asked.
var errUnasked = fmt.Errorf("%w: nothing was asked", errFrame)

// pump takes what the child writes until it ends, then kills what is left of
// its group, reaps it and removes its folder.
func (c *child) pump() {
	defer close(c.done)
	in := bufio.NewReaderSize(c.stdout, 64<<10)
	for c.fault == nil {
		f, err := readFrame(in, c.max, func() error {
			if !c.asked.CompareAndSwap(true, false) {
				return errUnasked
			}
			return nil
		})
		if c.fault = err; err == nil {
			c.answers <- f // has room: one answer for each time asked
		}
	}
	c.mu.Lock()
	c.gone = true // from here on nobody else may kill: see end
	killGroup(c.cmd)
	c.mu.Unlock()
	_ = c.stdin.Close() // nobody reads it any more
	_ = c.cmd.Wait()    // its result is in ProcessState
	c.cleanup = os.RemoveAll(c.dir)
}

// end kills the child and waits until it is reaped.
func (c *child) end() {
	c.mu.Lock()
	if !c.gone {
		killGroup(c.cmd)
	}
	c.mu.Unlock()
	_ = c.stdout.Close() // pump must not wait for whoever else holds it
	<-c.done
}

// alive reports whether the child has not ended by itself.
func (c *child) alive() bool {
	select {
	case <-c.done:
		return false
	default:
		return true
	}
}
