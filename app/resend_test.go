package app_test

import (
	"strings"
	"testing"

	"taizhang/app"
	"taizhang/internal/samples"
	"taizhang/ledger"
)

// sentAgain registers 禹州市's ledger, has the desk decide about it, and sends
// the same ledger again. It returns the keys of the answers to the copy.
func sentAgain(t *testing.T, decide func(r *registry)) (*registry, []string) {
	t.Helper()
	r := newRegistry(t).started(may(20, 8, 0))
	decide(r)
	in := r.take(letter(may(27, 9, 0), "shebao@yuzhou.example", "pass", "台账", "请查收附件。", enclosed{"台账.xlsx", xlsx(form())}), may(27, 9, 0))
	st, err := r.app.State(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var keys []string
	for key := range st.Outbox {
		if strings.Contains(key, in.Digest) {
			keys = append(keys, key)
		}
	}
	return r, keys
}

func (r *registry) says(d app.DeskAction) {
	r.t.Helper()
	d.Reason = "数据与业务系统不符"
	if _, err := r.app.Desk(r.t.Context(), may(26, 15, 0), d); err != nil {
		r.t.Fatal(err)
	}
}

// A county that sends once more what the desk has withdrawn is told again why,
// and not that its figures are registered.
func TestResendOfAWithdrawnVersionIsReturned(t *testing.T) {
	r, keys := sentAgain(t, func(r *registry) {
		r.yuzhou(may(26, 9, 0), form())
		r.says(app.DeskAction{Action: "withdraw", Unit: "禹州市", Period: samples.Period})
	})
	if len(keys) != 1 || !strings.HasPrefix(keys[0], string(ledger.MailReturn)+"/") {
		t.Fatalf("got %v", keys)
	}
	if text := mailText(t, r.app, keys[0]); !strings.Contains(text, "数据与业务系统不符") {
		t.Errorf("without the desk's reason:\n%s", text)
	}
}

// A county that sends once more what the desk itself has returned is told
// again why: there is nothing else to say of it, and the mail must be decided.
func TestResendOfWhatTheDeskReturnedIsDecided(t *testing.T) {
	r, keys := sentAgain(t, func(r *registry) {
		r.from("shebao@yuzhou.example", "fail", may(26, 9, 0), form())
		r.says(app.DeskAction{Action: "return", Unit: "禹州市", Period: samples.Period})
	})
	if len(keys) != 1 || !strings.HasPrefix(keys[0], string(ledger.MailReturn)+"/") {
		t.Fatalf("got %v", keys)
	}
	if text := mailText(t, r.app, keys[0]); !strings.Contains(text, "数据与业务系统不符") {
		t.Errorf("without the desk's reason:\n%s", text)
	}
}

// Nor does another version between bring it back: only the desk takes back its
// own word (rule book §5.2).
func TestCountyCannotBringBackAWithdrawnVersion(t *testing.T) {
	r, keys := sentAgain(t, func(r *registry) {
		r.yuzhou(may(26, 9, 0), form())
		r.says(app.DeskAction{Action: "withdraw", Unit: "禹州市", Period: samples.Period})
		r.yuzhou(may(26, 16, 0), form("D4", 130))
	})
	st, err := r.app.State(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	stand := st.Book(samples.Period).Standing(r.app.Campaign().Schedule, "禹州市", may(27, 10, 0))
	if stand.InForce == nil || stand.InForce.Version != 2 || stand.Newest.Version != 3 || stand.Newest.Quality != ledger.QualityReturned {
		t.Errorf("in force %+v, newest %+v", stand.InForce, stand.Newest)
	}
	if len(keys) != 1 || !strings.HasPrefix(keys[0], string(ledger.MailReturn)+"/") {
		t.Fatalf("got %v", keys)
	}
	if text := mailText(t, r.app, keys[0]); !strings.Contains(text, "数据与业务系统不符") {
		t.Errorf("without the desk's reason:\n%s", text)
	}
}

// The desk that files what it has withdrawn puts it in force again.
func TestDeskBringsBackAWithdrawnVersion(t *testing.T) {
	r := newRegistry(t).started(may(20, 8, 0))
	r.yuzhou(may(26, 9, 0), form())
	r.says(app.DeskAction{Action: "withdraw", Unit: "禹州市", Period: samples.Period})
	r.says(app.DeskAction{Action: "file", Unit: "禹州市", Period: samples.Period, File: &app.HandedIn{Name: "台账.xlsx", Data: xlsx(form()), Arrived: may(26, 14, 0)}})
	st, err := r.app.State(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	stand := st.Book(samples.Period).Standing(r.app.Campaign().Schedule, "禹州市", may(27, 10, 0))
	if stand.InForce == nil || stand.InForce.Version != 2 || !stand.InForce.ByDesk || !stand.Attempt.Equal(may(26, 9, 0)) {
		t.Errorf("in force %+v of %+v", stand.InForce, stand)
	}
}

// A held copy of the version in force is no new version when the desk accepts
// it (rule book §5.3).
func TestAcceptedCopyMakesNoVersion(t *testing.T) {
	r, _ := sentAgain(t, func(r *registry) {
		r.yuzhou(may(26, 9, 0), form())
		r.from("shebao@yuzhou.example", "fail", may(26, 10, 0), form())
		r.says(app.DeskAction{Action: "accept", Unit: "禹州市", Period: samples.Period})
	})
	st, err := r.app.State(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range st.Book(samples.Period).Submissions {
		if s.Version > 1 || s.Version == 0 && s.Quality != ledger.QualityDuplicate {
			t.Errorf("%s is %s v%d", s.Arrived, s.Quality, s.Version)
		}
	}
}
