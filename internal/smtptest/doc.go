// Package smtptest is an SMTP server with the replies of NetEase's servers
// (smtp.163.com), for the demo and for tests. It listens on loopback with
// implicit TLS under a throw-away authority, wants AUTH LOGIN or PLAIN, accepts
// mail only from the address that logged in, and keeps every accepted mail.
//
// A Step makes it refuse, wait, hang or cut the connection at a chosen phase,
// so that each row of the fault catalogue on sending can be played. It relays
// nothing: what it accepts stays in memory and goes to the OnAccept hook.
package smtptest
