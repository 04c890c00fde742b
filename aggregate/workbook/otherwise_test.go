package workbook_test

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// otherwise says what an annotated copy changed beyond colours and comments;
// "" when it is nothing. Members are compared by their compressed bytes; those
// that may differ, tag by tag, what was added left out.
func otherwise(t *testing.T, before, after []byte) string {
	t.Helper()
	a, b := membersOf(t, before), membersOf(t, after)
	var wrong []string
	for name, x := range a {
		y, ok := b[name]
		switch {
		case !ok:
			wrong = append(wrong, name+" is gone")
		case bytes.Equal(packed(t, x), packed(t, y)):
		case !mayChange.MatchString(strings.ToLower(strings.ReplaceAll(name, `\`, "/"))):
			wrong = append(wrong, name+" changed")
		default:
			if d := changedPart(t, name, content(t, x), content(t, y)); d != "" {
				wrong = append(wrong, name+": "+d)
			}
		}
	}
	for name := range b {
		if a[name] == nil && !mayBeNew.MatchString(strings.ToLower(name)) {
			wrong = append(wrong, name+" is new")
		}
	}
	slices.Sort(wrong)
	return strings.Join(wrong, "; ")
}

var (
	mayChange = regexp.MustCompile(`^\[content_types\]\.xml$|(^|/)styles[^/]*\.xml$|(^|/)_rels/[^/]*\.rels$|sheet[^/]*\.xml$|comments?[^/]*\.xml$|\.vml$`)
	mayBeNew  = regexp.MustCompile(`^xl/comments\d+\.xml$|^xl/drawings/vmldrawing\d+\.vml$|(^|/)_rels/[^/]*\.rels$`)
)

func membersOf(t *testing.T, data []byte) map[string]*zip.File {
	t.Helper()
	zr, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]*zip.File{}
	for _, f := range zr.File {
		out[f.Name] = f
	}
	return out
}

func packed(t *testing.T, f *zip.File) []byte {
	t.Helper()
	r, err := f.OpenRaw()
	if err != nil {
		t.Fatal(err)
	}
	data, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func content(t *testing.T, f *zip.File) []byte {
	t.Helper()
	r, err := f.Open()
	if err != nil {
		t.Fatal(err)
	}
	data, err := io.ReadAll(r)
	if err = errors.Join(err, r.Close()); err != nil {
		t.Fatal(err)
	}
	return data
}

// changedPart compares a part that may differ. Whatever was there must be there
// still, in its order; what came in must be of a kind that marking brings.
func changedPart(t *testing.T, name string, before, after []byte) string {
	t.Helper()
	if strings.HasSuffix(strings.ToLower(name), ".vml") {
		return changedDrawing(string(before), string(after))
	}
	comments := strings.Contains(path.Base(strings.ToLower(name)), "comment")
	x, y := tagsOf(t, before, comments), tagsOf(t, after, comments)
	i := 0
	for _, tag := range y {
		if i < len(x) && x[i] == tag {
			i++
			continue
		}
		if !mayComeIn.MatchString(tag) {
			return fmt.Sprintf("%s came in at %d", tag, i)
		}
	}
	if i < len(x) {
		return fmt.Sprintf("%s is gone", x[i])
	}
	return ""
}

var (
	anchors   = regexp.MustCompile(`(?s)<x:Anchor>[^<]*</x:Anchor>`)
	newShapes = regexp.MustCompile(`(?s)<v:shape(type)? xmlns:v="urn:schemas-microsoft-com:vml".*?</v:shape(type)?>`)
	// mayComeIn are tags that marking puts in, as tagsOf spells them.
	mayComeIn = regexp.MustCompile(`^/?(row|c|legacyDrawing|xf|alignment|protection|fill|patternFill|fgColor|bgColor|Override|Relationship|comment|text|r|rPr|b|sz|color|rFont|family|charset|t|author|extLst|ext|xfComplement)\b|^text `)
)

func changedDrawing(before, after string) string {
	clean := func(s string) string { return anchors.ReplaceAllString(newShapes.ReplaceAllString(s, ""), "") }
	if clean(before) != clean(after) {
		return "more than boxes of comments changed"
	}
	return ""
}

// tagsOf spells the tags and texts of a part, attributes in order, without what
// marking changes of those that were there: the style of a cell, counts, hints.
func tagsOf(t *testing.T, data []byte, comments bool) []string {
	t.Helper()
	d := xml.NewDecoder(bytes.NewReader(data))
	var out []string
	for {
		token, err := d.RawToken()
		if errors.Is(err, io.EOF) {
			return out
		}
		if err != nil {
			t.Fatal(err)
		}
		switch x := token.(type) {
		case xml.StartElement:
			var attrs []string
			for _, a := range x.Attr {
				if a.Name.Local == "count" || x.Name.Local == "row" && a.Name.Local == "spans" || x.Name.Local == "c" && a.Name.Local == "s" {
					continue
				}
				attrs = append(attrs, a.Name.Space+":"+a.Name.Local+"="+a.Value)
			}
			slices.Sort(attrs)
			out = append(out, strings.TrimSpace(x.Name.Local+" "+strings.Join(attrs, " ")))
		case xml.EndElement:
			out = append(out, "/"+x.Name.Local)
		case xml.CharData:
			if s := strings.TrimSpace(string(x)); s != "" {
				kind := "value "
				if comments {
					kind = "text "
				}
				out = append(out, kind+s)
			}
		}
	}
}
