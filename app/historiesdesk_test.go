package app_test

import (
	"errors"
	"fmt"
	"time"

	"pgregory.net/rapid"

	"taizhang/app"
)

// desk carries out a decision, or tells that it was refused. A refusal changes
// nothing; the check after the step sees whether that is so.
func (h *history) desk(d app.DeskAction) (app.DeskResult, bool) {
	d.Reason = "已电话核实"
	res, err := h.app.Desk(h.ctx, h.now, d)
	var no *app.Refusal
	if errors.As(err, &no) {
		h.Logf("%s desk %s %s%s%s %s undo=%t: refused, %v", h.clock(), d.Action, d.Target, d.Unit, d.Addr, d.Period, d.Undo, no)
		return res, false
	}
	if err != nil {
		h.Fatalf("desk %+v: %v", d, err)
	}
	h.Logf("%s desk %s %s%s %s %s undo=%t void=%t", h.clock(), d.Action, d.Target, d.Unit, d.Addr, d.Period, d.Undo, d.Void)
	name := d.Action
	if d.Undo {
		name = "un" + name
	}
	h.m.said[name]++
	return res, true
}

// deskOnDocument has the desk decide about a document or an address: a held
// one, the version in force, one handed in, or whose an address is.
func (h *history) deskOnDocument() {
	h.now = h.now.Add(minutes(h.T, 120))
	at := place{rapid.SampledFrom(players).Draw(h.T, "unit"), h.someMonth()}
	switch action := rapid.SampledFrom([]string{"held", "held", "held", "verify", "withdraw", "file", "address"}).Draw(h.T, "decision"); action {
	case "held":
		h.deskOnHeld()
	case "verify", "withdraw":
		force := h.m.inForce(at)
		_, done := h.desk(app.DeskAction{Action: action, Unit: at.unit, Period: at.period})
		h.must(done, force != nil, "%s of %v: in force is %v", action, at, force)
		if done {
			force.class = map[string]class{"verify": isVerified, "withdraw": isWithdrawn}[action]
		}
	case "file":
		h.file(at)
	case "address":
		h.address(at.unit)
	}
	h.round()
}

// must compares whether the desk was obeyed with what the rule book says.
func (h *history) must(done, want bool, format string, args ...any) {
	if done != want {
		h.Fatalf("%s the desk was obeyed: %t, the rule book says %t: %s", h.clock(), done, want, fmt.Sprintf(format, args...))
	}
}

func (h *history) deskOnHeld() {
	var held []*paperwork
	for _, d := range h.m.docs {
		if d.class == isHeld {
			held = append(held, d)
		}
	}
	if len(held) == 0 {
		return
	}
	d := rapid.SampledFrom(held).Draw(h.T, "which")
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
	want := a.Action == "return" || to.unit != "" && !d.barred && !d.facts.faulty() && (a.Supersede || !h.m.spoke(to).After(d.arrived))
	_, done := h.desk(a)
	h.must(done, want, "%s of %s", a.Action, h.m.say(d))
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
	h.must(done, true, "a document for %v", at)
	id := ""
	for _, s := range h.state().Book(at.period).Submissions {
		if app.ShortID(s.ID) == res.Changed[0].ID {
			id = s.ID
		}
	}
	d := h.m.take(arrival{doc: paperwork{id: id, at: at, arrived: r, facts: f}, from: "desk"})
	h.Logf("%s filed %s", h.clock(), h.m.say(d))
}

// address has the desk say whose an address is, or that unsigned mail from it
// is to be taken; what waited only for that is released.
func (h *history) address(unit string) {
	addr := rapid.SampledFrom([]string{stranger, stranger, ownAddress(unit), ownAddress(players[0])}).Draw(h.T, "address")
	unsigned := rapid.Bool().Draw(h.T, "unsigned")
	old, known := h.m.book[addr]
	res, done := h.desk(app.DeskAction{Action: "address", Unit: unit, Addr: addr, Unsigned: unsigned})
	h.must(done, !known || old.unit == unit, "%s for %s, it was of %q", addr, unit, old.unit)
	if !done {
		return
	}
	released := h.m.bind(addr, binding{unit: unit, unsigned: unsigned, since: h.now})
	h.m.said["address"] += len(released) // each has its own line of the log
	for _, d := range released {
		h.Logf("%s released %s", h.clock(), h.m.say(d))
	}
	if n := len(res.Changed) - 1; n != len(released) {
		h.Fatalf("%s the address of %s released %d documents, the rule book says %d", h.clock(), unit, n, len(released))
	}
}

// deskOnMonth has the desk exempt or extend a unit, or close a month, or take
// one of these back.
func (h *history) deskOnMonth() {
	h.now = h.now.Add(minutes(h.T, 120))
	p := h.someMonth()
	at := place{rapid.SampledFrom(players).Draw(h.T, "unit"), p}
	d := app.DeskAction{Action: rapid.SampledFrom([]string{"exempt", "extend", "close"}).Draw(h.T, "decision"), Unit: at.unit, Period: p}
	if h.stands(d.Action, at) {
		d.Undo = rapid.IntRange(0, 2).Draw(h.T, "undo") > 0
	} else {
		d.Undo = rapid.IntRange(0, 7).Draw(h.T, "undo") == 0
	}
	if d.Action == "extend" && !d.Undo {
		d.Until = on(p, 28, 0).Add(time.Duration(rapid.IntRange(1, 20*24).Draw(h.T, "hours")) * time.Hour)
	}
	want := h.mayDecide(d, at)
	_, done := h.desk(d)
	h.must(done, want, "%s of %v until %s, undo %t", d.Action, at, d.Until, d.Undo)
	if done {
		switch what := fmt.Sprint(d.Action, d.Undo); what {
		case "exempttrue":
			delete(h.m.exempt, at)
		case "exemptfalse":
			h.m.exempt[at] = true
		case "extendtrue":
			delete(h.m.until, at)
		case "extendfalse":
			h.m.until[at], h.m.extended[at] = d.Until, true
		case "closetrue":
			delete(h.m.closed, p)
		case "closefalse":
			h.m.closed[p] = h.now
		}
	}
	h.round()
}

// stands reports whether such a decision holds already.
func (h *history) stands(action string, at place) bool {
	switch action {
	case "exempt":
		return h.m.exempt[at]
	case "extend":
		_, ok := h.m.until[at]
		return ok
	}
	_, ok := h.m.closed[at.period]
	return ok
}

// mayDecide: only what stands is taken back; a unit is exempted once; a new D
// lies after the general one, in the future and not after the closing, and is
// not for the exempt; a month is closed once, from D on.
func (h *history) mayDecide(d app.DeskAction, at place) bool {
	due, closing := on(at.period, 29, 0), h.m.closing(at.period)
	switch {
	case d.Undo:
		return h.stands(d.Action, at)
	case d.Action == "exempt":
		return !h.m.exempt[at]
	case d.Action == "extend":
		return h.now.Before(closing) && d.Until.After(h.now) && d.Until.After(due) && !d.Until.After(closing) && !h.m.exempt[at]
	}
	return h.now.Before(closing) && !h.now.Before(due)
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
