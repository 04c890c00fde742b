package ledger

import (
	"fmt"
	"time"
)

// Period is a reporting period (报告期): a year and a month.
// The zero Period stands for "not known".
type Period struct {
	Year  int
	Month time.Month
}

// ParsePeriod reads the form 2022-05.
func ParsePeriod(s string) (Period, error) {
	t, err := time.Parse("2006-01", s)
	if err != nil {
		return Period{}, fmt.Errorf("month %q is not of the form 2022-05", s)
	}
	return PeriodOf(t), nil
}

// PeriodOf returns the period that t lies in, in t's own location.
func PeriodOf(t time.Time) Period { return Period{t.Year(), t.Month()} }

// IsZero reports whether p is the zero Period.
func (p Period) IsZero() bool { return p == Period{} }

// Add returns the period n months after p; n may be negative.
func (p Period) Add(n int) Period {
	i := p.index() + n
	y, m := i/12, i%12
	if m < 0 {
		y, m = y-1, m+12
	}
	return Period{y, time.Month(m + 1)}
}

// Next returns the month after p.
func (p Period) Next() Period { return p.Add(1) }

// Prev returns the month before p.
func (p Period) Prev() Period { return p.Add(-1) }

// MonthsSince returns the number of months from q to p.
func (p Period) MonthsSince(q Period) int { return p.index() - q.index() }

// Before reports whether p lies before q.
func (p Period) Before(q Period) bool { return p.index() < q.index() }

// After reports whether p lies after q.
func (p Period) After(q Period) bool { return p.index() > q.index() }

// Compare returns -1, 0 or +1 as p lies before, on or after q.
func (p Period) Compare(q Period) int {
	switch {
	case p.Before(q):
		return -1
	case p.After(q):
		return 1
	}
	return 0
}

// First returns the first day of p.
func (p Period) First() Date { return Date{p.Year, p.Month, 1} }

// Last returns the last day of p.
func (p Period) Last() Date { return p.Next().First().AddDays(-1) }

// Contains reports whether d lies in p.
func (p Period) Contains(d Date) bool { return d.Period() == p }

// String returns the form 2022-05, and "" for the zero Period.
func (p Period) String() string {
	if p.IsZero() {
		return ""
	}
	return fmt.Sprintf("%04d-%02d", p.Year, int(p.Month))
}

// MarshalText writes the form of String.
func (p Period) MarshalText() ([]byte, error) { return []byte(p.String()), nil }

// UnmarshalText reads the form of String; an empty text is the zero Period.
func (p *Period) UnmarshalText(b []byte) error {
	if len(b) == 0 {
		*p = Period{}
		return nil
	}
	v, err := ParsePeriod(string(b))
	if err != nil {
		return err
	}
	*p = v
	return nil
}

func (p Period) index() int { return p.Year*12 + int(p.Month) - 1 }
