package check_test

import (
	"testing"

	"taizhang/ingest/check"
	"taizhang/ledger"
)

// The cases below are ledgers as other offices make them; each once was read
// wrongly or refused, though the rule book (§2) is plain.

// TestTimesOfAListAreNotAdded: a list of measures under 本月 and 累计, with a
// column of counting units, once summed the two.
func TestTimesOfAListAreNotAdded(t *testing.T) {
	const list = "工作任务|全民参保计划攻坚行动\n主要工作措施|入企宣传\n"
	runCases(t, []oneCase{
		{"month and cumulative", may(list + "指标|单位|本月新增|累计\n参保户数|户|12|40\n企业养老|人|120|500\n工伤|人|98|400\n失业|人|76|300"), "accepted; e12 p120 i98 u76 n294*; "},
		{"cumulative behind a word that names no time", may(list + "指标|计量单位|完成情况|本年累计\n参保户数|户|12|40\n企业养老|人|120|500\n工伤|人|98|400\n失业|人|76|300\n参保人数|人|200|900"), "accepted; e12 p120 i98 u76 n200; "},
		{"two numbers behind a key", may(list + "企业养老|120|500\n工伤|98|400\n失业|76|300"), "returned; ; H02 H06"},
		{"a unit behind each number", may(list + "参保户数|12|户\n企业养老|120|人\n工伤|98|人\n失业|76|人"), "accepted; e12 p120 i98 u76 n294*; "},
		{"firms called 单位, with the number in the cell", may("工作任务：全民参保计划攻坚行动\n主要工作措施：宣传\n参保单位：12\n企业养老：120\n工伤：98人\n失业：76人"), "accepted; e12 p120 i98 u76 n294*; C05"},
		{"a unit before each number", may(list + "参保户数|户|12\n企业养老|人|120\n工伤|人|98\n失业|人|76"), "accepted; e12 p120 i98 u76 n294*; "},
	})
}

// TestRowsOfFirmsAndPersons: rows of 户数 and 人数 below the insurances were
// once added up.
func TestRowsOfFirmsAndPersons(t *testing.T) {
	runCases(t, []oneCase{
		{"firms of each insurance", may("工作任务|主要工作措施|项目|企业养老|工伤|失业\n扩面|宣传|户数|35|30|28\n^|^|人数|120|98|76"), "accepted; p120 i98 u76 n294*; H07"},
		{"firms of all", may("工作任务|主要工作措施|项目|企业养老|工伤|失业|合计\n扩面|宣传|参保户数|35|30|28|40\n^|^|参保人数|120|98|76|200"), "accepted; e40 p120 i98 u76 n200; "},
		{"tasks that a word of firms begins", may("工作任务|主要工作措施|户数|企业养老|工伤|失业\n新增企业|宣传|5|50|40|30\n参保人员|走访|7|70|58|46"), "accepted; e12* p120* i98* u76* n294*; "},
	})
}

// TestExamplesStateNothing: a row or sheet that shows how to fill in the form
// was once added or held.
func TestExamplesStateNothing(t *testing.T) {
	head := "工作任务|主要工作措施|户数|企业养老|工伤|失业\n"
	runCases(t, []oneCase{
		{"a row", may(head + "（示例）扩面|召开座谈会|1|2|3|4\n扩面|宣传|12|120|98|76"), "accepted; e12 p120 i98 u76 n294*; "},
		{"a row numbered 例", may("序号|" + head + "例|扩面|召开座谈会|1|2|3|4\n1|扩面|宣传|12|120|98|76"), "accepted; e12 p120 i98 u76 n294*; "},
		{"a task that begins so", may(head + "例行走访|宣传|12|120|98|76"), "accepted; e12 p120 i98 u76 n294*; "},
		{"nothing but the example", may(head + "示例|宣传|12|120|98|76"), "returned; ; I09"},
	})
	c := campaign(t)
	tabs := []*ledger.Table{grid("填表示例", "填表示例\n"+head+"全民参保计划攻坚行动|宣传|1|2|3|4"), grid("台账", split("12|120|98|76"))}
	out := checked(t, check.Input{Campaign: c, Tables: tabs, File: "a.xlsx"})
	if len(out) != 1 || told(c, &out[0]) != "accepted; e12 p120 i98 u76 n294*; " {
		t.Errorf("an example sheet: %d readings, %v", len(out), out[0].Findings)
	}
	out = checked(t, check.Input{Campaign: c, Tables: []*ledger.Table{grid("样表", split("12|120|98|76"))}, File: "a.xlsx"})
	if got := told(c, &out[0]); got != "accepted; e12 p120 i98 u76 n294*; " {
		t.Errorf("the form filled in on the sample sheet: %s", got)
	}
}

