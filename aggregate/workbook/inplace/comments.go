package inplace

import (
	"fmt"
	"strconv"
	"strings"

	"taizhang/ledger"
)

// comments is the comments part of a sheet.
type comments struct {
	data    []byte
	prefix  string
	authors tag
	endAuth int
	names   []string
	list    tag
	endList int
	byRef   map[ledger.Ref]*comment
}

// comment is one comment that the part holds.
type comment struct {
	text    tag
	endText int
	body    int    // behind its last run or text
	bare    [2]int // a text outside any run
	chars   strings.Builder
}

func parseComments(data []byte) (*comments, error) {
	c := &comments{data: data, byRef: map[ledger.Ref]*comment{}, authors: tag{from: -1}, list: tag{from: -1}}
	var now *comment
	path := make([]string, 0, 8)
	err := walk(data, func(t *tag) error {
		if !t.end {
			path = append(path[:t.depth], t.local)
		}
		switch {
		case t.depth == 0:
			c.prefix = t.prefix
		case t.depth == 1 && t.local == "authors":
			if c.endAuth = t.from; !t.end {
				c.authors = *t
			}
		case t.depth == 1 && t.local == "commentList":
			if c.endList = t.from; !t.end {
				c.list = *t
			}
		case t.depth == 2 && t.local == "author" && !t.end:
			name := ""
			if !t.empty {
				name = textBehind(data, t.to)
			}
			c.names = append(c.names, name)
		case t.depth == 2 && t.local == "comment" && !t.end:
			now = nil
			if at, ok := parseRef(t.attr("ref")); ok {
				now = &comment{text: tag{from: -1}}
				c.byRef[at] = now
			}
		case now != nil && t.depth >= 3:
			now.tag(data, t, path)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	if c.authors.from < 0 || c.list.from < 0 {
		return nil, unfit("comments without authors or list")
	}
	return c, nil
}

// textBehind returns the character data at the place, as it is spelled.
func textBehind(data []byte, at int) string {
	text, _, _ := strings.Cut(string(data[at:]), "<")
	return text
}

func (c *comment) tag(data []byte, t *tag, path []string) {
	switch {
	case t.depth == 3 && t.local == "text" && !t.end:
		c.text = *t
		c.body = t.to
	case t.depth == 3 && t.local == "text":
		c.endText = t.from
	case t.depth == 4 && t.local == "t" && !t.end:
		c.bare = [2]int{t.from, t.from}
	case t.depth == 4 && t.local == "t":
		c.bare[1], c.body = t.to, t.to
	case t.depth == 4 && t.local == "r" && t.end:
		c.body = t.to
	}
	if t.local == "t" && !t.end && !t.empty && (t.depth == 4 || path[4] == "r") {
		c.chars.WriteString(textBehind(data, t.to))
	}
}

// note is what is to be said at one place.
type note struct {
	at   ledger.Ref
	text string
}

// add returns the part with the notes by the author. A comment that stands at
// a place is kept, with the note behind it.
func (c *comments) add(author string, notes []note) []byte {
	var out []splice
	id := -1
	for i, n := range c.names {
		if n == escape(author) {
			id = i
		}
	}
	if id < 0 {
		id = len(c.names)
		name := fmt.Sprintf("<%[1]sauthor>%[2]s</%[1]sauthor>", c.prefix, escape(author))
		if c.authors.empty {
			out = append(out, splice{c.authors.from, c.authors.to, opened(c.data, &c.authors) + name + "</" + c.prefix + "authors>"})
		} else {
			out = append(out, splice{c.endAuth, c.endAuth, name})
		}
	}
	var fresh strings.Builder
	for _, n := range notes {
		runs := c.runs(author, n.text)
		if old := c.byRef[n.at]; old != nil && old.text.from >= 0 {
			out = append(out, c.behind(old, runs)...)
			continue
		}
		fmt.Fprintf(&fresh, `<%[1]scomment ref="%[2]s" authorId="%[3]s"><%[1]stext>%[4]s</%[1]stext></%[1]scomment>`, c.prefix, n.at.Name(), strconv.Itoa(id), runs)
	}
	if c.list.empty {
		out = append(out, splice{c.list.from, c.list.to, opened(c.data, &c.list) + fresh.String() + "</" + c.prefix + "commentList>"})
	} else {
		out = append(out, splice{c.endList, c.endList, fresh.String()})
	}
	return apply(c.data, out)
}

// behind puts the runs behind what a comment holds. A text outside any run
// becomes the first run: programs read either the one or the other.
func (c *comments) behind(old *comment, runs string) []splice {
	gap := fmt.Sprintf("<%[1]sr><%[1]st xml:space=\"preserve\">\n</%[1]st></%[1]sr>", c.prefix)
	if old.text.empty {
		return []splice{{old.text.from, old.text.to, opened(c.data, &old.text) + runs + "</" + c.prefix + "text>"}}
	}
	if old.chars.Len() == 0 {
		gap = ""
	}
	var out []splice
	if old.bare[1] > 0 {
		out = append(out, splice{old.bare[0], old.bare[0], "<" + c.prefix + "r>"}, splice{old.bare[1], old.bare[1], "</" + c.prefix + "r>"})
	}
	return append(out, splice{old.body, old.body, gap + runs})
}

// runs are the author's name in bold and the text.
func (c *comments) runs(author, text string) string {
	const run = `<%[1]sr><%[1]srPr>%[2]s<%[1]ssz val="9"/><%[1]scolor indexed="81"/><%[1]srFont val="%[3]s"/><%[1]sfamily val="3"/><%[1]scharset val="134"/></%[1]srPr><%[1]st xml:space="preserve">%[4]s</%[1]st></%[1]sr>`
	return fmt.Sprintf(run, c.prefix, "<"+c.prefix+"b/>", font, escape(author)+"：\n") + fmt.Sprintf(run, c.prefix, "", font, escape(text))
}

// font is that of comments, 9 points; Windows has it, and WPS.
const font = "宋体"
