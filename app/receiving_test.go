package app_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"taizhang/app"
	"taizhang/ingest"
	"taizhang/internal/samples"
	"taizhang/ledger"
)

// The rows of the fault catalogue about receiving of which somebody must be
// told, each by its number, in the whole program. What the poller itself does is
// tested beside it.

// noLargeMail is the part of a test's mailbox that has no mail above the limit.
type noLargeMail struct{}

func (noLargeMail) FetchHeader(context.Context, string, ingest.Item, io.Writer) error {
	return errors.New("no mail here is above the limit")
}

var tuesday = on(samples.Period, 24, 10)

// csvOf is a ledger of the unit, as text.
func csvOf(unit, pension string) enclosed {
	f := stated{firms: "12", pension: pension, injury: "31", unemployment: "22", words: "走访企业。"}
	return enclosed{"台账.csv", page(place{unit, samples.Period}, f, tuesday)}
}

// duty returns the text of the 【值班】 of a day, "" when there is none.
func (o *bureau) duty(day time.Time) string {
	o.t.Helper()
	key := "duty/" + day.Format(time.DateOnly)
	if _, ok := o.state().Outbox[key]; !ok {
		return ""
	}
	return mailText(o.t, o.app, key)
}

// later has a day go by and returns the text of its 【值班】.
func (o *bureau) later() string {
	o.t.Helper()
	o.step(tuesday.AddDate(0, 0, 1))
	return o.duty(tuesday.AddDate(0, 0, 1))
}

func wants(t *testing.T, text string, parts ...string) {
	t.Helper()
	for _, p := range parts {
		if !strings.Contains(text, p) {
			t.Errorf("%q is not said in:\n%s", p, text)
		}
	}
}

// Fault 17: a mail above the limit. Its sender is told by its header alone, a
// stranger is not, and the desk hears of both.
func TestLargeMailIsTold(t *testing.T) {
	o := newBureau(t, t.TempDir())
	defer o.end()
	o.cfg.Limits.Message = 20_000
	o.app.Wire(o.box, o.box)
	load := enclosed{"照片.zip", bytes.Repeat([]byte("x"), 30_000)}
	known := letter(tuesday.Add(-time.Hour), counties["禹州市"], "pass", "照片和台账", "见附件。", load, csvOf("禹州市", "40"))
	o.box.folders["INBOX"] = [][]byte{
		known, letter(tuesday.Add(-time.Minute), "stranger@qq.example", "pass", "录像", "见附件。", load),
		letter(tuesday, counties["建安区"], "pass", "台账", "见附件。", csvOf("建安区", "41")),
	}
	o.step(tuesday)
	var told []ledger.Outgoing
	st := o.state()
	for _, out := range st.Outbox {
		if out.Kind == ledger.MailUnreadable {
			told = append(told, *out)
		}
	}
	if len(told) != 1 || told[0].Recipients[0] != counties["禹州市"] || told[0].Unit != "禹州市" {
		t.Fatalf("told: %+v", told)
	}
	wants(t, mailText(t, o.app, told[0].Key), "文件过大", "80 MB")
	if len(st.Undecided) > 0 || st.Book(samples.Period).Standing(o.app.Campaign().Schedule, "建安区", tuesday).InForce == nil {
		t.Errorf("the mail behind them is read: %+v", st.Undecided)
	}
	wants(t, o.duty(tuesday), counties["禹州市"]+"的来信", "照片和台账", "已请对方减小附件后重新报送", "stranger@qq.example的来信", "未答复对方")
	if strings.Contains(o.later(), "照片和台账") {
		t.Error("told twice")
	}
}

// Fault 13: a county's ledger in the junk folder is taken as any other, and the
// desk is asked to put its sender on the white list.
func TestLedgerInJunkIsTold(t *testing.T) {
	o := newBureau(t, t.TempDir())
	defer o.end()
	o.box.folders["垃圾邮件"] = [][]byte{
		letter(tuesday, counties["禹州市"], "pass", "五月台账", "见附件。", csvOf("禹州市", "40")), letter(tuesday, "shop@ads.example", "pass", "大促", "五折。"),
	}
	o.step(tuesday)
	if o.state().Book(samples.Period).Standing(o.app.Campaign().Schedule, "禹州市", tuesday).InForce == nil {
		t.Error("it is not taken")
	}
	text := o.duty(tuesday)
	wants(t, text, counties["禹州市"]+"的来信", "五月台账", "“垃圾邮件”，已照常登记", "白名单")
	if strings.Contains(text, "大促") {
		t.Error("other junk is nobody's matter")
	}
}

