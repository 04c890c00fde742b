package workbook_test

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"taizhang/aggregate"
	"taizhang/aggregate/workbook"
	"taizhang/ledger"
)

var units = []string{"市本级", "禹州市", "长葛市", "魏都区", "建安区", "鄢陵县", "襄城县"}

// seven fills the month with n accepted reports; unit i has 100·(i+1) pensions.
func seven(c *ledger.Campaign, st *ledger.State, p ledger.Period, n int) {
	for i, u := range units[:n] {
		k := int64(i + 1)
		submit(c, st, p, report{unit: u, version: 1, quality: ledger.QualityAccepted, day: 20, figures: figures(10*k, 100*k, 90*k, 80*k, 120*k), words: "走访企业，逐户核对。"})
	}
}

func write(t *testing.T, s *aggregate.Summary) (ledger.Attachment, *excelize.File) {
	t.Helper()
	a, err := workbook.Summary(s)
	if err != nil {
		t.Fatal(err)
	}
	return a, reopen(t, a.Data)
}

func TestTotalsAreLiveAndCached(t *testing.T) {
	for _, n := range []int{0, 5, 7} {
		t.Run(fmt.Sprintf("%d of 7", n), func(t *testing.T) {
			c, st := world(t)
			seven(c, st, may, n)
			a, f := write(t, build(c, st, may, 1))
			if a.Name != "许昌市2022年5月全民参保计划攻坚行动进展情况汇总表.xlsx" {
				t.Errorf("name: %s", a.Name)
			}
			label := fmt.Sprintf("合计\n（已计入%d/应报7）", n)
			_, row := find(t, f, "汇总表", label)
			sum := int64(n * (n + 1) / 2)
			want := []string{fmt.Sprint(10 * sum), fmt.Sprint(100 * sum), fmt.Sprint(90 * sum), fmt.Sprint(80 * sum), fmt.Sprint(120 * sum)}
			if n == 0 {
				want = []string{"－", "－", "－", "－", "－"}
			}
			checkTotals(t, f, row, append(want, want...))
			checkCached(t, a.Data, n > 0)
		})
	}
}

// checkTotals compares the values shown and the values calculated in the
// columns of the month, then of the year.
func checkTotals(t *testing.T, f *excelize.File, row int, want []string) {
	t.Helper()
	for i, w := range want {
		col := 2 + 4*(i%5) + 2*(i/5)
		name, _ := excelize.CoordinatesToCellName(col, row)
		formula, err := f.GetCellFormula("汇总表", name)
		if err != nil || !strings.Contains(formula, "SUM(") {
			t.Errorf("%s: formula %q, %v", name, formula, err)
		}
		got, err := f.CalcCellValue("汇总表", name, excelize.Options{RawCellValue: true})
		if err != nil || got != w {
			t.Errorf("%s calculated: got %q, %v, want %q", name, got, err, w)
		}
		if shown := raw(t, f, "汇总表", col, row); shown != w {
			t.Errorf("%s shown: got %q, want %q", name, shown, w)
		}
	}
}

// checkCached looks into the XML: a numeric total has both formula and value,
// and is not declared a text.
func checkCached(t *testing.T, data []byte, numeric bool) {
	t.Helper()
	xml := member(t, data, "xl/worksheets/sheet1.xml")
	got := len(regexp.MustCompile(`<c r="[A-Z]+\d+" s="\d+"><f>[^<]*SUM[^<]*</f><v>-?\d+</v></c>`).FindAllString(xml, -1))
	all := strings.Count(xml, "<f>")
	want := 5*2 + 3*2 // without a month before there is no difference, without a baseline no headcount
	if !numeric {
		want = 3 // the targets
	}
	if got != want || all != 5*3+3*4 {
		t.Errorf("%d numeric totals of %d formulas, want %d", got, all, want)
	}
}

