package check_test

import (
	"strings"
	"testing"

	"taizhang/ingest/check"
	"taizhang/ledger"
)

// TestRows: several task rows, totals and sub-totals (rule book §2).
func TestRows(t *testing.T) {
	head := "工作任务|主要工作措施|户数|企业养老|工伤|失业\n"
	printedHead := "工作任务|主要工作措施|企业养老、工伤、失业保险新增参保\n"
	runCases(t, []oneCase{
		{"total below", may(head + "新增企业|宣传|5|50|40|30\n新业态|走访|7|70|58|46\n合计||12|120|98|76"), "accepted; e12 p120 i98 u76 n294*; "},
		{"total above", may(head + "合计||12|120|98|76\n新增企业|宣传|5|50|40|30\n新业态|走访|7|70|58|46"), "accepted; e12 p120 i98 u76 n294*; "},
		{"no total row", may(head + "新增企业|宣传|5|50|40|30\n新业态|走访|7|70|58|46"), "accepted; e12* p120* i98* u76* n294*; "},
		{"wrong total", may(head + "新增企业|宣传|5|50|40|30\n新业态|走访|7|70|58|46\n合计||12|121|98|76"), "returned; e12 p121 i98 u76 n295*; R02"},
		{"blanks beside a right total", may(head + "新增企业|宣传|12|120|98|76\n新业态|走访||||\n合计||12|120|98|76"), "accepted; e12 p120 i98 u76 n294*; R07"},
		{"blanks without a total", may(head + "新增企业|宣传|12|120|98|76\n新业态|走访||||"), "returned; e_ p_ i_ u_; C01"},
		{"dashes without a total", may(head + "新增企业|宣传|12|120|98|76\n新业态|走访|-|-|-|-"), "returned; e_ p_ i_ u_; C09"},
		{"only the total is filled in", may(head + "新增企业|宣传||||\n新业态|走访||||\n合计||12|120|98|76"), "accepted; e12 p120 i98 u76 n294*; R07"},
		{"total left blank", may(head + "新增企业|宣传|5|50|40|30\n新业态|走访|7|70|58|46\n合计||||| "), "returned; e_ p_ i_ u_; C01"},
		{"sub-totals above a total", may(head + "新增企业|宣传|5|50|40|30\n小计||5|50|40|30\n新业态|走访|7|70|58|46\n小计||7|70|58|46\n合计||12|120|98|76"), "accepted; e12 p120 i98 u76 n294*; "},
		{"sub-totals without a total", may(head + "新增企业|宣传|5|50|40|30\n小计||5|50|40|30\n新业态|走访|7|70|58|46\n小计||7|70|58|46"), "accepted; e12* p120* i98* u76* n294*; "},
		{"wrong sub-total", may(head + "新增企业|宣传|5|50|40|30\n小计||5|51|40|30\n新业态|走访|7|70|58|46\n小计||7|70|58|46\n合计||12|120|98|76"), "returned; e12 p120 i98 u76 n294*; R02"},
		{"one 小计 is the total", may(head + "新增企业|宣传|5|50|40|30\n新业态|走访|7|70|58|46\n小计||12|120|98|76"), "accepted; e12 p120 i98 u76 n294*; "},
		{"persons of several rows", may(printedHead + "新增企业|宣传|100\n新业态|走访|194\n合计||294"), "accepted; n294; H06"},
		{"persons counted once over rows is a query", may(printedHead + "新增企业|宣传|100\n新业态|走访|194\n合计||290"), "accepted; n290; H06 R02"},
		{"persons above the sum of rows", may(printedHead + "新增企业|宣传|100\n新业态|走访|194\n合计||295"), "returned; n295; H06 R02"},
		{"persons of several rows without total", may(printedHead + "新增企业|宣传|100\n新业态|走访|194"), "accepted; n294*; H06"},
		{"vague in one row", may(head + "新增企业|宣传|5|约50|40|30\n新业态|走访|7|70|58|46\n合计||12|120|98|76"), "returned; e12 p120 i98 u76 n294*; C03"},
		{"one number merged over the task rows", may(head + "新增企业|宣传|12|120|98|76\n新业态|走访|^|^|^|^"), "accepted; e12 p120 i98 u76 n294*; "},
		{"total merged over 序号 and task", may("序号|" + head + "1|新增企业|宣传|5|50|40|30\n2|新业态|走访|7|70|58|46\n合计|<|<|12|120|98|76"), "accepted; e12 p120 i98 u76 n294*; "},
		{"tasks named after insurances under split columns", may(head + "企业养老扩面|宣传|5|50|40|30\n工伤保险|走访|7|70|58|46\n合计||12|120|98|76"), "accepted; e12 p120 i98 u76 n294*; "},
		{"two totals that differ", may(head + "合计||12|120|98|76\n新增企业|宣传|12|120|98|76\n总计||12|121|98|76"), "returned; e12 p120 i98 u76 n294*; R02"},
		{"words in one row only", may(head + "新增企业|宣传|5|50|40|30\n新业态||7|70|58|46\n合计||12|120|98|76"), "accepted; e12 p120 i98 u76 n294*; "},
		{"no words in any row", may(head + "新增企业||5|50|40|30\n新业态||7|70|58|46\n合计||12|120|98|76"), "returned; e12 p120 i98 u76 n294*; R05"},
		{"a row and its copy", may(head + "新增企业|宣传|5|50|140|30\n新业态|走访|5|50|140|30"), "accepted; e10* p100* i280* u60* n440*; R09"},
		{"a copy that differs in another insurance", may(strings.TrimSuffix(head, "\n") + "|医疗保险\n扩面|宣传|16|671|1723|682|90\n扩面|宣传|16|671|1723|682|900"), "accepted; e32* p1342* i3446* u1364* n6152*; R09"},
		{"three small numbers that agree", may(head + "新增企业|宣传|5|50|40|30\n新业态|走访|5|50|40|31"), "accepted; e10* p100* i80* u61* n241*; "},
		{"two numbers that agree", may(head + "新增企业|宣传|5|150|40|30\n新业态|走访|6|150|40|31"), "accepted; e11* p300* i80* u61* n441*; "},
		{"rows of two units", may("单位|工作任务|主要工作措施|户数|企业养老|工伤|失业\n禹州市|扩面|宣传|5|50|40|30\n长葛市|扩面|走访|7|70|58|46"), "held; ; I04"},
	})
}

