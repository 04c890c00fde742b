package mailer

import (
	"bufio"
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net/textproto"
	"strings"
	"sync"
	"time"

	"github.com/wneessen/go-mail/smtp"

	"taizhang/ledger"
	"taizhang/notify"
)

// session is one connection with one mail.
type session struct {
	o       *Options
	out     ledger.Outgoing
	done    func() error // Err of the call's context
	conn    *tls.Conn
	smtp    *smtp.Client
	stop    func() bool // ends watching ctx
	phase   notify.Phase
	refused map[string]string
	ended   bool   // the last bytes of the data were, or may have been, written
	answer  string // to end-of-data

	mu     sync.Mutex // guards the two below
	ending bool       // waits for the answer to end-of-data
	over   bool       // ctx is done
}

// run does everything from dial to quit.
func (s *session) run(ctx context.Context, roots *x509.CertPool, endOfData func(map[string]string) error) error {
	s.phase = notify.PhaseRender
	if err := s.check(); err != nil {
		return err
	}
	if err := s.login(ctx, roots); err != nil {
		return err
	}
	if err := s.envelope(); err != nil {
		return err
	}
	if err := s.data(endOfData); err != nil {
		return err
	}
	s.quit()
	return nil
}

// check refuses what must not go out.
func (s *session) check() error {
	if len(s.out.Recipients) == 0 {
		return errors.New("the mail has no recipient")
	}
	for _, a := range append([]string{s.out.From}, s.out.Recipients...) {
		if !plainAddress.MatchString(a) {
			return fmt.Errorf("%q is no plain address", a)
		}
	}
	return CheckRaw(s.out.Raw)
}

// watch makes every wait end when the context is done. While the answer to
// end-of-data is awaited it leaves a time of grace: that answer decides whether
// the mail was sent.
func (s *session) watch(ctx context.Context) {
	s.stop = context.AfterFunc(ctx, func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.over = true
		s.setDeadline(0)
	})
}

// wait gives the next step its time.
func (s *session) wait(d time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.setDeadline(d)
}

// setDeadline needs the lock. A connection on which no deadline can be set is
// closed, and says so at its next use.
func (s *session) setDeadline(d time.Duration) {
	if s.over {
		d = -time.Second
		if s.ending {
			d = s.o.Grace
		}
	}
	_ = s.conn.SetDeadline(time.Now().Add(d))
}

// login connects and authenticates.
func (s *session) login(ctx context.Context, roots *x509.CertPool) error {
	if err := s.dial(ctx, roots); err != nil {
		return err
	}
	s.phase = notify.PhaseGreeting
	s.wait(s.o.Command)
	client, err := smtp.NewClient(s.conn, s.o.Host)
	if err != nil {
		return err
	}
	s.smtp = client
	client.SkipSMTPUTF8(true) // all we send is ASCII
	s.phase = notify.PhaseHello
	s.wait(s.o.Command)
	if err := s.hello(); err != nil {
		return err
	}
	s.phase = notify.PhaseAuth
	s.wait(s.o.Command)
	auth, err := s.auth()
	if err != nil {
		return err
	}
	return client.Auth(auth)
}

// hello greets the server. go-mail follows a refused EHLO with HELO, after which
// there is no AUTH: the refusal, which says why, would be lost.
func (s *session) hello() error {
	var seen bytes.Buffer
	s.smtp.Text.R = bufio.NewReader(io.TeeReader(s.smtp.Text.R, &seen))
	err := s.smtp.Hello(s.o.LocalName)
	var refusal *textproto.Error
	first := textproto.NewReader(bufio.NewReader(bytes.NewReader(seen.Bytes())))
	if _, _, told := first.ReadResponse(250); errors.As(told, &refusal) {
		return refusal
	}
	return err
}

// errNoAuth says that the server offers no way to log in that we know.
var errNoAuth = errors.New("the server offers neither AUTH LOGIN nor AUTH PLAIN")

// auth returns the first mechanism offered that we know.
func (s *session) auth() (smtp.Auth, error) {
	_, offered := s.smtp.Extension("AUTH")
	for _, mech := range strings.Fields(offered) {
		switch strings.ToUpper(mech) {
		case "LOGIN":
			return smtp.LoginAuth(s.o.Username, string(s.o.Password), s.o.Host, false), nil
		case "PLAIN":
			return smtp.PlainAuth("", s.o.Username, string(s.o.Password), s.o.Host, false), nil
		}
	}
	return nil, errNoAuth
}

