package messy

import (
	"fmt"
	"strings"

	"taizhang/ledger"
)

// phrase is a sentence in the printed column. In it E, P, I, U, T stand for
// the figures, C for a cumulative one, M for the month.
type phrase struct {
	text string
	keys []string // what it states
}

// phrases must be read: "numbers count by their label, before or behind; 户/家
// and 人 are labels too; 本月 before 累计; 分别 when the names are as many".
var phrases = []phrase{
	{"养老P人、工伤I人、失业U人", splitKeys[1:]},
	{"企业养老P人，工伤I人，失业U人", splitKeys[1:]},
	{"企业养老P人,工伤I人,失业U人。", splitKeys[1:]},
	{"企业养老保险新增P人；工伤保险新增I人；失业保险新增U人。", splitKeys[1:]},
	{"企业养老：P人\n工伤：I人\n失业：U人", splitKeys[1:]},
	{"养老:P 工伤:I 失业:U", splitKeys[1:]},
	{"养老 P人  工伤 I人  失业 U人", splitKeys[1:]},
	{"养老P、工伤I、失业U", splitKeys[1:]},
	{"养老（P人）、工伤（I人）、失业（U人）", splitKeys[1:]},
	{"P人（企业养老）、I人（工伤）、U人（失业）", splitKeys[1:]},
	{"P人(养老)，I人(工伤)，U人(失业)", splitKeys[1:]},
	{"企业职工基本养老保险新增参保P人，失业保险新增参保U人，工伤保险新增参保I人", splitKeys[1:]},
	{"新增企业E户，其中企业养老P人、工伤I人、失业U人", splitKeys},
	{"新增参保企业E家；养老保险P人；工伤保险I人；失业保险U人", splitKeys},
	{"户数：E户；养老：P人；工伤：I人；失业：U人；合计：T人", fullKeys},
	{"企业养老P人、工伤I人、失业U人，合计T人", fullKeys[1:]},
	{"新增参保T人，其中：企业养老P人，工伤I人，失业U人", fullKeys[1:]},
	{"本月新增参保企业E户，新增参保T人（企业养老P人，工伤I人，失业U人）", fullKeys},
	{"新增参保E户T人", []string{firms, persons}},
	{"新增参保企业E户，T人", []string{firms, persons}},
	{"新增参保企业E家、参保人数T人。", []string{firms, persons}},
	{"新增参保T人", []string{persons}},
	{"共新增参保T人", []string{persons}},
	{"T人", []string{persons}},
	{"本月新增参保T人，累计新增参保C人", []string{persons}},
	{"本月新增T人，累计C人", []string{persons}},
	{"本月T人，本年累计C人", []string{persons}},
	{"本月新增参保E户T人，累计新增参保C人", []string{firms, persons}},
	{"企业养老、工伤、失业保险分别新增P、I、U人", splitKeys[1:]},
	{"企业养老、工伤、失业保险分别新增P人、I人、U人", splitKeys[1:]},
	{"养老、失业、工伤分别新增参保P人、U人、I人", splitKeys[1:]},
	{"失业、工伤、养老分别为U、I、P人", splitKeys[1:]},
	{"新增参保企业E户，企业养老、工伤、失业分别新增P人、I人和U人", splitKeys},
}

