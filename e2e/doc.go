// Package e2e runs the real program, as a process of its own, against real
// parts: Debian's Dovecot holds the mailbox, an SMTP sink takes what is sent,
// LibreOffice prints and calculates the workbook and prints the bulletin. It
// holds tests only, behind the build tag e2e; scripts/e2e.sh installs what they
// need and runs them.
package e2e
