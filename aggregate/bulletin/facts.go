package bulletin

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"taizhang/aggregate"
	"taizhang/ledger"
)

// fields are what a template may name, by its Chinese name. A value is a text,
// a whole number, a truth, a group of fields or a list of such groups; what is
// not known is the empty one, and so counts as false.
type fields = map[string]any

// factsOf turns the summary into the fields of a template. The names are
// listed in docs/bulletin-template.md, and a test keeps both alike.
func factsOf(s *aggregate.Summary) fields {
	c := s.Campaign
	out := fields{
		"城市": outside(c.City), "行动": outside(c.Name), "依据": outside(c.Notice), "专项小组": outside(c.Desk.Name),
		"报告期": periodName(s.Period), "年度": ledger.DateOf(s.At.In(zoneOf(s))).Year, "月份": int(s.Period.Month),
		"主送": names(s.Rows), "截至": moment(s.At, zoneOf(s)), "日期": dayName(ledger.DateOf(s.At.In(zoneOf(s)))),
		"更正版": s.Correction(), "变动": changes(s.Changes), "以往变动": changes(s.Earlier), "邮箱不可读": "",
		"首月": s.Period == c.First, "按累计报送": c.Basis == ledger.BasisCumulative, "累计月份": span(c.First, s.Period),
		"联系人": contacts(c.Desk.Contacts), "表注": tableNotes(s), "做法": practices(s), "计量单位": unitsOf(s.Columns),
		"新增": outside(c.Form.Phrases.Added), "计数": outside(c.Form.Phrases.Counted), "总量": outside(c.Form.Phrases.Stock),
	}
	if !s.Unreadable.IsZero() {
		out["邮箱不可读"] = moment(s.Unreadable, zoneOf(s))
	}
	amounts(out, s)
	paceAndTargets(out, s)
	rankings(out, s)
	reporting(out, s)
	projects(out, s)
	deadlines(out, s)
	return out
}

func zoneOf(s *aggregate.Summary) *time.Location {
	if z := s.Campaign.Schedule.Zone; z != nil {
		return z
	}
	return time.UTC
}

func names(rows []aggregate.Row) string {
	out := make([]string, len(rows))
	for i, r := range rows {
		out[i] = clean(r.Unit)
	}
	return outside(strings.Join(out, comma))
}

// unitsOf are the units of the measures, each once: 户、人.
func unitsOf(ms []ledger.Measure) string {
	var out []string
	for _, m := range ms {
		if u := clean(m.Unit); u != "" && !slices.Contains(out, u) {
			out = append(out, u)
		}
	}
	return outside(strings.Join(out, comma))
}

// contacts are whom to ask, and for what.
func contacts(list []ledger.Contact) []fields {
	out := []fields{}
	for _, c := range list {
		out = append(out, fields{"事项": outside(c.Matter), "姓名": outside(c.Name), "电话": outside(c.Phone)})
	}
	return out
}

// amounts are the totals of the month and since the beginning. A total over
// fewer units than are counted says over how many.
func amounts(out fields, s *aggregate.Summary) {
	year := 0
	for _, m := range s.Columns {
		year = max(year, s.YearUnits(m.Key))
	}
	for _, k := range []struct {
		name  string
		of    map[string]aggregate.Value
		units func(string) int
		all   int
	}{{"本月", s.Total.Month, s.MonthUnits, s.InForce()}, {"累计", s.Total.Cumulative, s.YearUnits, year}} {
		say := func(m ledger.Measure) string {
			v := k.of[m.Key]
			if !v.Known {
				return ""
			}
			text := fmt.Sprint(v.N) + clean(m.Unit)
			if n := k.units(m.Key); n < k.all {
				text = fmt.Sprintf(countOfUnits, text, n)
			}
			return text
		}
		var parts []string
		out[k.name+"户数"], out[k.name+"合计"] = "", ""
		for _, m := range s.Columns {
			text := say(m)
			switch {
			case m.Key == s.Campaign.Form.Count:
				out[k.name+"户数"] = outside(text)
			case m.Key == s.Main().Key:
				out[k.name+"合计"] = outside(text)
			case text != "":
				parts = append(parts, clean(m.Name)+text)
			}
		}
		out[k.name+"各项"] = outside(strings.Join(parts, comma))
	}
	out["累计单位数"] = year
}

