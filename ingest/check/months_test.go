package check_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"taizhang/ingest/check"
	"taizhang/ledger"
)

// played is one month of 禹州市 as it is read: the row of its form and the
// findings of T and G that it raises.
type played struct {
	month, row string // row: 户数|企业养老|工伤|失业, or with 累计 behind each insurance
	want       string
	prep       func(st *ledger.State, p ledger.Period) // before the month is read
}

// playMonths reads one month after the other: what is accepted is in force when
// the next one is read.
func playMonths(t *testing.T, c *ledger.Campaign, months []played) {
	t.Helper()
	st := &ledger.State{Books: map[ledger.Period]*ledger.Book{}}
	for _, m := range months {
		p, err := ledger.ParsePeriod(m.month)
		if err != nil {
			t.Fatal(err)
		}
		if m.prep != nil {
			m.prep(st, p)
		}
		if m.row == "" {
			continue
		}
		r := readMonth(t, c, st, p, m.row)
		if got := tAndG(&r); got != m.want {
			t.Errorf("%s %s: got %q, want %q: %v", m.month, m.row, got, m.want, r.Findings)
		}
		if v := r.Verdict(); v == ledger.Accepted {
			enter(st, p, r)
		}
	}
}

func readMonth(t *testing.T, c *ledger.Campaign, st *ledger.State, p ledger.Period, row string) ledger.Reading {
	t.Helper()
	head := "工作任务|主要工作措施|户数|企业养老|工伤|失业\n"
	if strings.Count(row, "|") == 6 {
		head = "工作任务|主要工作措施|户数|企业养老|<|工伤|<|失业|<\n^|^|^|本月|累计|本月|累计|本月|累计\n"
	}
	day := ledger.Date{Year: p.Year, Month: p.Month, Day: 26}
	pic := fmt.Sprintf("%d年全民参保计划攻坚行动工作落实台账（%d月）\n填报单位：禹州市\n%s扩面|宣传|%s\n负责人：张三|联络员：李四|填报时间：%s", p.Year, int(p.Month), head, row, day)
	return checked(t, check.Input{Campaign: c, Tables: []*ledger.Table{grid("Sheet1", pic)}, File: "a.xlsx", HasSender: true, SenderUnit: "禹州市",
		Arrived: day.At(10, 0, c.Schedule.Zone), State: st})[0]
}

// enter puts the reading in force as the period's next version.
func enter(st *ledger.State, p ledger.Period, r ledger.Reading) {
	n := len(st.Book(p).UnitSubmissions("禹州市")) + 1
	st.Put(ledger.Submission{ID: fmt.Sprint(p, "/", n), Unit: "禹州市", Period: p, Version: n, Quality: ledger.QualityAccepted,
		Arrived: p.First().AddDays(25).At(9+n, 0, time.UTC), Reading: r})
}

// tAndG are the codes of the findings against time and targets, with the measure.
func tAndG(r *ledger.Reading) string {
	var out []string
	for _, f := range r.Findings {
		if f.Code[0] == 'T' || f.Code[0] == 'G' {
			out = append(out, strings.TrimSuffix(string(f.Code)+" "+letters[f.Args["measure"]], " "))
		}
	}
	return strings.Join(out, " ")
}

// corrected replaces what is in force in the month by other figures.
func corrected(month string, figs ledger.Figures) func(*ledger.State, ledger.Period) {
	return func(st *ledger.State, _ ledger.Period) {
		p, _ := ledger.ParsePeriod(month)
		enter(st, p, ledger.Reading{Kind: ledger.KindLedger, Unit: "禹州市", Period: p, Figures: figs, Cumulative: figs})
	}
}

// withdrawn takes the month's newest version out of force.
func withdrawn(month string) func(*ledger.State, ledger.Period) {
	return func(st *ledger.State, _ ledger.Period) {
		p, _ := ledger.ParsePeriod(month)
		b := st.Book(p)
		b.Submissions[len(b.Submissions)-1].Quality = ledger.QualityWithdrawn
	}
}

