package xls_test

import (
	"math"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"taizhang/ledger"
)

// The styles of the books below: 0 plain, 1 a date, 2 struck out, 3 with 万,
// 4 in percent, 5 hidden. Font 5 is struck out: there is no font 4.
var looks = cat(font(false), font(true), font(false), font(false), font(true),
	format(200, `0!.0,"万"`), format(201, ";;;"),
	xf(0, 0), xf(0, 14), xf(1, 0), xf(0, 200), xf(5, 0), xf(0, 201), xf(0, 10))

func TestNumbers(t *testing.T) {
	table := one(looks,
		number(0, 0, 0, 120), number(0, 1, 0, 0.1), number(0, 2, 0, 123456789012345678), number(0, 3, 0, 1e21),
		number(0, 4, 0, 1e-10), number(0, 5, 0, 0.30000000000000004),
		rkCell(1, 0, 120<<2|2), rkCell(1, 1, 12050<<2|3), rkCell(1, 2, 0x3ff00000), rkCell(1, 3, -5<<2|2),
		rec(0xbd, b16(2), b16(3), b16(0), b32(1<<2|2), b16(0), b32(2<<2|2), b16(4)),
		number(3, 0, 0, math.Copysign(0, -1)), boolErr(3, 1, 1, 0), boolErr(3, 2, 0x17, 1), blank(3, 3),
		rec(0xbe, b16(4), b16(0), b16(0), b16(0), b16(0), b16(2)), number(4, 3, 0, 7),
	).table(t)
	want := []string{
		"A1=120", "B1=0.1", "C1=123456789012345680", "D1=1E+21", "E1=1E-10", "F1=0.30000000000000004",
		"A2=120", "B2=120.5", "C2=1", "D2=-5", "D3=1", "E3=2", "A4=0", "B4=TRUE", "C4=#REF!", "D5=7",
	}
	if d := cmp.Diff(want, values(table)); d != "" {
		t.Error(d)
	}
}

func TestFormats(t *testing.T) {
	table := one(looks,
		number(0, 0, 1, 44706), number(0, 1, 2, 120), number(0, 2, 3, 120000), number(0, 3, 4, 5), number(0, 4, 5, 8), number(0, 5, 6, 0.5),
	).table(t)
	want := []ledger.Cell{
		{Ref: ledger.Ref{Col: 0}, Kind: ledger.CellNumber, Text: "44706", Format: ledger.FormatDate, Date: ledger.Date{Year: 2022, Month: time.May, Day: 25}},
		{Ref: ledger.Ref{Col: 2}, Kind: ledger.CellNumber, Text: "120000", Format: ledger.FormatScaled},
		{Ref: ledger.Ref{Col: 4}, Kind: ledger.CellNumber, Text: "8", Format: ledger.FormatHidden},
		{Ref: ledger.Ref{Col: 5}, Kind: ledger.CellNumber, Text: "0.5", Format: ledger.FormatPercent},
	}
	if d := cmp.Diff(want, table.Cells()); d != "" {
		t.Error(d)
	}
	if len(table.Notes) != 2 || table.Notes[0].Cell != "B1" || table.Notes[1].Cell != "D1" || table.Notes[0].Args["what"] != "struck" {
		t.Errorf("notes of struck-out numbers: %+v", table.Notes)
	}
}

func TestDate1904(t *testing.T) {
	table := one(cat(looks, rec(0x22, b16(1))), number(0, 0, 1, 43244)).table(t)
	if got := table.Cells()[0].Date; got != (ledger.Date{Year: 2022, Month: time.May, Day: 25}) {
		t.Errorf("date %v", got)
	}
}

