package app_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"taizhang/app"
	"taizhang/ingest/attach"
	"taizhang/internal/samples"
)

// summaryMail returns the last 【月度汇总】 that went out.
func (o *office) summaryMail() *attach.Message {
	o.t.Helper()
	var last *attach.Message
	for _, m := range o.smtp.Accepted() {
		msg, err := attach.Parse(m.Raw, attach.Limits{})
		if err != nil {
			o.t.Fatal(err)
		}
		if strings.HasPrefix(msg.Header.Subject, "【月度汇总】") {
			last = msg
		}
	}
	if last == nil {
		o.t.Fatal("no summary was mailed")
	}
	return last
}

// The summary goes out with its bulletin, also when the office's template is
// not there or broken: then by the built-in one, and the desk is told.
func TestABrokenTemplateHoldsUpNoSummary(t *testing.T) {
	const name = "通报模板.txt"
	o := newOffice(t, func(s string) string { return strings.Replace(s, `template: ""`, "template: "+name, 1) })
	path := filepath.Join(filepath.Dir(o.cfg.Path), name)
	if o.cfg.BulletinTemplate != path {
		t.Fatalf("beside the configuration: got %s", o.cfg.BulletinTemplate)
	}
	o.step(may(20, 8, 0))
	o.deliver("02-禹州市")
	o.step(may(28, 12, 0))
	o.step(may(29, 9, 1))
	m := o.summaryMail()
	if len(m.Files) != 2 || m.Files[0].Name != "许昌市2022年5月全民参保计划攻坚行动进展情况汇总表.xlsx" || m.Files[1].Name != "许昌市2022年5月全民参保计划攻坚行动进展情况通报.docx" {
		t.Errorf("attached: %d files", len(m.Files))
	}
	if !strings.Contains(m.Text, "通报模板未能使用") || !strings.Contains(m.Text, "读不到通报模板") {
		t.Errorf("the desk is not told:\n%s", m.Text)
	}
	if err := app.CheckTemplate(o.cfg); err == nil {
		t.Error("config check would find nothing")
	}

	// Once it is right, it is used without a restart.
	if err := os.WriteFile(path, []byte("# {{.城市}}简报\n{{表格}}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	f, err := o.app.WriteSummary(t.Context(), samples.Period, may(29, 12, 0), true)
	if err != nil || f.TemplateProblem != "" || f.NoBulletin || len(f.Files) != 2 {
		t.Fatalf("got %q, %v, %v", f.TemplateProblem, f.NoBulletin, err)
	}
	o.step(may(29, 12, 1))
	m = o.summaryMail()
	if strings.Contains(m.Text, "通报模板") || len(m.Files) != 2 || m.Files[1].Name != "许昌市2022年5月全民参保计划攻坚行动进展情况通报（更正版1）.docx" {
		t.Errorf("the next issue: %d files\n%s", len(m.Files), m.Text)
	}
	if own, builtin := len(m.Files[1].Data), len(o.firstBulletin()); own >= builtin {
		t.Errorf("%d bytes by the short template, %d by the built-in one", own, builtin)
	}
}

// firstBulletin is the bulletin of the first summary that went out.
func (o *office) firstBulletin() []byte {
	o.t.Helper()
	for _, m := range o.smtp.Accepted() {
		msg, err := attach.Parse(m.Raw, attach.Limits{})
		if err != nil {
			o.t.Fatal(err)
		}
		if strings.HasPrefix(msg.Header.Subject, "【月度汇总】") {
			return msg.Files[1].Data
		}
	}
	return nil
}
