//go:build corpora

package corpora

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"
)

const (
	// hang is how long a file may take, reading child and all.
	hang = 10 * time.Second
	// patience is after what silence the program is killed: three children may
	// take 10 s each for one file.
	patience = 45 * time.Second
	// memoryCap is the RLIMIT_DATA that the program runs under, KiB; its children
	// have no more either.
	memoryCap = 512 << 10
)

// document is what `check --json` says of one, as far as it is looked at.
type document struct {
	File, Document, Kind, Verdict string
	Findings                      []struct{ Code, Severity, Message, Remedy string }
}

// usage is what one run of the program took: its own and its children's.
type usage struct {
	peak, childPeak int // KiB resident, at most
	cpu             time.Duration
}

func (u *usage) most(o usage) {
	u.peak, u.childPeak = max(u.peak, o.peak), max(u.childPeak, o.childPeak)
	u.cpu += o.cpu
}

// outcome is what became of one file.
type outcome struct {
	file string
	docs []document
	took time.Duration
	end  string // "" when it was read or refused; else panic, hang, or the last words
}

// program runs the binary over the files, many to a process. A file that ends
// the process is told so, and the rest goes to the next process.
func program(tmp, bin string, files []string) ([]outcome, usage, error) {
	var all []outcome
	var u usage
	for len(files) > 0 {
		done, used, err := process(tmp, bin, files)
		if err != nil {
			return nil, u, err
		}
		u.most(used)
		all, files = append(all, done...), files[len(done):]
	}
	return all, u, nil
}

// process is one run of the binary. It returns an outcome for each file up to
// the one that ended it.
func process(tmp, bin string, files []string) ([]outcome, usage, error) {
	limited := []string{"-c", `ulimit -d "$0" && exec "$@"`, strconv.Itoa(memoryCap), bin, "--log", "debug", "check", "--json", "--"}
	cmd := exec.Command("/bin/sh", append(limited, files...)...)
	cmd.Env = []string{"TMPDIR=" + tmp, "HOME=/nonexistent"}
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	stdout, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		return nil, usage{}, err
	}
	killed := false
	watch := time.AfterFunc(patience, func() { killed = true; _ = cmd.Process.Kill() })
	out, broken := collect(stdout, files, func() { watch.Reset(patience) })
	if broken != nil {
		_ = cmd.Process.Kill()
	}
	err = cmd.Wait()
	watch.Stop()
	if broken != nil {
		return nil, usage{}, broken
	}
	u := usageOf(stderr.String())
	code := cmd.ProcessState.ExitCode()
	switch {
	case err == nil, code == 1 && !crashed(stderr.String()):
		if len(out) != len(files) {
			return nil, usage{}, fmt.Errorf("the program ended well after %d of %d files:\n%s", len(out), len(files), stderr.String())
		}
		if u.peak == 0 {
			return nil, usage{}, fmt.Errorf("the program does not say what it took:\n%s", stderr.String())
		}
		return out, u, nil
	case len(out) == len(files):
		return nil, usage{}, fmt.Errorf("the program failed after the last file: %w\n%s", err, stderr.String())
	}
	bad := outcome{file: files[len(out)], end: lastWords(stderr.String())}
	switch {
	case killed:
		bad.end, bad.took = "hang", patience
	case crashed(stderr.String()):
		bad.end = "panic: " + bad.end
	}
	return append(out, bad), u, nil
}

// collect reads the documents, file after file, and the time between them.
func collect(r io.Reader, files []string, alive func()) ([]outcome, error) {
	var out []outcome
	last := time.Now()
	lines := bufio.NewReaderSize(r, 1<<20)
	for {
		line, err := lines.ReadBytes('\n')
		if len(line) > 0 {
			alive()
			var d document
			if err := json.Unmarshal(line, &d); err != nil {
				return nil, fmt.Errorf("no JSON: %w: %.200s", err, line)
			}
			if len(out) == 0 || out[len(out)-1].file != d.File {
				if len(out) == len(files) || files[len(out)] != d.File {
					return nil, fmt.Errorf("file %q comes out of turn", d.File)
				}
				out = append(out, outcome{file: d.File, took: time.Since(last)})
				last = time.Now()
			}
			o := &out[len(out)-1]
			o.docs = append(o.docs, d)
			if reachedTime(d) {
				o.end = "hang"
			}
		}
		if errors.Is(err, io.EOF) || errors.Is(err, os.ErrClosed) {
			return out, nil
		}
		if err != nil {
			return nil, err
		}
	}
}

// reachedTime reports whether children were killed because the file took too
// long: a finding for the office, a hang here.
func reachedTime(d document) bool {
	for _, f := range d.Findings {
		if f.Code == "F06" && strings.Contains(f.Message, "时间") {
			return true
		}
	}
	return false
}

func crashed(stderr string) bool {
	return strings.Contains(stderr, "\ngoroutine ") || strings.Contains(stderr, "fatal error:") || strings.Contains(stderr, "panic")
}

func lastWords(stderr string) string {
	last := ""
	for line := range strings.Lines(stderr) {
		if s := strings.TrimSpace(line); s != "" && !strings.Contains(s, "level=DEBUG") {
			last = s
		}
	}
	return last
}

var resources = regexp.MustCompile(`msg="resources used" peak_kib=(\d+) cpu_ms=(\d+) child_peak_kib=(\d+) child_cpu_ms=(\d+)`)

// usageOf finds what the program said that it took, the zero usage when it was
// killed before.
func usageOf(stderr string) usage {
	m := resources.FindStringSubmatch(stderr)
	if m == nil {
		return usage{}
	}
	n := make([]int, len(m))
	for i := range m {
		n[i], _ = strconv.Atoi(m[i]) // digits by the pattern
	}
	return usage{peak: n[1], childPeak: n[3], cpu: time.Duration(n[2]+n[4]) * time.Millisecond}
}

// binary returns the program to run.
func binary(t *testing.T) string {
	t.Helper()
	bin := os.Getenv("TAIZHANG_BIN")
	if bin == "" {
		t.Fatal("TAIZHANG_BIN does not name the program; run scripts/corpora.sh")
	}
	return bin
}
