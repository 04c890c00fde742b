package check_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"taizhang/ingest/check"
	"taizhang/ledger"
)

// oneCase is a picture of a sheet and what must be read from it. Want is
// "verdict; figures; codes": figures by the first letter of their measure
// (e firms, p pension, i injury, u unemployment, n persons, a and b projects)
// with * for derived, - for a dash and _ for a blank; codes in order of their
// name, without repetition.
type oneCase struct {
	name, picture, want string
}

var letters = map[string]string{"enterprises": "e", "pension": "p", "injury": "i", "unemployment": "u", "persons": "n", "projects_new": "a", "projects_insured": "b"}

// told writes a reading as the cases do.
func told(c *ledger.Campaign, r *ledger.Reading) string {
	if r.Kind == ledger.KindNone {
		return "none"
	}
	var figs []string
	for _, k := range c.Form.Keys() {
		f, ok := r.Figures[k]
		if !ok {
			continue
		}
		s := letters[k]
		switch f.Kind {
		case ledger.Dash:
			s += "-"
		case ledger.Blank:
			s += "_"
		default:
			s += fmt.Sprint(f.Value)
		}
		if f.Derived {
			s += "*"
		}
		figs = append(figs, s)
	}
	return string(r.Verdict()) + "; " + strings.Join(figs, " ") + "; " + codesOf(r)
}

func codesOf(r *ledger.Reading) string {
	var codes []string
	for _, f := range r.Findings {
		codes = append(codes, string(f.Code))
	}
	slices.Sort(codes)
	return strings.Join(slices.Compact(codes), " ")
}

// may is a form of 禹州市 for May around the body, complete with people and date.
func may(body string) string {
	return "2022年全民参保计划攻坚行动工作落实台账（5月）\n填报单位：禹州市\n" + strings.Trim(body, "\n") +
		"\n负责人：张三|联络员：李四|填报时间：2022年5月26日"
}

// split is the sub-column form with one task row of the given cells.
func split(row string) string {
	return may("工作任务|主要工作措施|企业养老、工伤、失业保险新增参保|<|<|<\n^|^|参保户数|企业养老|工伤|失业\n全民参保计划攻坚行动|入企宣传|" + row)
}

// printed is the printed form with the one cell.
func printed(cell string) string {
	return may("工作任务|主要工作措施|企业养老、工伤、失业保险新增参保\n全民参保计划攻坚行动|入企宣传|" + cell)
}

// total is the sub-column form with a column for persons too.
func total(row string) string {
	return may("工作任务|主要工作措施|参保户数|企业养老|工伤|失业|合计人数\n全民参保计划攻坚行动|入企宣传|" + row)
}

func runCases(t *testing.T, cases []oneCase) {
	t.Helper()
	c := campaign(t)
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			out := checked(t, check.Input{Campaign: c, Tables: []*ledger.Table{grid("Sheet1", tc.picture)}, File: "附件.xlsx"})
			if len(out) != 1 {
				t.Fatalf("%d readings", len(out))
			}
			if got := told(c, &out[0]); got != tc.want {
				t.Errorf("got  %s\nwant %s\n%s\n%v", got, tc.want, tc.picture, out[0].Findings)
			}
		})
	}
	t.Logf("%d cases", len(cases))
}

