package messy

import "taizhang/ledger"

// officeSpecs are forms as other offices draw them: lists with counting units,
// rows of firms and persons, examples, annexes on one sheet, notes below.
var officeSpecs = []spec{
	{"§2 lists", "units beside, month and cumulative", func(m *maker) Case {
		f := m.form([][]any{{"指标", "单位", "本月新增", "累计"}}, nil)
		for _, k := range splitKeys {
			f.Body = append(f.Body, []any{headWords[k], unitOf(k), m.n[k], m.n[k] + 700})
		}
		f.Top = append(f.Top, []any{"工作任务", task}, []any{"主要工作措施", m.measures})
		return m.accepted(m.case1(f), splitKeys...)
	}},
	{"§2 lists", "two numbers behind each key", func(m *maker) Case {
		f := m.form(nil, [][]any{{"工作任务", task}, {"主要工作措施", m.measures}})
		for _, k := range splitKeys {
			f.Body = append(f.Body, []any{headWords[k], m.n[k], m.n[k] + 7})
		}
		return m.refused(m.case1(f))
	}},
	{"§2 lists", "a unit behind each number", func(m *maker) Case {
		f := m.form(nil, [][]any{{"工作任务", task}, {"主要工作措施", m.measures}})
		for _, k := range fullKeys {
			f.Body = append(f.Body, []any{headWords[k], m.n[k], unitOf(k)})
		}
		return m.accepted(m.case1(f), fullKeys...)
	}},
	{"§2 户数 per insurance", "rows of firms and persons", func(m *maker) Case {
		row := func(a, b, c any, k string) []any { return []any{a, b, c, m.n[pension], m.n[injury], m.n[jobless], k} }
		body := [][]any{row(task, m.measures, "户数", ""), row(up, up, "人数", "")}
		for i := range 3 {
			body[0][3+i] = int64(i + 1)
		}
		c := m.accepted(m.case1(m.form([][]any{{"工作任务", "主要工作措施", "项目", "企业养老", "工伤", "失业", "备注"}}, body)), splitKeys[1:]...)
		return c.codes(ledger.HCountPerPart)
	}},
	{"§2 beside", "an example row", func(m *maker) Case {
		f := m.full()
		f.Body = append([][]any{{"（示例）扩面", "召开座谈会", 35, 120, 98, 76, 294}}, f.Body...)
		return m.open(m.case1(f), fullKeys...)
	}},
	{"§2 beside", "a filled-in example sheet", func(m *maker) Case {
		s := Sheet{Name: "填表示例", Rows: [][]any{{"填表示例"}, {"工作任务", "主要工作措施", "户数", "企业养老", "工伤", "失业"}, {task, "召开座谈会", 35, 120, 98, 76}}}
		return m.accepted(m.book(s, Sheet{Name: "台账", Rows: m.full().rows()}), fullKeys...)
	}},
	{"§2 beside", "three annexes on one sheet", func(m *maker) Case {
		rows := append(append([][]any{{"附件1"}}, annex1.Rows...), []any{"附件2"})
		rows = append(append(rows, m.full().rows()...), []any{"附件3"})
		return m.accepted(m.book(Sheet{Name: "Sheet1", Rows: append(rows, roster(m, m.unit).Rows...)}), fullKeys...)
	}},
	{"§2 beside", "notes under columns of figures", func(m *maker) Case {
		f := m.full()
		f.Foot = append(f.Foot, nil, []any{nil, nil, nil, "说明：企业养老指企业职工基本养老保险"}, []any{"第 1 页 共 1 页"}, []any{"注：不含医疗保险、生育保险。"})
		return m.accepted(m.case1(f), fullKeys...)
	}},
	{"§2 landmarks", "the drive of one insurance", func(m *maker) Case {
		f := m.columns(firms, persons)
		f.Title, f.Body[0][0] = pick(m.rng, []any{"2022年工伤保险攻坚行动工作台账", "2022年城乡居民养老保险参保攻坚行动台账", "安全生产攻坚行动台账"}), "扩面"
		m.file = m.unit + "台账.xlsx"
		return m.foreign(m.case1(f))
	}},
	{"§2 landmarks", "persons of one insurance", func(m *maker) Case {
		f := m.columns(firms, persons)
		f.Title = pick(m.rng, []any{"2022年全民参保计划攻坚行动工作落实台账（工伤）", "2022年全民参保计划攻坚行动工作落实台账（失业保险）"})
		return m.turned(m.case1(f), ledger.Held, ledger.HQuestion)
	}},
}

func unitOf(key string) string {
	if key == firms {
		return "户"
	}
	return "人"
}
