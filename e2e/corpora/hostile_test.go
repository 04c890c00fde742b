//go:build corpora

package corpora

import (
	"fmt"
	"hash/crc32"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"taizhang/internal/hostile"
	"taizhang/ledger"
)

// What one hostile file may cost, program and reader child: processor time of
// both together, memory of each.
const (
	maxCPU     = 2 * time.Second
	maxHostile = 200 << 10 // KiB
)

// TestHostile gives each hostile file to the program alone, and measures it.
func TestHostile(t *testing.T) {
	bin := binary(t)
	dir, tmp := t.TempDir(), t.TempDir()
	cases := hostile.Cases(false)
	within, panics, hangs, accepted := 0, 0, 0, 0
	var most usage
	var slowest time.Duration
	base := nothing(t, bin, dir, tmp)
	fmt.Printf("hostile: this machine: %d processors, %d ms for a fixed piece of work\n", runtime.NumCPU(), yardstick().Milliseconds())
	fmt.Printf("hostile: a small text: %d ms of processor, peak %d MiB parent, %d MiB child\n", base.cpu.Milliseconds(), mib(base.peak), mib(base.childPeak))
	for i, c := range cases {
		path := filepath.Join(dir, fmt.Sprintf("%02d-%s", i+1, c.File))
		data := c.Make()
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		size := len(data)
		out, u, err := best(tmp, bin, path)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.Remove(path); err != nil {
			t.Fatal(err)
		}
		o := out[0]
		said, bad := judge(c, o)
		if o.end != "" || u.cpu > maxCPU || u.peak > maxHostile || u.childPeak > maxHostile {
			bad = append(bad, "costs too much or ends it")
		}
		fmt.Printf("hostile: %2d %-62s %7d KiB  %5d ms  %4d MiB parent %4d MiB child  %s\n", i+1, c.Name, size>>10, u.cpu.Milliseconds(), mib(u.peak), mib(u.childPeak), said)
		if bad == nil {
			within++
		} else {
			t.Errorf("%s: %s; %s; %d ms, peak %d MiB and %d MiB", c.Name, strings.Join(bad, ", "), o.end, u.cpu.Milliseconds(), mib(u.peak), mib(u.childPeak))
		}
		if strings.HasPrefix(o.end, "panic") {
			panics++
		}
		if o.end == "hang" {
			hangs++
		}
		if slices.Contains(bad, "accepted") {
			accepted++
		}
		most.most(u)
		slowest = max(slowest, u.cpu)
	}
	if left, err := os.ReadDir(tmp); err != nil || len(left) > 0 {
		t.Errorf("left in the temporary folder: %v, %v", left, err)
	}
	if _, err := os.Stat("/tmp/hostile-was-here.xlsx"); err == nil {
		t.Error("a member of an archive was written outside")
	}
	fmt.Printf("hostile: %d files, %d refused within %v of processor and %d MiB, %d panics, %d hangs, %d accepted; at most %d ms, %d MiB parent, %d MiB child\n",
		len(cases), within, maxCPU, maxHostile>>10, panics, hangs, accepted, slowest.Milliseconds(), mib(most.peak), mib(most.childPeak))
}

// best measures the file, and one that takes too long twice more at most: the
// least counts, for what else runs on the machine makes a file cost more and
// never less.
func best(tmp, bin, path string) ([]outcome, usage, error) {
	out, u, err := program(tmp, bin, []string{path})
	for again := 0; again < 2 && err == nil && out[0].end == "" && u.cpu > maxCPU; again++ {
		var o []outcome
		var v usage
		if o, v, err = program(tmp, bin, []string{path}); err != nil {
			break
		}
		if o[0].end != "" {
			return o, v, nil // a hang or a panic is one, whenever it comes
		}
		fmt.Printf("hostile: %s again: %d ms, before %d ms\n", filepath.Base(path), v.cpu.Milliseconds(), u.cpu.Milliseconds())
		v.peak, v.childPeak = max(v.peak, u.peak), max(v.childPeak, u.childPeak)
		if v.cpu < u.cpu {
			out = o
		} else {
			v.cpu = u.cpu
		}
		u = v
	}
	return out, u, err
}

// yardstick returns what a fixed piece of work takes here, the least of five: it
// says how the machine compares, and judges nothing.
func yardstick() time.Duration {
	least := time.Hour
	block := make([]byte, 8<<20)
	for range 5 {
		begun := time.Now()
		for range 4 {
			sum := crc32.ChecksumIEEE(block)
			for i := range block {
				block[i] += byte(sum) + byte(i)
			}
		}
		least = min(least, time.Since(begun))
	}
	return least
}

// nothing measures a file of no harm, for comparison.
func nothing(t *testing.T, bin, dir, tmp string) usage {
	t.Helper()
	path := filepath.Join(dir, "a.txt")
	if err := os.WriteFile(path, []byte("a,b\n1,2\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	_, u, err := program(tmp, bin, []string{path})
	if err != nil {
		t.Fatal(err)
	}
	return u
}

// judge returns what was said of the file, and what is wrong with that.
func judge(c hostile.Case, o outcome) (said string, bad []string) {
	var codes []string
	for _, d := range o.docs {
		if d.Verdict == "accepted" {
			bad = append(bad, "accepted")
		}
		if d.Kind != "none" && c.Want != nil {
			bad = append(bad, "taken for a "+d.Kind)
		}
		for _, f := range d.Findings {
			if !slices.Contains(codes, f.Code) {
				codes = append(codes, f.Code)
			}
			if f.Message == "" {
				bad = append(bad, f.Code+" says nothing")
			}
			if strings.Contains(f.Message, "root:") {
				bad = append(bad, "a file of this machine was read")
			}
		}
	}
	if len(codes) == 0 {
		bad = append(bad, "nothing is said")
	}
	if c.Want != nil && !slices.ContainsFunc(c.Want, func(w ledger.Code) bool { return slices.Contains(codes, string(w)) }) {
		bad = append(bad, fmt.Sprintf("want one of %v", c.Want))
	}
	said = strings.Join(codes, " ")
	if c.Want != nil && len(o.docs) > 0 && len(o.docs[0].Findings) > 0 {
		said += " " + o.docs[0].Findings[0].Message
	}
	return said, bad
}
