//go:build linux

package fence_test

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"taizhang/ingest/attach"
	"taizhang/ingest/fence"
	"taizhang/ingest/sheet"
	"taizhang/internal/samples"
	"taizhang/ledger"
)

// file is a file of the sample month.
type file struct {
	name string
	data []byte
}

func sampleFiles(t testing.TB) []file {
	t.Helper()
	events, err := samples.World()
	if err != nil {
		t.Fatal(err)
	}
	var out []file
	for _, e := range events {
		if len(e.Raw) == 0 {
			continue
		}
		msg, err := attach.Parse(e.Raw, attach.Limits{})
		if msg == nil {
			t.Fatal(err)
		}
		for _, f := range msg.Files {
			out = append(out, file{f.Name, f.Data})
		}
	}
	if len(out) < 5 {
		t.Fatalf("only %d files in the sample month", len(out))
	}
	return out
}

// said is an error in a form that can be compared.
func said(err error) any {
	var e *sheet.Error
	if errors.As(err, &e) {
		return []any{e.Code, e.Args, e.Error()}
	}
	return err
}

// goesOn reads a file that tells nothing, to see that the Reader goes on.
func goesOn(t *testing.T, r *fence.Reader) {
	t.Helper()
	f := sampleFiles(t)[0]
	want, _ := sheet.Read(t.Context(), f.name, f.data, sheet.Limits{})
	got, err := r.Read(t.Context(), f.name, f.data)
	if err != nil {
		t.Fatalf("the next file: %v", err)
	}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(ledger.Table{})); diff != "" {
		t.Fatalf("the next file (-in-process +fenced):\n%s", diff)
	}
}

// One warm child reads what this process would read, file after file, and
// finds the same faults.
func TestOneWarmChildReadsAsTheParentWould(t *testing.T) {
	r := newReader(t, "", nil)
	files := sampleFiles(t)
	for _, f := range files[:3] { // damaged ones
		cut := bytes.Clone(f.data[:len(f.data)*2/3])
		flip := bytes.Clone(f.data)
		flip[len(flip)/2] ^= 0x20
		files = append(files, file{"cut " + f.name, cut}, file{"flipped " + f.name, flip})
	}
	files = append(files, file{"empty.xlsx", nil}, file{"bad\xffname.pdf", []byte("%PDF-1.7 stamped")}, file{"large.xlsx", make([]byte, 20<<20+1)})
	tables, faults := 0, 0
	const reads = 200
	pid := 0
	for i := range reads {
		f := files[i%len(files)]
		want, wantErr := sheet.Read(t.Context(), f.name, f.data, sheet.Limits{})
		got, err := r.Read(t.Context(), f.name, f.data)
		if diff := cmp.Diff(want, got, cmp.AllowUnexported(ledger.Table{})); diff != "" {
			t.Fatalf("%s (-in-process +fenced):\n%s", f.name, diff)
		}
		if diff := cmp.Diff(said(wantErr), said(err)); diff != "" {
			t.Fatalf("%s (-in-process +fenced):\n%s", f.name, diff)
		}
		tables += len(got)
		if err != nil {
			faults++
		}
		pids := r.Pids()
		if len(pids) != 1 || pid != 0 && pids[0] != pid {
			t.Fatalf("read %d was done by child %v, not by %d", i, pids, pid)
		}
		pid = pids[0]
	}
	t.Logf("%d reads of %d files through child %d: %d tables, %d files refused; peak of the child %d KiB", reads, len(files), pid, tables, faults, peak(t, pid))
}

// A file at the limit goes over whole.
func TestTheLargestFile(t *testing.T) {
	r := newReader(t, "", nil)
	for range 3 {
		if _, err := r.Read(t.Context(), "x.bin", make([]byte, 20<<20)); err == nil || limitOf(err) != "" {
			t.Errorf("got %v, want the finding of the reader", err)
		}
	}
	for _, pid := range r.Pids() {
		t.Logf("three files of 20 MiB: peak of the child %d KiB", peak(t, pid))
	}
}

