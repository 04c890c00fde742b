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

// ladder lets May go by from the 20th, an hour at a step, and returns what the
// desk was told of 禹州市 and which reminders the unit got. The causes are
// recorded with the mail, as the program does.
func ladder(t *testing.T, s *ledger.State, happen func(now time.Time)) (told, reminded []string) {
	t.Helper()
	for now := at("05-20 09:30"); now.Before(at("06-16 12:00")); now = now.Add(time.Hour) {
		if happen != nil {
			happen(now)
		}
		s.Poll.Complete = now
		r := plan(now, s)
		for _, d := range r.Due {
			s.Outbox[d.Key] = &ledger.Outgoing{Key: d.Key, Kind: d.Kind, State: ledger.SendSent, Created: now}
			for _, c := range d.Causes {
				done(s, notify.ToldKey(c))
			}
			if d.Kind == ledger.MailDuty && len(d.Escalations) > 0 && !d.Expires.IsZero() {
				t.Errorf("%s, which is told once, expires", d.Key)
			}
			for _, e := range d.Escalations {
				if e.Unit == yu && e.Period == may {
					told = append(told, fmt.Sprintf("%s %s %d unreached=%v last=%v", now.Format("01-02"), e.Kind, e.Stage, e.Unreached, e.Last))
				}
			}
			if d.Unit == yu && d.Period == may {
				reminded = append(reminded, now.Format("01-02 ")+strings.TrimPrefix(d.Key, "remind/2022-05/"+yu+"/"))
			}
		}
		for _, k := range r.Skip {
			done(s, k.Key)
		}
	}
	return told, reminded
}

// The ladder of rule book §8: a unit that no mail reaches raises the desk at
// each stage, once; one that is reached raises it at the last stage.
func TestLadder(t *testing.T) {
	every := []string{
		"05-23 request 0 unreached=true last=false", "05-27 tomorrow 0 unreached=true last=false",
		"05-30 overdue 1 unreached=true last=false", "06-01 overdue 2 unreached=true last=false", "06-06 overdue 3 unreached=true last=true",
	}
	stages := []string{"05-23 request", "05-27 tomorrow", "05-30 overdue-1", "06-01 overdue-2", "06-06 overdue-3"}
	const addr = "u1@example.cn"
	tests := []struct {
		name           string
		happen         func(s *ledger.State) func(time.Time)
		told, reminded []string
	}{
		{"reached", nil, []string{"06-06 overdue 3 unreached=false last=true"}, stages},
		{"no address", func(s *ledger.State) func(time.Time) {
			delete(s.Addresses, addr)
			return nil
		}, every, nil},
		{"only address bounced", func(s *ledger.State) func(time.Time) {
			s.Addresses[addr] = ledger.KnownAddress{Addr: addr, Unit: yu, Bounced: at("05-10 10:00")}
			return nil
		}, every, nil},
		{"one of two addresses bounced", func(s *ledger.State) func(time.Time) {
			s.Addresses["old@example.cn"] = ledger.KnownAddress{Addr: "old@example.cn", Unit: yu, Bounced: at("05-10 10:00")}
			return nil
		}, []string{"06-06 overdue 3 unreached=false last=true"}, stages},
		{"bounces after the first reminder", func(s *ledger.State) func(time.Time) {
			return func(now time.Time) {
				if now.Equal(at("05-23 11:30")) {
					s.Addresses[addr] = ledger.KnownAddress{Addr: addr, Unit: yu, Bounced: now}
				}
			}
		}, every, stages[:1]},
		{"an address is registered before the stage is over: the mail goes out", func(s *ledger.State) func(time.Time) {
			delete(s.Addresses, addr)
			return func(now time.Time) {
				if now.Equal(at("05-24 11:30")) {
					s.Addresses[addr] = ledger.KnownAddress{Addr: addr, Unit: yu}
				}
			}
		}, []string{every[0], "06-06 overdue 3 unreached=false last=true"}, append([]string{"05-24 request"}, stages[1:]...)},
		{"held: the desk sees it anyway", func(s *ledger.State) func(time.Time) {
			delete(s.Addresses, addr)
			report(s, yu, 1, ledger.QualityHeld, at("05-20 08:00"), 7)
			return nil
		}, nil, nil},
		{"reported", func(s *ledger.State) func(time.Time) {
			delete(s.Addresses, addr)
			report(s, yu, 1, ledger.QualityAccepted, at("05-20 08:00"), 7)
			return nil
		}, nil, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := state(at("05-20 09:30"))
			others(s)
			var happen func(time.Time)
			if tt.happen != nil {
				happen = tt.happen(s)
			}
			told, reminded := ladder(t, s, happen)
			if d := cmp.Diff(tt.told, told); d != "" {
				t.Errorf("the desk was told (-want +got):\n%s", d)
			}
			if d := cmp.Diff(tt.reminded, reminded); d != "" {
				t.Errorf("the unit was reminded (-want +got):\n%s", d)
			}
		})
	}
}

// Years without days off are told in the December before, and once a month.
func TestUnknownYears(t *testing.T) {
	c, rules := campaign(), notify.DefaultRules()
	c.Last = ledger.Period{Year: 2022, Month: 12}
	rules.UnknownYears = []int{2023}
	tell := func(now time.Time, s *ledger.State) bool {
		for _, d := range notify.Plan(now, c, rules, s).Due {
			if d.Kind == ledger.MailDuty {
				return strings.Contains(d.Reason, "the days off of 2023 are not known")
			}
		}
		return false
	}
	s := state(at("11-15 09:00"))
	if tell(at("11-15 09:00"), s) {
		t.Error("told in November")
	}
	s = state(at("12-01 09:00"))
	if !tell(at("12-01 09:00"), s) {
		t.Error("not told on 1 December")
	}
	done(s, notify.ToldKey("days off/2023/2022-12"))
	s.Poll.Complete = at("12-02 09:00")
	if tell(at("12-02 09:00"), s) {
		t.Error("told twice in December")
	}
}
