package ledger_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"taizhang/ledger"
)

var (
	zone = time.FixedZone("CST", 8*3600)
	may  = ledger.Period{Year: 2022, Month: time.May}
)

func schedule() ledger.Schedule {
	day := func(s string) ledger.Date {
		d, err := ledger.ParseDate(s)
		if err != nil {
			panic(err)
		}
		return d
	}
	return ledger.Schedule{Zone: zone, DueDay: 28, DueHour: 24, Holiday: ledger.HolidayNone, CutoffDays: 1, CutoffHour: 9, ClosingDay: 15,
		Calendar: ledger.Calendar{
			Holidays: map[ledger.Date]bool{day("2022-05-02"): true, day("2022-05-03"): true, day("2022-05-04"): true, day("2022-06-03"): true},
			Workdays: map[ledger.Date]bool{day("2022-05-07"): true},
		}}
}

func TestPeriodArithmetic(t *testing.T) {
	for _, c := range []struct {
		p    string
		n    int
		want string
	}{{"2022-12", 1, "2023-01"}, {"2022-01", -1, "2021-12"}, {"2022-05", 0, "2022-05"}, {"2022-05", 19, "2023-12"}, {"2022-05", -17, "2020-12"}} {
		p, err := ledger.ParsePeriod(c.p)
		if err != nil {
			t.Fatal(err)
		}
		if got := p.Add(c.n).String(); got != c.want {
			t.Errorf("%s + %d: got %s, want %s", c.p, c.n, got, c.want)
		}
		if got := p.Add(c.n).MonthsSince(p); got != c.n {
			t.Errorf("%s: MonthsSince got %d, want %d", c.p, got, c.n)
		}
	}
	if got := (ledger.Period{Year: 2024, Month: time.February}).Last().String(); got != "2024-02-29" {
		t.Errorf("last day of February 2024: got %s", got)
	}
	if _, err := ledger.ParsePeriod("2022-13"); err == nil {
		t.Error("a month 13 must be refused")
	}
}

func TestDateValid(t *testing.T) {
	for s, want := range map[ledger.Date]bool{{Year: 2022, Month: 5, Day: 32}: false, {Year: 2022, Month: 2, Day: 30}: false, {Year: 2022, Month: 2, Day: 28}: true, {Year: 2022, Month: 13, Day: 1}: false, {}: false} {
		if s.Valid() != want {
			t.Errorf("%v: valid is %t", s, !want)
		}
	}
}

func TestInstants(t *testing.T) {
	s := schedule()
	check := func(name string, got time.Time, want string) {
		t.Helper()
		if got.Format(time.RFC3339) != want {
			t.Errorf("%s: got %s, want %s", name, got.Format(time.RFC3339), want)
		}
	}
	check("due: the 28th counts", s.Due(may), "2022-05-29T00:00:00+08:00")
	check("cut-off", s.CutOff(may), "2022-05-29T09:00:00+08:00")
	check("closing: the 15th counts", s.Closing(may), "2022-06-16T00:00:00+08:00")
	check("opens", s.Opens(may), "2022-05-01T00:00:00+08:00")
	check("february", s.Due(ledger.Period{Year: 2022, Month: 2}), "2022-03-01T00:00:00+08:00")
	check("december closes next year", s.Closing(ledger.Period{Year: 2022, Month: 12}), "2023-01-16T00:00:00+08:00")
	s.Holiday = ledger.HolidayPrevious // 28 May 2022 is a Saturday
	check("previous workday", s.Due(may), "2022-05-28T00:00:00+08:00")
	s.Holiday = ledger.HolidayNext
	check("next workday", s.Due(may), "2022-05-31T00:00:00+08:00")
	s.Holiday, s.CutoffDays, s.CutoffHour = ledger.HolidayNone, 0, 9
	check("the cut-off is never before the due instant", s.CutOff(may), "2022-05-29T00:00:00+08:00")
}

