package value_test

import (
	"fmt"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"taizhang/ingest/check/value"
	"taizhang/ledger"
)

func textCell(s string) ledger.Cell   { return ledger.Cell{Kind: ledger.CellText, Text: s} }
func numberCell(s string) ledger.Cell { return ledger.Cell{Kind: ledger.CellNumber, Text: s} }

// codes joins the codes of issues, worst severity spelled when it is not the
// code's usual one.
func codes(is []value.Issue) string {
	var out []string
	for _, i := range is {
		c := string(i.Code)
		if info, ok := i.Code.Info(); !ok || info.Severity != i.Severity {
			c += "/" + string(i.Severity)
		}
		out = append(out, c)
	}
	return strings.Join(out, " ")
}

// argsFit checks that an issue has the arguments of its code, "measure"
// apart, which the caller adds.
func argsFit(t *testing.T, is []value.Issue) {
	t.Helper()
	for _, i := range is {
		info, ok := i.Code.Info()
		if !ok {
			t.Errorf("code %q is unknown", i.Code)
		}
		want := map[string]bool{}
		for _, a := range info.Args {
			want[a] = true
			if _, has := i.Args[a]; !has && a != "measure" {
				t.Errorf("%s lacks argument %q", i.Code, a)
			}
		}
		for a := range i.Args {
			if !want[a] {
				t.Errorf("%s has argument %q that its code does not know", i.Code, a)
			}
		}
	}
}

// Rule book §2: "Read without complaint (noted as normalised)".
func TestNumberReadsWithANote(t *testing.T) {
	rows := 0
	for _, c := range []struct {
		want  int64
		label string
		texts []string
	}{
		{120, "", []string{
			"１２０", "１２０．０", "120.0", "120.", "120.00", "120.000", "120。", "１２０。", "0120", "00120", "０１２０",
			" 120", "120 ", "　120　", "\u00a0120", "120\u200b", "\ufeff120", "\u200e120\u200f", "\u202a120\u202c", "\t120\n", "120\r\n", "\u2009120",
			"一百二十", "壹佰贰拾", "一百二十。", "壹佰貳拾", "一二〇", " 一百二十 ", "一百贰拾",
		}},
		{120, "人", []string{"120人", "120 人", "１２０人", "120　人", "120.0人", "0120人", "一百二十人", "壹佰贰拾人", "120（人）", "120(人)", "120人。", "120\u200b人", "120\n人"}},
		{35, "户", []string{"35户", "35 户", "３５户", "三十五户", "35（户）", "叁拾伍户", "35⼾"}},
		{35, "家", []string{"35家", "35 家", "三十五家"}},
		{120, "名", []string{"120名", "120 名", "一百二十名"}},
		{6, "个", []string{"6个", "六个"}},
		{1200, "", []string{"1,200", "１，２００", "1，200", "1,200.0", "1,200.00", " 1,200 ", "一千二百", "壹仟贰佰", "１,２００"}},
		{1200, "人", []string{"1,200人", "１，２００人", "一千二百人"}},
		{1234567, "", []string{"1,234,567", "１，２３４，５６７", "1234567.0", "一百二十三万四千五百六十七"}},
		{12000, "", []string{"一万二千", "壹万贰仟", "12,000", "１２，０００", "12000.0"}},
		{100000, "", []string{"十万", "100,000", "拾万"}},
		{100000000, "", []string{"一亿", "100,000,000"}},
		{1005, "", []string{"一千零五", "壹仟零伍", "1,005", "一千〇五"}},
		{1050, "", []string{"一千零五十", "一千〇五十"}},
		{200, "", []string{"两百", "二百", "贰佰"}},
		{2, "人", []string{"两人", "二人", "2人"}},
		{10, "", []string{"十", "一十", "壹拾", "拾", "一〇"}},
		{12, "", []string{"十二", "一十二", "壹拾贰"}},
		{112, "", []string{"一百一十二", "一百十二", "壹佰壹拾贰"}},
		{101, "", []string{"一百零一", "一百〇一", "壹佰零壹"}},
		{1, "", []string{"壹", "1.0", "01"}},
		{0, "", []string{"零", "〇", "无", "-0", "−0", "－0", "0.0", "00", "０", "-0.0", " 无 ", "0.", "无\u200b"}},
		{0, "人", []string{"0人", "零人", "０人"}},
		{0, "户", []string{"0户", "零户"}},
	} {
		for _, s := range c.texts {
			rows++
			r := value.Number(textCell(s), true)
			kind := ledger.Number
			if c.want == 0 {
				kind = ledger.Zero
			}
			want := value.NumberRead{
				Figure: ledger.Figure{Kind: kind, Value: c.want, Text: value.Clean(s)}, Label: c.label,
				Issues: []value.Issue{{Code: ledger.CNormalised, Severity: ledger.Note, Args: map[string]string{"read": strconv.FormatInt(c.want, 10)}}},
			}
			if d := cmp.Diff(want, r); d != "" {
				t.Errorf("Number(%q): -want +got\n%s", s, d)
			}
		}
	}
	t.Logf("%d rows", rows)
}

