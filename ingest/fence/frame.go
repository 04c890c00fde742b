package fence

import (
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"slices"
)

// A frame is what goes over the pipe, in either direction:
//
//	magic 4, version 3, kind 1, length of the payload 4 (big endian), SHA-256 of
//	these ten bytes and the payload 32, payload
//
// Both ends are the same binary; the version is for a file that was replaced
// while a daemon ran.
const (
	magic      = "TZRF"
	version    = 3
	prefixSize = len(magic) + 2 + 4
	headerSize = prefixSize + sha256.Size
)

// kind is what a frame holds.
type kind byte

// The kinds, in the order of a conversation.
const (
	kindSetup   kind = iota + 1 // to the child: its limits, once
	kindHello                   // from the child: ready, limits set
	kindRequest                 // to the child: a file
	kindTables                  // from the child: the file's tables
	kindRefused                 // from the child: a *sheet.Error
	kindFailed                  // from the child: a failure of ours
	kindUnpack                  // to the child: an archive
	kindMembers                 // from the child: what could be had of the archive
)

// frame is one frame as it was received. sum names it.
type frame struct {
	kind    kind
	sum     [sha256.Size]byte
	payload []byte
}

// errFrame says that the other end does not keep to the protocol.
var errFrame = errors.New("not a frame of ours")

// writeFrame writes one frame, whose payload is the parts one after another,
// and returns its sum.
func writeFrame(w io.Writer, k kind, parts ...[]byte) (sum [sha256.Size]byte, err error) {
	n := 0
	for _, p := range parts {
		n += len(p)
	}
	head := make([]byte, 0, headerSize)
	head = append(head, magic...)
	head = append(head, version, byte(k))
	head = binary.BigEndian.AppendUint32(head, uint32(n)) // bounded by the callers, far below 4 GiB
	h := sha256.New()
	h.Write(head)
	for _, p := range parts {
		h.Write(p)
	}
	sum = [sha256.Size]byte(h.Sum(nil))
	for _, p := range append([][]byte{append(head, sum[:]...)}, parts...) {
		if _, err := w.Write(p); err != nil {
			return sum, fmt.Errorf("write a frame: %w", err)
		}
	}
	return sum, nil
}

// readFrame reads one frame of at most limit bytes of payload. admit is asked
// when a header has come; nil admits all and believes the length, which only
// the child does. Else no more memory is kept than was really sent. The error is io.EOF between frames, io.ErrUnexpectedEOF within
// one, and errFrame for what is no frame.
func readFrame(r io.Reader, limit int64, admit func() error) (frame, error) {
	var head [headerSize]byte
	if _, err := io.ReadFull(r, head[:]); err != nil {
		return frame{}, err
	}
	n := int64(binary.BigEndian.Uint32(head[6:prefixSize]))
	f := frame{kind: kind(head[5]), sum: [sha256.Size]byte(head[prefixSize:])}
	switch {
	case string(head[:4]) != magic:
		return f, fmt.Errorf("%w: no magic", errFrame)
	case head[4] != version:
		return f, fmt.Errorf("%w: version %d, want %d", errFrame, head[4], version)
	case n > limit:
		return f, fmt.Errorf("%w: %d bytes, at most %d", errFrame, n, limit)
	}
	step := int(n)
	if admit != nil {
		step = 1 << 20
		if err := admit(); err != nil {
			return f, err
		}
	}
	var err error
	if f.payload, err = readGrowing(r, int(n), step); err != nil {
		return f, err
	}
	h := sha256.New()
	h.Write(head[:prefixSize])
	h.Write(f.payload)
	if [sha256.Size]byte(h.Sum(nil)) != f.sum {
		return f, fmt.Errorf("%w: checksum", errFrame)
	}
	return f, nil
}

// readGrowing reads n bytes, the first step of them at once: what is only
// claimed costs no more than that.
func readGrowing(r io.Reader, n, step int) ([]byte, error) {
	buf := make([]byte, 0, min(n, step))
	for len(buf) < n {
		have := len(buf)
		more := min(n-have, max(step, have))
		buf = slices.Grow(buf, more)[:have+more]
		if _, err := io.ReadFull(r, buf[have:]); err != nil {
			if errors.Is(err, io.EOF) {
				err = io.ErrUnexpectedEOF
			}
			return nil, err
		}
	}
	return buf, nil
}
