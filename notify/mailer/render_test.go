package mailer_test

import (
	"bytes"
	"flag"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net/mail"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"encoding/base64"

	"github.com/google/go-cmp/cmp"

	"taizhang/ledger"
	"taizhang/notify/mailer"
)

var update = flag.Bool("update", false, "write the golden files")

var desk = mailer.RenderOptions{
	From: ledger.Address{Name: "许昌市全民参保计划攻坚行动专项小组", Addr: "xcsrsj@163.com"}, Self: "xcsrsj@163.com",
}

// shapes are the kinds of mail as far as their bytes differ.
func shapes() map[string]ledger.Mail {
	base := ledger.Mail{
		Key: "remind/2022-05/禹州市/request", Kind: ledger.MailRequest, Unit: "禹州市",
		Period: ledger.Period{Year: 2022, Month: 5}, Date: time.Date(2022, 5, 23, 1, 30, 0, 0, time.UTC),
		To:      []ledger.Address{{Name: "王五", Addr: "yuzhou@126.com"}},
		Subject: "【请报送】禹州市2022年5月工作落实台账（5月28日星期六截止）",
		Text:    "禹州市：\n请于2022年5月28日（星期六）前报送。\n无新增请填0。\n",
	}
	html := base
	html.HTML = "<p>禹州市：</p>\n<p>请报送。</p>\n"
	files := html
	files.Cc = []ledger.Address{{Name: "李,四 \"x\"", Addr: "li@example.cn"}, {Addr: "zhao@example.cn"}}
	files.Attachments = []ledger.Attachment{
		{Name: "禹州市2022年5月全民参保计划攻坚行动工作落实台账（附件2，预填，请在原表上填写后报送，不要改动表头）.xlsx", Type: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", Data: bytes.Repeat([]byte{0, 1, 2, 250}, 100)},
		{Name: "plain.txt", Type: "text/plain", Data: []byte("a\n")},
	}
	textFile := base
	textFile.Attachments = files.Attachments[1:]
	answer := html
	answer.Key, answer.Kind, answer.Answer = "receipt/abc", ledger.MailReceipt, true
	answer.InReplyTo, answer.References = "<1@126.com>", []string{"<0@126.com>", "not an id", "<1@126.com>"}
	ascii := base
	ascii.Key, ascii.Subject, ascii.Text = "duty/2022-05-26", "plain subject", ".\n..\n"
	return map[string]ledger.Mail{"text": base, "html": html, "files": files, "text-file": textFile, "answer": answer, "ascii": ascii}
}

// TestGolden pins the bytes of each shape.
func TestGolden(t *testing.T) {
	for name, m := range shapes() {
		o, err := mailer.Render(m, desk)
		if err != nil {
			t.Fatal(err)
		}
		for range 20 {
			again, err := mailer.Render(m, desk)
			if err != nil || !bytes.Equal(o.Raw, again.Raw) {
				t.Fatalf("%s: rendered twice, the bytes differ (%v)", name, err)
			}
		}
		file := filepath.Join("testdata", name+".eml")
		if *update {
			if err := os.WriteFile(file, o.Raw, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(string(want), string(o.Raw)); d != "" {
			t.Errorf("%s (-want +got):\n%s", name, d)
		}
	}
}

// part is one leaf of a mail as another reader sees it.
type part struct{ Type, Name, Disposition, Body string }

// TestParsedBack reads each shape with the standard library and compares.
func TestParsedBack(t *testing.T) {
	for name, m := range shapes() {
		t.Run(name, func(t *testing.T) {
			o, err := mailer.Render(m, desk)
			if err != nil {
				t.Fatal(err)
			}
			checkBytes(t, o.Raw)
			msg, err := mail.ReadMessage(bytes.NewReader(o.Raw))
			if err != nil {
				t.Fatal(err)
			}
			checkHeader(t, m, o, msg.Header)
			var got []part
			walk(t, msg.Header, msg.Body, &got)
			crlf := func(s string) string { return strings.ReplaceAll(s, "\n", "\r\n") }
			want := []part{{"text/plain", "", "", crlf(m.Text)}}
			if m.HTML != "" {
				want = append(want, part{"text/html", "", "", crlf(m.HTML)})
			}
			for _, a := range m.Attachments {
				want = append(want, part{a.Type, a.Name, a.Name, string(a.Data)})
			}
			if d := cmp.Diff(want, got); d != "" {
				t.Errorf("parts (-want +got):\n%s", d)
			}
		})
	}
}

func checkHeader(t *testing.T, m ledger.Mail, o ledger.Outgoing, h mail.Header) {
	t.Helper()
	dec := new(mime.WordDecoder)
	subject, err := dec.DecodeHeader(h.Get("Subject"))
	if err != nil || subject != m.Subject {
		t.Errorf("subject %q, %v", subject, err)
	}
	var rcpt []string
	for _, f := range []string{"To", "Cc"} {
		if h.Get(f) == "" {
			continue
		}
		as, err := h.AddressList(f)
		if err != nil {
			t.Fatal(err)
		}
		for _, a := range as {
			rcpt = append(rcpt, a.Address)
		}
	}
	if d := cmp.Diff(append(rcpt, desk.Self), o.Recipients); d != "" {
		t.Errorf("recipients (-want +got):\n%s", d)
	}
	from, err := h.AddressList("From")
	if err != nil || len(from) != 1 || from[0].Address != o.From || from[0].Name != desk.From.Name {
		t.Errorf("from %v, %v", from, err)
	}
	auto := "auto-generated"
	if m.Answer {
		auto = "auto-replied"
		if h.Get("In-Reply-To") != "<1@126.com>" || h.Get("References") != "<0@126.com> <1@126.com>" {
			t.Errorf("thread: %q, %q", h.Get("In-Reply-To"), h.Get("References"))
		}
	}
	for f, want := range map[string]string{
		"Auto-Submitted": auto, "X-Auto-Response-Suppress": "All", "X-Loop": mailer.LoopToken,
		"Message-Id": o.MessageID, "X-Taizhang-Id": mailer.ID(m.Key), "Mime-Version": "1.0",
		"Date": "Mon, 23 May 2022 09:30:00 +0800", "Reply-To": "", "User-Agent": "", "X-Mailer": "", "Bcc": "",
	} {
		if got := h.Get(f); got != want || len(h[f]) > 1 {
			t.Errorf("%s: %q (%d), want %q", f, got, len(h[f]), want)
		}
	}
	if o.MessageID != "<"+mailer.ID(m.Key)+"@163.com>" || o.BodyDigest != ledger.BodyDigest(o.Raw) || len(o.BodyDigest) != 64 {
		t.Errorf("message ID %q, digest %q", o.MessageID, o.BodyDigest)
	}
}

func checkBytes(t *testing.T, raw []byte) {
	t.Helper()
	if err := mailer.CheckRaw(raw); err != nil {
		t.Error(err)
	}
	for line := range strings.SplitSeq(string(raw), "\r\n") {
		// A media type cannot be folded.
		if len(line) > 78 && !strings.HasPrefix(line, "Content-Type: application/") {
			t.Errorf("a line of %d bytes: %s", len(line), line)
		}
	}
}

func walk(t *testing.T, h map[string][]string, body io.Reader, out *[]part) {
	t.Helper()
	get := func(k string) string { return mail.Header(h).Get(k) }
	typ, params, err := mime.ParseMediaType(get("Content-Type"))
	if err != nil {
		t.Fatal(err)
	}
	if strings.HasPrefix(typ, "multipart/") {
		r := multipart.NewReader(body, params["boundary"])
		for {
			p, err := r.NextRawPart()
			if err == io.EOF {
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			walk(t, p.Header, p, out)
		}
	}
	if get("Content-Transfer-Encoding") != "base64" {
		t.Errorf("%s is %q", typ, get("Content-Transfer-Encoding"))
	}
	data, err := io.ReadAll(base64.NewDecoder(base64.StdEncoding, body))
	if err != nil {
		t.Fatal(err)
	}
	p := part{Type: typ, Body: string(data)}
	dec := new(mime.WordDecoder)
	p.Name, _ = dec.DecodeHeader(params["name"])
	if d := get("Content-Disposition"); d != "" {
		_, dp, err := mime.ParseMediaType(d)
		if err != nil {
			t.Fatal(err)
		}
		p.Disposition, _ = dec.DecodeHeader(dp["filename"])
	}
	*out = append(*out, p)
}

// TestInjection tries CR, LF, NUL and others in every field that comes from
// outside: the mail is refused, or the header holds nothing new.
func TestInjection(t *testing.T) {
	fields := map[string]func(m *ledger.Mail, o *mailer.RenderOptions, s string){
		"subject":         func(m *ledger.Mail, _ *mailer.RenderOptions, s string) { m.Subject += s },
		"to":              func(m *ledger.Mail, _ *mailer.RenderOptions, s string) { m.To[0].Addr += s },
		"to name":         func(m *ledger.Mail, _ *mailer.RenderOptions, s string) { m.To[0].Name += s },
		"cc":              func(m *ledger.Mail, _ *mailer.RenderOptions, s string) { m.Cc[0].Addr = s + m.Cc[0].Addr },
		"cc name":         func(m *ledger.Mail, _ *mailer.RenderOptions, s string) { m.Cc[0].Name = s },
		"from":            func(_ *ledger.Mail, o *mailer.RenderOptions, s string) { o.From.Addr += s },
		"from name":       func(_ *ledger.Mail, o *mailer.RenderOptions, s string) { o.From.Name += s },
		"self":            func(_ *ledger.Mail, o *mailer.RenderOptions, s string) { o.Self += s },
		"in reply to":     func(m *ledger.Mail, _ *mailer.RenderOptions, s string) { m.InReplyTo = "<a@b" + s + ">" },
		"references":      func(m *ledger.Mail, _ *mailer.RenderOptions, s string) { m.References = []string{"<a@b" + s + ">"} },
		"attachment":      func(m *ledger.Mail, _ *mailer.RenderOptions, s string) { m.Attachments[0].Name += s },
		"attachment type": func(m *ledger.Mail, _ *mailer.RenderOptions, s string) { m.Attachments[0].Type += s },
		"key":             func(m *ledger.Mail, _ *mailer.RenderOptions, s string) { m.Key += s },
		"text":            func(m *ledger.Mail, _ *mailer.RenderOptions, s string) { m.Text += s },
		"html":            func(m *ledger.Mail, _ *mailer.RenderOptions, s string) { m.HTML += s },
	}
	attacks := []string{
		"\r\nBcc: spy@evil.cn", "\nBcc: spy@evil.cn", "\rBcc: spy@evil.cn", "\x00", "\x7f", "\x85", "\u2028Bcc: x", "\xff",
		"\"; x=\"", "=?UTF-8?Q?=0D=0ABcc:_spy@evil.cn?=", "\r\n\r\n<script>", "\r\n.\r\nMAIL FROM:<x@y>",
	}
	clean, err := mailer.Render(shapes()["files"], desk)
	if err != nil {
		t.Fatal(err)
	}
	names := headerNames(t, clean.Raw)
	refused, passed := 0, 0
	for field, put := range fields {
		for _, s := range attacks {
			m, o := shapes()["files"], desk
			put(&m, &o, s)
			out, err := mailer.Render(m, o)
			if err != nil {
				refused++
				continue
			}
			passed++
			checkBytes(t, out.Raw)
			got := headerNames(t, out.Raw)
			delete(got, "In-Reply-To")
			delete(got, "References")
			if d := cmp.Diff(names, got); d != "" {
				t.Errorf("%s + %q changes the header:\n%s", field, s, d)
			}
			for _, r := range out.Recipients {
				if strings.Contains(r, "evil") {
					t.Errorf("%s + %q: recipient %q", field, s, r)
				}
			}
		}
	}
	t.Logf("%d refused, %d rendered without effect", refused, passed)
}

func headerNames(t *testing.T, raw []byte) map[string]int {
	t.Helper()
	msg, err := mail.ReadMessage(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]int{}
	for k, v := range msg.Header {
		out[k] = len(v)
	}
	return out
}

func TestRecipients(t *testing.T) {
	m := shapes()["text"]
	m.To = []ledger.Address{{Addr: "a@x.cn"}, {Addr: "B@x.cn"}, {Addr: "b@X.cn"}}
	m.Cc = []ledger.Address{{Addr: "a@x.cn"}, {Addr: "c@x.cn"}}
	o, err := mailer.Render(m, desk)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff([]string{"a@x.cn", "B@x.cn", "c@x.cn", "xcsrsj@163.com"}, o.Recipients); d != "" {
		t.Error(d)
	}
	m.To = append(m.To, ledger.Address{Addr: "XCSRSJ@163.com"})
	if o, err = mailer.Render(m, desk); err != nil || len(o.Recipients) != 4 || o.Recipients[2] != "XCSRSJ@163.com" {
		t.Errorf("with ourselves among them: %v, %v", o.Recipients, err)
	}
}

func TestRefusesToRender(t *testing.T) {
	for name, change := range map[string]func(m *ledger.Mail){
		"key":       func(m *ledger.Mail) { m.Key = "" },
		"date":      func(m *ledger.Mail) { m.Date = time.Time{} },
		"subject":   func(m *ledger.Mail) { m.Subject = " " },
		"recipient": func(m *ledger.Mail) { m.To = nil },
		"address":   func(m *ledger.Mail) { m.To[0].Addr = "王五@例子.中国" },
	} {
		m := shapes()["text"]
		change(&m)
		if _, err := mailer.Render(m, desk); err == nil {
			t.Errorf("no %s, and no error", name)
		}
	}
}

// FuzzHeader renders mails with fuzzed words and reads them back.
func FuzzHeader(f *testing.F) {
	for _, s := range []string{"【回执】禹州市", "a", "=?UTF-8?B?eA==?=", strings.Repeat("长", 300), "x\r\ny", " 空 格 ", "\U0001f600 …"} {
		f.Add(s, s)
	}
	f.Fuzz(func(t *testing.T, subject, name string) {
		m := shapes()["files"]
		m.Subject, m.Attachments[0].Name, m.To[0].Name = subject, name, name
		o, err := mailer.Render(m, desk)
		if err != nil {
			return
		}
		if err := mailer.CheckRaw(o.Raw); err != nil {
			t.Fatal(err)
		}
		msg, err := mail.ReadMessage(bytes.NewReader(o.Raw))
		if err != nil {
			t.Fatal(err)
		}
		got, err := new(mime.WordDecoder).DecodeHeader(msg.Header.Get("Subject"))
		if err != nil || strings.TrimSpace(got) != strings.TrimSpace(subject) {
			t.Fatalf("subject %q became %q, %v", subject, got, err)
		}
		if as, err := msg.Header.AddressList("To"); err != nil || len(as) != 1 {
			t.Fatal(fmt.Sprint(as), err)
		}
		var parts []part
		walk(t, msg.Header, msg.Body, &parts)
		if len(parts) != 4 || parts[2].Name != parts[2].Disposition {
			t.Fatalf("%d parts, names %q and %q", len(parts), parts[2].Name, parts[2].Disposition)
		}
	})
}
