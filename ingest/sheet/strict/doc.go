// Package strict holds what the readers under ingest/sheet share: the limits a
// file must keep, the typed error that says why a file was not read, and a zip
// archive of which every member is read to its end and checked.
//
// It knows no file format but the zip container, and it never repairs: what is
// not exactly as it says of itself is an error (rule book §2: damaged files
// are never half read).
package strict
