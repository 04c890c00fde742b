//go:build !linux

package fence

// confine limits nothing here: RLIMIT_DATA does not bound what the Go runtime
// maps on other systems. The budgets of ingest/sheet and the time remain.
func confine(int64) (limited bool, err error) { return false, nil }

// sameBinary returns "": the program is started by its path.
func sameBinary(string) string { return "" }
