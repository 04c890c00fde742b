package app_test

import (
	"context"
	"testing"
	"time"

	"taizhang/ledger"
	"taizhang/notify"
)

// refuser is a mail server that refuses counties with a reply of its choice.
type refuser struct {
	phase notify.Phase
	code  int
	text  string
	reply string // to the recipient; "": the mail as a whole is refused
}

func (r *refuser) Send(_ context.Context, o ledger.Outgoing, endOfData func(map[string]string) error) notify.Report {
	rep := notify.Report{Phase: r.phase, Code: r.code, Text: r.text}
	if r.code == 250 || r.phase == notify.PhaseEnd {
		if err := endOfData(nil); err != nil {
			return notify.Report{Phase: notify.PhaseEnd, Err: err}
		}
		rep.EndOfData = true
	}
	if r.reply != "" {
		rep.Refused = map[string]string{}
		for _, to := range o.Recipients {
			rep.Refused[to] = r.reply
		}
	}
	return rep
}

// Random histories found that a county whose mail was put off once was taken for
// unreachable, and never reminded again.
func TestOnlyAMailboxThatIsGoneCountsAsBounced(t *testing.T) {
	const county = "shebao@yuzhou.example"
	for _, tt := range []struct {
		name string
		post refuser
		want bool
	}{
		{"put off at the recipient", refuser{notify.PhaseRcpt, 450, "try again later", "450 4.2.0 try again later"}, false},
		{"greylisted", refuser{notify.PhaseRcpt, 451, "RP:QRC", "451 RP:QRC"}, false},
		{"the text is refused", refuser{notify.PhaseEnd, 554, "DT:SPM", ""}, false},
		{"no such user", refuser{notify.PhaseRcpt, 550, "Invalid User", "550 Invalid User"}, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := newShowcase(t)
			s.round(may(20, 8, 0))
			post := tt.post
			s.app.Wire(s, &post)
			harmless := [6]string{"a", "b", "c", "d", "王芳", "e"}
			s.arrive(may(23, 9, 0), county, harmless, false, hostileBook(t))
			s.round(may(23, 9, 1))
			if got := bouncedAt(s, county); got.IsZero() == tt.want {
				t.Errorf("bounced %s, want %t", got, tt.want)
			}
			s.arrive(may(24, 9, 0), county, [6]string{"a", "b", "又访", "d", "王芳", "e"}, false, hostileBook(t))
			post = refuser{phase: notify.PhaseEnd, code: 250, text: "OK"}
			s.round(may(24, 9, 1))
			if got := bouncedAt(s, county); !got.IsZero() {
				t.Errorf("the county wrote from it since, and it still counts as bounced (%s)", got)
			}
		})
	}
}

func bouncedAt(s *showcase, addr string) time.Time {
	s.t.Helper()
	st, err := s.app.State(s.t.Context())
	if err != nil {
		s.t.Fatal(err)
	}
	return st.Addresses[addr].Bounced
}
