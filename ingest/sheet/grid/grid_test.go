package grid_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"taizhang/ingest/sheet/grid"
	"taizhang/ingest/sheet/sheettest"
	"taizhang/ingest/sheet/strict"
	"taizhang/ledger"
)

func at(row, col int, text string) ledger.Cell {
	return ledger.Cell{Ref: ledger.Ref{Row: row, Col: col}, Kind: ledger.CellText, Text: text}
}

func merge(r1, c1, r2, c2 int) ledger.Range {
	return ledger.Range{First: ledger.Ref{Row: r1, Col: c1}, Last: ledger.Ref{Row: r2, Col: c2}}
}

// build makes one table and returns what it says, or its error.
func build(lim strict.Limits, sealed bool, cells []ledger.Cell, merges ...ledger.Range) string {
	b := grid.NewBook("a", lim)
	err := func() error {
		t, err := b.Table("")
		if err != nil {
			return err
		}
		t.Sealed = sealed
		t.HideRows(grid.Span{From: 1, To: 1 << 30, Collapsed: true})
		for _, g := range merges {
			if err := t.Merge(g); err != nil {
				return err
			}
		}
		for _, c := range cells {
			if err := t.Cell(c); err != nil {
				return err
			}
		}
		_, err = t.Close()
		return err
	}()
	return sheettest.Verdict(b.Tables(), err)
}

func TestTables(t *testing.T) {
	long := strings.Repeat("养", 10)
	for _, tt := range []struct {
		name   string
		lim    strict.Limits
		sealed bool
		cells  []ledger.Cell
		merges []ledger.Range
		want   string
	}{
		{"in any order", strict.Limits{}, false, []ledger.Cell{at(1, 0, "b"), at(0, 1, "a")}, nil, "table 0 rows \"map[1:true]\" groups \"map[1:true]\"\nB1 \"a\"\nA2 \"b\""},
		{"twice", strict.Limits{}, false, []ledger.Cell{at(0, 0, "a"), at(0, 0, "b")}, nil, "F01 duplicate"},
		{"under a merge", strict.Limits{}, false, []ledger.Cell{at(0, 0, "a"), at(0, 1, "b")}, []ledger.Range{merge(0, 0, 0, 1)}, "table 0 A1:B1\nA1 \"a\"\nB1 left out: merged \"b\""},
		{"under a sealed merge", strict.Limits{}, true, []ledger.Cell{at(0, 0, "a"), at(0, 1, "b")}, []ledger.Range{merge(0, 0, 0, 1)}, "F01 structure"},
		{"overlapping merges", strict.Limits{}, false, nil, []ledger.Range{merge(0, 0, 2, 2), merge(1, 2, 1, 3)}, "F01 structure"},
		{"merges side by side", strict.Limits{}, false, nil, []ledger.Range{merge(0, 0, 2, 2), merge(0, 3, 1, 3), merge(3, 0, 3, 3)}, "table 0 A1:C3 D1:D2 A4:D4"},
		{"outside", strict.Limits{}, false, []ledger.Cell{at(1<<20, 0, "a")}, nil, "F01 reference"},
		{"merge outside", strict.Limits{}, false, nil, []ledger.Range{merge(0, 0, 0, 1<<14)}, "F01 reference"},
		{"cells", strict.Limits{Cells: 1}, false, []ledger.Cell{at(0, 0, "a"), at(0, 1, "b")}, nil, "F06 cells"},
		{"merges", strict.Limits{Merges: 1}, false, nil, []ledger.Range{merge(0, 0, 0, 1), merge(1, 0, 1, 1)}, "F06 merges"},
		{"text", strict.Limits{Text: 9}, false, []ledger.Cell{at(0, 0, long)}, nil, "F06 text"},
		{"text counted in characters", strict.Limits{Text: 10}, false, []ledger.Cell{at(0, 0, long)}, nil, "table 0\nA1 \"" + long + "\""},
		{"texts together", strict.Limits{StringSize: 29}, false, []ledger.Cell{at(0, 0, long)}, nil, "F06 strings"},
	} {
		if d := cmp.Diff(tt.want, build(tt.lim, tt.sealed, tt.cells, tt.merges...)); d != "" {
			t.Errorf("%s: %s", tt.name, d)
		}
	}
}

func TestStory(t *testing.T) {
	var s grid.Story
	first, second := &ledger.Table{}, &ledger.Table{}
	s.Add("题")
	s.Add(" \n ")
	first.Before = s.Begin()
	s.End(first)
	s.Add("中\n")
	second.Before = s.Begin()
	s.End(second)
	s.Add("尾")
	got := [][]string{first.Before, first.After, second.Before, second.After}
	if d := cmp.Diff([][]string{{"题"}, {"中"}, {"中"}, {"尾"}}, got); d != "" {
		t.Error(d)
	}
}
