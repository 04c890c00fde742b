package mailbox

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"hash"
	"io"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"
)

// Messages above chunkAbove bytes are fetched in parts of chunkSize.
const (
	chunkAbove = 8 << 20
	chunkSize  = 2 << 20
)

// fresh is how long a connection is taken to be alive without a trial. A message
// must not be blamed for a connection that died while nobody used it.
const fresh = 10 * time.Second

// errText is a message's text that came twice and was not the same.
var errText = errors.New("fetched twice, the text differs")

// Fetch writes the raw text of a message to w. On any error what was written is
// void. An error is ErrTooLarge (nothing was fetched), ErrNotReturned (the
// server answered without the text; try again later), ErrConnection (the
// connection died while this text was fetched: it may be this message that kills
// it), or else one that has nothing to do with the message.
//
// The text is whole: as many bytes as the server announced, and its OK after
// them. Where the announced RFC822.SIZE differs, the text itself counts, once a
// second fetch has given the same bytes.
func (c *Client) Fetch(ctx context.Context, folder string, item Item, w io.Writer) error {
	if item.Size > MaxMessage {
		return &Error{Kind: KindTooLarge, Op: "fetch", Err: fmt.Errorf("%w: %d bytes", ErrTooLarge, item.Size)}
	}
	return c.fetch(ctx, folder, func(s *session) error { return s.message(item, w) })
}

// FetchHeader writes the header of a message to w, with the blank line behind
// it, however large the message is. Its errors are those of Fetch.
func (c *Client) FetchHeader(ctx context.Context, folder string, item Item, w io.Writer) error {
	return c.fetch(ctx, folder, func(s *session) error {
		_, err := s.section(item.UID, &imap.FetchItemBodySection{Peek: true, Specifier: imap.PartSpecifierHeader}, maxAnswer, w)
		return err
	})
}

// fetch opens the folder and runs op, once: what the connection dies of then is
// the message.
func (c *Client) fetch(ctx context.Context, folder string, op func(*session) error) error {
	open := func(s *session) error {
		if s.folder == folder && time.Since(s.used) < fresh {
			return nil
		}
		return s.examine(folder)
	}
	if err := c.run(ctx, "open", true, open); err != nil {
		var told *Error
		if errors.As(err, &told) && errors.Is(err, ErrConnection) {
			// It was not the message that the connection died of.
			return &Error{Kind: told.Kind, Op: told.Op, Err: errors.New(told.Err.Error())}
		}
		return err
	}
	return c.run(ctx, "fetch", false, func(s *session) error {
		if err := open(s); err != nil {
			return err
		}
		return op(s)
	})
}

// message fetches a message and makes sure of it.
func (s *session) message(item Item, w io.Writer) error {
	sum := sha256.New()
	out := &textWriter{to: w, sum: sum}
	if err := s.copyText(item, out); err != nil {
		return err
	}
	if out.n == item.Size {
		return nil
	}
	again := sha256.New()
	n, err := s.text(item.UID, nil, again)
	if err != nil {
		return err
	}
	if n != out.n || !bytes.Equal(sum.Sum(nil), again.Sum(nil)) {
		return missing(fmt.Errorf("%w: %d and %d bytes, %d announced", errText, out.n, n, item.Size))
	}
	return nil
}

// copyText fetches a message, a large one in parts. When the server does not
// give parts, the whole text is fetched; its beginning must then be what has
// been written already.
func (s *session) copyText(item Item, out *textWriter) error {
	if item.Size > chunkAbove {
		err := s.chunks(item, out)
		if err == nil || !errors.Is(err, ErrNotReturned) {
			return err
		}
	}
	rest := &restWriter{skip: out.n, to: out, seen: sha256.New()}
	done := out.sum.Sum(nil)
	if _, err := s.text(item.UID, nil, rest); err != nil {
		return err
	}
	if rest.skip > 0 || !bytes.Equal(rest.seen.Sum(nil), done) {
		return missing(errText)
	}
	return nil
}

