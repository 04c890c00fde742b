package check_test

import (
	"fmt"
	"testing"

	"taizhang/ingest/check"
	"taizhang/ledger"
)

// TestBig: sheets that are no forms do not disturb the ledger beside them,
// however they are made: long lists, many columns, many header-like rows, wide
// merges. What they cost is BenchmarkLongList's business.
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
		"long list":     list(1000, 12, func(r, k int) string { return fmt.Sprint("甲公司", r, "部", k) }),
		"wide list":     list(10, 5000, func(r, k int) string { return fmt.Sprint(r, k) }),
		"header words":  list(1000, 8, func(r, k int) string { return words[(r+k)%len(words)] }),
		"header rows":   list(1500, 7, func(_, k int) string { return words[k] }),
		"too many":      list(60000, 2, func(r, k int) string { return fmt.Sprint(r, k) }),
		"wide merges":   wide,
		"widest header": list(100, 290, func(_, k int) string { return words[k%7] }),
	} {
		out := checked(t, check.Input{Campaign: c, Tables: []*ledger.Table{tab, grid("台账", split("12|120|98|76"))}, File: "a.xlsx"})
		if name != "header words" && name != "header rows" && name != "widest header" && (len(out) != 1 || out[0].Verdict() != ledger.Accepted) {
			t.Errorf("%s: the ledger beside it: %d readings, %v", name, len(out), out[0].Findings)
		}
	}
}

// BenchmarkLongList: the cost of a cell stays the same however long the list
// is: ns/cell of the sizes are to be compared with each other.
func BenchmarkLongList(b *testing.B) {
	c := campaign(b)
	for _, rows := range []int{500, 4000} {
		var cells []ledger.Cell
		for r := range rows {
			for k := range 12 {
				cells = append(cells, ledger.Cell{Ref: ledger.Ref{Row: r, Col: k}, Kind: ledger.CellText, Text: fmt.Sprint("甲公司", r, "部", k)})
			}
		}
		tab := ledger.NewTable("a.xlsx", "明细", cells)
		b.Run(fmt.Sprint(rows), func(b *testing.B) {
			for b.Loop() {
				check.Check(check.Input{Campaign: c, Tables: []*ledger.Table{tab}, File: "a.xlsx"})
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*len(cells)), "ns/cell")
		})
	}
}

// TestTooManyFigures: a ledger of more rows than any has is too large, and
// with it its file: what stands beside it is not taken for the whole. A list of
// as many figures that is no ledger disturbs nothing.
func TestTooManyFigures(t *testing.T) {
	c := campaign(t)
	rows := func(head []string, n int) *ledger.Table {
		cells := []ledger.Cell{{Kind: ledger.CellText, Text: "2022年全民参保计划攻坚行动工作落实台账"}, {Ref: ledger.Ref{Row: 1}, Kind: ledger.CellText, Text: "填报单位：禹州市"}}
		for r := range n {
			for k, text := range []string{fmt.Sprint("任务", r), "入企宣传", "养老1人，工伤2人，失业3人"} {
				if r == 0 {
					text = head[k]
				}
				cells = append(cells, ledger.Cell{Ref: ledger.Ref{Row: 2 + r, Col: k}, Kind: ledger.CellText, Text: text})
			}
		}
		return ledger.NewTable("a.xlsx", "多", cells)
	}
	printed := []string{"工作任务", "主要工作措施", "企业养老、工伤、失业保险新增参保"}
	for _, tt := range []struct {
		name string
		head []string
		n    int
		want ledger.Code // of the first finding; "" for a ledger that is read
	}{
		{"a thousand tasks", printed, 1001, ""},
		{"ten thousand", printed, 10_001, ledger.FTooLarge},
	} {
		for _, beside := range []bool{false, true} {
			tables := []*ledger.Table{rows(tt.head, tt.n)}
			if beside {
				tables = append(tables, grid("台账", split("12|120|98|76")))
			}
			out := checked(t, check.Input{Campaign: c, Tables: tables, File: "a.xlsx"})
			got := ledger.Code("")
			if out[0].Kind == ledger.KindNone {
				got = out[0].Findings[0].Code
			}
			if got != tt.want || tt.want != "" && (len(out) != 1 || out[0].Verdict() != ledger.UnreadableIt) {
				t.Errorf("%s, beside another %t: %q, %d readings, want %q", tt.name, beside, got, len(out), tt.want)
			}
		}
	}
	// Persons with their insurances, thrice as many as the bound: no ledger, and in
	// front of one.
	var cells []ledger.Cell
	for r := range 10_000 {
		for k, text := range []string{fmt.Sprint("企业", r), "1", "0", "1"} {
			if r == 0 {
				text = []string{"企业名称", "企业养老", "工伤", "失业"}[k]
			}
			cells = append(cells, ledger.Cell{Ref: ledger.Ref{Row: r, Col: k}, Kind: ledger.CellText, Text: text})
		}
	}
	out := checked(t, check.Input{Campaign: c, Tables: []*ledger.Table{ledger.NewTable("a.xlsx", "明细", cells), grid("台账", split("12|120|98|76"))}, File: "a.xlsx"})
	if len(out) != 1 || out[0].Verdict() != ledger.Accepted {
		t.Errorf("a list beside the ledger: %d readings, %v", len(out), out[0].Findings)
	}
}
