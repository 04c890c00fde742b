package smtptest

import (
	"bytes"
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log"
	"log/slog"
	"maps"
	"net"
	"slices"
	"sync"
	"time"

	"github.com/emersion/go-smtp"

	"taizhang/internal/testca"
)

// Options are the settings of a Server.
type Options struct {
	User     string // the login name and the only sender accepted
	Password string
	Addr     string       // default 127.0.0.1:0
	Logger   *slog.Logger // default: none
}

// Accepted is a mail that the server took.
type Accepted struct {
	From string
	To   []string // the recipients that were not refused, in their order
	Raw  []byte   // as sent, dots unstuffed
	At   time.Time
}

// Server is a running SMTP server.
type Server struct {
	opt      Options
	listener net.Listener
	smtp     *smtp.Server
	tls      *tls.Config
	ca       []byte
	script   script
	served   chan error

	mu       sync.Mutex
	hook     func(Accepted)
	accepted []Accepted
	commands []string
	conns    map[*conn]struct{}
	gone     chan struct{} // closed, and made anew, when a connection ends
	now      time.Time
	closed   bool
	cutIn    int64 // armed by CutAfter; -1: not armed
	cutOut   int64
	in, out  int64 // bytes that passed on the connection that ended last
}

// Start starts a server that accepts connections until Close.
func Start(opt Options) (*Server, error) {
	config, ca, err := testca.New()
	if err != nil {
		return nil, fmt.Errorf("start the SMTP server: %w", err)
	}
	l, err := net.Listen("tcp", cmp.Or(opt.Addr, "127.0.0.1:0"))
	if err != nil {
		return nil, fmt.Errorf("start the SMTP server: %w", err)
	}
	opt.Logger = cmp.Or(opt.Logger, slog.New(slog.DiscardHandler))
	s := &Server{
		opt: opt, listener: l, tls: config, ca: ca,
		served: make(chan error, 1), conns: make(map[*conn]struct{}), gone: make(chan struct{}),
		cutIn: -1, cutOut: -1,
	}
	s.smtp = smtp.NewServer(smtp.BackendFunc(func(c *smtp.Conn) (smtp.Session, error) {
		session := &session{s: s, conn: c.Conn().(*conn)}
		if err := session.strike(Hello, ""); err != nil {
			return nil, err
		}
		return session, nil
	}))
	s.smtp.Domain = "163.com"
	s.smtp.AllowInsecureAuth = true // the library does not see the TLS under conn
	s.smtp.MaxLineLength = 100_000  // long lines are for the mailer's tests to find
	s.smtp.ErrorLog = log.New(slogWriter{opt.Logger}, "", 0)
	go func() { s.served <- s.smtp.Serve(listener{l, s}) }()
	return s, nil
}

// slogWriter passes the library's complaints on as debug lines.
type slogWriter struct{ log *slog.Logger }

func (w slogWriter) Write(p []byte) (int, error) {
	w.log.Debug("smtp server", "err", string(bytes.TrimSpace(p)))
	return len(p), nil
}

// Addr returns the host and port the server listens on.
func (s *Server) Addr() string { return s.listener.Addr().String() }

// CAPEM returns the certificate to trust, in PEM.
func (s *Server) CAPEM() []byte { return s.ca }

// Script replaces the script: what the server is to do out of the ordinary.
func (s *Server) Script(steps ...Step) { s.script.set(steps) }

// OnAccept sets a function that is called with each accepted mail before the
// client hears of it. The demo files the copy to ourselves with it.
func (s *Server) OnAccept(f func(Accepted)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.hook = f
}

// SetNow sets the instant that is noted for accepted mails. Until it is called
// that is the machine's clock.
func (s *Server) SetNow(now time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.now = now
}

// Accepted returns the accepted mails, oldest first.
func (s *Server) Accepted() []Accepted {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.accepted)
}

// Forget drops the accepted mails and the commands so far.
func (s *Server) Forget() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.accepted, s.commands = nil, nil
}

// Commands returns what clients sent, without credentials and texts.
func (s *Server) Commands() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.commands)
}

// Close stops the server and waits until all its connections have ended.
func (s *Server) Close() error {
	s.mu.Lock()
	if s.closed {
		s.mu.Unlock()
		return nil
	}
	s.closed = true
	conns := slices.Collect(maps.Keys(s.conns))
	s.conns = nil
	s.mu.Unlock()
	// Shutdown waits for the sessions, which end because their connections are
	// closed under them.
	stopped := make(chan error, 1)
	go func() { stopped <- s.smtp.Shutdown(context.Background()) }()
	errs := []error{s.listener.Close()}
	for _, c := range conns {
		errs = append(errs, c.Close())
	}
	errs = append(errs, <-stopped, <-s.served)
	return errors.Join(slices.DeleteFunc(errs, func(err error) bool {
		return errors.Is(err, net.ErrClosed)
	})...)
}

func (s *Server) remember(c *conn) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.conns != nil {
		s.conns[c] = struct{}{}
		return
	}
	_ = c.raw.Close() // the server is being closed
}

func (s *Server) forget(c *conn) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.conns, c)
	s.in, s.out = c.in.passed.Load(), c.out.passed.Load()
	close(s.gone)
	s.gone = make(chan struct{})
}

// CutAfter breaks the next connection once n bytes of the protocol have passed:
// of those that the client sends (inward), else of those that it is sent. It
// works once.
func (s *Server) CutAfter(n int64, inward bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.cutIn, s.cutOut = -1, -1
	if inward {
		s.cutIn = n
	} else {
		s.cutOut = n
	}
}

// takeCut returns the limits of a new connection.
func (s *Server) takeCut() (in, out int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	in, out = s.cutIn, s.cutOut
	s.cutIn, s.cutOut = -1, -1
	return in, out
}

// Traffic returns how many bytes of the protocol passed on the connection that
// ended last.
func (s *Server) Traffic() (in, out int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.in, s.out
}

// Quiet waits until no client is connected any more: what the last one sent is
// then accepted or dropped.
func (s *Server) Quiet() {
	for {
		s.mu.Lock()
		n, gone := len(s.conns), s.gone
		s.mu.Unlock()
		if n == 0 {
			return
		}
		<-gone
	}
}

func (s *Server) record(line string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.commands = append(s.commands, line)
}

func (s *Server) keep(a Accepted) {
	s.mu.Lock()
	a.At = s.now
	if a.At.IsZero() {
		a.At = time.Now()
	}
	s.accepted = append(s.accepted, a)
	hook := s.hook
	s.mu.Unlock()
	if hook != nil {
		hook(a)
	}
}
