package app

import (
	"taizhang/ledger"
	"taizhang/notify/compose"
)

// The office's words for states, for those who print them: the catalogue of
// the mails is the only place where they stand.

// PunctualityName returns 按时, 迟报 …
func PunctualityName(p ledger.Punctuality) string { return compose.PunctualityName(p) }

// QualityName returns 合格, 有疑问, 退回 …
func QualityName(q ledger.Quality) string { return compose.QualityName(q) }

// SeverityName returns the word for a finding's severity.
func SeverityName(s ledger.Severity) string { return compose.SeverityName(s) }

// MailName returns the 【性质】 of a mail.
func MailName(k ledger.MailKind) string { return compose.MailName(k) }

// SendName returns how far an outgoing mail got, in words.
func SendName(s ledger.SendState) string { return compose.SendName(s) }

// FindingText words a finding with the names of the campaign's measures.
func FindingText(c *ledger.Campaign, f ledger.Finding) (message, remedy string) {
	return compose.Wording(c)(f)
}

// CodeName returns the name of a finding's code, in a few words of the
// campaign's form.
func CodeName(c *ledger.Campaign, code ledger.Code) string {
	e, _ := compose.EntryFor(c, code)
	return e.Name
}
