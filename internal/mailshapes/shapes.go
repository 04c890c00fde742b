package mailshapes

import (
	"fmt"
	"slices"
	"strings"
)

// Shape is one mail and what must come of it.
type Shape struct {
	Name string // the fault, in words
	Raw  []byte
	// Kept says that the caller's file comes out byte for byte.
	Kept bool
	// Damage are codes of ingest/attach that must be noted; none: the mail reads
	// without damage.
	Damage []string
	// Says is what a county is told, as far as the shape decides: "" the file is
	// read as if nothing were, "F09" it is held beside that finding, another code:
	// there is no document but with it.
	Says string
	// Arg is a word that must be in the finding's arguments; "" any.
	Arg string
}

const head = "From: =?GBK?B?1cXI/Q==?= <zs@163.com>\r\nTo: tz@163.com\r\nSubject: =?utf-8?B?5Y+w6LSm?=\r\nMIME-Version: 1.0\r\n"

// letter is a multipart/mixed of the parts.
func letter(parts ...string) string { return multi("mixed", "b1", parts...) }

func multi(kind, boundary string, parts ...string) string {
	var b strings.Builder
	b.WriteString(head + "Content-Type: multipart/" + kind + "; boundary=\"" + boundary + "\"\r\n\r\n")
	for _, p := range parts {
		b.WriteString("--" + boundary + "\r\n" + p + "\r\n")
	}
	return b.String() + "--" + boundary + "--\r\n"
}

const text = "Content-Type: text/plain\r\n\r\nsee attachment"

// workbook is a part with the file, named name, with lines between its header
// and body.
func workbook(name, encoded string, lines ...string) string {
	return "Content-Type: application/octet-stream; name=\"" + name + "\"\r\nContent-Transfer-Encoding: base64\r\n" + strings.Join(append(lines, ""), "\r\n") + "\r\n" + encoded
}

