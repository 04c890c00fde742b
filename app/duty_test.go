package app_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"taizhang/app"
	"taizhang/ingest/attach"
	"taizhang/internal/samples"
	"taizhang/internal/smtptest"
	"taizhang/ledger"
	"taizhang/notify"
)

// duties are the keys of 【值班】 that were sent or wait, in their order.
func (o *office) duties() []string {
	o.t.Helper()
	st, err := o.app.State(o.t.Context())
	if err != nil {
		o.t.Fatal(err)
	}
	var out []string
	for key, m := range st.Outbox {
		if m.Kind == ledger.MailDuty && m.State != ledger.SendSkipped {
			out = append(out, key)
		}
	}
	slices.Sort(out)
	return out
}

// A unit without any address raises the desk at the slot of each reminder,
// once, a restart in between; the county's own reminder is not recorded, so
// that it goes out when an address is registered in time.
func TestUnitWithoutAddressRaisesTheDesk(t *testing.T) {
	o := newOffice(t, nil) // nothing is known of 鄢陵县
	o.step(may(20, 8, 0))
	const request, tomorrow = "duty/2022-05/鄢陵县/request-2022-05-23", "duty/2022-05/鄢陵县/tomorrow-2022-05-27"
	o.step(may(23, 9, 29))
	if got := o.duties(); len(got) != 0 {
		t.Fatalf("before the slot: %v", got)
	}
	o.step(may(23, 9, 31))
	if err := o.app.Close(); err != nil {
		t.Fatal(err)
	}
	o.open()
	o.step(may(23, 10, 0))
	if got := o.duties(); !slices.Equal(got, []string{request}) {
		t.Fatalf("at the first stage: %v", got)
	}
	for _, want := range []string{"鄢陵县", "没有可用的邮箱地址", "taizhang desk address 鄢陵县 新地址", "2022年5月23日（星期一）"} {
		if text := mailText(t, o.app, request); !strings.Contains(text, want) {
			t.Errorf("without %q:\n%s", want, text)
		}
	}
	o.step(may(27, 8, 31))
	o.step(may(27, 9, 31))
	o.step(may(27, 11, 0))
	if got := o.duties(); !slices.Contains(got, tomorrow) || len(got) != 3 { // and the morning's
		t.Errorf("at the second stage: %v", got)
	}
	if _, err := o.app.Desk(t.Context(), may(27, 12, 0), app.DeskAction{Action: "address", Unit: "鄢陵县", Addr: "yanling@shebao.example", Reason: "电话核实"}); err != nil {
		t.Fatal(err)
	}
	o.step(may(27, 12, 30))
	if got := o.toCounties(); !slices.Contains(got, "yanling@shebao.example") {
		t.Errorf("the reminder does not follow the address: %v", got)
	}
}

// The desk's word settles a mail whose delivery is in doubt: once, and in the
// audit log.
func TestDeskSettlesDoubt(t *testing.T) {
	for action, want := range map[string]ledger.SendState{"delivered": ledger.SendSent, "resend": ledger.SendQueued} {
		o := newOffice(t, nil)
		o.step(may(20, 8, 0))
		o.smtp.OnAccept(nil) // no copy comes back
		o.deliver("02-禹州市")
		key := o.inDoubt(may(26, 9, 35))
		if _, err := o.app.Desk(t.Context(), may(28, 9, 0), app.DeskAction{Action: action, Target: "remind/none", Reason: "电话核实"}); !isCode(err, app.RefuseNoSuchMail) {
			t.Errorf("a mail that is none: %v", err)
		}
		d := app.DeskAction{Action: action, Target: key, Reason: "电话核实"}
		if _, err := o.app.Desk(t.Context(), may(28, 9, 0), d); err != nil {
			t.Fatalf("%s: %v", action, err)
		}
		st, err := o.app.State(t.Context())
		if err != nil || st.Outbox[key].State != want {
			t.Errorf("%s: the mail is %s, %v", action, st.Outbox[key].State, err)
		}
		if _, err := o.app.Desk(t.Context(), may(28, 9, 1), d); !isCode(err, app.RefuseNoDoubt) {
			t.Errorf("%s twice: %v", action, err)
		}
	}
}

func isCode(err error, code string) bool {
	var no *app.Refusal
	return errors.As(err, &no) && no.Code == code
}

// inDoubt sends 禹州市's receipt to a server that takes the data and says
// nothing, and lets a day go by: a person must settle it.
func (o *office) inDoubt(at time.Time) string {
	o.t.Helper()
	o.smtp.Script(smtptest.Step{Phase: smtptest.End, Do: smtptest.Cut})
	o.step(at)
	o.smtp.Script()
	o.step(at.Add(36 * time.Hour))
	st, err := o.app.State(o.t.Context())
	if err != nil {
		o.t.Fatal(err)
	}
	for key, m := range st.Outbox {
		if m.State == ledger.SendHuman && m.Expires.IsZero() { // it still makes sense to send it
			return key
		}
	}
	o.t.Fatal("no mail waits for a person")
	return ""
}

// The reminders of one unit and month are one thread: each follows those
// before it, and another month begins anew.
func TestRemindersAreOneThread(t *testing.T) {
	o := newOffice(t, nil)
	o.step(may(20, 8, 0))
	for _, at := range []time.Time{may(23, 9, 31), may(27, 9, 31), may(30, 9, 1)} {
		o.step(at)
	}
	var thread []string
	for _, stage := range []string{"request", "tomorrow", "overdue-1"} {
		m, ok, err := o.app.Outgoing(t.Context(), notify.RemindKey(samples.Period, "禹州市", stage))
		if err != nil || !ok {
			t.Fatalf("%s: %v", stage, err)
		}
		h, _ := attach.ReadHeader(m.Raw, attach.Limits{})
		if !slices.Equal(h.References, thread) {
			t.Errorf("%s refers to %v, want %v", stage, h.References, thread)
		}
		thread = append(thread, m.MessageID)
	}
}
