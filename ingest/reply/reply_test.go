package reply_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"taizhang/ingest/reply"
)

// cases are spellings as people write them, and what each closes: codes (or
// "all", or "-" for none named), then the reason or, in brackets, the fault.
var cases = []struct{ text, want string }{
	{"T05 属实：本月集中办理", "T05=本月集中办理"},
	{"Ｔ０５　属实：本月集中办理", "T05=本月集中办理"},
	{"t05属实:本月集中办理。", "T05=本月集中办理"},
	{"T05：属实，本月集中办理", "T05=本月集中办理"},
	{"T05 属实 本月集中办理", "T05=本月集中办理"},
	{"T05 属实（本月集中办理）", "T05=本月集中办理"},
	{"T05 属实——本月集中办理", "T05=本月集中办理"},
	{"T05情况属实，原因：本月集中办理。", "T05=本月集中办理"},
	{"T05 情况属实。原因是：本月集中办理。", "T05=本月集中办理"},
	{"T05 属实：\n本月集中办理", "T05=本月集中办理"},
	{"T05 属实\n原因：本月集中办理", "T05=本月集中办理"},
	{"【T05】经核实属实：本月集中办理", "T05=本月集中办理"},
	{"“T05 属实：本月集中办理”", "T05=本月集中办理"},
	{"1. T05 属实：本月集中办理\n2. H06 属实：本月无新开户", "T05=本月集中办理|H06=本月无新开户"},
	{"一、T05属实：本月集中办理；H06属实：本月无新开户", "T05=本月集中办理|H06=本月无新开户"},
	{"（1）T05属实：集中办理，H06属实：均为个体工商户", "T05=集中办理|H06=均为个体工商户"},
	{"T05、H06 均属实：园区企业集中参保", "T05,H06=园区企业集中参保"},
	{"T05和H06属实，系园区企业集中参保", "T05,H06=系园区企业集中参保"},
	{"问题T05属实：本月集中办理", "T05=本月集中办理"},
	{"编号T05，情况属实：本月集中办理", "T05=本月集中办理"},
	{"属实：本月集中办理", "-=本月集中办理"},
	{"情况属实，因本月集中办理", "-=因本月集中办理"},
	{"经核实，情况属实，因本月集中办理。谢谢！", "-=因本月集中办理"},
	{"您好！\n数据属实，主要是园区企业集中参保。联系人：王某", "-=主要是园区企业集中参保"},
	{"以上各项均属实：园区企业集中参保", "all=园区企业集中参保"},
	{"全部属实：园区企业集中参保", "all=园区企业集中参保"},
	{"以上情况属实：园区企业集中参保", "all=园区企业集中参保"},
	{"T05 属实：某公司招工80人，集中办理", "T05=某公司招工80人，集中办理"},
	{"T05 属实：上月漏报，本月一并上报", "T05=上月漏报，本月一并上报"},
	{"T05 属实：集中办理。已与税务部门核对。", "T05=集中办理。已与税务部门核对"},
	{"T05 属实：本月园区企业集中办理参保登记，涉及今年新落户的多家企业，人\n数较多", "T05=本月园区企业集中办理参保登记，涉及今年新落户的多家企业，人\n数较多"},

	{"T05 属实", "T05[no-reason]"},
	{"属实。", "-[no-reason]"},
	{"经核实属实", "-[no-reason]"},
	{"T05 属实：原因", "T05[no-reason]"},
	{"T05 属实：无", "T05[no-reason]"},
	{"T05 属实，请查收", "T05[no-reason]"},
	{"T05 属实：。。。", "T05[no-reason]"},
	{"T05 属实：同上", "T05[no-reason]"},
	{"T05 属实，H06 属实：集中办理", "T05[no-reason]|H06=集中办理"},
	{"5月数据属实，请查收", "-[unread]"},

	{"T05 不属实", "T05[negated]"},
	{"T05 并非属实：集中办理", "T05[negated]"},
	{"T05 未必属实：集中办理", "T05[negated]"},
	{"T05 是否属实？", "T05[negated]"},
	{"T05 属实？", "T05[negated]"},
	{"T05 属实吗", "T05[negated]"},
	{"T05 部分属实：集中办理", "T05[negated]"},
	{"T05 基本属实：集中办理", "T05[negated]"},
	{"T05 如属实：再行说明", "T05[negated]"},
	{"T05 未经核实属实：集中办理", "T05[negated]"},
	{"T05 属实的部分为80人", "T05[negated]"},
	{"T05 的真实性属实性待定", "T05[unread]"},
	{"T05问题属实：确实填错", "T05[negated]"},
	{"以上问题属实：我们会改", "all[negated]"},
	{"T05 属实：但尚未核实", "T05[negated]"},
	{"T05 属实：集中办理\nT05 不属实", "T05[negated]|T05[negated]"},
	{"以上各项情况属实的，请写明原因", "all[negated]"},

	{"T05 属实：应为130人", "T05[figures]"},
	{"T05 属实，是130人", "T05[figures]"},
	{"T05 属实：本月新增参保130人", "T05[figures]"},
	{"T05 应为130人", "T05[figures]"},
	{"T05 属实：集中办理，正确数为130", "T05[figures]"},
	{"T05 属实：集中办理。应改为130人。", "T05[figures]"},
	{"T05 属实：集中办理\n\n另外，失业人数应为76人。", "!figures|T05=集中办理"},
	{"企业养老填错了，改为130人", "!figures"},

	{"T05：本月集中办理", "T05[unread]"},
	{"因本月集中办理，情况属实", "-[unread]"},
	{"T05企业养老120人属实：集中办理", "T05[unread]"},
	{"收到，谢谢！", "thanks"},
	{"好的", "thanks"},
	{"请问T05是什么意思？", ""},
	{"本月集中办理", ""},
	{"", ""},
}

