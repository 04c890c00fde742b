package app_test

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"

	"taizhang/app"
	"taizhang/config"
	"taizhang/ingest/attach"
	"taizhang/internal/mailshapes"
	"taizhang/internal/samples"
	"taizhang/ledger"
)

// sampleBook is a workbook of the sample month's shape, without any finding.
func sampleBook(t *testing.T) []byte {
	t.Helper()
	raw, err := samples.Mailed{At: samples.Start, From: "a@b.example", Subject: "x", File: "a.xlsx", Unit: "禹州市", Month: "5月", Date: "2022年5月26日", Cells: [4]any{35, 120, 98, 76}}.Raw()
	if err != nil {
		t.Fatal(err)
	}
	m, err := attach.Parse(raw, attach.Limits{})
	if err != nil || len(m.Files) != 1 {
		t.Fatal(err)
	}
	return m.Files[0].Data
}

func builtin(t *testing.T) *config.Config {
	t.Helper()
	cfg, err := config.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	return cfg
}

// Every fault of form ends in the ledger as it was sent, or in one clear
// sentence to the county. None ends in half a ledger.
func TestMailShapes(t *testing.T) {
	cfg, book := builtin(t), sampleBook(t)
	for _, s := range mailshapes.Shapes("ledger.xlsx", book) {
		t.Run(s.Name, func(t *testing.T) {
			got, err := app.CheckFile(t.Context(), "m.eml", s.Raw, app.CheckOptions{Config: cfg})
			if err != nil {
				t.Fatal(err)
			}
			ledgers, said := 0, false
			for _, c := range got {
				if c.Kind == ledger.KindLedger {
					ledgers++
					if c.Verdict != ledger.Accepted || *c.Figures["pension"].Value != 120 {
						t.Errorf("%s %v", c.Verdict, c.Findings)
					}
				}
				for _, f := range c.Reading().Findings {
					said = said || string(f.Code) == s.Says && (s.Arg == "" || f.Args["limit"] == s.Arg || f.Args["reason"] == s.Arg || f.Args["kind"] == s.Arg)
				}
			}
			switch {
			case s.Says == "" && ledgers != 1:
				t.Errorf("%d ledgers, want one: %s", ledgers, saidAll(got))
			case s.Says != "" && (ledgers > 0 || !said):
				t.Errorf("%d ledgers; want %s %s, told: %s", ledgers, s.Says, s.Arg, saidAll(got))
			}
		})
	}
}

func saidAll(cs []app.Checked) string { return strings.Join(said(cs), " | ") }

// A large attachment that is only a link: the county is told its name, size and
// last day, whichever provider it is of. The webmail's style sheet is no link.
func TestCloudLinksAreTold(t *testing.T) {
	cfg := builtin(t)
	body := func(kind, s string) []byte {
		return fmt.Appendf(nil, "From: zs@163.com\r\nTo: tz@163.com\r\nSubject: =?utf-8?B?5Y+w6LSm?=\r\nMIME-Version: 1.0\r\nContent-Type: text/%s; charset=utf-8\r\n\r\n%s\r\n", kind, s)
	}
	const told = " none F04 台账是以超大附件（网盘）链接发送的："
	for _, tt := range []struct{ name, kind, body, want string }{
		{"163", "html", `<b>从网易163邮箱发来的超大附件</b><a class="bigattach-mailmaster-download" href="http://u.163.com/x">推荐客户端极速下载</a><a href="https://mail.163.com/large-attachment-download/index.html?file=K">5月台账.xlsx</a><span> (80.96M, 2026年8月17日 0:49 到期)</span><a href="https://mail.163.com/large-attachment-download/index.html?file=K">下载</a>`, "5月台账.xlsx:" + told + "5月台账.xlsx，大小80.96M，2026年8月17日 0:49"},
		{"163, older", "html", `<a href="https://mail.163.com/large-attachment-download/index.html?p=K">5月台账.xlsx</a><span> (1.2M, 2026年8月17日 0:49 到期)</span>`, "5月台账.xlsx:" + told + "5月台账.xlsx，大小1.2M，2026年8月17日 0:49"},
		{"163's client", "html", `<a href="https://dashi.163.com/html/cloud-attachment-download?key=k">5月台账.xls</a>`, "5月台账.xls:" + told + "5月台账.xls。"},
		{"163 for companies", "html", `<a href="https://edisk.qiye.163.com/api/biz/attachment/download?identity=x">5月台账.xls</a>`, "5月台账.xls:" + told + "5月台账.xls。"},
		{"QQ", "plain", "从QQ邮箱发来的超大附件\n\n5月台账.xlsx (128.03M, 2020年11月27日 21:59 到期)进入下载页面：http://mail.qq.com/cgi-bin/ftnExs_download?t=exs_ftn_download&k=ab&code=12", "5月台账.xlsx:" + told + "5月台账.xlsx，大小128.03M，2020年11月27日 21:59"},
		{"QQ for companies", "plain", "从腾讯企业邮箱发来的超大附件\n\n5月台账.xlsx (28.03M, 2020年11月27日 21:59 到期)进入下载页面：http://exmail.qq.com/cgi-bin/ftnExs_download?t=exs_ftn_download&k=ab&code=12", "5月台账.xlsx:" + told + "5月台账.xlsx，大小28.03M，2020年11月27日 21:59"},
		{"QQ, new", "html", `<a href="https://wx.mail.qq.com/ftn/download?func=3&key=k&code=c">5月台账.xls</a>`, "5月台账.xls:" + told + "5月台账.xls。"},
		{"QQ, new, abroad", "html", `<a href="https://iwx.mail.qq.com/ftn/download?func=3&key=k&code=c">5月台账.xls</a>`, "5月台账.xls:" + told + "5月台账.xls。"},
		{"Sina", "html", `<a href="https://mail.sina.com.cn/filecenter/download.php?id=1">5月台账.xls</a>`, "5月台账.xls:" + told + "5月台账.xls。"},
		{"189", "html", `<a href="https://download.cloud.189.cn/file/downloadFile.action?dt=1">5月台账.xls</a>`, "5月台账.xls:" + told + "5月台账.xls。"},
		{"the webmail's style sheet alone", "html", `<style>#divNeteaseBigAttach, #divNeteaseBigAttach_bak{display:none;}</style><p>5月台账</p>`, ": none F07"},
		{"a share of a network disk", "plain", "台账见 https://pan.baidu.com/s/1abc 提取码 1234", ": none F07"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := app.CheckFile(t.Context(), "m.eml", body(tt.kind, tt.body), app.CheckOptions{Config: cfg})
			if err != nil {
				t.Fatal(err)
			}
			if s := saidAll(got); len(got) != 1 || !strings.HasPrefix(s, tt.want) {
				t.Errorf("told %s, want %s…", s, tt.want)
			}
		})
	}
}

