package check

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"taizhang/ingest/check/value"
	"taizhang/ledger"
)

// Input is one file and what is known of the mail it came with.
type Input struct {
	Campaign   *ledger.Campaign
	Tables     []*ledger.Table // of one file, in its order, hidden ones included
	File       string          // display name of the file; its month and unit may stand in it
	FileDigest string          // SHA-256 of the file's bytes, hex
	Subject    string          // of the mail; "" without one
	SenderUnit string          // the unit the sender's address is known for; "" when unknown
	HasSender  bool            // a sender was given at all
	ByDesk     bool            // the desk sent it (代报): the sender says nothing about the unit
	// Arrived is R. When it is zero every month of the campaign is open and the
	// document must name its month.
	Arrived time.Time
	State   *ledger.State // nil: no history is known
}

// Checker reads files against one campaign's form and units, whose words it has
// prepared. It is safe for use by several goroutines; the campaign must not
// change any more.
type Checker struct {
	campaign *ledger.Campaign
	lex      *lexicon
	units    *value.Units
}

// New prepares the campaign's words. It costs a third of what reading a ledger
// does: who reads many keeps the Checker.
func New(c *ledger.Campaign) *Checker {
	return &Checker{campaign: c, lex: newLexicon(c), units: value.NewUnits(c)}
}

// Check reads one file against the form of its campaign: New and Checker.Check.
func Check(in Input) []ledger.Reading { return New(in.Campaign).Check(in) }

// Check returns one reading for each document found in the file, and at least
// one: of kind none, with F08, when nothing in it is ours. Everything that is
// wrong with a document stands in its findings, in one round (rule book §6).
//
// A sender that is not known is held (I11); a caller that trusts open senders
// drops that finding. Rules that lacked a sender, an arrival or a history are
// named in NotChecked. The campaign is the Checker's; Input need not name it.
func (k *Checker) Check(in Input) []ledger.Reading {
	in.Campaign = k.campaign
	lex := k.lex.forFile()
	var sheets []*sheet
	hiddenSheet := false
	left := maxFileFigures
	for _, t := range in.Tables {
		if t.Hidden {
			hiddenSheet = hiddenSheet || len(t.Cells()) > 0
			continue
		}
		sheets = append(sheets, readParts(t, lex, k.units, &left)...)
	}
	var out []ledger.Reading
	var ledgers []*sheet
	for _, s := range sheets {
		switch s.landmark(&in) {
		case ledger.KindLedger:
			if s.tooMany {
				return []ledger.Reading{tooMany(&in)}
			}
			ledgers = append(ledgers, s)
		case ledger.KindRoster:
			out = append(out, s.roster(&in))
		}
	}
	out = append(readLedgers(&in, ledgers), out...)
	if len(out) == 0 {
		out = append(out, none(&in, hiddenSheet))
	} else if hiddenSheet {
		out[0].Findings = append(out[0].Findings, fileFinding(&in, ledger.FHiddenPart, "what", "sheets"))
	}
	AcrossMail(out)
	return out
}

func none(in *Input, hidden bool) ledger.Reading {
	r := ledger.Reading{Document: in.File, File: in.File, FileDigest: in.FileDigest, Kind: ledger.KindNone}
	r.Findings = append(r.Findings, fileFinding(in, ledger.FForeign))
	if hidden {
		r.Findings = append(r.Findings, fileFinding(in, ledger.FHiddenPart, "what", "sheets"))
	}
	return r
}

func fileFinding(in *Input, code ledger.Code, args ...string) ledger.Finding {
	f := newFinding(code, args...)
	f.File = in.File
	return f
}

// readLedgers reads the sheets that are ledgers. Blank forms beside a filled
// one are left alone; of sheets for several months the reported one counts;
// several units in one file are held, never split (rule book §2).
func readLedgers(in *Input, sheets []*sheet) []ledger.Reading {
	sheets = dropExamples(dropBlank(sheets))
	sheets = reportedMonth(in, sheets)
	var units []string
	for _, s := range sheets {
		for _, u := range s.ownUnits() {
			if !slices.Contains(units, u) {
				units = append(units, u)
			}
		}
	}
	var out []ledger.Reading
	for _, s := range sheets {
		r := s.reading(in)
		if len(sheets) > 1 && len(units) > 1 {
			r.Findings = slices.DeleteFunc(r.Findings, func(f ledger.Finding) bool { return f.Code == ledger.ISeveralUnits })
			r.Findings = append(r.Findings, s.finding(ledger.ISeveralUnits, "", "", "units", join(units)))
		}
		out = append(out, r)
	}
	return out
}