func TestNumberPlain(t *testing.T) {
	for _, s := range []string{"0", "1", "9", "35", "120", "1200", "99999", "100000000"} {
		v, _ := strconv.ParseInt(s, 10, 64)
		for _, c := range []ledger.Cell{textCell(s), numberCell(s)} {
			r := value.Number(c, true)
			if len(r.Issues) > 0 || r.Figure.Value != v || !r.Figure.Stated() || r.Figure.Text != s || r.Label != "" {
				t.Errorf("Number(%q) = %+v", s, r)
			}
		}
	}
}

// Rule book §2: "The value counts, not its display", and float noise.
func TestNumberCells(t *testing.T) {
	for _, c := range []struct {
		text  string
		want  int64
		codes string
	}{
		{"1.2E2", 120, ""}, {"1.2E+2", 120, ""}, {"120.0", 120, ""}, {"1.2e3", 1200, ""}, {"12000E-2", 120, ""},
		{"119.9999999997", 120, "C05"}, {"120.0000000001", 120, "C05"}, {"1.1999999999999999E2", 120, "C05"}, {"119.99999999999999", 120, "C05"},
		{"0.0000000001", 0, "C05"}, {"-0.0000000001", 0, "C05"}, {"-0", 0, "C05"}, {"0.0", 0, ""}, {"1E-400", 0, ""},
		{"100000000", 100000000, ""}, {"1E8", 100000000, ""},
	} {
		r := value.Number(numberCell(c.text), true)
		if !r.Figure.Stated() || r.Figure.Value != c.want || codes(r.Issues) != c.codes {
			t.Errorf("Number(number %q) = %+v", c.text, r)
		}
	}
	for _, c := range []struct{ text, codes string }{
		{"0.5", "C06"}, {"119.99", "C06"}, {"119.99999", "C06"}, {"-5", "C04"}, {"-0.5", "C04"}, {"1E9", "C19"}, {"100000001", "C19"}, {"123456789012345", "C19"},
		{"1E308", "C19"}, {"1E999", "C19"}, {"-1E999", "C04"}, {"NaN", "C02"}, {"Inf", "C02"}, {"0x10", "C02"}, {"1_000", "C02"}, {"1e", "C02"}, {"abc", "C02"}, {".", "C02"}, {"", "C01"},
	} {
		r := value.Number(numberCell(c.text), true)
		if r.Figure.Stated() || r.Figure.Text != c.text || codes(r.Issues) != c.codes {
			t.Errorf("Number(number %q) = %+v, want %s", c.text, r, c.codes)
		}
	}
}

