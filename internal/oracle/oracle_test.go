package oracle_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"taizhang/app"
	"taizhang/config"
	"taizhang/internal/oracle"
	"taizhang/internal/samples"
	"taizhang/ledger"
)

// shelf is a store that holds what a test puts there.
type shelf struct {
	state *ledger.State
	mails []ledger.MailRecord
	subs  []ledger.Submission
	raw   map[string][]byte
	out   map[string][]byte
	check error
}

func (s *shelf) State(context.Context) (*ledger.State, error)             { return s.state, nil }
func (s *shelf) Mails(context.Context) ([]ledger.MailRecord, error)       { return s.mails, nil }
func (s *shelf) Submissions(context.Context) ([]ledger.Submission, error) { return s.subs, nil }
func (s *shelf) Raw(_ context.Context, digest string) ([]byte, error)     { return s.raw[digest], nil }
func (s *shelf) Check(context.Context) error                              { return s.check }
func (s *shelf) Outgoing(_ context.Context, key string) (ledger.Outgoing, bool, error) {
	known, ok := s.state.Outbox[key]
	if !ok {
		return ledger.Outgoing{}, false, nil
	}
	o := *known
	o.Raw = s.out[key]
	return o, true, nil
}

func digest(raw []byte) string {
	sum := sha256.Sum256(raw)
	return hex.EncodeToString(sum[:])
}

