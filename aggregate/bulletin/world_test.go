package bulletin_test

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"taizhang/aggregate"
	"taizhang/aggregate/bulletin"
	"taizhang/config"
	"taizhang/ingest/sheet/docx"
	"taizhang/ingest/sheet/strict"
	"taizhang/ledger"
)

var (
	may   = ledger.Period{Year: 2022, Month: time.May}
	june  = may.Next()
	units = []string{"市本级", "禹州市", "长葛市", "魏都区", "建安区", "鄢陵县", "襄城县"}
)

var builtinConfig = sync.OnceValues(config.Builtin)

// world is the built-in campaign with a state that a test fills.
func world(t *testing.T) (*ledger.Campaign, *ledger.State) {
	t.Helper()
	cfg, err := builtinConfig()
	if err != nil {
		t.Fatal(err)
	}
	c := cfg.Campaign
	c.Units, c.Desk.Contacts = slices.Clone(c.Units), slices.Clone(c.Desk.Contacts)
	st := &ledger.State{Books: map[ledger.Period]*ledger.Book{}}
	for _, p := range c.Periods() {
		st.Books[p] = &ledger.Book{Period: p, Expected: c.UnitNames()}
	}
	return &c, st
}

// report is a submission as a test needs it.
type report struct {
	unit    string
	period  ledger.Period
	version int
	quality ledger.Quality // "": accepted
	arrived time.Time      // zero: the 20th, 09:30
	figures ledger.Figures
	words   string
	decided []ledger.Decision
}

func submit(c *ledger.Campaign, st *ledger.State, r report) {
	if r.quality == "" {
		r.quality = ledger.QualityAccepted
	}
	if r.version == 0 && r.quality != ledger.QualityHeld {
		r.version = 1
	}
	if r.arrived.IsZero() {
		r.arrived = r.period.First().AddDays(19).At(9, 30, c.Schedule.Zone)
	}
	st.Put(ledger.Submission{ID: fmt.Sprintf("%s/%s/%d/%s", r.unit, r.period, r.version, r.quality), Unit: r.unit, Period: r.period, Version: r.version,
		Quality: r.quality, Arrived: r.arrived, Decisions: r.decided,
		Reading: ledger.Reading{Kind: ledger.KindLedger, Unit: r.unit, Period: r.period, Figures: r.figures, Measures: r.words, Task: c.Form.Task}})
}

func figures(n, a, b, c, sum int64) ledger.Figures {
	return ledger.Figures{"enterprises": ledger.NewNumber(n), "pension": ledger.NewNumber(a), "injury": ledger.NewNumber(b),
		"unemployment": ledger.NewNumber(c), "persons": ledger.NewNumber(sum)}
}

func build(c *ledger.Campaign, st *ledger.State, p ledger.Period, number int) *aggregate.Summary {
	return aggregate.Build(c, st, aggregate.Request{Period: p, Number: number, At: c.Schedule.CutOff(p)})
}

func builtin(t *testing.T) *bulletin.Template {
	t.Helper()
	tmpl, err := bulletin.Load("")
	if err != nil {
		t.Fatal(err)
	}
	return tmpl
}

func write(t *testing.T, s *aggregate.Summary) ledger.Attachment {
	t.Helper()
	a, err := bulletin.Write(s, builtin(t))
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// read opens the document with the reader of ledgers, which is strict.
func read(t *testing.T, data []byte) *ledger.Table {
	t.Helper()
	tables, err := docx.Read(t.Context(), "通报.docx", data, strict.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	if len(tables) != 1 {
		t.Fatalf("%d tables", len(tables))
	}
	return tables[0]
}

// text is the document as a person reads it.
func text(t *testing.T, data []byte) string {
	t.Helper()
	tbl := read(t, data)
	var out strings.Builder
	for _, p := range tbl.Before {
		fmt.Fprintln(&out, p)
	}
	for _, r := range rows(tbl) {
		fmt.Fprintln(&out, "| "+strings.ReplaceAll(strings.Join(r, " | "), "\n", "⏎")+" |")
	}
	for _, p := range tbl.After {
		fmt.Fprintln(&out, p)
	}
	return out.String()
}

func rows(tbl *ledger.Table) [][]string {
	n, m := tbl.Size()
	out := make([][]string, n)
	for i := range out {
		out[i] = make([]string, m)
		for j := range out[i] {
			c, _ := tbl.At(ledger.Ref{Row: i, Col: j})
			out[i][j] = c.Text
		}
	}
	return out
}
