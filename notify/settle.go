package notify

import (
	"fmt"
	"slices"
	"time"

	"taizhang/ledger"
)

// Proof says when an ambiguous mail counts as absent from our own mailbox
// (architecture: the mailbox settles doubt).
type Proof struct {
	After  time.Duration // since the end-of-data: the mailbox was looked at this much later
	Polls  uint64        // complete polls since the doubt was recorded
	GiveUp time.Duration // since the end-of-data: a person must settle it
}

// DefaultProof returns 30 minutes, 3 polls and a day.
func DefaultProof() Proof {
	return Proof{After: 30 * time.Minute, Polls: 3, GiveUp: 24 * time.Hour}
}

// ambiguousReply is the record of a doubt: it holds the number of complete
// polls so far, from which the three further ones are counted, restarts or not.
func ambiguousReply(polls uint64, why string) string {
	return fmt.Sprintf("no answer to end-of-data, after %d complete polls: %s", polls, why)
}

// pollsAtDoubt reads the number that ambiguousReply wrote.
func pollsAtDoubt(reply string) (uint64, bool) {
	var n uint64
	_, err := fmt.Sscanf(reply, "no answer to end-of-data, after %d complete polls:", &n)
	return n, err == nil
}

// settle decides what becomes of a mail that is in doubt: an attempt without
// an end on record, or an end-of-data without an answer. It returns how the
// mail is settled, or when it should be looked at again.
//
// A mail that waits to be sent again is settled too when the copy has come in
// the meantime. A refused one stays refused: that is the server's definite
// word, and final in the store.
func settle(now time.Time, o *ledger.Outgoing, s *ledger.State, pr Proof) (f ledger.SendFinish, ok bool, next time.Time) {
	last := lastAttempt(o)
	f.At = now
	switch {
	case o.State == ledger.SendSending && last.EndOfData.IsZero():
		f.State, f.Reply = ledger.SendQueued, "interrupted before end-of-data: provably unsent"
		return f, true, next
	case o.State == ledger.SendSending:
		f.State, f.Reply = ledger.SendAmbiguous, ambiguousReply(s.Poll.Count, "interrupted")
		return f, true, next
	case shownByCopy(o):
		f.State, ok = copyShown(o)
		f.Reply = "our own mailbox shows the copy"
		return f, ok, next
	case o.State != ledger.SendAmbiguous:
		return f, false, next
	}
	return settleAbsent(now, o, s, pr)
}

// unsettled reports whether settle may have something to say of the mail: what
// was sent, left out or refused has its end.
func unsettled(o *ledger.Outgoing) bool {
	return o.State != ledger.SendSent && o.State != ledger.SendSkipped && o.State != ledger.SendRefused
}

// copyShown returns what becomes of a mail whose copy was seen.
func copyShown(o *ledger.Outgoing) (ledger.SendState, bool) {
	switch o.State {
	case ledger.SendQueued, ledger.SendDeferred, ledger.SendAmbiguous, ledger.SendHuman:
	default:
		return "", false
	}
	if last := lastAttempt(o); last.Result == ledger.SendAmbiguous && len(putOff(o, last.Recipient)) > 0 {
		// Taken, but not for all of those it was meant for.
		return ledger.SendHuman, o.State != ledger.SendHuman
	}
	return ledger.SendSent, true
}

// settleAbsent decides about an ambiguous mail whose copy was not seen.
func settleAbsent(now time.Time, o *ledger.Outgoing, s *ledger.State, pr Proof) (f ledger.SendFinish, ok bool, next time.Time) {
	last := lastAttempt(o)
	f.At = now
	soon, end := last.EndOfData.Add(pr.After), last.EndOfData.Add(pr.GiveUp)
	switch {
	case len(acceptedBy(o)) > 0:
		f.State, f.Reply = ledger.SendHuman, "no answer for the recipients that were left: the copy cannot settle it"
		return f, true, next
	case now.Before(soon):
		return f, false, soon
	case o.Resent:
		f.State, f.Reply = ledger.SendHuman, "no answer again after it was sent a second time"
		return f, true, next
	case o.Kind == ledger.MailProbe:
		f.State, f.Reply = ledger.SendHuman, "a probe is not sent again"
		return f, true, next
	case provedAbsent(o, s, pr):
		f.State, f.Resent = ledger.SendQueued, true
		f.Reply = fmt.Sprintf("proved absent: %d complete polls and the copy of a later mail did not show it", s.Poll.Count)
		return f, true, next
	case !now.Before(end):
		f.State, f.Reply = ledger.SendHuman, "neither the copy nor its absence was proved in "+pr.GiveUp.String()
		return f, true, next
	}
	return f, false, end
}

