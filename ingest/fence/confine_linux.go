package fence

import (
	"bytes"
	"fmt"
	"os"
	"strconv"
	"syscall"
)

// fileLimit bounds a file that the child may write in its folder, bytes.
const fileLimit = 64 << 20

// confine limits this process: its data to memory bytes (getrlimit(2),
// RLIMIT_DATA; RLIMIT_AS would not do, the Go runtime reserves far more than it
// uses), its files, and no core dump, which would hold what it read. When the
// machine's memory is short the kernel is to take this process, not the daemon.
//
// What the process has mapped already is never more than half of what the
// limit leaves: the race detector maps terabytes, and the limit is then so
// much higher.
func confine(memory int64) (limited bool, err error) {
	_ = os.WriteFile("/proc/self/oom_score_adj", []byte("500"), 0) // a wish, not a limit
	data := max(uint64(memory), mappedData()+uint64(memory)/2)
	for _, l := range []struct {
		resource int
		n        uint64
	}{{syscall.RLIMIT_CORE, 0}, {syscall.RLIMIT_FSIZE, fileLimit}, {syscall.RLIMIT_DATA, data}} {
		if err := lower(l.resource, l.n); err != nil {
			return false, err
		}
	}
	return true, nil
}

// lower sets soft and hard limit to n, or leaves them when they are lower.
func lower(resource int, n uint64) error {
	var l syscall.Rlimit
	if err := syscall.Getrlimit(resource, &l); err != nil {
		return fmt.Errorf("get limit %d: %w", resource, err)
	}
	l.Cur, l.Max = min(l.Cur, n), min(l.Max, n)
	if err := syscall.Setrlimit(resource, &l); err != nil {
		return fmt.Errorf("set limit %d: %w", resource, err)
	}
	return nil
}

// mappedData returns the bytes that count for RLIMIT_DATA now, 0 when /proc
// does not say.
func mappedData() uint64 {
	text, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0
	}
	_, rest, _ := bytes.Cut(text, []byte("\nVmData:"))
	fields := bytes.Fields(rest)
	if len(fields) == 0 {
		return 0
	}
	n, err := strconv.ParseUint(string(fields[0]), 10, 64)
	if err != nil {
		return 0
	}
	return n << 10
}

// sameBinary returns the path under which Linux starts the program that runs
// now, even when its file was replaced or removed since, as an update does; ""
// when path is not that program's. Parent and child are then always the same.
func sameBinary(path string) string {
	const self = "/proc/self/exe"
	if exe, err := os.Executable(); err != nil || exe != path {
		return ""
	}
	if _, err := os.Stat(self); err != nil {
		return ""
	}
	return self
}
