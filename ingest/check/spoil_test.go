package check_test

import (
	"slices"
	"strconv"
	"strings"
	"testing"

	"taizhang/ingest/check"
	"taizhang/ledger"
)

// TestSpoiled spoils one cell of a generated form: nothing wrong may be
// accepted in silence.
func TestSpoiled(t *testing.T) {
	c := campaign(t)
	count := map[ledger.Verdict]int{}
	bad := []string{"", "-", "约%d", "%d余", "%d.5", "-%d", "'%d万", "%%%d", "'%d+1", "若干", "见附表", "#REF!", "=A1", "D%d", "W%d", "'%d-%d", "暂无", "一百二", "较上月增加%d"}
	for seed := range generated(t) {
		m := newMaker(seed + 100000)
		_, pic := m.form()
		lines := strings.Split(pic, "\n")
		var at [][2]int
		for i, l := range lines {
			for j, cell := range strings.Split(l, "|") {
				if plainNumber.MatchString(strings.TrimSuffix(strings.TrimPrefix(cell, "'"), "人")) {
					at = append(at, [2]int{i, j})
				}
			}
		}
		if len(at) == 0 {
			continue
		}
		p := pick(m.r, at)
		cells := strings.Split(lines[p[0]], "|")
		b := pick(m.r, bad)
		for strings.Contains(b, "%d") {
			b = strings.Replace(b, "%d", strconv.Itoa(m.r.IntN(90)+5), 1)
		}
		cells[p[1]] = b
		lines[p[0]] = strings.Join(cells, "|")
		pic = strings.Join(lines, "\n")
		r := checked(t, check.Input{Campaign: c, Tables: []*ledger.Table{grid("Sheet1", pic)}, File: "附件.xlsx"})[0]
		count[r.Verdict()]++
		if r.Verdict() == ledger.Accepted && !agrees(m.truth, r.Figures, false) {
			t.Errorf("seed %d: wrong in silence: %s, truth %v\n%s\n%v", seed, told(c, &r), m.truth, pic, r.Findings)
		}
	}
	t.Logf("spoiled: %v, 0 wrong in silence", count)
}

// TestMetamorphic: moving a form, and inserting a column or a row anywhere,
// changes nothing in the figures.
func TestMetamorphic(t *testing.T) {
	c := campaign(t)
	read := func(tab *ledger.Table) *ledger.Reading {
		return &checked(t, check.Input{Campaign: c, Tables: []*ledger.Table{tab}, File: "附件.xlsx"})[0]
	}
	n := 0
	for seed := range generated(t) / 4 {
		m := newMaker(seed + 500000)
		_, pic := m.form()
		base := grid("Sheet1", pic)
		want := read(base)
		_, cols := base.Size()
		at := m.r.IntN(cols + 1)
		for name, moved := range map[string]*ledger.Table{
			"moved":           moveTable(base, m.r.IntN(7), m.r.IntN(5)),
			"column inserted": insertColumn(base, at),
			"row inserted":    insertRow(base, 1),
		} {
			n++
			if got := read(moved); !got.Figures.SameFacts(want.Figures) || got.Verdict() != want.Verdict() {
				t.Errorf("seed %d, %s: %s became %s\n%s\n%v", seed, name, told(c, want), told(c, got), pic, got.Findings)
			}
		}
	}
	t.Logf("%d changed forms", n)
}

func remade(t *ledger.Table, place func(ledger.Ref) ledger.Ref) *ledger.Table {
	cells := slices.Clone(t.Cells())
	for i := range cells {
		cells[i].Ref = place(cells[i].Ref)
	}
	out := ledger.NewTable(t.File, t.Sheet, cells)
	for _, m := range t.Merges {
		out.Merges = append(out.Merges, ledger.Range{First: place(m.First), Last: place(m.Last)})
	}
	return out
}

func moveTable(t *ledger.Table, down, right int) *ledger.Table {
	return remade(t, func(r ledger.Ref) ledger.Ref { return ledger.Ref{Row: r.Row + down, Col: r.Col + right} })
}

func insertColumn(t *ledger.Table, at int) *ledger.Table {
	return remade(t, func(r ledger.Ref) ledger.Ref {
		if r.Col >= at {
			r.Col++
		}
		return r
	})
}

func insertRow(t *ledger.Table, at int) *ledger.Table {
	return remade(t, func(r ledger.Ref) ledger.Ref {
		if r.Row >= at {
			r.Row++
		}
		return r
	})
}
