package coremail

import (
	"fmt"
	"strconv"
	"strings"
)

// internalDate is the layout of an INTERNALDATE (RFC 3501, date-time).
const internalDate = "_2-Jan-2006 15:04:05 -0700"

// item is one thing that a FETCH asks for.
type item struct {
	name         string // UID, FLAGS, INTERNALDATE, RFC822.SIZE or BODY
	section      string // of BODY: "", HEADER or TEXT
	peek         bool
	partial      bool
	offset, size int64
}

// parseItems reads the item list of a FETCH. It refuses what the server does
// not give, ENVELOPE and BODYSTRUCTURE among it.
func parseItems(s string) ([]item, error) {
	s = strings.ToUpper(strings.TrimSuffix(strings.TrimPrefix(s, "("), ")"))
	var items []item
	for _, word := range strings.Fields(s) {
		switch word {
		case "UID", "FLAGS", "INTERNALDATE", "RFC822.SIZE":
			items = append(items, item{name: word})
			continue
		}
		body, ok := strings.CutPrefix(word, "BODY")
		if !ok {
			return nil, fmt.Errorf("item %s not supported", word)
		}
		it := item{name: "BODY"}
		body, it.peek = strings.CutPrefix(body, ".PEEK")
		section, part, ok := strings.Cut(strings.TrimPrefix(body, "["), "]")
		if !ok || !strings.HasPrefix(body, "[") || section != "" && section != "HEADER" && section != "TEXT" {
			return nil, fmt.Errorf("item %s not supported", word)
		}
		it.section = section
		if part != "" {
			if _, err := fmt.Sscanf(part, "<%d.%d>", &it.offset, &it.size); err != nil || it.offset < 0 || it.size <= 0 {
				return nil, fmt.Errorf("partial %s not understood", part)
			}
			it.partial = true
		}
		items = append(items, it)
	}
	return items, nil
}

// fetch serves FETCH and UID FETCH.
func (c *session) fetch(cmd command) (reply string, alive bool) {
	if len(cmd.args) < 2 {
		return "BAD FETCH needs messages and items", true
	}
	items, err := parseItems(strings.Join(cmd.args[1:], " "))
	if err != nil {
		return "BAD FETCH " + err.Error(), true
	}
	byUID := cmd.name == "UID FETCH"
	if byUID && (len(items) == 0 || items[0].name != "UID") {
		items = append([]item{{name: "UID"}}, items...)
	}
	top := uint32(len(c.view))
	if byUID && top > 0 {
		top = c.view[top-1].uid
	}
	set, ok := parseSet(cmd.args[0], top)
	if !ok {
		return "BAD FETCH message set not understood", true
	}
	for i, m := range c.view {
		number := uint32(i + 1)
		if byUID {
			number = m.uid
		}
		if !set(number) {
			continue
		}
		if m = c.current(m); m == nil {
			continue
		}
		if reply, alive := c.send(uint32(i+1), m, items); reply != "" || !alive {
			return reply, alive
		}
	}
	return "OK FETCH completed", true
}

// current returns what the folder holds now under the message's UID, or nil.
func (c *session) current(m *message) *message {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	if i := c.folder.index(m.uid); i >= 0 {
		return c.folder.messages[i]
	}
	return nil
}

// send sends one message's answer. A reply ends the command at once; without
// alive the session is over.
func (c *session) send(number uint32, m *message, items []item) (reply string, alive bool) {
	listed := true
	for _, it := range items {
		listed = listed && it.name != "BODY"
	}
	faults := c.s.faults.take("FETCH", m.uid, listed)
	if f, ok := find(faults, Reply); ok {
		return f.Text, true
	}
	if done, alive := c.strike(command{}, faults); done {
		return "", alive
	}
	if _, missing := find(faults, Missing); missing {
		return "", true
	}
	if f, ok := find(faults, Line); ok {
		c.say("%s", f.Text)
		return "", true
	}
	if !c.items(number, m, items, faults) {
		return "", false
	}
	return "", c.linger(faults)
}

// linger does what the faults demand between the data and the tagged reply.
func (c *session) linger(faults []Fault) (alive bool) {
	if _, ok := find(faults, HangTag); ok {
		return c.flush() == nil && c.hang()
	}
	if _, ok := find(faults, CutTag); ok {
		_ = c.flush() // the connection is closed either way
		return false
	}
	return true
}

