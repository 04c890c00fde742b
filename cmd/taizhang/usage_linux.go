package main

import (
	"bytes"
	"log/slog"
	"os"
	"strconv"
	"syscall"
	"time"
)

// logUsage says, in a detailed log, what this process took and what its
// children took that have ended: the most memory resident at once, KiB, and
// processor time. Its own memory is the kernel's high-water mark; a child's is
// that of wait4(2), the largest of them, which counts what this process had when
// it started the child, and so is never too little.
func logUsage(log *slog.Logger) {
	var self, children syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &self) != nil || syscall.Getrusage(syscall.RUSAGE_CHILDREN, &children) != nil {
		return
	}
	cpu := func(u syscall.Rusage) int64 {
		return time.Duration(u.Utime.Nano() + u.Stime.Nano()).Milliseconds()
	}
	log.Debug("resources used", "peak_kib", highWater(), "cpu_ms", cpu(self), "child_peak_kib", children.Maxrss, "child_cpu_ms", cpu(children))
}

// highWater returns the most memory that this process ever had resident, KiB,
// 0 when /proc does not say.
func highWater() int {
	text, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0
	}
	_, rest, _ := bytes.Cut(text, []byte("\nVmHWM:"))
	fields := bytes.Fields(rest)
	if len(fields) == 0 {
		return 0
	}
	n, err := strconv.Atoi(string(fields[0]))
	if err != nil {
		return 0
	}
	return n
}
