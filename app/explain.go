package app

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"taizhang/ledger"
	"taizhang/notify"
)

// Explanation is the evidence of one unit's month, or of one mail: every mail
// in and out, each reading with its findings, each decision, in order of time
// (commands: explain).
type Explanation struct {
	Unit   string          `json:"unit,omitempty"`   // "" for a mail that names none
	Period ledger.Period   `json:"period,omitzero"`  // likewise
	At     time.Time       `json:"at"`               // the instant the standing is for
	Month  *MonthExplained `json:"month,omitempty"`  // nil for a mail
	In     []MailExplained `json:"mails_in"`         // by arrival
	Out    []OutExplained  `json:"mails_out"`        // by creation
	Events []ledger.Event  `json:"events,omitempty"` // of the audit log: the desk's decisions and the plan's
	Coming []notify.Ahead  `json:"coming,omitempty"` // what will be mailed next
}

// MonthExplained says where the unit stands and what that rests on.
type MonthExplained struct {
	Due         time.Time          `json:"due"`
	CutOff      time.Time          `json:"cut_off"`
	Closing     time.Time          `json:"closing"`
	Punctuality ledger.Punctuality `json:"punctuality"`
	LateDays    int                `json:"late_days,omitempty"`
	Attempt     time.Time          `json:"first_attempt,omitzero"`
	AttemptID   string             `json:"first_attempt_id,omitempty"`
	InForce     int                `json:"version_in_force,omitempty"`
	InForceID   string             `json:"version_in_force_id,omitempty"`
	Quality     ledger.Quality     `json:"quality,omitempty"` // of the version in force, as it stands
	Queries     []QueryExplained   `json:"queries,omitempty"` // of the version in force
	Exempt      *ledger.Decision   `json:"exempt,omitempty"`
	Extended    *ledger.Extension  `json:"extended,omitempty"`
	Closed      *ledger.Decision   `json:"closed,omitempty"`
	Issues      []ledger.Issue     `json:"issues,omitempty"`
}

// QueryExplained is a query of the version in force, with what closed it.
type QueryExplained struct {
	Finding     ledger.Finding      `json:"finding"`
	Open        bool                `json:"open"`
	Explanation *ledger.Explanation `json:"explanation,omitempty"` // the newest; nil without one
	Lapsed      int                 `json:"lapsed,omitempty"`      // explanations of the code that do not apply to it
}

// MailExplained is a mail that came in, with what was read in it.
type MailExplained struct {
	Mail      ledger.MailRecord   `json:"mail"`
	Documents []ledger.Submission `json:"documents,omitempty"`
	Reply     *ledger.Reply       `json:"reply,omitempty"`     // what it says of queries in words
	Forgotten *ledger.Forgotten   `json:"forgotten,omitempty"` // its bytes were deleted on request
}

// OutExplained is a mail of ours and how far it got.
type OutExplained struct {
	Mail ledger.Outgoing `json:"mail"`
	To   []string        `json:"to"` // without the copy to ourselves
}

// ExplainRequest names a unit's month, or a mail by the beginning of its
// digest, a document's ID or a Message-ID.
type ExplainRequest struct {
	Unit   string        `json:"unit,omitempty"`
	Period ledger.Period `json:"period,omitzero"`
	Mail   string        `json:"mail,omitempty"`
}

// shortest is how much of a digest names a mail.
const shortest = 6

// Explain gathers the evidence. It changes nothing.
func (a *App) Explain(ctx context.Context, now time.Time, q ExplainRequest) (*Explanation, error) {
	st, err := a.store.State(ctx)
	if err != nil {
		return nil, err
	}
	x := &explaining{a: a, ctx: ctx, st: st, e: &Explanation{Unit: q.Unit, Period: q.Period, At: now}, subs: map[string][]ledger.Submission{}}
	subs, err := a.store.Submissions(ctx)
	if err != nil {
		return nil, err
	}
	for _, s := range subs {
		x.subs[s.Mail] = append(x.subs[s.Mail], s)
	}
	if x.gone, err = a.store.Forgotten(ctx); err != nil {
		return nil, err
	}
	if q.Mail != "" {
		err = x.mail(q.Mail)
	} else {
		err = x.month()
	}
	if err != nil {
		return nil, err
	}
	x.sort()
	return x.e, nil
}

