package attach

import (
	"bytes"
	"strings"
)

// Field is one header field as it stood, unfolded, in the bytes of the mail.
type Field struct {
	Name  string // as written
	Value string // raw: not decoded, may hold any bytes
}

// Header is the header of a mail. The named fields are decoded and cleaned of
// control characters; Fields keeps everything as it was.
type Header struct {
	Fields []Field // all fields in their order

	Subject    string
	From       []Address // of all From fields together
	FromFields int       // number of From fields; more than one is suspicious
	Sender     []Address
	ReplyTo    []Address
	To, Cc     []Address
	MessageID  string   // with its angle brackets; "" when absent
	InReplyTo  []string // message ids with angle brackets
	References []string
	Date       string // raw text of Date, for display only: it is the sender's word
	ReturnPath string // "<>" for the null sender, "" when absent, else the address
	// Received and AuthResults hold the raw fields of that name in their
	// order, the topmost first.
	Received    []string
	AuthResults []string
}

// Get gives the decoded text of the first field of that name, or "".
func (h *Header) Get(name string) string {
	for _, f := range h.Fields {
		if strings.EqualFold(f.Name, name) {
			return headerText(f.Value)
		}
	}
	return ""
}

// Values gives the decoded texts of all fields of that name, in order.
func (h *Header) Values(name string) []string {
	var out []string
	for _, v := range h.Raw(name) {
		out = append(out, headerText(v))
	}
	return out
}

// Raw gives the raw unfolded values of all fields of that name, in order.
func (h *Header) Raw(name string) []string {
	var out []string
	for _, f := range h.Fields {
		if strings.EqualFold(f.Name, name) {
			out = append(out, strings.TrimSpace(f.Value))
		}
	}
	return out
}

// firstRaw gives the first non-empty raw value of a field.
func firstRaw(fields []Field, name string) string {
	for _, f := range fields {
		if strings.EqualFold(f.Name, name) {
			if v := strings.TrimSpace(f.Value); v != "" {
				return v
			}
		}
	}
	return ""
}

func hasField(fields []Field, name string) bool {
	for _, f := range fields {
		if strings.EqualFold(f.Name, name) {
			return true
		}
	}
	return false
}

// newHeader decodes the fields of a mail.
func newHeader(fields []Field) Header {
	h := Header{Fields: fields}
	h.Subject = h.Get("Subject")
	h.From, h.FromFields = h.addresses("From")
	h.Sender, _ = h.addresses("Sender")
	h.ReplyTo, _ = h.addresses("Reply-To")
	h.To, _ = h.addresses("To")
	h.Cc, _ = h.addresses("Cc")
	if ids := messageIDs(firstRaw(fields, "Message-ID")); len(ids) > 0 {
		h.MessageID = ids[0]
	}
	h.InReplyTo = messageIDs(firstRaw(fields, "In-Reply-To"))
	h.References = messageIDs(firstRaw(fields, "References"))
	h.Date = cleanLine(rawText(firstRaw(fields, "Date")))
	h.Received = h.Raw("Received")
	h.AuthResults = h.Raw("Authentication-Results")
	h.ReturnPath = returnPath(fields)
	return h
}

func (h *Header) addresses(name string) (list []Address, count int) {
	for _, v := range h.Raw(name) {
		count++
		list = append(list, ParseAddresses(v)...)
	}
	return list, count
}

func returnPath(fields []Field) string {
	if !hasField(fields, "Return-Path") {
		return ""
	}
	v := strings.TrimSpace(firstRaw(fields, "Return-Path"))
	if a := ParseAddresses(v); len(a) > 0 && a[0].Addr != "" {
		return a[0].Addr
	}
	if strings.Trim(v, "<> \t") == "" {
		return "<>"
	}
	return strings.ToLower(strings.Trim(cleanLine(rawText(v)), "<> "))
}

// messageIDs finds the message ids ("<left@right>", RFC 5322 §3.6.4) in a raw
// value. A single id without brackets is accepted.
func messageIDs(v string) []string {
	var out []string
	rest := v
	for {
		i := strings.IndexByte(rest, '<')
		if i < 0 {
			break
		}
		j := strings.IndexByte(rest[i:], '>')
		if j < 0 {
			break
		}
		id := strings.Map(dropSpace, rest[i+1:i+j])
		if id != "" && !strings.ContainsAny(id, "<") {
			out = append(out, "<"+cleanLine(rawText(id))+">")
		}
		rest = rest[i+j+1:]
	}
	if out == nil {
		if id := strings.Trim(cleanLine(rawText(v)), "<> "); id != "" && !strings.ContainsAny(id, " \t,;") && strings.Contains(id, "@") {
			out = append(out, "<"+id+">")
		}
	}
	return out
}

func dropSpace(r rune) rune {
	if r == ' ' || r == '\t' || r == '\r' || r == '\n' {
		return -1
	}
	return r
}

// headerBlock is a header cut off from what follows it.
type headerBlock struct {
	fields  []Field
	body    []byte
	junk    int  // lines that are no header fields
	tooLong bool // the header went on beyond the limit; the rest was skipped
	noEnd   bool // no blank line ended the header
}

