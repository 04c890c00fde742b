package workbook_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"taizhang/aggregate"
	"taizhang/config"
	"taizhang/ledger"
)

var may = ledger.Period{Year: 2022, Month: time.May}

// world is the built-in campaign with a state that a test fills.
func world(t *testing.T) (*ledger.Campaign, *ledger.State) {
	t.Helper()
	cfg, err := config.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	st := &ledger.State{Books: map[ledger.Period]*ledger.Book{}}
	for _, p := range cfg.Campaign.Periods() {
		st.Books[p] = &ledger.Book{Period: p, Expected: cfg.Campaign.UnitNames()}
	}
	return &cfg.Campaign, st
}

// report is a submission as a test needs it.
type report struct {
	unit    string
	version int
	quality ledger.Quality
	day     int // of the month after the period when above 31
	figures ledger.Figures
	words   string
	finding []ledger.Finding
}

func submit(c *ledger.Campaign, st *ledger.State, p ledger.Period, r report) {
	digest := fmt.Sprintf("%02x%s", len(r.unit)+r.version, strings.Repeat("5e1f", 16))[:64]
	for k, f := range r.figures {
		f.Sheet, f.Text = "台账", fmt.Sprint(f.Value)
		if !f.Derived {
			f.Cell = "C5"
		}
		r.figures[k] = f
	}
	st.Put(ledger.Submission{ID: fmt.Sprintf("%s/%s/%s/%d", digest, p, r.unit, r.version), Mail: digest, Unit: r.unit, Period: p, Version: r.version,
		Quality: r.quality, Arrived: p.First().AddDays(r.day-1).At(9+r.version, 30, c.Schedule.Zone),
		Reading: ledger.Reading{Kind: ledger.KindLedger, Unit: r.unit, Period: p, Figures: r.figures, Measures: r.words, Task: c.Form.Task,
			File: r.unit + "5月台账.xlsx", Sheet: "台账", FileDigest: digest, Officer: "张三", Liaison: "李四", Findings: r.finding}})
}

func figures(n, a, b, c, sum int64) ledger.Figures {
	return ledger.Figures{"enterprises": ledger.NewNumber(n), "pension": ledger.NewNumber(a), "injury": ledger.NewNumber(b),
		"unemployment": ledger.NewNumber(c), "persons": ledger.NewNumber(sum)}
}

func build(c *ledger.Campaign, st *ledger.State, p ledger.Period, number int) *aggregate.Summary {
	return aggregate.Build(c, st, aggregate.Request{Period: p, Number: number, At: c.Schedule.CutOff(p)})
}

func reopen(t *testing.T, data []byte) *excelize.File {
	t.Helper()
	f, err := excelize.OpenReader(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := f.Close(); err != nil {
			t.Error(err)
		}
	})
	return f
}

// find returns the cell of the sheet that holds exactly s.
func find(t *testing.T, f *excelize.File, sheet, s string) (col, row int) {
	t.Helper()
	cells, err := f.SearchSheet(sheet, s)
	if err != nil {
		t.Fatal(err)
	}
	if len(cells) == 0 {
		t.Fatalf("%s: no cell holds %q", sheet, s)
	}
	col, row, err = excelize.CellNameToCoordinates(cells[0])
	if err != nil {
		t.Fatal(err)
	}
	return col, row
}

func raw(t *testing.T, f *excelize.File, sheet string, col, row int) string {
	t.Helper()
	name, err := excelize.CoordinatesToCellName(col, row)
	if err != nil {
		t.Fatal(err)
	}
	v, err := f.GetCellValue(sheet, name, excelize.Options{RawCellValue: true})
	if err != nil {
		t.Fatal(err)
	}
	return v
}
