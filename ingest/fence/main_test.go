//go:build linux

// These tests look into /proc and kill: they run on Linux alone.

package fence_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"go.uber.org/goleak"

	"taizhang/ingest/fence"
	"taizhang/ingest/sheet"
	"taizhang/ingest/unpack"
	"taizhang/ledger"
)

// The test binary is its own child: with this first argument it serves.
const childArg = "fence-test-child"

func TestMain(m *testing.M) {
	if len(os.Args) > 1 && strings.HasPrefix(os.Args[1], childArg) {
		os.Exit(child(strings.TrimPrefix(os.Args[1], childArg)))
	}
	goleak.VerifyTestMain(m)
}

// child is the main function of children. Some never get as far as serving.
func child(mode string) int {
	switch mode {
	case "":
	case "/exits":
		fmt.Fprintln(os.Stderr, "no such command")
		return 2
	case "/babbles":
		fmt.Println("taizhang: unknown command reader; see --help for the commands that there are, and there are many")
		return 0
	case "/starts-late":
		select {}
	case "/old-kernel":
		if err := oldKernel(); err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
	}
	err := fence.Serve(context.Background(), os.Stdin, os.Stdout, fence.ServeOptions{Read: act, Unpack: actArchive})
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return 0
}

// A file that begins with these bytes tells the child what to do; every other
// is read as the product reads it.
const order = "child, please: "

var kept [][]byte // what was allocated

func act(ctx context.Context, name string, data []byte, lim sheet.Limits) ([]*ledger.Table, error) {
	text, ok := strings.CutPrefix(string(data), order)
	if !ok {
		return sheet.Read(ctx, name, data, lim)
	}
	verb, arg, _ := strings.Cut(text, " ")
	switch verb {
	case "allocate":
		for {
			b := make([]byte, 1<<20)
			for i := range b {
				b[i] = 1
			}
			kept = append(kept, b)
		}
	case "recurse":
		return nil, fmt.Errorf("depth %d", recurse(1))
	case "hang":
		for i := 0; ; i++ {
			runtime.KeepAlive(i)
		}
	case "panic":
		panic("a cell's 13812345678")
	case "index":
		var none []int
		return nil, fmt.Errorf("%d", none[len(arg)])
	case "exit":
		os.Exit(0)
	case "suicide":
		_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
		select {}
	case "fail":
		return nil, errors.New("no reader for this")
	case "hold":
		return hold(arg)
	case "look":
		return look(), nil
	case "reach-out":
		return reachOut(arg), nil
	case "many":
		return many(), nil
	default:
		misbehave(verb)
	}
	return nil, errors.New("an order that is not known")
}

// actArchive does for archives what act does for files.
func actArchive(ctx context.Context, archive []byte, lim unpack.Limits) (*unpack.Archive, error) {
	switch text, ok := strings.CutPrefix(string(archive), order); {
	case !ok:
		return unpack.Open(ctx, archive, lim)
	case text == "crash":
		go func() { panic("in a decoder's own goroutine") }()
		select {}
	default:
		_, err := act(ctx, "", archive, sheet.Limits{})
		return nil, err
	}
}

func recurse(n int) int {
	if n < 0 {
		return 0
	}
	return recurse(n+1) + 1
}

// hold tells the holder of its number and waits for a word: a child has no
// sockets, so by named pipes in the folder.
func hold(folder string) ([]*ledger.Table, error) {
	mine := filepath.Join(folder, strconv.Itoa(os.Getpid()))
	if err := syscall.Mkfifo(mine, 0o600); err != nil {
		return nil, err
	}
	report, err := os.OpenFile(filepath.Join(folder, reports), os.O_WRONLY, 0)
	if err != nil {
		return nil, err
	}
	defer report.Close()
	fmt.Fprintln(report, os.Getpid())
	word, err := os.ReadFile(mine)
	return []*ledger.Table{ledger.NewTable("held", string(word), nil)}, err
}

// reports is the pipe by which held children give their numbers.
const reports = "reports"

