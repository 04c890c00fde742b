package messy

import (
	"fmt"
	"time"

	"taizhang/ledger"
)

// silent is the full form with nothing that names a month but the filing date
// given; the file names the unit only.
func (m *maker) silent(filed any) Form {
	f := m.full()
	f.Foot[0][6] = filed
	m.file = m.unit + "台账.xlsx"
	return f
}

var cn = []string{"〇", "一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二"}

// titles are the ways to name the month in a title.
var titles = []func(month int) string{
	func(n int) string {
		return fmt.Sprintf("2022年%d月全民参保计划攻坚行动工作落实台账", n)
	},
	func(n int) string {
		return fmt.Sprintf("2022年%02d月全民参保计划攻坚行动工作落实台账", n)
	},
	func(n int) string {
		return fmt.Sprintf("2022年%d月份全民参保计划攻坚行动工作落实台账", n)
	},
	func(n int) string {
		return fmt.Sprintf("2022年全民参保计划攻坚行动工作落实台账（%d月）", n)
	},
	func(n int) string {
		return fmt.Sprintf("2022年全民参保计划攻坚行动工作落实台账(%d月份)", n)
	},
	func(n int) string {
		return fmt.Sprintf("2022 年 %d 月全民参保计划攻坚行动工作落实台账", n)
	},
	func(n int) string {
		return "二〇二二年" + cn[n] + "月全民参保计划攻坚行动工作落实台账"
	},
	func(n int) string {
		return "2022年全民参保计划攻坚行动" + cn[n] + "月份工作落实台账"
	},
	func(n int) string {
		return wide(fmt.Sprintf("2022年%d月", n)) + "全民参保计划攻坚行动工作落实台账"
	},
	func(n int) string {
		return fmt.Sprintf("全民参保计划攻坚行动工作落实台账（2022.%02d）", n)
	},
	func(n int) string { return fmt.Sprintf("%d月全民参保计划攻坚行动工作落实台账", n) },
}

// fileNames are the ways to name unit and month in a file name.
var fileNames = []func(unit string, month int) string{
	func(u string, n int) string {
		return fmt.Sprintf("%s2022年%d月全民参保计划攻坚行动台账.xlsx", u, n)
	},
	func(u string, n int) string { return fmt.Sprintf("2022.%d%s全民参保台账.xlsx", n, u) },
	func(u string, n int) string { return fmt.Sprintf("2022-%02d %s 台账.xlsx", n, u) },
	func(u string, n int) string { return fmt.Sprintf("2022%02d%s台账.xlsx", n, u) },
	func(u string, n int) string { return fmt.Sprintf("%s%d月份台账(1).xlsx", u, n) },
	func(u string, n int) string { return fmt.Sprintf("附件2：%s（%d月）台账 - 副本.xlsx", u, n) },
	func(u string, n int) string { return u + cn[n] + "月台账.xlsx" },
	func(u string, n int) string { return wide(fmt.Sprintf("%d", n)) + "月" + u + "台账.xlsx" },
	func(u string, n int) string {
		return fmt.Sprintf("%s全民参保攻坚行动台账%d月终稿（2）.xlsx", u, n)
	},
}

// dates are the ways to write a filing date.
var dates = []func(m *maker) any{
	func(m *maker) any { return "填报时间：" + m.date() },
	func(m *maker) any { return fmt.Sprintf("填报时间：2022-%02d-%02d", m.month, m.day) },
	func(m *maker) any { return fmt.Sprintf("填报时间：2022/%d/%d", m.month, m.day) },
	func(m *maker) any { return fmt.Sprintf("填报时间：2022.%d.%d", m.month, m.day) },
	func(m *maker) any { return fmt.Sprintf("填报时间：2022．%d．%d", m.month, m.day) },
	func(m *maker) any { return fmt.Sprintf("填报时间：2022%02d%02d", m.month, m.day) },
	func(m *maker) any { return fmt.Sprintf("填报时间：2022 年 %d 月 %d 日", m.month, m.day) },
	func(m *maker) any { return fmt.Sprintf("填报时间: 2022年 %d月%d日  ", m.month, m.day) },
	func(m *maker) any { return "填报时间：" + wide(m.date()) },
	func(m *maker) any {
		return "填报时间：二〇二二年" + cn[m.month] + "月" + tens(m.day) + "日"
	},
	func(m *maker) any {
		return "填报时间：二零二二年" + cn[m.month] + "月" + tens(m.day) + "日"
	},
	func(m *maker) any { return fmt.Sprintf("填报时间：%d月%d日", m.month, m.day) },
	func(m *maker) any { return fmt.Sprintf("填报日期：2022年%02d月%02d日", m.month, m.day) },
	func(m *maker) any { return "填表时间：" + m.date() },
	func(m *maker) any { return "报送时间：" + m.date() },
	func(m *maker) any { return "填 报 时 间：" + m.date() },
	func(m *maker) any { return "填报时间：" + m.date() + " 星期四" },
	func(m *maker) any { return "填报时间：" + m.date() + "10:30" },
}

