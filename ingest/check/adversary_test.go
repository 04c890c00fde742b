package check_test

import (
	"strings"
	"testing"

	"taizhang/ingest/check"
	"taizhang/ledger"
)

// TestMonthsThatMisled: spellings of the month that once named none, or
// another one (rule book §3).
func TestMonthsThatMisled(t *testing.T) {
	title := func(s string) string { return "2022年全民参保计划攻坚行动工作落实台账（" + s + "）" }
	runMail(t, []mailCase{
		{name: "days of one month", title: title("5月1日-5月26日"), filled: "2022年6月2日", want: "禹州市 2022-05"},
		{name: "days of one month and no date", title: title("5月1日至5月31日"), filled: "-", want: "禹州市 2022-05 P05"},
		{name: "days of two months", title: title("6月26日至7月25日"), filled: "2022年7月26日", want: "禹州市 2022-06 I08"},
		{name: "up to a day", title: title("截至5月26日"), filled: "2022年6月2日", want: "禹州市 2022-05"},
		{name: "half a year", title: title("上半年"), filled: "2022年7月5日", want: "禹州市 2022-06 H04"},
		{name: "a quarter", title: "2022年第三季度全民参保计划攻坚行动工作落实台账", filled: "2022年9月26日", want: "禹州市 2022-09 H04"},
		{name: "the first five months", title: title("前五个月"), want: "禹州市 2022-05 H04"},
		{name: "from the year's beginning", title: title("年初至5月"), want: "禹州市 2022-05 H04"},
		{name: "a cumulative title", title: title("累计"), want: "禹州市 2022-05 H04"},
		{name: "a title of both", title: title("5月，含本月及累计"), want: "禹州市 2022-05"},
		{name: "two months in Chinese", file: "六七月台账.xlsx", filled: "2022年7月26日", want: "禹州市 2022-07 H04"},
		{name: "two months with a slash", title: "2022年6/7月全民参保计划攻坚行动工作落实台账", filled: "2022年7月26日", want: "禹州市 2022-07 H04"},
		{name: "another year, the month without one", title: "2021年全民参保计划攻坚行动工作落实台账（5月）", filled: "-", want: "禹州市 2022-05 I15 P05"},
		{name: "last year's form for this year's month", title: "2021年全民参保计划攻坚行动工作落实台账（2022年5月）", want: "禹州市 2022-05"},
		{name: "a day in the file name against the date", filled: "2022年6月20日", file: "台账20220526.xlsx", want: "禹州市 2022-06 I08"},
		{name: "a day in the file name in the month", title: title("5月"), file: "台账20220602.xlsx", want: "禹州市 2022-05"},
		{name: "a day in the file name before the month", title: title("6月"), filled: "2022年6月20日", file: "台账20220526.xlsx", want: "禹州市 2022-06 I08"},
		{name: "the notice's day in the file name", title: title("5月"), file: "4月26日通知附件2.xlsx", want: "禹州市 2022-05"},
		{name: "a year of two digits", filled: "22.5.26", want: "禹州市 2022-05"},
		{name: "last year of two digits", filled: "21.5.26", want: "禹州市 2021-05 I15"},
	}, nil)
}

// TestDateAloneWithoutState: where nothing is known of the month before, no
// version of it is known to be in force (rule book §3).
func TestDateAloneWithoutState(t *testing.T) {
	runMail(t, []mailCase{
		{name: "the month before is open", filled: "2022年6月3日", arrived: "06-03", want: "禹州市 2022-06 I19"},
		{name: "no arrival, open on the day it was filled in", filled: "2022年6月3日", want: "禹州市 2022-06 I19"},
		{name: "the month before is closed", filled: "2022年6月20日", arrived: "06-20", want: "禹州市 2022-06"},
		{name: "no arrival, closed on the day it was filled in", filled: "2022年6月20日", want: "禹州市 2022-06"},
		{name: "a month without a day", filled: "2022年6月", want: "禹州市 2022-06"},
	}, nil)
}

// TestSeveralUnitsBesideOne: a name of a file or sheet that names several
// units does not agree with one of them (rule book §3).
func TestSeveralUnitsBesideOne(t *testing.T) {
	runMail(t, []mailCase{
		{name: "file", file: "禹州、长葛5月台账.xlsx", want: "禹州市 2022-05 I03"},
		{name: "sheet", sheet: "禹州市（长葛市）", want: "禹州市 2022-05 I03"},
		{name: "an office of the city beside it", unit: "市社保中心", file: "襄城县5月台账.xlsx", want: "襄城县 2022-05 I02"},
		{name: "traditional characters beside it", unit: "東城區", file: "襄城县5月台账.xlsx", want: "襄城县 2022-05 I02"},
		{name: "a subject may list its files", subject: "禹州市、长葛市5月台账", want: "禹州市 2022-05"},
	}, nil)
}

// TestCellsThatMisled: cells and sentences that were once accepted in silence
// (rule book §2).
func TestCellsThatMisled(t *testing.T) {
	runCases(t, []oneCase{
		{"persons' unit among enterprises", split("120名|120|98|76"), "returned; p120 i98 u76 n294*; C02"},
		{"the sheet counts hundreds", strings.Replace(printed("250"), "填报单位：禹州市", "填报单位：禹州市|单位：百人", 1), "returned; ; C10 H06"},
		{"the sheet counts yuan", strings.Replace(printed("250"), "填报单位：禹州市", "填报单位：禹州市|单位：万元", 1), "returned; ; C02 H06"},
		{"a lone 一", split("35|一|98|76"), "returned; e35 i98 u76; C03"},
		{"another month's sentence", printed("4月份新增35户250人"), "held; e35 n250; C05 H06 I08"},
		{"another year's sentence", printed("2021年5月新增35户250人"), "held; e35 n250; C05 H06 I08"},
		{"growth alone", printed("比上月增加5户12人"), "returned; ; C16"},
		{"tens of enterprises", printed("新增数十户250人"), "returned; n250; C16"},
		{"a remark behind the number", total("35|120|98|76|294（待核实）"), "returned; e35 p120 i98 u76; C16"},
	})
}

// TestPeopleBesideMore: what stands beside a name is no part of it, and what
// stands for no name is none.
func TestPeopleBesideMore(t *testing.T) {
	c := campaign(t)
	for in, want := range map[string]string{
		"张伟": "张伟", "张　伟": "张伟", "张伟（局长）": "张伟", "张伟 13812345678": "张伟", "张伟　副局长": "张伟", "张伟（局长） 电话：13812345678": "张伟", "张伟（13812345678）": "张伟",
		"张伟0374-8112233": "张伟", "欧阳建国": "欧阳建国", "买买提·艾力": "买买提·艾力", "张伟、王强": "张伟、王强", "Li Wei": "Li Wei",
		"无": "", "×××": "", strings.Repeat("X", 3): "", "—": "", "（签字）": "", "*": "", "暂缺": "",
	} {
		picture := "2022年全民参保计划攻坚行动工作落实台账（5月）\n填报单位：禹州市\n工作任务|主要工作措施|参保户数|企业养老|工伤|失业\n全民参保计划攻坚行动|入企宣传|35|120|98|76\n负责人：" + in + "|联络员：李敏|填报时间：2022年5月26日"
		r := checked(t, check.Input{Campaign: c, Tables: []*ledger.Table{grid("Sheet1", picture)}, File: "附件.xlsx"})[0]
		if codes := codesOf(&r); r.Officer != want || (want == "") != (codes == "P01") {
			t.Errorf("%q: officer %q, %s, want %q", in, r.Officer, codes, want)
		}
	}
}
