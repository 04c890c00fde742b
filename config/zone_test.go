package config_test

import (
	"testing"
	"time"

	"taizhang/config"
	"taizhang/ledger"
)

// Fault 55: China had summer time from 1986 to 1991. No day of a campaign has,
// every due instant is midnight by the office's clock, and a calendar day of
// those years, as a sheet may hold it, is one day from the next.
func TestNoSummerTime(t *testing.T) {
	c, err := config.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	s := c.Campaign.Schedule
	if _, offset := time.Date(1988, 7, 1, 0, 0, 0, 0, s.Zone).Zone(); offset != 9*3600 {
		t.Fatalf("the zone knows no summer time of 1988: %d", offset)
	}
	for p := (ledger.Period{Year: 2022, Month: 1}); p.Year < 2041; p = p.Next() {
		for name, at := range map[string]time.Time{"opens": s.Opens(p), "due": s.Due(p), "closing": s.Closing(p)} {
			if _, offset := at.Zone(); offset != 8*3600 || at.Hour() != 0 || at.UTC().Hour() != 16 {
				t.Errorf("%s %s: %s", p, name, at.Format(time.RFC3339))
			}
		}
	}
	for d := (ledger.Date{Year: 1985, Month: 12, Day: 31}); d.Year < 1992; d = d.AddDays(1) {
		next := d.AddDays(1)
		at := d.At(0, 0, s.Zone)
		if next.DaysSince(d) != 1 || ledger.DateOf(at.In(s.Zone)) != d {
			t.Errorf("%s: %d days to %s, %s", d, next.DaysSince(d), next, at.Format(time.RFC3339))
		}
	}
}
