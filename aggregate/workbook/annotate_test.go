package workbook_test

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/xuri/excelize/v2"

	"taizhang/aggregate/workbook"
	"taizhang/ingest/sheet"
	"taizhang/ledger"
)

// sample is a county's workbook: several sheets, merges, formulas, dates,
// borders, number formats, a hidden sheet and a comment of its own.
func sample(t *testing.T) []byte {
	t.Helper()
	f := excelize.NewFile()
	do := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	do(f.SetSheetName("Sheet1", "5月"))
	for cell, v := range map[string]any{"A1": "2022年全民参保计划攻坚行动工作落实台账", "A2": "填报单位：禹州市", "A3": "工作任务", "B3": "主要工作措施", "C3": "企业养老", "D3": "工伤", "E3": "失业", "F3": "合计",
		"A4": "全民参保计划攻坚行动", "B4": "走访企业\n逐户核对", "C4": "约120", "D4": 98, "E4": 76.5, "A6": time.Date(2022, 5, 27, 0, 0, 0, 0, time.UTC), "B6": true} {
		do(f.SetCellValue("5月", cell, v))
	}
	do(f.SetCellFormula("5月", "F4", "SUM(D4:E4)"))
	do(f.MergeCell("5月", "A1", "F1"))
	do(f.MergeCell("5月", "C4", "C5"))
	dotted, date := "0.00", "yyyy年m月d日"
	style, err := f.NewStyle(&excelize.Style{CustomNumFmt: &dotted, Font: &excelize.Font{Family: "仿宋", Size: 14, Italic: true, Color: "0000FF"},
		Border: []excelize.Border{{Type: "left", Color: "FF0000", Style: 6}}, Alignment: &excelize.Alignment{Horizontal: "right", WrapText: true}})
	do(err)
	do(f.SetCellStyle("5月", "C4", "F4", style))
	style, err = f.NewStyle(&excelize.Style{CustomNumFmt: &date})
	do(err)
	do(f.SetCellStyle("5月", "A6", "A6", style))
	do(f.AddComment("5月", excelize.Comment{Cell: "E4", Author: "李晓燕", Paragraph: []excelize.RichTextRun{{Text: "含补缴"}}}))
	do(f.AddComment("5月", excelize.Comment{Cell: "A2", Author: "李晓燕", Paragraph: []excelize.RichTextRun{{Text: "本单位"}}}))
	_, err = f.NewSheet("附表 一")
	do(err)
	do(f.SetCellValue("附表 一", "B2", 12345678901))
	do(f.SetCellFormula("附表 一", "B3", "B2*2"))
	_, err = f.NewSheet("隐藏")
	do(err)
	do(f.SetCellStr("隐藏", "A1", "=1+1"))
	do(f.SetSheetVisible("隐藏", false))
	var b bytes.Buffer
	do(f.Write(&b))
	return withCache(t, b.Bytes())
}

// withCache gives the formulas the values that a spreadsheet program stores.
func withCache(t *testing.T, data []byte) []byte {
	t.Helper()
	return rewrite(t, data, func(name, text string) string {
		text = strings.ReplaceAll(text, ` t="str"><f>SUM(D4:E4)</f>`, `><f>SUM(D4:E4)</f><v>174.5</v>`)
		return strings.ReplaceAll(text, ` t="str"><f>B2*2</f>`, `><f>B2*2</f><v>24691357802</v>`)
	})
}

