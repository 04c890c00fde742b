package xmlscan

import "taizhang/ingest/sheet/strict"

// Skip reads to the end of the element whose Start was just returned.
func (s *Scanner) Skip() error {
	for depth := len(s.open); ; {
		kind, err := s.Next()
		if err != nil {
			return err
		}
		if kind == End && len(s.open) < depth {
			return nil
		}
	}
}

// Content appends the character data of the element whose Start was just
// returned, to its end. An element within it is an error, and so is more than
// limit bytes.
func (s *Scanner) Content(dst []byte, limit int) ([]byte, error) {
	for from := len(dst); ; {
		kind, err := s.Next()
		switch {
		case err != nil:
			return dst, err
		case kind == Text:
			if dst = append(dst, s.Data...); len(dst)-from > limit {
				return dst, strict.TooLarge(strict.LimitText, "a text of more than %d bytes", limit)
			}
		case kind == End:
			return dst, nil
		default:
			return dst, bad("element %q where text is expected", s.Name)
		}
	}
}

// Drain reads to the end of the document.
func (s *Scanner) Drain() error {
	for {
		kind, err := s.Next()
		if err != nil || kind == EOF {
			return err
		}
	}
}

// Children wants the root element to be the named one and calls visit at the
// start of each of its children; visit reads the child to its end.
func (s *Scanner) Children(root string, space Space, visit func() error) error {
	if kind, err := s.Next(); err != nil {
		return err
	} else if kind != Start || string(s.Name) != root || s.Space != space {
		return strict.Damaged(strict.Structure, "root element is %q, not %s", s.Name, root)
	}
	return s.Within(visit)
}

// Within calls visit at the start of each child of the current element, to the
// element's end. Character data between them is skipped.
func (s *Scanner) Within(visit func() error) error {
	for {
		kind, err := s.Next()
		if err != nil {
			return err
		}
		switch kind {
		case Start:
			if err := visit(); err != nil {
				return err
			}
		case End:
			return nil
		}
	}
}
