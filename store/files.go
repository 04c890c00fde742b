package store

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// eachMessage calls fn with every message in the folder: its name, relative to
// it, and its size. What is none is passed over: Inspect tells of it.
func eachMessage(raw string, fn func(name string, size int64) error) error {
	return filepath.WalkDir(raw, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		digest, ok := strings.CutSuffix(d.Name(), rawExt)
		if !ok || !validDigest(digest) || filepath.Base(filepath.Dir(path)) != digest[:2] || !d.Type().IsRegular() {
			return nil
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		return fn(filepath.Join(digest[:2], d.Name()), info.Size())
	})
}

// copyHashed copies a file and compares its bytes with the SHA-256.
func copyHashed(ctx context.Context, from, to, want string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer func() { _ = in.Close() }()
	h := sha256.New()
	if err := writeSynced(to, io.TeeReader(ctxReader{ctx, in}, h)); err != nil {
		return err
	}
	if got := hex.EncodeToString(h.Sum(nil)); got != want {
		return damaged("%s: its bytes have another digest", filepath.Base(from))
	}
	return nil
}

// writeSynced makes a file that is not there (0600) and brings it to disk.
func writeSynced(path string, r io.Reader) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(f, r)
	if err == nil {
		err = f.Sync()
	}
	return errors.Join(err, f.Close())
}

// syncTree makes the names in a folder and below it durable.
func syncTree(dir string) error {
	return filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err == nil && d.IsDir() {
			err = syncDir(path)
		}
		return err
	})
}
