package messy

import "fmt"

// taskNames are tasks in the words of the notice and of offices; whatever
// times and insurances they mention, they are tasks and no labels of figures.
var taskNames = []string{
	"2021年专项行动中发现的未参保企业", "去年核实的未参保企业扩面", "历年累计欠缴企业清理", "引导城乡居民养老人员参加企业养老", "机关事业单位编制外人员参保",
	"上月未办结企业跟进", "灵活就业人员参保", "减少漏保专项行动", "建筑业新开工项目工伤保险扩面", "企业养老保险扩面", "失业保险扩面", "6月底前完成比对扩面",
	"本月重点行业扩面", "已参保企业中未参保人员", "快递、外卖、网约车等新业态从业人员", "参保险种不全的企业和人员", "全民参保登记", "目标企业走访", "合计走访企业", "户数核查",
}

// shortMeasures are words of 主要工作措施 that mention times and totals.
var shortMeasures = []string{
	"累计走访企业120家", "去年发现的未参保企业逐户上门", "上年同期数据比对", "4月份召开推进会", "本月召开推进会2次", "合计走访20户", "城乡居民转企业养老", "宣传",
	"截至5月底走访企业30家", "2021年专项行动成果运用", "目标任务分解到人", "按月调度，累计通报3次", "减少跑腿次数", "登记失业人员推送", "上月已部署", "无", "按计划推进", "4月", "工伤保险宣传月",
}

// remarks stand in 备注 or beside it.
var remarks = []any{"累计500人", "较上月增加20人", "含去年结转5人", "上年同期100人", "5月", "本月无异常", "合计", "城乡居民养老300人", 99, "目标1000", "已报市局"}

// comparisons are labels of rows that compare with another time.
var comparisons = []string{"上年同期", "去年同期", "上月", "2021年同期", "上年同期数", "去年同期完成", "上月完成数", "上年", "2021年"}

func taskSpecs() []spec {
	var out []spec
	for _, name := range taskNames {
		out = append(out, spec{"§2 tasks", "without a total, " + name, func(m *maker) Case {
			f := m.several(3, splitKeys, nil, nil)
			f.Body[m.rng.IntN(3)][0] = name
			return m.accepted(m.case1(f), splitKeys...)
		}}, spec{"§2 tasks", "with a total, " + name, func(m *maker) Case {
			f := m.several(3, splitKeys, nil, m.total("合计", splitKeys))
			f.Body[m.rng.IntN(3)][0] = name
			return m.accepted(m.case1(f), splitKeys...)
		}}, spec{"§2 tasks", "alone, " + name, func(m *maker) Case {
			f := m.full()
			f.Body[0][0] = name
			return m.accepted(m.case1(f), fullKeys...)
		}}, spec{"§2 tasks", "printed column, " + name, func(m *maker) Case {
			f := m.printed(nil)
			f.Body = nil
			for i, row := range m.parts(3, []string{persons}) {
				f.Body = append(f.Body, []any{subtasks[i], m.measures, row[0]})
			}
			f.Body[m.rng.IntN(3)][0] = name
			return m.open(m.case1(f), persons)
		}})
	}
	return append(append(append(out, measureSpecs()...), remarkSpecs()...), taskRest...)
}

// measureSpecs: numbers and times in 主要工作措施 are words.
func measureSpecs() []spec {
	var out []spec
	for _, w := range shortMeasures {
		out = append(out, spec{"§2 measures are words", w, func(m *maker) Case {
			m.measures = w
			c := m.fullRead()
			c.Want.Measures = w
			return c
		}}, spec{"§2 measures are words", "in one of several rows, " + w, func(m *maker) Case {
			f := m.several(3, splitKeys, nil, nil)
			f.Body[m.rng.IntN(3)][1] = w
			return m.accepted(m.case1(f), splitKeys...)
		}}, spec{"§2 measures are words", "before the task, " + w, func(m *maker) Case {
			f := m.several(2, splitKeys, nil, nil)
			f.Body[m.rng.IntN(2)][1] = w
			for _, rows := range [][][]any{f.Head, f.Body} {
				for _, r := range rows {
					r[0], r[1] = r[1], r[0]
				}
			}
			return m.accepted(m.case1(f), splitKeys...)
		}})
	}
	return out
}

