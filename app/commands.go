package app

import (
	"context"
	"fmt"
	"time"

	"taizhang/ingest"
	"taizhang/ledger"
	"taizhang/notify"
)

// Files is what a command hands back to be written.
type Files struct {
	Files  []ledger.Attachment `json:"files"`
	Queued []Queued            `json:"queued,omitempty"`
	// TemplateProblem says why the bulletin is by the built-in template, in
	// Chinese; "": it is as configured. NoBulletin: it could not be written.
	TemplateProblem string `json:"template_problem,omitempty"`
	NoBulletin      bool   `json:"no_bulletin,omitempty"`
}

// WriteSummary makes the period's workbook and bulletin, and with send mails the next
// issue to the desk.
func (a *App) WriteSummary(ctx context.Context, p ledger.Period, now time.Time, send bool) (Files, error) {
	if !a.campaign.Has(p) {
		return Files{}, refuse(RefusePeriod, p.String())
	}
	a.work.Lock()
	defer a.work.Unlock()
	sum, err := a.Summary(ctx, p, now)
	if err != nil {
		return Files{}, err
	}
	made, err := a.products(sum)
	if err != nil {
		return Files{}, err
	}
	out := Files{Files: made.files, TemplateProblem: made.problem, NoBulletin: made.noBulletin}
	if !send {
		return out, nil
	}
	st, err := a.store.State(ctx)
	if err != nil {
		return out, err
	}
	d := notify.Due{Key: notify.SummaryKey(p, sum.Number), Kind: ledger.MailSummary, Period: p, Slot: now, Number: sum.Number, Reason: "ordered by the desk"}
	m, issue, err := a.summaryMail(st, d, now)
	if err != nil {
		return out, err
	}
	o, err := a.render(m)
	if err != nil {
		return out, err
	}
	_, err = a.store.Apply(ctx, ledger.Change{At: now, Outgoing: []ledger.Outgoing{o}, Issues: []ledger.Issue{issue},
		Events: []ledger.Event{{At: now, Actor: actorDesk, What: "summary", Period: p, Ref: o.Key}}})
	out.Queued = []Queued{{Key: o.Key, Subject: o.Subject, To: o.Recipients}}
	return out, err
}

// WriteForm makes the pre-filled form of the unit and month.
func (a *App) WriteForm(ctx context.Context, unit string, p ledger.Period) (Files, error) {
	if a.campaign.Unit(unit) == nil {
		return Files{}, refuse(RefuseUnit, unit)
	}
	if !a.campaign.Has(p) {
		return Files{}, refuse(RefusePeriod, p.String())
	}
	st, err := a.store.State(ctx)
	if err != nil {
		return Files{}, err
	}
	f, err := a.form(st, unit, p)
	return Files{Files: []ledger.Attachment{f}}, err
}

// Reminders is what is due at an instant, and why.
type Reminders struct {
	Due    []notify.Due  `json:"due"`
	Wait   []notify.Wait `json:"wait,omitempty"`
	Skip   []notify.Skip `json:"skip,omitempty"`
	Next   time.Time     `json:"next,omitzero"`
	Reason string        `json:"reason,omitempty"`
	Queued []string      `json:"queued,omitempty"`
}

// Remind says what is due at now, and unless dry queues it.
func (a *App) Remind(ctx context.Context, now time.Time, dry bool) (Reminders, error) {
	a.work.Lock()
	defer a.work.Unlock()
	st, err := a.store.State(ctx)
	if err != nil {
		return Reminders{}, err
	}
	res := notify.Plan(now, a.campaign, a.rules, st)
	r := Reminders{Due: res.Due, Wait: res.Wait, Skip: res.Skip, Next: res.Next, Reason: res.Reason}
	if dry {
		return r, nil
	}
	p, err := a.plan(ctx, now)
	r.Queued = p.Queued
	return r, err
}

// ImportRequest is one mail handed to the program as if it had arrived.
type ImportRequest struct {
	Name   string `json:"name"`
	Raw    []byte `json:"raw"`
	DryRun bool   `json:"dry_run,omitempty"`
	NoMail bool   `json:"no_mail,omitempty"`
}

// Imported is what became of an imported mail.
type Imported struct {
	Name    string             `json:"name"`
	Digest  string             `json:"digest"`
	Known   bool               `json:"known,omitempty"` // it was there already
	Outcome ledger.OutcomeKind `json:"outcome"`
	Reason  string             `json:"reason,omitempty"`
	Changed []Changed          `json:"changed,omitempty"`
	Queued  []Queued           `json:"queued,omitempty"`
}

// Import takes one raw mail into the store as if it had arrived when its top
// Received header says, and decides it.
func (a *App) Import(ctx context.Context, now time.Time, req ImportRequest) (Imported, error) {
	a.work.Lock()
	defer a.work.Unlock()
	out := Imported{Name: req.Name}
	if _, _, err := a.store.Start(ctx, now); err != nil {
		return out, err
	}
	if err := a.snapshots(ctx, now); err != nil {
		return out, err
	}
	spool := ingest.Spool(a.store)
	if req.DryRun {
		spool = memorySpool{}
	}
	rec, err := ingest.Keep(ctx, spool, req.Raw, a.opt.Config.Limits.Message)
	if err != nil {
		return out, err
	}
	out.Digest = rec.Digest
	if len(rec.From.Addr) == 0 && rec.MessageID == "" {
		return out, refuse(RefuseMail, req.Name)
	}
	if rec.Arrived.IsZero() {
		return out, refuse(RefuseArrival, req.Name)
	}
	rec.Stored, rec.PreEpoch = now, req.NoMail
	if old, ok, err := a.store.Mail(ctx, rec.Digest); err != nil || ok {
		out.Known, out.Outcome, out.Reason = ok, old.Outcome, old.Reason
		return out, err
	}
	change, err := a.takeIn(ctx, rec, now, req)
	if err != nil {
		return out, fmt.Errorf("import %s: %w", req.Name, err)
	}
	out.Outcome, out.Reason = change.Mails[0].Outcome, change.Mails[0].Reason
	for _, s := range change.Submissions {
		out.Changed = append(out.Changed, Changed{ID: ShortID(s.ID), Unit: s.Unit, Period: s.Period, Version: s.Version, Quality: s.Quality})
	}
	for _, o := range change.Outgoing {
		out.Queued = append(out.Queued, Queued{Key: o.Key, Subject: o.Subject, To: o.Recipients})
	}
	return out, nil
}

func (a *App) takeIn(ctx context.Context, rec ledger.MailRecord, now time.Time, req ImportRequest) (ledger.Change, error) {
	decide := *a.decide
	if req.DryRun {
		decide.Spool = memorySpool{rec.Digest: req.Raw}
		return decide.Decide(ctx, rec, now)
	}
	if _, err := a.store.Arrive(ctx, rec); err != nil {
		return ledger.Change{}, err
	}
	change, err := decide.Decide(ctx, rec, now)
	if err != nil {
		return change, err
	}
	_, err = a.store.Apply(ctx, change)
	return change, err
}
