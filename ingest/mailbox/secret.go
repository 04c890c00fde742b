package mailbox

import (
	"crypto/sha256"
	"encoding/hex"
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

// trace is what is remembered of a refused code, to know whether a person has
// renewed it: 16 bits of a digest, which go with very many codes and so give none
// away. One time in 65,536 a new code is taken for the old one, and waits.
func trace(user string, code secret) string {
	sum := sha256.Sum256([]byte(user + "\x00" + string(code)))
	return hex.EncodeToString(sum[:2])
}
