package ingest

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"taizhang/ingest/reply"
	"taizhang/ledger"
)

// Unclear is a sentence about queries that closes nothing.
type Unclear struct {
	Words string
	Why   string // one of ledger's Why constants
}

// about is the document that a reply in words is about.
type about struct {
	unit   string
	period ledger.Period
	doc    *ledger.Submission // nil where the reply's thread names none
	// asked is the document whose queries the mail of ours has shown that is
	// answered; nil without such a mail. A sentence that names no code is about them.
	asked *ledger.Submission
}

// said is what the sender says in its own words.
func (d *deciding) said() reply.Said {
	s := reply.ReadMail(d.msg.Text, d.msg.OwnHTML())
	if d.msg.TextDamaged && s.Doubt == "" {
		s.Doubt = reply.Unread
	}
	return s
}

// inWords decides a message without any document whose sender speaks of
// queries or answers a mail of ours (rule book §6, §8). done is false when it
// does neither, and nothing is decided then.
func (d *deciding) inWords(ctx context.Context) (done bool, err error) {
	said, thread := d.said(), d.thread()
	coded := slices.ContainsFunc(said.Claims, namesQuery)
	switch {
	case !coded && thread == nil && (d.from.desk || !d.from.known || !d.repliesToUs()):
		return false, nil
	case d.from.desk && (thread == nil || len(said.Claims) == 0):
		return false, nil // the desk's words about a county go by its commands
	case !d.from.known && len(said.Claims) == 0:
		return false, nil
	case said.Thanks:
		return true, d.finish(ledger.OutcomeIgnored, "an acknowledgement")
	}
	r := ledger.Reply{ID: d.id(0), Mail: d.rec.Digest, Sender: d.from.addr, Arrived: d.rec.Arrived, Decided: d.now, Text: said.Text, State: ledger.ReplyHeld}
	of, why := d.about(&said, thread)
	r.Unit, r.Period, r.Why = of.unit, of.period, why
	if why != "" {
		d.keep(r)
		return true, d.finish(ledger.OutcomeHeld, "a reply in words, for the desk: "+why)
	}
	unclear := d.weigh(&said, of, &r)
	switch {
	case len(unclear) > 0:
		r.Why = unclear[0].Why
	case len(r.Explanations) > 0:
		r.State = ledger.ReplyTaken
	default:
		r.Why = ledger.WhyUnread
	}
	d.keep(r)
	if err := d.answerWords(ctx, &r, unclear); err != nil {
		return true, err
	}
	switch {
	case len(r.Explanations) == 0:
		return true, d.finish(ledger.OutcomeHeld, "a reply in words, for the desk: "+r.Why)
	case len(unclear) > 0:
		return true, d.finish(ledger.OutcomeHeld, "explains "+codeList(r.Codes())+"; the rest is for the desk: "+r.Why)
	}
	return true, d.finish(ledger.OutcomeAccepted, "explains "+codeList(r.Codes()))
}

// plainWords reports whether a sentence of the mail's text is a plain 属实 with
// its reason.
func (d *deciding) plainWords() bool {
	said := d.said()
	return slices.ContainsFunc(said.Claims, func(c reply.Claim) bool { return said.Closes(&c) })
}

// namesQuery reports whether the sentence is plainly about a finding of ours:
// T05 alone may be anything.
func namesQuery(c reply.Claim) bool {
	return strings.Contains(c.Words, "属实") && slices.ContainsFunc(ledger.Codes, func(i ledger.CodeInfo) bool {
		return slices.Contains(c.Codes, string(i.Code))
	})
}

func codeList(codes []ledger.Code) string {
	var out []string
	for _, c := range codes {
		out = append(out, string(c))
	}
	return strings.Join(out, ", ")
}

// keep enters the reply in change and state, with its line of the log.
func (d *deciding) keep(r ledger.Reply) {
	d.change.Replies = append(d.change.Replies, r)
	d.state.PutReply(r)
	d.event("words", r.Unit, r.Period, r.ID, strings.TrimSpace(string(r.State)+" "+codeList(r.Codes())+" "+r.Why))
}

// answerWords tells the sender what was registered and what is missing. A
// reply of which nothing could be registered is answered within the caps on
// automatic answers, and only where it tried to (rule book §8).
func (d *deciding) answerWords(ctx context.Context, r *ledger.Reply, unclear []Unclear) error {
	kind, key := ledger.MailReceipt, "receipt/"+r.ID
	if len(r.Explanations) == 0 {
		kind, key = ledger.MailUnreadable, "unclear/"+d.rec.Digest
	}
	switch {
	case d.rec.PreEpoch, !d.from.known, len(r.Explanations) == 0 && (len(unclear) == 0 || d.capped() != ""):
		return nil
	}
	a := d.newAnswer(kind, key)
	a.Reply, a.Unclear, a.ByDesk = r, unclear, d.from.desk
	return d.send(ctx, a)
}

