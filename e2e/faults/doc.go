// Package faults breaks the store on purpose and looks at what it makes of it:
// bytes flipped in a month's database, power lost at every write, calls of the
// kernel that fail, disks that are full or read-only, instances that start at
// once. It holds tests only, under the build tag faults; scripts/faults.sh runs
// them, a few in CI and many in a soak, and each prints a line of counts.
package faults
