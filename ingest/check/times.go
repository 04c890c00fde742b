package check

import (
	"taizhang/ingest/check/value"
	"taizhang/ledger"
)

// saidTime is a month or a year that a sentence names for its figures.
type saidTime struct {
	value.Month
	source
}

// otherTimes holds a sentence whose figures are said to be another month's or
// another year's than the document's (4月份新增30人 in May's ledger). Where rows are
// for several months the rows decide.
func (s *sheet) otherTimes(f *facts, t *timing) {
	if t.period.IsZero() || len(f.months) > 1 {
		return
	}
	for _, x := range s.times {
		if x.Year != 0 && x.Year != t.period.Year || x.Month.Month != 0 && x.Month.Month != t.period.Month {
			t.findings = append(t.findings, s.finding(ledger.IPeriodMismatch, x.cell, x.text,
				"first", t.period.String(), "where", t.from, "second", x.Text, "other", x.place()))
			return
		}
	}
}

// filed is the day on which the document was filled in, as far as it is known:
// of a month alone its last.
func (t *timing) filed() ledger.Date {
	switch {
	case !t.filled.IsZero():
		return t.filled
	case !t.only.IsZero():
		return t.only.Next().First().AddDays(-1)
	}
	return t.dayOf
}