// TestStrings wants shared strings to read over CONTINUE records that cut them
// anywhere: between strings, within the text with a change of width, and within
// the runs.
func TestStrings(t *testing.T) {
	const long = "养老保险abc工伤"
	phonetic := cat(b16(2), b8(5), b32(6), wide("失业"), []byte("xxxxxx"))
	struck := richStr("新增120人", 2, 1, 5, 0) // 120 in font 1
	globals := cat(looks,
		rec(0xfc, b32(9), b32(6), str("禹州"), b16(units(long)), b8(1), wide("养老保险")),
		rec(0x3c, b8(0), []byte("ab")),
		rec(0x3c, b8(1), wide("c工伤"), phonetic[:11]),
		rec(0x3c, phonetic[11:], b16(3), b8(0), []byte("abc")),
		rec(0x3c, struck[:len(struck)-3]),
		rec(0x3c, struck[len(struck)-3:], str("")),
	)
	table := one(globals,
		labelSST(0, 0, 0, 0), labelSST(0, 1, 0, 1), labelSST(0, 2, 0, 2), labelSST(0, 3, 0, 3), labelSST(0, 4, 0, 4), labelSST(0, 5, 0, 5),
		labelSST(1, 0, 2, 4), labelSST(1, 1, 2, 0),
		label(2, 0, "鄢陵县"), rec(0xd6, b16(2), b16(1), b16(0), str("删去的保留"), b16(2), b16(0), b16(5), b16(3), b16(0)),
		rec(0x204, b16(2), b16(2), b16(0), b16(3), b8(0), []byte("a\xe9c")),
	).table(t)
	want := []string{"A1=禹州", "B1=" + long, "C1=失业", "D1=abc", "E1=新增人", "A2=人", "A3=鄢陵县", "B3=保留", "C3=aéc"}
	if d := cmp.Diff(want, values(table)); d != "" {
		t.Error(d)
	}
	var notes []string
	for _, n := range table.Notes {
		notes = append(notes, n.Cell+" "+n.Args["what"])
	}
	if d := cmp.Diff([]string{"E1 struck", "A2 struck", "B2 struck", "B3 struck"}, notes); d != "" {
		t.Error(d)
	}
}

var (
	tokA1  = cat(b8(0x44), b16(0), b16(0xc000))
	tokB1  = cat(b8(0x44), b16(0), b16(0xc001))
	tokSum = cat(b8(0x25), b16(0), b16(1), b16(0xc000), b16(0xc001), b8(0x19), b8(0x10), b16(0))
)

