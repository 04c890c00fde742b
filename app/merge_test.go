package app_test

import (
	"slices"
	"strings"
	"testing"

	"taizhang/app"
	"taizhang/ledger"
	"taizhang/notify/compose"
)

// Two receipts to one unit that the day's allowance holds back become one
// mail, with a restart before it is made and before it is sent: nothing is
// lost, nothing goes twice, and the log says what became of each.
func TestWaitingReceiptsAreMerged(t *testing.T) {
	const county = "shebao@yuzhou.example"
	o := newOffice(t, func(s string) string { return strings.Replace(s, "per_day: 150", "per_day: 1", 1) })
	again := func() {
		t.Helper()
		if err := o.app.Close(); err != nil {
			t.Fatal(err)
		}
		o.open()
	}
	o.step(may(20, 8, 0))
	o.step(may(27, 8, 31)) // 【值班】: the day's allowance is used
	for i, p := range []paper{form(), form("D4", 131)} {
		at := may(27, 9, i)
		in, err := o.app.Import(t.Context(), may(27, 9, 10+i), app.ImportRequest{Name: "a.eml",
			Raw: letter(at, county, "pass", "台账", "请查收附件。", enclosed{"台账.xlsx", xlsx(p)})})
		if err != nil || in.Outcome != ledger.OutcomeAccepted {
			t.Fatalf("got %+v, %v", in, err)
		}
	}
	again()
	o.step(may(27, 9, 20))
	again()
	o.step(may(27, 9, 25))
	st, err := o.app.State(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var merged string
	var replaced []string
	for key, m := range st.Outbox {
		switch {
		case strings.HasPrefix(key, "merged/"):
			merged = key
		case compose.Mergeable(m.Kind) && m.Unit == "禹州市":
			if m.State != ledger.SendSkipped || !strings.Contains(m.Reason, "merged into merged/") || len(m.Attempts) > 0 {
				t.Errorf("%s is %s: %s", key, m.State, m.Reason)
			}
			replaced = append(replaced, key)
		}
	}
	if merged == "" || len(replaced) != 2 {
		t.Fatalf("merged %q, replaced %v", merged, replaced)
	}
	text := mailText(t, o.app, merged)
	for _, want := range []string{"（第1版）", "第2版，替换第1版", "131人", "2件回执"} {
		if !strings.Contains(text, want) {
			t.Errorf("without %q:\n%s", want, text)
		}
	}
	o.cfg.Sending.PerDay = 150
	again()
	o.step(may(28, 0, 11))
	again()
	o.step(may(28, 12, 0))
	n := 0
	for _, m := range o.smtp.Accepted() {
		if slices.Contains(m.To, county) {
			n++
		}
	}
	if n != 1 {
		t.Errorf("the unit got %d mails", n)
	}
}
