package messy

import (
	"fmt"

	"taizhang/ledger"
)

// titled is the full form under another title and in another file.
func (m *maker) titled(title any, file string) Case {
	f := m.full()
	f.Title = title
	m.file = file
	return m.case1(f)
}

// landmarkSpecs: "全民参保 or 攻坚行动 in title, task or file name and no other
// campaign or insurance in its place, and 工作任务 or a 措施 column".
var landmarkSpecs = []spec{
	{"§2 landmarks", "no title, campaign in the task", func(m *maker) Case {
		return m.accepted(m.titled(nil, m.file), fullKeys...)
	}},
	{"§2 landmarks", "no title, campaign in the file name", func(m *maker) Case {
		f := m.full()
		f.Title, f.Body[0][0] = nil, "扩面"
		m.file = fmt.Sprintf("%s全民参保攻坚行动台账（%d月）.xlsx", m.unit, m.month)
		return m.accepted(m.case1(f), fullKeys...)
	}},
	{"§2 landmarks", "title in row two under a blank", func(m *maker) Case {
		f := m.full()
		f.Down = 1 + m.rng.IntN(2)
		return m.accepted(m.case1(f), fullKeys...)
	}},
	{"§2 landmarks", "title split over two rows", func(m *maker) Case {
		f := m.full()
		f.Top = append([][]any{{"工作落实台账", left, left, left, left, left, left}}, f.Top...)
		f.Title = "2022年全民参保计划攻坚行动"
		return m.accepted(m.case1(f), fullKeys...)
	}},
	{"§2 landmarks", "title with spaces and breaks", func(m *maker) Case {
		return m.accepted(m.titled(pick(m.rng, []any{"2022 年全民参保计划攻坚行动工作落实台账", "2022年全民参保计划\n攻坚行动工作落实台账", "全民参保攻坚行动台账", " 2022年全民参保计划攻坚行动工作落实台帐 "}), m.file), fullKeys...)
	}},
	{"§2 landmarks", "the capability drive only in the measures", func(m *maker) Case {
		m.measures = "结合能力作风建设年活动和稳岗返还、脱贫人口帮扶，新增医保同参保登记。"
		return m.fullRead()
	}},
	{"§2 landmarks", "medical insurance drive", func(m *maker) Case {
		f := m.full()
		f.Title, f.Body[0][0] = "2022年城乡居民医保全民参保攻坚行动工作台账", "医保参保"
		m.file = "医保台账.xlsx"
		return m.foreign(m.case1(f))
	}},
	{"§2 landmarks", "poverty drive", func(m *maker) Case {
		f := m.full()
		f.Title, f.Body[0][0] = "2022年脱贫攻坚行动工作落实台账", "脱贫攻坚"
		m.file = fmt.Sprintf("%s脱贫%d月.xlsx", m.unit, m.month)
		return m.foreign(m.case1(f))
	}},
	{"§2 landmarks", "capability drive", func(m *maker) Case {
		f := m.full()
		f.Title, f.Body[0][0] = "能力作风建设年攻坚行动工作台账", "能力作风建设"
		m.file = fmt.Sprintf("%s%d月.xlsx", m.unit, m.month)
		return m.foreign(m.case1(f))
	}},
	{"§2 landmarks", "some other table", func(m *maker) Case {
		m.file = fmt.Sprintf("%s%d月工资表.xlsx", m.unit, m.month)
		return m.foreign(m.book(Sheet{Rows: [][]any{{"姓名", "基本工资", "养老", "失业", "工伤"}, {"张三", 5000, 400, 25, 10}, {"李四", 5200, 416, 26, 10}}}))
	}},
	{"§2 landmarks", "campaign words but no task or measures column", func(m *maker) Case {
		m.file = fmt.Sprintf("%s全民参保%d月.xlsx", m.unit, m.month)
		return m.foreign(m.book(Sheet{Rows: [][]any{{"企业名称", "企业养老", "工伤", "失业"}, {"某公司", 5, 4, 3}, {"另一公司", 15, 14, 13}}}))
	}},
	{"§2 landmarks", "work table of another campaign", func(m *maker) Case {
		m.file = fmt.Sprintf("%s%d月工作台账.xlsx", m.unit, m.month)
		f := m.form([][]any{{"工作任务", "主要工作措施", "完成数"}}, [][]any{{"根治欠薪", "检查", 12}})
		f.Title = "根治欠薪专项行动工作台账"
		return m.foreign(m.case1(f))
	}},
	{"§2 landmarks", "an empty workbook", func(m *maker) Case {
		m.file = "新建 Microsoft Excel 工作表.xlsx"
		return m.foreign(m.book(Sheet{}))
	}},
}

func roster(m *maker, unit string) Sheet {
	return Sheet{Name: "名单", Rows: [][]any{
		{"全民参保计划攻坚行动工作负责人及联络员名单", left, left, left, left, left},
		{"填报单位：" + unit},
		{"工作负责人", "单位及职务", "联系电话", "联络员", "单位及职务", "联系电话"},
		{m.officer, "社保中心主任", "0374-1234567", m.liaison, "科员", "13700000000"},
	}}
}

