package mailbox

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"
)

// pipe returns go-imap's client behind a guard, and the server's end.
func pipe() (*session, net.Conn) {
	ours, theirs := net.Pipe()
	g := newGuard(ours, ours, time.Minute, slog.New(slog.DiscardHandler))
	return &session{imap: imapclient.New(g, nil), guard: g, ident: &imap.IDData{Name: "x"}}, theirs
}

// play answers commands by their names; a missing answer is silence.
func play(conn net.Conn, answers map[string]string) {
	_, _ = io.WriteString(conn, "* OK [CAPABILITY IMAP4rev1 IDLE] ready\r\n")
	r := bufio.NewReader(conn)
	for {
		line, err := r.ReadString('\n')
		if err != nil {
			return
		}
		tag, rest, _ := strings.Cut(strings.TrimSpace(line), " ")
		name, _, _ := strings.Cut(strings.TrimPrefix(rest, "UID "), " ")
		if rest == "" { // DONE has no tag
			name = tag
		}
		if answer, ok := answers[name]; ok {
			if _, err := io.WriteString(conn, strings.ReplaceAll(answer, "TAG", tag)); err != nil {
				return
			}
		}
	}
}

func TestSilenceIsMeasuredOnlyWhileACommandRuns(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, server := pipe()
		go play(server, map[string]string{"NOOP": "TAG OK done\r\n"})
		if err := s.imap.WaitGreeting(); err != nil {
			t.Fatal(err)
		}
		for range 3 {
			time.Sleep(24 * time.Hour) // of the test's clock: nothing is awaited
			if err := s.imap.Noop().Wait(); err != nil {
				t.Fatal(err)
			}
		}
		begun := time.Now()
		err := s.examine("INBOX")
		if took := time.Since(begun); took != time.Minute || !errors.Is(s.guard.failure(), errSilent) {
			t.Errorf("%v after %v, want %v after a minute", err, took, errSilent)
		}
		_ = s.imap.Close()
		_ = server.Close()
		synctest.Wait()
	})
}

func TestGreetingIsAwaitedForAMinute(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, server := pipe()
		begun := time.Now()
		err := s.imap.WaitGreeting()
		if took := time.Since(begun); err == nil || took != time.Minute {
			t.Errorf("%v after %v", err, took)
		}
		_ = s.imap.Close()
		_ = server.Close()
		synctest.Wait()
	})
}

func TestIdleMayBeSilent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, server := pipe()
		go play(server, map[string]string{"IDLE": "+ idling\r\n", "DONE": "T1 OK done\r\n"})
		if err := s.imap.WaitGreeting(); err != nil {
			t.Fatal(err)
		}
		begun := time.Now()
		news, err := s.idle(t.Context(), 20*time.Minute)
		if took := time.Since(begun); news || err != nil || took != 20*time.Minute {
			t.Errorf("%v, %v after %v", news, err, took)
		}
		_ = s.imap.Close()
		_ = server.Close()
		synctest.Wait()
	})
}

