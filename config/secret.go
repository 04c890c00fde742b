package config

import (
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"strings"
)

// Secret says where a password is kept. It never holds the password itself,
// and prints as *** however it is printed.
type Secret struct {
	file string
	env  string
}

// String returns ***.
func (Secret) String() string { return "***" }

// GoString returns ***.
func (Secret) GoString() string { return "***" }

// LogValue keeps the secret out of logs.
func (Secret) LogValue() slog.Value { return slog.StringValue("***") }

// Read fetches the password: from the environment variable when that is set,
// else from the file, whose surrounding white space does not count. A file
// that others than its owner can read is refused.
func (s Secret) Read() (string, error) {
	if s.env != "" {
		if v := strings.TrimSpace(os.Getenv(s.env)); v != "" {
			return v, nil
		}
	}
	if s.file == "" {
		return "", secretError(nil, textNoSecret, s.env)
	}
	info, err := os.Stat(s.file)
	if err != nil {
		return "", secretError(err, textSecretMissing, s.file, s.env)
	}
	if info.Mode().Perm()&(fs.ModePerm&0o077) != 0 {
		return "", secretError(nil, textSecretOpen, s.file, s.file)
	}
	b, err := os.ReadFile(s.file)
	if err != nil {
		return "", secretError(err, textSecretMissing, s.file, s.env)
	}
	v := strings.TrimSpace(string(b))
	if v == "" {
		return "", secretError(nil, textSecretEmpty, s.file)
	}
	return v, nil
}

// SecretError says in words why the password could not be read. It never
// holds the password.
type SecretError struct {
	text string
	err  error
}

// Error returns the sentence for the administrator.
func (e *SecretError) Error() string { return e.text }

// Unwrap returns the cause, if there is one.
func (e *SecretError) Unwrap() error { return e.err }

func secretError(cause error, format string, args ...any) error {
	return &SecretError{fmt.Sprintf(format, args...), cause}
}
