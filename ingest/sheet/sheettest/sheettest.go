// Package sheettest holds what the tests of the readers share: a table as
// lines of text, archives made and changed, a good file damaged in many ways,
// and the walk over public files. It reads no format.
package sheettest

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"taizhang/ingest/sheet/strict"
	"taizhang/ledger"
)

// Reader reads the bytes of one file.
type Reader func(data []byte) ([]*ledger.Table, error)

// Lines says all that the tables state, one line each. What is as usual is
// left out.
func Lines(tables []*ledger.Table) []string {
	var out []string
	for i, t := range tables {
		head := fmt.Sprintf("table %d", i)
		for _, x := range []struct {
			name string
			is   bool
			what any
		}{
			{"sheet", t.Sheet != "", t.Sheet}, {"hidden", t.Hidden, true}, {"before", len(t.Before) > 0, t.Before},
			{"after", len(t.After) > 0, t.After}, {"rows", len(t.HiddenRows) > 0, t.HiddenRows}, {"cols", len(t.HiddenCols) > 0, t.HiddenCols},
			{"groups", len(t.CollapsedRows) > 0, t.CollapsedRows},
		} {
			if x.is {
				head += fmt.Sprintf(" %s %q", x.name, fmt.Sprint(x.what))
			}
		}
		for _, m := range t.Merges {
			head += " " + m.First.Name() + ":" + m.Last.Name()
		}
		out = append(out, head)
		for _, c := range t.Cells() {
			out = append(out, cell(c))
		}
		for _, n := range t.Notes {
			out = append(out, fmt.Sprintf("%s left out: %s %q", n.Cell, n.Args["what"], n.Value))
		}
	}
	return out
}

var (
	kinds   = map[ledger.CellKind]string{ledger.CellNumber: " number", ledger.CellBool: " bool", ledger.CellError: " error"}
	formats = map[ledger.FormatClass]string{ledger.FormatPercent: " percent", ledger.FormatDate: " date", ledger.FormatScaled: " scaled", ledger.FormatHidden: " hidden"}
)

func cell(c ledger.Cell) string {
	s := fmt.Sprintf("%s %q%s%s", c.Name(), c.Text, kinds[c.Kind], formats[c.Format])
	if c.Date != (ledger.Date{}) {
		s += " " + c.Date.String()
	}
	if c.Formula != "" {
		s += " =" + c.Formula
	}
	if c.NoValue {
		s += " without value"
	}
	if c.Inserted {
		s += " inserted"
	}
	return s
}

// Verdict returns the code of the error with its argument, or the lines of the
// tables when there is none.
func Verdict(tables []*ledger.Table, err error) string {
	var e *strict.Error
	switch {
	case err == nil:
		return strings.Join(Lines(tables), "\n")
	case !errors.As(err, &e):
		return "an error without a code: " + err.Error()
	}
	s := string(e.Code)
	for _, v := range e.Args {
		s += " " + v
	}
	return s
}

