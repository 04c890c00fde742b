package coremail

import (
	"cmp"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"taizhang/internal/testca"
)

// Profile says whose ways the server has.
type Profile int

// The profiles.
const (
	NetEase Profile = iota // 163.com, as the package comment tells
	Plain                  // an ordinary server with IDLE and UIDNEXT
)

// defaultWindow is how far back a 163.com account shows mail to IMAP unless its
// owner chose otherwise (收取最近30天邮件).
const defaultWindow = 30 * 24 * time.Hour

// Options are the settings of a Server.
type Options struct {
	User     string // the login name, an address
	Password string
	Addr     string // default 127.0.0.1:0
	Profile  Profile
	Folders  []string      // default DefaultFolders
	Window   time.Duration // default 30 days for NetEase and no limit for Plain; negative: no limit
	Quota    string        // what GETQUOTAROOT answers, such as (STORAGE 9 10); "": the server has no QUOTA
	Logger   *slog.Logger  // default: none
}

// Server is a running IMAP server.
type Server struct {
	opt      Options
	listener net.Listener
	tls      *tls.Config
	ca       []byte
	faults   *Faults
	log      *slog.Logger
	done     chan struct{}
	wg       sync.WaitGroup

	mu       sync.Mutex
	folders  []*folder
	now      time.Time
	change   chan struct{} // closed when a folder changes
	sessions map[*session]struct{}
	gone     chan struct{} // closed, and made anew, when a session ends
	commands []string
	closed   bool

	sent atomic.Int64 // bytes sent on the newest connection
}

// Start starts a server that accepts TLS connections until Close.
func Start(opt Options) (*Server, error) {
	opt.Addr = cmp.Or(opt.Addr, "127.0.0.1:0")
	if opt.Folders == nil {
		opt.Folders = DefaultFolders
	}
	if opt.Window == 0 {
		opt.Window = -1
		if opt.Profile == NetEase {
			opt.Window = defaultWindow
		}
	}
	config, ca, err := testca.New()
	if err != nil {
		return nil, fmt.Errorf("start the IMAP server: %w", err)
	}
	listener, err := net.Listen("tcp", opt.Addr)
	if err != nil {
		return nil, fmt.Errorf("start the IMAP server: %w", err)
	}
	s := &Server{
		opt: opt, listener: listener, tls: config, ca: ca,
		faults: newFaults(), log: cmp.Or(opt.Logger, slog.New(slog.DiscardHandler)),
		done: make(chan struct{}), change: make(chan struct{}),
		sessions: make(map[*session]struct{}), gone: make(chan struct{}),
	}
	for _, name := range opt.Folders {
		s.folders = append(s.folders, newFolder(name))
	}
	s.wg.Go(s.accept)
	return s, nil
}

// Addr returns the host and port the server listens on.
func (s *Server) Addr() string { return s.listener.Addr().String() }

// CAPEM returns the certificate to trust, in PEM.
func (s *Server) CAPEM() []byte { return s.ca }

// Faults returns what the server is to do wrong; it is empty at first.
func (s *Server) Faults() *Faults { return s.faults }

// Commands returns what clients sent, in order, without tags and with secrets
// masked. "(connect)" marks a new connection and "(dropped)" a command that
// came while another one ran and was therefore dropped, as NetEase's servers do.
func (s *Server) Commands() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.commands)
}

// Sent returns how many bytes the server sent on its newest connection.
func (s *Server) Sent() int64 { return s.sent.Load() }

// Hangup ends all connections at once, as a server does that restarts.
func (s *Server) Hangup() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for c := range s.sessions {
		c.abort()
	}
}

// Quiet waits until no client is connected any more.
func (s *Server) Quiet() {
	for {
		s.mu.Lock()
		n, change := len(s.sessions), s.gone
		s.mu.Unlock()
		if n == 0 {
			return
		}
		<-change
	}
}

// Close stops the server and waits until all its connections have ended.
func (s *Server) Close() error {
	s.mu.Lock()
	if s.closed {
		s.mu.Unlock()
		return nil
	}
	s.closed = true
	close(s.done)
	err := s.listener.Close()
	for c := range s.sessions {
		c.abort()
	}
	s.mu.Unlock()
	s.wg.Wait()
	return err
}

func (s *Server) accept() {
	for {
		conn, err := s.listener.Accept()
		if err != nil {
			if !errors.Is(err, net.ErrClosed) {
				s.log.Error("imap server stopped accepting", "err", err)
			}
			return
		}
		c := newSession(s, conn)
		s.mu.Lock()
		if s.closed {
			s.mu.Unlock()
			c.abort()
			return
		}
		s.sessions[c] = struct{}{}
		s.commands = append(s.commands, "(connect)")
		s.sent.Store(0)
		s.mu.Unlock()
		s.wg.Go(c.run)
	}
}

// record writes down what a client sent.
func (s *Server) record(line string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.commands = append(s.commands, line)
}

// sameName compares mailbox names: INBOX is case-insensitive (RFC 3501 §5.1).
func sameName(a, b string) bool {
	return a == b || strings.EqualFold(a, "INBOX") && strings.EqualFold(b, "INBOX")
}
