package main

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"taizhang/app"
	"taizhang/ledger"
)

type statusCmd struct {
	Month string `name:"month" placeholder:"M" help:"报告期，例如 2022-05；不写则为当前。"`
	At    string `name:"at" placeholder:"TIME" help:"以此刻为准（北京时间）。"`
	JSON  bool   `name:"json" help:"输出一个 JSON 对象。"`
}

// Run prints the grid.
func (c *statusCmd) Run(e *env) error {
	p, err := parseMonth(c.Month)
	if err != nil {
		return err
	}
	return withStore(e, func(s session) error {
		at, err := parseTime(c.At, shanghai())
		if err != nil {
			return err
		}
		r, err := s.Do(e.ctx, app.Call{Op: "status", Period: p, At: at})
		if err != nil {
			return err
		}
		if c.JSON {
			line, err := json.Marshal(r.Status)
			if err != nil {
				return fmt.Errorf("encode the status: %w", err)
			}
			e.print("%s\n", line)
			return nil
		}
		e.print("%s", grid(r.Status))
		return nil
	})
}

// grid draws the status as a table of 80 columns.
func grid(s *app.Status) string {
	var b strings.Builder
	zone := shanghai()
	day := func(t time.Time) string { return t.In(zone).Format("01-02 15:04") }
	fmt.Fprintf(&b, textGridMonth, s.Period, day(s.Due), day(s.CutOff), day(s.Closing))
	for _, c := range gridColumns {
		b.WriteString(pad(c.name, c.width) + " ")
	}
	b.WriteString(s.TotalName + "\n")
	for _, u := range s.Units {
		when := "－"
		if !u.Attempt.IsZero() {
			when = day(u.Attempt)
		}
		how := app.PunctualityName(u.Punctuality)
		if u.LateDays > 0 {
			how += fmt.Sprintf(textGridDays, u.LateDays)
		}
		sum := "－"
		if n, ok := u.Figures[s.Total]; ok {
			sum = fmt.Sprint(n)
		}
		fmt.Fprintf(&b, "%s %s %s %s %s\n", pad(u.Unit, 10), pad(how, 14), pad(versions(u), 30), pad(when, 12), sum)
	}
	queries(&b, s)
	held(&b, s)
	troubles(&b, s, day)
	outbox(&b, s)
	return b.String()
}

// queries tells what units have not explained yet, and the tally.
func queries(b *strings.Builder, s *app.Status) {
	for _, u := range s.Units {
		if u.Queries > 0 {
			fmt.Fprintf(b, textGridQueries, u.Unit, u.Queries, u.Explained)
		}
	}
	t := s.Tally
	fmt.Fprintf(b, textGridTally,
		t.Due, t.Reported, t.Due, t.InForce, t.Due, t.OnTime, t.Late, t.After, t.Held, t.Awaited+t.Overdue+t.Missing)
}

// held tells what waits for the desk.
func held(b *strings.Builder, s *app.Status) {
	for _, h := range s.Held {
		unit := h.Unit
		if unit == "" {
			unit = textUnitUnknown
		}
		fmt.Fprintf(b, textGridHeld, h.ID, unit, h.Period, h.File, h.From)
	}
	for _, r := range s.Replies {
		unit := r.Unit
		if unit == "" {
			unit = textUnitUnknown
		}
		fmt.Fprintf(b, textGridReply, r.ID, unit, r.Period, r.From, app.ReasonText(r.Why))
	}
}

// troubles tells what keeps mail from coming or going.
func troubles(b *strings.Builder, s *app.Status, day func(time.Time) string) {
	if len(s.NoAddress) > 0 {
		fmt.Fprintf(b, textGridNoAddress, strings.Join(s.NoAddress, "、"))
	}
	for _, k := range s.Bounced {
		fmt.Fprintf(b, textGridBounced, k.Unit, k.Addr, day(k.At))
	}
	if !s.Failing.IsZero() {
		fmt.Fprintf(b, textGridFailing, day(s.Failing))
	}
	if s.Clock != "" {
		fmt.Fprintf(b, textGridClock, app.ReasonText(s.Clock))
	}
	if s.Full > 0 {
		fmt.Fprintf(b, textGridFull, s.Full)
	}
	if s.PutOff > 0 {
		fmt.Fprintf(b, textGridPutOff, s.PutOff, day(s.PutOffTo))
	}
	if s.Pause == app.PauseOlder {
		b.WriteString(textOlder)
	} else if s.Pause != "" {
		fmt.Fprintf(b, textGridPause, s.Pause)
	}
	if s.Backup != nil {
		b.WriteString(backupLine(s.Backup))
	}
}

// outbox tells of the mails of ours that need a person, with what to type, and
// how many wait.
func outbox(b *strings.Builder, s *app.Status) {
	for _, m := range s.Mails {
		state := app.SendName(m.State)
		if m.Bounced {
			state = app.SendName(ledger.SendRefused)
		}
		fmt.Fprintf(b, textMailStuck, m.ID, orDesk(m.Unit), m.Subject, strings.Join(m.To, "、"), state, m.ID, m.ID)
	}
	if s.Waiting+s.Stuck+s.Undecided > 0 {
		fmt.Fprintf(b, textGridOutbox, s.Waiting, s.Stuck, s.Undecided)
	}
}

// versions tells which version is in force and what became of the newest.
func versions(u app.UnitStatus) string {
	switch {
	case u.InForce > 0 && u.Newest == u.InForce:
		return fmt.Sprintf("v%d %s", u.InForce, app.QualityName(u.Quality))
	case u.InForce > 0:
		return fmt.Sprintf(textGridVersions, u.InForce, app.QualityName(u.Quality), u.Newest, app.QualityName(u.NewestState))
	case u.Newest > 0:
		return fmt.Sprintf("v%d %s", u.Newest, app.QualityName(u.NewestState))
	case u.Punctuality == ledger.PunctualHeld:
		return textGridIsHeld
	}
	return "－"
}

// pad fills s with spaces to the width that a terminal gives it: a Chinese
// character takes two columns.
func pad(s string, width int) string {
	for _, r := range s {
		width -= columns(r)
	}
	return s + strings.Repeat(" ", max(width, 0))
}