// exempted takes the unit out of 应报 for the month that follows.
func exempted(month string) func(*ledger.State, ledger.Period) {
	return func(st *ledger.State, _ ledger.Period) {
		p, _ := ledger.ParsePeriod(month)
		if st.Books[p] == nil {
			st.Books[p] = &ledger.Book{Period: p}
		}
		st.Books[p].Exempt = map[string]ledger.Decision{"禹州市": {Reason: "x"}}
	}
}

// TestMonthlyFigures plays months under figures: monthly. 禹州市's targets are
// 101500, 58000 and 59000. It is long because its tables are.
func TestMonthlyFigures(t *testing.T) {
	for name, months := range map[string][]played{
		"identical, all zero excepted": {
			{month: "2022-05", row: "0|0|0|0"}, {month: "2022-06", row: "0|0|0|0"}, {month: "2022-07", row: "12|120|98|76"},
			{month: "2022-08", row: "12|120|98|76", want: "T01"}, {month: "2022-09", row: "12|120|98|77"},
		},
		"a missing month between": {
			{month: "2022-05", row: "12|120|98|76"}, {month: "2022-07", row: "12|120|98|76"}, // not last month's
			{month: "2022-08", row: "12|120|98|76", want: "T01"},
		},
		"identical to a corrected month": {
			{month: "2022-05", row: "12|120|98|76"}, {month: "2022-06", row: "12|121|98|76"},
			{month: "2022-07", row: "12|121|98|76", prep: corrected("2022-06", figures(12, 122, 98, 76))},
		},
		"identical to a withdrawn version": {
			{month: "2022-05", row: "12|120|98|76"}, {month: "2022-06", row: "12|120|98|76", prep: withdrawn("2022-05")},
		},
		"an exempt month that was reported counts as any": {
			{month: "2022-05", row: "12|120|98|76", prep: exempted("2022-05")}, {month: "2022-06", row: "12|120|98|76", want: "T01"},
		},
		"the column of sums": {
			{month: "2022-05", row: "12|120|120|98|98|76|76"}, {month: "2022-06", row: "12|90|210|88|186|60|136"},
			{month: "2022-07", row: "12|80|291|78|264|50|186", want: "T02 p"}, {month: "2022-08", row: "12|81|290|79|343|51|237", want: "T03 p"},
			{month: "2022-10", row: "12|90|500|80|500|60|236", want: "T03 u"}, // a month is missing: only a fall says something
			{month: "2022-11", row: "12|91|591|81|581|61|297"},
		},
		"the column of sums after a correction": {
			{month: "2022-05", row: "12|120|120|98|98|76|76"},
			{month: "2022-06", row: "12|10|130|8|106|6|82", want: "T03 p", prep: corrected("2022-05", figures(12, 140, 98, 76))},
		},
		"looks like the sum": {
			{month: "2022-05", row: "12|100|90|70"}, {month: "2022-06", row: "12|110|80|60"},
			{month: "2022-07", row: "12|310|170|129", want: "T04 p T04 i"},
		},
		"one month alone is no sum": {
			{month: "2022-05", row: "0|0|0|0"}, {month: "2022-06", row: "12|100|90|70"}, {month: "2022-07", row: "14|120|91|75"},
			{month: "2022-08", row: "27|220|180|144", want: "T04 e T04 p"}},
		"median": {
			{month: "2022-05", row: "12|100|90|70"}, {month: "2022-06", row: "12|90|95|60"}, {month: "2022-07", row: "12|110|80|65"},
			{month: "2022-08", row: "12|900|15|64", want: "T05 p T06 i"},
			{month: "2022-09", row: "400|100|90|65", want: "T05 e"}, // of 户数 too
		},
		"three months of four count as three": {
			{month: "2022-05", row: "12|100|90|70"}, {month: "2022-07", row: "12|90|95|60"}, {month: "2022-08", row: "12|110|80|65"},
			{month: "2022-09", row: "12|20|92|64", want: "T06 p"},
		},
		"targets": {
			{month: "2022-05", row: "12|50750|29000|29500"}, // half of each
			{month: "2022-06", row: "12|50751|1|1", want: "G01 p"}, {month: "2022-06", row: "12|101500|1|1", want: "G01 p"},
			{month: "2022-06", row: "12|101501|1|59001", want: "G02 p G02 u"}, {month: "2022-07", row: "12|1|29001|2", want: "G01 i"},
		},
	} {
		t.Run(name, func(t *testing.T) { playMonths(t, campaign(t), months) })
	}
}

