package ingest

import (
	"context"
	"slices"
	"strconv"
	"time"

	"taizhang/ledger"
)

// place turns a reading into a submission: the sender's identity, the late
// discovery, the repeated document, the version (rule book §3, §5.3). The
// second value is the newest version before it.
func (d *deciding) place(doc *document, n int) (ledger.Submission, *ledger.Submission) {
	r := doc.reading
	sub := ledger.Submission{
		ID: d.id(n), Mail: d.rec.Digest, Unit: r.Unit, Period: r.Period,
		Arrived: d.rec.Arrived, Decided: d.now, ByDesk: d.from.desk, Sender: d.from.addr,
	}
	for _, f := range d.from.findings(d.Policy, r.Unit) {
		if !r.Has(f.Code) { // check has said so of the unit already
			f.File = r.File
			r.Findings = append(r.Findings, f)
		}
	}
	var newest *ledger.Submission
	if sub.Unit != "" && !sub.Period.IsZero() {
		st := d.state.Book(sub.Period).Standing(d.Campaign.Schedule, sub.Unit, d.now)
		newest = copied(st.Newest)
		if r.Verdict() != ledger.Held {
			if newest != nil && newest.Reading.SameContent(&r) && !d.restores(newest) {
				sub.Quality, sub.Duplicate, sub.Reading = ledger.QualityDuplicate, newest.Version, r
				return sub, newest
			}
			for _, f := range d.againstVersions(&st, &r) {
				f.File = r.File
				r.Findings = append(r.Findings, f)
			}
		}
		if d.Policy.Open && !d.from.known && r.Verdict() != ledger.Held {
			d.change.Addresses = append(d.change.Addresses, ledger.KnownAddress{Addr: d.from.addr, Unit: r.Unit, Unsigned: true, Source: "open", Since: d.now})
		}
	}
	sub.Reading = r
	sub.Quality = qualityOf(r.Findings)
	if sub.Quality != ledger.QualityHeld {
		sub.Version = 1
		if newest != nil {
			sub.Version = newest.Version + 1
		}
	}
	return sub, newest
}

// againstVersions says what the versions already there make of a new one.
func (d *deciding) againstVersions(st *ledger.Standing, r *ledger.Reading) []ledger.Finding {
	var out []ledger.Finding
	if st.Newest != nil && d.rec.Arrived.Before(st.Said) {
		out = append(out, ledger.Finding{Code: ledger.ILateDiscovery, Severity: ledger.Hold,
			Args: map[string]string{"version": strconv.Itoa(st.Newest.Version)}})
	}
	if st.InForce != nil && d.from.proof != ProofPass && !st.InForce.Reading.Figures.SameFacts(r.Figures) {
		out = append(out, ledger.Finding{Code: ledger.IUnsignedChange, Severity: ledger.Hold})
	}
	var same *ledger.Submission // the newest of the older versions that it repeats
	for _, old := range d.state.Book(r.Period).UnitSubmissions(r.Unit) {
		if old.Version > 0 && (st.Newest == nil || old.Version < st.Newest.Version) && old.Reading.SameContent(r) &&
			(same == nil || old.Version > same.Version) {
			same = old
		}
	}
	switch {
	case same == nil:
	case same.Quality == ledger.QualityWithdrawn && !d.from.desk:
		out = append(out, ledger.Finding{Code: ledger.IDeskReturn, Severity: ledger.Block, Args: map[string]string{"why": lastWord(same)}})
	default:
		out = append(out, ledger.Finding{Code: ledger.TOlderResend, Severity: ledger.Query,
			Args: map[string]string{"version": strconv.Itoa(same.Version)}})
	}
	return out
}

// restores reports whether the desk itself hands in what it has withdrawn: that
// is its word that the figures stand, and a new version. A county cannot take
// back the desk's word: its copy is answered with the reason (rule book §5.2).
func (d *deciding) restores(newest *ledger.Submission) bool {
	return d.from.desk && newest.Quality == ledger.QualityWithdrawn
}

// lastWord is the reason of the desk's newest decision about the submission.
func lastWord(s *ledger.Submission) string {
	if n := len(s.Decisions); n > 0 {
		return s.Decisions[n-1].Reason
	}
	return ""
}

func copied(s *ledger.Submission) *ledger.Submission {
	if s == nil {
		return nil
	}
	c := *s
	return &c
}

// qualityOf turns findings into the quality of a fresh submission.
func qualityOf(fs []ledger.Finding) ledger.Quality {
	switch ledger.VerdictOf(fs) {
	case ledger.Returned:
		return ledger.QualityReturned
	case ledger.Held, ledger.UnreadableIt:
		return ledger.QualityHeld
	}
	for _, f := range fs {
		if f.Severity == ledger.Query {
			return ledger.QualityQueried
		}
	}
	return ledger.QualityAccepted
}

