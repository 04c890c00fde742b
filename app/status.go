package app

import (
	"context"
	"time"

	"taizhang/aggregate"
	"taizhang/ledger"
	"taizhang/notify"
)

// Status is the grid of one period: unit × state (commands: status).
type Status struct {
	Period    ledger.Period `json:"period"`
	At        time.Time     `json:"at"`
	Due       time.Time     `json:"due"`
	CutOff    time.Time     `json:"cut_off"`
	Closing   time.Time     `json:"closing"`
	Tally     ledger.Tally  `json:"tally"`
	Total     string        `json:"total"` // key of the form's total among the figures
	TotalName string        `json:"total_name"`
	Units     []UnitStatus  `json:"units"`
	Held      []HeldStatus  `json:"held,omitempty"`
	Replies   []ReplyStatus `json:"replies,omitempty"` // in words, for the desk
	Issues    int           `json:"issues"`
	Polled    time.Time     `json:"polled,omitzero"`        // begin of the newest complete poll
	Failing   time.Time     `json:"poll_failing,omitzero"`  // since when polls fail
	Clock     string        `json:"clock_behind,omitempty"` // why nothing is planned or sent: our clock stands before what is on record
	Pause     string        `json:"sending_paused,omitempty"`
	Waiting   int           `json:"outbox_waiting"`
	Stuck     int           `json:"outbox_needs_person"`
	Undecided int           `json:"mails_undecided"`
	PutOff    int           `json:"outbox_put_off,omitempty"`       // of those that wait, by the day's allowance
	PutOffTo  time.Time     `json:"outbox_put_off_until,omitzero"`  // when the first of them may go
	Full      int64         `json:"mailbox_used_percent,omitempty"` // from nine tenths on, where the server tells its quota
	Backup    *BackupStatus `json:"backup,omitempty"`               // nil: none is configured
	NoAddress []string      `json:"units_without_address,omitempty"`

	Bounced []BouncedStatus `json:"bounced_addresses,omitempty"`
	Mails   []StuckStatus   `json:"mails_needing_person,omitempty"`
}

// BouncedStatus is an address that our mail came back from.
type BouncedStatus struct {
	Unit string    `json:"unit"`
	Addr string    `json:"addr"`
	At   time.Time `json:"at"` // of the last bounce
}

// BackupStatus is how the nightly backups go.
type BackupStatus = ledger.BackupState

// UnitStatus is one line of the grid.
type UnitStatus struct {
	Unit        string             `json:"unit"`
	Punctuality ledger.Punctuality `json:"punctuality"`
	LateDays    int                `json:"late_days,omitempty"`
	Attempt     time.Time          `json:"first_attempt,omitzero"`
	InForce     int                `json:"version_in_force,omitempty"`
	Quality     ledger.Quality     `json:"quality,omitempty"` // of the version in force
	Newest      int                `json:"newest_version,omitempty"`
	NewestState ledger.Quality     `json:"newest_quality,omitempty"`
	Figures     map[string]int64   `json:"figures,omitempty"`       // in force
	Open        []ledger.Code      `json:"open_findings,omitempty"` // of the newest version
	Queries     int                `json:"open_queries,omitempty"`  // of the version in force
	Explained   int                `json:"explained_queries,omitempty"`
	Reminded    time.Time          `json:"last_reminder,omitzero"`
}

// HeldStatus is a document that waits for the desk.
type HeldStatus struct {
	ID      string        `json:"id"`
	Unit    string        `json:"unit,omitempty"`
	Period  ledger.Period `json:"period,omitzero"`
	From    string        `json:"from"`
	File    string        `json:"file"`
	Arrived time.Time     `json:"arrived"`
	Codes   []ledger.Code `json:"codes"`
}

// ReplyStatus is a reply in words that waits for the desk.
type ReplyStatus struct {
	ID      string        `json:"id"`
	Unit    string        `json:"unit,omitempty"`
	Period  ledger.Period `json:"period,omitzero"`
	From    string        `json:"from"`
	Arrived time.Time     `json:"arrived"`
	Why     string        `json:"why"`
}

// Status works out the grid as of now; a zero period means the current one.
func (a *App) Status(ctx context.Context, p ledger.Period, now time.Time) (Status, error) {
	st, err := a.store.State(ctx)
	if err != nil {
		return Status{}, err
	}
	s := a.statusOf(st, p, now)
	limits := limitsOf(a.opt.Config)
	begun, err := a.store.Begun(ctx, limits.Since(now, a.zone()))
	if err != nil {
		return Status{}, err
	}
	s.PutOff, s.PutOffTo = notify.PutOff(now, a.campaign, st, limits, begun)
	return s, nil
}

