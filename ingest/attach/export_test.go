package attach

// Work parses raw and gives the number of bytes the walker looked at, for
// tests that bound work instead of time.
func Work(raw []byte, lim Limits) (*Message, int64) {
	m, w, _ := parse(raw, lim)
	return m, w.work
}
