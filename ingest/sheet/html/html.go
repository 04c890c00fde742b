package html

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"taizhang/ingest/sheet/charset"
	"taizhang/ingest/sheet/grid"
	"taizhang/ingest/sheet/strict"
	"taizhang/internal/lazyregexp"
	"taizhang/ledger"
)

// Read reads the tables of an HTML file. file is its name for display. Tables
// come in the order of the page, a nested one behind the one that holds it; a
// page without a table gives one without cells that has all text before it.
// Errors are of type *strict.Error, or those of ctx.
func Read(ctx context.Context, file string, data []byte, lim strict.Limits) ([]*ledger.Table, error) {
	lim = lim.OrDefault()
	if int64(len(data)) > lim.File {
		return nil, strict.TooLarge(strict.LimitFile, "file of %d bytes", len(data))
	}
	text, err := charset.Decode(data, declared(data))
	if err != nil {
		return nil, err
	}
	p := &page{ctx: ctx, book: grid.NewBook(file, lim), lim: lim}
	if err := p.read(text); err != nil {
		return nil, err
	}
	if len(p.book.Tables()) == 0 {
		t, err := p.book.Table("")
		if err != nil {
			return nil, err
		}
		t.Before = p.story.Waiting
		if _, err := t.Close(); err != nil {
			return nil, err
		}
	}
	return p.book.Tables(), nil
}

// Tables reads the tables that stand in the HTML body of a mail, without those
// of quoted and forwarded mail: what stands in a blockquote, in a container by
// which a mail program marks what it quotes, or behind a line such as
// "原始邮件" never counts. name is for display. A body without a table gives
// none. Errors are as Read has them.
func Tables(ctx context.Context, name, htmlText string, lim strict.Limits) ([]*ledger.Table, error) {
	lim = lim.OrDefault()
	if int64(len(htmlText)) > lim.File {
		return nil, strict.TooLarge(strict.LimitFile, "body of %d bytes", len(htmlText))
	}
	p := &page{ctx: ctx, book: grid.NewBook(name, lim), lim: lim, mail: true}
	if err := p.read(htmlText); err != nil {
		return nil, err
	}
	return p.book.Tables(), nil
}

// page is one page while it is read.
type page struct {
	ctx    context.Context // of the call of Read
	book   *grid.Book
	lim    strict.Limits
	mail   bool // quoted mail is left out
	quoted bool // all that follows is quoted
	rules  rules
	story  grid.Story
}

func (p *page) read(text string) error {
	if strings.ContainsRune(text, 0) {
		return strict.Damaged(strict.Structure, "zero bytes in a page")
	}
	if err := p.whole(text); err != nil {
		return err
	}
	root, err := html.Parse(strings.NewReader(text))
	if err != nil {
		return strict.TooLarge(strict.LimitDepth, "parse: %w", err)
	}
	if find(root, atom.Frameset) != nil {
		return strict.Unsupported("html")
	}
	if err := p.readRules(root); err != nil {
		return err
	}
	f := &flow{page: p, story: &p.story}
	if err := f.children(root, look{}); err != nil {
		return err
	}
	return f.flush()
}

// declaration finds the encoding that a page names for itself.
var declaration = lazyregexp.New(`(?i)<(?:meta|\?xml)[^>]*?(?:charset|encoding)\s*=\s*["']?\s*([a-z0-9_:-]+)`)

func declared(data []byte) string {
	m := declaration.FindSubmatch(data[:min(len(data), 8<<10)])
	if m == nil {
		return ""
	}
	return string(m[1])
}

// closed lists the elements that a whole page closes: all that can hide a
// table, and the table itself.
var closed = []string{"table", "script", "style", "textarea", "select", "html"}

// formatting lists the elements that HTML 5 opens anew in every paragraph
// until they are closed: each multiplies what follows it.
var formatting = []string{"a", "b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u"}

// Bounds of a page, above which parsing it would cost too much.
const (
	maxNodes   = 5  // times the limit of cells
	maxOpening = 25 // the same, elements opened anew included
)

