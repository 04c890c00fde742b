package xmlscan

import (
	"bytes"

	"taizhang/ingest/sheet/strict"
)

// startTag reads the start tag at pos. When the buffer ends within it, it
// loads more and begins anew: buffers double, so a tag is read a few times at
// the most.
func (s *Scanner) startTag() (Kind, error) {
	for {
		done, err := s.tryStartTag()
		if err != nil {
			return 0, err
		}
		if done {
			return Start, nil
		}
		if ok, err := s.more(); err != nil {
			return 0, err
		} else if !ok {
			return 0, strict.Damaged(strict.Cut, "document ends within a tag")
		}
	}
}

// tryStartTag reports false when the tag is not wholly in the buffer.
func (s *Scanner) tryStartTag() (bool, error) {
	b := s.buf[s.pos:s.valid]
	n := nameEnd(b, 1)
	if n == len(b) {
		return false, nil
	}
	name := b[1:n]
	s.Attrs = s.Attrs[:0]
	s.scratch = s.scratch[:0]
	for i := n; ; {
		gap := i
		for i < len(b) && isSpace(b[i]) {
			i++
		}
		if i+1 >= len(b) && (i == len(b) || b[i] == '/') {
			return false, nil
		}
		switch {
		case b[i] == '>':
			return true, s.push(name, i+1, false)
		case b[i] == '/' && b[i+1] == '>':
			return true, s.push(name, i+2, true)
		case i == gap:
			return false, bad("no space before an attribute")
		}
		next, err := s.attribute(b, i)
		if next < 0 || err != nil {
			return false, err
		}
		i = next
	}
}

// nameEnd returns the end of the name that starts at i, len(b) when it is not
// in b.
func nameEnd(b []byte, i int) int {
	for ; i < len(b); i++ {
		switch b[i] {
		case ' ', '\t', '\n', '\r', '=', '/', '>', '<', '"', '\'', '&':
			return i
		}
	}
	return len(b)
}

// attribute reads the attribute at i into Attrs and returns its end, -1 when b
// ends before.
func (s *Scanner) attribute(b []byte, i int) (int, error) {
	n := nameEnd(b, i)
	at := n
	for at < len(b) && isSpace(b[at]) {
		at++
	}
	if at == len(b) {
		return -1, nil
	}
	if b[at] != '=' || n == i {
		return 0, bad("attribute without a value")
	}
	for at++; at < len(b) && isSpace(b[at]); {
		at++
	}
	if at == len(b) {
		return -1, nil
	}
	quote := b[at]
	if quote != '"' && quote != '\'' {
		return 0, bad("attribute value without quotes")
	}
	length := bytes.IndexByte(b[at+1:], quote)
	if length < 0 {
		return -1, nil
	}
	value := b[at+1 : at+1+length]
	if bytes.IndexByte(value, '<') >= 0 {
		return 0, bad("'<' in an attribute value")
	}
	if bytes.IndexByte(value, '&') >= 0 {
		from := len(s.scratch)
		var err error
		if s.scratch, err = unescape(s.scratch, value); err != nil {
			return 0, err
		}
		value = s.scratch[from:]
	}
	if len(s.Attrs) == s.lim.Attributes {
		return 0, strict.TooLarge(strict.LimitAttributes, "more than %d attributes", s.lim.Attributes)
	}
	prefix, name, err := split(b[i:n])
	if err != nil {
		return 0, err
	}
	s.Attrs = append(s.Attrs, Attr{Name: name, Value: value, prefix: prefix})
	return at + length + 2, nil
}

// split parts a qualified name into prefix and local name.
func split(name []byte) (prefix, rest []byte, err error) {
	i := bytes.IndexByte(name, ':')
	if i < 0 {
		if len(name) == 0 || !nameStart(name[0]) {
			return nil, nil, bad("%q is no name", name)
		}
		return nil, name, nil
	}
	prefix, rest = name[:i], name[i+1:]
	if i == 0 || len(rest) == 0 || !nameStart(prefix[0]) || !nameStart(rest[0]) || bytes.IndexByte(rest, ':') >= 0 {
		return nil, nil, bad("%q is no name", name)
	}
	return prefix, rest, nil
}

