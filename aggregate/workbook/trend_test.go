package workbook_test

import (
	"bytes"
	"fmt"
	"maps"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"taizhang/aggregate"
	"taizhang/aggregate/workbook"
	"taizhang/ledger"
)

// summaries are the months that a city sees: nobody's report, some, all, all
// with rates and projects, a corrected issue, and cumulative figures.
func summaries(t *testing.T) map[string]*aggregate.Summary {
	t.Helper()
	out := map[string]*aggregate.Summary{}
	for _, n := range []int{0, 5, 7} {
		c, st := world(t)
		seven(c, st, may, n)
		out[fmt.Sprintf("%d of 7", n)] = build(c, st, may, 1)
	}
	june := may.Next()
	c, st := world(t)
	seven(c, st, may, 7)
	seven(c, st, june, 7)
	for i, u := range units {
		heads := c.Unit(u).Target.Heads
		c.Unit(u).Baselines = map[string]int64{"pension": heads["pension"]*8/10 + int64(i), "injury": heads["injury"], "unemployment": 1}
		fs := st.Book(june).Submissions[i].Reading.Figures
		fs["projects_new"], fs["projects_insured"] = ledger.NewNumber(int64(3+i)), ledger.NewNumber(3)
	}
	out["rates"] = build(c, st, june, 1)
	st.Book(june).Issues = []ledger.Issue{out["rates"].Issue("k")}
	submit(c, st, june, report{unit: "禹州市", version: 2, quality: ledger.QualityVerified, day: 31, figures: figures(20, 207, 180, 160, 247)})
	list := st.Book(june).Submissions
	list[len(list)-1].Decisions = []ledger.Decision{{At: c.Schedule.CutOff(june).Add(1), Actor: "desk", Action: "verify", Reason: "=电话核实"}}
	out["correction"] = build(c, st, june, 2)
	c, st = world(t)
	c.Basis = ledger.BasisCumulative
	seven(c, st, may, 7)
	seven(c, st, june, 3)
	out["cumulative"] = build(c, st, june, 1)
	return out
}

// cellsOf are the cells of the sheets that hold a formula, with its value as a
// reader sees it who does not calculate.
func cellsOf(t *testing.T, f *excelize.File) map[string]string {
	t.Helper()
	out := map[string]string{}
	for _, sheet := range f.GetSheetList() {
		rows, err := f.GetRows(sheet)
		if err != nil {
			t.Fatal(err)
		}
		for r := range rows {
			for col := 1; col <= 25; col++ {
				name, _ := excelize.CoordinatesToCellName(col, r+1)
				if formula, err := f.GetCellFormula(sheet, name); err != nil {
					t.Fatal(err)
				} else if formula != "" {
					out[sheet+"!"+name] = raw(t, f, sheet, col, r+1)
				}
			}
		}
	}
	return out
}

// Every formula of every sheet gives the value that stands beside it, and
// nothing that a table holds is empty.
func TestEveryFormulaGivesItsValue(t *testing.T) {
	for name, s := range summaries(t) {
		t.Run(name, func(t *testing.T) {
			_, f := write(t, s)
			numbers := 0
			for at, shown := range cellsOf(t, f) {
				sheet, cell, _ := strings.Cut(at, "!")
				got, err := f.CalcCellValue(sheet, cell, excelize.Options{RawCellValue: true})
				if err != nil {
					t.Fatalf("%s: %v", at, err)
				}
				x, err1 := strconv.ParseFloat(shown, 64)
				y, err2 := strconv.ParseFloat(got, 64)
				if shown != got && (err1 != nil || err2 != nil || math.Abs(x-y) > 1e-12) {
					t.Errorf("%s: shown %q, calculated %q", at, shown, got)
				}
				if err1 == nil {
					numbers++
				}
			}
			if numbers < 5 {
				t.Errorf("only %d totals are numbers", numbers)
			}
		})
	}
}

func TestSameBytesOfEveryIssue(t *testing.T) {
	first := summaries(t)
	for name, s := range summaries(t) {
		a, err := workbook.Summary(first[name])
		if err != nil {
			t.Fatal(err)
		}
		for range 3 {
			b, err := workbook.Summary(s)
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(a.Data, b.Data) {
				t.Errorf("%s: the same summary gave other bytes", name)
			}
		}
	}
}