// whole wants the text to end where a page may end, and bounds what parsing
// will cost. It reads the tokens only.
func (p *page) whole(text string) error {
	z := html.NewTokenizer(strings.NewReader(text))
	open, cells := make(map[string]int), pairs{}
	nodes, opening, formats, seen := 0, 0, 0, 0
	for {
		kind := z.Next()
		if kind == html.ErrorToken {
			break
		}
		raw := z.Raw()
		seen += len(raw)
		switch kind {
		case html.StartTagToken, html.EndTagToken, html.SelfClosingTagToken:
			b, _ := z.TagName()
			name := string(b)
			if strings.Contains(name, "<") {
				return strict.Damaged(strict.Structure, "a tag begins within a tag")
			}
			isFormat := slices.Contains(formatting, name)
			cells.note(name, kind)
			if kind == html.EndTagToken {
				open[name] = max(open[name]-1, 0)
				if isFormat {
					formats = max(formats-1, 0)
				}
				continue
			}
			if slices.Contains(closed, name) {
				open[name]++
			}
			if isFormat {
				formats++
			}
			opening += formats
		case html.CommentToken:
			if bytes.HasPrefix(raw, []byte("<!--")) && !bytes.HasSuffix(raw, []byte("-->")) {
				return strict.Damaged(strict.Cut, "page ends within a comment")
			}
		}
		if nodes++; nodes > maxNodes*p.lim.Cells || opening > maxOpening*p.lim.Cells {
			return strict.TooLarge(strict.LimitDepth, "a page of more than %d elements", maxNodes*p.lim.Cells)
		}
		if nodes%4096 == 0 {
			if err := p.ctx.Err(); err != nil {
				return err
			}
		}
	}
	if seen < len(text) {
		return strict.Damaged(strict.Cut, "page ends within a tag")
	}
	if err := cells.balanced(); err != nil {
		return err
	}
	return p.allClosed(open)
}

func (p *page) allClosed(open map[string]int) error {
	for _, name := range closed {
		// Mail programs leave the end of the page out, or put their signature
		// behind it.
		if open[name] > 0 && (name != "html" || !p.mail) {
			return strict.Damaged(strict.Cut, "page ends within <%s>", name)
		}
	}
	return nil
}

// pairs counts the tags by which cells and rows begin and end.
type pairs map[string]struct{ begun, ended int }

func (p pairs) note(name string, kind html.TokenType) {
	switch name {
	case "th":
		name = "td"
	case "td", "tr":
	default:
		return
	}
	n := p[name]
	switch kind {
	case html.StartTagToken:
		n.begun++
	case html.EndTagToken:
		n.ended++
	}
	p[name] = n
}

// fewTags are so few that they prove no habit.
const fewTags = 8

// balanced refuses a page that ends nearly all of its cells or rows. HTML may
// leave all of these ends out; a program that writes them writes every one, so
// a tag was broken, and a browser would move the cells that follow.
func (p pairs) balanced() error {
	for name, n := range p {
		if n.begun >= fewTags && n.begun != n.ended && 5*n.ended >= 4*n.begun {
			return strict.Damaged(strict.Structure, "%d <%s> begin and %d end", n.begun, name, n.ended)
		}
	}
	return nil
}

// find returns the first element of the kind.
func find(n *html.Node, kind atom.Atom) *html.Node {
	for d := range n.Descendants() {
		if d.Type == html.ElementNode && d.DataAtom == kind {
			return d
		}
	}
	return nil
}

// attr returns the value of the attribute, and whether it is given.
func attr(n *html.Node, name string) (string, bool) {
	for _, a := range n.Attr {
		if a.Key == name && a.Namespace == "" {
			return a.Val, true
		}
	}
	return "", false
}

func tooLong(lim strict.Limits) error {
	return strict.TooLarge(strict.LimitText, "%s", fmt.Sprintf("a text of more than %d bytes", 8*lim.Text))
}