// Fault 4: an outage of more than a day. The desk is told while it lasts, since
// mail can be sent, and from when to when once it is over.
func TestOutageIsToldToTheDesk(t *testing.T) {
	o := newBureau(t, t.TempDir())
	defer o.end()
	o.step(tuesday.AddDate(0, 0, -2))
	o.box.down = true
	for _, at := range []time.Time{tuesday.Add(-26 * time.Hour), tuesday} {
		if r, err := o.app.Step(t.Context(), at); err != nil || r.PollErr == nil {
			t.Fatalf("%v, %v", r.PollErr, err)
		}
	}
	wants(t, o.duty(tuesday), "邮箱自2022年5月23日", "无法读取")
	o.box.down = false
	wants(t, o.later(), "2022年5月23日", "邮箱无法读取。其间的来信已补收")
}

// Fault 15: the mailbox is nearly full, and the desk hears of it as long as it is.
// Fault 22: our own mail comes back before it was sent, by the server's clock.
func TestQuotaAndClocksAreTold(t *testing.T) {
	o := newBureau(t, t.TempDir())
	defer o.end()
	o.app.Wire(o.box, o.box)
	o.app.Fill(ledger.Quota{Used: 95, Limit: 100})
	o.box.folders["INBOX"] = [][]byte{letter(tuesday, counties["禹州市"], "pass", "台账", "见附件。", csvOf("禹州市", "40"))}
	o.step(tuesday)
	key := ""
	for k := range o.box.sent {
		key = k
	}
	out, ok, err := o.app.Outgoing(t.Context(), key)
	if err != nil || !ok {
		t.Fatalf("nothing was sent: %v", err)
	}
	head := fmt.Appendf(nil, "Received: by mx19 (Coremail) with SMTP id 1;\r\n\t%s (CST)\r\n", tuesday.Add(-3*time.Hour).Format(time.RFC1123Z))
	o.box.folders["INBOX"] = append(o.box.folders["INBOX"], append(head, out.Raw...))
	o.step(tuesday.Add(time.Minute))
	if by := o.state().Poll.Clock.Ahead; by != -3*time.Hour {
		t.Errorf("clocks: %s", by)
	}
	wants(t, o.later(), "邮箱容量已用95%", "本机时钟比邮箱服务商快3小时")
	for used, want := range map[int64]int64{89: 0, 90: 90, 95: 95} {
		o.app.Fill(ledger.Quota{Used: used, Limit: 100})
		o.step(tuesday.AddDate(0, 0, 2).Add(time.Duration(used) * time.Minute))
		if s, err := o.app.Status(t.Context(), ledger.Period{}, tuesday); err != nil || s.Full != want {
			t.Errorf("%d per cent: status says %d, %v", used, s.Full, err)
		}
	}
}

// Fault 22: neither the sender's Date nor our clock decides when a mail arrived.
func TestDateDecidesNothing(t *testing.T) {
	o := newBureau(t, t.TempDir())
	defer o.end()
	for i, date := range []string{"Mon, 02 May 2022 08:00:00 +0800", "Fri, 01 Jan 2038 00:00:00 +0000", "yesterday"} {
		arrived := on(samples.Period.Next(), 2, 9+i) // late
		raw := letter(arrived, counties["禹州市"], "pass", "5月台账", "见附件。", csvOf("禹州市", fmt.Sprint(40+i)))
		raw = bytes.Replace(raw, []byte("Date: "+arrived.Format(time.RFC1123Z)), []byte("Date: "+date), 1)
		o.box.folders["INBOX"] = append(o.box.folders["INBOX"], raw)
	}
	now := on(samples.Period.Next(), 2, 20)
	o.step(now)
	s := o.state().Book(samples.Period).Standing(o.app.Campaign().Schedule, "禹州市", now)
	if !s.Attempt.Equal(on(samples.Period.Next(), 2, 9)) || s.Punctuality != ledger.PunctualAfter || s.InForce == nil || s.InForce.Version != 3 {
		t.Errorf("got %+v", s)
	}
}

// dying is a reader that any file kills.
func dying(o *bureau) {
	o.t.Helper()
	if err := o.app.Close(); err != nil {
		o.t.Fatal(err)
	}
	a, err := app.New(o.t.Context(), app.Options{Config: o.cfg, Log: slog.New(slog.DiscardHandler), Version: "test", Offline: true, Played: true,
		ReaderCommand: append(readerCommand(o.t), "dying")})
	if err != nil {
		o.t.Fatal(err)
	}
	a.Wire(o.box, o.box)
	o.app = a
}

