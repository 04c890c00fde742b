package ledger

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
)

// BodyDigest returns the SHA-256, in hex, of what follows the header of a raw
// message, with CRLF line ends and without trailing empty lines: mail systems
// change no more than that on the way. It tells a copy of our own mail from a
// mail that only claims to be one.
func BodyDigest(raw []byte) string {
	text := strings.ReplaceAll(string(raw), "\r\n", "\n")
	_, body, _ := strings.Cut(text, "\n\n")
	sum := sha256.Sum256([]byte(strings.ReplaceAll(strings.TrimRight(body, "\n"), "\n", "\r\n")))
	return hex.EncodeToString(sum[:])
}
