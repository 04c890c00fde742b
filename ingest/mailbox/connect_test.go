package mailbox_test

import (
	"bytes"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"taizhang/ingest/mailbox"
	"taizhang/internal/coremail"
	"taizhang/internal/testca"
)

func TestUnsafeLogin(t *testing.T) {
	const unsafe = "NO EXAMINE Unsafe Login. Please contact kefu@188.com for help"
	t.Run("once", func(t *testing.T) {
		r := start(t, coremail.NetEase)
		r.Faults().Add(coremail.Fault{On: "EXAMINE", Do: coremail.Reply, Text: unsafe, Times: 1})
		r.list(t, "INBOX")
		if got := strings.Count(strings.Join(r.Commands(), "\n"), `ID ("name"`); got != 2 {
			t.Errorf("ID sent %d times", got)
		}
		if r.connections() != 1 {
			t.Errorf("%d connections", r.connections())
		}
	})
	t.Run("always", func(t *testing.T) {
		r := start(t, coremail.NetEase)
		r.Faults().Add(coremail.Fault{On: "EXAMINE", Do: coremail.Reply, Text: unsafe})
		_, err := r.client.List(t.Context(), "INBOX")
		if !errors.Is(err, mailbox.ErrUnsafeLogin) || kind(err) != mailbox.KindUnsafe ||
			errors.Is(err, mailbox.ErrLogin) || errors.Is(err, mailbox.ErrNoFolder) {
			t.Errorf("%v", err)
		}
		if _, err := r.fetch(t, mailbox.Item{UID: 1, Size: 9}); errors.Is(err, mailbox.ErrConnection) || kind(err) != mailbox.KindUnsafe {
			t.Errorf("a message is blamed: %v", err)
		}
		r.Faults().Clear()
		r.list(t, "INBOX")
	})
	t.Run("ID refused", func(t *testing.T) {
		r := start(t, coremail.NetEase)
		r.Faults().Add(coremail.Fault{On: "ID", Do: coremail.Reply, Text: "BAD no ID"})
		if _, err := r.client.List(t.Context(), "INBOX"); kind(err) != mailbox.KindUnsafe {
			t.Errorf("%v", err)
		}
	})
}

func TestWrongCodeIsTriedThreeTimes(t *testing.T) {
	current := "old-code-that-expired"
	r := start(t, coremail.NetEase, func(o *mailbox.Options) {
		o.Password = func() (string, error) { return current, nil }
	})
	for n := range 6 {
		_, err := r.client.List(t.Context(), "INBOX")
		if !errors.Is(err, mailbox.ErrLogin) || kind(err) != mailbox.KindLogin || strings.Contains(err.Error(), current) {
			t.Errorf("try %d: %v", n, err)
		}
		if want := min(n+1, 3); r.connections() != want {
			t.Errorf("try %d: %d connections, want %d", n, r.connections(), want)
		}
	}
	current = code // a person has renewed it
	r.list(t, "INBOX")
	if strings.Contains(r.log.String(), "old-code-that-expired") {
		t.Error("the old code is in the log")
	}
}

// Another client for the account, as after a restart, goes on with what the one
// before it counted, for an hour and no longer; a renewed code is tried at once.
func TestRefusedLoginsOutliveTheClient(t *testing.T) {
	first := start(t, coremail.NetEase, func(o *mailbox.Options) {
		o.Password = func() (string, error) { return "old-code-that-expired", nil }
	})
	for range 2 {
		if _, err := first.client.List(t.Context(), "INBOX"); kind(err) != mailbox.KindLogin {
			t.Fatal(err)
		}
	}
	left := first.client.Refusals()
	if len(left.At) != 2 || left.Code == "" || len(left.Code) > 4 {
		t.Fatalf("left %+v", left)
	}
	ago := func(minutes ...int) mailbox.Refusals {
		r := mailbox.Refusals{Code: left.Code}
		for _, m := range minutes {
			r.At = append(r.At, time.Now().Add(-time.Duration(m)*time.Minute))
		}
		return r
	}
	for _, tt := range []struct {
		name    string
		code    string
		before  mailbox.Refusals
		logins  int // of five tries
		refused int // that count after them
	}{
		{"two before", "old-code-that-expired", left, 1, 3},
		{"three before", "old-code-that-expired", ago(59, 30, 10), 0, 3},
		{"the first is an hour old", "old-code-that-expired", ago(61, 30, 10), 1, 3},
		{"all are", "old-code-that-expired", ago(63, 62, 61), 3, 3},
		{"the clock was set back", "old-code-that-expired", ago(-90, -60, -1), 0, 3},
		{"another code that is wrong", "a-code-with-a-mistake", ago(59, 30, 10), 3, 3},
		{"the right code", code, ago(59, 30, 10), 1, 0},
	} {
		r := start(t, coremail.NetEase, func(o *mailbox.Options) {
			o.Password = func() (string, error) { return tt.code, nil }
			o.Refused = tt.before
		})
		for range 5 {
			if _, err := r.client.List(t.Context(), "INBOX"); (err == nil) != (tt.code == code) {
				t.Errorf("%s: %v", tt.name, err)
			}
		}
		if got := len(r.client.Refusals().At); r.connections() != tt.logins || got != tt.refused {
			t.Errorf("%s: %d logins, want %d; %d count, want %d", tt.name, r.connections(), tt.logins, got, tt.refused)
		}
	}
}

