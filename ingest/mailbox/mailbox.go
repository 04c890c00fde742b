package mailbox

import (
	"cmp"
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"slices"
	"time"
)

// MaxMessage is the largest message that is fetched, in bytes. NetEase takes
// messages of up to 71,680,000 bytes.
const MaxMessage = 80 << 20

// Profile says how a server is to be treated.
type Profile int

// The profiles.
const (
	Auto    Profile = iota // NetEase if host, greeting or capabilities say so, else Plain
	NetEase                // ID is always sent, IDLE never
	Plain                  // ID and IDLE as the server offers them
)

// Timeouts are the limits on waiting. Zero values stand for the defaults.
type Timeouts struct {
	Dial    time.Duration // to connect and agree on TLS; default 30 s
	Silence time.Duration // without a byte from the server while a command runs; default 60 s
	Command time.Duration // for one call of a method, such as the fetch of one message; default 20 min
	Renew   time.Duration // age at which a connection, or an IDLE, is given up for a new one; default 25 min
	List    time.Duration // age at which the list of folders is asked for anew; default 1 h
}

// Options are the settings of a Client.
type Options struct {
	Host     string
	Port     int // default 993: TLS from the first byte on; there is no other way
	User     string
	Password func() (string, error) // the authorisation code, read anew for each connection
	// RootCAs are the authorities to trust; nil means the system's. The
	// certificate is always verified, for Host and with TLS 1.2 or newer.
	RootCAs       *x509.CertPool
	ExtraFolders  []string // read whatever their kind and whether or not LIST shows them
	Profile       Profile
	ClientName    string // for ID, ASCII; default taizhang
	ClientVersion string // for ID, ASCII; default 1
	Timeouts      Timeouts
	Refused       Refusals     // of an earlier client for the account
	Logger        *slog.Logger // default: none
}

// Folder is a folder to read.
type Folder struct {
	Name string
	Junk bool // mail is put there by a filter; finds are to be shown to a person
}

// Item is one message of a listing.
type Item struct {
	UID      uint32
	Size     int64     // RFC822.SIZE in bytes, which servers get wrong; 0: not known
	Internal time.Time // INTERNALDATE; zero: not known
}

// Listing is what a folder shows at one time. Which of its messages are new is
// the caller's to find, by set difference: UIDs need not rise with time.
type Listing struct {
	Validity string // UIDVALIDITY as the server gave it; "" if it gave none
	Items    []Item // in the order of their UIDs
	Missing  int    // messages the server counts and did not list, though asked twice
}

// Client reads one account. Its methods may be called from several goroutines;
// they take turns. It holds at most one connection.
type Client struct {
	opt     Options
	log     *slog.Logger
	turn    chan struct{} // holds a token while a method runs
	refused refusals
	closing context.Context
	close   context.CancelFunc

	// Used by whoever has the turn.
	session *session
	folders *folderList
	inbox   uint32 // what INBOX counted when it was last listed
	listed  bool   // inbox is known
}

// New returns a client that connects when it is first used.
func New(opt Options) *Client {
	opt.Port = cmp.Or(opt.Port, 993)
	opt.ClientName = cmp.Or(opt.ClientName, "taizhang")
	opt.ClientVersion = cmp.Or(opt.ClientVersion, "1")
	t := &opt.Timeouts
	t.Dial = cmp.Or(t.Dial, 30*time.Second)
	t.Silence = cmp.Or(t.Silence, time.Minute)
	t.Command = cmp.Or(t.Command, 20*time.Minute)
	t.Renew = cmp.Or(t.Renew, 25*time.Minute)
	t.List = cmp.Or(t.List, time.Hour)
	c := &Client{
		opt:  opt,
		log:  cmp.Or(opt.Logger, slog.New(slog.DiscardHandler)),
		turn: make(chan struct{}, 1),
	}
	c.refused.now = Refusals{At: slices.Clone(opt.Refused.At), Code: opt.Refused.Code}
	c.closing, c.close = context.WithCancel(context.Background())
	return c
}

