package html

import (
	"strconv"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"taizhang/ingest/sheet/strict"
	"taizhang/internal/lazyregexp"
)

// props are the properties that matter here; "" is unstated.
type props struct {
	display, visibility, decoration, space, format string
}

// over returns p with what q states laid over it.
func (p props) over(q props) props {
	for _, x := range []struct{ to, from *string }{
		{&p.display, &q.display}, {&p.visibility, &q.visibility}, {&p.decoration, &q.decoration},
		{&p.space, &q.space}, {&p.format, &q.format},
	} {
		if *x.from != "" {
			*x.to = *x.from
		}
	}
	return p
}

// rules are the properties of a page's style sheets, by the last part of the
// selector: td, .xl65, td.xl65, #id.
type rules map[string]props

// A rule's selectors and its block; an at-rule's head is among the selectors.
var (
	cssComment = lazyregexp.New(`(?s)/\*.*?\*/|<!--|-->`)
	lastPart   = lazyregexp.New(`^([a-zA-Z0-9*]*)((?:[.#][^.#]+)*)$`)
)

// readRules reads the style sheets within the page.
func (p *page) readRules(root *html.Node) error {
	p.rules = make(rules)
	for n := range root.Descendants() {
		if n.Type != html.ElementNode || n.DataAtom != atom.Style || n.FirstChild == nil {
			continue
		}
		if err := p.sheet(cssComment.ReplaceAllString(n.FirstChild.Data, " ")); err != nil {
			return err
		}
	}
	return nil
}

// sheet reads one style sheet. What stands in a block for other media, such
// as small screens or print, does not hold here.
func (p *page) sheet(css string) error {
	for {
		head, rest, ok := strings.Cut(css, "{")
		if !ok {
			return nil
		}
		if i := strings.LastIndexByte(head, ';'); i >= 0 {
			head = head[i+1:] // @import and the like
		}
		head = strings.TrimSpace(strings.TrimLeft(head, "} \t\r\n"))
		if at := strings.ToLower(head); strings.HasPrefix(at, "@") {
			if holdsHere(at) {
				css = rest // its rules follow; the brace left over is skipped
				continue
			}
			css = skipBlock(rest)
			continue
		}
		block := blockEnd(rest)
		if err := p.rule(head, rest[:block]); err != nil {
			return err
		}
		css = rest[min(block+1, len(rest)):]
	}
}

func holdsHere(at string) bool {
	media, ok := strings.CutPrefix(at, "@media")
	if !ok {
		return false
	}
	media = strings.TrimSpace(media)
	return media == "all" || media == "screen" || media == "only screen" || media == ""
}

// blockEnd returns the place of the brace that ends the block, which may hold
// strings.
func blockEnd(s string) int {
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '}':
			return i
		case '\\':
			i++
		case '"', '\'':
			i = stringEnd(s, i)
		}
	}
	return len(s)
}

// stringEnd returns the place of the quote that ends the string at i.
func stringEnd(s string, i int) int {
	for j := i + 1; j < len(s); j++ {
		switch s[j] {
		case '\\':
			j++
		case s[i]:
			return j
		}
	}
	return len(s)
}

// skipBlock returns what follows a block that holds blocks.
func skipBlock(s string) string {
	depth := 1
	for i := range len(s) {
		switch s[i] {
		case '{':
			depth++
		case '}':
			if depth--; depth == 0 {
				return s[i+1:]
			}
		}
	}
	return ""
}

func (p *page) rule(selectors, block string) error {
	own := declarations(block)
	if own == (props{}) {
		return nil
	}
	for _, sel := range strings.Split(selectors, ",") {
		parts := strings.FieldsFunc(sel, func(r rune) bool { return strings.ContainsRune(" \t\r\n>+~", r) })
		if len(parts) == 0 {
			continue
		}
		m := lastPart.FindStringSubmatch(parts[len(parts)-1])
		if m == nil || strings.ContainsAny(m[2], ":[") {
			continue
		}
		key := strings.ToLower(m[1])
		if i := strings.LastIndexAny(m[2], ".#"); i >= 0 {
			key = strings.TrimPrefix(key, "*") + strings.ToLower(m[2][i:])
			if m[2][i] == '#' {
				key = strings.ToLower(m[2][i:])
			}
		}
		if len(p.rules) > p.lim.Styles {
			return strict.TooLarge(strict.LimitStyles, "more than %d style rules", p.lim.Styles)
		}
		p.rules[key] = p.rules[key].over(own)
	}
	return nil
}

// declarations reads what a block or a style attribute states.
func declarations(block string) props {
	var p props
	for block != "" {
		n := declarationEnd(block)
		name, value, ok := strings.Cut(block[:n], ":")
		block = block[min(n+1, len(block)):]
		if !ok {
			continue
		}
		raw := strings.TrimSpace(value)
		value = strings.ToLower(strings.TrimSpace(strings.TrimSuffix(strings.ToLower(raw), "!important")))
		switch strings.ToLower(strings.TrimSpace(name)) {
		case "display":
			p.display = value
		case "visibility":
			p.visibility = value
		case "text-decoration", "text-decoration-line":
			p.decoration = value
		case "white-space":
			p.space = value
		case "mso-number-format":
			p.format = unescaped(raw)
		}
	}
	return p
}

func declarationEnd(s string) int {
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case ';':
			return i
		case '\\':
			i++
		case '"', '\'':
			i = stringEnd(s, i)
		}
	}
	return len(s)
}

// unescaped takes the quotes and escapes out of a value (CSS 2.1 §4.3.7).
func unescaped(s string) string {
	if len(s) >= 2 && (s[0] == '"' || s[0] == '\'') && s[len(s)-1] == s[0] {
		s = s[1 : len(s)-1]
	}
	var b strings.Builder
	for i := 0; i < len(s); {
		if s[i] != '\\' || i+1 == len(s) {
			b.WriteByte(s[i])
			i++
			continue
		}
		i++
		n := i
		for n < len(s) && n < i+4 && isHex(s[n]) {
			n++
		}
		if n-i < 4 { // Excel writes four digits, and escapes digits themselves
			b.WriteByte(s[i])
			i++
			continue
		}
		if v, err := strconv.ParseUint(s[i:n], 16, 32); err == nil {
			b.WriteRune(rune(v))
		}
		i = n
	}
	return b.String()
}

func isHex(c byte) bool { return '0' <= c && c <= '9' || 'a' <= c|0x20 && c|0x20 <= 'f' }

// of returns what holds for the element itself, without what it inherits.
func (r rules) of(n *html.Node) props {
	tag := n.Data
	p := r["*"].over(r[tag])
	var id, style string
	for _, a := range n.Attr {
		switch a.Key {
		case "class":
			for _, c := range strings.Fields(strings.ToLower(a.Val)) {
				p = p.over(r["."+c]).over(r[tag+"."+c])
			}
		case "id":
			id = strings.ToLower(a.Val)
		case "style":
			style = a.Val
		}
	}
	p = p.over(r["#"+id])
	if _, hidden := attr(n, "hidden"); hidden && p.display == "" {
		p.display = "none"
	}
	if style != "" {
		p = p.over(declarations(style))
	}
	return p
}
