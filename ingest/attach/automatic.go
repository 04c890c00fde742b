package attach

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"taizhang/internal/lazyregexp"
)

// AutoKind is a kind of mail that no person wrote to us.
type AutoKind string

// The kinds, from most to least specific.
const (
	AutoBounce  AutoKind = "bounce"     // a mail could not be delivered
	AutoReceipt AutoKind = "receipt"    // read or delivery receipt
	AutoReply   AutoKind = "auto-reply" // out of office and other automatic answers
	AutoList    AutoKind = "list"       // mailing lists and bulk mail
	AutoMachine AutoKind = "machine"    // other automatic mail, or mail that asks for no answer
)

// Automatic says why a mail must not be answered.
type Automatic struct {
	Kind   AutoKind
	Reason string // English, names the header or subject that decided
}

// Automatic tells whether the mail is automatic and must not be answered (RFC
// 3834 §2 and the ways of Chinese providers). It knows only the mail: whether
// the sender is ourselves, the mail was not addressed to us, is old or lay in
// the junk folder is for the caller to add. Silence wins on doubt. That a mail
// is automatic does not make it worthless: look at its files.
func (m *Message) Automatic() (Automatic, bool) {
	for _, rule := range []func() (Automatic, bool){
		m.autoReport, m.autoSubject, m.autoHeaders, m.autoSender, m.autoAway,
	} {
		if a, ok := rule(); ok {
			return a, true
		}
	}
	return Automatic{}, false
}

func automatic(kind AutoKind, format string, args ...any) (Automatic, bool) {
	return Automatic{kind, fmt.Sprintf(format, args...)}, true
}

// autoReport recognises reports by their structure.
func (m *Message) autoReport() (Automatic, bool) {
	ct := parseMedia(firstRaw(m.Header.Fields, "Content-Type"))
	for _, r := range m.reports {
		switch r.kind {
		case "message/delivery-status":
			return automatic(AutoBounce, "message/delivery-status part")
		case "message/disposition-notification":
			return automatic(AutoReceipt, "message/disposition-notification part")
		}
	}
	if ct.value != "multipart/report" {
		if firstRaw(m.Header.Fields, "X-Failed-Recipients") != "" {
			return automatic(AutoBounce, "X-Failed-Recipients header")
		}
		return Automatic{}, false
	}
	switch strings.ToLower(ct.get("report-type")) {
	case "delivery-status":
		return automatic(AutoBounce, "multipart/report of delivery-status")
	case "disposition-notification":
		return automatic(AutoReceipt, "multipart/report of disposition-notification")
	}
	if a, ok := m.autoSubject(); ok {
		return a, true
	}
	return automatic(AutoMachine, "multipart/report")
}

// subjectRule recognises a subject: at its start, or anywhere in it.
type subjectRule struct {
	kind     AutoKind
	text     string
	anywhere bool
}

// subjectRules are compared with the subject in lower case, with half-width
// colons and without brackets at its start. A human reply to an automatic mail
// starts with "Re:" or 回复 and so matches none of the rules at the start.
var subjectRules = []subjectRule{
	{AutoBounce, "系统退信", true}, {AutoBounce, "退信通知", true}, {AutoBounce, "投递失败", true}, {AutoBounce, "未送达", true},
	{AutoBounce, "的退信", true},
	{AutoBounce, "退信", false}, {AutoBounce, "undelivered", false}, {AutoBounce, "undeliverable", false},
	{AutoBounce, "delivery status notification", false}, {AutoBounce, "returned mail", false}, {AutoBounce, "failure notice", false},
	{AutoBounce, "mail delivery failed", false}, {AutoBounce, "mail delivery failure", false}, {AutoBounce, "mail system error", false},
	{AutoBounce, "delivery failure", false}, {AutoBounce, "the email is returned", true},
	{AutoReceipt, "已读", false}, {AutoReceipt, "read:", false}, {AutoReceipt, "not read:", false}, {AutoReceipt, "未读:", false},
	{AutoReceipt, "回执:", false}, {AutoReceipt, "阅读回执", false}, {AutoReceipt, "已送达:", false}, {AutoReceipt, "return receipt", false},
	{AutoReceipt, "disposition-notification", true}, {AutoReceipt, "disposition notification", true},
	{AutoReply, "自动回复", false}, {AutoReply, "自动答复", false}, {AutoReply, "自动回覆", false}, {AutoReply, "自動回覆", false},
	{AutoReply, "自動回復", false}, {AutoReply, "autoreply", false}, {AutoReply, "auto-reply", false}, {AutoReply, "auto reply", false},
	{AutoReply, "auto:", false}, {AutoReply, "auto re:", false}, {AutoReply, "automatic reply", false}, {AutoReply, "automatische antwort", false},
	{AutoReply, "out of office", false}, {AutoReply, "out of the office", false}, {AutoReply, "vacation reply", false},
}

