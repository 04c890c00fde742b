package store_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"go.etcd.io/bbolt"
	"go.uber.org/goleak"

	"taizhang/ledger"
	"taizhang/store"
)

// childEnv holds the folder with a sound store, the file with the flips and
// the first flip to try, separated by "|": then the test binary is the child
// that tries them, since damaged pages may end a process.
const childEnv = "TAIZHANG_STORE_DAMAGE"

func TestMain(m *testing.M) {
	if job := os.Getenv(childEnv); job != "" {
		if err := damageChild(strings.Split(job, "|")); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(4)
		}
		os.Exit(0)
	}
	goleak.VerifyTestMain(m)
}

// A flip changes one byte of the file.
type flip struct {
	at  int
	xor byte
}

// damageChild opens, checks and reads the store once for each flip, and prints
// what came of it: reported, same or other.
func damageChild(job []string) error {
	ctx := context.Background()
	dir := job[0]
	path := filepath.Join(dir, "taizhang.db")
	sound, err := os.ReadFile(filepath.Join(dir, "sound"))
	if err != nil {
		return err
	}
	want, err := os.ReadFile(filepath.Join(dir, "dump"))
	if err != nil {
		return err
	}
	flips, err := os.ReadFile(job[1])
	if err != nil {
		return err
	}
	from, err := strconv.Atoi(job[2])
	if err != nil {
		return err
	}
	for i := from; i < len(flips)/9; i++ {
		watchdog := time.AfterFunc(5*time.Second, func() { os.Exit(3) })
		bad := bytes.Clone(sound)
		bad[binary.BigEndian.Uint64(flips[i*9:])] ^= flips[i*9+8]
		if err := os.WriteFile(path, bad, 0o600); err != nil {
			return err
		}
		fmt.Println(i, verdict(ctx, dir, string(want)))
		watchdog.Stop()
	}
	return nil
}

// verdict says what the store makes of its file. Reads are tried before Check
// and on their own: what they give must be right even when nobody checks.
func verdict(ctx context.Context, dir, want string) string {
	db, err := store.Open(ctx, dir, store.Options{ReadOnly: true})
	if err != nil {
		return class("open", err)
	}
	defer func() { _ = db.Close() }()
	got, err := dump(ctx, db)
	if err != nil {
		return class("read", err)
	}
	if got != want {
		return "other"
	}
	if err := db.Check(ctx); err != nil {
		return class("check", err)
	}
	return "same"
}

func class(where string, err error) string {
	if errors.Is(err, store.ErrDamaged) {
		return where
	}
	return where + "-otherwise:" + strings.ReplaceAll(err.Error(), "\n", " ")
}

// tryFlips runs the flips in child processes, a new one whenever one dies, and
// counts what came of them.
func tryFlips(t *testing.T, dir string, flips []flip) map[string]int {
	t.Helper()
	var packed []byte
	for _, f := range flips {
		packed = append(binary.BigEndian.AppendUint64(packed, uint64(f.at)), f.xor)
	}
	file := writeFile(t, t.TempDir(), "flips", packed)
	counts := make(map[string]int)
	for next := 0; next < len(flips); {
		cmd := exec.Command(os.Args[0])
		cmd.Env = append(os.Environ(), fmt.Sprintf("%s=%s|%s|%d", childEnv, dir, file, next))
		var stdout, stderr bytes.Buffer
		cmd.Stdout, cmd.Stderr = &stdout, &stderr
		err := cmd.Run()
		for lines := bufio.NewScanner(&stdout); lines.Scan(); next++ {
			n, what, _ := strings.Cut(lines.Text(), " ")
			if n != strconv.Itoa(next) {
				t.Fatalf("flip %d: child said %q", next, lines.Text())
			}
			counts[what]++
			if what != "open" && what != "read" && what != "check" && what != "same" {
				t.Errorf("flip %d at byte %d by %#x: %s", next, flips[next].at, flips[next].xor, what)
			}
		}
		if err != nil && next < len(flips) {
			first, _, _ := strings.Cut(stderr.String(), "\n")
			t.Logf("flip %d at byte %d by %#x ended the child: %v %s", next, flips[next].at, flips[next].xor, err, first)
			counts["died"]++
			next++
		} else if next < len(flips) {
			t.Fatalf("the child stopped at flip %d: %s", next, stderr.String())
		}
	}
	return counts
}

// soundStore makes a store with records of every kind, packed so that the
// file holds each live record once, and a description of it for the child.
func soundStore(t *testing.T) (dir string, file []byte) {
	t.Helper()
	src := t.TempDir()
	db := open(t, src)
	for i := range 24 {
		m := arrive(t, db, fmt.Sprintf("mail %d", i), day.Add(time.Duration(i)*time.Minute), uint32(i+1))
		c := ledger.Change{At: day, Outgoing: []ledger.Outgoing{outgoing(fmt.Sprintf("receipt/%03d", i))},
			Events: []ledger.Event{{What: "decide", Ref: m.Digest}}}
		if i%4 != 0 {
			m.Status, m.Decided = ledger.MailDecided, day
			c.Mails = append(c.Mails, m)
			c.Submissions = append(c.Submissions, submission(m, "禹州市", i))
		}
		mustApply(t, db, c)
	}
	m := arrive(t, db, "mail", day, 1000)
	c := fullChange(m)
	c.Submissions[0].Unit = "长葛市"
	mustApply(t, db, c)
	if _, err := db.Strike(t.Context(), ledger.Place{Folder: "INBOX", Validity: "1", UID: 5000}, day, "reset", false); err != nil {
		t.Fatal(err)
	}
	if _, _, err := db.Start(t.Context(), day); err != nil {
		t.Fatal(err)
	}
	send(t, db, "receipt/003", ledger.SendSent)
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	dir = t.TempDir()
	path := filepath.Join(dir, "taizhang.db")
	compact(t, path, filepath.Join(src, "taizhang.db"))
	if err := os.CopyFS(filepath.Join(dir, "raw"), os.DirFS(filepath.Join(src, "raw"))); err != nil {
		t.Fatal(err)
	}
	copied := open(t, dir)
	if err := copied.Check(t.Context()); err != nil {
		t.Fatalf("the packed store: %v", err)
	}
	writeFile(t, dir, "dump", []byte(mustDump(t, copied)))
	if err := copied.Close(); err != nil {
		t.Fatal(err)
	}
	file = readFile(t, path)
	writeFile(t, dir, "sound", file)
	return dir, file
}

