package messy

import (
	"archive/zip"
	"bytes"
	"encoding/base64"
	"fmt"
	"mime"
	"net/url"
	"path"
	"strings"
	"time"
)

// nameForms are the ways in which mail programs write a file name that is not
// ASCII, as parameters of Content-Disposition behind "attachment".
var nameForms = []func(name string) string{
	func(n string) string { return `; filename="` + mime.BEncoding.Encode("UTF-8", n) + `"` },
	func(n string) string {
		return `; filename="=?GB2312?B?` + base64.StdEncoding.EncodeToString(encodings["GB18030"](n)) + `?="`
	},
	func(n string) string { return `; filename*=UTF-8''` + url.PathEscape(n) },
	func(n string) string { return `; filename="` + n + `"` },
	func(n string) string { return `; filename="` + string(encodings["GB18030"](n)) + `"` },
	func(n string) string {
		var b strings.Builder
		for i, r := range []rune(n) {
			fmt.Fprintf(&b, ";\r\n filename*%d*=", i)
			if i == 0 {
				b.WriteString("UTF-8''")
			}
			b.WriteString(url.PathEscape(string(r)))
		}
		return b.String()
	},
	func(n string) string {
		return `; filename="` + mime.QEncoding.Encode("GBK", string(encodings["GB18030"](n))) + `"`
	},
}

// stem is the file's name without its extension.
func stem(name string) string { return strings.TrimSuffix(name, path.Ext(name)) }

// envelope is the head of a mail of this case.
func (c Case) envelope(subject string) string {
	from := c.Sender
	if from == "" {
		from = "office@example.com"
	}
	date := c.Arrived
	if date.IsZero() {
		date = time.Date(2022, 5, 27, 10, 0, 0, 0, time.UTC)
	}
	return "From: " + from + "\r\nTo: desk@example.com\r\nSubject: " + mime.BEncoding.Encode("UTF-8", subject) +
		"\r\nDate: " + date.Format(time.RFC1123Z) + "\r\nMessage-ID: <case@example.com>\r\nMIME-Version: 1.0\r\n"
}

func base64Lines(data []byte) string {
	s := base64.StdEncoding.EncodeToString(data)
	var b strings.Builder
	for len(s) > 76 {
		b.WriteString(s[:76] + "\r\n")
		s = s[76:]
	}
	return b.String() + s + "\r\n"
}

// attached is a mail with a few words and the file; form picks how the name is
// written.
func (c Case) attached(name string, data []byte, subject string, form int) []byte {
	return []byte(c.envelope(subject) + "Content-Type: multipart/mixed; boundary=b1\r\n\r\n--b1\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n请查收。\r\n" +
		"--b1\r\nContent-Type: application/octet-stream\r\nContent-Transfer-Encoding: base64\r\nContent-Disposition: attachment" +
		nameForms[form%len(nameForms)](name) + "\r\n\r\n" + base64Lines(data) + "--b1--\r\n")
}

// pasted is a mail with the table in its text.
func (c Case) pasted(subject string, lines bool) []byte {
	page := "<html><head><meta charset=utf-8></head><body><div>您好：</div>" + webTables(c.Book, lines) + "<div>谢谢！</div></body></html>"
	return []byte(c.envelope(subject) + "Content-Type: multipart/alternative; boundary=b2\r\n\r\n--b2\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n见下表。\r\n" +
		"--b2\r\nContent-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n" + base64Lines([]byte(page)) + "--b2--\r\n")
}

// forwarded is a mail that carries another as message/rfc822.
func (c Case) forwarded(inner []byte) []byte {
	return []byte(c.envelope("转发：材料") + "Content-Type: multipart/mixed; boundary=b0\r\n\r\n--b0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n转发。\r\n" +
		"--b0\r\nContent-Type: message/rfc822\r\n\r\n" + string(inner) + "\r\n--b0--\r\n")
}

// zipped packs the file under its name in GBK, as programs under Chinese
// Windows do, beside a note.
func zipped(name string, data []byte) []byte {
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	m, err := w.CreateHeader(&zip.FileHeader{Name: string(encodings["GB18030"]("台账/" + name)), NonUTF8: true, Method: zip.Deflate})
	must(err)
	_, err = m.Write(data)
	must(err)
	must(w.Close())
	return b.Bytes()
}
