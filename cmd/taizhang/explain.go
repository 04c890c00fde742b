package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"taizhang/app"
	"taizhang/ledger"
)

type explainCmd struct {
	Target string `arg:"" name:"UNIT|MAIL" help:"填报单位，后接月份；或邮件、文档的编号，或 Message-ID。"`
	Month  string `arg:"" optional:"" name:"MONTH" help:"报告期，例如 2022-05。"`
	At     string `name:"at" placeholder:"TIME" help:"以此刻为准（北京时间）。"`
	JSON   bool   `name:"json" help:"输出一个 JSON 对象。"`
}

// Run tells the evidence of a unit's month, or of one mail.
func (c *explainCmd) Run(e *env) error {
	p, err := parseMonth(c.Month)
	if err != nil {
		return err
	}
	at, err := parseTime(c.At, shanghai())
	if err != nil {
		return err
	}
	q := app.ExplainRequest{Unit: c.Target, Period: p}
	if c.Month == "" {
		q = app.ExplainRequest{Mail: c.Target}
	}
	cfg, err := e.loadFile()
	if err != nil {
		return err
	}
	return withStore(e, func(s session) error {
		r, err := s.Do(e.ctx, app.Call{Op: "explain", At: at, Explain: &q})
		if err != nil {
			return err
		}
		if c.JSON {
			line, err := json.Marshal(r.Explained)
			if err != nil {
				return fmt.Errorf("encode the explanation: %w", err)
			}
			e.print("%s\n", line)
			return nil
		}
		t := teller{campaign: &cfg.Campaign}
		t.tell(r.Explained)
		e.print("%s", t.b.String())
		return nil
	})
}

// teller writes an explanation for people, in 80 columns.
type teller struct {
	b        strings.Builder
	campaign *ledger.Campaign
}

// line writes one line, folded, with its continuation indented.
func (t *teller) line(indent int, format string, args ...any) {
	t.b.WriteString(fold(fmt.Sprintf(format, args...), indent, 80))
}

func moment(at time.Time) string { return at.In(shanghai()).Format("2006-01-02 15:04:05") }

func (t *teller) tell(x *app.Explanation) {
	if m := x.Month; m != nil {
		t.month(x, m)
	}
	type entry struct {
		at   time.Time
		tell func()
	}
	var all []entry
	for i := range x.In {
		all = append(all, entry{x.In[i].Mail.Arrived, func() { t.in(&x.In[i]) }})
	}
	for i := range x.Out {
		all = append(all, entry{x.Out[i].Mail.Created, func() { t.out(&x.Out[i]) }})
	}
	for i := range x.Events {
		if v := &x.Events[i]; v.Actor != "taizhang" || v.What == "bounce" {
			all = append(all, entry{v.At, func() { t.event(v) }})
		}
	}
	slices.SortStableFunc(all, func(a, b entry) int { return a.at.Compare(b.at) })
	if len(all) == 0 {
		t.line(0, textNoEvidence)
	}
	for _, e := range all {
		t.b.WriteString("\n")
		e.tell()
	}
	if len(x.Coming) > 0 {
		t.b.WriteString("\n")
	}
	for _, a := range x.Coming {
		t.line(0, textComing, a.Slot.In(shanghai()).Format("2006-01-02 15:04"), app.MailName(a.Kind), orDesk(a.Unit))
	}
}

// month tells the three facts and why they are so.
func (t *teller) month(x *app.Explanation, m *app.MonthExplained) {
	t.line(0, "%s　%s", x.Unit, x.Period)
	t.line(2, textTerms, endText(m.Due), endText(m.CutOff), endText(m.Closing))
	if m.Extended != nil {
		t.line(2, textExtended, endText(m.Extended.Until), m.Extended.Decision.Reason)
	}
	if m.Exempt != nil {
		t.line(2, textExempt, m.Exempt.Reason)
	}
	if m.Closed != nil {
		t.line(2, textClosedEarly, moment(m.Closed.At), m.Closed.Reason)
	}
	how := app.PunctualityName(m.Punctuality)
	switch {
	case m.Attempt.IsZero():
		t.line(2, textNoAttempt, how, moment(x.At))
	case m.Attempt.Before(m.Due):
		t.line(2, textWhyOnTime, how, moment(m.Attempt), m.AttemptID, endText(m.Due))
	case m.Attempt.Before(m.CutOff):
		t.line(2, textWhyLate, how, moment(m.Attempt), m.AttemptID, endText(m.Due), m.LateDays)
	default:
		t.line(2, textWhyAfter, how, moment(m.Attempt), m.AttemptID, endText(m.CutOff), m.LateDays)
	}
	if m.InForce > 0 {
		t.line(2, textInForce, m.InForce, m.InForceID)
	} else {
		t.line(2, textNoForce)
	}
	for i := range m.Queries {
		t.query(&m.Queries[i])
	}
	for _, i := range m.Issues {
		id, counted := i.Versions[x.Unit]
		switch {
		case counted:
			t.line(2, textIssued, i.Number, moment(i.At), app.ShortID(id))
		default:
			t.line(2, textIssuedWithout, i.Number, moment(i.At))
		}
	}
}

// query tells what closed a query of the version in force.
func (t *teller) query(q *app.QueryExplained) {
	message, _ := app.FindingText(t.campaign, q.Finding)
	switch e := q.Explanation; {
	case e != nil:
		t.line(4, textQueryClosed, q.Finding.Code, message, e.Reason, moment(e.Arrived), e.Mail[:10])
	case !q.Open:
		t.line(4, textQueryVerified, q.Finding.Code, message)
	case q.Lapsed > 0:
		t.line(4, textQueryLapsed, q.Finding.Code, message, q.Lapsed)
	default:
		t.line(4, textQueryOpen, q.Finding.Code, message)
	}
}

