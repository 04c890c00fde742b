package xls_test

import (
	"bytes"
	"context"
	"errors"
	"os"
	"runtime"
	"testing"

	"taizhang/ingest/sheet/strict"
	"taizhang/ingest/sheet/xls"
)

// TestRefused wants a code, and the word with it, for what is not read.
func TestRefused(t *testing.T) {
	cell := number(0, 0, 0, 1)
	good := one(looks, cell).stream()
	swap := func(old, by []byte) []byte { return bytes.Replace(good, old, by, 1) }
	body := func(parts ...[]byte) []byte { return one(looks, parts...).stream() }
	for _, tt := range []struct {
		name, want string
		stream     []byte
	}{
		{"encrypted", "F02", one(rec(0x2f, b16(1), b16(1), b16(1)), cell).stream()},
		{"biff2", "F03 xls4", cat(rec(0x09, b16(2), b16(0x10)), cell, eof)},
		{"biff3", "F03 xls4", cat(rec(0x209, b16(0x300), b16(0x10), b16(0)), eof)},
		{"biff4", "F03 xls4", cat(rec(0x409, b16(0x400), b16(0x10), b16(0)), eof)},
		{"unknown version", "F01 structure", bof(0x700, 5)},
		{"no globals", "F01 structure", cat(bof(0x600, 0x10), cell, eof)},
		{"no sheets", "F01 structure", cat(bof(0x600, 5), looks, eof)},
		{"no end of the sheet", "F01 structure", good[:len(good)-4]},
		{"record cut", "F01 structure", good[:len(good)-8]},
		{"records behind the last sheet", "F01 structure", cat(good, cell)},
		{"sheet not listed", "F01 structure", cat(good, bof(0x600, 0x10), eof)},
		{"unknown record", "F01 structure", body(rec(0x0777), cell)},
		{"cell twice", "F01 duplicate", body(cell, cell)},
		{"cells backwards", "F01 structure", body(number(0, 1, 0, 1), cell)},
		{"rows backwards", "F01 structure", body(row(1, 0, 1, 255, 0), row(0, 0, 1, 255, 0), cell)},
		{"row without its record", "F01 structure", body(row(0, 0, 1, 255, 0), cell, number(1, 0, 0, 1))},
		{"cell outside its row", "F01 structure", body(row(0, 0, 1, 255, 0), number(0, 3, 0, 1))},
		{"cell of unknown style", "F01 reference", body(number(0, 0, 99, 1))},
		{"string of unknown index", "F01 reference", body(labelSST(0, 0, 0, 0))},
		{"cell among other records", "F01 structure", body(cell, rec(0x23e, make([]byte, 18)), number(1, 0, 0, 1))},
		{"cells ended by no such record", "F01 structure", body(cell, rec(0xf5, make([]byte, 10)))},
		{"formula without its text", "F01 missing", body(formula(0, 0, special(0, 0), 0, tokA1), number(1, 0, 0, 1))},
		{"text without a formula", "F01 structure", body(cell, rec(0x207, str("x")))},
		{"formula cut", "F01 structure", body(rec(0x06, b16(0), b16(0), b16(0), f64(1), b16(0), b32(0), b16(99)))},
		{"no number", "F01 number", body(rec(0x203, b16(0), b16(0), b16(0), b32(0), b32(0x7ff80000)))},
		{"text with half a character", "F01 encoding", body(rec(0x204, b16(0), b16(0), b16(0), b16(1), b8(1), b16(0xd800)))},
		{"text with a zero", "F01 encoding", body(rec(0x204, b16(0), b16(0), b16(0), b16(2), b8(0), []byte("a\x00")))},
		{"text longer than its record", "F01 cut", body(rec(0x204, b16(0), b16(0), b16(0), b16(9), b8(0), []byte("abc")))},
		{"text shorter than its record", "F01 structure", body(rec(0x204, b16(0), b16(0), b16(0), b16(1), b8(0), []byte("abc")))},
		{"strings beyond their table", "F01 structure", one(cat(looks, rec(0xfc, b32(1), b32(1), str("a"), str("b"))), cell).stream()},
		{"merges that overlap", "F01 structure", body(cell, merged(0, 1, 0, 1, 1, 2, 1, 2))},
		{"merge of no range", "F01 reference", body(cell, merged(1, 0, 0, 1))},
		{"mulrk of another length", "F01 structure", body(rec(0xbd, b16(0), b16(0), b16(0), b32(2), b16(3)))},
		{"other error", "F01 structure", body(boolErr(0, 0, 3, 1))},
		{"too many strings", "F06 strings", one(cat(looks, rec(0xfc, b32(1), b32(-1))), cell).stream()},
		{"text too long", "F06 text", body(rec(0x204, b16(0), b16(0), b16(0), b16(40000), b8(0), make([]byte, 100)))},
		{"length of a fixed record", "F01 structure", swap(rec(0x0a), rec(0x0a, b8(0)))},
	} {
		_, err := readBook(compound("Workbook", tt.stream))
		var e *strict.Error
		if !errors.As(err, &e) {
			t.Errorf("%s: %v, want %s", tt.name, err, tt.want)
			continue
		}
		got := string(e.Code)
		for _, v := range e.Args {
			got += " " + v
		}
		if got != tt.want {
			t.Errorf("%s: %s (%v), want %s", tt.name, got, err, tt.want)
		}
	}
}

