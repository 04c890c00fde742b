package messy

import (
	"fmt"

	"taizhang/ledger"
)

// other is a maker of the same office for another month, with other figures.
func (m *maker) other(month int) *maker {
	o := newMaker(m.rng)
	o.unit, o.month, o.officer, o.liaison, o.file, o.title = m.unit, month, m.officer, m.liaison, m.file, m.title
	return o
}

func (m *maker) later() {
	if m.month < 6 {
		m.month = 6 + m.rng.IntN(6)
		m.file = fmt.Sprintf("%s%d月台账.xlsx", m.unit, m.month)
	}
}

func (m *maker) monthRows(total bool) Form {
	f := m.form([][]any{{"月份", "工作任务", "主要工作措施", "户数", "企业养老", "工伤", "失业"}}, nil)
	sums := map[string]int64{}
	for month := 5; month <= m.month; month++ {
		o := m.other(month)
		if month == m.month {
			o = m
		}
		row := []any{monthSheet(month), task, o.measures}
		for _, k := range splitKeys {
			row = append(row, o.val(k))
			sums[k] += o.n[k]
		}
		f.Body = append(f.Body, row)
	}
	if total {
		row := []any{"合计", nil, nil}
		for _, k := range splitKeys {
			row = append(row, sums[k])
		}
		f.Body = append(f.Body, row)
	}
	return f
}

// monthLayoutSpecs: "one sheet a month, or months as rows (the reported month
// counts)".
var monthLayoutSpecs = []spec{
	{"§2 months", "one sheet a month, named in the file name", func(m *maker) Case {
		m.later()
		var sheets []Sheet
		for month := 5; month <= m.month; month++ {
			o := m.other(month)
			if month == m.month {
				o = m
			}
			sheets = append(sheets, Sheet{Name: monthSheet(month), Rows: o.full().rows()})
		}
		return m.accepted(m.book(sheets...), fullKeys...)
	}},
	{"§2 months", "one sheet a month, newest first", func(m *maker) Case {
		m.later()
		var sheets []Sheet
		for month := m.month; month >= 5; month-- {
			o := m.other(month)
			if month == m.month {
				o = m
			}
			sheets = append(sheets, Sheet{Name: "2022年" + monthSheet(month), Rows: o.split().rows()})
		}
		return m.accepted(m.book(sheets...), splitKeys...)
	}},
	{"§2 months", "one sheet a month, later ones blank", func(m *maker) Case {
		m.later()
		var sheets []Sheet
		for month := 5; month <= 12; month++ {
			o := m.other(month)
			if month == m.month {
				o = m
			}
			f := o.full()
			if month > m.month {
				f = Form{Title: m.title, Top: [][]any{{"填报单位：" + m.unit}}, Head: f.Head, Body: [][]any{{task, nil, nil, nil, nil, nil, nil}}, Foot: [][]any{{"负责人：", "联络员：", "填报时间："}}}
			}
			sheets = append(sheets, Sheet{Name: monthSheet(month), Rows: f.rows()})
		}
		return m.accepted(m.book(sheets...), fullKeys...)
	}},
	{"§2 months", "months as rows", func(m *maker) Case {
		m.later()
		return m.accepted(m.case1(m.monthRows(false)), splitKeys...)
	}},
	{"§2 months", "months as rows with a total", func(m *maker) Case {
		m.later()
		return m.accepted(m.case1(m.monthRows(true)), splitKeys...)
	}},
	{"§2 months", "months as rows, later ones blank", func(m *maker) Case {
		m.later()
		f := m.monthRows(false)
		for month := m.month + 1; month <= 12; month++ {
			f.Body = append(f.Body, []any{monthSheet(month), nil, nil, nil, nil, nil, nil})
		}
		return m.accepted(m.case1(f), splitKeys...)
	}},
	{"§2 months", "months as rows, written with the year", func(m *maker) Case {
		m.later()
		f := m.monthRows(false)
		for i := range f.Body {
			f.Body[i][0] = fmt.Sprintf("2022年%d月", 5+i)
		}
		return m.accepted(m.case1(f), splitKeys...)
	}},
	{"§2 months", "months as rows, the reported one is missing", func(m *maker) Case {
		m.later()
		f := m.monthRows(false)
		f.Body = f.Body[:len(f.Body)-1]
		return m.refused(m.case1(f))
	}},
	{"§2 months", "months as columns of one measure", func(m *maker) Case {
		m.later()
		head := []any{"工作任务", "主要工作措施"}
		body := []any{task, m.measures}
		for month := 5; month <= m.month; month++ {
			head = append(head, monthSheet(month)+"新增参保人数")
			body = append(body, m.n[persons]+int64(m.month-month))
		}
		return m.open(m.case1(m.form([][]any{head}, [][]any{body})), persons)
	}},
	{"§2 months", "本月 and 累计 below it", func(m *maker) Case {
		f := m.split()
		row := []any{"累计", nil}
		for _, k := range splitKeys {
			row = append(row, m.n[k]*3)
		}
		f.Body = append(f.Body, row)
		return m.accepted(m.case1(f), splitKeys...)
	}},
	{"§2 months", "累计 smaller than 本月", func(m *maker) Case {
		head := [][]any{{"工作任务", "主要工作措施", "新增参保人数", left}, {up, up, "本月", "累计"}}
		return m.accepted(m.case1(m.form(head, [][]any{{task, m.measures, m.n[persons], m.n[persons] - 9}})), persons).codes(ledger.RCumulative)
	}},
	{"§2 months", "本月 blank beside 累计", func(m *maker) Case {
		head := [][]any{{"工作任务", "主要工作措施", "新增参保人数", left}, {up, up, "本月", "累计"}}
		return m.refused(m.case1(m.form(head, [][]any{{task, m.measures, nil, 900}})))
	}},
}
