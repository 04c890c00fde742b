// Package crash stops the program at every step that changes something outside
// its memory, starts it again, and wants the month to end as if nothing had
// happened: no mail lost, none sent twice, nothing stuck.
//
// It plays the sample month against the IMAP and SMTP servers of internal, over
// TLS on loopback, with the program built with the tag crash, and has
// internal/oracle look at every end. It holds tests only, behind that tag; make
// crash runs them. Real processes killed with SIGKILL are e2e's.
package crash
