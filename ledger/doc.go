// Package ledger is the language of the office: campaigns, units, periods,
// forms, figures, findings, submissions and the instants that decide whether a
// report is on time. Every other package speaks in these terms (rule book §1).
//
// It depends on the standard library only and does no I/O: it reads no clock,
// no file and no configuration, and it holds no text that a person reads.
// Decisions take the instant they are made for as an argument.
package ledger
