package app_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"taizhang/app"
	"taizhang/internal/samples"
	"taizhang/ledger"
	"taizhang/notify"
)

// refused says which refusal the action met.
func (o *office) refused(at time.Time, d app.DeskAction) string {
	o.t.Helper()
	var no *app.Refusal
	if _, err := o.desk(at, d); !errors.As(err, &no) {
		o.t.Fatalf("%s was not refused: %v", d.Action, err)
	}
	return no.Code
}

func kinds(list []notify.Ahead, unit string) []ledger.MailKind {
	var out []ledger.MailKind
	for _, a := range list {
		if a.Unit == unit {
			out = append(out, a.Kind)
		}
	}
	return out
}

func (o *office) tally(at time.Time) ledger.Tally {
	o.t.Helper()
	s, err := o.app.Status(o.t.Context(), samples.Period, at)
	if err != nil {
		o.t.Fatal(err)
	}
	return s.Tally
}

func TestExemptAndBack(t *testing.T) {
	o := newOffice(t, nil)
	o.step(may(24, 9, 0))
	d := app.DeskAction{Action: "exempt", Unit: "襄城县", Period: samples.Period}
	r, err := o.desk(may(24, 10, 0), d)
	if err != nil || len(r.Coming) != 0 || len(r.Stopped) != 1 || r.Stopped[0].Kind != ledger.MailTomorrow || r.Stopped[0].Unit != "襄城县" {
		t.Fatalf("exempt stops the unit's next reminder and nothing else: %+v, %v", r, err)
	}
	if got := o.tally(may(24, 11, 0)); got.Due != 6 || got.Exempt != 1 {
		t.Errorf("an exempt unit is out of 应报: %+v", got)
	}
	if got := o.refused(may(24, 10, 1), d); got != app.RefuseStands {
		t.Errorf("twice: %s", got)
	}
	d.Undo = true
	if r, err = o.desk(may(24, 12, 0), d); err != nil || len(r.Coming) != 1 || len(r.Stopped) != 0 || r.Changed[0].What != "unexempt" {
		t.Fatalf("back: %+v, %v", r, err)
	}
	if got := o.tally(may(24, 12, 1)); got.Due != 7 {
		t.Errorf("after the undo: %+v", got)
	}
	if got := o.refused(may(24, 12, 2), d); got != app.RefuseNothing {
		t.Errorf("undone twice: %s", got)
	}
	if got := o.refused(may(24, 12, 3), app.DeskAction{Action: "exempt", Unit: "许昌市", Period: samples.Period}); got != app.RefuseUnit {
		t.Errorf("an unknown unit: %s", got)
	}
	if got := o.refused(may(24, 12, 4), app.DeskAction{Action: "exempt", Unit: "禹州市", Period: samples.Period.Next()}); got != app.RefusePeriod {
		t.Errorf("a month that has not begun: %s", got)
	}
}

func TestExtendMovesOneUnitsDueInstant(t *testing.T) {
	o := newOffice(t, nil)
	o.step(may(27, 8, 0))
	d := app.DeskAction{Action: "extend", Unit: "禹州市", Period: samples.Period, Until: may(32, 0, 0)}
	r, err := o.desk(may(27, 9, 0), d)
	if err != nil || len(r.Changed) != 1 || !r.Changed[0].Until.Equal(may(32, 0, 0)) {
		t.Fatalf("got %+v, %v", r, err)
	}
	if s, c := kinds(r.Stopped, "禹州市"), kinds(r.Coming, "禹州市"); len(s) != 1 || len(c) != 1 || r.Coming[0].Kind != ledger.MailRequest || !r.Coming[0].Slot.Equal(may(27, 9, 0)) {
		t.Errorf("the unit is told its date at once, and the reminder moves with it: stopped %v, coming %v", r.Stopped, r.Coming)
	}
	o.step(may(27, 9, 5))
	st, err := o.app.State(t.Context())
	if told, ok := st.Outbox["remind/2022-05/禹州市/due-2022-05-31/extended"]; err != nil || !ok || !strings.Contains(told.Subject, "5月31日") {
		t.Errorf("【请报送】 names the new date: %q, %v, %v", told.Subject, ok, err)
	}
	o.mailed(samples.Mailed{At: may(30, 10, 0), From: "shebao@yuzhou.example", Subject: "台账", File: "台账.xlsx", Signed: true,
		Unit: "禹州市", Month: "2022年5月", Date: "2022年5月30日", Cells: [4]any{3, 10, 11, 12}})
	o.step(may(30, 10, 1))
	if u := o.unit("禹州市", may(30, 10, 2)); u.Punctuality != ledger.PunctualOnTime {
		t.Errorf("within the extension it is on time: %+v", u)
	}
	if u := o.unit("长葛市", may(30, 10, 2)); u.Punctuality != ledger.PunctualMissing {
		t.Errorf("the others' due instant stands: %+v", u)
	}
	for name, until := range map[string]time.Time{"before the due instant": may(28, 12, 0), "in the past": may(20, 0, 0), "after the closing": may(50, 0, 0), "none": {}} {
		d.Until = until
		if got := o.refused(may(27, 9, 5), d); got != app.RefuseUntil {
			t.Errorf("%s: %s", name, got)
		}
	}
}

