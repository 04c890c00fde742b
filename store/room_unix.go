//go:build linux || darwin

package store

import (
	"errors"
	"syscall"
)

// freeBytes returns how much room there is for us on the disk of the folder.
func freeBytes(dir string) (int64, bool) {
	var s syscall.Statfs_t
	if err := syscall.Statfs(dir, &s); err != nil {
		return 0, false
	}
	return int64(min(s.Bavail, 1<<40)) * int64(s.Bsize), true //nolint:unconvert // another type elsewhere
}

// noSpace reports whether the disk, or our share of it, was full.
func noSpace(err error) bool {
	return errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT)
}
