package workbook_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"taizhang/aggregate/workbook"
	"taizhang/ledger"
)

func form(t *testing.T, r workbook.FormRequest) (ledger.Attachment, *excelize.File) {
	t.Helper()
	a, err := workbook.Form(r)
	if err != nil {
		t.Fatal(err)
	}
	return a, reopen(t, a.Data)
}

func request(t *testing.T) workbook.FormRequest {
	c, _ := world(t)
	return workbook.FormRequest{Campaign: c, Unit: *c.Unit("禹州市"), Period: may, Officer: ledger.Person{Name: "王建国"}, Liaison: ledger.Person{Name: "李晓燕"}}
}

// fill completes the form as a county does.
func fill(t *testing.T, a ledger.Attachment) []byte {
	t.Helper()
	f := reopen(t, a.Data)
	for cell, v := range map[string]any{"B5": "走访企业87户，发放宣传资料4500份。\n召开座谈会12场。", "C5": 35, "D5": 120, "E5": 98, "F5": 0, "G5": 120, "C6": "填报时间：2022年5月27日"} {
		if err := f.SetCellValue("台账", cell, v); err != nil {
			t.Fatal(err)
		}
	}
	var b bytes.Buffer
	if err := f.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestFormAsPrinted(t *testing.T) {
	a, f := form(t, request(t))
	if a.Name != "禹州市2022年5月全民参保计划攻坚行动工作落实台账.xlsx" {
		t.Errorf("name: %s", a.Name)
	}
	want := map[string]string{
		"A1": "2022年全民参保计划攻坚行动工作落实台账", "A2": "填报单位：禹州市", "B2": "报告期：2022年5月", "F2": "单位：人",
		"A3": "工作任务", "B3": "主要工作措施", "C3": "企业养老、工伤、失业保险新增参保",
		"C4": "参保户数\n（户）", "D4": "企业养老", "E4": "工伤", "F4": "失业", "G4": "合计人数",
		"A5": "全民参保计划攻坚行动", "B5": "", "C5": "", "D5": "", "E5": "", "F5": "", "G5": "",
		"A6": "负责人：王建国", "B6": "联络员：李晓燕", "C6": "填报时间：",
	}
	got := map[string]string{}
	for cell := range want {
		v, err := f.GetCellValue("台账", cell)
		if err != nil {
			t.Fatal(err)
		}
		got[cell] = v
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	dvs, err := f.GetDataValidations("台账")
	if err != nil || len(dvs) != 1 || dvs[0].Sqref != "C5:G5" || dvs[0].Type != "whole" || dvs[0].Formula1 != "0" {
		t.Errorf("validation: %+v, %v", dvs, err)
	}
	for _, table := range tables(t, a.Data) {
		if table.Mark != "annex2-2022/2022-05/禹州市" {
			t.Errorf("mark: %q", table.Mark)
		}
	}
	for _, n := range f.WorkBook.DefinedNames.DefinedName {
		if n.Name == ledger.FormMarkName && !n.Hidden {
			t.Error("the mark shows in the list of names")
		}
	}
	layout, err := f.GetPageLayout("台账")
	if err != nil || *layout.Size != 9 || *layout.Orientation != "landscape" || *layout.FitToWidth != 1 || *layout.FitToHeight != 1 {
		t.Errorf("print: %+v, %v", layout, err)
	}
}

// Outside the form's own cells nothing is a number, a formula or a label of a
// measure by itself: last month's figures cannot be read as this month's.
func TestFormHoldsNoFigureOfItsOwn(t *testing.T) {
	r := request(t)
	r.Period, r.Last = may.Next(), figures(98, 1983, 882, 0, 2078)
	_, f := form(t, r)
	for _, s := range f.GetSheetList() {
		rows, err := f.GetRows(s)
		if err != nil {
			t.Fatal(err)
		}
		for _, row := range rows {
			for _, v := range row {
				if strings.Trim(v, "0123456789,.") == "" && v != "" {
					t.Errorf("%s holds the number %q", s, v)
				}
				if s != "台账" && (v == "主要工作措施" || v == "工作任务" || r.Campaign.Form.Measure(v) != nil) {
					t.Errorf("%s holds the label %q", s, v)
				}
			}
		}
	}
	rows, err := f.GetRows("填表说明")
	if err != nil {
		t.Fatal(err)
	}
	last := rows[len(rows)-1][0]
	if want := "户数98户、企业养老1,983人、工伤882人、失业0人、合计人数2,078人"; !strings.Contains(last, want) || !strings.Contains(last, "2022年5月") {
		t.Errorf("last month: %s", last)
	}
}

func TestFormOfAnotherCampaign(t *testing.T) {
	r := request(t)
	other := *r.Campaign
	other.Form = ledger.Form{ID: "x", Title: "2023年稳岗台账", Task: "稳岗", Total: "jobs", Parts: []string{"new", "kept"},
		Measures: []ledger.Measure{{Key: "new", Name: "新增岗位", Unit: "个"}, {Key: "kept", Name: "稳定岗位", Unit: "个"}, {Key: "jobs", Name: "岗位合计", Unit: "个"}, {Key: "extra", Name: "附加", Optional: true}}}
	r.Campaign = &other
	_, f := form(t, r)
	rows, err := f.GetRows("台账")
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff([]string{"", "", "新增岗位", "稳定岗位", "岗位合计"}, rows[3]); d != "" {
		t.Error(d)
	}
	other.Form.Measures = nil
	if _, err := workbook.Form(r); err == nil {
		t.Error("a form that asks for nothing was written")
	}
}

func TestFormIsDeterministic(t *testing.T) {
	a, _ := form(t, request(t))
	for range 3 {
		if b, _ := form(t, request(t)); !bytes.Equal(a.Data, b.Data) {
			t.Fatal("the same request gave other bytes")
		}
	}
}

// What a county fills in is all that the reader of the house finds in numbers.
func TestFilledForm(t *testing.T) {
	a, _ := form(t, request(t))
	found := map[string]string{}
	for _, table := range tables(t, fill(t, a)) {
		for _, c := range table.Cells() {
			if c.Kind == ledger.CellNumber {
				found[table.Sheet+"!"+c.Name()] = c.Text
			}
		}
	}
	want := map[string]string{"台账!C5": "35", "台账!D5": "120", "台账!E5": "98", "台账!F5": "0", "台账!G5": "120"}
	if d := cmp.Diff(want, found); d != "" {
		t.Error(d)
	}
}