// TestSentences: the printed column filled with words (rule book §2).
func TestSentences(t *testing.T) {
	runCases(t, []oneCase{
		{"labels before", printed("新增参保12户，其中养老120人，工伤98人，失业76人"), "accepted; e12 p120 i98 u76 n294*; C05"},
		{"firms and persons", printed("新增参保35户120人"), "accepted; e35 n120; C05 H06"},
		{"labels behind", printed("120人（企业养老）、98人（工伤）、76人（失业）"), "accepted; p120 i98 u76 n294*; C05 H06"},
		{"in order of their names", printed("企业养老、工伤、失业保险分别新增120、98、76人"), "accepted; p120 i98 u76 n294*; C05 H06"},
		{"same label twice", printed("养老120人，工伤98人，失业76人，养老130人"), "returned; i98 u76; C16"},
		{"firms alone", printed("35户"), "returned; e35; C05 H06"},
		{"persons with their unit", printed("294人"), "accepted; n294; C05 H06"},
	})
}

// TestSheets: several sheets in one file (rule book §2).
func TestSheets(t *testing.T) {
	c := campaign(t)
	good := split("12|120|98|76")
	month := func(m, row string) string {
		return "全民参保计划攻坚行动工作落实台账\n填报单位：禹州市\n工作任务|主要工作措施|户数|企业养老|工伤|失业\n扩面|宣传|" + row + "\n负责人：张三|联络员：李四|填报时间：2022年" + m + "26日"
	}
	unit := func(u, row string) string {
		return "2022年5月全民参保计划攻坚行动工作落实台账\n填报单位：" + u + "\n工作任务|主要工作措施|户数|企业养老|工伤|失业\n扩面|宣传|" + row + "\n负责人：张三|联络员：李四|填报时间：2022年5月26日"
	}
	for _, tc := range []struct {
		name   string
		tables []*ledger.Table
		file   string
		want   []string
	}{
		{"an instruction sheet beside", []*ledger.Table{grid("填表说明", "填表说明\n1.工作任务按通知填写|2.人数填整数"), grid("台账", good)}, "a.xlsx", []string{"accepted; e12 p120 i98 u76 n294*; "}},
		{"a detail sheet beside", []*ledger.Table{grid("台账", good), grid("明细", "企业名称|企业养老|工伤|失业\n甲公司|60|50|40\n乙公司|60|48|36")}, "a.xlsx", []string{"accepted; e12 p120 i98 u76 n294*; "}},
		{"an empty first sheet", []*ledger.Table{grid("Sheet1", ""), grid("台账", good)}, "a.xlsx", []string{"accepted; e12 p120 i98 u76 n294*; "}},
		{"Annex 1 beside", []*ledger.Table{grid("附件1", "2022年全市社会保险参保人数计划目标列表\n地区|企业职工养老保险|失业保险|工伤保险\n禹州市|10.15|5.9|5.8"), grid("附件2", good)}, "a.xlsx", []string{"accepted; e12 p120 i98 u76 n294*; "}},
		{"a blank form beside", []*ledger.Table{grid("台账", good), grid("Sheet2", split("|||"))}, "a.xlsx", []string{"accepted; e12 p120 i98 u76 n294*; "}},
		{"a roster beside", []*ledger.Table{grid("台账", good), grid("附件3", "全民参保计划攻坚行动工作负责人及联络员名单\n填报单位：禹州市\n工作负责人|单位及职务|联系电话|联络员|单位及职务|联系电话\n张三|主任|0374-2620807|李四|科员|0374-2627395")}, "a.xlsx", []string{"accepted; e12 p120 i98 u76 n294*; ", "accepted; ; "}},
		{"one sheet a month, the file names it", []*ledger.Table{grid("5月", month("5月", "11|110|90|70")), grid("6月", month("6月", "12|120|98|76"))}, "5月台账.xlsx", []string{"accepted; e11 p110 i90 u70 n270*; "}},
		{"one sheet a month, the newest counts", []*ledger.Table{grid("5月", month("5月", "11|110|90|70")), grid("6月", month("6月", "12|120|98|76")), grid("7月", month("7月", "|||"))}, "台账.xlsx", []string{"accepted; e12 p120 i98 u76 n294*; "}},
		{"two units in two sheets", []*ledger.Table{grid("禹州", unit("禹州市", "11|110|90|70")), grid("长葛", unit("长葛市", "12|120|98|76"))}, "台账.xlsx", []string{"held; e11 p110 i90 u70 n270*; I04", "held; e12 p120 i98 u76 n294*; I04"}},
		{"draft and final", []*ledger.Table{grid("初稿", unit("禹州市", "11|110|90|70")), grid("定稿", unit("禹州市", "12|120|98|76"))}, "台账.xlsx", []string{"held; e11 p110 i90 u70 n270*; I10", "held; e12 p120 i98 u76 n294*; I10"}},
		{"nothing of ours", []*ledger.Table{grid("Sheet1", "菜单|价格\n烩面|12")}, "a.xlsx", []string{"none"}},
		{"no table at all", nil, "a.xlsx", []string{"none"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			out := checked(t, check.Input{Campaign: c, Tables: tc.tables, File: tc.file})
			var got []string
			for i := range out {
				got = append(got, told(c, &out[i]))
			}
			if len(got) != len(tc.want) {
				t.Fatalf("got %q, want %q", got, tc.want)
			}
			for i := range got {
				if got[i] != tc.want[i] {
					t.Errorf("got  %s\nwant %s\n%v", got[i], tc.want[i], out[i].Findings)
				}
			}
		})
	}
}

