package numfmt

import (
	"math"
	"strconv"
	"strings"
	"time"

	"taizhang/ledger"
)

// lastSerial is 31 December 9999 in the 1900 system, the last date Excel shows.
const lastSerial = 2_958_465

// DateOf returns the date of the serial number in the file's own date system
// (ECMA-376 part 1, §18.17.4.1): day 1 is 1 January 1900, and 1900 has, as in
// Excel, a 29 February; or day 0 is 1 January 1904. The zero Date stands for a
// number that is no date: negative, a time alone, or beyond the year 9999.
func DateOf(serial float64, from1904 bool) ledger.Date {
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

// SerialOf returns the serial number of a cell that holds an ISO 8601 date, as
// the strict form allows (t="d"), and false for a text that is none. A time
// without a date gives a number below 1.
func SerialOf(iso string, from1904 bool) (string, bool) {
	iso = strings.TrimSuffix(iso, "Z")
	for _, layout := range []string{"2006-01-02T15:04:05.999999999", "2006-01-02T15:04", time.DateOnly, "T15:04:05.999999999", "15:04:05.999999999"} {
		t, err := time.Parse(layout, iso)
		if err != nil {
			continue
		}
		y, m, d := t.Date()
		clock := t.Sub(time.Date(y, m, d, 0, 0, 0, 0, time.UTC))
		days := 0
		if y > 0 {
			if days = ledger.DateOf(t).DaysSince(ledger.Date{Year: 1899, Month: time.December, Day: 30}); days < 61 {
				days--
			}
			if from1904 {
				days -= 1462
			}
		}
		if days < 0 || days > lastSerial {
			return "", false
		}
		return strconv.FormatFloat(float64(days)+clock.Hours()/24, 'f', -1, 64), true
	}
	return "", false
}
