//go:build unix

package fence

import (
	"os"
	"os/exec"
	"syscall"
)

// ownGroup makes the child the head of a process group of its own: a signal
// from the terminal does not reach it, and a kill reaches all it started.
func ownGroup(cmd *exec.Cmd) { cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} }

// killGroup kills the child's group. The child must not have been reaped.
func killGroup(cmd *exec.Cmd) {
	_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) // fails only when all are dead
}

// killed reports whether a signal ended the process.
func killed(s *os.ProcessState) bool {
	w, ok := s.Sys().(syscall.WaitStatus)
	return ok && w.Signaled()
}

// systemEnv is what the system itself needs in a child's environment: nothing.
func systemEnv() []string { return []string{} }
