package messy

import (
	"fmt"
	"strconv"
	"strings"

	"taizhang/ledger"
)

// spelling is a way to write a number that must be read without complaint.
type spelling struct {
	name string
	of   func(n int64, unit string) any
}

// spellings are the ways of rule book §2, "Read without complaint".
var spellings = []spelling{
	{"number", func(n int64, _ string) any { return n }},
	{"text", func(n int64, _ string) any { return fmt.Sprint(n) }},
	{"full-width digits", func(n int64, _ string) any { return wide(fmt.Sprint(n)) }},
	{"full-width digits and comma", func(n int64, _ string) any { return wide(grouped(n, "，")) }},
	{"thousands comma", func(n int64, _ string) any { return grouped(n, ",") }},
	{"spaces around", func(n int64, _ string) any { return fmt.Sprintf("  %d   ", n) }},
	{"no-break spaces around", func(n int64, _ string) any { return fmt.Sprintf("\u00a0%d\u00a0", n) }},
	{"wide spaces around", func(n int64, _ string) any { return fmt.Sprintf("　%d　", n) }},
	{"invisible characters", func(n int64, _ string) any { return fmt.Sprintf("\ufeff%d\u200b", n) }},
	{"line break behind", func(n int64, _ string) any { return fmt.Sprintf("%d\n", n) }},
	{"tab before", func(n int64, _ string) any { return fmt.Sprintf("\t%d", n) }},
	{"unit behind", func(n int64, unit string) any { return fmt.Sprint(n, unit) }},
	{"space and unit behind", func(n int64, unit string) any { return fmt.Sprintf("%d %s", n, unit) }},
	{"full-width and unit", func(n int64, unit string) any { return wide(fmt.Sprint(n)) + unit }},
	{"leading zero", func(n int64, _ string) any { return fmt.Sprintf("0%d", n) }},
	{"trailing point", func(n int64, _ string) any { return fmt.Sprintf("%d.", n) }},
	{"trailing .0", func(n int64, _ string) any { return fmt.Sprintf("%d.0", n) }},
	{"trailing .00", func(n int64, _ string) any { return fmt.Sprintf("%d.00", n) }},
	{"float noise above", func(n int64, _ string) any { return float64(n) + 1e-7 }},
	{"float noise below", func(n int64, _ string) any { return float64(n) - 1e-7 }},
	{"small numerals", func(n int64, _ string) any { return numeral(n, "零一二三四五六七八九", "十百千万") }},
	{"great numerals", func(n int64, _ string) any { return numeral(n, "零壹贰叁肆伍陆柒捌玖", "拾佰仟万") }},
	{"numerals and unit", func(n int64, unit string) any {
		return numeral(n, "零一二三四五六七八九", "十百千万") + unit
	}},
}

// wide writes in full-width characters.
func wide(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r - '0' + '０'
		}
		return r
	}, s)
}

// grouped writes n with a separator before each three digits.
func grouped(n int64, sep string) string {
	s := strconv.FormatInt(n, 10)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + sep + s[i:]
	}
	return s
}

// numeral writes 0 ≤ n < 10 000 with the digits and the places given.
func numeral(n int64, digits, places string) string {
	d, p := []rune(digits), []rune(places)
	if n == 0 {
		return string(d[0])
	}
	var b strings.Builder
	zero := false
	for i, base := 3, int64(1000); base > 0; i, base = i-1, base/10 {
		x := n / base % 10
		if x == 0 {
			zero = b.Len() > 0
			continue
		}
		if zero {
			b.WriteRune(d[0])
			zero = false
		}
		if !(x == 1 && base == 10 && b.Len() == 0 && d[1] == '一') {
			b.WriteRune(d[x])
		}
		if i > 0 {
			b.WriteRune(p[i-1])
		}
	}
	return b.String()
}

func unitWord(m *maker, key string) string {
	if key == firms {
		return pick(m.rng, []string{"户", "家"})
	}
	return pick(m.rng, []string{"人", "名", "人"})
}

