package value

import "time"

// Month is one explicit mention of a month.
type Month struct {
	Year  int
	Month time.Month
	Text  string
	Day   bool
	Valid bool
}

// Months returns the mentions of months.
func Months(s string) []Month { return nil }
