package app

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"taizhang/ingest"
	"taizhang/ledger"
	"taizhang/notify"
)

// DeskAction is a decision of the desk (commands: desk …).
type DeskAction struct {
	Action    string        `json:"action"` // accept, return, verify, assign, address, exempt, extend, withdraw, close, file, delivered, resend, forget
	Target    string        `json:"target"` // a submission's ID or its beginning; for verify and accept also "UNIT MONTH"; for delivered and resend a mail's number or key; for forget a message
	Unit      string        `json:"unit,omitempty"`
	Period    ledger.Period `json:"period,omitzero"`
	Addr      string        `json:"addr,omitempty"`
	Unsigned  bool          `json:"unsigned,omitempty"`
	Void      bool          `json:"void,omitempty"`      // return: the attempt is void, nothing is mailed
	Supersede bool          `json:"supersede,omitempty"` // accept: although a later version is there
	Until     time.Time     `json:"until,omitzero"`      // extend: the unit's new due instant
	Undo      bool          `json:"undo,omitempty"`      // exempt, extend, close: take the decision back
	File      *HandedIn     `json:"file,omitempty"`      // file: the document
	Reason    string        `json:"reason"`
}

// The actions of the desk.
const (
	actionAccept   = "accept"
	actionReturn   = "return"
	actionVerify   = "verify"
	actionAssign   = "assign"
	actionAddress  = "address"
	actionExempt   = "exempt"
	actionExtend   = "extend"
	actionWithdraw = "withdraw"
	actionClose    = "close"
	actionFile     = "file"

	actionDelivered = ledger.ActionDelivered
	actionResend    = ledger.ActionResend
	actionForget    = "forget"
)

// DeskResult says what a decision changed and what it will cause to be mailed.
type DeskResult struct {
	Changed []Changed      `json:"changed"`
	Queued  []Queued       `json:"queued"`            // in the outbox now
	Coming  []notify.Ahead `json:"coming,omitempty"`  // will be mailed at their slots because of it
	Stopped []notify.Ahead `json:"stopped,omitempty"` // would have been mailed without it
	Forgot  *Forgot        `json:"forgot,omitempty"`  // forget: what was deleted, and where it still is
}

// Changed is one submission, address, unit or period after a decision.
type Changed struct {
	What    string         `json:"what,omitempty"` // exempt, extend, close; "un" before it when taken back; delivered, resend, replaced
	Until   time.Time      `json:"until,omitzero"` // extend: the unit's due instant
	ID      string         `json:"id,omitempty"`
	Unit    string         `json:"unit"`
	Period  ledger.Period  `json:"period,omitzero"`
	Version int            `json:"version,omitempty"`
	Quality ledger.Quality `json:"quality,omitempty"`
	Addr    string         `json:"addr,omitempty"`
	Subject string         `json:"subject,omitempty"` // of a mail of ours: delivered, resend, replaced
}

// Queued is a mail that a command has put in the outbox.
type Queued struct {
	Key     string   `json:"key"`
	Subject string   `json:"subject"`
	To      []string `json:"to"`
}

// Refusal is a command that cannot be carried out as given. Code names the
// sentence that tells a person so; Args are its arguments.
type Refusal struct {
	Code string   `json:"code"`
	Args []string `json:"args,omitempty"`
}

// Error returns the code and the arguments.
func (r *Refusal) Error() string { return r.Code + " " + strings.Join(r.Args, " ") }

func refuse(code string, args ...string) error { return &Refusal{Code: code, Args: args} }

// The codes of refusals.
const (
	RefuseNoReason    = "no-reason"
	RefuseNotFound    = "not-found"
	RefuseAmbiguous   = "ambiguous"
	RefuseNotHeld     = "not-held"
	RefuseBlocked     = "blocked"
	RefuseUnplaced    = "unplaced"
	RefuseSuperseded  = "superseded"
	RefuseNoForce     = "nothing-in-force"
	RefuseUnit        = "unknown-unit"
	RefusePeriod      = "unknown-period"
	RefuseAddr        = "bad-address"
	RefuseOwned       = "address-of-another"
	RefuseAction      = "unknown-action"
	RefuseMail        = "not-a-mail"
	RefuseArrival     = "no-arrival"
	RefuseStands      = "stands-already"
	RefuseNothing     = "nothing-to-undo"
	RefuseUntil       = "bad-until"
	RefuseNotExpected = "not-expected"
	RefuseClosed      = "closed"
	RefuseNotDue      = "not-due"
	RefuseNoDocument  = "no-document"
	RefuseFuture      = "future-arrival"
	RefuseNoMail      = "no-mail"

	RefuseForeign    = "backup-foreign"
	RefuseInside     = "backup-inside"
	RefuseNoRoom     = "backup-no-room"
	RefuseNotEmpty   = "not-empty"
	RefuseNoBackup   = "backup-nowhere"
	RefuseNoQuery    = "no-query"
	RefuseNoSuchMail = "no-such-outgoing"
	RefuseNoDoubt    = "no-doubt"
	RefuseStale      = "stale"
	RefuseNoAddress  = "no-address"
	RefuseForgotten  = "forgotten"
	RefuseStillHeld  = "still-held"
	RefusePending    = "still-pending"
	RefuseOnItsWay   = "on-its-way"
	RefuseBytesGone  = "bytes-gone"
)

