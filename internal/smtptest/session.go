package smtptest

import (
	"bytes"
	"errors"
	"io"
	"slices"
	"time"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"
)

// session is one client's session, as the SMTP library wants it.
type session struct {
	s    *Server
	conn *conn
	user string // "" before the login
	from string
	to   []string
}

// refuse is a reply without an enhanced status code.
func refuse(code int, text string) error {
	return &smtp.SMTPError{Code: code, EnhancedCode: smtp.NoEnhancedCode, Message: text}
}

// strike does what the script demands at a phase. An error is the reply; after
// a cut it goes nowhere.
func (c *session) strike(phase Phase, subject string) error {
	step, ok := c.s.script.next(phase, subject)
	if !ok {
		return nil
	}
	return c.do(step)
}

func (c *session) do(step Step) error {
	switch step.Do {
	case Cut:
		_ = c.conn.Close() // the cut is the point
		return io.ErrUnexpectedEOF
	case Hang:
		_, _ = io.Copy(io.Discard, c.conn.raw) // until the client or the server gives up
		return io.ErrUnexpectedEOF
	case Delay:
		timer := time.NewTimer(step.Pause)
		defer timer.Stop()
		select {
		case <-timer.C:
			return nil
		case <-c.conn.gone:
			return io.ErrUnexpectedEOF
		}
	}
	return refuse(step.Code, step.Text)
}

// AuthMechanisms names the ways to log in.
func (c *session) AuthMechanisms() []string { return []string{sasl.Login, sasl.Plain} }

// Auth starts a login.
func (c *session) Auth(mechanism string) (sasl.Server, error) {
	if mechanism == sasl.Login {
		return &loginServer{check: c.login}, nil
	}
	return sasl.NewPlainServer(func(_, user, password string) error { return c.login(user, password) }), nil
}

func (c *session) login(user, password string) error {
	if user != c.s.opt.User || password != c.s.opt.Password {
		return refuse(AuthFailed.Code, AuthFailed.Text)
	}
	if err := c.strike(Auth, ""); err != nil {
		return err
	}
	c.user = user
	return nil
}

// Mail takes the sender, which must be the one that logged in.
func (c *session) Mail(from string, _ *smtp.MailOptions) error {
	if c.user == "" {
		return refuse(553, "authentication is required")
	}
	if from != c.user {
		return refuse(553, "Mail from must equal authorized user")
	}
	if err := c.strike(Mail, from); err != nil {
		return err
	}
	c.from = from
	return nil
}

// Rcpt takes one recipient.
func (c *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	if err := c.strike(Rcpt, to); err != nil {
		return err
	}
	c.to = append(c.to, to)
	return nil
}

// Data takes the text and keeps the mail.
func (c *session) Data(r io.Reader) error {
	var raw bytes.Buffer
	if step, ok := c.s.script.next(Body, ""); ok {
		if _, err := io.CopyN(&raw, r, step.N); err != nil && !errors.Is(err, io.EOF) {
			return err
		}
		if err := c.do(step); err != nil {
			return err
		}
	}
	if _, err := io.Copy(&raw, r); err != nil {
		return err
	}
	mail := Accepted{From: c.from, To: slices.Clone(c.to), Raw: raw.Bytes()}
	step, ok := c.s.script.next(End, "")
	if !ok {
		c.s.keep(mail)
		return nil
	}
	if step.Accept {
		c.s.keep(mail)
	}
	if err := c.do(step); err != nil {
		return err
	}
	if !step.Accept { // a delay, and then as usual
		c.s.keep(mail)
	}
	return nil
}

// Reset forgets the mail under way.
func (c *session) Reset() { c.from, c.to = "", nil }

// Logout ends the session.
func (c *session) Logout() error { return nil }

// loginServer is the server's side of AUTH LOGIN, which the SASL library has
// for clients only.
type loginServer struct {
	check func(user, password string) error
	user  *string
	asked bool
}

// Next takes the client's answers: a name, then a password.
func (l *loginServer) Next(response []byte) (challenge []byte, done bool, err error) {
	switch {
	case l.user != nil:
		return nil, true, l.check(*l.user, string(response))
	case response == nil && !l.asked:
		l.asked = true
		return []byte("Username:"), false, nil
	}
	user := string(response)
	l.user = &user
	return []byte("Password:"), false, nil
}