// guesses are the cells that are never guessed, with the code where the rule
// book's list of codes names one (§2 "Never guessed", §6 C).
var guesses = []struct {
	text  func(n int64) any
	codes []ledger.Code
}{
	{func(n int64) any { return fmt.Sprintf("约%d", n) }, []ledger.Code{ledger.CVague}},
	{func(n int64) any { return fmt.Sprintf("大约%d人", n) }, nil},
	{func(n int64) any { return fmt.Sprintf("%d余人", n) }, []ledger.Code{ledger.CVague}},
	{func(n int64) any { return fmt.Sprintf("%d多人", n) }, []ledger.Code{ledger.CVague}},
	{func(n int64) any { return fmt.Sprintf("%d左右", n) }, []ledger.Code{ledger.CVague}},
	{func(n int64) any { return fmt.Sprintf("近%d", n) }, []ledger.Code{ledger.CVague}},
	{func(n int64) any { return fmt.Sprintf("近%d人", n) }, nil},
	{func(n int64) any { return fmt.Sprintf("%d+", n) }, nil},
	{func(n int64) any { return fmt.Sprintf("≈%d", n) }, nil},
	{func(n int64) any { return fmt.Sprintf(">%d", n) }, nil},
	{func(n int64) any { return fmt.Sprintf("不少于%d", n) }, nil},
	{func(n int64) any { return fmt.Sprintf("%d人以上", n) }, nil},
	{func(n int64) any { return fmt.Sprintf("%d-%d", n, n+20) }, nil},
	{func(n int64) any { return fmt.Sprintf("%d~%d", n, n+20) }, nil},
	{func(n int64) any { return fmt.Sprintf("%d至%d人", n, n+20) }, nil},
	{func(n int64) any { return fmt.Sprintf("%d、%d", n, n-3) }, nil},
	{func(n int64) any { return fmt.Sprintf("%d/%d", n, n-3) }, nil},
	{func(n int64) any { return fmt.Sprintf("%d %d", n, n-3) }, nil},
	{func(n int64) any { return fmt.Sprintf("%d\n%d", n, n-3) }, nil},
	{func(n int64) any { return fmt.Sprintf("%d（%d）", n, n-3) }, nil},
	{func(n int64) any { return fmt.Sprintf("%d+30", n) }, nil},
	{func(n int64) any { return fmt.Sprintf("%d+30=%d", n, n+30) }, nil},
	{func(n int64) any { return fmt.Sprintf("1 %03d", n%1000) }, nil},
	{func(n int64) any { return fmt.Sprintf("1'%03d", n%1000) }, nil},
	{func(n int64) any { return fmt.Sprintf("1、%03d", n%1000) }, nil},
	{func(n int64) any { return fmt.Sprintf("%d,%02d", n, 34) }, nil},
	{func(n int64) any { return fmt.Sprintf("%d?", n) }, nil},
	{func(n int64) any { return fmt.Sprintf("%d？", n) }, nil},
	{func(n int64) any { return fmt.Sprintf("%d人（待核实）", n) }, nil},
	{func(int64) any { return "一百二" }, nil},
	{func(int64) any { return "两千三" }, nil},
	{func(int64) any { return "十几" }, nil},
	{func(int64) any { return "数十人" }, nil},
	{func(int64) any { return "上百" }, nil},
	{func(int64) any { return "12%" }, []ledger.Code{ledger.CPercent}},
	{func(int64) any { return "百分之十二" }, nil},
	{func(int64) any { return "2022-05-20" }, []ledger.Code{ledger.CDate}},
	{func(int64) any { return "5月20日" }, []ledger.Code{ledger.CDate}},
	{func(int64) any { return "若干" }, nil},
	{func(int64) any { return "见附表" }, []ledger.Code{ledger.CText}},
	{func(int64) any { return "详见附件" }, []ledger.Code{ledger.CText}},
	{func(n int64) any { return fmt.Sprintf("较上月增加%d人", n) }, nil},
	{func(n int64) any { return fmt.Sprintf("比上月多%d", n) }, nil},
	{func(int64) any { return "?" }, nil},
	{func(int64) any { return "？" }, nil},
	{func(int64) any { return "同上" }, []ledger.Code{ledger.CText}},
	{func(int64) any { return "√" }, nil},
	{func(int64) any { return "待统计" }, nil},
	{func(int64) any { return "正在统计" }, nil},
	{func(int64) any { return "暂无" }, []ledger.Code{ledger.CNothing}},
	{func(int64) any { return "无新增" }, []ledger.Code{ledger.CNothing}},
	{func(int64) any { return "没有" }, []ledger.Code{ledger.CNothing}},
	{func(int64) any { return "-5" }, []ledger.Code{ledger.CNegative}},
	{func(int64) any { return -5 }, []ledger.Code{ledger.CNegative}},
	{func(int64) any { return "－12" }, nil},
	{func(int64) any { return "负5" }, nil},
	{func(int64) any { return "(5)" }, nil},
	{func(n int64) any { return fmt.Sprintf("%d.5", n) }, []ledger.Code{ledger.CDecimal}},
	{func(n int64) any { return float64(n) + 0.5 }, []ledger.Code{ledger.CDecimal}},
	{func(n int64) any { return float64(n) + 0.001 }, []ledger.Code{ledger.CDecimal}},
	{func(n int64) any { return fmt.Sprintf("%d.234", n%9+1) }, []ledger.Code{ledger.CDecimal}},
	{func(int64) any { return "1.2万" }, []ledger.Code{ledger.CTenThou}},
	{func(int64) any { return "0.012万人" }, []ledger.Code{ledger.CTenThou}},
	{func(int64) any { return "1万" }, []ledger.Code{ledger.CTenThou}},
	{func(n int64) any { return fmt.Sprintf("%dO", n) }, nil},
	{func(n int64) any { return fmt.Sprintf("l%d", n) }, nil},
	{func(int64) any { return "O" }, nil},
	{func(int64) any { return "#REF!" }, nil},
	{func(int64) any { return "1.2E3" }, nil},
	{func(int64) any { return true }, nil},
	{func(int64) any { return "13733699999" }, nil},
	{func(int64) any { return 411002199001011234 }, nil},
	{func(int64) any { return "1/2" }, nil},
	{func(int64) any { return "½" }, nil},
	{func(int64) any { return "第3" }, nil},
	{func(int64) any { return "③" }, nil},
}

