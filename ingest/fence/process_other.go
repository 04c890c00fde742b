//go:build !unix

package fence

import (
	"os"
	"os/exec"
)

// ownGroup does nothing: there are no process groups here.
func ownGroup(*exec.Cmd) {}

// killGroup kills the child alone; it starts no processes itself.
func killGroup(cmd *exec.Cmd) {
	_ = cmd.Process.Kill() // fails only when it is dead
}

// killed cannot be told here.
func killed(*os.ProcessState) bool { return false }

// systemEnv is what the system itself needs in a child's environment.
func systemEnv() []string {
	if root, ok := os.LookupEnv("SYSTEMROOT"); ok {
		return []string{"SYSTEMROOT=" + root}
	}
	return []string{}
}
