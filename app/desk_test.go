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

// mailed puts a ledger of the test's own making into the mailbox.
func (o *office) mailed(m samples.Mailed) {
	o.t.Helper()
	raw, err := m.Raw()
	if err != nil {
		o.t.Fatal(err)
	}
	o.imap.Deliver("INBOX", raw, m.At)
}

func (o *office) held(at time.Time) []app.HeldStatus {
	o.t.Helper()
	s, err := o.app.Status(o.t.Context(), samples.Period, at)
	if err != nil {
		o.t.Fatal(err)
	}
	return s.Held
}

func (o *office) desk(at time.Time, d app.DeskAction) (app.DeskResult, error) {
	o.t.Helper()
	if d.Reason == "" {
		d.Reason = "已电话核实"
	}
	return o.app.Desk(o.t.Context(), at, d)
}

// subjects of what was sent to the address, in order.
func (o *office) subjects(addr string) []string {
	o.t.Helper()
	st, err := o.app.State(o.t.Context())
	if err != nil {
		o.t.Fatal(err)
	}
	var out []string
	for _, m := range o.smtp.Accepted() {
		for _, to := range m.To {
			for _, k := range st.Outbox {
				if to == addr && strings.Contains(string(m.Raw), k.MessageID) && k.MessageID != "" {
					out = append(out, string(k.Kind))
				}
			}
		}
	}
	return out
}

var yuzhouLedger = samples.Mailed{At: may(24, 10, 0), From: "shebao@yuzhou.example", Subject: "台账", File: "台账.xlsx",
	Unit: "禹州市", Month: "2022年5月", Date: "2022年5月24日", Cells: [4]any{3, 10, 11, 12}}

func TestUnsignedIsHeldOnceAndThenKnown(t *testing.T) {
	o := newOffice(t, nil)
	o.step(may(24, 9, 0))
	o.mailed(yuzhouLedger)
	o.step(may(24, 10, 1))
	h := o.held(may(24, 10, 2))
	if len(h) != 1 || len(h[0].Codes) != 1 || h[0].Codes[0] != ledger.ISenderUnsigned {
		t.Fatalf("got %+v", h)
	}
	if got := o.subjects("shebao@yuzhou.example"); len(got) != 1 || got[0] != string(ledger.MailHeld) {
		t.Errorf("the known sender is told at once: %v", got)
	}
	d, err := o.desk(may(24, 11, 0), app.DeskAction{Action: "address", Unit: "禹州市", Addr: "shebao@yuzhou.example", Unsigned: true})
	if err != nil || len(d.Queued) != 1 {
		t.Fatalf("got %+v, %v", d, err)
	}
	o.step(may(24, 11, 1))
	if u := o.unit("禹州市", may(24, 11, 2)); u.InForce != 1 || u.Figures["persons"] != 33 {
		t.Errorf("got %+v", u)
	}
	june := yuzhouLedger
	june.At, june.Cells, june.Subject = may(25, 10, 0), [4]any{3, 10, 11, 13}, "更正"
	o.mailed(june)
	o.step(may(25, 10, 1))
	if h := o.held(may(25, 10, 2)); len(h) != 1 || h[0].Codes[0] != ledger.IUnsignedChange {
		t.Errorf("unsigned mail never changes figures in force by itself: %+v", h)
	}
	if _, err := o.desk(may(25, 11, 0), app.DeskAction{Action: "accept", Target: o.held(may(25, 10, 2))[0].ID}); err != nil {
		t.Fatal(err)
	}
	if u := o.unit("禹州市", may(25, 11, 2)); u.InForce != 2 || u.Figures["persons"] != 34 || !u.Attempt.Equal(may(24, 10, 0)) {
		t.Errorf("after the desk's word: %+v", u)
	}
}

