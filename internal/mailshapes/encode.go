package mailshapes

import (
	"encoding/base64"
	"strings"
)

// Base64 encodes as mail does, in lines of 76 characters.
func Base64(data []byte) string {
	s := base64.StdEncoding.EncodeToString(data)
	var b strings.Builder
	for len(s) > 76 {
		b.WriteString(s[:76] + "\r\n")
		s = s[76:]
	}
	return b.String() + s + "\r\n"
}

// UU encodes as uuencode does.
func UU(name string, data []byte) string {
	var b strings.Builder
	b.WriteString("begin 644 " + name + "\r\n")
	for len(data) > 0 {
		n := min(45, len(data))
		b.WriteByte(byte(' ' + n))
		line := append(append([]byte(nil), data[:n]...), 0, 0)
		for i := 0; i < n; i += 3 {
			for _, v := range []byte{line[i] >> 2, line[i]&3<<4 | line[i+1]>>4, line[i+1]&15<<2 | line[i+2]>>6, line[i+2] & 63} {
				if v == 0 {
					v = 64 // a backquote, not a blank, which gateways cut
				}
				b.WriteByte(' ' + v)
			}
		}
		b.WriteString("\r\n")
		data = data[n:]
	}
	return b.String() + "`\r\nend\r\n"
}

// opaque is a mail that is one CMS structure.
func opaque(cms []byte) string {
	return head + "Content-Type: application/pkcs7-mime; smime-type=signed-data; name=smime.p7m\r\nContent-Transfer-Encoding: base64\r\n\r\n" + Base64(cms)
}

// cms makes a ContentInfo (RFC 5652 §3) of the type 1.2.840.113549.1.7.kind around
// the content: a signed-data with no signer, or what looks like an enveloped-data.
// pieces: lengths are left open and the content is cut, as some programs write.
func cms(kind byte, content []byte, pieces bool) []byte {
	oid := func(n byte) []byte { return []byte{0x06, 0x09, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x07, n} }
	wrap := func(tag byte, parts ...[]byte) []byte {
		body := []byte{}
		for _, p := range parts {
			body = append(body, p...)
		}
		if pieces {
			return append(append([]byte{tag, 0x80}, body...), 0, 0)
		}
		return append([]byte{tag, 0x84, byte(len(body) >> 24), byte(len(body) >> 16), byte(len(body) >> 8), byte(len(body))}, body...)
	}
	octets := append([]byte{0x04, 0x84, byte(len(content) >> 24), byte(len(content) >> 16), byte(len(content) >> 8), byte(len(content))}, content...)
	if pieces {
		var parts [][]byte
		for len(content) > 0 {
			n := min(100, len(content))
			parts = append(parts, append([]byte{0x04, byte(n)}, content[:n]...))
			content = content[n:]
		}
		octets = wrap(0x24, parts...)
	}
	inner := wrap(0x30, oid(1), wrap(0xA0, octets))
	data := wrap(0x30, []byte{0x02, 0x01, 0x01}, []byte{0x31, 0x00}, inner, []byte{0x31, 0x00})
	return wrap(0x30, oid(kind), wrap(0xA0, data))
}
