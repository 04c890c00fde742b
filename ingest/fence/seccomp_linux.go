//go:build linux && (amd64 || arm64)

package fence

import (
	"errors"
	"fmt"
	"runtime"
	"syscall"
	"unsafe"
)

// Numbers of linux/prctl.h, linux/seccomp.h and of the tables of system calls
// that package syscall has not.
const (
	prSetNoNewPrivs = 38
	setModeFilter   = 1          // SECCOMP_SET_MODE_FILTER
	flagTSync       = 1          // SECCOMP_FILTER_FLAG_TSYNC
	retErrno        = 0x00050000 // SECCOMP_RET_ERRNO
	retAllow        = 0x7fff0000 // SECCOMP_RET_ALLOW
	sysIOUringSetup = 425        // the same number everywhere
	x32             = 0x40000000 // the bit of amd64's second table of calls; arm64 has no number so high
)

// Where struct seccomp_data holds what is asked for.
const (
	dataCall = 0
	dataArch = 4
)

// cutOff takes the network from this process, all its threads, for good: no
// socket can be made, none connected, and no ring be had that does it unseen
// (seccomp(2)). The pipes that are open work as before. It says false where the
// kernel cannot do it, and where a filter around us forbids filters: reading
// goes on without.
func cutOff() (done bool, err error) {
	err = refuse(syscall.EPERM, syscall.SYS_SOCKET, syscall.SYS_SOCKETPAIR, syscall.SYS_CONNECT, sysIOUringSetup)
	switch {
	case errors.Is(err, syscall.ENOSYS), errors.Is(err, syscall.EINVAL), errors.Is(err, syscall.EPERM):
		return false, nil
	case err != nil:
		return false, fmt.Errorf("filter system calls: %w", err)
	}
	return true, nil
}

// refuse has the kernel answer these system calls of every thread of this
// process with no, and so those of x32 and of another architecture's table,
// which have other numbers.
func refuse(no syscall.Errno, calls ...uint32) error {
	program := filter(no, calls)
	prog := syscall.SockFprog{Len: uint16(len(program)), Filter: &program[0]}
	// A filter is for a thread that gives up new privileges; the others get both from it.
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	if _, _, e := syscall.RawSyscall6(syscall.SYS_PRCTL, prSetNoNewPrivs, 1, 0, 0, 0, 0); e != 0 {
		return e
	}
	thread, _, e := syscall.RawSyscall(sysSeccomp, setModeFilter, flagTSync, uintptr(unsafe.Pointer(&prog)))
	runtime.KeepAlive(program)
	if e != 0 {
		return e
	}
	if thread != 0 {
		return fmt.Errorf("thread %d has a filter of its own", thread)
	}
	return nil
}

// filter is the program that the kernel runs at each call (BPF: a jump counts
// the instructions that it leaves out).
func filter(no syscall.Errno, calls []uint32) []syscall.SockFilter {
	const (
		load  = syscall.BPF_LD | syscall.BPF_W | syscall.BPF_ABS
		equal = syscall.BPF_JMP | syscall.BPF_JEQ | syscall.BPF_K
		least = syscall.BPF_JMP | syscall.BPF_JGE | syscall.BPF_K
		give  = syscall.BPF_RET | syscall.BPF_K
	)
	n := uint8(len(calls))
	p := []syscall.SockFilter{
		{Code: load, K: dataArch},
		{Code: equal, K: arch, Jf: n + 3}, // else to the refusal
		{Code: load, K: dataCall},
		{Code: least, K: x32, Jt: n + 1},
	}
	for i, c := range calls {
		p = append(p, syscall.SockFilter{Code: equal, K: c, Jt: n - uint8(i)})
	}
	return append(p, syscall.SockFilter{Code: give, K: retAllow}, syscall.SockFilter{Code: give, K: retErrno | uint32(no)})
}
