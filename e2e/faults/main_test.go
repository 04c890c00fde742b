//go:build faults

package faults

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"taizhang/store"
)

// How much to break, and where the random choices begin.
var (
	count = flag.Int("n", 200, "how many faults to try")
	seed  = flag.Uint64("seed", 20220528, "seed of the random choices")
)

// childEnv names the part that this process plays: the test binary starts
// itself, since what it looks at may end a process.
const childEnv = "TAIZHANG_FAULTS_CHILD"

// children are the parts; their arguments are the process's.
var children = map[string]func(ctx context.Context, args []string) error{}

func TestMain(m *testing.M) {
	if part := os.Getenv(childEnv); part != "" {
		if err := children[part](context.Background(), os.Args[1:]); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(4)
		}
		os.Exit(0)
	}
	code := m.Run()
	if dir := playedIn.Load(); dir != nil {
		_ = os.RemoveAll(*dir)
	}
	os.Exit(code)
}

// child returns the command that starts this program as the part, on one
// processor: two of them work side by side.
func child(part string, args ...string) *exec.Cmd {
	cmd := exec.Command(os.Args[0], args...)
	cmd.Env = append(os.Environ(), childEnv+"="+part, "GOMAXPROCS=1", "GOGC=400")
	return cmd
}

// program is the real one, built by the script.
func program(t *testing.T) string {
	t.Helper()
	p := os.Getenv("TAIZHANG_BIN")
	if p == "" {
		t.Fatal("TAIZHANG_BIN does not name the program: run scripts/faults.sh")
	}
	return p
}

var (
	played   sync.Map               // of the test's name: the month is played once
	playedIn atomic.Pointer[string] // its folder, removed at the end
)

// month has the real program play the sample month, and returns the folder
// with its configuration and the folder of its store, a copy for this test.
func month(t *testing.T) (config, dir string) {
	t.Helper()
	once, _ := played.LoadOrStore("month", sync.OnceValues(func() (string, error) {
		out, err := os.MkdirTemp("", "taizhang-month-")
		if err != nil {
			return "", err
		}
		playedIn.Store(&out)
		text, err := exec.Command(program(t), "demo", "--out", out).CombinedOutput()
		if err != nil {
			err = fmt.Errorf("%w: %s", err, text)
		}
		return out, err
	}))
	out, err := once.(func() (string, error))()
	if err != nil {
		t.Fatal(err)
	}
	mine := t.TempDir()
	if err := os.CopyFS(filepath.Join(mine, "数据"), os.DirFS(filepath.Join(out, "数据"))); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"config.yaml", "ca.pem", "授权码"} {
		data, err := os.ReadFile(filepath.Join(out, name))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(mine, name), replaced(data, out, mine), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	private(t, mine)
	return filepath.Join(mine, "config.yaml"), filepath.Join(mine, "数据")
}

// private gives everything the modes that the program asks for.
func private(t *testing.T, dir string) {
	t.Helper()
	if err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		mode := fs.FileMode(0o600)
		if err == nil && d.IsDir() {
			mode = 0o700
		}
		if err == nil {
			err = os.Chmod(path, mode)
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
}

// dump tells everything that the store gives out, in a fixed order; messages'
// bytes excepted.
func dump(ctx context.Context, db *store.DB) (string, error) {
	s, err := db.State(ctx)
	if err != nil {
		return "", err
	}
	ms, err := db.Mails(ctx)
	if err != nil {
		return "", err
	}
	subs, err := db.Submissions(ctx)
	if err != nil {
		return "", err
	}
	evs, err := db.Events(ctx, 0)
	if err != nil {
		return "", err
	}
	var lines []string
	add := func(what string, v any) {
		b, jerr := json.Marshal(v)
		lines = append(lines, what+" "+string(b))
		if jerr != nil {
			err = jerr
		}
	}
	for key := range s.Outbox {
		o, ok, gerr := db.Outgoing(ctx, key)
		if gerr != nil || !ok {
			return "", fmt.Errorf("outgoing %q: %t %w", key, ok, gerr)
		}
		add("raw "+key, o.Raw)
	}
	for _, m := range ms {
		add("mail", m)
		for _, p := range m.Places {
			at, perr := db.Places(ctx, p.Folder, p.Validity, []uint32{p.UID})
			if perr != nil {
				return "", perr
			}
			add("place", at[p.UID])
		}
	}
	for p, b := range s.Books {
		add("book "+p.String(), b)
	}
	s.Books = nil
	add("state", s)
	add("submissions", subs)
	add("events", evs)
	slices.Sort(lines)
	return strings.Join(lines, "\n"), err
}
