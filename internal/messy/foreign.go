package messy

import (
	"fmt"

	"taizhang/ledger"
)

// foreignHeads are columns that are never a measure of ours (rule book §2).
var foreignHeads = []string{
	"城乡居民养老", "城乡居民养老保险", "居民养老", "城乡居民基本养老保险参保人数", "机关养老", "机关事业养老", "机关事业单位养老保险", "医疗", "医疗保险", "职工医疗保险", "生育保险",
	"登记失业", "登记失业人数", "城镇登记失业人数", "工伤认定", "工伤认定人数", "失业保险基金（万元）", "基金收入", "养老保险缴费金额（元）", "金额", "占比", "养老占比", "完成比例", "目标", "企业养老目标", "年度目标任务",
	"减少", "企业养老减少", "减少参保人数", "净增", "养老净增", "净增人数", "上年", "去年同期", "上年同期参保人数", "上年企业养老",
}

func foreignSpecs() []spec {
	var out []spec
	for _, w := range foreignHeads {
		out = append(out, spec{"§2 never a measure", w, func(m *maker) Case {
			f := m.full()
			at := 2 + m.rng.IntN(6)
			f.Head[0] = insert(f.Head[0], at, w)
			f.Body[0] = insert(f.Body[0], at, 33333)
			f.Foot[0] = insert(f.Foot[0], 2, nil)
			return m.accepted(m.case1(f), fullKeys...)
		}}, spec{"§2 never a measure", "in place of ours: " + w, func(m *maker) Case {
			head := []any{"工作任务", "主要工作措施", w}
			return m.refused(m.case1(m.form([][]any{head}, [][]any{{task, m.measures, m.n[persons]}})))
		}})
	}
	for _, w := range []string{"城镇职工养老", "城镇职工基本养老", "城镇职工基本养老保险", "城镇职工养老保险（人）", "新增城镇职工基本养老保险参保人数"} {
		out = append(out, spec{"§2 held with a question", w, func(m *maker) Case {
			f := m.full()
			f.Head[0][3] = w
			return m.turned(m.case1(f), ledger.Held, ledger.HQuestion)
		}})
	}
	for _, g := range []string{"减少参保", "上年同期", "去年同期", "城乡居民", "年度目标", "完成率（%）", "净增", "期末参保人数", "机关事业单位", "上月"} {
		out = append(out, spec{"§2 never a measure", "group of columns: " + g, func(m *maker) Case {
			head := [][]any{
				{"工作任务", "主要工作措施", "户数", "新增参保", left, left, g, left, left},
				{up, up, up, "企业养老", "工伤", "失业", "企业养老", "工伤", "失业"},
			}
			body := append([]any{task, m.measures}, append(m.vals(splitKeys...), 41, 42, 43)...)
			return m.accepted(m.case1(m.form(head, [][]any{body})), splitKeys...)
		}})
	}
	out = append(out, spec{"§2 new beside lost", "新增, 减少 and 净增 under each insurance", func(m *maker) Case {
		head := []any{"工作任务", "主要工作措施"}
		second := []any{up, up}
		body := []any{task, m.measures}
		for _, k := range []string{pension, injury, jobless} {
			head = append(head, headWords[k]+"保险", left, left)
			second = append(second, "新增", "减少", "净增")
			body = append(body, m.n[k], 9, m.n[k]-9)
		}
		return m.accepted(m.case1(m.form([][]any{head, second}, [][]any{body})), pension, injury, jobless)
	}}, spec{"§2 new beside lost", "only 减少", func(m *maker) Case {
		head := [][]any{{"工作任务", "主要工作措施", "减少参保", left, left}, {up, up, "企业养老", "工伤", "失业"}}
		return m.refused(m.case1(m.form(head, [][]any{append([]any{task, m.measures}, m.vals(splitKeys[1:]...)...)})))
	}}, spec{"§2 never a measure", "a rate per insurance", func(m *maker) Case {
		head := []any{"工作任务", "主要工作措施"}
		second := []any{up, up}
		body := []any{task, m.measures}
		for _, k := range []string{pension, injury, jobless} {
			head = append(head, headWords[k], left, left)
			second = append(second, "目标任务", "新增参保人数", "完成率")
			body = append(body, 5000, m.n[k], fmt.Sprintf("%.1f%%", float64(m.n[k])/50))
		}
		return m.accepted(m.case1(m.form([][]any{head, second}, [][]any{body})), pension, injury, jobless)
	}})
	return out
}

func insert(row []any, at int, v any) []any {
	out := append([]any(nil), row[:at]...)
	return append(append(out, v), row[at:]...)
}
