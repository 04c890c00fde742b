package compose

import (
	"fmt"
	"strconv"
	"strings"

	"taizhang/ledger"
)

// tallyView is a ledger.Tally in words that a letter uses.
type tallyView struct {
	Due, Reported, InForce                                          int
	OnTime, Late, After, Held, Awaited, Overdue, Missing, Exempt    int
	ReportedRate, OnTimeRate, FirstPassRate                         string
	Missed                                                          []stateUnits // units without an attempt
	HeldUnits, ReturnedUnits, ExtendedUnits, ExemptUnits, LateUnits string
	ExemptCounted                                                   string // exempt units whose figures are in the totals
}

// stateUnits are the units of one state, 漏报：襄城县.
type stateUnits struct{ State, Units string }

func (k *Composer) tally(t ledger.Tally, lines []UnitLine) tallyView {
	due := int64(t.Due)
	v := tallyView{
		Due: t.Due, Reported: t.Reported, InForce: t.InForce, OnTime: t.OnTime, Late: t.Late, After: t.After, Held: t.Held,
		Awaited: t.Awaited, Overdue: t.Overdue, Missing: t.Missing, Exempt: t.Exempt,
		ReportedRate:  Ratio{int64(t.Reported), due}.String(),
		OnTimeRate:    Ratio{int64(t.OnTime), due}.String(),
		FirstPassRate: Ratio{int64(t.FirstPass), int64(t.Reported)}.String(),
	}
	missed := map[ledger.Punctuality][]string{}
	var held, returned, extended, exempt, late, counted []string
	for _, l := range lines {
		s, name := l.Standing, k.name(l.Standing.Unit)
		switch s.Punctuality {
		case ledger.PunctualAwaited, ledger.PunctualOverdue, ledger.PunctualMissing:
			missed[s.Punctuality] = append(missed[s.Punctuality], name)
		case ledger.PunctualLate, ledger.PunctualAfter:
			late = append(late, name+"（"+k.punctuality(s.Punctuality, s.LateDays)+"）")
		}
		if len(s.Held) > 0 {
			held = append(held, name)
		}
		if s.Newest != nil && s.Newest.Quality == ledger.QualityReturned {
			returned = append(returned, name+"（"+k.words.versionLine(&s)+"）")
		}
		if s.Extended && !s.Exempt {
			extended = append(extended, name+k.extension(&s))
		}
		if s.Exempt {
			exempt = append(exempt, named(name, k.value(l.ExemptReason)))
			if s.InForce != nil {
				counted = append(counted, name)
			}
		}
	}
	list := func(names []string) string { return strings.Join(names, k.words.Enum) }
	for _, p := range []ledger.Punctuality{ledger.PunctualMissing, ledger.PunctualOverdue, ledger.PunctualAwaited} {
		if len(missed[p]) > 0 {
			v.Missed = append(v.Missed, stateUnits{k.words.Punctuality[p], list(missed[p])})
		}
	}
	v.HeldUnits, v.ReturnedUnits = list(held), list(returned)
	v.ExtendedUnits, v.ExemptUnits, v.LateUnits, v.ExemptCounted = list(extended), list(exempt), list(late), list(counted)
	return v
}

// extension prints 延期至5月31日（星期二）24时.
func (k *Composer) extension(s *ledger.Standing) string {
	return fmt.Sprintf(k.words.ExtendedTo, k.deadline(s.Due, s.Due))
}

func named(name, why string) string {
	if why == "" {
		return name
	}
	return name + "（" + why + "）"
}

type summaryView struct {
	*view
	Tally           tallyView
	Correction      int
	Figures         string // table of the month
	Year            string // table of 本年累计
	Grid            string // table of punctuality
	Changes         string // table
	Earlier         string // table
	AsOf            string
	UnreadableSince string
	TemplateProblem string
	NoBulletin      bool
	Targets         []TargetChange
}