// Close ends the connection and makes every method return an error. A method
// that runs is interrupted.
func (c *Client) Close() error {
	c.close()
	c.turn <- struct{}{}
	defer func() { <-c.turn }()
	if c.session != nil {
		c.session.guard.farewell()
	}
	c.drop()
	return nil
}

// run runs op with a connection, made if there is none. When a connection that
// was kept from an earlier call turns out dead and again is true, op is run once
// more on a new one. The name is that of the method, for errors.
func (c *Client) run(ctx context.Context, name string, again bool, op func(*session) error) error {
	ctx, cancel := context.WithTimeoutCause(ctx, c.opt.Timeouts.Command, errTooLong)
	defer cancel()
	ctx, interrupt := context.WithCancelCause(ctx)
	defer interrupt(nil)
	stopClosing := context.AfterFunc(c.closing, func() { interrupt(ErrClosed) })
	defer stopClosing()

	select {
	case c.turn <- struct{}{}:
		defer func() { <-c.turn }()
	case <-ctx.Done():
		return c.explain(ctx, name, context.Cause(ctx))
	}
	for {
		kept := c.session != nil
		err := c.attempt(ctx, op)
		if err == nil {
			return nil
		}
		if again && kept && c.session == nil && ctx.Err() == nil {
			c.log.Debug("kept connection was dead, trying a new one", "err", err)
			again = false
			continue
		}
		return c.explain(ctx, name, err)
	}
}

// attempt runs op once. If the connection fails in it, c.session is nil after.
func (c *Client) attempt(ctx context.Context, op func(*session) error) error {
	if s := c.session; s != nil && (s.guard.failure() != nil || time.Since(s.born) > c.opt.Timeouts.Renew) {
		s.guard.farewell()
		c.drop()
	}
	if c.session == nil {
		s, err := c.connect(ctx)
		if err != nil {
			return err
		}
		c.session = s
	}
	s := c.session
	stop := context.AfterFunc(ctx, func() { _ = s.guard.fail(context.Cause(ctx)) })
	err := op(s)
	stop()
	s.used = time.Now()
	cause := s.guard.failure()
	if cause == nil {
		return err
	}
	c.drop()
	if err == nil { // it succeeded before the connection failed
		return nil
	}
	var told *Error
	if errors.As(err, &told) {
		return err
	}
	return lostError{cause, err}
}

// lostError is the end of a connection during a command: the guard's view of
// the cause, and the library's, which is only of use where the library gave up.
type lostError struct{ cause, seen error }

func (e lostError) Error() string {
	if errors.Is(e.cause, net.ErrClosed) { // the library gave up
		return e.seen.Error()
	}
	return e.cause.Error()
}

func (e lostError) Unwrap() []error { return []error{ErrConnection, e.cause} }

// drop forgets the connection. The library is not spoken to again but to end
// its goroutine.
func (c *Client) drop() {
	if c.session == nil {
		return
	}
	_ = c.session.guard.fail(errDropped)
	_ = c.session.imap.Close() // tells of the failure once more
	c.session = nil
}

var errDropped = errors.New("connection given up")

// explain gives err its type.
func (c *Client) explain(ctx context.Context, name string, err error) error {
	switch cause := context.Cause(ctx); {
	case cause == nil:
	case errors.Is(cause, ErrClosed):
		return &Error{Kind: KindClosed, Op: name, Err: ErrClosed}
	case errors.Is(cause, errTooLong):
	default:
		return fmt.Errorf("mailbox %s: %w", name, ctx.Err())
	}
	var told *Error
	var lost lostError
	switch {
	case errors.As(err, &told):
		return err
	case errors.As(err, &lost):
		return &Error{Kind: connectionKind(lost.cause), Op: name, Err: err}
	case errors.Is(err, errTooLong):
		return &Error{Kind: KindTimeout, Op: name, Err: err}
	}
	return &Error{Kind: KindProtocol, Op: name, Err: err}
}