// TestCells: each fact is one of four, and each spelling (rule book §2).
func TestCells(t *testing.T) {
	ok := "accepted; e12 p120 i98 u76 n294*; "
	var cases []oneCase
	for _, s := range []string{"'120", "１２０", "120人", "120名", "120 人", "120\u200b", "'0120", "120.", "120.0", "一百二十", "壹佰贰拾", "120（人）"} {
		want := ok + "C05"
		if s == "'120" || s == "120.0" {
			want = ok
		}
		cases = append(cases, oneCase{"read " + s, split("12|" + s + "|98|76"), want})
	}
	cases[8].want = ok
	for s, want := range map[string]string{
		"约120": "C03", "120余": "C03", "120多人": "C03", "120左右": "C03", "近120": "C03", "100-120": "C03", "'120+30": "C15", "'1 234": "C15", "一百二": "C03",
		"'12%": "C14", "%0.12": "C14", "若干": "C03", "见附表": "C02", "较上月增加20": "C02", "暂无": "C17", "没有": "C17", "无新增": "C17", "-5": "C04", "12.5": "C06",
		"#REF!": "C07", "=A1+1": "C12", "'1.2万": "C10", "W12000": "C20", "D44707": "C08", "5月26日": "C08", "1e+20": "C15", "'1,20": "C15", "1\u200b20人": "C15", "#N/A": "C07", "120/98": "C15", "1200000000": "C19", "120、98": "C15", "120?": "C03",
	} {
		cases = append(cases, oneCase{"block " + s, split("12|" + s + "|98|76"), "returned; e12 i98 u76; " + want})
	}
	cases = append(cases,
		oneCase{"thousands", split("12|'1,120|98|76"), "accepted; e12 p1120 i98 u76 n1294*; C05"},
		oneCase{"zero 0", split("12|0|98|76"), "accepted; e12 p0 i98 u76 n174*; "},
		oneCase{"zero 无", split("12|无|98|76"), "accepted; e12 p0 i98 u76 n174*; C05"},
		oneCase{"zero 零", split("12|零|98|76"), "accepted; e12 p0 i98 u76 n174*; C05"},
		oneCase{"zero 〇", split("12|〇|98|76"), "accepted; e12 p0 i98 u76 n174*; C05"},
		oneCase{"zero -0", split("12|-0|98|76"), "accepted; e12 p0 i98 u76 n174*; C05"},
		oneCase{"all zero", split("0|0|0|0"), "accepted; e0 p0 i0 u0 n0*; "},
		oneCase{"blank blocks", split("12||98|76"), "returned; e12 p_ i98 u76; C01"},
		oneCase{"blank firms block", split("|120|98|76"), "returned; e_ p120 i98 u76 n294*; C01"},
		oneCase{"two blanks", split("|120|98|"), "returned; e_ p120 i98 u_; C01"},
		oneCase{"dash for one insurance without persons blocks", split("12|—|98|76"), "returned; e12 p- i98 u76; C09"},
		oneCase{"dash for firms is a query", split("－|120|98|76"), "accepted; e- p120 i98 u76 n294*; C09"},
		oneCase{"dash for one insurance with persons is a query", total("12|120|/|76|200"), "accepted; e12 p120 i- u76 n200; C09"},
		oneCase{"dash for persons beside three is a query", total("12|120|98|76|-"), "accepted; e12 p120 i98 u76 n-; C09"},
		oneCase{"persons blank beside three blocks", total("12|120|98|76|"), "returned; e12 p120 i98 u76 n_; C01"},
		oneCase{"all dashes are a blank form", split("-|—|/|－"), "returned; e- p- i- u-; I09"},
		oneCase{"nothing at all is a blank form", split("|||"), "returned; e_ p_ i_ u_; I09"},
		oneCase{"printed blank", printed(""), "returned; n_; I09"},
		oneCase{"printed dash", printed("—"), "returned; n-; I09"},
		oneCase{"printed zero", printed("0"), "accepted; n0; H06"},
		oneCase{"人次 is a query", split("12|120人次|98|76"), "accepted; e12 p120 i98 u76 n294*; C05 C11"},
		oneCase{"firms with 家", split("35家|120|98|76"), "accepted; e35 p120 i98 u76 n294*; C05"},
		oneCase{"firms counted in 人", split("35人|120|98|76"), "returned; p120 i98 u76 n294*; C02"},
		oneCase{"persons counted in 户", split("12|120户|98|76"), "returned; e12 i98 u76; C02"},
		oneCase{"several wrong cells in one round", split("约12|-1|9.5|"), "returned; u_; C01 C03 C04 C06"},
	)
	runCases(t, cases)
}

