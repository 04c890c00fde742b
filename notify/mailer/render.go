package mailer

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"

	gomail "github.com/wneessen/go-mail"

	"taizhang/internal/lazyregexp"
	"taizhang/ledger"
)

// RenderOptions say who writes.
type RenderOptions struct {
	From ledger.Address // of the header and the envelope, and the login (mail at NetEase must have all three equal)
	Self string         // our own mailbox, which gets a copy of every mail; usually From.Addr
}

// Names of header fields of our own. The poller knows our mails by them, by
// their Message-ID and by their body's digest (rule book §3).
const (
	HeaderID   = "X-Taizhang-ID" // ID of the key
	HeaderLoop = "X-Loop"        // RFC 3834 §3.1.8 leaves the value to us
	LoopToken  = "taizhang"
)

// ID returns the name of the outbox key in ASCII: the first 32 hex digits of
// its SHA-256. It stands in X-Taizhang-ID and in the Message-ID.
func ID(key string) string {
	sum := sha256.Sum256([]byte(key))
	return hex.EncodeToString(sum[:16])
}

// MessageID returns the Message-ID of the outbox key, with angle brackets.
func MessageID(key, from string) string {
	_, domain, _ := strings.Cut(from, "@")
	return "<" + ID(key) + "@" + domain + ">"
}

// Render makes the bytes of a mail and the record that goes into the outbox,
// in state queued, to be sent to To, Cc and, unless it is among them, Self.
// Expires and NotBefore are the caller's to set.
//
// The result depends on the arguments alone: Message-ID and boundaries derive
// from the key, the date is the mail's. The bytes are 7-bit, their lines end
// with CRLF and have at most 998 bytes (RFC 5322 §2.1.1), and 76 where we fold.
// Render refuses a mail without key, date, subject or recipient, one with an
// address that is not plain ASCII, and control characters in any field of the
// header; an In-Reply-To or a reference that is no Message-ID is left out, as
// both come from outside.
func Render(m ledger.Mail, opt RenderOptions) (ledger.Outgoing, error) {
	if err := check(&m, opt); err != nil {
		return ledger.Outgoing{}, fmt.Errorf("render %q: %w", m.Key, err)
	}
	raw, err := write(&m, opt)
	if err != nil {
		return ledger.Outgoing{}, fmt.Errorf("render %q: %w", m.Key, err)
	}
	if err := CheckRaw(raw); err != nil {
		return ledger.Outgoing{}, fmt.Errorf("render %q: %w", m.Key, err)
	}
	return ledger.Outgoing{
		Key: m.Key, Kind: m.Kind, Unit: m.Unit, Period: m.Period, Reason: m.Reason,
		Subject: m.Subject, MessageID: MessageID(m.Key, opt.From.Addr),
		From: opt.From.Addr, Recipients: recipients(&m, opt),
		BodyDigest: ledger.BodyDigest(raw), Raw: raw, Created: m.Date, State: ledger.SendQueued, Letter: m.Letter,
	}, nil
}

// recipients returns To, Cc and Self, each address once, Self last unless it
// is among the others.
func recipients(m *ledger.Mail, opt RenderOptions) []string {
	var out []string
	seen := map[string]bool{}
	add := func(addr string) {
		if low := strings.ToLower(addr); low != "" && !seen[low] {
			seen[low] = true
			out = append(out, addr)
		}
	}
	for _, a := range m.To {
		add(a.Addr)
	}
	for _, a := range m.Cc {
		add(a.Addr)
	}
	add(opt.Self)
	return out
}

// plainAddress is an address as the envelope can carry it without SMTPUTF8:
// a dot-atom and a domain (RFC 5321 §4.1.2), nothing quoted.
var plainAddress = lazyregexp.New(`^[A-Za-z0-9!#$%&'*+/=?^_{|}~.` + "`" + `-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,252}[A-Za-z0-9])?$`)

// check refuses what must not get into a header.
func check(m *ledger.Mail, opt RenderOptions) error {
	switch {
	case m.Key == "":
		return errors.New("the mail has no key")
	case m.Date.IsZero():
		return errors.New("the mail has no date")
	case strings.TrimSpace(m.Subject) == "":
		return errors.New("the mail has no subject")
	case len(m.To) == 0:
		return errors.New("the mail has no recipient")
	}
	if err := plain("subject", m.Subject); err != nil {
		return err
	}
	addrs := append([]ledger.Address{opt.From}, m.To...)
	addrs = append(addrs, m.Cc...)
	if opt.Self != "" {
		addrs = append(addrs, ledger.Address{Addr: opt.Self})
	}
	for _, a := range addrs {
		if err := plain("name of an address", a.Name); err != nil {
			return err
		}
		if !plainAddress.MatchString(a.Addr) || strings.Contains(a.Addr, "..") {
			return fmt.Errorf("%q is no plain address", a.Addr)
		}
	}
	for _, a := range m.Attachments {
		if err := plain("name of an attachment", a.Name); err != nil {
			return err
		}
		if !mediaType.MatchString(a.Type) {
			return fmt.Errorf("%q is no media type", a.Type)
		}
	}
	return nil
}

