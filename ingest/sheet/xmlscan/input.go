package xmlscan

import (
	"bytes"
	"encoding/binary"
	"io"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"

	"taizhang/ingest/sheet/strict"
)

// more loads bytes behind those from pos on, at least one. It reports false at
// the end of the document. It always fills the buffer, so that a source that
// gives a byte at a time costs no more than one that does not.
func (s *Scanner) more() (bool, error) {
	if s.srcErr != nil {
		return s.finish()
	}
	if s.pos > 0 {
		s.end = copy(s.buf, s.buf[s.pos:s.end])
		s.valid -= s.pos
		s.pos = 0
	}
	if s.end == len(s.buf) {
		if len(s.buf) >= s.lim.Tag {
			return false, strict.TooLarge(strict.LimitTag, "more than %d bytes of markup", s.lim.Tag)
		}
		s.buf = append(s.buf, make([]byte, len(s.buf))...)
	}
	if s.load(); s.srcErr != nil && s.srcErr != io.EOF {
		return false, s.srcErr
	}
	before := s.valid
	if err := s.check(); err != nil {
		return false, err
	}
	if s.valid > before {
		return true, nil
	}
	return s.finish()
}

// load reads until the buffer is full or the source ends.
func (s *Scanner) load() {
	for idle := 0; s.end < len(s.buf) && s.srcErr == nil; {
		n, err := s.src.Read(s.buf[s.end:])
		s.end += n
		switch {
		case err != nil && err != io.EOF && s.decoded && strict.CodeOf(err) == "":
			s.srcErr = strict.Damaged(strict.Encoding, "decode: %w", err)
		case err != nil:
			s.srcErr = err
		case n > 0:
			idle = 0
		default:
			if idle++; idle == 100 {
				s.srcErr = io.ErrNoProgress
			}
		}
	}
}

func (s *Scanner) finish() (bool, error) {
	if s.srcErr == io.EOF {
		if s.valid != s.end {
			return false, strict.Damaged(strict.Encoding, "document ends within a character")
		}
		return false, nil
	}
	return false, s.srcErr
}

// check advances valid over the whole characters that were loaded.
func (s *Scanner) check() error {
	b := s.buf[s.valid:s.end]
	n := len(b)
	for i := 1; i <= min(3, n); i++ {
		if c := b[n-i]; c >= 0xc0 { // the start of a character, perhaps cut
			if !utf8.FullRune(b[n-i:]) {
				n -= i
			}
			break
		} else if c < 0x80 {
			break
		}
	}
	b = b[:n]
	if !utf8.Valid(b) {
		return strict.Damaged(strict.Encoding, "bytes that are not UTF-8")
	}
	if s.decoded && bytes.Contains(b, []byte("\uFFFD")) {
		// Decoders put the replacement character for what is not of their
		// encoding; a document that needs one has no other use for it.
		return strict.Damaged(strict.Encoding, "bytes that are not of the declared encoding")
	}
	if hasControl(b) {
		return bad("control character")
	}
	s.valid += n
	return nil
}

// hasControl reports whether b holds a character below space that XML does not
// allow. It looks at eight bytes at a time.
func hasControl(b []byte) bool {
	for len(b) >= 8 {
		x := binary.LittleEndian.Uint64(b)
		if (x-0x2020202020202020)&^x&0x8080808080808080 != 0 && anyControl(b[:8]) {
			return true
		}
		b = b[8:]
	}
	return anyControl(b)
}

func anyControl(b []byte) bool {
	for _, c := range b {
		if c < 0x20 && !isSpace(c) {
			return true
		}
	}
	return false
}

// declared is the most that is searched for the XML declaration, in bytes.
const declared = 256

// detect finds the encoding of the document by its first bytes and its
// declaration (XML 1.0 appendix F) and puts a decoder before the source.
func (s *Scanner) detect() error {
	n, err := io.ReadFull(s.src, s.buf[:declared])
	if err != nil && err != io.EOF && err != io.ErrUnexpectedEOF {
		return err
	}
	head := s.buf[:n]
	if wide, ok := wideEncoding(head); ok {
		return s.decodeBy(wide, bytes.Clone(head))
	}
	marked := bytes.HasPrefix(head, []byte("\xef\xbb\xbf"))
	name := strings.ToLower(declaredEncoding(bytes.TrimPrefix(head, []byte("\xef\xbb\xbf"))))
	switch name {
	case "", "utf-8", "utf8", "us-ascii", "ascii":
		s.end = n
		if marked {
			s.pos, s.valid = 3, 3
		}
		return s.check()
	}
	enc, ok := named(name)
	if !ok || marked {
		return strict.Damaged(strict.Encoding, "document declared as %q, which it is not", name)
	}
	return s.decodeBy(enc, bytes.Clone(head))
}

// named returns the encoding of that name, unless it is UTF-16: what is that
// was found by its first bytes.
func named(name string) (encoding.Encoding, bool) {
	switch name {
	case "gb2312", "gbk", "gb18030":
		return simplifiedchinese.GB18030, true // it holds the other two
	}
	enc, err := htmlindex.Get(name)
	return enc, err == nil && !strings.HasPrefix(name, "utf-16")
}

func wideEncoding(head []byte) (encoding.Encoding, bool) {
	switch {
	case bytes.HasPrefix(head, []byte("\xff\xfe")), bytes.HasPrefix(head, []byte("<\x00?\x00")):
		return unicode.UTF16(unicode.LittleEndian, unicode.UseBOM), true
	case bytes.HasPrefix(head, []byte("\xfe\xff")), bytes.HasPrefix(head, []byte("\x00<\x00?")):
		return unicode.UTF16(unicode.BigEndian, unicode.UseBOM), true
	}
	return nil, false
}

// decodeBy makes the scanner read the source, from its first bytes on, through
// the decoder of enc.
func (s *Scanner) decodeBy(enc encoding.Encoding, head []byte) error {
	in := io.MultiReader(bytes.NewReader(head), s.src)
	s.src = transform.NewReader(in, enc.NewDecoder())
	s.decoded = true
	return nil
}

// declaredEncoding returns the encoding that the XML declaration at the start
// of head names, "" when it names none.
func declaredEncoding(head []byte) string {
	if !bytes.HasPrefix(head, []byte("<?xml")) {
		return ""
	}
	if i := bytes.Index(head, []byte("?>")); i >= 0 {
		head = head[:i]
	}
	_, rest, ok := bytes.Cut(head, []byte("encoding"))
	if !ok {
		return ""
	}
	rest = bytes.TrimLeft(rest, " \t\r\n=")
	if len(rest) < 2 || rest[0] != '"' && rest[0] != '\'' {
		return ""
	}
	value, _, ok := bytes.Cut(rest[1:], rest[:1])
	if !ok {
		return ""
	}
	return string(value)
}