func join(list []string) string {
	out := ""
	for i, s := range list {
		if i > 0 {
			out += ","
		}
		out += s
	}
	return out
}

// dropBlank leaves out blank forms beside a filled one of the same unit.
func dropBlank(sheets []*sheet) []*sheet {
	filled := slices.ContainsFunc(sheets, func(s *sheet) bool { return !s.empty() })
	if !filled {
		return sheets[:min(1, len(sheets))]
	}
	return slices.DeleteFunc(slices.Clone(sheets), (*sheet).empty)
}

// dropExamples leaves out a filled-in example that names no unit, beside a
// ledger: its sheet or title says what it is.
func dropExamples(sheets []*sheet) []*sheet {
	example := func(s *sheet) bool {
		return len(s.ownUnits()) == 0 && (exampleName.MatchString(s.v.t.Sheet) ||
			slices.ContainsFunc(s.titles(), func(x source) bool { return exampleName.MatchString(x.text) }))
	}
	if !slices.ContainsFunc(sheets, func(s *sheet) bool { return !example(s) }) {
		return sheets
	}
	return slices.DeleteFunc(slices.Clone(sheets), example)
}

// empty reports a sheet that states no figure at all.
func (s *sheet) empty() bool {
	return len(s.sentences) == 0 && !slices.ContainsFunc(s.seen, func(o observed) bool {
		return o.read.Figure.Kind != ledger.Blank && o.read.Figure.Kind != ledger.Dash
	})
}

// ownMonth is the one month that the sheet's name or title states.
func (s *sheet) ownMonth(c *ledger.Campaign) ledger.Period {
	var t timing
	for _, x := range append([]source{{where: atSheet, text: s.v.t.Sheet}}, s.titles()...) {
		t.collect(x, c)
	}
	if len(t.months) == 0 {
		return ledger.Period{}
	}
	return t.months[0].period
}

// reportedMonth chooses among sheets that are each for another month: the one
// the file name or subject states, else the newest that had begun on arrival.
func reportedMonth(in *Input, sheets []*sheet) []*sheet {
	if len(sheets) < 2 {
		return sheets
	}
	by := map[ledger.Period]*sheet{}
	var months []ledger.Period
	for _, s := range sheets {
		p := s.ownMonth(in.Campaign)
		if p.IsZero() || by[p] != nil {
			return sheets
		}
		by[p], months = s, append(months, p)
	}
	var t timing
	t.collect(source{where: atFile, text: fileStem(in.File)}, in.Campaign)
	t.collect(source{where: atSubject, text: in.Subject}, in.Campaign)
	for _, m := range t.months {
		if s := by[m.period]; s != nil {
			return []*sheet{s}
		}
	}
	slices.SortFunc(months, func(a, b ledger.Period) int { return b.Compare(a) })
	for _, p := range months {
		if in.Arrived.IsZero() || !in.Arrived.Before(in.Campaign.Schedule.Opens(p)) {
			return []*sheet{by[p]}
		}
	}
	return sheets
}

// reading reads one sheet as a ledger.
func (s *sheet) reading(in *Input) ledger.Reading {
	r := s.blankReading(in, ledger.KindLedger)
	u := s.unit(in)
	r.Unit, r.UnitFrom = u.unit, u.from
	t := s.readTiming(in)
	s.monthsOfRows(t, in.Campaign)
	s.decidePeriod(t, in, u.unit)
	r.Period, r.PeriodFrom = t.period, t.from
	r.FilledOn = t.filled
	s.onePart()
	f := s.resolve(t.period, in.Campaign.Basis)
	s.otherMonths(f, t)
	s.otherTimes(f, t)
	r.Findings = append(r.Findings, u.findings...)
	r.Findings = append(r.Findings, t.findings...)
	if len(u.several) == 0 {
		s.judge(f, &r)
		s.spanOnly(t, &r, in.Campaign)
	}
	s.texts(&r)
	s.people(&r, in)
	s.judgeHistory(&r, in)
	s.judgeTargets(&r, in)
	s.hiddenNotes(&r)
	s.judgeSender(&r, in)
	r.NotChecked = notChecked(&r, in)
	sortFindings(r.Findings)
	return r
}

func (s *sheet) blankReading(in *Input, kind ledger.DocumentKind) ledger.Reading {
	r := ledger.Reading{Document: in.File, File: in.File, Sheet: s.v.t.Sheet, FileDigest: in.FileDigest, Kind: kind}
	if r.Sheet != "" {
		r.Document += "#" + r.Sheet
	}
	r.Findings = append(r.Findings, s.v.t.Notes...)
	return r
}

