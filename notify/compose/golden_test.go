package compose_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"taizhang/ledger"
	"taizhang/notify/compose"
)

var update = flag.Bool("update", false, "write the golden files anew")

// TestGolden compares every kind of mail in each of its states with the mail
// as it was last read and approved.
func TestGolden(t *testing.T) {
	for _, c := range cases(composer(t)) {
		t.Run(c.name, func(t *testing.T) {
			m, err := c.mail()
			if err != nil {
				t.Fatal(err)
			}
			golden(t, c.name+".golden", head(m)+"\n"+m.Text)
			golden(t, c.name+".html.golden", m.HTML)
		})
	}
}

func head(m ledger.Mail) string {
	var b strings.Builder
	line := func(name, value string) {
		if value != "" {
			fmt.Fprintf(&b, "%s: %s\n", name, value)
		}
	}
	line("To", addresses(m.To))
	line("Cc", addresses(m.Cc))
	line("Subject", m.Subject)
	line("In-Reply-To", m.InReplyTo)
	line("References", strings.Join(m.References, " "))
	for _, a := range m.Attachments {
		line("Attachment", a.Name)
	}
	return b.String()
}

func addresses(as []ledger.Address) string {
	var out []string
	for _, a := range as {
		out = append(out, strings.TrimSpace(a.Name+" <"+a.Addr+">"))
	}
	return strings.Join(out, ", ")
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s differs (run with -update and read it; -want +got):\n%s", file, diff)
	}
}

type mailCase struct {
	name string
	mail func() (ledger.Mail, error)
}

// cases are all kinds of mail in each state that changes their wording.
func cases(k *compose.Composer) []mailCase {
	out := reminderCases(k)
	out = append(out, answerCases(k)...)
	out = append(out, rosterCases(k)...)
	out = append(out, correctionCases(k)...)
	out = append(out, unreadableCases(k)...)
	out = append(out, explainedCases(k)...)
	out = append(out, moreReminders(k)...)
	out = append(out, moreReceipts(k)...)
	out = append(out, moreHeld(k)...)
	out = append(out, moreReturns(k)...)
	out = append(out, cumulativeCases()...)
	out = append(out, deskCases(k)...)
	return append(out, dutyCases(k)...)
}

func reminderCases(k *compose.Composer) []mailCase {
	returned := bad()
	extended := yuzhou("remind/x", at(5, 30, 9, 30))
	extended.Extended, extended.Due, extended.CutOff = true, at(6, 1, 0, 0), at(6, 1, 0, 0)
	second := yuzhou("remind/2022-05/禹州市/overdue-2", at(6, 1, 9, 0))
	second.Cc = []ledger.Address{{Name: "王建国", Addr: "wangjianguo@yuzhou.gov.cn"}}
	december := yuzhou("remind/2022-12/禹州市/overdue-1", at(12, 29, 9, 0))
	s := campaign().Schedule
	december.Period = ledger.Period{Year: 2022, Month: 12}
	december.Due, december.CutOff, december.Closing = s.Due(december.Period), s.CutOff(december.Period), s.Closing(december.Period)
	first := changge("remind/2022-05/长葛市/overdue-1", at(5, 29, 0, 30))
	return []mailCase{
		{"request", func() (ledger.Mail, error) {
			c := attached(yuzhou("remind/2022-05/禹州市/request", at(5, 23, 9, 30)), "禹州市2022年5月工作落实台账.xlsx")
			return k.Request(compose.RequestFacts{Common: c})
		}},
		{"request-extended", func() (ledger.Mail, error) { return k.Request(compose.RequestFacts{Common: extended}) }},
		{"request-no-liaison", func() (ledger.Mail, error) {
			return k.Request(compose.RequestFacts{Common: changge("remind/2022-05/长葛市/request", at(5, 23, 9, 30))})
		}},
		{"tomorrow-missing", func() (ledger.Mail, error) {
			return k.Tomorrow(compose.TomorrowFacts{Common: changge("remind/2022-05/长葛市/tomorrow", at(5, 27, 9, 30))})
		}},
		{"tomorrow-returned", func() (ledger.Mail, error) {
			return k.Tomorrow(compose.TomorrowFacts{
				Common: yuzhou("remind/2022-05/禹州市/tomorrow", at(5, 27, 9, 30)), Returned: &returned,
			})
		}},
		{"tomorrow-by-date", func() (ledger.Mail, error) {
			return k.Tomorrow(compose.TomorrowFacts{Common: yuzhou("remind/2022-05/禹州市/tomorrow", at(5, 26, 9, 30))})
		}},
		{"tomorrow-extended", func() (ledger.Mail, error) { return k.Tomorrow(compose.TomorrowFacts{Common: extended}) }},
		{"overdue-first", func() (ledger.Mail, error) {
			return k.Overdue(compose.OverdueFacts{Common: first, Number: 1, LateDays: 1})
		}},
		{"overdue-second-returned-issued", func() (ledger.Mail, error) {
			return k.Overdue(compose.OverdueFacts{Common: second, Number: 2, LateDays: 4, Returned: &returned, Issued: true})
		}},
		{"overdue-december", func() (ledger.Mail, error) {
			return k.Overdue(compose.OverdueFacts{Common: december, Number: 1, LateDays: 1, Issued: true})
		}},
	}
}

