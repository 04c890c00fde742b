// Package store keeps what the program knows: one bbolt database and, beside
// it, the raw bytes of every message, in a folder of its own (0700):
//
//	taizhang.db            the database (0600)
//	raw/ab/<sha256>.eml    one file a message, named by its digest (0600)
//
// It decides nothing. It guarantees that a change is written whole or not at
// all, that a mail once in the outbox is never inserted again, and that what
// is read is what was written, or an error.
//
// # How a record is kept
//
// Records are the types of package ledger, as JSON in an envelope: the schema
// version that wrote it and a SHA-256 over bucket, key, version and payload, so
// that a changed record and two exchanged ones are found alike (bbolt checks
// its two meta pages and nothing else). The types carry their JSON names for
// this purpose; a second set of the same fifteen structs would only be a second
// place to forget a field. What the second set would protect against is done
// otherwise: testdata/shapes.txt pins the shape of every stored type, and a
// test fails when it changes without a migration; decoding refuses unknown
// fields, and a record of a newer schema is refused as a whole, so that no
// field is ever dropped by reading and writing again; and what is written is
// decoded once before it is put, so that nothing unreadable gets in. Only what
// no other package knows (places, strikes, seals, the event chain) has structs
// of its own here.
//
// Checksums of records cannot show that a record is gone, or that a page of an
// earlier state came back with valid records of yesterday: a mail sent would
// read as queued. So each bucket has a seal, the count of its records and the
// sum of their checksums, kept in the same transaction. Open verifies all of
// them but that of the outgoing bytes, and before writing bbolt's own pages;
// State verifies the seals of what it rests on, Check everything. A record that
// is looked up by its key after Open and not found is taken as absent, except
// where an outgoing mail or a submission would be inserted: there the bucket's
// records are compared with its seal first.
// Events form a hash chain whose head is a record too. When one of bbolt's two
// meta pages is damaged bbolt falls back to the other, which is the state
// before the last transaction: that is refused as damage as well.
//
// # What is kept in memory
//
// State would read, hash and decode the outbox and all books each time. So the
// records it rests on stay in memory as they were decoded, with their checksums,
// and are used as long as these add up to the seal that the bucket has in the
// transaction at hand; what was written since is read again first, and when that
// does not do, the whole bucket (memory.go). A commit that failed, one that was
// rolled back, a reader with an older picture: the seal tells, and nothing else is
// asked. State shares what it hands out, which must not be written to: a record
// that changes is decoded into a new value, and a list or map of records is made
// anew, so that what was handed out stays as it was. CheckMemory, a part of Check,
// compares memory with disk and so finds out who has written. What rots on the disk while it is in
// memory is found by Check, by the next Open and where the record itself is
// looked up.
//
// # Fate of a failed commit
//
// A commit that returns an error may nevertheless be on disk. After one the DB
// is poisoned: everything but Raw and Close returns ErrPoisoned. Close it, open
// again, read again; never assume that the change was not written.
//
// # Damaged files
//
// A damaged page can make bbolt panic or touch memory outside the file. Reads
// and writes turn both into ErrDamaged. Not all can be turned (bbolt's own
// check runs in a goroutine of bbolt's), so a file that is in doubt is best
// opened and checked in a child process first. Nothing here repairs: a damaged
// database is left alone for its owner to restore.
package store
