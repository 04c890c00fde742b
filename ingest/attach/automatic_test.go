package attach_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"taizhang/ingest/attach"
)

// TestAutomatic has a case for every rule. It is long because it is a table.
func TestAutomatic(t *testing.T) {
	tests := []struct {
		name, header string
		want         attach.AutoKind // "" for a person's mail
	}{
		{"person", "Subject: 禹州市5月台账", ""},
		{"auto-submitted no", "Auto-Submitted: no", ""},
		{"auto-replied", "Auto-Submitted: auto-replied (vacation)", attach.AutoReply},
		{"auto-replied with parameter", "Auto-Submitted: auto-replied; owner-email=x", attach.AutoReply},
		{"auto-generated", "Auto-Submitted: auto-generated", attach.AutoMachine},
		{"null return path", "Return-Path: <>", attach.AutoMachine},
		{"precedence bulk", "Precedence: bulk", attach.AutoList},
		{"precedence list", "Precedence: list", attach.AutoList},
		{"precedence junk", "Precedence: Junk", attach.AutoList},
		{"precedence auto_reply", "Precedence: auto_reply", attach.AutoReply},
		{"list-id", "List-Id: <a.b>", attach.AutoList},
		{"list-unsubscribe", "List-Unsubscribe: <mailto:x@y.cn>", attach.AutoList},
		{"mailing-list", "Mailing-List: contact x", attach.AutoList},
		{"suppress all", "X-Auto-Response-Suppress: All", attach.AutoMachine},
		{"suppress oof", "X-Auto-Response-Suppress: DR, OOF, RN", attach.AutoMachine},
		{"suppress only receipts", "X-Auto-Response-Suppress: DR, RN", ""},
		{"x-autoreply", "X-Autoreply: yes", attach.AutoReply},
		{"x-autorespond", "X-Autorespond: x", attach.AutoReply},
		{"x-autoresponder", "X-Autoresponder: x", attach.AutoReply},
		{"x-loop", "X-Loop: x", attach.AutoMachine},
		{"mailer-daemon", "From: MAILER-DAEMON@163.com", attach.AutoBounce},
		{"postmaster", "From: PostMaster@qq.com", attach.AutoMachine},
		{"noreply", "From: noreply@x.cn", attach.AutoMachine},
		{"no-reply", "From: no-reply@x.cn", attach.AutoMachine},
		{"donotreply", "From: do_not_reply@x.cn", attach.AutoMachine},
		{"bounce address", "From: bounces+12=a.cn@x.cn", attach.AutoMachine},
		{"system", "From: system@x.cn", attach.AutoMachine},
		{"name contains system", "From: systematic@x.cn", ""},
		{"自动回复", "Subject: 自动回复：【请报送】", attach.AutoReply},
		{"自动回复 in brackets", "Subject: [自动回复] x", attach.AutoReply},
		{"自动答复", "Subject: 自动答复: x", attach.AutoReply},
		{"自动回覆", "Subject: 自动回覆: x", attach.AutoReply},
		{"encoded", "Subject: " + word("gbk", gbk(t, "自动回复:x")), attach.AutoReply},
		{"autoreply", "Subject: AutoReply: x", attach.AutoReply},
		{"auto:", "Subject: Auto: x", attach.AutoReply},
		{"automatic reply", "Subject: Automatic reply: x", attach.AutoReply},
		{"out of office", "Subject: Out of Office: x", attach.AutoReply},
		{"away with short body", "Subject: 我正在休假", attach.AutoReply},
		{"reply to an automatic mail", "Subject: 回复：自动回复", ""},
		{"系统退信", "Subject: 系统退信", attach.AutoBounce},
		{"系统退信 english", "Subject: 系统退信/The email is returned", attach.AutoBounce},
		{"来自…的退信", "Subject: 来自qq.com的退信", attach.AutoBounce},
		{"退信 from postmaster", "From: PostMaster@qq.com\r\nSubject: 邮件退信提醒", attach.AutoBounce},
		{"undelivered", "Subject: Undelivered Mail Returned to Sender", attach.AutoBounce},
		{"dsn", "Subject: Delivery Status Notification (Failure)", attach.AutoBounce},
		{"returned mail", "Subject: Returned mail: see transcript", attach.AutoBounce},
		{"failure notice", "Subject: failure notice", attach.AutoBounce},
		{"已读", "Subject: 已读：【催报】", attach.AutoReceipt},
		{"read", "Subject: Read: x", attach.AutoReceipt},
		{"回执", "Subject: 回执", attach.AutoReceipt},
		{"our own receipt answered", "Subject: 回复：【回执】禹州市", ""},
		{"读 in a subject", "Subject: Ready for review", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			h := tt.header
			if !strings.HasPrefix(h, "From:") {
				h = "From: zs@163.com\r\n" + h
			}
			a, ok := parse(t, h+"\r\n\r\nbody\r\n").Automatic()
			if ok != (tt.want != "") || tt.want != "" && tt.want != a.Kind {
				t.Errorf("Automatic = %+v, %v; want %q", a, ok, tt.want)
			}
			if ok && a.Reason == "" {
				t.Error("no reason")
			}
		})
	}
	// A trip in the subject of a mail that carries a ledger is no absence note.
	if a, ok := parse(t, "Subject: 出差前报送\r\n"+mixed("b", textPart, xlsPart())).Automatic(); ok {
		t.Errorf("mail with a file: %+v", a)
	}
}