// about says which unit, month and document the words are about, or why that
// is not certain.
func (d *deciding) about(said *reply.Said, thread *about) (about, string) {
	of, why := about{unit: d.from.unit}, ""
	if thread != nil {
		of = *thread
	}
	switch {
	case len(d.from.findings(d.Policy, of.unit)) > 0 && (d.from.unit == "" || d.from.unit == of.unit), !d.from.known:
		why = ledger.WhySender
	case !d.from.desk && of.unit != d.from.unit, thread == nil && d.namesOther(of.unit):
		return of, ledger.WhyOtherUnit
	}
	if thread == nil {
		var whyNot string
		if of.period, whyNot = d.monthOf(said, of.unit); whyNot != "" && why == "" {
			why = whyNot
		}
	}
	if why != "" {
		return of, why
	}
	b := d.state.Book(of.period)
	if of.doc == nil {
		st := b.Standing(d.Campaign.Schedule, of.unit, d.now)
		if of.doc = copied(st.InForce); of.doc == nil {
			of.doc = copied(st.Newest)
		}
	}
	switch {
	case of.doc == nil:
		return of, ledger.WhyNoVersion
	case !d.from.desk && !d.rec.Arrived.Before(b.ClosingOf(d.Campaign.Schedule)):
		return of, ledger.WhyClosed
	}
	return of, ""
}

// namesOther reports whether the subject names another unit.
func (d *deciding) namesOther(unit string) bool {
	return slices.ContainsFunc(d.Campaign.Units, func(u ledger.Unit) bool {
		return u.Name != unit && strings.Contains(d.msg.Header.Subject, u.Name)
	})
}

var (
	yearMonth = regexp.MustCompile(`(20\d\d)\s*[年.\-/]\s*(1[0-2]|0?[1-9])(?:\s*月|\D|$)`)
	monthOnly = regexp.MustCompile(`(?:^|\D)(1[0-2]|[1-9])\s*月`)
)

// monthOf is the month that the subject names, else the only one in which the
// unit has an open query of the codes named.
func (d *deciding) monthOf(said *reply.Said, unit string) (ledger.Period, string) {
	var named []ledger.Period
	add := func(year, month string) {
		y, _ := strconv.Atoi(year)
		m, _ := strconv.Atoi(month)
		if p := (ledger.Period{Year: y, Month: time.Month(m)}); !slices.Contains(named, p) {
			named = append(named, p)
		}
	}
	for _, m := range yearMonth.FindAllStringSubmatch(d.msg.Header.Subject, -1) {
		add(m[1], m[2])
	}
	if len(named) == 0 {
		for _, m := range monthOnly.FindAllStringSubmatch(d.msg.Header.Subject, -1) {
			add(strconv.Itoa(d.Campaign.Year), m[1])
		}
	}
	if len(named) == 0 {
		named = d.monthsAsking(said, unit)
	}
	if len(named) != 1 || !d.Campaign.Has(named[0]) {
		return ledger.Period{}, ledger.WhyWhich
	}
	return named[0], ""
}

// monthsAsking are the months whose version in force has an open query of a
// code that is named.
func (d *deciding) monthsAsking(said *reply.Said, unit string) []ledger.Period {
	var out []ledger.Period
	for _, p := range d.Campaign.Periods() {
		st := d.state.Book(p).Standing(d.Campaign.Schedule, unit, d.now)
		if slices.ContainsFunc(st.Open, func(f ledger.Finding) bool {
			return slices.ContainsFunc(said.Claims, func(c reply.Claim) bool { return slices.Contains(c.Codes, string(f.Code)) })
		}) {
			out = append(out, p)
		}
	}
	return out
}

// weigh gives the reply the explanations that its claims make of the
// document's queries, and returns the claims that close nothing.
func (d *deciding) weigh(said *reply.Said, of about, r *ledger.Reply) []Unclear {
	var unclear []Unclear
	for i := range said.Claims {
		c := &said.Claims[i]
		qs, why := d.asked(said, c, of)
		for _, q := range qs {
			r.Explanations = explained(r.Explanations, d.explanation(q, c))
		}
		if why != "" {
			unclear = append(unclear, Unclear{Words: c.Words, Why: why})
		}
	}
	if said.Doubt != "" && len(unclear) == 0 {
		unclear = append(unclear, Unclear{Words: said.Text, Why: string(said.Doubt)})
	}
	return unclear
}

