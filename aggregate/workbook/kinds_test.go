package workbook_test

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"taizhang/aggregate/workbook"
	"taizhang/ingest/check"
	"taizhang/ingest/sheet"
	"taizhang/ledger"
)

// faulty are ledgers with one wrong figure, 约98 for 工伤, of the kinds that a
// test can write down; the workbook has a comment with numbers in it.
func faulty(t *testing.T) map[string][]byte {
	t.Helper()
	const page = `<p>2022年全民参保计划攻坚行动工作落实台账（2022年5月）</p><p>填报单位：禹州市</p><table border="1"><tr><th>工作任务</th><th>主要工作措施</th><th>参保户数</th><th>企业养老</th><th>工伤</th><th>失业</th><th>合计人数</th></tr>` +
		`<tr><td>全民参保计划攻坚行动</td><td>=cmd|'/c calc'!A1</td><td>35</td><td>120</td><td>约98</td><td>76</td><td>120</td></tr>` +
		`<tr><td>负责人：王建国</td><td>联络员：李晓燕</td><td colspan="5">填报时间：2022年5月27日</td></tr></table>`
	const text = "2022年全民参保计划攻坚行动工作落实台账（2022年5月）,,,,,,\n填报单位：禹州市,,,,,,\n工作任务,主要工作措施,参保户数,企业养老,工伤,失业,合计人数\n" +
		"全民参保计划攻坚行动,走访企业,35,120,约98,76,120\n负责人：王建国,联络员：李晓燕,填报时间：2022年5月27日,,,,\n"
	f := excelize.NewFile()
	for i, line := range strings.Split(strings.TrimSpace(text), "\n") {
		for j, v := range strings.Split(line, ",") {
			cell := ledger.Ref{Row: i, Col: j}.Name()
			if err := f.SetCellValue("Sheet1", cell, v); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := f.AddComment("Sheet1", excelize.Comment{Cell: "E4", Author: "李晓燕", Paragraph: []excelize.RichTextRun{{Text: "工伤 98 人，含补缴 12 人"}}}); err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := f.Write(&b); err != nil {
		t.Fatal(err)
	}
	return map[string][]byte{"x.xlsx": b.Bytes(), "x.csv": []byte(text), "x.xls": []byte("<html><head><meta charset=\"utf-8\"></head><body>" + page + "</body></html>")}
}

func reading(t *testing.T, c *ledger.Campaign, name string, data []byte) ([]*ledger.Table, ledger.Reading) {
	t.Helper()
	read, err := sheet.Read(context.Background(), name, data, sheet.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	rs := check.Check(check.Input{Campaign: c, Tables: read, File: name, SenderUnit: "禹州市", HasSender: true, Arrived: time.Date(2022, 5, 27, 9, 0, 0, 0, c.Schedule.Zone)})
	if len(rs) != 1 {
		t.Fatalf("%d readings of %s", len(rs), name)
	}
	return read, rs[0]
}

// A county corrects the figure in our annotated copy, whatever kind its own
// file was, and sends the copy back: it is read without a finding, and nothing
// in a comment is taken for content.
func TestCorrectedCopyReads(t *testing.T) {
	c, _ := world(t)
	for name, data := range faulty(t) {
		t.Run(filepath.Ext(name), func(t *testing.T) {
			read, r := reading(t, c, name, data)
			var marks []workbook.Mark
			for _, f := range r.Findings {
				if f.Severity == ledger.Block {
					marks = append(marks, workbook.Mark{Sheet: f.Sheet, Cell: f.Cell, Code: f.Code, Severity: f.Severity, Value: f.Value, Problem: "应填整数 500 人。", Remedy: "请填写 98。"})
				}
			}
			if len(marks) != 1 || r.Verdict() != ledger.Returned {
				t.Fatalf("findings: %+v", r.Findings)
			}
			marks = append(marks, workbook.Mark{Sheet: r.Sheet, Problem: "工伤 77 人", Severity: ledger.Query})
			a, err := workbook.Annotate(workbook.Annotation{Name: name, Data: data, Tables: read, Marks: marks, Author: desk})
			if err != nil {
				t.Fatal(err)
			}
			if a.Rendered != (name != "x.xlsx") || filepath.Ext(a.Name) != ".xlsx" {
				t.Errorf("%s, rendered: %v", a.Name, a.Rendered)
			}
			f := reopen(t, a.Data)
			corrected := 0
			for _, s := range f.GetSheetList() {
				for at, text := range commentsOf(t, f) {
					cell, here := strings.CutPrefix(at, s+"!")
					if here && strings.Contains(text, "500") {
						if v, _ := f.GetCellValue(s, cell); v != "约98" || fillOf(t, f, s, cell) != "FFB3B3" {
							t.Errorf("%s holds %q, fill %q", at, v, fillOf(t, f, s, cell))
						}
						if err := f.SetCellValue(s, cell, 98); err != nil {
							t.Fatal(err)
						}
						corrected++
					}
				}
				rows, err := f.GetRows(s, excelize.Options{RawCellValue: true})
				if err != nil {
					t.Fatal(err)
				}
				for i, row := range rows {
					for j := range row {
						if formula, err := f.GetCellFormula(s, ledger.Ref{Row: i, Col: j}.Name()); err != nil || formula != "" {
							t.Errorf("a formula %q, %v", formula, err)
						}
					}
				}
			}
			if corrected != 1 {
				t.Fatalf("%d cells to correct", corrected)
			}
			var b bytes.Buffer
			if err := f.Write(&b); err != nil {
				t.Fatal(err)
			}
			_, r = reading(t, c, a.Name, b.Bytes())
			for _, f := range r.Findings {
				if f.Severity != ledger.Note {
					t.Errorf("finding %+v", f)
				}
			}
			for key, want := range map[string]int64{"enterprises": 35, "pension": 120, "injury": 98, "unemployment": 76, "persons": 120} {
				if v, ok := r.Figures.Value(key); !ok || v != want {
					t.Errorf("%s: %d, %v", key, v, ok)
				}
			}
		})
	}
}

// Files that LibreOffice and Office wrote, of every kind that cannot be written
// in: the copy shows the same sheets and cells.
func TestRenderedKinds(t *testing.T) {
	folder := filepath.Join("..", "..", "ingest", "sheet", "testdata", "kinds")
	for _, name := range []string{"libreoffice-ledger.docx", "libreoffice-ledger.ods", "libreoffice-ledger.html", "libreoffice-ledger-Sheet1.csv", "office-ledger.xml", "libreoffice-features.ods", "../../xls/testdata/libreoffice-ledger.xls", "../../xls/testdata/libreoffice-features.xls"} {
		t.Run(filepath.Base(name), func(t *testing.T) {
			data, err := os.ReadFile(filepath.Join(folder, name))
			if err != nil {
				t.Fatal(err)
			}
			read, err := sheet.Read(context.Background(), name, data, sheet.Limits{})
			if err != nil {
				t.Fatal(err)
			}
			a, err := workbook.Annotate(workbook.Annotation{Name: name, Data: data, Tables: read, Author: desk, Marks: []workbook.Mark{{Sheet: read[0].Sheet, Problem: "一", Severity: ledger.Block}}})
			if err != nil || !a.Rendered {
				t.Fatalf("%v, %v", a.Rendered, err)
			}
			after := tables(t, a.Data)
			if len(after) != len(read) {
				t.Fatalf("%d sheets of %d", len(after), len(read))
			}
			for i, was := range read {
				now, down := after[i], 0
				for _, s := range was.Before {
					if strings.TrimSpace(s) != "" {
						down++
					}
				}
				if now.Hidden != was.Hidden {
					t.Errorf("%s: hidden %v", now.Sheet, now.Hidden)
				}
				for _, c := range was.Cells() {
					at := ledger.Ref{Row: c.Row + down, Col: c.Col}
					got, _ := now.At(at)
					if !c.Date.IsZero() || c.NoValue || c.Kind == ledger.CellBool || c.Kind == ledger.CellError {
						c.Kind, got.Kind, c.Text, got.Text = 0, 0, "", ""
					}
					if got.Kind != c.Kind || strings.TrimSpace(got.Text) != strings.TrimSpace(c.Text) || now.Shown(at) != was.Shown(c.Ref) || got.Formula != "" {
						t.Errorf("%s!%s: %+v, was %+v", now.Sheet, at.Name(), got, c)
					}
				}
			}
		})
	}
}
