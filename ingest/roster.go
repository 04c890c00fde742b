package ingest

import (
	"context"
	"slices"

	"taizhang/ledger"
)

// rosters returns the documents that are rosters (名单).
func (d *deciding) rosters() []*document {
	var out []*document
	for i := range d.docs {
		if d.docs[i].reading.Kind == ledger.KindRoster {
			out = append(out, &d.docs[i])
		}
	}
	return out
}

// settleRosters decides every roster of the message: one of a sender whose
// identity stands is recorded from its arrival on, one with something missing
// is returned, any other is held for the desk and gives no addresses (rule
// book §3). first is the ordinal of the first of them.
func (d *deciding) settleRosters(first int) []ledger.Submission {
	var out []ledger.Submission
	for i, doc := range d.rosters() {
		r := doc.reading
		for _, f := range d.from.findings(d.Policy, r.Unit) {
			if !r.Has(f.Code) {
				f.File = r.File
				r.Findings = append(r.Findings, f)
			}
		}
		if ledger.VerdictOf(r.Findings) != ledger.Held && d.from.proof != ProofPass && d.changesPeople(&r) {
			r.Findings = append(r.Findings, ledger.Finding{Code: ledger.IUnsignedChange, Severity: ledger.Hold, File: r.File})
		}
		s := ledger.Submission{ID: d.id(first + i), Mail: d.rec.Digest, Unit: r.Unit, Arrived: d.rec.Arrived, Decided: d.now,
			ByDesk: d.from.desk, Sender: d.from.addr, Reading: r, Quality: qualityOf(r.Findings)}
		switch {
		case s.Quality == ledger.QualityHeld:
			d.change.Submissions = append(d.change.Submissions, s)
			d.state.Put(s)
		case s.Quality.Counts():
			TakeRoster(&d.change, d.state, &s, r.Roster, append([]string{d.Policy.Own}, d.Policy.Desk...))
		}
		d.event("roster", s.Unit, ledger.Period{}, s.ID, string(s.Quality))
		out = append(out, s)
	}
	return out
}

// changesPeople reports that the roster would give an address that is not yet
// known, or replace people that are on record: mail without proof of its sender
// does neither, however often mail of that address was taken before.
func (d *deciding) changesPeople(r *ledger.Reading) bool {
	for _, l := range ledger.MainLines(r.Roster) {
		for _, addr := range []string{l.Liaison.Addr, l.Officer.Addr} {
			if _, known := d.state.Addresses[addr]; addr != "" && !known {
				return true
			}
		}
		for i := len(d.state.Rosters) - 1; i >= 0; i-- {
			if old := d.state.Rosters[i].Line; old.Unit == l.Unit {
				if old != l {
					return true
				}
				break
			}
		}
	}
	return false
}

// withRosters finishes a message whose only readable documents are rosters.
func (d *deciding) withRosters(ctx context.Context) error {
	for _, doc := range d.docs {
		d.rec.Notes = append(d.rec.Notes, doc.reading)
	}
	rosters := d.settleRosters(1)
	worst := ledger.OutcomeAccepted
	for _, s := range rosters {
		worst = worse(worst, outcomeOf(s.Quality))
	}
	if !d.unanswered() && d.from.known {
		kind := RosterAnswer(rosters)
		a := d.newAnswer(kind, string(kind)+"/"+rosters[0].ID)
		a.Rosters = rosters
		if err := d.send(ctx, a); err != nil {
			return err
		}
	}
	return d.finish(worst, "a roster")
}

// RosterAnswer is the kind of mail that answers rosters: the gravest counts.
func RosterAnswer(rosters []ledger.Submission) ledger.MailKind {
	is := func(q ledger.Quality) bool {
		return slices.ContainsFunc(rosters, func(s ledger.Submission) bool { return s.Quality == q })
	}
	switch {
	case is(ledger.QualityReturned):
		return ledger.MailReturn
	case is(ledger.QualityHeld):
		return ledger.MailHeld
	}
	return ledger.MailReceipt
}

// TakeRoster records an accepted roster in the change and in the state: its
// people hold from its arrival on, and its mail addresses become known as the
// unit's (rule book §3). An address that is known already stays whose it is;
// those in not are nobody's.
func TakeRoster(c *ledger.Change, st *ledger.State, s *ledger.Submission, lines []ledger.RosterLine, not []string) {
	st.Rosters = slices.Clone(st.Rosters)
	for _, line := range ledger.MainLines(lines) {
		rec := ledger.RosterRecord{From: s.Arrived, Line: line, Ref: s.Mail}
		c.Rosters = append(c.Rosters, rec)
		st.Rosters = append(st.Rosters, rec)
		for _, addr := range []string{line.Liaison.Addr, line.Officer.Addr} {
			if _, known := st.Addresses[addr]; addr == "" || known || slices.Contains(not, addr) {
				continue
			}
			k := ledger.KnownAddress{Addr: addr, Unit: line.Unit, Source: "roster", Since: s.Arrived}
			c.Addresses = append(c.Addresses, k)
			st.Addresses[addr] = k
		}
	}
	slices.SortStableFunc(st.Rosters, func(a, b ledger.RosterRecord) int { return a.From.Compare(b.From) })
}
