// Package unpack turns the bytes of one archive (.zip, .rar, .7z) into its
// members: their names as they are stored, their bytes, and what was wrong.
//
// It is the one home of the decoders of rar and 7z. They run on files of
// strangers, can take much memory and can panic, so a daemon calls the package
// in the fenced child alone (ingest/fence); Open in the own process is for the
// demo, for tests and for check without a child.
//
// Nothing is half read in silence: a member whose checksum is wrong or cannot be
// checked says so, as does an archive whose end is missing, and what is above a
// limit is refused and named. No password is ever tried.
//
// What it does not do: it opens no archive inside an archive (ingest/attach
// does, and counts the levels), writes nothing to a disk, joins no volumes, and
// decodes no names: they may be in any character set, and are never paths.
package unpack
