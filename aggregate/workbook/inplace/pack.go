package inplace

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/url"
	"path"
	"strings"
)

// Bounds of a workbook that is edited; above them it is unfit.
const (
	MaxFile     = 10 << 20 // bytes of the file
	maxUnpacked = 60 << 20 // bytes of all members
	maxMembers  = 2000
)

// pack is the archive: parts by name, and what has become of them.
type pack struct {
	zr      *zip.Reader
	index   map[string]*zip.File
	changed map[string][]byte
	added   []string // new parts, in order
}

// partName is the form under which parts are found: without regard to case,
// with forward slashes (ECMA-376 part 2, §6.2.2).
func partName(name string) string {
	name = strings.ReplaceAll(name, `\`, "/")
	return strings.ToLower(strings.TrimPrefix(path.Clean("/"+name), "/"))
}

func openPack(data []byte) (*pack, error) {
	if len(data) > MaxFile {
		return nil, unfit("%d bytes", len(data))
	}
	zr, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return nil, unfit("%v", err)
	}
	if len(zr.File) > maxMembers {
		return nil, unfit("%d members", len(zr.File))
	}
	p := &pack{zr: zr, index: map[string]*zip.File{}, changed: map[string][]byte{}}
	var declared uint64
	for _, f := range zr.File {
		if declared += f.UncompressedSize64; declared > maxUnpacked || f.UncompressedSize64 > maxUnpacked {
			return nil, unfit("unpacks to more than %d bytes", maxUnpacked)
		}
		name := partName(f.Name)
		if p.index[name] != nil {
			return nil, unfit("two members named %s", f.Name)
		}
		if strings.HasPrefix(name, "_xmlsignatures/") {
			return nil, unfit("it is signed")
		}
		p.index[name] = f
	}
	return p, nil
}

func (p *pack) has(part string) bool { return p.index[part] != nil || p.changed[part] != nil }

// read returns the part as it stands now.
func (p *pack) read(part string) ([]byte, error) {
	if b, ok := p.changed[part]; ok {
		return b, nil
	}
	f := p.index[part]
	if f == nil {
		return nil, unfit("no part %s", part)
	}
	r, err := f.Open()
	if err != nil {
		return nil, unfit("%s: %v", f.Name, err)
	}
	data, err := io.ReadAll(io.LimitReader(r, maxUnpacked+1))
	if err = errors.Join(err, r.Close()); err != nil {
		return nil, unfit("%s: %v", f.Name, err)
	}
	return data, nil
}

// write sets the part. A part that is not there yet is added under name as it
// is spelled.
func (p *pack) write(name string, data []byte) {
	part := partName(name)
	if !p.has(part) {
		p.added = append(p.added, name)
	}
	p.changed[part] = data
}

// unused returns a name for a new part: format with the first free number.
func (p *pack) unused(format string) string {
	for n := 1; ; n++ {
		if name := fmt.Sprintf(format, n); !p.has(partName(name)) {
			return name
		}
	}
}

// bytes returns the archive: members that did not change as they were, byte by
// byte, the others in their places with their names and times, new ones last.
func (p *pack) bytes() ([]byte, error) {
	var out bytes.Buffer
	zw := zip.NewWriter(&out)
	for _, f := range p.zr.File {
		data, ok := p.changed[partName(f.Name)]
		if !ok {
			if err := zw.Copy(f); err != nil {
				return nil, unfit("%s: %v", f.Name, err)
			}
			continue
		}
		if err := put(zw, &zip.FileHeader{Name: f.Name, Method: zip.Deflate, Modified: f.Modified}, data); err != nil {
			return nil, err
		}
	}
	for _, name := range p.added {
		if err := put(zw, &zip.FileHeader{Name: name, Method: zip.Deflate}, p.changed[partName(name)]); err != nil {
			return nil, err
		}
	}
	if err := zw.Close(); err != nil {
		return nil, fmt.Errorf("write archive: %w", err)
	}
	return out.Bytes(), nil
}

func put(zw *zip.Writer, h *zip.FileHeader, data []byte) error {
	w, err := zw.CreateHeader(h)
	if err == nil {
		_, err = w.Write(data)
	}
	if err != nil {
		return fmt.Errorf("write %s: %w", h.Name, err)
	}
	return nil
}

// relation is one relationship of a part.
type relation struct {
	id, kind string // kind is the whole type
	target   string // a part name
}

func (r *relation) is(kind string) bool { return strings.HasSuffix(r.kind, "/"+kind) }

func relsName(part string) string {
	dir, file := path.Split(part)
	return dir + "_rels/" + file + ".rels"
}

// relations returns the internal relationships of the part.
func (p *pack) relations(part string) ([]relation, error) {
	name := relsName(part)
	if !p.has(name) {
		return nil, nil
	}
	data, err := p.read(name)
	if err != nil {
		return nil, err
	}
	var out []relation
	err = walk(data, func(t *tag) error {
		if t.end || t.local != "Relationship" || t.attr("TargetMode") == "External" {
			return nil
		}
		target := t.attr("Target")
		if plain, err := url.PathUnescape(target); err == nil {
			target = plain
		}
		if !strings.HasPrefix(target, "/") {
			target = path.Dir(part) + "/" + target
		}
		out = append(out, relation{id: t.attr("Id"), kind: t.attr("Type"), target: partName(target)})
		return nil
	})
	return out, err
}

// relate gives the part a relationship and returns its id.
func (p *pack) relate(part, kind, target string) (string, error) {
	name := relsName(part)
	data := []byte(`<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n" +
		`<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"></Relationships>`)
	if p.has(name) {
		var err error
		if data, err = p.read(name); err != nil {
			return "", err
		}
	}
	id := "rIdNote1"
	for n := 2; bytes.Contains(data, []byte(`"`+id+`"`)) || bytes.Contains(data, []byte(`'`+id+`'`)); n++ {
		id = fmt.Sprintf("rIdNote%d", n)
	}
	data, err := appendChild(data, "Relationships", func(prefix string) string {
		return fmt.Sprintf(`<%sRelationship Id="%s" Type="%s" Target="/%s"/>`, prefix, id, kind, target)
	})
	if err != nil {
		return "", err
	}
	p.write(name, data)
	return id, nil
}

// declare names the content type of a new part.
func (p *pack) declare(part, contentType string) error {
	const types = "[content_types].xml"
	data, err := p.read(types)
	if err != nil {
		return err
	}
	data, err = appendChild(data, "Types", func(prefix string) string {
		return fmt.Sprintf(`<%sOverride PartName="/%s" ContentType="%s"/>`, prefix, part, contentType)
	})
	if err != nil {
		return err
	}
	p.write(types, data)
	return nil
}

// appendChild puts a child behind the last one of the root, which has the name.
func appendChild(data []byte, root string, child func(prefix string) string) ([]byte, error) {
	var s *splice
	err := walk(data, func(t *tag) error {
		switch {
		case t.depth != 0 || t.local != root:
		case t.empty:
			s = &splice{t.from, t.to, opened(data, t) + child(t.prefix) + "</" + t.prefix + t.local + ">"}
		case t.end && s == nil:
			s = &splice{t.from, t.from, child(t.prefix)}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	if s == nil {
		return nil, unfit("no element %s", root)
	}
	return apply(data, []splice{*s}), nil
}

// opened returns the tag of an empty element as one that has content.
func opened(data []byte, t *tag) string {
	return strings.TrimRight(string(data[t.from:t.to-2]), " \t\r\n") + ">"
}
