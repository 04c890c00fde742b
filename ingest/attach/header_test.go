package attach_test

import (
	"encoding/base64"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"taizhang/ingest/attach"
)

func word(charset, data string) string {
	return "=?" + charset + "?B?" + base64.StdEncoding.EncodeToString([]byte(data)) + "?="
}

func TestSubjects(t *testing.T) {
	const want = "许昌市5月台账"
	g := gbk(t, want)
	gb18030 := gbk(t, "㐀𠀀") // characters of three and four bytes beyond GBK
	tests := []struct{ name, raw, want string }{
		{"gbk word", word("GBK", g), want},
		{"gb2312 in quotes", word("'gb2312'", g), want},
		{"cp936", word("cp936", g), want},
		{"x-gbk", word("x-gbk", g), want},
		{"utf-8", word("utf-8", want), want},
		{"gb2312 with characters of GB18030", word("gb2312", gb18030), "㐀𠀀"},
		{"gbk split inside a character", word("gbk", g[:3]) + "\r\n " + word("gb2312", g[3:]), want},
		{"utf-8 split inside a character", word("utf-8", want[:4]) + " " + word("UTF-8", want[4:]), want},
		{"raw gbk", g, want},
		{"raw utf-8", want, want},
		{"labelled utf-8, is gbk", word("utf-8", g), want},
		{"labelled gbk, is utf-8", word("gbk", "台账"), "台账"},
		{"gbk that is valid utf-8 by accident", word("gbk", gbk(t, "联通")), "联通"},
		{"unknown charset", word("x-unknown", g), want},
		{"big5", "=?big5?B?pqiq+A==?=", "成長"},
		{"Q with underscore and lower case hex", "=?utf-8?q?5=e6=9c=88_x?=", "5月 x"},
		{"words and text", "Re: " + word("gbk", g) + " (2)", "Re: " + want + " (2)"},
		{"word without end", "=?gbk?B?" + base64.StdEncoding.EncodeToString([]byte(g)), want},
		{"word with language", "=?utf-8*zh?B?" + base64.StdEncoding.EncodeToString([]byte(want)) + "?=", want},
		{"line break hidden in a word", "=?utf-8?q?a=0D=0ABcc:_x@y.cn?=", "a  Bcc: x@y.cn"},
		{"bidi control", word("utf-8", "台账\u202Eslx.exe"), "台账slx.exe"},
		{"no word", "a =? b ?= c", "a =? b ?= c"},
		{"empty", "", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			m := parse(t, "From: a@b.cn\r\nSubject: "+tt.raw+"\r\n\r\n")
			if m.Header.Subject != tt.want {
				t.Errorf("subject = %q, want %q", m.Header.Subject, tt.want)
			}
		})
	}
}