func tens(n int) string {
	switch {
	case n <= 10:
		return cn[n]
	case n < 20:
		return "十" + cn[n-10]
	case n%10 == 0:
		return cn[n/10] + "十"
	}
	return cn[n/10] + "十" + cn[n%10]
}

func (m *maker) serial() time.Time {
	return time.Date(2022, time.Month(m.month), m.day, 0, 0, 0, 0, time.UTC)
}

func periodSpecs() []spec {
	var out []spec
	for i, t := range titles {
		out = append(out, spec{"§3 period in the title", t(5), func(m *maker) Case {
			f := m.silent("填报时间：" + m.date())
			f.Title = t(m.month)
			return m.accepted(m.case1(f), fullKeys...)
		}})
		out = append(out, spec{"§3 period in the title", "no date, " + t(5), func(m *maker) Case {
			f := m.silent("填报时间：")
			f.Title = titles[i](m.month)
			return m.accepted(m.case1(f), fullKeys...).codes(ledger.PDateAbsent)
		}})
	}
	for _, n := range fileNames {
		out = append(out, spec{"§3 period in the file name", n("禹州市", 5), func(m *maker) Case {
			f := m.full()
			f.Foot[0][6] = nil
			m.file = n(m.unit, m.month)
			return m.accepted(m.case1(f), fullKeys...)
		}})
	}
	for _, w := range []string{"%d月", "2022年%d月", "2022.%d", "%d月份", "2022-%02d", "%d月台账"} {
		out = append(out, spec{"§3 period in the sheet name", w, func(m *maker) Case {
			f := m.silent(nil)
			m.sheet = fmt.Sprintf(w, m.month)
			return m.accepted(m.case1(f), fullKeys...)
		}})
	}
	for _, d := range dates {
		out = append(out, spec{"§3 filing date", fmt.Sprint(d(newSample())), func(m *maker) Case {
			f := m.full()
			f.Foot[0][6] = d(m)
			c := m.accepted(m.case1(f), fullKeys...)
			c.Want.FilledOn = fmt.Sprintf("2022-%02d-%02d", m.month, m.day)
			return c
		}}, spec{"§3 filing date alone", fmt.Sprint(d(newSample())), func(m *maker) Case {
			// In May no month is before it, and in July June is closed on the 20th.
			m.month = pick(m.rng, []int{5, 7})
			f := m.silent(d(m))
			m.arrived = when(m.month, m.day, 17)
			return m.accepted(m.case1(f), fullKeys...)
		}})
	}
	return append(out, periodRest...)
}

// newSample is an office in May, for the names of cases.
func newSample() *maker { return &maker{month: 5, day: 26} }

