package xmlscan

import (
	"bytes"
	"io"
	"sync"

	"taizhang/ingest/sheet/strict"
)

// Kind is what a token is.
type Kind uint8

// The kinds of token.
const (
	Start Kind = iota + 1 // of an element; an empty element gives Start and End
	End                   // of an element
	Text                  // a piece of character data; a run may come in several
	EOF                   // the proper end of the document
)

// Space names a namespace by a small number of the caller's choosing, at least
// 1 and below Other.
type Space uint8

// Spaces that the caller does not choose.
const (
	None  Space = 0   // no namespace
	Other Space = 255 // one that the caller did not name
)

// Spaces gives the caller's numbers by namespace name. Two names may share one
// number, as the transitional and the strict form of OOXML do.
type Spaces map[string]Space

// Attr is one attribute of the current start tag. Its slices are valid until
// the next call of Next. Declarations of namespaces are not among them.
type Attr struct {
	Space Space // None for an attribute without prefix
	Name  []byte
	Value []byte

	prefix []byte
}

// Scanner reads the tokens of one document. Get one with New, give it back
// with Release.
type Scanner struct {
	// The current token. Space and Name are of its element (Start and End),
	// Data is of a Text. The slices are valid until the next call of Next.
	Space Space
	Name  []byte
	Attrs []Attr
	Data  []byte

	src    io.Reader
	lim    strict.Limits
	spaces Spaces

	buf    []byte
	pos    int   // of the next byte to read
	valid  int   // buf[pos:valid] is checked UTF-8
	end    int   // buf[valid:end] is the beginning of a character
	srcErr error // what the source ended with

	open    []element
	names   []byte // qualified names of the open elements
	binds   []binding
	uses    []byte // prefixes of the bindings
	space   Space  // of names without prefix
	scratch []byte // decoded text or attribute values
	closing bool   // an empty element's End is due
	inData  bool   // within a CDATA section
	rooted  bool   // the root element was seen
	decoded bool   // the source is put through a decoder
}

type element struct {
	name  int // start of its qualified name in names
	binds int // number of bindings outside it
	uses  int // length of uses outside it
	outer Space
	space Space
}

type binding struct {
	from, to int // of the prefix in uses
	space    Space
}

const firstBuffer = 16 << 10

var pool = sync.Pool{New: func() any { return &Scanner{buf: make([]byte, firstBuffer)} }}

// New returns a scanner of the document that src gives. It detects the
// encoding, so it reads from src.
func New(src io.Reader, lim strict.Limits, spaces Spaces) (*Scanner, error) {
	s := pool.Get().(*Scanner)
	*s = Scanner{
		buf: s.buf, open: s.open[:0], names: s.names[:0], binds: s.binds[:0],
		uses: s.uses[:0], scratch: s.scratch[:0], Attrs: s.Attrs[:0],
		src: src, lim: lim.OrDefault(), spaces: spaces,
	}
	if err := s.detect(); err != nil {
		s.Release()
		return nil, err
	}
	return s, nil
}

// Release gives the scanner's buffers to the next document. It must not be
// used afterwards.
func (s *Scanner) Release() {
	if cap(s.buf) > 256<<10 || cap(s.scratch) > 256<<10 {
		return // grown by an odd document: let it go
	}
	s.src, s.spaces = nil, nil
	pool.Put(s)
}

// Depth returns the number of open elements.
func (s *Scanner) Depth() int { return len(s.open) }

// Next returns the next token. After EOF or an error it must not be called.
// Errors are of type *strict.Error, or those of the source.
func (s *Scanner) Next() (Kind, error) {
	if s.closing {
		s.closing = false
		s.pop()
		return End, nil
	}
	for {
		if s.inData {
			if kind, err := s.cdata(); kind != 0 || err != nil {
				return kind, err
			}
			continue
		}
		if s.pos == s.valid {
			if ok, err := s.more(); err != nil {
				return 0, err
			} else if !ok {
				return s.atEnd()
			}
		}
		if s.buf[s.pos] != '<' {
			if kind, err := s.text(); kind != 0 || err != nil {
				return kind, err
			}
			continue
		}
		if kind, err := s.markup(); kind != 0 || err != nil {
			return kind, err
		}
	}
}