func TestNumberByCell(t *testing.T) {
	cell := func(c ledger.Cell) ledger.Cell { return c }
	for _, c := range []struct {
		name  string
		cell  ledger.Cell
		kind  ledger.FactKind
		value int64
		codes string
	}{
		{"percent", cell(ledger.Cell{Kind: ledger.CellNumber, Text: "1.2", Format: ledger.FormatPercent}), "", 0, "C14"},
		{"percent whole", cell(ledger.Cell{Kind: ledger.CellNumber, Text: "120", Format: ledger.FormatPercent}), "", 0, "C14"},
		{"date", cell(ledger.Cell{Kind: ledger.CellNumber, Text: "44707", Format: ledger.FormatDate}), "", 0, "C08"},
		{"scaled", cell(ledger.Cell{Kind: ledger.CellNumber, Text: "12000", Format: ledger.FormatScaled}), "", 0, "C20"},
		{"hidden", cell(ledger.Cell{Kind: ledger.CellNumber, Text: "120", Format: ledger.FormatHidden}), "", 0, "C20"},
		{"hidden zero", cell(ledger.Cell{Kind: ledger.CellNumber, Text: "0", Format: ledger.FormatHidden}), "", 0, "C20"},
		{"hidden text", cell(ledger.Cell{Kind: ledger.CellText, Text: "120", Format: ledger.FormatHidden}), "", 0, "C20"},
		{"hidden blank", cell(ledger.Cell{Kind: ledger.CellText, Text: " ", Format: ledger.FormatHidden}), ledger.Blank, 0, "C01"},
		{"text under a percent format", cell(ledger.Cell{Kind: ledger.CellText, Text: "120", Format: ledger.FormatPercent}), ledger.Number, 120, ""},
		{"serial", cell(ledger.Cell{Kind: ledger.CellNumber, Text: "44707"}), ledger.Number, 44707, ""},
		{"bool", cell(ledger.Cell{Kind: ledger.CellBool, Text: "TRUE"}), "", 0, "C02"},
		{"bool false is not 0", cell(ledger.Cell{Kind: ledger.CellBool, Text: "FALSE"}), "", 0, "C02"},
		{"bool 0", cell(ledger.Cell{Kind: ledger.CellBool, Text: "0"}), "", 0, "C02"},
		{"error", cell(ledger.Cell{Kind: ledger.CellError, Text: "#REF!"}), "", 0, "C07"},
		{"div", cell(ledger.Cell{Kind: ledger.CellError, Text: "#DIV/0!"}), "", 0, "C07"},
		{"no value", cell(ledger.Cell{Kind: ledger.CellNumber, Formula: "SUM(A1:A3)", NoValue: true}), "", 0, "C12"},
		{"no value, no kind", cell(ledger.Cell{Formula: "SUM(A1:A3)", NoValue: true}), "", 0, "C12"},
		{"cached", cell(ledger.Cell{Kind: ledger.CellNumber, Text: "294", Formula: "SUM(A1:A3)"}), ledger.Number, 294, ""},
		{"computed", cell(ledger.Cell{Kind: ledger.CellNumber, Text: "294", Formula: "SUM(A1:A3)", Computed: true}), ledger.Number, 294, "C13"},
		{"computed zero", cell(ledger.Cell{Kind: ledger.CellNumber, Text: "0", Formula: "SUM(A1:A3)", Computed: true}), ledger.Zero, 0, "C13"},
		{"computed decimal", cell(ledger.Cell{Kind: ledger.CellNumber, Text: "0.5", Formula: "A1/2", Computed: true}), "", 0, "C06"},
		{"inserted", cell(ledger.Cell{Kind: ledger.CellText, Text: "120", Inserted: true}), ledger.Number, 120, "C18"},
		{"inserted with unit", cell(ledger.Cell{Kind: ledger.CellText, Text: "120人", Inserted: true}), ledger.Number, 120, "C05 C18"},
		{"inserted dash", cell(ledger.Cell{Kind: ledger.CellText, Text: "—", Inserted: true}), ledger.Dash, 0, "C09 C18"},
		{"inserted doubt", cell(ledger.Cell{Kind: ledger.CellText, Text: "约120", Inserted: true}), "", 0, "C03"},
	} {
		r := value.Number(c.cell, true)
		if r.Figure.Kind != c.kind || r.Figure.Value != c.value || codes(r.Issues) != c.codes {
			t.Errorf("%s: %+v, want %s %d %s", c.name, r, c.kind, c.value, c.codes)
		}
		argsFit(t, r.Issues)
	}
}

