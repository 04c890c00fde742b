package notify

import (
	"fmt"
	"maps"
	"strings"
	"time"

	"taizhang/ledger"
)

// verdict is what one attempt leads to: the end of the attempt and, when the
// server's words concern all mails, a pause.
type verdict struct {
	finish ledger.SendFinish
	pause  *ledger.Pause
}

// judge turns a report into a verdict. o is the mail as it stood before the
// attempt, to the recipients that were tried, polls the number of complete
// polls so far.
func (l Limits) judge(o *ledger.Outgoing, to []string, rep Report, at time.Time, polls uint64, zone *time.Location) verdict {
	f := ledger.SendFinish{At: at, Reply: replyOf(rep), Recipient: maps.Clone(rep.Refused)}
	class := rep.Class
	if class == "" || class == ClassAccepted {
		class = Classify(rep.Code, rep.Text)
	}
	switch {
	case rep.EndOfData && class == ClassAccepted:
		return l.taken(o, f)
	case rep.EndOfData && (rep.Code < 400 || rep.Code > 599):
		f.State, f.Reply = ledger.SendAmbiguous, ambiguousReply(polls, f.Reply)
		return verdict{finish: f}
	case rep.EndOfData:
		f.Recipient = refuseAll(to, rep, f.Recipient)
	case class == ClassAccepted:
		class = ClassRetry // a good answer to an early command, and then nothing
	}
	switch {
	case rep.Phase == PhaseRcpt && nobodyLeft(o, to, rep.Refused):
		class = worstOf(o, rep.Refused)
	case class == ClassRecipient && rep.Phase == PhaseMail:
		class = ClassStop // it is the sender that was refused: we
	case class == ClassRecipient:
		class = ClassContent // it was not a recipient that was refused
	}
	return l.failed(o, rep, class, f, zone)
}

// taken ends an attempt whose data the server took: sent, or deferred for the
// recipients that were put off.
func (l Limits) taken(o *ledger.Outgoing, f ledger.SendFinish) verdict {
	f.State = ledger.SendSent
	if left := putOff(o, f.Recipient); len(left) > 0 {
		f.State = ledger.SendDeferred
		f.NotBefore = f.At.Add(backOffAfter(deferrals(o) + 1))
		f.Reply += fmt.Sprintf("; %d recipient(s) put off", len(left))
	}
	return verdict{finish: f}
}

// refuseAll records a refusal of the whole data for everyone who had not been
// refused before it: that nobody took it.
func refuseAll(to []string, rep Report, refused map[string]string) map[string]string {
	out := maps.Clone(refused)
	if out == nil {
		out = map[string]string{}
	}
	for _, r := range to {
		if _, ok := out[r]; !ok {
			out[r] = fmt.Sprintf("%d %s", rep.Code, rep.Text)
		}
	}
	return out
}

// nobodyLeft reports whether all real recipients that were tried are refused.
func nobodyLeft(o *ledger.Outgoing, to []string, refused map[string]string) bool {
	for _, r := range to {
		if _, ok := refused[r]; !ok && !copyOnly(o, r) {
			return false
		}
	}
	return true
}

// worstOf returns the class of an attempt that found no recipient: one that
// may be tried again counts before one that is refused for ever.
func worstOf(o *ledger.Outgoing, refused map[string]string) Class {
	class := ClassRecipient
	for _, r := range o.Recipients {
		reply, ok := refused[r]
		if !ok || copyOnly(o, r) {
			continue
		}
		if c := classOfReply(reply); temporary(c) || class == ClassRecipient {
			class = c
		}
		if temporary(class) {
			break
		}
	}
	return class
}

// failed ends an attempt that sent nothing.
func (l Limits) failed(o *ledger.Outgoing, rep Report, class Class, f ledger.SendFinish, zone *time.Location) verdict {
	if rep.Phase == PhaseRender {
		class = ClassContent
	} else if rep.Phase.beforeMail() {
		class = beforeMailClass(rep, class)
	}
	v := verdict{finish: f}
	switch class {
	case ClassContent, ClassSplit:
		v.finish.State = ledger.SendHuman
		return v
	case ClassRecipient:
		v.finish.State = ledger.SendRefused
		if len(acceptedBy(o)) > 0 {
			v.finish.State = ledger.SendHuman // others have it, these will not
		}
		return v
	}
	v.finish.State = ledger.SendDeferred
	wait := backOffAfter(deferrals(o) + 1)
	switch class {
	case ClassStop:
		v.pause = &ledger.Pause{Reason: f.Reply, Human: true}
		wait = 0 // once a person has lifted the pause
	case ClassSlow:
		wait = max(wait, l.Slow)
		v.pause = &ledger.Pause{Until: f.At.Add(wait), Reason: f.Reply}
	case ClassBanned:
		wait = max(wait, l.Ban)
		v.pause = &ledger.Pause{Until: f.At.Add(wait), Reason: f.Reply}
	case ClassNextDay:
		wait = l.nextDay(f.At, zone).Sub(f.At)
		v.pause = &ledger.Pause{Until: f.At.Add(wait), Reason: f.Reply}
	default:
		if rep.Phase.beforeMail() { // no mail gets further than this one
			v.pause = &ledger.Pause{Until: f.At.Add(wait), Reason: f.Reply}
		}
	}
	v.finish.NotBefore = f.At.Add(wait)
	if class != ClassStop && !firstBegun(o, f.At).Add(l.GiveUp).After(f.At) {
		v.finish.State, v.finish.NotBefore = ledger.SendHuman, time.Time{}
		v.finish.Reply += "; given up after " + l.GiveUp.String()
	}
	return v
}

// beforeMailClass corrects the class of a reply that came before the mail was
// even named: it can only be about the account or the server.
func beforeMailClass(rep Report, class Class) Class {
	switch class {
	case ClassContent, ClassRecipient, ClassSplit:
		if rep.Phase == PhaseAuth {
			return ClassStop
		}
		return ClassBanned
	}
	return class
}

// firstBegun returns when the first attempt was begun, of those since the desk
// ordered another try, or at.
func firstBegun(o *ledger.Outgoing, at time.Time) time.Time {
	for _, a := range o.Attempts {
		if !a.Begun.Before(o.LastResend()) {
			return a.Begun
		}
	}
	return at
}

// authMark stands in the reply of a login that failed.
const authMark = " [" + string(PhaseAuth) + "]"

// replyOf writes the record of a report: the server's words begin with their
// code, ours with a word.
func replyOf(rep Report) string {
	var words string
	switch {
	case rep.Code != 0:
		words = fmt.Sprintf("%d %s", rep.Code, rep.Text)
	case rep.Err != nil:
		words = "no reply: " + rep.Err.Error()
	default:
		words = "no reply " + rep.Text
	}
	return clip(words) + " [" + string(rep.Phase) + "]"
}

// clip bounds a text from outside and drops what is not printable in one line.
func clip(s string) string {
	s = strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return ' '
		}
		return r
	}, s)
	if rs := []rune(s); len(rs) > 400 {
		return string(rs[:400]) + "…"
	}
	return strings.TrimSpace(s)
}

// loginTries returns the instants of failed logins in the hour before now.
func loginTries(s *ledger.State, now time.Time) []time.Time {
	var out []time.Time
	for _, o := range s.Outbox {
		for _, a := range o.Attempts {
			if strings.Contains(a.Reply, authMark) && a.Ended.After(now.Add(-time.Hour)) {
				out = append(out, a.Ended)
			}
		}
	}
	return out
}
