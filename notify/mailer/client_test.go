package mailer_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"taizhang/ledger"
	"taizhang/notify"
	"taizhang/notify/mailer"
)

func sample() ledger.Outgoing {
	return ledger.Outgoing{
		Key: "receipt/1", From: "me@163.com", Recipients: []string{"a@example.cn", "b@example.cn", "me@163.com"},
		Raw: []byte("Subject: x\r\nFrom: <me@163.com>\r\n\r\n.leading dot\r\n..two\r\n.\r\nlast\r\n"),
	}
}

// mark counts the calls of endOfData.
type mark struct {
	n   int
	err error
}

func (m *mark) call(map[string]string) error { m.n++; return m.err }

func start(t *testing.T, s *script, change func(*mailer.Options)) *mailer.Client {
	t.Helper()
	a := newAuthority(t, "127.0.0.1", time.Now().Add(time.Hour))
	l := listen(t, a)
	if s.auth == "" {
		s.auth = "AUTH LOGIN PLAIN"
	}
	go s.serve(l)
	return client(t, l, a.file, change)
}

func TestSend(t *testing.T) {
	for _, auth := range []string{"AUTH LOGIN PLAIN", "AUTH PLAIN LOGIN", "AUTH XOAUTH2 PLAIN"} {
		s := &script{auth: auth}
		var m mark
		rep := start(t, s, nil).Send(t.Context(), sample(), m.call)
		if rep.Err != nil || rep.Code != 250 || !rep.EndOfData || rep.Class != notify.ClassAccepted || m.n != 1 || rep.Phase != notify.PhaseEnd {
			t.Errorf("%s: %+v after %d marks", auth, rep, m.n)
		}
		if d := cmp.Diff([]string{string(sample().Raw)}, s.took()); d != "" {
			t.Errorf("%s: bytes (-stored +received):\n%s", auth, d)
		}
		if rep.Text != "Mail OK queued as smtp1,abc" {
			t.Errorf("text %q", rep.Text)
		}
	}
}

// TestRefused: each phase refused, or a recipient.
func TestRefused(t *testing.T) {
	tests := []struct {
		name    string
		replies map[string]string
		phase   notify.Phase
		code    int
		class   notify.Class
		eod     bool
		took    int
	}{
		{"greeting", map[string]string{"GREETING": "554 IP is rejected"}, notify.PhaseGreeting, 554, notify.ClassBanned, false, 0},
		{"hello", map[string]string{"EHLO": "421 HL:ICC", "HELO": "421 HL:ICC"}, notify.PhaseHello, 421, notify.ClassSlow, false, 0},
		{"auth", map[string]string{"AUTH2": "535 Error: authentication failed"}, notify.PhaseAuth, 535, notify.ClassStop, false, 0},
		{"auth, permission", map[string]string{"AUTH2": "550 User has no permission"}, notify.PhaseAuth, 550, notify.ClassStop, false, 0},
		{"mail 5xx", map[string]string{"MAIL": "553 Mail from must equal authorized user"}, notify.PhaseMail, 553, notify.ClassStop, false, 0},
		{"mail 4xx", map[string]string{"MAIL": "450 MI:DMC"}, notify.PhaseMail, 450, notify.ClassRetry, false, 0},
		{"all recipients", map[string]string{"RCPT": "550 Invalid User"}, notify.PhaseRcpt, 550, notify.ClassRecipient, false, 0},
		{"only the copy is left", map[string]string{"RCPT TO:<a@example.cn>": "550 Invalid User", "RCPT TO:<b@example.cn>": "450 busy"}, notify.PhaseRcpt, 450, notify.ClassRetry, false, 0},
		{"one recipient", map[string]string{"RCPT TO:<a@example.cn>": "550 Invalid User"}, notify.PhaseEnd, 250, notify.ClassAccepted, true, 1},
		{"the copy", map[string]string{"RCPT TO:<me@163.com>": "550 Invalid User"}, notify.PhaseEnd, 250, notify.ClassAccepted, true, 1},
		{"421 at a recipient", map[string]string{"RCPT TO:<b@example.cn>": "421 bye"}, notify.PhaseRcpt, 421, notify.ClassSlow, false, 0},
		{"data", map[string]string{"DATA": "554 DT:SPM"}, notify.PhaseData, 554, notify.ClassContent, false, 0},
		{"data 4xx", map[string]string{"DATA": "451 MI:SFQ"}, notify.PhaseData, 451, notify.ClassSlow, false, 0},
		{"end 5xx", map[string]string{"END": "554 DT:SPM 163 smtp1"}, notify.PhaseEnd, 554, notify.ClassContent, true, 0},
		{"end 4xx", map[string]string{"END": "451 DT:SPM, please try again"}, notify.PhaseEnd, 451, notify.ClassRetry, true, 0},
		{"end, other 2xx", map[string]string{"END": "251 fine"}, notify.PhaseEnd, 250, notify.ClassAccepted, true, 1},
		{"end, cut", map[string]string{"END": "cut", "END-took-it": "yes"}, notify.PhaseEnd, 0, notify.ClassRetry, true, 1},
		{"end, nonsense", map[string]string{"END": "ok"}, notify.PhaseEnd, 0, notify.ClassRetry, true, 0},
		{"quit refused", map[string]string{"QUIT": "500 what"}, notify.PhaseEnd, 250, notify.ClassAccepted, true, 1},
		{"quit cut", map[string]string{"QUIT": "cut"}, notify.PhaseEnd, 250, notify.ClassAccepted, true, 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := &script{replies: tt.replies}
			var m mark
			rep := start(t, s, nil).Send(t.Context(), sample(), m.call)
			if rep.Phase != tt.phase || rep.Code != tt.code || rep.Class != tt.class || rep.EndOfData != tt.eod {
				t.Errorf("got %+v", rep)
			}
			if (m.n == 1) != tt.eod || len(s.took()) != tt.took {
				t.Errorf("%d marks, server took %d", m.n, len(s.took()))
			}
			var typed *mailer.Error
			if tt.code != 250 && (!errors.As(rep.Err, &typed) || typed.Phase != tt.phase) {
				t.Errorf("error %v is not typed", rep.Err)
			}
			wantRefused := 0
			for k, v := range tt.replies {
				if strings.HasPrefix(k, "RCPT TO") && !strings.HasPrefix(v, "421") {
					wantRefused++
				} else if k == "RCPT" {
					wantRefused = 3
				}
			}
			if len(rep.Refused) != wantRefused {
				t.Errorf("refused %v, want %d", rep.Refused, wantRefused)
			}
		})
	}
}

