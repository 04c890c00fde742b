package check_test

import (
	"testing"

	"taizhang/ingest/check"
	"taizhang/ledger"
)

// TestCumulativeBasis: figures: cumulative says what a county's number is
// (rule book §7).
func TestCumulativeBasis(t *testing.T) {
	base := campaign(t)
	c := *base
	c.Basis = ledger.BasisCumulative
	both := may(`
工作任务|主要工作措施|户数|<|企业养老|<|工伤|<|失业|<
^|^|本月|累计|本月|累计|本月|累计|本月|累计
全民参保计划攻坚行动|入企宣传|12|50|120|500|98|400|76|300`)
	for _, tc := range []oneCase{
		{"累计 counts", both, "accepted; e50 p500 i400 u300 n1200*; "},
		{"a column without a span counts", split("50|500|400|300"), "accepted; e50 p500 i400 u300 n1200*; "},
		{"only 累计", may("工作任务|主要工作措施|户数|累计企业养老|累计工伤|累计失业\n扩面|宣传|50|500|400|300"), "accepted; e50 p500 i400 u300 n1200*; "},
		{"half of a target is no wonder", split("50|60000|400|300"), "accepted; e50 p60000 i400 u300 n60700*; "},
		{"only 本月 is not what is asked", may("工作任务|主要工作措施|本月企业养老|本月工伤|本月失业\n扩面|宣传|120|98|76"), "returned; ; H01"},
	} {
		r := checked(t, check.Input{Campaign: &c, Tables: []*ledger.Table{grid("Sheet1", tc.picture)}, File: "附件.xlsx"})[0]
		if got := told(&c, &r); got != tc.want {
			t.Errorf("%s: got %s, want %s: %v", tc.name, got, tc.want, r.Findings)
		}
	}
	in := check.Input{Campaign: &c, Tables: []*ledger.Table{grid("Sheet1", "2022年6月全民参保计划攻坚行动台账\n填报单位：禹州市\n工作任务|主要工作措施|户数|企业养老|工伤|失业\n扩面|宣传|50|500|400|299\n负责人：张三|联络员：李四|填报时间：2022年6月26日")},
		File: "a.xlsx", HasSender: true, SenderUnit: "禹州市", Arrived: at(t, &c, "06-26 18:00"),
		State: history(&c, "禹州市", map[string]ledger.Figures{"2022-05": figures(40, 400, 300, 300)}, nil)}
	r := checked(t, in)[0]
	if len(r.Findings) != 1 || r.Findings[0].Code != ledger.TFalls || r.Findings[0].Args["measure"] != "unemployment" {
		t.Errorf("a falling figure: %v", r.Findings)
	}
}

// TestConfiguredPeople: people of the config stand in for a roster.
func TestConfiguredPeople(t *testing.T) {
	c := campaign(t)
	c.Unit("禹州市").Officer.Name = "王五"
	r := checked(t, check.Input{Campaign: c, Tables: []*ledger.Table{grid("Sheet1", split("12|120|98|76"))}, File: "a.xlsx"})[0]
	if codesOf(&r) != "P03" || r.Findings[0].Args["roster"] != "王五" {
		t.Errorf("got %v", r.Findings)
	}
}

// TestParagraphs: a table of a document, with its title, unit and people in
// the paragraphs around it.
func TestParagraphs(t *testing.T) {
	c := campaign(t)
	tab := grid("", "工作任务|主要工作措施|企业养老、工伤、失业保险新增参保\n全民参保计划攻坚行动|入企宣传|养老120人，工伤98人，失业76人")
	tab.Before = []string{"2022年5月全民参保计划攻坚行动工作落实台账", "填报单位：禹州市      单位：人"}
	tab.After = []string{"负责人：张三   联络员：李四", "填报时间：2022年5月26日"}
	r := checked(t, check.Input{Campaign: c, Tables: []*ledger.Table{tab}, File: "台账.docx"})[0]
	if got := told(c, &r); got != "accepted; p120 i98 u76 n294*; C05 H06" || r.Officer != "张三" || r.Liaison != "李四" || r.Unit != "禹州市" || r.FilledOn.String() != "2022-05-26" {
		t.Errorf("got %s: %+v", got, r)
	}
}
