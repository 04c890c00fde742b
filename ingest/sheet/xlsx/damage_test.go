package xlsx_test

import (
	"archive/zip"
	"bytes"
	"io"
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"

	"taizhang/ingest/sheet/strict"
	"taizhang/ledger"
)

// fact is all that a table says.
type fact struct {
	Sheet                   string
	Hidden                  bool
	Cells                   []ledger.Cell
	Merges                  []ledger.Range
	Rows, Cols, CRows, CCol map[int]bool
	Notes                   []ledger.Finding
}

func facts(tables []*ledger.Table) []fact {
	var out []fact
	for _, t := range tables {
		out = append(out, fact{t.Sheet, t.Hidden, t.Cells(), t.Merges, t.HiddenRows, t.HiddenCols, t.CollapsedRows, t.CollapsedCols, t.Notes})
	}
	return out
}

// TestDamage changes a good ledger in many ways. Each mutant must give an error
// with a code, or the very figures of the original.
func TestDamage(t *testing.T) {
	t.Parallel()
	good := sampleLedger(7)
	tables, err := read(good)
	if err != nil {
		t.Fatal(err)
	}
	want := facts(tables)
	kinds := []struct {
		name   string
		n      int
		mutate func(*rand.Rand) []byte
	}{
		{"byte flipped", 3000, func(r *rand.Rand) []byte {
			m := bytes.Clone(good)
			m[r.IntN(len(m))] ^= byte(1 + r.IntN(255))
			return m
		}},
		{"64 bytes zeroed", 1000, func(r *rand.Rand) []byte {
			m := bytes.Clone(good)
			clear(m[r.IntN(len(m)-64):][:64])
			return m
		}},
		{"cut", 500, func(r *rand.Rand) []byte { return good[:r.IntN(len(good))] }},
		{"bytes deleted", 500, func(r *rand.Rand) []byte {
			at, n := r.IntN(len(good)-100), 1+r.IntN(100)
			return append(bytes.Clone(good[:at]), good[at+n:]...)
		}},
		{"blocks swapped", 300, func(r *rand.Rand) []byte {
			m := bytes.Clone(good)
			i, j := r.IntN(len(m)-64), r.IntN(len(m)-64)
			copy(m[i:i+64], good[j:j+64])
			return m
		}},
		{"sheet cut inside a valid zip", 400, func(r *rand.Rand) []byte {
			return repacked(good, "xl/worksheets/sheet1.xml", func(b []byte) []byte { return b[:r.IntN(len(b))] })
		}},
		{"strings cut inside a valid zip", 400, func(r *rand.Rand) []byte {
			return repacked(good, "xl/sharedStrings.xml", func(b []byte) []byte { return b[:r.IntN(len(b))] })
		}},
	}
	total, refused, same := 0, 0, 0
	for _, k := range kinds {
		r := rand.New(rand.NewPCG(42, uint64(k.n)))
		kRefused := 0
		for i := range k.n {
			total++
			tables, err := read(k.mutate(r))
			switch {
			case err != nil && strict.CodeOf(err) == "":
				t.Errorf("%s %d: error without a code: %v", k.name, i, err)
			case err != nil:
				kRefused++
			case !cmp.Equal(want, facts(tables)):
				t.Errorf("%s %d: other figures and no error", k.name, i)
			default:
				same++
			}
		}
		refused += kRefused
		t.Logf("%s: %d, refused %d", k.name, k.n, kRefused)
	}
	t.Logf("%d mutants: %d refused, %d read the same, 0 read otherwise", total, refused, same)
}

// TestChangedXML changes one byte of the sheet's XML and packs it again with a
// right checksum. What is not refused differs from the original by what that
// byte says and no more: one cell, or one attribute that all may show.
func TestChangedXML(t *testing.T) {
	t.Parallel()
	good := sampleLedger(7)
	tables, err := read(good)
	if err != nil {
		t.Fatal(err)
	}
	want := tables[0].Cells()
	r := rand.New(rand.NewPCG(9, 9))
	refused, same, one, other := 0, 0, 0, 0
	const n = 600
	for range n {
		m := repacked(good, "xl/worksheets/sheet1.xml", func(b []byte) []byte {
			b[r.IntN(len(b))] ^= byte(1 << r.IntN(7))
			return b
		})
		tables, err := read(m)
		if err != nil {
			refused++
			continue
		}
		switch d := changed(want, tables[0].Cells()); {
		case d == 0:
			same++
		case d <= 2: // a value, or a cell that has moved to another place
			one++
		default:
			other++
			t.Errorf("one byte changed %d cells", d)
		}
	}
	t.Logf("%d changed: %d refused, %d the same, %d with one cell changed, %d otherwise", n, refused, same, one, other)
}

// changed counts the cells that only one of the two has.
func changed(a, b []ledger.Cell) int {
	is := make(map[ledger.Cell]int)
	for _, c := range a {
		is[c]++
	}
	for _, c := range b {
		is[c]--
	}
	n := 0
	for _, k := range is {
		if k != 0 {
			n++
		}
	}
	return n
}

// repacked returns the archive with one member changed and all checksums right.
func repacked(data []byte, name string, change func([]byte) []byte) []byte {
	zr, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	must(err)
	var buf bytes.Buffer
	zw := zip.NewWriter(&buf)
	for _, f := range zr.File {
		if f.Name != name {
			must(zw.Copy(f))
			continue
		}
		r, err := f.Open()
		must(err)
		b, err := io.ReadAll(r)
		must(err)
		w, err := zw.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Store})
		must(err)
		_, err = w.Write(change(b))
		must(err)
	}
	must(zw.Close())
	return buf.Bytes()
}
