package docx

import (
	"context"

	"taizhang/ingest/sheet/grid"
	"taizhang/ingest/sheet/opc"
	"taizhang/ingest/sheet/strict"
	"taizhang/ingest/sheet/xmlscan"
	"taizhang/ledger"
)

// The namespaces this reader knows. The transitional and the strict form of a
// namespace are one.
const (
	spaceW    xmlscan.Space = iota + 1 // WordprocessingML
	spaceMath                          // equations
	spaceMC                            // markup compatibility
	spacePack                          // relationship parts
)

var spaces = xmlscan.Spaces{
	"http://schemas.openxmlformats.org/wordprocessingml/2006/main": spaceW,
	"http://purl.oclc.org/ooxml/wordprocessingml/main":             spaceW,
	"http://schemas.openxmlformats.org/officeDocument/2006/math":   spaceMath,
	"http://purl.oclc.org/ooxml/officeDocument/math":               spaceMath,
	"http://schemas.openxmlformats.org/markup-compatibility/2006":  spaceMC,
	opc.RelsName: spacePack,
}

// document is one file while it is read.
type document struct {
	ctx    context.Context // of the call of Read
	s      *xmlscan.Scanner
	book   *grid.Book
	lim    strict.Limits
	styles map[string]*style
	usual  marks // of text without any style

	story  *grid.Story
	boxes  *grid.Story // where the paragraphs of text boxes go
	fields []bool      // open fields, outermost first; true once the result is reached
	buried bool        // in a hidden row
	steps  int
}

// Read reads the document in data. file is its name for display. Tables come
// in the order of the document, a nested one behind the one that holds it.
// Errors are of type *strict.Error, or those of ctx.
func Read(ctx context.Context, file string, data []byte, lim strict.Limits) ([]*ledger.Table, error) {
	lim = lim.OrDefault()
	arc, err := strict.OpenArchive(data, lim)
	if err != nil {
		return nil, err
	}
	p := opc.Package{Archive: arc, Limits: lim, Spaces: spaces, Rels: spacePack}
	if !p.Has("[content_types].xml") {
		return nil, strict.Damaged(strict.Missing, "no [Content_Types].xml")
	}
	main, rels, err := mainPart(&p)
	if err != nil {
		return nil, err
	}
	d := &document{ctx: ctx, book: grid.NewBook(file, lim), lim: lim}
	styles, err := opc.One(rels, "styles")
	if err != nil {
		return nil, err
	}
	if styles != nil {
		if err := p.Scan(styles.Target, d.readStyles); err != nil {
			return nil, err
		}
	}
	if err := p.Scan(main, d.read); err != nil {
		return nil, err
	}
	if err := p.ReadRest(ctx); err != nil {
		return nil, err
	}
	return d.book.Tables(), nil
}

// mainPart returns the name of the document part and its relationships, whose
// targets are all there.
func mainPart(p *opc.Package) (string, []opc.Relation, error) {
	root, err := p.Relations("")
	if err != nil {
		return "", nil, err
	}
	main, err := opc.One(root, "officeDocument")
	if err != nil {
		return "", nil, err
	}
	if main == nil {
		return "", nil, strict.Damaged(strict.Missing, "no document part")
	}
	rels, err := p.Relations(main.Target)
	if err != nil {
		return "", nil, err
	}
	return main.Target, rels, p.Present(main.Target, rels)
}

// read reads the document part.
func (d *document) read(s *xmlscan.Scanner) error {
	d.s = s
	d.story = &grid.Story{}
	d.boxes = d.story
	body := false
	err := s.Children("document", spaceW, func() error {
		if s.Space != spaceW || string(s.Name) != "body" {
			return s.Skip()
		}
		if body {
			return strict.Damaged(strict.Duplicate, "two bodies")
		}
		body = true
		return s.Within(d.block)
	})
	switch {
	case err != nil:
		return err
	case !body:
		return strict.Damaged(strict.Structure, "document without a body")
	case len(d.fields) > 0:
		return strict.Damaged(strict.Structure, "document ends within a field")
	}
	if len(d.book.Tables()) > 0 {
		return nil
	}
	t, err := d.book.Table("")
	if err != nil {
		return err
	}
	t.Before = d.story.Waiting
	_, err = t.Close()
	return err
}

// block reads an element of the body.
func (d *document) block() error { return d.blockIn(nil) }

// blockIn reads an element of the body or, with c, of a cell.
func (d *document) blockIn(c *cell) error {
	s := d.s
	if d.steps++; d.steps%4096 == 0 {
		if err := d.ctx.Err(); err != nil {
			return err
		}
	}
	inner := func() error { return d.blockIn(c) }
	if s.Space == spaceMC && string(s.Name) == "AlternateContent" {
		return d.alternate(inner)
	}
	if s.Space == spaceMath {
		return d.paragraph(c) // an equation that stands alone
	}
	if s.Space != spaceW {
		return s.Skip()
	}
	switch string(s.Name) {
	case "p":
		return d.paragraph(c)
	case "tbl":
		return d.table()
	case "sdt", "sdtContent", "customXml", "smartTag":
		return s.Within(inner)
	case "ins", "moveTo":
		return d.inserted(c, func() error { return s.Within(inner) })
	case "altChunk":
		// A part in another format stands here, for Word to take in.
		return strict.Unsupported("docx")
	}
	return s.Skip()
}

// inserted calls read for what was inserted under track changes.
func (d *document) inserted(c *cell, read func() error) error {
	if c == nil {
		return read()
	}
	was := c.inserting
	c.inserting = true
	defer func() { c.inserting = was }()
	return read()
}

// alternate reads one of the alternatives of the current element: the first
// that is no fallback, for writers give what they mean first.
func (d *document) alternate(visit func() error) error {
	s := d.s
	taken := false
	return s.Within(func() error {
		name := string(s.Name)
		if taken || s.Space != spaceMC || name != "Choice" && name != "Fallback" {
			return s.Skip()
		}
		taken = true
		return s.Within(visit)
	})
}