// texts fills the task and the words, verbatim.
func (s *sheet) texts(r *ledger.Reading) {
	r.Task, r.Measures = joinLines(s.task), joinLines(s.words)
}

func joinLines(list []string) string {
	seen := map[string]bool{}
	var out []string
	for _, x := range list {
		if !seen[x] {
			seen[x] = true
			out = append(out, x)
		}
	}
	return strings.Join(out, "\n")
}

// monthsOfRows adds the month that rows or columns of figures name: the only
// one, or the last that is filled in where nothing else states a month.
func (s *sheet) monthsOfRows(t *timing, c *ledger.Campaign) {
	var f facts
	f.chooseMonth(s.seen, ledger.Period{})
	if len(f.months) == 0 || len(f.months) > 1 && len(t.months) > 0 {
		return
	}
	p := monthOf(f.month, c)
	for _, o := range s.seen {
		if o.month.Month == f.month.Month {
			t.months = append(t.months, mention{p, source{where: atDocument, text: f.month.Text, cell: o.name}})
			return
		}
	}
}

// otherMonths holds a form whose rows are all for other months than its own.
func (s *sheet) otherMonths(f *facts, t *timing) {
	if len(f.months) < 2 || t.period.IsZero() {
		return
	}
	if slices.ContainsFunc(f.months, func(m value.Month) bool {
		return m.Month == t.period.Month && (m.Year == 0 || m.Year == t.period.Year)
	}) {
		return
	}
	last := f.months[len(f.months)-1]
	t.findings = append(t.findings, s.finding(ledger.IPeriodMismatch, "", last.Text,
		"first", t.period.String(), "where", cmp.Or(t.from, atTitle), "second", last.Text, "other", atDocument))
}

// spanOnly blocks figures of a title that names several months together,
// unless their columns say that they are the month's.
func (s *sheet) spanOnly(t *timing, r *ledger.Reading, c *ledger.Campaign) {
	if t.span == nil || c.Basis == ledger.BasisCumulative {
		return
	}
	for _, o := range s.seen {
		if o.when == whenNone && o.month.Month == 0 && o.read.Figure.Stated() {
			r.Findings = append(r.Findings, s.finding(ledger.HOnlyCumulative, t.span.cell, t.span.text, "measure", o.key))
			return
		}
	}
}

// hiddenNotes mentions what was left out (rule book §2).
func (s *sheet) hiddenNotes(r *ledger.Reading) {
	if s.v.hidden.rows {
		r.Findings = append(r.Findings, s.finding(ledger.FHiddenPart, "", "", "what", "rows"))
	}
	if s.v.hidden.cols {
		r.Findings = append(r.Findings, s.finding(ledger.FHiddenPart, "", "", "what", "columns"))
	}
}

// judgeSender holds documents of an address that is not known. A unit without
// any address in the config has none that could be wrong: without a history
// its sender is not checked (commands.md, check).
func (s *sheet) judgeSender(r *ledger.Reading, in *Input) {
	if in.HasSender && !in.ByDesk && in.SenderUnit == "" && !senderUnchecked(r, in) {
		r.Findings = append(r.Findings, fileFinding(in, ledger.ISenderUnknown))
	}
}

func senderUnchecked(r *ledger.Reading, in *Input) bool {
	if in.State != nil {
		return false
	}
	u := in.Campaign.Unit(r.Unit)
	return u != nil && len(u.Addresses) == 0
}

// notChecked lists the rules that lacked what they need.
func notChecked(r *ledger.Reading, in *Input) []string {
	var out []string
	if in.State == nil {
		out = append(out, "T01", "T02", "T03", "T04", "T05", "T06")
	}
	switch {
	case in.ByDesk:
	case !in.HasSender:
		out = append(out, "I11", "I12", "I13", "I14")
	case in.SenderUnit == "" && senderUnchecked(r, in):
		out = append(out, "I11", "I12")
	}
	if in.Arrived.IsZero() {
		out = append(out, "I06", "I07", "P04")
	}
	held := slices.ContainsFunc(r.Findings, func(f ledger.Finding) bool { return f.Code == ledger.IPeriodPreviously })
	if (in.State == nil || in.Arrived.IsZero()) && !held {
		out = append(out, "I19")
	}
	return out
}

// sortFindings puts the gravest first and keeps the reading order within.
func sortFindings(fs []ledger.Finding) {
	slices.SortStableFunc(fs, func(a, b ledger.Finding) int { return b.Severity.Rank() - a.Severity.Rank() })
}
