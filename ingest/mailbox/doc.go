// Package mailbox reads mail over IMAP: it lists folders and messages, fetches
// whole messages and waits for new ones. It is the only package that knows IMAP
// and the only one that uses go-imap's client.
//
// It only reads. Folders are opened with EXAMINE, texts are fetched with
// BODY.PEEK[], and nothing in it can mark, move, copy or delete a mail. It
// keeps no state beyond the connection: which mails are new, which were tried
// how often and which are given up is the caller's to know.
//
// The server it has in mind is NetEase's (163.com), which refuses clients that
// do not send ID, drops commands that overlap, has the constant UIDVALIDITY 1
// and neither UIDNEXT nor IDLE; so new mail is found by listing all messages,
// never by a high-water mark, and state never rests on flags or SEARCH. On every
// connection the order is: greeting, CAPABILITY, LOGIN, CAPABILITY, ID, EXAMINE,
// with one command at a time.
//
// A text is handed over only when as many bytes came as were announced and the
// command ended with OK; else there is an error and what was written is void.
// Answers that go-imap would give up the connection for never reach it: see
// guard.
package mailbox