// TestContainer wants a code for compound files that contradict themselves.
func TestContainer(t *testing.T) {
	good := one(looks, number(0, 0, 0, 1)).bytes()
	const fat, dir, data = 512, 1024, 1536
	set := func(at int, b []byte) []byte {
		m := bytes.Clone(good)
		copy(m[at:], b)
		return m
	}
	for name, m := range map[string][]byte{
		"chain that loops":             set(fat+4*3, b32(2)),
		"chain of one sector":          set(fat+4*2, b32(2)),
		"chain that is short":          set(fat+4*5, b32(0xfffffffe)),
		"chain into the table":         set(fat+4*5, b32(0)),
		"chain out of the file":        set(fat+4*5, b32(9999)),
		"stream that is larger":        set(dir+128+120, b32(1<<30)),
		"stream that is smaller":       set(dir+128+120, b32(4500)),
		"directory that loops":         set(fat+4, b32(1)),
		"tree that loops":              set(dir+128+68, b32(1)),
		"no workbook":                  set(dir+128, wide("Workbooc")),
		"endless list of table sector": set(44, b32(0x7fffffff)),
		"table behind the file":        set(76, b32(0x00ffffff)),
		"odd sectors":                  set(30, b16(20)),
		"cut":                          good[:data+700],
		"header only":                  good[:512],
		"nothing":                      {},
	} {
		if _, err := readBook(m); strict.CodeOf(err) == "" {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := readBook(good); err != nil {
		t.Error(err)
	}
}

// TestLimits bounds what a workbook may ask for.
func TestLimits(t *testing.T) {
	b := one(looks, number(0, 0, 0, 1), number(0, 1, 0, 1), merged(1, 1, 0, 1, 2, 2, 0, 1)).bytes()
	for _, tt := range []struct {
		lim  strict.Limits
		want strict.Limit
	}{
		{strict.Limits{Cells: 1}, strict.LimitCells},
		{strict.Limits{Merges: 1}, strict.LimitMerges},
		{strict.Limits{Styles: 2}, strict.LimitStyles},
		{strict.Limits{File: 100}, strict.LimitFile},
		{strict.Limits{StringSize: 3}, strict.LimitStrings},
	} {
		_, err := xls.Read(context.Background(), "a", b, tt.lim)
		var e *strict.Error
		if !errors.As(err, &e) || e.Args["limit"] != string(tt.want) {
			t.Errorf("%v, want %s", err, tt.want)
		}
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	var many []byte
	for r := range 5000 {
		many = append(many, number(r, 0, 0, 1)...)
	}
	if _, err := xls.Read(ctx, "a", one(looks, many).bytes(), strict.Limits{}); !errors.Is(err, context.Canceled) {
		t.Errorf("canceled: %v", err)
	}
}

// TestHostile bounds the memory that files take which were made to take much.
func TestHostile(t *testing.T) {
	deep := bytes.Repeat([]byte{0x15}, 8000) // parentheses around one cell
	var shared []byte
	for r := range 3000 {
		shared = append(shared, formula(r, 0, f64(1), 0, b8(1), b16(0), b16(0))...)
		if r == 0 {
			tokens := cat(bytes.Repeat(cat(b8(0x1e), b16(9)), 1200), bytes.Repeat(b8(3), 1199))
			shared = append(shared, rec(0x4bc, b16(0), b16(2999), b8(0), b8(0), b8(0), b8(0), b16(len(tokens)), tokens)...)
		}
	}
	for name, data := range map[string][]byte{
		"deep formula":   one(looks, formula(0, 0, f64(1), 0, tokA1, deep)).bytes(),
		"shared formula": one(looks, shared).bytes(),
		"sst announced":  one(cat(looks, rec(0xfc, b32(1), b32(399_999))), number(0, 0, 0, 1)).bytes(),
		"nested":         compound("Workbook", cat(bof(0x600, 5), looks, bytes.Repeat(bof(0x600, 5), 100_000))),
		"wide columns":   one(looks, bytes.Repeat(colInfo(0, 255, 1, 1), 7), number(65535, 255, 0, 1)).bytes(),
	} {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		_, err := readBook(data)
		runtime.ReadMemStats(&after)
		mb := (after.TotalAlloc - before.TotalAlloc) >> 20
		t.Logf("%s: %d KB, %d MB allocated, %v", name, len(data)>>10, mb, err)
		if mb > 200 {
			t.Errorf("%s: %d MB allocated", name, mb)
		}
	}
}

// FuzzXLS wants tables or an error with a code for any bytes.
func FuzzXLS(f *testing.F) {
	for _, name := range []string{"testdata/libreoffice-ledger.xls", "testdata/libreoffice-features.xls", "testdata/libreoffice-formulas.xls"} {
		b, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	f.Add(one(looks, number(0, 0, 0, 1)).stream())
	f.Add(one(looks, formula(0, 0, special(0, 0), 0, tokA1), rec(0x207, str("x")), rec(0xd6, b16(2), b16(1), b16(0), str("ab"), b16(1), b16(0), b16(5))).stream())
	f.Fuzz(func(t *testing.T, data []byte) {
		tables, err := readBook(data)
		if err != nil && strict.CodeOf(err) == "" {
			t.Errorf("error without a code: %v", err)
		}
		for _, x := range tables {
			x.Size()
		}
	})
}