// companySpecs: other sheets and tables beside the ledger.
var companySpecs = []spec{
	{"§2 beside", "a roster alone is a roster", func(m *maker) Case {
		m.file = m.unit + "名单.xlsx"
		c := m.book(roster(m, m.unit))
		c.Want = Want{Kind: ledger.KindRoster, Verdicts: []ledger.Verdict{ledger.Accepted}, Unit: m.unit, Period: Any}
		return c
	}},
	{"§2 beside", "a roster on a second sheet", func(m *maker) Case {
		return m.accepted(m.book(Sheet{Name: "台账", Rows: m.full().rows()}, roster(m, m.unit)), fullKeys...)
	}},
	{"§2 beside", "Annex 1 on the first sheet", func(m *maker) Case {
		return m.accepted(m.book(annex1, Sheet{Name: "附件2", Rows: m.full().rows()}), fullKeys...)
	}},
	{"§2 beside", "all three annexes", func(m *maker) Case {
		return m.accepted(m.book(Sheet{Name: "附件1", Rows: annex1.Rows}, Sheet{Name: "附件2", Rows: m.split().rows()}, Sheet{Name: "附件3", Rows: roster(m, m.unit).Rows}), splitKeys...)
	}},
	{"§2 beside", "instructions", func(m *maker) Case {
		s := Sheet{Name: "填表说明", Rows: [][]any{{"填表说明"}, {"1. 全民参保计划攻坚行动台账每月28日前报送。"}, {"2. 参保户数填写本月新增户数，无新增请填0。"}, {"3. 例：养老120人、工伤98人、失业76人。"}}}
		return m.accepted(m.book(s, Sheet{Name: "台账", Rows: m.full().rows()}), fullKeys...)
	}},
	{"§2 beside", "a list of firms", func(m *maker) Case {
		s := Sheet{Name: "新增企业明细", Rows: [][]any{{"新增参保企业明细表", left, left, left, left}, {"序号", "企业名称", "企业养老", "工伤", "失业"}, {1, "许昌某某有限公司", 12, 12, 12}, {2, "禹州某药业", 30, 30, 28}, {"合计", nil, 42, 42, 40}}}
		return m.accepted(m.book(Sheet{Name: "台账", Rows: m.full().rows()}, s), fullKeys...)
	}},
	{"§2 beside", "empty sheets", func(m *maker) Case {
		return m.accepted(m.book(Sheet{Name: "Sheet1", Rows: m.full().rows()}, Sheet{Name: "Sheet2"}, Sheet{Name: "Sheet3"}), fullKeys...)
	}},
	{"§2 beside", "the ledger on the third sheet", func(m *maker) Case {
		return m.accepted(m.book(Sheet{Name: "Sheet1"}, Sheet{Name: "Sheet2"}, Sheet{Name: "Sheet3", Rows: m.full().rows()}), fullKeys...)
	}},
	{"§2 beside", "several units' ledgers", func(m *maker) Case {
		o := m.other(m.month)
		for o.unit == m.unit {
			o.unit = pick(m.rng, unitNames)
		}
		m.file = fmt.Sprintf("%d月台账.xlsx", m.month)
		return m.turned(m.book(Sheet{Name: m.unit, Rows: m.full().rows()}, Sheet{Name: o.unit, Rows: o.full().rows()}), ledger.Held)
	}},
	{"§2 beside", "draft and final", func(m *maker) Case {
		o := m.other(m.month)
		o.set(pension, m.n[pension]+1).set(persons, o.n[pension]+o.n[injury]+o.n[jobless])
		return m.turned(m.book(Sheet{Name: "初稿", Rows: m.full().rows()}, Sheet{Name: "定稿", Rows: o.full().rows()}), ledger.Held, ledger.ITwoLedgers)
	}},
	{"§2 beside", "two forms below each other", func(m *maker) Case {
		o := m.other(m.month)
		o.set(pension, m.n[pension]+1).set(persons, o.n[pension]+o.n[injury]+o.n[jobless])
		rows := append(m.full().rows(), nil, nil)
		return m.refused(m.book(Sheet{Name: "台账", Rows: append(rows, o.full().rows()...)}))
	}},
	{"§2 beside", "several units as rows", func(m *maker) Case {
		m.file = fmt.Sprintf("%d月汇总台账.xlsx", m.month)
		f := m.form([][]any{{"填报单位", "工作任务", "主要工作措施", "户数", "企业养老", "工伤", "失业"}}, nil)
		for _, u := range unitNames[1:4] {
			f.Body = append(f.Body, append([]any{u, task, m.measures}, m.vals(splitKeys...)...))
		}
		f.Top = nil
		return m.refused(m.case1(f))
	}},
}

var annex1 = Sheet{Name: "附件1", Rows: [][]any{
	{"2022年全市社会保险参保人数计划目标列表", left, left, left, left},
	{nil, nil, nil, nil, "单位：万人 %"},
	{"地区", "企业职工养老保险", "失业保险", "工伤保险", "建筑业新开工项目工伤保险参保率"},
	{"市本级", 20.61, 12.51, 12.05, "90%"}, {"禹州市", 10.15, 5.9, 5.8, "90%"}, {"长葛市", 9.95, 4.2, 6.35, "90%"},
	{"魏都区", 5.11, 2.6, 2.7, "90%"}, {"建安区", 5.66, 3.3, 3.7, "90%"}, {"鄢陵县", 3.66, 2.5, 3.2, "90%"},
	{"襄城县", 4.67, 3.1, 2.9, "90%"}, {"合计", 59.81, 34.11, 36.7, "90%"},
}}
