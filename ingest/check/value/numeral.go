package value

import "strings"

// numeralDigits are the Chinese digits, plain and financial.
var numeralDigits = map[rune]int64{
	'〇': 0, '零': 0, '○': 0, '一': 1, '二': 2, '两': 2, '三': 3, '四': 4, '五': 5, '六': 6, '七': 7, '八': 8, '九': 9,
	'壹': 1, '贰': 2, '貳': 2, '叁': 3, '參': 3, '肆': 4, '伍': 5, '陆': 6, '陸': 6, '柒': 7, '捌': 8, '玖': 9,
}

// numeralUnits are the Chinese powers of ten within a section of four digits.
var numeralUnits = map[rune]int64{'十': 10, '拾': 10, '百': 100, '佰': 100, '千': 1000, '仟': 1000}

// numeralSections are the powers that end a section.
var numeralSections = map[rune]int64{'万': 1e4, '萬': 1e4, '亿': 1e8, '億': 1e8}

// maxNumeral bounds the length of a numeral in characters; none of sense is
// longer, and no sum of so many can overflow.
const maxNumeral = 24

func numeralRune(r rune) bool {
	_, d := numeralDigits[r]
	return d || numeralUnits[r] > 0 || numeralSections[r] > 0
}

func isZeroNumeral(r rune) bool { return r == '零' || r == '〇' || r == '○' }

// Numeral reads a numeral that is written wholly in Chinese characters, plain
// or financial: 一百二十, 壹佰贰拾, 〇, 两百, 一万二千. It is exact when only one
// number can be meant. When it is not, v is the obvious reading, to be offered
// and never applied (一百二 → 120), or 0 when there is none (三四十). For a text
// that is no numeral it returns 0 and false.
func Numeral(s string) (v int64, exact bool) {
	v, exact, _ = numeral([]rune(s))
	return v, exact
}

// numeral is Numeral with known: whether v means anything.
func numeral(rs []rune) (v int64, exact, known bool) {
	if len(rs) == 0 || len(rs) > maxNumeral || string(rs) == "○" {
		return 0, false, false
	}
	units := false
	for _, r := range rs {
		if !numeralRune(r) {
			return 0, false, false
		}
		units = units || numeralUnits[r] > 0 || numeralSections[r] > 0
	}
	if !units {
		return positional(rs)
	}
	return sections(rs)
}

// positional reads digits that follow one another: 一二〇, 二〇二二. Without a
// zero among them they may be an estimate (三五人), so they are not exact.
func positional(rs []rune) (v int64, exact, known bool) {
	if len(rs) == 1 {
		return numeralDigits[rs[0]], true, true
	}
	if len(rs) > 9 || isZeroNumeral(rs[0]) || strings.ContainsRune(string(rs), '两') {
		return 0, false, false
	}
	for _, r := range rs {
		v = v*10 + numeralDigits[r]
		exact = exact || isZeroNumeral(r)
	}
	if !exact && len(rs) == 2 {
		return 0, false, false
	}
	return v, exact, true
}

// sections splits at 亿 and 万 and reads each section of thousands.
func sections(rs []rune) (v int64, exact, known bool) {
	exact = true
	limit := int64(1e12) // each section must be of a lower power than the one before
	for len(rs) > 0 {
		i := 0
		for i < len(rs) && numeralSections[rs[i]] == 0 {
			i++
		}
		power := int64(1)
		if i < len(rs) {
			power = numeralSections[rs[i]]
		}
		if power >= limit {
			return 0, false, false
		}
		part, ok, fine := section(rs[:i], limit, power)
		if !ok {
			return 0, false, false
		}
		v, exact, limit = v+part, exact && fine, power
		if i == len(rs) {
			return v, exact, true
		}
		rs = rs[i+1:]
	}
	return v, exact, true
}

// section reads up to four digits with their units: 一千零五, 十二, 两百. above is
// the power of the section before (1e12 for none), power its own.
func section(rs []rune, above, power int64) (v int64, ok, exact bool) {
	last := int64(1e4) // the unit read last
	first := above == 1e12
	exact = true
	zero := false
	for i := 0; i < len(rs); i++ {
		if isZeroNumeral(rs[i]) {
			if zero || i == len(rs)-1 || first && i == 0 {
				return 0, false, false
			}
			zero = true
			continue
		}
		d, digit := numeralDigits[rs[i]]
		pair := rs[i] == '两'
		if !digit { // a unit without a digit: 十二, 一百十二
			if numeralUnits[rs[i]] != 10 {
				return 0, false, false
			}
			d, i = 1, i-1
		}
		if i+1 == len(rs) || numeralUnits[rs[i+1]] == 0 { // the digit of the ones, or 一百二
			if i+1 != len(rs) || pair && (len(rs) > 1 || power == 1) {
				return 0, false, false
			}
			return lastDigit(v, d, last, power, above, zero, exact)
		}
		unit := numeralUnits[rs[i+1]]
		if unit >= last || pair && unit == 10 {
			return 0, false, false
		}
		// 零 stands only where a digit is left out.
		gap := unit*10 < last || last == 1e4 && unit < 1000
		exact = exact && (!zero || gap)
		v, last, zero = v+d*unit, unit, false
		i++
	}
	return v * power, len(rs) > 0, exact
}

// lastDigit ends a section with a digit that has no unit. After 十 or 零 it is
// the ones; after 百 or more it may be the next lower unit (一百二).
func lastDigit(v, d, last, power, above int64, zero, exact bool) (int64, bool, bool) {
	switch {
	case last == 10 && zero:
		return 0, false, false
	case last == 10 || zero || last == 1e4 && above == 1e12:
		return (v + d) * power, true, exact
	case last == 1e4: // 一万二
		if power != 1 {
			return 0, false, false
		}
		return d * above / 10, true, false
	}
	return (v + d*last/10) * power, true, false
}
