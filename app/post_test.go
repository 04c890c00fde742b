package app_test

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net/textproto"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"taizhang/app"
	"taizhang/config"
	"taizhang/ingest"
	"taizhang/internal/oracle"
	"taizhang/internal/samples"
	"taizhang/internal/smtptest"
	"taizhang/ledger"
	"taizhang/notify"
	"taizhang/store"
)

// post is the whole program, with its store on disk, between a real SMTP
// server with NetEase's words and a mailbox that a test fills: the copies of
// what the server took come to it as the test says.
type post struct {
	noLargeMail
	t    testing.TB
	smtp *smtptest.Server
	cfg  *config.Config
	app  *app.App
	mail notify.Mailer // nil: the program's own
	now  time.Time
	box  []boxed
	log  bytes.Buffer
	// late says how long the copy of a mail is under way; nil: not at all.
	late func(messageID string) time.Duration
}

// boxed is a message that lies in the mailbox from an instant on.
type boxed struct {
	folder string
	raw    []byte
	at     time.Time
}

// quietDay is a Saturday on which nothing is due until Monday 23 May 08:30:
// what is sent then is what a test has sent.
var quietDay = may(21, 10, 0)

// newPost brings the server and the program up at an instant. edit may change
// the text of the configuration.
func newPost(t testing.TB, at time.Time, edit func(string) string) *post {
	t.Helper()
	p := newServer(t)
	p.configure(t.TempDir(), edit)
	p.set(at)
	p.open()
	t.Cleanup(func() { p.close() })
	return p
}

// newServer is newPost without the program.
func newServer(t testing.TB) *post {
	t.Helper()
	p := &post{t: t}
	var err error
	if p.smtp, err = smtptest.Start(smtptest.Options{User: samples.Own, Password: password}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = p.smtp.Close() })
	p.smtp.OnAccept(p.took)
	return p
}

func (p *post) configure(dir string, edit func(string) string) {
	p.t.Helper()
	text, err := samples.Config(samples.Setting{IMAP: "127.0.0.1:1", SMTP: p.smtp.Addr(), CAFile: "ca.pem", PasswordFile: "code", Store: filepath.Join(dir, "store")})
	if err != nil {
		p.t.Fatal(err)
	}
	if edit != nil {
		text = []byte(edit(string(text)))
	}
	for name, data := range map[string][]byte{"config.yaml": text, "code": []byte(password), "ca.pem": p.smtp.CAPEM()} {
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o600); err != nil {
			p.t.Fatal(err)
		}
	}
	if p.cfg, err = config.Load(filepath.Join(dir, "config.yaml")); err != nil {
		p.t.Fatal(err)
	}
}

func (p *post) open() {
	p.t.Helper()
	a, err := app.New(context.Background(), app.Options{Config: p.cfg, Log: slog.New(slog.NewTextHandler(&p.log, nil)), Version: "test", Offline: true, Played: true})
	if err != nil {
		p.t.Fatal(err)
	}
	m := p.mail
	if m == nil {
		m = app.Postman(p.cfg)
	}
	a.Wire(p, m)
	a.MailboxRead() // sendAll and the like send without a poll
	p.app = a
}

func (p *post) close() {
	if p.app == nil {
		return
	}
	if err := p.app.Close(); err != nil {
		p.t.Errorf("close: %v", err)
	}
	p.app = nil
}

// restart ends the program and starts it as `serve` does.
func (p *post) restart() {
	p.t.Helper()
	p.close()
	p.open()
	if err := p.app.Resume(context.Background()); err != nil {
		p.t.Fatal(err)
	}
}

func (p *post) set(now time.Time) { p.now = now; p.smtp.SetNow(now) }

// took files the copy to ourselves. The server calls it while the program
// waits for its answer.
func (p *post) took(m smtptest.Accepted) {
	if !slices.Contains(m.To, samples.Own) {
		return
	}
	at := p.now
	if p.late != nil {
		at = at.Add(p.late(messageID(m.Raw)))
	}
	p.box = append(p.box, boxed{"INBOX", slices.Concat(fmt.Appendf(nil, "Received: by mx19 (Coremail) id 1;\r\n\t%s (CST)\r\n", at.Format(time.RFC1123Z)), m.Raw), at})
}

func messageID(raw []byte) string {
	h, err := textproto.NewReader(bufio.NewReader(bytes.NewReader(raw))).ReadMIMEHeader()
	if err != nil {
		return ""
	}
	return h.Get("Message-Id")
}

