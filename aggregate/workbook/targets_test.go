package workbook_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"taizhang/ledger"
)

// The first month of a new target says so, the next one does not; both use it.
func TestNewTargetsAreSaidOnce(t *testing.T) {
	c, st := world(t)
	june := may.Next()
	c.Unit("禹州市").TargetChanges = []ledger.TargetChange{{From: june, Notice: "30号",
		Target: ledger.Target{Heads: map[string]int64{"pension": 103000}, ProjectRate: 955}}}
	for _, p := range []ledger.Period{may, june, june.Next()} {
		seven(c, st, p, 7)
		_, f := write(t, build(c, st, p, 1))
		_, top := find(t, f, "汇总表", "二、年度目标完成情况（人）")
		target := ""
		for row := top; row < top+12; row++ {
			if raw(t, f, "汇总表", 1, row) == "禹州市" {
				target = raw(t, f, "汇总表", 2, row)
			}
		}
		if want := map[bool]string{true: "101500", false: "103000"}[p == may]; target != want {
			t.Errorf("%s: target %s, want %s", p, target, want)
		}
		rows, err := f.GetRows("问题与说明")
		if err != nil {
			t.Fatal(err)
		}
		said := false
		for _, r := range rows {
			said = said || len(r) > 0 && r[0] == "五、年度目标调整（自本月起）"
		}
		if said != (p == june) {
			t.Errorf("%s: said %v", p, said)
		}
		if p != june {
			continue
		}
		_, row := find(t, f, "问题与说明", "五、年度目标调整（自本月起）")
		for i, want := range [][]string{{"禹州市", "企业养老（人）", "101500", "103000", "1500", "30号"}, {"禹州市", "建筑业项目参保率（%）", "90.0", "95.5", "5.5", "30号"}} {
			var got []string
			for col := 1; col <= 6; col++ {
				got = append(got, raw(t, f, "问题与说明", col, row+2+i))
			}
			if d := cmp.Diff(want, got); d != "" {
				t.Error(d)
			}
		}
	}
}

// What is rated by a 期末参保人数 of the desk is named below the table, and its
// column 预计期末 shows that number.
func TestStocksAreNamed(t *testing.T) {
	c, st := world(t)
	seven(c, st, may, 7)
	c.Unit("禹州市").Stocks = map[ledger.Period]map[string]int64{may: {"pension": 50750}}
	_, f := write(t, build(c, st, may, 1))
	_, top := find(t, f, "汇总表", "二、年度目标完成情况（人）")
	said, shown := false, ""
	for row := top; row < top+40; row++ {
		if v := raw(t, f, "汇总表", 1, row); v == "禹州市" && shown == "" {
			shown = raw(t, f, "汇总表", 4, row)
		} else if strings.Contains(v, "按专项小组核定的数字") && strings.Contains(v, "禹州市企业养老。") {
			said = true
		}
	}
	if !said || shown != "50750" {
		t.Errorf("said %v, shown %q", said, shown)
	}
}
