package store

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"os"
	"path/filepath"

	"taizhang/internal/crashpoint"
)

// tempName is the pattern of a message that is being written.
const tempName = "*.part"

// rawExt ends the name of a message.
const rawExt = ".eml"

// KeepRaw writes the message that r gives to its file, and returns the SHA-256
// of its bytes, in hex, and their number. When it returns, the bytes are on
// disk under their name. A message that is there already is not written again,
// but its file must have that size, else ErrDamaged. Of one that was deleted on
// request (ForgetMail) nothing is kept. One of more than limit
// bytes is ErrTooLarge, and nothing is kept.
func (db *DB) KeepRaw(ctx context.Context, r io.Reader, limit int64) (digest string, size int64, err error) {
	if db.readOnly {
		return "", 0, fmt.Errorf("keep message: %w", ErrReadOnly)
	}
	if err := db.usable(ctx); err != nil {
		return "", 0, fmt.Errorf("keep message: %w", err)
	}
	digest, size, err = db.keepRaw(ctx, r, limit)
	if err != nil {
		return "", 0, fmt.Errorf("keep message: %w", err)
	}
	return digest, size, nil
}

func (db *DB) keepRaw(ctx context.Context, r io.Reader, limit int64) (string, int64, error) {
	root := db.raw
	if err := crashpoint.Reach("raw create"); err != nil {
		return "", 0, err
	}
	tmp, err := os.CreateTemp(root, tempName)
	if err != nil {
		return "", 0, err
	}
	defer func() { // renamed by then, unless something failed
		if crashpoint.Reach("raw remove") == nil {
			_ = os.Remove(tmp.Name())
		}
	}()
	h := sha256.New()
	allowed := min(max(limit, 0), math.MaxInt64-1) + 1 // one more, to see that it is too large
	size, err := io.Copy(io.MultiWriter(tmp, h), io.LimitReader(ctxReader{ctx, r}, allowed))
	switch {
	case err != nil:
	case size > limit:
		err = fmt.Errorf("%w of %d bytes", ErrTooLarge, limit)
	default:
		if err = crashpoint.Reach("raw sync"); err == nil {
			err = tmp.Sync()
		}
	}
	if err = errors.Join(err, tmp.Close()); err != nil {
		return "", 0, err
	}
	digest := hex.EncodeToString(h.Sum(nil))
	if gone, err := db.isForgotten(ctx, digest); err != nil || gone {
		return digest, size, err // deleted on request: it is not kept again
	}
	path := db.rawPath(digest)
	err = checkRawSize(path, digest, size)
	if errors.Is(err, fs.ErrNotExist) {
		if err = db.makeDir(root, filepath.Dir(path)); err == nil {
			err = crashpoint.Reach("raw rename")
		}
		if err == nil {
			err = os.Rename(tmp.Name(), path)
		}
	}
	if err != nil {
		return "", 0, err
	}
	// Even when the file was there: the run that wrote it may have ended
	// before its name was durable.
	if err := crashpoint.Reach("raw folder sync"); err != nil {
		return "", 0, err
	}
	return digest, size, syncDir(filepath.Dir(path))
}

// makeDir makes the folder dir in root, and its name durable.
func (db *DB) makeDir(root, dir string) error {
	if _, ok := db.durable.Load(dir); ok {
		return nil
	}
	if err := crashpoint.Reach("raw folder make"); err != nil {
		return err
	}
	if err := os.Mkdir(dir, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	if err := syncDir(root); err != nil {
		return err
	}
	db.durable.Store(dir, true)
	return nil
}

// Raw returns the bytes of the message with the digest. Bytes that do not have
// that digest any more are ErrDamaged; a message that is not there is
// ErrUnknown and fs.ErrNotExist.
func (db *DB) Raw(ctx context.Context, digest string) ([]byte, error) {
	if err := ctx.Err(); err != nil {
		return nil, fmt.Errorf("read message: %w", err)
	}
	if !validDigest(digest) {
		return nil, unknown("message %q", digest)
	}
	data, err := os.ReadFile(db.rawPath(digest))
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, unknown("message %s: %w", digest, err)
	case err != nil:
		return nil, fmt.Errorf("read message: %w", err)
	}
	if h := sha256.Sum256(data); hex.EncodeToString(h[:]) != digest {
		return nil, damaged("message %s: its bytes have another digest", digest)
	}
	return data, nil
}

func (db *DB) rawPath(digest string) string {
	return filepath.Join(db.raw, digest[:2], digest+rawExt)
}

// checkRawSize returns an error that is fs.ErrNotExist when the file of the
// message is not there, and ErrDamaged when it has another size.
func checkRawSize(path, digest string, size int64) error {
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	if !info.Mode().IsRegular() || info.Size() != size {
		return damaged("message %s: its file has %d bytes, not %d", digest, info.Size(), size)
	}
	return nil
}

// validDigest reports whether s is a SHA-256 in lower-case hex, and so safe as
// a file name.
func validDigest(s string) bool {
	if len(s) != hex.EncodedLen(sha256.Size) {
		return false
	}
	for _, c := range s {
		if (c < '0' || c > '9') && (c < 'a' || c > 'f') {
			return false
		}
	}
	return true
}

// ctxReader stops reading when its context ends.
type ctxReader struct {
	ctx context.Context
	r   io.Reader
}

func (c ctxReader) Read(p []byte) (int, error) {
	if err := c.ctx.Err(); err != nil {
		return 0, err
	}
	return c.r.Read(p)
}