// Shapes returns the mails around a file, of 200 bytes at least, that is named name and can prove by
// itself that it is whole, such as a workbook.
func Shapes(name string, file []byte) []Shape {
	e := Base64(file)
	w := workbook(name, e)
	plain := letter(text, w)
	swap := func(s, old, with string) string {
		if !strings.Contains(s, old) {
			panic("mailshapes: nothing to replace: " + old)
		}
		return strings.Replace(s, old, with, 1)
	}
	ok := func(name, raw string, damage ...string) Shape {
		return Shape{Name: name, Raw: []byte(raw), Kept: true, Damage: damage}
	}
	shapes := []Shape{
		ok("nothing wrong", plain),
		ok("no closing boundary", strings.TrimSuffix(plain, "--b1--\r\n"), "boundary-unclosed"),
		ok("no boundary parameter", swap(plain, "; boundary=\"b1\"", ""), "boundary-guessed"),
		ok("boundary with an equals sign and no quotes", multiUnquoted("----=_Part_1", text, w)),
		ok("another boundary in the header than in the body", swap(plain, "boundary=\"b1\"", "boundary=\"b2\""), "boundary-guessed"),
		ok("junk line in the mail's header", swap(plain, "MIME-Version", "this is no field\r\nMIME-Version"), "header-junk"),
		ok("junk line in the part's header", letter(text, swap(w, "Content-Transfer", "this is no field\r\nContent-Transfer")), "header-junk"),
		ok("mbox line in front", "From zs@163.com Tue Dec 10 10:49:37 2024\r\n"+plain),
		ok("byte order mark in front", "\xEF\xBB\xBF"+plain),
		ok("lines end in LF", strings.ReplaceAll(plain, "\r\n", "\n")),
		ok("lines end in CR", strings.ReplaceAll(plain, "\r\n", "\r"), "bare-cr"),
		ok("lines end in CR CR LF", strings.ReplaceAll(plain, "\r\n", "\r\r\n")),
		ok("encoding in quotes", letter(text, swap(w, ": base64", ": \"base64\""))),
		ok("encoding with a parameter", letter(text, swap(w, ": base64", ": base64; charset=gbk"))),
		ok("encoding named 8-bit", letter(text, "Content-Type: application/octet-stream; name=\""+name+"\"\r\nContent-Transfer-Encoding: 8-bit\r\n\r\n"+string(file))),
		ok("encoding uuencode", letter(text, swap(swap(w, ": base64", ": x-uuencode"), e, UU(name, file)))),
		ok("uuencoded in the text", head+"\r\nhello\r\n"+UU(name, file)+"bye\r\n"),
		ok("base64 with an exclamation mark set in", letter(text, workbook(name, e[:80]+"!"+e[80:])), "base64-junk"),
		ok("base64 with a NUL set in", letter(text, workbook(name, e[:100]+"\x00"+e[100:])), "base64-junk"),
		ok("base64 with a signature behind it", letter(text, workbook(name, e+"\r\n-- \r\nthe office of the county, room 301\r\n")), "base64-trailer"),
		ok("base64 in two padded blocks", letter(text, workbook(name, Base64(file[:100])+Base64(file[100:])))),
		ok("base64 without padding", letter(text, workbook(name, strings.TrimRight(e, "=\r\n"))), padded(file)...),
		ok("base64 without being said", letter(text, swap(w, "Content-Transfer-Encoding: base64\r\n", "")), "encoding"),
		ok("said base64 and sent raw", letter(text, swap(w, e, string(file))), "encoding"),
		ok("base64 where an unknown encoding is said", letter(text, swap(w, ": base64", ": x-secret")), "encoding"),
		ok("labelled text/plain", letter(text, swap(w, "application/octet-stream", "text/plain"))),
		ok("labelled text/plain in GBK", letter(text, swap(w, "application/octet-stream", "text/plain; charset=gbk"))),
		ok("labelled text/html in UTF-8, no name", letter(text, swap(w, "application/octet-stream; name=\""+name+"\"", "text/html; charset=utf-8"))),
		ok("inline with a name", letter(text, workbook(name, e, "Content-Disposition: inline; filename=\""+name+"\""))),
		ok("inline in a multipart/related", multi("related", "b1", "Content-Type: text/html\r\n\r\n<p>x", workbook(name, e, "Content-ID: <1@x>", "Content-Disposition: inline"))),
		ok("the whole mail is the file", head+w),
		ok("a mail in the mail", letter(text, "Content-Type: message/rfc822\r\n\r\n"+multi("mixed", "b2", text, w))),
		ok("a mail in the mail in base64", letter(text, "Content-Type: message/rfc822\r\nContent-Transfer-Encoding: base64\r\n\r\n"+Base64([]byte(plain)))),
		ok("a mail as a file", letter(text, workbook("fw.eml", Base64([]byte(plain))))),
		ok("forwarded twice", letter("Content-Type: message/rfc822\r\n\r\n"+multi("mixed", "b2", "Content-Type: message/rfc822\r\n\r\n"+multi("mixed", "b3", text, w)))),
		ok("signed with S/MIME, the signature apart", multi("signed", "b1", w, "Content-Type: application/pkcs7-signature; name=smime.p7s\r\nContent-Transfer-Encoding: base64\r\n\r\n"+Base64(cms(2, []byte("signature"), false)))),
		ok("signed with PGP", multi("signed", "b1", w, "Content-Type: application/pgp-signature; name=s.asc\r\n\r\n-----BEGIN PGP SIGNATURE-----\r\nx\r\n-----END PGP SIGNATURE-----")),
		ok("signed with S/MIME around the content", opaque(cms(2, []byte(strings.TrimPrefix(multi("mixed", "b2", text, w), head)), false))),
		ok("signed with S/MIME around the content, in pieces without length", opaque(cms(2, []byte(strings.TrimPrefix(multi("mixed", "b2", text, w), head)), true))),
	}
	return slices.Concat(shapes, spoiled(name, file), hostile(w), containers())
}

// padded is the damage of base64 that has lost its padding, if it had any.
func padded(file []byte) []string {
	if len(file)%3 == 0 {
		return nil
	}
	return []string{"base64-unpadded"}
}

func multiUnquoted(boundary string, parts ...string) string {
	return strings.Replace(multi("mixed", boundary, parts...), "\""+boundary+"\"", boundary, 1)
}

// spoiled are mails whose file has lost something for good.
func spoiled(name string, file []byte) []Shape {
	e := Base64(file)
	mid := len(e)/156*78 + 40
	return []Shape{
		{Name: "base64 cut in the middle", Raw: []byte(letter(text, workbook(name, e[:mid]))), Says: "F01"},
		{Name: "the mail cut in the middle of base64", Raw: []byte(letter(text, workbook(name, e)))[:len(head)+mid], Says: "F01", Damage: []string{"boundary-unclosed"}},
		{Name: "a character of base64 lost", Raw: []byte(letter(text, workbook(name, e[:mid]+e[mid+1:]))), Says: "F01", Damage: []string{"base64-junk"}},
		{Name: "a character of base64 replaced", Raw: []byte(letter(text, workbook(name, e[:mid]+"!"+e[mid+1:]))), Says: "F01", Damage: []string{"base64-junk"}},
		{Name: "encoding x-gzip64", Raw: []byte(letter(text, "Content-Type: application/octet-stream; name=\""+name+"\"\r\nContent-Transfer-Encoding: x-gzip64\r\n\r\nH4sIAAAAAAAAA0vLz1dISSxJBABiTqMxCQAAAA==")), Says: "F01", Arg: "transport", Damage: []string{"encoding"}},
		{Name: "an encoding that nobody knows", Raw: []byte(letter(text, "Content-Type: application/octet-stream; name=\""+name+"\"\r\nContent-Transfer-Encoding: x-unheard-of\r\n\r\n%%% noise of a gateway %%%\r\n")), Says: "F01", Arg: "transport", Damage: []string{"encoding"}},
		{Name: "an empty attachment", Raw: []byte(letter(text, workbook(name, ""))), Says: "F05"},
		{Name: "a part of the mail is in another mail", Raw: []byte(head + "Content-Type: message/partial; id=\"1\"; number=1; total=2\r\n\r\n" + workbook(name, e[:mid])), Says: "F01", Damage: []string{"partial"}},
		{Name: "encrypted with S/MIME", Raw: []byte(strings.Replace(opaque(cms(3, []byte("secret"), false)), "signed-data", "enveloped-data", 1)), Says: "F02"},
		{Name: "encrypted with PGP", Raw: []byte(multi("encrypted", "b1", "Content-Type: application/pgp-encrypted\r\n\r\nVersion: 1", "Content-Type: application/octet-stream; name=encrypted.asc\r\n\r\n-----BEGIN PGP MESSAGE-----\r\nx\r\n-----END PGP MESSAGE-----")), Says: "F02"},
	}
}

