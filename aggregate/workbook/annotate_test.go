package workbook_test

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"fmt"
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
	{Sheet: "5月", Cell: "C5", Severity: ledger.Block, Text: "C02 企业养老应填整数"}, // covered by C4:C5
	{Cell: "E4", Severity: ledger.Query, Text: "T05 明显高于以往"},
	{Sheet: "5月", Cell: "E4", Severity: ledger.Block, Text: "C06 应填整数"},
	{Sheet: "5月", Cell: "F4", Severity: ledger.Hold, Text: "请核实"},
	{Sheet: "附表 一", Cell: "D9", Severity: ledger.Query, Text: "空白处"},
	{Sheet: "5月", Text: "缺少填报时间"},
	{Sheet: "没有这张表", Cell: "B2", Severity: ledger.Block, Text: "找不到"},
}

func annotate(t *testing.T, data []byte, marks []workbook.Mark) (ledger.Attachment, *excelize.File) {
	t.Helper()
	a, err := workbook.Annotate(`C:\台账\禹州市5月.台账.xlsx`, data, marks)
	if err != nil {
		t.Fatal(err)
	}
	return a, reopen(t, a.Data)
}

func TestAnnotateColoursAndComments(t *testing.T) {
	data := sample(t)
	a, f := annotate(t, data, sampleMarks)
	if a.Name != "禹州市5月.台账（批注）.xlsx" {
		t.Errorf("name: %s", a.Name)
	}
	for _, c := range []struct{ sheet, cell, fill string }{{"5月", "C4", "FFB3B3"}, {"5月", "E4", "FFB3B3"}, {"5月", "F4", "FFD8A8"}, {"附表 一", "D9", "FFF3A3"}, {"5月", "A1", ""}, {"5月", "D4", ""}} {
		if got := fillOf(t, f, c.sheet, c.cell); got != c.fill {
			t.Errorf("%s!%s: fill %q, want %q", c.sheet, c.cell, got, c.fill)
		}
	}
	got := map[string]string{}
	for _, s := range []string{"5月", "附表 一"} {
		comments, err := f.GetComments(s)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range comments {
			var text strings.Builder
			text.WriteString(c.Text)
			for _, r := range c.Paragraph {
				text.WriteString(r.Text)
			}
			got[c.Cell] = c.Author + "/" + text.String()
		}
	}
	want := map[string]string{
		"C4": "台账系统/台账系统：\nC02 企业养老应填整数",
		"E4": "台账系统/台账系统：\nT05 明显高于以往\nC06 应填整数\n【原批注】含补缴",
		"F4": "台账系统/台账系统：\n请核实",
		"D9": "台账系统/台账系统：\n空白处",
		"A1": "台账系统/台账系统：\n缺少填报时间\n工作表“没有这张表”：B2：找不到",
		"A2": "李晓燕/本单位",
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

func fillOf(t *testing.T, f *excelize.File, sheet, cell string) string {
	t.Helper()
	s := styleOf(t, f, sheet, cell)
	return strings.Join(s.Fill.Color, " ")
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

// The reader of the house is the second opinion: it shares no code with
// excelize, and finds the same in the copy as in the original.
func TestAnnotateChangesNothingElse(t *testing.T) {
	data := sample(t)
	a, f := annotate(t, data, sampleMarks)
	if d := cmp.Diff(tables(t, data), tables(t, a.Data), tableOptions...); d != "" {
		t.Error(d)
	}
	before, after := styleOf(t, reopen(t, data), "5月", "F4"), styleOf(t, f, "5月", "F4")
	before.Fill = after.Fill
	if d := cmp.Diff(before, after); d != "" {
		t.Errorf("more than the fill changed: %s", d)
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

func TestAnnotateRefuses(t *testing.T) {
	data := sample(t)
	same := func(_, text string) string { return text }
	patch := func(old, repl string) func(string, string) string {
		return func(_, text string) string { return strings.Replace(text, old, repl, 1) }
	}
	var manySheets []string
	for i := range 60 {
		manySheets = append(manySheets, fmt.Sprintf("xl/worksheets/sheet%d.xml", i+100), "<worksheet/>")
	}
	cases := map[string][]byte{
		"nothing":      nil,
		"text":         []byte("工作任务,主要工作措施"),
		"old workbook": append([]byte("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"), make([]byte, 4096)...),
		"too large":    make([]byte, 5<<20+1),
		"cut":          data[:len(data)/2],
		"macros":       rewrite(t, data, same, "xl/vbaProject.bin", "x"),
		"bomb":         rewrite(t, data, same, "xl/media/zeros.bin", strings.Repeat("\x00", 51<<20)),
		"many sheets":  rewrite(t, data, same, manySheets...),
		"many cells":   rewrite(t, data, patch("<sheetData>", "<sheetData>"+strings.Repeat(`<row><c/></row>`, 100_001))),
		"far row":      rewrite(t, data, patch("</sheetData>", `<row r="1048576"><c r="A1048576"/></row></sheetData>`)),
		"far columns":  rewrite(t, data, patch("</sheetData>", strings.Repeat(`<row><c r="XFD9"/></row>`, 80)+`</sheetData>`)),
		"doctype":      rewrite(t, data, patch("<worksheet", `<!DOCTYPE x><worksheet`)),
		"prefixed far": rewrite(t, data, patch("</sheetData>", `<x:row r="2000000"/></sheetData>`)),
	}
	for name, d := range cases {
		t.Run(name, func(t *testing.T) {
			_, err := workbook.Annotate("x.xlsx", d, sampleMarks)
			if !errors.Is(err, workbook.ErrNoCopy) {
				t.Errorf("got %v", err)
			}
		})
	}
}

func TestAnnotatedNames(t *testing.T) {
	data := sample(t)
	for in, want := range map[string]string{"": "台账（批注）.xlsx", "a/b\\c.XLSX": "c（批注）.xlsx", "x\r\nBcc: y.xls": "xBcc_ y（批注）.xlsx", "\u202exslx.台账": "xslx（批注）.xlsx", "..": "台账（批注）.xlsx"} {
		a, err := workbook.Annotate(in, data, sampleMarks[:1])
		if err != nil || a.Name != want {
			t.Errorf("%q: got %q, %v, want %q", in, a.Name, err, want)
		}
	}
}

// TestCorpora annotates every .xlsx below the folder that TAIZHANG_CORPORA
// names: each is refused or comes back with the same content, as the reader of
// the house sees it.
func TestCorpora(t *testing.T) {
	root := os.Getenv("TAIZHANG_CORPORA")
	if root == "" {
		t.Log("0 files: TAIZHANG_CORPORA names no folder")
		return
	}
	var files, copied, refused, other, unread int
	var slowest time.Duration
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || strings.ToLower(filepath.Ext(path)) != ".xlsx" {
			return err
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		files++
		begun := time.Now()
		a, err := workbook.Annotate(path, data, []workbook.Mark{{Cell: "B2", Severity: ledger.Block, Text: "一"}, {Cell: "C7", Severity: ledger.Query, Text: "二"}, {Text: "三"}})
		if took := time.Since(begun); took > slowest {
			slowest = took
			t.Logf("%s took %s", filepath.Base(path), took)
		}
		switch {
		case errors.Is(err, workbook.ErrNoCopy):
			refused++
			return nil
		case err != nil:
			other++
			t.Logf("%s: %v", filepath.Base(path), err)
			return nil
		}
		copied++
		if !sameTables(t, path, data, a.Data) {
			unread++
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d files: %d copied (%d of them not read by us), %d refused, %d not made for other reasons; the slowest took %s", files, copied, unread, refused, other, slowest)
}

// sameTables compares what the reader of the house finds in both; false: it
// does not read the original.
func sameTables(t *testing.T, path string, data, copied []byte) bool {
	t.Helper()
	before, err := sheet.Read(context.Background(), "x.xlsx", data, sheet.Limits{})
	if err != nil {
		return false
	}
	after, err := sheet.Read(context.Background(), "x.xlsx", copied, sheet.Limits{})
	if err != nil {
		t.Errorf("%s: the copy cannot be read: %v", filepath.Base(path), err)
		return true
	}
	if d := cmp.Diff(before, after, tableOptions...); d != "" {
		t.Errorf("%s: %s", filepath.Base(path), d[:min(len(d), 1500)])
	}
	return true
}
