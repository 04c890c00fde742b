package coremail_test

import (
	"bufio"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"taizhang/internal/coremail"
)

// client speaks IMAP by hand, a line at a time.
type client struct {
	t    *testing.T
	conn *tls.Conn
	r    *bufio.Reader
	n    int
}

func start(t *testing.T, opt coremail.Options) *coremail.Server {
	t.Helper()
	opt.User, opt.Password = "desk@163.com", "authcode"
	s, err := coremail.Start(opt)
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

func dial(t *testing.T, s *coremail.Server) *client {
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
	return &client{t: t, conn: conn, r: bufio.NewReader(conn)}
}

func (c *client) line() string {
	c.t.Helper()
	line, err := c.r.ReadString('\n')
	if err != nil {
		c.t.Fatalf("read: %v (after %q)", err, line)
	}
	return strings.TrimRight(line, "\r\n")
}

func (c *client) write(text string) {
	c.t.Helper()
	if _, err := io.WriteString(c.conn, text); err != nil {
		c.t.Fatal(err)
	}
}

// do sends a command and returns its untagged lines and its tagged reply.
func (c *client) do(command string) (lines []string, reply string) {
	c.t.Helper()
	c.n++
	tag := fmt.Sprintf("a%d", c.n)
	c.write(tag + " " + command + "\r\n")
	for {
		line := c.line()
		if reply, ok := strings.CutPrefix(line, tag+" "); ok {
			return lines, reply
		}
		lines = append(lines, line)
	}
}

// want runs a command and compares the reply's beginning.
func (c *client) want(command, reply string) []string {
	c.t.Helper()
	lines, got := c.do(command)
	if !strings.HasPrefix(got, reply) {
		c.t.Fatalf("%s: %s, want %s", command, got, reply)
	}
	return lines
}

func (c *client) login() {
	c.t.Helper()
	c.line()
	c.want("LOGIN desk@163.com authcode", "OK")
	c.want(`ID ("name" "test")`, "OK")
}

func mail(n int) []byte {
	return fmt.Appendf(nil, "Subject: %d\r\n\r\nbody %d\r\n", n, n)
}

func TestNetEaseWays(t *testing.T) {
	s := start(t, coremail.Options{})
	s.Deliver("INBOX", mail(1), time.Now())
	c := dial(t, s)
	if got := c.line(); !strings.Contains(got, "Coremail") || strings.Contains(got, "CAPABILITY") {
		t.Errorf("greeting: %s", got)
	}
	caps := c.want("CAPABILITY", "OK")[0]
	for _, absent := range []string{"IDLE", "MOVE", "ESEARCH", "CONDSTORE", "ENABLE", "NAMESPACE", "UNSELECT"} {
		if strings.Contains(caps, " "+absent) {
			t.Errorf("%s offered: %s", absent, caps)
		}
	}
	c.want("LOGIN desk@163.com wrong", "NO LOGIN Login error or password error")
	c.want("AUTHENTICATE PLAIN AGFiYw==", "BAD Request not ending with")
	c.want("LOGIN desk@163.com authcode", "OK")
	for _, open := range []string{"SELECT", "EXAMINE"} {
		c.want(open+" INBOX", "NO "+open+" Unsafe Login. Please contact kefu@188.com for help")
	}
	c.want(`ID ("name" "test" "version" "1")`, "OK")
	lines := strings.Join(c.want("SELECT INBOX", "OK [READ-WRITE]"), "\n")
	if !strings.Contains(lines, "[UIDVALIDITY 1]") || strings.Contains(lines, "UIDNEXT") || strings.Contains(lines, `\*`) {
		t.Errorf("SELECT: %s", lines)
	}
	if got := c.want("STATUS INBOX (UIDNEXT)", "OK")[0]; got != `* STATUS "INBOX" ()` {
		t.Errorf("STATUS: %s", got)
	}
	for _, refused := range []string{
		"IDLE", "ENABLE CONDSTORE", "UNSELECT", "UID MOVE 1 INBOX", "UID STORE 1 +FLAGS (x)",
		"EXPUNGE", "CLOSE", "UID COPY 1 INBOX", "UID FETCH 1 (ENVELOPE)", "UID FETCH 1 (BODYSTRUCTURE)",
	} {
		c.want(refused, "BAD")
	}
	c.want(`UID SEARCH FROM "x"`, "NO")
	if got := c.want("UID SEARCH ALL", "OK")[0]; got != "* SEARCH 1" {
		t.Errorf("SEARCH: %s", got)
	}
	c.want("LOGOUT", "OK")
	for _, line := range s.Commands() {
		if strings.Contains(line, "authcode") || strings.Contains(line, "AGFiYw") {
			t.Errorf("a secret in the command log: %s", line)
		}
	}
	if !slices.Contains(s.Commands(), "LOGIN desk@163.com ***") {
		t.Errorf("no masked LOGIN in %q", s.Commands())
	}
}

func TestFolderNamesAndAttributes(t *testing.T) {
	s := start(t, coremail.Options{})
	s.Deliver("台账", mail(1), time.Now())
	c := dial(t, s)
	c.login()
	want := []string{
		`* LIST (\HasNoChildren) "/" "INBOX"`,
		`* LIST (\HasNoChildren \Drafts) "/" "&g0l6P3ux-"`,
		`* LIST (\HasNoChildren \Sent) "/" "&XfJT0ZAB-"`,
		`* LIST (\HasNoChildren \Trash) "/" "&XfJSIJZk-"`,
		`* LIST (\HasNoChildren \Junk) "/" "&V4NXPpCuTvY-"`,
		`* LIST (\HasNoChildren) "/" "&dcVr0mWHTvZZOQ-"`,
		`* LIST (\HasNoChildren) "/" "&Xn9USpCuTvY-"`,
		`* LIST (\HasNoChildren) "/" "&i6KWBZCuTvY-"`,
		`* LIST (\HasNoChildren) "/" "&U,CNJg-"`,
	}
	if got := c.want(`LIST "" "*"`, "OK"); !slices.Equal(got, want) {
		t.Errorf("LIST:\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	if got := c.want(`EXAMINE "&U,CNJg-"`, "OK [READ-ONLY]")[0]; got != "* 1 EXISTS" {
		t.Errorf("EXAMINE: %s", got)
	}
	c.want(`EXAMINE "A&B"`, "BAD")
	c.want(`EXAMINE "none"`, "NO EXAMINE Folder not exist")
}

func TestFetchItemsAndParts(t *testing.T) {
	s := start(t, coremail.Options{Profile: coremail.Plain})
	at := time.Date(2022, 5, 3, 9, 0, 0, 0, time.FixedZone("", 8*3600))
	raw := []byte("Subject: x\r\n\r\nhello\r\n")
	s.Deliver("INBOX", raw, at)
	s.Deliver("INBOX", mail(2), at)
	c := dial(t, s)
	c.login()
	c.want("SELECT INBOX", "OK")
	for _, tc := range []struct{ command, want string }{
		{"UID FETCH 1:* (UID RFC822.SIZE INTERNALDATE)",
			"* 1 FETCH (UID 1 RFC822.SIZE 21 INTERNALDATE \" 3-May-2022 09:00:00 +0800\")|" +
				"* 2 FETCH (UID 2 RFC822.SIZE 22 INTERNALDATE \" 3-May-2022 09:00:00 +0800\")"},
		{"UID FETCH 9:* (UID)", "* 2 FETCH (UID 2)"},
		{"UID FETCH 7 (UID)", ""},
		{"UID FETCH 1 BODY.PEEK[]", "* 1 FETCH (UID 1 BODY[] {21}|Subject: x||hello|)"},
		{"UID FETCH 1 (BODY.PEEK[]<14.3>)", "* 1 FETCH (UID 1 BODY[]<14> {3}|hel)"},
		{"UID FETCH 1 (BODY.PEEK[]<99.3>)", "* 1 FETCH (UID 1 BODY[]<99> {0}|)"},
		{"UID FETCH 1 (FLAGS BODY.PEEK[HEADER])", "* 1 FETCH (UID 1 FLAGS () BODY[HEADER] {14}|Subject: x||)"},
		{"FETCH 1 (BODY[TEXT])", "* 1 FETCH (BODY[TEXT] {7}|hello|)"},
		{"FETCH 1 (FLAGS)", "* 1 FETCH (FLAGS (\\Seen))"},
	} {
		if got := strings.Join(c.want(tc.command, "OK"), "|"); got != tc.want {
			t.Errorf("%s:\n got %q\nwant %q", tc.command, got, tc.want)
		}
	}
}

func TestWindowHidesOldMail(t *testing.T) {
	s := start(t, coremail.Options{})
	now := time.Date(2022, 6, 1, 9, 0, 0, 0, time.UTC)
	s.SetNow(now)
	s.Deliver("INBOX", mail(1), now.AddDate(0, 0, -31))
	s.Deliver("INBOX", mail(2), now.AddDate(0, 0, -29))
	c := dial(t, s)
	c.login()
	c.want("EXAMINE INBOX", "OK")
	if got := c.want("UID FETCH 1:* (UID)", "OK"); !slices.Equal(got, []string{"* 1 FETCH (UID 2)"}) {
		t.Errorf("listing: %q", got)
	}
	s.SetNow(now.AddDate(0, 0, 2))
	if got := c.want("NOOP", "OK"); !slices.Equal(got, []string{"* 1 EXPUNGE"}) {
		t.Errorf("two days later: %q", got)
	}
	if got := len(s.Messages("INBOX")); got != 2 {
		t.Errorf("%d messages stored, want 2", got)
	}
}

func TestCommandsThatOverlapAreDropped(t *testing.T) {
	s := start(t, coremail.Options{})
	c := dial(t, s)
	c.line()
	s.Faults().Add(coremail.Fault{On: "CAPABILITY", Times: 1, Do: coremail.Delay, Pause: 50 * time.Millisecond})
	c.write("x CAPABILITY\r\ny LOGIN desk@163.com authcode\r\n")
	c.line()
	if got := c.line(); !strings.HasPrefix(got, "x OK") {
		t.Fatal(got)
	}
	c.want("NOOP", "OK") // and no answer to y
	if want := "(dropped) LOGIN desk@163.com ***"; !slices.Contains(s.Commands(), want) {
		t.Errorf("%q lacks %q", s.Commands(), want)
	}
}

func TestAppendWithLiterals(t *testing.T) {
	s := start(t, coremail.Options{})
	c := dial(t, s)
	c.login()
	c.want("APPEND INBOX (\\Seen) \" 3-May-2022 09:00:00 +0800\" {5+}\r\nhello", "OK [APPENDUID 1 1]")
	c.write("b APPEND INBOX {5}\r\n")
	if got := c.line(); !strings.HasPrefix(got, "+ ") {
		t.Fatal(got)
	}
	c.write("again\r\n")
	if got := c.line(); got != "b OK [APPENDUID 1 2] APPEND completed" {
		t.Fatal(got)
	}
	if got := s.Messages("INBOX"); len(got) != 2 || string(got[1]) != "again" {
		t.Errorf("stored %q", got)
	}
}

func TestIdleTellsOfNewMail(t *testing.T) {
	s := start(t, coremail.Options{Profile: coremail.Plain})
	c := dial(t, s)
	c.login()
	c.want("EXAMINE INBOX", "OK")
	c.write("i IDLE\r\n")
	if got := c.line(); !strings.HasPrefix(got, "+") {
		t.Fatal(got)
	}
	s.Deliver("INBOX", mail(1), time.Now())
	if got := c.line(); got != "* 1 EXISTS" {
		t.Errorf("pushed %q", got)
	}
	if _, err := s.Move("INBOX", 1, "垃圾邮件"); err != nil {
		t.Fatal(err)
	}
	if got := c.line(); got != "* 1 EXPUNGE" {
		t.Errorf("pushed %q", got)
	}
	c.write("DONE\r\n")
	if got := c.line(); got != "i OK IDLE completed" {
		t.Error(got)
	}
	if err := s.Remove("垃圾邮件", 1); err != nil {
		t.Error(err)
	}
	if err := s.Remove("垃圾邮件", 1); err == nil {
		t.Error("removed a message twice")
	}
}

func TestCutAfterAnyByte(t *testing.T) {
	s := start(t, coremail.Options{})
	c := dial(t, s)
	c.line()
	c.n = 9
	c.want("LOGIN desk@163.com authcode", "OK")
	whole := s.Sent()
	for n := range whole {
		s.Faults().CutAfter(n)
		c := dial(t, s)
		c.write("a10 LOGIN desk@163.com authcode\r\n")
		if got, err := io.ReadAll(c.r); int64(len(got)) != n {
			t.Fatalf("cut after %d: got %d bytes, %v", n, len(got), err)
		}
	}
	t.Logf("cut at each of %d bytes", whole)
}

func TestMessageFaults(t *testing.T) {
	for _, tc := range []struct {
		fault   coremail.Fault
		command string
		want    string // lines, then the reply; "…" stands for the end of the connection
	}{
		{coremail.Fault{UID: 1, Do: coremail.NilBody}, "UID FETCH 1 (BODY.PEEK[])", "* 1 FETCH (UID 1 BODY[] NIL)|OK"},
		{coremail.Fault{UID: 1, Do: coremail.Missing}, "UID FETCH 1 (BODY.PEEK[])", "OK"},
		{coremail.Fault{UID: 1, Do: coremail.LiteralSize, N: 1}, "UID FETCH 1 (BODY.PEEK[])",
			"* 1 FETCH (UID 1 BODY[] {23}|Subject: 1||body 1|)|OK"},
		{coremail.Fault{Do: coremail.CutLiteral, N: 3}, "UID FETCH 1 (BODY.PEEK[])", "* 1 FETCH (UID 1 BODY[] {22}|…"},
		{coremail.Fault{UID: 1, Do: coremail.CutTag}, "UID FETCH 1 (BODY.PEEK[])",
			"* 1 FETCH (UID 1 BODY[] {22}|Subject: 1||body 1|)|…"},
		{coremail.Fault{UID: 1, Do: coremail.Cut}, "UID FETCH 1 (BODY.PEEK[])", "…"},
		{coremail.Fault{UID: 1, Do: coremail.Slow, Pause: time.Microsecond}, "UID FETCH 1 (BODY.PEEK[])",
			"* 1 FETCH (UID 1 BODY[] {22}|Subject: 1||body 1|)|OK"},
		{coremail.Fault{UID: 1, Do: coremail.Cut}, "UID FETCH 1 (UID)", "* 1 FETCH (UID 1)|OK"},
		{coremail.Fault{UID: 1, Do: coremail.Size, N: 5}, "UID FETCH 1 (RFC822.SIZE)", "* 1 FETCH (UID 1 RFC822.SIZE 27)|OK"},
		{coremail.Fault{UID: 1, Do: coremail.Line, Text: "* 1 FOO"}, "UID FETCH 1 (UID)", "* 1 FOO|OK"},
		{coremail.Fault{On: "NOOP", Do: coremail.Bye, Text: "later"}, "NOOP", "* BYE later|…"},
		{coremail.Fault{On: "NOOP", Do: coremail.Cut}, "NOOP", "…"},
		{coremail.Fault{On: "NOOP", Do: coremail.Untagged, Text: "* XLIST"}, "NOOP", "* XLIST|OK"},
		{coremail.Fault{On: "NOOP", Do: coremail.Reply, Text: "NO busy"}, "NOOP", "NO"},
	} {
		s := start(t, coremail.Options{})
		s.Deliver("INBOX", mail(1), time.Now())
		c := dial(t, s)
		c.login()
		c.want("EXAMINE INBOX", "OK")
		s.Faults().Add(tc.fault)
		c.write("z " + tc.command + "\r\n")
		var got []string
		for {
			line, err := c.r.ReadString('\n')
			if err != nil {
				got = append(got, "…")
				break
			}
			line = strings.TrimRight(line, "\r\n")
			if reply, ok := strings.CutPrefix(line, "z "); ok {
				got = append(got, strings.Fields(reply)[0])
				break
			}
			got = append(got, line)
		}
		if got := strings.Join(got, "|"); got != tc.want {
			t.Errorf("%+v:\n got %q\nwant %q", tc.fault, got, tc.want)
		}
	}
}
