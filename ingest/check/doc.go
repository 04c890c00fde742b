// Package check reads the tables of one file as ledgers, rosters or neither,
// and says everything that is wrong with them: tables, the form and what is
// known of the mail go in, readings with findings come out (rule book §2, §3,
// §6).
//
// It finds the form wherever it stands on a sheet and in any of the layouts of
// rule book §2, never by position: each cell gets its meaning from the header
// words above it and the label words beside it. What it cannot tell apart it
// does not guess; it blocks or holds, with the place and the value.
//
// It is pure: it reads no clock, no file and no store. It does not decide
// whether a sender is genuine (findings I13, I14, I17, I18), assigns no
// versions, and writes no sentence that a person reads.
package check
