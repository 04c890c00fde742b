// Package grid gathers the tables of one file: it counts what they hold
// against the limits, keeps what is hidden and what was left out, and drops
// what stands under a merge, for a merge shows its first cell only. It reads
// no file.
package grid
