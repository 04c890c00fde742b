package messy

import "fmt"

// layouts are the forms that must read (rule book §2, "Layouts that must
// read"), drawn with one month's figures.
var layouts = []layout{
	{"one header row", fullKeys, (*maker).full},
	{"split without total", splitKeys, (*maker).split},
	{"title merged, unit line below a blank row", fullKeys, func(m *maker) Form {
		f := m.full()
		f.Blank = 1
		return f
	}},
	{"moved down", fullKeys, func(m *maker) Form { f := m.full(); f.Down = 3; return f }},
	{"moved right", fullKeys, func(m *maker) Form { f := m.full(); f.Right = 2; return f }},
	{"moved far", fullKeys, func(m *maker) Form { f := m.full(); f.Down, f.Right = 11, 6; return f }},
	{"附件2 above the title", fullKeys, func(m *maker) Form {
		f := m.full()
		f.Top = append([][]any{{f.Title}}, f.Top...)
		f.Title = "附件2"
		return f
	}},
	{"two levels", splitKeys, func(m *maker) Form {
		return m.form([][]any{
			{"工作任务", "主要工作措施", "企业养老、工伤、失业保险新增参保", left, left, left},
			{up, up, "户数", "企业养老", "工伤", "失业"},
		}, [][]any{append([]any{task, m.measures}, m.vals(splitKeys...)...)})
	}},
	{"two levels with total", fullKeys, func(m *maker) Form {
		return m.form([][]any{
			{"工作任务", "主要工作措施", "新增参保企业（户）", "新增参保人数（人）", left, left, left},
			{up, up, up, "企业养老", "工伤", "失业", "合计"},
		}, [][]any{append([]any{task, m.measures}, m.vals(fullKeys...)...)})
	}},
	{"two levels, total first, 其中", []string{firms, persons, pension, injury, jobless}, func(m *maker) Form {
		return m.form([][]any{
			{"工作任务", "主要工作措施", "参保户数", "新增参保人数", left, left, left},
			{up, up, up, "合计", "其中：企业养老", "其中：工伤", "其中：失业"},
		}, [][]any{append([]any{task, m.measures}, m.vals(firms, persons, pension, injury, jobless)...)})
	}},
	{"three levels", fullKeys, func(m *maker) Form {
		return m.form([][]any{
			{"序号", "工作任务", "主要工作措施", "参保扩面成效", left, left, left, left, "备注"},
			{up, up, up, "企业参保户数\n（户）", "新增参保人数（人）", left, left, left, up},
			{up, up, up, up, "企业养老", "工伤保险", "失业保险", "合计", up},
		}, [][]any{append(append([]any{1, task, m.measures}, m.vals(fullKeys...)...), nil)})
	}},
	{"本月 and 累计 columns under each measure", splitKeys, func(m *maker) Form {
		head := []any{"工作任务", "主要工作措施"}
		second, body := []any{up, up}, []any{task, m.measures}
		for _, k := range splitKeys {
			head = append(head, headWords[k], left)
			second = append(second, "本月", "累计")
			body = append(body, m.val(k), m.n[k]*3+1)
		}
		return m.form([][]any{head, second}, [][]any{body})
	}},
	{"本月 and 累计 groups", fullKeys, func(m *maker) Form {
		head := []any{"工作任务", "主要工作措施", "本月新增", left, left, left, left, "累计新增", left, left, left, left}
		second, body := []any{up, up}, append([]any{task, m.measures}, m.vals(fullKeys...)...)
		for range 2 {
			for _, k := range fullKeys {
				second = append(second, headWords[k])
			}
		}
		for _, k := range fullKeys {
			body = append(body, m.n[k]*4)
		}
		return m.form([][]any{head, second}, [][]any{body})
	}},
	{"累计 before 本月", splitKeys, func(m *maker) Form {
		head := []any{"工作任务", "主要工作措施"}
		body := []any{task, m.measures}
		for _, k := range splitKeys {
			head = append(head, "累计"+headWords[k], "本月"+headWords[k])
			body = append(body, m.n[k]*5+2, m.val(k))
		}
		return m.form([][]any{head}, [][]any{body})
	}},
	{"累计 of persons only", fullKeys, func(m *maker) Form {
		f := m.full()
		f.Head[0] = append(f.Head[0], "本年累计新增参保人数")
		f.Body[0] = append(f.Body[0], m.n[persons]*3)
		return f
	}},
	{"columns of other insurances", splitKeys, func(m *maker) Form {
		return m.form([][]any{{"工作任务", "主要工作措施", "户数", "企业养老", "机关事业养老", "城乡居民养老", "工伤", "失业", "医疗保险", "生育"}},
			[][]any{{task, m.measures, m.val(firms), m.val(pension), 12, 4321, m.val(injury), m.val(jobless), 900, 31}})
	}},
	{"rotated", splitKeys, func(m *maker) Form {
		return m.form([][]any{{"工作任务", "主要工作措施", "险种", "新增参保人数（人）"}}, [][]any{
			{task, m.measures, "企业养老", m.val(pension)},
			{up, up, "工伤", m.val(injury)},
			{up, up, "失业", m.val(jobless)},
			{up, up, "户数", m.val(firms)},
		})
	}},
	{"rotated with total", fullKeys[1:], func(m *maker) Form {
		return m.form([][]any{{"工作任务", "主要工作措施", "项目", "人数"}}, [][]any{
			{task, m.measures, "企业养老保险", m.val(pension)},
			{up, up, "工伤保险", m.val(injury)},
			{up, up, "失业保险", m.val(jobless)},
			{up, up, "合计", m.val(persons)},
		})
	}},
	{"rotated, 本月 and 累计", splitKeys, func(m *maker) Form {
		return m.form([][]any{{"工作任务", "主要工作措施", "指标", "本月新增", "累计新增"}}, [][]any{
			{task, m.measures, "参保户数（户）", m.val(firms), 999},
			{up, up, "企业养老（人）", m.val(pension), 9999},
			{up, up, "工伤（人）", m.val(injury), 9998},
			{up, up, "失业（人）", m.val(jobless), 9997},
		})
	}},
	{"本月 and 累计 as rows", splitKeys, func(m *maker) Form {
		head := []any{"工作任务", "主要工作措施", "项目", "户数", "企业养老", "工伤", "失业"}
		body := append([]any{task, m.measures, "本月新增"}, m.vals(splitKeys...)...)
		total := []any{up, up, "本年累计"}
		for _, k := range splitKeys {
			total = append(total, m.n[k]*3)
		}
		return m.form([][]any{head}, [][]any{body, total})
	}},
	{"a comparison column of last year", splitKeys, func(m *maker) Form {
		head := []any{"工作任务", "主要工作措施"}
		second, body := []any{up, up}, []any{task, m.measures}
		for _, k := range splitKeys {
			head = append(head, headWords[k], left)
			second = append(second, "本月", "上年同期")
			body = append(body, m.val(k), m.n[k]+100)
		}
		return m.form([][]any{head, second}, [][]any{body})
	}},
	{"a comparison table beside it", splitKeys, func(m *maker) Form {
		f := m.split()
		f.Head = [][]any{append(f.Head[0], nil, "上年同期（2021年）", left, left), {up, up, up, up, up, up, nil, "企业养老", "工伤", "失业"}}
		f.Body[0] = append(f.Body[0], nil, 71, 72, 73)
		return f
	}},
	{"a comparison table below it", splitKeys, func(m *maker) Form {
		f := m.split()
		f.Foot = append(f.Foot, nil, []any{"附：上月情况对比表"}, []any{nil, nil, "户数", "企业养老", "工伤", "失业"}, []any{"上月", nil, 1, 71, 72, 73})
		return f
	}},
	{"key-value list", splitKeys, func(m *maker) Form {
		f := Form{Title: m.title, Body: [][]any{
			{"填报单位", m.unit}, {"工作任务", task}, {"主要工作措施", m.measures},
			{"新增参保企业（户）", m.val(firms)}, {"企业养老（人）", m.val(pension)}, {"工伤（人）", m.val(injury)}, {"失业（人）", m.val(jobless)},
			{"负责人", m.officer}, {"联络员", m.liaison}, {"填报时间", m.date()},
		}}
		return f
	}},
	{"key-value list with total and numbers", fullKeys, func(m *maker) Form {
		f := Form{Title: m.title, Head: [][]any{{"序号", "项目", "内容"}}, Body: [][]any{
			{1, "填报单位", m.unit}, {2, "工作任务", task}, {3, "主要工作措施", m.measures},
			{4, "户数", m.val(firms)}, {5, "企业养老", m.val(pension)}, {6, "工伤", m.val(injury)}, {7, "失业", m.val(jobless)}, {8, "合计人数", m.val(persons)},
			{9, "负责人", m.officer}, {10, "联络员", m.liaison}, {11, "填报时间", m.date()},
		}}
		return f
	}},
	{"value merged over spare columns", fullKeys, func(m *maker) Form {
		head, body := []any{"工作任务", "主要工作措施", left}, []any{task, m.measures, left}
		for _, k := range fullKeys {
			head, body = append(head, headWords[k], left), append(body, m.val(k), left)
		}
		return m.form([][]any{head}, [][]any{body})
	}},
	{"body merged over two rows", fullKeys, func(m *maker) Form {
		f := m.full()
		f.Body = append(f.Body, []any{up, up, up, up, up, up, up})
		return f
	}},
	{"empty ruled rows below", fullKeys, func(m *maker) Form {
		f := m.full()
		f.Body = append(f.Body, make([]any, 7), make([]any, 7), make([]any, 7))
		return f
	}},
	{"signatures above", fullKeys, func(m *maker) Form {
		f := m.full()
		f.Top, f.Foot = append(f.Top, f.Foot...), nil
		return f
	}},
	{"instructions below", fullKeys, func(m *maker) Form {
		f := m.full()
		f.Foot = append(f.Foot, nil, []any{"填表说明：1.本表每月28日前报送；2.无新增请填0；3.参保户数单位为户，其余为人。"})
		return f
	}},
	{"no task column", fullKeys, func(m *maker) Form {
		f := m.full()
		f.Head[0], f.Body[0] = f.Head[0][1:], f.Body[0][1:]
		f.Foot[0] = []any{"负责人：" + m.officer, "联络员：" + m.liaison, nil, nil, nil, "填报时间：" + m.date()}
		return f
	}},
}

// layoutSpecs: every layout, and every layout with each kind of spelling.
func layoutSpecs() []spec {
	var out []spec
	for _, l := range layouts {
		out = append(out, spec{"§2 layout", l.name, func(m *maker) Case {
			return m.accepted(m.case1(l.draw(m)), l.keys...)
		}}, spec{"§2 layout with spellings", l.name, func(m *maker) Case {
			for _, k := range l.keys {
				s := pick(m.rng, spellings)
				m.put(k, s.of(m.n[k], unitWord(m, k)))
			}
			return m.accepted(m.case1(l.draw(m)), l.keys...)
		}}, spec{"§2 layout with a fault", l.name, func(m *maker) Case {
			k := pick(m.rng, l.keys)
			g := pick(m.rng, []string{"约%d", "%d余", "%d？", "%d-9999", "%d、7", "见附表%d"})
			m.put(k, fmt.Sprintf(g, m.n[k]))
			return m.refused(m.case1(l.draw(m)))
		}}, spec{"§2 layout with a blank", l.name, func(m *maker) Case {
			m.put(pick(m.rng, l.keys), pick(m.rng, blanks))
			return m.refused(m.case1(l.draw(m)))
		}})
	}
	return out
}
