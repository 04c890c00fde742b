package app

import (
	"fmt"
	"slices"

	"taizhang/ingest"
	"taizhang/ledger"
)

// releaseRoster records a held roster by the desk's word: its people hold from
// its arrival on, and its mail addresses become known (rule book §3). What
// blocks it still blocks it.
func (w *deskWork) releaseRoster(s *ledger.Submission) error {
	lines := slices.Clone(s.Reading.Roster)
	for i := range lines {
		if lines[i].Unit == "" { // the desk may have said whose it is
			lines[i].Unit = s.Unit
		}
	}
	if len(ledger.MainLines(lines)) == 0 {
		return refuse(RefuseUnplaced, ShortID(s.ID))
	}
	if ledger.VerdictOf(withoutHolds(s.Reading.Findings)) == ledger.Returned {
		return refuse(RefuseBlocked, ShortID(s.ID))
	}
	s.Quality = ledger.QualityAccepted
	if slices.ContainsFunc(s.Reading.Findings, func(f ledger.Finding) bool { return f.Severity == ledger.Query }) {
		s.Quality = ledger.QualityQueried
	}
	ingest.TakeRoster(&w.change, w.st, s, lines, append([]string{w.opt.Config.Mailbox.User}, deskAddresses(w.campaign)...))
	w.put(s)
	return w.answerRoster(s, lines)
}

// answerRoster tells the sender that the roster is recorded.
func (w *deskWork) answerRoster(s *ledger.Submission, lines []ledger.RosterLine) error {
	rec, ok, err := w.store.Mail(w.ctx, s.Mail)
	if err != nil {
		return err
	}
	_, known := w.st.UnitOf(s.Sender)
	if !ok || rec.PreEpoch || !known && !s.ByDesk {
		return nil
	}
	told := *s
	told.Reading.Findings, told.Reading.Roster = withoutHolds(s.Reading.Findings), lines
	out, err := w.Answer(w.ctx, ingest.Answer{Kind: ledger.MailReceipt, Key: fmt.Sprintf("%s/%s/accepted", ledger.MailReceipt, s.ID), Mail: rec,
		To: []ledger.Address{{Name: rec.From.Name, Addr: s.Sender}}, Rosters: []ledger.Submission{told}, State: w.st, Now: w.now})
	if err != nil {
		return err
	}
	w.change.Outgoing = append(w.change.Outgoing, out...)
	return nil
}

func deskAddresses(c *ledger.Campaign) []string {
	var out []string
	for _, a := range c.Desk.Addresses {
		out = append(out, a.Addr)
	}
	return out
}
