package value

import "taizhang/ledger"

// SentenceRead is what a sentence in the printed column says.
type SentenceRead struct {
	Month, Cumulative ledger.Figures
	Issues            []Issue
}

// IsSentence reports more than a number with its unit.
func IsSentence(text string) bool { return false }

// Sentence reads a sentence.
func Sentence(text string, f *ledger.Form) SentenceRead {
	return SentenceRead{Issues: []Issue{issue(ledger.CSentence, "offer", "")}}
}