// asked are the queries that the claim closes; why says what is wrong with it.
func (d *deciding) asked(said *reply.Said, c *reply.Claim, of about) (qs []question, why string) {
	switch {
	case c.Fault != "":
		return nil, string(c.Fault)
	case said.Doubt != "":
		return nil, string(said.Doubt)
	case len(c.Codes) > 0:
		for _, code := range c.Codes {
			found := d.queriesOf(of, ledger.Code(code))
			if len(found) == 0 {
				why = ledger.WhyUnknownCode
			}
			qs = append(qs, found...)
		}
		return qs, why
	case of.asked == nil:
		return nil, ledger.WhyNoCode
	}
	fs := d.state.Book(of.period).OpenQueries(of.asked)
	if len(fs) == 0 { // said once more: the newest word counts
		fs = of.asked.Reading.Queries()
	}
	switch several := slices.ContainsFunc(fs, func(f ledger.Finding) bool { return f.Code != fs[0].Code }); {
	case len(fs) == 0:
		return nil, ledger.WhyUnknownCode
	case several && !c.All:
		return nil, ledger.WhyNoCode
	}
	return questions(of.asked, fs), ""
}

// question is a query with the document that asks it.
type question struct {
	doc     *ledger.Submission
	finding ledger.Finding
}

func questions(doc *ledger.Submission, fs []ledger.Finding) []question {
	var out []question
	for _, f := range fs {
		out = append(out, question{doc, f})
	}
	return out
}

// queriesOf are the queries with the code in the document, else in the version
// in force.
func (d *deciding) queriesOf(of about, code ledger.Code) []question {
	st := d.state.Book(of.period).Standing(d.Campaign.Schedule, of.unit, d.now)
	for _, doc := range []*ledger.Submission{of.doc, st.InForce} {
		if doc == nil {
			continue
		}
		if fs := slices.DeleteFunc(doc.Reading.Queries(), func(f ledger.Finding) bool { return f.Code != code }); len(fs) > 0 {
			return questions(copied(doc), fs)
		}
	}
	return nil
}

// explanation binds the claim to the topic of the query.
func (d *deciding) explanation(q question, c *reply.Claim) ledger.Explanation {
	doc := q.doc
	return ledger.Explanation{Unit: doc.Unit, Period: doc.Period, Topic: doc.Reading.TopicOf(q.finding), Submission: doc.ID, Version: doc.Version,
		Reason: c.Reason, Words: c.Words, Mail: d.rec.Digest, Sender: d.from.addr, Arrived: d.rec.Arrived, ByDesk: d.from.desk}
}

// explained adds the explanation; of two of one topic the later sentence counts.
func explained(list []ledger.Explanation, e ledger.Explanation) []ledger.Explanation {
	return append(slices.DeleteFunc(list, func(o ledger.Explanation) bool { return o.Topic == e.Topic }), e)
}

// besides registers what the text of a mail with one ledger explains of the
// version that results: figures first, then explanations. What it does not
// plainly say is left: the answer to the ledger asks what is open.
func (d *deciding) besides(sub *ledger.Submission) {
	if sub.Unit == "" || sub.Period.IsZero() || d.filed != nil || len(d.from.findings(d.Policy, sub.Unit)) > 0 || !d.from.known {
		return
	}
	d.explain(sub)
}

// Besides returns what the text of the mail explains of a document in it that
// the desk has accepted: the desk's word stands for the sender's proof. nil when
// it explains nothing, or when that is on record.
func (p *Processor) Besides(ctx context.Context, rec ledger.MailRecord, sub *ledger.Submission, st *ledger.State, now time.Time) (*ledger.Reply, error) {
	raw, err := p.Spool.Raw(ctx, rec.Digest)
	if err != nil {
		return nil, fmt.Errorf("read the raw message: %w", err)
	}
	msg, err := p.Open(ctx, raw)
	if err != nil {
		return nil, fmt.Errorf("parse the message: %w", err)
	}
	d := &deciding{Processor: p, rec: rec, raw: raw, msg: msg, state: st, now: now,
		from: sender{addr: sub.Sender, unit: sub.Unit, known: true, desk: sub.ByDesk, proof: ProofPass}}
	if _, known := st.Reply(d.id(0)); known {
		return nil, nil
	}
	if d.explain(sub); len(d.change.Replies) == 0 {
		return nil, nil
	}
	return &d.change.Replies[0], nil
}

// explain registers what the mail's text explains of the document's version.
func (d *deciding) explain(sub *ledger.Submission) {
	of := about{unit: sub.Unit, period: sub.Period, doc: copied(sub)}
	if sub.Duplicate > 0 {
		of.doc = d.repeated(sub)
	}
	if t := d.thread(); t != nil {
		if t.unit == of.unit && t.period == of.period {
			of.asked = t.asked
		}
	}
	said := d.said()
	if said.Doubt == reply.Figures { // they come with the ledger
		said.Doubt = ""
	}
	if of.doc == nil || of.doc.Reading.Queries() == nil {
		return
	}
	r := ledger.Reply{ID: d.id(0), Mail: d.rec.Digest, Unit: of.unit, Period: of.period, Sender: d.from.addr, Arrived: d.rec.Arrived, Decided: d.now,
		Text: said.Text, State: ledger.ReplyTaken}
	d.weigh(&said, of, &r)
	if len(r.Explanations) > 0 {
		d.keep(r)
	}
}