// answer has the answer to a placed document written. Nothing is mailed to an
// unknown address, to automatic mail or to what only echoes us, and nothing for
// the past or after the end (rule book §3, §4, §8). The rosters beside it are
// told in the same mail.
func (d *deciding) answer(ctx context.Context, sub, before *ledger.Submission, doc *document, rosters []ledger.Submission) error {
	if d.silent == "" && d.echoes(sub) {
		d.silent = "it repeats within our own thread what was answered lately"
	}
	if d.silent != "" || d.unanswered() || !d.from.known && sub.Quality == ledger.QualityHeld {
		return nil
	}
	a := d.newAnswer(answerKind(sub, before), string(answerKind(sub, before))+"/"+sub.ID)
	a.Submission, a.Before, a.File, a.Tables, a.Rosters = sub, before, doc.file.Data, doc.tables, rosters
	return d.send(ctx, a)
}

func answerKind(sub, before *ledger.Submission) ledger.MailKind {
	switch {
	case sub.Quality == ledger.QualityHeld:
		return ledger.MailHeld
	case sub.Quality == ledger.QualityReturned:
		return ledger.MailReturn
	case sub.Quality == ledger.QualityDuplicate && (before.Quality == ledger.QualityReturned || before.Quality == ledger.QualityWithdrawn):
		return ledger.MailReturn // still the same mistakes
	case sub.Quality != ledger.QualityDuplicate && before != nil:
		return ledger.MailAmended
	}
	return ledger.MailReceipt
}

func (d *deciding) newAnswer(kind ledger.MailKind, key string) Answer {
	to := []ledger.Address{{Name: d.rec.From.Name, Addr: d.from.addr}}
	return Answer{Kind: kind, Key: key, Mail: d.rec, References: d.msg.Header.References, To: to, State: d.state, Now: d.now}
}

func (d *deciding) send(ctx context.Context, a Answer) error {
	out, err := d.Answers.Answer(ctx, a)
	if err != nil {
		return err
	}
	d.change.Outgoing = append(d.change.Outgoing, out...)
	return nil
}

// withoutLedger decides a message in which no ledger could be read.
func (d *deciding) withoutLedger(ctx context.Context) error {
	var findings []ledger.Finding
	for _, doc := range d.docs {
		d.rec.Notes = append(d.rec.Notes, doc.reading)
		for _, f := range doc.reading.Findings {
			if f.Severity == ledger.Unreadable {
				findings = append(findings, f)
			}
		}
	}
	if len(findings) == 0 || d.plainWords() { // a stamped photo beside them takes nothing from plain words
		if done, err := d.inWords(ctx); done || err != nil {
			return err
		}
	}
	speaks := SpeaksOfLedger(d.Campaign, d.msg)
	switch {
	case !speaks && len(findings) == 0:
		return d.finish(ledger.OutcomeIgnored, "no ledger, and none spoken of")
	case d.from.desk:
		return d.finish(ledger.OutcomeIgnored, "the desk's own mail, without a ledger")
	case !d.from.known:
		return d.finish(ledger.OutcomeHeld, "from an unknown address, without a readable ledger")
	}
	if len(findings) == 0 {
		findings = []ledger.Finding{{Code: ledger.FNoLedger, Severity: ledger.Unreadable}}
	}
	if d.unanswered() {
		return d.finish(ledger.OutcomeReturned, "no readable ledger")
	}
	if why := d.capped(); why != "" {
		return d.finish(ledger.OutcomeHeld, "no readable ledger; not answered: "+why)
	}
	a := d.newAnswer(ledger.MailUnreadable, "unreadable/"+d.rec.Digest)
	a.Findings = findings
	if err := d.send(ctx, a); err != nil {
		return err
	}
	return d.finish(ledger.OutcomeReturned, "no readable ledger")
}

// repliesToUs reports whether the message answers a mail of ours.
func (d *deciding) repliesToUs() bool {
	refs := append(append([]string(nil), d.msg.Header.InReplyTo...), d.msg.Header.References...)
	for _, o := range d.state.Outbox {
		if o.MessageID != "" && contains(refs, o.MessageID) {
			return true
		}
	}
	return false
}

// echoes reports whether the document came in answer to a mail of ours and says
// what its sender has lately said, when that was no news either: so does a robot
// that does not call itself one and returns the file with each answer (rule book
// §8). The document counts as any other.
func (d *deciding) echoes(sub *ledger.Submission) bool {
	if sub.Unit == "" || sub.Period.IsZero() || !d.repliesToUs() {
		return false
	}
	lately := d.now.Add(-d.Caps.Every)
	return slices.ContainsFunc(d.state.Book(sub.Period).UnitSubmissions(sub.Unit), func(o *ledger.Submission) bool {
		return o.ID != sub.ID && o.Sender == sub.Sender && o.Quality == sub.Quality && o.Decided.After(lately) &&
			(o.Quality == ledger.QualityDuplicate || o.Quality == ledger.QualityHeld) && o.Reading.SameContent(&sub.Reading)
	})
}

// capped says why no further automatic answer may be given now, or "".
func (d *deciding) capped() string {
	sender, day := 0, 0
	for _, o := range d.state.Outbox {
		if o.Kind != ledger.MailUnreadable {
			continue
		}
		if o.Created.After(d.now.Add(-24 * time.Hour)) {
			day++
		}
		if o.Created.After(d.now.Add(-d.Caps.Every)) && contains(o.Recipients, d.from.addr) {
			sender++
		}
	}
	switch {
	case sender >= d.Caps.PerSender:
		return "this sender was answered lately"
	case day >= d.Caps.PerDay:
		return "the day's automatic answers are used up"
	}
	return ""
}
