package inplace

import (
	"bytes"
	"cmp"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
)

// ErrUnfit says that the file cannot be edited in place: it is no such
// workbook, or one of a build that this package does not know.
var ErrUnfit = errors.New("cannot be edited in place")

func unfit(format string, args ...any) error {
	return fmt.Errorf("%w: %s", ErrUnfit, fmt.Sprintf(format, args...))
}

// splice replaces the bytes [from,to) of a part by text.
type splice struct {
	from, to int
	text     string
}

// apply makes all splices. They must not overlap; insertions at one place are
// made in the order given, and before a replacement that begins there.
func apply(data []byte, list []splice) []byte {
	slices.SortStableFunc(list, func(a, b splice) int { return cmp.Or(a.from-b.from, a.to-b.to) })
	var out bytes.Buffer
	at := 0
	for _, s := range list {
		out.Write(data[at:s.from])
		out.WriteString(s.text)
		at = s.to
	}
	out.Write(data[at:])
	return out.Bytes()
}

// tag is a start or end tag, with its place in the part. An empty element
// gives a start tag with empty set, and then its end.
type tag struct {
	from, to int
	depth    int // of the element: the root has 0
	end      bool
	empty    bool
	prefix   string // as spelled, with its colon
	local    string
	attrs    []xml.Attr
}

// attr returns the value of the attribute without a prefix; "" without one.
func (t *tag) attr(local string) string {
	for _, a := range t.attrs {
		if a.Name.Local == local && a.Name.Space == "" {
			return a.Value
		}
	}
	return ""
}

// on reads an xsd:boolean attribute.
func (t *tag) on(local string) bool {
	v := t.attr(local)
	return v == "1" || v == "true"
}

// walk calls f for every tag of the part. Names are as spelled: a prefix is not
// looked up. A document type is refused.
func walk(data []byte, f func(t *tag) error) error {
	d := xml.NewDecoder(bytes.NewReader(data))
	var open []string
	for {
		from := int(d.InputOffset())
		token, err := d.RawToken()
		if errors.Is(err, io.EOF) {
			if len(open) > 0 {
				return unfit("a part ends within %s", open[len(open)-1])
			}
			return nil
		}
		if err != nil {
			return unfit("%v", err)
		}
		t := tag{from: from, to: int(d.InputOffset())}
		switch x := token.(type) {
		case xml.Directive:
			return unfit("a document type")
		case xml.StartElement:
			t.prefix, t.local, t.attrs = x.Name.Space, x.Name.Local, x.Attr
			t.depth, t.empty = len(open), data[t.to-2] == '/'
			open = append(open, x.Name.Space+":"+x.Name.Local)
		case xml.EndElement:
			name := x.Name.Space + ":" + x.Name.Local
			if len(open) == 0 || open[len(open)-1] != name {
				return unfit("end tag %s out of place", name)
			}
			open = open[:len(open)-1]
			t.prefix, t.local, t.depth, t.end = x.Name.Space, x.Name.Local, len(open), true
		default:
			continue
		}
		if t.prefix != "" {
			t.prefix += ":"
		}
		if err := f(&t); err != nil {
			return err
		}
	}
}

// setAttr returns the start tag with the attribute, which has no prefix, set.
func setAttr(start, name, value string) string {
	set := name + `="` + escape(value) + `"`
	quote := byte(0)
	for i := 0; i < len(start); i++ {
		switch c := start[i]; {
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '"' || c == '\'':
			quote = c
		case strings.IndexByte(" \t\r\n", c) >= 0 && strings.HasPrefix(start[i+1:], name):
			rest := strings.TrimLeft(start[i+1+len(name):], " \t\r\n")
			if !strings.HasPrefix(rest, "=") {
				continue
			}
			rest = strings.TrimLeft(rest[1:], " \t\r\n")
			if rest == "" || strings.IndexByte(rest[1:], rest[0]) < 0 {
				continue
			}
			return start[:i+1] + set + rest[strings.IndexByte(rest[1:], rest[0])+2:]
		}
	}
	at := len(start) - 1
	if start[at-1] == '/' {
		at--
	}
	return start[:at] + " " + set + start[at:]
}

var escaper = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;", "\r", "")

// escape makes s fit for character data and for attributes in double quotes.
func escape(s string) string { return escaper.Replace(s) }
