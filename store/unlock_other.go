//go:build !unix || aix || solaris || illumos

package store

import "os"

// closeLocked closes a file that bbolt has locked and cannot close itself any
// more. Here the lock ends with the file.
func closeLocked(f *os.File) error { return f.Close() }