// words tells what a mail says of queries, and what became of it.
func (t *teller) words(r *ledger.Reply) {
	id := app.ShortID(r.ID)
	switch r.State {
	case ledger.ReplyTaken:
		t.line(4, textWordsTaken, id)
	case ledger.ReplyClosed:
		t.line(4, textWordsClosed, id)
	default:
		t.line(4, textWordsHeld, id, app.ReasonText(r.Why))
	}
	t.line(6, textWordsOf, strings.Join(strings.Fields(r.Text), " "))
	for _, e := range r.Explanations {
		t.line(6, textExplains, e.Unit, e.Period, e.Version, e.Topic.Code, e.Reason)
	}
	for _, d := range r.Decisions {
		t.line(6, textDecision, moment(d.At), deskActions[d.Action], d.Reason)
	}
}

func (t *teller) in(x *app.MailExplained) {
	m := &x.Mail
	t.line(2, textIn, moment(m.Arrived), m.From.Addr, orNone(m.Subject), m.Digest[:10])
	for _, p := range m.Places {
		t.line(4, textPlace, p.Folder, p.UID)
	}
	if m.Proof != "" {
		t.line(4, textProof, proofs[m.Proof])
	}
	if m.Status == ledger.MailDecided {
		why := ""
		if m.Reason != "" {
			why = "：" + app.ReasonText(m.Reason)
		}
		t.line(4, textOutcome, moment(m.Decided), outcome[m.Outcome], why)
	} else {
		t.line(4, textUndecided, m.Failures)
	}
	if g := x.Forgotten; g != nil {
		t.line(4, textIsForgotten, moment(g.Decision.At), g.Decision.Reason, g.Digest)
	}
	for i := range x.Documents {
		t.document(&x.Documents[i])
	}
	if x.Reply != nil {
		t.words(x.Reply)
	}
	for i := range m.Notes {
		n := &m.Notes[i]
		t.line(4, textOther, n.Document)
		t.findings(n.Findings)
	}
}

func (t *teller) document(s *ledger.Submission) {
	r := &s.Reading
	version := ""
	if s.Version > 0 {
		version = fmt.Sprintf(textVersion, s.Version)
	}
	unit := s.Unit
	if unit == "" {
		unit = textUnitUnknown
	}
	t.line(4, textDocument, app.ShortID(s.ID), r.Document, unit, periodText(s.Period), version, app.QualityName(s.Quality))
	t.line(6, textFrom, evidence(r.UnitFrom), evidence(r.PeriodFrom), r.FileDigest)
	for _, m := range t.campaign.Form.Measures {
		switch f, ok := r.Figures[m.Key]; {
		case !ok:
		case f.Text == "" && f.Kind != ledger.Blank && !f.Derived: // deleted with the original
			t.line(6, textFigureGone, m.Name, f.Value, f.Cell)
		case f.Kind == ledger.Dash:
			t.line(6, textFigure, m.Name, "－", f.Cell, f.Text)
		case f.Derived:
			t.line(6, textDerived, m.Name, f.Value)
		case f.Kind != ledger.Blank:
			t.line(6, textFigure, m.Name, fmt.Sprint(f.Value), f.Cell, f.Text)
		}
	}
	t.findings(r.Findings)
	for _, d := range s.Decisions {
		t.line(6, textDecision, moment(d.At), deskActions[d.Action], d.Reason)
	}
}

func (t *teller) findings(fs []ledger.Finding) {
	for _, f := range fs {
		place := strings.TrimSpace(f.Sheet + " " + f.Cell)
		if place != "" {
			place = "（" + place + "）"
		}
		message, _ := app.FindingText(t.campaign, f)
		t.line(6, "[%s %s]%s%s", f.Code, app.SeverityName(f.Severity), place, message)
	}
}

func (t *teller) out(x *app.OutExplained) {
	o := &x.Mail
	if o.State == ledger.SendSkipped {
		t.line(2, textSkipped, moment(o.Created), app.MailName(o.Kind), app.ReasonText(o.Reason))
		return
	}
	t.line(2, textOut, moment(o.Created), o.Subject, strings.Join(x.To, "、"))
	if o.Reason != "" {
		t.line(4, textReason, app.ReasonText(o.Reason))
	}
	for _, a := range o.Attempts {
		t.line(4, textAttempt, moment(a.Begun), app.SendName(a.Result), a.Reply)
	}
	for _, r := range slices.Sorted(maps.Keys(o.Bounced)) {
		t.line(4, textCameBack, moment(o.Bounced[r]), r)
	}
	for _, d := range o.Decisions {
		t.line(4, textDecision, moment(d.At), deskActions[d.Action], d.Reason)
	}
	if len(o.Attempts) == 0 {
		t.line(4, textNotSent, app.SendName(o.State))
	}
	if !o.CopySeen.IsZero() {
		t.line(4, textCopySeen, moment(o.CopySeen))
	}
}

func (t *teller) event(v *ledger.Event) {
	what := deskActions[strings.TrimPrefix(v.What, "desk ")]
	if what == "" {
		what = v.What
	}
	t.line(2, textEvent, moment(v.At), what, v.Text)
}

// evidence names where a unit or month was found: a cell stays as it is.
func evidence(where string) string {
	if name, ok := evidencePlaces[where]; ok {
		return name
	}
	return orNone(where)
}

func orNone(s string) string {
	if s == "" {
		return textNone
	}
	return s
}