func answerCases(k *compose.Composer) []mailCase {
	byDesk := answering(yuzhou("receipt/desk", at(5, 26, 9, 40)), "代报禹州市5月台账")
	byDesk.ToDesk, byDesk.To = true, campaign().Desk.Addresses
	june := good()
	june.File, june.Period, june.Arrived = "禹州市2022年6月工作台账.xlsx", may.Next(), at(6, 27, 16, 2)
	unknown := answering(yuzhou("held/y", at(5, 26, 9, 33)), "台账")
	unknown.Period, unknown.Due, unknown.CutOff, unknown.Closing = ledger.Period{}, time.Time{}, time.Time{}, time.Time{}
	nothing := compose.Document{File: "台账.xlsx", Arrived: at(5, 26, 9, 31), Findings: []ledger.Finding{
		{Code: ledger.IPeriodAbsent, Severity: ledger.Hold, File: "台账.xlsx", Sheet: "Sheet1"},
	}}
	return []mailCase{
		{"receipt-clean", func() (ledger.Mail, error) {
			c := answering(yuzhou("receipt/1", at(5, 26, 9, 33)), "禹州市5月台账")
			return k.Receipt(compose.ReceiptFacts{Common: c, Documents: []compose.Document{good()}})
		}},
		{"receipt-queries", func() (ledger.Mail, error) {
			c := answering(changge("receipt/2", at(5, 29, 8, 10)), "长葛市5月份台账")
			return k.Receipt(compose.ReceiptFacts{Common: c, Documents: []compose.Document{queried()}})
		}},
		{"receipt-verified-by-desk", func() (ledger.Mail, error) {
			return k.Receipt(compose.ReceiptFacts{Common: byDesk, Documents: []compose.Document{good()}, Verified: true})
		}},
		{"receipt-two-months", func() (ledger.Mail, error) {
			c := answering(yuzhou("receipt/3", at(6, 27, 16, 5)), "禹州市5、6月台账")
			return k.Receipt(compose.ReceiptFacts{Common: c, Documents: []compose.Document{good(), june}})
		}},
		{"receipt-duplicate", func() (ledger.Mail, error) {
			c, d := answering(yuzhou("receipt/4", at(5, 27, 15, 20)), "再发一次禹州市5月台账"), good()
			d.Arrived = at(5, 27, 15, 18)
			return k.Duplicate(compose.DuplicateFacts{Common: c, Document: d, Earlier: at(5, 26, 9, 31)})
		}},
		{"held-mismatch", func() (ledger.Mail, error) {
			c := answering(yuzhou("held/1", at(5, 26, 9, 33)), "禹州市5月台账")
			return k.Held(compose.HeldFacts{Common: c, Documents: []compose.Document{held()}, InForce: 1})
		}},
		{"held-month-unknown", func() (ledger.Mail, error) {
			return k.Held(compose.HeldFacts{Common: unknown, Documents: []compose.Document{nothing}})
		}},
	}
}

