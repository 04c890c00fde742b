package attach

import (
	"slices"
	"strings"

	"taizhang/internal/lazyregexp"
)

// Bounce is what a bounce says about the mail it gives back.
type Bounce struct {
	// MessageIDs are the ids of the mail that was not delivered, the surest
	// first: returned headers, then ids found in fields and text. The caller
	// looks them up among what it sent.
	MessageIDs []string
	Failed     []FailedRecipient
}

// FailedRecipient is one recipient that a bounce names.
type FailedRecipient struct {
	Addr       string // lower case; "" when only a reason was found
	Action     string // "failed", "delayed" … (RFC 3464 §2.3.3); "" when not stated
	Status     string // enhanced code such as "5.1.1", or the provider's such as "MI:STC"
	Diagnostic string // at most 500 characters, for the desk
}

// Bounce reads a bounce: message/delivery-status (RFC 3464), returned headers,
// and the text, since NetEase and others bounce in plain HTML. It is nil when
// the mail is no bounce.
func (m *Message) Bounce() *Bounce {
	a, ok := m.Automatic()
	if !ok || a.Kind != AutoBounce && (a.Kind != AutoMachine || m.Header.ReturnPath != "<>" || !m.speaksOfFailure()) {
		return nil
	}
	b := &Bounce{}
	for _, h := range m.returned {
		b.addID(h.MessageID)
	}
	for _, r := range m.reports {
		switch r.kind {
		case "text/rfc822-headers":
			for _, id := range messageIDs(firstRaw(splitHeader(r.data, 1<<20).fields, "Message-ID")) {
				b.addID(id)
			}
		case "message/delivery-status":
			b.deliveryStatus(r.data)
		}
	}
	for _, id := range slices.Concat(m.Header.InReplyTo, m.Header.References) {
		b.addID(id)
	}
	b.fromText(m)
	b.MessageIDs = slices.DeleteFunc(b.MessageIDs, func(id string) bool {
		return id == m.Header.MessageID || slices.ContainsFunc(b.Failed, func(f FailedRecipient) bool {
			return strings.EqualFold(id, "<"+f.Addr+">")
		})
	})
	return b
}

// speaksOfFailure tells whether a mail with null sender reads like a bounce.
func (m *Message) speaksOfFailure() bool {
	t := m.bounceText()
	for _, w := range []string{"退信", "退回", "无法投递", "投递失败", "发送失败", "could not be delivered", "delivery failed", "undeliverable"} {
		if strings.Contains(strings.ToLower(t), w) {
			return true
		}
	}
	return false
}

func (b *Bounce) addID(id string) {
	if id != "" && !slices.Contains(b.MessageIDs, id) && len(b.MessageIDs) < 50 {
		b.MessageIDs = append(b.MessageIDs, id)
	}
}

// deliveryStatus reads the groups of fields of RFC 3464 §2.1.
func (b *Bounce) deliveryStatus(data []byte) {
	for len(data) > 0 && len(b.Failed) < 50 {
		hb := splitHeader(data, 1<<20)
		if len(hb.body) >= len(data) {
			return
		}
		data = hb.body
		get := func(name string) string { return firstRaw(hb.fields, name) }
		for _, n := range []string{"Original-Message-ID", "X-Original-Message-ID"} {
			for _, id := range messageIDs(get(n)) {
				b.addID(id)
			}
		}
		addr := typedAddr(get("Original-Recipient"))
		if final := typedAddr(get("Final-Recipient")); final != "" {
			addr = final
		}
		if addr == "" && get("Action") == "" {
			continue
		}
		b.Failed = append(b.Failed, FailedRecipient{
			Addr: addr, Action: strings.ToLower(headerText(get("Action"))),
			Status: firstStatus(get("Status")), Diagnostic: capRunes(headerText(get("Diagnostic-Code")), 500),
		})
	}
}

// typedAddr reads "rfc822; user@host".
func typedAddr(v string) string {
	if _, a, ok := strings.Cut(v, ";"); ok {
		v = a
	}
	return cleanAddr(rawText(v))
}

func firstStatus(v string) string { return statusCode.FindString(v) }

