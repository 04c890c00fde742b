//go:build !linux

package store

import "go.etcd.io/bbolt"

// release does nothing here: the system takes the pages when it needs them.
func release(*bbolt.Tx) error { return nil }

// residentFiles is not known here.
func residentFiles() (n int64, known bool) { return 0, false }
