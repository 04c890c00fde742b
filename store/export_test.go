package store

import "go.etcd.io/bbolt"

// OnCommit has fn in the place of the commit.
func (db *DB) OnCommit(fn func(*bbolt.Tx) error) { db.commit = fn }

// Forget drops what is kept in memory, so that the next State reads it all.
func (db *DB) Forget() { db.memory.forget() }

// Compact is compact.
func Compact[T any](v *T) T { return compact(v) }

// Spoil changes the file behind the back of the seals.
func (db *DB) Spoil(fn func(*bbolt.Tx) error) error { return db.bolt.Update(fn) }
