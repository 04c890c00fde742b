package attach

import (
	"regexp"
	"strings"

	"golang.org/x/net/html"
)

// flatText is a text with the places of its links.
type flatText struct {
	text  string
	spans []linkSpan
}

type linkSpan struct {
	start, end int // in the text
	href       string
	anchor     bool // the span is the text of a link, not the address itself
}

var plainURL = regexp.MustCompile("https?://[^\\s<>\"'`（）()，。；、【】\u3000]+")

// plainFlat finds the addresses written out in a text.
func plainFlat(s string) flatText {
	ft := flatText{text: s}
	for _, loc := range plainURL.FindAllStringIndex(s, 10*maxLinks) {
		ft.spans = append(ft.spans, linkSpan{loc[0], loc[1], s[loc[0]:loc[1]], false})
	}
	return ft
}

// flattener turns HTML into plain text with one pass of the tokenizer.
type flattener struct {
	sb    strings.Builder
	spans []linkSpan
	open  bool   // the last span's link is not closed yet
	skip  string // the element whose text is dropped
}

// flattenHTML gives the text of HTML with its links. Text of scripts and
// styles is dropped; block elements break lines.
func flattenHTML(s string) flatText {
	if s == "" {
		return flatText{}
	}
	var f flattener
	z := html.NewTokenizer(strings.NewReader(s))
	for {
		switch t := z.Next(); t {
		case html.ErrorToken:
			f.closeLink()
			ft := flatText{text: f.sb.String(), spans: f.spans}
			ft.spans = append(ft.spans, plainFlat(ft.text).spans...)
			return ft
		case html.TextToken:
			if f.skip == "" {
				f.sb.Write(z.Text())
			}
		case html.StartTagToken, html.SelfClosingTagToken:
			f.start(z, t == html.SelfClosingTagToken)
		case html.EndTagToken:
			f.end(z)
		}
	}
}

func (f *flattener) start(z *html.Tokenizer, selfClosing bool) {
	name, more := z.TagName()
	switch tag := string(name); tag {
	case "script", "style", "title":
		if !selfClosing {
			f.skip = tag
		}
	case "br", "p", "div", "tr", "li", "table", "h1", "h2", "h3":
		f.sb.WriteByte('\n')
	case "td", "th":
		f.sb.WriteByte('\t')
	case "a":
		f.closeLink()
		if href := hrefOf(z, more); href != "" && len(f.spans) < 10*maxLinks {
			f.spans = append(f.spans, linkSpan{start: f.sb.Len(), href: href, anchor: true})
			f.open = true
		}
	}
}

func (f *flattener) end(z *html.Tokenizer) {
	name, _ := z.TagName()
	tag := string(name)
	if tag == f.skip {
		f.skip = ""
	}
	switch tag {
	case "a":
		f.closeLink()
	case "p", "div", "tr", "li":
		f.sb.WriteByte('\n')
	}
}

func (f *flattener) closeLink() {
	if f.open {
		f.spans[len(f.spans)-1].end = f.sb.Len()
	}
	f.open = false
}

func hrefOf(z *html.Tokenizer, more bool) string {
	for more {
		var k, v []byte
		k, v, more = z.TagAttr()
		if string(k) == "href" {
			return string(v)
		}
	}
	return ""
}

// PlainText gives the displayed text of the mail: its plain text, or its HTML
// without markup.
func (m *Message) PlainText() string {
	if strings.TrimSpace(m.Text) != "" || m.HTML == "" {
		return m.Text
	}
	return flattenHTML(m.HTML).text
}
