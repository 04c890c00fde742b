package hostile

import (
	"fmt"
	"strings"
)

// sheetOf is a workbook whose sheet has these rows of texts.
func sheetOf(rows ...[]string) []byte {
	var b strings.Builder
	b.WriteString(open)
	for _, r := range rows {
		b.WriteString("<row>")
		for _, c := range r {
			fmt.Fprintf(&b, `<c t="inlineStr"><is><t>%s</t></is></c>`, c)
		}
		b.WriteString("</row>")
	}
	return book(text(sheet1, b.String()+end))
}

// form is a ledger with this header, these rows, and the usual rest.
func form(header []string, rows ...[]string) []byte {
	all := [][]string{{"2022年全民参保计划攻坚行动工作落实台账"}, {"填报单位：禹州市", "", "单位：人"}, header}
	all = append(append(all, rows...), []string{"负责人：张三", "联络员：李四", "填报时间：2022年5月26日"})
	return sheetOf(all...)
}

func times(n int, s string) []string {
	out := make([]string, n)
	for i := range out {
		out[i] = s
	}
	return out
}

// ledgers are workbooks that read well and look like ledgers: what they cost,
// they cost whoever looks at the cells.
func ledgers(s size) []Case {
	printed := []string{"工作任务", "主要工作措施", "企业养老、工伤、失业保险新增参保"}
	row := func(figure string) []string {
		return []string{"全民参保计划攻坚行动", "入企宣传", figure}
	}
	long := func(piece string) string {
		n := s.of(32_000, 3_000) / len([]rune(piece))
		return strings.Repeat(piece, n)
	}
	var all []Case
	add := func(name string, make func() []byte) {
		all = append(all, Case{"ledger: " + name, "禹州市5月台账.xlsx", make, nil})
	}
	for _, piece := range []string{"养老1人，", "1", "一百", "1、", "（", "新增参保35户120人；", "本月养老", "、工伤", "2022年5月26日", "分别新增", "１，", "较上月增长", "养老 "} {
		add(fmt.Sprintf("a figure of 32,000 characters, %q", piece), func() []byte { return form(printed, row(long(piece))) })
	}
	add("160 rows of such figures", func() []byte {
		var rows [][]string
		for range s.of(160, 20) {
			rows = append(rows, row(long("养老1人，工伤2人；")))
		}
		return form(printed, rows...)
	})
	add("16,000 columns of one insurance", func() []byte {
		return form(append(printed[:2:2], times(s.of(16_000, 500), "企业养老")...), row("1"))
	})
	add("a header of 150 rows and 1,000 columns", func() []byte {
		var rows [][]string
		for range s.of(150, 10) {
			rows = append(rows, times(s.of(1_000, 50), "新增参保人数"))
		}
		return form(printed, append(rows, row("1"))...)
	})
	add("60,000 rows of tasks", func() []byte {
		var rows [][]string
		for i := range s.of(60_000, 1_000) {
			rows = append(rows, []string{fmt.Sprintf("任务%d", i), "入企宣传", "1"})
		}
		return form(printed, append(rows, row("约1"))...)
	})
	add("10,000 rows of sentences, none like another", func() []byte { return form(printed, sentences(s.of(10_000, 5_000))...) })
	add("190,000 cells that name the unit", func() []byte {
		var rows [][]string
		for range s.of(19_000, 100) {
			rows = append(rows, times(10, "填报单位：禹州市"))
		}
		return form(printed, rows...)
	})
	add("10,000 forms one below the other", func() []byte {
		var rows [][]string
		for range s.of(10_000, 100) {
			rows = append(rows, []string{"2022年全民参保计划攻坚行动工作落实台账（5月）"}, []string{"填报单位：长葛市"}, printed, row("120"), []string{"填报时间：2022年5月26日"})
		}
		return form(printed, rows...)
	})
	add("100 sheets of 60 sentences", func() []byte { return manySheets(s.of(100, 20), s.of(60, 10), printed, row) })
	return all
}

// sentences are n tasks, each with a sentence of its own.
func sentences(n int) (rows [][]string) {
	for i := range n {
		rows = append(rows, []string{fmt.Sprintf("任务%d", i), "入企宣传", fmt.Sprintf("养老%d人，工伤%d人，失业约%d人", i, i+1, i+2)})
	}
	return rows
}

// manySheets is a workbook of n sheets, each a ledger of so many tasks.
func manySheets(n, tasks int, printed []string, row func(string) []string) []byte {
	var sheets, rels strings.Builder
	var list []member
	for i := range n {
		fmt.Fprintf(&sheets, `<sheet name="%d" sheetId="%d" r:id="r%d"/>`, i+1, i+1, i+1)
		fmt.Fprintf(&rels, `<Relationship Id="r%d" Type="%s/worksheet" Target="worksheets/s%d.xml"/>`, i+1, nsDoc, i+1)
		var b strings.Builder
		b.WriteString(open)
		rows := [][]string{{"2022年全民参保计划攻坚行动工作落实台账"}, {"填报单位：禹州市"}, printed}
		for range tasks {
			rows = append(rows, row("养老1人，工伤2人，失业约3人"))
		}
		for _, r := range rows {
			b.WriteString("<row>")
			for _, c := range r {
				fmt.Fprintf(&b, `<c t="inlineStr"><is><t>%s</t></is></c>`, c)
			}
			b.WriteString("</row>")
		}
		list = append(list, text(fmt.Sprintf("xl/worksheets/s%d.xml", i+1), b.String()+end))
	}
	list = append(list, text("xl/workbook.xml", `<workbook xmlns="`+nsMain+`" xmlns:r="`+nsDoc+`"><sheets>`+sheets.String()+`</sheets></workbook>`),
		text("xl/_rels/workbook.xml.rels", `<Relationships xmlns="`+nsPack+`relationships">`+rels.String()+`</Relationships>`))
	return book(list...)
}