// peak returns the most memory the process ever had resident, KiB.
func peak(t testing.TB, pid int) int {
	t.Helper()
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(text), "VmHWM:")
	n, err := strconv.Atoi(strings.Fields(rest)[0])
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// A child that dies of a file is a finding about the file; the next is read.
func TestADeadChildIsAFinding(t *testing.T) {
	for _, tt := range []struct{ verb, limit string }{
		{"allocate", fence.LimitMemory}, // the system gives no more
		{"recurse", fence.LimitMemory},  // a stack without end
		{"suicide", fence.LimitMemory},  // killed from outside, each time
		{"many", fence.LimitMemory},     // the parent has no room for the result
		{"hang", fence.LimitTime},
		{"chatter", fence.LimitTime},
	} {
		t.Run(tt.verb, func(t *testing.T) {
			var log bytes.Buffer
			r := newReader(t, "", func(o *fence.Options) {
				o.Memory, o.Logger = 128<<20, slog.New(slog.NewTextHandler(&log, nil))
				if tt.limit == fence.LimitTime {
					o.Time = 300 * time.Millisecond
				}
			})
			goesOn(t, r)
			begun := time.Now()
			_, err := r.Read(t.Context(), "bad.xlsx", tell(tt.verb))
			if limitOf(err) != tt.limit {
				t.Fatalf("got %v, want limit %s", err, tt.limit)
			}
			t.Logf("%v after %v", err, time.Since(begun).Round(time.Millisecond))
			if n := strings.Count(log.String(), "a reader child was lost"); tt.verb != "many" && n != 3 {
				t.Errorf("%d children lost, want the warm one and two fresh ones:\n%s", n, log.String())
			}
			goesOn(t, r)
		})
	}
}

// What says nothing about the file is an error of ours and no finding.
func TestOurOwnFailuresAreNoFindings(t *testing.T) {
	for _, tt := range []struct{ verb, says string }{
		{"garbage", "no magic"}, {"half", "exit status 0"}, {"checksum", "checksum"}, {"huge", "at most"}, {"exit", "exit status 0"},
		{"panic", "panic of type string"}, {"index", "index out of range"}, {"fail", "no reader for this"},
	} {
		t.Run(tt.verb, func(t *testing.T) {
			var log bytes.Buffer
			r := newReader(t, "", func(o *fence.Options) { o.Logger = slog.New(slog.NewTextHandler(&log, nil)) })
			_, err := r.Read(t.Context(), "x.xlsx", tell(tt.verb))
			var finding *sheet.Error
			if err == nil || errors.As(err, &finding) || !strings.Contains(err.Error(), tt.says) {
				t.Errorf("got %v, want an error of ours that says %q", err, tt.says)
			}
			if strings.Contains(fmt.Sprint(err, log.String()), "13812345678") {
				t.Errorf("a cell's value is told: %v\n%s", err, log.String())
			}
			goesOn(t, r)
		})
	}
}

// A child that cannot be started says nothing about any file.
func TestNoChildAtAll(t *testing.T) {
	for _, tt := range []struct{ mode, says string }{{"/exits", "no such command"}, {"/babbles", "the child ended"}} {
		r := newReader(t, tt.mode, nil)
		_, err := r.Read(t.Context(), "x.xlsx", []byte("x"))
		var finding *sheet.Error
		if err == nil || errors.As(err, &finding) || !strings.Contains(err.Error(), tt.says) {
			t.Errorf("%s: got %v, want an error of ours that says %q", tt.mode, err, tt.says)
		}
	}
	r := newReader(t, "", func(o *fence.Options) { o.Command = []string{"/nowhere/taizhang", "reader"} })
	var finding *sheet.Error
	if _, err := r.Read(t.Context(), "x.xlsx", []byte("x")); err == nil || errors.As(err, &finding) || !errors.Is(err, os.ErrNotExist) {
		t.Errorf("got %v, want an error of ours about the path", err)
	}
}

// The context ends a start that takes for ever.
func TestContextEndsAStart(t *testing.T) {
	r := newReader(t, "/starts-late", nil)
	ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	if _, err := r.Read(ctx, "x.xlsx", []byte("x")); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v", err)
	}
}

// holder is where a held child reports.
type holder struct {
	t       *testing.T
	folder  string
	reports *bufio.Reader
	held    []*os.File // lest the collector lets one go
}

