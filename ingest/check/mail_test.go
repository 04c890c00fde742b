package check_test

import (
	"strings"
	"testing"
	"time"

	"taizhang/ingest/check"
	"taizhang/ledger"
)

// mailCase is a form with what is known of its mail. Empty fields mean: title
// without a month, unit 禹州市, filled on 2022年5月26日, no sender.
type mailCase struct {
	name    string
	title   string // "-": none at all
	unit    string // "-": label without a value; "--": no label
	filled  string // "-": label without a value; "--": no label
	sheet   string
	file    string
	subject string
	sender  string // unit of the sender; "?" for an unknown address
	desk    bool
	arrived string
	want    string // "unit period codes", "." for nothing
}

func (m *mailCase) picture() string {
	title, unit, filled := m.title, m.unit, m.filled
	if title == "" {
		title = "2022年全民参保计划攻坚行动工作落实台账"
	}
	if unit == "" {
		unit = "禹州市"
	}
	if filled == "" {
		filled = "2022年5月26日"
	}
	lines := []string{title}
	if title == "-" {
		lines = nil
	}
	switch unit {
	case "-":
		lines = append(lines, "填报单位：")
	case "--":
	default:
		lines = append(lines, "填报单位："+unit)
	}
	lines = append(lines, "工作任务|主要工作措施|参保户数|企业养老|工伤|失业", "全民参保计划攻坚行动|入企宣传|12|120|98|76")
	switch filled {
	case "-":
		lines = append(lines, "负责人：张三|联络员：李四|填报时间：")
	case "--":
		lines = append(lines, "负责人：张三|联络员：李四")
	default:
		lines = append(lines, "负责人：张三|联络员：李四|填报时间："+filled)
	}
	return strings.Join(lines, "\n")
}

func runMail(t *testing.T, cases []mailCase, state func(*ledger.Campaign) *ledger.State) {
	t.Helper()
	for _, m := range cases {
		t.Run(m.name, func(t *testing.T) {
			c := campaign(t)
			if m.sheet == "" {
				m.sheet = "Sheet1"
			}
			if m.file == "" {
				m.file = "附件.xlsx"
			}
			in := check.Input{Campaign: c, Tables: []*ledger.Table{grid(m.sheet, m.picture())}, File: m.file, Subject: m.subject,
				ByDesk: m.desk, HasSender: m.sender != "", Arrived: at(t, c, m.arrived)}
			if m.sender != "?" {
				in.SenderUnit = m.sender
			}
			if state != nil {
				in.State = state(c)
			}
			r := checked(t, in)[0]
			got := strings.Join(strings.Fields(or(r.Unit)+" "+or(r.Period.String())+" "+codesOf(&r)), " ")
			if got != m.want {
				t.Errorf("got  %s\nwant %s\n%v", got, m.want, r.Findings)
			}
		})
	}
	t.Logf("%d cases", len(cases))
}

func or(s string) string {
	if s == "" {
		return "."
	}
	return s
}

