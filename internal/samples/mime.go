package samples

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"hash/crc32"
	"time"

	"golang.org/x/text/encoding/simplifiedchinese"
)

// letter is a mail as a county's mail program writes it.
type letter struct {
	at      time.Time // when the provider took it
	name    string    // display name of the sender
	from    string
	subject string
	text    string
	gbk     bool // the program writes GBK, as older ones do
	signed  bool // the provider found SPF and DKIM in order
	extra   []string
	files   []file
	inner   []byte // a forwarded mail
	irt     string // In-Reply-To
}

type file struct {
	name string
	typ  string
	data []byte
}

// gb encodes text as GB18030; every Chinese character has a place there.
func gb(s string) []byte {
	b, err := simplifiedchinese.GB18030.NewEncoder().Bytes([]byte(s))
	if err != nil {
		return []byte(s)
	}
	return b
}

// word writes an encoded word (RFC 2047) in the letter's character set.
func (l *letter) word(s string) string {
	if l.gbk {
		return "=?GBK?B?" + base64.StdEncoding.EncodeToString(gb(s)) + "?="
	}
	return "=?UTF-8?B?" + base64.StdEncoding.EncodeToString([]byte(s)) + "?="
}

// raw writes the mail as the mailbox keeps it: the provider's own lines stand
// where NetEase puts them, Received on top and the results at the bottom.
func (l *letter) raw() []byte {
	var b bytes.Buffer
	id := crc32.ChecksumIEEE([]byte(l.from + l.subject + l.at.String()))
	boundary := fmt.Sprintf("----=_Part_%d_%08x", id%9000+1000, id)
	line := func(format string, args ...any) { fmt.Fprintf(&b, format+"\r\n", args...) }
	line("Received: from sender (unknown [203.0.113.9])\r\n\tby mx19 (Coremail) with SMTP id %08x;\r\n\t%s (CST)", id, l.at.Format(time.RFC1123Z))
	line("From: %s <%s>", l.word(l.name), l.from)
	line("To: %s", Own)
	line("Subject: %s", l.word(l.subject))
	line("Date: %s", l.at.Add(-time.Minute).Format(time.RFC1123Z))
	line("Message-ID: <%08x.%d@%s>", id, l.at.Unix(), domain(l.from))
	for _, h := range l.extra {
		line("%s", h)
	}
	if l.irt != "" {
		line("In-Reply-To: %s", l.irt)
	}
	line("MIME-Version: 1.0")
	line("Content-Type: multipart/mixed; boundary=\"%s\"", boundary)
	line("X-CM-TRANSID: %08x", id)
	if l.signed {
		line("Authentication-Results: mx19; spf=pass smtp.mail=%s; dkim=pass header.i=@%s", l.from, domain(l.from))
	}
	line("")
	line("--%s", boundary)
	body, charset := []byte(l.text), "utf-8"
	if l.gbk {
		body, charset = gb(l.text), "gbk"
	}
	line("Content-Type: text/plain; charset=%s\r\nContent-Transfer-Encoding: base64\r\n", charset)
	b64(&b, body)
	for _, f := range l.files {
		line("--%s", boundary)
		name := l.word(f.name)
		line("Content-Type: %s; name=\"%s\"\r\nContent-Transfer-Encoding: base64\r\nContent-Disposition: attachment; filename=\"%s\"\r\n", f.typ, name, name)
		b64(&b, f.data)
	}
	if l.inner != nil {
		line("--%s\r\nContent-Type: message/rfc822\r\nContent-Disposition: attachment\r\n", boundary)
		b.Write(l.inner)
		line("")
	}
	line("--%s--", boundary)
	return b.Bytes()
}

func domain(addr string) string {
	_, d, _ := bytes.Cut([]byte(addr), []byte("@"))
	return string(d)
}

// b64 writes lines of 76 characters.
func b64(b *bytes.Buffer, data []byte) {
	s := base64.StdEncoding.EncodeToString(data)
	for len(s) > 76 {
		b.WriteString(s[:76] + "\r\n")
		s = s[76:]
	}
	b.WriteString(s + "\r\n")
}
