package workbook

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"path"
	"slices"
	"strconv"
	"strings"
)

// facts are what the parts of a workbook state, as far as it could change what
// a reader of the workbook finds: by part, in order, one line a fact. They are
// read from the XML itself and not through excelize, which drops some of it
// when it writes: an empty text as the value of a formula, what hides a row
// without a number, a namespace that a part needs.
type facts map[string][]string

// readFacts reads every part to its end. It fails for a workbook with two
// parts of one name, or with a name whose namespace is not declared.
func readFacts(data []byte) (facts, error) {
	zr, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return nil, err
	}
	out, seen := facts{}, map[string]bool{}
	for _, f := range zr.File {
		name := strings.ToLower(f.Name)
		if seen[name] {
			return nil, fmt.Errorf("two parts named %s", f.Name)
		}
		seen[name] = true
		if !slices.Contains([]string{".xml", ".rels"}, path.Ext(name)) {
			continue
		}
		lines, err := partFacts(f)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", f.Name, err)
		}
		if len(lines) > 0 && !strings.Contains(name, "comments") {
			out[name] = lines
		}
	}
	return out, nil
}

func partFacts(f *zip.File) ([]string, error) {
	r, err := f.Open()
	if err != nil {
		return nil, err
	}
	p := partReader{}
	err = p.read(xml.NewDecoder(r))
	return p.lines, errors.Join(err, r.Close())
}

// partReader gathers the facts of one part.
type partReader struct {
	lines    []string
	row, col int
	cell     []string
	text     strings.Builder // of the element that is open
}

func (p *partReader) read(d *xml.Decoder) error {
	for {
		t, err := d.Token()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		switch t := t.(type) {
		case xml.StartElement:
			if err := declared(t); err != nil {
				return err
			}
			p.start(t)
		case xml.CharData:
			p.text.Write(t)
		case xml.EndElement:
			p.end(t.Name.Local)
		}
	}
}

// declared fails for a name with a prefix that stands for no namespace: the
// decoder leaves the prefix in its place. Names of namespaces have a colon.
func declared(e xml.StartElement) error {
	names := []xml.Name{e.Name}
	for _, a := range e.Attr {
		if a.Name.Space != "xmlns" {
			names = append(names, a.Name)
		}
	}
	for _, n := range names {
		if n.Space != "" && n.Space != "xml" && !strings.ContainsAny(n.Space, ":/") {
			return fmt.Errorf("prefix %q is not declared", n.Space)
		}
	}
	return nil
}

func (p *partReader) start(e xml.StartElement) {
	switch e.Name.Local {
	case "row":
		p.row, p.col = p.row+1, 0
		if n, err := strconv.Atoi(attr(e, "r")); err == nil {
			p.row = n
		}
		if show := stated(e, "hidden", "outlineLevel", "collapsed"); show != "" {
			p.add("row", strconv.Itoa(p.row), show)
		}
		if h, err := strconv.ParseFloat(attr(e, "ht"), 64); err == nil && h == 0 {
			p.add("row", strconv.Itoa(p.row), "ht=0")
		}
	case "c":
		_, col, row := parseTag([]byte(`c r="` + attr(e, "r") + `"`))
		if col == 0 {
			col, row = p.col+1, p.row
		}
		p.col = col
		p.cell = []string{"c", strconv.Itoa(row), strconv.Itoa(col), attr(e, "t")}
	case "f":
		p.note("f", stated(e, "t", "ref", "si"))
	case "strike":
		if v := attr(e, "val"); v != "0" && v != "false" {
			p.note("strike")
		}
	case "col":
		p.column(e)
	case "sheetFormatPr":
		if v := stated(e, "zeroHeight"); v != "" {
			p.add(v)
		}
	case "mergeCell":
		p.add("merge", attr(e, "ref"))
	case "sheet", "workbookPr", "calcPr":
		p.add(e.Name.Local, stated(e, "name", "sheetId", "state", "date1904", "fullCalcOnLoad", "calcMode", "fullPrecision"))
	case "definedName", "numFmt":
		p.add(e.Name.Local, stated(e, "name", "localSheetId", "hidden", "numFmtId", "formatCode"))
	}
	p.text.Reset()
}

func (p *partReader) end(local string) {
	switch local {
	case "v", "t", "f":
		p.note(local, p.text.String())
	case "definedName":
		p.add(local, p.text.String())
	case "c":
		if len(p.cell) > 4 {
			p.add(p.cell...)
		}
		p.cell = nil
	case "si":
		p.add("si")
	}
	p.text.Reset()
}

// note states something of the cell that is open, or of the part.
func (p *partReader) note(words ...string) {
	if p.cell != nil {
		p.cell = append(p.cell, words...)
		return
	}
	p.add(words...)
}

func (p *partReader) add(words ...string) { p.lines = append(p.lines, strings.Join(words, "\x1f")) }

// column states what hides the columns. Neighbours that state the same may be
// written as one element or as several.
func (p *partReader) column(e xml.StartElement) {
	show := stated(e, "hidden", "outlineLevel", "collapsed")
	if w, err := strconv.ParseFloat(attr(e, "width"), 64); err == nil && w == 0 {
		show += "\x1fwidth=0"
	}
	from, err1 := strconv.Atoi(attr(e, "min"))
	to, err2 := strconv.Atoi(attr(e, "max"))
	if show == "" || err1 != nil || err2 != nil {
		return
	}
	const line = "col\x1f%s\x1f%d\x1f%d"
	if n := len(p.lines); n > 0 {
		var start int
		last, ok := strings.CutPrefix(p.lines[n-1], "col\x1f"+show+"\x1f")
		if _, err := fmt.Sscanf(last, "%d\x1f"+strconv.Itoa(from-1), &start); ok && err == nil {
			p.lines[n-1] = fmt.Sprintf(line, show, start, to)
			return
		}
	}
	p.add(fmt.Sprintf(line, show, from, to))
}

func attr(e xml.StartElement, name string) string {
	for _, a := range e.Attr {
		if a.Name.Local == name && a.Name.Space == "" {
			return a.Value
		}
	}
	return ""
}

// stated lists those of the attributes that the element states, without the
// ones that state what holds anyway.
func stated(e xml.StartElement, names ...string) string {
	var out []string
	for _, n := range names {
		switch v := attr(e, n); v {
		case "", "0", "false", "visible", "auto":
		case "true":
			out = append(out, n+"=1")
		default:
			out = append(out, n+"="+v)
		}
	}
	return strings.Join(out, "\x1f")
}

// sameFacts compares the parts of the original with those of the copy.
func sameFacts(original, copied facts) error {
	for name, lines := range original {
		other := copied[name]
		for i, l := range lines {
			if i >= len(other) || other[i] != l {
				return fmt.Errorf("%w: part %s, fact %d", errChanged, name, i+1)
			}
		}
		if len(other) != len(lines) {
			return fmt.Errorf("%w: part %s states more", errChanged, name)
		}
	}
	return nil
}
