package compose_test

import (
	"testing"

	"taizhang/ledger"
	"taizhang/notify/compose"
)

// withCc adds 禹州市's officer.
func withCc(c compose.Common) compose.Common {
	c.Cc = []ledger.Address{{Name: "王建国", Addr: "wangjianguo@yuzhou.gov.cn"}}
	return c
}

// moreReminders are the later steps of the ladder.
func moreReminders(k *compose.Composer) []mailCase {
	returned := bad()
	return []mailCase{
		{"tomorrow-by-date-returned", func() (ledger.Mail, error) {
			return k.Tomorrow(compose.TomorrowFacts{Common: yuzhou("remind/1", at(5, 26, 9, 30)), Returned: &returned})
		}},
		{"overdue-second", func() (ledger.Mail, error) {
			c := withCc(yuzhou("remind/2", at(5, 31, 9, 0)))
			c.CutOff = at(6, 1, 9, 0)
			return k.Overdue(compose.OverdueFacts{Common: c, Number: 2, LateDays: 3})
		}},
		{"overdue-after-summary", func() (ledger.Mail, error) {
			return k.Overdue(compose.OverdueFacts{Common: withCc(yuzhou("remind/3", at(6, 1, 9, 0))), Number: 2, LateDays: 4, Issued: true})
		}},
		{"overdue-cut-off-no-summary", func() (ledger.Mail, error) {
			return k.Overdue(compose.OverdueFacts{Common: yuzhou("remind/4", at(5, 30, 9, 0)), Number: 1, LateDays: 2})
		}},
		{"overdue-last", func() (ledger.Mail, error) {
			return k.Overdue(compose.OverdueFacts{Common: withCc(yuzhou("remind/5", at(6, 7, 9, 0))), Number: 4, LateDays: 10, Issued: true, Last: true})
		}},
		{"overdue-last-returned", func() (ledger.Mail, error) {
			return k.Overdue(compose.OverdueFacts{Common: withCc(yuzhou("remind/6", at(6, 7, 9, 0))), Number: 4, LateDays: 10, Issued: true, Last: true, Returned: &returned})
		}},
	}
}

// moreReceipts are receipts of what came late, unsigned, normalised or with
// the optional figures.
func moreReceipts(k *compose.Composer) []mailCase {
	receipt := func(d compose.Document) func() (ledger.Mail, error) {
		c := answering(yuzhou("receipt/m", d.Arrived), "禹州市5月台账")
		c.Original.Arrived = d.Arrived
		return func() (ledger.Mail, error) {
			return k.Receipt(compose.ReceiptFacts{Common: c, Documents: []compose.Document{d}})
		}
	}
	late, after, unsigned, normal, projects := good(), good(), good(), good(), good()
	late.Arrived, late.Punctuality, late.LateDays = at(5, 29, 7, 40), ledger.PunctualLate, 1
	after.Arrived, after.Punctuality, after.LateDays = at(6, 2, 15, 6), ledger.PunctualAfter, 5
	unsigned.Unverified = true
	note := func(c ledger.Code, cell, value string, args map[string]string) ledger.Finding {
		return ledger.Finding{Code: c, Severity: ledger.Note, File: normal.File, Sheet: "Sheet1", Cell: cell, Value: value, Args: args}
	}
	normal.Findings = []ledger.Finding{
		note(ledger.CNormalised, "D6", "１２０人", map[string]string{"read": "120"}),
		note(ledger.CNormalised, "E6", "九十八", map[string]string{"read": "98"}),
		note(ledger.FHiddenPart, "", "", map[string]string{"what": "rows"}),
		{Code: ledger.FCompanion, Severity: ledger.Note, File: "盖章件.pdf", Args: map[string]string{"kind": "pdf"}},
	}
	projects.Figures["projects_new"], projects.Figures["projects_insured"] = ledger.NewNumber(8), ledger.NewNumber(0)
	projects.Progress["projects_new"], projects.Progress["projects_insured"] = compose.Progress{Cumulative: 8}, compose.Progress{}
	second := good()
	second.Version, second.File, second.Arrived = 2, "禹州市2022年5月工作台账（更正）.xlsx", at(5, 28, 16, 2)
	merge := func() (ledger.Mail, error) {
		var letters [][]byte
		for _, try := range []func() (ledger.Mail, error){receipt(normal), func() (ledger.Mail, error) {
			c := answering(yuzhou("amended/m", at(5, 28, 16, 5)), "更正")
			c.Original.MessageID = "<20220528160200.9Z@163.com>"
			return k.Amended(compose.AmendedFacts{Common: c, Document: second, Previous: 1, Counted: true,
				Old: figures(12, 102, 98, 76, 276), First: at(5, 26, 9, 31), Effect: compose.EffectSummary})
		}} {
			m, err := try()
			if err != nil {
				return m, err
			}
			letters = append(letters, m.Letter)
		}
		return k.Merge(compose.MergeFacts{Common: yuzhou("merged/x", at(5, 28, 16, 20)), Letters: letters})
	}
	return []mailCase{
		{"receipt-merged", merge},
		{"receipt-late", receipt(late)}, {"receipt-after", receipt(after)}, {"receipt-unverified", receipt(unsigned)},
		{"receipt-normalised", receipt(normal)}, {"receipt-projects", receipt(projects)},
	}
}