// cellSpecs: one measure's cell, in forms with and without a total.
func cellSpecs() []spec {
	var out []spec
	for _, s := range spellings {
		out = append(out, spec{"§2 cell: read", s.name, func(m *maker) Case {
			k := pick(m.rng, fullKeys)
			m.put(k, s.of(m.n[k], unitWord(m, k)))
			return m.fullRead()
		}}, spec{"§2 cell: read", "printed column, " + s.name, func(m *maker) Case {
			return m.accepted(m.case1(m.printed(s.of(m.n[persons], "人"))), persons)
		}})
	}
	for i, g := range guesses {
		name := fmt.Sprintf("%02d %v", i, g.text(120))
		out = append(out, spec{"§2 cell: never guessed", name, func(m *maker) Case {
			k := pick(m.rng, fullKeys)
			if m.n[k] < 100 {
				m.set(k, m.n[k]+100).set(persons, max(m.n[persons], m.n[pension], m.n[injury], m.n[jobless]))
			}
			m.put(k, g.text(m.n[k]))
			return m.turned(m.case1(m.full()), ledger.Returned, g.codes...)
		}})
	}
	for _, z := range []any{0, "0", "０", "零", "〇", "无", "-0", "−0", "0人", " 0 ", "0.0", "无 "} {
		out = append(out, spec{"§2 cell: zero", fmt.Sprintf("%v", z), func(m *maker) Case {
			k := pick(m.rng, []string{injury, jobless})
			m.set(k, 0).put(k, z).set(persons, max(m.n[pension], m.n[injury], m.n[jobless]))
			return m.fullRead()
		}})
	}
	return append(out, doubtfulCells...)
}

// doubtfulCells are readable, but not without a word.
var doubtfulCells = []spec{
	{"§2 cell: 人次", "in the cell", func(m *maker) Case {
		k := pick(m.rng, []string{pension, injury, jobless, persons})
		m.put(k, fmt.Sprintf("%d人次", m.n[k]))
		return m.fullRead().codes(ledger.CPersonTime)
	}},
	// The rule book says nothing of a part behind its whole: either way, but right.
	{"§2 cell: of which", "a part behind the number", func(m *maker) Case {
		k := pick(m.rng, fullKeys)
		m.put(k, fmt.Sprintf("%d（其中灵活就业3）", m.n[k]))
		return m.open(m.case1(m.full()), fullKeys...)
	}},
	{"§2 cell: 人次", "in the header", func(m *maker) Case {
		f := m.full()
		f.Head[0][6] = "新增参保人次"
		return m.accepted(m.case1(f), fullKeys...).codes(ledger.CPersonTime)
	}},
	{"§2 cell: 万", "in the header", func(m *maker) Case {
		f := m.full()
		f.Head[0][3] = "企业养老（万人）"
		return m.refused(m.case1(f), ledger.CTenThou)
	}},
	{"§2 cell: 万", "in the unit note", func(m *maker) Case {
		f := m.full()
		f.Top[0][6] = "单位：万人"
		return m.refused(m.case1(f), ledger.CTenThou)
	}},
	{"§2 cell: 万", "in the unit note, decimals", func(m *maker) Case {
		for _, k := range fullKeys {
			m.put(k, float64(m.n[k])/10000)
		}
		f := m.full()
		f.Top[0][6] = "单位：户、万人"
		return m.refused(m.case1(f))
	}},
}
