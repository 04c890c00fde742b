//go:build corpora

package corpora

import (
	"cmp"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// kinds are the archives of public files, and at least how many files each
// holds.
var kinds = []struct {
	name  string
	least int
}{{"sheets", 2600}, {"docs", 350}, {"mails", 500}, {"legacy", 300}}

const (
	batch   = 150 // files to a process
	workers = 2
	maxPeak = 512 << 10 // KiB
)

// tally is what became of the files of one kind.
type tally struct {
	files, ledgers, rosters, foreign, accepted int
	refused                                    map[string]int // files by the code
	panics, hangs, failures                    []string
	slowest                                    outcome
	usage                                      usage
}

// TestCorpora runs every public file through the program.
func TestCorpora(t *testing.T) {
	root := os.Getenv("TAIZHANG_CORPORA")
	bin := binary(t)
	begun := time.Now()
	var sum tally
	for _, k := range kinds {
		files := walk(t, filepath.Join(root, k.name))
		if len(files) < k.least {
			t.Fatalf("%s holds %d files, want at least %d", k.name, len(files), k.least)
		}
		r := runAll(t, bin, files)
		again(t, bin, &r)
		tl := count(t, root, r)
		fmt.Printf("corpora: %-6s %4d files: %d ledgers, %d rosters, %d foreign, refused %s; peak %d MiB parent, %d MiB child; slowest %.1f s %s\n",
			k.name, tl.files, tl.ledgers, tl.rosters, tl.foreign, byCode(tl.refused), mib(tl.usage.peak), mib(tl.usage.childPeak), tl.slowest.took.Seconds(), filepath.Base(tl.slowest.file))
		sum.files += tl.files
		sum.accepted += tl.accepted
		sum.ledgers += tl.ledgers
		sum.panics, sum.hangs, sum.failures = append(sum.panics, tl.panics...), append(sum.hangs, tl.hangs...), append(sum.failures, tl.failures...)
		sum.usage.most(tl.usage)
	}
	for _, list := range []struct {
		what  string
		files []string
	}{{"panic", sum.panics}, {"hang", sum.hangs}, {"failure of ours", sum.failures}} {
		for _, f := range list.files {
			t.Errorf("%s: %s", list.what, f)
		}
	}
	if sum.accepted > 0 {
		t.Errorf("%d foreign files accepted", sum.accepted)
	}
	if sum.usage.peak == 0 || sum.usage.childPeak == 0 || max(sum.usage.peak, sum.usage.childPeak) > maxPeak {
		t.Errorf("peak %d KiB parent, %d KiB child; at most %d", sum.usage.peak, sum.usage.childPeak, maxPeak)
	}
	fmt.Printf("corpora: %d files taken for a ledger of some verdict; %d failures of ours; %.0f s, %.0f s of processor\n", sum.ledgers, len(sum.failures), time.Since(begun).Seconds(), sum.usage.cpu.Seconds())
	fmt.Printf("corpora: %d files, %d panics, %d hangs, peak RSS %d MiB parent, %d MiB child, %d accepted\n",
		sum.files, len(sum.panics), len(sum.hangs), mib(sum.usage.peak), mib(sum.usage.childPeak), sum.accepted)
}

func mib(kib int) int { return (kib + 1023) >> 10 }

// walk lists the files of a kind, in order.
func walk(t *testing.T, dir string) []string {
	t.Helper()
	var files []string
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err == nil && d.Type().IsRegular() {
			files = append(files, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// result is what a batch came to.
type result struct {
	outcomes []outcome
	usage    usage
}

// runAll runs the files in batches, some at the same time.
func runAll(t *testing.T, bin string, files []string) result {
	t.Helper()
	batches := make(chan []string)
	var mu sync.Mutex
	var all result
	var failed error
	tmp := t.TempDir()
	var wg sync.WaitGroup
	for range workers {
		wg.Go(func() {
			for b := range batches {
				o, u, err := program(tmp, bin, b)
				mu.Lock()
				failed = cmp.Or(failed, err)
				all.outcomes = append(all.outcomes, o...)
				all.usage.most(u)
				mu.Unlock()
			}
		})
	}
	for b := range slices.Chunk(files, batch) {
		batches <- b
	}
	close(batches)
	wg.Wait()
	if failed != nil {
		t.Fatal(failed)
	}
	if left, err := os.ReadDir(tmp); err != nil || len(left) > 0 {
		t.Errorf("left in the temporary folder: %v, %v", left, err)
	}
	if len(all.outcomes) != len(files) {
		t.Fatalf("%d outcomes of %d files", len(all.outcomes), len(files))
	}
	return all
}

// again gives each file that took too long by the clock to the program alone: on
// a busy machine the clock says little. It hangs if it takes as long of the
// processor.
func again(t *testing.T, bin string, r *result) {
	t.Helper()
	for i := range r.outcomes {
		if o := &r.outcomes[i]; o.took > hang || o.end == "hang" {
			alone, u, err := program(t.TempDir(), bin, []string{o.file})
			if err != nil {
				t.Fatal(err)
			}
			*o = alone[0]
			if u.cpu > hang {
				o.end = "hang"
			}
			fmt.Printf("corpora: read again alone: %s: %.1f s, %.1f s of processor\n", filepath.Base(o.file), o.took.Seconds(), u.cpu.Seconds())
		}
	}
}

// count sorts the outcomes. A file counts as refused by the code of its first
// document that could not be read, and as foreign when none was refused.
func count(t *testing.T, root string, r result) tally {
	t.Helper()
	tl := tally{files: len(r.outcomes), usage: r.usage, refused: map[string]int{}}
	for _, o := range r.outcomes {
		name, err := filepath.Rel(root, o.file)
		if err != nil {
			t.Fatal(err)
		}
		if o.took > tl.slowest.took {
			tl.slowest = o
		}
		switch {
		case strings.HasPrefix(o.end, "panic"):
			tl.panics = append(tl.panics, name+": "+o.end)
			continue
		case o.end == "hang":
			tl.hangs = append(tl.hangs, fmt.Sprintf("%s: %v", name, o.took.Round(time.Millisecond)))
			continue
		case o.end != "":
			tl.failures = append(tl.failures, name+": "+o.end)
			continue
		}
		tl.add(t, name, o)
	}
	return tl
}

func (tl *tally) add(t *testing.T, name string, o outcome) {
	refused := ""
	for _, d := range o.docs {
		switch {
		case d.Kind == "ledger":
			tl.ledgers++
			fmt.Printf("corpora: taken for a ledger (%s): %s\n", d.Verdict, name)
			if d.Verdict == "accepted" {
				tl.accepted++
			}
		case d.Kind == "roster":
			tl.rosters++
		case d.Verdict == "unreadable" && refused == "" && len(d.Findings) > 0:
			refused = d.Findings[0].Code
		}
		if d.Kind == "none" && len(d.Findings) == 0 {
			t.Errorf("%s: nothing is said about it", name)
		}
	}
	if refused == "" {
		tl.foreign++
		return
	}
	tl.refused[refused]++
	if list := os.Getenv("CORPORA_LIST"); list != "" {
		fmt.Printf("corpora: refused %s %s: %s\n", refused, name, o.docs[0].Findings[0].Message)
	}
}

func byCode(m map[string]int) string {
	var out []string
	for c, n := range m {
		out = append(out, fmt.Sprintf("%s %d", c, n))
	}
	slices.SortFunc(out, cmp.Compare)
	if out == nil {
		return "none"
	}
	return strings.Join(out, ", ")
}
