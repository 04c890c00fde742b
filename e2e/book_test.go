//go:build e2e

package e2e

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"taizhang/aggregate"
	"taizhang/aggregate/workbook"
	"taizhang/config"
	"taizhang/ledger"
)

// worlds are months as the city sees them, from nothing at all to a correction
// late in the year.
func worlds(t *testing.T) map[string]*aggregate.Summary {
	t.Helper()
	may := ledger.Period{Year: 2022, Month: time.May}
	fresh := func() (*ledger.Campaign, *ledger.State) {
		cfg, err := config.Builtin()
		if err != nil {
			t.Fatal(err)
		}
		st := &ledger.State{Books: map[ledger.Period]*ledger.Book{}}
		for _, p := range cfg.Campaign.Periods() {
			st.Books[p] = &ledger.Book{Period: p, Expected: cfg.Campaign.UnitNames()}
		}
		return &cfg.Campaign, st
	}
	build := func(c *ledger.Campaign, st *ledger.State, p ledger.Period, number int) *aggregate.Summary {
		return aggregate.Build(c, st, aggregate.Request{Period: p, Number: number, At: c.Schedule.CutOff(p).Add(time.Duration(number-1) * 31 * time.Hour)})
	}
	out := map[string]*aggregate.Summary{}
	for _, n := range []int{0, 5, 7} {
		c, st := fresh()
		for i := range n {
			file(c, st, i, may, 1)
		}
		out[fmt.Sprintf("%d-of-7", n)] = build(c, st, may, 1)
	}
	c, st := fresh()
	july := may.Add(2)
	for i, u := range c.UnitNames() {
		for p := may; !p.After(july); p = p.Next() {
			file(c, st, i, p, 1)
		}
		c.Unit(u).Baselines = map[string]int64{}
		for k, n := range c.Unit(u).Target.Heads {
			c.Unit(u).Baselines[k] = n*int64(85+2*i)/100 + 3
		}
	}
	st.Book(july).Issues = []ledger.Issue{build(c, st, july, 1).Issue("summary/2022-07/r1")}
	file(c, st, 1, july, 2)
	st.Book(july).Exempt = map[string]ledger.Decision{c.UnitNames()[6]: {Reason: "机构合并，当月不报"}}
	last := &st.Book(july).Submissions[len(st.Book(july).Submissions)-1]
	last.Quality = ledger.QualityQueried
	last.Decisions = []ledger.Decision{{At: last.Arrived, Actor: "desk", Action: "accept", Reason: "电话核实属实，原表漏填一户"}}
	last.Reading.Findings = []ledger.Finding{{Code: ledger.TFarAbove, Severity: ledger.Query, Sheet: "台账", Cell: "C5", Value: "421", Args: map[string]string{"measure": "pension"}}}
	out["correction"] = build(c, st, july, 2)
	return out
}

// file puts the report of the unit with the index.
func file(c *ledger.Campaign, st *ledger.State, i int, p ledger.Period, version int) {
	unit, k := c.UnitNames()[i], int64(i+1)*int64(p.Month)
	figures := ledger.Figures{}
	for key, n := range map[string]int64{"enterprises": 7 * k, "pension": 61*k + int64(version), "injury": 47 * k, "unemployment": 39 * k,
		"persons": 90*k + int64(version), "projects_new": 9 + int64(i), "projects_insured": 9} {
		f := ledger.NewNumber(n)
		f.Sheet, f.Cell, f.Text = "台账", "C5", fmt.Sprint(n)
		figures[key] = f
	}
	digest := fmt.Sprintf("%02x%02x%s", i, int(p.Month)*16+version, strings.Repeat("9d3c", 15))
	arrived := p.First().AddDays(18+2*i).At(10, 20, c.Schedule.Zone)
	if version > 1 {
		arrived = c.Schedule.CutOff(p).Add(24 * time.Hour)
	}
	st.Put(ledger.Submission{ID: digest + "/1", Mail: digest, Unit: unit, Period: p, Version: version, Quality: ledger.QualityAccepted, Arrived: arrived,
		Sender: "shebao@county.example", Reading: ledger.Reading{Kind: ledger.KindLedger, Unit: unit, Period: p, Figures: figures, Task: c.Form.Task,
			Measures: strings.Repeat("一是建立专班，明确任务；二是走访企业，逐户核对参保情况；三是利用社区公告栏宣传政策。", i+1) + "\n=1+1",
			File:     unit + "2022年全民参保计划攻坚行动工作落实台账.xlsx", Sheet: "台账", FileDigest: digest, Officer: "张三", Liaison: "欧阳小四"}})
}