// Desk carries out one decision: in one transaction with its mails and its
// line in the audit log.
func (a *App) Desk(ctx context.Context, now time.Time, d DeskAction) (DeskResult, error) {
	a.work.Lock()
	defer a.work.Unlock()
	if strings.TrimSpace(d.Reason) == "" {
		return DeskResult{}, refuse(RefuseNoReason)
	}
	st, err := a.store.State(ctx)
	if err != nil {
		return DeskResult{}, err
	}
	if d.Action == actionForget {
		return a.forget(ctx, now, st, d)
	}
	w := &deskWork{App: a, ctx: ctx, now: now, st: st, d: d, change: ledger.Change{At: now}}
	w.before = notify.Coming(now, a.campaign, a.rules, st)
	about := map[string]bool{actionAccept: true, actionReturn: true, actionAssign: true}
	if r := w.reply(); r != nil && about[d.Action] {
		if err := w.settleReply(r); err != nil {
			return DeskResult{}, err
		}
		return w.commit()
	}
	do, ok := map[string]func() error{
		actionAccept: w.accept, actionReturn: w.giveBack, actionVerify: w.verify, actionAssign: w.assign, actionAddress: w.address,
		actionExempt: w.exempt, actionExtend: w.extend, actionWithdraw: w.withdraw, actionClose: w.close, actionFile: w.file,
		actionDelivered: w.delivered, actionResend: w.resend,
	}[d.Action]
	if !ok {
		return DeskResult{}, refuse(RefuseAction, d.Action)
	}
	if err := do(); err != nil {
		return DeskResult{}, err
	}
	return w.commit()
}

// deskWork is one decision being carried out.
type deskWork struct {
	*App
	ctx    context.Context
	now    time.Time
	st     *ledger.State
	d      DeskAction
	change ledger.Change
	result DeskResult
	before []notify.Ahead // what was to be mailed without the decision
}

func (w *deskWork) commit() (DeskResult, error) {
	keys, err := w.store.Apply(w.ctx, w.change)
	if err != nil {
		return DeskResult{}, fmt.Errorf("record the decision: %w", err)
	}
	for _, o := range w.change.Outgoing {
		if slices.Contains(keys, o.Key) {
			w.result.Queued = append(w.result.Queued, Queued{Key: o.Key, Subject: o.Subject, To: notify.RealRecipients(o)})
		}
	}
	st, err := w.store.State(w.ctx)
	if err != nil {
		return w.result, err
	}
	after := notify.Coming(w.now, w.campaign, w.rules, st)
	w.result.Coming, w.result.Stopped = without(after, w.before), without(w.before, after)
	return w.result, nil
}

// without returns the mails of list that are not in other at the same slot.
func without(list, other []notify.Ahead) []notify.Ahead {
	return slices.DeleteFunc(slices.Clone(list), func(a notify.Ahead) bool { return slices.Contains(other, a) })
}

// accept puts a held document in force as the desk's word. What blocks it
// still blocks it: a figure that cannot be read is not made one by accepting.
func (w *deskWork) accept() error {
	s, err := w.findHeld()
	if err != nil {
		return err
	}
	return w.release(s)
}

// release decides a held submission anew without what held it.
func (w *deskWork) release(s *ledger.Submission) error {
	if s.Reading.Kind == ledger.KindRoster {
		return w.releaseRoster(s)
	}
	if s.Unit == "" || s.Period.IsZero() {
		return refuse(RefuseUnplaced, ShortID(s.ID))
	}
	if !w.campaign.Has(s.Period) {
		return refuse(RefusePeriod, s.Period.String())
	}
	if !s.Reading.Figures.AnyNumber() || ledger.VerdictOf(withoutHolds(s.Reading.Findings)) == ledger.Returned {
		return refuse(RefuseBlocked, ShortID(s.ID))
	}
	stand := w.st.Book(s.Period).Standing(w.campaign.Schedule, s.Unit, w.now)
	if stand.Newest != nil && stand.Said.After(s.Arrived) && !w.d.Supersede {
		return refuse(RefuseSuperseded, ShortID(s.ID), fmt.Sprint(stand.Newest.Version))
	}
	if n := stand.Newest; n != nil && n.Quality.Counts() && n.Reading.SameContent(&s.Reading) {
		s.Quality, s.Duplicate = ledger.QualityDuplicate, n.Version // 重复件: no new version (rule book §5.3)
		w.put(s)
		if err := w.besides(s); err != nil {
			return err
		}
		return w.answer(s, n, ledger.MailReceipt)
	}
	s.Quality = ledger.QualityAccepted
	for _, f := range s.Reading.Findings {
		if f.Severity == ledger.Query {
			s.Quality = ledger.QualityQueried
		}
	}
	return w.version(s, stand.Newest)
}

