package app_test

import (
	"strings"
	"testing"
	"time"

	"taizhang/app"
	"taizhang/internal/messy"
	"taizhang/ledger"
)

// rosterOf is Annex 3 with the liaison's mail address.
func rosterOf(unit, officer, liaison string, phone any, mail string) []byte {
	return messy.Write(messy.Sheet{Name: "附件3", Rows: [][]any{
		{"全民参保计划攻坚行动工作负责人及联络员名单"}, {"填报单位：" + unit},
		{"工作负责人", "单位及职务", "联系电话", "联络员", "单位及职务", "联系电话", "邮箱"},
		{officer, "社保中心主任", "0374-8112233", liaison, "社保中心", phone, mail},
	}})
}

func (r *registry) roster(at time.Time, from, proof string, data []byte, more ...enclosed) app.Imported {
	r.t.Helper()
	return r.take(letter(at, from, proof, "名单", "现报送名单。", append([]enclosed{{"名单.xlsx", data}}, more...)...), at)
}

func (r *registry) state() *ledger.State {
	r.t.Helper()
	st, err := r.app.State(r.t.Context())
	if err != nil {
		r.t.Fatal(err)
	}
	return st
}

// only returns the text of the one mail that the import queued, of that kind.
func (r *registry) only(in app.Imported, kind ledger.MailKind) string {
	r.t.Helper()
	if len(in.Queued) != 1 || !strings.HasPrefix(in.Queued[0].Key, string(kind)+"/") {
		r.t.Fatalf("got %+v, want one %s", in.Queued, kind)
	}
	return mailText(r.t, r.app, in.Queued[0].Key)
}

// A roster from a unit's known address holds from its arrival on, is answered,
// gives its addresses, and is whom the next mail is addressed to; a new one
// replaces it and the old one stays on record.
func TestRosterFromMailToSalutation(t *testing.T) {
	r := newRegistry(t).started(may(20, 8, 0))
	text := r.only(r.roster(may(21, 9, 0), "shebao@yuzhou.example", "pass", rosterOf("禹州市", "张建国", "王  芳", 13700001111, "wf@yuzhou.example")), ledger.MailReceipt)
	for _, want := range []string{"社保中心 王芳（联络员）同志：", "13700001111", "张建国", "已登记"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not in the receipt:\n%s", want, text)
		}
	}
	if k := r.state().Addresses["wf@yuzhou.example"]; k.Unit != "禹州市" || k.Source != "roster" {
		t.Errorf("got %+v", k)
	}
	r.roster(may(23, 9, 0), "shebao@yuzhou.example", "pass", rosterOf("禹州市", "张建国", "赵敏", "0374-8114455", ""))
	in := r.take(letter(may(26, 9, 0), "wf@yuzhou.example", "pass", "台账", "请查收。", enclosed{"台账.xlsx", xlsx(form("B6", "联络员：赵敏"))}), may(26, 9, 1))
	if text := r.only(in, ledger.MailReceipt); !strings.Contains(text, "赵敏（联络员）同志：") || strings.Contains(text, "P03") {
		t.Errorf("got\n%s", text)
	}
	if n := len(r.state().Rosters); n != 2 {
		t.Errorf("%d rosters on record, want the old one too", n)
	}
}

// The officer of the roster is in copy from the second overdue notice on.
func TestRosterOfficerIsCopied(t *testing.T) {
	r := newRegistry(t).started(may(20, 8, 0))
	data := messy.Write(messy.Sheet{Rows: [][]any{{"全民参保计划攻坚行动工作负责人及联络员名单"}, {"填报单位：禹州市"},
		{"工作负责人：张建国　联系电话：0374-8112233　邮箱：zjg@yuzhou.example"}, {"联络员：王芳　联系电话：13700001111　邮箱：wf@yuzhou.example"}}})
	r.only(r.roster(may(21, 9, 0), "shebao@yuzhou.example", "pass", data), ledger.MailReceipt)
	st := r.state()
	if a, b := st.Addresses["zjg@yuzhou.example"], st.Addresses["wf@yuzhou.example"]; a.Unit != "禹州市" || b.Unit != "禹州市" {
		t.Errorf("got %+v, %+v", a, b)
	}
	for stage, want := range map[int]string{1: "", 2: "zjg@yuzhou.example"} {
		m, err := r.app.Reminder(st, "禹州市", stage, may(31, 9, 0))
		if err != nil {
			t.Fatal(err)
		}
		got := ""
		if len(m.Cc) > 0 {
			got = m.Cc[0].Addr
		}
		if got != want || m.To[0].Addr != "wf@yuzhou.example" {
			t.Errorf("notice %d: to %s, copy %q, want %q", stage, m.To[0].Addr, got, want)
		}
	}
}

// What is missing is asked for, and nothing is recorded.
func TestRosterWithSomethingMissingIsReturned(t *testing.T) {
	r := newRegistry(t).started(may(20, 8, 0))
	text := r.only(r.roster(may(21, 9, 0), "shebao@yuzhou.example", "pass", rosterOf("禹州市", "张建国", "王芳", nil, "wf@yuzhou.example")), ledger.MailReturn)
	if !strings.Contains(text, "联络员王芳的联系电话未填写") {
		t.Errorf("got\n%s", text)
	}
	st := r.state()
	if _, known := st.Addresses["wf@yuzhou.example"]; known || len(st.Rosters) != 0 {
		t.Errorf("recorded: %+v, %+v", st.Addresses, st.Rosters)
	}
}