// hostile are mails made to be slow or large. The workbook stands in front where
// it can be kept.
func hostile(w string) []Shape {
	nest := func(n int, s string) string {
		var b strings.Builder
		for i := range n {
			fmt.Fprintf(&b, strings.ReplaceAll(s, "#", "%[1]d"), i)
		}
		return b.String()
	}
	front := strings.TrimSuffix(letter(w), "--b1--\r\n")
	tree := "--b1\r\n" + nest(60, "Content-Type: multipart/mixed; boundary=c#\r\n\r\n--c#\r\n") + text
	return []Shape{
		{Name: "sixty levels", Raw: []byte(front + tree), Kept: true, Damage: []string{"limit-depth", "boundary-unclosed"}},
		{Name: "20,000 multiparts in each other", Raw: []byte(head + nest(20_000, "Content-Type: multipart/mixed; boundary=c#\r\n\r\n--c#\r\n") + w), Damage: []string{"limit-depth"}, Says: "F06", Arg: "levels"},
		{Name: "20,000 mails in each other", Raw: []byte(head + nest(20_000, "Content-Type: message/rfc822\r\n\r\nFrom: a@b.cn\r\nTo: a@b.cn\r\nSubject: #\r\n") + w), Damage: []string{"limit-nested"}, Says: "F06", Arg: "levels"},
		{Name: "200,000 parts", Raw: []byte(front + strings.Repeat("--b1\r\n\r\nx\r\n", 200_000)), Kept: true, Damage: []string{"limit-parts"}},
		{Name: "200,000 parts, the file behind them", Raw: []byte(head + "Content-Type: multipart/mixed; boundary=b1\r\n\r\n" + strings.Repeat("--b1\r\n\r\nx\r\n", 200_000) + "--b1\r\n" + w + "\r\n--b1--\r\n"), Damage: []string{"limit-parts"}, Says: "F06", Arg: "parts"},
		{Name: "a name in 100,000 pieces", Raw: []byte(front + "--b1\r\nContent-Type: application/x" + nest(100_000, ";\r\n name*#*=%%E5") + "\r\n\r\n\x00\r\n--b1--\r\n"), Kept: true, Damage: []string{"limit-header"}},
		{Name: "a header field of 1 MiB", Raw: []byte(strings.Replace(letter(w), "MIME-Version", "X-Long: "+strings.Repeat("a", 1<<20)+"\r\nMIME-Version", 1)), Kept: true, Damage: []string{"limit-header", "boundary-guessed"}},
	}
}

// containers are mails whose file cannot be had.
func containers() []Shape {
	tnef := "\x78\x9F\x3E\x22\x01\x00\x01\x90\x08\x00\x04\x00"
	part := func(typ, name string) string {
		return "Content-Type: " + typ + "; name=\"" + name + "\"\r\nContent-Transfer-Encoding: base64\r\n\r\n" + Base64([]byte(tnef))
	}
	says := func(name, raw string) Shape {
		return Shape{Name: name, Raw: []byte(raw), Says: "F03", Arg: "tnef"}
	}
	return []Shape{
		says("winmail.dat", letter(text, part("application/ms-tnef", "winmail.dat"))),
		says("winmail.dat under a common name", letter(text, part("application/octet-stream", "ATT00001.dat"))),
		says("winmail.dat in a mail in the mail", letter(text, "Content-Type: message/rfc822\r\n\r\n"+multi("mixed", "b2", text, part("application/ms-tnef", "winmail.dat")))),
	}
}
