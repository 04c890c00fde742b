// Package mutants damages good ledgers of every kind of file in many ways and
// holds the readers and the check to the first rule of the house: no mutant may
// be accepted with other figures, another unit or another month in silence. It
// has tests only.
package mutants