// wordings are phrases that the rule book turns back.
var wordings = []struct {
	text  string
	codes []ledger.Code
}{
	{"养老约P人、工伤I人、失业U人", nil},
	{"养老P余人，工伤I余人，失业U余人", nil},
	{"三项保险各P人", nil},
	{"养老、工伤、失业各P人", nil},
	{"养老P人，工伤I人，失业U人，养老Q人", nil},
	{"养老P人，工伤I人，失业U人，另有R", nil},
	{"P、I、U", nil},
	{"P人、I人、U人", nil},
	{"P，I，U人", nil},
	{"养老、工伤、失业分别新增P、I人", nil},
	{"养老、工伤分别新增P、I、U人", nil},
	{"累计新增参保C人", []ledger.Code{ledger.HOnlyCumulative}},
	{"累计C人", []ledger.Code{ledger.HOnlyCumulative}},
	{"较上月增加R人", nil},
	{"完成目标任务的R%", nil},
	{"新增参保0.1万人", nil},
	{"稳步推进，成效明显", nil},
	{"本月无新增", []ledger.Code{ledger.CNothing}},
	{"暂无", []ledger.Code{ledger.CNothing}},
	{"养老P-Q人，工伤I人，失业U人", nil},
	{"养老P人，工伤I人", nil},
	{"新增参保P人或Q人", nil},
	{"养老P？人，工伤I人，失业U人", nil},
	{"养老保险：P人 工伤保险：待定 失业保险：U人", nil},
	{"养老P人，工伤I人，失业暂无", nil},
	{"养老0.02万人，工伤I人，失业U人", nil},
	{"新增城乡居民养老保险P人", nil},
	{"减少P人", nil},
	{"净增T人", nil},
	{"去年同期T人", nil},
	{"目标T人", nil},
	{"机关事业养老P人，医疗保险I人，生育保险U人", nil},
	{"养老120+30人，工伤I人，失业U人", nil},
	{"养老1 234人，工伤I人，失业U人", nil},
	{"养老-5人，工伤I人，失业U人", nil},
	{"养老P.5人，工伤I人，失业U人", nil},
}

// doubtful phrases may be read or turned back; read, they must be right.
var doubtfulPhrases = []phrase{
	{"1.养老P人；2.工伤I人；3.失业U人", splitKeys[1:]},
	{"（1）养老P人（2）工伤I人（3）失业U人", splitKeys[1:]},
	{"①养老P人②工伤I人③失业U人", splitKeys[1:]},
	{"养老P人、工伤I人、失业U人，城乡居民养老C人", splitKeys[1:]},
	{"养老P人（其中灵活就业3人）、工伤I人、失业U人", splitKeys[1:]},
	{"养老P人，较上月增加R人；工伤I人；失业U人", splitKeys[1:]},
	{"养老P人，完成目标的R%；工伤I人；失业U人", splitKeys[1:]},
	{"养老P人（累计C人）、工伤I人（累计C人）、失业U人（累计C人）", splitKeys[1:]},
	{"养老本月P人累计C人，工伤本月I人累计C人，失业本月U人累计C人", splitKeys[1:]},
	{"养老P人，减少R人；工伤I人；失业U人", splitKeys[1:]},
	{"新增参保T人（去年同期R人）", []string{persons}},
	{"新增参保T人，同比增长R%", []string{persons}},
	{"组织宣传3次，新增参保T人", []string{persons}},
	{"走访企业C家，新增参保E户T人", []string{firms, persons}},
	{"截至M月20日，新增参保T人", []string{persons}},
	{"M月1日至M月25日新增参保T人", []string{persons}},
	{"M月份新增参保T人", []string{persons}},
	{"2022年M月，新增参保企业E户、T人", []string{firms, persons}},
	{"养老P人/工伤I人/失业U人", splitKeys[1:]},
	{"养老+P人，工伤+I人，失业+U人", splitKeys[1:]},
	{"养老：P；工伤：I；失业：U；合计：T", fullKeys[1:]},
	{"企业养老保险参保户数E户，参保人数P人；工伤I人；失业U人", splitKeys[1:]},
	{"养老E户P人，工伤3户I人，失业4户U人", splitKeys[1:]},
	{"新增企业养老P人，机关养老C人，工伤I人，失业U人", splitKeys[1:]},
	{"社会保险新增参保T人", []string{persons}},
	{"累计C人，本月T人", []string{persons}},
	{"上月R人，本月T人", []string{persons}},
	{"养老保险P人，工伤保险I人，失业保险U人，其中3家新开工项目", splitKeys[1:]},
	{"企业养老P人（登记失业R人），工伤I人，失业U人", splitKeys[1:]},
	{"养老P人，工伤I人，工伤认定R人，失业U人", splitKeys[1:]},
	{"养老P人，工伤I人，失业U人，征缴基金C万元", splitKeys[1:]},
	{"养老P人、工伤I人、失业U人（电话0374-2620807）", splitKeys[1:]},
}