// TestCumulativeFigures plays months under figures: cumulative: a county's
// number is what was added since the beginning.
func TestCumulativeFigures(t *testing.T) {
	for name, months := range map[string][]played{
		"rises": {
			{month: "2022-05", row: "12|100|90|70"}, {month: "2022-06", row: "20|210|170|130"}, {month: "2022-07", row: "30|330|280|200"},
			{month: "2022-08", row: "39|2400|300|201"}, // no median of sums
		},
		"falls": {
			{month: "2022-05", row: "12|100|90|70"}, {month: "2022-06", row: "11|100|89|70", want: "T03 e T03 i"},
		},
		"falls behind a missing month": {
			{month: "2022-05", row: "12|100|90|70"}, {month: "2022-07", row: "13|99|90|70", want: "T03 p"},
		},
		"falls below a corrected month only": {
			{month: "2022-05", row: "12|100|90|70"},
			{month: "2022-06", row: "13|90|91|71", prep: corrected("2022-05", figures(12, 80, 90, 70))},
		},
		"a withdrawn month says nothing": {
			{month: "2022-05", row: "12|100|90|70"}, {month: "2022-06", row: "20|300|170|130"},
			{month: "2022-07", row: "20|290|170|130", prep: withdrawn("2022-06")},
		},
		"the same sums": {
			{month: "2022-05", row: "0|0|0|0"}, {month: "2022-06", row: "0|0|0|0"}, {month: "2022-07", row: "1|2|3|4"},
			{month: "2022-08", row: "1|2|3|4", want: "T01"}, // nothing was added, or the form was not filled anew
		},
		"targets": {
			{month: "2022-05", row: "12|60000|90|70"}, // the first sum may be of many months
			{month: "2022-06", row: "13|101500|90|70"}, {month: "2022-07", row: "13|101501|90|70", want: "G02 p"},
			{month: "2022-07", row: "13|101500|29091|70", want: "G01 i"}, {month: "2022-07", row: "13|101500|29090|70"},
			{month: "2022-09", row: "13|101500|29090|29571", want: "G01 u"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			c := campaign(t)
			c.Basis = ledger.BasisCumulative
			playMonths(t, c, months)
		})
	}
}

// TestTargetOfTheMonth: each month is judged by the target it has.
func TestTargetOfTheMonth(t *testing.T) {
	c := campaign(t)
	c.Unit("禹州市").TargetChanges = []ledger.TargetChange{{From: ledger.Period{Year: 2022, Month: 7}, Target: ledger.Target{Heads: map[string]int64{"pension": 200}}}}
	playMonths(t, c, []played{
		{month: "2022-05", row: "12|120|98|76"}, {month: "2022-06", row: "12|300|97|76"},
		{month: "2022-07", row: "12|101|98|76", want: "G01 p"}, {month: "2022-07", row: "12|201|98|76", want: "G02 p"}, {month: "2022-07", row: "12|100|98|76"},
	})
}

// TestMonthsOverTheYear: a campaign that runs over the year's end has one
// history, that of a campaign before is not its own.
func TestMonthsOverTheYear(t *testing.T) {
	c := campaign(t)
	c.First, c.Last = ledger.Period{Year: 2022, Month: 11}, ledger.Period{Year: 2023, Month: 4}
	playMonths(t, c, []played{
		{month: "2022-10", prep: corrected("2022-10", figures(12, 120, 98, 76))}, // before the first month
		{month: "2022-11", row: "12|120|98|76"}, {month: "2022-12", row: "12|130|98|76"},
		{month: "2023-01", row: "12|130|98|76", want: "T01"}, {month: "2023-02", row: "12|26|98|75", want: "T06 p"},
	})
}
