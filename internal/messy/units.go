package messy

import (
	"fmt"
	"strings"

	"taizhang/ledger"
)

// bare is the full form with nothing that names a unit but what the case puts
// there; the file names the month only.
func (m *maker) bare(unitCell any) Form {
	f := m.full()
	f.Top[0][0] = unitCell
	m.file = fmt.Sprintf("%d月台账.xlsx", m.month)
	return f
}

func spaced(s, sep string) string {
	return strings.Join(strings.Split(s, ""), sep)
}

// namings are the ways to state the unit in a cell.
var namings = []struct {
	name string
	of   func(u string) string
}{
	{"填报单位：", func(u string) string { return "填报单位：" + u }},
	{"half-width colon", func(u string) string { return "填报单位:" + u }},
	{"spaces", func(u string) string { return "填报单位：  " + u + "  " }},
	{"spaced label", func(u string) string { return "填 报 单 位：" + u }},
	{"spaced name", func(u string) string { return "填报单位：" + spaced(u, "　") }},
	{"name with blanks", func(u string) string { return "填报单位：" + spaced(u, " ") }},
	{"no colon", func(u string) string { return "填报单位 " + u }},
	{"报送单位", func(u string) string { return "报送单位：" + u }},
	{"单位名称", func(u string) string { return "单位名称：" + u }},
	{"上报单位", func(u string) string { return "上报单位：" + u }},
	{"underlined", func(u string) string { return "填报单位：__" + u + "__" }},
	{"in brackets", func(u string) string { return "填报单位（盖章）：" + u }},
	{"full office name", func(u string) string { return "填报单位：" + u + "社会养老保险服务中心" }},
	{"with the city before", func(u string) string { return "填报单位：许昌市" + u + "社会养老保险服务中心" }},
	{"with the bureau", func(u string) string { return "填报单位：" + u + "人力资源和社会保障局" }},
	{"with month and unit of count", func(u string) string { return "填报单位：" + u + "        单位：人" }},
	{"stem only", func(u string) string {
		if u == "市本级" {
			return "填报单位：许昌市本级"
		}
		return "填报单位：" + strings.TrimRight(u, "市区县")
	}},
}

func unitSpecs() []spec {
	var out []spec
	for _, n := range namings {
		out = append(out, spec{"§3 unit", n.name, func(m *maker) Case {
			return m.accepted(m.case1(m.bare(n.of(m.unit))), fullKeys...)
		}})
	}
	for _, w := range []string{"许昌县", "东城区", "焉陵县", "鄢陵县柏梁镇", "禹州市神垕镇", "郑州市", "许昌市", "许昌市社会养老服务中心", "示范区", "经济技术开发区", "长葛市和尚桥镇社保所", "县社保中心", "某单位"} {
		out = append(out, spec{"§3 unit held", w, func(m *maker) Case {
			return m.turned(m.case1(m.bare("填报单位："+w)), ledger.Held)
		}})
	}
	for _, w := range []string{"市直", "许昌市直", "许昌市本级", "市本级"} {
		out = append(out, spec{"§3 unit", "the city's own: " + w, func(m *maker) Case {
			m.unit = "市本级"
			return m.accepted(m.case1(m.bare("填报单位："+w)), fullKeys...)
		}})
	}
	return append(out, unitRest...)
}

// stranger is another unit than this one.
func (m *maker) stranger() string {
	u := m.unit
	for u == m.unit {
		u = pick(m.rng, unitNames)
	}
	return u
}

