package check_test

import (
	"fmt"
	"testing"
	"time"

	"taizhang/ingest/check"
	"taizhang/ledger"
)

// TestBig: sheets that are no forms cost little, however they are made: long
// lists, many columns, many header-like rows, wide merges.
func TestBig(t *testing.T) {
	c := campaign(t)
	list := func(rows, cols int, text func(r, k int) string) *ledger.Table {
		var cells []ledger.Cell
		for r := range rows {
			for k := range cols {
				cells = append(cells, ledger.Cell{Ref: ledger.Ref{Row: r, Col: k}, Kind: ledger.CellText, Text: text(r, k)})
			}
		}
		return ledger.NewTable("a.xlsx", "明细", cells)
	}
	wide := list(300, 3, func(r, k int) string { return fmt.Sprint("合计", r, k) })
	for r := range 300 {
		wide.Merges = append(wide.Merges, ledger.Range{First: ledger.Ref{Row: r}, Last: ledger.Ref{Row: 1_000_000, Col: 16_000}})
	}
	words := []string{"工作任务", "主要工作措施", "企业养老", "工伤", "失业", "参保户数", "累计", "12"}
	for name, tab := range map[string]*ledger.Table{
		"long list":     list(4000, 12, func(r, k int) string { return fmt.Sprint("甲公司", r, "部", k) }),
		"wide list":     list(10, 5000, func(r, k int) string { return fmt.Sprint(r, k) }),
		"header words":  list(4000, 8, func(r, k int) string { return words[(r+k)%len(words)] }),
		"header rows":   list(6000, 7, func(_, k int) string { return words[k] }),
		"too many":      list(60000, 2, func(r, k int) string { return fmt.Sprint(r, k) }),
		"wide merges":   wide,
		"widest header": list(100, 290, func(_, k int) string { return words[k%7] }),
	} {
		begin := time.Now()
		out := checked(t, check.Input{Campaign: c, Tables: []*ledger.Table{tab, grid("台账", split("12|120|98|76"))}, File: "a.xlsx"})
		took := time.Since(begin)
		t.Logf("%s: %v", name, took)
		if took > 20*time.Second {
			t.Errorf("%s: took %v", name, took)
		}
		if name != "header words" && name != "header rows" && name != "widest header" && (len(out) != 1 || out[0].Verdict() != ledger.Accepted) {
			t.Errorf("%s: the ledger beside it: %d readings, %v", name, len(out), out[0].Findings)
		}
	}
}
