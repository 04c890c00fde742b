package check_test

import (
	"regexp"
	"strings"
	"testing"
	"time"

	"taizhang/config"
	"taizhang/ingest/check"
	"taizhang/ledger"
)

// campaign is the built-in one; tests that change it take a copy.
func campaign(t testing.TB) *ledger.Campaign {
	t.Helper()
	c, err := config.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	return &c.Campaign
}

var plainNumber = regexp.MustCompile(`^-?\d+(\.\d+)?$`)

// grid turns a picture into a table: rows by line, cells by |, surrounding
// spaces dropped. "<" belongs to the cell on its left, "^" to the one above;
// \n is a line break, "'" before digits makes text of them, "=" a formula
// without a value, "#" an error, "%", "D" and "W" before digits the formats that show a
// per cent, a date and 万.
func grid(sheet, picture string) *ledger.Table {
	var rows [][]string
	for _, line := range strings.Split(strings.Trim(picture, "\n"), "\n") {
		line = strings.TrimLeft(line, " \t")
		var row []string
		for _, c := range strings.Split(line, "|") {
			row = append(row, strings.ReplaceAll(strings.TrimSpace(c), `\n`, "\n"))
		}
		rows = append(rows, row)
	}
	var cells []ledger.Cell
	anchors := map[ledger.Ref]*ledger.Range{}
	owner := map[ledger.Ref]ledger.Ref{}
	for r, row := range rows {
		for c, text := range row {
			ref := ledger.Ref{Row: r, Col: c}
			from := ref
			switch text {
			case "<":
				from = owner[ledger.Ref{Row: r, Col: c - 1}]
			case "^":
				from = owner[ledger.Ref{Row: r - 1, Col: c}]
			}
			owner[ref] = from
			if from != ref {
				if anchors[from] == nil {
					anchors[from] = &ledger.Range{First: from}
				}
				g := anchors[from]
				g.Last.Row, g.Last.Col = max(g.Last.Row, r, from.Row), max(g.Last.Col, c, from.Col)
				continue
			}
			if text != "" {
				cells = append(cells, gridCell(ref, text))
			}
		}
	}
	t := ledger.NewTable("台账.xlsx", sheet, cells)
	for _, c := range t.Cells() {
		if g := anchors[c.Ref]; g != nil {
			t.Merges = append(t.Merges, *g)
			delete(anchors, c.Ref)
		}
	}
	for _, g := range anchors {
		t.Merges = append(t.Merges, *g)
	}
	return t
}

func gridCell(ref ledger.Ref, text string) ledger.Cell {
	c := ledger.Cell{Ref: ref, Kind: ledger.CellText, Text: text}
	rest := text[1:]
	switch {
	case plainNumber.MatchString(text):
		c.Kind = ledger.CellNumber
	case text[0] == '\'' && rest != "":
		c.Text = rest
	case text[0] == '=':
		c.Formula, c.NoValue, c.Text = rest, true, ""
	case text[0] == '#':
		c.Kind = ledger.CellError
	case text[0] == '%' && plainNumber.MatchString(rest):
		c.Kind, c.Text, c.Format = ledger.CellNumber, rest, ledger.FormatPercent
	case text[0] == 'W' && plainNumber.MatchString(rest):
		c.Kind, c.Text, c.Format = ledger.CellNumber, rest, ledger.FormatScaled
	case text[0] == 'D' && plainNumber.MatchString(rest):
		c.Kind, c.Text, c.Format = ledger.CellNumber, rest, ledger.FormatDate
	}
	return c
}

// at returns an instant of the campaign's zone: "05-26" or "05-26 09:30".
func at(t testing.TB, c *ledger.Campaign, s string) time.Time {
	t.Helper()
	if s == "" {
		return time.Time{}
	}
	layout := "2006-01-02 15:04"
	if !strings.Contains(s, " ") {
		s += " 09:00"
	}
	v, err := time.ParseInLocation(layout, "2022-"+s, c.Schedule.Zone)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// checked runs Check and asserts what must hold of every reading.
func checked(t testing.TB, in check.Input) []ledger.Reading {
	t.Helper()
	out := check.Check(in)
	if len(out) == 0 {
		t.Fatal("no reading at all")
	}
	for i := range out {
		sound(t, &in, &out[i])
	}
	return out
}

// sound asserts that findings carry exactly the arguments of their codes, that
// every figure of an accepted ledger has its evidence, and that a ledger is
// accepted only when it is complete.
func sound(t testing.TB, in *check.Input, r *ledger.Reading) {
	t.Helper()
	for _, f := range r.Findings {
		info, ok := f.Code.Info()
		if !ok {
			t.Errorf("unknown code %q", f.Code)
			continue
		}
		if len(f.Args) != len(info.Args) {
			t.Errorf("%s: arguments %v, want exactly %v", f.Code, f.Args, info.Args)
		}
		for _, a := range info.Args {
			v, ok := f.Args[a]
			if !ok || v == "" && a != "offer" {
				t.Errorf("%s: argument %q is missing or empty in %v", f.Code, a, f.Args)
			}
		}
		if f.Severity.Rank() == 0 {
			t.Errorf("%s: no severity", f.Code)
		}
	}
	if r.Kind != ledger.KindLedger {
		return
	}
	form := &in.Campaign.Form
	for k, f := range r.Figures {
		if form.Measure(k) == nil {
			t.Errorf("figure of unknown measure %q", k)
		}
		if f.Stated() && !f.Derived && f.Cell == "" {
			t.Errorf("figure %s without a cell", k)
		}
	}
	if r.Verdict() != ledger.Accepted {
		return
	}
	_, complete := r.Figures.Value(form.Total)
	if !complete {
		complete = true
		for _, p := range form.Parts {
			_, ok := r.Figures.Value(p)
			complete = complete && ok
		}
	}
	if !complete || r.Unit == "" || r.Period.IsZero() {
		t.Errorf("accepted without total, unit or period: %+v", r)
	}
}