func TestServerThatIsBusyIsNoWrongCode(t *testing.T) {
	r := start(t, coremail.NetEase)
	r.Faults().Add(coremail.Fault{On: "LOGIN", Do: coremail.Reply, Text: "NO [UNAVAILABLE] try later"})
	for range 4 {
		if _, err := r.client.List(t.Context(), "INBOX"); kind(err) != mailbox.KindProtocol || errors.Is(err, mailbox.ErrLogin) {
			t.Errorf("%v", err)
		}
	}
	r.Faults().Clear()
	r.list(t, "INBOX")
}

func TestCodeThatCannotBeRead(t *testing.T) {
	gone := errors.New("no such file")
	r := start(t, coremail.NetEase, func(o *mailbox.Options) {
		o.Password = func() (string, error) { return "", gone }
	})
	if _, err := r.client.List(t.Context(), "INBOX"); kind(err) != mailbox.KindSecret || !errors.Is(err, gone) || r.connections() != 0 {
		t.Errorf("%v", err)
	}
}

func TestUnusualCodes(t *testing.T) {
	for _, odd := range []string{`quo"te\ T9 X`, "授权码", "T1 LOGIN x"} {
		s, err := coremail.Start(coremail.Options{User: user, Password: odd})
		if err != nil {
			t.Fatal(err)
		}
		opt := options(t, s.Addr(), s.CAPEM())
		opt.Password = func() (string, error) { return odd, nil }
		c := mailbox.New(opt)
		if _, err := c.List(t.Context(), "INBOX"); err != nil {
			t.Errorf("%q: %v", odd, err)
		}
		if err := errors.Join(c.Close(), s.Close()); err != nil {
			t.Error(err)
		}
	}
}

// TestKindsOfConnectionTrouble: each has its own kind, none blames a message. It
// is long because it is a table.
func TestKindsOfConnectionTrouble(t *testing.T) {
	good := start(t, coremail.NetEase)
	plain := &lockedBuffer{} // what a server without TLS hears
	t.Cleanup(func() {       // once it has ended
		if s := plain.String(); s == "" || strings.Contains(s, "LOGIN") || strings.Contains(s, "ID (") || strings.Contains(s, code) {
			t.Errorf("without TLS the server heard %q", s)
		}
	})
	listen := func(config *tls.Config, serve func(net.Conn)) string {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		if config != nil {
			l = tls.NewListener(l, config)
		}
		done := make(chan struct{})
		go func() {
			defer close(done)
			for {
				conn, err := l.Accept()
				if err != nil {
					return
				}
				serve(conn)
				_ = conn.Close()
			}
		}()
		t.Cleanup(func() {
			_ = l.Close()
			<-done
		})
		return l.Addr().String()
	}
	wait := func(conn net.Conn) { _, _ = io.Copy(io.Discard, conn) }
	config, ca, err := testca.New()
	if err != nil {
		t.Fatal(err)
	}
	other, otherCA, err := testca.New("imap.example.com")
	if err != nil {
		t.Fatal(err)
	}
	for _, tc := range []struct {
		name   string
		opt    mailbox.Options
		change func(*mailbox.Options)
		want   mailbox.Kind
	}{
		{"unknown host", options(t, good.Addr(), ca), func(o *mailbox.Options) { o.Host = "imap.invalid" }, mailbox.KindDNS},
		{"nothing listens", options(t, "127.0.0.1:1", ca), nil, mailbox.KindRefused},
		{"unknown authority", options(t, good.Addr(), ca), nil, mailbox.KindTLS},
		{"other name", options(t, listen(other, wait), otherCA), nil, mailbox.KindTLS},
		{"no TLS", options(t, listen(nil, func(c net.Conn) { _, _ = io.WriteString(c, "* OK plain text\r\n"); _, _ = io.Copy(plain, c) }), ca), nil, mailbox.KindTLS},
		{"silent before TLS", options(t, listen(nil, wait), ca), nil, mailbox.KindTimeout},
		{"silent after TLS", options(t, listen(config, wait), ca), nil, mailbox.KindTimeout},
		{"closed before the greeting", options(t, listen(config, func(c net.Conn) { _, _ = io.CopyN(io.Discard, c, 0); _ = c.(*tls.Conn).Handshake() }), ca), nil, mailbox.KindLost},
		{"refuses at once", options(t, listen(config, func(c net.Conn) { _, _ = io.WriteString(c, "* BYE busy\r\n"); wait(c) }), ca), nil, mailbox.KindProtocol},
		{"another protocol", options(t, listen(config, func(c net.Conn) { _, _ = io.WriteString(c, "220 smtp ready\r\n"); wait(c) }), ca), nil, mailbox.KindProtocol},
		{"endless greeting", options(t, listen(config, func(c net.Conn) {
			for {
				if _, err := c.Write(bytes.Repeat([]byte("* OK "), 1000)); err != nil {
					return
				}
			}
		}), ca), nil, mailbox.KindProtocol},
	} {
		tc.opt.Timeouts = mailbox.Timeouts{Dial: 300 * time.Millisecond, Silence: 100 * time.Millisecond}
		if tc.change != nil {
			tc.change(&tc.opt)
		}
		c := mailbox.New(tc.opt)
		_, err := c.List(t.Context(), "INBOX")
		if kind(err) != tc.want || errors.Is(err, mailbox.ErrConnection) {
			t.Errorf("%s: %v (kind %d, want %d)", tc.name, err, kind(err), tc.want)
		}
		if err := c.Close(); err != nil {
			t.Error(err)
		}
	}
	for _, c := range good.Commands() { // whose certificate the clients do not trust
		if c != "(connect)" {
			t.Errorf("said to a server that was not verified: %q", c)
		}
	}
}

