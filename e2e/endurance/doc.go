// Package endurance plays a year with the program: a hundred units, fifty
// thousand mails, and the question whether it is as small and as tidy at the
// year's end as in its second month. It measures the memory, goroutines and
// descriptors of the daemon's process, and the size of the store.
//
// Three processes take part, all of them this test binary: the daemon, which is
// built and driven as serve does it but for the clock, its reader and inspector
// children; the world, an IMAP and an SMTP server whose mails must not count as
// the daemon's memory; and the test, which has internal/oracle look at what is
// left. It holds tests only; make endurance plays the whole year. Whether
// figures and letters are right is for other tests to say.
package endurance
