package value

import (
	"slices"
	"strings"
	"unicode"

	"taizhang/internal/lazyregexp"
	"taizhang/ledger"
)

// Units matches the names of a campaign's reporting units in text. It is safe
// for use by several goroutines.
type Units struct {
	names []unitName // longest first
	units []string   // canonical, in the campaign's order
	city  string
	stem  string // the city without its level word: 许昌
}

// unitName is one name by which a unit goes.
type unitName struct {
	text  []rune
	unit  string
	offer bool // not taken for the unit, only offered
	alias bool // not the canonical name
}

// UnitMatch is what a text says about the reporting unit (rule book §3).
type UnitMatch struct {
	Unit    string   // canonical name; "" for none
	Offer   string   // canonical name to be offered to the desk; "" for none
	Several []string // canonical names in the campaign's order, when the text names more than one
	Named   bool     // the text names some place or office at all
}

// levelWords end the names of places that report.
const levelWords = "市县区"

// NewUnits returns a matcher for the campaign's units.
func NewUnits(c *ledger.Campaign) *Units {
	u := &Units{city: Fold(c.City), units: c.UnitNames()}
	u.stem = strings.TrimRight(u.city, levelWords)
	for _, n := range c.Units {
		u.add(n.Name, unitName{unit: n.Name})
		for _, a := range n.Aliases {
			u.add(a, unitName{unit: n.Name, alias: true})
		}
		for _, o := range n.Offers {
			u.add(o, unitName{unit: n.Name, alias: true, offer: true})
		}
	}
	slices.SortStableFunc(u.names, func(a, b unitName) int { return len(b.text) - len(a.text) })
	return u
}

func (u *Units) add(name string, n unitName) {
	if n.text = []rune(Fold(name)); len(n.text) > 0 {
		u.names = append(u.names, n)
	}
}

// Match finds the unit that text names. A name counts wherever it stands in
// the text, the longest first, and never twice: 许昌市禹州市社会养老保险服务中心 is 禹州市,
// 许昌市魏都区 is 魏都区. The city alone is no unit. A township below a unit, a former
// name, another level behind the name (长葛县) and a name that differs in one
// character are offered and not taken.
func (u *Units) Match(text string) UnitMatch {
	rs := boundedText(text)
	var m UnitMatch
	found, offered := map[string]bool{}, map[string]bool{}
	used := make([]bool, len(rs))
	lastEnd := -1 // end of the last name of a unit
	for i := 0; i < len(rs); {
		n, size := u.nameAt(rs, i, lastEnd)
		if size == 0 {
			i++
			continue
		}
		for j := i; j < i+size; j++ {
			used[j] = true
		}
		m.Named = true
		i += size
		switch {
		case n.unit == "": // the city
		case n.offer || otherLevel(n, rs, i) || township(rs[i:]):
			offered[n.unit], lastEnd = true, i
		default:
			found[n.unit], lastEnd = true, i
		}
	}
	if len(found) == 0 && len(offered) == 0 {
		for _, n := range u.typos(rs, used) {
			offered[n] = true
		}
	}
	m.Named = m.Named || len(offered) > 0 || namesPlace(rs)
	u.decide(&m, found, offered)
	return m
}

// decide fills Unit, Offer and Several from the units found and offered.
func (u *Units) decide(m *UnitMatch, found, offered map[string]bool) {
	var all, offers []string
	for _, n := range u.units {
		if found[n] || offered[n] && len(found) > 0 {
			all = append(all, n)
		}
		if offered[n] {
			offers = append(offers, n)
		}
	}
	switch {
	case len(all) == 1:
		m.Unit = all[0]
	case len(all) > 1:
		m.Several = all
	case len(offers) == 1:
		m.Offer = offers[0]
	case len(offers) > 1 && len(u.units) > 0:
		m.Several = offers
	}
}

// nameAt returns the longest name that stands at i. The city and its stem
// count as names without a unit, so that no shorter name is found in them.
func (u *Units) nameAt(rs []rune, i, lastEnd int) (unitName, int) {
	for _, n := range u.names {
		if hasRunes(rs[i:], n.text) && u.standsAlone(n, rs, i, lastEnd) {
			return n, len(n.text)
		}
	}
	for _, c := range []string{u.city, u.stem} {
		if c != "" && hasRunes(rs[i:], []rune(c)) {
			return unitName{}, len([]rune(c))
		}
	}
	return unitName{}, 0
}

// standsAlone refuses matches that are part of another word: a name that is
// only a level (市本级, 市直) inside a word or behind another unit's name (禹州市 市直 is
// 禹州市), and an alias that names a road or works (建安工程, 长葛路).
func (u *Units) standsAlone(n unitName, rs []rune, i, lastEnd int) bool {
	if strings.ContainsRune(levelWords, n.text[0]) && i > 0 && isHan(rs[i-1]) {
		before := string(rs[:i])
		return i != lastEnd && (strings.ContainsRune("年度月份日位称", rs[i-1]) || strings.HasSuffix(before, u.city) || u.stem != "" && strings.HasSuffix(before, u.stem))
	}
	if !n.alias {
		return true
	}
	rest := string(rs[i+len(n.text):])
	for _, w := range []string{"路", "大道", "街", "工程", "集团", "公司", "村", "社区"} {
		if strings.HasPrefix(rest, w) {
			return false
		}
	}
	return true
}

