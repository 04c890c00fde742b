// Package crashpoint marks the steps at which the program changes something
// outside its memory, or learns that something there has changed: a sync, a
// rename, a commit, a command to a mail server, that server's answer.
//
// Built as usual the marks are nothing. Built with the tag "crash" they let a
// test stop the program at any one of them: from that step on nothing it does
// has an effect any more, as if its machine had lost power with its files
// written out. What becomes of bytes that were not yet synced is not its
// business; the replays of recorded system calls are there for that.
//
// It decides nothing and is switched on by no setting, variable or flag.
package crashpoint