// TestUnit: whose ledger it is (rule book §3).
func TestUnit(t *testing.T) {
	runMail(t, []mailCase{
		{name: "label", want: "禹州市 2022-05"},
		{name: "label in full", unit: "许昌市禹州市社会养老保险服务中心", want: "禹州市 2022-05"},
		{name: "spaced", unit: "长　葛　市", want: "长葛市 2022-05"},
		{name: "alias", unit: "建安", want: "建安区 2022-05"},
		{name: "with a stamp", unit: "鄢陵县（盖章）", want: "鄢陵县 2022-05"},
		{name: "市本级", unit: "许昌市本级", want: "市本级 2022-05"},
		{name: "the city is no unit", unit: "许昌市", want: ". 2022-05 I02"},
		{name: "township", unit: "鄢陵县柏梁镇", want: "鄢陵县 2022-05 I02"},
		{name: "former name", unit: "许昌县", want: "建安区 2022-05 I02"},
		{name: "typo", unit: "焉陵县", want: "鄢陵县 2022-05 I02"},
		{name: "another city", unit: "新乡市", want: ". 2022-05 I02"},
		{name: "another city that looks alike", unit: "郑州市", want: "禹州市 2022-05 I02"},
		{name: "another city though the sender is known", unit: "郑州市", sender: "禹州市", want: "禹州市 2022-05 I02"},
		{name: "two units", unit: "禹州市、长葛市", want: ". 2022-05 I04"},
		{name: "nobody", unit: "-", want: ". 2022-05 I01"},
		{name: "no label", unit: "--", want: ". 2022-05 I01"},
		{name: "an office without a place", unit: "社会养老保险中心", want: ". 2022-05 I02"},
		{name: "an office, the file names the unit", unit: "社会养老保险中心", file: "襄城县台账.xlsx", want: "襄城县 2022-05"},
		{name: "title", unit: "-", title: "禹州市2022年全民参保计划攻坚行动工作落实台账", want: "禹州市 2022-05"},
		{name: "sheet name", unit: "-", sheet: "魏都区", want: "魏都区 2022-05"},
		{name: "file name", unit: "-", file: "魏都区台账.xlsx", want: "魏都区 2022-05"},
		{name: "subject", unit: "-", subject: "报送襄城县台账", want: "襄城县 2022-05"},
		{name: "sender", unit: "-", sender: "襄城县", want: "襄城县 2022-05"},
		{name: "file contradicts label", file: "长葛市台账.xlsx", want: "禹州市 2022-05 I03"},
		{name: "sheet contradicts label", sheet: "长葛市", want: "禹州市 2022-05 I03"},
		{name: "subject contradicts label", subject: "长葛市5月台账", want: "禹州市 2022-05 I03"},
		{name: "title contradicts label", title: "长葛市2022年全民参保计划攻坚行动工作落实台账", want: "禹州市 2022-05 I03"},
		{name: "file offers the same", unit: "建安区", file: "许昌县台账.xlsx", want: "建安区 2022-05"},
		{name: "file offers another", file: "许昌县台账.xlsx", want: "禹州市 2022-05 I03"},
		{name: "only an offer", unit: "-", file: "许昌县台账.xlsx", want: "建安区 2022-05 I02"},
		{name: "all agree", title: "禹州市2022年全民参保计划攻坚行动工作落实台账", sheet: "禹州", file: "禹州市5月.xlsx", subject: "禹州市社保中心", sender: "禹州市", want: "禹州市 2022-05"},
		{name: "sender of another unit", sender: "长葛市", want: "禹州市 2022-05 I12"},
		{name: "the desk sends for a unit", desk: true, sender: "长葛市", want: "禹州市 2022-05"},
		{name: "the desk sends for nobody", desk: true, sender: "长葛市", unit: "-", want: ". 2022-05 I01"},
		{name: "unknown sender of a unit without addresses", sender: "?", want: "禹州市 2022-05"},
		{name: "the city in the title", title: "许昌市2022年全民参保计划攻坚行动工作落实台账", want: "禹州市 2022-05"},
		{name: "several in the subject, one in the document", subject: "禹州市、长葛市台账", want: "禹州市 2022-05"},
		{name: "several in the subject, another in the document", unit: "襄城县", subject: "禹州市、长葛市台账", want: "襄城县 2022-05 I03"},
	}, nil)
}

