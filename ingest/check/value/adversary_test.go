package value_test

import (
	"slices"
	"testing"

	"taizhang/ingest/check/value"
	"taizhang/ledger"
)

// A lone 一 is the numeral 1, and what many type for a dash: it is offered.
func TestLoneStroke(t *testing.T) {
	for _, s := range []string{"一", " 一 ", "一\n"} {
		r := value.Number(textCell(s), true)
		if r.Figure.Stated() || len(r.Issues) != 1 || r.Issues[0].Code != ledger.CVague || r.Offer == nil || *r.Offer != 1 {
			t.Errorf("Number(%q) = %+v, want C03 with 1 on offer", s, r)
		}
	}
	if r := value.Number(textCell("一人"), true); r.Figure.Value != 1 || !r.Figure.Stated() {
		t.Errorf("Number(一人) = %+v, want 1", r)
	}
}

// What a bracket behind a number says of it was passed over.
func TestRemarkBehindNumber(t *testing.T) {
	f := &builtin(t).Form
	for _, s := range []string{
		"250人（待核实）", "250人(暂定)", "250（估）", "250(含上月)", "250（元）", "250人（含退休）", "新增250人，待核实", "新增250人，数字暂定",
	} {
		if r := value.Sentence(s, f); len(r.Month) > 0 && !blocks(r) {
			t.Errorf("Sentence(%q) = %+v, want a block", s, r)
		}
	}
	for _, s := range []string{"250人（详见附件）", "250人（名单附后）", "250人（本月）"} {
		if r := value.Sentence(s, f); blocks(r) || r.Month["persons"].Value != 250 {
			t.Errorf("Sentence(%q) = %+v, want 250 persons", s, r)
		}
	}
	if r := value.Sentence("250人（累计）", f); blocks(r) || len(r.Month) > 0 || r.Cumulative["persons"].Value != 250 {
		t.Errorf("Sentence(250人（累计）) = %+v, want it cumulative", r)
	}
}

func blocks(r value.SentenceRead) bool {
	return slices.ContainsFunc(r.Issues, func(i value.Issue) bool { return i.Severity.Rank() >= ledger.Block.Rank() })
}

// 数十户 was read as 10, 比上月增加5户12人 as 12 persons of this month, and 今年新增120人 as this
// month's.
func TestSentencesThatMisled(t *testing.T) {
	f := &builtin(t).Form
	for _, s := range []string{
		"新增数十户250人", "新增数百人", "参保户数十户，人数二十人", "比上月增加5户12人", "比上月增加5户、12人", "较上月增加5户，12人", "较4月份增加5户12人", "今年新增120人", "2022年新增35户250人", "2021年新增35户250人", "养老：一，工伤：二，失业：三",
	} {
		if r := value.Sentence(s, f); !blocks(r) {
			t.Errorf("Sentence(%q) = %+v, want a block", s, r)
		}
	}
}

func TestSentencesNowRead(t *testing.T) {
	f := &builtin(t).Form
	split := map[string]int64{"pension": 120, "injury": 98, "unemployment": 76}
	firms := map[string]int64{"enterprises": 35, "persons": 250}
	for s, want := range map[string]map[string]int64{
		"养老=120,工伤=98,失业=76":                split,
		"养老险120人，工伤险98人，失业险76人":             split,
		"养老120人（35户），工伤98人（30户），失业76人（28户）": split,
		"养老120人/工伤98人/失业76人":                split,
		"1.养老120人 2.工伤98人 3.失业76人":          split,
		"⑴养老120人⑵工伤98人⑶失业76人":               split,
		"新增35户250人，比上月增加5户12人":              firms,
		"5月份新增35户250人，较4月份增加12人":            firms,
		"新增参保单位35个，新增参保人员250人":              firms,
		"今年5月份新增35户250人":                    firms,
		"5月份，新增35户250人":                     firms,
		"本月1、养老120人；2、工伤98人；3、失业76人":        split,
		"我县一是养老120人；二是工伤98人；三是失业76人":        split,
		"养老新增：120人 工伤增加98人 失业新增加：76人":       split,
		"参保扩面成效：养老120人、工伤98人、失业76人":         split,
		"2022年全民参保攻坚行动本月新增35户250人":          firms,
	} {
		r := value.Sentence(s, f)
		ok := !blocks(r) && len(r.Month) == len(want)
		for k, v := range want {
			ok = ok && r.Month[k].Value == v
		}
		if !ok {
			t.Errorf("Sentence(%q) = %+v, want %v", s, r, want)
		}
	}
}

// The months a sentence names for its figures are told; those of other figures
// and of growth are not.
func TestSentenceTimes(t *testing.T) {
	f := &builtin(t).Form
	for s, want := range map[string]string{
		"4月份新增35户250人":                "4月份",
		"4月份，新增35户250人":               "4月份",
		"新增35户250人（4月份）":              "4月份",
		"2021年5月新增35户250人":            "2021年5月",
		"5月新增35户250人，截至4月底累计100户900人": "5月",
		"新增35户250人，较4月份增加12人":         "",
		"根据4月26日通知要求，开展排查。新增35户250人":  "",
	} {
		got := ""
		for _, m := range value.Sentence(s, f).Times {
			got += m.Text
		}
		if got != want {
			t.Errorf("Sentence(%q) names %q, want %q", s, got, want)
		}
	}
}

func TestMonthsTogether(t *testing.T) {
	for _, s := range []string{"2022年上半年台账", "第二季度台账", "2季度", "六七月台账", "2022年6/7月台账", "下半年", "全年"} {
		if len(value.MonthSpans(s)) == 0 {
			t.Errorf("MonthSpans(%q) is empty", s)
		}
	}
	for _, s := range []string{"2022年度台账", "十七月台账", "季度"} {
		if m := value.MonthSpans(s); len(m) != 0 {
			t.Errorf("MonthSpans(%q) = %v, want none", s, m)
		}
	}
	if a, b, ok := value.DayRange("（6月26日至7月25日）"); !ok || a.Month != 6 || b.Month != 7 {
		t.Errorf("DayRange = %v, %v, %t", a, b, ok)
	}
	if _, _, ok := value.DayRange("5月台账（2022年5月26日）"); ok {
		t.Error("one day is no range")
	}
	if m, ok := value.UpTo("台账（截止2022年5月26日）"); !ok || m.Month != 5 {
		t.Errorf("UpTo = %v, %t", m, ok)
	}
	if _, ok := value.UpTo("台账（2022年5月26日）"); ok {
		t.Error("a day alone is no 截至")
	}
}
