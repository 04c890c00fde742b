//go:build faults

package faults

import (
	"bufio"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
)

// op is one call of the kernel that changes files, as strace saw it end well.
type op struct {
	call string
	fd   int
	path string // of openat, mkdir, unlink; the old one of rename and link
	to   string // the new one
	data []byte
	at   int64 // offset or size
	flag string
}

var (
	traceLine = regexp.MustCompile(`^(\d+)\s+(.*)$`)
	resumed   = regexp.MustCompile(`^<\.\.\. \w+ resumed>(.*)$`)
	callForm  = regexp.MustCompile(`^(\w+)\((.*)\)\s+= (-?\d+)`)
	quoted    = regexp.MustCompile(`"((?:\\x[0-9a-f]{2})*)"`)
)

// readTrace returns the calls of the trace that ended well, in the order of
// their ends.
func readTrace(path string) ([]op, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }()
	var out []op
	waiting := map[string]string{}
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 64<<20)
	for lines.Scan() {
		m := traceLine.FindStringSubmatch(lines.Text())
		if m == nil {
			return nil, fmt.Errorf("trace: %.80q", lines.Text())
		}
		pid, text := m[1], m[2]
		if head, ok := strings.CutSuffix(text, " <unfinished ...>"); ok {
			waiting[pid] = head
			continue
		}
		if r := resumed.FindStringSubmatch(text); r != nil {
			text = waiting[pid] + r[1]
			delete(waiting, pid)
		}
		if o, ok := parseCall(text); ok {
			out = append(out, o)
		}
	}
	return out, lines.Err()
}

func parseCall(text string) (op, bool) {
	m := callForm.FindStringSubmatch(text)
	if m == nil {
		return op{}, false // a signal, an exit
	}
	result, _ := strconv.ParseInt(m[3], 10, 64)
	if result < 0 {
		return op{}, false
	}
	o := op{call: m[1]}
	var texts []string
	for _, q := range quoted.FindAllStringSubmatch(m[2], -1) {
		b, err := hex.DecodeString(strings.ReplaceAll(q[1], `\x`, ""))
		if err != nil {
			return op{}, false
		}
		texts = append(texts, string(b))
	}
	rest := strings.Split(quoted.ReplaceAllString(m[2], ""), ",")
	number := func(i int) int64 {
		n, _ := strconv.ParseInt(strings.TrimSpace(rest[i]), 10, 64)
		return n
	}
	clean := func(i int) string { return filepath.Clean(texts[i]) }
	switch o.call {
	case "openat":
		o.path, o.fd, o.flag = clean(0), int(result), rest[2]
	case "write":
		o.fd, o.data = int(number(0)), []byte(texts[0])[:result]
	case "pwrite64":
		o.fd, o.data, o.at = int(number(0)), []byte(texts[0])[:result], number(3)
	case "ftruncate":
		o.fd, o.at = int(number(0)), number(1)
	case "fsync", "fdatasync", "close":
		o.fd = int(number(0))
	case "rename", "link", "renameat", "renameat2", "linkat":
		o.call = strings.TrimRight(strings.TrimSuffix(o.call, "2"), "a")
		o.call = map[bool]string{true: "rename", false: "link"}[strings.HasPrefix(o.call, "rename")]
		o.path, o.to = clean(0), clean(1)
	case "unlink", "unlinkat":
		o.call, o.path = "unlink", clean(0)
	case "mkdir", "mkdirat":
		o.call, o.path = "mkdir", clean(0)
	default:
		return op{}, false
	}
	return o, true
}
