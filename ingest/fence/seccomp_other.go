//go:build !linux || !(amd64 || arm64)

package fence

// cutOff does nothing here: other systems have no filter of system calls that
// a process sets on itself alike, and other architectures have other numbers.
func cutOff() (done bool, err error) { return false, nil }
