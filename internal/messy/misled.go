package messy

import (
	"fmt"
	"strings"

	"taizhang/ledger"
)

// misledPhrases once gave a figure that nobody stated; they must be turned
// back. R is some other number.
var misledPhrases = []string{
	"新增数十户T人", "比上月增加R户T人", "较上月增加R户，T人", "今年新增T人", "2022年新增E户T人", "T人（待核实）", "T人(暂定)", "T（含上月）", "T（元）", "T人（累计）", "新增T人，数字待核", "一",
}

// strayPhrases name another month or year than the document's.
var strayPhrases = []string{"O月份新增E户T人", "O月份，新增参保T人", "2021年M月新增E户T人", "新增T人（O月份）"}

// plainerPhrases have one reading and were once turned back.
var plainerPhrases = []phrase{
	{"养老=P,工伤=I,失业=U", splitKeys[1:]},
	{"养老险P人，工伤险I人，失业险U人", splitKeys[1:]},
	{"养老P人（9户），工伤I人（8户），失业U人（7户）", splitKeys[1:]},
	{"1.养老P人 2.工伤I人 3.失业U人", splitKeys[1:]},
	{"⑴养老P人⑵工伤I人⑶失业U人", splitKeys[1:]},
	{"我市一是养老P人；二是工伤I人；三是失业U人", splitKeys[1:]},
	{"新增E户T人，比上月增加5户12人", []string{firms, persons}},
	{"新增参保单位E个，新增参保人员T人", []string{firms, persons}},
	{"M月份，新增E户T人", []string{firms, persons}},
}

// misledMonths are titles that say something else than the date below, which
// is in the title's month M or in the one before it, O.
var misledMonths = []string{"上半年", "下半年", "第三季度", "前五个月", "O/M月", "O月26日至M月25日", "全年", "累计"}

// told puts the maker's figures and months into a phrase; O is the month before.
func (m *maker) told(text string) string {
	return m.fill(strings.ReplaceAll(text, "O", fmt.Sprint(m.month-1)), plain)
}

// misledSpecs: ledgers that an adversary of the reader thought of.
func misledSpecs() []spec {
	var out []spec
	for _, p := range misledPhrases {
		out = append(out, spec{"§2 sentence that misleads", p, func(m *maker) Case { return m.refused(m.case1(m.printed(m.told(p)))) }})
	}
	for _, p := range strayPhrases {
		out = append(out, spec{"§3 sentence of another month", p, func(m *maker) Case {
			return m.turned(m.case1(m.printed(m.told(p))), ledger.Held, ledger.IPeriodMismatch)
		}})
	}
	for _, p := range plainerPhrases {
		out = append(out, spec{"§2 sentence with one reading", p.text, func(m *maker) Case {
			return m.accepted(m.case1(m.printed(m.told(p.text))), p.keys...)
		}})
	}
	for _, p := range misledMonths {
		out = append(out, spec{"§3 several months together", p, func(m *maker) Case {
			f := m.silent("填报时间：" + m.date())
			f.Title = "2022年全民参保计划攻坚行动工作落实台账（" + m.told(p) + "）"
			return m.refused(m.case1(f))
		}})
	}
	return append(out, misledRest...)
}

var misledRest = []spec{
	{"§3 period in the title", "days of the month, filed in the next", func(m *maker) Case {
		m.month = min(m.month, 11)
		f := m.silent(fmt.Sprintf("填报时间：2022年%d月%d日", m.month+1, 1+m.rng.IntN(9)))
		f.Title = m.told(pick(m.rng, []string{"2022年全民参保计划攻坚行动工作落实台账（M月1日至M月26日）", "2022年全民参保计划攻坚行动工作落实台账（截至M月26日）"}))
		return m.accepted(m.case1(f), fullKeys...)
	}},
	{"§3 filing date alone", "early in a month, the one before is open", func(m *maker) Case {
		m.month = 6 + m.rng.IntN(6)
		f := m.silent(fmt.Sprintf("填报时间：2022年%d月%d日", m.month, 1+m.rng.IntN(12)))
		m.arrived = when(m.month, 13, 10)
		return m.turned(m.case1(f), ledger.Held, ledger.IPeriodPreviously)
	}},
	{"§3 filing date", "a year of two digits", func(m *maker) Case {
		f := m.full()
		f.Foot[0][6] = fmt.Sprintf("填报时间：22.%d.%d", m.month, m.day)
		c := m.accepted(m.case1(f), fullKeys...)
		c.Want.FilledOn = fmt.Sprintf("2022-%02d-%02d", m.month, m.day)
		return c
	}},
	{"§3 unit disagrees", "a file name of several units", func(m *maker) Case {
		other := "长葛"
		if m.unit == "长葛市" {
			other = "禹州"
		}
		m.file = fmt.Sprintf("%s、%s%d月台账.xlsx", m.unit, other, m.month)
		c := m.turned(m.case1(m.full()), ledger.Held, ledger.IUnitMismatch)
		c.Needs = []Need{NeedFileName}
		return c
	}},
	{"§2 number", "a 名 among enterprises, a lone 一", func(m *maker) Case {
		if m.rng.IntN(2) == 0 {
			m.put(firms, fmt.Sprintf("%d名", m.n[firms]))
		} else {
			m.put(pick(m.rng, fullKeys), "一")
		}
		return m.turned(m.case1(m.full()), ledger.Returned)
	}},
	{"§2 number format", "a literal %, a 0 shown as nothing", func(m *maker) Case {
		if m.rng.IntN(2) == 0 {
			return m.turned(formatted(m, `0"%"`).case1(m.full()), ledger.Returned, ledger.CPercent)
		}
		m.set(jobless, 0).put(jobless, Styled{0, pick(m.rng, []string{"#", "#,###"}), false}).set(persons, max(m.n[pension], m.n[injury]))
		return m.turned(m.case1(m.full()), ledger.Returned, ledger.CNotShown)
	}},
}
