package ods

import (
	"context"
	"errors"
	"io"
	"strings"

	"taizhang/ingest/sheet/grid"
	"taizhang/ingest/sheet/strict"
	"taizhang/ingest/sheet/xmlscan"
	"taizhang/ledger"
)

// The namespaces this reader knows.
const (
	spaceOffice xmlscan.Space = iota + 1
	spaceTable
	spaceText
	spaceStyle
	spaceNumber
	spaceFO
	spaceCalc
	spaceManifest
)

var spaces = xmlscan.Spaces{
	"urn:oasis:names:tc:opendocument:xmlns:office:1.0":                     spaceOffice,
	"urn:oasis:names:tc:opendocument:xmlns:table:1.0":                      spaceTable,
	"urn:oasis:names:tc:opendocument:xmlns:text:1.0":                       spaceText,
	"urn:oasis:names:tc:opendocument:xmlns:style:1.0":                      spaceStyle,
	"urn:oasis:names:tc:opendocument:xmlns:datastyle:1.0":                  spaceNumber,
	"urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0":          spaceFO,
	"urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0": spaceCalc,
	"urn:oasis:names:tc:opendocument:xmlns:manifest:1.0":                   spaceManifest,
}

// document is one file while it is read.
type document struct {
	ctx    context.Context // of the call of Read
	arc    *strict.Archive
	lim    strict.Limits
	s      *xmlscan.Scanner
	book   *grid.Book
	styles styles
	mark   string // see ledger.FormMark
}

// Read reads the spreadsheet in data. file is its name for display. Sheets
// come in the order of their tabs, hidden ones included. Errors are of type
// *strict.Error, or those of ctx.
func Read(ctx context.Context, file string, data []byte, lim strict.Limits) ([]*ledger.Table, error) {
	lim = lim.OrDefault()
	arc, err := strict.OpenArchive(data, lim)
	if err != nil {
		return nil, err
	}
	d := &document{ctx: ctx, arc: arc, lim: lim, book: grid.NewBook(file, lim), styles: newStyles()}
	if err := d.read(); err != nil {
		return nil, err
	}
	for _, t := range d.book.Tables() {
		t.Mark = d.mark
	}
	return d.book.Tables(), nil
}

func (d *document) read() error {
	if err := d.scan("meta-inf/manifest.xml", d.readManifest); err != nil {
		return err
	}
	if d.arc.Has("styles.xml") {
		if err := d.scan("styles.xml", d.readStyleSheet); err != nil {
			return err
		}
	}
	if err := d.scan("content.xml", d.readContent); err != nil {
		return err
	}
	return d.arc.Rest(func(name string, r io.Reader) error {
		if err := d.ctx.Err(); err != nil {
			return err
		}
		if !strings.HasSuffix(name, ".xml") && !strings.HasSuffix(name, ".rdf") || strings.HasPrefix(name, "basic/") || strings.HasPrefix(name, "dialogs/") {
			return nil // the archive reads it to its end; macros bear a DOCTYPE
		}
		return d.drain(name, r)
	})
}

// drain reads a part of no interest as XML. Writers leave some parts of
// settings wholly empty.
func (d *document) drain(name string, r io.Reader) error {
	var first [1]byte
	n, err := io.ReadFull(r, first[:])
	if errors.Is(err, io.EOF) && strings.HasPrefix(name, "configurations2/") {
		return nil
	}
	if err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	s, err := xmlscan.New(io.MultiReader(strings.NewReader(string(first[:n])), r), d.lim, spaces)
	if err != nil {
		return err
	}
	defer s.Release()
	return s.Drain()
}

// scan reads the part through a scanner, and to its end after use returns.
func (d *document) scan(part string, use func() error) error {
	return d.arc.Read(part, func(r io.Reader) error {
		s, err := xmlscan.New(r, d.lim, spaces)
		if err != nil {
			return err
		}
		defer s.Release()
		d.s = s
		if err := use(); err != nil {
			return err
		}
		return s.Drain()
	})
}

// readManifest wants every part of the manifest to exist and none to be
// encrypted (part 2 of the standard, §4).
func (d *document) readManifest() error {
	s := d.s
	entries := 0
	return s.Children("manifest", spaceManifest, func() error {
		if s.Space != spaceManifest || string(s.Name) != "file-entry" {
			return s.Skip()
		}
		if entries++; entries > 2*d.lim.Members {
			return strict.TooLarge(strict.LimitMembers, "a manifest of more than %d parts", 2*d.lim.Members)
		}
		path := string(s.AttrNS(spaceManifest, "full-path"))
		encrypted := false
		err := s.Within(func() error {
			encrypted = encrypted || string(s.Name) == "encryption-data"
			return s.Skip()
		})
		switch {
		case err != nil:
			return err
		case encrypted:
			return strict.Encrypted()
		case strings.HasSuffix(path, "/") || path == "":
			return nil
		case !d.arc.Has(strict.PartName(path)) && !strings.HasPrefix(path, "Configurations2/") && path != "layout-cache":
			return strict.Damaged(strict.Missing, "the manifest names %s, which is not there", path)
		}
		return nil
	})
}

func (d *document) readStyleSheet() error {
	s := d.s
	return s.Children("document-styles", spaceOffice, func() error {
		if s.Space == spaceOffice && (string(s.Name) == "styles" || string(s.Name) == "automatic-styles") {
			// The automatic styles of this part serve headers and footers and
			// may bear names that the content uses for its own.
			if string(s.Name) == "automatic-styles" {
				return s.Skip()
			}
			return s.Within(d.readStyle)
		}
		return s.Skip()
	})
}

func (d *document) readContent() error {
	s := d.s
	found := false
	err := s.Children("document-content", spaceOffice, func() error {
		if s.Space != spaceOffice {
			return s.Skip()
		}
		switch string(s.Name) {
		case "automatic-styles":
			return s.Within(d.readStyle)
		case "body":
			return s.Within(func() error {
				if s.Space != spaceOffice || string(s.Name) != "spreadsheet" || found {
					return strict.Damaged(strict.Structure, "a body of %q", s.Name)
				}
				found = true
				return s.Within(d.readSpreadsheet)
			})
		}
		return s.Skip()
	})
	if err == nil && !found {
		return strict.Damaged(strict.Structure, "content without a spreadsheet")
	}
	return err
}

func (d *document) readSpreadsheet() error {
	if err := d.ctx.Err(); err != nil {
		return err
	}
	if d.s.Space == spaceTable && string(d.s.Name) == "table" {
		return d.readTable()
	}
	if d.s.Space == spaceTable && string(d.s.Name) == "named-expressions" {
		return d.s.Within(d.readName)
	}
	return d.s.Skip()
}

// readName takes the mark of a pre-filled form; of other names nothing is
// asked.
func (d *document) readName() error {
	s := d.s
	if d.mark == "" && s.Space == spaceTable && string(s.Name) == "named-expression" && strings.EqualFold(string(s.AttrNS(spaceTable, "name")), ledger.FormMarkName) {
		d.mark = ledger.FormMarkOf(string(s.AttrNS(spaceTable, "expression")))
	}
	return s.Skip()
}