// version gives the submission its number and has the sender answered.
func (w *deskWork) version(s *ledger.Submission, newest *ledger.Submission) error {
	s.Version = 1
	kind := ledger.MailReceipt
	if newest != nil {
		s.Version, kind = newest.Version+1, ledger.MailAmended
	}
	if s.Quality == ledger.QualityReturned {
		kind = ledger.MailReturn
	}
	w.put(s)
	if w.d.Action != actionReturn {
		if err := w.besides(s); err != nil {
			return err
		}
	}
	return w.answer(s, newest, kind)
}

// put enters the submission with the decision in change and state.
func (w *deskWork) put(s *ledger.Submission) {
	s.Decisions = append(s.Decisions, ledger.Decision{At: w.now, Actor: actorDesk, Action: w.d.Action, Reason: w.d.Reason})
	w.st.Put(*s)
	w.change.Submissions = append(w.change.Submissions, *s)
	w.event(s.Unit, s.Period, s.ID)
	w.result.Changed = append(w.result.Changed, Changed{ID: ShortID(s.ID), Unit: s.Unit, Period: s.Period, Version: s.Version, Quality: s.Quality})
}

func (w *deskWork) event(unit string, p ledger.Period, ref string) {
	w.change.Events = append(w.change.Events, ledger.Event{At: w.now, Actor: actorDesk, What: "desk " + w.d.Action, Unit: unit, Period: p, Ref: ref, Text: w.d.Reason})
}

// answer mails the sender what became of the document. Nothing goes to an
// address that is not known, and nothing for what came before the epoch.
func (w *deskWork) answer(s, before *ledger.Submission, kind ledger.MailKind) error {
	rec, ok, err := w.store.Mail(w.ctx, s.Mail)
	if err != nil {
		return err
	}
	_, known := w.st.UnitOf(s.Sender)
	if !ok || rec.PreEpoch || !known && !s.ByDesk {
		return nil
	}
	q := ingest.Answer{Kind: kind, Key: fmt.Sprintf("%s/%s/v%d", kind, s.ID, s.Version), Mail: rec,
		To: []ledger.Address{{Name: rec.From.Name, Addr: s.Sender}}, Submission: s, Before: before, State: w.st, Now: w.now}
	if kind == ledger.MailReturn {
		q.File, q.Tables = w.again(w.ctx, s)
	}
	out, err := w.Answer(w.ctx, q)
	if err != nil {
		return err
	}
	w.change.Outgoing = append(w.change.Outgoing, out...)
	return nil
}

// giveBack returns a held document to the county, or voids it.
func (w *deskWork) giveBack() error {
	s, err := w.findHeld()
	if err != nil {
		return err
	}
	placed := s.Unit != "" && !s.Period.IsZero()
	if w.d.Void || !placed {
		s.Quality = ledger.QualityRejected
		w.put(s)
		return nil
	}
	s.Quality = ledger.QualityReturned
	stand := w.st.Book(s.Period).Standing(w.campaign.Schedule, s.Unit, w.now)
	return w.version(s, stand.Newest)
}

// verify marks the version in force as checked by the desk (核定).
func (w *deskWork) verify() error {
	s, err := w.find(func(s *ledger.Submission) bool {
		stand := w.st.Book(s.Period).Standing(w.campaign.Schedule, s.Unit, w.now)
		return stand.InForce != nil && stand.InForce.ID == s.ID
	})
	if err != nil {
		return err
	}
	s.Quality = ledger.QualityVerified
	w.put(s)
	return nil
}

// assign says whose a held document is and of which month, and releases it.
func (w *deskWork) assign() error {
	if w.campaign.Unit(w.d.Unit) == nil {
		return refuse(RefuseUnit, w.d.Unit)
	}
	if !w.campaign.Has(w.d.Period) {
		return refuse(RefusePeriod, w.d.Period.String())
	}
	s, err := w.findHeld()
	if err != nil {
		return err
	}
	if s.Unit = w.d.Unit; s.Reading.Kind != ledger.KindRoster { // a roster has no month
		s.Period = w.d.Period
	}
	return w.release(s)
}

func withoutHolds(fs []ledger.Finding) []ledger.Finding {
	return slices.DeleteFunc(slices.Clone(fs), func(f ledger.Finding) bool { return f.Severity == ledger.Hold })
}