// Rule book §2: the four facts stay distinct.
func TestNumberDashesAndBlanks(t *testing.T) {
	for _, s := range []string{"－", "—", "——", "-", "--", "---", "/", "／", "–", "―", "――", "－－", "‐", "‑", "‒", "─", "━━", "−", " — ", "- -", "ー", "\u200b—"} {
		r := value.Number(textCell(s), true)
		if r.Figure.Kind != ledger.Dash || codes(r.Issues) != "C09" || r.Offer != nil {
			t.Errorf("Number(%q) = %+v, want a dash", s, r)
		}
	}
	for _, s := range []string{"", " ", "　", "\u00a0", "\n", "\t \n", "\u200b", "\ufeff", " \u200b\u3000"} {
		r := value.Number(textCell(s), true)
		if r.Figure.Kind != ledger.Blank || codes(r.Issues) != "C01" || r.Offer != nil {
			t.Errorf("Number(%q) = %+v, want a blank", s, r)
		}
	}
	if r := value.Number(ledger.Cell{}, false); r.Figure.Kind != ledger.Blank || codes(r.Issues) != "C01" {
		t.Errorf("a cell not stated = %+v, want a blank", r)
	}
}

// Rule book §2: "Offered as 0 but not applied".
func TestNumberNothing(t *testing.T) {
	for _, s := range []string{
		"暂无", "无新增", "没有", "暂无新增", "本月无新增", "无新增人员", "无新增企业", "未新增", "暂未新增", "没有新增", "尚无", "无人", "无户",
		"暂无。", " 暂 无 ", "当月无新增", "无新增参保人员", "本月无", "无新增参保", "本月暂无新增", "均无",
	} {
		r := value.Number(textCell(s), true)
		if r.Figure.Kind != "" || codes(r.Issues) != "C17" || r.Offer == nil || *r.Offer != 0 {
			t.Errorf("Number(%q) = %+v, want C17 with 0 offered", s, r)
		}
	}
}

func TestNumberPersonTimes(t *testing.T) {
	for _, s := range []string{"120人次", "１２０ 人次", "120人（次）", "一百二十人次", "120(人次)"} {
		r := value.Number(textCell(s), true)
		if r.Figure.Value != 120 || codes(r.Issues) != "C05 C11" || r.Label != "人次" {
			t.Errorf("Number(%q) = %+v", s, r)
		}
	}
}

const none = -1

// unseen takes away what nobody sees in a cell, and what stands for a byte that
// is no character.
var unseen = strings.NewReplacer("\u200b", "", "\u202e", "", "\u008d", "", "\x01", "", "\ufffd", "")

