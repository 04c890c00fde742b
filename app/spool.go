package app

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
)

// memorySpool keeps raw messages for a dry run: nothing reaches the disk.
type memorySpool map[string][]byte

// KeepRaw returns the digest and size of what r holds.
func (memorySpool) KeepRaw(_ context.Context, r io.Reader, limit int64) (string, int64, error) {
	b, err := io.ReadAll(io.LimitReader(r, limit+1))
	if err != nil {
		return "", 0, err
	}
	if int64(len(b)) > limit {
		return "", 0, fmt.Errorf("message above the limit of %d bytes", limit)
	}
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:]), int64(len(b)), nil
}

// Raw returns the message kept under the digest.
func (m memorySpool) Raw(_ context.Context, digest string) ([]byte, error) {
	b, ok := m[digest]
	if !ok {
		return nil, fmt.Errorf("no message %s", digest)
	}
	return b, nil
}
