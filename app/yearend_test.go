package app_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"taizhang/app"
	"taizhang/internal/samples"
	"taizhang/ledger"
)

var december = ledger.Period{Year: 2022, Month: time.December}

// winter is an instant from December 2022 on: winter(32, …) is 1 January.
func winter(day, hour, minute int) time.Time {
	return time.Date(2022, time.December, day, hour, minute, 0, 0, samples.Start.Location())
}

// writes has the unit send its ledger; month and date as written in the form.
func (o *office) writes(at time.Time, unit, from, month, date string, n int) {
	o.t.Helper()
	o.mailed(samples.Mailed{At: at, From: from, Subject: unit + "台账", File: unit + "台账.xlsx", Signed: true, Unit: unit, Month: month, Date: date, Cells: [4]any{n, n + 1, n + 2, n + 3}})
}

// TestYearEnd plays the last period through its closing on 15 January and the
// spring after it, in which another campaign has begun on a store of its own.
func TestYearEnd(t *testing.T) {
	o := newOffice(t, nil)
	o.step(winter(19, 8, 0))
	const yu, chang = "shebao@yuzhou.example", "cgsb@mail163.example"
	o.writes(winter(26, 10, 0), "禹州市", yu, "2022年12月", "2022年12月26日", 30)
	o.step(winter(26, 10, 5))
	r := o.step(winter(29, 9, 5)) // C
	if !slicesHas(r.Planned.Queued, "summary/2022-12/r1") {
		t.Errorf("at the cut-off: %v", r.Planned.Queued)
	}

	// Its ledger of December comes in January: 补报 until the closing.
	o.writes(winter(36, 10, 0), "长葛市", chang, "2022年12月", "2023年1月5日", 40)
	o.step(winter(36, 10, 5))
	s, err := o.app.Status(t.Context(), december, winter(36, 10, 6))
	if err != nil {
		t.Fatal(err)
	}
	punctual := map[string]ledger.Punctuality{}
	for _, u := range s.Units {
		punctual[u.Unit] = u.Punctuality
	}
	if punctual["禹州市"] != ledger.PunctualOnTime || punctual["长葛市"] != ledger.PunctualAfter || !s.Closing.Equal(winter(47, 0, 0)) {
		t.Errorf("December: %v, closes %s", punctual, s.Closing)
	}
	if r = o.step(winter(36, 16, 0)); !slicesHas(r.Planned.Queued, "summary/2022-12/r2") {
		t.Errorf("the 更正版 at 16:00: %v", r.Planned.Queued)
	}

	// A date of January alone: which month it is for, the desk says.
	o.writes(winter(37, 10, 0), "魏都区", "weidu@mail163.example", "", "2023年1月6日", 50)
	o.step(winter(37, 10, 5))
	if h := o.heldOf("魏都区"); len(h) == 0 {
		t.Errorf("a filing date of January alone is held")
	}

	// The last minute counts, and is answered after it.
	o.writes(winter(46, 23, 59), "建安区", "jaqsb@jianan.example", "2022年12月", "2023年1月15日", 60)
	r = o.step(winter(47, 0, 1))
	if !r.Planned.Over || r.Planned.Reason == "" || len(r.Planned.Queued) != 0 {
		t.Errorf("after the last closing: %+v", r.Planned)
	}

	st, err := o.app.State(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	v := st.Book(december).Standing(o.app.Campaign().Schedule, "建安区", winter(47, 0, 1)).InForce
	if v == nil {
		t.Fatal("the ledger of the last minute is not in force")
	}
	if m, ok := st.Outbox["receipt/"+v.ID]; !ok || m.State != ledger.SendSent {
		t.Errorf("and is not answered: %+v", m)
	}
	sent := len(o.smtp.Accepted())
	for i, month := range []string{"2022年12月", "2023年4月", "", "2022年11月"} {
		o.writes(winter(60+i, 10, 0), "禹州市", yu, month, "2023年1月29日", 70+i)
		o.step(winter(60+i, 10, 5))
	}
	o.writes(winter(140, 10, 0), "禹州市", yu, "2023年4月", "2023年4月28日", 80) // in April itself
	r = o.step(winter(140, 10, 5))
	if !r.Planned.Over || r.Decided != 1 {
		t.Errorf("in spring: %+v", r)
	}
	if n := len(o.smtp.Accepted()); n != sent {
		t.Errorf("%d mails were sent after the end, the first: %s", n-sent, o.smtp.Accepted()[sent].Raw)
	}
	held := o.heldOf("禹州市")
	if len(held) != 5 {
		t.Fatalf("of five mails after the end %d are held: %+v", len(held), held)
	}
	for _, h := range held {
		if h.Period != december && h.Period != december.Prev() {
			var no *app.Refusal
			if _, err := o.app.Desk(t.Context(), winter(141, 9, 0), app.DeskAction{Action: "accept", Target: h.ID, Reason: "x"}); !errors.As(err, &no) {
				t.Errorf("%s is of no month of this campaign and is accepted: %v", h.Period, err)
			}
		}
		_, err := o.app.Desk(t.Context(), winter(141, 10, 0), app.DeskAction{Action: "return", Target: h.ID, Void: true, Reason: "转入新行动"})
		if err != nil {
			t.Errorf("the desk cannot settle %+v: %v", h, err)
		}
	}
	if n := len(o.smtp.Accepted()); n != sent {
		t.Errorf("%d mails were sent after the end", n-sent)
	}
}

func slicesHas(list []string, want string) bool {
	return strings.Contains(" "+strings.Join(list, " ")+" ", " "+want+" ")
}

// heldOf lists what status shows as held for the unit, of whatever month.
func (o *office) heldOf(unit string) []app.HeldStatus {
	o.t.Helper()
	s, err := o.app.Status(o.t.Context(), december, winter(200, 0, 0))
	if err != nil {
		o.t.Fatal(err)
	}
	var out []app.HeldStatus
	for _, h := range s.Held {
		if h.Unit == unit {
			out = append(out, h)
		}
	}
	return out
}