const dsn = `Return-Path: <>
From: Mail Delivery Subsystem <MAILER-DAEMON@x.cn>
To: desk@163.com
Subject: Delivery Status Notification (Failure)
Message-ID: <own@x.cn>
Content-Type: multipart/report; report-type=delivery-status; boundary=b

--b
Content-Type: text/plain

failed
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; x.cn

Final-Recipient: rfc822; YZ@gov.cn
Action: failed
Status: 5.1.1 (bad mailbox)
Diagnostic-Code: smtp; 550 5.1.1 no such user

Final-Recipient: rfc822; other@gov.cn
Action: delayed
Status: 4.4.1

--b
Content-Type: message/rfc822

From: desk@163.com
To: yz@gov.cn
Message-ID: <remind-1@taizhang>
Subject: x
Content-Type: multipart/mixed; boundary=c

--c
Content-Type: text/plain

hello
--c
Content-Type: application/octet-stream; name=form.xlsx

data
--c--
--b--
`

func TestBounces(t *testing.T) {
	gbHTML := "From: postmaster@163.com\r\nTo: desk@163.com\r\nSubject: " + word("gb2312", gbk(t, "系统退信")) +
		"\r\nMessage-ID: <5167AD70.AC0F83.19561@163smtp10>\r\nContent-Type: text/html; charset=gb2312\r\n\r\n" +
		gbk(t, "<html><p>抱歉，您的邮件被退回来了</p><table><tr><td>收件人</td><td>yz@gov.cn</td></tr><tr><td>退信原因</td><td>SMTP error, RCPT TO: 550 MI:STC user@x</td></tr><tr><td>Message-ID:</td><td>&lt;remind-1@taizhang&gt;</td></tr></table>")
	headersOnly := strings.Replace(strings.Replace(dsn, "Content-Type: message/rfc822", "Content-Type: text/rfc822-headers", 1), "Content-Type: multipart/mixed; boundary=c\n\n--c", "X: y", 1)
	tests := []struct {
		name, raw string
		ids       []string
		failed    []attach.FailedRecipient
	}{
		{"dsn", dsn, []string{"<remind-1@taizhang>"}, []attach.FailedRecipient{
			{Addr: "yz@gov.cn", Action: "failed", Status: "5.1.1", Diagnostic: "smtp; 550 5.1.1 no such user"},
			{Addr: "other@gov.cn", Action: "delayed", Status: "4.4.1"},
		}},
		{"dsn with headers only", headersOnly, []string{"<remind-1@taizhang>"}, []attach.FailedRecipient{
			{Addr: "yz@gov.cn", Action: "failed", Status: "5.1.1", Diagnostic: "smtp; 550 5.1.1 no such user"},
			{Addr: "other@gov.cn", Action: "delayed", Status: "4.4.1"},
		}},
		{"netease html", gbHTML, []string{"<remind-1@taizhang>"}, []attach.FailedRecipient{
			{Addr: "yz@gov.cn", Action: "failed", Status: "MI:STC", Diagnostic: "退信原因SMTP error, RCPT TO: 550 MI:STC user@x"},
		}},
		{"qq plain", "From: PostMaster@qq.com\r\nTo: desk@163.com\r\nSubject: " + word("utf-8", "来自qq.com的退信") + "\r\nReferences: <remind-1@taizhang>\r\n\r\n<yz@qq.com>: host mx.qq.com said: 550 Mailbox not found\r\n",
			[]string{"<remind-1@taizhang>"}, []attach.FailedRecipient{{Addr: "yz@qq.com", Action: "failed", Status: "550", Diagnostic: "<yz@qq.com>: host mx.qq.com said: 550 Mailbox not found"}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			m := parse(t, tt.raw)
			b := m.Bounce()
			if b == nil {
				t.Fatal("no bounce")
			}
			if d := cmp.Diff(tt.ids, b.MessageIDs); d != "" {
				t.Errorf("ids -want +got:\n%s", d)
			}
			for i := range b.Failed {
				b.Failed[i].Diagnostic = strings.Replace(b.Failed[i].Diagnostic, " SMTP error", "SMTP error", 1)
			}
			if d := cmp.Diff(tt.failed, b.Failed); d != "" {
				t.Errorf("failed -want +got:\n%s", d)
			}
			for _, f := range m.Files {
				if !f.Returned {
					t.Errorf("file %s of the returned mail is not marked", f.Path)
				}
			}
		})
	}
	if b := parse(t, "From: a@b.cn\r\nSubject: 禹州市台账\r\n\r\n550 人\r\n").Bounce(); b != nil {
		t.Errorf("a person's mail is no bounce: %+v", b)
	}
	receipt := strings.NewReplacer("delivery-status", "disposition-notification", "Delivery Status Notification (Failure)", "x").Replace(dsn)
	if a, _ := parse(t, receipt).Automatic(); a.Kind != attach.AutoReceipt {
		t.Errorf("read receipt: %+v", a)
	}
}
