package mailbox

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"
	"time"

	"taizhang/internal/lazyregexp"
)

// filter decides on the first line of an answer: it returns the line, another
// one in its place, or nil to leave the answer out. go-imap gives up the whole
// connection for answers that it does not know or cannot parse, so only these
// pass: replies, CAPABILITY, LIST with a proper name, EXISTS, and FETCH in the
// form that was asked for.
func (g *guard) filter(line []byte) ([]byte, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	text := string(bytes.TrimRight(line, "\r\n"))
	switch {
	case g.tag == greetingTag:
		g.seen.greeting = text
		g.done()
		return line, nil
	case g.tag != "" && strings.HasPrefix(text, g.tag+" "):
		g.done()
		return line, nil
	case strings.HasPrefix(text, "+"):
		if g.name == "IDLE" && g.tag != "" {
			g.idling = true
			g.arm()
		}
		return line, nil
	case !strings.HasPrefix(text, "* "):
		return line, nil // the library will say what it thinks of it
	}
	word, rest, _ := strings.Cut(text[2:], " ")
	if number, err := strconv.ParseUint(word, 10, 32); err == nil {
		return g.filterNumbered(line, uint32(number), rest)
	}
	switch strings.ToUpper(word) {
	case "CAPABILITY":
		return line, nil
	case "BYE":
		return nil, byeError{rest}
	case "OK", "NO", "BAD":
		// Of these only the UIDVALIDITY matters. It is taken as text: servers
		// have been seen to leave it out, to say 0 and to exceed 32 bits.
		if m := validityCode.FindStringSubmatch(rest); m != nil {
			g.seen.validity = m[1]
		}
		return nil, nil
	case "ID":
		g.seen.id = rest
		return nil, nil
	case "QUOTA":
		if m := storageItem.FindStringSubmatch(rest); m != nil {
			g.seen.quota = fuller(g.seen.quota, m[1], m[2])
		}
		return nil, nil
	case "LIST":
		if g.name == "LIST" && listName.MatchString(rest) {
			return line, nil
		}
		g.log.Warn("folder left out: its name cannot be read")
	}
	return nil, nil
}

// done ends the command that runs. g.mu is held.
func (g *guard) done() {
	g.tag, g.idling = "", false
	g.arm()
	g.turn.Broadcast()
}

var (
	validityCode = lazyregexp.New(`(?i)^\[UIDVALIDITY ([^\]]*)\]`)
	// listName wants the name, the last thing of a LIST answer, as a literal or
	// as ASCII in modified UTF-7 (RFC 3501 §5.1.3).
	listName    = lazyregexp.New(`^\([^()]*\) (?i:"[^"]*"|NIL) (?:\{\d+\}|"?(?:[ -%'-~]|&[A-Za-z0-9+,]*-)*"?)$`)
	storageItem = lazyregexp.New(`(?i)[( ]STORAGE (\d{1,15}) (\d{1,15})[ )]`)
	uidItem     = lazyregexp.New(`(?i)[( ]UID (\d{1,10})(?:[ )]|$)`)
	sizeItem    = lazyregexp.New(`(?i)[( ]RFC822\.SIZE (\d{1,18})[ )]`)
	dateItem    = lazyregexp.New(`(?i)[( ]INTERNALDATE ("[ \d]\d-[A-Za-z]{3}-\d{4} \d\d:\d\d:\d\d [+-]\d{4}")[ )]`)
)

// filterNumbered decides on "* 12 EXISTS" and "* 12 FETCH (…". g.mu is held.
func (g *guard) filterNumbered(line []byte, number uint32, rest string) ([]byte, error) {
	word, items, _ := strings.Cut(rest, " ")
	switch strings.ToUpper(word) {
	case "EXISTS":
		g.seen.exists = number
		if g.idling {
			select {
			case g.news <- struct{}{}:
			default: // already told
			}
		}
		return line, nil
	case "FETCH":
	default: // EXPUNGE, RECENT: sequence numbers mean nothing to us
		return nil, nil
	}
	if g.name != "FETCH" || g.tag == "" {
		return nil, nil
	}
	if g.want == 0 {
		if _, literal := literalSize(line); literal {
			return nil, nil // nobody asked for a text
		}
		return g.listingLine(number, items), nil
	}
	before, after, isText := strings.Cut(strings.ToUpper(items), "BODY[")
	uid := uidItem.FindStringSubmatch(before)
	switch {
	case !isText: // a flag was changed by somebody
		return nil, nil
	case uid == nil:
		// The library would take it for an answer to nobody.
		return nil, errNoUID
	case uid[1] != strconv.FormatUint(uint64(g.want), 10), g.text:
		return nil, nil
	case strings.Contains(before+after, "["):
		// The library's reader waits for each text to be read, and for ever
		// where the one before it could not be.
		return nil, errSecond
	}
	g.text = true
	return line, nil
}

// listingLine writes a message's line of a listing anew with what can be read
// of it, so that one odd line does not hide the messages behind it.
func (g *guard) listingLine(number uint32, items string) []byte {
	uid := uidItem.FindStringSubmatch(items)
	if uid == nil {
		return nil
	}
	if n, err := strconv.ParseUint(uid[1], 10, 32); err != nil || n == 0 {
		return nil
	}
	line := fmt.Sprintf("* %d FETCH (UID %s", number, uid[1])
	if size := sizeItem.FindStringSubmatch(items); size != nil {
		line += " RFC822.SIZE " + size[1]
	}
	if date := dateItem.FindStringSubmatch(items); date != nil && validDate(date[1]) {
		line += " INTERNALDATE " + date[1]
	}
	return []byte(line + ")\r\n")
}

// validDate reports whether the library can parse an INTERNALDATE.
func validDate(quoted string) bool {
	_, err := time.Parse(`"_2-Jan-2006 15:04:05 -0700"`, quoted)
	return err == nil
}
