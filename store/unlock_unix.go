//go:build unix && !aix && !solaris && !illumos

package store

import (
	"errors"
	"os"
	"syscall"
)

// closeLocked closes a file that bbolt has locked and mapped and cannot close
// itself any more. The map would keep the lock alive, so it is given back
// first.
func closeLocked(f *os.File) error {
	raw, err := f.SyscallConn()
	if err != nil {
		return err
	}
	var unlocked error
	err = raw.Control(func(fd uintptr) { unlocked = syscall.Flock(int(fd), syscall.LOCK_UN) })
	return errors.Join(err, unlocked, f.Close())
}
