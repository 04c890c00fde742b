package html

import (
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"taizhang/ingest/sheet/grid"
	"taizhang/internal/lazyregexp"
)

// look is what a text inherits from the elements around it.
type look struct {
	none, invisible bool // display and visibility
	buried          bool // in a hidden row or table
	struck          bool
	inserted        bool
	pre             bool // white space counts
}

// within returns the look within the element.
func (l look) within(n *html.Node, p props) look {
	if p.display != "" {
		l.none = l.none || p.display == "none"
	}
	switch p.visibility {
	case "hidden", "collapse":
		l.invisible = true
	case "visible":
		l.invisible = false
	}
	if strings.Contains(p.decoration, "line-through") {
		l.struck = true
	}
	if p.space != "" {
		l.pre = strings.HasPrefix(p.space, "pre")
	}
	switch n.DataAtom {
	case atom.S, atom.Strike, atom.Del:
		l.struck = true
	case atom.Ins:
		l.inserted = true
	case atom.Pre, atom.Textarea, atom.Listing, atom.Xmp:
		l.pre = true
	}
	return l
}

// flow gathers the text of a cell, or of a page around its tables.
type flow struct {
	page     *page
	story    *grid.Story
	text     []byte
	gone     []byte // what is struck out
	unseen   []byte // what is hidden
	inserted bool
	space    bool // white space stands between words
}

// flush gives what was gathered to the story, line by line.
func (f *flow) flush() error {
	if f.story == nil {
		return nil
	}
	if err := f.page.book.Count(len(f.text)); err != nil {
		return err
	}
	for line := range strings.SplitSeq(string(f.text), "\n") {
		if f.page.endsMail(line) {
			break
		}
		f.story.Add(line)
	}
	f.text, f.space = f.text[:0], false
	return nil
}

// Lines and containers by which mail programs mark what they quote.
var (
	quoteLine = lazyregexp.New(`^[-—_\s]*(原始邮件|回复的原邮件|转发的原邮件|回复的邮件|转发的邮件|转发邮件信息|被转发邮件|Original Message|Original|Forwarded Message|Forwarded message)[-—_\s]*:?$` +
		`|^(At|在|On|于).{4,120}(写道|wrote)\s*[:：]?$|^(发件人|From)\s*[:：]`)
	quoteIDs     = map[string]bool{"isreplycontent": true, "divrplyfwdmsg": true, "original-content": true, "ntes-pcmail-quote": true, "ntes-iosmail-quote": true, "ntes-androidmail-quote": true, "appendonsend": true}
	quoteClasses = map[string]bool{"gmail_quote": true, "ntes-mailmaster-quote": true, "yahoo_quoted": true, "moz-cite-prefix": true, "outlookmessageheader": true, "gmail_extra": true, "netease_quote": true, "protonmail_quote": true}
)

// endsMail reports whether the line begins what a mail quotes, and notes it.
func (p *page) endsMail(line string) bool {
	if p.mail && !p.quoted {
		line = strings.TrimSpace(strings.ReplaceAll(line, "\u00a0", " "))
		p.quoted = len(line) < 300 && quoteLine.MatchString(line)
	}
	return p.quoted
}

// quotes reports whether the element holds quoted mail. The header that
// Outlook puts before it ends the mail altogether.
func (p *page) quotes(n *html.Node) bool {
	if !p.mail {
		return false
	}
	if p.quoted || n.DataAtom == atom.Blockquote || n.Data == "includetail" {
		return true
	}
	id, _ := attr(n, "id")
	if id = strings.ToLower(id); quoteIDs[id] {
		p.quoted = p.quoted || id == "divrplyfwdmsg" || id == "appendonsend"
		return true
	}
	class, _ := attr(n, "class")
	for _, c := range strings.Fields(strings.ToLower(class)) {
		if quoteClasses[c] {
			return true
		}
	}
	return false
}

func (f *flow) children(n *html.Node, l look) error {
	for c := range n.ChildNodes() {
		if err := f.node(c, l); err != nil {
			return err
		}
	}
	return nil
}

