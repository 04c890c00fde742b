//go:build linux && (amd64 || arm64)

package fence_test

import (
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"taizhang/ingest/fence"
	"taizhang/ledger"
)

// reachOut tries all that could open a connection, and says how each ended:
// by the addresses, which are "network address" pairs, and by bare calls.
func reachOut(arg string) []*ledger.Table {
	var cells []ledger.Cell
	say := func(what string, err error) {
		row := len(cells) / 2
		for col, text := range []string{what, fmt.Sprint(err)} {
			cells = append(cells, ledger.Cell{Ref: ledger.Ref{Row: row, Col: col}, Kind: ledger.CellText, Text: text})
		}
	}
	fields := strings.Fields(arg)
	for i := 0; i+1 < len(fields); i += 2 {
		conn, err := net.Dial(fields[i], fields[i+1])
		if err == nil {
			fmt.Fprint(conn, "the child's")
			conn.Close()
		}
		var no syscall.Errno
		if errors.As(err, &no) {
			err = no
		}
		say("dial "+fields[i], err)
	}
	calls := map[string]uintptr{
		"socket": syscall.SYS_SOCKET, "socketpair": syscall.SYS_SOCKETPAIR, "connect": syscall.SYS_CONNECT, "io_uring_setup": fence.IOUringSetup,
	}
	if runtime.GOARCH == "amd64" {
		calls["socket of x32"] = syscall.SYS_SOCKET | 0x40000000
	}
	for name, n := range calls { // without arguments: what is let through fails in another way
		_, _, no := syscall.RawSyscall6(n, 0, 0, 0, 0, 0, 0)
		say(name, no)
	}
	threads, _ := filepath.Glob("/proc/self/task/*/status")
	for _, f := range threads {
		text, err := os.ReadFile(f)
		if err == nil && !strings.Contains(string(text), "\nSeccomp:\t2\n") || !strings.Contains(string(text), "\nNoNewPrivs:\t1\n") {
			err = errors.New("no filter")
		}
		say(fmt.Sprintf("a thread of %d", len(threads)), err)
	}
	return []*ledger.Table{ledger.NewTable("", "", cells)}
}

// peers listens as a stranger on the network and one on the machine would.
func peers(t *testing.T) (listeners []net.Listener, order string) {
	order = "reach-out"
	for _, at := range [][2]string{{"tcp", "127.0.0.1:0"}, {"unix", filepath.Join(t.TempDir(), "s")}} {
		l, err := net.Listen(at[0], at[1])
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { l.Close() })
		listeners, order = append(listeners, l), order+" "+at[0]+" "+l.Addr().String()
	}
	return listeners, order
}

// firstWord is what the first to connect says; this process connects last.
func firstWord(t *testing.T, l net.Listener) string {
	t.Helper()
	ours, err := net.Dial(l.Addr().Network(), l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	fmt.Fprint(ours, "ours")
	ours.Close()
	conn, err := l.Accept()
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	_ = conn.SetReadDeadline(time.Now().Add(30 * time.Second))
	word, err := io.ReadAll(conn)
	if err != nil {
		t.Fatal(err)
	}
	return string(word)
}

// The child cannot make a socket, nor connect one, on any of its threads;
// whoever listens hears nothing of it. It reads on.
func TestTheChildHasNoNetwork(t *testing.T) {
	r := newReader(t, "", nil)
	goesOn(t, r)
	listeners, order := peers(t)
	tables, err := r.Read(t.Context(), "x.xlsx", tell(order))
	if err != nil {
		t.Fatal(err)
	}
	said := map[string]int{}
	cells := tables[0].Cells()
	for i := 0; i+1 < len(cells); i += 2 {
		what, end := cells[i].Text, cells[i+1].Text
		said[strings.TrimRight(what, " 0123456789")]++
		want := syscall.EPERM.Error()
		if strings.HasPrefix(what, "a thread") {
			want = "<nil>"
		}
		if end != want {
			t.Errorf("%s: %s, want %s", what, end, want)
		}
	}
	if len(said) < 7 || said["a thread of"] < 3 {
		t.Errorf("not all was tried, or not by several threads: %v", said)
	}
	t.Logf("%v", said)
	for _, l := range listeners {
		if word := firstWord(t, l); word != "ours" {
			t.Errorf("%s was reached: %q", l.Addr().Network(), word)
		}
	}
	goesOn(t, r)
}

// Under a kernel without filters the child reads all the same, and what the
// test above does not find is found.
func TestAnOldKernelDoesNotStopReading(t *testing.T) {
	r := newReader(t, "/old-kernel", nil)
	goesOn(t, r)
	listeners, order := peers(t)
	if _, err := r.Read(t.Context(), "x.xlsx", tell(order)); err != nil {
		t.Fatal(err)
	}
	for _, l := range listeners {
		if word := firstWord(t, l); word != "the child's" {
			t.Errorf("%s was not reached: %q", l.Addr().Network(), word)
		}
	}
}

func oldKernel() error { return fence.OldKernel() }
