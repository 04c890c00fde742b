package attach

import (
	"strings"

	"golang.org/x/net/html"

	"taizhang/internal/lazyregexp"
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

var plainURL = lazyregexp.New("https?://[^\\s<>\"'`（）()，。；、【】\u3000]+")

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
	own   bool   // without what is quoted or struck out
	depth int    // of such elements
}

// flattenHTML gives the text of HTML with its links. Text of scripts and
// styles is dropped; block elements break lines.
func flattenHTML(s string) flatText { return (&flattener{}).flatten(s) }

func (f *flattener) flatten(s string) flatText {
	if s == "" {
		return flatText{}
	}
	z := html.NewTokenizer(strings.NewReader(s))
	for {
		switch t := z.Next(); t {
		case html.ErrorToken:
			f.closeLink()
			ft := flatText{text: f.sb.String(), spans: f.spans}
			ft.spans = append(ft.spans, plainFlat(ft.text).spans...)
			return ft
		case html.TextToken:
			if f.skip == "" && f.depth == 0 {
				f.text(z.Text())
			}
		case html.StartTagToken, html.SelfClosingTagToken:
			f.start(z, t == html.SelfClosingTagToken)
		case html.EndTagToken:
			f.end(z)
		}
	}
}

func (f *flattener) text(b []byte) {
	if f.own { // a line of the source is no line of the text
		b = []byte(strings.NewReplacer("\r", " ", "\n", " ", "\t", " ").Replace(string(b)))
	}
	f.sb.Write(b)
}

func (f *flattener) start(z *html.Tokenizer, selfClosing bool) {
	name, more := z.TagName()
	if f.own && !selfClosing {
		f.quote(string(name), z, more)
		more = false // a link's address is no word
	}
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
	if f.own && f.depth > 0 && set[tag] {
		f.depth--
	}
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

// set are the elements whose text is not the sender's own word: what is quoted
// and what is struck out.
var set = map[string]bool{"blockquote": true, "del": true, "s": true, "strike": true}

// QuoteMark is the line that stands in OwnText where a mailer sets off the mail
// it quotes by an attribute.
const QuoteMark = "-----原始邮件-----"

// below are the values of id and class by which mailers mark what they quote:
// 163, its desktop program, Outlook, Gmail, Yahoo, Thunderbird. QQ writes a line.
var below = lazyregexp.New(`(?i)divRplyFwdMsg|appendonsend|isReplyContent|ntes-mailmaster-quote|gmail_quote|yahoo_quoted|` +
	`moz-cite-prefix|OLK_SRC_BODY_SECTION|mail-?quote|foxmail_?quote|quoted-?(text|content|message)|origbody|orig_?mail`)

// quote looks at a start tag for what is not the sender's own word.
func (f *flattener) quote(tag string, z *html.Tokenizer, more bool) {
	if set[tag] {
		f.depth++
		return
	}
	for more && f.depth == 0 {
		var k, v []byte
		k, v, more = z.TagAttr()
		if key := string(k); (key == "id" || key == "class" || key == "name") && below.Match(v) {
			f.sb.WriteString("\n" + QuoteMark + "\n")
			return
		}
	}
}

// OwnHTML gives the text of the mail's HTML without what is quoted in
// blockquotes or struck out; where a mailer sets its quote off otherwise, the
// line QuoteMark stands before it. "" without HTML.
func (m *Message) OwnHTML() string { return (&flattener{own: true}).flatten(m.HTML).text }

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