// node reads one node and all within it.
func (f *flow) node(n *html.Node, l look) error {
	switch n.Type {
	case html.TextNode:
		return f.add(n.Data, l)
	case html.ElementNode:
		return f.element(n, l)
	}
	return nil
}

func (f *flow) element(n *html.Node, l look) error {
	p := f.page
	if err := p.ctx.Err(); err != nil {
		return err
	}
	if p.quotes(n) {
		return nil
	}
	switch n.DataAtom {
	case atom.Head, atom.Script, atom.Style, atom.Template, atom.Noscript, atom.Iframe, atom.Object, atom.Rt, atom.Rp:
		return nil
	case atom.Br:
		return f.add("\n", look{pre: true, none: l.none})
	case atom.Input:
		return f.input(n, l)
	case atom.Select:
		return f.selected(n, l)
	}
	own := p.rules.of(n)
	inner := l.within(n, own)
	if n.DataAtom == atom.Table {
		if err := f.flush(); err != nil || p.quoted {
			return err
		}
		f.newline()
		err := p.table(n, inner, f.story)
		f.newline()
		return err
	}
	block := isBlock(n, own)
	if block {
		f.newline()
	}
	if err := f.children(n, inner); err != nil {
		return err
	}
	if block {
		f.newline()
	}
	if f.story != nil && block && p.mail {
		return f.flush() // so that a mark of quoted mail is seen at once
	}
	return nil
}

// isBlock reports whether the element stands on lines of its own.
func isBlock(n *html.Node, p props) bool {
	switch p.display {
	case "inline", "inline-block", "none":
		return false
	case "block", "flex", "list-item":
		return true
	}
	switch n.DataAtom {
	case atom.P, atom.Div, atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6, atom.Li, atom.Ul, atom.Ol, atom.Dl, atom.Dt, atom.Dd,
		atom.Pre, atom.Center, atom.Blockquote, atom.Form, atom.Fieldset, atom.Hr, atom.Section, atom.Article, atom.Header,
		atom.Footer, atom.Main, atom.Address, atom.Caption, atom.Title, atom.Body, atom.Figure, atom.Textarea:
		return true
	}
	return false
}

// newline ends the line, unless it is empty.
func (f *flow) newline() {
	f.space = false
	if n := len(f.text); n > 0 && f.text[n-1] != '\n' {
		f.text = append(f.text, '\n')
	}
}

// add adds a text as it shows: white space counts as one space between words.
func (f *flow) add(text string, l look) error {
	dst := &f.text
	switch {
	case l.none || l.invisible:
		dst = &f.unseen
	case l.struck:
		dst = &f.gone
	}
	before := len(*dst)
	for _, r := range text {
		if !l.pre && (r == ' ' || r == '\t' || r == '\n' || r == '\r' || r == '\f') {
			f.space = true
			continue
		}
		if r == '\r' {
			continue
		}
		if n := len(*dst); f.space && r != '\n' && n > 0 && (*dst)[n-1] != '\n' {
			*dst = append(*dst, ' ')
		}
		f.space = false
		*dst = append(*dst, string(r)...)
	}
	f.inserted = f.inserted || l.inserted && dst == &f.text && len(*dst) > before
	if f.story == nil && len(*dst) > 8*f.page.lim.Text {
		return tooLong(f.page.lim)
	}
	return nil
}

// input reads a field of a form by what it shows.
func (f *flow) input(n *html.Node, l look) error {
	kind, _ := attr(n, "type")
	switch strings.ToLower(kind) {
	case "", "text", "number", "tel", "date", "month", "search":
		value, _ := attr(n, "value")
		return f.add(value, l.within(n, f.page.rules.of(n)))
	}
	return nil
}

// selected reads the choice of a list: the options marked, else the first.
func (f *flow) selected(n *html.Node, l look) error {
	var first *html.Node
	marked := false
	for d := range n.Descendants() {
		if d.Type != html.ElementNode || d.DataAtom != atom.Option {
			continue
		}
		if first == nil {
			first = d
		}
		if _, ok := attr(d, "selected"); ok {
			marked = true
			if err := f.children(d, l); err != nil {
				return err
			}
		}
	}
	if marked || first == nil {
		return nil
	}
	return f.children(first, l)
}
