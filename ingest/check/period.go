package check

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"taizhang/ingest/check/value"
	"taizhang/ledger"
)

// mention is an explicit month with the place that names it.
type mention struct {
	period ledger.Period
	source
}

// timing is what the document and its mail say of time.
type timing struct {
	months   []mention
	bad      *source // names a month that does not exist
	span     *source // names several months together: 1-5月
	filled   ledger.Date
	filledAt source
	filledOK bool          // the date exists
	found    bool          // something like a date stands there
	only     ledger.Period // 填报时间 names a month without a day
	dayOf    ledger.Date   // a day in a title, a name or the subject
	dayAt    source
	year     int // of another year's campaign; 0 for none
	yearAt   source
	period   ledger.Period
	from     string
	findings []ledger.Finding
}

// readTiming collects every mention of a month and the filing date.
func (s *sheet) readTiming(in *Input) *timing {
	t := &timing{}
	own := append(s.titles(), source{where: atSheet, text: s.v.t.Sheet})
	for _, c := range s.v.cells {
		if monthLabel.MatchString(c.text) && len([]rune(c.text)) <= 20 && !s.inData[c.r0] {
			own = append(own, s.monthBeside(c))
		}
	}
	for _, x := range append(own, source{where: atFile, text: fileStem(in.File)}, source{where: atSubject, text: in.Subject}) {
		t.collect(x, in.Campaign)
		t.campaignYear(x, s.form, in.Campaign)
		if containsAny(x.text, s.form.Words.Cumulative) && !containsAny(x.text, s.form.Words.Monthly) && x.where != atSubject {
			t.span = &x
		}
	}
	s.readFilled(t, in)
	return t
}

// monthBeside returns the value of a label such as 报告期.
func (s *sheet) monthBeside(c *vcell) source {
	x := source{where: atDocument, cell: c.name(), text: c.text}
	if n := s.v.right(c); len(value.Months(c.text)) == 0 && n != nil {
		x.text, x.cell = n.text, n.name()
	}
	return x
}