func correctionCases(k *compose.Composer) []mailCase {
	v2 := good()
	v2.File, v2.Version, v2.Arrived = "禹州市2022年5月工作台账（更正）.xlsx", 2, at(5, 27, 10, 2)
	late := queried()
	late.Version, late.Arrived = 2, at(6, 2, 11, 40)
	amended := func(c compose.Common, d compose.Document, f compose.AmendedFacts) func() (ledger.Mail, error) {
		f.Common, f.Document, f.Previous, f.First = answering(c, "更正件"), d, 1, at(5, 26, 9, 31)
		return func() (ledger.Mail, error) { return k.Amended(f) }
	}
	return []mailCase{
		{"return-annotated", func() (ledger.Mail, error) {
			name := "禹州市2022年5月工作台账（批注）.xlsx"
			c := attached(answering(yuzhou("return/1", at(5, 26, 9, 33)), "禹州市5月台账"), name)
			return k.Return(compose.ReturnFacts{Common: c, Document: bad(), Annotated: name})
		}},
		{"return-rendered", func() (ledger.Mail, error) {
			name := "禹州市2022年5月工作台账（批注）.xlsx"
			c := attached(answering(yuzhou("return/1", at(5, 26, 9, 33)), "禹州市5月台账"), name)
			return k.Return(compose.ReturnFacts{Common: c, Document: bad(), Annotated: name, Rendered: true})
		}},
		{"return-blank-overdue", func() (ledger.Mail, error) {
			c := answering(changge("return/2", at(5, 29, 0, 15)), "台账")
			c.Original.Arrived = at(5, 29, 0, 12)
			return k.Return(compose.ReturnFacts{Common: c, Document: blank()})
		}},
		{"return-issued-in-force", func() (ledger.Mail, error) {
			d := bad()
			d.Version, d.Arrived = 2, at(6, 2, 11, 40)
			c := answering(yuzhou("return/3", at(6, 2, 11, 42)), "禹州市5月台账更正")
			return k.Return(compose.ReturnFacts{Common: c, Document: d, InForce: 1})
		}},
		{"amended-before-summary", amended(yuzhou("amended/1", at(5, 27, 10, 5)), v2, compose.AmendedFacts{
			Counted: true, Old: figures(12, 102, 98, 76, 276), Words: true, Effect: compose.EffectSummary,
		})},
		{"amended-after-return", amended(yuzhou("amended/2", at(5, 27, 10, 5)), v2, compose.AmendedFacts{
			Old: ledger.Figures{"pension": ledger.NewNumber(120)}, Effect: compose.EffectSummary,
		})},
		{"amended-reissue-queries", amended(changge("amended/3", at(6, 2, 11, 45)), late, compose.AmendedFacts{
			Counted: true, Old: figures(0, 130, 0, 0, 130), People: true, Effect: compose.EffectReissue, ReissueAt: at(6, 2, 16, 0),
		})},
		{"amended-words-only", amended(yuzhou("amended/4", at(6, 20, 10, 5)), v2, compose.AmendedFacts{
			Counted: true, Old: good().Figures, Words: true, Effect: compose.EffectNone,
		})},
	}
}

func unreadableCases(k *compose.Composer) []mailCase {
	unreadable := func(key string, inForce int, fs ...ledger.Finding) func() (ledger.Mail, error) {
		return func() (ledger.Mail, error) {
			c := answering(yuzhou(key, at(5, 26, 9, 33)), "禹州市5月台账")
			return k.Unreadable(compose.UnreadableFacts{Common: c, Findings: fs, InForce: inForce})
		}
	}
	f := func(c ledger.Code, file string, args map[string]string) ledger.Finding {
		info, _ := c.Info()
		return ledger.Finding{Code: c, Severity: info.Severity, File: file, Args: args}
	}
	return []mailCase{
		{"unreadable-encrypted", unreadable("u/1", 0, f(ledger.FEncrypted, "禹州市5月台账.xlsx", nil))},
		{"unreadable-kind", unreadable("u/2", 0, f(ledger.FUnsupported, "扫描件.pdf", map[string]string{"kind": "pdf"}),
			f(ledger.FUnsupported, "IMG_20220526.jpg", map[string]string{"kind": "picture"}))},
		{"unreadable-link", unreadable("u/3", 0, f(ledger.FCloudLink, "", map[string]string{
			"name": "禹州市5月台账及佐证材料.rar", "size": "80.96M", "expires": "2022年6月10日 9:31"}))},
		{"unreadable-missing", unreadable("u/4", 1, f(ledger.FNoLedger, "", nil))},
		{"unreadable-damaged-large", unreadable("u/5", 0, f(ledger.FDamaged, "台账.xlsx", map[string]string{"reason": "checksum"}),
			f(ledger.FTooLarge, "全部材料.zip", map[string]string{"limit": "20 MB"}), f(ledger.FEmpty, "台账(1).xls", nil))},
		{"unreadable-system", unreadable("u/6", 0, f(ledger.FSystem, "禹州市5月台账.xlsx", nil))},
	}
}
