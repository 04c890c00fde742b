package notify_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"taizhang/ledger"
	"taizhang/notify"
)

// extend moves 禹州市's due instant of May: the desk's word at decided.
func extend(s *ledger.State, decided, until string) {
	s.Books[may].Extended[yu] = ledger.Extension{Until: at(until), Decision: ledger.Decision{At: at(decided), Reason: "x"}}
}

// run plans 禹州市's May every ten minutes and returns what is mailed, with the
// instant; steps change the state at their time.
func run(t *testing.T, s *ledger.State, from, to string, steps map[string]func()) []string {
	t.Helper()
	var out []string
	for now := at(from); now.Before(at(to)); now = now.Add(10 * time.Minute) {
		if do := steps[now.Format("01-02 15:04")]; do != nil {
			do()
		}
		s.Poll.Complete = now
		r := plan(now, s)
		for _, k := range r.Skip {
			if k.Kind != ledger.MailSummary {
				s.Outbox[k.Key] = &ledger.Outgoing{Key: k.Key, Created: now, State: ledger.SendSkipped}
			}
		}
		for _, d := range r.Due {
			s.Outbox[d.Key] = &ledger.Outgoing{Key: d.Key, Kind: d.Kind, Unit: d.Unit, Period: d.Period, Created: now, State: ledger.SendSent}
			if d.Unit == yu && d.Period == may {
				out = append(out, now.Format("01-02 15:04 ")+strings.TrimPrefix(d.Key, "remind/2022-05/"+yu+"/"))
			}
		}
	}
	return out
}

// TestExtension plays May with the desk's word about 禹州市 at different
// instants: each due date is told once, each stage is sent once for each due
// date. It is long because its table is.
func TestExtension(t *testing.T) {
	tests := []struct {
		name  string
		from  string
		steps func(s *ledger.State) map[string]func()
		want  []string
	}{
		{"decided between the stages: told at once, then each stage anew", "05-23 09:00", func(s *ledger.State) map[string]func() {
			return map[string]func(){"05-26 10:00": func() { extend(s, "05-26 10:00", "06-09 00:00") }} // T is Wednesday 8 June
		}, []string{"05-23 09:30 request", "05-26 10:00 due-2022-06-08/extended", "05-31 09:30 due-2022-06-08/request",
			"06-07 09:30 due-2022-06-08/tomorrow", "06-09 09:00 due-2022-06-08/overdue-1", "06-13 09:00 due-2022-06-08/overdue-2",
			"06-15 09:00 due-2022-06-08/overdue-3"}},
		{"decided before any stage", "05-10 09:00", func(s *ledger.State) map[string]func() {
			return map[string]func(){"05-10 10:00": func() { extend(s, "05-10 10:00", "06-07 00:00") }}
		}, []string{"05-10 10:00 due-2022-06-06/extended", "05-27 09:30 due-2022-06-06/request", "06-02 09:30 due-2022-06-06/tomorrow",
			"06-07 09:00 due-2022-06-06/overdue-1", "06-09 09:00 due-2022-06-06/overdue-2", "06-13 09:00 due-2022-06-06/overdue-3",
			"06-15 09:00 due-2022-06-06/overdue-4"}},
		{"decided after 催报 has begun", "05-30 08:00", func(s *ledger.State) map[string]func() {
			done(s, key("request"), key("tomorrow"))
			return map[string]func(){"05-31 15:00": func() { extend(s, "05-31 15:00", "06-03 00:00") }} // T is Thursday 2 June
		}, []string{"05-30 09:00 overdue-1", "05-31 15:00 due-2022-06-02/extended", "06-01 09:30 due-2022-06-02/tomorrow",
			"06-06 09:00 due-2022-06-02/overdue-1", "06-08 09:00 due-2022-06-02/overdue-2", "06-10 09:00 due-2022-06-02/overdue-3"}},
		{"extended twice", "05-26 08:00", func(s *ledger.State) map[string]func() {
			done(s, key("request"))
			return map[string]func(){
				"05-26 10:00": func() { extend(s, "05-26 10:00", "06-02 00:00") },
				"05-31 10:00": func() { extend(s, "05-31 10:00", "06-09 00:00") },
			}
		}, []string{"05-26 10:00 due-2022-06-01/extended", "05-31 09:30 due-2022-06-01/tomorrow", "05-31 10:00 due-2022-06-08/extended",
			"06-07 09:30 due-2022-06-08/tomorrow", "06-09 09:00 due-2022-06-08/overdue-1",
			"06-13 09:00 due-2022-06-08/overdue-2", "06-15 09:00 due-2022-06-08/overdue-3"}},
		{"undone and extended again to the same date", "05-26 08:00", func(s *ledger.State) map[string]func() {
			done(s, key("request"))
			return map[string]func(){
				"05-26 10:00": func() { extend(s, "05-26 10:00", "06-02 00:00") },
				"05-26 11:00": func() { delete(s.Books[may].Extended, yu) },
				"05-31 15:00": func() { extend(s, "05-31 15:00", "06-02 00:00") },
			}
		}, []string{"05-26 10:00 due-2022-06-01/extended", "05-27 09:30 tomorrow", "05-30 09:00 overdue-1",
			"06-02 09:00 due-2022-06-01/overdue-1", "06-07 09:00 due-2022-06-01/overdue-2", "06-09 09:00 due-2022-06-01/overdue-3"}},
		{"undone for good: the general date's stages go on", "05-26 08:00", func(s *ledger.State) map[string]func() {
			done(s, key("request"))
			return map[string]func(){
				"05-26 10:00": func() { extend(s, "05-26 10:00", "06-02 00:00") },
				"06-01 15:00": func() { delete(s.Books[may].Extended, yu) },
			}
		}, []string{"05-26 10:00 due-2022-06-01/extended", "05-31 09:30 due-2022-06-01/tomorrow",
			"06-01 15:00 overdue-2", "06-06 09:00 overdue-3"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := state(at(tt.from))
			others(s)
			if d := cmp.Diff(tt.want, run(t, s, tt.from, "06-15 23:00", tt.steps(s))); d != "" {
				t.Errorf("mailed (-want +got):\n%s", d)
			}
		})
	}
}