func TestFormulas(t *testing.T) {
	table := one(looks,
		formula(0, 2, f64(3), 0, tokA1, tokB1, b8(3)),
		formula(0, 3, special(0, 0), 0, b8(0x17), b8(1), b8(0), []byte("x")), rec(0x207, b16(4), b8(1), wide("养老"), nil), rec(0x3c, b8(0), []byte("ab")),
		formula(0, 4, special(1, 1), 0, b8(0x1d), b8(1)),
		formula(0, 5, special(2, 7), 0, b8(0x1e), b16(1), b8(0x1e), b16(0), b8(6)),
		formula(0, 6, special(3, 0), 0, tokA1),
		formula(1, 0, f64(0), 2, tokSum),                         // not calculated
		formula(1, 1, f64(0), 0, tokSum),                         // a right 0
		formula(1, 2, f64(44), 3, tokSum),                        // a value counts whatever the bits
		formula(1, 3, f64(0), 1, b8(0x19), b8(1), b16(0), tokA1), // volatile: calculated again each time
		formula(1, 4, f64(5), 0, b8(0x01), b16(1), b16(4)), rec(0x4bc, b16(1), b16(2), b8(4), b8(4), b8(0), b8(2), b16(9),
			b8(0x4c), b16(0xffff), b16(0xc0ff), b8(0x1e), b16(2), b8(5), nil),
		formula(2, 4, f64(6), 0, b8(0x01), b16(1), b16(4)),
		formula(2, 5, f64(7), 0, b8(0x01), b16(2), b16(5)), rec(0x221, b16(2), b16(2), b8(5), b8(5), b16(0), b32(0), b16(len(tokSum)), tokSum),
		formula(2, 6, f64(8), 0, b8(0x18), b16(0)),
		formula(2, 7, f64(9), 0, tokA1, b8(0x1f), f64(2.5), b8(0x42), b8(2), b16(1)),
	).table(t)
	type cell struct {
		At, Text, Formula string
		NoValue           bool
	}
	var got []cell
	for _, c := range table.Cells() {
		got = append(got, cell{c.Name(), c.Text, c.Formula, c.NoValue})
	}
	want := []cell{
		{"C1", "3", "A1+B1", false},
		{"D1", "养老ab", `"x"`, false},
		{"E1", "TRUE", "TRUE", false},
		{"F1", "#DIV/0!", "1/0", false},
		{"G1", "", "A1", false},
		{"A2", "", "SUM(A1:B2)", true},
		{"B2", "0", "SUM(A1:B2)", false},
		{"C2", "44", "SUM(A1:B2)", false},
		{"D2", "0", "A1", false},
		{"E2", "5", "D1*2", false},
		{"E3", "6", "D2*2", false},
		{"F3", "7", "{SUM(A1:B2)}", false},
		{"G3", "8", `TOKENS("180000")`, false},
		{"H3", "9", "IF(A1,2.5)", false},
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

// TestSheetReferences decodes references to other sheets and to names.
func TestSheetReferences(t *testing.T) {
	globals := cat(looks, rec(0x1ae, b16(2), b16(0x0401)), rec(0x17, b16(2), b16(0), b16(1), b16(1), b16(9), b16(0), b16(0)),
		rec(0x18, make([]byte, 3), b8(2), b16(0), make([]byte, 8), b8(1), wide("合计")))
	b := one(globals, formula(0, 0, f64(1), 0, b8(0x3a), b16(0), b16(0), b16(0xc000)),
		formula(0, 1, f64(1), 0, b8(0x3b), b16(1), b16(0), b16(1), b16(0xc000), b16(0xc001)),
		formula(0, 2, f64(1), 0, b8(0x23), b32(1)))
	b.sheets = append(b.sheets, sheetDef{name: "附'表"})
	var got []string
	for _, c := range b.table(t).Cells() {
		got = append(got, c.Formula)
	}
	if d := cmp.Diff([]string{"'附''表'!A1", "[9]!A1:B2", "合计"}, got); d != "" {
		t.Error(d)
	}
}

// TestUncalced takes every 0 of a sheet that was never calculated for no value.
func TestUncalced(t *testing.T) {
	table := one(looks, rec(0x5e, b16(0)), formula(0, 0, f64(0), 0, tokSum), formula(0, 1, f64(2), 0, tokSum)).table(t)
	if c := table.Cells(); !c[0].NoValue || c[1].NoValue {
		t.Errorf("%+v", c)
	}
}

func TestShape(t *testing.T) {
	const level1, collapsed, zero, byHand = 1, 0x10, 0x20, 0x40
	table := one(looks,
		colInfo(1, 1, 2000, 1), colInfo(2, 2, 0, 0), colInfo(3, 4, 2000, 0x0101), colInfo(5, 5, 2000, 0x1000),
		rec(0x81, b16(0x04c1)),
		row(0, 0, 6, 255, 0), row(1, 0, 1, 255, zero), row(2, 0, 1, 0, byHand), row(3, 0, 1, 0, 0),
		row(4, 0, 1, 255, zero|level1), row(5, 0, 1, 255, collapsed),
		number(0, 0, 0, 1), number(0, 5, 0, 1), number(1, 0, 0, 1), number(2, 0, 0, 1), number(3, 0, 0, 1), number(4, 0, 0, 1), number(5, 0, 0, 1),
	).table(t)
	got := fact{Rows: table.HiddenRows, Cols: table.HiddenCols, CRows: table.CollapsedRows, CCols: table.CollapsedCols}
	want := fact{
		Rows: map[int]bool{1: true, 2: true, 4: true}, Cols: map[int]bool{1: true, 2: true, 3: true, 4: true},
		CRows: map[int]bool{4: true}, CCols: map[int]bool{3: true, 4: true},
	}
	if d := cmp.Diff(want, got, cmpopts.EquateEmpty()); d != "" {
		t.Error(d)
	}
	// Rows that are not stated are hidden when the sheet says so.
	table = one(looks, rec(0x225, b16(2), b16(0)), number(2, 0, 0, 1)).table(t)
	if d := cmp.Diff(map[int]bool{0: true, 1: true, 2: true}, table.HiddenRows); d != "" {
		t.Error(d)
	}
}

func TestMerges(t *testing.T) {
	table := one(looks, number(0, 0, 0, 1), number(0, 1, 0, 2), number(2, 0, 0, 3), merged(0, 0, 0, 2, 5, 6, 1, 1)).table(t)
	want := []ledger.Range{{Last: ledger.Ref{Col: 2}}, {First: ledger.Ref{Row: 5, Col: 1}, Last: ledger.Ref{Row: 6, Col: 1}}}
	if d := cmp.Diff(want, table.Merges); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff([]string{"A1=1", "A3=3"}, values(table)); d != "" {
		t.Error(d)
	}
	if len(table.Notes) != 1 || table.Notes[0].Cell != "B1" || table.Notes[0].Args["what"] != "merged" {
		t.Errorf("notes %+v", table.Notes)
	}
}

// TestSheets keeps worksheets, hidden ones too, in the order of their tabs, and
// leaves out charts, macros, dialogs and what is drawn in a sheet.
func TestSheets(t *testing.T) {
	chart := cat(bof(0x600, 0x20), rec(0x1033), rec(0x1001, b16(0)), eof)
	b := bookDef{globals: looks, sheets: []sheetDef{
		{name: "五月", body: cat(number(0, 0, 0, 1), rec(0x5d, make([]byte, 26)), chart, rec(0xec, make([]byte, 30)), rec(0x3c, b8(1)))},
		{name: "图", kind: 2, bof: 0x20, body: rec(0x1002, b16(0))},
		{name: "藏", state: 1, body: number(0, 0, 0, 2)},
		{name: "宏", kind: 1, bof: 0x40, body: number(0, 0, 0, 3)},
		{name: "深藏", state: 2},
		{name: "对话", body: rec(0x81, b16(0x10))},
	}}
	tables, err := readBook(b.bytes())
	if err != nil {
		t.Fatal(err)
	}
	type sheet struct {
		Name   string
		Hidden bool
		Cells  int
	}
	var got []sheet
	for _, x := range tables {
		got = append(got, sheet{x.Sheet, x.Hidden, len(x.Cells())})
	}
	if d := cmp.Diff([]sheet{{"五月", false, 1}, {"藏", true, 1}, {"深藏", true, 0}}, got); d != "" {
		t.Error(d)
	}
}

// TestBIFF5 reads texts in the code page of Windows in China, a stream without
// a compound file, and the references of the older version.
func TestBIFF5(t *testing.T) {
	text := func(s string) []byte { return cat(b16(len(s)), []byte(s)) }
	b := bookDef{
		version: 0x0500,
		globals: cat(rec(0x42, b16(936)), font(false), font(true), rec(0x41e, b16(200), b8(5), []byte(`0.0"%`)), xf(0, 0)),
		sheets: []sheetDef{{name: "\xcc\xa8\xd5\xcb", body: cat(
			rec(0x204, b16(0), b16(0), b16(0), text("\xd3\xed\xd6\xdd\xca\xd0")),
			rec(0xd6, b16(0), b16(1), b16(0), text("\xd0\xc2\xd4\xf6120"), b8(2), b8(0), b8(0), b8(4), b8(1)),
			// Excel for the Mac counts characters.
			rec(0x204, b16(0), b16(2), b16(0), b16(2), []byte("\xb9\xa4\xc9\xcb")),
			formula(0, 3, special(0, 0), 0, cat(b8(0x44), b16(0xc000), b8(1))), rec(0x207, text("\xca\xa7\xd2\xb5")),
			formula(0, 4, f64(3), 0, cat(b8(0x25), b16(0xc000), b16(0xc001), b8(0), b8(1), b8(0x19), b8(0x10), b16(0))),
			formula(0, 5, f64(3), 0, cat(b8(0x5a), b16(0xffff), make([]byte, 8), b16(0), b16(0), b16(0xc000), b8(0))),
		)}},
	}
	for name, data := range map[string][]byte{"compound": compound("Book", b.stream()), "stream": b.stream()} {
		tables, err := readBook(data)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if tables[0].Sheet != "台账" {
			t.Errorf("sheet %q", tables[0].Sheet)
		}
		if d := cmp.Diff([]string{"A1=禹州市", "B1=新增", "C1=工伤", "D1=失业", "E1=3", "F1=3"}, values(tables[0])); d != "" {
			t.Error(d)
		}
		cells := tables[0].Cells()
		if d := cmp.Diff([]string{"B1", "SUM(A1:B2)", "'台账'!A1"}, []string{cells[3].Formula, cells[4].Formula, cells[5].Formula}); d != "" {
			t.Error(d)
		}
	}
}
