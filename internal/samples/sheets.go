package samples

import (
	"fmt"

	"github.com/xuri/excelize/v2"
)

const title = "2022年全民参保计划攻坚行动工作落实台账"

// report is what one unit writes into its ledger. Cells hold int or string, as
// a person types them.
type report struct {
	unit, month      string
	cells            [4]any // 户数, 企业养老, 工伤, 失业
	total            any    // nil: the column is left out
	measures         string
	officer, liaison string
	date             string
}

// book is a workbook under construction; the first error is kept.
type book struct {
	f   *excelize.File
	err error
}

func newBook() *book { return &book{f: excelize.NewFile()} }

func (b *book) set(cell string, v any) {
	if b.err == nil {
		b.err = b.f.SetCellValue("Sheet1", cell, v)
	}
}

func (b *book) merge(from, to string) {
	if b.err == nil {
		b.err = b.f.MergeCell("Sheet1", from, to)
	}
}

func (b *book) bytes() ([]byte, error) {
	if b.err != nil {
		return nil, fmt.Errorf("make a sample workbook: %w", b.err)
	}
	buf, err := b.f.WriteToBuffer()
	if err != nil {
		return nil, fmt.Errorf("write a sample workbook: %w", err)
	}
	return buf.Bytes(), nil
}

// split is the form with the last column split in four or five, as most
// counties draw it.
func split(r report) ([]byte, error) {
	b := newBook()
	last := "F"
	if r.total != nil {
		last = "G"
	}
	b.set("A1", title)
	b.merge("A1", last+"1")
	b.set("A2", "填报单位："+r.unit)
	b.set("D2", r.month)
	b.set(last+"2", "单位：人")
	b.set("A3", "工作任务")
	b.merge("A3", "A4")
	b.set("B3", "主要工作措施")
	b.merge("B3", "B4")
	b.set("C3", "企业养老、工伤、失业保险新增参保")
	b.merge("C3", last+"3")
	for i, h := range []string{"参保户数（户）", "企业养老", "工伤", "失业"} {
		b.set(string(rune('C'+i))+"4", h)
	}
	b.set("A5", "全民参保计划攻坚行动")
	b.set("B5", r.measures)
	for i, v := range r.cells {
		if v != nil {
			b.set(string(rune('C'+i))+"5", v)
		}
	}
	if r.total != nil {
		b.set("G4", "合计人数")
		b.set("G5", r.total)
	}
	b.set("A7", "负责人："+r.officer)
	b.set("C7", "联络员："+r.liaison)
	b.set("E7", "填报时间："+r.date)
	return b.bytes()
}

// printed is the form as the notice prints it, with a sentence in its only
// column.
func printed(r report, sentence string) ([]byte, error) {
	b := newBook()
	b.set("B2", title)
	b.merge("B2", "D2")
	b.set("B3", "填报单位： "+r.unit)
	b.set("D3", "单位：人")
	b.set("B4", "工作任务")
	b.set("C4", "主要工作措施")
	b.set("D4", "企业养老、工伤、失业保险新增参保")
	b.set("B5", "全民参保计划攻坚行动")
	b.set("C5", r.measures)
	b.set("D5", sentence)
	b.set("B7", "负责人："+r.officer)
	b.set("C7", "联络员："+r.liaison)
	b.set("D7", "填报时间："+r.date)
	return b.bytes()
}
