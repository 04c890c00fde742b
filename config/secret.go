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
		return "", fmt.Errorf(textNoSecret, s.env)
	}
	info, err := os.Stat(s.file)
	if err != nil {
		return "", fmt.Errorf(textSecretMissing, s.file, s.env, err)
	}
	if info.Mode().Perm()&(fs.ModePerm&0o077) != 0 {
		return "", fmt.Errorf(textSecretOpen, s.file, s.file)
	}
	b, err := os.ReadFile(s.file)
	if err != nil {
		return "", fmt.Errorf(textSecretMissing, s.file, s.env, err)
	}
	v := strings.TrimSpace(string(b))
	if v == "" {
		return "", fmt.Errorf(textSecretEmpty, s.file)
	}
	return v, nil
}
