package notify_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"taizhang/ledger"
	"taizhang/notify"
)

const yu = "禹州市"

func key(stage string) string { return notify.RemindKey(may, yu, stage) }

// TestReminders looks at one unit through May 2022: T is Saturday the 28th, C
// Sunday the 29th 09:00, and 3 June is a holiday. It is long because its
// table is.
func TestReminders(t *testing.T) {
	superseded := func(stage, by string) string { return "skip " + key(stage) + ": superseded by " + by }
	tests := []struct {
		name string
		now  string
		prep func(s *ledger.State)
		want []string
	}{
		{"before the first slot", "05-23 09:29", nil, nil},
		{"request", "05-23 09:30", nil, []string{"due " + key("request")}},
		{"request known", "05-23 09:31", func(s *ledger.State) { done(s, key("request")) }, nil},
		{"request known as skipped", "05-23 09:31", func(s *ledger.State) {
			s.Outbox[key("request")] = &ledger.Outgoing{Key: key("request"), State: ledger.SendSkipped}
		}, nil},
		{"request caught up", "05-25 07:00", nil, []string{"due " + key("request")}},
		{"tomorrow on the workday before a Saturday", "05-27 09:30", func(s *ledger.State) { done(s, key("request")) },
			[]string{"due " + key("tomorrow")}},
		{"two slots missed: one mail", "05-27 10:00", nil, []string{"due " + key("tomorrow"), superseded("request", "tomorrow")}},
		{"the due day itself", "05-28 23:59", nil, []string{"due " + key("tomorrow"), superseded("request", "tomorrow")}},
		{"due day passed", "05-29 08:00", nil, []string{
			"skip " + key("request") + ": the due day has passed", "skip " + key("tomorrow") + ": the due day has passed"}},
		{"overdue-1 on the first workday after D", "05-30 09:00", func(s *ledger.State) { done(s, key("request"), key("tomorrow")) },
			[]string{"due " + key("overdue-1")}},
		{"C does not stop it: overdue-2", "06-01 09:00", func(s *ledger.State) {
			done(s, key("request"), key("tomorrow"), key("overdue-1"))
		}, []string{"due " + key("overdue-2")}},
		{"overdue-3 after the holiday", "06-06 09:00", func(s *ledger.State) {
			done(s, key("request"), key("tomorrow"), key("overdue-1"), key("overdue-2"))
		}, []string{"due " + key("overdue-3")}},
		{"T+10 over", "06-08 00:00", func(s *ledger.State) {
			done(s, key("request"), key("tomorrow"), key("overdue-1"), key("overdue-2"))
		}, []string{"skip " + key("overdue-3") + ": more than 10 days have passed since the due day"}},
		{"machine off over all slots", "06-02 12:00", nil, []string{
			"due " + key("overdue-2"),
			"skip " + key("request") + ": the due day has passed",
			"skip " + key("tomorrow") + ": the due day has passed", superseded("overdue-1", "overdue-2")}},
		{"reported", "05-23 09:30", func(s *ledger.State) { report(s, yu, 1, ledger.QualityAccepted, at("05-20 10:00"), 7) },
			[]string{"skip " + key("request") + ": the unit has reported: v1 is in force"}},
		{"returned is still reminded", "05-27 09:30", func(s *ledger.State) {
			done(s, key("request"))
			report(s, yu, 1, ledger.QualityReturned, at("05-20 10:00"), 7)
		}, []string{"due " + key("tomorrow")}},
		{"accepted, then a returned correction", "05-27 09:30", func(s *ledger.State) {
			done(s, key("request"))
			report(s, yu, 1, ledger.QualityQueried, at("05-20 10:00"), 7)
			report(s, yu, 2, ledger.QualityReturned, at("05-21 10:00"), 8)
		}, []string{"skip " + key("tomorrow") + ": the unit has reported: v1 is in force"}},
		{"held", "05-23 09:30", func(s *ledger.State) { report(s, yu, 1, ledger.QualityHeld, at("05-20 10:00"), 7) },
			[]string{"wait " + key("request") + ": a document of the unit is held for the desk"}},
		{"held without a period", "05-23 09:30", func(s *ledger.State) {
			s.Unplaced = []ledger.Submission{{Unit: yu, Quality: ledger.QualityHeld, Arrived: at("05-20 10:00")}}
		}, []string{"wait " + key("request") + ": a document of the unit is held for the desk"}},
		{"exempt", "05-23 09:30", func(s *ledger.State) { s.Books[may].Exempt[yu] = ledger.Decision{Reason: "x"} },
			[]string{"skip " + key("request") + ": the unit is exempt"}},
		{"closed early", "05-30 09:00", func(s *ledger.State) {
			done(s, key("request"), key("tomorrow"))
			s.Books[may].Closed = &ledger.Decision{At: at("05-30 08:00")}
		}, nil},
		{"before first start", "05-23 12:00", func(s *ledger.State) { s.Epoch = at("05-23 10:00") },
			[]string{"skip " + key("request") + ": before first start"}},
		{"poll older than the slot", "05-23 09:31", func(s *ledger.State) { s.Poll.Complete = at("05-23 09:29") },
			[]string{"wait " + key("request") + ": no complete poll of all folders was begun since the slot"}},
		{"poll failing", "05-23 09:31", func(s *ledger.State) {
			s.Poll.Complete, s.Poll.Failing = at("05-23 09:20"), at("05-23 09:25")
		}, []string{"wait " + key("request") + ": the mailbox cannot be read since 2022-05-23 09:25"}},
		{"poll since the slot, but old", "05-24 15:00", func(s *ledger.State) { s.Poll.Complete = at("05-23 09:31") },
			[]string{"wait " + key("request") + ": the newest complete poll is 29h29m0s old"}},
		{"undecided mail", "05-23 09:31", func(s *ledger.State) {
			s.Undecided = []ledger.MailRecord{{Arrived: at("05-23 09:00"), Status: ledger.MailPending}}
		}, []string{"wait " + key("request") + ": 1 message(s) that arrived before the slot are not decided"}},
		{"undecided mail of the unit after the slot", "05-23 09:40", func(s *ledger.State) {
			s.Undecided = []ledger.MailRecord{{Arrived: at("05-23 09:35"), Status: ledger.MailPending, From: ledger.Address{Addr: "u1@example.cn"}}}
		}, []string{"wait " + key("request") + ": a message from the unit is not decided"}},
		{"extended: no 催报 before its own D", "05-30 09:00", func(s *ledger.State) {
			done(s, key("request"))
			s.Books[may].Extended[yu] = ledger.Extension{Until: at("06-02 00:00")} // T is Wednesday 1 June
		}, nil},
		{"extended: tomorrow moves", "05-31 09:30", func(s *ledger.State) {
			done(s, key("request"))
			s.Books[may].Extended[yu] = ledger.Extension{Until: at("06-02 00:00")}
		}, []string{"due " + key("due-2022-06-01/tomorrow")}},
		{"extended: overdue moves over the holiday", "06-02 09:00", func(s *ledger.State) {
			done(s, key("request"), key("tomorrow"))
			s.Books[may].Extended[yu] = ledger.Extension{Until: at("06-02 00:00")}
		}, []string{"due " + key("due-2022-06-01/overdue-1")}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			now := at(tt.now)
			s := state(now)
			others(s)
			if tt.prep != nil {
				tt.prep(s)
			}
			var got []string
			for _, l := range lines(t, plan(now, s)) {
				if strings.Contains(l, yu) && strings.Contains(l, "2022-05") && !strings.HasPrefix(l, "due duty/") {
					got = append(got, l)
				}
			}
			if d := cmp.Diff(tt.want, got); d != "" {
				t.Errorf("plan at %s (-want +got):\n%s", tt.now, d)
			}
		})
	}
}