func TestWithdrawTellsTheCountyAndRemindsAgain(t *testing.T) {
	o := newOffice(t, nil)
	o.step(may(24, 9, 0))
	first := yuzhouLedger
	first.Signed = true
	o.mailed(first)
	o.step(may(24, 10, 1))
	second := first
	second.At, second.Cells = may(25, 10, 0), [4]any{3, 10, 11, 20}
	o.mailed(second)
	o.step(may(25, 10, 1))
	d := app.DeskAction{Action: "withdraw", Unit: "禹州市", Period: samples.Period, Reason: "填报口径有误，请按新增人数重报"}
	r, err := o.desk(may(25, 11, 0), d)
	if err != nil || len(r.Queued) != 1 || len(r.Changed) != 2 || r.Changed[1].Version != 1 {
		t.Fatalf("v1 is in force again and the county is told: %+v, %v", r, err)
	}
	o.step(may(25, 11, 1))
	if got := o.subjects("shebao@yuzhou.example"); got[len(got)-1] != string(ledger.MailReturn) {
		t.Errorf("the county gets 【请更正】: %v", got)
	}
	if u := o.unit("禹州市", may(25, 11, 2)); u.InForce != 1 || u.Newest != 2 || !u.Attempt.Equal(may(24, 10, 0)) {
		t.Errorf("got %+v", u)
	}
	if r, err = o.desk(may(25, 12, 0), d); err != nil || len(r.Changed) != 1 || len(kinds(r.Coming, "禹州市")) != 1 {
		t.Fatalf("without any version the unit is reminded again: %+v, %v", r, err)
	}
	if got := o.refused(may(25, 12, 1), d); got != app.RefuseNotFound {
		t.Errorf("nothing is in force: %s", got)
	}
}

func TestCloseEndsTheMonth(t *testing.T) {
	o := newOffice(t, nil)
	o.step(may(27, 8, 0))
	d := app.DeskAction{Action: "close", Period: samples.Period}
	if got := o.refused(may(28, 8, 0), d); got != app.RefuseNotDue {
		t.Errorf("before the due instant: %s", got)
	}
	o.step(may(29, 9, 1))
	r, err := o.desk(may(29, 10, 0), d)
	if err != nil || len(r.Coming) != 0 || len(r.Stopped) != 6 { // 鄢陵县 has no address
		t.Fatalf("closing stops all reminders: %+v, %v", r, err)
	}
	late := yuzhouLedger
	late.Signed, late.At, late.Date = true, may(30, 10, 0), "2022年5月28日"
	o.mailed(late)
	o.step(may(30, 10, 1))
	if h := o.held(may(30, 10, 2)); len(h) != 1 || h[0].Codes[0] != ledger.IPeriodClosed {
		t.Errorf("a closed month takes nothing by itself: %+v", h)
	}
	if got := o.refused(may(30, 11, 0), d); got != app.RefuseClosed {
		t.Errorf("closed twice: %s", got)
	}
	d.Undo = true
	if _, err := o.desk(may(30, 12, 0), d); err != nil {
		t.Fatal(err)
	}
	s, err := o.app.Status(t.Context(), samples.Period, may(30, 12, 1))
	if err != nil || s.Closing.Before(may(40, 0, 0)) {
		t.Errorf("open again until the schedule's closing: %+v, %v", s.Closing, err)
	}
}

func TestFileTakesWhatWasHandedIn(t *testing.T) {
	o := newOffice(t, nil)
	o.step(may(24, 9, 0))
	doc := yuzhouLedger
	data, err := doc.Workbook()
	if err != nil {
		t.Fatal(err)
	}
	d := app.DeskAction{Action: "file", Unit: "禹州市", Period: samples.Period, Reason: "微信报送",
		File: &app.HandedIn{Name: "微信台账.xlsx", Data: data, Arrived: may(28, 20, 0)}}
	o.step(may(50, 8, 0)) // 19 June: the month is closed
	r, err := o.desk(may(50, 9, 0), d)
	if err != nil || len(r.Changed) != 1 || r.Changed[0].Version != 1 || r.Changed[0].Quality == ledger.QualityHeld {
		t.Fatalf("got %+v, %v", r, err)
	}
	if u := o.unit("禹州市", may(50, 9, 1)); u.Punctuality != ledger.PunctualOnTime || u.Figures["persons"] != 33 || !u.Attempt.Equal(may(28, 20, 0)) {
		t.Errorf("it counts from when it was handed in: %+v", u)
	}
	for _, q := range r.Queued {
		for _, to := range q.To {
			if to != samples.Own {
				t.Errorf("the receipt goes to %s", to)
			}
		}
	}
	other := d
	other.Unit = "长葛市"
	if r, err := o.desk(may(50, 10, 0), other); err != nil || len(r.Changed) != 1 || r.Changed[0].Quality != ledger.QualityHeld {
		t.Errorf("a document of another unit is held: %+v, %v", r, err)
	}
	empty := d
	empty.File = &app.HandedIn{Name: "x.txt", Data: []byte("没有表"), Arrived: may(28, 20, 0)}
	if got := o.refused(may(50, 11, 0), empty); got != app.RefuseNoDocument {
		t.Errorf("no ledger in it: %s", got)
	}
	early := d
	early.File = &app.HandedIn{Name: "x.xlsx", Data: data, Arrived: may(60, 0, 0)}
	if got := o.refused(may(50, 11, 1), early); got != app.RefuseFuture {
		t.Errorf("handed in tomorrow: %s", got)
	}
}
