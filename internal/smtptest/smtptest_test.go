package smtptest_test

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"net/smtp"
	"net/textproto"
	"slices"
	"strings"
	"testing"
	"time"

	"taizhang/internal/smtptest"
)

const (
	user = "desk@163.com"
	text = "Subject: x\r\n\r\n.dot\r\nend\r\n"
)

func start(t *testing.T) *smtptest.Server {
	t.Helper()
	s, err := smtptest.Start(smtptest.Options{User: user, Password: "authcode"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	return s
}

func dial(t *testing.T, s *smtptest.Server) *smtp.Client {
	t.Helper()
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(s.CAPEM())
	conn, err := tls.Dial("tcp", s.Addr(), &tls.Config{RootCAs: roots})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	if err := conn.SetDeadline(time.Now().Add(10 * time.Second)); err != nil {
		t.Fatal(err)
	}
	c, err := smtp.NewClient(conn, "127.0.0.1")
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// send runs a whole session and names the phase that failed.
func send(c *smtp.Client, to ...string) (phase string, err error) {
	if err := c.Hello("localhost"); err != nil {
		return "hello", err
	}
	if err := c.Auth(smtp.PlainAuth("", user, "authcode", "127.0.0.1")); err != nil {
		return "auth", err
	}
	if err := c.Mail(user); err != nil {
		return "mail", err
	}
	for _, rcpt := range to {
		if err := c.Rcpt(rcpt); err != nil {
			return "rcpt", err
		}
	}
	w, err := c.Data()
	if err != nil {
		return "data", err
	}
	if _, err := io.WriteString(w, text); err != nil {
		return "body", err
	}
	if err := w.Close(); err != nil {
		return "end", err
	}
	return "quit", c.Quit()
}

func TestAcceptsAndKeeps(t *testing.T) {
	s := start(t)
	at := time.Date(2022, 5, 29, 9, 0, 0, 0, time.UTC)
	s.SetNow(at)
	var hooked []string
	s.OnAccept(func(a smtptest.Accepted) { hooked = append(hooked, a.To...) })
	if phase, err := send(dial(t, s), "a@163.com", user); err != nil {
		t.Fatal(phase, err)
	}
	got := s.Accepted()
	if len(got) != 1 || string(got[0].Raw) != text || got[0].From != user ||
		!slices.Equal(got[0].To, []string{"a@163.com", user}) || !got[0].At.Equal(at) {
		t.Errorf("accepted %+v", got)
	}
	if !slices.Equal(hooked, got[0].To) {
		t.Errorf("hook saw %v", hooked)
	}
	for _, line := range s.Commands() {
		if strings.Contains(line, "YXV0aGNvZGU") || strings.Contains(line, "Subject") || strings.HasPrefix(line, "AUTH") && !strings.HasSuffix(line, "***") {
			t.Errorf("logged %q", line)
		}
	}
}

func TestWordsOfNetEase(t *testing.T) {
	s := start(t)
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(s.CAPEM())
	conn, err := tls.Dial("tcp", s.Addr(), &tls.Config{RootCAs: roots})
	if err != nil {
		t.Fatal(err)
	}
	c := textproto.NewConn(conn)
	t.Cleanup(func() { _ = c.Close() })
	for _, tc := range []struct {
		say  string
		code int
		want string
	}{
		{"", 220, "163.com Anti-spam GT for Coremail System (163com[20141201])"},
		{"MAIL FROM:<desk@163.com>", 502, "Please introduce yourself first."},
		{"EHLO x", 250, "mail\nPIPELINING\nAUTH LOGIN PLAIN\nAUTH=LOGIN PLAIN\ncoremail 1Uxr2xKj7kG0xkI17xGrU7I0s8FY2U3Uj8Cz28x1UUUUU7Ic2I0Y2UrXxc8qUCa0xDrUUUUj\n8BITMIME"},
		{"MAIL FROM:<desk@163.com>", 553, "authentication is required"},
		{"AUTH LOGIN", 334, "VXNlcm5hbWU6"},
		{"ZGVza0AxNjMuY29t", 334, "UGFzc3dvcmQ6"},
		{"d3Jvbmc=", 535, "Error: authentication failed"},
		{"AUTH LOGIN", 334, "VXNlcm5hbWU6"},
		{"ZGVza0AxNjMuY29t", 334, "UGFzc3dvcmQ6"},
		{"YXV0aGNvZGU=", 235, "Authentication successful"},
		{"MAIL FROM:<other@163.com>", 553, "Mail from must equal authorized user"},
		{"MAIL FROM:<desk@163.com>", 250, "Mail OK"},
		{"RCPT TO:<a@163.com>", 250, "Mail OK"},
		{"DATA", 354, "End data with <CR><LF>.<CR><LF>"},
		{"Subject: x\r\n\r\nx\r\n.", 250, "Mail OK queued as smtp1,PygvCgD3v1Qx,1"},
		{"QUIT", 221, "Bye"},
	} {
		if tc.say != "" {
			if err := c.PrintfLine("%s", tc.say); err != nil {
				t.Fatal(err)
			}
		}
		code, message, err := c.ReadResponse(0)
		if code != tc.code || message != tc.want {
			t.Errorf("%s: %d %q (%v), want %d %q", tc.say, code, message, err, tc.code, tc.want)
		}
	}
	for _, line := range s.Commands() {
		if strings.Contains(line, "YXV0aGNvZGU") {
			t.Errorf("a secret in the command log: %s", line)
		}
	}
}

func TestScriptedReplies(t *testing.T) {
	for _, tc := range []struct {
		step  smtptest.Step
		phase string
	}{
		{smtptest.BadReputation, "hello"},
		{smtptest.AuthFailed, "auth"}, {smtptest.NoPermission, "auth"}, {smtptest.AuthBanned, "auth"},
		{smtptest.TooManyNow, "mail"}, {smtptest.TooManyToday, "mail"}, {smtptest.TooManyOnConn, "mail"},
		{smtptest.RcptToday, "rcpt"}, {smtptest.RcptNow, "rcpt"}, {smtptest.RcptList, "rcpt"},
		{smtptest.NoSuchUser, "rcpt"}, {smtptest.UserSuspended, "rcpt"},
		{smtptest.SpamForGood, "end"}, {smtptest.SpamTryAgain, "end"}, {smtptest.SenderDiffers, "end"},
		{smtptest.IllegalFile, "end"}, {smtptest.TooLarge, "end"},
	} {
		s := start(t)
		s.Script(tc.step)
		phase, err := send(dial(t, s), "a@163.com")
		var reply *textproto.Error
		// net/smtp falls back from EHLO to HELO, which the script refuses too.
		if phase != tc.phase || !errors.As(err, &reply) || reply.Code != tc.step.Code || reply.Msg != tc.step.Text {
			t.Errorf("%+v: %s, %v", tc.step, phase, err)
		}
		if n := len(s.Accepted()); n != 0 {
			t.Errorf("%+v: %d mails accepted", tc.step, n)
		}
	}
}

func TestStepsCountAndMatch(t *testing.T) {
	s := start(t)
	second := smtptest.NoSuchUser.Once(1)
	named := smtptest.UserSuspended
	named.Match = "bad@"
	s.Script(second, named)
	c := dial(t, s)
	if phase, err := send(c, "bad@163.com"); phase != "rcpt" || !strings.Contains(err.Error(), "suspended") {
		t.Error(phase, err)
	}
	if err := c.Rcpt("a@163.com"); err == nil || !strings.Contains(err.Error(), "Invalid User") {
		t.Error("the second recipient:", err)
	}
	if err := c.Rcpt("a@163.com"); err != nil {
		t.Error("the third recipient:", err)
	}
}

func TestCutsAroundTheText(t *testing.T) {
	for _, tc := range []struct {
		name string
		step smtptest.Step
		kept int
	}{
		{"before the text", smtptest.Step{Phase: smtptest.Body, Do: smtptest.Cut}, 0},
		{"in its middle", smtptest.Step{Phase: smtptest.Body, Do: smtptest.Cut, N: 9}, 0},
		{"after it, lost", smtptest.Step{Phase: smtptest.End, Do: smtptest.Cut}, 0},
		{"after it, accepted", smtptest.Step{Phase: smtptest.End, Do: smtptest.Cut, Accept: true}, 1},
		{"delayed", smtptest.Step{Phase: smtptest.End, Do: smtptest.Delay, Pause: time.Millisecond}, 1},
		{"delayed, accepted first", smtptest.Step{Phase: smtptest.End, Do: smtptest.Delay, Accept: true}, 1},
		{"refused but accepted", smtptest.Step{Phase: smtptest.End, Code: 451, Text: "x", Accept: true}, 1},
	} {
		s := start(t)
		s.Script(tc.step)
		phase, err := send(dial(t, s), "a@163.com")
		if delayed := tc.step.Do == smtptest.Delay; delayed != (err == nil) {
			t.Errorf("%s: %s, %v", tc.name, phase, err)
		}
		if got := len(s.Accepted()); got != tc.kept {
			t.Errorf("%s: %d mails kept, want %d", tc.name, got, tc.kept)
		}
	}
}

func TestCloseEndsHangingSessions(t *testing.T) {
	s, err := smtptest.Start(smtptest.Options{User: user, Password: "authcode"})
	if err != nil {
		t.Fatal(err)
	}
	s.Script(smtptest.Step{Phase: smtptest.End, Do: smtptest.Hang, Accept: true})
	heard := make(chan struct{})
	s.OnAccept(func(smtptest.Accepted) { close(heard) })
	failed := make(chan error, 1)
	c := dial(t, s)
	go func() {
		_, err := send(c, "a@163.com")
		failed <- err
	}()
	<-heard
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	if err := <-failed; err == nil {
		t.Error("the client was told nothing and yet did not fail")
	}
	if _, err := net.Dial("tcp", s.Addr()); err == nil {
		t.Error("still listening")
	}
	if err := s.Close(); err != nil {
		t.Error("second Close:", err)
	}
}