var periodRest = []spec{
	{"§3 filing date", "a real date in a cell of its own", func(m *maker) Case {
		f := m.full()
		f.Foot[0][5], f.Foot[0][6] = "填报时间：", Styled{Value: m.serial(), Format: pick(m.rng, []string{"yyyy-mm-dd", `yyyy"年"m"月"d"日"`, "m/d/yyyy"})}
		c := m.accepted(m.case1(f), fullKeys...)
		c.Want.FilledOn = fmt.Sprintf("2022-%02d-%02d", m.month, m.day)
		return c
	}},
	{"§3 filing date", "text in a cell of its own", func(m *maker) Case {
		f := m.full()
		f.Foot[0][5], f.Foot[0][6] = "填报时间", m.date()
		c := m.accepted(m.case1(f), fullKeys...)
		c.Want.FilledOn = fmt.Sprintf("2022-%02d-%02d", m.month, m.day)
		return c
	}},
	{"§3 filing date", "month only", func(m *maker) Case {
		f := m.full()
		f.Foot[0][6] = fmt.Sprintf("填报时间：2022年%d月", m.month)
		return m.accepted(m.case1(f), fullKeys...)
	}},
	{"§3 filing date", "early in the next month", func(m *maker) Case {
		f := m.full()
		if m.month == 12 {
			f.Foot[0][6] = "填报时间：2023年1月5日"
		} else {
			f.Foot[0][6] = fmt.Sprintf("填报时间：2022年%d月%d日", m.month+1, 1+m.rng.IntN(15))
		}
		return m.accepted(m.case1(f), fullKeys...)
	}},
	{"§3 filing date", "after the closing of the month", func(m *maker) Case {
		m.month = min(m.month, 11)
		m.file = fmt.Sprintf("%s%d月台账.xlsx", m.unit, m.month)
		f := m.full()
		f.Foot[0][6] = fmt.Sprintf("填报时间：2022年%d月%d日", m.month+1, 16+m.rng.IntN(10))
		return m.turned(m.case1(f), ledger.Held, ledger.IPeriodMismatch)
	}},
	{"§3 filing date", "in the month before", func(m *maker) Case {
		f := m.full()
		f.Foot[0][6] = fmt.Sprintf("填报时间：2022年%d月%d日", m.month-1, m.day)
		return m.turned(m.case1(f), ledger.Held, ledger.IPeriodMismatch)
	}},
	{"§3 filing date", "of last year", func(m *maker) Case {
		f := m.full()
		f.Foot[0][6] = fmt.Sprintf("填报时间：2021年%d月%d日", m.month, m.day)
		return m.turned(m.case1(f), ledger.Held)
	}},
	{"§3 filing date", "impossible", func(m *maker) Case {
		f := m.full()
		f.Foot[0][6] = pick(m.rng, []any{fmt.Sprintf("填报时间：2022年%d月32日", m.month), "填报时间：2022年13月5日", fmt.Sprintf("填报时间：2022-%02d-00", m.month), "填报时间：2022年2月30日"})
		return m.turned(m.case1(f), ledger.Held, ledger.IDateImpossible)
	}},
	{"§3 period", "another year in the title", func(m *maker) Case {
		f := m.full()
		f.Title = pick(m.rng, []any{"2021年全民参保计划攻坚行动工作落实台账", "2023年全民参保计划攻坚行动工作落实台账", fmt.Sprintf("2021年%d月全民参保计划攻坚行动工作落实台账", m.month)})
		return m.turned(m.case1(f), ledger.Held, ledger.IOtherYear)
	}},
	{"§3 period", "before the first month", func(m *maker) Case {
		m.month = 1 + m.rng.IntN(4)
		m.file = fmt.Sprintf("%s%d月台账.xlsx", m.unit, m.month)
		return m.turned(m.case1(m.full()), ledger.Held)
	}},
	{"§3 period disagrees", "title and file name", func(m *maker) Case {
		f := m.full()
		f.Title = titles[0](m.month%8 + 5)
		return m.turned(m.case1(f), ledger.Held, ledger.IPeriodMismatch)
	}},
	{"§3 period disagrees", "title and sheet name", func(m *maker) Case {
		f := m.silent("填报时间：" + m.date())
		f.Title = titles[0](m.month)
		m.sheet = fmt.Sprintf("%d月", m.month%8+5)
		return m.turned(m.case1(f), ledger.Held, ledger.IPeriodMismatch)
	}},
	{"§3 period disagrees", "sheet name and file name", func(m *maker) Case {
		m.sheet = fmt.Sprintf("%d月", m.month%8+5)
		return m.turned(m.case1(m.full()), ledger.Held, ledger.IPeriodMismatch)
	}},
	{"§3 period", "nothing stated, nothing told", func(m *maker) Case {
		return m.turned(m.case1(m.silent(nil)), ledger.Held, ledger.IPeriodAbsent)
	}},
	{"§3 period", "13月 in the title", func(m *maker) Case {
		f := m.silent(nil)
		f.Title = titles[0](13)
		return m.refused(m.case1(f))
	}},
	{"§3 period", "months in the measures do not speak", func(m *maker) Case {
		m.measures = fmt.Sprintf("自%d月以来共走访企业30家，%d月10日召开推进会。", m.month%8+5, m.month%8+5)
		return m.fullRead()
	}},
	{"§3 period", "a span of months in the title", func(m *maker) Case {
		f := m.silent("填报时间：" + m.date())
		f.Title = fmt.Sprintf("2022年5-%d月全民参保计划攻坚行动工作落实台账", m.month+1)
		return m.refused(m.case1(f))
	}},
}