func show(s reply.Said) string {
	var out []string
	if s.Doubt != "" {
		out = append(out, "!"+string(s.Doubt))
	}
	if s.Thanks {
		out = append(out, "thanks")
	}
	for _, c := range s.Claims {
		who := "-"
		switch {
		case c.All:
			who = "all"
		case len(c.Codes) > 0:
			who = strings.Join(c.Codes, ",")
		}
		if c.Fault != "" {
			out = append(out, who+"["+string(c.Fault)+"]")
			continue
		}
		out = append(out, who+"="+c.Reason)
	}
	return strings.Join(out, "|")
}

func TestRead(t *testing.T) {
	for _, c := range cases {
		if got := show(reply.Read(c.text)); got != c.want {
			t.Errorf("%q:\n got %s\nwant %s", c.text, got, c.want)
		}
	}
}

// letter is what a mail of ours looks like when it is quoted.
const letter = `禹州市联络员：
　　台账已收到并登记。请核对以下数字：
　　H06　参保户数为0
　　以上各项情况属实的，请直接回复本邮件，写明“H06 属实：原因”（有几项的，逐项写明问题编号）
T05 属实：这是引用的原文
以上各项均属实：这是引用的原文
　　本邮件由台账系统自动发送。`

// quotes are the ways in which mailers quote; %s stands for the letter.
var quotes = map[string]func(letter string) string{
	"marks":      func(l string) string { return "> " + strings.ReplaceAll(l, "\n", "\n> ") },
	"wide marks": func(l string) string { return "＞" + strings.ReplaceAll(l, "\n", "\n＞") },
	"163 web":    func(l string) string { return "在 2022-05-26 10:00:00，\"许昌市\" <xc@163.com> 写道：\n\n" + l },
	"163 web marked": func(l string) string {
		return "At 2022-05-26 10:00:00, \"xc\" <xc@163.com> wrote:\n>" + strings.ReplaceAll(l, "\n", "\n>")
	},
	"163 master": func(l string) string {
		return "---- 回复的原邮件 ----\n| 发件人 | 许昌市<xc@163.com> |\n| 日期 | 2022年05月26日 10:00 |\n" + l
	},
	"QQ": func(l string) string {
		return "------------------ 原始邮件 ------------------\n发件人: \"许昌市\" <xc@163.com>;\n发送时间: 2022年5月26日(星期四) 上午10:00\n收件人: \"禹州\"<yz@qq.com>;\n主题: 【回执】\n\n" + l
	},
	"Foxmail": func(l string) string {
		return "王某\n\n发件人： 许昌市\n发送时间： 2022-05-26 10:00\n收件人： 禹州\n主题： 【回执】\n" + l
	},
	"Outlook": func(l string) string {
		return "-----邮件原件-----\n发件人: 许昌市 [mailto:xc@163.com]\n发送时间: 2022年5月26日 10:00\n" + l
	},
	"Outlook web": func(l string) string {
		return "________________________________\n发件人: 许昌市 <xc@163.com>\n" + l
	},
	"Outlook, English": func(l string) string { return "From: xc <xc@163.com>\nSent: Thursday, May 26, 2022\n" + l },
	"original message": func(l string) string { return "-----Original Message-----\n" + l },
	"forwarded":        func(l string) string { return "-------- 转发邮件信息 --------\n" + l },
	"Apple": func(l string) string {
		return "> 在 2022年5月26日，上午10:00，许昌市 写道：\n> \n> " + strings.ReplaceAll(l, "\n", "\n> ")
	},
	"Gmail": func(l string) string {
		return "许昌市 <xc@163.com> 于2022年5月26日周四 10:00写道：\n\n> " + strings.ReplaceAll(l, "\n", "\n> ")
	},
	"signature": func(l string) string { return "-- \n王某\n" + l },
}