func TestWorkdays(t *testing.T) {
	c := schedule().Calendar
	d := func(s string) ledger.Date { v, _ := ledger.ParseDate(s); return v }
	if got := c.Add(d("2022-05-28"), -5).String(); got != "2022-05-23" {
		t.Errorf("five workdays before Saturday the 28th: got %s", got)
	}
	if got := c.Add(d("2022-04-29"), 1).String(); got != "2022-05-05" {
		t.Errorf("after the Labour Day holiday: got %s", got)
	}
	if got := c.OnOrAfter(d("2022-05-07")).String(); got != "2022-05-07" {
		t.Errorf("a Saturday that is worked: got %s", got)
	}
	if got := c.WorkdaysBetween(d("2022-05-01"), d("2022-05-08")); got != 3 {
		t.Errorf("5, 6 and 7 May: got %d", got)
	}
	if none := (ledger.Calendar{Holidays: map[ledger.Date]bool{}}); none.Add(d("2022-05-27"), 1).String() != "2022-05-30" {
		t.Error("without data it is Monday to Friday")
	}
}

func submission(version int, q ledger.Quality, at time.Time) ledger.Submission {
	return ledger.Submission{ID: string(rune('a'+version)) + at.String(), Unit: "禹州市", Period: may, Version: version, Quality: q, Arrived: at,
		Reading: ledger.Reading{Kind: ledger.KindLedger, Unit: "禹州市", Period: may, Figures: ledger.Figures{"persons": ledger.NewNumber(3)}}}
}

func TestPunctuality(t *testing.T) {
	at := func(day, hour, minute int) time.Time { return time.Date(2022, 5, day, hour, minute, 0, 0, zone) }
	late := at(30, 12, 0)
	for _, c := range []struct {
		name string
		subs []ledger.Submission
		now  time.Time
		want ledger.Punctuality
		days int
	}{
		{"nothing yet", nil, at(20, 9, 0), ledger.PunctualAwaited, 0},
		{"nothing at the due instant", nil, at(29, 0, 0), ledger.PunctualOverdue, 0},
		{"nothing at the cut-off", nil, at(29, 9, 0), ledger.PunctualMissing, 0},
		{"the last minute of the 28th", []ledger.Submission{submission(1, ledger.QualityAccepted, at(28, 23, 59))}, late, ledger.PunctualOnTime, 0},
		{"midnight is late", []ledger.Submission{submission(1, ledger.QualityAccepted, at(29, 0, 0))}, late, ledger.PunctualLate, 1},
		{"the cut-off is after", []ledger.Submission{submission(1, ledger.QualityAccepted, at(29, 9, 0))}, late, ledger.PunctualAfter, 1},
		{"two days late", []ledger.Submission{submission(1, ledger.QualityAccepted, at(30, 8, 0))}, late, ledger.PunctualAfter, 2},
		{"a returned one counts", []ledger.Submission{submission(1, ledger.QualityReturned, at(27, 8, 0)), submission(2, ledger.QualityAccepted, at(30, 8, 0))}, late, ledger.PunctualOnTime, 0},
		{"held alone", []ledger.Submission{submission(0, ledger.QualityHeld, at(27, 8, 0))}, late, ledger.PunctualHeld, 0},
		{"held beside a read one", []ledger.Submission{submission(0, ledger.QualityHeld, at(27, 8, 0)), submission(1, ledger.QualityAccepted, at(29, 1, 0))}, late, ledger.PunctualLate, 1},
		{"a copy that came in time and is found late", []ledger.Submission{submission(1, ledger.QualityAccepted, at(29, 10, 0)), submission(0, ledger.QualityDuplicate, at(28, 8, 0))}, late, ledger.PunctualOnTime, 0},
		{"a copy that came later changes nothing", []ledger.Submission{submission(1, ledger.QualityAccepted, at(29, 1, 0)), submission(0, ledger.QualityDuplicate, at(29, 10, 0))}, late, ledger.PunctualLate, 1},
		{"rejected is void", []ledger.Submission{submission(0, ledger.QualityRejected, at(27, 8, 0))}, late, ledger.PunctualMissing, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := &ledger.Book{Period: may, Expected: []string{"禹州市"}, Submissions: c.subs}
			s := b.Standing(schedule(), "禹州市", c.now)
			if s.Punctuality != c.want || s.LateDays != c.days {
				t.Errorf("got %s and %d days, want %s and %d", s.Punctuality, s.LateDays, c.want, c.days)
			}
		})
	}
}