// items sends the line of a message, with its literals. It returns false when
// the session is over.
func (c *session) items(number uint32, m *message, items []item, faults []Fault) bool {
	sep := fmt.Sprintf("* %d FETCH (", number)
	for _, it := range items {
		c.put(sep)
		sep = " "
		switch it.name {
		case "UID":
			c.put(fmt.Sprintf("UID %d", m.uid))
		case "FLAGS":
			flags := ""
			if m.seen {
				flags = `\Seen`
			}
			c.put("FLAGS (" + flags + ")")
		case "INTERNALDATE":
			c.put("INTERNALDATE " + quote(m.at.Format(internalDate)))
		case "RFC822.SIZE":
			f, _ := find(faults, Size)
			c.put(fmt.Sprintf("RFC822.SIZE %d", int64(len(m.raw))+f.N))
		case "BODY":
			if c.write && !it.peek {
				c.s.mu.Lock()
				m.seen = true
				c.s.mu.Unlock()
			}
			if !c.body(m, it, faults) {
				return false
			}
		}
	}
	c.say(")")
	return true
}

// put buffers text without an end of line.
func (c *session) put(text string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	_, _ = c.w.WriteString(text) // a failed write shows in flush
}

// body sends one BODY item with its literal.
func (c *session) body(m *message, it item, faults []Fault) bool {
	text := section(m.raw, it.section)
	label := "BODY[" + it.section + "]"
	if it.partial {
		text = text[min(it.offset, int64(len(text))):]
		text = text[:min(it.size, int64(len(text)))]
		label += fmt.Sprintf("<%d>", it.offset)
	}
	if _, ok := find(faults, NilBody); ok {
		c.put(label + " NIL")
		return true
	}
	wrong, _ := find(faults, LiteralSize)
	c.put(fmt.Sprintf("%s {%d}\r\n", label, int64(len(text))+wrong.N))
	if f, ok := find(faults, CutLiteral); ok {
		c.put(string(text[:min(f.N, int64(len(text)))]))
		_ = c.flush() // the connection is closed either way
		return false
	}
	if f, ok := find(faults, Slow); ok {
		for _, b := range text {
			c.put(string([]byte{b}))
			if c.flush() != nil || !c.wait(f.Pause) {
				return false
			}
		}
		return true
	}
	c.put(string(text))
	return true
}

func section(raw []byte, name string) []byte {
	end := strings.Index(string(raw), "\r\n\r\n")
	if end < 0 || name == "" {
		return raw
	}
	if name == "HEADER" {
		return raw[:end+4]
	}
	return raw[end+4:]
}

// search serves SEARCH with the one key ALL. 163.com fails or misleads on
// others, so that none is offered.
func (c *session) search(cmd command) string {
	if len(cmd.args) != 1 || !strings.EqualFold(cmd.args[0], "ALL") {
		return "NO SEARCH key not supported"
	}
	line := "* SEARCH"
	for i, m := range c.view {
		if cmd.name == "UID SEARCH" {
			line += fmt.Sprintf(" %d", m.uid)
		} else {
			line += fmt.Sprintf(" %d", i+1)
		}
	}
	c.say("%s", line)
	return "OK SEARCH completed"
}

// parseSet reads a message set such as 1:*,7 where * is top (RFC 3501,
// sequence-set) and returns its membership test.
func parseSet(s string, top uint32) (func(uint32) bool, bool) {
	type span struct{ from, to uint32 }
	var spans []span
	number := func(s string) (uint32, bool) {
		if s == "*" {
			return top, true
		}
		n, err := strconv.ParseUint(s, 10, 32)
		return uint32(n), err == nil && n > 0
	}
	for _, part := range strings.Split(s, ",") {
		low, high, isRange := strings.Cut(part, ":")
		from, ok := number(low)
		if !ok {
			return nil, false
		}
		to := from
		if isRange {
			if to, ok = number(high); !ok {
				return nil, false
			}
		}
		spans = append(spans, span{min(from, to), max(from, to)})
	}
	return func(n uint32) bool {
		for _, sp := range spans {
			if sp.from <= n && n <= sp.to {
				return true
			}
		}
		return false
	}, true
}