// TestComplete: what a ledger needs (rule book §2).
func TestComplete(t *testing.T) {
	runCases(t, []oneCase{
		{"three and persons", total("12|120|98|76|200"), "accepted; e12 p120 i98 u76 n200; "},
		{"persons at the least", total("12|120|98|76|120"), "accepted; e12 p120 i98 u76 n120; "},
		{"persons at the most", total("12|120|98|76|294"), "accepted; e12 p120 i98 u76 n294; "},
		{"persons below the least", total("12|120|98|76|119"), "returned; e12 p120 i98 u76 n119; R01"},
		{"persons above the most", total("12|120|98|76|295"), "returned; e12 p120 i98 u76 n295; R01"},
		{"persons below one of two", may("工作任务|措施|户数|企业养老|工伤|合计\n全民参保|宣传|12|120|98|119"), "returned; e12 p120 i98 n119; R01 R08"},
		{"two of three with persons is a query", may("工作任务|措施|户数|企业养老|工伤|合计\n全民参保|宣传|12|120|98|150"), "accepted; e12 p120 i98 n150; R08"},
		{"two of three without persons blocks", may("工作任务|措施|户数|企业养老|工伤\n全民参保|宣传|12|120|98"), "returned; e12 p120 i98; R08"},
		{"one of three without persons blocks", may("工作任务|措施|户数|企业养老\n全民参保|宣传|12|120"), "returned; e12 p120; R08"},
		{"no firms column is a query", may("工作任务|措施|企业养老|工伤|失业\n全民参保|宣传|120|98|76"), "accepted; p120 i98 u76 n294*; H06"},
		{"no split is a query", may("工作任务|措施|户数|新增参保人数\n全民参保|宣传|12|294"), "accepted; e12 n294; H06"},
		{"only firms blocks", may("工作任务|措施|参保户数\n全民参保|宣传|12"), "returned; e12; H06"},
		{"persons fewer than firms", split("400|120|98|76"), "accepted; e400 p120 i98 u76 n294*; R03"},
		{"no firms yet persons", split("0|120|98|76"), "accepted; e0 p120 i98 u76 n294*; R04"},
		{"words empty", may("工作任务|主要工作措施|户数|企业养老|工伤|失业\n全民参保||12|120|98|76"), "returned; e12 p120 i98 u76 n294*; R05"},
		{"words a dash", may("工作任务|主要工作措施|户数|企业养老|工伤|失业\n全民参保|——|12|120|98|76"), "returned; e12 p120 i98 u76 n294*; R05"},
		{"no column for words", may("工作任务|户数|企业养老|工伤|失业\n全民参保|12|120|98|76"), "accepted; e12 p120 i98 u76 n294*; H06"},
		{"projects", may("工作任务|措施|户数|企业养老|工伤|失业|新开工项目数|已参保项目数\n全民参保|宣传|12|120|98|76|10|9"), "accepted; e12 p120 i98 u76 n294* a10 b9; "},
		{"projects with a dash", may("工作任务|措施|户数|企业养老|工伤|失业|新开工项目数|已参保项目数\n全民参保|宣传|12|120|98|76|-|-"), "accepted; e12 p120 i98 u76 n294* a- b-; C09"},
		{"no measure column", may("工作任务|主要工作措施|完成时限\n全民参保计划攻坚行动|入企宣传|年底"), "returned; ; H01"},
		{"half of the target is held", split("12|50751|98|76"), "held; e12 p50751 i98 u76 n50925*; G01"},
		{"just half of the target", split("12|50750|98|76"), "accepted; e12 p50750 i98 u76 n50924*; "},
		{"above the target blocks", split("12|101501|98|76"), "returned; e12 p101501 i98 u76 n101675*; G02"},
		{"one number above half of the target", printed("60000"), "held; n60000; G01 H06"},
		{"no people", "2022年全民参保计划攻坚行动工作落实台账（5月）\n填报单位：禹州市\n工作任务|措施|户数|企业养老|工伤|失业\n全民参保|宣传|12|120|98|76\n负责人：|联络员：|填报时间：",
			"accepted; e12 p120 i98 u76 n294*; P01 P02 P05"},
	})
}

