package messy

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"time"

	"taizhang/ledger"
)

// unitNames are the units of Annex 1.
var unitNames = []string{"市本级", "禹州市", "长葛市", "魏都区", "建安区", "鄢陵县", "襄城县"}

const task = "全民参保计划攻坚行动"

// maker holds one office in one month: what it has to say, and how it writes
// single cells.
type maker struct {
	rng              *rand.Rand
	unit             string
	month, day       int
	n                map[string]int64 // the true figures
	over             map[string]any   // cells written otherwise than as a number
	officer, liaison string
	measures         string
	title            string
	file             string
	sheet            string
	arrived          time.Time
	sender           string
}

// newMaker draws a unit, a month and figures that hold every rule: firms ≤
// persons, and max(parts) ≤ persons ≤ sum(parts), all under half a target.
func newMaker(rng *rand.Rand) *maker {
	m := &maker{rng: rng, over: map[string]any{}, n: map[string]int64{}}
	m.unit = pick(rng, unitNames)
	m.month = 5 + rng.IntN(8)
	m.day = 20 + rng.IntN(9)
	m.n[pension] = 50 + rng.Int64N(1900)
	m.n[injury] = 40 + rng.Int64N(1900)
	m.n[jobless] = 30 + rng.Int64N(1900)
	low := max(m.n[pension], m.n[injury], m.n[jobless])
	m.n[persons] = low + rng.Int64N(m.sum()-low+1)
	m.n[firms] = 3 + rng.Int64N(25)
	m.n[projNew] = 6 + rng.Int64N(10)
	m.n[projIns] = m.n[projNew] - rng.Int64N(3)
	m.officer = pick(rng, []string{"张建国", "王  芳", "李红军", "赵志强", "欧阳明", "刘洋"})
	m.liaison = pick(rng, []string{"陈静", "孙晓燕", "周伟", "吴 敏", "郑州平", "马骏"})
	m.measures = pick(rng, []string{
		"开展信息比对，筛查未参保企业，送政策上门。",
		"一是召开推进会3次；二是走访企业120家，发放宣传页5000份；三是开设绿色通道。",
		"1.数据找人，比对市场监管信息1200条。\n2.结合“万人助万企”和能力作风建设年活动宣传政策。",
		"依托“一窗通办”，为快递、外卖等新业态从业人员办理参保登记，本月新增86人次咨询。",
		"组织社保志愿者进社区宣传《社会保险法》，4月份以来累计服务群众2000余人次。",
	})
	m.title = "2022年全民参保计划攻坚行动工作落实台账"
	m.file = fmt.Sprintf("%s%d月台账.xlsx", m.unit, m.month)
	m.sheet = "Sheet1"
	return m
}

func pick[T any](rng *rand.Rand, list []T) T { return list[rng.IntN(len(list))] }

// sum is the sum of the three insurances.
func (m *maker) sum() int64 { return m.n[pension] + m.n[injury] + m.n[jobless] }

// val is the cell of a measure: the number, or what stands in its place.
func (m *maker) val(key string) any {
	if v, ok := m.over[key]; ok {
		return v
	}
	return m.n[key]
}

func (m *maker) vals(keys ...string) []any {
	var out []any
	for _, k := range keys {
		out = append(out, m.val(k))
	}
	return out
}

func (m *maker) period() string { return fmt.Sprintf("2022-%02d", m.month) }

func (m *maker) date() string { return fmt.Sprintf("2022年%d月%d日", m.month, m.day) }

// when returns an instant of the year in Asia/Shanghai.
func when(month, day, hour int) time.Time {
	return time.Date(2022, time.Month(month), day, hour, 0, 0, 0, time.FixedZone("CST", 8*3600))
}

// book is the case of a file with these sheets; what is true of it comes next.
func (m *maker) book(sheets ...Sheet) Case {
	return Case{File: m.file, Book: sheets, Arrived: m.arrived, Sender: m.sender}
}

// accepted says that the form must be read, with the figures of these keys.
// persons is added as the derived sum when all three parts are stated alone.
func (m *maker) accepted(c Case, keys ...string) Case {
	c.Want = Want{Kind: ledger.KindLedger, Verdicts: []ledger.Verdict{ledger.Accepted}, Unit: m.unit, Period: m.period(),
		Figures: m.figures(keys...)}
	c.Want.Derived = !slices.Contains(keys, persons) && has(c.Want.Figures, persons)
	return c
}

func (m *maker) figures(keys ...string) map[string]int64 {
	f := map[string]int64{}
	for _, k := range keys {
		f[k] = m.n[k]
	}
	if _, ok := f[persons]; !ok && has(f, pension) && has(f, injury) && has(f, jobless) {
		f[persons] = m.sum()
	}
	return f
}

func has(f map[string]int64, key string) bool { _, ok := f[key]; return ok }

// turned says that the form must come out with the verdict and the codes.
func (m *maker) turned(c Case, v ledger.Verdict, codes ...ledger.Code) Case {
	c.Want = Want{Kind: ledger.KindLedger, Verdicts: []ledger.Verdict{v}, Unit: Any, Period: Any, Codes: codes}
	return c
}

// open says that the rule book leaves the choice open: the figures if it is
// accepted, else any refusal.
func (m *maker) open(c Case, keys ...string) Case {
	c = m.accepted(c, keys...)
	c.Want.Verdicts = []ledger.Verdict{ledger.Accepted, ledger.Returned, ledger.Held}
	return c
}

// refused says only that it must never be accepted.
func (m *maker) refused(c Case, codes ...ledger.Code) Case {
	c = m.turned(c, ledger.Returned, codes...)
	c.Want.Verdicts = []ledger.Verdict{ledger.Returned, ledger.Held, ledger.UnreadableIt}
	return c
}

// foreign says that the file holds no ledger.
func (m *maker) foreign(c Case) Case {
	c.Want = Want{Kind: ledger.KindNone, Unit: Any, Period: Any}
	return c
}

func (c Case) codes(codes ...ledger.Code) Case {
	c.Want.Codes = append(c.Want.Codes, codes...)
	return c
}

func (c Case) not(codes ...ledger.Code) Case {
	c.Want.Not = append(c.Want.Not, codes...)
	return c
}

func (c Case) drop(keys ...string) Case {
	c.Want.Figures = maps.Clone(c.Want.Figures)
	for _, k := range keys {
		delete(c.Want.Figures, k)
	}
	return c
}

func (c Case) words(m *maker) Case {
	c.Want.Officer, c.Want.Liaison, c.Want.Measures = m.officer, m.liaison, m.measures
	c.Want.FilledOn = fmt.Sprintf("2022-%02d-%02d", m.month, m.day)
	return c
}
