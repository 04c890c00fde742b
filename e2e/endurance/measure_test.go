package endurance

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"time"
)

// measured is what the daemon's process took.
type measured struct {
	Mails  int // of others that came
	Points []point
}

// point is a look at the daemon's process at the end of a month.
type point struct {
	At           time.Time
	Wall         time.Duration // since the process began
	Peak, Now    int64         // resident bytes, at most since the beginning, and now
	Anonymous    int64         // of those now, what is no page of a file
	Heap         int64         // bytes of live objects and of those not yet collected
	held                       // at least, of the month's evenings
	Store, Raw   int64         // bytes of the store's folder; of the messages in it
	Kept, Outbox int           // messages; mails of our own
}

func (p point) String() string {
	return fmt.Sprintf("endurance: %s, after %s: messages %d, outbox %d; RSS peak %s, now %s (anonymous %s, heap %s); goroutines %d, descriptors %d; raw %s, store %.2f times that",
		p.At.Format(time.DateOnly), p.Wall.Round(time.Second), p.Kept, p.Outbox, mib(p.Peak), mib(p.Now), mib(p.Anonymous), mib(p.Heap), p.Goroutines, p.Opened, mib(p.Raw), p.times())
}

func mib(n int64) string { return fmt.Sprintf("%.1f MiB", float64(n)/(1<<20)) }

// times is how many times the raw mails the store is.
func (p point) times() float64 { return float64(p.Store) / float64(max(1, p.Raw)) }

// look measures this process and its store.
func (d *daemon) look(now time.Time, outbox int) (point, error) {
	p := point{At: now, Wall: time.Since(d.begun), Outbox: outbox, held: d.least}
	d.least = held{}
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return p, err
	}
	for name, to := range map[string]*int64{"VmHWM": &p.Peak, "VmRSS": &p.Now, "RssAnon": &p.Anonymous} {
		_, rest, ok := strings.Cut(string(status), "\n"+name+":")
		line, _, _ := strings.Cut(rest, " kB")
		n, err := strconv.ParseInt(strings.TrimSpace(line), 10, 64)
		if !ok || err != nil {
			return p, fmt.Errorf("/proc/self/status has no %s: %w", name, err)
		}
		*to = n << 10
	}
	var mem runtime.MemStats
	runtime.ReadMemStats(&mem)
	p.Heap = int64(mem.HeapAlloc) //nolint:gosec // far below
	err = filepath.WalkDir(d.cfg.StoreDir, func(path string, e fs.DirEntry, err error) error {
		if err != nil || !e.Type().IsRegular() {
			return err
		}
		info, err := e.Info()
		if err != nil {
			return err
		}
		p.Store += info.Size()
		if rel, _ := filepath.Rel(d.cfg.StoreDir, path); strings.HasPrefix(rel, "raw"+string(filepath.Separator)) {
			p.Raw += info.Size()
			p.Kept++
		}
		return nil
	})
	return p, err
}

// held is what a process holds at one time. The connection to the mailbox, the
// reader's child and answers under way come and go, so that one look says
// little; the least of a month's evenings is the same month after month, unless
// something is never given back.
type held struct{ Goroutines, Opened int } // Opened: descriptors

// min returns the least of both; of none yet, the other.
func (h held) min(o held) held {
	if h == (held{}) {
		return o
	}
	return held{min(h.Goroutines, o.Goroutines), min(h.Opened, o.Opened)}
}

// holds looks at this process, once those goroutines that end have had the time
// to: the least of many looks.
func holds() (held, error) {
	n := runtime.NumGoroutine()
	for range 10_000 {
		runtime.Gosched()
		n = min(n, runtime.NumGoroutine())
	}
	opened, err := os.ReadDir("/proc/self/fd")
	return held{n, len(opened) - 1}, err // less the folder itself
}