func rewrite(t *testing.T, data []byte, change func(name, text string) string, more ...string) []byte {
	t.Helper()
	zr, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	zw := zip.NewWriter(&out)
	add := func(name, text string) {
		w, err := zw.Create(name)
		if err == nil {
			_, err = w.Write([]byte(text))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	for _, f := range zr.File {
		add(f.Name, change(f.Name, member(t, data, f.Name)))
	}
	for i := 0; i+1 < len(more); i += 2 {
		add(more[i], more[i+1])
	}
	if err := zw.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

var sampleMarks = []workbook.Mark{
	{Sheet: "5月", Cell: "C5", Severity: ledger.Block, Code: ledger.CText, Problem: "企业养老应填整数。", Remedy: "请填整数。"}, // covered by C4:C5
	{Sheet: "5月", Cell: "E4", Severity: ledger.Query, Problem: "明显高于以往"},
	{Sheet: "5月", Cell: "E4", Severity: ledger.Block, Problem: "应填整数", Remedy: "=HYPERLINK(\"http://x\")&_x0041_"},
	{Sheet: "5月", Cell: "F4", Severity: ledger.Hold, Problem: "请核实"},
	{Sheet: "5月", Cell: "G9", Severity: ledger.Block, Problem: "空白行"},
	{Sheet: "附表 一", Cell: "D9", Severity: ledger.Query, Problem: "空白处"},
	{Sheet: "附表 一", Cell: "C2", Severity: ledger.Query, Problem: "空白格"},
	{Sheet: "5月", Severity: ledger.Block, Problem: "缺少填报时间"},
	{Sheet: "没有这张表", Cell: "B2", Severity: ledger.Block, Problem: "找不到"},
}

const desk = "许昌市专项小组"

func annotation(t *testing.T, data []byte, marks []workbook.Mark) workbook.Annotation {
	t.Helper()
	read, err := sheet.Read(context.Background(), "x.xlsx", data, sheet.Limits{})
	if err != nil {
		t.Logf("not read: %v", err)
	}
	return workbook.Annotation{Name: `C:\台账\禹州市5月.台账.xlsx`, Data: data, Tables: read, Marks: marks, Author: desk, At: time.Date(2022, 5, 27, 9, 0, 0, 0, time.UTC)}
}

func annotate(t *testing.T, data []byte, marks []workbook.Mark) (workbook.Copy, *excelize.File) {
	t.Helper()
	a, err := workbook.Annotate(annotation(t, data, marks))
	if err != nil {
		t.Fatal(err)
	}
	return a, reopen(t, a.Data)
}

func commentsOf(t *testing.T, f *excelize.File) map[string]string {
	t.Helper()
	got := map[string]string{}
	for _, s := range f.GetSheetList() {
		list, err := f.GetComments(s)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range list {
			text := c.Text
			if text == "" {
				for _, r := range c.Paragraph {
					text += r.Text
				}
			}
			got[s+"!"+c.Cell] = c.Author + "/" + text
		}
	}
	return got
}

func TestAnnotateColoursAndComments(t *testing.T) {
	a, f := annotate(t, sample(t), sampleMarks)
	if a.Name != "禹州市5月.台账（批注）.xlsx" || a.Rendered {
		t.Errorf("name: %s, rendered: %v", a.Name, a.Rendered)
	}
	for _, c := range []struct{ sheet, cell, fill string }{{"5月", "C4", "FFB3B3"}, {"5月", "E4", "FFB3B3"}, {"5月", "F4", "FFD8A8"}, {"5月", "G9", "FFB3B3"},
		{"附表 一", "D9", "FFF3A3"}, {"附表 一", "C2", "FFF3A3"}, {"5月", "A1", ""}, {"5月", "D4", ""}, {"附表 一", "B2", ""}} {
		if got := fillOf(t, f, c.sheet, c.cell); got != c.fill {
			t.Errorf("%s!%s: fill %q, want %q", c.sheet, c.cell, got, c.fill)
		}
	}
	want := map[string]string{
		"5月!C4": desk + "/" + desk + "：\n问题（C02）：企业养老应填整数。\n怎么改：请填整数。",
		"5月!E4": "李晓燕/含补缴\n" + desk + "：\n（1）问题：明显高于以往\n（2）问题：应填整数\n怎么改：=HYPERLINK(\"http://x\")&_x005F_x0041_",
		"5月!F4": desk + "/" + desk + "：\n问题：请核实", "5月!G9": desk + "/" + desk + "：\n问题：空白行",
		"附表 一!D9": desk + "/" + desk + "：\n问题：空白处", "附表 一!C2": desk + "/" + desk + "：\n问题：空白格",
		"5月!A1": desk + "/" + desk + "：\n（1）问题：缺少填报时间\n（2）工作表“没有这张表”：B2：问题：找不到",
		"5月!A2": "李晓燕/本单位",
	}
	if d := cmp.Diff(want, commentsOf(t, f)); d != "" {
		t.Error(d)
	}
}

func fillOf(t *testing.T, f *excelize.File, sheet, cell string) string {
	t.Helper()
	return strings.TrimPrefix(strings.Join(styleOf(t, f, sheet, cell).Fill.Color, " "), "FF#")
}

func styleOf(t *testing.T, f *excelize.File, sheet, cell string) *excelize.Style {
	t.Helper()
	id, err := f.GetCellStyle(sheet, cell)
	if err != nil {
		t.Fatal(err)
	}
	s, err := f.GetStyle(id)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// The reader of the house is the second opinion: it shares no code with what
// edits, and finds the same in the copy as in the original.
func TestAnnotateChangesNothingElse(t *testing.T) {
	data := sample(t)
	a, f := annotate(t, data, sampleMarks)
	if d := cmp.Diff(tables(t, data), tables(t, a.Data), tableOptions...); d != "" {
		t.Error(d)
	}
	if d := otherwise(t, data, a.Data); d != "" {
		t.Error(d)
	}
	before, after := styleOf(t, reopen(t, data), "5月", "F4"), styleOf(t, f, "5月", "F4")
	before.Fill = after.Fill
	if d := cmp.Diff(before, after); d != "" {
		t.Errorf("more than the fill changed: %s", d)
	}
	again, _ := annotate(t, data, sampleMarks)
	if !bytes.Equal(a.Data, again.Data) {
		t.Error("the same marks gave other bytes")
	}
}

var tableOptions = []cmp.Option{cmp.AllowUnexported(ledger.Table{}), cmpopts.IgnoreFields(ledger.Table{}, "File"), cmpopts.EquateEmpty()}

func tables(t *testing.T, data []byte) []*ledger.Table {
	t.Helper()
	out, err := sheet.Read(context.Background(), "x.xlsx", data, sheet.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// What the package edit must not touch, each in a workbook of its own.
func TestAnnotateKeepsOddWorkbooks(t *testing.T) {
	data := sample(t)
	same := func(_, text string) string { return text }
	patch := func(old, repl string) func(string, string) string {
		return func(_, text string) string { return strings.Replace(text, old, repl, 1) }
	}
	cases := map[string][]byte{
		"macros": rewrite(t, data, func(_, text string) string {
			return strings.Replace(text, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml", "application/vnd.ms-excel.sheet.macroEnabled.main+xml", 1)
		}, "xl/vbaProject.bin", "\x00\x01macro"),
		"protected":    rewrite(t, data, patch("</sheetData>", `</sheetData><sheetProtection sheet="1" objects="1"/>`)),
		"no numbers":   rewrite(t, data, patch(`<row r="4"`, `<row`)),
		"empty row":    rewrite(t, data, patch(`</sheetData>`, `<row r="9" spans="1:3" ht="30" customHeight="1"/></sheetData>`)),
		"styled row":   rewrite(t, data, patch(`</sheetData>`, `<row r="9" s="1" customFormat="1"/></sheetData>`)),
		"other quotes": rewrite(t, data, patch(`r="F4"`, `r='F4'`)),
		"unknown part": rewrite(t, data, same, "xl/wps/own.bin", "1"),
	}
	for name, d := range cases {
		t.Run(name, func(t *testing.T) {
			a, _ := annotate(t, d, sampleMarks)
			if a.Rendered {
				t.Fatal("made anew")
			}
			if want := map[bool]string{true: ".xlsm", false: ".xlsx"}[name == "macros"]; filepath.Ext(a.Name) != want {
				t.Errorf("name: %s", a.Name)
			}
			if d := otherwise(t, d, a.Data); d != "" {
				t.Error(d)
			}
			if d := cmp.Diff(tables(t, d), tables(t, a.Data), tableOptions...); d != "" {
				t.Error(d)
			}
		})
	}
}

// A file that was not read, or that is above a bound, gets no copy.
func TestAnnotateRefuses(t *testing.T) {
	data := sample(t)
	patch := func(old, repl string) func(string, string) string {
		return func(_, text string) string { return strings.Replace(text, old, repl, 1) }
	}
	for name, d := range map[string][]byte{
		"nothing": nil, "text": []byte("工作任务,主要工作措施"), "cut": data[:len(data)/2], "too large": make([]byte, 11<<20),
		"bomb":    rewrite(t, data, func(_, text string) string { return text }, "xl/media/zeros.bin", strings.Repeat("\x00", 61<<20)),
		"doctype": rewrite(t, data, patch("<worksheet", `<!DOCTYPE x><worksheet`)),
		"signed":  rewrite(t, data, func(_, text string) string { return text }, "_xmlsignatures/sig1.xml", "<x/>"),
	} {
		t.Run(name, func(t *testing.T) {
			_, err := workbook.Annotate(workbook.Annotation{Name: "x.xlsx", Data: d, Marks: sampleMarks})
			if !errors.Is(err, workbook.ErrNoCopy) {
				t.Errorf("got %v", err)
			}
		})
	}
	if _, err := workbook.Annotate(annotation(t, data, nil)); !errors.Is(err, workbook.ErrNoCopy) {
		t.Errorf("no marks: %v", err)
	}
}

func TestAnnotatedNames(t *testing.T) {
	a := annotation(t, sample(t), sampleMarks[:1])
	for in, want := range map[string]string{"": "台账（批注）.xlsx", "a/b\\c.XLSX": "c（批注）.xlsx", "x\r\nBcc: y.xls": "xBcc_ y（批注）.xlsx", "\u202exslx.台账": "xslx.台账（批注）.xlsx", "..": "台账（批注）.xlsx"} {
		a.Name = in
		got, err := workbook.Annotate(a)
		if err != nil || got.Name != want {
			t.Errorf("%q: got %q, %v, want %q", in, got.Name, err, want)
		}
	}
}

// TestCorpora annotates every .xlsx and .xlsm below the folder that
// TAIZHANG_CORPORA names: each is edited in place with nothing else changed, or
// made of what was read, or refused.
func TestCorpora(t *testing.T) {
	root := os.Getenv("TAIZHANG_CORPORA")
	if root == "" {
		t.Log("0 files: TAIZHANG_CORPORA names no folder")
		return
	}
	var files, edited, rendered, refused, unread int
	why := map[string]int{}
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		ext := strings.ToLower(filepath.Ext(path))
		if err != nil || d.IsDir() || ext != ".xlsx" && ext != ".xlsm" {
			return err
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		files++
		read, err := sheet.Read(context.Background(), "x.xlsx", data, sheet.Limits{})
		if err != nil || len(read) == 0 {
			unread++
			return nil //nolint:nilerr // a file that is not read gets no answer with a copy
		}
		name := read[0].Sheet
		a, err := workbook.Annotate(workbook.Annotation{Name: path, Data: data, Tables: read, Author: desk,
			Marks: []workbook.Mark{{Sheet: name, Cell: "B2", Severity: ledger.Block, Problem: "一"}, {Sheet: name, Cell: "C7", Severity: ledger.Query, Problem: "二"}, {Sheet: name, Problem: "三"}}})
		switch {
		case errors.Is(err, workbook.ErrNoCopy):
			refused++
			why[err.Error()]++
			return nil
		case err != nil:
			t.Errorf("%s: %v", path, err)
			return nil
		}
		if dir := os.Getenv("TAIZHANG_COPIES"); dir != "" {
			if err := os.WriteFile(filepath.Join(dir, filepath.Base(filepath.Dir(path))+"-"+filepath.Base(path)), a.Data, 0o600); err != nil {
				return err
			}
		}
		if a.Rendered {
			rendered++
			why["rendered "+filepath.Base(path)]++
			return nil
		}
		edited++
		if d := otherwise(t, data, a.Data); d != "" {
			t.Errorf("%s: %s", filepath.Base(path), d)
		}
		after, err := sheet.Read(context.Background(), "x.xlsx", a.Data, sheet.Limits{})
		if err != nil {
			t.Errorf("%s: the copy cannot be read: %v", filepath.Base(path), err)
			return nil
		}
		if d := cmp.Diff(read, after, tableOptions...); d != "" {
			t.Errorf("%s: %s", filepath.Base(path), d[:min(len(d), 1500)])
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d files: %d edited in place, %d made of what was read, %d refused, %d not read: %v", files, edited, rendered, refused, unread, why)
}
