//go:build linux && (amd64 || arm64)

package fence

import "syscall"

// OldKernel has the kernel deny that it knows filters, as one of 2013 would.
func OldKernel() error { return refuse(syscall.ENOSYS, sysSeccomp) }

// IOUringSetup is the number of that call.
const IOUringSetup = sysIOUringSetup