var unitRest = []spec{
	{"§3 unit", "label and name in two cells", func(m *maker) Case {
		f := m.bare("填报单位：")
		f.Top[0][1] = m.unit
		return m.accepted(m.case1(f), fullKeys...)
	}},
	{"§3 unit", "label and name in two merged cells", func(m *maker) Case {
		f := m.bare("填报单位")
		f.Top[0][1], f.Top[0][2] = m.unit, left
		return m.accepted(m.case1(f), fullKeys...)
	}},
	{"§3 unit", "in the title", func(m *maker) Case {
		f := m.bare(nil)
		f.Title = m.unit + m.title
		return m.accepted(m.case1(f), fullKeys...)
	}},
	{"§3 unit", "in brackets behind the title", func(m *maker) Case {
		f := m.bare(nil)
		f.Title = m.title + "（" + m.unit + "）"
		return m.accepted(m.case1(f), fullKeys...)
	}},
	{"§3 unit", "in the sheet name", func(m *maker) Case {
		f := m.bare("填报单位：")
		m.sheet = m.unit
		return m.accepted(m.case1(f), fullKeys...)
	}},
	{"§3 unit", "in the file name", func(m *maker) Case {
		f := m.bare("填报单位：")
		m.file = fmt.Sprintf(pick(m.rng, []string{"%s%d月台账.xlsx", "附件2：%s全民参保计划攻坚行动工作落实台账（%d月）.xlsx", "%s-%d月-台账(1).xlsx", "【%s】%d月份台账 终稿.xlsx"}), m.unit, m.month)
		return m.accepted(m.case1(f), fullKeys...)
	}},
	{"§3 unit", "in a row below the figures", func(m *maker) Case {
		f := m.bare(nil)
		f.Foot = append([][]any{{"填报单位：" + m.unit}}, f.Foot...)
		return m.accepted(m.case1(f), fullKeys...)
	}},
	{"§3 unit", "in one cell with the date", func(m *maker) Case {
		f := m.bare("填报单位：" + m.unit + "    填报时间：" + m.date() + "    单位：人")
		f.Top[0][6], f.Foot[0][6] = nil, nil
		return m.accepted(m.case1(f), fullKeys...)
	}},
	{"§3 unit", "as a column", func(m *maker) Case {
		f := m.bare(nil)
		f.Head[0] = append([]any{"填报单位"}, f.Head[0]...)
		f.Body[0] = append([]any{m.unit}, f.Body[0]...)
		return m.accepted(m.case1(f), fullKeys...)
	}},
	{"§3 unit", "other units in the measures do not speak", func(m *maker) Case {
		m.measures = "赴" + m.stranger() + "学习经验，在" + m.stranger() + "召开现场会。"
		return m.accepted(m.case1(m.bare("填报单位："+m.unit)), fullKeys...)
	}},
	{"§3 unit", "nowhere", func(m *maker) Case {
		return m.turned(m.case1(m.bare(nil)), ledger.Held, ledger.IUnitAbsent)
	}},
	{"§3 unit", "an empty label", func(m *maker) Case {
		return m.turned(m.case1(m.bare("填报单位：")), ledger.Held, ledger.IUnitAbsent)
	}},
	{"§3 unit disagrees", "document and file name", func(m *maker) Case {
		f := m.full()
		m.file = fmt.Sprintf("%s%d月台账.xlsx", m.stranger(), m.month)
		return m.turned(m.case1(f), ledger.Held, ledger.IUnitMismatch)
	}},
	{"§3 unit disagrees", "document and sheet name", func(m *maker) Case {
		m.sheet = m.stranger()
		return m.turned(m.case1(m.full()), ledger.Held, ledger.IUnitMismatch)
	}},
	{"§3 unit disagrees", "document and title", func(m *maker) Case {
		m.title = m.stranger() + m.title
		return m.turned(m.case1(m.full()), ledger.Held, ledger.IUnitMismatch)
	}},
	{"§3 unit disagrees", "township in the document, unit in the file name", func(m *maker) Case {
		m.unit = "鄢陵县"
		m.file = fmt.Sprintf("鄢陵县%d月台账.xlsx", m.month)
		f := m.full()
		f.Top[0][0] = "填报单位：鄢陵县柏梁镇"
		return m.turned(m.case1(f), ledger.Held)
	}},
	{"§3 unit disagrees", "former name in the document, unit in the file name", func(m *maker) Case {
		m.unit = "建安区"
		m.file = fmt.Sprintf("建安区%d月台账.xlsx", m.month)
		f := m.full()
		f.Top[0][0] = "填报单位：许昌县"
		return m.turned(m.case1(f), ledger.Held)
	}},
}