// TestSilent: a server that stops answering is left after the time set.
func TestSilent(t *testing.T) {
	for _, verb := range []string{"GREETING", "EHLO", "AUTH2", "MAIL", "RCPT", "DATA", "END", "QUIT"} {
		t.Run(verb, func(t *testing.T) {
			s := &script{replies: map[string]string{verb: "silent"}}
			var m mark
			c := start(t, s, func(o *mailer.Options) { o.Command, o.End = 150*time.Millisecond, 150*time.Millisecond })
			rep := c.Send(t.Context(), sample(), m.call)
			if verb == "QUIT" {
				if rep.Err != nil || rep.Code != 250 {
					t.Errorf("got %+v", rep)
				}
				return
			}
			var ne net.Error
			if !errors.As(rep.Err, &ne) || !ne.Timeout() || rep.Code != 0 {
				t.Errorf("got %+v", rep)
			}
			if eod := verb == "END"; rep.EndOfData != eod || m.n == 1 != eod {
				t.Errorf("end of data %v after %d marks", rep.EndOfData, m.n)
			}
		})
	}
}

// TestContext: every wait ends when the context does; the answer to
// end-of-data is waited for a time of grace.
func TestContext(t *testing.T) {
	for _, verb := range []string{"GREETING", "EHLO", "AUTH2", "MAIL", "RCPT", "DATA", "END"} {
		t.Run(verb, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(t.Context(), 150*time.Millisecond)
			defer cancel()
			s := &script{replies: map[string]string{verb: "silent"}}
			c := start(t, s, func(o *mailer.Options) { o.Command, o.End, o.Grace = time.Hour, time.Hour, 50*time.Millisecond })
			var m mark
			rep := c.Send(ctx, sample(), m.call)
			if !errors.Is(rep.Err, context.DeadlineExceeded) || rep.EndOfData != (verb == "END") {
				t.Errorf("got %+v", rep)
			}
		})
	}
	t.Run("answer within grace", func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		s := &script{}
		rep := start(t, s, nil).Send(ctx, sample(), func(map[string]string) error { time.AfterFunc(0, cancel); return nil })
		if rep.Err != nil || rep.Code != 250 {
			t.Errorf("got %+v", rep)
		}
	})
	t.Run("done before", func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		rep := start(t, &script{}, nil).Send(ctx, sample(), func(map[string]string) error { t.Error("marked"); return nil })
		if !errors.Is(rep.Err, context.Canceled) || rep.Phase != notify.PhaseDial {
			t.Errorf("got %+v", rep)
		}
	})
}

// TestMarkFails: without the mark the data is not ended, and the server takes
// nothing.
func TestMarkFails(t *testing.T) {
	s := &script{}
	m := mark{err: errors.New("disk full")}
	rep := start(t, s, nil).Send(t.Context(), sample(), m.call)
	if rep.EndOfData || rep.Phase != notify.PhaseBody || !errors.Is(rep.Err, m.err) || len(s.took()) != 0 {
		t.Errorf("got %+v, server took %d", rep, len(s.took()))
	}
}

