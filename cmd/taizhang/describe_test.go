package main

import (
	"strings"
	"testing"

	"taizhang/app"
	"taizhang/config"
	"taizhang/ledger"
)

// What check tells of a bad ledger fits 80 columns, the gravest first, cell by
// cell, and identical findings are one with all their cells.
func TestDescribeFitsTheScreen(t *testing.T) {
	cfg, err := config.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	data := []byte("2022年全民参保计划攻坚行动工作落实台账（5月）\n填报单位：禹州市\n工作任务,主要工作措施,参保户数,企业养老,工伤,失业,宣传场次\n" +
		"全民参保计划攻坚行动,,－,约120人,0.012万," + strings.Repeat("见附表，数据较多，正在核实当中。", 6) + ",15\n负责人：,联络员：,填报时间：\n")
	rs, err := app.CheckFile(t.Context(), strings.Repeat("禹州市全民参保", 8)+".csv", data, app.CheckOptions{Config: cfg})
	if err != nil || len(rs) != 1 {
		t.Fatalf("got %d results, %v", len(rs), err)
	}
	rs[0].Roster = []ledger.RosterLine{{Unit: "禹州市", Officer: ledger.Person{Name: "张建国", Post: strings.Repeat("社会养老保险中心", 6), Phone: "0374-8112233"}}}
	twice := rs[0].Findings[0]
	twice.Cell = "D9"
	rs[0].Findings = append(rs[0].Findings, twice)
	text := describe(rs[0], &cfg.Campaign)
	for _, l := range strings.Split(text, "\n") {
		n := 0
		for _, r := range l {
			n += columns(r)
		}
		if n > screen {
			t.Errorf("%d columns: %s", n, l)
		}
		if s := strings.TrimLeft(l, " "); s != "" && strings.ContainsAny(string([]rune(s)[:1]), "，。、；：？！”）") {
			t.Errorf("a line begins with a mark: %s", l)
		}
	}
	for _, want := range []string{"5处须更正", "现值“约120人”", "怎么改：", "、D9单元格", "工作负责人：张建国", "（空白）"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not told:\n%s", want, text)
		}
	}
	if block, query := strings.Index(text, "须更正："), strings.Index(text, "请核实："); block < 0 || query < block {
		t.Errorf("the gravest does not come first:\n%s", text)
	}
}
