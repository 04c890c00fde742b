package coremail

import (
	"bufio"
	"crypto/tls"
	"fmt"
	"net"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// session is one connection. A reader goroutine takes commands off the wire
// while run executes them one by one.
type session struct {
	s      *Server
	raw    net.Conn
	conn   *tls.Conn
	w      *bufio.Writer // guarded by mu
	out    *limitWriter
	mu     sync.Mutex
	busy   atomic.Bool // a command runs: another that arrives now is dropped (NetEase)
	cmds   chan command
	gone   chan struct{} // closed when the client is gone or the server stops
	once   sync.Once
	authed bool
	known  bool // sent ID
	folder *folder
	view   []*message // what the selected folder showed when it was last looked at
	write  bool       // selected by SELECT
}

func newSession(s *Server, raw net.Conn) *session {
	c := &session{
		s: s, raw: raw, conn: tls.Server(raw, s.tls),
		cmds: make(chan command, 64), gone: make(chan struct{}),
	}
	c.out = &limitWriter{to: c.conn, left: s.faults.takeCut(), cut: c.abort, count: c.count}
	c.w = bufio.NewWriterSize(c.out, 32<<10)
	return c
}

func (c *session) count(n int) { c.s.sent.Add(int64(n)) }

// abort ends the connection at once, without TLS's farewell.
func (c *session) abort() {
	c.once.Do(func() {
		close(c.gone)
		_ = c.raw.Close() // nothing can be done about a connection that is given up
	})
}

func (c *session) run() {
	defer func() {
		c.abort()
		c.s.mu.Lock()
		delete(c.s.sessions, c)
		close(c.s.gone)
		c.s.gone = make(chan struct{})
		c.s.mu.Unlock()
	}()
	if err := c.conn.Handshake(); err != nil {
		c.s.log.Debug("imap handshake failed", "err", err)
		return
	}
	if c.out.left == 0 { // cut before the first byte
		return
	}
	c.say("* OK %s", c.greeting())
	if c.flush() != nil {
		return
	}
	c.s.wg.Go(c.read)
	for {
		select {
		case <-c.gone:
			return
		case cmd := <-c.cmds:
			if !c.execute(cmd) {
				return
			}
		}
	}
}

// read takes commands off the wire until the client is gone.
func (c *session) read() {
	defer c.abort()
	r := bufio.NewReader(c.conn)
	for {
		cmd, err := readCommand(r, func() error {
			c.say("+ go ahead")
			return c.flush()
		})
		if err != nil {
			return
		}
		if c.s.opt.Profile == NetEase && !c.busy.CompareAndSwap(false, true) {
			c.s.record("(dropped) " + cmd.text)
			continue
		}
		c.s.record(cmd.text)
		select {
		case c.cmds <- cmd:
		case <-c.gone:
			return
		}
	}
}

// say buffers a line.
func (c *session) say(format string, args ...any) {
	c.mu.Lock()
	defer c.mu.Unlock()
	_, _ = fmt.Fprintf(c.w, format+"\r\n", args...) // a failed write shows in flush
}

func (c *session) flush() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.w.Flush()
}

// finish sends the tagged reply; from then on the next command is taken.
func (c *session) finish(tag, text string) bool {
	c.say("%s %s", tag, text)
	c.busy.Store(false)
	return c.flush() == nil
}

// wait waits for d, or until the client is gone: then it returns false.
func (c *session) wait(d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-c.gone:
		return false
	}
}

// hang says nothing until the client is gone.
func (c *session) hang() bool {
	<-c.gone
	return false
}

// strike does what the faults of a command demand before it runs. done says
// that the command is dealt with, and then alive that the session goes on.
func (c *session) strike(cmd command, faults []Fault) (done, alive bool) {
	for _, f := range faults {
		switch f.Do {
		case Hang:
			return true, c.hang()
		case Cut:
			return true, false
		case Bye:
			c.say("* BYE %s", f.Text)
			_ = c.flush() // the connection is closed either way
			return true, false
		case Reply:
			return true, c.finish(cmd.tag, f.Text)
		case Untagged:
			c.say("%s", f.Text)
		case Delay:
			if !c.wait(f.Pause) {
				return true, false
			}
		}
	}
	return false, true
}

// execute runs a command and sends its answer. It returns false when the
// session is over.
func (c *session) execute(cmd command) bool {
	faults := c.s.faults.take(strings.TrimPrefix(cmd.name, "UID "), 0, false)
	if done, alive := c.strike(cmd, faults); done {
		return alive
	}
	reply, alive := c.answer(cmd)
	if !alive {
		return false
	}
	if !c.linger(faults) {
		return false
	}
	return c.finish(cmd.tag, reply) && cmd.name != "LOGOUT"
}

// answer sends the data of a command and returns the text of its tagged reply.
func (c *session) answer(cmd command) (reply string, alive bool) {
	name := strings.TrimPrefix(cmd.name, "UID ")
	switch {
	case slices.Contains([]string{"LIST", "XLIST", "SELECT", "EXAMINE", "STATUS", "APPEND", "GETQUOTAROOT"}, name) && !c.authed:
		return "NO " + name + " please log in first", true
	case slices.Contains([]string{"FETCH", "SEARCH"}, name) && c.folder == nil:
		return "BAD " + name + " no folder is selected", true
	}
	switch cmd.name {
	case "CAPABILITY":
		c.say("* CAPABILITY %s", c.capabilities())
		return "OK CAPABILITY completed", true
	case "ID":
		return c.id(), true
	case "NOOP":
		c.refresh()
		return "OK NOOP completed", true
	case "LOGIN":
		return c.login(cmd), true
	case "LIST", "XLIST":
		return c.list(cmd), true
	case "SELECT", "EXAMINE":
		return c.open(cmd), true
	case "STATUS":
		return c.status(cmd), true
	case "APPEND":
		return c.append(cmd), true
	case "GETQUOTAROOT":
		return c.quota(cmd), true
	case "FETCH", "UID FETCH":
		return c.fetch(cmd)
	case "SEARCH", "UID SEARCH":
		return c.search(cmd), true
	case "IDLE":
		return c.idle()
	case "LOGOUT":
		c.say("* BYE %s", "IMAP4rev1 Server logging out")
		return "OK LOGOUT completed", true
	case "AUTHENTICATE":
		// Newer NetEase servers offer SASL-IR and refuse the response sent
		// with the command.
		return "BAD Request not ending with <CRLF>", true
	}
	return "BAD command not supported", true
}