// A roster of a sender who is not proven waits for the desk and gives no
// address; the desk's word on the address, or on the roster, records it.
func TestRosterOfAnUnprovenSenderIsHeld(t *testing.T) {
	const own, stranger, late = "cgsb@mail163.example", "new@changge.example", "sl@changge.example"
	for _, c := range []struct {
		name, from, code string
		answered         bool
		desk             func(id string) app.DeskAction
	}{
		{"unknown address", stranger, "I11", false, func(string) app.DeskAction {
			return app.DeskAction{Action: "address", Unit: "长葛市", Addr: stranger, Unsigned: true}
		}},
		{"unsigned, with a new address", own, "I18", true, func(id string) app.DeskAction { return app.DeskAction{Action: "accept", Target: id} }},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := newRegistry(t).started(may(20, 8, 0))
			in := r.roster(may(21, 9, 0), c.from, "", rosterOf("长葛市", "李志强", "孙丽", "13800001111", late))
			st := r.state()
			if in.Outcome != ledger.OutcomeHeld || (len(in.Queued) == 1) != c.answered || len(st.Rosters) != 0 || st.Addresses[late].Unit != "" {
				t.Fatalf("got %+v, %+v", in, st.Rosters)
			}
			if len(st.Unplaced) != 1 || !st.Unplaced[0].Reading.Has(ledger.Code(c.code)) {
				t.Fatalf("not held for the desk as %s: %+v", c.code, st.Unplaced)
			}
			d := c.desk(app.ShortID(st.Unplaced[0].ID))
			d.Reason = "已电话核实"
			res, err := r.app.Desk(t.Context(), may(21, 10, 0), d)
			if err != nil || len(res.Queued) != 1 {
				t.Fatalf("got %+v, %v", res, err)
			}
			if text := mailText(t, r.app, res.Queued[0].Key); !strings.Contains(text, "孙丽（联络员）同志：") || !strings.Contains(text, "已登记") {
				t.Errorf("got\n%s", text)
			}
			st = r.state()
			if len(st.Rosters) != 1 || !st.Rosters[0].From.Equal(may(21, 9, 0)) || st.Addresses[late].Unit != "长葛市" || len(st.Unplaced) != 0 {
				t.Errorf("got %+v, %+v, %+v", st.Rosters, st.Addresses[late], st.Unplaced)
			}
		})
	}
}

// A roster beside a ledger is told in the ledger's own answer; one pasted into
// the text of a mail with a ledger file is read too.
func TestRosterBesideALedgerIsOneMail(t *testing.T) {
	r := newRegistry(t).started(may(20, 8, 0))
	in := r.roster(may(26, 9, 0), "shebao@yuzhou.example", "pass", rosterOf("禹州市", "张建国", "王芳", "13700001111", ""), enclosed{"台账.xlsx", xlsx(form())})
	if text := r.only(in, ledger.MailReceipt); !strings.Contains(text, "一并报送的名单：名单.xlsx") || !strings.Contains(text, "120人") {
		t.Errorf("got\n%s", text)
	}
	page := "<p>名单如下</p><table><tr><td>全民参保计划攻坚行动工作负责人及联络员名单</td></tr><tr><td>填报单位：禹州市</td></tr><tr><td>负责人<td>单位及职务<td>联系电话<td>联络员<td>单位及职务<td>联系电话</tr><tr><td>张建国<td>主任<td>0374-8112233<td>赵敏<td>科员<td>13900001111</tr></table>"
	in = r.take(letter(may(27, 9, 0), "shebao@yuzhou.example", "pass", "更正", page, enclosed{"台账.xlsx", xlsx(form("D4", 121))}), may(27, 9, 1))
	if text := r.only(in, ledger.MailAmended); !strings.Contains(text, "赵敏（联络员）同志") || !strings.Contains(text, "一并报送的名单：邮件正文") {
		t.Errorf("got\n%s", text)
	}
}

// The desk's own file may hold several units; a held roster does not stop the
// reminders of its unit.
func TestRosterFromTheDesk(t *testing.T) {
	r := newRegistry(t).started(may(20, 8, 0))
	data := messy.Write(messy.Sheet{Rows: [][]any{{"全民参保计划攻坚行动工作负责人及联络员名单"},
		{"单位", "工作负责人", "联系电话", "联络员", "联系电话"}, {"禹州市", "张建国", "0374-8112233", "王芳", "13700001111"}, {"长葛市", "李志强", "0374-6112233", "孙丽", "13800001111"}}})
	in := r.roster(may(21, 9, 0), r.cfg.Mailbox.User, "pass", data)
	r.only(in, ledger.MailReceipt)
	if st := r.state(); len(st.Rosters) != 2 {
		t.Errorf("got %+v", st.Rosters)
	}
}