func TestNoAddress(t *testing.T) {
	now := at("05-23 09:30")
	s := state(now)
	delete(s.Addresses, "u1@example.cn")
	r := plan(now, s)
	if d := cmp.Diff([]string{yu}, r.NoAddress); d != "" {
		t.Error(d)
	}
	all := strings.Join(lines(t, r), "\n")
	for _, want := range []string{"wait " + key("request") + ": no address", "due duty/2022-05/" + yu + "/request-2022-05-23"} {
		if !strings.Contains(all, want) {
			t.Errorf("no %q in\n%s", want, all)
		}
	}
}

// TestSummary is long because its table is.
func TestSummary(t *testing.T) {
	r1, r2 := notify.SummaryKey(may, 1), notify.SummaryKey(may, 2)
	issued := func(s *ledger.State, atText string) {
		done(s, r1)
		s.Books[may].Issues = []ledger.Issue{{
			Period: may, Number: 1, At: at(atText), Key: r1,
			Versions: map[string]string{"市本级": "市本级/1", "长葛市": "长葛市/1"},
			Figures: map[string]ledger.Figures{
				"市本级": {"persons": ledger.NewNumber(5)}, "长葛市": {"persons": ledger.NewNumber(5)},
			},
		}}
	}
	caughtUp := func(s *ledger.State) { // of the afternoon before, at 08:00
		issued(s, "05-29 09:00")
		done(s, r2)
		again := s.Books[may].Issues[0]
		again.Number, again.At, again.Key = 2, at("05-31 08:00"), r2
		s.Books[may].Issues = append(s.Books[may].Issues, again)
	}
	tests := []struct {
		name string
		now  string
		prep func(s *ledger.State)
		want []string
	}{
		{"before C", "05-29 08:59", nil, nil},
		{"at C", "05-29 09:00", nil, []string{"due " + r1}},
		{"waits", "05-29 12:59", func(s *ledger.State) { s.Poll.Complete = at("05-29 08:00") },
			[]string{"wait " + r1 + ": no complete poll of all folders was begun since the slot; waits until 2022-05-29 13:00"}},
		{"waits no longer", "05-29 13:00", func(s *ledger.State) { s.Poll.Complete = at("05-29 08:00") }, []string{"due " + r1}},
		{"before first start", "05-29 13:00", func(s *ledger.State) { s.Epoch = at("05-29 10:00") },
			[]string{"skip " + r1 + ": before first start"}},
		{"too late", "06-16 09:00", nil, []string{"skip " + r1 + ": the period is closed: the desk may order the summary"}},
		{"closed before C", "05-29 09:00", func(s *ledger.State) { s.Books[may].Closed = &ledger.Decision{At: at("05-29 07:00")} },
			[]string{"due " + r1}},
		{"nothing changed", "05-30 16:00", func(s *ledger.State) { issued(s, "05-29 09:00") }, nil},
		{"changed, before the hour", "05-30 15:59", func(s *ledger.State) {
			issued(s, "05-29 09:00")
			report(s, yu, 1, ledger.QualityAccepted, at("05-30 10:00"), 9)
		}, nil},
		{"changed", "05-30 16:00", func(s *ledger.State) {
			issued(s, "05-29 09:00")
			report(s, yu, 1, ledger.QualityAccepted, at("05-30 10:00"), 9)
		}, []string{"due " + r2}},
		{"same version, other figures", "05-30 16:00", func(s *ledger.State) {
			issued(s, "05-29 09:00")
			s.Books[may].Submissions[0].Reading.Figures["persons"] = ledger.NewNumber(6)
		}, []string{"due " + r2}},
		{"withdrawn", "05-30 16:00", func(s *ledger.State) {
			issued(s, "05-29 09:00")
			s.Books[may].Submissions[0].Quality = ledger.QualityWithdrawn
		}, []string{"due " + r2}},
		{"caught up next morning", "05-31 08:00", func(s *ledger.State) {
			issued(s, "05-29 09:00")
			report(s, yu, 1, ledger.QualityAccepted, at("05-30 10:00"), 9)
		}, []string{"due " + r2}},
		{"days after the last issue it still waits for the hour", "06-01 10:05", func(s *ledger.State) {
			issued(s, "05-29 09:00")
			report(s, yu, 1, ledger.QualityAccepted, at("06-01 10:00"), 9)
		}, nil},
		{"after the hour it waits for the next day's", "06-01 16:40", func(s *ledger.State) {
			issued(s, "05-29 09:00")
			report(s, yu, 1, ledger.QualityAccepted, at("06-01 16:30"), 9)
		}, nil},
		{"withdrawn days after the last issue", "06-01 10:05", func(s *ledger.State) {
			issued(s, "05-29 09:00")
			s.Books[may].Submissions[0].Quality = ledger.QualityWithdrawn
			s.Books[may].Submissions[0].Decisions = []ledger.Decision{{At: at("06-01 10:00"), Action: "withdraw"}}
		}, nil},
		{"one missed, one new: both at once", "06-01 10:05", func(s *ledger.State) {
			issued(s, "05-29 09:00")
			s.Books[may].Submissions[0].Quality = ledger.QualityWithdrawn
			s.Books[may].Submissions[0].Decisions = []ledger.Decision{{At: at("05-31 10:00"), Action: "withdraw"}}
			report(s, yu, 1, ledger.QualityAccepted, at("06-01 10:00"), 9)
		}, []string{"due " + r2}},
		{"one a day", "05-30 18:00", func(s *ledger.State) {
			issued(s, "05-30 16:00")
			report(s, yu, 1, ledger.QualityAccepted, at("05-30 17:00"), 9)
		}, nil},
		{"caught up this morning: one a workday", "05-31 16:00", func(s *ledger.State) {
			caughtUp(s)
			report(s, yu, 1, ledger.QualityAccepted, at("05-31 10:00"), 9)
		}, nil},
		{"and the next one tomorrow", "06-01 16:00", func(s *ledger.State) {
			caughtUp(s)
			report(s, yu, 1, ledger.QualityAccepted, at("05-31 10:00"), 9)
		}, []string{"due " + notify.SummaryKey(may, 3)}},
		{"not on a holiday", "06-03 16:00", func(s *ledger.State) {
			issued(s, "06-02 16:00")
			report(s, yu, 1, ledger.QualityAccepted, at("06-03 10:00"), 9)
		}, nil},
		{"after closing only by the desk", "06-16 16:00", func(s *ledger.State) {
			issued(s, "05-29 09:00")
			report(s, yu, 1, ledger.QualityAccepted, at("06-14 20:00"), 9)
		}, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			now := at(tt.now)
			s := state(now)
			others(s)
			if tt.prep != nil {
				tt.prep(s)
			}
			var got []string
			for _, l := range lines(t, plan(now, s)) {
				if strings.Contains(l, "summary/") {
					got = append(got, l)
				}
			}
			if d := cmp.Diff(tt.want, got); d != "" {
				t.Errorf("plan at %s (-want +got):\n%s", tt.now, d)
			}
		})
	}
}

