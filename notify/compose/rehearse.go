package compose

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"sync"
	"text/template"
	"text/template/parse"
	"time"

	"taizhang/ledger"
)

// views names every letter and the data its templates may use.
var views = map[string]reflect.Type{
	"request": reflect.TypeFor[requestView](), "tomorrow": reflect.TypeFor[tomorrowView](),
	"overdue": reflect.TypeFor[overdueView](), "held": reflect.TypeFor[heldView](),
	"receipt": reflect.TypeFor[receiptView](), "duplicate": reflect.TypeFor[duplicateView](),
	"return": reflect.TypeFor[returnView](), "amended": reflect.TypeFor[amendedView](),
	"unreadable": reflect.TypeFor[unreadableView](), "summary": reflect.TypeFor[summaryView](),
	"duty": reflect.TypeFor[dutyView](), "roster": reflect.TypeFor[rosterLetterView](), "merged": reflect.TypeFor[mergedView](),
	"explained": reflect.TypeFor[explainedView](),
	"probe":     reflect.TypeFor[probeView](),
}

// rehearse finds mistakes of the templates before any mail is due: a field
// that does not exist, in whatever branch, by reading the parsed template; all
// else by composing every letter from sparse and from full sample facts.
func (k *Composer) rehearse(src source) error {
	for _, name := range slices.Sorted(maps.Keys(k.letters)) {
		fields := map[string]bool{}
		fieldNames(views[name], fields)
		for _, part := range []string{"subject", "body"} {
			if err := checkFields(k.letters[name].Lookup(part), fields); err != nil {
				return fmt.Errorf("%s: %w", src.shown(letterFile(name)), err)
			}
		}
	}
	for _, full := range []bool{false, true} {
		for _, try := range k.samples(full) {
			m, err := try.compose()
			if err != nil {
				return fmt.Errorf("%s: %w", src.shown(letterFile(try.letter)), err)
			}
			if strings.TrimSpace(m.Text) == "" {
				return fmt.Errorf("%s: the letter is empty", src.shown(letterFile(try.letter)))
			}
		}
	}
	return nil
}

// rehearsed remembers for which campaigns the embedded wording was tried.
var rehearsed sync.Map

// rehearseOnce rehearses the embedded wording, unless that was done in this
// process with the same words of the campaign: its units and dates are facts
// of a mail, and the samples' own.
func (k *Composer) rehearseOnce() error {
	told := *k.campaign
	told.Units, told.Schedule = nil, ledger.Schedule{}
	key, err := json.Marshal([]any{told, k.mailbox, k.campaign.Schedule.Zone.String()})
	if err != nil {
		return err
	}
	digest := sha256.Sum256(key)
	if _, done := rehearsed.Load(digest); done {
		return nil
	}
	if err := k.rehearse(source{}); err != nil {
		return err
	}
	rehearsed.Store(digest, true)
	return nil
}

// fieldNames gathers the exported fields that a template can reach from t.
func fieldNames(t reflect.Type, into map[string]bool) {
	for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice {
		t = t.Elem()
	}
	if t.Kind() != reflect.Struct {
		return
	}
	for f := range t.Fields() {
		if !f.IsExported() && !f.Anonymous {
			continue
		}
		if f.IsExported() {
			into[f.Name] = true
		}
		fieldNames(f.Type, into)
	}
}

func checkFields(t *template.Template, known map[string]bool) error {
	var wrong error
	visit(reflect.ValueOf(t.Root), func(names []string) {
		for _, n := range names {
			if !known[n] && wrong == nil {
				wrong = fmt.Errorf("template %q uses .%s, which it does not have", t.Name(), n)
			}
		}
	})
	return wrong
}

// visit walks the parse tree by its exported fields, so that no kind of node is
// forgotten, and reports the names of every field chain.
func visit(v reflect.Value, report func([]string)) {
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		if v.IsNil() {
			return
		}
		switch n := v.Interface().(type) {
		case *parse.FieldNode:
			report(n.Ident)
		case *parse.VariableNode:
			report(n.Ident[1:])
		case *parse.ChainNode:
			report(n.Field)
		case *parse.Tree:
			return
		}
		visit(v.Elem(), report)
	case reflect.Slice:
		for i := range v.Len() {
			visit(v.Index(i), report)
		}
	case reflect.Struct:
		for f := range v.Type().Fields() {
			if f.IsExported() {
				visit(v.FieldByIndex(f.Index), report)
			}
		}
	}
}

// sampleFrame has a block of every kind.
func sampleFrame() frameData {
	t := &table{Cols: []column{{Head: "x"}, {Head: "y", Num: true}, {Head: "z", Long: true}}, Rows: [][]string{{"1", "2", "3"}}}
	bs := []block{{Kind: blockPara, Text: "x"}, {Kind: blockTable, Table: t}}
	for _, kind := range marks {
		bs = append(bs, block{Kind: kind, Text: "x"})
	}
	return newFrame("x", bs)
}

