package docx

import (
	"strconv"
	"unicode/utf8"

	"taizhang/ingest/sheet/strict"
)

// runState is what a run inherits from what stands around it.
type runState struct {
	cell      *cell // nil outside a table
	style     *style
	text      *[]byte // where the text of the paragraph goes
	inserting bool
}

// paragraph reads a w:p, or an equation that stands alone, into the cell or
// the story.
func (d *document) paragraph(c *cell) error {
	var text []byte
	r := runState{cell: c, text: &text}
	joined := false // its mark was deleted: the next paragraph goes on in it
	if c != nil {
		r.inserting = c.inserting
		if c.begun && !c.joined {
			text = append(text, '\n')
		}
	}
	if d.s.Space == spaceMath {
		if err := d.inline(&r); err != nil {
			return err
		}
	} else if err := d.s.Within(func() error {
		if d.s.Space == spaceW && string(d.s.Name) == "pPr" {
			return d.paragraphProperties(&r, &joined)
		}
		return d.inline(&r)
	}); err != nil {
		return err
	}
	if c != nil {
		c.text = append(c.text, text...)
		c.begun, c.joined = true, joined
		if len(c.text) > 8*d.lim.Text {
			return strict.TooLarge(strict.LimitText, "a text of more than %d bytes", 8*d.lim.Text)
		}
	}
	if len(text) == 0 {
		return nil
	}
	kept, err := d.book.Text(text)
	if err != nil {
		return err
	}
	d.story.Add(kept)
	return nil
}

func (d *document) paragraphProperties(r *runState, joined *bool) error {
	s := d.s
	return s.Within(func() error {
		if s.Space != spaceW {
			return s.Skip()
		}
		switch string(s.Name) {
		case "pStyle":
			r.style = d.styles[string(s.AttrNS(spaceW, "val"))]
		case "rPr": // of the paragraph mark
			return s.Within(func() error {
				*joined = *joined || s.Space == spaceW && string(s.Name) == "del"
				return s.Skip()
			})
		}
		return s.Skip()
	})
}

// inline reads an element of a paragraph. What it does not know it descends
// into, so that no text is lost.
func (d *document) inline(r *runState) error {
	s := d.s
	inner := func() error { return d.inline(r) }
	switch {
	case s.Space == spaceMC && string(s.Name) == "AlternateContent":
		return d.alternate(inner)
	case s.Space == spaceMath:
		if string(s.Name) == "t" {
			return d.characters(r)
		}
		return s.Within(inner)
	case s.Space != spaceW:
		return d.drawing()
	}
	switch string(s.Name) {
	case "r":
		return d.run(r)
	case "ins", "moveTo":
		return d.insertion(r, inner)
	case "del", "moveFrom", "pPr", "rPr", "sdtPr", "sdtEndPr", "smartTagPr", "customXmlPr", "rubyPr", "rt", "sectPr":
		return s.Skip()
	}
	return s.Within(inner)
}

func (d *document) insertion(r *runState, visit func() error) error {
	was := r.inserting
	r.inserting = true
	err := d.s.Within(visit)
	r.inserting = was
	return err
}

// drawing looks for text boxes within a drawing or picture.
func (d *document) drawing() error {
	s := d.s
	switch {
	case s.Space == spaceMC && string(s.Name) == "AlternateContent":
		return d.alternate(d.drawing)
	case s.Space == spaceW && string(s.Name) == "txbxContent":
		return d.textBox()
	}
	return s.Within(d.drawing)
}

// textBox reads the paragraphs and tables of a text box into the story around
// the table, or into that of the body.
func (d *document) textBox() error {
	story, fields := d.story, d.fields
	d.story, d.fields = d.boxes, nil
	err := d.s.Within(d.block)
	if err == nil && len(d.fields) > 0 {
		err = strict.Damaged(strict.Structure, "a field that does not end in its text box")
	}
	d.story, d.fields = story, fields
	return err
}

// run reads a w:r.
func (d *document) run(r *runState) error {
	s := d.s
	var own runProperties
	return s.Within(func() error {
		switch {
		case s.Space == spaceMC && string(s.Name) == "AlternateContent":
			return d.alternate(d.drawing)
		case s.Space == spaceMath && string(s.Name) == "t":
			return d.characters(r)
		case s.Space != spaceW:
			return s.Skip()
		}
		m := d.effective(r, &own)
		switch string(s.Name) {
		case "rPr":
			return d.runProperties(&own)
		case "t":
			return d.put(r, m, nil)
		case "tab", "ptab":
			return d.put(r, m, []byte{'\t'})
		case "br", "cr":
			return d.put(r, m, []byte{'\n'})
		case "noBreakHyphen":
			return d.put(r, m, []byte{'-'})
		case "sym":
			return d.symbol(r, m)
		case "fldChar":
			return d.field()
		case "drawing", "pict", "object":
			return s.Within(d.drawing)
		case "ruby":
			return s.Within(func() error { return d.inline(r) })
		}
		return s.Skip() // instrText, delText, footnote marks and the like
	})
}

// field follows the three marks of a field: its instruction does not count,
// its result does.
func (d *document) field() error {
	s := d.s
	switch kind := string(s.AttrNS(spaceW, "fldCharType")); kind {
	case "begin":
		if len(d.fields) == d.lim.Depth {
			return strict.TooLarge(strict.LimitDepth, "fields nested more than %d deep", d.lim.Depth)
		}
		d.fields = append(d.fields, false)
	case "separate", "end":
		n := len(d.fields)
		if n == 0 {
			return strict.Damaged(strict.Structure, "the %s of a field that did not begin", kind)
		}
		d.fields[n-1] = true
		if kind == "end" {
			d.fields = d.fields[:n-1]
		}
	default:
		return strict.Damaged(strict.Structure, "a field mark of unknown kind")
	}
	return s.Skip()
}

// inResult reports whether text at this place shows: no open field is still
// in its instruction.
func (d *document) inResult() bool {
	for _, result := range d.fields {
		if !result {
			return false
		}
	}
	return true
}

// symbol reads a w:sym, a character of a symbol font. It stays in the private
// area of Unicode: what it looks like is the font's affair.
func (d *document) symbol(r *runState, m marks) error {
	code, err := strconv.ParseUint(string(d.s.AttrNS(spaceW, "char")), 16, 16)
	if err != nil || !utf8.ValidRune(rune(code)) || code < ' ' {
		return strict.Damaged(strict.Structure, "a symbol that is no character")
	}
	return d.put(r, m, utf8.AppendRune(nil, rune(code)))
}

// characters reads a text of an equation, which has no run of Word's.
func (d *document) characters(r *runState) error { return d.put(r, marks{}, nil) }

// put adds the text, or without one the character data of the current element,
// to where it belongs, and reads the element to its end.
func (d *document) put(r *runState, m marks, text []byte) error {
	s := d.s
	dst := r.text
	var lost []byte
	switch {
	case m.struck && r.cell != nil:
		dst = &r.cell.gone
	case m.hidden && r.cell != nil:
		dst = &r.cell.unseen
	case m.struck || m.hidden || !d.inResult():
		dst = &lost
	}
	before := len(*dst)
	var err error
	if text != nil {
		*dst = append(*dst, text...)
		err = s.Skip()
	} else {
		*dst, err = s.Content(*dst, 8*d.lim.Text)
	}
	if len(*dst) > 8*d.lim.Text {
		return strict.TooLarge(strict.LimitText, "a text of more than %d bytes", 8*d.lim.Text)
	}
	if r.cell != nil && dst == r.text && len(*dst) > before && r.inserting {
		r.cell.inserted = true
	}
	return err
}