// Faults 60, 78 and 79: a file that kills its readers, and a mail of which parts
// are beyond the limits. A known sender is answered, a stranger is not, and the
// desk hears of each once, without a word of what is in it.
func TestWhatIsBeyondTheLimitsIsTold(t *testing.T) {
	o := newBureau(t, t.TempDir())
	defer o.end()
	dying(o)
	parts := fmt.Appendf(nil, "Received: by mx19 (Coremail) id 1;\r\n\t%s\r\nFrom: zs@163.com\r\nSubject: x\r\nContent-Type: multipart/mixed; boundary=b1\r\n\r\n%s--b1--\r\n",
		tuesday.Format(time.RFC1123Z), strings.Repeat("--b1\r\n\r\nx\r\n", 300))
	o.box.folders["INBOX"] = [][]byte{
		letter(begun.AddDate(0, 0, -3), counties["襄城县"], "pass", "四月的信", "见附件。", csvOf("襄城县", "40")), // before the first start
		letter(tuesday.Add(-2*time.Hour), counties["禹州市"], "pass", "五月台账", "见附件。", csvOf("禹州市", "40771")),
		letter(tuesday.Add(-time.Hour), "stranger@qq.example", "pass", "照片", "见附件。", csvOf("禹州市", "40772")),
		parts,
	}
	o.step(tuesday)
	st := o.state()
	var told []string
	for _, out := range st.Outbox {
		if out.Kind == ledger.MailUnreadable {
			told = append(told, out.Recipients[0])
		}
	}
	if !slices.Equal(told, []string{counties["禹州市"]}) {
		t.Errorf("answered: %v", told)
	}
	if len(st.Undecided) > 0 {
		t.Errorf("undecided: %+v", st.Undecided)
	}
	text := o.duty(tuesday)
	wants(t, text, counties["禹州市"]+"的来信", "五月台账", "已答复对方", "stranger@qq.example的来信", "照片", "zs@163.com的来信", "超出读取限度", "taizhang explain ")
	if n := strings.Count(text, "超出读取限度"); n != 3 {
		t.Errorf("told %d times:\n%s", n, text)
	}
	for _, secret := range []string{"四月的信", "40771", "40772"} {
		if strings.Contains(text, secret) {
			t.Errorf("%q stands in:\n%s", secret, text)
		}
	}
	for _, n := range st.Notices { // as it is printed
		if _, err := o.app.Explain(t.Context(), tuesday, app.ExplainRequest{Mail: n.Mail[:10]}); err != nil || !strings.Contains(text, "taizhang explain "+n.Mail[:10]) {
			t.Errorf("explain %.10s: %v", n.Mail, err)
		}
	}
	if text := o.later(); strings.Contains(text, "超出读取限度") {
		t.Errorf("told twice:\n%s", text)
	}
}

// Fault 64: an address that nobody knows speaks of a ledger, and what it sent
// cannot be read: a clerk at home, with a locked workbook. Nobody outside is
// answered, and the desk hears of it once.
func TestAStrangerWithoutALedgerIsTold(t *testing.T) {
	o := newBureau(t, t.TempDir())
	defer o.end()
	o.box.folders["INBOX"] = [][]byte{
		letter(tuesday.Add(-time.Hour), "home@qq.example", "pass", "我县五月台账", "密码另发。", enclosed{"台账.zip", encryptedZip()}),
		letter(tuesday.Add(-time.Hour), "stranger@ads.example", "pass", "大促", "五折。"), // speaks of none
		letter(begun.AddDate(0, 0, -3), "early@qq.example", "pass", "四月台账", "见附件。"),  // before the first start
	}
	o.box.folders["垃圾邮件"] = [][]byte{letter(tuesday, "spam@qq.example", "", "台账忘了附上", "再发。")}
	o.step(tuesday)
	for key, out := range o.state().Outbox {
		if out.Kind == ledger.MailUnreadable || slices.Contains(out.Recipients, "home@qq.example") {
			t.Errorf("answered: %s", key)
		}
	}
	text := o.duty(tuesday)
	wants(t, text, "home@qq.example的来信", "我县五月台账", "spam@qq.example的来信", "“垃圾邮件”", "发件地址未登记", "taizhang explain ")
	for _, other := range []string{"大促", "四月台账"} {
		if strings.Contains(text, other) {
			t.Errorf("%s stands in:\n%s", other, text)
		}
	}
	if text := o.later(); strings.Contains(text, "home@qq.example") {
		t.Errorf("told twice:\n%s", text)
	}
}
