package ledger_test

import (
	"fmt"
	"maps"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"taizhang/ledger"
)

func farAbove(cell, value, median string) ledger.Finding {
	return ledger.Finding{Code: ledger.TFarAbove, Severity: ledger.Query, Sheet: "台账", Cell: cell, Value: value,
		Args: map[string]string{"measure": "pension", "value": value, "median": median}}
}

func pension(n int64) ledger.Figures { return ledger.Figures{"pension": ledger.NewNumber(n)} }

// What an explanation is bound to: the figure where the query is about one,
// the place and the value as written everywhere else.
func TestTopicOf(t *testing.T) {
	noFirms := func(sheet, cell, value, persons string) ledger.Finding {
		return ledger.Finding{Code: ledger.RNoFirms, Severity: ledger.Query, Sheet: sheet, Cell: cell, Value: value, Args: map[string]string{"persons": persons}}
	}
	same := ledger.Finding{Code: ledger.TSame, Severity: ledger.Query, Args: map[string]string{"period": "2022-04"}}
	absent := func(sheet, measures string) ledger.Finding {
		return ledger.Finding{Code: ledger.HAbsent, Severity: ledger.Query, Sheet: sheet, Args: map[string]string{"measures": measures}}
	}
	for name, c := range map[string]struct {
		a, b   ledger.Finding
		fa, fb ledger.Figures
		want   bool
	}{
		"the cell has moved":             {farAbove("E5", "120", "20"), farAbove("F5", "120", "20"), pension(120), pension(120), true},
		"another spelling":               {farAbove("E5", "１２０", "20"), farAbove("E5", "120.0", "20"), pension(120), pension(120), false}, // the query's own argument is the spelling here
		"another median":                 {farAbove("E5", "120", "20"), farAbove("E5", "120", "24"), pension(120), pension(120), true},
		"another value":                  {farAbove("E5", "120", "20"), farAbove("E5", "121", "20"), pension(120), pension(121), false},
		"no measure: the cell has moved": {noFirms("台账", "C6", "0", "35"), noFirms("台账", "D6", "0", "35"), nil, nil, false},
		"no measure: another sheet":      {noFirms("台账", "C6", "0", "35"), noFirms("5月", "C6", "0", "35"), nil, nil, false},
		"no measure: the other figure":   {noFirms("台账", "C6", "0", "35"), noFirms("台账", "C6", "0", "350"), nil, nil, false},
		"all figures, the same":          {same, same, pension(120), pension(120), true},
		"all figures, others":            {same, same, pension(120), pension(121), false},
		"columns absent, another sheet":  {absent("台账", "enterprises"), absent("5月", "enterprises"), pension(1), pension(2), true},
		"more columns absent":            {absent("台账", "enterprises"), absent("台账", "enterprises,injury"), pension(1), pension(1), false},
	} {
		ra, rb := ledger.Reading{Figures: c.fa}, ledger.Reading{Figures: c.fb}
		if got := ra.TopicOf(c.a) == rb.TopicOf(c.b); got != c.want {
			t.Errorf("%s: %+v and %+v are the same: %v", name, ra.TopicOf(c.a), rb.TopicOf(c.b), got)
		}
	}
}

// An explanation closes the query, lapses with the value and holds again when
// the value is back; the newest of two counts and both are kept.
func TestExplanationsFollowTheValue(t *testing.T) {
	p := may
	sub := func(version int, n int64) ledger.Submission {
		return ledger.Submission{ID: fmt.Sprintf("m%d/1", version), Mail: fmt.Sprintf("m%d", version), Unit: "禹州市", Period: p, Version: version,
			Arrived: p.First().At(version, 0, time.UTC), Quality: ledger.QualityQueried, Reading: ledger.Reading{Kind: ledger.KindLedger, Unit: "禹州市", Period: p,
				Figures: pension(n), Findings: []ledger.Finding{farAbove("C5", fmt.Sprint(n), "20")}}}
	}
	st := &ledger.State{Books: map[ledger.Period]*ledger.Book{}}
	stand := func() string {
		s := st.Book(p).Standing(schedule(), "禹州市", p.First().At(20, 0, time.UTC))
		return fmt.Sprint(s.InForce.Version, " ", s.Quality, " ", len(s.Open))
	}
	reply := func(id string, hour int, s *ledger.Submission, reason string) ledger.Reply {
		at := p.First().At(hour, 0, time.UTC)
		return ledger.Reply{ID: id + "/0", Mail: id, Arrived: at, State: ledger.ReplyTaken, Explanations: []ledger.Explanation{{Unit: "禹州市", Period: p,
			Topic: s.Reading.TopicOf(s.Reading.Findings[0]), Submission: s.ID, Version: s.Version, Reason: reason, Mail: id, Arrived: at}}}
	}
	v1 := sub(1, 120)
	steps := []struct {
		do   func()
		want string
	}{
		{func() { st.Put(v1) }, "1 queried 1"},
		{func() { st.PutReply(reply("r1", 10, &v1, "集中办理")) }, "1 accepted 0"},
		{func() { st.PutReply(reply("r1", 10, &v1, "集中办理")) }, "1 accepted 0"}, // again
		{func() { st.Put(sub(2, 130)) }, "2 queried 1"},
		{func() { st.Put(sub(3, 120)) }, "3 accepted 0"},
		{func() { st.PutReply(reply("r0", 9, &v1, "较早的说明")) }, "3 accepted 0"},
		{func() { s := sub(4, 140); s.Quality = ledger.QualityVerified; st.Put(s) }, "4 verified 0"},
	}
	for i, s := range steps {
		s.do()
		if got := stand(); got != s.want {
			t.Errorf("step %d: %s, want %s", i, got, s.want)
		}
	}
	b := st.Book(p)
	if e := b.ExplanationOf(&v1, v1.Reading.Findings[0]); e == nil || e.Reason != "集中办理" || len(b.Explanations) != 2 || len(st.Replies) != 2 {
		t.Errorf("the newest of %d is %+v", len(b.Explanations), e)
	}
	other := sub(1, 120)
	other.Unit = "长葛市"
	if b.ExplanationOf(&other, other.Reading.Findings[0]) != nil {
		t.Error("an explanation of one unit closes another's query")
	}
}

// The order in which replies are entered makes no difference.
func TestRepliesInAnyOrder(t *testing.T) {
	at := func(h int) time.Time { return may.First().At(h, 0, time.UTC) }
	reply := func(id string, h int) ledger.Reply {
		return ledger.Reply{ID: id + "/0", Mail: id, Arrived: at(h), Explanations: []ledger.Explanation{{Unit: "禹州市", Period: may, Mail: id, Arrived: at(h), Reason: id}}}
	}
	a, b, c := reply("a", 3), reply("b", 1), reply("c", 3)
	var states []*ledger.State
	for _, order := range [][]ledger.Reply{{a, b, c}, {c, b, a}, {b, c, a}} {
		st := &ledger.State{}
		for _, r := range order {
			st.PutReply(r)
		}
		states = append(states, st)
	}
	for _, st := range states[1:] {
		if diff := cmp.Diff(states[0], st); diff != "" {
			t.Errorf("another order:\n%s", diff)
		}
	}
	if got := maps.Collect(maps.All(states[0].Books)); len(got) != 1 {
		t.Errorf("books: %v", got)
	}
}
