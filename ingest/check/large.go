package check

import "taizhang/ledger"

// maxFigures bounds the places for figures, rows times columns of numbers, of one
// sheet, and maxFileFigures of the sheets of a file together. A form has some
// tens, a year of sheets with twenty tasks each a thousand; each is read, judged
// and may be a finding of its own. They are counted before the first is read: above
// the bound a ledger is too large, never read in part. A sheet that alone has more,
// such as a list of persons, takes nothing from the others.
const (
	maxFigures     = 4_000
	maxFileFigures = 3 * maxFigures
)

// above reports that the sheet, or the file, has more places for figures than any
// ledger.
func (s *sheet) above(b *band, rows []int) bool {
	columns := 0
	for i := range b.columns {
		if b.columns[i].numbers() {
			columns++
		}
	}
	n := len(rows) * columns
	if s.places += n; s.places > maxFigures {
		return true
	}
	*s.left -= n
	return *s.left < 0
}

// tooMany is the reading of a file whose ledgers have more places for figures
// than any ledger: nothing of it is read, not even a ledger beside that one.
func tooMany(in *Input) ledger.Reading {
	r := none(in, false)
	f := fileFinding(in, ledger.FTooLarge, "limit", "cells")
	f.Severity = ledger.Unreadable
	r.Findings = []ledger.Finding{f}
	return r
}
