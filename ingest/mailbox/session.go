package mailbox

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"strconv"
	"strings"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"

	"taizhang/internal/crashpoint"
)

// session is one connection that is logged in.
type session struct {
	imap    *imapclient.Client
	guard   *guard
	born    time.Time
	used    time.Time // when a method last ended
	ident   *imap.IDData
	caps    imap.CapSet
	netease bool
	sentID  bool // ID was sent again after an "Unsafe Login"
	folder  string
}

// connect dials, greets, logs in and sends ID.
func (c *Client) connect(ctx context.Context) (*session, error) {
	code, err := c.password()
	if err != nil {
		return nil, err
	}
	conn, err := c.dial(ctx)
	if err != nil {
		return nil, err
	}
	g := newGuard(conn, conn.NetConn(), c.opt.Timeouts.Silence, c.log)
	s := &session{
		imap: imapclient.New(g, nil), guard: g, born: time.Now(),
		ident: &imap.IDData{
			Name: ascii(c.opt.ClientName), Version: ascii(c.opt.ClientVersion), Vendor: ascii(c.opt.ClientName),
		},
	}
	stop := context.AfterFunc(ctx, func() { _ = g.fail(context.Cause(ctx)) })
	defer stop()
	err = c.login(s, code)
	if err == nil {
		return s, nil
	}
	cause := g.failure()
	_ = g.fail(errDropped)
	_ = s.imap.Close() // tells of the failure once more
	var told *Error
	if cause != nil && !errors.As(err, &told) {
		// Not an ErrConnection: no message is to blame.
		return nil, &Error{Kind: connectionKind(cause), Op: "login", Err: cause}
	}
	return nil, err
}

// password reads the code, unless the server refused it too often.
func (c *Client) password() (secret, error) {
	text, err := c.opt.Password()
	if err != nil {
		return "", &Error{Kind: KindSecret, Op: "login", Err: err}
	}
	code := secret(text)
	if at := c.refused.with(c.opt.User, code, time.Now()); len(at) >= maxFailures {
		until := at[0].Add(ban).Format("15:04")
		return "", &Error{Kind: KindLogin, Op: "login", Err: fmt.Errorf(
			"%w %d times with this authorisation code: not tried again before %s", ErrLogin, maxFailures, until)}
	}
	return code, nil
}

// dial connects and agrees on TLS.
func (c *Client) dial(ctx context.Context) (*tls.Conn, error) {
	ctx, cancel := context.WithTimeout(ctx, c.opt.Timeouts.Dial)
	defer cancel()
	dialer := &net.Dialer{KeepAlive: 30 * time.Second}
	raw, err := dialer.DialContext(ctx, "tcp", net.JoinHostPort(c.opt.Host, strconv.Itoa(c.opt.Port)))
	if err != nil {
		return nil, dialError(err)
	}
	conn := tls.Client(crashpoint.Conn(raw, "imap"), &tls.Config{
		ServerName: c.opt.Host, RootCAs: c.opt.RootCAs, MinVersion: tls.VersionTLS12,
	})
	if err := conn.HandshakeContext(ctx); err != nil {
		_ = raw.Close() // the handshake's error is told
		return nil, dialError(err)
	}
	return conn, nil
}

// login goes through the steps that NetEase's servers need, in their order.
func (c *Client) login(s *session, code secret) error {
	if err := s.imap.WaitGreeting(); err != nil {
		return fmt.Errorf("greeting: %w", err)
	}
	// go-imap asks for the capabilities by itself after a greeting and a LOGIN
	// that do not tell them; Caps waits for that answer.
	if s.imap.Caps() == nil {
		return fmt.Errorf("greeting: %w", s.guard.fail(errSilent))
	}
	if err := s.imap.Login(c.opt.User, string(code)).Wait(); err != nil {
		return c.loginError(err, code)
	}
	c.refused.clear()
	// Asked for outright: what Caps has may still be from before the LOGIN.
	caps, err := s.imap.Capability().Wait()
	if err != nil {
		return fmt.Errorf("capability: %w", err)
	}
	s.caps = caps
	s.netease = c.opt.Profile == NetEase || c.opt.Profile == Auto && looksNetEase(c.opt.Host, s.guard.look().greeting, caps)
	if s.netease || caps.Has(imap.CapID) {
		return s.identify()
	}
	return nil
}

// loginError counts a refused login.
func (c *Client) loginError(err error, code secret) error {
	var reply *imap.Error
	switch {
	case !errors.As(err, &reply):
		return fmt.Errorf("login: %w", err)
	case reply.Code == imap.ResponseCodeUnavailable || reply.Code == imap.ResponseCodeInUse || reply.Code == imap.ResponseCodeLimit:
		return &Error{Kind: KindProtocol, Op: "login", Err: err}
	case isUnsafe(err):
		return &Error{Kind: KindUnsafe, Op: "login", Err: fmt.Errorf("%w: %w", ErrUnsafeLogin, err)}
	}
	c.log.Warn("mailbox login refused", "attempt", c.refused.add(c.opt.User, code, time.Now()), "err", err)
	return &Error{Kind: KindLogin, Op: "login", Err: fmt.Errorf("%w: %w", ErrLogin, err)}
}

// identify sends ID (RFC 2971). A server that refuses it may still serve us.
func (s *session) identify() error {
	if _, err := s.imap.ID(s.ident).Wait(); err != nil && !isReply(err) {
		return fmt.Errorf("id: %w", err)
	}
	return nil
}

// looksNetEase recognises the servers of 163.com and its like.
func looksNetEase(host, greeting string, caps imap.CapSet) bool {
	for _, domain := range []string{"163.com", "126.com", "yeah.net", "188.com", "netease.com"} {
		if host == domain || strings.HasSuffix(host, "."+domain) {
			return true
		}
	}
	return strings.Contains(strings.ToLower(greeting), "coremail") || caps.Has("X-CM-EXT-1")
}

// ascii keeps what may stand in an ID value: printable ASCII but quotes and
// backslashes.
func ascii(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r > '~' || r == '"' || r == '\\' {
			return -1
		}
		return r
	}, s)
}

// examine opens a folder for reading. When the server calls the login unsafe, ID
// is sent again once and the folder is tried once more.
func (s *session) examine(folder string) error {
	s.folder = ""
	for {
		s.guard.forget()
		_, err := s.imap.Select(folder, &imap.SelectOptions{ReadOnly: true}).Wait()
		switch {
		case err == nil:
			s.folder = folder
			return nil
		case isUnsafe(err) && s.sentID:
			err = &Error{Kind: KindUnsafe, Op: "examine", Err: fmt.Errorf("%w: %w", ErrUnsafeLogin, err)}
			_ = s.guard.fail(err) // the next try is on a new connection
			return err
		case isUnsafe(err):
			s.sentID = true
			if err := s.identify(); err != nil {
				return err
			}
		case isReply(err):
			return &Error{Kind: KindFolder, Op: "examine", Err: fmt.Errorf("%w: %s: %w", ErrNoFolder, folder, err)}
		default:
			return fmt.Errorf("examine: %w", err)
		}
	}
}
