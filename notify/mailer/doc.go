// Package mailer turns a composed mail into bytes, once, and hands those bytes
// to an SMTP server.
//
// Render makes the bytes with go-mail's Msg; the same mail always gives the
// same bytes. Client drives go-mail's lower smtp package over a connection of
// our own: go-mail's own client renders afresh when it sends, gives up all
// recipients for one refused, and cannot stop before the end of the data.
//
// It decides nothing about when or whether to send, and repeats nothing: that
// is the Courier's, in package notify. It knows TLS only, and has no option
// that would accept an unverified certificate.
package mailer