// receipt has a county's ledger taken in, whose receipt then waits in the
// outbox, and returns its key.
func (p *post) receipt() string {
	p.t.Helper()
	raw := letter(p.now, yuzhouAddr, "pass", "台账", "请查收附件。", enclosed{"台账.csv",
		page(place{"禹州市", samples.Period}, stated{firms: "12", pension: "120", injury: "98", unemployment: "76", words: "走访企业。"}, p.now)})
	in, err := p.app.Import(context.Background(), p.now, app.ImportRequest{Name: "x.eml", Raw: raw})
	if err != nil || len(in.Queued) != 1 {
		p.t.Fatalf("got %+v, %v", in, err)
	}
	return in.Queued[0].Key
}

// step does a round now.
func (p *post) step() app.Round {
	p.t.Helper()
	r, err := p.app.Step(context.Background(), p.now)
	p.smtp.Quiet()
	if err = errors.Join(err, r.PollErr); err != nil {
		p.t.Fatalf("%s: %v", p.now.Format(time.DateTime), err)
	}
	return r
}

// sleep lets time go by until the next look at the mailbox: a few minutes while
// something may happen, and hours after that.
func (p *post) sleep() {
	d := 10 * time.Minute
	if p.now.Sub(quietDay)%(24*time.Hour) > 3*time.Hour {
		d = 4 * time.Hour
	}
	p.set(p.now.Add(d))
}

// play goes on until nothing waits or is in doubt, or the instant.
func (p *post) play(until time.Time) {
	p.t.Helper()
	for p.now.Before(until) {
		r := p.step()
		if !p.pending() {
			return
		}
		was := p.now
		if p.sleep(); r.Sent.Next.After(was) && r.Sent.Next.Before(p.now) {
			p.set(r.Sent.Next)
		}
	}
}

func (p *post) state() *ledger.State {
	p.t.Helper()
	st, err := p.app.State(context.Background())
	if err != nil {
		p.t.Fatal(err)
	}
	return st
}

func (p *post) pending() bool {
	for _, o := range p.state().Outbox {
		switch o.State {
		case ledger.SendQueued, ledger.SendDeferred, ledger.SendSending, ledger.SendAmbiguous:
			if o.Kind != ledger.MailProbe {
				return true
			}
		}
	}
	return false
}

// got counts how often the server took the mail for a real recipient.
func (p *post) got(key string) int {
	p.t.Helper()
	id, n := p.state().Outbox[key].MessageID, 0
	for _, m := range p.smtp.Accepted() {
		if messageID(m.Raw) == id && slices.ContainsFunc(m.To, func(to string) bool { return to != samples.Own }) {
			n++
		}
	}
	return n
}

// probes lists the probes that were made, with their states.
func (p *post) probes() []string {
	var out []string
	st := p.state()
	for _, key := range slices.Sorted(maps.Keys(st.Outbox)) {
		if o := st.Outbox[key]; o.Kind == ledger.MailProbe {
			out = append(out, fmt.Sprintf("%s %s to %s", strings.SplitN(key, "/", 3)[1], o.State, strings.Join(o.Recipients, ",")))
		}
	}
	return out
}

// judge closes the program and has the oracle look at what it left, and goes on.
func (p *post) judge(o *oracle.Oracle, settled bool) {
	p.t.Helper()
	p.close()
	defer p.open()
	db, err := store.Open(context.Background(), p.cfg.StoreDir, store.Options{ReadOnly: true})
	if err != nil {
		p.t.Fatal(err)
	}
	defer func() { _ = db.Close() }() // read only
	run := oracle.Run{Config: p.cfg, Store: db, Log: p.log.String(), Secrets: []string{password}, Settled: settled}
	for _, m := range p.smtp.Accepted() {
		run.Accepted = append(run.Accepted, oracle.Accepted{To: m.To, Raw: m.Raw})
	}
	if _, err := o.Check(context.Background(), run); err != nil {
		p.t.Error(err)
	}
}

// The mailbox.

func (p *post) Folders(context.Context) ([]ingest.Folder, error) {
	return []ingest.Folder{{Name: "INBOX"}, {Name: "垃圾邮件", Junk: true}}, nil
}

func (p *post) List(_ context.Context, folder string) (ingest.Listing, error) {
	l := ingest.Listing{Validity: "1"}
	for i, m := range p.box {
		if m.folder == folder && !m.at.After(p.now) {
			l.Items = append(l.Items, ingest.Item{UID: uint32(i + 1), Size: int64(len(m.raw)), Internal: m.at}) //nolint:gosec // a few mails
		}
	}
	return l, nil
}

func (p *post) Fetch(_ context.Context, _ string, i ingest.Item, w io.Writer) error {
	_, err := io.Copy(w, bytes.NewReader(p.box[i.UID-1].raw))
	return err
}
