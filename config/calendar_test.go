package config

import (
	"testing"

	"taizhang/ledger"
)

func day(t *testing.T, s string) ledger.Date {
	t.Helper()
	d, err := ledger.ParseDate(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// The arrangements of 国办发明电〔2021〕11号 (2022) and 〔2022〕16号 (2023), and
// days of later years, as printed in the notices.
func TestStateCouncilDays(t *testing.T) {
	c := calendar(nil, nil)
	for s, worked := range map[string]bool{
		"2022-01-03": false, "2022-01-29": true, "2022-01-30": true, "2022-01-31": false, "2022-02-04": false, "2022-02-07": true,
		"2022-04-02": true, "2022-04-04": false, "2022-04-05": false, "2022-04-24": true, "2022-05-02": false, "2022-05-04": false,
		"2022-05-05": true, "2022-05-07": true, "2022-06-03": false, "2022-09-12": false, "2022-10-03": false, "2022-10-07": false,
		"2022-10-08": true, "2022-10-09": true, "2022-10-15": false, "2022-12-31": false,
		"2023-01-02": false, "2023-01-23": false, "2023-01-27": false, "2023-01-28": true, "2023-01-29": true,
		"2024-02-09": true, "2024-02-12": false, "2024-10-12": true, "2025-01-28": false, "2025-10-08": false, "2025-10-11": true,
		"2022-05-26": true, "2022-05-28": false,
	} {
		if got := c.IsWorkday(day(t, s)); got != worked {
			t.Errorf("%s is a workday: %v, want %v", s, got, worked)
		}
	}
}

func TestOwnDaysStandAboveTheState(t *testing.T) {
	off, on := day(t, "2022-10-08"), day(t, "2022-10-05")
	c := calendar(map[ledger.Date]bool{off: true}, map[ledger.Date]bool{on: true})
	if c.IsWorkday(off) || !c.IsWorkday(on) {
		t.Errorf("the config's own days do not hold: %v %v", c.IsWorkday(off), c.IsWorkday(on))
	}
	if calendar(nil, nil).IsWorkday(on) {
		t.Error("one config's days reach another")
	}
}

func TestYearsWithoutData(t *testing.T) {
	c := calendar(nil, nil)
	if got := c.Unknown(2010, 2026); len(got) > 0 {
		t.Errorf("no data of %v", got)
	}
	if got := c.Unknown(2090, 2091); len(got) != 2 {
		t.Errorf("years of the far future are known: %v", got)
	}
	if !c.IsWorkday(day(t, "2090-10-02")) {
		t.Error("a year without data does not fall back to Monday to Friday")
	}
	listed := calendar(map[ledger.Date]bool{day(t, "2090-10-02"): true}, nil)
	if got := listed.Unknown(2090, 2090); len(got) > 0 || listed.IsWorkday(day(t, "2090-10-02")) {
		t.Errorf("a year that the config lists is not known: %v", got)
	}
}