// explaining is the work on one explanation.
type explaining struct {
	a    *App
	ctx  context.Context
	st   *ledger.State
	e    *Explanation
	subs map[string][]ledger.Submission // by mail
	gone map[string]ledger.Forgotten
}

// month explains a unit's month.
func (x *explaining) month() error {
	e, c := x.e, x.a.campaign
	if !c.Has(e.Period) {
		return refuse(RefusePeriod, e.Period.String())
	}
	b := x.st.Book(e.Period)
	if c.Unit(e.Unit) == nil && !slices.Contains(b.Expected, e.Unit) {
		return refuse(RefuseUnit, e.Unit)
	}
	e.Month = x.standing(b)
	refs := map[string]bool{}
	err := x.a.store.EachMail(x.ctx, func(m *ledger.MailRecord) {
		docs := x.subs[m.Digest]
		r := x.reply(m.Digest)
		of := slices.ContainsFunc(docs, func(s ledger.Submission) bool { return s.Unit == e.Unit && s.Period == e.Period }) ||
			r != nil && r.Unit == e.Unit && r.Period == e.Period
		if of || len(docs) == 0 && r == nil && x.fromUnit(m, b) {
			e.In = append(e.In, MailExplained{*m, docs, r, x.tombstone(m.Digest)})
			refs[m.Digest] = true
		}
	})
	if err != nil {
		return err
	}
	x.out(func(o *ledger.Outgoing) bool { return o.Unit == e.Unit && o.Period == e.Period || x.answers(o, refs) })
	if err := x.events(func(v *ledger.Event) bool {
		return v.Unit == e.Unit && v.Period == e.Period || v.Unit == "" && v.Period == e.Period && v.Actor == actorDesk
	}); err != nil {
		return err
	}
	for _, k := range notify.Coming(e.At, c, x.a.rules, x.st) {
		if k.Period == e.Period && (k.Unit == e.Unit || k.Unit == "") {
			e.Coming = append(e.Coming, k)
		}
	}
	return nil
}

// standing is what the month's three facts rest on.
func (x *explaining) standing(b *ledger.Book) *MonthExplained {
	sch := x.a.campaign.Schedule
	s := b.Standing(sch, x.e.Unit, x.e.At)
	m := &MonthExplained{Due: s.Due, CutOff: s.CutOff, Closing: b.ClosingOf(sch), Punctuality: s.Punctuality, LateDays: s.LateDays,
		Attempt: s.Attempt, Closed: b.Closed, Issues: b.Issues}
	for _, sub := range b.UnitSubmissions(x.e.Unit) {
		if sub.Attempt() && sub.Arrived.Equal(s.Attempt) && m.AttemptID == "" {
			m.AttemptID = ShortID(sub.ID)
		}
	}
	if s.InForce != nil {
		m.InForce, m.InForceID, m.Quality = s.InForce.Version, ShortID(s.InForce.ID), s.Quality
		m.Queries = queriesExplained(b, s.InForce)
	}
	if d, ok := b.Exempt[x.e.Unit]; ok {
		m.Exempt = &d
	}
	if d, ok := b.Extended[x.e.Unit]; ok {
		m.Extended = &d
	}
	return m
}

// fromUnit reports a mail without a document that the unit wrote while the
// month was being collected: an unreadable file, a reply in words.
func (x *explaining) fromUnit(m *ledger.MailRecord, b *ledger.Book) bool {
	k, ok := x.st.UnitOf(m.From.Addr)
	sch := x.a.campaign.Schedule
	return ok && k.Unit == x.e.Unit && !m.Arrived.Before(sch.Opens(b.Period)) && m.Arrived.Before(sch.Opens(b.Period.Next()))
}

// tombstone is that of the mail, nil while its bytes are kept.
func (x *explaining) tombstone(digest string) *ledger.Forgotten {
	if f, ok := x.gone[digest]; ok {
		return &f
	}
	return nil
}

