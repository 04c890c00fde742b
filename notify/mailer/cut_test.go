package mailer_test

import (
	"bytes"
	"errors"
	"io"
	"net"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/emersion/go-sasl"
	gosmtp "github.com/emersion/go-smtp"
)

// TestCutAtEveryByte cuts a session with a real server after every byte in
// either direction. What the server took is always known or in doubt, and what
// was not marked was never taken.
func TestCutAtEveryByte(t *testing.T) {
	a := newAuthority(t, "127.0.0.1", time.Now().Add(time.Hour))
	b := &backend{}
	l := &cutListener{Listener: listen(t, a), in: -1, out: -1}
	srv := gosmtp.NewServer(b)
	srv.AllowInsecureAuth = true // the cutting connection hides the TLS below it
	srv.ErrorLog = quiet{}
	go func() { _ = srv.Serve(l) }()
	t.Cleanup(func() { _ = srv.Close() })
	c := client(t, l, a.file, nil)
	runs, taken, doubts, unsent := 0, 0, 0, 0
	for _, inward := range []bool{true, false} {
		for n := 0; ; n++ {
			l.set(n, inward)
			b.reset()
			var m mark
			rep := c.Send(t.Context(), sample(), m.call)
			srvTook := l.wait() && b.count() == 1
			runs++
			switch {
			case rep.EndOfData != (m.n == 1):
				t.Fatalf("cut %v at %d: end of data %v, %d marks", inward, n, rep.EndOfData, m.n)
			case rep.Code == 250 && rep.Err == nil:
				taken++
				if !srvTook {
					t.Fatalf("cut %v at %d: claimed as sent", inward, n)
				}
			case rep.EndOfData:
				doubts++
				if rep.Code != 0 {
					t.Fatalf("cut %v at %d: %+v", inward, n, rep)
				}
			default:
				unsent++
				if srvTook {
					t.Fatalf("cut %v at %d: taken without a mark", inward, n)
				}
			}
			if !l.wasCut() {
				break
			}
		}
	}
	t.Logf("%d sessions cut: %d known as sent, %d in doubt, %d provably unsent", runs, taken, doubts, unsent)
}

type quiet struct{}

func (quiet) Printf(string, ...any) {}
func (quiet) Println(...any)        {}

// cutListener gives connections that break after so many bytes of plain text.
type cutListener struct {
	net.Listener
	mu      sync.Mutex
	in, out int
	last    *cutConn
}

func (l *cutListener) set(n int, inward bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.in, l.out, l.last = 1<<30, 1<<30, nil
	if inward {
		l.in = n
	} else {
		l.out = n
	}
}

func (l *cutListener) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.last = &cutConn{Conn: c, in: l.in, out: l.out, closed: make(chan struct{})}
	return l.last, nil
}

// wait waits until the server has let go of the last connection.
func (l *cutListener) wait() bool {
	l.mu.Lock()
	c := l.last
	l.mu.Unlock()
	if c == nil {
		return false
	}
	<-c.closed
	return true
}

func (l *cutListener) wasCut() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.last != nil && l.last.cut.Load()
}

type cutConn struct {
	net.Conn
	in, out int
	cut     atomic.Bool
	once    sync.Once
	closed  chan struct{}
}

func (c *cutConn) Close() error {
	err := c.Conn.Close()
	c.once.Do(func() { close(c.closed) })
	return err
}

func (c *cutConn) Read(p []byte) (int, error) {
	if c.in == 0 {
		c.cut.Store(true)
		_ = c.Conn.Close()
		return 0, io.ErrUnexpectedEOF
	}
	n, err := c.Conn.Read(p[:min(len(p), c.in)])
	c.in -= n
	return n, err
}

func (c *cutConn) Write(p []byte) (int, error) {
	k := min(len(p), c.out)
	n, err := c.Conn.Write(p[:k])
	c.out -= n
	if err == nil && k < len(p) {
		c.cut.Store(true)
		_ = c.Conn.Close()
		err = io.ErrClosedPipe
	}
	return n, err
}

// backend keeps what it accepted.
type backend struct {
	mu   sync.Mutex
	took int
}

func (b *backend) reset() { b.mu.Lock(); b.took = 0; b.mu.Unlock() }

func (b *backend) count() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.took
}

func (b *backend) NewSession(*gosmtp.Conn) (gosmtp.Session, error) { return session{b}, nil }

type session struct{ b *backend }

func (session) AuthMechanisms() []string { return []string{sasl.Plain} }

func (session) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, user, pass string) error {
		if user != "me@163.com" || pass != canary {
			return errors.New("wrong password")
		}
		return nil
	}), nil
}

func (session) Mail(string, *gosmtp.MailOptions) error { return nil }
func (session) Rcpt(string, *gosmtp.RcptOptions) error { return nil }
func (session) Reset()                                 {}
func (session) Logout() error                          { return nil }

func (s session) Data(r io.Reader) error {
	got, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	if !bytes.Equal(got, sample().Raw) {
		return errors.New("other bytes")
	}
	s.b.mu.Lock()
	s.b.took++
	s.b.mu.Unlock()
	return nil
}