// TestPeriod: which month it is for (rule book §3).
func TestPeriod(t *testing.T) {
	y := "2022年5月全民参保计划攻坚行动工作落实台账"
	runMail(t, []mailCase{
		{name: "date alone", want: "禹州市 2022-05"},
		{name: "title", title: y, filled: "--", want: "禹州市 2022-05 P05"},
		{name: "title and date", title: y, want: "禹州市 2022-05"},
		{name: "sheet", sheet: "5月", want: "禹州市 2022-05"},
		{name: "sheet in Chinese", sheet: "五月份", want: "禹州市 2022-05"},
		{name: "file", file: "禹州市5月台账.xlsx", want: "禹州市 2022-05"},
		{name: "file with digits", file: "禹州202205.xlsx", want: "禹州市 2022-05"},
		{name: "file with a point", file: "禹州2022.05.xlsx", want: "禹州市 2022-05"},
		{name: "subject", subject: "禹州市5月份台账", filled: "-", want: "禹州市 2022-05 P05"},
		{name: "dated before the closing of its month", title: y, filled: "2022年6月3日", want: "禹州市 2022-05"},
		{name: "dated on the last day before closing", title: y, filled: "2022年6月15日", want: "禹州市 2022-05"},
		{name: "dated after the closing", title: y, filled: "2022年6月16日", want: "禹州市 2022-05 I08"},
		{name: "dated before its month", title: y, filled: "2022年4月28日", want: "禹州市 2022-05 I08"},
		{name: "dated a year before", title: y, filled: "2021年5月26日", want: "禹州市 2022-05 I08"},
		{name: "title and file differ", title: y, file: "6月台账.xlsx", want: "禹州市 2022-05 I08"},
		{name: "title and sheet differ", title: y, sheet: "6月", want: "禹州市 2022-05 I08"},
		{name: "title and subject differ", title: y, subject: "6月台账", want: "禹州市 2022-05 I08"},
		{name: "impossible day", filled: "2022年5月32日", want: "禹州市 . I20"},
		{name: "impossible day beside a month", title: y, filled: "2022年5月32日", want: "禹州市 2022-05 I20"},
		{name: "impossible month", title: "2022年13月全民参保计划攻坚行动工作落实台账", filled: "-", want: "禹州市 . I20 P05"},
		{name: "nothing", filled: "-", want: "禹州市 . I05 P05"},
		{name: "nothing, one open", filled: "-", arrived: "05-26", want: "禹州市 2022-05 P05"},
		{name: "nothing, two open", filled: "-", arrived: "06-10", want: "禹州市 . I16 P05"},
		{name: "nothing, one open after closing", filled: "-", arrived: "06-16", want: "禹州市 2022-06 P05"},
		{name: "a lunar month names none", title: "2022年正月全民参保计划攻坚行动工作落实台账", filled: "-", want: "禹州市 . I05 P05"},
		{name: "a lunar month beside a date", title: "2022年正月全民参保计划攻坚行动工作落实台账", want: "禹州市 2022-05"},
		{name: "future", title: "2022年7月全民参保计划攻坚行动工作落实台账", filled: "-", arrived: "05-26", want: "禹州市 2022-07 I06 P05"},
		{name: "closed", title: y, filled: "2022年6月3日", arrived: "06-16", want: "禹州市 2022-05 I07"},
		{name: "last instant before closing", title: y, filled: "2022年6月3日", arrived: "06-15 23:59", want: "禹州市 2022-05"},
		{name: "closed, filed by the desk", title: y, filled: "2022年6月3日", arrived: "06-16", desk: true, want: "禹州市 2022-05"},
		{name: "older than the previous", title: y, arrived: "07-20", want: "禹州市 2022-05 I07"},
		{name: "before the first month", title: "2022年4月全民参保计划攻坚行动工作落实台账", filled: "2022年4月26日", want: "禹州市 2022-04 I07"},
		{name: "another year's campaign", title: "2021年全民参保计划攻坚专项行动工作落实台账", filled: "-", want: "禹州市 . I15 P05"},
		{name: "another year's month", title: "2021年5月全民参保计划攻坚行动工作落实台账", filled: "-", want: "禹州市 2021-05 I15 P05"},
		{name: "another year by date", filled: "2023年5月26日", want: "禹州市 2023-05 I15"},
		{name: "date after arrival in the same month", filled: "2022年5月28日", arrived: "05-26", want: "禹州市 2022-05 P04"},
		{name: "date after arrival in a later month", filled: "2022年6月2日", arrived: "05-26", title: y, want: "禹州市 2022-05 I20"},
		{name: "date without a year", filled: "5月26日", want: "禹州市 2022-05"},
		{name: "date with points", filled: "2022.5.26", want: "禹州市 2022-05"},
		{name: "date in Chinese", filled: "二〇二二年五月二十六日", want: "禹州市 2022-05"},
		{name: "month only", filled: "2022年5月", want: "禹州市 2022-05"},
		{name: "a date in the file name only", filled: "-", file: "台账20220526.xlsx", want: "禹州市 2022-05 P05"},
		{name: "a title with several months", title: "2022年1-5月全民参保计划攻坚行动工作落实台账", want: "禹州市 2022-05 H04"},
		{name: "year of the campaign", title: "2022年度全民参保计划攻坚行动台账", want: "禹州市 2022-05"},
		{name: "month in brackets", title: "全民参保计划攻坚行动工作落实台账（2022年5月）", filled: "-", want: "禹州市 2022-05 P05"},
	}, nil)
}

