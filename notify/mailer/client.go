package mailer

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"os"
	"strconv"
	"time"

	"taizhang/internal/crashpoint"
	"taizhang/ledger"
	"taizhang/notify"
)

// Options say where and as whom to send. There is none that would accept an
// unverified certificate.
type Options struct {
	Host      string // the server, and the name its certificate must hold
	Port      int    // of implicit TLS; 0: 465 (RFC 8314 §3.3)
	Username  string // the login; at NetEase also the sender
	Password  Secret // at NetEase the 授权码, not the web password
	CAFile    string // PEM file of the authorities to trust instead of the system's; "": the system's
	LocalName string // for EHLO; "": localhost

	Connect time.Duration // for dial and for handshake; 0: 1 minute
	Command time.Duration // for the answer to a command and for writing a block; 0: 5 minutes (RFC 5321 §4.5.3.2)
	End     time.Duration // for the answer to end-of-data; 0: 10 minutes (RFC 5321 §4.5.3.2.6)
	Grace   time.Duration // for that answer, once the context is done; 0: 20 seconds
}

// Client sends mails, each over a connection of its own. It implements
// notify.Mailer.
type Client struct {
	o     Options
	roots *x509.CertPool
}

var _ notify.Mailer = (*Client)(nil)

// NewClient returns a Client. It reads CAFile, and connects nowhere.
func NewClient(o Options) (*Client, error) {
	if o.Host == "" || o.Username == "" || o.Password == "" {
		return nil, errors.New("smtp: host, user name and password are needed")
	}
	setDefault(&o.Port, 465)
	setDefault(&o.LocalName, "localhost")
	setDefault(&o.Connect, time.Minute)
	setDefault(&o.Command, 5*time.Minute)
	setDefault(&o.End, 10*time.Minute)
	setDefault(&o.Grace, 20*time.Second)
	c := &Client{o: o}
	if o.CAFile != "" {
		pem, err := os.ReadFile(o.CAFile)
		if err != nil {
			return nil, fmt.Errorf("smtp: read authorities: %w", err)
		}
		c.roots = x509.NewCertPool()
		if !c.roots.AppendCertsFromPEM(pem) {
			return nil, fmt.Errorf("smtp: %s holds no certificate", o.CAFile)
		}
	}
	return c, nil
}

func setDefault[T comparable](v *T, def T) {
	var zero T
	if *v == zero {
		*v = def
	}
}

// Error is why an attempt failed, with the phase it failed in. Its words hold
// no secret.
type Error struct {
	Phase notify.Phase
	Code  int    // of the server's reply; 0: there was none
	Text  string // of that reply
	Err   error  // the cause, when it is not a reply
}

// Error returns the phase and the server's words or the cause.
func (e *Error) Error() string {
	if e.Code != 0 {
		return fmt.Sprintf("smtp %s: %d %s", e.Phase, e.Code, e.Text)
	}
	return fmt.Sprintf("smtp %s: %v", e.Phase, e.Err)
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// Send delivers o.Raw as it is stored, apart from the dots that RFC 5321
// §4.5.2 asks for. See notify.Mailer for the contract. Report.Err is an *Error.
func (c *Client) Send(ctx context.Context, o ledger.Outgoing, endOfData func(map[string]string) error) notify.Report {
	s := &session{o: &c.o, out: o, done: ctx.Err, refused: map[string]string{}}
	err := s.run(ctx, c.roots, endOfData)
	s.close()
	return s.report(err)
}

// Verify connects, logs in and takes leave, sending nothing.
func (c *Client) Verify(ctx context.Context) error {
	s := &session{o: &c.o, done: ctx.Err}
	err := s.login(ctx, c.roots)
	if err == nil {
		s.quit()
	}
	s.close()
	if err != nil {
		return s.fail(err)
	}
	return nil
}

// dial connects and shakes hands.
func (s *session) dial(ctx context.Context, roots *x509.CertPool) error {
	s.phase = notify.PhaseDial
	dialer := net.Dialer{Timeout: s.o.Connect}
	raw, err := dialer.DialContext(ctx, "tcp", net.JoinHostPort(s.o.Host, strconv.Itoa(s.o.Port)))
	if err != nil {
		return err
	}
	s.phase = notify.PhaseTLS
	conn := tls.Client(crashpoint.Conn(raw, "smtp"), &tls.Config{ServerName: s.o.Host, MinVersion: tls.VersionTLS12, RootCAs: roots})
	shake, cancel := context.WithTimeout(ctx, s.o.Connect)
	defer cancel()
	if err := conn.HandshakeContext(shake); err != nil {
		return errors.Join(err, ignoreClosed(raw.Close()))
	}
	s.conn = conn
	s.watch(ctx)
	return nil
}

// ignoreClosed drops the error of closing what is closed already.
func ignoreClosed(err error) error {
	if errors.Is(err, net.ErrClosed) {
		return nil
	}
	return err
}
