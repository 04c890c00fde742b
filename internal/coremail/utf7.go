package coremail

import (
	"encoding/base64"
	"errors"
	"strings"
	"unicode/utf16"
)

// mailboxBase64 is the alphabet of modified UTF-7: "," for "/", no padding
// (RFC 3501 §5.1.3).
var mailboxBase64 = base64.NewEncoding(
	"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+,").WithPadding(base64.NoPadding)

var errMailboxName = errors.New("mailbox name is not modified UTF-7")

// encodeName writes a mailbox name in modified UTF-7.
func encodeName(name string) string {
	var out strings.Builder
	var run []rune
	flush := func() {
		if len(run) == 0 {
			return
		}
		var b []byte
		for _, u := range utf16.Encode(run) {
			b = append(b, byte(u>>8), byte(u))
		}
		out.WriteString("&" + mailboxBase64.EncodeToString(b) + "-")
		run = nil
	}
	for _, r := range name {
		switch {
		case r == '&':
			flush()
			out.WriteString("&-")
		case r >= ' ' && r <= '~':
			flush()
			out.WriteRune(r)
		default:
			run = append(run, r)
		}
	}
	flush()
	return out.String()
}

// decodeName reads a mailbox name in modified UTF-7.
func decodeName(s string) (string, error) {
	var out strings.Builder
	for s != "" {
		plain, rest, coded := strings.Cut(s, "&")
		out.WriteString(plain)
		if !coded {
			break
		}
		code, after, closed := strings.Cut(rest, "-")
		if !closed {
			return "", errMailboxName
		}
		s = after
		if code == "" {
			out.WriteByte('&')
			continue
		}
		b, err := mailboxBase64.DecodeString(code)
		if err != nil || len(b)%2 != 0 {
			return "", errMailboxName
		}
		units := make([]uint16, 0, len(b)/2)
		for i := 0; i < len(b); i += 2 {
			units = append(units, uint16(b[i])<<8|uint16(b[i+1]))
		}
		out.WriteString(string(utf16.Decode(units)))
	}
	return out.String(), nil
}
