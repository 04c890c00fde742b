package attach

import (
	"bytes"
	"encoding/binary"
	"strings"
	"unicode/utf8"
)

// sniffed is what the content of a file says.
type sniffed struct {
	kind   Type
	broken bool   // recognised, but its own structure is damaged or cut
	detail string // English, of what is broken
}

// magics are signatures at the very start of a file.
var magics = []struct {
	prefix string
	kind   Type
}{
	{"Rar!\x1A\x07", TypeRAR}, {"7z\xBC\xAF\x27\x1C", TypeSevenZ}, {"\x1F\x8B\x08", TypeGzip}, {"\x78\x9F\x3E\x22", TypeTNEF},
	{"\x89PNG\r\n\x1A\n", TypeImage}, {"\xFF\xD8\xFF", TypeImage}, {"GIF87a", TypeImage}, {"GIF89a", TypeImage},
	{"II*\x00", TypeImage}, {"MM\x00*", TypeImage}, {"{\\rtf", TypeRTF}, {"%PDF-", TypePDF}, {"MZ", TypeExecutable},
	{"\x7FELF", TypeExecutable}, {"-----BEGIN PGP MESSAGE", TypeEncryptedMail},
	{"-----BEGIN PGP SIGNATURE", TypeSignature},
	{"\x09\x00\x04\x00", TypeXLS}, {"\x09\x02\x06\x00", TypeXLS}, {"\x09\x04\x06\x00", TypeXLS},
	{"\x09\x08\x08\x00\x00\x05", TypeXLS}, {"\x09\x08\x10\x00\x00\x06", TypeXLS},
}

// sniff names the type of a file by its content.
func sniff(b []byte) sniffed {
	if len(b) == 0 {
		return sniffed{kind: TypeEmpty}
	}
	if bytes.HasPrefix(b, oleMagic) {
		t, whole := oleKind(b)
		if !whole {
			return sniffed{kind: t, broken: true, detail: "the directory of the compound file cannot be read"}
		}
		return sniffed{kind: t}
	}
	if isZip(b) {
		return sniffZip(b)
	}
	for _, m := range magics {
		if bytes.HasPrefix(b, []byte(m.prefix)) && (m.kind != TypeExecutable || bytes.IndexByte(b[:min(len(b), 512)], 0) >= 0) {
			return sniffed{kind: m.kind}
		}
	}
	if t := sniffBinary(b); t != TypeUnknown {
		return sniffed{kind: t}
	}
	return sniffed{kind: sniffText(b)}
}

// sniffBinary knows formats whose mark is not at the start or not enough.
func sniffBinary(b []byte) Type {
	head := b[:min(len(b), 1024)]
	switch {
	case bytes.Contains(head, []byte("%PDF-")):
		return TypePDF
	case len(b) > 12 && string(b[:4]) == "RIFF" && string(b[8:12]) == "WEBP":
		return TypeImage
	case len(b) > 12 && string(b[4:8]) == "ftyp" && strings.Contains("heic heix mif1 msf1 avif hevc", string(b[8:12])):
		return TypeImage
	case len(b) > 26 && string(b[:2]) == "BM" && int64(binary.LittleEndian.Uint32(b[10:])) < int64(len(b)) && b[6] == 0 && b[8] == 0:
		return TypeImage
	case len(b) > 44 && string(b[:4]) == "\x01\x00\x00\x00" && string(b[40:44]) == " EMF":
		return TypeImage
	case bytes.HasPrefix(b, []byte("\xD7\xCD\xC6\x9A")):
		return TypeImage
	}
	return sniffSMIME(head)
}

// sniffSMIME looks for the content type of a CMS structure (RFC 5652 §3).
func sniffSMIME(head []byte) Type {
	if len(head) < 20 || head[0] != 0x30 {
		return TypeUnknown
	}
	oid := []byte("\x06\x09\x2A\x86\x48\x86\xF7\x0D\x01\x07")
	i := bytes.Index(head[:20], oid)
	if i < 0 || i+len(oid) >= len(head) {
		return TypeUnknown
	}
	switch head[i+len(oid)] {
	case 2:
		return TypeSignedMail
	case 3:
		return TypeEncryptedMail
	}
	return TypeUnknown
}