// What is quoted is never the county's word, and what stands above it is.
func TestQuotesAreNotTheCountysWords(t *testing.T) {
	for name, quote := range quotes {
		if got := show(reply.Read(quote(letter))); strings.Contains(got, "=") {
			t.Errorf("%s alone: %s", name, got)
		}
		if got := show(reply.Read("T05 属实：本月集中办理\n\n" + quote(letter))); got != "T05=本月集中办理" {
			t.Errorf("below the words, %s: %s", name, got)
		}
	}
}

// Words between marked lines count; a letter quoted without any mark makes the
// whole text doubtful.
func TestWordsAmongQuotes(t *testing.T) {
	between := "许昌市 写道：\n> 以上各项情况属实的，请直接回复本邮件\nT05 属实：本月集中办理\n> 本邮件由台账系统自动发送。"
	if got := show(reply.Read(between)); got != "T05=本月集中办理" {
		t.Errorf("between: %s", got)
	}
	said := reply.Read("T05 属实：本月集中办理\n" + letter)
	if said.Doubt == "" || said.Closes(&said.Claims[0]) {
		t.Errorf("unmarked: %s", show(said))
	}
}

// Of a mail with both texts only what stands in both as the sender's own word
// counts.
func TestReadMail(t *testing.T) {
	for name, c := range map[string]struct{ text, html, want string }{
		"text alone":            {"T05 属实：集中办理", "", "T05=集中办理"},
		"HTML alone":            {" \n", "T05 属实：集中办理", "T05=集中办理"},
		"both":                  {"T05 属实：集中\n办理", "T05 属实：集中办理", "T05=集中"}, // the short line is not one that was broken
		"a list":                {"1. T05 属实：集中办理\n2. H06 属实：无新开户", "T05 属实：集中办理\nH06 属实：无新开户", "T05=集中办理|H06=无新开户"},
		"quoted in the HTML":    {"T05 属实：集中办理\nT06 属实：引用", "T05 属实：集中办理\n-----原始邮件-----\nT06 属实：引用", "T05=集中办理|T06[unread]"},
		"doubtful in the HTML":  {"T05 属实：集中办理", "T05 属实：集中办理\n另，应改为130人", "!figures|T05=集中办理"},
		"quoted, both unmarked": {"T05 属实：集中办理\n" + letter, "T05 属实：集中办理\n" + letter, "!unread|T05=集中办理|H06[no-reason]|T05=这是引用的原文|all=这是引用的原文"},
	} {
		if got := show(reply.ReadMail(c.text, c.html)); !strings.HasPrefix(got, strings.SplitN(c.want, "|H06[no", 2)[0]) {
			t.Errorf("%s:\n got %s\nwant %s", name, got, c.want)
		}
	}
}

func TestLimits(t *testing.T) {
	for name, text := range map[string]string{
		"long":        "T05 属实：集中办理\n\n" + strings.Repeat("文", reply.MaxText),
		"many":        strings.Repeat("T05 属实：集中办理\n", reply.MaxClaims+1),
		"long reason": "T05 属实：" + strings.Repeat("文", reply.MaxReason+1),
	} {
		said := reply.Read(text)
		for i := range said.Claims {
			if said.Closes(&said.Claims[i]) {
				t.Errorf("%s: it closes", name)
				break
			}
		}
	}
}

func FuzzRead(f *testing.F) {
	for _, c := range cases {
		f.Add(c.text)
	}
	for _, quote := range quotes {
		f.Add("T05 属实：本月集中办理\n" + quote(letter))
	}
	f.Fuzz(func(t *testing.T, text string) {
		said := reply.Read(text)
		if diff := cmp.Diff(said, reply.Read(text)); diff != "" {
			t.Fatalf("twice:\n%s", diff)
		}
		for _, c := range said.Claims {
			switch closes := c.Fault == ""; {
			case closes && strings.TrimSpace(c.Reason) == "":
				t.Errorf("%q closes without a reason", c.Words)
			case closes && (!strings.Contains(c.Words, "属实") || strings.Contains(c.Words, "不属实")):
				t.Errorf("%q closes", c.Words)
			case closes && !strings.Contains(c.Words, c.Reason):
				t.Errorf("reason %q is not of %q", c.Reason, c.Words)
			case !closes && c.Reason != "":
				t.Errorf("%q has a fault and a reason", c.Words)
			}
		}
		for _, c := range reply.Read("> " + strings.NewReplacer("\r", "\n> ", "\n", "\n> ").Replace(text)).Claims {
			t.Errorf("quoted, and a claim: %q", c.Words)
		}
	})
}
