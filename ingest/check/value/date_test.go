package value_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"taizhang/ingest/check/value"
	"taizhang/ledger"
)

func TestDateText(t *testing.T) {
	day := ledger.Date{Year: 2022, Month: time.May, Day: 26}
	for _, s := range []string{
		"2022年5月26日", "2022.5.26", "2022-05-26", "2022/5/26", "2022年05月26日", "22年5月26日", "20220526", "2022 年 5 月 26 日", "2022　年　5　月　26　日",
		"二〇二二年五月二十六日", "二零二二年五月二十六日", "二○二二年五月二十六日", "二O二二年五月二十六日", "二0二二年五月二十六日", "二〇二二年五月廿六日", "２０２２年５月２６日", "２０２２．５．２６", "２０２２－０５－２６",
		"2022年5月26号", "2022年5月26", "2022年5月26日星期四", "2022年5月26日 10:30", "2022.5.26 10:30", "2022-05-26 10:30:00", "2022-05-26T10:30:00", "20220526 1030",
		"填报时间：2022年5月26日", "2022年5月26日（星期四）上午", "2022 . 5 . 26", "2022/05/26", "2022.05.26", "2022年5月26日填", " 2022年5月26日\n", "2022\u200b年5月26日", "2022年\n5月26日",
		"22.5.26", "22-5-26", "22/5/26", "5/26/2022", "26/5/2022", "26.5.2022", "2022年5月26日,5月26日", "2022_05_26", "2022年度5月26日", "二〇二二 年 五 月 二十六 日", "2022年五月26日",
	} {
		if d, found, ok := value.DateText(s); d != day || !found || !ok {
			t.Errorf("DateText(%q) = %v, %t, %t", s, d, found, ok)
		}
	}
	noYear := ledger.Date{Month: time.May, Day: 26}
	for _, s := range []string{"5月26日", "5.26", "5-26", "5/26", "05月26日", "五月二十六日", "5 月 26 日", "5月26号", "５月２６日", "5月26日下午"} {
		if d, found, ok := value.DateText(s); d != noYear || !found || !ok {
			t.Errorf("DateText(%q) = %v, %t, %t", s, d, found, ok)
		}
	}
	for _, s := range []string{
		"5月32日", "2022年5月32日", "2月30日", "2022年2月29日", "2022年13月1日", "2022-13-01", "2022.2.30", "20220230", "20221345", "2022年0月5日", "2022年5月0日", "2022/4/31", "13.26",
		"2022年5月26日至2022年6月2日", "5/6/2022", "5.6.22", "2022年5月126日", "四月三十一日", "二〇二二年五月三十二日", "5月26日、5月27日",
	} {
		if d, found, ok := value.DateText(s); !found || ok {
			t.Errorf("DateText(%q) = %v, %t, %t, want found and not ok", s, d, found, ok)
		}
	}
	for _, s := range []string{"", " ", "2022年", "2022年5月", "5月", "张三", "0374-2620807", "13837400000", "12345678", "第5期", "1.0版", "本月", "44707", "2022", "1.2.3", "192.168.1.10", "—", "年月日", "　年　月　日"} {
		if d, found, ok := value.DateText(s); found || ok || !d.IsZero() {
			t.Errorf("DateText(%q) = %v, %t, %t, want nothing", s, d, found, ok)
		}
	}
	if d, found, ok := value.DateText("2月29日"); !found || !ok || d.Month != time.February {
		t.Errorf("29 February without a year = %v, %t, %t", d, found, ok)
	}
}

func TestDateCell(t *testing.T) {
	day := ledger.Date{Year: 2022, Month: time.May, Day: 26}
	for _, c := range []ledger.Cell{
		{Kind: ledger.CellNumber, Text: "44707", Format: ledger.FormatDate, Date: day},
		{Kind: ledger.CellNumber, Text: "43245", Format: ledger.FormatDate, Date: day}, // the 1904 system
		{Kind: ledger.CellNumber, Text: "44707"}, {Kind: ledger.CellNumber, Text: "44707.4375"}, {Kind: ledger.CellText, Text: "44707"}, {Kind: ledger.CellNumber, Text: "4.4707E4"},
		{Kind: ledger.CellText, Text: "2022年5月26日"}, {Kind: ledger.CellNumber, Text: "20220526"}, {Kind: ledger.CellText, Text: "20220526"},
	} {
		if d, found, ok := value.Date(c); d != day || !found || !ok {
			t.Errorf("Date(%+v) = %v, %t, %t", c, d, found, ok)
		}
	}
	for _, s := range []string{"526", "5.26", "19999", "80000", "1E308", "-44707", "NaN", "2022"} {
		if d, found, ok := value.Date(numberCell(s)); found || ok {
			t.Errorf("Date(number %q) = %v, %t, %t, want nothing", s, d, found, ok)
		}
	}
}