// whole returns a run in which all is well: one ledger of the sample month, its
// receipt, and an issue of the summary that counts it.
func whole(t *testing.T) (oracle.Run, *shelf) {
	t.Helper()
	dir := t.TempDir()
	text, err := samples.Config(samples.Setting{IMAP: "127.0.0.1:1", SMTP: "127.0.0.1:1", PasswordFile: "code", Store: dir})
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "config.yaml")
	for name, data := range map[string][]byte{path: text, filepath.Join(dir, "code"): []byte("x")} {
		if err := os.WriteFile(name, data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	cfg, err := config.Load(path)
	if err != nil {
		t.Fatal(err)
	}
	events, err := samples.World()
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range events {
		read, err := app.CheckFile(t.Context(), "a.eml", e.Raw, app.CheckOptions{Config: cfg, Arrived: e.At})
		if err != nil {
			t.Fatal(err)
		}
		if len(read) != 1 || read[0].Kind != ledger.KindLedger || len(read[0].Figures) < 4 {
			continue
		}
		sub := ledger.Submission{ID: digest(e.Raw) + "/1", Mail: digest(e.Raw), Unit: *read[0].Unit, Period: samples.Period, Version: 1, Arrived: e.At, Quality: ledger.QualityAccepted,
			Reading: ledger.Reading{Document: read[0].Document, Kind: ledger.KindLedger, Figures: ledger.Figures{}}}
		for key, f := range read[0].Figures {
			g := ledger.NewNumber(*f.Value)
			g.Cell, g.Derived = f.Cell, f.Derived
			sub.Reading.Figures[key] = g
		}
		receipt := []byte("Message-ID: <r1@x>\r\n\r\nok\r\n")
		to := cfg.Campaign.Unit(sub.Unit).Addresses[0].Addr
		s := &shelf{
			mails: []ledger.MailRecord{{Digest: sub.Mail, Size: int64(len(e.Raw)), Status: ledger.MailDecided, Outcome: ledger.OutcomeAccepted}},
			subs:  []ledger.Submission{sub}, raw: map[string][]byte{sub.Mail: e.Raw}, out: map[string][]byte{"receipt/1": receipt},
			state: &ledger.State{
				Outbox: map[string]*ledger.Outgoing{"receipt/1": {Key: "receipt/1", MessageID: "<r1@x>", Recipients: []string{to, cfg.Mailbox.User}, State: ledger.SendSent}},
				Books: map[ledger.Period]*ledger.Book{samples.Period: {Period: samples.Period, Issues: []ledger.Issue{{Period: samples.Period, Number: 1,
					Versions: map[string]string{sub.Unit: sub.ID}, Figures: map[string]ledger.Figures{sub.Unit: sub.Reading.Figures}}}}},
			},
		}
		return oracle.Run{Config: cfg, Store: s, Shown: [][]byte{e.Raw}, Settled: true, Log: "level=INFO msg=stored\n",
			Accepted: []oracle.Accepted{{To: []string{to, cfg.Mailbox.User}, Raw: receipt}}}, s
	}
	t.Fatal("the sample month has no ledger")
	return oracle.Run{}, nil
}

func TestWhole(t *testing.T) {
	run, _ := whole(t)
	n, err := oracle.New().Check(t.Context(), run)
	if err != nil {
		t.Fatal(err)
	}
	if n.Mails != 1 || n.Figures < 4 || n.Versions != 1 || n.Keys != 1 || n.Accepted != 1 || n.Recipients != 2 {
		t.Errorf("counted %+v", n)
	}
}

// Each invariant is broken once, in each way it knows, and must be the one that
// is told.
func TestBroken(t *testing.T) {
	change := func(s *shelf, f func(*ledger.Outgoing)) {
		f(s.state.Outbox["receipt/1"])
	}
	figure := func(s *shelf, f func(*ledger.Figure)) {
		for key, g := range s.subs[0].Reading.Figures {
			if !g.Derived {
				f(&g)
				s.subs[0].Reading.Figures[key] = g
				return
			}
		}
	}
	for _, tt := range []struct {
		name, want string
		harm       func(*oracle.Run, *shelf)
	}{
		{"a mail is lost", "I1: message", func(r *oracle.Run, _ *shelf) { r.Shown = append(r.Shown, []byte("other")) }},
		{"a mail is stored twice", "recorded twice", func(_ *oracle.Run, s *shelf) { s.mails = append(s.mails, s.mails[0]) }},
		{"a raw message is cut short", "I1: message", func(_ *oracle.Run, s *shelf) { s.raw[s.subs[0].Mail] = []byte("x") }},
		{"a mail was never decided", "I2: message", func(_ *oracle.Run, s *shelf) { s.mails[0].Status, s.mails[0].Outcome = ledger.MailPending, "" }},
		{"a mail is ignored without a reason", "I2: message", func(_ *oracle.Run, s *shelf) { s.mails[0].Outcome = ledger.OutcomeIgnored }},
		{"a waiting mail has an outcome", "I2: message", func(_ *oracle.Run, s *shelf) { s.mails[0].Status = ledger.MailQuarantined }},
		{"another figure than the file's", "I3: document", func(_ *oracle.Run, s *shelf) { figure(s, func(f *ledger.Figure) { f.Value++ }) }},
		{"a figure from another cell", "I3: document", func(_ *oracle.Run, s *shelf) { figure(s, func(f *ledger.Figure) { f.Cell = "Z99" }) }},
		{"a figure without a place", "has no place", func(_ *oracle.Run, s *shelf) { figure(s, func(f *ledger.Figure) { f.Cell = "" }) }},
		{"a document without its mail", "I3: document", func(_ *oracle.Run, s *shelf) { s.mails = nil }},
		{"a version is left out", "I4: ", func(_ *oracle.Run, s *shelf) { s.subs[0].Version = 2 }},
		{"an issue counts other figures", "I4: issue", func(_ *oracle.Run, s *shelf) {
			s.state.Books[samples.Period].Issues[0].Figures = map[string]ledger.Figures{s.subs[0].Unit: {"persons": ledger.NewNumber(9)}}
		}},
		{"a mail is sent twice", "I5: receipt/1 reached", func(r *oracle.Run, _ *shelf) { r.Accepted = append(r.Accepted, r.Accepted[0]) }},
		{"a mail is sent that nobody wrote", "I5: the server took", func(r *oracle.Run, _ *shelf) { r.Accepted[0].Raw = []byte("Message-ID: <no@x>\r\n\r\n") }},
		{"other bytes are sent", "I5: receipt/1 went out", func(_ *oracle.Run, s *shelf) { s.out["receipt/1"] = []byte("Message-ID: <r1@x>\r\n\r\nno\r\n") }},
		{"sent on record only", "I5: receipt/1 is recorded", func(r *oracle.Run, _ *shelf) { r.Accepted = nil }},
		{"sent and still queued", "I5: receipt/1 was sent", func(_ *oracle.Run, s *shelf) { change(s, func(o *ledger.Outgoing) { o.State = ledger.SendQueued }) }},
		{"a mail is stuck", "I6: receipt/1", func(_ *oracle.Run, s *shelf) { change(s, func(o *ledger.Outgoing) { o.State = ledger.SendAmbiguous }) }},
		{"mail to a stranger", "I7: a mail went", func(r *oracle.Run, _ *shelf) { r.Accepted[0].To[0] = "stranger@qq.example" }},
		{"the store is damaged", "I8: page 7", func(_ *oracle.Run, s *shelf) { s.check = errors.New("page 7") }},
		{"a panic", "I9: ", func(r *oracle.Run, _ *shelf) { r.Log += "panic: x\n" }},
		{"a mobile number", "I10: the log holds a person's", func(r *oracle.Run, _ *shelf) { r.Log += "tel 13812345678\n" }},
		{"an identity number", "I10: the log holds a person's", func(r *oracle.Run, _ *shelf) { r.Log += "id 41100219900101123X\n" }},
		{"a secret", "I10: the log holds a secret", func(r *oracle.Run, _ *shelf) { r.Log += "code hunter2\n"; r.Secrets = []string{"hunter2"} }},
	} {
		t.Run(tt.name, func(t *testing.T) {
			run, s := whole(t)
			tt.harm(&run, s)
			if _, err := oracle.New().Check(t.Context(), run); err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v, want %q", err, tt.want)
			}
		})
	}
}

// A second sending that is on record is none that was made by mistake.
func TestResentOnRecord(t *testing.T) {
	run, s := whole(t)
	run.Accepted = append(run.Accepted, run.Accepted[0])
	o := s.state.Outbox["receipt/1"]
	o.Resent, o.Created = true, time.Time{}
	if _, err := oracle.New().Check(t.Context(), run); err != nil {
		t.Error(err)
	}
}
