package app_test

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"taizhang/app"
)

// listeners returns the TCP and UDP sockets of this process that wait for
// others, as the kernel lists them.
func listeners(t *testing.T) []string {
	t.Helper()
	mine := map[string]bool{}
	fds, err := filepath.Glob("/proc/self/fd/*")
	if err != nil {
		t.Fatal(err)
	}
	for _, fd := range fds {
		to, _ := os.Readlink(fd) // the folder's own is gone by now
		if inode, ok := strings.CutPrefix(to, "socket:["); ok {
			mine[strings.TrimSuffix(inode, "]")] = true
		}
	}
	var out []string
	for _, table := range []string{"tcp", "tcp6", "udp", "udp6"} {
		text, err := os.ReadFile("/proc/self/net/" + table)
		if os.IsNotExist(err) {
			continue // a kernel without IPv6
		}
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(string(text)) {
			f := strings.Fields(line)
			const waits, inode = 3, 9 // 0A: LISTEN; 07: a UDP socket that is bound to no peer
			if len(f) > inode && mine[f[inode]] && (f[waits] == "0A" || f[waits] == "07") {
				out = append(out, table+" "+f[1])
			}
		}
	}
	slices.Sort(out)
	return out
}

// Fault 125: there is no page to ask without a login. While it serves, the
// program waits for nobody on the network; what listens here are the mail servers
// of the test.
func TestNothingListensOnTheNetwork(t *testing.T) {
	o := newOffice(t, nil)
	before := listeners(t)
	if len(before) < 2 {
		t.Fatalf("the servers of the test are not seen: %v", before)
	}
	if err := o.app.Listen(); err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	rounds := make(chan app.Round, 16)
	done := make(chan error, 1)
	go func() { done <- o.app.Run(ctx, app.Hooks{Round: func(r app.Round) { rounds <- r }}) }()
	<-rounds
	if after := listeners(t); !slices.Equal(before, after) {
		t.Errorf("before %v, while it serves %v", before, after)
	}
	stop()
	if err := <-done; err != nil {
		t.Error(err)
	}
}