func (s *Scanner) atEnd() (Kind, error) {
	if len(s.open) > 0 {
		return 0, strict.Damaged(strict.Cut, "document ends within %q", s.names[s.open[len(s.open)-1].name:])
	}
	if !s.rooted {
		return 0, strict.Damaged(strict.Cut, "document without an element")
	}
	return EOF, nil
}

// markup reads what begins with '<' at pos. It returns no kind for what gives
// no token: comments and processing instructions.
func (s *Scanner) markup() (Kind, error) {
	if err := s.need(2); err != nil {
		return 0, err
	}
	switch s.buf[s.pos+1] {
	case '/':
		return s.endTag()
	case '?':
		s.pos += 2
		return 0, s.skipPast("?>")
	case '!':
		return 0, s.declaration()
	}
	return s.startTag()
}

// declaration reads a comment, or enters a CDATA section.
func (s *Scanner) declaration() error {
	if err := s.need(4); err != nil {
		return err
	}
	if string(s.buf[s.pos:s.pos+4]) == "<!--" {
		s.pos += 4
		return s.skipPast("-->")
	}
	if err := s.need(9); err != nil {
		return err
	}
	if string(s.buf[s.pos:s.pos+9]) == "<![CDATA[" && len(s.open) > 0 {
		s.pos += 9
		s.inData = true
		return nil
	}
	if bytes.EqualFold(s.buf[s.pos:s.pos+9], []byte("<!DOCTYPE")) {
		return strict.Damaged(strict.Doctype, "document type declaration")
	}
	return bad("unknown declaration")
}

// need makes n bytes available from pos on.
func (s *Scanner) need(n int) error {
	for s.valid-s.pos < n {
		if ok, err := s.more(); err != nil {
			return err
		} else if !ok {
			return strict.Damaged(strict.Cut, "document ends within markup")
		}
	}
	return nil
}

// skipPast moves behind the next occurrence of mark.
func (s *Scanner) skipPast(mark string) error {
	for {
		if i := bytes.Index(s.buf[s.pos:s.valid], []byte(mark)); i >= 0 {
			s.pos += i + len(mark)
			return nil
		}
		s.pos = max(s.pos, s.valid-len(mark)+1)
		if ok, err := s.more(); err != nil {
			return err
		} else if !ok {
			return strict.Damaged(strict.Cut, "document ends before %q", mark)
		}
	}
}

func (s *Scanner) endTag() (Kind, error) {
	if len(s.open) == 0 {
		return 0, bad("end tag outside the root element")
	}
	want := s.names[s.open[len(s.open)-1].name:]
	if err := s.need(len(want) + 3); err != nil {
		return 0, err
	}
	at := s.pos + 2
	if !bytes.Equal(s.buf[at:at+len(want)], want) {
		return 0, bad("end tag does not match %q", want)
	}
	s.pos = at + len(want)
	for {
		switch c := s.buf[s.pos]; {
		case c == '>':
			s.pos++
			s.pop()
			return End, nil
		case !isSpace(c):
			return 0, bad("end tag does not match %q", want)
		}
		s.pos++
		if err := s.need(1); err != nil {
			return 0, err
		}
	}
}

// pop closes the innermost element and makes it the current one.
func (s *Scanner) pop() {
	top := len(s.open) - 1
	e := s.open[top]
	s.Name = local(s.names[e.name:])
	s.Space = e.space
	s.space = e.outer
	s.binds = s.binds[:e.binds]
	s.uses = s.uses[:e.uses]
	s.names = s.names[:e.name]
	s.open = s.open[:top]
	s.Attrs = s.Attrs[:0]
}

func local(name []byte) []byte {
	return name[bytes.IndexByte(name, ':')+1:]
}

func isSpace(c byte) bool { return c == ' ' || c == '\n' || c == '\t' || c == '\r' }

func bad(format string, args ...any) error {
	return strict.Damaged(strict.XML, format, args...)
}
