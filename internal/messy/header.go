package messy

import (
	"fmt"

	"taizhang/ledger"
)

// headings are the words a measure goes by (rule book §2, table of measures,
// and "after stripping affixes").
var headings = map[string][]string{
	firms: {"参保户数", "户数", "企业户数", "新增参保企业(户)", "新增参保企业（家）", "参保单位", "新增参保户数（户）", "企业参保户数", "户 数", "户数\n（户）",
		"其中：户数", "新增企业户数", "新增参保单位（户）"},
	pension: {"企业养老", "企业职工养老保险", "企业职工基本养老保险", "城镇企业职工养老", "城镇企业职工基本养老保险", "养老", "养老保险", "企业养老新增参保", "企业养老（人）",
		"企业养老\n（人）", "企 业 养 老", "新增企业养老保险参保人数", "企业养老保险新增参保人数（人）", "其中：企业养老", "1.企业养老", "（一）企业养老", "企业\n养老", "养老(人)", "企业养老人数", "　企业养老　"},
	injury:  {"工伤", "工伤保险", "工伤（人）", "工伤保险新增参保", "工伤保险\n新增参保\n（人）", "新增工伤保险", "工 伤", "工伤人数", "其中：工伤保险", "工伤保险参保人数", "2、工伤", "[工伤]", "职工工伤保险"},
	jobless: {"失业", "失业保险", "失业（人）", "失业保险新增参保", "失业\n保险", "新增失业保险参保人数", "失业人数", "失业保险(人)", "失业保险参保人员", "3．失业保险", "失业保险："},
	persons: {"合计人数", "新增参保人数", "参保人数", "合计", "合计（人）", "新增参保人数\n合计", "参保人数（人）", "新增参保合计", "新增参保总人数", "合 计"},
}

// headerSpecs: every word of every measure, one at a time and mixed.
func headerSpecs() []spec {
	var out []spec
	for i, k := range fullKeys {
		for _, w := range headings[k] {
			out = append(out, spec{"§2 header words", fmt.Sprintf("%s as %q", k, w), func(m *maker) Case {
				f := m.full()
				f.Head[0][2+i] = w
				return m.accepted(m.case1(f), fullKeys...)
			}})
		}
	}
	for i := range 6 {
		out = append(out, spec{"§2 header words", fmt.Sprintf("mixed %d", i), func(m *maker) Case {
			f := m.full()
			for i, k := range fullKeys {
				f.Head[0][2+i] = pick(m.rng, headings[k])
			}
			return m.accepted(m.case1(f), fullKeys...)
		}})
	}
	for _, w := range []string{"主要工作措施", "工作推进情况", "好的做法", "主要措施", "工作措施", "主要做法", "主要\n工作\n措施", "工作推进情况及好的做法", "主 要 工 作 措 施", "采取的主要措施"} {
		out = append(out, spec{"§2 word column", w, func(m *maker) Case {
			f := m.full()
			f.Head[0][1] = w
			c := m.accepted(m.case1(f), fullKeys...)
			c.Want.Measures = m.measures
			return c
		}})
	}
	return append(out, headerRest...)
}

