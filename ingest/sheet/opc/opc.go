package opc

import (
	"context"
	"io"
	"net/url"
	"path"
	"strings"

	"taizhang/ingest/sheet/strict"
	"taizhang/ingest/sheet/xmlscan"
)

// Package is an archive whose parts refer to each other.
type Package struct {
	*strict.Archive
	Limits strict.Limits
	Spaces xmlscan.Spaces // of all parts, Rels among them
	Rels   xmlscan.Space  // the caller's number of the namespace of relationship parts
}

// RelsName is the namespace of relationship parts, in both forms of OOXML.
const RelsName = "http://schemas.openxmlformats.org/package/2006/relationships"

// Relation is one relationship of a part.
type Relation struct {
	ID       string
	Kind     string // the last word of its type: worksheet, sharedStrings …
	Target   string // as strict.PartName gives it; "" for an external one
	External bool
}

// Relations reads the relationships of the part. A part without any has no
// relationship part. Targets are resolved against the folder of the part.
func (p *Package) Relations(part string) ([]Relation, error) {
	dir, file := path.Split(part)
	name := dir + "_rels/" + file + ".rels"
	if !p.Has(name) {
		return nil, nil
	}
	var out []Relation
	err := p.Scan(name, func(s *xmlscan.Scanner) error {
		return s.Children("Relationships", p.Rels, func() error {
			if string(s.Name) != "Relationship" || s.Space != p.Rels {
				return s.Skip()
			}
			r, err := relationOf(s, dir)
			if err != nil {
				return err
			}
			for i := range out {
				if out[i].ID == r.ID {
					return strict.Damaged(strict.Duplicate, "two relationships %q in %s", r.ID, name)
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

func relationOf(s *xmlscan.Scanner, dir string) (Relation, error) {
	r := Relation{
		ID:       string(s.Attr("Id")),
		Kind:     string(s.Attr("Type")),
		External: string(s.Attr("TargetMode")) == "External",
	}
	r.Kind = r.Kind[strings.LastIndexByte(r.Kind, '/')+1:]
	target := string(s.Attr("Target"))
	if r.ID == "" || r.Kind == "" {
		return r, strict.Damaged(strict.Structure, "relationship without id or type")
	}
	if r.External || strings.HasPrefix(target, "#") {
		r.External = true // a place within the document: no part
		return r, nil
	}
	if target == "" {
		return r, strict.Damaged(strict.Missing, "relationship %q without target", r.ID)
	}
	if plain, err := url.PathUnescape(target); err == nil {
		target = plain
	}
	if !strings.HasPrefix(target, "/") {
		target = dir + target
	}
	r.Target = strict.PartName(target)
	return r, nil
}

// Present wants every internal target to exist: a part that a damaged
// directory has lost would otherwise read as absent data.
func (p *Package) Present(part string, rels []Relation) error {
	for _, r := range rels {
		if !r.External && !p.Has(r.Target) {
			return strict.Damaged(strict.Missing, "%s refers to %s, which is not there", part, r.Target)
		}
	}
	return nil
}

// One returns the only relationship of the kind, nil when there is none.
func One(rels []Relation, kind string) (*Relation, error) {
	var found *Relation
	for i := range rels {
		if rels[i].Kind != kind || rels[i].External {
			continue
		}
		if found != nil {
			return nil, strict.Damaged(strict.Duplicate, "two relationships of type %s", kind)
		}
		found = &rels[i]
	}
	return found, nil
}

// Scan reads the part through a scanner, and to its end after use returns.
func (p *Package) Scan(part string, use func(*xmlscan.Scanner) error) error {
	return p.Read(part, func(r io.Reader) error {
		s, err := xmlscan.New(r, p.Limits, p.Spaces)
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

// ReadRest reads every other member to its end, XML as XML.
func (p *Package) ReadRest(ctx context.Context) error {
	return p.Rest(func(name string, r io.Reader) error {
		if err := ctx.Err(); err != nil {
			return err
		}
		if !strings.HasSuffix(name, ".xml") && !strings.HasSuffix(name, ".rels") {
			return nil // the archive reads it to its end
		}
		s, err := xmlscan.New(r, p.Limits, p.Spaces)
		if err != nil {
			return err
		}
		defer s.Release()
		return s.Drain()
	})
}
