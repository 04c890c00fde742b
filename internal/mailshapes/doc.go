// Package mailshapes makes mails with every fault of form that was seen in real
// mail or is known to break mail programs, around one file of the caller's, and
// says beside each what must come of it. Tests of ingest/attach and of the whole
// reading take their tables from it.
//
// It builds bytes; it reads none and imports nothing of ours.
package mailshapes
