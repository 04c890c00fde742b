package coremail

import (
	"strings"
	"sync"
	"time"
)

// Action is what a Fault does.
type Action int

// The actions. Those in the first group concern a command as a whole, those in
// the second one message of a FETCH.
const (
	Hang     Action = iota + 1 // never answers
	HangTag                    // sends the data, never the tagged reply
	Cut                        // closes the connection instead of answering
	CutTag                     // sends the data, then closes the connection
	Bye                        // says BYE (Text) and closes the connection
	Reply                      // answers Text, such as "NO LOGIN …", and does not run the command
	Untagged                   // sends Text as a line of its own before the answer
	Delay                      // waits for Pause before it answers

	CutLiteral  // closes the connection after N bytes of the text
	NilBody     // sends NIL for the text
	Missing     // leaves the message out, and answers OK
	LiteralSize // announces a text longer by N bytes than is sent
	Size        // says an RFC822.SIZE larger by N
	Slow        // sends the text byte by byte, with Pause between
	Line        // sends Text in place of the message's line in a listing
)

// Fault is one way to fail. The zero On and UID match every command and every
// message, the zero Times means for ever.
type Fault struct {
	On    string // the command, without UID: "LOGIN", "EXAMINE", "FETCH"
	UID   uint32 // only where this message's text is fetched (Size, Line: where it is listed)
	Times int    // how often; 0 means always
	Do    Action
	N     int64
	Text  string
	Pause time.Duration
}

// Faults is the list of what a Server is to do wrong.
type Faults struct {
	mu    sync.Mutex
	list  []Fault
	spent []int
	cut   int64 // armed by CutAfter; -1: not armed
}

func newFaults() *Faults { return &Faults{cut: -1} }

// Add appends faults; they are looked up in the order they were added.
func (f *Faults) Add(faults ...Fault) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, fault := range faults {
		f.list = append(f.list, fault)
		f.spent = append(f.spent, 0)
	}
}

// Clear removes all faults.
func (f *Faults) Clear() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.list, f.spent, f.cut = nil, nil, -1
}

// CutAfter closes the next connection once the server has sent n bytes of the
// protocol on it (TLS's own bytes do not count). It works once.
func (f *Faults) CutAfter(n int64) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.cut = n
}

// takeCut returns the limit for a new connection, -1 for none.
func (f *Faults) takeCut() int64 {
	f.mu.Lock()
	defer f.mu.Unlock()
	n := f.cut
	f.cut = -1
	return n
}

// ofMessage reports whether the action concerns one message of a FETCH.
func (f Fault) ofMessage() bool { return f.UID != 0 || f.Do >= CutLiteral }

// take returns the faults that strike now and counts them. For a command as a
// whole uid is 0; for a message, listed says that its text is not asked for.
func (f *Faults) take(on string, uid uint32, listed bool) []Fault {
	f.mu.Lock()
	defer f.mu.Unlock()
	var hit []Fault
	for i, fault := range f.list {
		switch {
		case fault.On != "" && !strings.EqualFold(fault.On, on),
			fault.Times > 0 && f.spent[i] >= fault.Times,
			fault.ofMessage() != (uid != 0),
			fault.UID != 0 && fault.UID != uid,
			uid != 0 && listed != (fault.Do == Size || fault.Do == Line):
			continue
		}
		f.spent[i]++
		hit = append(hit, fault)
	}
	return hit
}

// find returns the first fault of the given kind.
func find(faults []Fault, do Action) (Fault, bool) {
	for _, f := range faults {
		if f.Do == do {
			return f, true
		}
	}
	return Fault{}, false
}
