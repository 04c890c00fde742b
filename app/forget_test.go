package app_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"taizhang/app"
	"taizhang/ingest/attach"
	"taizhang/internal/samples"
	"taizhang/ledger"
	"taizhang/store"
)

// What the person who asks for deletion is called, and can be reached by.
var herTraces = []string{"欧阳雪梅", "13700004321", "ouyang@yuzhou.example"}

// traces returns the files of the folder in which something of the person can
// be read: as it lies there, or in a mail once it is decoded.
func traces(t *testing.T, dir string) []string {
	t.Helper()
	var out []string
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		data, err := os.ReadFile(path)
		if strings.HasSuffix(path, ".eml") {
			if msg, _ := attach.Parse(data, attach.Limits{}); msg != nil {
				data = slices.Concat(data, []byte(msg.Text), []byte(msg.HTML))
			}
		}
		for _, w := range herTraces {
			if bytes.Contains(data, []byte(w)) {
				out = append(out, filepath.Base(path)+" "+w)
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// person has 欧阳雪梅's roster and ledger come in and be answered, and a
// reminder be addressed to her. It returns the numbers of her two mails.
func (o *office) person() (roster, report string) {
	o.t.Helper()
	o.step(may(20, 8, 0))
	for _, m := range []struct {
		day int
		raw []byte
	}{
		{20, letter(may(20, 10, 0), "shebao@yuzhou.example", "pass", "名单 欧阳雪梅", "欧阳雪梅为联络员。", enclosed{"名单-欧阳雪梅.xlsx", rosterOf("禹州市", "张建国", "欧阳雪梅", 13700004321, "ouyang@yuzhou.example")})},
		{24, letter(may(24, 10, 0), "shebao@yuzhou.example", "pass", "台账 欧阳雪梅", "请查收附件。联系电话13700004321", enclosed{"台账-欧阳雪梅.xlsx", xlsx(form("B6", "联络员：欧阳雪梅", "B4", "走访企业，由欧阳雪梅（13700004321）负责。", "D6", "填报时间：2022年5月24日"))})},
	} {
		o.imap.Deliver("INBOX", m.raw, may(m.day, 10, 0))
		o.step(may(m.day, 10, 1))
		o.step(may(m.day, 10, 40)) // the copy of the answer
	}
	ms, err := o.app.Shelf().Mails(o.t.Context())
	if err != nil {
		o.t.Fatal(err)
	}
	for _, m := range ms {
		switch {
		case strings.HasPrefix(m.Subject, "名单"):
			roster = m.Digest
		case strings.HasPrefix(m.Subject, "台账"):
			report = m.Digest
		}
	}
	if roster == "" || report == "" {
		o.t.Fatalf("got %+v", ms)
	}
	return roster, report
}

// Somebody asks that her data be deleted: nothing of her is left in the store,
// in free pages neither; the figures stay and say why their original is gone; the
// chain of events, the seals and the digests hold; the mailbox, which still
// shows her mails, even under a new validity, has nothing stored, read or
// answered again; backup, restart and rebuild go on to work.
func TestForget(t *testing.T) {
	o := newOffice(t, nil)
	roster, report := o.person()
	dir := o.cfg.StoreDir
	if got := traces(t, dir); len(got) < 8 {
		t.Fatalf("the test is blunt: she is only in %v", got)
	}
	before := o.unit("禹州市", may(24, 12, 0))
	d, err := o.desk(may(25, 9, 0), app.DeskAction{Action: "forget", Target: roster[:8], Reason: "本人要求"})
	if err != nil || d.Forgot == nil || len(d.Forgot.Places) != 1 || !slices.Contains(d.Forgot.Others, report[:10]) || len(d.Forgot.Outgoing) < 2 || d.Forgot.Copies < 2 {
		t.Fatalf("got %+v, %v", d.Forgot, err)
	}
	if d, err = o.desk(may(25, 9, 1), app.DeskAction{Action: "forget", Target: report + "/1", Reason: "本人要求"}); err != nil || len(d.Forgot.Others) != 0 {
		t.Fatalf("got %+v, %v", d.Forgot, err)
	}
	if got := traces(t, dir); len(got) != 0 {
		t.Errorf("still there: %v", got)
	}
	var no *app.Refusal
	if _, err := o.desk(may(25, 9, 2), app.DeskAction{Action: "forget", Target: report}); !errors.As(err, &no) || no.Code != app.RefuseForgotten {
		t.Errorf("a second time: %v", err)
	}
	u := o.unit("禹州市", may(25, 9, 3))
	if a, b := asJSON(t, before), asJSON(t, u); a != b || u.Figures["pension"] != 120 {
		t.Errorf("the unit's month was\n%s\nand is\n%s", a, b)
	}
	o.forgottenButExplained(report)
	sent, kept := len(o.toCounties()), o.kept()
	o.imap.SetValidity("INBOX", "777")
	r := o.step(may(25, 10, 0))
	if r.Poll.Fresh != 0 || r.Decided != 0 || len(o.toCounties()) != sent {
		t.Errorf("the mailbox shows them again: %+v, %d mails out", r.Poll, len(o.toCounties())-sent)
	}
	if got := traces(t, dir); len(got) != 0 || o.kept() != kept {
		t.Errorf("taken in again: %v, %d files where %d were", got, o.kept(), kept)
	}
	o.worksOn(report)
}

// forgottenButExplained looks at what is said of the mail that is gone.
func (o *office) forgottenButExplained(report string) {
	o.t.Helper()
	if err := o.app.Shelf().Check(o.t.Context()); err != nil {
		o.t.Errorf("Check: %v", err)
	}
	x, err := o.app.Explain(o.t.Context(), may(25, 9, 4), app.ExplainRequest{Unit: "禹州市", Period: samples.Period})
	if err != nil {
		o.t.Fatal(err)
	}
	told := false
	for _, m := range x.In {
		if m.Mail.Digest == report {
			told = m.Forgotten != nil && m.Forgotten.Decision.Reason == "本人要求" && len(m.Documents) == 1 &&
				strings.Contains(m.Documents[0].Reading.Document, "原件已于2022年5月25日按要求删除") && m.Documents[0].Reading.Figures["pension"].Cell == "D4"
		}
	}
	if !told {
		o.t.Errorf("explain does not tell it: %s", asJSON(o.t, x.In))
	}
	files, err := o.app.WriteSummary(o.t.Context(), samples.Period, may(29, 12, 0), false)
	if err != nil {
		o.t.Fatal(err)
	}
	if text := everySheet(o.t, files.Files[0].Data); !strings.Contains(text, "原件已于2022年5月25日按要求删除") || !strings.Contains(text, "120") || strings.Contains(text, herTraces[0]) {
		o.t.Errorf("the summary does not say that the original is gone:\n%s", text)
	}
	evs, err := o.app.AuditLog(o.t.Context())
	if last := evs[len(evs)-1]; err != nil || last.What != "desk forget" || last.Actor != "desk" || last.Ref != report || last.Text != "本人要求" {
		o.t.Errorf("the log ends with %+v, %v", last, err)
	}
}

// kept is how many messages lie in the store's folder.
func (o *office) kept() int {
	o.t.Helper()
	n := 0
	if err := store.EachMessage(o.cfg.StoreDir, func(string, string) error { n++; return nil }); err != nil {
		o.t.Fatal(err)
	}
	return n
}

// worksOn has a backup made, the store rebuilt and the program started anew,
// with the file of the mail there once more, as a crash would leave it.
func (o *office) worksOn(report string) {
	o.t.Helper()
	made, err := o.app.Backup(o.t.Context(), may(25, 12, 0), filepath.Join(o.t.TempDir(), "b"))
	if err != nil {
		o.t.Fatal(err)
	}
	if got := traces(o.t, made.Path); len(got) != 0 {
		o.t.Errorf("the backup holds %v", got)
	}
	if err := o.app.Close(); err != nil {
		o.t.Fatal(err)
	}
	out := filepath.Join(o.t.TempDir(), "new")
	built, err := app.Rebuild(o.t.Context(), o.cfg, app.RebuildRequest{Out: out, Now: may(25, 13, 0), Played: true})
	if err != nil || len(built.Refused) != 0 || len(built.Lost) != 0 || built.Reread != 0 || built.Taken["forgotten"] < 4 {
		o.t.Errorf("rebuilt: %+v, %v", built, err)
	}
	left := filepath.Join(o.cfg.StoreDir, "raw", report[:2], report+".eml")
	if err := os.WriteFile(left, []byte(herTraces[0]), 0o600); err != nil {
		o.t.Fatal(err)
	}
	o.open()
	if _, err := os.Stat(left); !errors.Is(err, fs.ErrNotExist) {
		o.t.Errorf("a start leaves the file of a deleted mail: %v", err)
	}
	if u := o.unit("禹州市", may(25, 14, 0)); u.Figures["pension"] != 120 {
		o.t.Errorf("after a restart: %+v", u)
	}
}

// everySheet is the text of all sheets of a workbook.
func everySheet(t *testing.T, data []byte) string {
	t.Helper()
	f, err := excelize.OpenReader(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, name := range f.GetSheetList() {
		rows, err := f.GetRows(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range rows {
			out = append(out, strings.Join(r, " | "))
		}
	}
	return strings.Join(out, "\n")
}

func asJSON(t *testing.T, v any) string {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// What still waits for a decision is not deleted from under it, nor may a mail
// of ours that names the person go out afterwards.
func TestForgetWaitsForDecisions(t *testing.T) {
	o := newOffice(t, nil)
	o.step(may(20, 8, 0))
	o.imap.Deliver("INBOX", letter(may(24, 10, 0), "stranger@qq.example", "pass", "台账", "请查收附件。", enclosed{"台账.xlsx", xlsx(form())}), may(24, 10, 0))
	o.step(may(24, 10, 1))
	h := o.held(may(24, 10, 2))
	if len(h) != 1 {
		t.Fatalf("held: %+v", h)
	}
	var no *app.Refusal
	if _, err := o.desk(may(24, 11, 0), app.DeskAction{Action: "forget", Target: h[0].ID}); !errors.As(err, &no) || no.Code != app.RefuseStillHeld {
		t.Errorf("a held document: %v", err)
	}
	if _, err := o.desk(may(24, 11, 1), app.DeskAction{Action: "return", Void: true, Target: h[0].ID}); err != nil {
		t.Fatal(err)
	}
	if d, err := o.desk(may(24, 11, 2), app.DeskAction{Action: "forget", Target: h[0].ID}); err != nil || d.Forgot == nil {
		t.Errorf("once it is decided: %v", err)
	}
	ms, err := o.app.Shelf().Mails(t.Context())
	if err != nil || slices.ContainsFunc(ms, func(m ledger.MailRecord) bool { return m.From.Addr == "stranger@qq.example" }) {
		t.Errorf("a stranger's address is kept: %+v, %v", ms, err)
	}

	r := newRegistry(t).started(may(20, 8, 0)) // nothing is sent there: the receipt waits
	in := r.take(letter(may(24, 10, 0), "shebao@yuzhou.example", "pass", "台账", "请查收附件。", enclosed{"台账.xlsx", xlsx(form())}), may(24, 10, 1))
	if _, err := r.app.Desk(t.Context(), may(24, 11, 0), app.DeskAction{Action: "forget", Target: in.Digest, Reason: "x"}); !errors.As(err, &no) || no.Code != app.RefuseOnItsWay {
		t.Errorf("with its receipt on the way: %v", err)
	}
}
