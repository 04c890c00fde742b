package html_test

import (
	"bytes"
	"context"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/encoding/simplifiedchinese"

	"taizhang/ingest/sheet/html"
	"taizhang/ingest/sheet/sheettest"
	"taizhang/ingest/sheet/strict"
	"taizhang/ledger"
)

func read(text string) ([]*ledger.Table, error) {
	return html.Read(context.Background(), "台账.xls", []byte(text), strict.Limits{})
}

func tbl(s string) string { return "<table>" + s + "</table>" }
func row(cells ...string) string {
	return "<tr><td>" + strings.Join(cells, "</td><td>") + "</td></tr>"
}

func TestPages(t *testing.T) {
	for _, tt := range []struct {
		name, page string
		want       []string
	}{
		{"around", `<html><head><title>x</title></head><body><p>台账</p><div>填报单位：禹州市<br>单位：人</div>` + tbl("<caption>表一</caption>"+row("户数", "35")) + `填报时间：</body></html>`,
			[]string{`table 0 before "[台账 填报单位：禹州市 单位：人 表一]" after "[填报时间：]"`, `A1 "户数"`, `B1 "35"`}},
		{"texts", tbl(row(" 养 \n 老 <br> a&nbsp;b &amp; <b>c</b><p>d</p>e", "&nbsp;", "", "<pre>x\n y</pre>", "1<sup>2</sup>")),
			[]string{"table 0", `A1 "养 老\na\u00a0b & c\nd\ne"`, "D1 \"x\\n y\"", `E1 "12"`}},
		{"spans", tbl(`<tr><td rowspan=2 colspan=2>a<td>b<tr><td>c<tr><td rowspan=0>d<td rowspan=9>e<td>f<tr><td>g`),
			[]string{"table 0 A1:B2 A3:A4 B3:B4", `A1 "a"`, `C1 "b"`, `C2 "c"`, `A3 "d"`, `B3 "e"`, `C3 "f"`, `C4 "g"`}},
		{"spans end with their group", tbl(`<thead><tr><td rowspan=3>h<tbody><tr><td>b<tfoot><tr><td>f</tfoot>`), []string{"table 0", `A1 "h"`, `A2 "b"`, `A3 "f"`}},
		{"parts in the order in which they show", tbl(`<tfoot><tr><td>f</tfoot><tbody><tr><td>b</tbody><thead><tr><td>h</thead>`), []string{"table 0", `A1 "h"`, `A2 "b"`, `A3 "f"`}},
		{"nested", tbl("<tr><td>外" + tbl(row("120")) + "后</td><td><div>x" + tbl(row("1")) + "</div></td></tr>"),
			[]string{`table 0`, `A1 "外\n后"`, `B1 "x"`, `table 1 before "[外]" after "[后]"`, `A1 "120"`, `table 2 before "[x]"`, `A1 "1"`}},
		{"a frame around a table", "<p>台账</p>" + tbl("<tr><td><div>"+tbl("<tr><td>"+tbl(row("120"))+"</td></tr>")+"</div></td></tr>") + "<p>填报时间：</p>",
			[]string{`table 0 before "[台账]"`, "table 1", `table 2 before "[台账]" after "[填报时间：]"`, `A1 "120"`}},
		{"struck and inserted", tbl(row("<s>1</s><strike>2</strike><del>3</del>120", "<ins>35</ins>", `<span style="text-decoration: line-through">9</span>`, `<u style="text-decoration:underline">7</u>`)),
			[]string{"table 0", `A1 "120"`, `B1 "35" inserted`, `D1 "7"`, `A1 left out: struck "123"`, `C1 left out: struck "9"`}},
		{"hidden", `<style>.gone{display:none} .v{visibility:hidden} @media (max-width:480px){td{display:none}} @media screen{.m{display:none}}</style>` + tbl(`<colgroup><col><col style="display:none"><col span=2 width=0></colgroup><tr><td>1<td>2<td>3<td>4<td>5<tr class=gone><td>6`+
			`<tr><td class="x gone">7<td><span class=v>8<i style="visibility:visible">9</i></span><td><span hidden>1</span><td class=m>2<tr style="visibility:collapse"><td>z`+tbl(row("n"))),
			[]string{`table 0 rows "map[1:true 3:true]" cols "map[1:true 2:true 3:true]"`, `A1 "1"`, `B1 "2"`, `C1 "3"`, `D1 "4"`, `E1 "5"`, `A2 "6"`, `B3 "9"`, `A4 "z"`,
				`A3 left out: hidden "7"`, `B3 left out: hidden "8"`, `C3 left out: hidden "1"`, `D3 left out: hidden "2"`, `table 1 hidden "true" before "[z]"`, `A1 "n"`}},
		{"a hidden table", `<div style="display:none">` + tbl(row("1")) + `</div>` + tbl(row("2")), []string{`table 0 hidden "true"`, `A1 "1"`, "table 1", `A1 "2"`}},
		{"numbers of Excel", `<html xmlns:x="urn:schemas-microsoft-com:office:excel"><style><!-- .p {mso-number-format:"0%";} .w{mso-number-format:"0\!\.0\,\0022万\0022";} td.d{mso-number-format:"Short Date";} --></style>` +
			tbl(`<tr><td x:num>120<td x:num="1234">1,234<td class=p x:num="0.5">50%<td class=w x:num="12000">1.2万<td class=d x:num="44709">2022/5/28<td x:str>0120<td x:err="#N/A">#N/A<td x:num="3" x:fmla="=SUM(A1:A2)">3<td x:num>12..<td style='mso-number-format:"\#\,\#\#0\,"'>12`) + `</html>`,
			[]string{"table 0", `A1 "120" number`, `B1 "1234" number`, `C1 "0.5" number percent`, `D1 "12000" number scaled`, `E1 "44709" number date 2022-05-28`, `F1 "0120"`, `G1 "#N/A" error`, `H1 "3" number =SUM(A1:A2)`, `I1 "12.."`, `J1 "12" number scaled`}},
		{"numbers of LibreOffice", tbl(`<tr><td sdval="0.5" sdnum="1033;0;0%">50%<td sdval="120" sdnum="2052;">120<td sdval="0" sdnum="1033;">#VALUE!<td sdval="9">###`), []string{"table 0", `A1 "0.5" number percent`, `B1 "120" number`, `C1 "#VALUE!" error`, `D1 "9" number`}},
		{"fields of forms", tbl(row(`<input value="120"><input type=hidden value=9><input type=checkbox value=on>`, `<select><option>一<option selected>二</select>`, `<select><option>甲<option>乙</select>`, `<textarea>措施</textarea>`)),
			[]string{"table 0", `A1 "120"`, `B1 "二"`, `C1 "甲"`, `D1 "措施"`}},
		{"scripts and comments", tbl(row("1<script>document.write(2)</script><style>x{}</style><!-- 3 --><![if !x]>4<![endif]>")), []string{"table 0", `A1 "14"`}},
		{"no table", "<html><p>一</p>二</html>", []string{`table 0 before "[一 二]"`}},
		{"end tags too many", "</table>" + tbl(row("1")) + "</table></td>", []string{"table 0", `A1 "1"`}},
		{"text out of place", "<table>乱<tr><td>1</td></tr></table>", []string{`table 0 before "[乱]"`, `A1 "1"`}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			tables, err := read(tt.page)
			if err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(tt.want, sheettest.Lines(tables)); d != "" {
				t.Error(d)
			}
		})
	}
}

