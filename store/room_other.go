//go:build !linux && !darwin

package store

// freeBytes is not known here: a full disk is found when it is full.
func freeBytes(string) (int64, bool) { return 0, false }

// noSpace cannot be told here.
func noSpace(error) bool { return false }
