package smtptest

import (
	"bytes"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
)

// conn is a connection whose replies are put in NetEase's words. The SMTP
// library writes its replies a line at a time and words them for itself: it
// offers extensions that smtp.163.com does not have and puts enhanced status
// codes into every reply.
type conn struct {
	*tls.Conn
	raw     net.Conn
	once    sync.Once
	gone    chan struct{} // closed with the connection
	forget  func(*conn)
	command func(string)
	line    []byte // what the client has sent of a line; for the log of commands
	data    bool   // the client is sending a text
	auth    bool   // the client is sending credentials
	in, out cut    // of the client's bytes, and of ours
}

// cut counts the bytes of the protocol in one direction, and says after how
// many of them the connection breaks; -1: never. TLS's own bytes do not count.
type cut struct {
	passed atomic.Int64
	limit  int64
}

// left is how many of n more bytes may pass.
func (c *cut) left(n int) int {
	if c.limit < 0 || int64(n) <= c.limit-c.passed.Load() {
		return n
	}
	return int(c.limit - c.passed.Load())
}

// neteaseLines replaces lines of the library. An empty text drops the line.
var neteaseLines = []struct{ is, text string }{
	{"220 ", "220 163.com Anti-spam GT for Coremail System (163com[20141201])"},
	{"250-Hello ", "250-mail"},
	{"250-PIPELINING", "250-PIPELINING"},
	{"250-AUTH ", "250-AUTH LOGIN PLAIN\r\n250-AUTH=LOGIN PLAIN\r\n250-coremail 1Uxr2xKj7kG0xkI17xGrU7I0s8FY2U3Uj8Cz28x1UUUUU7Ic2I0Y2UrXxc8qUCa0xDrUUUUj"},
	{"250-", ""},
	{"250 SIZE", "250 8BITMIME"},
	{"235 ", "235 Authentication successful"},
	{"221 ", "221 Bye"},
	{"250 2.0.0 OK: queued", "250 Mail OK queued as smtp1,PygvCgD3v1Qx,1"},
	{"250 2.0.0 ", "250 Mail OK"},
	{"354 ", "354 End data with <CR><LF>.<CR><LF>"},
}

var enhanced = regexp.MustCompile(`^([245]\d\d[ -])[245]\.\d{1,3}\.\d{1,3} `)

// netease puts one reply line, without its end, in NetEase's words.
func netease(line string) string {
	for _, l := range neteaseLines {
		if strings.HasPrefix(line, l.is) {
			return l.text
		}
	}
	return enhanced.ReplaceAllString(line, "$1")
}

// Write sends replies.
func (c *conn) Write(p []byte) (int, error) {
	var out bytes.Buffer
	for line := range strings.Lines(string(p)) {
		line = strings.TrimRight(line, "\r\n")
		c.data = strings.HasPrefix(line, "354 ")
		c.auth = strings.HasPrefix(line, "334 ")
		if text := netease(line); text != "" {
			out.WriteString(text + "\r\n")
		}
	}
	n := c.out.left(out.Len())
	c.out.passed.Add(int64(n))
	if _, err := c.Conn.Write(out.Bytes()[:n]); err != nil {
		return 0, err
	}
	if n < out.Len() {
		return 0, errors.Join(io.ErrClosedPipe, c.Close())
	}
	return len(p), nil
}

// Read passes on what the client sends and logs its commands.
func (c *conn) Read(p []byte) (int, error) {
	may := c.in.left(len(p))
	if may == 0 && len(p) > 0 {
		return 0, errors.Join(io.ErrUnexpectedEOF, c.Close())
	}
	n, err := c.Conn.Read(p[:may])
	c.in.passed.Add(int64(n))
	if c.data || c.auth {
		c.line = nil
		return n, err
	}
	c.line = append(c.line, p[:n]...)
	for {
		line, rest, whole := bytes.Cut(c.line, []byte("\n"))
		if !whole {
			break
		}
		c.line = rest
		c.command(mask(strings.TrimRight(string(line), "\r")))
	}
	return n, err
}

// mask hides what follows the mechanism in AUTH.
func mask(line string) string {
	words := strings.Fields(line)
	if len(words) > 2 && strings.EqualFold(words[0], "AUTH") {
		return words[0] + " " + words[1] + " ***"
	}
	return line
}

// Close ends the connection at once, without TLS's farewell, as a cut does.
func (c *conn) Close() error {
	var err error
	c.once.Do(func() {
		close(c.gone)
		c.forget(c)
		err = c.raw.Close()
	})
	return err
}

// listener hands out conns.
type listener struct {
	net.Listener
	s *Server
}

// Accept waits for a client.
func (l listener) Accept() (net.Conn, error) {
	raw, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	c := &conn{
		Conn: tls.Server(raw, l.s.tls), raw: raw, gone: make(chan struct{}),
		command: l.s.record, forget: l.s.forget,
	}
	c.in.limit, c.out.limit = l.s.takeCut()
	l.s.remember(c)
	return c, nil
}
