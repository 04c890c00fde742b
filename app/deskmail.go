package app

import "taizhang/ledger"

// settleMail is the desk's word on a mail of ours that may or may not have
// gone out: the county has it, or it is to be sent once more.
func (w *deskWork) settleMail() error {
	o, ok := w.st.Outbox[w.d.Target]
	if !ok || o.State != ledger.SendHuman {
		return refuse(RefuseNoDoubt, w.d.Target)
	}
	state := ledger.SendSent
	if w.d.Action == actionResend {
		state = ledger.SendQueued
	}
	if state == ledger.SendSent && len(o.Attempts) == 0 {
		return refuse(RefuseNoDoubt, w.d.Target)
	}
	w.change.Settled = append(w.change.Settled, ledger.Settlement{Key: o.Key, State: state, Why: "by the desk: " + w.d.Reason})
	w.change.Events = append(w.change.Events, ledger.Event{At: w.now, Actor: actorDesk, What: "desk " + w.d.Action, Unit: o.Unit, Period: o.Period, Ref: o.Key, Text: w.d.Reason})
	w.result.Changed = append(w.result.Changed, Changed{What: w.d.Action, Unit: o.Unit, Period: o.Period, ID: o.Subject})
	return nil
}