var headerRest = []spec{
	{"§2 column order", "any", func(m *maker) Case {
		keys := append([]string(nil), fullKeys...)
		m.rng.Shuffle(len(keys), func(i, j int) { keys[i], keys[j] = keys[j], keys[i] })
		return m.accepted(m.case1(m.columns(keys...)), fullKeys...)
	}},
	{"§2 column order", "figures before the words", func(m *maker) Case {
		head := []any{"工作任务", "户数", "失业", "工伤", "企业养老", "主要工作措施", "合计人数"}
		body := []any{task, m.n[firms], m.n[jobless], m.n[injury], m.n[pension], m.measures, m.n[persons]}
		return m.accepted(m.case1(m.form([][]any{head}, [][]any{body})), fullKeys...)
	}},
	{"§2 column order", "序号, 备注 and spacers", func(m *maker) Case {
		head := []any{"序号", "工作任务", "主要工作措施", "户数", nil, "企业养老", "工伤", "失业", nil, "合计", "备注"}
		body := []any{1, task, m.measures, m.n[firms], nil, m.n[pension], m.n[injury], m.n[jobless], nil, m.n[persons], pick(m.rng, []any{nil, "无", "含灵活就业15人", 15})}
		return m.accepted(m.case1(m.form([][]any{head}, [][]any{body})), fullKeys...)
	}},
	{"§2 column order", "two word columns", func(m *maker) Case {
		head := []any{"工作任务", "工作推进情况", "好的做法", "户数", "企业养老", "工伤", "失业"}
		body := append([]any{task, m.measures, "数据找人，新增20户。"}, m.vals(splitKeys...)...)
		return m.accepted(m.case1(m.form([][]any{head}, [][]any{body})), splitKeys...)
	}},
	{"§2 header", "unknown numeric column is a query", func(m *maker) Case {
		f := m.full()
		f.Head[0] = append(f.Head[0], pick(m.rng, []any{"宣传场次", "发放资料份数", "开展培训期数", "失业金领取"}))
		f.Body[0] = append(f.Body[0], 5555)
		return m.accepted(m.case1(f), fullKeys...).codes(ledger.HUnknownColumn)
	}},
	{"§2 header", "one measure twice", func(m *maker) Case {
		f := m.full()
		f.Head[0] = append(f.Head[0], pick(m.rng, []any{"企业养老", "企业职工养老保险", "养老"}))
		f.Body[0] = append(f.Body[0], m.n[pension]+3)
		return m.turned(m.case1(f), ledger.Returned, ledger.HTwice)
	}},
	{"§2 header", "no measure column", func(m *maker) Case {
		f := m.form([][]any{{"工作任务", "主要工作措施", "备注"}}, [][]any{{task, m.measures, nil}})
		return m.turned(m.case1(f), ledger.Returned, ledger.HNoMeasure)
	}},
	{"§2 header", "column numbers", func(m *maker) Case {
		f := m.full()
		row := pick(m.rng, [][]any{{"甲", "乙", 1, 2, 3, 4, 5}, {"栏次", nil, 1, 2, 3, 4, 5}, {"甲", "乙", "1", "2", "3", "4", "5"}, {"A", "B", 1, 2, 3, 4, "5=2+3+4"}, {1, 2, 3, 4, 5, 6, 7}, {"甲", "乙", "（1）", "（2）", "（3）", "（4）", "（5）"}})
		f.Body = [][]any{row, f.Body[0]}
		return m.accepted(m.case1(f), fullKeys...)
	}},
	{"§2 header", "firms for each insurance", func(m *maker) Case {
		head := [][]any{{"工作任务", "主要工作措施", "企业养老", left, "工伤", left, "失业", left}, {up, up, "户数", "人数", "户数", "人数", "户数", "人数"}}
		body := []any{task, m.measures, 35, m.n[pension], 30, m.n[injury], 28, m.n[jobless]}
		return m.accepted(m.case1(m.form(head, [][]any{body})), pension, injury, jobless).codes(ledger.HCountPerPart)
	}},
	{"§2 header", "firms for each insurance in one header row", func(m *maker) Case {
		head := []any{"工作任务", "主要工作措施", "企业养老户数", "企业养老人数", "工伤户数", "工伤人数", "失业户数", "失业人数"}
		body := []any{task, m.measures, 35, m.n[pension], 30, m.n[injury], 28, m.n[jobless]}
		return m.accepted(m.case1(m.form([][]any{head}, [][]any{body})), pension, injury, jobless)
	}},
	{"§2 header", "unit note of persons and firms", func(m *maker) Case {
		f := m.full()
		f.Top[0][6] = pick(m.rng, []any{"单位：户、人", "单位:人", "单位：户/人", "（单位：人）", "单位：  人", nil})
		return m.accepted(m.case1(f), fullKeys...)
	}},
	{"§2 header", "one number merged over three insurances", func(m *maker) Case {
		f := m.split()
		f.Body[0] = []any{task, m.measures, m.n[firms], m.n[persons], left, left}
		return m.refused(m.case1(f))
	}},
	{"§2 header", "only 累计 columns", func(m *maker) Case {
		head := [][]any{{"工作任务", "主要工作措施", "累计新增参保", left, left}, {up, up, "企业养老", "工伤", "失业"}}
		return m.turned(m.case1(m.form(head, [][]any{{task, m.measures, 900, 800, 700}})), ledger.Returned, ledger.HOnlyCumulative)
	}},
	{"§2 header", "one 累计 column alone", func(m *maker) Case {
		head := []any{"工作任务", "主要工作措施", pick(m.rng, []any{"累计新增参保人数", "本年累计参保人数", "累计参保人数", "截至本月累计新增参保人数"})}
		return m.turned(m.case1(m.form([][]any{head}, [][]any{{task, m.measures, 900}})), ledger.Returned, ledger.HOnlyCumulative)
	}},
}