// fill writes the figures into the phrase.
func (m *maker) fill(text string, write func(n int64) string) string {
	values := map[rune]int64{'E': m.n[firms], 'P': m.n[pension], 'I': m.n[injury], 'U': m.n[jobless], 'T': m.n[persons],
		'C': m.sum()*3 + 17, 'M': int64(m.month), 'Q': m.n[pension] + 11, 'R': 7 + m.n[firms]}
	var b strings.Builder
	for _, r := range text {
		if v, ok := values[r]; ok {
			b.WriteString(write(v))
		} else {
			b.WriteRune(r)
		}
	}
	return b.String()
}

func plain(n int64) string { return fmt.Sprint(n) }

// writers are the ways in which a sentence writes its numbers.
var writers = []func(int64) string{
	plain, plain, plain,
	func(n int64) string { return wide(plain(n)) },
	func(n int64) string { return " " + plain(n) + " " },
	func(n int64) string { return grouped(n, ",") },
}

func sentenceSpecs() []spec {
	var out []spec
	for _, p := range phrases {
		out = append(out, spec{"§2 sentence: read", p.text, func(m *maker) Case {
			return m.accepted(m.case1(m.printed(m.fill(p.text, plain))), p.keys...)
		}}, spec{"§2 sentence: read", "written otherwise, " + p.text, func(m *maker) Case {
			w := pick(m.rng, writers)
			if strings.ContainsAny(p.text, ",") || strings.Contains(p.text, "P、I") || strings.Contains(p.text, "U、I") {
				w = pick(m.rng, writers[:4])
			}
			return m.accepted(m.case1(m.printed(m.fill(p.text, w))), p.keys...)
		}})
	}
	for _, p := range doubtfulPhrases {
		out = append(out, spec{"§2 sentence: doubtful", p.text, func(m *maker) Case {
			return m.open(m.case1(m.printed(m.fill(p.text, plain))), p.keys...)
		}})
	}
	for _, w := range wordings {
		out = append(out, spec{"§2 sentence: blocks", w.text, func(m *maker) Case {
			if m.n[pension] == m.n[injury] {
				m.n[injury]++
			}
			return m.turned(m.case1(m.printed(m.fill(w.text, plain))), ledger.Returned, w.codes...)
		}})
	}
	return append(out, sentenceRest...)
}

var sentenceRest = []spec{
	{"§2 sentence: numerals", "small", func(m *maker) Case {
		w := func(n int64) string { return numeral(n, "零一二三四五六七八九", "十百千万") }
		return m.accepted(m.case1(m.printed(m.fill("养老P人、工伤I人、失业U人", w))), splitKeys[1:]...)
	}},
	{"§2 sentence: 人次", "behind its label", func(m *maker) Case {
		return m.accepted(m.case1(m.printed(m.fill("新增参保T人次", plain))), persons).codes(ledger.CPersonTime)
	}},
	{"§2 sentence: measures", "numbers in 主要工作措施 are never figures", func(m *maker) Case {
		m.measures = m.fill("走访企业C家，新增养老R人、工伤R人、失业R人，累计参保C人。", plain)
		return m.fullRead()
	}},
	{"§2 sentence: measures", "nor when the printed column is blank", func(m *maker) Case {
		m.measures = m.fill("新增参保企业E户，养老P人、工伤I人、失业U人。", plain)
		return m.refused(m.case1(m.printed(nil)))
	}},
	{"§2 sentence: same label twice", "with the same number", func(m *maker) Case {
		return m.open(m.case1(m.printed(m.fill("养老P人，工伤I人，失业U人。养老P人", plain))), splitKeys[1:]...)
	}},
	{"§2 sentence: range", "persons outside the range", func(m *maker) Case {
		m.set(persons, m.sum()+5)
		return m.turned(m.case1(m.printed(m.fill("新增参保T人，其中：养老P人，工伤I人，失业U人", plain))), ledger.Returned, ledger.RRange)
	}},
}