func TestCertificates(t *testing.T) {
	hour := time.Now().Add(time.Hour)
	good := newAuthority(t, "127.0.0.1", hour)
	tests := []struct {
		name   string
		server authority
		file   string
	}{
		{"unknown authority", newAuthority(t, "127.0.0.1", hour), good.file},
		{"system's authorities", good, ""},
		{"other host", newAuthority(t, "smtp.example.cn", hour), "own"},
		{"expired", newAuthority(t, "127.0.0.1", time.Now().Add(-time.Hour)), "own"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			l := listen(t, tt.server)
			s := &script{auth: "AUTH LOGIN"}
			go s.serve(l)
			file := tt.file
			if file == "own" {
				file = tt.server.file
			}
			var m mark
			rep := client(t, l, file, nil).Send(t.Context(), sample(), m.call)
			if rep.Phase != notify.PhaseTLS || rep.Err == nil || m.n != 0 || len(s.lines) != 0 {
				t.Errorf("got %+v, server heard %d lines", rep, len(s.lines))
			}
		})
	}
	t.Run("no TLS at all", func(t *testing.T) {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = l.Close() })
		s := &script{auth: "AUTH LOGIN"}
		go s.serve(l)
		rep := client(t, l, good.file, nil).Send(t.Context(), sample(), (&mark{}).call)
		if rep.Phase != notify.PhaseTLS || rep.Err == nil {
			t.Errorf("got %+v", rep)
		}
		s.mu.Lock()
		defer s.mu.Unlock()
		for _, line := range s.lines { // of the handshake, which the server takes for lines
			for _, said := range []string{"EHLO", "HELO", "AUTH", "MAIL", "RCPT", "DATA", canary, base64.StdEncoding.EncodeToString([]byte(canary))} {
				if strings.Contains(strings.ToUpper(line), strings.ToUpper(said)) {
					t.Errorf("without TLS the server heard %q", line)
				}
			}
		}
	})
}

// TestNoSecrets: the password shows nowhere, even if the server repeats it.
func TestNoSecrets(t *testing.T) {
	b64 := base64.StdEncoding.EncodeToString([]byte(canary))
	plain := base64.StdEncoding.EncodeToString([]byte("\x00me@163.com\x00" + canary))
	for _, echo := range []string{canary, b64, plain} {
		for _, verb := range []string{"AUTH2", "MAIL", "RCPT", "END"} {
			s := &script{replies: map[string]string{verb: "550 you said " + echo}}
			rep := start(t, s, nil).Send(t.Context(), sample(), (&mark{}).call)
			all := fmt.Sprintf("%+v %#v %v %s %+v", rep, rep, rep.Err, rep.Text, rep.Refused)
			for e := rep.Err; e != nil; e = errors.Unwrap(e) {
				all += fmt.Sprintf("%#v", e)
			}
			for _, secret := range []string{canary, b64, plain} {
				if strings.Contains(all, secret) {
					t.Errorf("%s: %s", verb, all)
				}
			}
		}
	}
	o := mailer.Options{Password: canary}
	var logged bytes.Buffer
	slog.New(slog.NewTextHandler(&logged, nil)).Info("x", "o", o, "p", o.Password)
	j, err := json.Marshal(o)
	if err != nil {
		t.Fatal(err)
	}
	all := fmt.Sprintf("%v %+v %#v %s %q %x %s %s", o, o, o, o.Password, o.Password, o.Password, j, logged.String())
	if strings.Contains(all, canary) || strings.Contains(all, fmt.Sprintf("%x", canary)) {
		t.Error(all)
	}
}

// TestBadMail: what is not fit to be sent is not even dialled for.
func TestBadMail(t *testing.T) {
	c := start(t, &script{}, nil)
	for name, change := range map[string]func(*ledger.Outgoing){
		"bare LF":        func(o *ledger.Outgoing) { o.Raw = []byte("a: b\n\r\n") },
		"bare CR":        func(o *ledger.Outgoing) { o.Raw = []byte("a: b\rc\r\n") },
		"8-bit":          func(o *ledger.Outgoing) { o.Raw = []byte("a: \xe4\r\n") },
		"long line":      func(o *ledger.Outgoing) { o.Raw = []byte(strings.Repeat("x", 999) + "\r\n") },
		"no line end":    func(o *ledger.Outgoing) { o.Raw = []byte("a: b") },
		"nothing":        func(o *ledger.Outgoing) { o.Raw = nil },
		"no recipient":   func(o *ledger.Outgoing) { o.Recipients = nil },
		"injected RCPT":  func(o *ledger.Outgoing) { o.Recipients = []string{"a@b.cn>\r\nRCPT TO:<spy@evil.cn"} },
		"quoted address": func(o *ledger.Outgoing) { o.Recipients = []string{`"a b"@b.cn`} },
		"sender":         func(o *ledger.Outgoing) { o.From = "" },
	} {
		o := sample()
		change(&o)
		if rep := c.Send(t.Context(), o, (&mark{}).call); rep.Phase != notify.PhaseRender || rep.Err == nil {
			t.Errorf("%s: %+v", name, rep)
		}
	}
}

func TestVerify(t *testing.T) {
	s := &script{}
	if err := start(t, s, nil).Verify(t.Context()); err != nil {
		t.Error(err)
	}
	s = &script{replies: map[string]string{"AUTH2": "535 Error: authentication failed"}}
	var typed *mailer.Error
	if err := start(t, s, nil).Verify(t.Context()); !errors.As(err, &typed) || typed.Code != 535 {
		t.Errorf("got %v", err)
	}
}
