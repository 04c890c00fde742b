package xlsx

import (
	"io"
	"net/url"
	"path"
	"strings"

	"taizhang/ingest/sheet/strict"
	"taizhang/ingest/sheet/xmlscan"
)

// The namespaces this reader knows. The transitional and the strict form of a
// namespace are one.
const (
	spaceMain  xmlscan.Space = iota + 1 // SpreadsheetML
	spaceRel                            // relationship ids in the parts
	spacePack                           // relationship parts
	spaceTypes                          // [Content_Types].xml
	spaceMC                             // markup compatibility
)

var spaces = xmlscan.Spaces{
	"http://schemas.openxmlformats.org/spreadsheetml/2006/main":           spaceMain,
	"http://purl.oclc.org/ooxml/spreadsheetml/main":                       spaceMain,
	"http://schemas.openxmlformats.org/officeDocument/2006/relationships": spaceRel,
	"http://purl.oclc.org/ooxml/officeDocument/relationships":             spaceRel,
	"http://schemas.openxmlformats.org/package/2006/relationships":        spacePack,
	"http://schemas.openxmlformats.org/package/2006/content-types":        spaceTypes,
	"http://schemas.openxmlformats.org/markup-compatibility/2006":         spaceMC,
}

// relation is one relationship of a part.
type relation struct {
	id       string
	kind     string // the last word of its type: worksheet, sharedStrings …
	target   string // as strict.PartName gives it; "" for an external one
	external bool
}

// relations reads the relationships of the part. A part without any has no
// relationship part. Targets are resolved against the folder of the part.
func (w *workbook) relations(part string) ([]relation, error) {
	dir, file := path.Split(part)
	name := dir + "_rels/" + file + ".rels"
	if !w.arc.Has(name) {
		return nil, nil
	}
	var out []relation
	err := w.scan(name, func(s *xmlscan.Scanner) error {
		return w.children(s, "Relationships", spacePack, func() error {
			if string(s.Name) != "Relationship" || s.Space != spacePack {
				return s.Skip()
			}
			r, err := relationOf(s, dir)
			if err != nil {
				return err
			}
			for i := range out {
				if out[i].id == r.id {
					return strict.Damaged(strict.Duplicate, "two relationships %q in %s", r.id, name)
				}
			}
			if len(out) == maxRelations {
				return strict.TooLarge(strict.LimitMembers, "more than %d relationships in %s", maxRelations, name)
			}
			out = append(out, r)
			return s.Skip()
		})
	})
	return out, err
}

// maxRelations bounds the relationships of one part, for each is compared with
// the others.
const maxRelations = 4_000

func relationOf(s *xmlscan.Scanner, dir string) (relation, error) {
	r := relation{
		id:       string(s.Attr("Id")),
		kind:     string(s.Attr("Type")),
		external: string(s.Attr("TargetMode")) == "External",
	}
	r.kind = r.kind[strings.LastIndexByte(r.kind, '/')+1:]
	target := string(s.Attr("Target"))
	if r.id == "" || r.kind == "" {
		return r, strict.Damaged(strict.Structure, "relationship without id or type")
	}
	if r.external || strings.HasPrefix(target, "#") {
		r.external = true // a place within the workbook: no part
		return r, nil
	}
	if target == "" {
		return r, strict.Damaged(strict.Missing, "relationship %q without target", r.id)
	}
	if plain, err := url.PathUnescape(target); err == nil {
		target = plain
	}
	if !strings.HasPrefix(target, "/") {
		target = dir + target
	}
	r.target = strict.PartName(target)
	return r, nil
}

// present wants every internal target to exist: a part that a damaged
// directory has lost would otherwise read as absent data.
func (w *workbook) present(part string, rels []relation) error {
	for _, r := range rels {
		if !r.external && !w.arc.Has(r.target) {
			return strict.Damaged(strict.Missing, "%s refers to %s, which is not there", part, r.target)
		}
	}
	return nil
}

// one returns the only relationship of the kind, nil when there is none.
func one(rels []relation, kind string) (*relation, error) {
	var found *relation
	for i := range rels {
		if rels[i].kind != kind || rels[i].external {
			continue
		}
		if found != nil {
			return nil, strict.Damaged(strict.Duplicate, "two relationships of type %s", kind)
		}
		found = &rels[i]
	}
	return found, nil
}

// scan reads the part through a scanner, and to its end after use returns.
func (w *workbook) scan(part string, use func(*xmlscan.Scanner) error) error {
	return w.arc.Read(part, func(r io.Reader) error {
		s, err := xmlscan.New(r, w.lim, spaces)
		if err != nil {
			return err
		}
		defer s.Release()
		if err := use(s); err != nil {
			return err
		}
		return s.Drain()
	})
}

// children wants the root element to be the named one and calls visit at the
// start of each of its children; visit reads the child to its end.
func (w *workbook) children(s *xmlscan.Scanner, root string, space xmlscan.Space, visit func() error) error {
	if kind, err := s.Next(); err != nil {
		return err
	} else if kind != xmlscan.Start || string(s.Name) != root || s.Space != space {
		return strict.Damaged(strict.Structure, "root element is %q, not %s", s.Name, root)
	}
	return within(s, visit)
}

// within calls visit at the start of each child of the current element, to the
// element's end.
func within(s *xmlscan.Scanner, visit func() error) error {
	for {
		kind, err := s.Next()
		if err != nil {
			return err
		}
		switch kind {
		case xmlscan.Start:
			if err := visit(); err != nil {
				return err
			}
		case xmlscan.End:
			return nil
		}
	}
}