// TestPeriodBefore: the date alone does not name the month while the month
// before is open and missing (rule book §3).
func TestPeriodBefore(t *testing.T) {
	missing := func(*ledger.Campaign) *ledger.State { return &ledger.State{Books: map[ledger.Period]*ledger.Book{}} }
	runMail(t, []mailCase{
		{name: "held", filled: "2022年6月3日", sender: "禹州市", arrived: "06-03", want: "禹州市 2022-06 I19"},
		{name: "first month has none before", sender: "禹州市", arrived: "05-26", want: "禹州市 2022-05"},
		{name: "after the closing", filled: "2022年6月20日", sender: "禹州市", arrived: "06-20", want: "禹州市 2022-06"},
		{name: "the month is named", title: "2022年6月全民参保计划攻坚行动工作落实台账", filled: "2022年6月3日", sender: "禹州市", arrived: "06-03", want: "禹州市 2022-06"},
		{name: "unknown sender is held", sender: "?", arrived: "05-26", want: "禹州市 2022-05 I11"},
	}, missing)
	inForce := func(c *ledger.Campaign) *ledger.State {
		return history(c, "禹州市", map[string]ledger.Figures{"2022-05": figures(11, 110, 90, 70)}, nil)
	}
	runMail(t, []mailCase{
		{name: "in force", filled: "2022年6月3日", sender: "禹州市", arrived: "06-03", want: "禹州市 2022-06"},
		{name: "in force for another unit", unit: "长葛市", filled: "2022年6月3日", sender: "长葛市", arrived: "06-03", want: "长葛市 2022-06 I19"},
	}, inForce)
}

// history returns a state with accepted submissions of the unit.
func history(c *ledger.Campaign, unit string, months map[string]ledger.Figures, cum map[string]ledger.Figures) *ledger.State {
	st := &ledger.State{Books: map[ledger.Period]*ledger.Book{}}
	for m, figs := range months {
		p, _ := ledger.ParsePeriod(m)
		when := time.Date(p.Year, p.Month, 26, 9, 0, 0, 0, c.Schedule.Zone)
		st.Books[p] = &ledger.Book{Period: p, Expected: c.UnitNames(), Submissions: []ledger.Submission{{ID: m + "/1", Unit: unit, Period: p, Version: 1, Arrived: when,
			Quality: ledger.QualityAccepted, Reading: ledger.Reading{Kind: ledger.KindLedger, Unit: unit, Period: p, Figures: figs, Cumulative: cum[m]}}}}
	}
	return st
}

func figures(e, p, i, u int64) ledger.Figures {
	f := ledger.Figures{"enterprises": ledger.NewNumber(e), "pension": ledger.NewNumber(p), "injury": ledger.NewNumber(i), "unemployment": ledger.NewNumber(u)}
	n := ledger.NewNumber(p + i + u)
	n.Derived = true
	f["persons"] = n
	return f
}

