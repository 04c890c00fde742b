package html_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"taizhang/ingest/sheet/html"
	"taizhang/ingest/sheet/strict"
	"taizhang/ledger"
)

func must(err error) {
	if err != nil {
		panic(err)
	}
}

func read(text string) ([]*ledger.Table, error) {
	return html.Read(context.Background(), "a.xls", []byte(text), strict.Limits{})
}

// lines says all that tables hold, one line each.
func lines(tables []*ledger.Table) []string {
	var out []string
	for _, t := range tables {
		out = append(out, fmt.Sprintf("table hidden=%v before=%q after=%q merges=%v rows=%v cols=%v", t.Hidden, t.Before, t.After, t.Merges, t.HiddenRows, t.HiddenCols))
		for _, c := range t.Cells() {
			l := fmt.Sprintf("%s=%q", c.Name(), c.Text)
			if c.Kind != ledger.CellText || c.Format != 0 {
				l += fmt.Sprintf(" kind %d format %d", c.Kind, c.Format)
			}
			if c.Date.Year != 0 {
				l += " " + c.Date.String()
			}
			if c.Formula != "" {
				l += " =" + c.Formula
			}
			if c.Inserted {
				l += " inserted"
			}
			out = append(out, l)
		}
		for _, n := range t.Notes {
			out = append(out, fmt.Sprintf("note %s %s %q", n.Cell, n.Args["what"], n.Value))
		}
	}
	return out
}

func table(t *testing.T, text string) []string {
	t.Helper()
	ts, err := read(text)
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return lines(ts)
}

func show(s []string) string { return strings.Join(s, "\n") }