// TestHidden: hidden rows, columns and sheets never count and are mentioned.
func TestHidden(t *testing.T) {
	c := campaign(t)
	head := "工作任务|主要工作措施|户数|企业养老|工伤|失业\n"
	run := func(name string, tables []*ledger.Table, want string) {
		t.Run(name, func(t *testing.T) {
			out := checked(t, check.Input{Campaign: c, Tables: tables, File: "a.xlsx"})
			if got := told(c, &out[0]); len(out) != 1 || got != want {
				t.Errorf("got  %s\nwant %s\n%v", got, want, out[0].Findings)
			}
		})
	}
	rows := func(p string, rows, cols []int, collapsed bool) *ledger.Table {
		g := grid("Sheet1", p)
		g.HiddenRows, g.HiddenCols, g.CollapsedRows = map[int]bool{}, map[int]bool{}, map[int]bool{}
		for _, r := range rows {
			g.HiddenRows[r], g.CollapsedRows[r] = true, collapsed
		}
		for _, k := range cols {
			g.HiddenCols[k] = true
		}
		return g
	}
	run("a hidden row", []*ledger.Table{rows(may(head+"扩面|宣传|12|120|98|76\n旧数|宣传|1|2|3|4"), []int{4}, nil, false)}, "accepted; e12 p120 i98 u76 n294*; F12")
	run("a hidden column", []*ledger.Table{rows(may("工作任务|主要工作措施|户数|企业养老|企业养老|工伤|失业\n扩面|宣传|12|120|119|98|76"), nil, []int{4}, false)}, "accepted; e12 p120 i98 u76 n294*; F12")
	run("a hidden row that the total includes", []*ledger.Table{rows(may(head+"扩面|宣传|12|120|98|76\n旧数|宣传|1|2|3|4\n合计||13|122|101|80"), []int{4}, nil, false)}, "returned; e13 p122 i101 u80 n303*; F12 R02")
	run("a collapsed group with its total", []*ledger.Table{rows(may(head+"甲|宣传|5|50|40|30\n乙|宣传|7|70|58|46\n合计||12|120|98|76"), []int{3, 4}, nil, true)}, "accepted; e12 p120 i98 u76 n294*; F12")
	run("an empty hidden row", []*ledger.Table{rows(may(head+"扩面|宣传|12|120|98|76\n|||||"), []int{4}, nil, false)}, "accepted; e12 p120 i98 u76 n294*; ")
	hidden := grid("旧", split("1|2|3|4"))
	hidden.Hidden = true
	run("a hidden sheet", []*ledger.Table{grid("台账", split("12|120|98|76")), hidden}, "accepted; e12 p120 i98 u76 n294*; F12")
	run("only a hidden sheet", []*ledger.Table{hidden}, "none")
}
