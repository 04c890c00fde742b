package check_test

import (
	"strings"
	"testing"

	"taizhang/ingest/check"
	"taizhang/ledger"
)

// TestLandmarks: what is a ledger of this campaign (rule book §2).
func TestLandmarks(t *testing.T) {
	body := "\n填报单位：禹州市\n工作任务|主要工作措施|参保户数|企业养老|工伤|失业\n专项工作|宣传|12|120|98|76\n负责人：张三|联络员：李四|填报时间：2022年5月26日"
	c := campaign(t)
	for _, tc := range []struct{ name, picture, file, want string }{
		{"title", "2022年全民参保计划工作台账" + body, "a.xlsx", "ledger"},
		{"file name", "工作台账" + body, "全民参保5月.xlsx", "ledger"},
		{"task", strings.Replace("工作台账"+body, "专项工作", "全民参保计划攻坚行动", 1), "a.xlsx", "ledger"},
		{"weak word over our columns", "攻坚行动工作台账" + body, "a.xlsx", "ledger"},
		{"nothing names the campaign", "工作台账" + body, "a.xlsx", "none"},
		{"医保", "2022年医保攻坚行动工作台账" + body, "a.xlsx", "none"},
		{"脱贫", "脱贫攻坚行动工作台账" + body, "a.xlsx", "none"},
		{"能力作风", "能力作风建设年工作台账" + body, "全民参保.xlsx", "none"},
		{"another campaign's columns", "污染治理攻坚行动台账\n填报单位：禹州市\n工作任务|主要工作措施|完成情况\n治理|巡查|好", "a.xlsx", "none"},
		{"our campaign in another's year", "能力作风建设年全民参保计划攻坚行动工作落实台账" + body, "a.xlsx", "ledger"},
		{"no task and no words", "全民参保台账\n填报单位：禹州市\n企业名称|企业养老|工伤|失业\n甲公司|1|2|3", "a.xlsx", "none"},
		{"Annex 1", "2022年全市社会保险参保人数计划目标列表\n地区|企业职工养老保险|失业保险|工伤保险\n禹州市|10.15|5.9|5.8", "全民参保附件1.xlsx", "none"},
		{"roster", "全民参保计划攻坚行动工作负责人及联络员名单\n填报单位：禹州市\n工作负责人|单位及职务|联系电话|联络员|单位及职务|联系电话\n张三|主任|0374-1|李四|科员|0374-2", "a.xlsx", "roster"},
		{"a menu", "菜单|价格\n烩面|12", "a.xlsx", "none"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			r := checked(t, check.Input{Campaign: c, Tables: []*ledger.Table{grid("Sheet1", tc.picture)}, File: tc.file})[0]
			if string(r.Kind) != tc.want {
				t.Errorf("got %s, want %s: %v", r.Kind, tc.want, r.Findings)
			}
			if r.Kind == ledger.KindNone && codesOf(&r) != "F08" {
				t.Errorf("reason: %v", r.Findings)
			}
		})
	}
}

// TestRosterAndPeople: Annex 3, and people compared with it.
func TestRosterAndPeople(t *testing.T) {
	c := campaign(t)
	pic := "全民参保计划攻坚行动工作负责人及联络员名单|<|<|<|<|<\n填报单位：禹州市\n工 作 负 责 人|单 位 及 职 务|联 系 电 话|联 络 员|单 位 及 职 务|联 系 电 话\n张 三|养老中心主任|0374-1|李四|科员|13800000000"
	r := checked(t, check.Input{Campaign: c, Tables: []*ledger.Table{grid("Sheet1", pic)}, File: "a.xlsx"})[0]
	want := ledger.RosterLine{Unit: "禹州市", Officer: ledger.Person{Name: "张三", Post: "养老中心主任", Phone: "0374-1"}, Liaison: ledger.Person{Name: "李四", Post: "科员", Phone: "13800000000"}}
	if r.Kind != ledger.KindRoster || len(r.Roster) != 1 || r.Roster[0] != want {
		t.Errorf("got %+v", r)
	}
	st := &ledger.State{Rosters: []ledger.RosterRecord{
		{From: at(t, c, "04-28"), Line: ledger.RosterLine{Unit: "禹州市", Officer: ledger.Person{Name: "王五"}, Liaison: ledger.Person{Name: "李四"}}},
		{From: at(t, c, "05-28"), Line: ledger.RosterLine{Unit: "禹州市", Officer: ledger.Person{Name: "张三"}, Liaison: ledger.Person{Name: "赵六"}}},
	}}
	for day, want := range map[string]string{"05-26": "officer", "05-29": "liaison"} {
		in := check.Input{Campaign: c, Tables: []*ledger.Table{grid("Sheet1", split("12|120|98|76"))}, File: "a.xlsx", HasSender: true, SenderUnit: "禹州市", Arrived: at(t, c, day), State: st}
		r := checked(t, in)[0]
		if codesOf(&r) != "P03" || r.Findings[0].Args["role"] != want || len(r.Findings) != 1 {
			t.Errorf("%s: got %v, want P03 of the %s", day, r.Findings, want)
		}
	}
}

// TestEvidence: figures carry their cell and the places of disagreement are
// named.
func TestEvidence(t *testing.T) {
	c := campaign(t)
	in := check.Input{Campaign: c, Tables: []*ledger.Table{grid("Sheet1", split("１２|120|98|76"))}, File: "长葛市台账.xlsx", FileDigest: "abc"}
	r := checked(t, in)[0]
	if f := r.Figures["enterprises"]; f.Sheet != "Sheet1" || f.Cell != "C5" || f.Text != "１２" || f.Value != 12 {
		t.Errorf("enterprises: %+v", f)
	}
	if f := r.Findings[0]; f.Code != ledger.IUnitMismatch || f.Args["first"] != "禹州市" || f.Args["where"] != "A2" || f.Args["second"] != "长葛市" || f.Args["other"] != "file name" {
		t.Errorf("mismatch: %+v", f)
	}
	if r.Document != "长葛市台账.xlsx#Sheet1" || r.FileDigest != "abc" || r.Task != "全民参保计划攻坚行动" || r.Measures != "入企宣传" || r.Officer != "张三" || r.Liaison != "李四" {
		t.Errorf("reading: %+v", r)
	}
}

// TestAcrossMail: different ledgers of one unit and month in one mail are held.
func TestAcrossMail(t *testing.T) {
	c := campaign(t)
	one := func(file, row string) ledger.Reading {
		return checked(t, check.Input{Campaign: c, Tables: []*ledger.Table{grid("Sheet1", split(row))}, File: file})[0]
	}
	same := []ledger.Reading{one("a.xlsx", "12|120|98|76"), one("b.xlsx", "12|120|98|76")}
	check.AcrossMail(same)
	if same[0].Verdict() != ledger.Accepted || same[1].Verdict() != ledger.Accepted {
		t.Errorf("equal ledgers: %v %v", same[0].Findings, same[1].Findings)
	}
	other := []ledger.Reading{one("a.xlsx", "12|120|98|76"), one("b.xlsx", "12|121|98|76")}
	check.AcrossMail(other)
	check.AcrossMail(other)
	for i, r := range other {
		if codesOf(&r) != "I10" || len(r.Findings) != 1 || r.Findings[0].Args["other"] != other[1-i].Document {
			t.Errorf("reading %d: %v", i, r.Findings)
		}
	}
}
