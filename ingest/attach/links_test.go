package attach_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"taizhang/ingest/attach"
)

// neteaseHTML has the shape of a mail with a large attachment from 163's
// webmail: an advert link, then each file with two links to one address.
const neteaseHTML = `<div id="divNeteaseBigAttach"><b>从网易163邮箱发来的超大附件</b>
<a class="bigattach-mailmaster-download" href="http://u.163.com/abc">推荐客户端极速下载</a>
<div><a href="https://mail.163.com/large-attachment-download/index.html?file=K1">5月台账.xlsx</a><span> (80.96M, 2026年8月17日 0:49 到期)</span>
<a href="https://mail.163.com/large-attachment-download/index.html?file=K1">下载</a></div>
<div><a href="https://mail.163.com/large-attachment-download/index.html?p=K2">照片.zip</a><span> (1.2G, 2026年8月18日 10:05 到期)</span>
<a href="https://mail.163.com/large-attachment-download/index.html?p=K2">下载</a></div></div>`

const qqText = "您好\n\n从QQ邮箱发来的超大附件\n\n5月台账.xlsx (128.03M, 2020年11月27日 21:59 到期)进入下载页面：http://mail.qq.com/cgi-bin/ftnExs_download?t=exs_ftn_download&k=ab&code=12\n"

func TestLinks(t *testing.T) {
	cst := time.FixedZone("", 8*3600)
	at := func(y int, m time.Month, d, h, mi int) time.Time { return time.Date(y, m, d, h, mi, 0, 0, cst) }
	netease := func(key, name, size, exp string, when time.Time) attach.CloudLink {
		return attach.CloudLink{URL: "https://mail.163.com/large-attachment-download/index.html?" + key, Host: "mail.163.com", Provider: "netease", Name: name, Size: size, Expires: exp, ExpiresTime: when}
	}
	qq := attach.CloudLink{URL: "http://mail.qq.com/cgi-bin/ftnExs_download?t=exs_ftn_download&k=ab&code=12", Host: "mail.qq.com", Provider: "qq", Name: "5月台账.xlsx", Size: "128.03M", Expires: "2020年11月27日 21:59", ExpiresTime: at(2020, 11, 27, 21, 59)}
	tests := []struct {
		name, ctype, body string
		want              []attach.CloudLink
	}{
		{"netease", "text/html", neteaseHTML, []attach.CloudLink{
			netease("file=K1", "5月台账.xlsx", "80.96M", "2026年8月17日 0:49", at(2026, 8, 17, 0, 49)),
			netease("p=K2", "照片.zip", "1.2G", "2026年8月18日 10:05", at(2026, 8, 18, 10, 5)),
		}},
		{"qq in plain text", "text/plain", qqText, []attach.CloudLink{qq}},
		{"qq in html", "text/html", "<p>5月台账.xlsx (128.03M, 2020年11月27日 21:59 到期)<br><a href=\"http://mail.qq.com/cgi-bin/ftnExs_download?t=exs_ftn_download&amp;k=ab&amp;code=12\">进入下载页面</a>", []attach.CloudLink{qq}},
		{"qq new", "text/html", `<a href="https://wx.mail.qq.com/ftn/download?func=3&key=k&code=c">台账.xls</a>`, []attach.CloudLink{{URL: "https://wx.mail.qq.com/ftn/download?func=3&key=k&code=c", Host: "wx.mail.qq.com", Provider: "qq", Name: "台账.xls"}}},
		{"master", "text/html", `<a href="https://dashi.163.com/html/cloud-attachment-download?key=k">台账.xls</a>`, []attach.CloudLink{{URL: "https://dashi.163.com/html/cloud-attachment-download?key=k", Host: "dashi.163.com", Provider: "netease", Name: "台账.xls"}}},
		{"enterprise", "text/plain", "https://edisk.qiye.163.com/api/biz/attachment/download?identity=x", []attach.CloudLink{{URL: "https://edisk.qiye.163.com/api/biz/attachment/download?identity=x", Host: "edisk.qiye.163.com", Provider: "netease"}}},
		{"share", "text/plain", "见 https://pan.baidu.com/s/1abc 提取码", []attach.CloudLink{{URL: "https://pan.baidu.com/s/1abc", Host: "pan.baidu.com", Provider: "baidu", Share: true}}},
		{"webmail's style sheet", "text/html", `<style>#divNeteaseBigAttach, #divNeteaseBigAttach_bak{display:none;}</style><p>见附件 超大附件`, nil},
		{"advert only", "text/html", `<a href="http://u.163.com/x">推荐客户端极速下载</a>`, nil},
		{"other page of the host", "text/html", `<a href="https://mail.163.com/index.html">台账.xlsx</a> (80.96M, 2026年8月17日 0:49 到期)`, nil},
		{"host in the query", "text/html", `<a href="https://evil.cn/?u=https://mail.163.com/large-attachment-download/">x</a>`, nil},
		{"host as a prefix", "text/html", `<a href="https://mail.163.com.evil.cn/large-attachment-download/">x</a>`, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			m := parse(t, "From: a@b.cn\r\nContent-Type: "+tt.ctype+"; charset=utf-8\r\n\r\n"+tt.body)
			same := cmp.Comparer(func(a, b time.Time) bool { return a.Equal(b) })
			if d := cmp.Diff(tt.want, m.Links, same); d != "" {
				t.Errorf("-want +got:\n%s", d)
			}
		})
	}
}

func TestLinksInForwardedMail(t *testing.T) {
	m := parse(t, mixed("b", textPart, "Content-Type: message/rfc822\r\n\r\nFrom: a@b.cn\r\nSubject: x\r\nContent-Type: text/html; charset=utf-8\r\n\r\n"+neteaseHTML))
	if len(m.Links) != 2 || m.Links[0].Path != "2" {
		t.Errorf("links %+v", m.Links)
	}
}