func TestSummaryCaveat(t *testing.T) {
	now := at("05-29 13:00")
	s := state(now)
	others(s)
	report(s, yu, 1, ledger.QualityAccepted, at("05-20 10:00"), 5)
	s.Poll.Complete, s.Poll.Failing = at("05-29 08:00"), at("05-29 08:05")
	s.Undecided = []ledger.MailRecord{
		{Arrived: at("05-29 07:00"), Status: ledger.MailPending},
		{Arrived: at("05-28 07:00"), Status: ledger.MailQuarantined},
	}
	for _, d := range plan(now, s).Due {
		if d.Kind != ledger.MailSummary {
			continue
		}
		if !d.Unreadable.Equal(at("05-29 08:00")) || d.Undecided != 1 || d.Quarantined != 1 || d.Number != 1 {
			t.Errorf("got %+v", d)
		}
		return
	}
	t.Error("no summary is due")
}

func TestDuty(t *testing.T) {
	all := func(s *ledger.State) {
		others(s)
		report(s, yu, 1, ledger.QualityAccepted, at("05-10 10:00"), 5)
	}
	tests := []struct {
		name string
		now  string
		prep func(s *ledger.State)
		want bool
	}{
		{"nothing to say", "05-20 09:00", nil, false},
		{"D-3", "05-26 08:30", nil, true},
		{"D-3, too early in the day", "05-26 08:29", nil, false},
		{"D-4", "05-25 08:30", nil, false},
		{"no workday", "05-28 08:30", nil, false},
		{"once a day", "05-26 12:00", func(s *ledger.State) { done(s, "duty/2022-05-26") }, false},
		{"held", "05-20 08:30", func(s *ledger.State) { report(s, yu, 2, ledger.QualityHeld, at("05-19 10:00"), 7) }, true},
		{"held on a Sunday", "05-22 08:30", func(s *ledger.State) { report(s, yu, 2, ledger.QualityHeld, at("05-19 10:00"), 7) }, false},
		{"held in the evening", "05-20 18:30", func(s *ledger.State) { report(s, yu, 2, ledger.QualityHeld, at("05-20 18:00"), 7) }, false},
		{"held before the first start", "05-20 08:30", func(s *ledger.State) { report(s, yu, 2, ledger.QualityHeld, at("04-29 10:00"), 7) }, false},
		{"bounced", "05-20 08:30", func(s *ledger.State) {
			s.Addresses["u1@example.cn"] = ledger.KnownAddress{Addr: "u1@example.cn", Unit: yu, Bounced: at("05-19 10:00")}
		}, true},
		{"bounced, told", "05-20 08:30", func(s *ledger.State) {
			k := ledger.KnownAddress{Addr: "u1@example.cn", Unit: yu, Bounced: at("05-19 10:00")}
			s.Addresses[k.Addr] = k
			done(s, notify.ToldKey(notify.CauseBounced(k)))
		}, false},
		{"refused", "05-20 08:30", func(s *ledger.State) { s.Outbox["x"] = &ledger.Outgoing{Key: "x", State: ledger.SendRefused} }, true},
		{"not fetched", "05-20 08:30", func(s *ledger.State) { s.Struck = []ledger.StruckMail{{Place: ledger.Place{UID: 7}}} }, true},
		{"beyond the limits of reading", "05-20 08:30", func(s *ledger.State) {
			s.Notices = []ledger.Notice{{What: ledger.NoticeLimits, At: at("05-19 10:00")}}
		}, true},
		{"a stranger without a ledger, told", "05-20 08:30", func(s *ledger.State) {
			s.Notices = []ledger.Notice{{What: ledger.NoticeStranger, At: at("05-19 08:00")}}
			s.Outbox["d"] = &ledger.Outgoing{Key: "d", Kind: ledger.MailDuty, State: ledger.SendSent, Created: at("05-19 08:30")}
		}, false},
		{"human", "05-20 08:30", func(s *ledger.State) { s.Outbox["x"] = &ledger.Outgoing{Key: "x", State: ledger.SendHuman} }, true},
		{"quarantine", "05-20 08:30", func(s *ledger.State) {
			s.Undecided = []ledger.MailRecord{{Status: ledger.MailQuarantined, Arrived: at("05-19 10:00")}}
		}, true},
		{"mailbox unreadable for a day", "05-20 08:30", func(s *ledger.State) { s.Poll.Failing = at("05-19 08:00") }, true},
		{"first start after the slot", "05-26 12:00", func(s *ledger.State) { s.Epoch = at("05-26 10:00") }, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			now := at(tt.now)
			s := state(now)
			all(s)
			if tt.prep != nil {
				tt.prep(s)
			}
			got := false
			for _, d := range plan(now, s).Due {
				got = got || d.Kind == ledger.MailDuty
			}
			if got != tt.want {
				t.Errorf("duty due: %v, want %v", got, tt.want)
			}
		})
	}
}

