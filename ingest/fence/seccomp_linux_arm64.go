package fence

// AUDIT_ARCH_AARCH64 of linux/audit.h, and the number of seccomp(2).
const (
	arch       = 0xc00000b7
	sysSeccomp = 277
)