// chartsOf are the charts of the workbook: title, and per series the cells it
// names and how many numbers stand beside them.
func chartsOf(t *testing.T, data []byte) []string {
	t.Helper()
	var out []string
	members := membersOf(t, data)
	for _, name := range slices.Sorted(maps.Keys(members)) {
		if !strings.HasPrefix(name, "xl/charts/chart") {
			continue
		}
		xml := member(t, data, name)
		title := regexp.MustCompile(`<a:t>([^<]*)</a:t>`).FindStringSubmatch(xml)
		for _, m := range regexp.MustCompile(`(?s)<ser>.*?</ser>`).FindAllString(xml, -1) {
			refs := regexp.MustCompile(`<f>([^<]*)</f>`).FindAllStringSubmatch(m, -1)
			values := m[strings.Index(m, "<val>"):]
			label := regexp.MustCompile(`<v>([^<]*)</v>`).FindStringSubmatch(m)
			out = append(out, fmt.Sprintf("%s: %s %s of %s, %d values", title[1], label[1], strings.ReplaceAll(refs[2][1], "&#39;", ""),
				strings.ReplaceAll(refs[1][1], "&#39;", ""), strings.Count(values, "<v>")))
		}
	}
	return out
}

func TestCharts(t *testing.T) {
	all := summaries(t)
	for name, want := range map[string][]string{
		"0 of 7": nil,
		"5 of 7": {
			"各单位本年累计新增（人）: 企业养老（人） 汇总表!$H$7:$H$13 of 汇总表!$A$7:$A$13, 5 values",
			"各单位本年累计新增（人）: 工伤（人） 汇总表!$L$7:$L$13 of 汇总表!$A$7:$A$13, 5 values",
			"各单位本年累计新增（人）: 失业（人） 汇总表!$P$7:$P$13 of 汇总表!$A$7:$A$13, 5 values",
			"各单位本年累计新增（人）: 合计人数（人） 汇总表!$T$7:$T$13 of 汇总表!$A$7:$A$13, 5 values",
			"全市各月新增（人）: 企业养老（人） 趋势!$I$26 of 趋势!$A$26, 1 values",
			"全市各月新增（人）: 工伤（人） 趋势!$I$31 of 趋势!$A$31, 1 values",
			"全市各月新增（人）: 失业（人） 趋势!$I$36 of 趋势!$A$36, 1 values",
			"全市各月新增（人）: 合计人数（人） 趋势!$I$41 of 趋势!$A$41, 1 values",
		},
		"rates": {
			"各单位完成率: 企业养老 汇总表!$E$19:$E$25 of 汇总表!$A$19:$A$25, 7 values",
			"各单位完成率: 工伤 汇总表!$K$19:$K$25 of 汇总表!$A$19:$A$25, 7 values",
			"各单位完成率: 失业 汇总表!$Q$19:$Q$25 of 汇总表!$A$19:$A$25, 7 values",
			"全市各月新增（人）: 企业养老（人） 趋势!$I$27:$I$28 of 趋势!$A$27:$A$28, 2 values",
			"全市各月新增（人）: 工伤（人） 趋势!$I$33:$I$34 of 趋势!$A$33:$A$34, 2 values",
			"全市各月新增（人）: 失业（人） 趋势!$I$39:$I$40 of 趋势!$A$39:$A$40, 2 values",
			"全市各月新增（人）: 合计人数（人） 趋势!$I$45:$I$46 of 趋势!$A$45:$A$46, 2 values",
		},
	} {
		a, err := workbook.Summary(all[name])
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(want, chartsOf(t, a.Data)); d != "" {
			t.Errorf("%s: %s", name, d)
		}
	}
}

// A month in which nobody is counted is no zero: the line begins behind it,
// and the sheet says so.
func TestLineHasNoZeroForAMissingMonth(t *testing.T) {
	c, st := world(t)
	seven(c, st, may, 7)
	seven(c, st, may.Add(2), 7)
	seven(c, st, may.Add(3), 2)
	a, f := write(t, build(c, st, may.Add(4), 1)) // September: nobody yet
	var lines []string
	for _, s := range chartsOf(t, a.Data) {
		if strings.Contains(s, "各月") {
			lines = append(lines, s)
		}
	}
	if len(lines) != 4 || !strings.HasSuffix(lines[0], ", 2 values") {
		t.Errorf("got %v", lines)
	}
	rows, err := f.GetRows("趋势")
	if err != nil {
		t.Fatal(err)
	}
	last := rows[len(rows)-1][0]
	for _, want := range []string{"折线图自2022年7月起", "折线图至2022年8月止"} {
		if !strings.Contains(last, want) {
			t.Errorf("the note lacks %q: %s", want, last)
		}
	}
	_, row := find(t, f, "趋势", "2022年6月")
	if got := []string{raw(t, f, "趋势", 9, row), raw(t, f, "趋势", 10, row), raw(t, f, "趋势", 9, row+1)}; got[0] != "－" || got[1] != "0/7" || got[2] != "280" {
		t.Errorf("got %v", got)
	}
}

