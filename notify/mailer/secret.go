package mailer

import (
	"encoding/base64"
	"fmt"
	"log/slog"
	"strings"
)

// Secret is a password. However it is printed it shows as ***.
type Secret string

const masked = "***"

// String returns ***.
func (Secret) String() string { return masked }

// GoString returns ***.
func (Secret) GoString() string { return masked }

// Format prints *** for every verb.
func (Secret) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte(masked)) }

// MarshalText writes ***, so that no encoder writes the password.
func (Secret) MarshalText() ([]byte, error) { return []byte(masked), nil }

// LogValue logs ***.
func (Secret) LogValue() slog.Value { return slog.StringValue(masked) }

// redact removes the password, and the forms in which AUTH carries it, from
// words of the server: some servers repeat the line that they refuse.
func redact(text string, o *Options) string {
	pw := string(o.Password)
	if pw == "" {
		return text
	}
	enc := base64.StdEncoding.EncodeToString
	for _, s := range []string{
		enc([]byte("\x00" + o.Username + "\x00" + pw)), // AUTH PLAIN (RFC 4616)
		enc([]byte(pw)), // AUTH LOGIN
		pw,
	} {
		text = strings.ReplaceAll(text, s, masked)
	}
	return text
}