// mediaType is a type and subtype without parameters (RFC 2045 §5.1).
var mediaType = lazyregexp.New(`^[A-Za-z0-9!#$&^_.+-]{1,127}/[A-Za-z0-9!#$&^_.+-]{1,127}$`)

// plain refuses control characters.
func plain(what, s string) error {
	for _, r := range s {
		if r < ' ' || r == 0x7f || r == 0x85 || r == 0x2028 || r == 0x2029 || r == 0xfffd {
			return fmt.Errorf("%s holds a control character or invalid text: %q", what, s)
		}
	}
	return nil
}

// write makes the bytes.
func write(m *ledger.Mail, opt RenderOptions) ([]byte, error) {
	msg := gomail.NewMsg(gomail.WithCharset(gomail.CharsetUTF8), gomail.WithEncoding(gomail.EncodingB64), gomail.WithNoDefaultUserAgent())
	setHeader(msg, m, opt)
	msg.SetBodyString(gomail.TypeTextPlain, crlf(m.Text))
	if m.HTML != "" {
		msg.AddAlternativeString(gomail.TypeTextHTML, crlf(m.HTML))
	}
	for _, a := range m.Attachments {
		if err := msg.AttachReader(a.Name, bytes.NewReader(a.Data)); err != nil {
			return nil, fmt.Errorf("attach: %w", err)
		}
	}
	for i, f := range msg.GetAttachments() {
		a := m.Attachments[i]
		// go-mail would write the same names in one long line.
		f.Header.Set("Content-Type", a.Type+";\r\n name=\""+quotedWords(a.Name)+"\"")
		f.Header.Set("Content-Disposition", "attachment;\r\n filename=\""+quotedWords(a.Name)+"\"")
		f.Header.Set("Content-Transfer-Encoding", "base64")
	}
	var buf bytes.Buffer
	if _, err := msg.WriteTo(&buf); err != nil {
		return nil, fmt.Errorf("write: %w", err)
	}
	return fixBoundaries(buf.Bytes(), m.Key), nil
}

// crlf gives text the line ends that the canonical form of text has (RFC 2049
// §4), before it is encoded.
func crlf(s string) string {
	s = strings.ReplaceAll(s, "\r\n", "\n")
	s = strings.ReplaceAll(s, "\r", "\n")
	return strings.ReplaceAll(s, "\n", "\r\n")
}

// randomBoundary is a boundary as go-mail writes it, in a folded header line:
// no line of base64 begins with a space. It begins with what is looked for byte
// by byte, so that a large attachment is passed over quickly.
var randomBoundary = lazyregexp.New(`(?m)\n boundary=([0-9a-f]{60})\r?$`)

// fixBoundaries replaces the random boundaries by ones derived from the key.
// go-mail can be told a boundary, but uses it for all levels of a mail.
func fixBoundaries(raw []byte, key string) []byte {
	for i, found := range randomBoundary.FindAllSubmatch(raw, -1) {
		sum := sha256.Sum256(fmt.Appendf(nil, "boundary %d of %s", i+1, key))
		raw = bytes.ReplaceAll(raw, found[1], fmt.Appendf(nil, "taizhang_%s", hex.EncodeToString(sum[:16])))
	}
	return raw
}

// maxLine is the longest line without its CRLF (RFC 5322 §2.1.1).
const maxLine = 998

// CheckRaw reports why the bytes are not fit to be sent as they are: 8-bit or
// NUL bytes, a CR or LF alone, a line that is too long, or no end of line at
// the end. Bare line ends are what SMTP smuggling is made of.
func CheckRaw(raw []byte) error {
	if !bytes.HasSuffix(raw, []byte("\r\n")) {
		return errors.New("the bytes do not end with a line end")
	}
	start := 0
	for i, b := range raw {
		switch {
		case b >= 0x80 || b == 0:
			return fmt.Errorf("byte %d is %#02x: not 7-bit text", i, b)
		case b == '\n' && (i == 0 || raw[i-1] != '\r'), b == '\r' && raw[i+1] != '\n':
			return fmt.Errorf("byte %d is a CR or LF alone", i)
		case b == '\n':
			start = i + 1
		case i-start > maxLine:
			return fmt.Errorf("the line at byte %d is longer than %d bytes", start, maxLine)
		}
	}
	return nil
}