// remarkSpecs: remarks beside the figures, and rows that compare.
func remarkSpecs() []spec {
	var out []spec
	for i, w := range remarks {
		out = append(out, spec{"§2 remarks", fmt.Sprint(i, w), func(m *maker) Case {
			f := m.full()
			at := 1 + m.rng.IntN(7)
			f.Head[0], f.Body[0] = insert(f.Head[0], at, "备注"), insert(f.Body[0], at, w)
			return m.accepted(m.case1(f), fullKeys...)
		}})
	}
	for _, w := range comparisons {
		out = append(out, spec{"§2 comparison rows", w, func(m *maker) Case {
			f := m.split()
			f.Body = append(f.Body, []any{w, nil, 2, 41, 42, 43})
			return m.accepted(m.case1(f), splitKeys...)
		}}, spec{"§2 comparison rows", "above, " + w, func(m *maker) Case {
			f := m.split()
			f.Body = append([][]any{{w, nil, 2, 41, 42, 43}}, f.Body...)
			return m.accepted(m.case1(f), splitKeys...)
		}})
	}
	return out
}

var taskRest = []spec{
	{"§2 comparison rows", "growth", func(m *maker) Case {
		f := m.split()
		f.Body = append(f.Body, []any{"同比增减", nil, 2, -41, 42, 43}, []any{"同比增幅", nil, "10%", "2%", "-5%", "3%"})
		return m.open(m.case1(f), splitKeys...)
	}},
	{"§2 layout", "a row of units below the header", func(m *maker) Case {
		f := m.full()
		f.Head = append(f.Head, pick(m.rng, [][]any{{nil, nil, "（户）", "（人）", "（人）", "（人）", "（人）"}, {nil, nil, "户", "人", "人", "人", "人"}, {up, up, "户", "人", "人", "人", "人"}}))
		return m.accepted(m.case1(f), fullKeys...)
	}},
	{"§2 layout", "the task is left out", func(m *maker) Case {
		f := m.full()
		f.Body[0][0] = nil
		return m.accepted(m.case1(f), fullKeys...)
	}},
	{"§2 layout", "a header cell written downward", func(m *maker) Case {
		f := m.full()
		f.Head[0] = []any{"工\n作\n任\n务", "主要\n工作措施", "户\n数", "企\n业\n养\n老", "工\n伤", "失\n业", "合\n计"}
		return m.accepted(m.case1(f), fullKeys...)
	}},
	{"§2 layout", "其中 columns of ours", func(m *maker) Case {
		head := []any{"工作任务", "主要工作措施", "户数", "企业养老", "其中：灵活就业", "工伤", "其中：农民工", "失业"}
		body := []any{task, m.measures, m.n[firms], m.n[pension], 3, m.n[injury], 4, m.n[jobless]}
		return m.accepted(m.case1(m.form([][]any{head}, [][]any{body})), splitKeys...)
	}},
	{"§2 layout", "the header again on a second page", func(m *maker) Case {
		f := m.several(4, splitKeys, nil, m.total("合计", splitKeys))
		rows := append([][]any{}, f.Body[:2]...)
		f.Body = append(append(rows, append([]any(nil), f.Head[0]...)), f.Body[2:]...)
		return m.open(m.case1(f), splitKeys...)
	}},
	{"§2 layout", "the header again on a second page, no total", func(m *maker) Case {
		f := m.several(4, splitKeys, nil, nil)
		rows := append([][]any{}, f.Body[:2]...)
		f.Body = append(append(rows, append([]any(nil), f.Head[0]...)), f.Body[2:]...)
		return m.open(m.case1(f), splitKeys...)
	}},
	{"§2 layout", "total word in 序号", func(m *maker) Case {
		f := m.several(2, splitKeys, nil, nil)
		f.Head[0] = append([]any{"序号"}, f.Head[0]...)
		f.Body[0], f.Body[1] = append([]any{1}, f.Body[0]...), append([]any{2}, f.Body[1]...)
		f.Body = append(f.Body, append([]any{"合计", nil, nil}, m.vals(splitKeys...)...))
		return m.accepted(m.case1(f), splitKeys...)
	}},
	{"§2 layout", "total word under the measures", func(m *maker) Case {
		f := m.several(2, splitKeys, nil, nil)
		f.Body = append(f.Body, append([]any{nil, "合计"}, m.vals(splitKeys...)...))
		return m.accepted(m.case1(f), splitKeys...)
	}},
	{"§2 layout", "months as groups of columns", func(m *maker) Case {
		m.later()
		head := [][]any{{"工作任务", "主要工作措施", monthSheet(m.month - 1), left, left, monthSheet(m.month), left, left}, {up, up, "企业养老", "工伤", "失业", "企业养老", "工伤", "失业"}}
		body := append([]any{task, m.measures, 61, 62, 63}, m.vals(splitKeys[1:]...)...)
		return m.accepted(m.case1(m.form(head, [][]any{body})), splitKeys[1:]...)
	}},
	{"§2 layout", "plan and done under each insurance", func(m *maker) Case {
		head, second, body := []any{"工作任务", "主要工作措施"}, []any{up, up}, []any{task, m.measures}
		for _, k := range splitKeys[1:] {
			head, second, body = append(head, headWords[k], left), append(second, "年度计划", "本月完成"), append(body, 9999, m.n[k])
		}
		return m.open(m.case1(m.form([][]any{head, second}, [][]any{body})), splitKeys[1:]...)
	}},
	{"§2 sentence: rows", "a sentence in each task row", func(m *maker) Case {
		f := m.printed(nil)
		f.Body = nil
		for i, p := range m.parts(2, splitKeys) {
			f.Body = append(f.Body, []any{subtasks[i], m.measures, fmt.Sprintf("新增%d户，养老%d人、工伤%d人、失业%d人", p[0], p[1], p[2], p[3])})
		}
		return m.accepted(m.case1(f), splitKeys...)
	}},
	{"§2 sentence: rows", "rows that name different insurances", func(m *maker) Case {
		f := m.printed(nil)
		f.Body = [][]any{{subtasks[0], m.measures, m.fill("养老P人、工伤I人、失业U人", plain)}, {subtasks[1], m.measures, m.fill("新增参保T人", plain)}}
		return m.refused(m.case1(f))
	}},
	{"§2 sentence: rows", "firms stated again, otherwise", func(m *maker) Case {
		f := m.form([][]any{{"工作任务", "主要工作措施", "参保户数", "企业养老、工伤、失业保险新增参保"}},
			[][]any{{task, m.measures, m.n[firms] + 1, m.fill("新增参保E户T人", plain)}})
		return m.refused(m.case1(f))
	}},
	{"§2 sentence: rows", "firms stated again, the same", func(m *maker) Case {
		f := m.form([][]any{{"工作任务", "主要工作措施", "参保户数", "企业养老、工伤、失业保险新增参保"}},
			[][]any{{task, m.measures, m.n[firms], m.fill("新增参保E户T人", plain)}})
		return m.open(m.case1(f), firms, persons)
	}},
	{"§2 sentence: rows", "in the column of persons", func(m *maker) Case {
		m.put(persons, m.fill("新增参保T人", plain))
		return m.accepted(m.case1(m.columns(firms, persons)), firms, persons)
	}},
	{"§2 sentence: rows", "a label again in its own column", func(m *maker) Case {
		m.put(pension, m.fill("养老P人", plain))
		return m.open(m.case1(m.full()), fullKeys...)
	}},
	{"§2 sentence: rows", "another label in its column", func(m *maker) Case {
		m.put(pension, m.fill("工伤P人", plain))
		return m.refused(m.case1(m.full()))
	}},
	{"§2 sentence: rows", "firms in a column of persons", func(m *maker) Case {
		m.put(pension, fmt.Sprintf("%d户", m.n[pension]))
		return m.refused(m.case1(m.full()))
	}},
	{"§2 sentence: rows", "persons in the column of firms", func(m *maker) Case {
		m.put(firms, fmt.Sprintf("%d人", m.n[firms]))
		return m.refused(m.case1(m.full()))
	}},
}