// TestMonthAboveRowsOfMonths: the month in a line of its own above the header
// once made the total of all months the month's.
func TestMonthAboveRowsOfMonths(t *testing.T) {
	runCases(t, []oneCase{{"total row", `
2022年全民参保计划攻坚行动工作落实台账
填报单位：禹州市
2022年7月
月份|工作任务|主要工作措施|户数|企业养老|工伤|失业
5月|扩面|宣传|1|2|3|4
6月|扩面|宣传|2|3|4|5
7月|扩面|宣传|12|120|98|76
8月||||||
合计|||15|125|105|85
负责人：张三|联络员：李四|填报时间：2022年7月26日`, "accepted; e12 p120 i98 u76 n294*; "}})
}

// TestNotesAreNoRow: what stands at the foot of a page was once a task row
// with blanks, or a text in a column of figures.
func TestNotesAreNoRow(t *testing.T) {
	const ok = "accepted; e12 p120 i98 u76 n294*; "
	form := "2022年5月全民参保计划攻坚行动工作落实台账\n填报单位：禹州市\n负责人：张三|联络员：李四|填报时间：2022年5月26日\n工作任务|主要工作措施|户数|企业养老|工伤|失业\n扩面|宣传|12|120|98|76\n||||\n"
	runCases(t, []oneCase{
		{"a page number", form + "第 1 页 共 1 页", ok},
		{"a remark in brackets", form + "（此件不公开）", ok},
		{"under a column of figures", form + "|||说明：企业养老指企业职工基本养老保险\n||||传真：2620807", ok},
		{"a task without figures", form + "新业态|走访", "returned; e_ p_ i_ u_; C01"},
		{"见附件 in a column of figures", form + "新业态|走访|说明见附件|1|1|1", "returned; p121* i99* u77* n297*; C02"},
	})
}

// TestWordsOfHeaders: words that the reader took for something else.
func TestWordsOfHeaders(t *testing.T) {
	const ok = "accepted; e12 p120 i98 u76 n294*; "
	runCases(t, []oneCase{
		{"a group that asks for firms and persons", may("工作任务|措施|参保扩面成效（企业参保户数及参保人数）|<|<|<\n^|^|参保户数|企业养老|工伤|失业\n扩面|宣传|12|120|98|76"), ok},
		{"one column numbered 甲 乙 1", may("工作任务|措施|企业养老、工伤、失业保险新增参保\n甲|乙|1\n扩面|宣传|养老120人、工伤98人、失业76人"), "accepted; p120 i98 u76 n294*; C05 H06"},
		{"a group of growth in per cent", may("工作任务|措施|本月|<|<|同比（%）|<|<\n^|^|企业养老|工伤|失业|企业养老|工伤|失业\n扩面|宣传|120|98|76|5|6|7"), "accepted; p120 i98 u76 n294*; H06"},
		{"总数 of a group", may("工作任务|措施|新增参保人数|<|<|<\n^|^|总数|企业养老|工伤|失业\n扩面|宣传|200|120|98|76"), "accepted; p120 i98 u76 n200; H06"},
		{"the unit of the form in brackets beside its head", "2022年全民参保计划攻坚行动工作落实台账\n填报单位：|禹州市|填报月份：5月|（单位：人）\n工作任务|主要工作措施|险种|本月新增\n扩面|宣传|参保户数|12\n^|^|养老|120\n^|^|工伤|98\n^|^|失业|76\n负责人：张三|联络员：李四|填报时间：2022年5月26日", ok},
	})
}

// TestOtherDrives: 攻坚行动 is the end of many drives' names, and a form of one
// insurance was once read as one of all.
func TestOtherDrives(t *testing.T) {
	c := campaign(t)
	body := func(title, head string) string {
		return title + "\n填报单位：禹州市\n工作任务|主要工作措施|" + head + "\n专项工作|宣传|12|120\n负责人：张三|联络员：李四|填报时间：2022年5月26日"
	}
	for _, tc := range []struct{ title, head, want string }{
		{"2022年5月城乡居民养老保险参保攻坚行动台账", "户数|新增参保人数", "none"},
		{"2022年5月工伤保险攻坚行动工作台账", "户数|参保人数", "none"},
		{"安全生产攻坚行动工作落实台账（5月）", "户数|合计人数", "none"},
		{"城乡居民养老保险全民参保工作台账（5月）", "户数|参保人数", "none"},
		{"2022年5月社保参保扩面攻坚行动工作台账", "户数|参保人数", "accepted; e12 n120; H06"},
		{"许昌市禹州市5月份攻坚行动台账", "户数|参保人数", "accepted; e12 n120; H06"},
		{"2022年5月企业养老、工伤、失业保险攻坚行动台账", "户数|参保人数", "accepted; e12 n120; H06"},
		{"2022年5月全民参保计划攻坚行动工作落实台账（工伤）", "户数|新增参保", "held; e12 n120; H05 H06"},
	} {
		r := checked(t, check.Input{Campaign: c, Tables: []*ledger.Table{grid("Sheet1", body(tc.title, tc.head))}, File: "a.xlsx"})[0]
		if got := told(c, &r); got != tc.want {
			t.Errorf("%s: got %s, want %s", tc.title, got, tc.want)
		}
	}
	r := checked(t, check.Input{Campaign: c, Tables: []*ledger.Table{grid("失业", body("全民参保计划攻坚行动工作落实台账（5月）", "户数|新增参保人数"))}, File: "a.xlsx"})[0]
	if got := told(c, &r); got != "held; e12 n120; H05 H06" {
		t.Errorf("a sheet named after one insurance: %s", got)
	}
}

