package xmlscan_test

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"taizhang/ingest/sheet/strict"
	"taizhang/ingest/sheet/xmlscan"
)

var spaces = xmlscan.Spaces{"urn:a": 1, "urn:b": 2, "urn:b2": 2}

// tokens gives the document as a line of tokens, text pieces joined.
func tokens(r io.Reader) (string, error) {
	s, err := xmlscan.New(r, strict.Limits{}, spaces)
	if err != nil {
		return "", err
	}
	defer s.Release()
	var b strings.Builder
	inText := false
	for {
		kind, err := s.Next()
		if err != nil {
			return "", err
		}
		if kind == xmlscan.Text {
			if !inText {
				b.WriteString(" '")
			}
			inText = true
			b.Write(s.Data)
			continue
		}
		if inText {
			b.WriteString("'")
			inText = false
		}
		switch kind {
		case xmlscan.Start:
			fmt.Fprintf(&b, " <%d:%s", s.Space, s.Name)
			for _, a := range s.Attrs {
				fmt.Fprintf(&b, " %d:%s=%s", a.Space, a.Name, a.Value)
			}
			b.WriteString(">")
		case xmlscan.End:
			fmt.Fprintf(&b, " </%d:%s>", s.Space, s.Name)
		case xmlscan.EOF:
			return strings.TrimSpace(b.String()), nil
		}
	}
}

func TestTokens(t *testing.T) {
	for in, want := range map[string]string{
		`<a/>`:     `<0:a> </0:a>`,
		`<a ></a>`: `<0:a> </0:a>`,
		`<a xmlns="urn:a" xmlns:p="urn:b"><p:b x="1" p:y='2'/><b xmlns=""/></a>`:       `<1:a> <2:b 0:x=1 2:y=2> </2:b> <0:b> </0:b> </1:a>`,
		`<p:a xmlns:p="urn:x"><p:a xmlns:p="urn:b2"/><p:a/></p:a>`:                     `<255:a> <2:a> </2:a> <255:a> </255:a> </255:a>`,
		`<a>1 &lt;&amp;&gt;&quot;&apos;&#65;&#x4e2d;<![CDATA[<&]]]]>]]&gt;</a>`:        `<0:a> '1 <&>"'A中<&]]]]>' </0:a>`,
		"\xef\xbb\xbf<?xml version=\"1.0\"?>\n<!-- <b> --><a><?p <b>?>x<!---->y</a>\n": `<0:a> 'xy' </0:a>`,
		`<a b="x>y" c='"' d="&lt;&#10;"/>`:                                             "<0:a 0:b=x>y 0:c=\" 0:d=<\n> </0:a>",
		"<a>x\r\ny\rz</a>":                                                             "<0:a> 'x\ny\nz' </0:a>",
		`<a xml:space="preserve"> </a>`:                                                `<0:a 255:space=preserve> ' ' </0:a>`,
	} {
		for _, r := range []io.Reader{strings.NewReader(in), iotest.OneByteReader(strings.NewReader(in))} {
			if got, err := tokens(r); got != want || err != nil {
				t.Errorf("%s: %s, %v, want %s", in, got, err, want)
			}
		}
	}
}

func TestRefused(t *testing.T) {
	for in, want := range map[string]string{
		``: "cut", `  `: "cut", `<a`: "cut", `<a>`: "cut", `<a><b></a>`: "xml", `</a>`: "xml", `<a></b>`: "xml", `<a></a`: "cut",
		`<a/><b/>`: "xml", `<a/>x`: "xml", `x<a/>`: "xml", `<a b/>`: "xml", `<a b=1/>`: "xml", `<a b="1"c="2"/>`: "xml", `<a b="<"/>`: "xml",
		`<a b="1" b="2"/>`: "xml", `<a>&x;</a>`: "xml", `<a>&</a>`: "xml", `<a>&#0;</a>`: "xml", `<a>&#xD800;</a>`: "xml", `<a>&#1114112;</a>`: "xml",
		`<a>&lt</a>`: "xml", `<1/>`: "xml", `<p:a/>`: "xml", `<a p:b=""/>`: "xml", `<a:b:c/>`: "xml", `< a/>`: "xml",
		`<!DOCTYPE a><a/>`: "doctype", `<a><!DOCTYPE a></a>`: "doctype", `<!ELEMENT a ANY><a/>`: "xml", `<a><![CDATA[x</a>`: "cut", `<!-- <a/>`: "cut", `<?x`: "cut",
		"<a>\x00</a>": "xml", "<a>\x1f1234567</a>": "xml", "<a>\xff</a>": "encoding", "<a>\xe4\xb8</a>": "encoding", "<a/>\xe4": "encoding",
		`<?xml version="1.0" encoding="none"?><a/>`: "encoding",
	} {
		got, err := tokens(strings.NewReader(in))
		var e *strict.Error
		if !errors.As(err, &e) || e.Args["reason"] != want {
			t.Errorf("%q: %s, %v, want %s", in, got, err, want)
		}
	}
	failed := errors.New("source failed")
	if _, err := tokens(io.MultiReader(strings.NewReader("<a>"), iotest.ErrReader(failed))); !errors.Is(err, failed) {
		t.Errorf("an error of the source: %v", err)
	}
}