func TestVersionInForce(t *testing.T) {
	at := func(day int) time.Time { return time.Date(2022, 5, day, 9, 0, 0, 0, zone) }
	b := &ledger.Book{Period: may, Expected: []string{"禹州市"}, Submissions: []ledger.Submission{
		submission(1, ledger.QualityAccepted, at(20)), submission(2, ledger.QualityReturned, at(21)),
		submission(0, ledger.QualityHeld, at(22)), submission(0, ledger.QualityDuplicate, at(23)),
	}}
	s := b.Standing(schedule(), "禹州市", at(24))
	if s.InForce == nil || s.InForce.Version != 1 || s.Newest.Version != 2 || len(s.Held) != 1 {
		t.Errorf("a later returned or held version never removes the one in force: %+v", s)
	}
	tally := ledger.TallyOf(b.Standings(schedule(), at(24)))
	want := ledger.Tally{Due: 1, Reported: 1, InForce: 1, FirstPass: 1, OnTime: 1}
	if d := cmp.Diff(want, tally); d != "" {
		t.Errorf("tally (-want +got):\n%s", d)
	}
}

func TestExemptAndExtended(t *testing.T) {
	at := func(day int) time.Time { return time.Date(2022, 5, day, 9, 0, 0, 0, zone) }
	b := &ledger.Book{Period: may, Expected: []string{"禹州市", "长葛市"},
		Exempt:   map[string]ledger.Decision{"长葛市": {Reason: "合并报送"}},
		Extended: map[string]ledger.Extension{"禹州市": {Until: at(31)}}}
	ss := b.Standings(schedule(), at(30))
	if ss[0].Punctuality != ledger.PunctualAwaited || !ss[0].CutOff.Equal(at(31)) {
		t.Errorf("an extended unit has C = max(C, D): %+v", ss[0])
	}
	if got := ledger.TallyOf(ss); got.Due != 1 || got.Exempt != 1 || got.Extended != 1 {
		t.Errorf("an exempt unit is outside: %+v", got)
	}
}

func TestVerdictIsTheWorst(t *testing.T) {
	f := func(ss ...ledger.Severity) (out []ledger.Finding) {
		for _, s := range ss {
			out = append(out, ledger.Finding{Severity: s})
		}
		return out
	}
	for want, fs := range map[ledger.Verdict][]ledger.Finding{
		ledger.Accepted: f(ledger.Note, ledger.Query), ledger.Returned: f(ledger.Query, ledger.Block),
		ledger.Held: f(ledger.Block, ledger.Hold), ledger.UnreadableIt: f(ledger.Hold, ledger.Unreadable, ledger.Note),
	} {
		if got := ledger.VerdictOf(fs); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}

func TestTable(t *testing.T) {
	at := func(r, c int) ledger.Ref { return ledger.Ref{Row: r, Col: c} }
	tab := ledger.NewTable("f", "s", []ledger.Cell{{Ref: at(2, 1), Text: "b"}, {Ref: at(0, 0), Text: "a"}, {Ref: at(2, 1), Text: "c"}})
	tab.Merges = []ledger.Range{{First: at(0, 0), Last: at(1, 3)}}
	if c, ok := tab.At(at(2, 1)); !ok || c.Text != "c" || len(tab.Cells()) != 2 {
		t.Errorf("got %+v", tab.Cells())
	}
	if tab.Anchor(at(1, 2)) != at(0, 0) || tab.Anchor(at(2, 2)) != at(2, 2) {
		t.Error("anchor of a merge")
	}
	for col, want := range map[int]string{0: "A", 25: "Z", 26: "AA", 701: "ZZ", 702: "AAA", 16383: "XFD"} {
		if got := ledger.ColumnName(col); got != want {
			t.Errorf("column %d: got %s, want %s", col, got, want)
		}
	}
}

func TestCodesAreUniqueAndComplete(t *testing.T) {
	seen := map[ledger.Code]bool{}
	for _, c := range ledger.Codes {
		if seen[c.Code] || c.Meaning == "" || c.Severity.Rank() == 0 {
			t.Errorf("code %s is listed twice or incompletely", c.Code)
		}
		seen[c.Code] = true
	}
	if len(seen) < 60 {
		t.Errorf("only %d codes", len(seen))
	}
}

func TestBodyDigestSurvivesTransport(t *testing.T) {
	a := ledger.BodyDigest([]byte("A: 1\r\n\r\nline\r\n"))
	b := ledger.BodyDigest([]byte("Received: x\r\nA: 1\r\n\r\nline\r\n\r\n"))
	c := ledger.BodyDigest([]byte("A: 1\n\nline"))
	if a != b || a != c {
		t.Error("a header on top, line ends and empty lines at the end change nothing")
	}
	if a == ledger.BodyDigest([]byte("A: 1\r\n\r\nlinE\r\n")) {
		t.Error("another body has another digest")
	}
}
