package main

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"taizhang/app"
	"taizhang/ingest/mailbox"
)

// Every kind of trouble with the mailbox has a sentence with its own remedy, and
// ends with 1 where a command needs the mailbox. What is not of its kind has none.
func TestEveryMailboxTroubleHasItsSentence(t *testing.T) {
	said := map[string]mailbox.Kind{}
	for _, tt := range []struct {
		kind mailbox.Kind
		want []string // what is wrong, and what to do
	}{
		{mailbox.KindLogin, []string{"不接受登录", "核对邮箱地址和授权码", "IMAP/SMTP"}},
		{mailbox.KindUnsafe, []string{"Unsafe Login", "登录网页邮箱"}},
		{mailbox.KindDNS, []string{"找不到邮件服务器", "主机名", "DNS"}},
		{mailbox.KindRefused, []string{"连不上邮件服务器", "端口", "防火墙"}},
		{mailbox.KindTLS, []string{"证书不能验证", "主机名和本机时间", "ca_file"}},
		{mailbox.KindTimeout, []string{"没有应答", "检查网络", "自动重试"}},
		{mailbox.KindLost, []string{"暂时无法读取", "自动重试", "the connection to the mail server was lost"}},
		{mailbox.KindProtocol, []string{"暂时无法读取", "自动重试", "the mail server's answer cannot be used"}},
		{mailbox.KindFolder, []string{"暂时无法读取", "自动重试", "the mail server does not open the folder"}},
		{mailbox.KindMissing, []string{"暂时无法读取", "自动重试", "the mail server did not return the message"}},
	} {
		err := fmt.Errorf("list folders: %w", &mailbox.Error{Kind: tt.kind, Op: "login", Err: errors.New("a test")})
		text := troubleText(err)
		for _, part := range tt.want {
			if !strings.Contains(text, part) {
				t.Errorf("kind %d: %q is not said in: %s", tt.kind, part, text)
			}
		}
		if other, twice := said[text]; twice {
			t.Errorf("kinds %d and %d have one sentence: %s", other, tt.kind, text)
		}
		said[text] = tt.kind
		if e := explain(err); e.code != exitPerson || e.text != text {
			t.Errorf("kind %d ends with %d: %s", tt.kind, e.code, e.text)
		}
	}
	secret := &mailbox.Error{Kind: mailbox.KindSecret, Op: "login", Err: errors.New("a test")}
	if s := mailboxText(secret); s != "" {
		t.Errorf("a code that cannot be read is no trouble with the server: %s", s)
	}
}

// A store that cannot be used any more ends the program with 3, and says what to
// do.
func TestStoreTroubleEndsWith3(t *testing.T) {
	for _, tt := range []struct {
		err  error
		want string
	}{
		{app.ErrPoisoned, "写入与否不明，已停止，不再发信"},
		{app.ErrDamaged, "有损坏，已停止"},
		{app.ErrNewer, "由更新版本的程序写成"},
		{app.ErrLocked, "正在使用这个数据目录"},
		{syscall.EIO, "数据目录不能使用"},
		{syscall.EROFS, "数据目录不能使用"},
		{syscall.ENOSPC, "数据目录不能使用"},
		{fs.ErrPermission, "数据目录不能使用"},
	} {
		e := explain(fmt.Errorf("commit: %w", errors.Join(tt.err, errors.New("close store"))))
		if e.code != 3 || !strings.Contains(e.text, tt.want) {
			t.Errorf("%v ends with %d: %s", tt.err, e.code, e.text)
		}
	}
}

// What keeps mail from coming or going is told in the office's words, and
// nothing is told where nothing does.
func TestTroublesOfStatus(t *testing.T) {
	day := func(s string) time.Time {
		at, err := time.ParseInLocation("2006-01-02 15:04", "2022-"+s, shanghai())
		if err != nil {
			t.Fatal(err)
		}
		return at
	}
	lines := func(s app.Status) (out []string) {
		var b strings.Builder
		troubles(&b, &s, func(at time.Time) string { return at.In(shanghai()).Format("01-02 15:04") })
		for line := range strings.Lines(b.String()) {
			out = append(out, strings.TrimSuffix(line, "\n"))
		}
		return out
	}
	if got := lines(app.Status{Waiting: 3}); got != nil {
		t.Errorf("no trouble is told as %q", got)
	}
	got := lines(app.Status{
		NoAddress: []string{"鄢陵县", "禹州市"}, Failing: day("05-20 08:00"), Full: 91, PutOff: 12, PutOffTo: day("05-28 00:10"), Pause: "535 Error",
		Bounced: []app.BouncedStatus{{Unit: "长葛市", Addr: "a@b.example", At: day("05-21 09:30")}},
	})
	want := []string{
		"没有登记地址的单位：鄢陵县、禹州市（用 taizhang desk address 登记）",
		"长葛市的邮箱 a@b.example 退信（05-21 09:30）：请联系该单位核实，用 taizhang desk address 登记新地址。",
		"邮箱自 05-20 08:00 起无法读取",
		"邮箱容量已用 91%，用满后收不到来信：请清理或扩容；本系统不删除任何邮件。",
		"受每日发信数限制，有 12 封推迟至 05-28 00:10 起发出。",
		"发信已暂停，邮件服务器答复：535 Error",
		"处理后重新启动 taizhang serve 即恢复发信。",
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("-want +got:\n%s", d)
	}
}
