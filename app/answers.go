package app

import (
	"context"
	"fmt"

	"taizhang/ingest"
	"taizhang/ledger"
	"taizhang/notify/compose"
	"taizhang/notify/mailer"
)

// Answer words the answer to a document and renders it (ingest.Answerer).
func (a *App) Answer(ctx context.Context, q ingest.Answer) ([]ledger.Outgoing, error) {
	f := a.answerFacts(&q)
	var m ledger.Mail
	var err error
	if q.Reply != nil {
		m, err = a.explained(&q, f)
		return a.finished(m, q.Key, err)
	}
	if q.Submission == nil && len(q.Rosters) > 0 {
		m, err = a.compose.Roster(compose.RosterFacts{Common: f, Kind: q.Kind})
		return a.finished(m, q.Key, err)
	}
	switch q.Kind {
	case ledger.MailReceipt:
		m, err = a.receipt(&q, f)
	case ledger.MailHeld:
		m, err = a.compose.Held(compose.HeldFacts{Common: f, Documents: []compose.Document{a.document(&q)}, InForce: a.inForce(&q)})
	case ledger.MailReturn:
		m, err = a.returned(ctx, &q, f)
	case ledger.MailAmended:
		m, err = a.amended(&q, f)
	case ledger.MailUnreadable:
		m, err = a.compose.Unreadable(compose.UnreadableFacts{Common: f, Findings: q.Findings})
	default:
		err = fmt.Errorf("no answer of kind %s", q.Kind)
	}
	return a.finished(m, q.Key, err)
}

// finished renders an answer that was composed.
func (a *App) finished(m ledger.Mail, key string, err error) ([]ledger.Outgoing, error) {
	if err != nil {
		return nil, fmt.Errorf("compose %s: %w", key, err)
	}
	m.Answer = true
	out, err := a.render(m)
	if err != nil {
		return nil, err
	}
	return []ledger.Outgoing{out}, nil
}

// render turns a mail into the bytes that are stored and sent.
func (a *App) render(m ledger.Mail) (ledger.Outgoing, error) {
	box := a.opt.Config.Mailbox
	out, err := mailer.Render(m, mailer.RenderOptions{From: ledger.Address{Name: box.Name, Addr: box.User}, Self: box.User})
	if err != nil {
		return out, fmt.Errorf("render %s: %w", m.Key, err)
	}
	return out, nil
}

// common fills what every mail about one unit and period says.
func (a *App) common(st *ledger.State, key, unit string, p ledger.Period) compose.Common {
	f := compose.Common{Key: key, Unit: unit, Period: p}
	if unit != "" {
		f.Liaison = a.person(st, unit, liaison)
	}
	if p.IsZero() {
		return f
	}
	s := st.Book(p).Standing(a.campaign.Schedule, unit, a.campaign.Schedule.Opens(p))
	f.Due, f.CutOff, f.Extended = s.Due, s.CutOff, s.Extended
	f.Closing = st.Book(p).ClosingOf(a.campaign.Schedule)
	return f
}

func (a *App) answerFacts(q *ingest.Answer) compose.Common {
	unit, period := "", ledger.Period{}
	if q.Submission != nil {
		unit, period = q.Submission.Unit, q.Submission.Period
	} else if q.Reply != nil {
		unit, period = q.Reply.Unit, q.Reply.Period
	} else if k, ok := q.State.UnitOf(q.Mail.From.Addr); ok {
		unit = k.Unit
	}
	byDesk := q.ByDesk || q.Submission != nil && q.Submission.ByDesk
	var rosters []compose.Roster
	for _, s := range q.Rosters {
		if q.Submission == nil && unit == "" {
			unit = s.Unit
		}
		byDesk = byDesk || s.ByDesk
		rosters = append(rosters, compose.Roster{File: s.Reading.File, Lines: s.Reading.Roster, Quality: s.Quality, Findings: s.Reading.Findings})
	}
	f := a.common(q.State, q.Key, unit, period)
	f.Now, f.To, f.Rosters = q.Now, q.To, rosters
	f.ToDesk = byDesk
	if f.ToDesk {
		f.To = a.campaign.Desk.Addresses
	}
	f.Reason = "answer to " + q.Mail.Digest[:12]
	f.Original = &compose.Original{MessageID: q.Mail.MessageID, References: q.References, Subject: q.Mail.Subject, Arrived: q.Mail.Arrived}
	return f
}

