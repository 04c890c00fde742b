package app_test

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"pgregory.net/rapid"

	"taizhang/app"
	"taizhang/ledger"
)

// desk carries out a decision, or tells that it was refused. A refusal changes
// nothing; the check after the step sees whether that is so.
func (h *history) desk(d app.DeskAction) (app.DeskResult, bool) {
	d.Reason = "已电话核实"
	res, err := h.app.Desk(h.ctx, h.now, d)
	var no *app.Refusal
	if errors.As(err, &no) {
		h.Logf("%s desk %s %s%s %s: refused, %v", h.now.Format(time.DateTime), d.Action, d.Target, d.Unit, d.Period, no)
		return res, false
	}
	if err != nil {
		h.Fatalf("desk %+v: %v", d, err)
	}
	h.Logf("%s desk %s %s%s %s undo=%t void=%t", h.now.Format(time.DateTime), d.Action, d.Target, d.Unit, d.Period, d.Undo, d.Void)
	name := d.Action
	if d.Undo {
		name = "un" + name
	}
	h.m.said[name]++
	return res, true
}

// deskOnDocument has the desk decide about a document: a held one, the version
// in force, or one handed in.
func (h *history) deskOnDocument() {
	h.now = h.now.Add(minutes(h.T, 120))
	at := place{rapid.SampledFrom(players).Draw(h.T, "unit"), h.someMonth()}
	switch action := rapid.SampledFrom([]string{"held", "held", "held", "verify", "withdraw", "file"}).Draw(h.T, "decision"); action {
	case "held":
		h.deskOnHeld()
	case "verify", "withdraw":
		force := h.m.inForce(at)
		_, done := h.desk(app.DeskAction{Action: action, Unit: at.unit, Period: at.period})
		if done != (force != nil) {
			h.Fatalf("%s of %v: done %t, in force %v", action, at, done, force)
		}
		if done && action == "withdraw" {
			force.class = isWithdrawn
		}
	case "file":
		h.file(at)
	}
	h.round()
}

func (h *history) deskOnHeld() {
	i := slices.IndexFunc(h.m.docs, func(d *paperwork) bool { return d.class == isHeld })
	if i < 0 {
		return
	}
	d := h.m.docs[i]
	a := app.DeskAction{Target: d.id}
	to := d.at
	switch rapid.IntRange(0, 4).Draw(h.T, "word") {
	case 0:
		a.Action, a.Void = "return", true
	case 1:
		a.Action = "return"
	case 2:
		a.Action, a.Supersede = "assign", true
		to = place{rapid.SampledFrom(players).Draw(h.T, "whose"), h.someMonth()}
		a.Unit, a.Period = to.unit, to.period
	default:
		a.Action, a.Supersede = "accept", rapid.Bool().Draw(h.T, "supersede")
	}
	top := h.m.top(to)
	want := a.Action == "return" || to.unit != "" && !d.facts.faulty() && (a.Supersede || top == nil || !top.arrived.After(d.arrived))
	if _, done := h.desk(a); done != want {
		h.Fatalf("%s of %s: done %t, want %t", a.Action, h.m.say(d), done, want)
	}
	if !want {
		return
	}
	d.at = to
	switch {
	case a.Action == "return" && (a.Void || to.unit == ""):
		h.m.settle(d, isRejected)
	case a.Action == "return":
		h.m.settle(d, isReturned)
	default:
		h.m.settle(d, isAccepted)
	}
}

// file hands a document in, on any day and for a closed month too.
func (h *history) file(at place) {
	r := h.now.Add(-minutes(h.T, 2*24*60)).Truncate(time.Second)
	if r.Before(on(at.period, 1, 0)) {
		r = on(at.period, 1, 0)
	}
	if r.After(h.now) {
		return
	}
	f := h.facts(at)
	res, done := h.desk(app.DeskAction{Action: "file", Unit: at.unit, Period: at.period, File: &app.HandedIn{Name: "台账.csv", Data: page(at, f, filledOn(at.period, r)), Arrived: r}})
	if !done {
		h.Fatalf("a document for %v was not taken", at)
	}
	st, err := h.app.State(h.ctx)
	if err != nil {
		h.Fatal(err)
	}
	id := ""
	for _, s := range st.Book(at.period).Submissions {
		if app.ShortID(s.ID) == res.Changed[0].ID {
			id = s.ID
		}
	}
	h.m.take(arrival{doc: paperwork{id: id, at: at, arrived: r, facts: f}, from: "desk", signed: true})
}

// deskOnMonth has the desk exempt or extend a unit, or close a month, or take
// one of these back.
func (h *history) deskOnMonth() {
	h.now = h.now.Add(minutes(h.T, 120))
	p := h.someMonth()
	at := place{rapid.SampledFrom(players).Draw(h.T, "unit"), p}
	d := app.DeskAction{Action: rapid.SampledFrom([]string{"exempt", "extend", "close"}).Draw(h.T, "decision"), Unit: at.unit, Period: p}
	d.Undo = rapid.IntRange(0, 2).Draw(h.T, "undo") == 0
	if d.Action == "extend" && !d.Undo {
		d.Until = on(p, 29, 0).Add(time.Duration(rapid.IntRange(1, 10*24).Draw(h.T, "hours")) * time.Hour)
	}
	if _, done := h.desk(d); done {
		switch what := fmt.Sprint(d.Action, d.Undo); what {
		case "exempttrue":
			delete(h.m.exempt, at)
		case "exemptfalse":
			h.m.exempt[at] = true
		case "extendtrue":
			delete(h.m.until, at)
		case "extendfalse":
			h.m.until[at] = d.Until
		case "closetrue":
			delete(h.m.closed, p)
		case "closefalse":
			h.m.closed[p] = h.now
		}
	}
	h.round()
}

// restart closes the program and opens it again: nothing may be different.
func (h *history) restart() {
	before := h.picture()
	if err := h.app.Close(); err != nil {
		h.Fatal(err)
	}
	h.open()
	if after := h.picture(); after != before {
		h.Fatalf("after a restart:\n%s\nbefore:\n%s", after, before)
	}
}

// audit looks for each decision of the desk in the log.
func (h *history) audit() {
	log, err := h.app.AuditLog(h.ctx)
	if err != nil {
		h.Fatal(err)
	}
	lines := map[string]int{}
	for _, e := range log {
		if e.Actor == "desk" {
			lines[e.What]++
		}
	}
	for action, n := range h.m.said {
		if lines["desk "+action] != n {
			h.Errorf("%d decisions %s, %d lines of the log", n, action, lines["desk "+action])
		}
	}
}

// periods are those that have begun.
func (h *history) periods() []ledger.Period {
	var out []ledger.Period
	for p := (ledger.Period{Year: 2022, Month: 5}); p.Month <= 12 && p.Year == 2022 && !h.now.Before(on(p, 1, 0)); p = p.Next() {
		out = append(out, p)
	}
	return out
}