// fileStem is the file name without folder and extension.
func fileStem(name string) string {
	name = name[strings.LastIndexAny(name, `/\`)+1:]
	if i := strings.LastIndexByte(name, '.'); i > 0 && len(name)-i <= 5 {
		name = name[:i]
	}
	return name
}

func (t *timing) collect(x source, c *ledger.Campaign) {
	name := func(m value.Month) {
		p := monthOf(m, c)
		if !slices.ContainsFunc(t.months, func(o mention) bool { return o.period == p && o.where == x.where }) {
			t.months = append(t.months, mention{p, x})
		}
	}
	first, last, ranged := value.DayRange(x.text)
	upTo, counted := value.UpTo(x.text)
	switch { // 5月1日至5月26日 and 截至5月26日 name a month; any other day is the filing's
	case ranged:
		name(first)
		name(last)
	case counted:
		name(upTo)
	}
	for _, m := range value.Months(x.text) {
		switch {
		case m.Day && !ranged && !counted:
			if d, _, ok := value.DateText(m.Text); ok && m.Valid && t.dayOf.IsZero() {
				t.dayOf, t.dayAt = withYear(d, c, time.Time{}), x
			}
		case m.Day:
		case !m.Valid:
			t.bad = &x
		default:
			name(m)
		}
	}
	if spans := value.MonthSpans(x.text); len(spans) > 0 && x.where != atSubject {
		t.span = &x
		last := spans[len(spans)-1]
		name(value.Month{Year: last.Year, Month: last.Last})
	}
}

// campaignYear notices another year before the campaign's name.
func (t *timing) campaignYear(x source, f *ledger.Form, c *ledger.Campaign) {
	if !containsAny(x.text, f.Words.Campaign) && !strings.Contains(x.text, c.Name) {
		return
	}
	other := 0
	for _, m := range campaignYear.FindAllStringSubmatch(x.text, -1) {
		y := atoi(m[1])
		if y == c.Year || y == c.Last.Year {
			return
		}
		other = y
	}
	stated := slices.ContainsFunc(value.Months(x.text), func(m value.Month) bool { return m.Year == c.Year || m.Year == c.Last.Year })
	if other != 0 && t.year == 0 && !stated {
		t.year, t.yearAt = other, x
	}
}

// withYear completes a date that states none: the year of arrival, else the
// campaign's.
func withYear(d ledger.Date, c *ledger.Campaign, arrived time.Time) ledger.Date {
	if d.Year == 0 {
		d.Year = c.Year
		if !arrived.IsZero() {
			d.Year = arrived.In(zone(c)).Year()
			if d.Month == time.December && arrived.In(zone(c)).Month() == time.January {
				d.Year--
			}
		}
	}
	return d
}

func zone(c *ledger.Campaign) *time.Location {
	if c.Schedule.Zone == nil {
		return time.FixedZone("CST", 8*3600)
	}
	return c.Schedule.Zone
}

// readFilled reads 填报时间, or the date that stands alone below the form.
func (s *sheet) readFilled(t *timing, in *Input) {
	for _, l := range s.labels {
		if l.role != roleFilled || l.value == "" {
			continue
		}
		c := ledger.Cell{Kind: ledger.CellText, Text: l.value}
		if l.cell != nil && l.cell.term.label == roleNone {
			c = l.cell.cell
		}
		s.fill(t, c, source{where: atFilled, text: l.value, cell: l.place}, in)
		return
	}
	last := s.lastData()
	for i := len(s.v.cells) - 1; i >= 0 && last >= 0; i-- {
		c := s.v.cells[i]
		if s.inData[c.r0] || len([]rune(c.text)) > 20 || c.cell.Kind == ledger.CellNumber && c.cell.Date.IsZero() {
			continue
		}
		if c.r0 > last && (bareDate(c.text) || !c.cell.Date.IsZero()) {
			s.fill(t, c.cell, source{where: atFilled, text: c.text, cell: c.name()}, in)
			return
		}
	}
	for _, p := range s.v.t.After {
		if p = value.Clean(p); len([]rune(p)) <= 20 && bareDate(p) {
			s.fill(t, ledger.Cell{Kind: ledger.CellText, Text: p}, source{where: atFilled, text: p}, in)
			return
		}
	}
}

// bareDate reports a text that is a full date and nothing else.
func bareDate(text string) bool {
	ms := value.Months(text)
	return len(ms) == 1 && ms[0].Day && len(value.Fold(text)) <= len(value.Fold(ms[0].Text))+len("二〇二二")
}

// lastData returns the last row that belongs to a block; -1 without one.
func (s *sheet) lastData() int {
	last := -1
	for row := range s.inData {
		last = max(last, row)
	}
	return last
}

func (s *sheet) fill(t *timing, c ledger.Cell, at source, in *Input) {
	d, found, ok := value.Date(c)
	t.filledAt, t.found, t.filledOK = at, found, ok
	if found && ok {
		t.filled = withYear(d, in.Campaign, in.Arrived)
		return
	}
	if ms := value.Months(at.text); !found && len(ms) == 1 && ms[0].Valid {
		t.only, t.found = monthOf(ms[0], in.Campaign), true
	}
}

// decidePeriod decides which month the document is for (rule book §3).
func (s *sheet) decidePeriod(t *timing, in *Input, unit string) {
	late := s.filledLate(t, in)
	if t.bad != nil && len(t.months) == 0 {
		t.findings = append(t.findings, s.finding(ledger.IDateImpossible, t.bad.cell, t.bad.text))
	}
	switch {
	case len(t.months) > 0:
		s.explicitMonth(t, in, late)
	case !t.filled.IsZero() || !t.only.IsZero() || !t.dayOf.IsZero() && !t.found:
		s.filedMonth(t, in, unit, late)
	default:
		s.openMonth(t, in)
	}
	s.againstMark(t)
	s.admit(t, in)
}

// againstMark lets the mark of a pre-filled form speak: a form made for one
// month and filled for another is held. The mark never gives a month where
// nothing that can be seen does.
func (s *sheet) againstMark(t *timing) {
	m, ok := ledger.ParseFormMark(s.v.t.Mark)
	if !ok || t.period.IsZero() || t.period == m.Period || slices.ContainsFunc(t.findings, func(f ledger.Finding) bool { return f.Code == ledger.IPeriodMismatch }) {
		return
	}
	t.findings = append(t.findings, s.finding(ledger.IPeriodMismatch, "", m.Period.String(),
		"first", t.period.String(), "where", cmp.Or(t.from, atDocument), "second", m.Period.String(), "other", atMark))
}

// filledLate judges the filing date itself and reports that it was held.
func (s *sheet) filledLate(t *timing, in *Input) bool {
	at := t.filledAt
	switch {
	case t.found && !t.filledOK && t.only.IsZero():
		t.findings = append(t.findings, s.finding(ledger.IDateImpossible, at.cell, at.text))
		return true
	case !t.found:
		t.findings = append(t.findings, s.finding(ledger.PDateAbsent, at.cell, at.text))
	case t.filled.IsZero() || in.Arrived.IsZero():
	default:
		today := ledger.DateOf(in.Arrived.In(zone(in.Campaign)))
		if !t.filled.After(today) {
			return false
		}
		if t.filled.Period() == today.Period() {
			t.findings = append(t.findings, s.finding(ledger.PDateLater, at.cell, at.text, "date", t.filled.String()))
			return false
		}
		t.findings = append(t.findings, s.finding(ledger.IDateImpossible, at.cell, at.text))
		return true
	}
	return false
}

// explicitMonth takes the month that titles and names state; all must agree,
// and with the filing date too.
func (s *sheet) explicitMonth(t *timing, in *Input, late bool) {
	a := t.months[0]
	t.period, t.from = a.period, a.place()
	for _, b := range t.months[1:] {
		if b.period != a.period {
			t.findings = append(t.findings, s.finding(ledger.IPeriodMismatch, b.cell, b.text,
				"first", a.period.String(), "where", a.place(), "second", b.period.String(), "other", b.place()))
			return
		}
	}
	if late {
		return
	}
	p := t.period
	agrees, says := true, t.filled.String()
	switch {
	case !t.filled.IsZero():
		// In the month itself, closed early by the desk or not, or until its closing.
		agrees = t.filled.Period() == p || !t.filled.Before(p.First()) && t.filled.At(0, 0, zone(in.Campaign)).Before(closing(in, p))
	case !t.only.IsZero():
		agrees, says = t.only == p || t.only == p.Next(), t.only.String()
	}
	if agrees && !t.dayOf.IsZero() && in.Campaign.Has(t.dayOf.Period()) && t.dayOf.Before(p.First()) {
		t.findings = append(t.findings, s.finding(ledger.IPeriodMismatch, t.dayAt.cell, t.dayAt.text,
			"first", p.String(), "where", a.place(), "second", t.dayOf.String(), "other", t.dayAt.place()))
		return
	}
	if !agrees {
		t.findings = append(t.findings, s.finding(ledger.IPeriodMismatch, t.filledAt.cell, t.filledAt.text,
			"first", p.String(), "where", a.place(), "second", says, "other", atFilled))
	}
}

// closing returns K of the period as far as it is known.
func closing(in *Input, p ledger.Period) time.Time {
	if in.State != nil {
		return in.State.Book(p).ClosingOf(in.Campaign.Schedule)
	}
	return in.Campaign.Schedule.Closing(p)
}

// filedMonth takes the month of the filing date, except while the month before
// is open and still missing.
func (s *sheet) filedMonth(t *timing, in *Input, unit string, late bool) {
	t.from = t.filledAt.place()
	switch {
	case !t.filled.IsZero():
		t.period = t.filled.Period()
	case !t.only.IsZero():
		t.period = t.only
	default:
		t.period, t.from = t.dayOf.Period(), t.dayAt.place()
	}
	if !t.dayOf.IsZero() && in.Campaign.Has(t.dayOf.Period()) && t.dayOf.Period() != t.period {
		t.findings = append(t.findings, s.finding(ledger.IPeriodMismatch, t.dayAt.cell, t.dayAt.text,
			"first", t.period.String(), "where", t.from, "second", t.dayOf.String(), "other", t.dayAt.place()))
		return
	}
	prev := t.period.Prev()
	now := in.Arrived
	if now.IsZero() { // nobody says when it came: as far as it is known, on the day it was filled in
		now = t.filed().At(12, 0, zone(in.Campaign))
	}
	if late || !in.Campaign.Has(prev) || !isOpen(in, prev, now) {
		return
	}
	if in.State == nil {
		unit = "" // no version in force is known
	}
	if unit != "" {
		b := in.State.Book(prev)
		st := b.Standing(in.Campaign.Schedule, unit, in.Arrived)
		if st.InForce != nil || st.Exempt {
			return
		}
	}
	t.findings = append(t.findings, s.finding(ledger.IPeriodPreviously, t.filledAt.cell, t.filledAt.text, "offer", prev.String()))
}

// isOpen reports that the period takes documents at the instant.
func isOpen(in *Input, p ledger.Period, now time.Time) bool {
	return in.Campaign.Has(p) && !now.Before(in.Campaign.Schedule.Opens(p)) && now.Before(closing(in, p))
}

// openMonth takes the open period where no month is named.
func (s *sheet) openMonth(t *timing, in *Input) {
	if t.year != 0 {
		return
	}
	if slices.ContainsFunc(t.findings, func(f ledger.Finding) bool { return f.Code == ledger.IDateImpossible }) {
		return
	}
	var open []ledger.Period
	if !in.Arrived.IsZero() {
		for _, p := range in.Campaign.Periods() {
			if isOpen(in, p, in.Arrived) {
				open = append(open, p)
			}
		}
	}
	switch len(open) {
	case 0:
		t.findings = append(t.findings, s.finding(ledger.IPeriodAbsent, "", ""))
	case 1:
		t.period, t.from = open[0], "open period"
	default:
		t.findings = append(t.findings, s.finding(ledger.IPeriodTwoOpen, "", "", "first", open[0].String(), "second", open[1].String()))
	}
}

// admit asks whether the period takes documents.
func (s *sheet) admit(t *timing, in *Input) {
	c, p := in.Campaign, t.period
	switch {
	case t.year != 0:
		t.findings = append(t.findings, s.finding(ledger.IOtherYear, t.yearAt.cell, t.yearAt.text, "year", num(int64(t.year))))
	case p.IsZero():
	case !c.Has(p) && p.Year != c.First.Year && p.Year != c.Last.Year:
		t.findings = append(t.findings, s.finding(ledger.IOtherYear, "", "", "year", num(int64(p.Year))))
	case !in.Arrived.IsZero() && in.Arrived.Before(c.Schedule.Opens(p)):
		if !slices.ContainsFunc(t.findings, func(f ledger.Finding) bool { return f.Code == ledger.IDateImpossible }) || len(t.months) > 0 {
			t.findings = append(t.findings, s.finding(ledger.IPeriodFuture, "", "", "period", p.String()))
		}
	case !c.Has(p):
		t.findings = append(t.findings, s.finding(ledger.IPeriodClosed, "", "", "period", p.String()))
	case !in.Arrived.IsZero() && !in.ByDesk && !in.Arrived.Before(closing(in, p)):
		t.findings = append(t.findings, s.finding(ledger.IPeriodClosed, "", "", "period", p.String()))
	}
}