// otherLevel reports an alias with a level word behind it that makes another
// name: 长葛县 is the former name of 长葛市, and 襄城区 lies in another city.
func otherLevel(n unitName, rs []rune, end int) bool {
	if !n.alias || strings.ContainsRune(levelWords, n.text[len(n.text)-1]) || strings.ContainsRune(levelWords, n.text[0]) {
		return false
	}
	if end >= len(rs) || !strings.ContainsRune(levelWords, rs[end]) || !strings.HasPrefix(Fold(n.unit), string(n.text)) {
		return false
	}
	return string(n.text)+string(rs[end]) != Fold(n.unit)
}

// townshipName is the rest of a text after a unit's name that goes on to name
// a township, a sub-district or a village.
var townshipName = lazyregexp.New(`^\p{Han}{1,5}?(街道|镇|乡|办事处|社区|村)`)

// township reports that the text behind a unit's name names a place below it:
// 鄢陵县柏梁镇, 魏都区文峰街道办事处. 城乡, 各乡镇 and the like name none.
func township(rest []rune) bool {
	m := townshipName.FindStringSubmatch(string(rest))
	if m == nil {
		return false
	}
	name := []rune(strings.TrimSuffix(m[0], m[1]))
	if strings.ContainsAny(string(name), "各全保险局所") || string(name) == "城" {
		return false
	}
	if m[1] == "乡" && strings.ContainsRune("城返下回", name[len(name)-1]) {
		return false
	}
	after := rest[len(name)+len([]rune(m[1])):]
	return m[1] != "乡" || len(after) == 0 || !strings.ContainsRune("镇村亲居", after[0])
}

// typos returns the units whose canonical name stands in the text with one
// character wrong, or one character missing from the whole text.
func (u *Units) typos(rs []rune, used []bool) []string {
	var out []string
	for _, n := range u.names {
		if n.alias || len(n.text) < 3 {
			continue
		}
		for i := 0; i+len(n.text) <= len(rs); i++ {
			window := rs[i : i+len(n.text)]
			if !slices.Contains(used[i:i+len(n.text)], true) && allHan(window) && oneWrong(window, n.text) {
				out = append(out, n.unit)
				break
			}
		}
		if len(rs) == len(n.text)-1 && allHan(rs) && oneMissing(rs, n.text) && !slices.Contains(used, true) {
			out = append(out, n.unit)
		}
	}
	return out
}

// oneWrong reports words of equal length that differ in one character; if it
// is the last, both are levels.
func oneWrong(a, b []rune) bool {
	diff := 0
	for i := range a {
		if a[i] != b[i] {
			diff++
		}
	}
	x, y := a[len(a)-1], b[len(b)-1]
	return diff == 1 && (x == y || strings.ContainsRune(levelWords, x) && strings.ContainsRune(levelWords, y))
}

// oneMissing reports that a is b without one character.
func oneMissing(a, b []rune) bool {
	for i := range b {
		if string(a) == string(b[:i])+string(b[i+1:]) {
			return true
		}
	}
	return false
}

func allHan(rs []rune) bool {
	return !slices.ContainsFunc(rs, func(r rune) bool { return !isHan(r) })
}

func hasRunes(rs, prefix []rune) bool {
	return len(rs) >= len(prefix) && slices.Equal(rs[:len(prefix)], prefix)
}

// boundedText is the text in lower case without spaces, line breaks and
// invisible characters; punctuation stays, since it ends names.
func boundedText(s string) []rune {
	p := newPlain(s)
	out := p.rs[:0:0]
	for _, r := range p.rs {
		if !isBlank(r) {
			out = append(out, unicode.ToLower(r))
		}
	}
	return out
}

var (
	// placeName is a place of at least two characters and its level.
	placeName = lazyregexp.New(`\p{Han}{2,}?(市|县|区|镇|乡|街道)`)
	// officeName is an office at the end of a run of Chinese characters.
	officeName = lazyregexp.New(`\p{Han}{2,}(中心|管理局|局|所|办事处|管委会|公司|处|站|院|厂|学校)(\P{Han}|$)`)
	// commonWords hold a level word and name no place.
	commonWords = strings.NewReplacer("全市", "#", "各县市区", "#", "县市区", "#", "各县区", "#", "县区", "#", "各县", "#", "全县", "#", "全区", "#", "本市", "#", "本县", "#", "本区", "#",
		"我市", "#", "我县", "#", "我区", "#", "城乡", "#", "乡镇", "#", "市场", "#", "社区", "#", "地区", "#", "城市", "#", "城镇", "#", "城区", "#", "区域", "#", "县域", "#", "市县", "#", "乡村", "#", "市级", "#", "县级", "#", "区级", "#")
)

// namesPlace reports that the text names some place or office.
func namesPlace(rs []rune) bool {
	s := string(rs)
	for _, w := range []string{"东城区", "中心城区"} {
		if strings.Contains(s, w) {
			return true
		}
	}
	s = commonWords.Replace(s)
	return placeName.MatchString(s) || officeName.MatchString(s)
}