var (
	statusCode   = lazyregexp.New(`\b[245]\.[0-9]{1,3}\.[0-9]{1,3}\b`)
	providerCode = lazyregexp.New(`\b(?:MI|DT|RP|HL|IP|RC):[A-Z]{2,4}\b`)
	replyCode    = lazyregexp.New(`(?:^|[^0-9.])([45][0-9]{2})(?:[ -][^\n]|[^0-9\n])`)
	idInText     = lazyregexp.New(`<[^<>\s@"]{1,200}@[^<>\s@"]{1,200}>`)
	addrInText   = lazyregexp.New(`[A-Za-z0-9][A-Za-z0-9._%+-]{0,63}@[A-Za-z0-9][A-Za-z0-9.-]{0,120}\.[A-Za-z]{2,20}`)
	idLabel      = lazyregexp.New(`(?i)message-?id\s*[:：]\s*<?([^<>\s@"]{1,200}@[^<>\s@",;]{1,200})>?`)
)

// maxBounceText bounds the text that is searched.
const maxBounceText = 256 << 10

// bounceText joins the texts of a bounce. HTML is always read too.
func (m *Message) bounceText() string {
	t := m.Text
	if m.HTML != "" {
		t += "\n" + flattenHTML(m.HTML).text
	}
	return t[:min(len(t), maxBounceText)]
}

// fromText adds what only the text says.
func (b *Bounce) fromText(m *Message) {
	t := m.bounceText()
	for _, s := range idLabel.FindAllStringSubmatch(t, 20) {
		b.addID("<" + s[1] + ">")
	}
	isID := map[string]bool{}
	for _, id := range idInText.FindAllString(t, 50) {
		// An address in brackets looks the same. The caller looks ids up, so a
		// wrong one does no harm; recipients are taken out again at the end.
		b.addID(id)
	}
	for _, id := range b.MessageIDs {
		isID[strings.ToLower(strings.Trim(id, "<>"))] = true
	}
	if len(b.Failed) > 0 {
		return
	}
	status, diagnostic := textReason(t)
	skip := map[string]bool{}
	for _, a := range slices.Concat(m.Header.From, m.Header.To, m.Header.Sender) {
		skip[a.Addr] = true
	}
	for _, a := range ParseAddresses(firstRaw(m.Header.Fields, "X-Failed-Recipients")) {
		b.fail(a.Addr, status, diagnostic)
	}
	for _, a := range addrInText.FindAllString(t, 50) {
		a = strings.ToLower(a)
		if skip[a] || isID[a] && !bracketedRecipient(t, a) || strings.HasPrefix(a, "postmaster@") || strings.HasPrefix(a, "mailer-daemon@") {
			continue
		}
		b.fail(a, status, diagnostic)
	}
	if len(b.Failed) == 0 && (status != "" || diagnostic != "") {
		b.Failed = append(b.Failed, FailedRecipient{Action: "failed", Status: status, Diagnostic: diagnostic})
	}
}

func (b *Bounce) fail(addr, status, diagnostic string) {
	if addr == "" || len(b.Failed) >= 20 ||
		slices.ContainsFunc(b.Failed, func(f FailedRecipient) bool { return f.Addr == addr }) {
		return
	}
	b.Failed = append(b.Failed, FailedRecipient{Addr: addr, Action: "failed", Status: status, Diagnostic: diagnostic})
}

// bracketedRecipient tells whether an address in angle brackets stands in a
// line that is about a recipient and not about a message id.
func bracketedRecipient(t, addr string) bool {
	i := strings.Index(strings.ToLower(t), "<"+addr+">")
	if i < 0 {
		return false
	}
	line := strings.ToLower(t[strings.LastIndexByte(t[:i], '\n')+1 : i])
	return !strings.Contains(line, "message-id") && !strings.Contains(line, "messageid")
}

// textReason finds the code of a failure and the line that holds it.
func textReason(t string) (status, diagnostic string) {
	status = statusCode.FindString(t)
	at := statusCode.FindStringIndex(t)
	if c := providerCode.FindStringIndex(t); c != nil {
		at = c
		if status == "" {
			status = t[c[0]:c[1]]
		}
	}
	if c := replyCode.FindStringSubmatchIndex(t); c != nil && at == nil {
		at = c[2:4]
		status = t[c[2]:c[3]]
	}
	if at == nil {
		return status, ""
	}
	start := strings.LastIndexByte(t[:at[0]], '\n') + 1
	end := len(t)
	if i := strings.IndexByte(t[at[1]:], '\n'); i >= 0 {
		end = at[1] + i
	}
	return status, capRunes(cleanLine(t[start:end]), 500)
}