// envelope names the sender and the recipients. Each recipient has its own
// result; the data is worth sending when one of them besides the copy to
// ourselves is left.
func (s *session) envelope() error {
	s.phase = notify.PhaseMail
	s.wait(s.o.Command)
	if err := s.smtp.Mail("<" + s.out.From + ">"); err != nil {
		return err
	}
	s.phase = notify.PhaseRcpt
	var last error
	for _, r := range s.out.Recipients {
		s.wait(s.o.Command)
		err := s.smtp.Rcpt("<" + r + ">")
		var reply *textproto.Error
		switch {
		case err == nil:
		case errors.As(err, &reply) && reply.Code >= 400 && reply.Code != 421:
			s.refused[r] = fmt.Sprintf("%d %s", reply.Code, redact(reply.Msg, s.o))
			last = err
		default: // the connection is lost, or the server leaves (421)
			return err
		}
	}
	for _, r := range notify.RealRecipients(s.out) {
		if _, no := s.refused[r]; !no {
			return nil
		}
	}
	s.quit()
	return last
}

// block is how much is written under one deadline.
const block = 32 << 10

// data writes the mail, has the mark made, and ends the data. A failure before
// the mark breaks the connection: a proper end would make the server take the
// fragment for the mail.
func (s *session) data(endOfData func(map[string]string) error) error {
	s.phase = notify.PhaseData
	s.wait(s.o.Command)
	w, err := s.smtp.Data()
	if err != nil {
		return err
	}
	s.phase = notify.PhaseBody
	for rest := s.out.Raw; len(rest) > 0; {
		n := min(block, len(rest))
		s.wait(s.o.Command)
		if _, err := w.Write(rest[:n]); err != nil {
			return err
		}
		rest = rest[n:]
	}
	s.wait(s.o.Command)
	if err := s.smtp.Text.W.Flush(); err != nil {
		return err
	}
	if err := s.done(); err != nil {
		return err
	}
	if err := endOfData(s.refused); err != nil {
		return fmt.Errorf("record end of data: %w", err)
	}
	s.phase = notify.PhaseEnd
	s.ended = true
	s.mu.Lock()
	s.ending = true
	s.setDeadline(s.o.End)
	s.mu.Unlock()
	return s.end(w)
}

// end writes the end of the data and reads the answer. Any 2xx is a yes.
func (s *session) end(w io.WriteCloser) error {
	err := w.Close()
	var reply *textproto.Error
	if errors.As(err, &reply) && reply.Code >= 200 && reply.Code < 300 {
		s.answer = reply.Msg
		return nil
	}
	if d, ok := w.(*smtp.DataCloser); ok && err == nil {
		s.answer = d.ServerResponse()
	}
	return err
}

// quit takes leave. Its failure changes nothing of what was achieved, and a
// server that does not answer is not waited for.
func (s *session) quit() {
	s.mu.Lock()
	s.ending = false
	s.setDeadline(min(s.o.Command, 5*time.Second))
	s.mu.Unlock()
	_ = s.smtp.Quit()
}

// close breaks the connection. No close_notify is needed: SMTP has its own end.
func (s *session) close() {
	if s.stop != nil {
		s.stop()
	}
	if s.conn != nil {
		_ = s.conn.NetConn().Close()
	}
}

// fail makes a typed error without secrets.
func (s *session) fail(err error) *Error {
	e := &Error{Phase: s.phase}
	var reply *textproto.Error
	switch {
	case errors.As(err, &reply):
		e.Code, e.Text = reply.Code, redact(reply.Msg, s.o)
	case s.done() != nil:
		e.Err = s.done()
	default:
		if text := err.Error(); redact(text, s.o) != text {
			err = errors.New(redact(text, s.o)) // a cause that repeats the password is cut off
		}
		e.Err = err
	}
	return e
}

// report says what came of it.
func (s *session) report(err error) notify.Report {
	rep := notify.Report{Phase: s.phase, EndOfData: s.ended}
	if len(s.refused) > 0 {
		rep.Refused = s.refused
	}
	if err == nil {
		rep.Code, rep.Text, rep.Class = 250, redact(s.answer, s.o), notify.ClassAccepted
		return rep
	}
	e := s.fail(err)
	rep.Code, rep.Text, rep.Err = e.Code, e.Text, e
	rep.Class = notify.Classify(e.Code, e.Text)
	if errors.Is(err, errNoAuth) {
		rep.Class = notify.ClassStop
	}
	return rep
}
