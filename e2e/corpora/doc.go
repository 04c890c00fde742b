// Package corpora runs the real program over files of strangers: the public
// files that scripts/corpora.sh unpacks, and the hostile ones that
// internal/hostile makes. It measures what the program and its reader child
// take, and wants no panic, no hang, and no foreign file taken for a ledger. It
// holds tests only, behind the build tag corpora.
package corpora
