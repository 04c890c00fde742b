//go:build faults

package faults

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"taizhang/store"
)

// mounted mounts a tmpfs of so many KiB, or says why that cannot be.
func mounted(t *testing.T, kib int) (dir string, remount func(options string) error, ok bool) {
	t.Helper()
	dir = t.TempDir()
	if out, err := exec.Command("mount", "-t", "tmpfs", "-o", fmt.Sprintf("size=%dk,mode=700", kib), "taizhang-faults", dir).CombinedOutput(); err != nil {
		fmt.Printf("faults: disks: NOT RUN: mount: %s\n", strings.TrimSpace(string(out)))
		return "", nil, false
	}
	t.Cleanup(func() { _ = exec.Command("umount", "-l", dir).Run() })
	return dir, func(options string) error {
		return exec.Command("mount", "-o", "remount,"+options, dir).Run()
	}, true
}

// A disk that is full at some point of the month: the writer stops at the first
// failure, nothing acknowledged is lost, and with more room the rest goes on.
func TestFullDisks(t *testing.T) {
	_, source := month(t)
	n, failed := 0, 0
	for kib := 256; kib <= 64<<10 && n < max(4, *count); kib = kib * 5 / 4 {
		dir, remount, ok := mounted(t, kib)
		if !ok {
			t.Fatal("a full disk was not tried")
		}
		root := filepath.Join(dir, "store")
		out, err := child("writer", source, root, "0").Output()
		acks := acknowledged(string(out))
		n++
		if err != nil {
			failed++
			if !strings.Contains(string(out), "failed") && len(acks) > 0 {
				t.Errorf("%d KiB: %v without a word", kib, err)
			}
		}
		holds(t, fmt.Sprintf("%d KiB", kib), root, acks)
		if err := remount("size=128m"); err != nil {
			t.Fatal(err)
		}
		if out, err := child("writer", source, root, "0").Output(); err != nil {
			t.Errorf("%d KiB, then more room: %v: %.300s", kib, err, out)
		}
		_ = exec.Command("umount", "-l", dir).Run()
		if err == nil && kib > 16<<10 {
			break // larger ones have room too
		}
	}
	fmt.Printf("faults: full disks: %d sizes, %d ran full, acknowledged and lost 0\n", n, failed)
	if failed == 0 {
		t.Error("no disk ran full")
	}
}

// acknowledged returns the digests of the messages that were kept.
func acknowledged(out string) []string {
	var acks []string
	for line := range strings.Lines(out) {
		if digest, ok := strings.CutPrefix(strings.TrimSpace(line), "raw "); ok {
			acks = append(acks, digest)
		}
	}
	return acks
}

// holds checks that the store is whole and has the messages.
func holds(t *testing.T, what, root string, acks []string) {
	t.Helper()
	rep, err := store.Inspect(context.Background(), root, store.InspectOptions{Raw: true})
	if errors.Is(err, os.ErrNotExist) && len(acks) == 0 {
		return // it could not even be made
	}
	if err != nil || len(rep.Problems) > 0 {
		t.Errorf("%s: %+v, %v", what, rep, err)
	}
	for _, d := range acks {
		if _, err := os.Stat(filepath.Join(root, "raw", d[:2], d+".eml")); err != nil {
			t.Errorf("%s: acknowledged and lost: %v", what, err)
		}
	}
}

// A disk that turns read-only under the program, and one that is so from the
// start: the program stops and says so, and sends nothing.
func TestReadOnlyDisks(t *testing.T) {
	config, source := month(t)
	dir, remount, ok := mounted(t, 64<<10)
	if !ok {
		t.Fatal("a read-only disk was not tried")
	}
	n := 0
	for _, steps := range []string{"1", "7", "20", "60"} {
		root := filepath.Join(dir, "store"+steps)
		if out, err := child("writer", source, root, steps).Output(); err != nil {
			t.Fatalf("%v: %s", err, out)
		}
		if err := remount("ro"); err != nil {
			t.Fatal(err)
		}
		out, err := child("sender", root, "1").Output()
		if err == nil || strings.Contains(string(out), "sent ") {
			t.Errorf("read-only: %v: %s", err, out)
		}
		n++
		if err := remount("rw"); err != nil {
			t.Fatal(err)
		}
		holds(t, "read-only", root, nil)
	}
	// The real program on the month's store.
	root := filepath.Join(dir, "month")
	if err := os.CopyFS(root, os.DirFS(source)); err != nil {
		t.Fatal(err)
	}
	private(t, root)
	text, err := os.ReadFile(config)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(config, bytes.ReplaceAll(text, []byte(source), []byte(root)), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := remount("ro"); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command(program(t), "--config", config, "--log", "error", "serve").CombinedOutput()
	var exit *exec.ExitError
	if !errors.As(err, &exit) || exit.ExitCode() != 3 || !strings.Contains(string(out), "数据目录不能使用") {
		t.Errorf("serve on a read-only disk: %v: %s", err, out)
	}
	if out, err := exec.Command(program(t), "--config", config, "--log", "error", "verify").CombinedOutput(); err != nil {
		t.Errorf("verify on a read-only disk: %v: %s", err, out)
	}
	fmt.Printf("faults: read-only disks: %d turned read-only, 1 from the start, sent 0\n", n)
}

// Two instances start on one store, again and again: one has it, the other
// says whose it is and ends with 3.
func TestInstances(t *testing.T) {
	config, dir := month(t)
	starts := min(50, max(5, *count))
	run := func() *exec.Cmd { return exec.Command(program(t), "--config", config, "--log", "error", "serve") }
	first := run()
	if err := first.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() { _ = first.Process.Kill(); _ = first.Wait() }()
	socket := filepath.Join(dir, "taizhang.sock")
	for end := time.Now().Add(time.Minute); ; time.Sleep(50 * time.Millisecond) {
		if _, err := os.Stat(socket); err == nil {
			break
		}
		if time.Now().After(end) {
			t.Fatal("the first instance does not listen")
		}
	}
	want := fmt.Sprintf("另一个 taizhang 正在使用这个数据目录（进程号 %d）", first.Process.Pid)
	refused := 0
	for range starts {
		out, err := run().CombinedOutput()
		var exit *exec.ExitError
		if errors.As(err, &exit) && exit.ExitCode() == 3 && strings.Contains(string(out), want) {
			refused++
		} else {
			t.Errorf("a second instance: %v: %s", err, out)
		}
	}
	_ = first.Process.Signal(os.Interrupt)
	_ = first.Wait()
	// Both at once: never two owners.
	var wg sync.WaitGroup
	var mu sync.Mutex
	owners, most := 0, 0
	for range max(2, starts/5) {
		for range 2 {
			wg.Go(func() {
				db, err := store.Open(context.Background(), dir, store.Options{LockWait: 20 * time.Millisecond})
				if err != nil {
					if !errors.Is(err, store.ErrLocked) {
						t.Errorf("at once: %v", err)
					}
					return
				}
				mu.Lock()
				owners++
				most = max(most, owners)
				mu.Unlock()
				time.Sleep(5 * time.Millisecond)
				mu.Lock()
				owners--
				mu.Unlock()
				_ = db.Close()
			})
		}
		wg.Wait()
	}
	fmt.Printf("faults: instances: %d starts, %d refused with the owner's number, owners at once at most %d\n", starts, refused, most)
	if most > 1 {
		t.Errorf("%d owners at once", most)
	}
}