func (a *App) statusOf(st *ledger.State, p ledger.Period, now time.Time) Status {
	if p.IsZero() {
		p = a.current(now)
	}
	b, sch := *st.Book(p), a.campaign.Schedule
	if len(b.Expected) == 0 {
		b.Expected = a.campaign.UnitNames()
	}
	form := &a.campaign.Form
	s := Status{Total: form.Total, TotalName: form.MeasureName(form.Total), Period: p, At: now, Due: sch.Due(p), CutOff: sch.CutOff(p), Closing: b.ClosingOf(sch),
		Issues: len(b.Issues), Polled: st.Poll.Complete, Failing: st.Poll.Failing, Undecided: len(st.Undecided)}
	stands := b.Standings(sch, now)
	s.Tally = ledger.TallyOf(stands)
	for i := range stands {
		s.Units = append(s.Units, unitStatus(st, p, &stands[i]))
	}
	for _, h := range a.heldItems(st) {
		hs := HeldStatus{ID: ShortID(h.ID), Unit: h.Unit, Period: h.Period, From: h.From, File: h.File, Arrived: h.Arrived}
		for _, f := range h.Findings {
			if f.Severity == ledger.Hold {
				hs.Codes = append(hs.Codes, f.Code)
			}
		}
		s.Held = append(s.Held, hs)
	}
	for _, r := range st.WaitingReplies() {
		s.Replies = append(s.Replies, ReplyStatus{ID: ShortID(r.ID), Unit: r.Unit, Period: r.Period, From: r.Sender, Arrived: r.Arrived, Why: r.Why})
	}
	for _, o := range st.Outbox {
		switch o.State {
		case ledger.SendQueued, ledger.SendDeferred, ledger.SendSending, ledger.SendAmbiguous:
			s.Waiting++
		}
	}
	s.Mails = stuck(st)
	s.Stuck = len(s.Mails)
	if st.Pause != nil {
		s.Pause = st.Pause.Reason
	}
	if q := st.Poll.Quota; q.Full() {
		s.Full = q.Percent()
	}
	for _, k := range a.bounced(st, nil) {
		s.Bounced = append(s.Bounced, BouncedStatus{Unit: k.Unit, Addr: k.Addr, At: k.At})
	}
	if a.opt.Config.Backup.Dir != "" {
		s.Backup = &BackupStatus{Newest: st.Backup.Newest, Failing: st.Backup.Failing}
	}
	plan := notify.Plan(now, a.campaign, a.rules, st)
	s.NoAddress = plan.NoAddress
	if plan.ClockBehind {
		s.Clock = plan.Reason
	}
	return s
}

func unitStatus(st *ledger.State, p ledger.Period, s *ledger.Standing) UnitStatus {
	u := UnitStatus{Unit: s.Unit, Punctuality: s.Punctuality, LateDays: s.LateDays, Attempt: s.Attempt,
		Reminded: lastReminder(st, p, s.Unit)}
	if v := s.InForce; v != nil {
		u.InForce, u.Quality, u.Figures = v.Version, s.Quality, map[string]int64{}
		u.Queries, u.Explained = len(s.Open), explainedQueries(st.Book(p), v)
		for k, f := range v.Reading.Figures {
			if f.Stated() {
				u.Figures[k] = f.Value
			}
		}
	}
	if v := s.Newest; v != nil {
		u.Newest, u.NewestState = v.Version, st.Book(p).QualityOf(v)
		open, _ := openFindings(st.Book(p), v, v)
		for _, f := range open {
			if f.Severity == ledger.Query || f.Severity == ledger.Block && v.Quality == ledger.QualityReturned && f.Code != ledger.IDeskReturn {
				u.Open = append(u.Open, f.Code)
			}
		}
	}
	return u
}

// nextIssue returns the number behind the newest issue's.
func nextIssue(b *ledger.Book) int {
	n := 0
	for _, i := range b.Issues {
		n = max(n, i.Number)
	}
	return n + 1
}

// explainedQueries counts the version's queries that the unit has explained.
func explainedQueries(b *ledger.Book, v *ledger.Submission) int {
	n := 0
	for _, f := range v.Reading.Queries() {
		if b.ExplanationOf(v, f) != nil {
			n++
		}
	}
	return n
}

// Summary builds the summary of the period as of now, with the number its
// next issue would have.
func (a *App) Summary(ctx context.Context, p ledger.Period, now time.Time) (*aggregate.Summary, error) {
	st, err := a.store.State(ctx)
	if err != nil {
		return nil, err
	}
	return aggregate.Build(a.campaign, st, aggregate.Request{Period: p, Number: a.freeIssue(p, nextIssue(st.Book(p))), At: now}), nil
}
