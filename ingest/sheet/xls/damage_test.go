package xls_test

import (
	"bytes"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"reflect"
	"testing"

	"taizhang/ingest/sheet/strict"
	"taizhang/ledger"
)

// mutant is one way to damage a file.
type mutant struct {
	name   string
	n      int
	mutate func(r *rand.Rand, good []byte) []byte
}

var mutants = []mutant{
	{"byte flipped", 3000, func(r *rand.Rand, good []byte) []byte {
		m := bytes.Clone(good)
		m[r.IntN(len(m))] ^= byte(1 + r.IntN(255))
		return m
	}},
	{"bit flipped", 3000, func(r *rand.Rand, good []byte) []byte {
		m := bytes.Clone(good)
		m[r.IntN(len(m))] ^= 1 << r.IntN(8)
		return m
	}},
	{"64 bytes zeroed", 1000, func(r *rand.Rand, good []byte) []byte {
		m := bytes.Clone(good)
		clear(m[r.IntN(len(m)-64):][:64])
		return m
	}},
	{"sector zeroed", 200, func(r *rand.Rand, good []byte) []byte {
		m := bytes.Clone(good)
		clear(m[512*r.IntN(len(m)/512):][:512])
		return m
	}},
	{"cut", 500, func(r *rand.Rand, good []byte) []byte { return good[:r.IntN(len(good))] }},
	{"bytes deleted", 500, func(r *rand.Rand, good []byte) []byte {
		at, n := r.IntN(len(good)-100), 1+r.IntN(100)
		return append(bytes.Clone(good[:at]), good[at+n:]...)
	}},
	{"blocks swapped", 500, func(r *rand.Rand, good []byte) []byte {
		m := bytes.Clone(good)
		i, j := r.IntN(len(m)-64), r.IntN(len(m)-64)
		copy(m[i:i+64], good[j:j+64])
		return m
	}},
	{"sectors swapped", 500, func(r *rand.Rand, good []byte) []byte {
		m := bytes.Clone(good)
		i, j := 512*r.IntN(len(m)/512), 512*r.IntN(len(m)/512)
		copy(m[i:i+512], good[j:j+512])
		copy(m[j:j+512], good[i:i+512])
		return m
	}},
}

// TestDamage changes good ledgers in many ways. The format has no checksum, so
// a mutant may read with another digit, letter or look in its place; but no
// figure may stand in another place, be lost, or come out of nothing without
// an error or a note. Counted apart: values changed in place (value), and what
// a note of the table or its hidden rows, columns and sheets tell (told).
//
// One move cannot be seen: that of a cell sideways, over no other, into a place
// of its row that the file states nothing for (slid). Ledgers state their
// blanks, for those have borders, so the ledger here has no such mutant; the
// other workbook has gaps in its rows, and some.
func TestDamage(t *testing.T) {
	const dense = "testdata/libreoffice-ledger.xls"
	for _, file := range []string{dense, "testdata/libreoffice-features.xls"} {
		good, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		tables, err := readBook(good)
		if err != nil {
			t.Fatal(err)
		}
		want := facts(tables)
		for _, k := range mutants {
			r := rand.New(rand.NewPCG(42, uint64(k.n)))
			count := map[string]int{}
			for i := range k.n {
				tables, err := readBook(k.mutate(r, good))
				if err != nil {
					if strict.CodeOf(err) == "" {
						t.Errorf("%s, %s %d: error without a code: %v", file, k.name, i, err)
					}
					count["refused"]++
					continue
				}
				class, detail := difference(want, facts(tables))
				count[class]++
				if class == "moved" || class == "slid" && file == dense {
					t.Errorf("%s, %s %d: %s", file, k.name, i, detail)
				}
			}
			t.Logf("%s, %s: %d %v", file, k.name, k.n, count)
		}
	}
}

// difference says in what a mutant that reads differs from its original.
func difference(want, got []fact) (class, detail string) {
	if reflect.DeepEqual(want, got) {
		return "same", ""
	}
	if len(want) != len(got) {
		return "moved", fmt.Sprintf("%d sheets", len(got))
	}
	if slid(want, got) {
		return "slid", "a cell slid sideways"
	}
	class = "look" // formats, formulas, merges, names of sheets
	for i := range want {
		told := make(map[string]bool)
		for _, n := range append(want[i].Notes, got[i].Notes...) {
			told[n.Cell] = true
		}
		is := make(map[ledger.Ref]ledger.Cell)
		for _, c := range want[i].Cells {
			is[c.Ref] = c
		}
		for _, c := range got[i].Cells {
			o, ok := is[c.Ref]
			delete(is, c.Ref)
			switch {
			case !ok && told[c.Name()]:
				class = "told"
			case !ok:
				return "moved", fmt.Sprintf("cell %s came out of nothing", c.Name())
			case o.Text != c.Text || o.Kind != c.Kind || o.NoValue != c.NoValue:
				class = "value"
			}
		}
		for _, c := range is {
			if !told[c.Name()] {
				return "moved", fmt.Sprintf("cell %s is lost", c.Name())
			}
			class = "told"
		}
		if !maps.Equal(want[i].Rows, got[i].Rows) || !maps.Equal(want[i].Cols, got[i].Cols) || want[i].Hidden != got[i].Hidden {
			class = "told"
		}
	}
	return class, ""
}

// slid reports whether the two differ by the place of one cell within its row
// and nothing else.
func slid(want, got []fact) bool {
	moves := 0
	for i := range want {
		if len(want[i].Cells) != len(got[i].Cells) {
			return false
		}
		for j, a := range want[i].Cells {
			b := got[i].Cells[j]
			if a.Ref != b.Ref {
				moves++
			}
			a.Col, b.Col = 0, 0
			if a != b {
				return false
			}
		}
	}
	return moves == 1
}