// A chart stands on cells of its own and beside the other one.
func TestChartsStandOnTheirRows(t *testing.T) {
	a, err := workbook.Summary(summaries(t)["7 of 7"])
	if err != nil {
		t.Fatal(err)
	}
	xml := member(t, a.Data, "xl/drawings/drawing1.xml")
	anchors := regexp.MustCompile(`<xdr:from><xdr:col>(\d+)</xdr:col><xdr:colOff>\d+</xdr:colOff><xdr:row>(\d+)</xdr:row>.*?<xdr:to><xdr:col>(\d+)</xdr:col><xdr:colOff>\d+</xdr:colOff><xdr:row>(\d+)</xdr:row>`).FindAllStringSubmatch(xml, -1)
	if len(anchors) != 2 {
		t.Fatalf("%d charts: %s", len(anchors), xml)
	}
	got := fmt.Sprint(anchors[0][1:], anchors[1][1:])
	if got != "[0 3 4 16] [5 3 9 16]" {
		t.Errorf("got %s", got)
	}
}

// The numbers of the table have none empty, in any sheet with a grid.
func TestNoEmptyCellInAnyGrid(t *testing.T) {
	for name, s := range summaries(t) {
		_, f := write(t, s)
		for _, sheet := range []string{"报送情况", "趋势", "数据来源"} {
			rows, err := f.GetRows(sheet)
			if err != nil {
				t.Fatal(err)
			}
			for i, row := range rows {
				if len(row) < 4 || row[1] == "" {
					continue // a line across the page, or nothing
				}
				for j, v := range row {
					if v == "" {
						t.Errorf("%s, %s: row %d, column %d is empty", name, sheet, i+1, j+1)
					}
				}
			}
		}
	}
}

func TestNotesOfACorrection(t *testing.T) {
	a, f := write(t, summaries(t)["correction"])
	if a.Name != "许昌市2022年6月全民参保计划攻坚行动进展情况汇总表（更正版1）.xlsx" {
		t.Errorf("name: %s", a.Name)
	}
	rows, err := f.GetRows("问题与说明")
	if err != nil {
		t.Fatal(err)
	}
	text := fmt.Sprint(rows)
	for _, want := range []string{"禹州市 企业养老（人） 200  207  +7  v2 更正（=电话核实）", "禹州市 核定 v2 2022年6月29日 09:00 =电话核实"} {
		if !strings.Contains(text, want) {
			t.Errorf("lacks %q: %s", want, text)
		}
	}
	if s := fmt.Sprint(f.GetRows("数据来源")); !strings.Contains(s, "发件人") {
		t.Error("the senders are missing")
	}
	for _, name := range []string{"三、建筑业新开工项目参加工伤保险情况", "未达标"} {
		find(t, f, "汇总表", name)
	}
}

// Rates that lie exactly between two tenths round up in every program.
func TestRatesOnTheEdge(t *testing.T) {
	c, st := world(t)
	seven(c, st, may, 7)
	for i, u := range units {
		k := int64(i + 1)
		c.Unit(u).Target.Heads["pension"] = 2000
		c.Unit(u).Baselines = map[string]int64{"pension": 2*int64(i)*97 + 1 - 100*k + 1000} // an odd number of two-thousandths
	}
	_, f := write(t, build(c, st, may, 1))
	_, row := find(t, f, "汇总表", "二、年度目标完成情况（人）")
	for i := range units {
		name, _ := excelize.CoordinatesToCellName(5, row+3+i)
		want := strconv.FormatFloat(float64((2*int64(i)*97+1+1000+1)/2)/1000, 'f', -1, 64)
		got, err := f.CalcCellValue("汇总表", name, excelize.Options{RawCellValue: true})
		if shown := raw(t, f, "汇总表", 5, row+3+i); err != nil || got != want || shown != want {
			t.Errorf("%s: calculated %s, shown %s, want %s, %v", name, got, shown, want, err)
		}
	}
}

func TestEarlierMonthsThatChanged(t *testing.T) {
	c, st := world(t)
	june, july := may.Next(), may.Add(2)
	seven(c, st, may, 7)
	for _, p := range []ledger.Period{may, june} {
		st.Book(p).Issues = []ledger.Issue{build(c, st, p, 1).Issue(p.String())}
	}
	submit(c, st, may, report{unit: "禹州市", version: 2, quality: ledger.QualityAccepted, day: 70, figures: figures(20, 207, 180, 160, 247)})
	list := st.Book(may).Submissions
	list[len(list)-1].Decided = c.Schedule.CutOff(june).Add(1)
	_, f := write(t, build(c, st, july, 1))
	_, row := find(t, f, "问题与说明", "2022年5月：v2 更正")
	if got := []string{raw(t, f, "问题与说明", 1, row), raw(t, f, "问题与说明", 3, row), raw(t, f, "问题与说明", 4, row)}; cmp.Diff([]string{"禹州市", "200", "207"}, got) != "" {
		t.Errorf("got %v", got)
	}
}
