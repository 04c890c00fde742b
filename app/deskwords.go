package app

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"taizhang/ingest"
	"taizhang/ledger"
	"taizhang/notify/compose"
)

// reply returns the reply in words that the target names, by ID or its
// beginning; nil when it names none.
func (w *deskWork) reply() *ledger.Reply {
	for i := range w.st.Replies {
		if r := w.st.Replies[i]; w.d.Target != "" && (r.ID == w.d.Target || ShortID(r.ID) == w.d.Target) {
			return &r
		}
	}
	return nil
}

// settleReply carries out the decision about a reply in words: to register it
// as the explanation of what is open, or to register nothing more of it.
func (w *deskWork) settleReply(r *ledger.Reply) error {
	switch {
	case r.State != ledger.ReplyHeld:
		return refuse(RefuseNotHeld, ShortID(r.ID))
	case w.d.Action == actionReturn:
		r.State = ledger.ReplyClosed
		w.putReply(r)
		return nil
	case w.d.Action == actionAssign:
		if w.campaign.Unit(w.d.Unit) == nil {
			return refuse(RefuseUnit, w.d.Unit)
		}
		if !w.campaign.Has(w.d.Period) {
			return refuse(RefusePeriod, w.d.Period.String())
		}
		r.Unit, r.Period = w.d.Unit, w.d.Period
	case r.Unit == "" || r.Period.IsZero():
		return refuse(RefuseUnplaced, ShortID(r.ID))
	}
	st := w.st.Book(r.Period).Standing(w.campaign.Schedule, r.Unit, w.now)
	if st.InForce == nil {
		return refuse(RefuseNoForce, r.Unit, r.Period.String())
	}
	for _, f := range meant(r, st.Open) {
		r.Explanations = append(r.Explanations, ledger.Explanation{Unit: r.Unit, Period: r.Period, Topic: st.InForce.Reading.TopicOf(f),
			Submission: st.InForce.ID, Version: st.InForce.Version, Reason: r.Text, Words: r.Text, Mail: r.Mail, Sender: r.Sender, Arrived: r.Arrived, ByDesk: true})
	}
	if len(meant(r, st.Open)) == 0 || strings.TrimSpace(r.Text) == "" {
		return refuse(RefuseNoQuery, r.Unit, r.Period.String())
	}
	r.State = ledger.ReplyTaken
	w.putReply(r)
	return w.answerReply(r)
}

var codeInText = regexp.MustCompile(`(?i)[FIHCRTGP][0-9]{2}`)

// meant are the open queries whose codes the words name; all of them when they
// name none that is open: which the desk has read.
func meant(r *ledger.Reply, open []ledger.Finding) []ledger.Finding {
	var codes []string
	for _, c := range codeInText.FindAllString(narrow(r.Text), -1) {
		codes = append(codes, strings.ToUpper(c))
	}
	named := slices.DeleteFunc(slices.Clone(open), func(f ledger.Finding) bool { return !slices.Contains(codes, string(f.Code)) })
	if len(named) == 0 {
		return open
	}
	return named
}

// narrow writes full-width letters and digits as narrow ones.
func narrow(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= 0xFF01 && r <= 0xFF5E {
			return r - 0xFEE0
		}
		return r
	}, s)
}

// besides registers what the text of the mail explains of the document that the
// decision has released: the desk has vouched for the mail.
func (w *deskWork) besides(s *ledger.Submission) error {
	if w.d.Action == actionFile {
		return nil
	}
	rec, ok, err := w.store.Mail(w.ctx, s.Mail)
	if err != nil || !ok {
		return err
	}
	for _, other := range w.st.Book(s.Period).Submissions {
		if other.Mail == s.Mail && other.ID != s.ID {
			return nil // of which of its ledgers the words are is not certain
		}
	}
	r, err := w.decide.Besides(w.ctx, rec, s, w.st, w.now)
	if err != nil || r == nil {
		return err
	}
	w.change.Replies = append(w.change.Replies, *r)
	w.event(r.Unit, r.Period, r.ID)
	return nil
}

// putReply enters the reply with the decision in change and state.
func (w *deskWork) putReply(r *ledger.Reply) {
	r.Decisions = append(r.Decisions, ledger.Decision{At: w.now, Actor: actorDesk, Action: w.d.Action, Reason: w.d.Reason})
	w.st.PutReply(*r)
	w.change.Replies = append(w.change.Replies, *r)
	w.event(r.Unit, r.Period, r.ID)
	c := Changed{ID: ShortID(r.ID), Unit: r.Unit, Period: r.Period, Quality: ledger.QualityRejected}
	if r.State == ledger.ReplyTaken {
		st := w.st.Book(r.Period).Standing(w.campaign.Schedule, r.Unit, w.now)
		c.Version, c.Quality = st.InForce.Version, st.Quality
	}
	w.result.Changed = append(w.result.Changed, c)
}

// answerReply tells a known sender that the words are registered.
func (w *deskWork) answerReply(r *ledger.Reply) error {
	rec, ok, err := w.store.Mail(w.ctx, r.Mail)
	if err != nil {
		return err
	}
	if k, known := w.st.UnitOf(r.Sender); !ok || rec.PreEpoch || !known || k.Unit != r.Unit {
		return nil
	}
	out, err := w.Answer(w.ctx, ingest.Answer{Kind: ledger.MailReceipt, Key: fmt.Sprintf("receipt/%s/desk", r.ID), Mail: rec,
		To: []ledger.Address{{Name: rec.From.Name, Addr: r.Sender}}, Reply: r, State: w.st, Now: w.now})
	if err != nil {
		return err
	}
	w.change.Outgoing = append(w.change.Outgoing, out...)
	return nil
}

// replyItems are the replies in words that wait for the desk, with what to type.
func (a *App) replyItems(st *ledger.State) []compose.ReplyItem {
	var out []compose.ReplyItem
	for _, r := range st.WaitingReplies() {
		id := ShortID(r.ID)
		item := compose.ReplyItem{ID: id, Unit: r.Unit, Period: r.Period, From: r.Sender, Arrived: r.Arrived, Words: r.Text, Why: ReasonText(r.Why)}
		for _, c := range r.Codes() {
			item.Codes = append(item.Codes, string(c))
		}
		switch {
		case r.Unit == "" || r.Period.IsZero():
			unit, month := orBlank(r.Unit, blankUnit), orBlank(r.Period.String(), blankMonth)
			item.Choices = append(item.Choices, compose.Choice{Means: meansWordsOf, Command: fmt.Sprintf(commandAssign, id, unit, month)})
		default:
			stand := st.Book(r.Period).Standing(a.campaign.Schedule, r.Unit, r.Decided)
			if len(stand.Open) > 0 {
				item.Choices = append(item.Choices, compose.Choice{Means: meansWords, Command: fmt.Sprintf(commandAccept, id)})
			}
			if stand.InForce != nil {
				item.Choices = append(item.Choices, compose.Choice{Means: meansVerify, Command: fmt.Sprintf(commandVerify, r.Unit, r.Period)})
			}
		}
		item.Choices = append(item.Choices, compose.Choice{Means: meansNoWords, Command: fmt.Sprintf(commandReturn, id)})
		out = append(out, item)
	}
	return out
}

func orBlank(s, blank string) string {
	if s == "" {
		return blank
	}
	return s
}
