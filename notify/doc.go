// Package notify decides which mails are due and delivers those that wait in
// the outbox.
//
// Plan is pure: from an instant, the campaign, the rules and a picture of the
// store it works out every mail that is due, every slot that is skipped and
// every one that must wait, each with its reason (rule book §4, §8). The clock
// only wakes it; the keys of the outbox are its memory.
//
// Courier is the delivery loop of the outbox (rule book §8; RFC 5321). It
// records an attempt before it dials and a second mark before the last bytes
// of the data, settles doubt by what the mailbox shows, and keeps the
// provider's limits across restarts. It never sends a mail blindly twice.
//
// The package composes no texts, renders no bytes, opens no connection and
// stores nothing: its neighbours compose and mailer, and the store behind the
// Outbox interface, do that.
package notify