func member(t *testing.T, data []byte, name string) string {
	t.Helper()
	zr, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	f, err := zr.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(f)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestSameInputSameBytes(t *testing.T) {
	c, st := world(t)
	seven(c, st, may, 5)
	first, _ := write(t, build(c, st, may, 1))
	for range 5 {
		again, _ := write(t, build(c, st, may, 1))
		if !bytes.Equal(first.Data, again.Data) {
			t.Fatal("the same summary gave other bytes")
		}
	}
	zr, err := zip.NewReader(bytes.NewReader(first.Data), int64(len(first.Data)))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range zr.File {
		if !f.Modified.Equal(c.Schedule.CutOff(may)) {
			t.Errorf("%s is of %s", f.Name, f.Modified)
		}
	}
}

func TestNoBlankFigure(t *testing.T) {
	c, st := world(t)
	seven(c, st, may, 3)
	_, f := write(t, build(c, st, may, 1))
	_, total := find(t, f, "汇总表", "合计\n（已计入3/应报7）")
	for row := total - 7; row <= total; row++ {
		for col := 2; col <= 21; col++ {
			if v := raw(t, f, "汇总表", col, row); v == "" {
				t.Errorf("blank at column %d, row %d", col, row)
			}
		}
	}
	if got := raw(t, f, "汇总表", 2, total-1); got != "－" {
		t.Errorf("a unit without a report: got %q", got)
	}
}

func TestCorrection(t *testing.T) {
	c, st := world(t)
	seven(c, st, may, 7)
	firstIssue := build(c, st, may, 1)
	st.Book(may).Issues = []ledger.Issue{firstIssue.Issue("summary/2022-05/r1")}
	submit(c, st, may, report{unit: "禹州市", version: 2, quality: ledger.QualityQueried, day: 36, figures: figures(20, 201, 180, 160, 241),
		finding: []ledger.Finding{{Code: ledger.TFarAbove, Severity: ledger.Query, Sheet: "台账", Cell: "C5", Value: "201", Args: map[string]string{"measure": "pension", "value": "201", "median": "20"}}}})
	a, f := write(t, build(c, st, may, 2))
	if a.Name != "许昌市2022年5月全民参保计划攻坚行动进展情况汇总表（更正版1）.xlsx" {
		t.Errorf("name: %s", a.Name)
	}
	if got := raw(t, f, "汇总表", 1, 2); !strings.Contains(got, "数据截至及编制时间：2022年5月29日 09:00") || !strings.Contains(got, "更正版1") || !strings.Contains(got, "已计入 7/应报 7") {
		t.Errorf("subtitle: %s", got)
	}
	rows, err := f.GetRows("问题与说明")
	if err != nil {
		t.Fatal(err)
	}
	text := fmt.Sprint(rows)
	for _, want := range []string{"企业养老（人） 200  201  +1  v2 更正", "T05 明显高于", "台账!C5", "v2"} {
		if !strings.Contains(text, want) {
			t.Errorf("问题与说明 lacks %q:\n%s", want, text)
		}
	}
}

// An explained query stands with the unit's words, their sender, instant and
// mail, and no longer among the open ones; its unit is 合格.
func TestExplainedQueries(t *testing.T) {
	c, st := world(t)
	seven(c, st, may, 7)
	query := ledger.Finding{Code: ledger.TFarAbove, Severity: ledger.Query, Sheet: "台账", Cell: "C5", Value: "201", Args: map[string]string{"measure": "pension", "value": "201", "median": "20"}}
	submit(c, st, may, report{unit: "禹州市", version: 2, quality: ledger.QualityQueried, day: 27, figures: figures(20, 201, 180, 160, 241), finding: []ledger.Finding{query}})
	v := st.Book(may).Standing(c.Schedule, "禹州市", c.Schedule.CutOff(may)).InForce
	mail := strings.Repeat("ab12", 16)
	st.PutReply(ledger.Reply{ID: mail + "/0", Mail: mail, State: ledger.ReplyTaken, Explanations: []ledger.Explanation{{Unit: "禹州市", Period: may, Topic: v.Reading.TopicOf(query),
		Submission: v.ID, Version: 2, Reason: "园区企业集中办理", Mail: mail, Sender: "shebao@yuzhou.example", Arrived: v.Arrived.Add(time.Hour)}}})
	_, f := write(t, build(c, st, may, 1))
	rows, err := f.GetRows("问题与说明")
	if err != nil {
		t.Fatal(err)
	}
	open, closed, found := strings.Cut(fmt.Sprint(rows), "三、各单位已作说明的问题")
	if !found || strings.Contains(open, "T05") {
		t.Errorf("still open:\n%s", open)
	}
	for _, want := range []string{"T05 明显高于", "说明：园区企业集中办理", "shebao@yuzhou.example", "来信，邮件摘要ab12ab12ab12ab12", "台账!C5", "四、专项小组处理说明"} {
		if !strings.Contains(closed, want) {
			t.Errorf("问题与说明 lacks %q:\n%s", want, closed)
		}
	}
	if rows, err = f.GetRows("报送情况"); err != nil || !strings.Contains(fmt.Sprint(rows), "v2 合格") {
		t.Errorf("报送情况: %v, %v", rows, err)
	}
}

func TestStandingsAndRates(t *testing.T) {
	c, st := world(t)
	submit(c, st, may, report{unit: "市本级", version: 1, quality: ledger.QualityAccepted, day: 20, figures: figures(1, 2, 3, 4, 5)})
	submit(c, st, may, report{unit: "市本级", version: 2, quality: ledger.QualityReturned, day: 21, figures: figures(1, 2, 3, 4, 50)})
	submit(c, st, may, report{unit: "禹州市", version: 1, quality: ledger.QualityReturned, day: 22, figures: figures(1, 2, 3, 4, 50)})
	submit(c, st, may, report{unit: "长葛市", version: 0, quality: ledger.QualityHeld, day: 22, figures: figures(1, 2, 3, 4, 5)})
	submit(c, st, may, report{unit: "魏都区", version: 1, quality: ledger.QualityVerified, day: 34, figures: figures(1, 2, 3, 4, 5)})
	st.Book(may).Exempt = map[string]ledger.Decision{"襄城县": {Reason: "机构合并"}}
	s := aggregate.Build(c, st, aggregate.Request{Period: may, Number: 1, At: c.Schedule.CutOff(may), Unreadable: c.Schedule.Due(may)})
	_, f := write(t, s)
	got := map[string][]string{}
	for _, u := range units {
		_, row := find(t, f, "报送情况", u)
		got[u] = []string{raw(t, f, "报送情况", 2, row), raw(t, f, "报送情况", 3, row), raw(t, f, "报送情况", 4, row)}
	}
	want := map[string][]string{
		"市本级": {"按时", "－", "v1 合格，更正 v2 退回"}, "禹州市": {"按时", "－", "v1 退回"}, "长葛市": {"待核实", "－", "待核实"},
		"魏都区": {"补报（迟6天）", "6", "v1 核定"}, "建安区": {"漏报", "－", "－"}, "鄢陵县": {"漏报", "－", "－"}, "襄城县": {"免报", "－", "－"},
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	_, row := find(t, f, "报送情况", "上报率")
	var rates, counts []string
	for col := 1; col <= 8; col++ {
		counts = append(counts, raw(t, f, "报送情况", col, row-2))
		rates = append(rates, raw(t, f, "报送情况", col, row+1))
	}
	if d := cmp.Diff([]string{"6", "4", "0.667", "2", "0.333", "2", "0.5", "2"}, rates); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff([]string{"2", "0", "1", "1", "2", "6", "1", "0"}, counts); d != "" {
		t.Error(d)
	}
	find(t, f, "报送情况", "应报6家，已报4/6，已计入2/6。")
	find(t, f, "报送情况", "免报（机构合并）")
	find(t, f, "报送情况", "已逾期1天")
	if got := raw(t, f, "汇总表", 1, 3); got != "邮箱自2022年5月29日 00:00起无法读取，名单可能不全" {
		t.Errorf("unreadable: %s", got)
	}
}

func TestNothingFromOutsideIsAFormula(t *testing.T) {
	evil := []string{`=HYPERLINK("http://x","y")`, "+cmd|' /C calc'!A0", "-1+1", "@SUM(A1)", "\t=1", "=1+1", "_x0041_", "=a\r\nb", "=\x01x"}
	shown := strings.NewReplacer("\r\n", "\n", "\x01", "")
	for first := 0; first < len(evil); first += len(units) {
		some := evil[first:min(first+len(units), len(evil))]
		c, st := world(t)
		for i, e := range some {
			submit(c, st, may, report{unit: units[i], version: 1, quality: ledger.QualityAccepted, day: 20, figures: figures(1, 2, 3, 4, 5), words: e})
			sub := &st.Book(may).Submissions[i]
			sub.Reading.File, sub.Reading.Officer, sub.Reading.Task = e, e, e
			sub.Reading.Figures["pension"] = ledger.Figure{Kind: ledger.Number, Value: 2, Text: e, Sheet: e, Cell: e}
		}
		a, f := write(t, build(c, st, may, 1))
		ours := 0
		for index, sheet := range f.GetSheetList() {
			for _, m := range cellFormula.FindAllStringSubmatch(member(t, a.Data, fmt.Sprintf("xl/worksheets/sheet%d.xml", index+1)), -1) {
				ours++
				theirs := sheet == "措施与做法" || sheet == "问题与说明" || sheet == "数据来源" // no formula of ours stands there
				if theirs || strings.ContainsAny(m[1], "|@") || strings.Contains(m[1], "HYPERLINK") || strings.Contains(m[1], "1+1") {
					t.Errorf("%s holds the formula %q", sheet, m[1])
				}
			}
		}
		if ours == 0 {
			t.Error("our own formulas are not seen: the test is blunt")
		}
		for i, e := range some {
			_, row := find(t, f, "措施与做法", units[i])
			if got, want := raw(t, f, "措施与做法", 5, row), shown.Replace(e); got != want {
				t.Errorf("got %q, want %q", got, want)
			}
		}
	}
}

// cellFormula matches a cell's formula, whatever its attributes.
var cellFormula = regexp.MustCompile(`<f(?:\s[^>]*)?>([^<]*)</f>|<f(?:\s[^>]*)?/>`)

func TestLongWordsGoOnInFurtherRows(t *testing.T) {
	c, st := world(t)
	long := strings.Repeat("深入企业开展政策宣传，逐户核对参保情况。\r\n", 400)
	endless := strings.Repeat("走访", 20000)
	submit(c, st, may, report{unit: "市本级", version: 1, quality: ledger.QualityAccepted, day: 20, figures: figures(1, 2, 3, 4, 5), words: long})
	submit(c, st, may, report{unit: "禹州市", version: 1, quality: ledger.QualityAccepted, day: 20, figures: figures(1, 2, 3, 4, 5), words: endless})
	_, f := write(t, build(c, st, may, 1))
	joined := map[string]string{}
	rows, err := f.GetRows("措施与做法")
	if err != nil {
		t.Fatal(err)
	}
	for i, r := range rows {
		if len(r) < 5 {
			continue
		}
		joined[strings.TrimSuffix(r[0], "（续）")] += r[4]
		if h, err := f.GetRowHeight("措施与做法", i+1); err != nil || h > 409 {
			t.Errorf("row %d is %v points high, %v", i+1, h, err)
		}
	}
	if want := strings.ReplaceAll(long, "\r\n", "\n"); joined["市本级"] != want {
		t.Errorf("the words changed: %d of %d bytes", len(joined["市本级"]), len(want))
	}
	got := joined["禹州市"]
	if !strings.HasSuffix(got, "全文见来源文件。】") || len([]rune(got)) != 32767 {
		t.Errorf("%d characters, end %q", len([]rune(got)), got[max(0, len(got)-60):])
	}
}

func TestPrint(t *testing.T) {
	c, st := world(t)
	seven(c, st, may, 7)
	_, f := write(t, build(c, st, may, 1))
	sheets := f.GetSheetList()
	if d := cmp.Diff([]string{"汇总表", "报送情况", "措施与做法", "趋势", "问题与说明", "数据来源"}, sheets); d != "" {
		t.Fatal(d)
	}
	for _, s := range sheets {
		layout, err := f.GetPageLayout(s)
		if err != nil || *layout.Orientation != "landscape" || *layout.Size != 9 || *layout.FitToWidth != 1 {
			t.Errorf("%s: %+v, %v", s, layout, err)
		}
		dim, err := f.GetSheetDimension(s)
		if err != nil || dim == "A1" || !strings.Contains(dim, ":") {
			t.Errorf("%s: dimension %q, %v", s, dim, err)
		}
		panes, err := f.GetPanes(s)
		if err != nil || !panes.Freeze {
			t.Errorf("%s: %+v, %v", s, panes, err)
		}
	}
	names := map[string]int{}
	for _, n := range f.GetDefinedName() {
		names[n.Name]++
	}
	if names["_xlnm.Print_Area"] != 6 || names["_xlnm.Print_Titles"] != 6 {
		t.Errorf("names: %v", names)
	}
}

func TestRatesOfTheTargets(t *testing.T) {
	c, st := world(t)
	seven(c, st, may, 7)
	for _, u := range units {
		c.Unit(u).Baselines = map[string]int64{"pension": c.Unit(u).Target.Heads["pension"] * 9 / 10}
	}
	_, f := write(t, build(c, st, may, 1))
	_, row := find(t, f, "汇总表", "二、年度目标完成情况（人）")
	var got []string
	for col := 2; col <= 7; col++ {
		got = append(got, raw(t, f, "汇总表", col, row+4))
	}
	if d := cmp.Diff([]string{"101500", "200", "91550", "0.902", "77.7", "6"}, got); d != "" {
		t.Error(d)
	}
	if got := raw(t, f, "汇总表", 11, row+4); got != "－" {
		t.Errorf("a rate without a baseline: got %q", got)
	}
}

func TestCumulativeBasisSaysSo(t *testing.T) {
	c, st := world(t)
	c.Basis = ledger.BasisCumulative
	june := may.Next()
	seven(c, st, may, 7)
	for i, u := range units {
		k := int64(i + 1)
		submit(c, st, june, report{unit: u, version: 1, quality: ledger.QualityAccepted, day: 20, figures: figures(11*k, 110*k, 95*k, 85*k, 130*k)})
	}
	_, f := write(t, build(c, st, june, 1))
	find(t, f, "汇总表", "本月上报\n（累计数）")
	_, row := find(t, f, "汇总表", "禹州市")
	if got := raw(t, f, "汇总表", 19, row); got != "20" {
		t.Errorf("difference: %s", got)
	}
}

func TestRefusesHalfASummary(t *testing.T) {
	for name, s := range map[string]*aggregate.Summary{"nil": nil, "empty": {}, "no columns": {Campaign: &ledger.Campaign{}, Period: may, At: time.Now()}} {
		if _, err := workbook.Summary(s); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}