// splitHeader reads the header at the start of b, at most max bytes of it. A
// line that is no field is skipped when fields that are surely fields follow
// it; otherwise the body starts there. Lines may end in LF, CR LF or CR CR LF.
func splitHeader(b []byte, max int) headerBlock {
	var hb headerBlock
	limit := min(len(b), max)
	bodyAt, junkAt := -1, -1 // offset of the first junk line behind the last sure field
	type piece struct {
		name       string
		start, end int // of the value
	}
	var cur *piece
	var pieces []piece
	off := 0
	for off < limit {
		line, rest := cutLine(b[off:])
		next := len(b) - len(rest)
		text := bytes.TrimRight(line, "\r")
		if len(bytes.TrimRight(text, " \t")) == 0 {
			if len(text) == 0 || cur == nil || !startsWithSpace(rest) {
				bodyAt = next
				break
			}
			off = next // a blank line made of spaces inside a folded field
			continue
		}
		name, val, ok := cutField(text)
		switch {
		case text[0] == ' ' || text[0] == '\t':
			if cur != nil {
				cur.end = off + len(text)
			}
		case ok && (hb.junk == 0 || knownField(name)):
			pieces = append(pieces, piece{name, off + val, off + len(text)})
			cur = &pieces[len(pieces)-1]
			junkAt = -1
		default:
			hb.junk++
			cur = nil
			if junkAt < 0 {
				junkAt = off
			}
		}
		off = next
	}
	switch {
	case junkAt >= 0 && (bodyAt >= 0 || off < max):
		bodyAt = junkAt // no blank line: the body begins with the junk
		hb.noEnd = true
	case bodyAt < 0 && off >= max && off < len(b):
		hb.tooLong = true
		bodyAt = behindBlankLine(b, off)
	case bodyAt < 0:
		bodyAt = len(b)
		hb.noEnd = true
	}
	hb.body = b[bodyAt:]
	hb.fields = make([]Field, 0, len(pieces))
	for _, p := range pieces {
		hb.fields = append(hb.fields, Field{Name: p.name, Value: unfold(b[p.start:min(p.end, len(b))])})
	}
	return hb
}

func startsWithSpace(b []byte) bool {
	return len(b) > 0 && (b[0] == ' ' || b[0] == '\t') && len(bytes.TrimSpace(firstLine(b))) > 0
}

func firstLine(b []byte) []byte {
	l, _ := cutLine(b)
	return l
}

// cutField splits a line into a field name and the offset of its value.
func cutField(line []byte) (name string, value int, ok bool) {
	i := bytes.IndexByte(line[:min(len(line), 128)], ':')
	if i <= 0 {
		return "", 0, false
	}
	n := bytes.TrimRight(line[:i], " \t")
	if len(n) == 0 {
		return "", 0, false
	}
	for _, c := range n {
		if c <= ' ' || c >= 0x7F {
			return "", 0, false
		}
	}
	return string(n), i + 1, true
}

// behindBlankLine finds the end of a header that was too long to be read.
func behindBlankLine(b []byte, off int) int {
	for off < len(b) {
		line, rest := cutLine(b[off:])
		off = len(b) - len(rest)
		if len(bytes.TrimRight(line, "\r")) == 0 {
			return off
		}
	}
	return len(b)
}

func unfold(b []byte) string {
	if bytes.IndexByte(b, '\n') < 0 {
		return string(bytes.TrimRight(b, "\r"))
	}
	var sb strings.Builder
	sb.Grow(len(b))
	for len(b) > 0 {
		line, rest := cutLine(b)
		sb.Write(bytes.TrimRight(line, "\r"))
		b = rest
	}
	return sb.String()
}

var knownFields = map[string]bool{
	"from": true, "to": true, "cc": true, "bcc": true, "subject": true, "date": true, "received": true,
	"return-path": true, "delivered-to": true, "message-id": true, "in-reply-to": true, "references": true,
	"reply-to": true, "sender": true, "mime-version": true, "authentication-results": true, "auto-submitted": true,
	"precedence": true, "importance": true, "priority": true, "user-agent": true, "organization": true,
	"disposition-notification-to": true, "thread-topic": true, "thread-index": true, "envelope-to": true,
	"received-spf": true, "domainkey-signature": true, "feedback-id": true, "errors-to": true, "mailing-list": true,
}

// knownField tells whether a name is surely that of a header field.
func knownField(name string) bool {
	n := strings.ToLower(name)
	if knownFields[n] {
		return true
	}
	for _, p := range []string{"x-", "content-", "list-", "resent-", "arc-", "dkim-"} {
		if strings.HasPrefix(n, p) {
			return true
		}
	}
	return false
}

// skipPreamble drops what may stand before the header of a mail: a byte order
// mark, an mbox "From " line and blank lines. b comes back unchanged when no
// header follows.
func skipPreamble(b []byte) (rest []byte, mbox bool) {
	rest = bytes.TrimPrefix(b, []byte("\xEF\xBB\xBF"))
	for range 20 {
		line, next := cutLine(rest)
		text := bytes.TrimRight(line, " \t\r")
		switch {
		case next == nil:
			return bytes.TrimPrefix(b, []byte("\xEF\xBB\xBF")), false
		case bytes.HasPrefix(text, []byte("From ")) || bytes.HasPrefix(text, []byte(">From ")):
			mbox, rest = true, next
		case len(text) == 0:
			rest = next
		default:
			if name, _, ok := cutField(text); mbox || ok && knownField(name) {
				return rest, mbox
			}
			return bytes.TrimPrefix(b, []byte("\xEF\xBB\xBF")), false
		}
	}
	return rest, mbox
}
