package xlsx_test

import (
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"taizhang/ingest/sheet/strict"
	"taizhang/ledger"
)

// second reads the values of every worksheet through excelize, by sheet and
// cell name, with the errors that GetRows would swallow.
func second(data []byte) (map[string]map[string]string, error) {
	f, err := excelize.OpenReader(bytes.NewReader(data), excelize.Options{
		RawCellValue: true, UnzipSizeLimit: 200 << 20, UnzipXMLSizeLimit: 200 << 20,
	})
	if err != nil {
		return nil, err
	}
	defer func() { must(f.Close()) }()
	out := make(map[string]map[string]string)
	for _, name := range f.GetSheetList() {
		rows, err := f.Rows(name)
		if err != nil {
			continue // a chart sheet
		}
		cells := make(map[string]string)
		for row := 1; rows.Next(); row++ {
			cols, err := rows.Columns()
			if err != nil {
				return nil, err
			}
			for i, v := range cols {
				if v != "" {
					cell, _ := excelize.CoordinatesToCellName(i+1, row)
					cells[cell] = v
				}
			}
		}
		if err := rows.Error(); err != nil {
			return nil, err
		}
		out[name] = cells
	}
	return out, nil
}

// differences compares a table with what excelize reads, and returns the number
// of values that are equal. Cells that a note says were left out, or lack a
// usable value, are not compared.
func differences(t *ledger.Table, want map[string]string) (int, []string) {
	left := make(map[string]bool)
	for _, n := range t.Notes {
		left[n.Cell] = true
	}
	equal := 0
	var diffs []string
	got := make(map[string]bool)
	for _, c := range t.Cells() {
		got[c.Name()] = true
		switch {
		case left[c.Name()] || c.NoValue:
		case sameValue(c, want[c.Name()]):
			equal++
		default:
			diffs = append(diffs, fmt.Sprintf("%s!%s kind %d: %.60q, excelize %.60q", t.Sheet, c.Name(), c.Kind, c.Text, want[c.Name()]))
		}
	}
	for name, v := range want {
		if !got[name] && !left[name] {
			diffs = append(diffs, fmt.Sprintf("%s!%s absent, excelize %.60q", t.Sheet, name, v))
		}
	}
	return equal, diffs
}

func sameValue(c ledger.Cell, want string) bool {
	switch c.Kind {
	case ledger.CellBool:
		return want == c.Text || want == map[string]string{"TRUE": "1", "FALSE": "0"}[c.Text]
	case ledger.CellNumber:
		if c.Text == want {
			return true
		}
		// excelize rounds to 15 digits and spells exponents its own way.
		a, err := strconv.ParseFloat(c.Text, 64)
		b, err2 := strconv.ParseFloat(want, 64)
		return err == nil && err2 == nil && (a == b || a != 0 && (a-b)/a < 1e-14 && (b-a)/a < 1e-14)
	}
	return c.Text == want
}

func TestLedgersAgreeWithExcelize(t *testing.T) {
	t.Parallel()
	files, cells := 0, 0
	for seed := range uint64(220) {
		data := sampleLedger(seed)
		want, err := second(data)
		if err != nil {
			t.Fatal(err)
		}
		tables, err := read(data)
		if err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
		for _, table := range tables {
			n, diffs := differences(table, want[table.Sheet])
			for _, d := range diffs {
				t.Errorf("seed %d: %s", seed, d)
			}
			cells += n
		}
		files++
	}
	t.Logf("%d ledgers, %d values equal", files, cells)
}

// TestCorpora reads every .xlsx and .xlsm below the folder that
// TAIZHANG_CORPORA names, or below testdata without it, and compares with
// excelize where both read. The differences that are expected are explained at
// explained.
func TestCorpora(t *testing.T) {
	root := os.Getenv("TAIZHANG_CORPORA")
	if root == "" {
		root = "testdata"
	}
	var files, both, refused, alone, cells, known int
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if ext := strings.ToLower(filepath.Ext(path)); err != nil || d.IsDir() || ext != ".xlsx" && ext != ".xlsm" {
			return err
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		files++
		tables, err2 := read(data)
		if err := err2; err != nil {
			if strict.CodeOf(err) == "" {
				t.Errorf("%s: error without a code: %v", path, err)
			}
			refused++
			if _, err := second(data); err == nil {
				alone++
				t.Logf("only excelize reads %s: %v", filepath.Base(path), err2)
			}
			return nil
		}
		want, err := second(data)
		if err != nil {
			return nil //nolint:nilerr // excelize cannot read it: there is nothing to compare
		}
		both++
		for _, table := range tables {
			cellsOf, ok := want[table.Sheet]
			if !ok {
				continue
			}
			n, diffs := differences(table, cellsOf)
			cells += n
			if len(diffs) > 0 && explained[filepath.Base(path)] != "" {
				known += len(diffs)
				continue
			}
			for _, d := range diffs[:min(len(diffs), 5)] {
				t.Errorf("%s: %d: %s", filepath.Base(path), len(diffs), d)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%s: %d files, %d refused (%d of them read by excelize), %d read by both, %d values equal, %d differences explained", root, files, refused, alone, both, cells, known)
}

// explained says why files of the public corpora differ from excelize.
var explained = map[string]string{
	"tests_date_iso.xlsx":                     "ISO dates (t=d) are given as serial numbers, excelize gives their text",
	"test-data_spreadsheet_SimpleStrict.xlsx": "ISO dates, as above",
	"tests_empty_s_attribute.xlsx":            "an empty style attribute is style 0; excelize drops the error and the cells",
}