func newHolder(t *testing.T) *holder {
	folder := t.TempDir()
	if err := syscall.Mkfifo(filepath.Join(folder, reports), 0o600); err != nil {
		t.Fatal(err)
	}
	// For writing too: so it opens at once, and has no end.
	f, err := os.OpenFile(filepath.Join(folder, reports), os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	h := &holder{t: t, folder: folder, reports: bufio.NewReader(f)}
	t.Cleanup(func() {
		for _, f := range append(h.held, f) {
			_ = f.Close()
		}
	})
	return h
}

// next returns the number of the child that reports, and how to let it go.
func (h *holder) next() (pid int, word *os.File) {
	h.t.Helper()
	line, err := h.reports.ReadString('\n')
	if err != nil {
		h.t.Fatal(err)
	}
	line = strings.TrimSpace(line)
	if pid, err = strconv.Atoi(line); err != nil {
		h.t.Fatal(err)
	}
	if word, err = os.OpenFile(filepath.Join(h.folder, line), os.O_WRONLY, 0); err != nil { // once the child waits
		h.t.Fatal(err)
	}
	h.held = append(h.held, word)
	return pid, word
}

type result struct {
	tables []*ledger.Table
	err    error
}

func (h *holder) read(ctx context.Context, r *fence.Reader) <-chan result {
	ch := make(chan result, 1)
	go func() {
		tables, err := r.Read(ctx, "held.xlsx", tell("hold "+h.folder))
		ch <- result{tables, err}
	}()
	return ch
}

// kill -9 of a child while it reads costs a second try; between two files it
// costs nothing, and leaves no zombie.
func TestKillNine(t *testing.T) {
	r, h := newReader(t, "", nil), newHolder(t)
	res := h.read(t.Context(), r)
	first, _ := h.next()
	if err := syscall.Kill(first, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	second, word := h.next()
	fmt.Fprint(word, "word")
	word.Close()
	if got := <-res; got.err != nil || got.tables[0].Sheet != "word" || second == first {
		t.Fatalf("got %v, %v from %d after %d", got.tables, got.err, second, first)
	}
	for range 3 {
		done := r.Done()
		if err := syscall.Kill(r.Pids()[0], syscall.SIGKILL); err != nil {
			t.Fatal(err)
		}
		<-done // reaped by itself, with no read to find it dead
		if left := children(t); len(left) > 0 {
			t.Fatalf("left: %v", left)
		}
		goesOn(t, r)
	}
}

// The end of a context, and Close, kill the child's work.
func TestContextAndCloseEndTheWork(t *testing.T) {
	r, h := newReader(t, "", func(o *fence.Options) { o.Children = 2 }), newHolder(t)
	ctx, cancel := context.WithCancelCause(t.Context())
	res := h.read(ctx, r)
	pid, word := h.next()
	cancel(errors.New("the desk went home"))
	if got := <-res; got.err == nil || limitOf(got.err) != "" || !strings.Contains(got.err.Error(), "went home") {
		t.Errorf("got %v, want the context's own error", got.err)
	}
	if _, err := fmt.Fprint(word, "word"); !errors.Is(err, syscall.EPIPE) {
		t.Errorf("somebody still waits for the word: %v", err)
	}
	if err := syscall.Kill(pid, 0); !errors.Is(err, syscall.ESRCH) {
		t.Errorf("the child %d is still there: %v", pid, err)
	}
	one, two := h.read(t.Context(), r), h.read(t.Context(), r)
	h.next()
	h.next()
	waiting := h.read(t.Context(), r)
	if err := r.Close(); err != nil {
		t.Error(err)
	}
	for _, ch := range []<-chan result{one, two, waiting} {
		if got := <-ch; !errors.Is(got.err, fence.ErrClosed) {
			t.Errorf("got %v, want %v", got.err, fence.ErrClosed)
		}
	}
	if _, err := r.Read(t.Context(), "x", nil); !errors.Is(err, fence.ErrClosed) {
		t.Errorf("got %v, want %v", err, fence.ErrClosed)
	}
}

// A flood on the pipe costs the parent no more than an answer may.
func TestAFloodIsBounded(t *testing.T) {
	r := newReader(t, "", func(o *fence.Options) { o.Answer, o.Time = 16<<20, 5*time.Second })
	goesOn(t, r)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	_, err := r.Read(t.Context(), "flood.xlsx", tell("flood"))
	runtime.ReadMemStats(&after)
	if err == nil || limitOf(err) != "" {
		t.Errorf("got %v, want an error of ours", err)
	}
	used := (after.TotalAlloc - before.TotalAlloc) >> 20
	t.Logf("three floods cost the parent %d MiB, all of it freed: %v", used, err)
	if used > 3*3*17 {
		t.Errorf("the parent allocated %d MiB", used)
	}
	goesOn(t, r)
}

// The child knows nothing of the parent's environment, has no descriptor of
// it, and works in a folder of its own that goes with it.
func TestWhatAChildSees(t *testing.T) {
	r := newReader(t, "", nil)
	l, err := net.Listen("unix", filepath.Join(t.TempDir(), "s"))
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	store, err := os.Create(filepath.Join(t.TempDir(), "store.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	socket := ""
	raw, err := l.(*net.UnixListener).SyscallConn()
	if err == nil {
		err = raw.Control(func(fd uintptr) { socket, _ = os.Readlink(fmt.Sprintf("/proc/self/fd/%d", fd)) })
	}
	if err != nil || socket == "" {
		t.Fatal(socket, err)
	}
	tables, err := r.Read(t.Context(), "look", tell("look"))
	if err != nil {
		t.Fatal(err)
	}
	seen := map[int][]string{}
	for _, c := range tables[0].Cells() {
		seen[c.Col] = append(seen[c.Col], c.Text)
	}
	for _, e := range seen[0] {
		if k, _, _ := strings.Cut(e, "="); !strings.Contains(" TMPDIR TMP TEMP GOMAXPROCS PWD ", " "+k+" ") {
			t.Errorf("environment: %s", e)
		}
	}
	for _, fd := range seen[1] {
		if fd == store.Name() || fd == socket {
			t.Errorf("descriptor of the parent: %s", fd)
		}
	}
	dir := seen[2][0]
	if !strings.HasPrefix(dir, os.Getenv("TMPDIR")) || len(seen[4]) > 0 {
		t.Errorf("works in %s: %v", dir, seen[4])
	}
	if _, err := os.Stat(filepath.Join(dir, "left-behind")); err != nil {
		t.Error(err)
	}
	limits := strings.Join(seen[3], "\n")
	t.Logf("environment %v, descriptors %v, limits\n%s", seen[0], seen[1], limits)
	if runtime.GOOS == "linux" && (!strings.Contains(limits, "Max core file size 0 0") || strings.Contains(limits, "Max data size unlimited")) {
		t.Errorf("not limited:\n%s", limits)
	}
}

// A child is replaced when it has read enough, and ended when unused.
func TestAWornChildIsReplaced(t *testing.T) {
	r := newReader(t, "", func(o *fence.Options) { o.Files = 2 })
	goesOn(t, r)
	first := r.Pids()
	goesOn(t, r)
	if left := r.Pids(); len(left) > 0 {
		t.Errorf("child %v outlived its second file", left)
	}
	goesOn(t, r)
	if second := r.Pids(); second[0] == first[0] {
		t.Errorf("child %v again", second)
	}
}

func TestAnUnusedChildIsEnded(t *testing.T) {
	r := newReader(t, "", func(o *fence.Options) { o.Idle = time.Second })
	goesOn(t, r)
	<-r.Done()
	if left := children(t); len(left) > 0 {
		t.Errorf("left: %v", left)
	}
	goesOn(t, r)
}

// Several may ask at the same time; each gets its own file's tables.
func TestManyAtOnce(t *testing.T) {
	r := newReader(t, "", func(o *fence.Options) { o.Children = 2; o.Files = 7 })
	files := sampleFiles(t)
	var wg sync.WaitGroup
	for i := range 40 {
		wg.Go(func() {
			f := files[i%len(files)]
			want, wantErr := sheet.Read(t.Context(), f.name, f.data, sheet.Limits{})
			got, err := r.Read(t.Context(), f.name, f.data)
			if diff := cmp.Diff(want, got, cmp.AllowUnexported(ledger.Table{})) + cmp.Diff(said(wantErr), said(err)); diff != "" {
				t.Errorf("%s (-in-process +fenced):\n%s", f.name, diff)
			}
		})
	}
	wg.Wait()
	if n := len(r.Pids()); n > 2 {
		t.Errorf("%d children", n)
	}
}