func TestAddresses(t *testing.T) {
	name := "张三"
	g := gbk(t, name)
	tests := []struct {
		name, raw string
		want      []attach.Address
	}{
		{"QQ word in quotes", `"` + word("gb18030", g) + `" <1@qq.com>`, []attach.Address{{Name: name, Addr: "1@qq.com"}}},
		{"address as name", "zs@163.com <zs@163.com>", []attach.Address{{Name: "zs@163.com", Addr: "zs@163.com"}}},
		{"raw gbk name", g + " <ZS@163.com>", []attach.Address{{Name: name, Addr: "zs@163.com"}}},
		{"raw gbk name in quotes", `"` + g + `" <zs@163.com>`, []attach.Address{{Name: name, Addr: "zs@163.com"}}},
		{"bare", "zs@163.com", []attach.Address{{Addr: "zs@163.com"}}},
		{"comment", "zs@163.com (" + word("gbk", g) + ")", []attach.Address{{Name: name, Addr: "zs@163.com"}}},
		{"no space before bracket", word("gbk", g) + "<zs@163.com>", []attach.Address{{Name: name, Addr: "zs@163.com"}}},
		{"no closing bracket", "x <zs@163.com", []attach.Address{{Name: "x", Addr: "zs@163.com"}}},
		{"name poses as another address", `"county@gov.cn" <evil@x.com>`, []attach.Address{{Name: "county@gov.cn", Addr: "evil@x.com"}}},
		{"quoted bracket in name", `"<county@gov.cn>" <evil@x.com>`, []attach.Address{{Name: "<county@gov.cn>", Addr: "evil@x.com"}}},
		{"encoded bracket in name", word("utf-8", "<county@gov.cn>") + " <evil@x.com>", []attach.Address{{Name: "<county@gov.cn>", Addr: "evil@x.com"}}},
		{"two", "a@b.cn, \"C, D\" <c@d.cn>", []attach.Address{{Addr: "a@b.cn"}, {Name: "C, D", Addr: "c@d.cn"}}},
		{"semicolons", "a@b.cn; c@d.cn;", []attach.Address{{Addr: "a@b.cn"}, {Addr: "c@d.cn"}}},
		{"group", "counties: a@b.cn, X <c@d.cn>;", []attach.Address{{Addr: "a@b.cn"}, {Name: "X", Addr: "c@d.cn"}}},
		{"comma in a bare name", "Zhang, San <zs@163.com>", []attach.Address{{Name: "Zhang,San", Addr: "zs@163.com"}}},
		{"source route", "<@relay.cn:zs@163.com>", []attach.Address{{Addr: "zs@163.com"}}},
		{"line break in address", "<\"a@b.cn\r\n Bcc: spy\"@evil.cn>", []attach.Address{{Name: "", Addr: ""}}},
		{"two at signs", "<a@b@c.cn>", []attach.Address{{}}},
		{"only a name", word("gbk", g), []attach.Address{{Name: name}}},
		{"null", "<>", nil},
		{"empty", "", nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			m := parse(t, "From: "+tt.raw+"\r\nSubject: x\r\n\r\n")
			if d := cmp.Diff(tt.want, m.Header.From); d != "" {
				t.Errorf("-want +got:\n%s", d)
			}
		})
	}
}

func TestHeaderFields(t *testing.T) {
	m := parse(t, lines("Return-Path: <>", "From: a@b.cn", "From: c@d.cn", "Reply-To: X <r@x.cn>", "To: t@x.cn", "Cc: u@x.cn",
		"Message-ID:", " <1@x.cn>", "In-Reply-To: your mail <2@x.cn>", "References: <2@x.cn>", "\t<3@x.cn> <4@x .cn>",
		"Date: Tue, 10 Dec 2024 10:49:37 +0800 (CST)", "X-A: 1", "X-A: =?utf-8?q?2?=", "", "body"))
	h := m.Header
	if h.FromFields != 2 || len(h.From) != 2 {
		t.Errorf("From: %d fields, %v", h.FromFields, h.From)
	}
	if h.ReturnPath != "<>" || h.MessageID != "<1@x.cn>" {
		t.Errorf("ReturnPath %q MessageID %q", h.ReturnPath, h.MessageID)
	}
	if d := cmp.Diff([]string{"<2@x.cn>", "<3@x.cn>", "<4@x.cn>"}, h.References); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff([]string{"1", "2"}, h.Values("x-a")); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff([]string{"1", "=?utf-8?q?2?="}, h.Raw("X-a")); d != "" {
		t.Error(d)
	}
	if h.Get("x-none") != "" || len(h.InReplyTo) != 1 || m.Text != "body" {
		t.Errorf("%q %v %q", h.Get("x-none"), h.InReplyTo, m.Text)
	}
}