func TestEncodings(t *testing.T) {
	page := `<html><head><meta http-equiv="Content-Type" content="text/html; charset=gb2312"></head><body>` + tbl(row("养老")) + `</body></html>`
	gbk, err := simplifiedchinese.GBK.NewEncoder().String(page)
	if err != nil {
		t.Fatal(err)
	}
	for _, data := range []string{page, "\xef\xbb\xbf" + page, gbk, strings.Replace(gbk, "gb2312", "", 1), strings.Replace(page, "gb2312", "utf-8", 1)} {
		tables, err := read(data)
		if err != nil {
			t.Error(err)
			continue
		}
		if d := cmp.Diff([]string{"table 0", `A1 "养老"`}, sheettest.Lines(tables)); d != "" {
			t.Error(d)
		}
	}
	if got := sheettest.Verdict(read(strings.Replace(gbk, "gb2312", "utf-8", 1))); got != "F01 encoding" {
		t.Error(got)
	}
}

func TestRefused(t *testing.T) {
	for _, tt := range []struct{ name, data, want string }{
		{"a cell's end is broken", tbl(row("1", "2", "3", "4")+row("1", "2", "3", "4")) + strings.Replace(tbl(row("1", "2")), "1</td>", "1D/td>", 1), "F01 structure"},
		{"a tag within a tag", tbl(row("1", "2")) + strings.Replace(tbl(row("1", "2")), "1</td>", "1</t", 1), "F01 structure"},
		{"a row without a cell", tbl(row("a", "b", "c") + row("1", "2") + row("", "", "") + row("1", "2", "3")), "F01 structure"},
		{"frames", `<html><frameset><frame src="sheet001.htm"></frameset></html>`, "F03 html"},
		{"deep", tbl("<tr><td>" + strings.Repeat("<div>", 600)), "F06 depth"},
		{"many elements", strings.Repeat("<p>", 1_000_001), "F06 depth"},
		{"elements opened anew", tbl(strings.Repeat("<font color=1><font color=2><b><i>", 100) + strings.Repeat("<p>x", 60_000)), "F06 depth"},
		{"many tables", strings.Repeat(tbl(""), 101), "F06 sheets"},
		{"overlapping cells", tbl(`<tr><td>a<td rowspan=2>b<tr><td colspan=2>c`), "F01 structure"},
		{"no number", tbl(`<tr><td x:num="1,2">1`), "F01 number"},
		{"zero bytes", "<table><tr><td>\x00\x00</td></tr></table>", "F01 structure"},
		{"a long cell", tbl(row(strings.Repeat("x", 40_000))), "F06 text"},
	} {
		if got := sheettest.Verdict(read(tt.data)); got != tt.want {
			t.Errorf("%s: %s, want %s", tt.name, got, tt.want)
		}
	}
}