// Rule book §2: "Never guessed".
func TestNumberNeverGuesses(t *testing.T) {
	rows := 0
	for _, c := range []struct {
		code  string
		offer int64
		texts []string
	}{
		{"C03", 120, []string{
			"约120", "约１２０人", "大约120", "120余", "120余人", "120多", "120多人", "120左右", "120人左右", "近120", "近120人", "将近120人", "超120", "超过120人", "逾120人",
			"不足120", "不到120人", "至少120", "120以上", "120人以上", "120上下", "120?", "120？", "？120", "预计120", "估计120人", ">120", "≥120", "<120", "≈120",
			"一百二", "壹佰贰", "约一百二十", "一百二十多人", "一百二十余", "120来人", "几乎120", "大概120人", "可能120",
		}},
		{"C03", none, []string{
			"100-120", "100—120", "100~120", "１００～１２０", "100至120", "100到120人", "100–120", "100人-120人", "100──120", "100－120",
			"若干", "若干人", "数人", "几人", "几十", "待定", "三四十", "三五人", "十几人", "上百人", "近百人", "二三", "一百至一百二十",
		}},
		{"C10", 12000, []string{"1.2万", "1.2万人", "１．２万", "1.20万", "1.2 万人", "12千"}},
		{"C10", 120000, []string{"12万", "12万人", "12 万", "１２万"}},
		{"C10", 120, []string{"0.012万"}},
		{"C10", none, []string{"1.23456万", "1万2千", "约1.2万", "1.2万余人", "1.2万元", "3.4亿", "1.2w"}},
		{"C14", none, []string{"12%", "12％", "12.5%", "百分之十二", "12‰", "90%以上", "1成", "完成12%"}},
		{"C06", none, []string{"0.5", "120.5", "120.5人", "1.20", "１２．５", ".5", "1,200.5", "5.26", "0.1人"}},
		{"C04", none, []string{"-5", "－5", "−5", "-5人", "负5", "—5", "-1,200", "- 5", "(-5)", "-0.5", "–5"}},
		{"C08", none, []string{
			"2022年5月26日", "2022.5.26", "2022-05-26", "2022/5/26", "5月26日", "5月", "2022年5月", "2022年", "二〇二二年五月二十六日", "2022-05", "五月", "2022/05/26 10:00", "5月份",
		}},
		{"C15", none, []string{
			"120、98", "120+30", "=120+30", "120，98", "12,00", "1,2345", "120/98", "120 98", "120；98；76", "120*2", "120×2", "120\n98", "120,98", "1, 200", "1,200,30",
			"1,20,000", "120人98人", "35户120人", "120 + 30", "12 0", "0,120", "120:98", "一百二十、九十八", "120和98",
		}},
		{"C15", none, []string{"5月新增120人", "2022年5月120人"}},
		{"C15", 1234, []string{"1 234", "1　234", "1\u00a0234", "1'234", "1\u200b234"}},
		{"C02", 120, []string{"12o", "12O", "1２O", "l20", "I20", "'120", "新增120", "新增120人", "(120)", "（120）", "120位", "120元", "+120", "120!", "120*"}},
		{"C02", 0, []string{"o", "O"}},
		{"C02", none, []string{
			"见附表", "详见附件", "合格", "是", "1.2.3", "较上月增加20", "比上月增加20人", "同比增长20", "#REF!", "N/A", "TRUE", "\u202e021", "①", "1.2E2", "…", ".", "，", "人", "户", "x",
			"____", "2\u008d", "2\x01", "12\ufffd", "不详", "正在统计", "～", "○", "120.5.6", "١٢٠", "²", "½", "*", "同上", "万", "百",
		}},
		{"C19", none, []string{"100000001", "1,000,000,000", "123456789012345", "12345678901234567890123456789012345", "0374262080712345", "二亿", "999999999人", "410000199001011234"}},
	} {
		for _, s := range c.texts {
			rows++
			r := value.Number(textCell(s), true)
			offer := int64(none)
			if r.Offer != nil {
				offer = *r.Offer
			}
			if r.Figure.Kind != "" || r.Figure.Value != 0 || codes(r.Issues) != c.code || offer != c.offer {
				t.Errorf("Number(%q): kind %q value %d codes %s offer %d, want %s offer %d", s, r.Figure.Kind, r.Figure.Value, codes(r.Issues), offer, c.code, c.offer)
			}
			if r.Figure.Text != unseen.Replace(s) {
				t.Errorf("Number(%q): the text as given is %q", s, r.Figure.Text)
			}
			argsFit(t, r.Issues)
			want := ""
			if c.offer != none {
				want = fmt.Sprint(c.offer)
			}
			if got, has := r.Issues[0].Args["offer"]; has && got != want {
				t.Errorf("Number(%q) offers %q in its arguments, want %q", s, got, want)
			}
		}
	}
	t.Logf("%d rows", rows)
}

