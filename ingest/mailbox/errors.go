package mailbox

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strings"
	"syscall"

	"github.com/emersion/go-imap/v2"
)

// Kind says what went wrong in terms a person can act on.
type Kind int

// The kinds.
const (
	KindDNS      Kind = iota + 1 // the host's name is not known, or no name server answers
	KindRefused                  // nothing listens at that host and port, or no route leads there
	KindTLS                      // no TLS, or a certificate that does not verify
	KindLogin                    // the server refuses the name or the authorisation code
	KindUnsafe                   // NetEase's "Unsafe Login": ID refused, or risk control
	KindTimeout                  // the server is silent or too slow
	KindLost                     // the server or the network ended the connection
	KindProtocol                 // the server answered what we cannot make sense of, or refused a command
	KindFolder                   // the server does not open this folder
	KindMissing                  // a message was asked for and not returned
	KindTooLarge                 // a message is above the limit
	KindSecret                   // the authorisation code could not be read
	KindWrite                    // the caller could not take the text
	KindClosed                   // the Client was closed
)

// sentences has one sentence for each kind.
var sentences = map[Kind]string{
	KindDNS:      "the mail server's name cannot be resolved",
	KindRefused:  "the mail server cannot be reached at this address",
	KindTLS:      "no verified TLS connection to the mail server",
	KindLogin:    "the mail server refused the login",
	KindUnsafe:   "the mail server calls the login unsafe and opens no folder",
	KindTimeout:  "the mail server does not answer in time",
	KindLost:     "the connection to the mail server was lost",
	KindProtocol: "the mail server's answer cannot be used",
	KindFolder:   "the mail server does not open the folder",
	KindMissing:  "the mail server did not return the message",
	KindTooLarge: "the message is larger than the limit",
	KindSecret:   "the authorisation code cannot be read",
	KindWrite:    "the message cannot be written",
	KindClosed:   "the mailbox client is closed",
}

// String returns the kind as a sentence without its full stop.
func (k Kind) String() string { return sentences[k] }

// Errors to ask for with errors.Is. ErrConnection and ErrNotReturned are what a
// caller counts strikes against a message for: the first when the connection
// died while that very message was fetched, the second when the server answered
// and left the message, or its text, out. A failure to get a connection is
// neither.
var (
	ErrConnection  = errors.New("connection lost during the command")
	ErrNotReturned = errors.New("asked, not returned")
	ErrUnsafeLogin = errors.New("unsafe login")
	ErrLogin       = errors.New("login refused")
	ErrTooLarge    = errors.New("message too large")
	ErrNoFolder    = errors.New("folder not opened")
	ErrClosed      = errors.New("client closed")
)

// Error is what the methods of Client return, apart from the context's errors.
type Error struct {
	Kind Kind
	Op   string // dial, login, folders, list, fetch, wait
	Err  error
}

// Error returns the operation, the kind's sentence and the cause.
func (e *Error) Error() string {
	return fmt.Sprintf("mailbox %s: %s: %v", e.Op, e.Kind, e.Err)
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// Causes found by the guard.
var (
	errSilent  = errors.New("no byte from the server within the limit")
	errTooLong = errors.New("the command takes longer than the limit")
	errTooMuch = errors.New("the server sends more than the limit for one command")
	errNoUID   = errors.New("a message's text came without its UID before it")
	errSecond  = errors.New("an answer has more than one text")
	errShort   = errors.New("the text is shorter than announced")
)

// byeError is the server's BYE.
type byeError struct{ text string }

func (e byeError) Error() string { return fmt.Sprintf("the server said BYE: %q", e.text) }

// dialError gives the kind of a failure to connect.
func dialError(err error) error {
	var (
		dns         *net.DNSError
		certificate *tls.CertificateVerificationError
		record      tls.RecordHeaderError
		alert       tls.AlertError
		host        x509.HostnameError
		authority   x509.UnknownAuthorityError
	)
	kind := KindLost
	switch {
	case errors.As(err, &dns):
		kind = KindDNS
	case errors.As(err, &certificate), errors.As(err, &record), errors.As(err, &alert),
		errors.As(err, &host), errors.As(err, &authority):
		kind = KindTLS
	case errors.Is(err, os.ErrDeadlineExceeded), errors.Is(err, context.DeadlineExceeded), isTimeout(err):
		kind = KindTimeout
	case errors.Is(err, syscall.ECONNREFUSED), errors.Is(err, syscall.EHOSTUNREACH), errors.Is(err, syscall.ENETUNREACH):
		kind = KindRefused
	}
	return &Error{Kind: kind, Op: "dial", Err: err}
}

func isTimeout(err error) bool {
	var timeout net.Error
	return errors.As(err, &timeout) && timeout.Timeout()
}

// connectionKind gives the kind of the failure that ended a connection.
func connectionKind(err error) Kind {
	var bye byeError
	switch {
	case errors.Is(err, errSilent), errors.Is(err, errTooLong):
		return KindTimeout
	case errors.Is(err, errTooMuch), errors.Is(err, errNoUID), errors.Is(err, errSecond):
		return KindProtocol
	case errors.As(err, &bye), errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, errShort):
		return KindLost
	case errors.Is(err, net.ErrClosed): // by go-imap, which could not read on
		return KindProtocol
	}
	return KindLost
}

// isUnsafe recognises NetEase's refusal of clients that it does not know.
func isUnsafe(err error) bool {
	var reply *imap.Error
	return errors.As(err, &reply) && strings.Contains(strings.ToLower(reply.Text), "unsafe login")
}

// isReply reports whether err is a NO or BAD of the server, after which the
// connection goes on.
func isReply(err error) bool {
	var reply *imap.Error
	return errors.As(err, &reply)
}
