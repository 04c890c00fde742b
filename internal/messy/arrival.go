package messy

import (
	"fmt"
	"time"

	"taizhang/ledger"
)

// arrivals: what --arrived lets the check know (rule book §3, commands.md).
var arrivalSpecs = []spec{
	{"§3 arrived", "in its month", func(m *maker) Case {
		m.arrived = when(m.month, m.day, 23)
		return m.fullRead()
	}},
	{"§3 arrived", "in the first days of the next month", func(m *maker) Case {
		m.arrived = when(m.month+1, 1+m.rng.IntN(15), 12)
		return m.fullRead()
	}},
	{"§3 arrived", "on the closing day, late at night", func(m *maker) Case {
		m.arrived = when(m.month+1, 15, 23)
		return m.fullRead()
	}},
	{"§3 arrived", "after the closing", func(m *maker) Case {
		m.arrived = when(m.month+1, 16+m.rng.IntN(10), 9)
		return m.turned(m.case1(m.full()), ledger.Held, ledger.IPeriodClosed)
	}},
	{"§3 arrived", "two months late", func(m *maker) Case {
		m.arrived = when(m.month+2, m.day, 9)
		return m.turned(m.case1(m.full()), ledger.Held, ledger.IPeriodClosed)
	}},
	{"§3 arrived", "before its month", func(m *maker) Case {
		m.later()
		m.arrived = when(m.month-1, m.day, 9)
		f := m.full()
		f.Foot[0][6] = nil
		return m.turned(m.case1(f), ledger.Held, ledger.IPeriodFuture)
	}},
	{"§3 arrived", "nothing stated, one open", func(m *maker) Case {
		f := m.silent(nil)
		m.arrived = when(m.month, m.day, 9)
		return m.accepted(m.case1(f), fullKeys...)
	}},
	{"§3 arrived", "nothing stated, two open", func(m *maker) Case {
		m.later()
		f := m.silent(nil)
		m.arrived = when(m.month, 1+m.rng.IntN(15), 9)
		return m.turned(m.case1(f), ledger.Held, ledger.IPeriodTwoOpen)
	}},
	{"§3 arrived", "filing date after it, in the same month", func(m *maker) Case {
		m.day = 20
		f := m.full()
		f.Foot[0][6] = fmt.Sprintf("填报时间：2022年%d月28日", m.month)
		m.arrived = when(m.month, 21, 9)
		return m.accepted(m.case1(f), fullKeys...).codes(ledger.PDateLater)
	}},
	{"§3 arrived", "filing date in a later month", func(m *maker) Case {
		m.month = min(m.month, 11)
		m.file = fmt.Sprintf("%s%d月台账.xlsx", m.unit, m.month)
		f := m.full()
		f.Foot[0][6] = fmt.Sprintf("填报时间：2022年%d月3日", m.month+1)
		m.arrived = when(m.month, 26, 9)
		return m.turned(m.case1(f), ledger.Held)
	}},
	{"§3 arrived", "filing date equal to the day of arrival", func(m *maker) Case {
		m.arrived = when(m.month, m.day, 0)
		return m.fullRead().not(ledger.PDateLater)
	}},
	{"§3 arrived", "filing date without a year", func(m *maker) Case {
		f := m.full()
		f.Foot[0][6] = fmt.Sprintf("填报时间：%d月%d日", m.month, m.day)
		m.arrived = when(m.month, m.day, 18)
		return m.accepted(m.case1(f), fullKeys...)
	}},
	{"§3 arrived", "December's, in January", func(m *maker) Case {
		m.month = 12
		m.file = m.unit + "12月台账.xlsx"
		f := m.full()
		f.Foot[0][6] = "填报时间：2023年1月4日"
		m.arrived = when(13, 4, 15)
		return m.accepted(m.case1(f), fullKeys...)
	}},
	{"§3 arrived", "filing date alone, May's still open", func(m *maker) Case {
		m.month = 6
		f := m.silent("填报时间：2022年6月3日")
		m.arrived = when(6, 3, 15)
		return m.open(m.case1(f), fullKeys...)
	}},
	{"§3 arrived", "given in another zone", func(m *maker) Case {
		m.day = 28
		m.arrived = time.Date(2022, time.Month(m.month), 28, 15, 59, 0, 0, time.UTC) // 23:59 in Beijing
		return m.fullRead()
	}},
}
