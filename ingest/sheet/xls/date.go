package xls

import (
	"math"
	"time"

	"taizhang/ledger"
)

// lastSerial is 31 December 9999 in the 1900 system, the last date Excel shows.
const lastSerial = 2_958_465

// dateOf returns the date of the serial number in the file's own date system
// (ECMA-376 part 1, §18.17.4.1): day 1 is 1 January 1900, and 1900 has, as in
// Excel, a 29 February; or day 0 is 1 January 1904. The zero Date stands for a
// number that is no date: negative, a time alone, or beyond the year 9999.
func dateOf(serial float64, from1904 bool) ledger.Date {
	if from1904 {
		serial += 1462
	}
	if !(serial >= 1 && serial < lastSerial+1) {
		return ledger.Date{}
	}
	day := int(math.Floor(serial))
	switch {
	case day == 60:
		return ledger.Date{Year: 1900, Month: time.February, Day: 29}
	case day > 60:
		day--
	}
	return ledger.Date{Year: 1899, Month: time.December, Day: 31}.AddDays(day)
}
