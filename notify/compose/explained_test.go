package compose_test

import (
	"strings"
	"testing"

	"taizhang/ledger"
	"taizhang/notify/compose"
)

// explainedCases are the answers to replies in words, and receipts that tell
// what is explained.
func explainedCases(k *compose.Composer) []mailCase {
	c := answering(yuzhou("receipt/words", at(5, 29, 10, 40)), "回复：【回执】禹州市2022年5月工作台账已登记，3项请核实")
	var dash, absent, firms ledger.Finding
	for _, f := range queried().Findings {
		switch f.Code {
		case ledger.CDash:
			dash = f
		case ledger.HAbsent:
			absent = f
		case ledger.RNoFirms:
			firms = f
		}
	}
	said := func(f ledger.Finding, reason string) compose.Explained {
		return compose.Explained{Finding: f, Version: 1, Reason: reason}
	}
	stale := said(firms, "本月参保的均为灵活就业人员")
	stale.Stale = true
	unclear := []compose.Unclear{{Words: "C07 属实", Why: ledger.WhyNoReason}, {Words: "H06 应为35户", Why: ledger.WhyFigures}}
	desk := c
	desk.ToDesk, desk.To = true, campaign().Desk.Addresses
	receipt := queried()
	receipt.Findings = receipt.Findings[:3] // what is explained is no longer asked
	receipt.Explained = []compose.Explained{said(firms, "本月参保的均为灵活就业人员")}
	return []mailCase{
		{"explained-all", func() (ledger.Mail, error) {
			return k.Explanations(compose.ExplainedFacts{Common: c, InForce: 1, Explained: []compose.Explained{said(firms, "本月参保的均为灵活就业人员"), said(absent, "失业保险由另一科室单独报送")}})
		}},
		{"explained-some", func() (ledger.Mail, error) {
			return k.Explanations(compose.ExplainedFacts{Common: c, InForce: 1, Explained: []compose.Explained{said(firms, "本月参保的均为灵活就业人员")},
				Unclear: unclear, Open: []ledger.Finding{dash, absent}})
		}},
		{"explained-older", func() (ledger.Mail, error) {
			return k.Explanations(compose.ExplainedFacts{Common: c, InForce: 2, Explained: []compose.Explained{stale}, Open: []ledger.Finding{firms}})
		}},
		{"explained-returned", func() (ledger.Mail, error) {
			return k.Explanations(compose.ExplainedFacts{Common: c, Returned: 1, Explained: []compose.Explained{said(firms, "本月参保的均为灵活就业人员")}})
		}},
		{"explained-desk", func() (ledger.Mail, error) {
			return k.Explanations(compose.ExplainedFacts{Common: desk, InForce: 1, Explained: []compose.Explained{said(firms, "电话核实，均为灵活就业人员")}})
		}},
		{"explained-unclear", func() (ledger.Mail, error) {
			return k.Explanations(compose.ExplainedFacts{Common: c, InForce: 1, Unclear: unclear, Open: []ledger.Finding{dash, absent, firms}})
		}},
		{"receipt-explained", func() (ledger.Mail, error) {
			return k.Receipt(compose.ReceiptFacts{Common: c, Documents: []compose.Document{receipt}})
		}},
		{"duplicate-queries", func() (ledger.Mail, error) {
			return k.Duplicate(compose.DuplicateFacts{Common: c, Document: receipt, Earlier: at(5, 26, 9, 31)})
		}},
	}
}

// Every Why that ingest may give has its sentence for the county.
func TestEveryWhyHasItsSentence(t *testing.T) {
	k := composer(t)
	for _, why := range []string{ledger.WhySender, ledger.WhyOtherUnit, ledger.WhyWhich, ledger.WhyClosed, ledger.WhyNoVersion, ledger.WhyNoReason,
		ledger.WhyNoCode, ledger.WhyUnknownCode, ledger.WhyNegated, ledger.WhyFigures, ledger.WhyUnread} {
		c := answering(yuzhou("unclear/x", at(5, 29, 10, 40)), "回复")
		m, err := k.Explanations(compose.ExplainedFacts{Common: c, Unclear: []compose.Unclear{{Words: "T05 属实", Why: why}}})
		if err != nil || m.Kind != ledger.MailUnreadable {
			t.Fatalf("%s: %v, %v", why, m.Kind, err)
		}
		if strings.Contains(m.Text, "怎么办：\n") || strings.Contains(m.Text, "怎么办：－") || strings.HasSuffix(strings.TrimSpace(line(m.Text, "怎么办：")), "怎么办：") {
			t.Errorf("%s: no sentence\n%s", why, m.Text)
		}
	}
	if _, err := k.Explanations(compose.ExplainedFacts{Common: yuzhou("x", at(5, 29, 10, 40))}); err == nil {
		t.Error("a letter about nothing is composed")
	}
}

// line returns the first line of the text that has the word.
func line(text, word string) string {
	for l := range strings.Lines(text) {
		if strings.Contains(l, word) {
			return l
		}
	}
	return ""
}