// paceAndTargets are the completion rates that exist, each with its distance
// from 序时进度 (rule book §7).
func paceAndTargets(out fields, s *aggregate.Summary) {
	pace := s.Pace()
	out["序时进度"], out["已过月数"], out["总月数"] = pace.Percent(), int(pace.Num), int(pace.Den)
	list := []fields{}
	for _, m := range s.Targeted() {
		rate := s.Total.Rate[m.Key]
		if !rate.Known() {
			continue
		}
		f := fields{"险种": outside(m.Name), "完成率": rate.Percent(), "预计期末": inTenThousands(rate.Num, clean(m.Unit)), "年度目标": inTenThousands(rate.Den, clean(m.Unit)), "比序时进度": ""}
		if gap, ok := rate.Gap(pace); ok {
			f["比序时进度"] = gapText(gap)
		}
		list = append(list, f)
	}
	out["完成情况"] = list
	out["目标调整"] = newTargets(s)
}

// newTargets are the targets that hold from this month on, a line for each unit
// and document.
func newTargets(s *aggregate.Summary) []fields {
	list := []fields{}
	var last aggregate.NewTarget
	for _, t := range s.Targets {
		name, amount := clean(t.Measure.Name), func(v aggregate.Value) string { return inTenThousands(v.N, clean(t.Measure.Unit)) }
		if t.Measure.Key == "" {
			name, amount = projectRate, func(v aggregate.Value) string { return wholePercent(v.N) }
		}
		text := fmt.Sprintf(targetMoved, name, amount(t.Old), amount(t.New))
		switch {
		case !t.Old.Known:
			text = fmt.Sprintf(targetSet, name, amount(t.New))
		case !t.New.Known:
			text = fmt.Sprintf(targetGone, name, amount(t.Old))
		}
		if n := len(list); n > 0 && t.Unit == last.Unit && t.Notice == last.Notice {
			list[n-1]["明细"] = list[n-1]["明细"].(string) + "，" + text
		} else {
			list = append(list, fields{"单位": outside(t.Unit), "依据": outside(t.Notice), "明细": outside(text)})
		}
		last = t
	}
	return list
}

// wholePercent prints a per mille as per cent, without a decimal of 0.
func wholePercent(permille int64) string {
	return strings.Replace(aggregate.Ratio{Num: permille, Den: 1000}.Percent(), ".0%", "%", 1)
}

func gapText(g aggregate.Gap) string {
	switch {
	case g.Sign == 0:
		return onPace
	case g.Tenths == 0:
		return aboutOnPace
	case g.Sign < 0:
		return fmt.Sprintf(behindPace, g.Points())
	}
	return fmt.Sprintf(aheadOfPace, g.Points())
}

// rankings are that of the main measure and those by completion rate.
func rankings(out fields, s *aggregate.Summary) {
	list := []fields{}
	main := s.Main()
	for _, m := range append([]ledger.Measure{main}, s.Targeted()...) {
		if m.Key == main.Key && len(list) > 0 || m.Key != main.Key && !s.ByRate[m.Key] {
			continue
		}
		places, _ := s.Ranking(m.Key)
		if len(places) == 0 {
			continue
		}
		var words []string
		for _, p := range places {
			value := fmt.Sprint(p.Value.N) + clean(m.Unit)
			if s.ByRate[m.Key] {
				value = p.Rate.Percent()
			}
			format := placeOf
			if len(p.Units) > 1 {
				format = placeShared
			}
			words = append(words, fmt.Sprintf(format, p.Rank, clean(strings.Join(p.Units, comma)), value))
		}
		list = append(list, fields{"依据": outside(rankedBy(s, m)), "名次": strings.Join(words, "，")})
	}
	out["排名"] = list
	_, unranked := s.Ranking(main.Key)
	out["不排位次"] = outside(strings.Join(unranked, comma))
}

