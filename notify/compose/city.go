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
	data.Year = v.add("year", k.sumTable(f.Lines, f.Year, fmt.Sprintf(k.words.Counted, n, f.Tally.Due), n, year))
	data.Grid = v.add("grid", k.gridTable(f.Lines, false))
	changes := &table{Cols: []column{
		k.col("unit"), k.col("period"), k.col("measure"), k.num("old"), k.num("new"), k.col("why"),
	}}
	for _, c := range f.Changes {
		for _, d := range k.changes(c.Old, c.New, nil) {
			changes.Rows = append(changes.Rows, []string{
				k.name(c.Unit), k.orNone(PeriodName(c.Period)), d[0], d[1], d[2], k.orNone(k.value(c.Why)),
			})
		}
	}
	data.Changes = v.add("changes", changes)
	return k.write(draft{letter: "summary", kind: ledger.MailSummary, common: f.Common, data: data, view: v})
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

type dutyView struct {
	*view
	Tally                   tallyView
	Waiting                 int // matters that need a person
	Grid                    string
	Held                    []heldItemView
	Replies                 []replyItemView
	Bounced, NoAddress      string
	Stuck                   []stuckView
	Quarantined             string
	UnreadableSince, Paused string
	Quiet                   bool // nothing needs a person
}

type heldItemView struct {
	Number                                             int
	ID, Unit, Period, File, From, Subject, At, Reasons string
	Choices                                            string // table
}

type replyItemView struct {
	Number                                        int
	ID, Unit, Period, From, At, Words, Codes, Why string
	Choices                                       string // table
}

type stuckView struct {
	Number                       int
	Unit, Subject, To, State, At string
	Choices                      string // table
}

// Duty composes 【值班】: the grid, and all that waits for the desk with the
// commands that settle it.
func (k *Composer) Duty(f DutyFacts) (ledger.Mail, error) {
	v := k.shared(f.Common)
	data := dutyView{
		view: v, Tally: k.tally(f.Tally, f.Lines), UnreadableSince: k.instant(f.UnreadableSince), Paused: k.value(f.Paused),
		Waiting: len(f.Held) + len(f.Bounced) + len(f.NoAddress) + len(f.Stuck) + len(f.Quarantined) + len(f.Replies),
	}
	data.Grid = v.add("grid", k.gridTable(f.Lines, true))
	for i, h := range f.Held {
		reasons := v.add(fmt.Sprint("heldReasons", i), k.reasonTable(h.Findings))
		data.Held = append(data.Held, heldItemView{
			Number: i + 1, ID: k.name(h.ID), Unit: k.name(h.Unit), Period: PeriodName(h.Period), File: k.name(h.File),
			From: k.name(h.From), Subject: k.name(h.Subject), At: k.instant(h.Arrived), Reasons: reasons,
			Choices: v.add(fmt.Sprint("heldChoices", i), k.choiceTable(h.Choices)),
		})
	}
	for i, r := range f.Replies {
		data.Replies = append(data.Replies, replyItemView{
			Number: i + 1, ID: k.name(r.ID), Unit: k.name(r.Unit), Period: PeriodName(r.Period), From: k.name(r.From), At: k.instant(r.Arrived),
			Words: k.words.cut(Clean(r.Words), maxReason), Codes: strings.Join(r.Codes, k.words.Enum), Why: k.value(r.Why),
			Choices: v.add(fmt.Sprint("replyChoices", i), k.choiceTable(r.Choices)),
		})
	}
	for i, s := range f.Stuck {
		data.Stuck = append(data.Stuck, stuckView{
			Number: i + 1, Unit: k.name(s.Unit), Subject: k.name(s.Subject), To: k.name(strings.Join(s.To, k.words.Enum)),
			State: k.words.Send[s.State], At: k.instant(s.Since),
			Choices: v.add(fmt.Sprint("stuckChoices", i), k.choiceTable(s.Choices)),
		})
	}
	data.Bounced = v.add("bounced", k.bouncedTable(f.Bounced))
	data.Quarantined = v.add("quarantined", k.quarantineTable(f.Quarantined))
	names := make([]string, len(f.NoAddress))
	for i, u := range f.NoAddress {
		names[i] = k.name(u)
	}
	data.NoAddress = strings.Join(names, k.words.Enum)
	data.Quiet = data.Waiting == 0 && f.UnreadableSince.IsZero() && f.Paused == ""
	return k.write(draft{letter: "duty", kind: ledger.MailDuty, common: f.Common, data: data, view: v})
}

// reasonTable lists why a document is held and whatever else was found, with
// what the desk does about it.
func (k *Composer) reasonTable(fs []ledger.Finding) *table {
	groups := k.mergeFindings(fs)
	var all []said
	for _, s := range []ledger.Severity{ledger.Unreadable, ledger.Hold, ledger.Block, ledger.Query} {
		all = append(all, groups[s]...)
	}
	return k.places(all, k.long("todo"), func(s said) string { return s.desk })
}

// choiceTable lists what can be decided. Commands are not cut: they are ours.
func (k *Composer) choiceTable(cs []Choice) *table {
	t := &table{Cols: []column{k.col("decide"), k.long("command")}}
	for _, c := range cs {
		t.Rows = append(t.Rows, []string{k.value(c.Means), Clean(c.Command)})
	}
	return t
}

func (k *Composer) bouncedTable(bs []BouncedItem) *table {
	t := &table{Cols: []column{k.col("unit"), k.col("address"), k.col("at"), k.long("answer"), k.long("command")}}
	for _, b := range bs {
		t.Rows = append(t.Rows, []string{
			k.name(b.Unit), k.name(b.Addr), k.cellInstant(b.At), k.orNone(k.name(b.Reply)), k.orNone(Clean(b.Command)),
		})
	}
	return t
}

func (k *Composer) quarantineTable(qs []QuarantinedItem) *table {
	t := &table{Cols: []column{k.col("from"), k.col("at"), k.long("subject"), k.long("command")}}
	for _, q := range qs {
		t.Rows = append(t.Rows, []string{
			k.orNone(k.name(q.From)), k.cellInstant(q.Arrived), k.orNone(k.name(q.Subject)), k.orNone(Clean(q.Command)),
		})
	}
	return t
}
