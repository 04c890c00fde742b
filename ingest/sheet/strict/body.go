package strict

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"errors"
	"hash/crc32"
	"io"
	"sync"

	"taizhang/ledger"
)

// body reads one member. It returns io.EOF only when the member has given as
// many bytes as the directory says, with the checksum the directory says, and
// nothing of the packed bytes is left over.
type body struct {
	m      *member
	src    bytes.Reader
	deflat io.ReadCloser // nil for a stored member
	left   uint64
	crc    uint32
	err    error
}

var inflaters = sync.Pool{New: func() any { return flate.NewReader(bytes.NewReader(nil)) }}

// Read opens the named part, calls use with its content and then reads what
// use has left of it, to the end. An error of use comes first, unless the
// member itself is damaged: then that is the error, for it explains the other.
func (a *Archive) Read(name string, use func(io.Reader) error) error {
	i, ok := a.byName[name]
	if !ok {
		return Damaged(Missing, "no part %q", name)
	}
	m := &a.members[i]
	b := &a.body
	if b.m != nil {
		return errors.New("strict: a member is being read already")
	}
	b.open(m)
	defer b.close()
	err := use(b)
	if err != nil && CodeOf(err) != ledger.FDamaged {
		return err // a limit, or the caller gave up: do not read on
	}
	if derr := b.drain(); derr != nil {
		return derr
	}
	m.done = true
	return err
}

// Rest calls use, as Read does, for every member that was not read so far.
func (a *Archive) Rest(use func(name string, r io.Reader) error) error {
	for i := range a.members {
		m := &a.members[i]
		if m.done {
			continue
		}
		if err := a.Read(m.name, func(r io.Reader) error { return use(m.name, r) }); err != nil {
			return err
		}
	}
	return nil
}

func (b *body) open(m *member) {
	b.m, b.left, b.crc, b.err = m, m.size, 0, nil
	b.src.Reset(m.packed)
	b.deflat = nil
	if m.method == zip.Deflate {
		b.deflat = inflaters.Get().(io.ReadCloser)
		if err := b.deflat.(flate.Resetter).Reset(&b.src, nil); err != nil {
			b.err = Damaged(Container, "member %q: %w", m.name, err)
		}
	}
}

func (b *body) close() {
	if b.deflat != nil {
		inflaters.Put(b.deflat)
	}
	b.m, b.deflat = nil, nil
	b.src.Reset(nil)
}

var waste = sync.Pool{New: func() any { p := make([]byte, 8<<10); return &p }}

// drain reads to the end and returns the error of the member, nil at its
// proper end.
func (b *body) drain() error {
	if b.err != nil {
		if b.err == io.EOF {
			return nil
		}
		return b.err
	}
	p := waste.Get().(*[]byte)
	defer waste.Put(p)
	for {
		if _, err := b.Read(*p); err == io.EOF {
			return nil
		} else if err != nil {
			return err
		}
	}
}

// Read implements io.Reader.
func (b *body) Read(p []byte) (int, error) {
	if b.err != nil {
		return 0, b.err
	}
	if len(p) == 0 {
		return 0, nil
	}
	var n int
	var err error
	if b.deflat != nil {
		n, err = b.deflat.Read(p)
	} else {
		n, err = b.src.Read(p)
	}
	if uint64(n) > b.left {
		b.err = Damaged(Container, "member %q is larger than it says", b.m.name)
		return 0, b.err
	}
	b.left -= uint64(n)
	b.crc = crc32.Update(b.crc, crc32.IEEETable, p[:n])
	if err != nil {
		b.err = b.end(err)
	}
	return n, b.err
}

// end judges the end of the stream: io.EOF when all is as the directory says.
func (b *body) end(err error) error {
	switch {
	case errors.Is(err, io.ErrUnexpectedEOF):
		return Damaged(Cut, "member %q is cut: %w", b.m.name, err)
	case err != io.EOF:
		return Damaged(Checksum, "member %q: %w", b.m.name, err)
	case b.left != 0:
		return Damaged(Cut, "member %q is %d bytes short", b.m.name, b.left)
	case b.crc != b.m.crc:
		return Damaged(Checksum, "member %q: wrong checksum", b.m.name)
	case b.src.Len() != 0:
		return Damaged(Container, "member %q: %d packed bytes are left over", b.m.name, b.src.Len())
	}
	return io.EOF
}