func TestNumeral(t *testing.T) {
	rows := 0
	for _, c := range []struct {
		text  string
		v     int64
		exact bool
	}{
		{"〇", 0, true}, {"零", 0, true}, {"一", 1, true}, {"两", 2, true}, {"十", 10, true}, {"十二", 12, true}, {"二十", 20, true}, {"九十九", 99, true},
		{"一百", 100, true}, {"一百二十", 120, true}, {"壹佰贰拾", 120, true}, {"两百", 200, true}, {"一百零五", 105, true}, {"一百一十五", 115, true}, {"一百十五", 115, true},
		{"一千", 1000, true}, {"一千零五", 1005, true}, {"一千零五十", 1050, true}, {"一千五百", 1500, true}, {"一千二百三十四", 1234, true}, {"两千零二十二", 2022, true},
		{"一万", 10000, true}, {"一万二千", 12000, true}, {"一万零二", 10002, true}, {"一万零二十", 10020, true}, {"十万", 100000, true}, {"十二万三千四百", 123400, true},
		{"一百万", 1000000, true}, {"一千零五万", 10050000, true}, {"一亿", 100000000, true}, {"一亿零五万", 100050000, true}, {"二〇二二", 2022, true}, {"一二〇", 120, true}, {"二〇", 20, true},
		{"两万", 20000, true}, {"两千两百", 2200, true}, {"叁仟零伍拾", 3050, true}, {"一千五十", 1050, true},
		{"一百二", 120, false}, {"一千五", 1500, false}, {"一万二", 12000, false}, {"三万五", 35000, false}, {"一二三", 123, false},
		{"", 0, false}, {"三四", 0, false}, {"三四十", 0, false}, {"百", 0, false}, {"万", 0, false}, {"千二", 0, false}, {"零五", 0, false}, {"一百零", 0, false}, {"一零百", 0, false},
		{"十百", 0, false}, {"一百一百", 0, false}, {"一万一万", 0, false}, {"一万一亿", 0, false}, {"两十", 0, false}, {"一百两", 0, false}, {"120", 0, false}, {"一百二十人", 0, false},
		{"一千零零五", 0, false}, {"abc", 0, false}, {"○", 0, false}, {strings.Repeat("九", 40), 0, false}, {strings.Repeat("亿", 10), 0, false}, {"一百零五十", 150, false}, {"亿", 0, false},
	} {
		rows++
		if v, exact := value.Numeral(c.text); v != c.v || exact != c.exact {
			t.Errorf("Numeral(%q) = %d, %t, want %d, %t", c.text, v, exact, c.v, c.exact)
		}
	}
	t.Logf("%d rows", rows)
}

// TestNoiseKeptAsText: csv, html and docx keep a number's float noise as text.
func TestNoiseKeptAsText(t *testing.T) {
	for _, c := range []struct {
		text  string
		want  int64
		codes string
	}{
		{"461.0000001", 461, "C05"}, {"460.9999999", 461, "C05"}, {"1,160.99999999998", 1161, "C05"}, {"0.0000001", 0, "C05"}, {" 461.00000000000006 ", 461, "C05"},
		{"461.000001", 0, "C06"}, {"461.00001", 0, "C06"}, {"461.5", 0, "C06"}, {"461.9", 0, "C06"}, {"-0.0000001", 0, "C06"}, {"461.0001234", 0, "C06"},
	} {
		r := value.Number(ledger.Cell{Kind: ledger.CellText, Text: c.text}, true)
		if c.codes == "C05" && (!r.Figure.Stated() || r.Figure.Value != c.want) || c.codes != "C05" && r.Figure.Stated() {
			t.Errorf("Number(text %q) = %+v", c.text, r)
		}
	}
}