// mailNamed finds the message that is named by the beginning of its digest, a
// document's ID or its Message-ID.
func (a *App) mailNamed(ctx context.Context, name string) (*ledger.MailRecord, error) {
	var found []ledger.MailRecord
	digest, _, _ := strings.Cut(strings.ToLower(name), "/")
	if err := a.store.EachMail(ctx, func(m *ledger.MailRecord) {
		byDigest := len(digest) >= shortest && strings.HasPrefix(m.Digest, digest)
		if byDigest || m.MessageID != "" && strings.Trim(m.MessageID, "<>") == strings.Trim(name, "<>") {
			found = append(found, *m)
		}
	}); err != nil {
		return nil, err
	}
	slices.SortFunc(found, byArrival)
	switch {
	case len(found) == 0:
		return nil, refuse(RefuseNoMail, name)
	case len(found) > 1:
		var ids []string
		for _, m := range found {
			ids = append(ids, m.Digest[:numberLen])
		}
		return nil, refuse(RefuseAmbiguous, strings.Join(ids, "、"))
	}
	return &found[0], nil
}

// mail explains one mail.
func (x *explaining) mail(name string) error {
	m, err := x.a.mailNamed(x.ctx, name)
	if err != nil {
		return err
	}
	docs := x.subs[m.Digest]
	r := x.reply(m.Digest)
	x.e.In = []MailExplained{{*m, docs, r, x.tombstone(m.Digest)}}
	switch {
	case len(docs) == 1:
		x.e.Unit, x.e.Period = docs[0].Unit, docs[0].Period
	case len(docs) == 0 && r != nil:
		x.e.Unit, x.e.Period = r.Unit, r.Period
	}
	x.out(func(o *ledger.Outgoing) bool { return x.answers(o, map[string]bool{m.Digest: true}) })
	return x.events(func(v *ledger.Event) bool { return strings.HasPrefix(v.Ref, m.Digest) })
}

// events gathers events of the audit log.
func (x *explaining) events(of func(*ledger.Event) bool) error {
	return x.a.store.EachEvent(x.ctx, 0, func(v *ledger.Event) {
		if of(v) {
			x.e.Events = append(x.e.Events, *v)
		}
	})
}

// queriesExplained are the queries of the version, each with what closed it.
func queriesExplained(b *ledger.Book, v *ledger.Submission) []QueryExplained {
	var out []QueryExplained
	for _, f := range v.Reading.Queries() {
		q := QueryExplained{Finding: f, Explanation: b.ExplanationOf(v, f)}
		q.Open = q.Explanation == nil && v.Quality != ledger.QualityVerified
		for _, e := range b.Explanations {
			if q.Explanation == nil && e.Unit == v.Unit && e.Topic.Code == f.Code {
				q.Lapsed++
			}
		}
		out = append(out, q)
	}
	return out
}

// reply is what the mail says in words, nil when it says nothing of queries.
func (x *explaining) reply(digest string) *ledger.Reply {
	r, _ := x.st.Reply(digest + "/0")
	return r
}

// answers reports whether the mail of ours answers one of the messages: its
// key names the message.
func (x *explaining) answers(o *ledger.Outgoing, digests map[string]bool) bool {
	for part := range strings.SplitSeq(o.Key, "/") {
		if digests[part] {
			return true
		}
	}
	return false
}

// out gathers the mails of ours.
func (x *explaining) out(of func(*ledger.Outgoing) bool) {
	for _, o := range x.st.Outbox {
		if of(o) {
			x.e.Out = append(x.e.Out, OutExplained{*o, notify.RealRecipients(*o)})
		}
	}
}

// byArrival orders messages by arrival, then digest.
func byArrival(a, b ledger.MailRecord) int {
	return cmp.Or(a.Arrived.Compare(b.Arrived), cmp.Compare(a.Digest, b.Digest))
}

func (x *explaining) sort() {
	slices.SortFunc(x.e.In, func(a, b MailExplained) int { return byArrival(a.Mail, b.Mail) })
	slices.SortFunc(x.e.Out, func(a, b OutExplained) int {
		return cmp.Or(a.Mail.Created.Compare(b.Mail.Created), cmp.Compare(a.Mail.Key, b.Mail.Key))
	})
}
