package app_test

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"taizhang/app"
	"taizhang/ingest"
	"taizhang/ingest/attach"
	"taizhang/internal/samples"
	"taizhang/ledger"
	"taizhang/notify"
)

// Rows 62 and 72 of the fault catalogue: figures stay with the unit that has
// reported them.

// Fault 62: the address of a unit is given to another one, or taken out of the
// configuration. What came from it stays with the unit that it was of, and what
// comes from it now waits for the desk.
func TestAnAddressThatMovesTakesNoFiguresAlong(t *testing.T) {
	const other = "cgsb@mail163.example"
	for name, edit := range map[string]func(string) string{
		"given to another unit": strings.NewReplacer(yuzhouAddr, other, other, yuzhouAddr).Replace,
		"taken out":             strings.NewReplacer(yuzhouAddr, "new@yuzhou.example").Replace,
	} {
		t.Run(name, func(t *testing.T) {
			p := newPost(t, quietDay, nil)
			p.receipt()
			p.close()
			p.configure(filepath.Dir(p.cfg.StoreDir), edit)
			p.open()
			if k, known := p.state().UnitOf(yuzhouAddr); known && k.Unit == "禹州市" {
				t.Fatalf("the address is still the unit's: %+v", k)
			}
			pension := func() int64 {
				b := p.state().Book(samples.Period)
				if n := len(b.UnitSubmissions("长葛市")); n > 0 {
					t.Errorf("%d documents have moved to the other unit", n)
				}
				s := b.Standing(p.cfg.Campaign.Schedule, "禹州市", p.now)
				if s.InForce == nil {
					t.Fatal("nothing is in force any more")
				}
				return s.InForce.Reading.Figures["pension"].Value
			}
			if got := pension(); got != 120 {
				t.Errorf("%d in force", got)
			}
			p.set(p.now.Add(time.Hour))
			raw := letter(p.now, yuzhouAddr, "pass", "更正", "请查收附件。", enclosed{"台账.csv",
				page(place{"禹州市", samples.Period}, stated{firms: "12", pension: "121", injury: "98", unemployment: "76", words: "走访企业。"}, p.now)})
			in, err := p.app.Import(t.Context(), p.now, app.ImportRequest{Name: "y.eml", Raw: raw})
			if err != nil || in.Outcome != ledger.OutcomeHeld {
				t.Errorf("a mail from it: %s, %v", in.Outcome, err)
			}
			if got := pension(); got != 120 {
				t.Errorf("%d in force after it", got)
			}
		})
	}
}

// Fault 72: our own summary, with its workbook, comes back to our mailbox, and a
// county forwards it. The first is a copy, and neither is ever a report.
func TestOurSummaryIsNoReport(t *testing.T) {
	o := newBureau(t, t.TempDir())
	defer o.end()
	o.box.folders["INBOX"] = [][]byte{letter(tuesday, counties["禹州市"], "pass", "五月台账", "见附件。", csvOf("禹州市", "40"))}
	o.step(tuesday)
	cut := on(samples.Period, 30, 10)
	o.step(cut)
	key := notify.SummaryKey(samples.Period, 1)
	sent, ok, err := o.app.Outgoing(t.Context(), key)
	if err != nil || !ok {
		t.Fatalf("no summary: %v", err)
	}
	m, err := attach.Parse(sent.Raw, attach.Limits{})
	if err != nil || len(m.Files) != 2 || m.Files[0].Type != attach.TypeXLSX {
		t.Fatalf("no workbook and bulletin in it: %v", err)
	}
	var both []enclosed
	for _, f := range m.Files {
		both = append(both, enclosed{f.Name, f.Data})
	}
	before := fmt.Sprint(inForce(o, cut))
	o.box.folders["INBOX"] = append(o.box.folders["INBOX"],
		append(fmt.Appendf(nil, "Received: by mx19 (Coremail) id 2;\r\n\t%s\r\n", cut.Format(time.RFC1123Z)), sent.Raw...),
		letter(cut.Add(time.Minute), counties["长葛市"], "pass", "转发："+m.Header.Subject, "见附件。", both...),
		letter(cut.Add(2*time.Minute), "stranger@qq.example", "pass", "转发："+m.Header.Subject, "见附件。", both...))
	o.step(cut.Add(time.Hour))
	outcomes := map[string]string{}
	mails, err := o.app.Shelf().Mails(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range mails {
		outcomes[r.From.Addr] = string(r.Outcome) + " " + r.Reason
	}
	if got := outcomes[samples.Own]; got != "ignored "+ingest.CopyOf+key {
		t.Errorf("the copy: %s", got)
	}
	if got := outcomes[counties["长葛市"]]; got != "returned no readable ledger" {
		t.Errorf("forwarded by a county: %s", got)
	}
	if got := outcomes["stranger@qq.example"]; !strings.HasPrefix(got, "held from an unknown address") {
		t.Errorf("forwarded by a stranger: %s", got)
	}
	subs, err := o.app.Shelf().Submissions(t.Context())
	if err != nil || len(subs) != 1 {
		t.Errorf("%d documents, want 禹州市's alone, %v", len(subs), err)
	}
	if after := fmt.Sprint(inForce(o, cut)); after != before {
		t.Errorf("in force before:\n%s\nafter:\n%s", before, after)
	}
}

// inForce are the figures in force of all units.
func inForce(o *bureau, now time.Time) []string {
	var out []string
	for _, unit := range o.app.Campaign().UnitNames() {
		s := o.state().Book(samples.Period).Standing(o.app.Campaign().Schedule, unit, now)
		if s.InForce != nil {
			out = append(out, fmt.Sprint(unit, s.InForce.Version, s.InForce.Reading.Figures))
		}
	}
	return out
}
