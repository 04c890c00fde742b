package notify_test

import (
	"fmt"
	"testing"
	"time"

	"taizhang/ledger"
	"taizhang/notify"
)

var zone = time.FixedZone("CST", 8*3600)

// at reads a time of 2022 such as "05-23 09:30".
func at(s string) time.Time {
	t, err := time.ParseInLocation("2006-01-02 15:04", "2022-"+s, zone)
	if err != nil {
		panic(err)
	}
	return t
}

var may = ledger.Period{Year: 2022, Month: 5}

func dates(days ...string) map[ledger.Date]bool {
	m := map[ledger.Date]bool{}
	for _, s := range days {
		d, err := ledger.ParseDate("2022-" + s)
		if err != nil {
			panic(err)
		}
		m[d] = true
	}
	return m
}

// campaign is that of the notice, cut to the periods May and June, with the
// holidays of labour day and of the dragon boat festival.
func campaign() *ledger.Campaign {
	return &ledger.Campaign{
		Year: 2022, First: may, Last: ledger.Period{Year: 2022, Month: 6},
		Units: []ledger.Unit{{Name: "市本级"}, {Name: "禹州市"}, {Name: "长葛市"}},
		Schedule: ledger.Schedule{
			Zone: zone, DueDay: 28, DueHour: 24, Holiday: ledger.HolidayNone,
			CutoffDays: 1, CutoffHour: 9, ClosingDay: 15, SummaryWait: 4 * time.Hour,
			Calendar: ledger.Calendar{
				Holidays: dates("05-02", "05-03", "05-04", "06-03"),
				Workdays: dates("05-07"),
			},
		},
	}
}

// state is that of an office that started on 1 May, knows an address of each
// unit, and has just read its mailbox.
func state(now time.Time) *ledger.State {
	s := &ledger.State{
		Epoch: at("05-01 00:00"), Books: map[ledger.Period]*ledger.Book{},
		Addresses: map[string]ledger.KnownAddress{}, Outbox: map[string]*ledger.Outgoing{},
		Poll: ledger.PollState{Complete: now, Count: 1},
	}
	for _, p := range campaign().Periods() {
		s.Books[p] = &ledger.Book{
			Period: p, Expected: campaign().UnitNames(),
			Exempt: map[string]ledger.Decision{}, Extended: map[string]ledger.Extension{},
		}
	}
	for i, u := range campaign().UnitNames() {
		addr := fmt.Sprintf("u%d@example.cn", i)
		s.Addresses[addr] = ledger.KnownAddress{Addr: addr, Unit: u}
	}
	return s
}

// report adds a reading of the unit's ledger of May.
func report(s *ledger.State, unit string, version int, q ledger.Quality, arrived time.Time, persons int64) {
	b := s.Books[may]
	v := version
	if q == ledger.QualityHeld {
		v = 0
	}
	b.Submissions = append(b.Submissions, ledger.Submission{
		ID: fmt.Sprintf("%s/%d", unit, version), Unit: unit, Period: may, Version: v,
		Arrived: arrived, Decided: arrived, Quality: q,
		Reading: ledger.Reading{
			Kind: ledger.KindLedger, Unit: unit, Period: may,
			Figures: ledger.Figures{"persons": ledger.NewNumber(persons)},
		},
	})
}

// done marks a key as known to the outbox.
func done(s *ledger.State, keys ...string) {
	for _, k := range keys {
		s.Outbox[k] = &ledger.Outgoing{Key: k, State: ledger.SendSent}
	}
}

// others makes everything but 禹州市's reminders known, so that a table shows
// one unit.
func others(s *ledger.State) {
	for _, u := range []string{"市本级", "长葛市"} {
		report(s, u, 1, ledger.QualityAccepted, at("05-02 10:00"), 5)
	}
}

func plan(now time.Time, s *ledger.State) notify.Result {
	return notify.Plan(now, campaign(), notify.DefaultRules(), s)
}

func lines(t *testing.T, r notify.Result) []string {
	t.Helper()
	var out []string
	for _, d := range r.Due {
		out = append(out, "due "+d.Key)
	}
	for _, k := range r.Skip {
		out = append(out, "skip "+k.Key+": "+k.Reason)
	}
	for _, k := range r.Wait {
		out = append(out, "wait "+k.Key+": "+k.Reason)
	}
	return out
}
