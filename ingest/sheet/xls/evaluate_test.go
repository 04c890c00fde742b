package xls_test

import (
	"testing"

	"taizhang/ingest/sheet"
	"taizhang/ledger"
)

// TestEvaluated wants package sheet to give a value to the formulas that the
// file marks for calculation: their decoded texts serve it.
func TestEvaluated(t *testing.T) {
	b := one(looks,
		number(0, 0, 0, 35), number(0, 1, 0, 7), number(1, 0, 0, 2),
		formula(2, 0, f64(0), 2, tokSum),
		formula(2, 1, f64(0), 2, cat(b8(0x3a), b16(0), b16(0), b16(0xc000)), b8(0x1e), b16(2), b8(5)),
		formula(2, 2, f64(0), 2, b8(0x18), b16(0)))
	b.globals = cat(b.globals, rec(0x1ae, b16(1), b16(0x0401)), rec(0x17, b16(1), b16(0), b16(0), b16(0)))
	tables, err := sheet.Read(t.Context(), "a.xls", b.bytes(), sheet.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	for col, want := range []ledger.Cell{
		{Text: "44", Formula: "SUM(A1:B2)", Computed: true},
		{Text: "70", Formula: "'台账'!A1*2", Computed: true},
		{Text: "", Formula: `TOKENS("180000")`, NoValue: true},
	} {
		want.Ref, want.Kind = ledger.Ref{Row: 2, Col: col}, ledger.CellNumber
		if c, _ := tables[0].At(want.Ref); c != want {
			t.Errorf("%+v, want %+v", c, want)
		}
	}
}