// rankedBy names what the places of the measure go by.
func rankedBy(s *aggregate.Summary, m ledger.Measure) string {
	if s.ByRate[m.Key] {
		return fmt.Sprintf(byRate, clean(m.Name))
	}
	return fmt.Sprintf(byCumulative, clean(m.Name))
}

// practices are the excerpts of 主要工作措施 of the versions in force. What the
// document hid or struck out never came into the reading (rule book §2).
func practices(s *aggregate.Summary) []fields {
	list := []fields{}
	for _, r := range s.Rows {
		if text := excerpt(r.Measures, excerptLimit); r.Standing.InForce != nil && text != "" {
			list = append(list, fields{"单位": outside(r.Unit), "摘录": outside(text)})
		}
	}
	return list
}

// projects are those of the 90 % target, where any unit states them.
func projects(out fields, s *aggregate.Summary) {
	of := func(p aggregate.Projects) fields {
		f := fields{"单位数": p.Units, "新开工": p.New, "已参保": p.Insured, "参保率": p.Rate().Percent(), "目标": "", "达标": false}
		if t := s.ProjectTarget(); t > 0 {
			f["目标"] = wholePercent(t)
			f["达标"] = p.Rate().AtLeast(t)
		}
		return f
	}
	out["建筑业"], out["建筑业累计"] = of(s.Projects), of(s.ProjectsYear)
}

// deadlines are the next period's due instant and this period's closing, as
// long as they lie ahead.
func deadlines(out fields, s *aggregate.Summary) {
	c := s.Campaign
	out["下期"], out["停止接收"] = fields{"报告期": "", "截止": ""}, ""
	if next := s.Period.Next(); c.Has(next) {
		out["下期"] = fields{"报告期": periodName(next), "截止": deadline(c.Schedule.Due(next), zoneOf(s))}
	}
	if s.At.Before(s.Closing) {
		out["停止接收"] = deadline(s.Closing, zoneOf(s))
	}
}

// changes are figures that differ from an issue before, a line for each unit
// and month.
func changes(of []aggregate.Change) []fields {
	list := []fields{}
	last := ""
	for _, ch := range of {
		text := fmt.Sprintf(changed, clean(ch.Measure.Name), valueText(ch.Old, ch.Measure.Unit), valueText(ch.New, ch.Measure.Unit))
		switch {
		case !ch.Old.Known:
			text = fmt.Sprintf(newlyCounted, clean(ch.Measure.Name), valueText(ch.New, ch.Measure.Unit))
		case !ch.New.Known:
			text = fmt.Sprintf(noLonger, clean(ch.Measure.Name), valueText(ch.Old, ch.Measure.Unit))
		}
		if ch.Unit+ch.Period.String() == last {
			f := list[len(list)-1]
			f["明细"] = f["明细"].(string) + "，" + text
			continue
		}
		last = ch.Unit + ch.Period.String()
		list = append(list, fields{"单位": outside(ch.Unit), "月份": periodName(ch.Period), "原因": outside(causeText(ch)), "明细": outside(text)})
	}
	return list
}

func causeText(ch aggregate.Change) string {
	cause := map[aggregate.Cause]string{aggregate.Amended: fmt.Sprintf(causeAmended, ch.Version), aggregate.Late: causeLate,
		aggregate.Admitted: causeAdmit, aggregate.Withdrawn: causeGone}[ch.Cause]
	if r := clean(ch.Reason); r != "" {
		cause += "，" + r
	}
	return cause
}

// valueText prints a figure with its unit, － for none.
func valueText(v aggregate.Value, unit string) string {
	if !v.Known {
		return none
	}
	return fmt.Sprint(v.N) + clean(unit)
}