// chunks fetches a message part by part until one is shorter than asked.
func (s *session) chunks(item Item, out *textWriter) error {
	for out.n <= MaxMessage {
		n, err := s.text(item.UID, &imap.SectionPartial{Offset: out.n, Size: chunkSize}, out)
		if err != nil {
			return err
		}
		if n < chunkSize || out.n == item.Size {
			return nil
		}
	}
	return &Error{Kind: KindTooLarge, Op: "fetch", Err: fmt.Errorf("%w: more than %d bytes", ErrTooLarge, MaxMessage)}
}

// text fetches a message's text, or a part of it, into w and returns its length.
func (s *session) text(uid uint32, part *imap.SectionPartial, w io.Writer) (int64, error) {
	return s.section(uid, &imap.FetchItemBodySection{Peek: true, Partial: part}, MaxMessage+maxLine, w)
}

// section fetches a section of a message, with an answer of at most limit bytes.
// After an error of the connection the library is not touched again: its reader
// still works on the message.
func (s *session) section(uid uint32, section *imap.FetchItemBodySection, limit int64, w io.Writer) (int64, error) {
	s.guard.expect(uid, limit)
	cmd := s.imap.Fetch(imap.UIDSetNum(imap.UID(uid)), &imap.FetchOptions{
		UID: true, BodySection: []*imap.FetchItemBodySection{section},
	})
	var size int64
	found := false
	for msg := cmd.Next(); msg != nil; msg = cmd.Next() {
		for item := msg.Next(); item != nil; item = msg.Next() {
			body, ok := item.(imapclient.FetchItemDataBodySection)
			if !ok || found || body.Literal == nil || !body.MatchCommand(section) {
				continue
			}
			found = true
			n, err := s.literal(w, body.Literal)
			if err != nil {
				return n, err
			}
			size = n
		}
	}
	switch err := cmd.Close(); {
	case isReply(err):
		return size, missing(err)
	case err != nil:
		return size, fmt.Errorf("text: %w", err)
	case !found, size == 0 && section.Partial == nil:
		return 0, missing(errors.New("no text in the answer"))
	}
	return size, nil
}

// literal copies a literal to w. When that fails the connection is ended.
func (s *session) literal(w io.Writer, lit imap.LiteralReader) (int64, error) {
	n, err := io.Copy(writeOnly{w}, lit)
	var write writeError
	switch {
	case errors.As(err, &write):
		_ = s.guard.fail(errDropped)
		_, _ = io.Copy(io.Discard, lit) // ends at once and lets the library's reader go
		return n, &Error{Kind: KindWrite, Op: "fetch", Err: write}
	case err != nil:
		return n, s.guard.fail(err)
	case n != lit.Size():
		return n, s.guard.fail(errShort)
	}
	return n, nil
}

// missing says that the server answered without the message.
func missing(err error) error {
	return &Error{Kind: KindMissing, Op: "fetch", Err: fmt.Errorf("%w: %w", ErrNotReturned, err)}
}

// writeError is a failure of the caller's writer.
type writeError struct{ err error }

func (e writeError) Error() string { return "write the message: " + e.err.Error() }
func (e writeError) Unwrap() error { return e.err }

// writeOnly marks the errors of a writer and hides its other methods.
type writeOnly struct{ io.Writer }

func (w writeOnly) Write(p []byte) (int, error) {
	n, err := w.Writer.Write(p)
	if err != nil {
		err = writeError{err}
	}
	return n, err
}

// textWriter passes a text on, counting and summing it.
type textWriter struct {
	to  io.Writer
	sum hash.Hash
	n   int64
}

func (w *textWriter) Write(p []byte) (int, error) {
	n, err := w.to.Write(p)
	w.n += int64(n)
	_, _ = w.sum.Write(p[:n]) // a hash takes everything
	return n, err
}

// restWriter passes a text on but for its first skip bytes, which it sums.
type restWriter struct {
	skip int64
	to   io.Writer
	seen hash.Hash
}

func (w *restWriter) Write(p []byte) (int, error) {
	known := min(w.skip, int64(len(p)))
	_, _ = w.seen.Write(p[:known]) // a hash takes everything
	w.skip -= known
	if int64(len(p)) == known {
		return len(p), nil
	}
	n, err := w.to.Write(p[known:])
	return int(known) + n, err
}