// Pack makes an archive of members given as name, text, name, text …; the
// first is stored, as OpenDocument wants it.
func Pack(t testing.TB, parts ...string) []byte {
	t.Helper()
	var buf bytes.Buffer
	zw := zip.NewWriter(&buf)
	for i := 0; i+1 < len(parts); i += 2 {
		h := &zip.FileHeader{Name: parts[i], Method: zip.Deflate}
		if i == 0 {
			h.Method = zip.Store
		}
		w, err := zw.CreateHeader(h)
		if err == nil {
			_, err = io.WriteString(w, parts[i+1])
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := zw.Close(); err != nil {
		t.Fatal(err)
	}
	return buf.Bytes()
}

// Repack returns the archive with one member changed and all checksums right.
func Repack(t testing.TB, data []byte, name string, change func([]byte) []byte) []byte {
	t.Helper()
	zr, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	var parts []string
	for _, f := range zr.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		b, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		if f.Name == name {
			b = change(b)
		}
		parts = append(parts, f.Name, string(b))
	}
	return Pack(t, parts...)
}

// Inside returns what stands inside the first element that begins with the
// mark in a member of an archive, up to the last place of the end mark.
func Inside(t testing.TB, file, member, mark, end string) string {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	text := ""
	Repack(t, data, member, func(b []byte) []byte {
		_, text, _ = strings.Cut(string(b), mark)
		return b
	})
	_, text, _ = strings.Cut(text, ">")
	if text = text[:max(strings.LastIndex(text, end), 0)]; text == "" {
		t.Fatalf("%s: nothing stands between %s and %s", file, mark, end)
	}
	return text
}

// Damage changes a good archive in many ways, and cuts the named part within a
// sound archive. Each mutant must give an error with a code, or the very facts
// of the original.
func Damage(t *testing.T, good []byte, part string, read Reader) {
	t.Helper()
	tables, err := read(good)
	if err != nil {
		t.Fatal(err)
	}
	want := Lines(tables)
	r := rand.New(rand.NewPCG(42, uint64(len(good))))
	type mutation struct {
		name   string
		n      int
		mutate func() []byte
	}
	total, refused := 0, 0
	for _, k := range []mutation{
		{"byte flipped", 1500, func() []byte {
			m := bytes.Clone(good)
			m[r.IntN(len(m))] ^= byte(1 + r.IntN(255))
			return m
		}},
		{"64 bytes zeroed", 500, func() []byte {
			m := bytes.Clone(good)
			clear(m[r.IntN(len(m)-64):][:64])
			return m
		}},
		{"cut", 300, func() []byte { return good[:r.IntN(len(good))] }},
		{"bytes deleted", 300, func() []byte {
			at, n := r.IntN(len(good)-100), 1+r.IntN(100)
			return append(bytes.Clone(good[:at]), good[at+n:]...)
		}},
		{"blocks swapped", 200, func() []byte {
			m := bytes.Clone(good)
			i, j := r.IntN(len(m)-64), r.IntN(len(m)-64)
			copy(m[i:i+64], good[j:j+64])
			return m
		}},
		{"part cut inside a sound archive", 200, func() []byte {
			return Repack(t, good, part, func(b []byte) []byte { return b[:r.IntN(len(b))] })
		}},
	} {
		count := 0
		for i := range k.n {
			tables, err := read(k.mutate())
			switch {
			case err != nil && strict.CodeOf(err) == "":
				t.Errorf("%s %d: error without a code: %v", k.name, i, err)
			case err != nil:
				count++
			case !slices.Equal(want, Lines(tables)):
				t.Errorf("%s %d: other facts and no error", k.name, i)
			}
		}
		total, refused = total+k.n, refused+count
		t.Logf("%s: %d, refused %d", k.name, k.n, count)
	}
	t.Logf("%d mutants: %d refused, %d read the same, 0 read otherwise", total, refused, total-refused)
}

// Corpora reads every file below TAIZHANG_CORPORA whose name ends so: none may
// panic, and each is read or refused with a code. Without the variable it
// reads none and says so.
func Corpora(t *testing.T, read Reader, wanted func(name string, data []byte) bool) {
	t.Helper()
	root := os.Getenv("TAIZHANG_CORPORA")
	if root == "" {
		t.Log("TAIZHANG_CORPORA is not set: 0 files")
		return
	}
	files, tables, cells := 0, 0, 0
	refused := map[string]int{}
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		if err != nil || !wanted(strings.ToLower(path), data) {
			return err
		}
		files++
		ts, err := read(data)
		if err != nil {
			v := Verdict(nil, err)
			refused[v]++
			if strict.CodeOf(err) == "" {
				t.Errorf("%s: %s", path, v)
			}
			if testing.Verbose() {
				t.Logf("%s: %v", filepath.Base(path), err)
			}
		}
		tables += len(ts)
		for _, x := range ts {
			cells += len(x.Cells())
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d files, %d tables, %d cells, refused %v", files, tables, cells, refused)
}
