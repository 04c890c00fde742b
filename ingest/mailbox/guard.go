package mailbox

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"log/slog"
	"net"
	"os"
	"strings"
	"sync"
	"time"
)

// Limits of one command's answer, in bytes. A listing of 100,000 messages has
// some 9 MB.
const (
	maxLine    = 1 << 20
	maxAnswer  = 4 << 20
	maxListing = 64 << 20
)

const writeTimeout = 30 * time.Second

// guard stands between go-imap's client and the server, as the net.Conn of the
// former. It does what that library leaves open:
//
//   - one command at a time: a command waits until the one before it has its
//     tagged reply, go-imap's own CAPABILITY included (NetEase's servers drop
//     what overlaps);
//   - deadlines: the server may be silent for the limit while a command runs,
//     and for ever between commands and in IDLE; the library's own are ignored,
//     one of which is five minutes for a whole text however large;
//   - a limit on the bytes of an answer;
//   - only answers that the library understands reach it, because it gives the
//     connection up for any other, and one odd line must not cost all the mail
//     behind it: see filter;
//   - the first failure is kept and returned for ever after.
type guard struct {
	conn    net.Conn  // TLS
	raw     io.Closer // the connection under it
	silence time.Duration
	log     *slog.Logger

	// Used by the reading side only: go-imap hands it from its reader to the
	// reader of a literal and back.
	in      *bufio.Reader
	out     []byte // admitted and not yet read by the library
	literal int64  // bytes left of a literal
	inside  bool   // the next line goes on with an answer after its literal
	skip    bool   // the answer is left out

	mu     sync.Mutex
	turn   *sync.Cond
	err    error         // the first failure
	dead   chan struct{} // closed with the first failure
	news   chan struct{} // filled when an EXISTS comes during IDLE
	tag    string        // of the command that runs; "" for none
	name   string        // of the last command
	idling bool          // the command that runs is an IDLE the server agreed to
	budget int64         // bytes that the answer may still have
	text   bool          // the answer has had a text
	seen   seen

	// Set before a FETCH.
	want  uint32 // the message whose text is asked for; 0 in a listing
	limit int64  // bytes of the answer
}

// seen is what the server has said of itself and of the folder last opened.
type seen struct {
	greeting, id, validity string
	exists                 uint32
	quota                  Quota
}

// greetingTag stands for the greeting, which is awaited like a reply.
const greetingTag = "greeting"

func newGuard(conn net.Conn, raw io.Closer, silence time.Duration, log *slog.Logger) *guard {
	g := &guard{
		conn: conn, raw: raw, silence: silence, log: log,
		dead: make(chan struct{}), news: make(chan struct{}, 1), tag: greetingTag, budget: maxAnswer,
	}
	g.turn = sync.NewCond(&g.mu)
	g.in = bufio.NewReaderSize(readerFunc(g.receive), 64<<10)
	return g
}

type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(p []byte) (int, error) { return f(p) }

// receive reads from the connection with the deadline that holds now.
func (g *guard) receive(p []byte) (int, error) {
	g.mu.Lock()
	g.arm()
	g.mu.Unlock()
	return g.conn.Read(p)
}

// arm sets the deadline for reading. g.mu is held.
func (g *guard) arm() {
	var deadline time.Time
	if g.tag != "" && !g.idling {
		deadline = time.Now().Add(g.silence)
	}
	// A connection that takes no deadline is closed, and reading from it says so.
	_ = g.conn.SetReadDeadline(deadline)
}

// Write sends what the library has to say. A new command waits for its turn.
func (g *guard) Write(p []byte) (int, error) {
	if err := g.begin(p); err != nil {
		return 0, err
	}
	if err := g.conn.SetWriteDeadline(time.Now().Add(writeTimeout)); err != nil {
		return 0, g.fail(err)
	}
	n, err := g.conn.Write(p)
	if err != nil {
		err = g.fail(err)
	}
	return n, err
}

func (g *guard) begin(p []byte) error {
	g.mu.Lock()
	defer g.mu.Unlock()
	tag, name, isCommand := commandName(p)
	for isCommand && g.tag != "" && g.err == nil {
		g.turn.Wait()
	}
	if g.err != nil {
		return g.err
	}
	if isCommand {
		g.tag, g.name, g.budget, g.text = tag, name, maxAnswer, false
		if name == "FETCH" {
			g.budget = g.limit
		}
	}
	g.idling = false // DONE ends it
	g.arm()
	return nil
}

// commandName splits the beginning of a command of go-imap, whose tags are T
// and a number. Other writes go on with a command: the text of a literal, DONE.
func commandName(p []byte) (tag, name string, ok bool) {
	words := strings.Fields(string(p[:min(len(p), 64)]))
	if len(words) < 2 || len(words[0]) < 2 || words[0][0] != 'T' || strings.Trim(words[0][1:], "0123456789") != "" {
		return "", "", false
	}
	if name = words[1]; name == "UID" && len(words) > 2 {
		name = words[2]
	}
	return words[0], name, true
}

