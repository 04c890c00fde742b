package fence

// AUDIT_ARCH_X86_64 of linux/audit.h, and the number of seccomp(2).
const (
	arch       = 0xc000003e
	sysSeccomp = 317
)