// TestRemarksNameNoOtherCampaign: a remark below the form that spoke of
// another insurance once made the ledger none.
func TestRemarksNameNoOtherCampaign(t *testing.T) {
	pic := "2022年全民参保攻坚行动台账（5月）\n填报单位：禹州市\n工作任务|主要工作措施|户数|企业养老|工伤|失业\n扩面|宣传|12|120|98|76\n负责人：张三|联络员：李四|填报时间：2022年5月26日\n注：不含医疗保险、生育保险及城乡居民养老保险。\n说明：结合能力作风建设年活动开展"
	runCases(t, []oneCase{{"remarks", pic, "accepted; e12 p120 i98 u76 n294*; "}})
}

// TestAnnexesOnOneSheet: Annex 1 above and Annex 3 below the ledger on its
// sheet do not disturb it.
func TestAnnexesOnOneSheet(t *testing.T) {
	c := campaign(t)
	one := "附件1\n2022年全市社会保险参保人数计划目标列表|<|<|<\n地区|企业职工养老保险|失业保险|工伤保险\n禹州市|10.15|5.9|5.8\n合计|59.81|34.11|36.7\n附件2\n"
	three := "\n附件3\n全民参保计划攻坚行动工作负责人及联络员名单|<|<|<|<|<\n填报单位：禹州市\n工作负责人|单位及职务|联系电话|联络员|单位及职务|联系电话\n张三|主任|0374-1|李四|科员|0374-2"
	for name, pic := range map[string]string{"Annex 1": one + split("12|120|98|76"), "Annex 3": split("12|120|98|76") + three, "both": one + split("12|120|98|76") + three} {
		out := checked(t, check.Input{Campaign: c, Tables: []*ledger.Table{grid("Sheet1", pic)}, File: "a.xlsx"})
		if got := told(c, &out[0]); got != "accepted; e12 p120 i98 u76 n294*; " {
			t.Errorf("%s: got %s, %v", name, got, out[0].Findings)
		}
		if roster := len(out) == 2 && out[1].Kind == ledger.KindRoster && out[1].Unit == "禹州市"; roster != (name != "Annex 1") {
			t.Errorf("%s: %d readings", name, len(out))
		}
	}
	kept := may("工作任务|主要工作措施|户数|企业养老|工伤|失业\n报送负责人及联络员名单|宣传|5|50|40|30\n新业态|走访|7|70|58|46")
	runCases(t, []oneCase{{"a task that names Annex 3", kept, "accepted; e12* p120* i98* u76* n294*; "}})
}

// TestRefusedBesideAccepted: of two different ledgers for one unit and month
// the one that could be read was once taken.
func TestRefusedBesideAccepted(t *testing.T) {
	c := campaign(t)
	tabs := []*ledger.Table{grid("初稿", split("约12|约120|98余|76左右")), grid("定稿", split("12|120|98|76"))}
	for _, r := range checked(t, check.Input{Campaign: c, Tables: tabs, File: "a.xlsx"}) {
		if r.Verdict() != ledger.Held {
			t.Errorf("%s: %s", r.Document, r.Verdict())
		}
	}
}

// TestRowsThatAreNotNew: rows of 减少, 目标 or 净增 below the insurances were
// once added to the new ones.
func TestRowsThatAreNotNew(t *testing.T) {
	h := "工作任务|主要工作措施|项目|企业养老|工伤|失业\n"
	const ok = "accepted; p120 i98 u76 n294*; H06"
	runCases(t, []oneCase{
		{"lost", may(h + "扩面|宣传|新增|120|98|76\n^|^|减少|5|6|7"), ok},
		{"lost and net", may(h + "扩面|宣传|本月新增|120|98|76\n^|^|本月减少|5|6|7\n^|^|净增|115|92|69"), ok},
		{"target and rate", may(h + "扩面|宣传|目标任务|1000|900|800\n^|^|本月完成|120|98|76\n^|^|完成率|12%|10%|9%"), ok},
		{"plan", may(h + "扩面|宣传|计划数|1000|900|800\n^|^|实际数|120|98|76"), ok},
		{"a label that holds such a word", may(h + "扩面|宣传|新增|120|98|76\n^|^|减少人员|5|6|7"), "returned; p125* i104* u83* n312*; C16"},
		{"a task called so", may("工作任务|主要工作措施|企业养老|工伤|失业\n新增企业|宣传|120|98|76\n城乡居民养老|宣传|5|6|7"), "returned; p125* i104* u83* n312*; C16"},
		{"a task that holds such a word", may("工作任务|主要工作措施|企业养老|工伤|失业\n缴费困难企业帮扶参保|宣传|120|98|76"), ok},
	})
}