// sample is one letter to try.
type sample struct {
	letter  string
	compose func() (ledger.Mail, error)
}

// samples returns facts for every letter: only what is required, or all.
func (k *Composer) samples(full bool) []sample {
	c, doc := k.sampleCommon(full), k.sampleDocument(full)
	var returned *Document
	var lines []UnitLine
	if full {
		returned, lines = &doc, k.sampleLines(doc)
	}
	item := func() []Choice { return []Choice{{Means: "x", Command: "taizhang desk"}} }
	duty := DutyFacts{Common: c, Lines: lines}
	if full {
		duty.Held = []HeldItem{{ID: "x/1", Unit: c.Unit, Period: c.Period, Findings: doc.Findings, Choices: item()}}
		duty.Replies = []ReplyItem{{ID: "x/0", Unit: c.Unit, Period: c.Period, From: "a@example.com", Arrived: c.Now, Words: "x", Codes: []string{"x"}, Why: "x", Choices: item()}}
		duty.Bounced = []BouncedItem{{Unit: c.Unit, Addr: "a@example.com", At: c.Now}}
		duty.Stuck = []StuckItem{{Unit: c.Unit, Subject: "x", State: ledger.SendHuman, Choices: item()}}
		duty.Quarantined = []QuarantinedItem{{From: "a@example.com", Subject: "x", Arrived: c.Now}}
		duty.NoAddress, duty.UnreadableSince, duty.Paused = []string{c.Unit}, c.Now, "x"
		duty.Unanswered = []UnansweredItem{{Unit: c.Unit, Period: c.Period, Kind: ledger.MailOverdue, Slot: c.Now, Lost: true, Last: true}}
		duty.Struck, duty.UnknownYears = []StruckItem{{Folder: "x", At: c.Now}}, []int{2023}
		duty.PausedUntil = c.Due
		duty.Mailbox = sampleMailbox(c.Now)
	}
	block := doc
	block.Findings = append(slices.Clone(doc.Findings), ledger.Finding{Code: ledger.CBlank, Severity: ledger.Block})
	unreadable := []ledger.Finding{{Code: ledger.FEmpty, Severity: ledger.Unreadable}}
	if full {
		unreadable = append(unreadable, ledger.Finding{Code: ledger.FSystem, Severity: ledger.Hold})
	}
	n := len(doc.Findings)
	return []sample{
		{"request", func() (ledger.Mail, error) { return k.Request(RequestFacts{c}) }},
		{"tomorrow", func() (ledger.Mail, error) { return k.Tomorrow(TomorrowFacts{c, returned}) }},
		{"overdue", func() (ledger.Mail, error) { return k.Overdue(OverdueFacts{c, n, 1, returned, full, full}) }},
		{"held", func() (ledger.Mail, error) { return k.Held(HeldFacts{c, []Document{doc}, n}) }},
		{"receipt", func() (ledger.Mail, error) { return k.Receipt(ReceiptFacts{c, []Document{doc, doc}, full}) }},
		{"duplicate", func() (ledger.Mail, error) { return k.Duplicate(DuplicateFacts{c, doc, c.Due}) }},
		{"return", func() (ledger.Mail, error) { return k.Return(ReturnFacts{c, block, doc.File, full, n}) }},
		{"amended", func() (ledger.Mail, error) {
			return k.Amended(AmendedFacts{c, doc, 1, full, nil, nil, full, full, c.Now, EffectReissue, c.Due})
		}},
		{"unreadable", func() (ledger.Mail, error) { return k.Unreadable(UnreadableFacts{c, unreadable, n}) }},
		{"summary", func() (ledger.Mail, error) {
			return k.Summary(SummaryFacts{Common: c, Correction: n, Lines: lines, Changes: sampleChanges(full), Earlier: sampleChanges(full), UnreadableSince: c.Due, TemplateProblem: doc.File, NoBulletin: full,
				Targets: sampleTargets(full)})
		}},
		{"probe", func() (ledger.Mail, error) { return k.Probe(ProbeFacts{c, "x"}) }},
		{"duty", func() (ledger.Mail, error) { return k.Duty(duty) }},
		{"explained", func() (ledger.Mail, error) { return k.Explanations(k.sampleExplained(c, doc, full)) }},
		{"merged", func() (ledger.Mail, error) {
			part := []byte(`[{"subject":"x","blocks":[{"Kind":"para","Text":"x"}]}]`)
			return k.Merge(MergeFacts{c, [][]byte{part, part}})
		}},
		{"roster", func() (ledger.Mail, error) { return k.Roster(k.sampleRoster(c, doc, full)) }},
	}
}