func compact(t *testing.T, dst, src string) {
	t.Helper()
	from, err := bbolt.Open(src, 0o600, &bbolt.Options{ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	to, err := bbolt.Open(dst, 0o600, nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(bbolt.Compact(to, from, 0), to.Close(), from.Close()); err != nil {
		t.Fatal(err)
	}
}

// liveRecords returns the places of all records in the file.
func liveRecords(t *testing.T, path string, file []byte) [][2]int {
	t.Helper()
	var out [][2]int
	db, err := bbolt.Open(path, 0o600, &bbolt.Options{ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	if err := db.View(func(tx *bbolt.Tx) error {
		return tx.ForEach(func(name []byte, b *bbolt.Bucket) error {
			return b.ForEach(func(k, v []byte) error {
				if n := bytes.Count(file, v); n != 1 {
					return fmt.Errorf("%s %q lies in the file %d times", name, k, n)
				}
				at := bytes.Index(file, v)
				out = append(out, [2]int{at, at + len(v)})
				return nil
			})
		})
	}); err != nil {
		t.Fatal(err)
	}
	return out
}

func TestFlippedBytesInRecordsAreReported(t *testing.T) {
	dir, file := soundStore(t)
	records := liveRecords(t, filepath.Join(dir, "taizhang.db"), file)
	rnd := rand.New(rand.NewPCG(20220528, 1))
	var flips []flip
	for _, r := range records { // each record once, then at random
		flips = append(flips, flip{r[0] + rnd.IntN(r[1]-r[0]), 1 << rnd.IntN(8)})
	}
	for len(flips) < 500 {
		r := records[rnd.IntN(len(records))]
		flips = append(flips, flip{r[0] + rnd.IntN(r[1]-r[0]), byte(1 + rnd.IntN(255))})
	}
	counts := tryFlips(t, dir, flips)
	t.Logf("%d flips within %d live records: %v", len(flips), len(records), counts)
	if reported := counts["open"] + counts["read"] + counts["check"]; reported != len(flips) {
		t.Errorf("%d of %d flips were reported", reported, len(flips))
	}
}

func TestFlippedBytesAnywhereNeverGiveOtherData(t *testing.T) {
	dir, file := soundStore(t)
	records := liveRecords(t, filepath.Join(dir, "taizhang.db"), file)
	inRecord := func(at int) bool {
		return slices.ContainsFunc(records, func(r [2]int) bool { return at >= r[0] && at < r[1] })
	}
	rnd := rand.New(rand.NewPCG(20220528, 2))
	var flips []flip
	for len(flips) < 400 {
		at := rnd.IntN(len(file))
		if len(flips) < 250 { // the heads of pages, where bbolt keeps its own words
			at = at - at%4096 + rnd.IntN(256)
		}
		if at < len(file) && !inRecord(at) {
			flips = append(flips, flip{at, 1 << rnd.IntN(8)})
		}
	}
	counts := tryFlips(t, dir, flips)
	t.Logf("%d flips outside records in %d bytes: %v", len(flips), len(file), counts)
	if counts["other"] > 0 {
		t.Errorf("%d flips gave other data", counts["other"])
	}
}

func TestRawMessagesThatChangedOrWentAreReported(t *testing.T) {
	for name, spoil := range map[string]func(path string) error{
		"changed": func(path string) error { return os.WriteFile(path, []byte("mail onE"), 0o600) },
		"cut":     func(path string) error { return os.Truncate(path, 3) },
		"missing": os.Remove,
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			db := open(t, dir)
			m := arrive(t, db, "mail one", day)
			if err := db.Check(t.Context()); err != nil {
				t.Fatalf("Check before: %v", err)
			}
			if err := spoil(filepath.Join(dir, "raw", m.Digest[:2], m.Digest+".eml")); err != nil {
				t.Fatal(err)
			}
			err := db.Check(t.Context())
			if !errors.Is(err, store.ErrDamaged) || !strings.Contains(err.Error(), m.Digest) {
				t.Errorf("Check = %v", err)
			}
			wantErr := store.ErrDamaged
			if name == "missing" {
				wantErr = store.ErrUnknown
			}
			if _, err := db.Raw(t.Context(), m.Digest); !errors.Is(err, wantErr) {
				t.Errorf("Raw = %v, want %v", err, wantErr)
			}
			if name == "cut" {
				if _, _, err := db.KeepRaw(t.Context(), strings.NewReader("mail one"), 100); !errors.Is(err, store.ErrDamaged) {
					t.Errorf("KeepRaw = %v", err)
				}
			}
		})
	}
}