// TestBoundaries moves every kind of token across the ends of the buffer.
func TestBoundaries(t *testing.T) {
	const doc = `<r xmlns="urn:a"><中 b="a&amp;>" c='&#x4e2d;'>文&lt;字<![CDATA[中]]文]]>` + "\r\n" + `<!-- 注 --><?p 说?></中></r>`
	want, err := tokens(strings.NewReader(doc))
	if err != nil {
		t.Fatal(err)
	}
	for pad := 16<<10 - len(doc) - 10; pad < 16<<10+10; pad++ {
		in := "<!--" + strings.Repeat(" ", pad) + "-->" + doc
		if got, err := tokens(strings.NewReader(in)); got != want || err != nil {
			t.Fatalf("pad %d: %s, %v", pad, got, err)
		}
	}
	long := `<a b="` + strings.Repeat("中", 50_000) + `"/>`
	if _, err := tokens(strings.NewReader(long)); err != nil {
		t.Error(err)
	}
}

// FuzzAgainstEncodingXML: what this scanner takes, encoding/xml must take, and
// see the same elements and text in it.
func FuzzAgainstEncodingXML(f *testing.F) {
	f.Add([]byte(`<a xmlns="urn:a" b="1">x&lt;<![CDATA[y]]><p:c xmlns:p="urn:b"/></a>`))
	f.Add([]byte("<a>\r\n<b c='d>e'/><!-- x --><?p q?>\r</a>"))
	f.Fuzz(func(t *testing.T, data []byte) {
		if bytes.HasPrefix(data, []byte("\xff\xfe")) || bytes.HasPrefix(data, []byte("\xfe\xff")) || bytes.Contains(data, []byte("\x00")) || bytes.Contains(data, []byte("encoding")) {
			return // encoding/xml knows UTF-8 only
		}
		got, err := outline(data)
		if err != nil {
			return
		}
		want, err := standard(bytes.TrimPrefix(data, []byte("\xef\xbb\xbf")))
		if err != nil {
			return // it is stricter about names, "--" and "]]>"
		}
		if got != want {
			t.Errorf("%q: %q, encoding/xml %q", data, got, want)
		}
	})
}

func outline(data []byte) (string, error) {
	s, err := xmlscan.New(bytes.NewReader(data), strict.Limits{}, nil)
	if err != nil {
		return "", err
	}
	defer s.Release()
	var b strings.Builder
	for {
		kind, err := s.Next()
		switch {
		case err != nil:
			return "", err
		case kind == xmlscan.EOF:
			return b.String(), nil
		case kind == xmlscan.Text:
			b.Write(s.Data)
		default:
			fmt.Fprintf(&b, "<%d%s>", kind, s.Name)
		}
	}
}

func standard(data []byte) (string, error) {
	d := xml.NewDecoder(bytes.NewReader(data))
	var b strings.Builder
	depth := 0
	for {
		tok, err := d.Token()
		if err == io.EOF {
			return b.String(), nil
		}
		if err != nil {
			return "", err
		}
		switch tok := tok.(type) {
		case xml.StartElement:
			depth++
			fmt.Fprintf(&b, "<%d%s>", xmlscan.Start, tok.Name.Local)
		case xml.EndElement:
			depth--
			fmt.Fprintf(&b, "<%d%s>", xmlscan.End, tok.Name.Local)
		case xml.CharData:
			if depth > 0 {
				b.Write(tok)
			}
		}
	}
}