// sniffText tells kinds of text apart; TypeUnknown when it is no text.
func sniffText(b []byte) Type {
	head := b[:min(len(b), 8<<10)]
	low := strings.ToLower(textHead(head))
	switch {
	case low == "":
		return TypeUnknown
	case len(b) <= 16 && len(bytes.TrimSpace(b)) == 0:
		return TypeEmpty
	case strings.HasPrefix(low, "<?mso-application") || strings.HasPrefix(low, "<?xml") || strings.HasPrefix(low, "<workbook"):
		return sniffXML(low)
	case strings.HasPrefix(low, "<svg"):
		return TypeImage
	case startsHTML(low):
		return TypeHTML
	case looksLikeMail(b):
		return TypeEML
	}
	return TypeText
}

func sniffXML(low string) Type {
	switch {
	case strings.Contains(low, "urn:schemas-microsoft-com:office:spreadsheet"):
		return TypeXMLSheet
	case strings.Contains(low, "<html") || strings.Contains(low, "<table"):
		return TypeHTML
	case strings.Contains(low, "<svg"):
		return TypeImage
	}
	return TypeXML
}

func startsHTML(low string) bool {
	for _, p := range []string{"<html", "<!doctype html", "<table", "<head", "<meta", "<body", "<style", "<div", "<tr"} {
		if strings.HasPrefix(low, p) {
			return true
		}
	}
	return strings.HasPrefix(low, "<!--") && (strings.Contains(low, "<table") || strings.Contains(low, "<html"))
}

// textHead gives the start of a file as text without leading white space, or
// "" when the bytes are no text in UTF-8, UTF-16 or GB18030.
func textHead(head []byte) string {
	if t, ok := decodeBOM(head); ok {
		return nonBlank(t)
	}
	if t, ok := utf16Head(head); ok {
		return nonBlank(t)
	}
	if bytes.IndexByte(head, 0) >= 0 || controls(head)*50 > len(head) {
		return ""
	}
	text := head
	for i := 1; i < 4 && i < len(text) && len(head) == 8<<10; i++ { // a character cut by the window
		if utf8.Valid(text[:len(text)-i]) {
			text = text[:len(text)-i]
			break
		}
	}
	if utf8.Valid(text) {
		return nonBlank(string(text))
	}
	d := decodeWith(gb18030, head)
	if n := strings.Count(d.text, replaceStr); n*100 > len(head) {
		return ""
	}
	return nonBlank(d.text)
}

// nonBlank trims, but keeps something of a text that is all blank.
func nonBlank(s string) string {
	if t := strings.TrimLeft(s, " \t\r\n\uFEFF"); t != "" {
		return t
	}
	return " "
}

// utf16Head recognises UTF-16 without byte order mark by its zero bytes.
func utf16Head(head []byte) (string, bool) {
	if len(head) < 8 {
		return "", false
	}
	even, odd := 0, 0
	for i, c := range head {
		if c == 0 {
			if i%2 == 0 {
				even++
			} else {
				odd++
			}
		}
	}
	switch n := len(head) / 2; {
	case odd*5 > n*2 && even == 0:
		return decodeUTF16(head, false), true
	case even*5 > n*2 && odd == 0:
		return decodeUTF16(head, true), true
	}
	return "", false
}

func controls(b []byte) int {
	n := 0
	for _, c := range b {
		if c < ' ' && c != '\t' && c != '\r' && c != '\n' && c != '\f' && c != 0x1B && c != 0x1A || c == 0x7F {
			n++
		}
	}
	return n
}

// looksLikeMail tells whether b starts with the header of a mail: at least
// three fields that only mails have, and nothing else before them.
func looksLikeMail(b []byte) bool {
	b, mbox := skipPreamble(b[:min(len(b), 64<<10)])
	hb := splitHeader(b, 64<<10)
	if len(hb.fields) == 0 || hb.junk > 3 {
		return false
	}
	seen := map[string]bool{}
	for _, f := range hb.fields {
		n := strings.ToLower(f.Name)
		switch n {
		case "from", "to", "subject", "date", "message-id", "received", "mime-version", "content-type", "return-path", "delivered-to", "dkim-signature":
			seen[n] = true
		}
	}
	return len(seen) >= 3 || mbox && len(seen) >= 2
}