// misbehave writes on the pipe what no child should.
func misbehave(verb string) {
	head := func(n uint32) []byte {
		b := append([]byte("TZRF"), 3, 4)
		b = binary.BigEndian.AppendUint32(b, n)
		return append(b, make([]byte, 32)...)
	}
	switch verb {
	case "garbage":
		_, _ = os.Stdout.Write(bytes.Repeat([]byte("garbage "), 100))
	case "half":
		_, _ = os.Stdout.Write(append(head(1000), "half a table"...))
		os.Exit(0)
	case "checksum":
		_, _ = os.Stdout.Write(append(head(4), "body"...))
	case "huge":
		_, _ = os.Stdout.Write(head(1<<32 - 1))
	case "flood":
		_, _ = os.Stdout.Write(head(8 << 20))
		block := make([]byte, 1<<20)
		for {
			if _, err := os.Stdout.Write(block); err != nil {
				os.Exit(1)
			}
		}
	case "chatter":
		block := bytes.Repeat([]byte("chatter\n"), 1<<17)
		for {
			if _, err := os.Stderr.Write(block); err != nil {
				os.Exit(1)
			}
		}
	}
	select {}
}

// look tells what a child sees of the world: one row a fact.
func look() []*ledger.Table {
	var cells []ledger.Cell
	say := func(col int, text string) {
		cells = append(cells, ledger.Cell{Ref: ledger.Ref{Row: len(cells), Col: col}, Kind: ledger.CellText, Text: text})
	}
	for _, e := range os.Environ() {
		say(0, e)
	}
	fds, _ := os.ReadDir("/proc/self/fd")
	for _, fd := range fds {
		if target, err := os.Readlink(filepath.Join("/proc/self/fd", fd.Name())); err == nil {
			say(1, target)
		}
	}
	dir, _ := os.Getwd()
	say(2, dir)
	limits, _ := os.ReadFile("/proc/self/limits")
	for line := range strings.Lines(string(limits)) {
		say(3, strings.Join(strings.Fields(line), " "))
	}
	if err := os.WriteFile(filepath.Join(os.TempDir(), "left-behind"), []byte("x"), 0o600); err != nil {
		say(4, err.Error())
	}
	return []*ledger.Table{ledger.NewTable("", "", cells)}
}

// many is a table that the parent has no room for.
func many() []*ledger.Table {
	t := ledger.NewTable("many", "", nil)
	t.HiddenRows = map[int]bool{}
	for i := range 4_000_000 {
		t.HiddenRows[i] = true
	}
	return []*ledger.Table{t}
}

// newReader returns a Reader of test children and checks at the end that it
// left nothing behind: no folder, no process, no goroutine.
func newReader(t testing.TB, mode string, edit func(*fence.Options)) *fence.Reader {
	t.Helper()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	tmp := t.TempDir()
	t.Setenv("TMPDIR", tmp)
	t.Setenv("TAIZHANG_SECRET", "canary")
	before := runtime.NumGoroutine()
	opt := fence.Options{Command: []string{exe, childArg + mode}}
	if edit != nil {
		edit(&opt)
	}
	r := fence.New(opt)
	t.Cleanup(func() {
		if err := r.Close(); err != nil {
			t.Error(err)
		}
		if err := r.Close(); err != nil {
			t.Error(err)
		}
		if left, err := os.ReadDir(tmp); err != nil || len(left) > 0 {
			t.Errorf("left in the temporary folder: %v, %v", left, err)
		}
		if left := children(t); len(left) > 0 {
			t.Errorf("processes left: %v", left)
		}
		for end := time.Now().Add(5 * time.Second); runtime.NumGoroutine() > before; runtime.Gosched() {
			if time.Now().After(end) {
				stacks := make([]byte, 1<<16)
				t.Fatalf("%d goroutines more than before:\n%s", runtime.NumGoroutine()-before, stacks[:runtime.Stack(stacks, true)])
			}
		}
	})
	return r
}

// children returns the processes, zombies included, whose parent this one is.
func children(t testing.TB) []string {
	t.Helper()
	stats, err := filepath.Glob("/proc/[0-9]*/stat")
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, f := range stats {
		text, err := os.ReadFile(f)
		if err != nil {
			continue // it ended
		}
		_, rest, _ := strings.Cut(string(text), ") ")
		if fields := strings.Fields(rest); len(fields) > 1 && fields[1] == fmt.Sprint(os.Getpid()) {
			out = append(out, string(text[:min(len(text), 60)]))
		}
	}
	return out
}

// tell makes a file that orders the child about.
func tell(words string) []byte { return []byte(order + words) }

// limitOf returns the limit of an FTooLarge error, "" for every other.
func limitOf(err error) string {
	var e *sheet.Error
	if errors.As(err, &e) && e.Code == ledger.FTooLarge {
		return e.Args["limit"]
	}
	return ""
}