// The workbook as LibreOffice prints and calculates it, with nobody's report,
// some, all, and as a correction with rates. The pages are kept to be looked at.
func TestBookThroughLibreOffice(t *testing.T) {
	root := os.Getenv("E2E_OUT")
	if root == "" {
		root = t.TempDir()
	}
	dir, err := os.MkdirTemp(root, "TestBook-")
	if err != nil {
		t.Fatal(err)
	}
	all := worlds(t)
	for _, name := range []string{"0-of-7", "5-of-7", "7-of-7", "correction"} {
		t.Run(name, func(t *testing.T) {
			a, err := workbook.Summary(all[name])
			if err != nil {
				t.Fatal(err)
			}
			pages := render(t, dir, name+".xlsx", a.Data)
			text := strings.Join(pages, "")
			for _, bad := range []string{"###", "#N/A", "#NAME", "#VALUE", "#DIV", "Err:"} {
				if strings.Contains(text, bad) {
					t.Errorf("the print holds %q", bad)
				}
			}
			for _, want := range []string{"制表人：", "审核人：", "措施与做法", "数据来源", "进展趋势", "问题与说明"} {
				if !strings.Contains(squeezed(text), want) {
					t.Errorf("the print lacks %q", want)
				}
			}
			// Another program works every formula out again when it saves.
			path := convert(t, stripped(t, filepath.Join(dir, name+".xlsx")), "xlsx:Calc MS Excel 2007 XML")
			t.Logf("counted: %s on %d pages, %d formulas worked out by LibreOffice", name, len(pages), sameValues(t, filepath.Join(dir, name+".xlsx"), path))
		})
	}
}

// stripped saves the workbook without a value beside any formula, so that what
// is found later was calculated.
func stripped(t *testing.T, path string) string {
	t.Helper()
	f, err := excelize.OpenFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for cell := range formulas(t, f) {
		sheet, name, _ := strings.Cut(cell, "!")
		formula, err := f.GetCellFormula(sheet, name)
		if err != nil {
			t.Fatal(err)
		}
		if err := f.SetCellValue(sheet, name, nil); err != nil {
			t.Fatal(err)
		}
		if err := f.SetCellFormula(sheet, name, formula); err != nil {
			t.Fatal(err)
		}
	}
	out := strings.TrimSuffix(path, ".xlsx") + "-bare.xlsx"
	if err := f.SaveAs(out); err != nil {
		t.Fatal(err)
	}
	return out
}

// formulas are the values of the cells that hold a formula.
func formulas(t *testing.T, f *excelize.File) map[string]string {
	t.Helper()
	out := map[string]string{}
	for _, sheet := range f.GetSheetList() {
		rows, err := f.GetRows(sheet)
		if err != nil {
			t.Fatal(err)
		}
		for r := range rows {
			for c := range 40 {
				name, _ := excelize.CoordinatesToCellName(c+1, r+1)
				if formula, err := f.GetCellFormula(sheet, name); err != nil || formula == "" {
					continue
				}
				v, err := f.GetCellValue(sheet, name, excelize.Options{RawCellValue: true})
				if err != nil {
					t.Fatal(err)
				}
				out[sheet+"!"+name] = v
			}
		}
	}
	return out
}

// sameValues compares the values beside the formulas of both workbooks, and
// returns how many there are.
func sameValues(t *testing.T, ours, theirs string) int {
	t.Helper()
	var got [2]map[string]string
	for i, path := range []string{ours, theirs} {
		f, err := excelize.OpenFile(path)
		if err != nil {
			t.Fatal(err)
		}
		got[i] = formulas(t, f)
		if err := f.Close(); err != nil {
			t.Fatal(err)
		}
	}
	near := cmp.Comparer(func(a, b string) bool {
		x, err1 := strconv.ParseFloat(a, 64)
		y, err2 := strconv.ParseFloat(b, 64)
		return a == b || err1 == nil && err2 == nil && math.Abs(x-y) < 1e-9
	})
	if d := cmp.Diff(got[0], got[1], near); d != "" {
		t.Errorf("as we print and as LibreOffice calculates (-ours +theirs):\n%s", d)
	}
	if len(got[0]) == 0 {
		t.Error("the workbook holds no formula")
	}
	return len(got[0])
}
