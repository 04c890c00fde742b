package mailbox

import (
	"crypto/sha256"
	"fmt"
)

// secret is the authorisation code from the moment it is read until it is sent.
// However it is printed, three stars appear.
type secret string

const stars = "***"

// String returns three stars.
func (secret) String() string { return stars }

// GoString returns three stars, for %#v.
func (secret) GoString() string { return stars }

// Format prints three stars whatever the verb.
func (secret) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte(stars)) }

// MarshalText returns three stars, for JSON and slog.
func (secret) MarshalText() ([]byte, error) { return []byte(stars), nil }

// sum returns what is remembered of a refused code, to know it again.
func sum(code secret) [sha256.Size]byte { return sha256.Sum256([]byte(code)) }
