package hostile

import (
	"encoding/base64"
	"fmt"
	"strings"

	"taizhang/ledger"
)

const head = "From: a@b.example\r\nTo: c@d.example\r\nSubject: x\r\nMessage-ID: <1@b.example>\r\nDate: Thu, 26 May 2022 09:00:00 +0800\r\nMIME-Version: 1.0\r\n"

// attached is a mail with a file.
func attached(name string, data []byte) []byte {
	var b strings.Builder
	b.WriteString(head + "Content-Type: application/octet-stream; name=\"" + name + "\"\r\nContent-Disposition: attachment; filename=\"" + name + "\"\r\nContent-Transfer-Encoding: base64\r\n\r\n")
	code := base64.StdEncoding.EncodeToString(data)
	for len(code) > 76 {
		b.WriteString(code[:76] + "\r\n")
		code = code[76:]
	}
	return []byte(b.String() + code + "\r\n")
}

// mails are .eml files.
func mails(s size) []Case {
	any := append(append([]ledger.Code{ledger.FUnsupported, ledger.FEmpty, ledger.FTransport}, refused...), nothing...)
	tree := func(n int, inner string) []byte {
		var b strings.Builder
		b.WriteString(head)
		for i := range n {
			fmt.Fprintf(&b, "Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n", i, i)
		}
		b.WriteString(inner)
		for i := n - 1; i >= 0; i-- {
			fmt.Fprintf(&b, "\r\n--b%d--\r\n", i)
		}
		return []byte(b.String())
	}
	return []Case{
		{"mail: a MIME tree 60 deep", "a.eml", func() []byte { return tree(60, "Content-Type: text/plain\r\n\r\nx") }, any},
		{"mail: 20,000 nested multiparts", "a.eml", func() []byte { return tree(s.of(20_000, 500), "Content-Type: text/plain\r\n\r\nx") }, any},
		{"mail: 200,000 parts", "a.eml", func() []byte {
			return []byte(head + "Content-Type: multipart/mixed; boundary=b\r\n\r\n" + strings.Repeat("--b\r\nContent-Type: application/octet-stream; name=a.xlsx\r\n\r\nx\r\n", s.of(200_000, 1_000)))
		}, any},
		{"mail: 20,000 mails in mails", "a.eml", func() []byte {
			return []byte(strings.Repeat(head+"Content-Type: message/rfc822\r\n\r\n", s.of(20_000, 200)))
		}, any},
		{"mail: a file name in 100,000 pieces", "a.eml", func() []byte {
			var b strings.Builder
			b.WriteString(head + "Content-Type: application/x")
			for i := range s.of(100_000, 2_000) {
				fmt.Fprintf(&b, ";\r\n name*%d*=%%E5", i)
			}
			return []byte(b.String() + "\r\n\r\nx")
		}, any},
		{"mail: a header of 20 MB", "a.eml", func() []byte { return []byte(head + "X: " + strings.Repeat("a", s.of(20<<20, 1<<17)) + "\r\n\r\nx") }, any},
		{"mail: 100,000 nested tables in its text", "a.eml", func() []byte {
			return []byte(head + "Content-Type: text/html; charset=utf-8\r\n\r\n<html>" + strings.Repeat("<table><tr><td>", s.of(100_000, 2_000)))
		}, any},
		{"mail: a million cells in its text", "a.eml", func() []byte {
			return []byte(head + "Content-Type: text/html; charset=utf-8\r\n\r\n<html><table>" + strings.Repeat("<tr><td>1<td>2\r\n", s.of(500_000, 5_000)))
		}, any},
		{"mail: an archive of 1 GiB attached", "a.eml", func() []byte {
			n := s.of(1024, 20)
			return attached("a.zip", withRaw(pack(text("a.txt", "x")), "a.xlsx", n, uint64(n)<<20))
		}, any},
		{"mail: 3 workbooks of 100,000 cells in one archive", "a.eml", func() []byte {
			inner := book(member{sheet1, open, `<row><c><v>1</v></c></row>`, s.of(100_000, 1_000), end})
			var list []member
			for i := range s.of(3, 3) {
				list = append(list, text(fmt.Sprintf("%d.xlsx", i), string(inner)))
			}
			return attached("a.zip", pack(list...))
		}, any},
		{"mail: 60 MB of base64 that is none", "a.eml", func() []byte {
			return []byte(head + "Content-Type: application/octet-stream; name=a.xlsx\r\nContent-Transfer-Encoding: base64\r\n\r\nAAAA\r\n" + strings.Repeat("!=!\r\nA\r\n", s.of(2_000_000, 20_000)))
		}, any},
	}
}