// TestCut cuts pages anywhere: each cut is refused, or it took white space at
// the end alone.
func TestCut(t *testing.T) {
	data, err := os.ReadFile("../testdata/kinds/libreoffice-ledger.html")
	if err != nil {
		t.Fatal(err)
	}
	whole := string(data)
	for _, page := range []string{whole, `<html><body><p>台账</p>` + tbl(row("户数", "35")) + tbl(row("1")) + `</body></html>`} {
		cuts, same := 0, 0
		want := sheettest.Verdict(read(page))
		step := max(1, len(page)/2000)
		for n := len(`<html>`); n < len(page); n += step {
			if !strings.Contains(page[:n], "<html") {
				continue
			}
			cuts++
			got := sheettest.Verdict(read(page[:n]))
			if got == want {
				same++
			} else if !strings.HasPrefix(got, "F01") {
				t.Errorf("cut at %d of %d: %s", n, len(page), got)
			}
		}
		t.Logf("%d cuts: %d refused, %d read the same", cuts, cuts-same, same)
	}
}

func TestMailBodies(t *testing.T) {
	ledgerTable := tbl(row("户数", "35"))
	quoted := tbl(row("户数", "99"))
	want := []string{`table 0 before "[台账见下]"`, `A1 "户数"`, `B1 "35"`}
	for name, body := range map[string]string{
		"alone":            `<div>台账见下</div>` + ledgerTable,
		"page not closed":  `<html><body><div>台账见下</div>` + ledgerTable,
		"blockquote":       `<p>台账见下</p>` + ledgerTable + `<blockquote>` + quoted + `</blockquote>`,
		"NetEase":          `<p>台账见下</p>` + ledgerTable + `<div id="isReplyContent">` + quoted + `</div>`,
		"Mail Master":      `<p>台账见下</p>` + ledgerTable + `<div class="ntes-mailmaster-quote">` + quoted + `</div>`,
		"QQ":               `<p>台账见下</p>` + ledgerTable + `<includetail><div>------------------&nbsp;原始邮件&nbsp;------------------</div>` + quoted + `</includetail>`,
		"QQ without a box": `<p>台账见下</p>` + ledgerTable + `<div><div>------------------&nbsp;原始邮件&nbsp;------------------</div><div><b>发件人:</b> x</div></div>` + quoted,
		"forwarded":        `<p>台账见下</p>` + ledgerTable + `-------- 转发邮件信息 --------<br>发件人：甲<br>` + quoted,
		"wrote":            `<p>台账见下</p>` + ledgerTable + `<div>At 2022-05-25 10:00:00, "x" &lt;x@163.com&gt; wrote:</div>` + quoted,
		"Outlook":          `<p>台账见下</p>` + ledgerTable + `<div id="divRplyFwdMsg">x</div>` + quoted,
		"Gmail":            `<p>台账见下</p>` + ledgerTable + `<div class="gmail_quote">` + quoted + `</div>`,
	} {
		tables, err := html.Tables(t.Context(), "正文", body, strict.Limits{})
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		for _, x := range tables {
			x.After = nil
		}
		if d := cmp.Diff(want, sheettest.Lines(tables)); d != "" {
			t.Errorf("%s: %s", name, d)
		}
	}
	for body, want := range map[string]string{"<p>见附件</p>": "", "<table><tr><td>1": "F01 cut"} {
		if got := sheettest.Verdict(html.Tables(t.Context(), "正文", body, strict.Limits{})); got != want {
			t.Errorf("%s: %q, want %q", body, got, want)
		}
	}
}