func TestSilence(t *testing.T) {
	now := at("05-23 09:30")
	s := state(now)
	s.Epoch = time.Time{}
	if r := plan(now, s); len(r.Due) != 0 || r.Reason == "" {
		t.Errorf("without an epoch: %+v", r)
	}
	s = state(at("05-23 09:45"))
	if r := plan(now, s); !r.ClockBehind || len(r.Due) != 0 {
		t.Errorf("clock behind: %+v", r)
	}
	s = state(at("05-23 09:35"))
	if r := plan(now, s); r.ClockBehind || len(r.Due) != 3 {
		t.Errorf("clock 5 minutes behind: %+v", r)
	}
	now = at("07-16 00:00")
	if r := plan(now, state(now)); !r.Over || len(r.Due)+len(r.Skip)+len(r.Wait) != 0 {
		t.Errorf("over: %+v", r)
	}
}

func TestSnapshots(t *testing.T) {
	now := at("06-01 00:00")
	s := state(now)
	s.Books = map[ledger.Period]*ledger.Book{}
	r := plan(now, s)
	var got []string
	for _, n := range r.Snapshots {
		got = append(got, fmt.Sprint(n.Period, len(n.Units)))
	}
	if d := cmp.Diff([]string{"2022-05 3", "2022-06 3"}, got); d != "" {
		t.Error(d)
	}
	if len(r.Due) == 0 {
		t.Error("without a snapshot nothing is due")
	}
	if r := plan(at("05-31 23:59"), s); !r.Next.Equal(now) && r.Next.After(now) {
		t.Errorf("next %v, want the opening of June", r.Next)
	}
}

func TestStale(t *testing.T) {
	now := at("05-27 10:00")
	o := ledger.Outgoing{Key: key("tomorrow"), Kind: ledger.MailTomorrow, Unit: yu, Period: may, Expires: at("05-29 00:00")}
	s := state(now)
	if why := notify.Stale(now, campaign(), s, o); why != "" {
		t.Errorf("missing unit: %q", why)
	}
	report(s, yu, 1, ledger.QualityAccepted, at("05-27 09:50"), 5)
	if why := notify.Stale(now, campaign(), s, o); why == "" {
		t.Error("a unit that has reported would be reminded")
	}
	if why := notify.Stale(at("05-29 00:00"), campaign(), state(now), o); why == "" {
		t.Error("an expired mail would be sent")
	}
	o.Kind = ledger.MailReceipt
	o.Expires = time.Time{}
	if why := notify.Stale(now, campaign(), s, o); why != "" {
		t.Errorf("receipt: %q", why)
	}
}
