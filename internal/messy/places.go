package messy

import (
	"fmt"

	"taizhang/ledger"
)

// named is the full form with its month in the title, in a file of this name;
// the name is a format for unit and month.
func (m *maker) named(format string, args ...any) Case {
	f := m.full()
	f.Title = titles[0](m.month)
	m.file = fmt.Sprintf(format, args...)
	return m.case1(f)
}

// placeSpecs: numbers and names in file and sheet names that say something
// else than unit and month, and those that say it in an odd way (rule book §3).
var placeSpecs = []spec{
	{"§3 names", "a number of an annex", func(m *maker) Case {
		return m.accepted(m.named("附件2-1 %s台账.xlsx", m.unit), fullKeys...)
	}},
	{"§3 names", "a number of a document", func(m *maker) Case {
		return m.accepted(m.named("%s社保〔2022〕9号台账.xlsx", m.unit), fullKeys...)
	}},
	{"§3 names", "the notice's number", func(m *maker) Case {
		return m.accepted(m.named("许社养老〔2022〕12号 附件2 %s.xlsx", m.unit), fullKeys...)
	}},
	{"§3 names", "a full date in the month", func(m *maker) Case {
		return m.accepted(m.named("%s台账2022%02d%02d.xlsx", m.unit, m.month, m.day), fullKeys...)
	}},
	{"§3 names", "a full date with points", func(m *maker) Case {
		return m.accepted(m.named("%s台账2022.%d.%d.xlsx", m.unit, m.month, m.day), fullKeys...)
	}},
	{"§3 names", "a day without a year", func(m *maker) Case {
		return m.accepted(m.named("%s台账（%d月%d日）.xlsx", m.unit, m.month, m.day), fullKeys...)
	}},
	{"§3 names", "month and a date early in the next", func(m *maker) Case {
		m.month = min(m.month, 11)
		return m.accepted(m.named("%s%d月台账2022%02d03.xlsx", m.unit, m.month, m.month+1), fullKeys...)
	}},
	{"§3 names", "a copy's number", func(m *maker) Case {
		return m.accepted(m.named("%s台账(%d).xlsx", m.unit, 1+m.rng.IntN(12)), fullKeys...)
	}},
	{"§3 names", "a version", func(m *maker) Case {
		return m.accepted(m.named("%s台账V%d.%d.xlsx", m.unit, 1, m.rng.IntN(9)), fullKeys...)
	}},
	{"§3 names", "a telephone", func(m *maker) Case {
		return m.accepted(m.named("%s台账 0374-2620807.xlsx", m.unit), fullKeys...)
	}},
	{"§3 names", "the city before the unit", func(m *maker) Case {
		return m.accepted(m.named("许昌市全民参保台账（%s）.xlsx", m.unit), fullKeys...)
	}},
	{"§3 names", "no name at all", func(m *maker) Case {
		return m.accepted(m.named("新建 XLSX 工作表.xlsx"), fullKeys...)
	}},
	{"§3 names", "many points", func(m *maker) Case {
		return m.accepted(m.named("%s.全民参保.台账.终稿.xlsx", m.unit), fullKeys...)
	}},
	{"§3 names", "a sheet's copy", func(m *maker) Case {
		m.sheet = pick(m.rng, []string{"Sheet1 (2)", monthSheet(m.month) + " (2)", "附件2", "表2", "2022年", "台账5"})
		return m.fullRead()
	}},
	{"§3 names", "the city in the title", func(m *maker) Case {
		m.title = "许昌市" + m.title
		return m.fullRead()
	}},
	{"§3 names", "the deadline in a note", func(m *maker) Case {
		f := m.full()
		f.Foot = append(f.Foot, []any{"注：每月28日前报送，首次于5月28日前报送至市专项小组。"})
		return m.accepted(m.case1(f), fullKeys...)
	}},
	{"§3 unit", "the seal behind it", func(m *maker) Case {
		return m.accepted(m.case1(m.bare("填报单位："+m.unit+"社保中心（盖章）")), fullKeys...)
	}},
	{"§3 unit", "with its level", func(m *maker) Case {
		m.unit = pick(m.rng, []string{"禹州市", "长葛市"})
		return m.accepted(m.case1(m.bare("填报单位："+m.unit+"（县级市）")), fullKeys...)
	}},
	{"§3 unit held", "two units in the cell", func(m *maker) Case {
		return m.turned(m.case1(m.bare("填报单位：禹州市、长葛市")), ledger.Held)
	}},
	{"§3 unit held", "the city in the cell, no other word", func(m *maker) Case {
		return m.turned(m.case1(m.bare("填报单位：许昌市人力资源和社会保障局")), ledger.Held)
	}},
	{"§3 period held", "a quarter in the title", func(m *maker) Case {
		f := m.silent(nil)
		f.Title = "2022年第二季度全民参保计划攻坚行动工作落实台账"
		return m.refused(m.case1(f))
	}},
	{"§3 period held", "last year's month in the file name", func(m *maker) Case {
		f := m.full()
		m.file = fmt.Sprintf("%s2021年%d月台账.xlsx", m.unit, m.month)
		return m.turned(m.case1(f), ledger.Held)
	}},
	{"§3 sender", "of a unit without any address", func(m *maker) Case {
		m.sender = "someone@163.com"
		return m.fullRead()
	}},
	{"§3 sender", "of another unit", func(m *maker) Case {
		m.sender = "other@163.com"
		c := m.turned(m.case1(m.full()), ledger.Held, ledger.ISenderOther)
		c.Known = map[string]string{"other@163.com": m.stranger(), "own@163.com": m.unit}
		return c
	}},
	{"§3 sender", "not known", func(m *maker) Case {
		m.sender = "new@qq.com"
		c := m.turned(m.case1(m.full()), ledger.Held, ledger.ISenderUnknown)
		c.Known = map[string]string{"own@163.com": m.unit}
		return c
	}},
	{"§3 sender", "known, nothing else names the unit", func(m *maker) Case {
		m.sender = "own@163.com"
		f := m.bare(nil)
		c := m.open(m.case1(f), fullKeys...)
		c.Known = map[string]string{"own@163.com": m.unit}
		return c
	}},
}