// A store of before, in which the stages of an extended unit stand under the
// keys without a date: nothing is sent twice after the upgrade.
func TestExtensionOfAnOlderStore(t *testing.T) {
	old := func(s *ledger.State, stage, created string) {
		s.Outbox[key(stage)] = &ledger.Outgoing{Key: key(stage), Created: at(created), State: ledger.SendSent}
	}
	s := state(at("06-07 12:00"))
	others(s)
	extend(s, "05-26 10:00", "06-02 00:00")
	old(s, "request", "05-23 09:30")   // of the general date
	old(s, "tomorrow", "05-31 09:30")  // of the extended one
	old(s, "overdue-1", "06-02 09:00") // and this
	old(s, "overdue-2", "06-07 09:00")
	if d := cmp.Diff([]string{"06-09 09:00 due-2022-06-01/overdue-3"},
		run(t, s, "06-07 12:00", "06-15 23:00", nil)); d != "" {
		t.Errorf("mailed (-want +got):\n%s", d)
	}

	s = state(at("05-26 12:00")) // caught up after the decision: the date is told
	others(s)
	extend(s, "05-26 10:00", "06-03 00:00")
	old(s, "request", "05-26 10:10")
	if d := cmp.Diff([]string{"06-01 09:30 due-2022-06-02/tomorrow"}, run(t, s, "05-26 12:00", "06-02 00:00", nil)); d != "" {
		t.Errorf("mailed (-want +got):\n%s", d)
	}
}

// A reminder that waits in the outbox while the desk moves the due date makes
// no sense any more.
func TestStaleAfterExtension(t *testing.T) {
	now := at("05-27 09:40")
	s := state(now)
	plain := ledger.Outgoing{Key: key("tomorrow"), Kind: ledger.MailTomorrow, Unit: yu, Period: may, Created: at("05-27 09:30")}
	moved := ledger.Outgoing{Key: key("due-2022-06-01/extended"), Kind: ledger.MailRequest, Unit: yu, Period: may, Created: at("05-27 09:35")}
	stale := func(o ledger.Outgoing) string { return notify.Stale(now, campaign(), s, o) }
	if got := stale(plain); got != "" {
		t.Errorf("without an extension: %q", got)
	}
	if got := stale(moved); got == "" {
		t.Error("a date that was taken back is still told")
	}
	extend(s, "05-27 09:35", "06-02 00:00")
	if got := stale(plain); got == "" {
		t.Error("the old date is still told")
	}
	if got := stale(moved); got != "" {
		t.Errorf("of the date that holds: %q", got)
	}
	s.Books[may].Extended[yu] = ledger.Extension{Until: at("06-02 00:00"), Decision: ledger.Decision{At: at("05-26 10:00")}}
	if got := stale(plain); got != "" {
		t.Errorf("queued by a version before, of the extended date: %q", got)
	}
}

// What a decision causes is told at once: the word of the new date is the next
// mail, before it is in the outbox.
func TestComingAfterExtension(t *testing.T) {
	now := at("05-31 15:00")
	s := state(now)
	others(s)
	done(s, key("request"), key("tomorrow"), key("overdue-1"))
	next := func() []string {
		var out []string
		for _, a := range notify.Coming(now, campaign(), notify.DefaultRules(), s) {
			if a.Unit == yu && a.Period == may {
				out = append(out, a.Slot.Format("01-02 15:04 ")+a.Key)
			}
		}
		return out
	}
	if got, want := next(), []string{"06-01 09:00 " + key("overdue-2")}; !slices.Equal(got, want) {
		t.Errorf("before: %v, want %v", got, want)
	}
	extend(s, "05-31 15:00", "06-10 00:00")
	if got, want := next(), []string{"05-31 15:00 " + key("due-2022-06-09/extended")}; !slices.Equal(got, want) {
		t.Errorf("decided: %v, want %v", got, want)
	}
	done(s, key("due-2022-06-09/extended"))
	now = now.Add(time.Minute)
	if got, want := next(), []string{"06-01 09:30 " + key("due-2022-06-09/request")}; !slices.Equal(got, want) {
		t.Errorf("told: %v, want %v", got, want)
	}
}