// provedAbsent reports whether the mailbox would show the copy if there were
// one: the server took our own address as a recipient, the copy of a later
// mail or of the probe has come, and the mailbox was read completely often
// enough since the doubt and since that copy, the last time late enough.
func provedAbsent(o *ledger.Outgoing, s *ledger.State, pr Proof) bool {
	last := lastAttempt(o)
	polls, ok := pollsAtDoubt(last.Reply)
	if _, refused := last.Recipient[o.From]; refused {
		return false // there is no copy that could come
	}
	if !ok || s.Poll.Count < polls+pr.Polls || s.Poll.Complete.Before(last.EndOfData.Add(pr.After)) {
		return false
	}
	for _, other := range s.Outbox {
		if other.Key == o.Key || other.CopySeen.IsZero() || len(other.Attempts) == 0 {
			continue
		}
		// Its first attempt is later, so its copy cannot stem from before. A
		// mail that is slower than a later one gets as many polls more.
		if other.Attempts[0].Begun.After(last.EndOfData) && other.CopySeen.After(last.EndOfData) && s.Poll.Count >= other.CopyPolls+pr.Polls {
			return true
		}
	}
	return false
}

// shownByCopy reports whether the copy in our mailbox proves that the mail was
// taken: an end-of-data was begun, and no earlier transaction, whose copy it
// could be as well, had only some of the recipients.
func shownByCopy(o *ledger.Outgoing) bool {
	return !o.CopySeen.IsZero() && len(acceptedBy(o)) == 0 &&
		slices.ContainsFunc(o.Attempts, func(a ledger.SendAttempt) bool { return !a.EndOfData.IsZero() })
}

func lastAttempt(o *ledger.Outgoing) ledger.SendAttempt {
	if n := len(o.Attempts); n > 0 {
		return o.Attempts[n-1]
	}
	return ledger.SendAttempt{}
}

// acceptedBy returns the recipients whose server has taken the mail in an
// earlier transaction. An attempt that ended after its end-of-data lists in
// Recipient everyone who did not get it.
func acceptedBy(o *ledger.Outgoing) []string {
	var out []string
	left := o.Recipients
	for _, a := range o.Attempts {
		// What the copy has shown, and the desk then has sent to those who were
		// put off, is taken too.
		shown := a.Result == ledger.SendAmbiguous && !o.CopySeen.IsZero() && o.LastResend().After(a.Begun)
		if a.EndOfData.IsZero() || a.Result != ledger.SendSent && a.Result != ledger.SendDeferred && !shown {
			continue
		}
		var still []string
		for _, r := range left {
			if _, refused := a.Recipient[r]; refused {
				still = append(still, r)
			} else {
				out = append(out, r)
			}
		}
		left = still
	}
	return out
}

// Pending returns the recipients of the next attempt: all, or after a partial
// acceptance those that were put off, and those refused before the desk ordered
// another try. Nobody who has it gets it again.
func Pending(o *ledger.Outgoing) []string {
	done := acceptedBy(o)
	if len(done) == 0 {
		return o.Recipients
	}
	gone := map[string]bool{}
	for _, r := range done {
		gone[r] = true
	}
	for _, a := range o.Attempts {
		if a.Begun.Before(o.LastResend()) {
			continue
		}
		for r, reply := range a.Recipient {
			gone[r] = gone[r] || !temporary(classOfReply(reply))
		}
	}
	var out []string
	for _, r := range o.Recipients {
		if !gone[r] && !copyOnly(o, r) {
			out = append(out, r)
		}
	}
	return out
}

// temporary reports whether a recipient refused with the class may be tried
// again: the refusal was not about the recipient, or not for ever.
func temporary(c Class) bool { return c != ClassRecipient && c != ClassContent }

// putOff returns the real recipients among the refused whose refusal was not
// for ever.
func putOff(o *ledger.Outgoing, refused map[string]string) []string {
	var out []string
	for _, r := range o.Recipients {
		if reply, ok := refused[r]; ok && !copyOnly(o, r) && temporary(classOfReply(reply)) {
			out = append(out, r)
		}
	}
	return out
}

// deferrals counts the attempts that were put off.
func deferrals(o *ledger.Outgoing) int {
	n := 0
	for _, a := range o.Attempts {
		if a.Result == ledger.SendDeferred {
			n++
		}
	}
	return n
}
