package store

import (
	"bytes"
	"os"
	"strconv"
	"syscall"

	"go.etcd.io/bbolt"
)

// release unmaps what was read of the file: its pages stay in the system's
// cache, and are mapped again when they are looked at.
func release(b *bbolt.Tx) error {
	if _, _, errno := syscall.Syscall(syscall.SYS_MADVISE, b.DB().Info().Data, uintptr(b.Size()), syscall.MADV_DONTNEED); errno != 0 { //nolint:gosec // no file has a negative size
		return errno
	}
	return nil
}

// residentFiles is how many bytes of files are in this process's memory, those
// of the program among them (proc_pid_statm(5), the third number, in pages).
func residentFiles() (n int64, known bool) {
	text, err := os.ReadFile("/proc/self/statm")
	fields := bytes.Fields(text)
	if err != nil || len(fields) < 3 {
		return 0, false
	}
	pages, err := strconv.ParseInt(string(fields[2]), 10, 64)
	return pages * int64(os.Getpagesize()), err == nil
}
