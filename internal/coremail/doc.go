// Package coremail is an IMAP server with the ways of NetEase's mail servers
// (163.com, on Coremail), for the demo and for tests. Its folders and messages
// live in memory and it listens on loopback, with TLS under a throw-away
// authority.
//
// With the NetEase profile it does what public protocol logs show of 163.com:
// it refuses SELECT and EXAMINE until the client has sent ID, drops commands
// that arrive while another one runs, has the constant UIDVALIDITY 1, gives no
// UIDNEXT, offers neither IDLE nor MOVE, keeps five flags only, and shows the
// last 30 days' mail. With the Plain profile it has IDLE and UIDNEXT, as
// Dovecot has. Both can be told to fail in the ways of the fault catalogue:
// see Fault.
//
// It is not a general IMAP server: it knows the commands a careful reader of
// mail needs (CAPABILITY, ID, NOOP, LOGIN, LIST, SELECT, EXAMINE, STATUS,
// FETCH, SEARCH ALL, APPEND, GETQUOTAROOT, IDLE, LOGOUT) and refuses every command that
// changes mail, after writing it down for Commands. It is written by hand and
// not on a library, so that it can cut a connection at any byte, and so that
// the client's library is not tested against itself.
package coremail