func nameStart(c byte) bool {
	return c == '_' || c >= 0x80 || 'a' <= c|0x20 && c|0x20 <= 'z'
}

// push opens the element of the tag that was read, ending at pos+length.
func (s *Scanner) push(qualified []byte, length int, empty bool) error {
	if len(s.open) == 0 && s.rooted {
		return bad("a second root element")
	}
	if len(s.open) == s.lim.Depth {
		return strict.TooLarge(strict.LimitDepth, "elements nested more than %d deep", s.lim.Depth)
	}
	prefix, name, err := split(qualified)
	if err != nil {
		return err
	}
	e := element{name: len(s.names), binds: len(s.binds), uses: len(s.uses), outer: s.space}
	if len(s.Attrs) > 0 {
		if err := s.bind(); err != nil {
			return err
		}
	}
	e.space = s.space
	if prefix != nil {
		if e.space, err = s.lookup(prefix); err != nil {
			return err
		}
	}
	s.names = append(s.names, qualified...)
	s.open = append(s.open, e)
	s.Space, s.Name = e.space, name
	s.pos += length
	s.closing = empty
	s.rooted = true
	return nil
}

// maxBindings bounds the namespace prefixes in force at one place: each name is
// looked up among them one by one.
const maxBindings = 256

// bind takes the namespace declarations out of Attrs, resolves the prefixes of
// the others and refuses an attribute that is given twice.
func (s *Scanner) bind() error {
	kept := s.Attrs[:0]
	prefixed := false
	for _, a := range s.Attrs {
		switch {
		case a.prefix == nil && string(a.Name) == "xmlns":
			s.space = s.spaceOf(a.Value)
		case string(a.prefix) == "xmlns":
			if len(s.binds) == maxBindings {
				return strict.TooLarge(strict.LimitAttributes, "more than %d namespace prefixes", maxBindings)
			}
			from := len(s.uses)
			s.uses = append(s.uses, a.Name...)
			s.binds = append(s.binds, binding{from, len(s.uses), s.spaceOf(a.Value)})
		default:
			prefixed = prefixed || a.prefix != nil
			kept = append(kept, a)
		}
	}
	s.Attrs = kept
	for i := range kept {
		for j := range i {
			if bytes.Equal(kept[i].Name, kept[j].Name) && bytes.Equal(kept[i].prefix, kept[j].prefix) {
				return bad("attribute %q given twice", kept[i].Name)
			}
		}
		if prefixed && kept[i].prefix != nil {
			var err error
			if kept[i].Space, err = s.lookup(kept[i].prefix); err != nil {
				return err
			}
		}
	}
	return nil
}

func (s *Scanner) spaceOf(uri []byte) Space {
	if len(uri) == 0 {
		return None
	}
	if sp, ok := s.spaces[string(uri)]; ok {
		return sp
	}
	return Other
}

func (s *Scanner) lookup(prefix []byte) (Space, error) {
	for i := len(s.binds) - 1; i >= 0; i-- {
		if b := s.binds[i]; bytes.Equal(s.uses[b.from:b.to], prefix) {
			return b.space, nil
		}
	}
	if string(prefix) == "xml" {
		return Other, nil
	}
	return 0, bad("prefix %q is not declared", prefix)
}

// Attr returns the value of the attribute without prefix, nil when it is not
// given.
func (s *Scanner) Attr(name string) []byte { return s.AttrNS(None, name) }

// AttrNS returns the value of the attribute of the namespace, nil when it is
// not given.
func (s *Scanner) AttrNS(space Space, name string) []byte {
	for i := range s.Attrs {
		if a := &s.Attrs[i]; a.Space == space && string(a.Name) == name {
			return a.Value
		}
	}
	return nil
}