// TestOneCommandAtATime sends commands from many goroutines; the server sees
// each only after its answer to the one before.
func TestOneCommandAtATime(t *testing.T) {
	s, server := pipe()
	overlaps := make(chan int, 1)
	go func() {
		_, _ = io.WriteString(server, "* OK [CAPABILITY IMAP4rev1] ready\r\n")
		n := 0
		buf := make([]byte, 4096)
		for {
			m, err := server.Read(buf)
			if err != nil {
				overlaps <- n
				return
			}
			_ = server.SetReadDeadline(time.Now().Add(5 * time.Millisecond))
			more, _ := server.Read(buf[m:])
			n += more
			_ = server.SetReadDeadline(time.Time{})
			tag, _, _ := strings.Cut(string(buf[:m]), " ")
			_, _ = fmt.Fprintf(server, "%s OK done\r\n", tag)
		}
	}()
	if err := s.imap.WaitGreeting(); err != nil {
		t.Fatal(err)
	}
	done := make(chan error)
	for range 10 {
		go func() { done <- s.imap.Noop().Wait() }()
	}
	for range 10 {
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
	_ = s.imap.Close()
	_ = server.Close()
	if n := <-overlaps; n != 0 {
		t.Errorf("%d bytes came while a command ran", n)
	}
}

func TestCommandNames(t *testing.T) {
	for text, want := range map[string]string{
		"T1 NOOP\r\n": "T1 NOOP", "T12 UID FETCH 1 (UID)\r\n": "T12 FETCH", "T3 EXAMINE INBOX\r\n": "T3 EXAMINE",
		"DONE\r\n": "", "secret": "", "T1\r\n": "", "Tx NOOP\r\n": "", "": "", "T LOGIN x": "",
	} {
		tag, name, ok := commandName([]byte(text))
		if got := strings.TrimSpace(tag + " " + name); got != want || ok != (want != "") {
			t.Errorf("%q: %q, %v", text, got, ok)
		}
	}
}

// FuzzAnswers feeds what a server might say to a listing and a fetch. Whatever
// it is, both end, and a text is accepted only if it is whole.
func FuzzAnswers(f *testing.F) {
	for _, seed := range []string{
		"* 1 EXISTS\r\n", "* 1 FETCH (UID 1 RFC822.SIZE 3 INTERNALDATE \" 3-May-2022 09:00:00 +0800\")\r\n",
		"* 1 FETCH (UID 1 BODY[] {3}\r\nabc)\r\n", "* 1 FETCH (UID 1 BODY[] {5}\r\nabc)\r\n", "* 1 FETCH (UID 1 BODY[] NIL)\r\n",
		"* 1 FETCH (UID 1 BODY[] \"abc\")\r\n", "* 1 FETCH (BODY[] {3}\r\nabc UID 1)\r\n", "* 1 FETCH (UID 1 BODY[]<0> {3}\r\nabc)\r\n",
		"* OK [UIDVALIDITY 99999999999999999999] x\r\n", "* BYE x\r\n", "* LIST () \"/\" {3}\r\nabc\r\n", "+ go\r\n", "* 0 FETCH ()\r\n",
		"* 1 FETCH (UID 1 BODY[] {3}\r\nabc BODY[] {3}\r\nabc)\r\n", "* 1 FETCH (UID 1 BODY[] \"a\" BODY[] {3}\r\nabc)\r\n",
		"TAG NO [X\r\n", "\r\n", "* \r\n", "* 1 FETCH (UID 1 BODY[HEADER.FIELDS ({3}\r\nabc)] {3}\r\nabc)\r\n",
	} {
		f.Add(seed, seed)
	}
	f.Fuzz(func(t *testing.T, listing, text string) {
		s, server := pipe()
		done := make(chan struct{})
		go func() {
			defer close(done)
			first := true
			_, _ = io.WriteString(server, "* OK [CAPABILITY IMAP4rev1] ready\r\n")
			r := bufio.NewReader(server)
			for {
				line, err := r.ReadString('\n')
				if err != nil {
					return
				}
				tag, _, _ := strings.Cut(line, " ")
				answer := text
				if first {
					answer, first = listing, false
				}
				_, _ = io.WriteString(server, strings.ReplaceAll(answer, "TAG", tag)+tag+" OK done\r\n")
				_ = server.SetReadDeadline(time.Now().Add(50 * time.Millisecond))
			}
		}()
		stop := time.AfterFunc(200*time.Millisecond, func() { _ = s.guard.fail(errTooLong) })
		defer stop.Stop()
		if s.imap.WaitGreeting() == nil {
			found := make(map[uint32]Item)
			if err := s.listItems(found); err == nil && s.guard.failure() == nil {
				var b bytes.Buffer
				n, err := s.text(1, nil, &b)
				if err == nil && (n != int64(b.Len()) || n == 0) {
					t.Errorf("accepted %d bytes, wrote %d", n, b.Len())
				}
			}
		}
		_ = s.guard.fail(errDropped)
		_ = s.imap.Close()
		_ = server.Close()
		<-done
	})
}