// sampleChanges has a change of every cause, or none.
func sampleChanges(full bool) []FigureChange {
	if !full {
		return nil
	}
	f := ledger.NewNumber(1)
	return []FigureChange{{Unit: "x", Cause: CauseAmended, Version: 2, Old: &f, Reason: "x"}, {Unit: "x", Cause: CauseLate, New: &f},
		{Unit: "x", Cause: CauseAdmitted, Version: 1}, {Unit: "x", Cause: CauseWithdrawn}}
}

// sampleTargets are a target of each kind where all is asked for.
func sampleTargets(full bool) []TargetChange {
	if !full {
		return nil
	}
	return []TargetChange{{"x", "y", "1", "2", "z"}, {"x", "", "1", "", ""}, {"x", "y", "", "2", ""}}
}

// sampleExplained has something registered and something not where all is
// asked for.
func (k *Composer) sampleExplained(c Common, doc Document, full bool) ExplainedFacts {
	f := ExplainedFacts{Common: c, Unclear: []Unclear{{"x", ledger.WhyNoReason}}}
	if full {
		f.Explained = doc.Explained
		f.InForce, f.Returned, f.Open = 1, 2, doc.Findings
	}
	return f
}

// sampleRoster is one of each outcome where all is asked for.
func (k *Composer) sampleRoster(c Common, doc Document, full bool) RosterFacts {
	c.Rosters = []Roster{{File: "x.xlsx", Quality: ledger.QualityAccepted}}
	if !full {
		return RosterFacts{c, ledger.MailReceipt}
	}
	p := ledger.Person{Name: "x", Post: "x", Phone: "1", Addr: "a@example.com"}
	for _, q := range []ledger.Quality{ledger.QualityQueried, ledger.QualityReturned, ledger.QualityHeld} {
		c.Rosters = append(c.Rosters, Roster{File: "x.xlsx", Quality: q, Findings: doc.Findings, Lines: []ledger.RosterLine{{Unit: "x", Officer: p, Liaison: p}, {Unit: "y"}}})
	}
	return RosterFacts{c, ledger.MailReturn}
}

func (k *Composer) sampleCommon(full bool) Common {
	c := Common{
		Key: "sample", Now: time.Date(2022, 5, 26, 10, 0, 0, 0, time.UTC), To: []ledger.Address{{Addr: "a@example.com"}},
	}
	if !full {
		return c
	}
	c.Unit, c.Period = "x", ledger.PeriodOf(c.Now)
	c.Liaison = ledger.Person{Name: "x", Post: "x"}
	c.Due, c.CutOff, c.Closing = c.Now.AddDate(0, 0, 2), c.Now.AddDate(0, 0, 3), c.Now.AddDate(0, 0, 20)
	c.Extended = true
	c.Original = &Original{MessageID: "<a@example.com>", Subject: "x", Arrived: c.Now}
	c.Attachments = []ledger.Attachment{{Name: "x.xlsx"}}
	return c
}

// sampleDocument states every measure and every finding there is.
func (k *Composer) sampleDocument(full bool) Document {
	d := Document{}
	if !full {
		return d
	}
	d = Document{
		File: "x.xlsx", Sheet: "x", Version: 1, Arrived: time.Date(2022, 5, 26, 9, 0, 0, 0, time.UTC),
		Punctuality: ledger.PunctualLate, LateDays: 1, Attempt: true,
		Figures: ledger.Figures{}, Progress: map[string]Progress{},
	}
	for _, m := range k.campaign.Form.Measures {
		d.Figures[m.Key] = ledger.NewNumber(1)
		d.Progress[m.Key] = Progress{1, Ratio{1, 2}}
	}
	d.Explained = []Explained{{Finding: ledger.Finding{Code: ledger.HAbsent, Severity: ledger.Query}, Version: 1, Reason: "x", Stale: true}}
	for _, info := range ledger.Codes {
		args := map[string]string{}
		for _, a := range info.Args {
			args[a] = "x"
		}
		d.Findings = append(d.Findings, ledger.Finding{Code: info.Code, Severity: info.Severity, Args: args})
	}
	return d
}

func (k *Composer) sampleLines(d Document) []UnitLine {
	var lines []UnitLine
	for _, p := range []ledger.Punctuality{
		ledger.PunctualOnTime, ledger.PunctualLate, ledger.PunctualHeld, ledger.PunctualMissing, ledger.PunctualExempt,
	} {
		lines = append(lines, UnitLine{
			Standing: ledger.Standing{Unit: "x", Punctuality: p, Exempt: p == ledger.PunctualExempt, Attempt: d.Arrived},
			Figures:  d.Figures, ExemptReason: "x",
		})
	}
	return lines
}
