package messy

import (
	"fmt"

	"taizhang/ledger"
)

// feet are the ways to sign a form.
var feet = []struct {
	name string
	rows func(m *maker) [][]any
}{
	{"three cells", func(m *maker) [][]any {
		return [][]any{{"负责人：" + m.officer, "联络员：" + m.liaison, "填报时间：" + m.date()}}
	}},
	{"one cell", func(m *maker) [][]any {
		return [][]any{{"负责人：" + m.officer + "　　　联络员：" + m.liaison + "　　　填报时间：" + m.date()}}
	}},
	{"one cell, few spaces", func(m *maker) [][]any {
		return [][]any{{"负责人：" + m.officer + " 联络员：" + m.liaison + " 填报时间：" + m.date()}}
	}},
	{"one merged cell", func(m *maker) [][]any {
		return [][]any{{"负责人：" + m.officer + "     联络员：" + m.liaison + "     填报时间：" + m.date(), left, left, left, left}}
	}},
	{"three rows", func(m *maker) [][]any {
		return [][]any{{"负责人：" + m.officer}, {"联络员：" + m.liaison}, {"填报时间：" + m.date()}}
	}},
	{"one cell, three lines", func(m *maker) [][]any {
		return [][]any{{"负责人：" + m.officer + "\n联络员：" + m.liaison + "\n填报时间：" + m.date()}}
	}},
	{"label and name apart", func(m *maker) [][]any {
		return [][]any{{"负责人：", m.officer, "联络员：", m.liaison, "填报时间：", m.date()}}
	}},
	{"label and name apart, without colon", func(m *maker) [][]any {
		return [][]any{{"负责人", m.officer, "联络员", m.liaison, "填报时间", m.date()}}
	}},
	{"half-width colons", func(m *maker) [][]any {
		return [][]any{{"负责人:" + m.officer, nil, "联络员:" + m.liaison, nil, "填报时间:" + m.date()}}
	}},
	{"spaced labels", func(m *maker) [][]any {
		return [][]any{{"负 责 人：" + m.officer, nil, "联 络 员：" + m.liaison, nil, "填报时间：" + m.date()}}
	}},
	{"with a blank row above", func(m *maker) [][]any {
		return [][]any{nil, {"负责人：" + m.officer, nil, "联络员：" + m.liaison, nil, "填报时间：" + m.date()}}
	}},
}

func peopleSpecs() []spec {
	var out []spec
	for _, foot := range feet {
		out = append(out, spec{"§2 signatures", foot.name, func(m *maker) Case {
			f := m.full()
			f.Foot = foot.rows(m)
			return m.accepted(m.case1(f), fullKeys...).words(m).not(ledger.POfficer, ledger.PLiaison, ledger.PDateAbsent)
		}})
	}
	return append(out,
		spec{"§6 P", "no 负责人", func(m *maker) Case {
			f := m.full()
			f.Foot[0][0] = pick(m.rng, []any{"负责人：", nil, "负责人：   "})
			return m.accepted(m.case1(f), fullKeys...).codes(ledger.POfficer)
		}},
		spec{"§6 P", "no 联络员", func(m *maker) Case {
			f := m.full()
			f.Foot[0][1] = pick(m.rng, []any{"联络员：", nil, "联络员："})
			return m.accepted(m.case1(f), fullKeys...).codes(ledger.PLiaison)
		}},
		spec{"§6 P", "no 填报时间", func(m *maker) Case {
			f := m.full()
			f.Foot[0][6] = pick(m.rng, []any{"填报时间：", nil, "填报时间：    年  月  日"})
			return m.accepted(m.case1(f), fullKeys...).codes(ledger.PDateAbsent)
		}},
		spec{"§2 signatures", "with telephone", func(m *maker) Case {
			f := m.full()
			f.Foot[0][1] = "联络员：" + m.liaison + "  联系电话：0374-2620807"
			return m.accepted(m.case1(f), fullKeys...)
		}},
		spec{"§2 signatures", "telephone in a cell of its own", func(m *maker) Case {
			f := m.full()
			f.Foot[0][2], f.Foot[0][3] = "联系电话：", 13700001111
			return m.accepted(m.case1(f), fullKeys...)
		}},
	)
}

// heads are the year-end targets of Annex 1, in persons.
var heads = map[string]map[string]int64{
	"市本级": {pension: 206100, jobless: 125100, injury: 120500}, "禹州市": {pension: 101500, jobless: 59000, injury: 58000},
	"长葛市": {pension: 99500, jobless: 42000, injury: 63500}, "魏都区": {pension: 51100, jobless: 26000, injury: 27000},
	"建安区": {pension: 56600, jobless: 33000, injury: 37000}, "鄢陵县": {pension: 36600, jobless: 25000, injury: 32000},
	"襄城县": {pension: 46700, jobless: 31000, injury: 29000},
}

// targeted sets one insurance to a share of its target, and the total with it.
func (m *maker) targeted(k string, n int64) Form {
	m.set(k, n)
	m.set(persons, max(m.n[pension], m.n[injury], m.n[jobless]))
	return m.full()
}

func findingSpecs() []spec {
	out := []spec{
		{"§6 R", "fewer persons than firms", func(m *maker) Case {
			m.set(firms, m.n[persons]+4)
			return m.fullRead().codes(ledger.RFewPersons)
		}},
		{"§6 R", "no firm, yet persons", func(m *maker) Case {
			m.set(firms, 0)
			return m.fullRead().codes(ledger.RNoFirms)
		}},
		{"§6 R", "no measures", func(m *maker) Case {
			f := m.full()
			f.Body[0][1] = pick(m.rng, []any{nil, "", "   "})
			return m.turned(m.case1(f), ledger.Returned, ledger.RNoWords)
		}},
		{"§6 notes", "a normalised cell is noted", func(m *maker) Case {
			m.put(pension, wide(fmt.Sprint(m.n[pension])))
			return m.fullRead().codes(ledger.CNormalised)
		}},
		{"§6 H", "queries name absent columns", func(m *maker) Case {
			return m.accepted(m.case1(m.columns(pension, injury, jobless, persons)), pension, injury, jobless, persons).codes(ledger.HAbsent)
		}},
		{"§6 verdict", "the worst of held and returned", func(m *maker) Case {
			m.put(pension, "约50")
			f := m.full()
			m.file = fmt.Sprintf("%s%d月台账.xlsx", m.stranger(), m.month)
			return m.turned(m.case1(f), ledger.Held, ledger.IUnitMismatch)
		}},
	}
	for _, k := range []string{pension, injury, jobless} {
		out = append(out,
			spec{"§6 G", k + " at half of the target", func(m *maker) Case {
				return m.accepted(m.case1(m.targeted(k, heads[m.unit][k]/2)), fullKeys...)
			}},
			spec{"§6 G", k + " above half of the target", func(m *maker) Case {
				return m.turned(m.case1(m.targeted(k, heads[m.unit][k]/2+1)), ledger.Held, ledger.GHalf)
			}},
			spec{"§6 G", k + " above the target", func(m *maker) Case {
				return m.turned(m.case1(m.targeted(k, heads[m.unit][k]+1)), ledger.Returned, ledger.GAbove)
			}})
	}
	return out
}