func TestAssignAndReturn(t *testing.T) {
	o := newOffice(t, nil)
	o.step(may(24, 9, 0))
	nameless := yuzhouLedger
	nameless.From, nameless.Unit, nameless.Signed = "unknown@somewhere.example", "", true
	o.mailed(nameless)
	o.step(may(24, 10, 1))
	h := o.held(may(24, 10, 2))
	if len(h) != 1 || h[0].Unit != "" {
		t.Fatalf("got %+v", h)
	}
	var no *app.Refusal
	if _, err := o.desk(may(24, 11, 0), app.DeskAction{Action: "accept", Target: h[0].ID}); !errors.As(err, &no) || no.Code != app.RefuseUnplaced {
		t.Errorf("without a unit there is nothing to accept: %v", err)
	}
	if _, err := o.desk(may(24, 11, 0), app.DeskAction{Action: "assign", Target: h[0].ID, Unit: "禹县", Period: samples.Period}); !errors.As(err, &no) || no.Code != app.RefuseUnit {
		t.Errorf("got %v", err)
	}
	d, err := o.desk(may(24, 11, 0), app.DeskAction{Action: "assign", Target: h[0].ID, Unit: "禹州市", Period: samples.Period})
	if err != nil || len(d.Queued) != 0 {
		t.Fatalf("nothing is mailed to an unknown address: %+v, %v", d, err)
	}
	if u := o.unit("禹州市", may(24, 11, 1)); u.InForce != 1 || u.Punctuality != ledger.PunctualOnTime {
		t.Errorf("got %+v", u)
	}

	bad := yuzhouLedger
	bad.At, bad.From, bad.Unit, bad.Cells = may(25, 10, 0), "other@somewhere.example", "长葛市", [4]any{3, "约10", 11, 12}
	o.mailed(bad)
	o.step(may(25, 10, 1))
	id := o.held(may(25, 10, 2))[0].ID
	if _, err := o.desk(may(25, 11, 0), app.DeskAction{Action: "accept", Target: id}); !errors.As(err, &no) || no.Code != app.RefuseBlocked {
		t.Errorf("what cannot be read is not made a figure by accepting: %v", err)
	}
	if _, err := o.desk(may(25, 11, 0), app.DeskAction{Action: "return", Target: id, Void: true}); err != nil {
		t.Fatal(err)
	}
	if u := o.unit("长葛市", may(25, 11, 1)); u.Punctuality != ledger.PunctualAwaited {
		t.Errorf("a void attempt is none: %+v", u)
	}
	if got := o.subjects("other@somewhere.example"); len(got) != 0 {
		t.Errorf("mailed to a stranger: %v", got)
	}
}

func TestReturnToAKnownSender(t *testing.T) {
	o := newOffice(t, nil)
	o.step(may(24, 9, 0))
	o.mailed(yuzhouLedger)
	o.step(may(24, 10, 1))
	if _, err := o.desk(may(24, 11, 0), app.DeskAction{Action: "return", Unit: "禹州市", Period: samples.Period}); err != nil {
		t.Fatal(err)
	}
	o.step(may(24, 11, 1))
	if got := o.subjects("shebao@yuzhou.example"); len(got) != 2 || got[1] != string(ledger.MailReturn) {
		t.Errorf("got %v", got)
	}
	if u := o.unit("禹州市", may(24, 11, 2)); u.Punctuality != ledger.PunctualOnTime || u.InForce != 0 || u.Newest != 1 {
		t.Errorf("returned: on time, nothing in force: %+v", u)
	}
}

func TestDeskSettlesByAddressOnlyItsOwn(t *testing.T) {
	o := newOffice(t, nil)
	o.step(may(24, 9, 0))
	var no *app.Refusal
	for _, c := range []struct {
		d    app.DeskAction
		want string
	}{
		{app.DeskAction{Action: "address", Unit: "禹州市", Addr: samples.Own}, app.RefuseAddr},
		{app.DeskAction{Action: "address", Unit: "禹州市", Addr: "no address"}, app.RefuseAddr},
		{app.DeskAction{Action: "address", Unit: "禹州市", Addr: "cgsb@mail163.example"}, app.RefuseOwned},
		{app.DeskAction{Action: "address", Unit: "禹县", Addr: "a@b.example"}, app.RefuseUnit},
		{app.DeskAction{Action: "verify", Unit: "禹州市", Period: samples.Period}, app.RefuseNotFound},
		{app.DeskAction{Action: "frobnicate"}, app.RefuseAction},
		{app.DeskAction{Action: "verify", Reason: " "}, app.RefuseNoReason},
	} {
		if _, err := o.desk(may(24, 10, 0), c.d); !errors.As(err, &no) || no.Code != c.want {
			t.Errorf("%+v: got %v, want %s", c.d, err, c.want)
		}
	}
}
