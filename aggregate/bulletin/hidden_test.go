package bulletin_test

import (
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"taizhang/ingest/check"
	"taizhang/ingest/sheet"
	"taizhang/ledger"
)

// What a ledger hides or strikes out is never quoted, from the file to the
// letter.
func TestHiddenWordsAreNotQuoted(t *testing.T) {
	c, st := world(t)
	f := excelize.NewFile()
	struck, err := f.NewStyle(&excelize.Style{Font: &excelize.Font{Strike: true}})
	if err != nil {
		t.Fatal(err)
	}
	for i, row := range [][]any{{"2022年5月全民参保计划攻坚行动工作落实台账"}, {"填报单位：禹州市"}, {"工作任务", "主要工作措施", "户数", "企业养老", "工伤", "失业", "合计"},
		{"全民参保计划攻坚行动", "可见的措施。", 3, 5, 5, 5, 6}, {"", "隐藏行的话。"}, {"", "划掉的话。"}, {"", "又一条可见的措施。"}, {"负责人：张三", "联络员：李四", "填报时间：2022年5月24日"}} {
		if err := f.SetSheetRow("Sheet1", "A"+string(rune('1'+i)), &row); err != nil {
			t.Fatal(err)
		}
	}
	if err := f.SetCellRichText("Sheet1", "B7", []excelize.RichTextRun{{Text: "又一条可见的措施"}, {Text: "，划掉的半句", Font: &excelize.Font{Strike: true}}, {Text: "。"}}); err != nil {
		t.Fatal(err)
	}
	if err := f.SetRowVisible("Sheet1", 5, false); err != nil {
		t.Fatal(err)
	}
	if err := f.SetCellStyle("Sheet1", "B6", "B6", struck); err != nil {
		t.Fatal(err)
	}
	buf, err := f.WriteToBuffer()
	if err != nil {
		t.Fatal(err)
	}
	tables, err := sheet.Read(t.Context(), "禹州市5月台账.xlsx", buf.Bytes(), sheet.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	r := check.Check(check.Input{Campaign: c, Tables: tables, File: "禹州市5月台账.xlsx"})[0]
	if r.Kind != ledger.KindLedger || r.Unit != "禹州市" {
		t.Fatalf("got %+v", r)
	}
	submit(c, st, report{unit: r.Unit, period: r.Period, figures: r.Figures, words: r.Measures})
	got := text(t, write(t, build(c, st, may, 1)).Data)
	if !strings.Contains(got, "\n可见的措施。又一条可见的措施。\n") || strings.Contains(got, "隐藏行") || strings.Contains(got, "划掉") {
		t.Errorf("got\n%s", got)
	}
}