// document is the submission as a mail shows it.
func (a *App) document(q *ingest.Answer) compose.Document {
	s := q.Submission
	d := compose.Document{
		File: s.Reading.File, Sheet: s.Reading.Sheet, Period: s.Period, Version: s.Version, Arrived: s.Arrived,
		Attempt: s.Attempt(), Unverified: q.Mail.Proof == string(ingest.ProofNone) && !s.ByDesk, Figures: s.Reading.Figures,
	}
	stands := s // the version that its queries are those of
	if s.Quality == ledger.QualityDuplicate && q.Before != nil {
		stands = q.Before
	}
	d.Findings, d.Explained = openFindings(q.State.Book(stands.Period), stands, s)
	if s.Quality == ledger.QualityDuplicate && q.Before != nil { // what the desk said of the version stands for its copy
		d.Findings = append(d.Findings, deskWord(q.Before)...)
	}
	if s.Unit == "" || s.Period.IsZero() {
		return d
	}
	st := q.State.Book(s.Period).Standing(a.campaign.Schedule, s.Unit, q.Now)
	d.Punctuality, d.LateDays = st.Punctuality, st.LateDays
	if s.Quality.Counts() {
		d.Progress = a.progress(q.State, s)
	}
	return d
}

// inForce is the version that stays in force beside the document; 0: none.
func (a *App) inForce(q *ingest.Answer) int {
	s := q.Submission
	if s == nil || s.Unit == "" || s.Period.IsZero() {
		return 0
	}
	if v := q.State.Book(s.Period).Standing(a.campaign.Schedule, s.Unit, q.Now).InForce; v != nil && v.ID != s.ID {
		return v.Version
	}
	return 0
}

func (a *App) receipt(q *ingest.Answer, f compose.Common) (ledger.Mail, error) {
	d := a.document(q)
	if q.Submission.Quality == ledger.QualityDuplicate {
		d.Version = q.Submission.Duplicate
		return a.compose.Duplicate(compose.DuplicateFacts{Common: f, Document: d, Earlier: q.Before.Arrived})
	}
	return a.compose.Receipt(compose.ReceiptFacts{Common: f, Documents: []compose.Document{d}, Verified: q.Submission.Quality == ledger.QualityVerified})
}

func (a *App) returned(ctx context.Context, q *ingest.Answer, f compose.Common) (ledger.Mail, error) {
	r := compose.ReturnFacts{Common: f, Document: a.document(q), InForce: a.inForce(q)}
	if q.Submission.Quality == ledger.QualityDuplicate {
		r.Document.Version = q.Submission.Duplicate
	}
	if copied, ok := a.annotate(ctx, q); ok {
		r.Attachments = append(r.Attachments, copied.Attachment)
		r.Annotated, r.Rendered = copied.Name, copied.Rendered
	}
	return a.compose.Return(r)
}

func (a *App) amended(q *ingest.Answer, f compose.Common) (ledger.Mail, error) {
	s, old := q.Submission, q.Before
	st := q.State.Book(s.Period).Standing(a.campaign.Schedule, s.Unit, q.Now)
	am := compose.AmendedFacts{
		Common: f, Document: a.document(q), Previous: old.Version, Counted: old.Quality.Counts(), Old: old.Reading.Figures,
		Words:  old.Reading.Measures != s.Reading.Measures || old.Reading.Task != s.Reading.Task,
		People: old.Reading.Officer != s.Reading.Officer || old.Reading.Liaison != s.Reading.Liaison,
		First:  st.Attempt, Unread: a.unread(&old.Reading),
	}
	book := q.State.Book(s.Period)
	switch {
	case am.Counted && old.Reading.Figures.SameFacts(s.Reading.Figures):
		am.Effect = compose.EffectNone
	case len(book.Issues) == 0:
		am.Effect = compose.EffectSummary
	case q.Now.Before(book.ClosingOf(a.campaign.Schedule)):
		am.Effect = compose.EffectReissue
		am.ReissueAt = a.reissueAt(q.Now)
	default:
		am.Effect = compose.EffectOrder
	}
	return a.compose.Amended(am)
}

// unread is what stood in the cells of figures that could not be read, by
// measure key.
func (a *App) unread(r *ledger.Reading) map[string]string {
	out := map[string]string{}
	for _, f := range r.Findings {
		for _, m := range a.campaign.Form.Measures {
			if arg := f.Args["measure"]; f.Severity == ledger.Block && (arg == m.Key || arg == m.Name) {
				out[m.Key] = f.Value
			}
		}
	}
	return out
}

// findingsOf are the findings that stand for a submission now: once the desk
// has decided, what held it is settled, and a return has the desk's reason.
func findingsOf(s *ledger.Submission) []ledger.Finding {
	if s.Quality == ledger.QualityHeld {
		return s.Reading.Findings
	}
	return append(withoutHolds(s.Reading.Findings), deskWord(s)...)
}

// deskWord is the desk's own reason for returning or withdrawing the
// submission, as a finding; none when it did neither.
func deskWord(s *ledger.Submission) []ledger.Finding {
	given := map[ledger.Quality]string{ledger.QualityReturned: actionReturn, ledger.QualityWithdrawn: actionWithdraw}[s.Quality]
	if n := len(s.Decisions); n > 0 && given != "" && s.Decisions[n-1].Action == given {
		return []ledger.Finding{{Code: ledger.IDeskReturn, Severity: ledger.Block, Args: map[string]string{"why": s.Decisions[n-1].Reason}}}
	}
	return nil
}
