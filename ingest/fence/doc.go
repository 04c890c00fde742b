// Package fence reads files of strangers in a child process, and unpacks their
// archives: a Reader starts the same binary again as its child, hands it one file
// after another over a pipe, and takes back tables, or members, or the reason why
// there are none (architecture: reading is strict and fenced). What a file can do, it does to the child.
//
// The child is limited in
//
//   - memory: RLIMIT_DATA, set by the child on itself before it is given
//     anything, on Linux. Other systems have no such limit that Go can set; there
//     the budgets of ingest/sheet alone bound the memory, and the time;
//   - time: the parent kills the child, with its process group, when a file takes
//     longer than Options.Time;
//   - place: a folder of its own, which is its TMPDIR and working directory and
//     which the parent removes, or the child when its parent was killed (killed
//     within the moment between making it and telling the child, the parent leaves
//     it behind, empty); files it writes stay under 64 MiB on Linux; it has
//     no environment but what is named in start, no descriptor but its three pipes,
//     and leaves no core dump;
//   - the network: before its first file it has the kernel refuse it every socket,
//     connection and io_uring, for all its threads and for good (seccomp(2)), on
//     Linux with amd64 or arm64; elsewhere, and under a kernel without such
//     filters, that nothing in it opens a connection is shown by its imports alone;
//   - what it can hand back: frames of bounded length, each with its SHA-256 and
//     that of the request it answers, so that half a table, an answer to another
//     file or a stray byte is never taken for tables.
//
// A child that dies of a file is a finding about the file, after a fresh child
// has died of it too; a child that cannot be started, that breaks the protocol
// or whose reader panics is a failure of ours. See Reader.Read.
//
// It is no sandbox beyond that: the child runs as the same user, and who could make
// it run code of his own could read and write that user's files. It does not
// read files itself (ingest/sheet and ingest/unpack do) and decides nothing about mails.
package fence