// TestCorpora reads every public file that holds a tag, mails in their raw form
// among them, as a page and as the body of a mail.
func TestCorpora(t *testing.T) {
	tagged := func(_ string, data []byte) bool {
		return len(data) < 2<<20 && (bytes.Contains(data, []byte("<html")) || bytes.Contains(data, []byte("<table")) || bytes.Contains(data, []byte("<div")))
	}
	sheettest.Corpora(t, func(data []byte) ([]*ledger.Table, error) {
		return html.Read(t.Context(), "a", data, strict.Limits{})
	}, tagged)
	sheettest.Corpora(t, func(data []byte) ([]*ledger.Table, error) {
		return html.Tables(t.Context(), "a", string(data), strict.Limits{})
	}, tagged)
}

func FuzzRead(f *testing.F) {
	page, err := os.ReadFile("../testdata/kinds/libreoffice-ledger.html")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(string(page))
	f.Add(`<style>.a{display:none}</style>` + tbl(`<tr><td rowspan=2 x:num="1">a<td class=a>b<tr><td>`+tbl(row("1"))))
	f.Add(tbl(`<colgroup><col span=3 width=0></colgroup><tr><td sdval="1" sdnum="1;2;0%">1`))
	f.Fuzz(func(t *testing.T, data string) {
		tables, err := read(data)
		if err != nil && (tables != nil || strict.CodeOf(err) == "") {
			t.Errorf("%d tables, error %v", len(tables), err)
		}
		for _, x := range tables {
			if x == nil {
				t.Fatal("a table that was not closed")
			}
		}
		if _, err := html.Tables(context.Background(), "a", data, strict.Limits{}); err != nil && strict.CodeOf(err) == "" {
			t.Error(err)
		}
	})
}