func TestParseDate(t *testing.T) {
	want := time.Date(2024, 12, 10, 10, 49, 37, 0, time.FixedZone("", 8*3600))
	good := []string{
		"Tue, 10 Dec 2024 10:49:37 +0800 (CST)", "Tue, 10 Dec 2024 10:49:37 +0800", "Tue,10 Dec 2024 10:49:37 +0800",
		"10 Dec 2024 10:49:37 CST", "Tue, 10 Dec 2024 10:49:37 (CST)", "2024-12-10 10:49:37", "2024-12-10T10:49:37+08:00",
		"Tue, 10 Dec 2024 10:49:37 +08:00", "Tue, 10 Dec 2024 10:49:37 GMT+0800", "星期二, 10 十二月 2024 10:49:37 +0800",
		"周二, 10 12月 2024 10:49:37 +0800", "2024年12月10日 10:49:37", "2024年12月10日 上午 10:49:37", "Tue Dec 10 10:49:37 2024",
		"Tue, 10 Dec 2024 02:49:37 GMT", "Tue, 10 Dec 2024 02:49:37 -0000", "Tue, 10 Dec 24 10:49:37 +0800", "Mon, 9 Dec 2024 21:49:37 EST",
		"2024/12/10 10:49:37", "Tue, 10 Dec 2024  10:49:37  +0800 (GMT+08:00)",
	}
	for _, s := range good {
		got, ok := attach.ParseDate(s)
		if !ok || !got.Equal(want) {
			t.Errorf("ParseDate(%q) = %v, %v; want %v", s, got, ok, want)
		}
	}
	for _, s := range []string{"", "yesterday", "2024-12-10", "31 Feb 2024 10:00:00 +0800", "Tue, 10 Foo 2024 10:49:37", "10 Dec 2024 25:00:00", "99999999999999999999-1-1 1:1:1"} {
		if got, ok := attach.ParseDate(s); ok {
			t.Errorf("ParseDate(%q) = %v, want refusal", s, got)
		}
	}
}

func TestReceivedAt(t *testing.T) {
	tests := []struct {
		name, received string
		want           string // RFC 3339, "" for none
	}{
		{"coremail", "from mx.example.cn (unknown [10.0.0.1]) by mx19 (Coremail) with SMTP id x; Thu, 26 May 2022 10:49:37 +0800 (CST)", "2022-05-26T10:49:37+08:00"},
		{"CST means China", "by mx19; Thu, 26 May 2022 10:49:37 CST", "2022-05-26T10:49:37+08:00"},
		{"no zone", "by mx19; Thu, 26 May 2022 10:49:37", "2022-05-26T10:49:37+08:00"},
		{"folded", "by mx19;\r\n\tThu,\r\n 26 May 2022 10:49:37 +0800", "2022-05-26T10:49:37+08:00"},
		{"semicolon in comment", "by mx19; Thu, 26 May 2022 10:49:37 +0800 (a;b)", "2022-05-26T10:49:37+08:00"},
		{"utc", "by mx19; Thu, 26 May 2022 16:30:00 +0000", "2022-05-27T00:30:00+08:00"},
		{"no date", "by mx19 with SMTP", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			m := parse(t, "Received: "+tt.received+"\r\nReceived: by old; Mon, 1 Jan 2001 00:00:00 +0800\r\nFrom: a@b.cn\r\n\r\n")
			got, ok := m.Header.ReceivedAt()
			if ok != (tt.want != "") {
				t.Fatalf("ReceivedAt = %v, %v", got, ok)
			}
			if ok && got.In(time.FixedZone("", 8*3600)).Format(time.RFC3339) != tt.want {
				t.Errorf("got %v, want %s", got, tt.want)
			}
		})
	}
}