// TestHistory: the T rules (rule book §6).
func TestHistory(t *testing.T) {
	months := func(rows ...ledger.Figures) map[string]ledger.Figures {
		out := map[string]ledger.Figures{}
		for i, f := range rows {
			out[ledger.Period{Year: 2022, Month: time.Month(5 + i)}.String()] = f
		}
		return out
	}
	cumulative := func(row string) string {
		return "工作任务|主要工作措施|企业养老|<|工伤|<|失业|<\n^|^|本月|累计|本月|累计|本月|累计\n扩面|宣传|" + row
	}
	plain := func(row string) string {
		return "工作任务|主要工作措施|户数|企业养老|工伤|失业\n扩面|宣传|" + row
	}
	for _, tc := range []struct {
		name, body string
		months     map[string]ledger.Figures
		cum        map[string]ledger.Figures
		want       string
	}{
		{"no history", plain("12|120|98|76"), nil, nil, ""},
		{"same as last month", plain("11|110|90|70"), months(figures(11, 110, 90, 70)), nil, "T01"},
		{"one figure differs", plain("11|110|90|71"), months(figures(11, 110, 90, 70)), nil, ""},
		{"all zero twice", plain("0|0|0|0"), months(figures(0, 0, 0, 0)), nil, ""},
		{"cumulative right", cumulative("120|230|98|188|76|146"), months(figures(11, 110, 90, 70)), map[string]ledger.Figures{"2022-05": figures(0, 110, 90, 70)}, "H06"},
		{"cumulative wrong", cumulative("120|231|98|188|76|146"), months(figures(11, 110, 90, 70)), map[string]ledger.Figures{"2022-05": figures(0, 110, 90, 70)}, "H06 T02"},
		{"cumulative falls", cumulative("20|100|98|188|76|146"), months(figures(11, 110, 90, 70)), map[string]ledger.Figures{"2022-05": figures(0, 110, 90, 70)}, "H06 T03"},
		{"far above", plain("12|600|98|76"), months(figures(11, 100, 90, 70), figures(11, 100, 90, 70), figures(11, 110, 90, 70), figures(12, 90, 90, 70), figures(12, 100, 90, 71)), nil, "T04"},
		{"five times the median", plain("12|1000|98|76"), months(figures(11, 100, 90, 70), figures(11, 100, 90, 70), figures(11, 110, 90, 70)), nil, "T05"},
		{"just below five times", plain("12|499|98|76"), months(figures(11, 100, 90, 70), figures(11, 20, 90, 70), figures(11, 100, 90, 70)), nil, "T04"},
		{"a fifth of the median", plain("12|20|98|76"), months(figures(11, 100, 90, 70), figures(11, 100, 90, 70), figures(11, 110, 90, 70)), nil, "T06"},
		{"just above a fifth", plain("12|21|98|76"), months(figures(11, 100, 90, 70), figures(11, 100, 90, 70), figures(11, 110, 90, 70)), nil, ""},
		{"two months are too few for a median", plain("12|1|98|76"), months(figures(11, 100, 90, 70), figures(11, 100, 90, 70)), nil, ""},
		{"looks cumulative", plain("35|330|280|215"), months(figures(11, 110, 90, 70), figures(12, 100, 90, 70)), nil, "T04"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			c := campaign(t)
			p := ledger.Period{Year: 2022, Month: time.Month(5 + len(tc.months))}
			day := ledger.Date{Year: 2022, Month: p.Month, Day: 26}
			pic := "2022年全民参保计划攻坚行动工作落实台账（" + p.String() + "）\n填报单位：禹州市\n" + tc.body + "\n负责人：张三|联络员：李四|填报时间：" + day.String()
			in := check.Input{Campaign: c, Tables: []*ledger.Table{grid("Sheet1", pic)}, File: "a.xlsx", HasSender: true, SenderUnit: "禹州市",
				Arrived: day.At(10, 0, c.Schedule.Zone), State: history(c, "禹州市", tc.months, tc.cum)}
			r := checked(t, in)[0]
			if got := codesOf(&r); got != tc.want {
				t.Errorf("got %q, want %q: %v", got, tc.want, r.Findings)
			}
			if len(r.NotChecked) != 0 {
				t.Errorf("not checked: %v", r.NotChecked)
			}
		})
	}
}

// TestNotChecked: rules that lack what they need are named (commands.md).
func TestNotChecked(t *testing.T) {
	c := campaign(t)
	in := check.Input{Campaign: c, Tables: []*ledger.Table{grid("Sheet1", split("12|120|98|76"))}, File: "a.xlsx"}
	for _, tc := range []struct {
		name   string
		change func(*check.Input)
		want   string
	}{
		{"nothing given", func(*check.Input) {}, "T01 T02 T03 T04 T05 T06 I11 I12 I13 I14 I06 I07 P04 I19"},
		{"arrival", func(i *check.Input) { i.Arrived = at(t, c, "05-26") }, "T01 T02 T03 T04 T05 T06 I11 I12 I13 I14 I19"},
		{"known sender", func(i *check.Input) { i.HasSender, i.SenderUnit = true, "禹州市" }, "T01 T02 T03 T04 T05 T06 I06 I07 P04 I19"},
		{"unknown sender", func(i *check.Input) { i.HasSender = true }, "T01 T02 T03 T04 T05 T06 I11 I12 I06 I07 P04 I19"},
		{"the desk", func(i *check.Input) { i.ByDesk = true }, "T01 T02 T03 T04 T05 T06 I06 I07 P04 I19"},
	} {
		x := in
		tc.change(&x)
		if got := strings.Join(checked(t, x)[0].NotChecked, " "); got != tc.want {
			t.Errorf("%s: got %q, want %q", tc.name, got, tc.want)
		}
	}
}