// A ledger whose base64 or whose mail was cut is never taken in silence. Where a
// cut leaves no trace in the mail (between two groups of base64, everything
// around it whole) the file itself must show it; a .csv or HTML table cannot when
// the cut falls behind its last figure's row.
func TestACutLedgerIsNeverHalfRead(t *testing.T) {
	cfg := builtin(t)
	files := map[string][]byte{"a.xlsx": sampleBook(t), "a.csv": testdata(t, "ledger.csv"), "a.html": testdata(t, "ledger.html")}
	for _, k := range []string{"xls", "docx", "ods"} {
		files["a."+k] = testdata(t, "ledger."+k)
	}
	for name, file := range files {
		whole, err := app.CheckFile(t.Context(), "m.eml", letterWith(name, mailshapes.Base64(file), true), app.CheckOptions{Config: cfg})
		if err != nil || len(whole) != 1 || whole[0].Kind != ledger.KindLedger {
			t.Fatalf("%s: %s, %v", name, saidAll(whole), err)
		}
		e := mailshapes.Base64(file)
		cuts, silent := 0, 0
		for n := 1; n < len(e); n += max(3, len(e)/40|1) {
			for _, closed := range []bool{true, false} {
				got, err := app.CheckFile(t.Context(), "m.eml", letterWith(name, e[:n], closed), app.CheckOptions{Config: cfg})
				if err != nil {
					t.Fatal(err)
				}
				cuts++
				if slices.ContainsFunc(got, func(c app.Checked) bool {
					return c.Kind == ledger.KindLedger && !held(c) && facts(c) != facts(whole[0])
				}) {
					silent++
					traceless := closed && len(strings.ReplaceAll(e[:n], "\r\n", ""))%4 == 0 && (name == "a.csv" || name == "a.html")
					if !traceless {
						t.Errorf("%s cut at %d of %d, closed %v: %s", name, n, len(e), closed, saidAll(got))
					}
				}
			}
		}
		t.Logf("%s: %d cuts, %d that lost words without a trace in the mail and are not held", name, cuts, silent)
	}
}

// facts are all that a ledger says.
func facts(c app.Checked) string {
	r := c.Reading()
	return fmt.Sprint(r.Figures, r.Task, r.Measures, r.Officer, r.Liaison, r.FilledOn)
}

// held reports whether the reading gives no figures without somebody's word.
func held(c app.Checked) bool {
	return c.Verdict == ledger.Held || c.Verdict == ledger.Returned
}

func letterWith(name, encoded string, closed bool) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "From: zs@163.com\r\nTo: tz@163.com\r\nSubject: x\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b1\r\n\r\n--b1\r\nContent-Type: application/octet-stream; name=%q\r\nContent-Transfer-Encoding: base64\r\n\r\n%s", name, encoded)
	if closed {
		b.WriteString("\r\n--b1--\r\n")
	}
	return b.Bytes()
}