func TestTrustedAuthResults(t *testing.T) {
	const (
		rcv    = "Received: from x by mx19 (Coremail) with SMTP id 1; Thu, 26 May 2022 10:49:37 +0800"
		forged = "Authentication-Results: mx19; spf=pass; dkim=pass"
		from   = "From: a@b.cn"
		trans  = "X-CM-TRANSID: E8CowAAX"
		real   = "Authentication-Results: mx19; spf=pass smtp.mail=a@b.cn; dkim=pass header.i=@b.cn"
	)
	tests := []struct {
		name   string
		fields []string
		ok     bool
	}{
		{"real", []string{rcv, from, trans, real, "Sender: a@b.cn"}, true},
		{"forged above, real below", []string{rcv, forged, from, trans, real}, true},
		{"only forged above", []string{rcv, forged, from, trans}, false},
		{"forged with its own transid above the provider's", []string{rcv, trans, forged, from, trans}, false},
		{"other host", []string{rcv, from, trans, "Authentication-Results: mx7; spf=pass"}, false},
		{"not an mx id", []string{rcv, from, trans, "Authentication-Results: mail.evil.cn; spf=pass"}, false},
		{"no transid", []string{rcv, from, real}, false},
		{"received by someone else", []string{"Received: from x by mx.evil.cn; Thu, 26 May 2022 10:49:37 +0800", from, trans, real}, false},
		{"no received", []string{from, trans, real}, false},
		{"two hosts named in one received", []string{"Received: from by mx19 (Coremail) (x) by mx7 (Coremail); Thu, 26 May 2022 10:49:37 +0800", from, trans, real}, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			m := parse(t, lines(append(tt.fields, "", "body")...))
			if got, ok := m.Header.TrustedAuthResults(); ok != tt.ok {
				t.Errorf("TrustedAuthResults = %q, %v, want %v", got, ok, tt.ok)
			}
		})
	}
}

func TestCharsets(t *testing.T) {
	const want = "朱镕基、周有喆、贺囍：本月新增参保120人。"
	g := gbk(t, want)
	tests := []struct{ name, ctype, body, want string }{
		{"gbk", "text/plain; charset=gbk", g, want},
		{"gb2312", "text/plain; charset=gb2312", g, want},
		{"gb2312 with four-byte characters", "text/plain; charset=gb2312", gbk(t, "𠀀村"), "𠀀村"},
		{"gb18030", "text/plain; charset=\"gb18030\"", g, want},
		{"euc-cn", "text/plain; charset=euc-cn", g, want},
		{"single quotes", "text/plain; charset='gb2312'", g, want},
		{"utf-8 label, gbk bytes", "text/plain; charset=utf-8", g, want},
		{"us-ascii label, gbk bytes", "text/plain; charset=us-ascii", g, want},
		{"latin1 label, gbk bytes", "text/plain; charset=iso-8859-1", g, want},
		{"no charset, gbk", "text/plain", g, want},
		{"no charset, utf-8", "text/plain", want, want},
		{"unknown", "text/plain; charset=x-unknown", g, want},
		{"gbk label, utf-8 bytes", "text/plain; charset=gbk", want, want},
		{"hz", "text/plain; charset=hz-gb-2312", "~{MbC2~}", "外貌"},
		{"iso-2022-cn", "text/plain; charset=iso-2022-cn", "\x1B$)A\x0EMbC2\x0F ok", "外貌 ok"},
		{"utf-7", "text/plain; charset=utf-7", "5+Zwg- ok +-", "5月 ok +"},
		{"big5", "text/plain; charset=big5", "\xA6\xA8\xAA\xF8", "成長"},
		{"utf-16", "text/plain; charset=utf-16", "\xFE\xFF\x67\x08", "月"},
		{"missing type", "", g, want},
		{"type without slash", "text", g, want},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			m := parse(t, "From: a@b.cn\r\nContent-Type: "+tt.ctype+"\r\nContent-Transfer-Encoding: base64\r\n\r\n"+b64(tt.body))
			if m.Text != tt.want {
				t.Errorf("text = %q, want %q (files %d, %+v)", m.Text, tt.want, len(m.Files), m.Damage)
			}
		})
	}
	m := parse(t, "From: a@b.cn\r\nContent-Type: text/html\r\n\r\n<meta charset=\"gbk\"><p>"+g)
	if m.HTML != "<meta charset=\"gbk\"><p>"+want {
		t.Errorf("html = %q", m.HTML)
	}
	if !hasDamage(parse(t, "From: a@b.cn\r\nContent-Type: text/plain; charset=gbk\r\n\r\n\xFF\xFF"), attach.DamageCharset) {
		t.Error("lost characters were not reported")
	}
}
