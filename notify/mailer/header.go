package mailer

import (
	"encoding/base64"
	"net/mail"
	"strings"
	"time"
	"unicode/utf8"

	gomail "github.com/wneessen/go-mail"

	"taizhang/internal/lazyregexp"
	"taizhang/ledger"
)

// beijing is the offset that Date is written with. It is a fixed one: a header
// holds an offset and no zone, and China has had this one since 1991.
var beijing = time.FixedZone("CST", 8*60*60)

// setHeader sets every field of the mail's header. All text in it is encoded
// by words: go-mail would fold right behind "Subject:" or "From:", and old
// versions of Coremail are said to show such a field as empty.
func setHeader(msg *gomail.Msg, m *ledger.Mail, opt RenderOptions) {
	set := func(name, value string) { msg.SetGenHeader(gomail.Header(name), value) }
	msg.SetDateWithValue(m.Date.In(beijing))
	set("Message-ID", MessageID(m.Key, opt.From.Addr))
	set(HeaderID, ID(m.Key))
	set(HeaderLoop, LoopToken)
	set("X-Auto-Response-Suppress", "All")
	auto := "auto-generated"
	if m.Answer {
		auto = "auto-replied"
	}
	set("Auto-Submitted", auto)
	if messageID.MatchString(m.InReplyTo) {
		set("In-Reply-To", m.InReplyTo)
	}
	if refs := references(m.References); len(refs) > 0 {
		set("References", strings.Join(refs, " "))
	}
	set("From", addressList([]ledger.Address{opt.From}))
	set("To", addressList(m.To))
	if len(m.Cc) > 0 {
		set("Cc", addressList(m.Cc))
	}
	msg.SetGenHeaderPreformatted("Subject", strings.Join(words(m.Subject, len("Subject: ")), "\r\n "))
}

// addressList writes the addresses of a field, in words that leave room for
// the field's name before the first.
func addressList(as []ledger.Address) string {
	out := make([]string, len(as))
	for i, a := range as {
		if plainASCII(a.Name) {
			out[i] = (&mail.Address{Name: a.Name, Address: a.Addr}).String()
			continue
		}
		out[i] = strings.Join(words(a.Name, 12), " ") + " <" + a.Addr + ">"
	}
	return strings.Join(out, ", ")
}

// messageID is a Message-ID as we repeat it: printable ASCII without spaces or
// further brackets (RFC 5322 §3.6.4), short enough for a line.
var messageID = lazyregexp.New(`^<[!-;=?-~]{1,250}>$`)

// maxReferences bounds the field: the first, which names the thread, and the
// newest are kept.
const maxReferences = 12

func references(in []string) []string {
	var out []string
	for _, r := range in {
		if messageID.MatchString(r) {
			out = append(out, r)
		}
	}
	if len(out) > maxReferences {
		out = append(out[:1:1], out[len(out)-maxReferences+1:]...)
	}
	return out
}

// maxHeaderLine is the longest line that may hold an encoded word (RFC 2047 §2).
const maxHeaderLine = 76

// words encodes a text as lines of a header field, each of at most 76 bytes
// with the name before the first and the space before the others. Text in
// plain ASCII that fits is left as it is.
func words(s string, name int) []string {
	if plainASCII(s) && name+len(s) <= maxHeaderLine {
		return []string{s}
	}
	const around = len("=?UTF-8?B??=")
	var out []string
	for used := name; s != ""; used = 1 {
		room := (maxHeaderLine - used - around) / 4 * 3
		n := 0
		for n < len(s) {
			_, size := utf8.DecodeRuneInString(s[n:])
			if n+size > room {
				break
			}
			n += size
		}
		out = append(out, "=?UTF-8?B?"+base64.StdEncoding.EncodeToString([]byte(s[:n]))+"?=")
		s = s[n:]
	}
	return out
}

func plainASCII(s string) bool {
	for i := range len(s) {
		if s[i] < ' ' || s[i] > '~' {
			return false
		}
	}
	return !strings.Contains(s, "=?")
}

// quotedWords encodes a file name as encoded words inside quotes, folded. That
// is not what RFC 2231 says, but what mail programs in China write and read:
// QQ shows a name of RFC 2231 as tcmime.xxx.bin.
func quotedWords(name string) string {
	clean := strings.Map(func(r rune) rune {
		if strings.ContainsRune(`"\/:<>?|*`, r) {
			return '_'
		}
		return r
	}, name)
	return strings.Join(words(clean, len(` filename="`)), "\r\n ")
}
