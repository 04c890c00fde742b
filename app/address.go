package app

import (
	"errors"
	"slices"
	"strings"

	"taizhang/ingest"
	"taizhang/ledger"
)

// address binds an address to a unit and releases what was held only because
// the address was not known, or not known to write unsigned (rule book §3).
func (w *deskWork) address() error {
	if w.campaign.Unit(w.d.Unit) == nil {
		return refuse(RefuseUnit, w.d.Unit)
	}
	addr := strings.ToLower(strings.TrimSpace(w.d.Addr))
	local, domain, ok := strings.Cut(addr, "@")
	if !ok || local == "" || !strings.Contains(domain, ".") || strings.ContainsAny(addr, " \t\r\n<>,;\"") {
		return refuse(RefuseAddr, w.d.Addr)
	}
	if addr == w.opt.Config.Mailbox.User {
		return refuse(RefuseAddr, w.d.Addr)
	}
	old, had := w.st.UnitOf(addr)
	if had && old.Unit != w.d.Unit {
		return refuse(RefuseOwned, addr, old.Unit)
	}
	k := ledger.KnownAddress{Addr: addr, Unit: w.d.Unit, Unsigned: w.d.Unsigned || old.Unsigned, Source: "desk", Since: w.now}
	w.st.Addresses[addr] = k
	w.change.Addresses = append(w.change.Addresses, k)
	w.event(w.d.Unit, ledger.Period{}, addr)
	w.result.Changed = append(w.result.Changed, Changed{Unit: w.d.Unit, Addr: addr})
	for _, s := range w.waiting(addr, k) {
		changes, err := w.changesUnproven(&s)
		if err != nil {
			return err
		}
		if changes {
			continue // still for the desk
		}
		if err := w.release(&s); err != nil && !isRefusal(err) {
			return err
		}
	}
	return nil
}

// changesUnproven reports whether the document came without proof of its
// sender and would change figures in force: to know the address is not enough
// for that (rule book §3).
func (w *deskWork) changesUnproven(s *ledger.Submission) (bool, error) {
	force := w.st.Book(s.Period).Standing(w.campaign.Schedule, s.Unit, w.now).InForce
	if force == nil || s.ByDesk || force.Reading.Figures.SameFacts(s.Reading.Figures) {
		return false, nil
	}
	rec, _, err := w.store.Mail(w.ctx, s.Mail)
	return rec.Proof != string(ingest.ProofPass), err
}

// waiting returns the unit's held documents from the address that nothing else
// holds, in the order of arrival.
func (w *deskWork) waiting(addr string, k ledger.KnownAddress) []ledger.Submission {
	var out, all []ledger.Submission
	for _, b := range w.st.Sorted() {
		for _, s := range b.UnitSubmissions(k.Unit) {
			all = append(all, *s)
		}
	}
	for _, s := range w.st.Unplaced {
		if s.Unit == k.Unit && s.Reading.Kind == ledger.KindRoster {
			all = append(all, s)
		}
	}
	slices.SortStableFunc(all, func(a, b ledger.Submission) int { return a.Arrived.Compare(b.Arrived) })
	settled := func(f ledger.Finding) bool {
		return f.Severity != ledger.Hold || f.Code == ledger.ISenderUnknown || f.Code == ledger.ISenderUnsigned && k.Unsigned
	}
	for _, s := range all {
		unsettled := slices.ContainsFunc(s.Reading.Findings, func(f ledger.Finding) bool { return !settled(f) })
		if s.Quality == ledger.QualityHeld && s.Sender == addr && !unsettled {
			out = append(out, s)
		}
	}
	return out
}

func isRefusal(err error) bool {
	var no *Refusal
	return errors.As(err, &no)
}
