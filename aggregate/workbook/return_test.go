package workbook_test

import (
	"bytes"
	"context"
	"slices"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"taizhang/aggregate/workbook"
	"taizhang/ingest/check"
	"taizhang/ingest/sheet"
	"taizhang/ledger"
)

// The form comes back in the ways that counties treat a form.
func TestFormComesBack(t *testing.T) {
	type change func(f *excelize.File) error
	set := func(cell string, v any) change {
		return func(f *excelize.File) error { return f.SetCellValue("台账", cell, v) }
	}
	for name, c := range map[string]struct {
		change  []change
		verdict ledger.Verdict
		codes   []ledger.Code
	}{
		"as it should": {},
		"all zero":     {change: []change{set("C5", 0), set("D5", 0), set("E5", 0), set("F5", 0), set("G5", 0)}},
		"blank": {[]change{set("C5", nil), set("D5", nil), set("E5", nil), set("F5", nil), set("G5", nil)}, ledger.Returned,
			[]ledger.Code{ledger.IBlankForm}},
		"one blank": {[]change{set("E5", nil)}, ledger.Returned, []ledger.Code{ledger.CBlank}},
		"the mark is gone": {change: []change{func(f *excelize.File) error {
			return f.DeleteDefinedName(&excelize.DefinedName{Name: ledger.FormMarkName})
		}}},
		"of another month": {[]change{set("B2", "报告期：2022年6月"), set("C6", "填报时间：2022年6月27日")}, ledger.Held,
			[]ledger.Code{ledger.IPeriodMismatch}},
		"only the date of another month": {[]change{set("C6", "填报时间：2022年6月27日")}, ledger.Held,
			[]ledger.Code{ledger.IPeriodMismatch}},
		"no month but the date, of another month": {[]change{set("B2", ""), set("C6", "填报时间：2022年6月27日")}, ledger.Held,
			[]ledger.Code{ledger.IPeriodMismatch}},
		"another unit": {[]change{set("A2", "填报单位：长葛市")}, ledger.Held, []ledger.Code{ledger.IUnitMismatch, ledger.ISenderOther}},
		"a row and a column more": {change: []change{
			func(f *excelize.File) error { return f.InsertRows("台账", 2, 1) },
			func(f *excelize.File) error { return f.InsertCols("台账", "A", 1) },
			func(f *excelize.File) error { return f.SetCellValue("台账", "A4", "序号") },
		}},
		"the guide is gone": {change: []change{func(f *excelize.File) error { return f.DeleteSheet("填表说明") }}},
	} {
		t.Run(name, func(t *testing.T) {
			r := request(t)
			r.Last = figures(98, 1983, 882, 0, 2078)
			a, _ := form(t, r)
			f := reopen(t, fill(t, a))
			for _, ch := range c.change {
				if err := ch(f); err != nil {
					t.Fatal(err)
				}
			}
			got := comesBack(t, r.Campaign, f)
			if want := map[bool]ledger.Verdict{true: ledger.Accepted, false: c.verdict}[c.verdict == ""]; got.Verdict() != want {
				t.Errorf("%s, want %s: %+v", got.Verdict(), want, got.Findings)
			}
			var codes []ledger.Code
			for _, f := range got.Findings {
				if f.Severity != ledger.Note && !slices.Contains(codes, f.Code) {
					codes = append(codes, f.Code)
				}
			}
			slices.Sort(codes)
			slices.Sort(c.codes)
			if !slices.Equal(codes, c.codes) {
				t.Errorf("findings %v, want %v: %+v", codes, c.codes, got.Findings)
			}
			for _, v := range got.Figures {
				if v.Value == 1983 || v.Value == 882 || v.Value == 2078 {
					t.Errorf("a figure of the month before: %+v", v)
				}
			}
		})
	}
}

func comesBack(t *testing.T, c *ledger.Campaign, f *excelize.File) ledger.Reading {
	t.Helper()
	var b bytes.Buffer
	if err := f.Write(&b); err != nil {
		t.Fatal(err)
	}
	read, err := sheet.Read(context.Background(), "台账.xlsx", b.Bytes(), sheet.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	rs := check.Check(check.Input{Campaign: c, Tables: read, File: "台账.xlsx", SenderUnit: "禹州市", HasSender: true, Arrived: time.Date(2022, 6, 28, 9, 0, 0, 0, c.Schedule.Zone), ByDesk: false})
	if len(rs) != 1 {
		t.Fatalf("%d readings", len(rs))
	}
	// The month is long over on the day of arrival, so that June has begun too.
	rs[0].Findings = slices.DeleteFunc(rs[0].Findings, func(f ledger.Finding) bool { return f.Code == ledger.IPeriodClosed })
	return rs[0]
}

// The form of another campaign works from its configuration alone.
func TestFormOfAnotherCampaignComesBack(t *testing.T) {
	r := request(t)
	other := *r.Campaign
	other.Form.ID, other.Form.Title = "annex2-2023", "2022年全民参保扩面台账"
	other.Form.Parts = []string{"pension", "injury"}
	other.Form.Measures = slices.DeleteFunc(slices.Clone(other.Form.Measures), func(m ledger.Measure) bool { return m.Key == "unemployment" })
	r.Campaign = &other
	a, err := workbook.Form(r)
	if err != nil {
		t.Fatal(err)
	}
	f := reopen(t, a.Data)
	for cell, v := range map[string]any{"B5": "走访企业。", "C5": 35, "D5": 120, "E5": 98, "F5": 150, "C6": "填报时间：2022年5月27日"} {
		if err := f.SetCellValue("台账", cell, v); err != nil {
			t.Fatal(err)
		}
	}
	got := comesBack(t, &other, f)
	if got.Verdict() != ledger.Accepted {
		t.Errorf("%s: %+v", got.Verdict(), got.Findings)
	}
	for key, want := range map[string]int64{"enterprises": 35, "pension": 120, "injury": 98, "persons": 150} {
		if v, ok := got.Figures.Value(key); !ok || v != want {
			t.Errorf("%s: %d, %v", key, v, ok)
		}
	}
}
