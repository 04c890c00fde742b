package ods

import (
	"strconv"

	"taizhang/ingest/sheet/strict"
	"taizhang/ingest/sheet/xmlscan"
)

// paragraphs reads the text of a cell.
type paragraphs struct {
	d              *document
	x              *content
	struck, unseen bool // of the text at this place
	space          bool // white space stands before it, or the start of a paragraph
}

// read reads a paragraph to its end.
func (p *paragraphs) read() error {
	if p.x.shown {
		p.x.text = append(p.x.text, '\n')
	}
	p.x.shown = true
	p.space = true
	return p.mixed()
}

// mixed reads the text and the elements within the current one. White space
// counts as one space between words, and as none at the start (part 3 of the
// standard, §6.1.2); more is written as text:s.
func (p *paragraphs) mixed() error {
	s := p.d.s
	for {
		kind, err := s.Next()
		if err != nil {
			return err
		}
		switch kind {
		case xmlscan.End:
			return nil
		case xmlscan.Text:
			err = p.collapse(s.Data)
		case xmlscan.Start:
			err = p.element()
		}
		if err != nil {
			return err
		}
	}
}

func (p *paragraphs) collapse(b []byte) error {
	dst := p.target()
	for _, c := range b {
		if c == ' ' || c == '\t' || c == '\n' || c == '\r' {
			if !p.space {
				*dst = append(*dst, ' ')
			}
			p.space = true
			continue
		}
		*dst = append(*dst, c)
		p.space = false
	}
	return p.bound(*dst)
}

func (p *paragraphs) bound(b []byte) error {
	if len(b) > 8*p.d.lim.Text {
		return strict.TooLarge(strict.LimitText, "a text of more than %d bytes", 8*p.d.lim.Text)
	}
	return nil
}

// target returns where text at this place goes.
func (p *paragraphs) target() *[]byte {
	switch {
	case p.struck:
		return &p.x.gone
	case p.unseen:
		return &p.x.unseen
	}
	return &p.x.text
}

func (p *paragraphs) element() error {
	s := p.d.s
	if s.Space != spaceText {
		return s.Skip() // annotations and drawings
	}
	dst := p.target()
	switch string(s.Name) {
	case "s":
		n := 1
		if c := s.AttrNS(spaceText, "c"); c != nil {
			v, err := strconv.Atoi(string(c))
			if err != nil || v < 0 || v > p.d.lim.Text {
				return strict.Damaged(strict.Structure, "spaces out of number")
			}
			n = v
		}
		for range n {
			*dst = append(*dst, ' ')
		}
		p.space = false
	case "tab":
		*dst = append(*dst, '\t')
		p.space = false
	case "line-break":
		*dst = append(*dst, '\n')
		p.space = true
	case "span":
		return p.span()
	case "note", "ruby-text", "tracked-changes":
	default: // links, fields and the like
		return p.mixed()
	}
	if err := p.bound(*dst); err != nil {
		return err
	}
	return s.Skip()
}

// span reads a text:span in its own style.
func (p *paragraphs) span() error {
	struck, unseen := p.struck, p.unseen
	name := string(p.d.s.AttrNS(spaceText, "style-name"))
	if v, stated := p.d.styles.struckOut("text", name); stated {
		p.struck = v
	}
	if v, stated := p.d.styles.hides("text", name); stated {
		p.unseen = v
	}
	err := p.mixed()
	p.struck, p.unseen = struck, unseen
	return err
}
