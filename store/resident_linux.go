package store

import (
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