func (m *Message) autoSubject() (Automatic, bool) {
	s := normalSubject(m.Header.Subject)
	if s == "回执" {
		return automatic(AutoReceipt, "subject %q", s)
	}
	replied := isReply(s)
	for _, r := range subjectRules {
		if strings.HasPrefix(s, r.text) || r.anywhere && !replied && strings.Contains(s, r.text) {
			return automatic(r.kind, "subject contains %q", r.text)
		}
	}
	return Automatic{}, false
}

func normalSubject(s string) string {
	s = strings.ToLower(strings.ReplaceAll(s, "：", ":"))
	return strings.TrimLeft(s, " \t\u3000[【(（<《\"'“")
}

// isReply tells whether a subject in normal form is that of a reply or
// forward.
func isReply(s string) bool {
	for _, p := range []string{"re:", "回复:", "答复:", "回覆:", "fw:", "fwd:", "转发:"} {
		if strings.HasPrefix(s, p) {
			return true
		}
	}
	return false
}

// autoHeaders recognises automatic mail by header fields.
func (m *Message) autoHeaders() (Automatic, bool) {
	h := &m.Header
	low := func(name string) string { return strings.ToLower(h.Get(name)) }
	if v := low("Auto-Submitted"); v != "" {
		token := v
		if i := strings.IndexAny(v, ";( "); i >= 0 {
			token = v[:i]
		}
		switch token {
		case "no":
		case "auto-replied":
			return automatic(AutoReply, "Auto-Submitted: auto-replied")
		default:
			return automatic(AutoMachine, "Auto-Submitted: %s", capRunes(v, 40))
		}
	}
	if h.ReturnPath == "<>" {
		return automatic(AutoMachine, "null Return-Path")
	}
	switch v := low("Precedence"); v {
	case "auto_reply", "auto-reply":
		return automatic(AutoReply, "Precedence: %s", v)
	case "bulk", "list", "junk":
		return automatic(AutoList, "Precedence: %s", v)
	}
	for _, n := range []string{"List-Id", "List-Unsubscribe", "List-Post", "Mailing-List", "X-Mailing-List"} {
		if hasField(h.Fields, n) {
			return automatic(AutoList, "%s header", n)
		}
	}
	for _, n := range []string{"X-Autoreply", "X-Autorespond", "X-Autoresponder", "X-Auto-Reply", "X-Mail-Autoreply"} {
		if v := low(n); hasField(h.Fields, n) && v != "no" && v != "false" {
			return automatic(AutoReply, "%s header", n)
		}
	}
	if hasField(h.Fields, "X-Loop") {
		return automatic(AutoMachine, "X-Loop header")
	}
	for v := range strings.FieldsFuncSeq(low("X-Auto-Response-Suppress"), func(r rune) bool { return r == ',' || r == ' ' || r == ';' }) {
		if v == "all" || v == "oof" || v == "autoreply" {
			return automatic(AutoMachine, "X-Auto-Response-Suppress: %s", v)
		}
	}
	return Automatic{}, false
}

var machineLocal = lazyregexp.New(`^(?:mailerdaemon|postmaster|noreply|donotreply|nepasrepondre|bounces?|system|autoreply|notifications?)$`)

// autoSender recognises addresses that nobody reads.
func (m *Message) autoSender() (Automatic, bool) {
	for _, a := range m.Header.From {
		local, _, ok := strings.Cut(a.Addr, "@")
		if !ok {
			continue
		}
		base, _, _ := strings.Cut(local, "+")
		base, _, _ = strings.Cut(base, "=")
		n := strings.NewReplacer("-", "", "_", "", ".", "").Replace(base)
		if machineLocal.MatchString(n) {
			kind := AutoMachine
			if n == "mailerdaemon" || n == "postmaster" && strings.Contains(m.Header.Subject, "退信") {
				kind = AutoBounce
			}
			return automatic(kind, "sender %q", capRunes(base, 40))
		}
	}
	return Automatic{}, false
}

// autoAway recognises absence notes that say so only in words: a short text
// without files.
func (m *Message) autoAway() (Automatic, bool) {
	s := m.Header.Subject
	if !strings.Contains(s, "休假") && !strings.Contains(s, "外出") && !strings.Contains(s, "出差") {
		return Automatic{}, false
	}
	for _, f := range m.Files {
		if !f.Inline {
			return Automatic{}, false
		}
	}
	if len(m.Links) > 0 || utf8.RuneCountInString(strings.TrimSpace(m.PlainText())) > 200 {
		return Automatic{}, false
	}
	return automatic(AutoReply, "subject speaks of absence, short text")
}
