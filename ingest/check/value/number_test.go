package value_test

import (
	"testing"

	"taizhang/ingest/check/value"
	"taizhang/ledger"
)

func TestSimple(t *testing.T) {
	for _, s := range []string{"120", "120.0", "1,200", "一百二十人", "１，２００"} {
		r := value.Number(ledger.Cell{Kind: ledger.CellText, Text: s}, true)
		t.Log(s, r.Figure, r.Issues)
	}
}