// TestSilence plays a server that stops talking at each command, before any
// answer and before the tagged reply.
func TestSilence(t *testing.T) {
	for _, on := range []string{"CAPABILITY", "LOGIN", "ID", "EXAMINE", "FETCH", "LIST"} {
		for _, do := range []coremail.Action{coremail.Hang, coremail.HangTag} {
			r := start(t, coremail.NetEase, func(o *mailbox.Options) { o.Timeouts.Silence = 100 * time.Millisecond })
			r.Deliver("INBOX", mail(1), time.Now())
			r.Faults().Add(coremail.Fault{On: on, Do: do, Times: 1})
			begun := time.Now()
			var err error
			if on == "LIST" {
				var folders []mailbox.Folder
				if folders, err = r.client.Folders(t.Context()); err == nil && len(folders) == 4 {
					continue // the fixed names took its place
				}
			} else {
				_, err = r.client.List(t.Context(), "INBOX")
			}
			if kind(err) != mailbox.KindTimeout {
				t.Errorf("%s, %d: %v", on, do, err)
			}
			if took := time.Since(begun); took > 5*time.Second {
				t.Errorf("%s, %d: took %v", on, do, took)
			}
			r.list(t, "INBOX")
		}
	}
}

func TestSilenceInAText(t *testing.T) {
	for _, do := range []coremail.Action{coremail.Hang, coremail.HangTag} {
		r := start(t, coremail.NetEase, func(o *mailbox.Options) { o.Timeouts.Silence = 100 * time.Millisecond })
		r.Deliver("INBOX", mail(1), time.Now())
		item := r.list(t, "INBOX").Items[0]
		r.Faults().Add(coremail.Fault{UID: 1, Do: do, Times: 1})
		if _, err := r.fetch(t, item); kind(err) != mailbox.KindTimeout || !errors.Is(err, mailbox.ErrConnection) {
			t.Errorf("%d: %v", do, err)
		}
	}
}

// TestSlowText: bytes that come slowly are not silence, up to the limit for the
// whole command.
func TestSlowText(t *testing.T) {
	slow := coremail.Fault{UID: 1, Do: coremail.Slow, Pause: 10 * time.Millisecond}
	r := start(t, coremail.NetEase, func(o *mailbox.Options) { o.Timeouts.Silence = 300 * time.Millisecond })
	r.Deliver("INBOX", mail(1), time.Now())
	item := r.list(t, "INBOX").Items[0]
	r.Faults().Add(slow)
	begun := time.Now()
	text, err := r.fetch(t, item)
	if err != nil || !bytes.Equal(text, mail(1)) {
		t.Errorf("%q, %v", text, err)
	}
	if took := time.Since(begun); took < 400*time.Millisecond {
		t.Errorf("took only %v", took)
	}

	r = start(t, coremail.NetEase, func(o *mailbox.Options) { o.Timeouts.Command = 200 * time.Millisecond })
	r.Deliver("INBOX", bigMail(500), time.Now())
	item = r.list(t, "INBOX").Items[0]
	r.Faults().Add(slow)
	if _, err := r.fetch(t, item); kind(err) != mailbox.KindTimeout || !errors.Is(err, mailbox.ErrConnection) {
		t.Errorf("%v", err)
	}
}

func TestSecretsStayIn(t *testing.T) {
	r := start(t, coremail.NetEase)
	r.Faults().Add(coremail.Fault{On: "LOGIN", Do: coremail.Reply, Text: "NO LOGIN Login error or password error"})
	_, err := r.client.List(t.Context(), "INBOX")
	printed := fmt.Sprintf("%v %+v %#v %v %+v %#v", err, err, err, r.opt, r.opt, r.client)
	if strings.Contains(printed, code) {
		t.Error("the authorisation code is printed")
	}
	if strings.Contains(r.log.String(), code) || strings.Contains(strings.Join(r.Commands(), "\n"), code) {
		t.Error("the authorisation code is logged")
	}
}