// moreHeld are the main reasons for which the desk must look first.
func moreHeld(k *compose.Composer) []mailCase {
	held := func(inForce int, code ledger.Code, args map[string]string) func() (ledger.Mail, error) {
		d := good()
		d.Version, d.Progress = 0, nil
		d.Findings = []ledger.Finding{{Code: code, Severity: ledger.Hold, File: d.File, Args: args}}
		return func() (ledger.Mail, error) {
			c := answering(yuzhou("held/"+string(code), at(5, 26, 9, 33)), "禹州市5月台账")
			return k.Held(compose.HeldFacts{Common: c, Documents: []compose.Document{d}, InForce: inForce})
		}
	}
	return []mailCase{
		{"held-unsigned", held(0, ledger.ISenderUnsigned, nil)},
		{"held-identity-failed", held(1, ledger.ISenderFailed, map[string]string{"what": "dkim"})},
		{"held-unsigned-change", held(1, ledger.IUnsignedChange, nil)},
		{"held-several-units", held(0, ledger.ISeveralUnits, map[string]string{"units": "禹州市,长葛市"})},
		{"held-two-ledgers", held(0, ledger.ITwoLedgers, map[string]string{"other": "台账（定稿）.xlsx"})},
		{"held-two-months-open", held(0, ledger.IPeriodTwoOpen, map[string]string{"first": "2022-05", "second": "2022-06"})},
		{"held-closed", held(0, ledger.IPeriodClosed, map[string]string{"period": "2022-05"})},
		{"held-late-discovery", held(2, ledger.ILateDiscovery, map[string]string{"version": "2"})},
	}
}

// moreReturns are a single finding, and many that are grouped.
func moreReturns(k *compose.Composer) []mailCase {
	one, many := good(), good()
	one.Progress, many.Progress = nil, nil
	one.Findings = []ledger.Finding{{Code: ledger.CVague, Severity: ledger.Block, File: one.File, Sheet: "Sheet1", Cell: "D6", Value: "约120人",
		Args: map[string]string{"measure": "pension", "offer": "120"}}}
	for _, cell := range []string{"D6", "D7", "D8", "E6", "E7"} {
		measure := map[byte]string{'D': "pension", 'E': "injury"}[cell[0]]
		many.Findings = append(many.Findings, ledger.Finding{Code: ledger.CBlank, Severity: ledger.Block, File: many.File, Sheet: "Sheet1", Cell: cell,
			Args: map[string]string{"measure": measure}})
	}
	many.Findings = append(many.Findings,
		ledger.Finding{Code: ledger.RTotal, Severity: ledger.Block, File: many.File, Sheet: "Sheet1", Cell: "D9", Value: "140",
			Args: map[string]string{"measure": "pension", "total": "140", "sum": "130"}},
		ledger.Finding{Code: ledger.CNegative, Severity: ledger.Block, File: many.File, Sheet: "Sheet1", Cell: "F6", Value: "-3",
			Args: map[string]string{"measure": "unemployment"}})
	ret := func(d compose.Document, now func(compose.Common) compose.Common) func() (ledger.Mail, error) {
		name := "禹州市2022年5月工作台账（批注）.xlsx"
		return func() (ledger.Mail, error) {
			c := now(attached(answering(yuzhou("return/m", at(5, 26, 9, 33)), "禹州市5月台账"), name))
			return k.Return(compose.ReturnFacts{Common: c, Document: d, Annotated: name})
		}
	}
	same := func(c compose.Common) compose.Common { return c }
	return []mailCase{{"return-one", ret(one, same)}, {"return-many", ret(many, same)}}
}

// cumulativeCases are mails of a campaign whose counties report what was added
// since it began.
func cumulativeCases() []mailCase {
	c := campaign()
	c.Basis = ledger.BasisCumulative
	k, err := compose.New(c, compose.Options{})
	if err != nil {
		panic(err)
	}
	d, blank := good(), bad()
	s := c.Schedule
	all := lines(s, complete)
	return []mailCase{
		{"cumulative-request", func() (ledger.Mail, error) {
			return k.Request(compose.RequestFacts{Common: attached(yuzhou("remind/c", at(5, 23, 9, 30)), "禹州市2022年5月工作落实台账.xlsx")})
		}},
		{"cumulative-receipt", func() (ledger.Mail, error) {
			return k.Receipt(compose.ReceiptFacts{Common: answering(yuzhou("receipt/c", at(5, 26, 9, 33)), "台账"), Documents: []compose.Document{d}})
		}},
		{"cumulative-return", func() (ledger.Mail, error) {
			return k.Return(compose.ReturnFacts{Common: answering(yuzhou("return/c", at(5, 26, 9, 33)), "台账"), Document: blank})
		}},
		{"cumulative-summary", func() (ledger.Mail, error) {
			return k.Summary(compose.SummaryFacts{Common: attached(desk("summary/c", at(5, 29, 9, 0)), "汇总表.xlsx"), Lines: all, Tally: tallyOf(all), Month: totals(all), Year: totals(all)})
		}},
	}
}

// Each kind of mail has goldens, so that no test over them is empty for one.
func TestGoldensOfEachKind(t *testing.T) {
	least := map[ledger.MailKind]int{
		ledger.MailRequest: 3, ledger.MailTomorrow: 5, ledger.MailOverdue: 8, ledger.MailHeld: 10, ledger.MailReceipt: 14,
		ledger.MailReturn: 8, ledger.MailAmended: 4, ledger.MailUnreadable: 6, ledger.MailSummary: 8, ledger.MailDuty: 13,
	}
	n := map[ledger.MailKind]int{}
	for _, c := range cases(composer(t)) {
		m, err := c.mail()
		if err != nil {
			t.Fatal(err)
		}
		n[m.Kind]++
	}
	for kind, want := range least {
		if n[kind] < want {
			t.Errorf("%s has %d goldens, want at least %d", kind, n[kind], want)
		}
	}
	if len(n) != len(least) {
		t.Errorf("kinds %v", n)
	}
}
