package messy

import (
	"fmt"

	"taizhang/ledger"
)

const accounting = `_ * #,##0_ ;_ * -#,##0_ ;_ * "-"_ ;_ @_ `

func formatted(m *maker, format string) *maker {
	k := pick(m.rng, fullKeys)
	return m.put(k, Styled{Value: m.n[k], Format: format})
}

// numberSpecs: "The value counts, not its display, unless the number format
// shows %, a date, 万 or nothing; an accounting format that shows 0 as - is 0."
var numberSpecs = []spec{
	{"§2 number format", "plain ones", func(m *maker) Case {
		f := []string{"0", "#,##0", "0.00", "0_ ", "General", `0"人"`, "@", "#,##0.00_ ", "000000", "0;[Red]0", accounting, `[$-804]0`, `[DBNum1]General`, `[DBNum2][$-804]General`, "#", "[=0]\"无\";0"}
		return formatted(m, pick(m.rng, f)).fullRead()
	}},
	{"§2 number format", "accounting zero shown as dash is 0", func(m *maker) Case {
		m.set(jobless, 0).put(jobless, Styled{0, accounting, false}).set(persons, max(m.n[pension], m.n[injury]))
		return m.fullRead()
	}},
	{"§2 number format", "zero shown as empty", func(m *maker) Case {
		m.set(jobless, 0).put(jobless, Styled{0, "0;-0;;@", false}).set(persons, max(m.n[pension], m.n[injury]))
		return m.open(m.case1(m.full()), fullKeys...)
	}},
	{"§2 number format", "percent", func(m *maker) Case {
		return m.turned(formatted(m, pick(m.rng, []string{"0%", "0.00%"})).case1(m.full()), ledger.Returned, ledger.CPercent)
	}},
	{"§2 number format", "date", func(m *maker) Case {
		f := []string{"yyyy-mm-dd", `yyyy"年"m"月"d"日"`, "m/d/yyyy", `m"月"d"日"`, "yyyy/m/d;@", "[$-F800]dddd, mmmm dd, yyyy"}
		return m.turned(formatted(m, pick(m.rng, f)).case1(m.full()), ledger.Returned, ledger.CDate)
	}},
	{"§2 number format", "万", func(m *maker) Case {
		f := []string{`0!.0,"万"`, `0"."0,"万"`, `#0"万"`, `0.0"万人"`}
		return m.turned(formatted(m, pick(m.rng, f)).case1(m.full()), ledger.Returned)
	}},
	{"§2 number format", "shows nothing", func(m *maker) Case {
		return m.turned(formatted(m, pick(m.rng, []string{";;;", ";;"})).case1(m.full()), ledger.Returned)
	}},
	{"§2 number format", "decimal shown as whole", func(m *maker) Case {
		k := pick(m.rng, fullKeys)
		m.put(k, Styled{float64(m.n[k]) + 0.4, "0", false})
		return m.turned(m.case1(m.full()), ledger.Returned, ledger.CDecimal)
	}},
	{"§2 number format", "text format over a number kept as text", func(m *maker) Case {
		k := pick(m.rng, fullKeys)
		m.put(k, Styled{fmt.Sprint(m.n[k]), "@", false})
		return m.fullRead()
	}},
	{"§2 struck out", "the whole cell", func(m *maker) Case {
		k := pick(m.rng, fullKeys)
		m.put(k, Styled{Value: m.n[k], Struck: true})
		return m.refused(m.case1(m.full()))
	}},
	{"§2 struck out", "the old number before the new", func(m *maker) Case {
		k := pick(m.rng, fullKeys)
		m.put(k, Rich{{Text: fmt.Sprint(m.n[k] + 31), Struck: true}, {Text: fmt.Sprint(m.n[k])}})
		return m.open(m.case1(m.full()), fullKeys...)
	}},
}

// formulaSpecs: "formulas with cached values (which count) and without
// (evaluated; a cached 0 that the file itself marks for recalculation counts
// as none)".
var formulaSpecs = []spec{
	{"§2 formula", "total with its value", func(m *maker) Case {
		m.set(persons, m.sum()).put(persons, Formula{"SUM(D4:F4)", m.sum()})
		return m.fullRead()
	}},
	{"§2 formula", "total without a value", func(m *maker) Case {
		m.set(persons, m.sum()).put(persons, Formula{Text: "SUM(D4:F4)"})
		return m.fullRead().codes(ledger.CComputed)
	}},
	{"§2 formula", "total without a value, moved", func(m *maker) Case {
		m.set(persons, m.sum()).put(persons, Formula{Text: "F6+G6+H6"})
		f := m.full()
		f.Down, f.Right = 2, 2
		return m.accepted(m.case1(f), fullKeys...)
	}},
	{"§2 formula", "cached 0 marked for recalculation", func(m *maker) Case {
		m.set(persons, m.sum()).put(persons, Formula{"SUM(D4:F4)", 0})
		return m.accepted(m.book(Sheet{Name: m.sheet, Rows: m.full().rows(), Look: Look{Recalculate: true}}), fullKeys...)
	}},
	{"§2 formula", "cached 0 marked for recalculation, all cells", func(m *maker) Case {
		m.set(persons, m.sum()).put(persons, Formula{"SUM(D4:F4)", 0}).put(firms, Formula{fmt.Sprintf("%d+2", m.n[firms]-2), 0})
		return m.accepted(m.book(Sheet{Name: m.sheet, Rows: m.full().rows(), Look: Look{Recalculate: true}}), fullKeys...)
	}},
	{"§2 formula", "from another sheet", func(m *maker) Case {
		d := Sheet{Name: "明细", Rows: [][]any{{"企业名称", "人数"}, {"许昌某某有限公司", m.n[pension] - 9}, {"禹州药业", 9}}}
		m.put(pension, Formula{"SUM(明细!B2:B3)", m.n[pension]})
		return m.accepted(m.book(Sheet{Name: m.sheet, Rows: m.full().rows()}, d), fullKeys...)
	}},
	{"§2 formula", "from another sheet without a value", func(m *maker) Case {
		d := Sheet{Name: "明细", Rows: [][]any{{"企业名称", "人数"}, {"许昌某某有限公司", m.n[pension] - 9}, {"禹州药业", 9}}}
		m.put(pension, Formula{"SUM(明细!B2:B3)", nil})
		return m.accepted(m.book(Sheet{Name: m.sheet, Rows: m.full().rows()}, d), fullKeys...)
	}},
	{"§2 formula", "an error value", func(m *maker) Case {
		m.put(pick(m.rng, fullKeys), pick(m.rng, []any{Formula{"#REF!+1", nil}, Formula{"1/0", nil}, Formula{"NOSUCH(3)", nil}}))
		return m.refused(m.case1(m.full()))
	}},
	{"§2 formula", "a stored error value", func(m *maker) Case {
		m.put(pick(m.rng, fullKeys), Formula{"SUM(#REF!)", Err("#REF!")})
		return m.turned(m.case1(m.full()), ledger.Returned, ledger.CError)
	}},
	{"§2 formula", "total disagrees with the parts", func(m *maker) Case {
		m.put(persons, Formula{"SUM(D4:F4)", m.sum() + 4})
		return m.turned(m.case1(m.full()), ledger.Returned, ledger.RRange)
	}},
	{"§2 formula", "to a file that is not here", func(m *maker) Case {
		m.put(jobless, Formula{"[1]Sheet1!$A$1", nil})
		return m.refused(m.case1(m.full()))
	}},
}