// firmSentences name firms for each insurance: 户数 are never summed (rule
// book §2), and the persons belong to the insurance before them.
var firmSentences = []phrase{
	{"企业养老保险参保户数E户，参保人数P人；工伤保险参保户数3户，参保人数I人；失业保险参保户数4户，参保人数U人", splitKeys[1:]},
	{"养老新增E户P人；工伤新增3户I人；失业新增4户U人", splitKeys[1:]},
	{"养老E户、P人，工伤3户、I人，失业4户、U人", splitKeys[1:]},
	{"养老E户，工伤3户，失业4户，参保人数T人", []string{persons}},
	{"养老E户，工伤3户，失业4户，共参保T人", []string{persons}},
	{"养老E户，参保人数P人，工伤3户，参保人数I人，失业4户，参保人数U人，合计T人", splitKeys[1:]},
	{"企业养老E户，新增参保合计T人", []string{persons}},
	{"养老保险：E户，P人\n工伤保险：3户，I人\n失业保险：4户，U人", splitKeys[1:]},
}

func firmSpecs() []spec {
	var out []spec
	for i, p := range firmSentences {
		out = append(out, spec{"§2 sentence: firms per insurance", p.text, func(m *maker) Case {
			keys := p.keys
			if i == 5 {
				keys = fullKeys[1:]
			}
			return m.open(m.case1(m.printed(m.fill(p.text, plain))), keys...)
		}})
	}
	return out
}