// TestHeaders: words match by equality after stripping (rule book §2).
func TestHeaders(t *testing.T) {
	ok := "accepted; e12 p120 i98 u76 n294*; "
	head := func(e, p, i, u string) string {
		return may("工作任务|主要工作措施|" + e + "|" + p + "|" + i + "|" + u + "\n全民参保计划攻坚行动|入企宣传|12|120|98|76")
	}
	var cases []oneCase
	for _, s := range []string{"参保户数", "户数", "企业户数", "新增参保企业（户）", "新增参保企业（户/家）", "参保单位", "参 保\\n户 数", "参保户数（户）", "新增企业户数", "1.参保户数", "户数(1)", "新增参保（户）", "参保企业数", "本月新增参保户数", "其中：参保户数"} {
		cases = append(cases, oneCase{"firms " + s, head(s, "企业养老", "工伤", "失业"), ok})
	}
	for _, s := range []string{"企业养老", "企业职工养老保险", "企业职工基本养老保险", "城镇企业职工养老保险", "城镇企业职工基本养老保险", "养老", "养老保险", "企业养老保险新增参保人数", "企业养老（人）", "企业养老/人", "其中：企业养老",
		"新增企业养老", "企 业 养 老", "企业\\n养老", "（一）企业养老", "①企业养老", "企业养老新增人数", "5月企业养老", "2022年5月企业养老新增参保人数", "本月企业养老", "企业养老(本月)", "企业职工养老", "企业养老保险参保人数（单位：人）", "基本养老保险"} {
		cases = append(cases, oneCase{"pension " + s, head("户数", s, "工伤", "失业"), ok})
	}
	for _, s := range []string{"工伤", "工伤保险", "工伤保险新增参保人数", "新增工伤保险参保", "工伤参保", "工伤保险（人）"} {
		cases = append(cases, oneCase{"injury " + s, head("户数", "企业养老", s, "失业"), ok})
	}
	for _, s := range []string{"失业", "失业保险", "失业保险新增参保人数", "失业险", "参保人数（失业）"} {
		cases = append(cases, oneCase{"unemployment " + s, head("户数", "企业养老", "工伤", s), ok})
	}
	for _, s := range []string{"合计人数", "新增参保人数", "参保人数", "合计", "总计", "人数合计", "新增参保人数（人）", "小计", "合计（人）"} {
		cases = append(cases, oneCase{"persons " + s, may("工作任务|措施|户数|养老|工伤|失业|" + s + "\n全民参保|宣传|12|120|98|76|200"), "accepted; e12 p120 i98 u76 n200; "})
	}
	for _, s := range []string{"城乡居民养老", "城乡居民养老保险新增参保人数", "机关养老", "机关事业养老保险", "机关事业单位养老保险", "医疗", "医疗保险", "生育", "登记失业", "城镇登记失业人数", "工伤认定", "工伤认定人数", "基金", "金额（万元）", "占比", "目标",
		"企业养老目标", "减少", "企业养老减少", "净增", "上年", "去年同期", "上年企业养老", "工伤保险基金", "养老占比", "完成率(%)", "失业金额", "企业养老净增"} {
		cases = append(cases, oneCase{"foreign " + s, may("工作任务|措施|" + s + "|户数|养老|工伤|失业\n全民参保|宣传|555|12|120|98|76"), ok})
	}
	for _, s := range []string{"养老待遇", "工伤人员名单", "参保意愿", "走访企业", "企业养老与工伤", "发放资料", "领取失业", "失业人员", "工伤人员", "参保总人数", "养老参保总人数"} {
		cases = append(cases, oneCase{"unknown " + s, may("工作任务|措施|" + s + "|户数|养老|工伤|失业\n全民参保|宣传|555|12|120|98|76"), ok + "H03"})
	}
	for _, s := range []string{"城镇职工养老", "城镇职工基本养老保险", "城镇职工基本养老保险新增参保人数", "职工基本养老保险"} {
		cases = append(cases, oneCase{"question " + s, may("工作任务|措施|户数|" + s + "|工伤|失业\n全民参保|宣传|12|120|98|76"), "held; e12 i98 u76; H05 R08"})
	}
	for _, s := range []string{"序号", "备注", "说明"} {
		cases = append(cases, oneCase{"ignored " + s, may("工作任务|措施|户数|养老|" + s + "|工伤|失业\n全民参保|宣传|12|120|1|98|76"), ok})
	}
	for _, s := range []string{"工作推进情况", "好的做法", "工作措施", "主要做法", "措施"} {
		cases = append(cases, oneCase{"words " + s, may("工作任务|" + s + "|户数|养老|工伤|失业\n全民参保|宣传3次120人|12|120|98|76"), ok})
	}
	cases = append(cases,
		oneCase{"twice", head("户数", "企业养老", "工伤", "失业|企业养老保险") + "", "returned; e12 i98 u76; H02 C01"},
		oneCase{"万人 is never scaled", head("户数", "企业养老（万人）", "工伤", "失业"), "returned; e12 i98 u76; C10"},
		oneCase{"人次 in the header", head("户数", "企业养老（人次）", "工伤", "失业"), ok + "C11"},
		oneCase{"numbers in the words", may("工作任务|主要工作措施|户数|养老|工伤|失业\n全民参保|新增养老500人，工伤300人|12|120|98|76"), ok},
		oneCase{"columns numbered", may("工作任务|主要工作措施|户数|养老|工伤|失业\n甲|乙|1|2|3|4\n全民参保|宣传|12|120|98|76"), ok},
		oneCase{"columns numbered 栏次", may("工作任务|主要工作措施|户数|养老|工伤|失业\n栏次|1|2|3|4|5\n全民参保|宣传|12|120|98|76"), ok},
		oneCase{"firms per insurance", may("工作任务|措施|企业养老|<|工伤|<|失业|<\n^|^|户数|人数|户数|人数|户数|人数\n全民参保|宣传|35|120|30|98|28|76"), "accepted; p120 i98 u76 n294*; H07"},
		oneCase{"firms per insurance and once", may("工作任务|措施|参保户数|企业养老|<|工伤|<|失业|<\n^|^|^|户数|人数|户数|人数|户数|人数\n全民参保|宣传|40|35|120|30|98|28|76"), "accepted; e40 p120 i98 u76 n294*; "},
		oneCase{"新增 beside 减少 and 净增", may("工作任务|措施|户数|企业养老|<|<|工伤|<|<|失业|<|<\n^|^|^|新增|减少|净增|新增|减少|净增|新增|减少|净增\n全民参保|宣传|12|120|20|100|98|8|90|76|6|70"), ok},
		oneCase{"only 累计 blocks", may("工作任务|措施|户数|累计企业养老|累计工伤|累计失业\n全民参保|宣传|12|120|98|76"), "returned; e12; H04"},
	)
	for i := range cases {
		if cases[i].name == "twice" {
			cases[i].picture = may("工作任务|措施|户数|企业养老|工伤|失业|企业养老保险\n全民参保|宣传|12|120|98|76|121")
			cases[i].want = "returned; e12 i98 u76; H02"
		}
	}
	runCases(t, cases)
}