// Summary composes 【月度汇总】, or its 更正版 n, to the desk.
func (k *Composer) Summary(f SummaryFacts) (ledger.Mail, error) {
	v := k.shared(f.Common)
	data := summaryView{
		view: v, Tally: k.tally(f.Tally, f.Lines), Correction: f.Correction, UnreadableSince: k.instant(f.UnreadableSince),
		AsOf: k.asOf(f.Now), TemplateProblem: Clean(f.TemplateProblem), NoBulletin: f.NoBulletin,
	}
	for _, t := range f.Targets {
		data.Targets = append(data.Targets, TargetChange{k.name(t.Unit), Clean(t.Measure), Clean(t.Old), Clean(t.New), Clean(t.Notice)})
	}
	if !f.AsOf.IsZero() {
		data.AsOf = k.asOf(f.AsOf)
	}
	counted := fmt.Sprintf(k.words.Counted, f.Tally.InForce, f.Tally.Due)
	month := func(l UnitLine, key string) string {
		if l.Figures == nil {
			return k.words.None
		}
		fig, ok := l.Figures[key]
		return k.words.figureText(fig, ok)
	}
	year := func(l UnitLine, key string) string {
		if n, ok := l.Cumulative[key]; ok {
			return strconv.FormatInt(n, 10)
		}
		return k.words.None
	}
	data.Figures = v.add("figures", k.sumTable(f.Lines, f.Month, counted, f.Tally.InForce, month))
	n := 0
	for _, l := range f.Lines {
		n += min(1, len(l.Cumulative))
	}
	if k.campaign.Basis != ledger.BasisCumulative { // what is reported is that already
		data.Year = v.add("year", k.sumTable(f.Lines, f.Year, fmt.Sprintf(k.words.Counted, n, f.Tally.Due), n, year))
	}
	data.Grid = v.add("grid", k.gridTable(f.Lines, false))
	data.Changes = v.add("changes", k.changeTable(f.Changes).without(1, 2))
	data.Earlier = v.add("earlier", k.changeTable(f.Earlier))
	return k.write(draft{letter: "summary", kind: ledger.MailSummary, common: f.Common, data: data, view: v})
}

// changeTable lists figures old → new by unit, with the cause.
func (k *Composer) changeTable(cs []FigureChange) *table {
	t := &table{Cols: []column{k.col("unit"), k.col("period"), k.col("measure"), k.num("old"), k.num("new"), k.long("why")}}
	for _, c := range cs {
		name, unit := k.name(c.Measure), ""
		if m := k.campaign.Form.Measure(c.Measure); m != nil {
			name, unit = m.Name, m.Unit
		}
		figure := func(f *ledger.Figure) string {
			if f == nil {
				return k.words.None
			}
			return k.figure(*f, true, unit)
		}
		why := k.words.Causes[c.Cause]
		if strings.Contains(why, "%d") {
			why = fmt.Sprintf(why, c.Version)
		}
		t.Rows = append(t.Rows, []string{
			k.name(c.Unit), k.orNone(PeriodName(c.Period)), name, figure(c.Old), figure(c.New), k.orNone(named(why, k.value(c.Reason))),
		})
	}
	return t
}

// sumTable is a table of unit × measure with its totals. A total over fewer
// units than are counted says over how many.
func (k *Composer) sumTable(lines []UnitLine, totals map[string]Total, label string, counted int,
	cell func(UnitLine, string) string) *table {
	t := &table{Cols: []column{k.col("unit")}}
	var keys []string
	for _, m := range k.campaign.Form.Measures {
		if !m.Optional {
			keys = append(keys, m.Key)
			t.Cols = append(t.Cols, column{Head: m.Name, Num: true})
		}
	}
	for _, l := range lines {
		row := []string{k.name(l.Standing.Unit)}
		for _, key := range keys {
			row = append(row, cell(l, key))
		}
		t.Rows = append(t.Rows, row)
	}
	if totals == nil {
		return t
	}
	row := []string{label}
	for _, key := range keys {
		s := k.words.None
		if sum, ok := totals[key]; ok {
			s = strconv.FormatInt(sum.Value, 10)
			if sum.Units < counted {
				s = fmt.Sprintf(k.words.Partial, s, sum.Units)
			}
		}
		row = append(row, s)
	}
	t.Rows = append(t.Rows, row)
	return t
}

// gridTable is unit × state (rule book §5): three facts side by side.
func (k *Composer) gridTable(lines []UnitLine, reminders bool) *table {
	t := &table{Cols: []column{k.col("unit"), k.col("punctuality"), k.col("version"), k.col("arrived"), k.num("queries")}}
	if reminders {
		t.Cols = append(t.Cols, k.col("reminded"))
	}
	for _, l := range lines {
		s := l.Standing
		state := k.punctuality(s.Punctuality, s.LateDays)
		if s.Extended && !s.Exempt {
			state += "，" + k.extension(&s)
		}
		row := []string{
			k.name(s.Unit), state, k.words.versionLine(&s), k.cellInstant(s.Attempt), strconv.Itoa(l.Queries),
		}
		if reminders {
			row = append(row, k.cellInstant(l.LastReminder))
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}
