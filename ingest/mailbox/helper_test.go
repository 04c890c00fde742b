package mailbox_test

import (
	"bytes"
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"taizhang/ingest/mailbox"
	"taizhang/internal/coremail"
)

const (
	user = "desk@163.com"
	code = "AUTHCODEVERYSECRET"
)

// rig is a server and a client for it.
type rig struct {
	*coremail.Server
	client *mailbox.Client
	log    *lockedBuffer
	opt    mailbox.Options
}

// lockedBuffer takes log lines from several goroutines.
type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// start starts a server and makes a client. When the test ends it stops both,
// and checks that no goroutine is left, that the server was asked for nothing
// but reading, that no command overlapped another and that the code is in no log.
func start(t *testing.T, profile coremail.Profile, change ...func(*mailbox.Options)) *rig {
	t.Helper()
	return startServer(t, coremail.Options{Profile: profile}, change...)
}

// startServer is start with all the server's options.
func startServer(t *testing.T, server coremail.Options, change ...func(*mailbox.Options)) *rig {
	t.Helper()
	before := runtime.NumGoroutine()
	server.User, server.Password = user, code
	s, err := coremail.Start(server)
	if err != nil {
		t.Fatal(err)
	}
	log := &lockedBuffer{}
	r := &rig{Server: s, log: log, opt: options(t, s.Addr(), s.CAPEM())}
	r.opt.Logger = slog.New(slog.NewTextHandler(log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	for _, f := range change {
		f(&r.opt)
	}
	r.client = mailbox.New(r.opt)
	t.Cleanup(func() {
		if err := r.client.Close(); err != nil {
			t.Errorf("close the client: %v", err)
		}
		if err := s.Close(); err != nil {
			t.Errorf("close the server: %v", err)
		}
		if strings.Contains(log.String(), code) {
			t.Error("the authorisation code is in the log")
		}
		onlyReads(t, s.Commands())
		goroutines(t, before)
	})
	return r
}

func options(t *testing.T, addr string, ca []byte) mailbox.Options {
	t.Helper()
	host, port, err := net.SplitHostPort(addr)
	if err != nil {
		t.Fatal(err)
	}
	number, err := strconv.Atoi(port)
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(ca)
	return mailbox.Options{
		Host: host, Port: number, User: user, RootCAs: roots,
		Password: func() (string, error) { return code, nil },
		Timeouts: mailbox.Timeouts{Silence: 10 * time.Second, Dial: 10 * time.Second},
	}
}

// onlyReads checks what the server was asked for.
func onlyReads(t *testing.T, commands []string) {
	t.Helper()
	for _, line := range commands {
		name, _, _ := strings.Cut(strings.TrimPrefix(line, "UID "), " ")
		switch name {
		case "(dropped)": // nothing but the farewell, which waits for no answer and is a courtesy
			if line != "(dropped) LOGOUT" {
				t.Errorf("the server was asked %q", line)
			}
		case "(connect)", "CAPABILITY", "LOGIN", "ID", "LIST", "EXAMINE", "FETCH", "GETQUOTAROOT", "IDLE", "DONE", "LOGOUT":
		default:
			t.Errorf("the server was asked %q", line)
		}
		for _, never := range []string{"ENVELOPE", "BODYSTRUCTURE", "BODY[", "UIDNEXT", code} {
			if strings.Contains(line, never) {
				t.Errorf("the server was asked %q", line)
			}
		}
	}
}

// goroutines checks that no more run than before, giving those that are ending
// the time to do so.
func goroutines(t *testing.T, before int) {
	t.Helper()
	for end := time.Now().Add(5 * time.Second); runtime.NumGoroutine() > before; runtime.Gosched() {
		if time.Now().After(end) {
			stacks := make([]byte, 1<<20)
			t.Fatalf("goroutines left:\n%s", stacks[:runtime.Stack(stacks, true)])
		}
	}
}

func mail(n int) []byte {
	return fmt.Appendf(nil, "From: a@163.com\r\nSubject: %d\r\n\r\nbody of %d\r\n", n, n)
}

// bigMail is a mail of size bytes with no part like another.
func bigMail(size int) []byte {
	b := bytes.NewBufferString("Subject: big\r\n\r\n")
	for i := 0; b.Len() < size; i++ {
		fmt.Fprintf(b, "line %d\r\n", i)
	}
	return b.Bytes()[:size]
}

// list lists a folder or fails the test.
func (r *rig) list(t *testing.T, folder string) mailbox.Listing {
	t.Helper()
	listing, err := r.client.List(t.Context(), folder)
	if err != nil {
		t.Fatalf("list %s: %v", folder, err)
	}
	return listing
}

// fetch fetches a message of INBOX.
func (r *rig) fetch(t *testing.T, item mailbox.Item) ([]byte, error) {
	t.Helper()
	var b bytes.Buffer
	err := r.client.Fetch(t.Context(), "INBOX", item, &b)
	return b.Bytes(), err
}

// poll lists INBOX and fetches all of it.
func (r *rig) poll(ctx context.Context) (texts map[uint32][]byte, failed map[uint32]error, err error) {
	texts, failed = make(map[uint32][]byte), make(map[uint32]error)
	listing, err := r.client.List(ctx, "INBOX")
	if err != nil {
		return texts, failed, err
	}
	for _, item := range listing.Items {
		var b bytes.Buffer
		if err := r.client.Fetch(ctx, "INBOX", item, &b); err != nil {
			failed[item.UID] = err
			continue
		}
		texts[item.UID] = b.Bytes()
	}
	return texts, failed, nil
}

// kind returns the kind of an error, 0 if it has none.
func kind(err error) mailbox.Kind {
	var told *mailbox.Error
	if errors.As(err, &told) {
		return told.Kind
	}
	return 0
}

// connections counts the connections that a server has had.
func (r *rig) connections() int {
	n := 0
	for _, line := range r.Commands() {
		if line == "(connect)" {
			n++
		}
	}
	return n
}