// Read hands the library what the server says and the guard admits.
func (g *guard) Read(p []byte) (int, error) {
	for {
		if err := g.failure(); err != nil {
			return 0, err
		}
		switch {
		case len(g.out) > 0:
			n := copy(p, g.out)
			g.out = g.out[n:]
			return n, nil
		case g.literal > 0 && g.skip:
			n, err := io.CopyN(io.Discard, g.in, g.literal)
			if g.literal -= n; err != nil {
				return 0, g.fail(err)
			}
		case g.literal > 0:
			n, err := g.in.Read(p[:min(int64(len(p)), g.literal)])
			if g.literal -= int64(n); err != nil {
				err = g.fail(err)
			}
			return n, err
		default:
			if err := g.readLine(); err != nil {
				return 0, g.fail(err)
			}
		}
	}
}

// readLine reads a line and puts what is admitted of it in g.out.
func (g *guard) readLine() error {
	var line []byte
	for {
		part, err := g.in.ReadSlice('\n')
		line = append(line, part...)
		if len(line) > maxLine {
			return errTooMuch
		}
		if err == nil {
			break
		}
		if !errors.Is(err, bufio.ErrBufferFull) {
			return err
		}
	}
	size, literal := literalSize(line)
	if err := g.charge(int64(len(line)) + size); err != nil {
		return err
	}
	if g.inside && !g.skip && (literal || bytes.IndexByte(line, '[') >= 0) {
		return errSecond
	}
	if !g.inside {
		admitted, err := g.filter(line)
		if err != nil {
			return err
		}
		g.skip = admitted == nil
		line = admitted
	}
	if !g.skip {
		g.out = line
	}
	g.literal, g.inside = size, literal
	return nil
}

// charge takes n bytes off what the answer may have.
func (g *guard) charge(n int64) error {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.tag == "" || g.idling { // between commands nobody asked
		g.budget = maxAnswer
	}
	if g.budget -= n; g.budget < 0 {
		return errTooMuch
	}
	return nil
}

// literalSize reads the announcement {n} at the end of a line.
func literalSize(line []byte) (size int64, ok bool) {
	line = bytes.TrimRight(line, "\r\n")
	i := bytes.LastIndexByte(line, '{')
	if i < 0 || !bytes.HasSuffix(line, []byte("}")) {
		return 0, false
	}
	digits := line[i+1 : len(line)-1]
	if len(digits) == 0 || len(digits) > 12 {
		return 0, false
	}
	for _, d := range digits {
		if d < '0' || d > '9' {
			return 0, false
		}
		size = size*10 + int64(d-'0')
	}
	return size, true
}

// fail ends the connection. It returns the first failure.
func (g *guard) fail(err error) error {
	g.mu.Lock()
	if g.err == nil {
		if errors.Is(err, os.ErrDeadlineExceeded) {
			err = errSilent
		}
		g.err = err
		close(g.dead)
		g.turn.Broadcast()
	}
	err = g.err
	g.mu.Unlock()
	_ = g.raw.Close() // what failed is told; TLS's farewell could block
	return err
}

func (g *guard) failure() error {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.err
}

// farewell says LOGOUT if the connection is at rest, and closes it. It waits
// for no answer.
func (g *guard) farewell() {
	g.mu.Lock()
	rest := g.err == nil && g.tag == ""
	g.mu.Unlock()
	if rest && g.conn.SetWriteDeadline(time.Now().Add(time.Second)) == nil {
		_, _ = g.conn.Write([]byte("T0 LOGOUT\r\n")) // a courtesy
	}
	_ = g.fail(net.ErrClosed)
}

// expect says what the next FETCH is for.
func (g *guard) expect(want uint32, limit int64) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.want, g.limit = want, limit
}

// look returns what the server has said.
func (g *guard) look() seen {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.seen
}

// forget clears what was said of the folder last opened.
func (g *guard) forget() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.seen.validity, g.seen.exists = "", 0
}

// Close ends the connection.
func (g *guard) Close() error {
	_ = g.fail(net.ErrClosed)
	return nil
}

// LocalAddr returns the connection's own address.
func (g *guard) LocalAddr() net.Addr { return g.conn.LocalAddr() }

// RemoteAddr returns the server's address.
func (g *guard) RemoteAddr() net.Addr { return g.conn.RemoteAddr() }

// SetDeadline does nothing: the guard sets the deadlines.
func (g *guard) SetDeadline(time.Time) error { return nil }

// SetReadDeadline does nothing: the guard sets the deadlines.
func (g *guard) SetReadDeadline(time.Time) error { return nil }

// SetWriteDeadline does nothing: the guard sets the deadlines.
func (g *guard) SetWriteDeadline(time.Time) error { return nil }