func monthsText(ms []value.Month) string {
	var out []string
	for _, m := range ms {
		s := fmt.Sprintf("%d-%d", m.Year, int(m.Month))
		if m.Day {
			s += " day"
		}
		if !m.Valid {
			s += " invalid"
		}
		out = append(out, s)
	}
	return strings.Join(out, "; ")
}

func TestMonths(t *testing.T) {
	rows := 0
	for _, c := range []struct {
		want  string
		texts []string
	}{
		{"2022-5", []string{
			"2022年5月", "2022年5月份", "2022.05", "2022-5", "2022-05", "202205", "2022/5", "二〇二二年五月", "二零二二年五月份", "二O二二年五月", "２０２２年５月", "2022 年 5 月", "2022　年　5　月", "22年5月",
			"许昌市2022年5月全民参保计划攻坚行动工作落实台账", "台账202205.xlsx", "台账2022-05.xlsx", "台账2022.05.xlsx", "台账_2022_05.xlsx", "禹州市2022.5台账", "2022年度5月台账", "2022年05月", "202205台账", "(2022年5月)",
			"2022年5月1.0版", "2022年5月（1）", "2022年5月(终稿)2.0", "2022年5月台账 联系电话0374-2620807",
		}},
		{"0-5", []string{
			"5月", "五月", "5月份", "05月", "５月", "禹州市5月台账", "2022年全民参保计划攻坚行动5月份台账", "截至5月底", "5月末", "（5月）", "第1版5月", "5 月", "2022年全民参保计划攻坚行动（五月）", "5月报", "5月月报", "禹州市五月份台账", "Sheet5月", "1.5月台账"[2:],
		}},
		{"0-12", []string{"十二月", "12月", "12月份", "十二月份"}}, {"0-11", []string{"十一月", "11月"}}, {"0-10", []string{"十月", "10月"}},
		{"2022-12", []string{"2022年12月", "202212", "2022-12", "二〇二二年十二月"}},
		{"2022-5 day", []string{"2022年5月26日", "2022.5.26", "20220526", "2022-05-26", "二〇二二年五月二十六日", "2022/05/26", "台账20220526.xlsx", "台账2022.5.26.xlsx", "台账(2022-05-26)"}},
		{"0-5 day", []string{"5月26日", "台账5月26日.xlsx", "五月二十六日", "5月26号"}},
		{"0-4 day", []string{"请于4月29日前报送"}},
		{"2022-5; 2022-5 day", []string{"2022年5月台账 2022年5月26日"}},
		{"0-5; 2022-5 day", []string{"5月份台账（2022年5月26日）"}},
		{"2022-4; 2022-5", []string{"2022年4月、2022年5月"}}, {"0-4; 0-5", []string{"4月和5月", "4月、5月"}},
		{"2022-13 invalid", []string{"2022年13月"}}, {"0-13 invalid", []string{"13月", "13月份台账"}}, {"0-0 invalid", []string{"0月"}},
		{"0-5 day invalid", []string{"5月32日"}}, {"2022-2 day invalid", []string{"2022年2月30日", "2022-02-30"}},
		{"", []string{
			"", "2022年", "2022年全民参保计划攻坚行动工作落实台账", "本月", "上月", "第5期", "2205", "3.15", "年初", "0374-2620807", "13837400000", "12345678", "1.0版", "（1）", "3个月", "每月", "一月一报", "20221345",
			"461000", "许社养老〔2022〕12号", "2022", "2022.13", "202213", "v1.2", "5", "2022年1-5月", "1-5月", "1月至5月", "1—5月份", "2022年1月-5月", "1~5月", "4、5月", "一至五月", "一月一次", "192.168.1.5", "2022-0374", "2022.5.26.1",
			"正月", "5.26",
		}},
	} {
		for _, s := range c.texts {
			rows++
			if got := monthsText(value.Months(s)); got != c.want {
				t.Errorf("Months(%q) = %s, want %s", s, got, c.want)
			}
		}
	}
	t.Logf("%d rows", rows)
}

func TestMonthSpans(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"2022年1-5月", "2022 1-5"}, {"1-5月", "0 1-5"}, {"1月至5月", "0 1-5"}, {"1—5月份", "0 1-5"}, {"4、5月", "0 4-5"}, {"一至五月", "0 1-5"}, {"2022年1月—2022年5月", "2022 1-5"},
		{"5月", ""}, {"5-1月", ""}, {"2022年5月26日-6月2日", ""}, {"5月1日至31日", ""}, {"0-5月", ""}, {"1-13月", ""},
	} {
		got := ""
		for _, s := range value.MonthSpans(c.text) {
			got += fmt.Sprintf("%d %d-%d", s.Year, s.First, s.Last)
		}
		if got != c.want {
			t.Errorf("MonthSpans(%q) = %q, want %q", c.text, got, c.want)
		}
	}
}
