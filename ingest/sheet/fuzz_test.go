package sheet_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"taizhang/ingest/sheet"
	"taizhang/ingest/sheet/strict"
	"taizhang/internal/messy"
)

// FuzzRead hands any bytes to the whole of the reading: the kind is told, the
// file read, formulas without a value evaluated. All of it is read, or an error
// with a code says why none of it was.
func FuzzRead(f *testing.F) {
	for _, pattern := range []string{"testdata/kinds/*", "testdata/*.xlsx", "xls/testdata/*.xls"} {
		names, err := filepath.Glob(pattern)
		if err != nil || len(names) == 0 {
			f.Fatal(pattern, err)
		}
		for _, name := range names {
			b, err := os.ReadFile(name)
			if err != nil {
				f.Fatal(err)
			}
			f.Add(filepath.Base(name), b)
		}
	}
	for _, c := range messy.Some(4, 40) {
		f.Add(c.File, c.Data)
	}
	f.Fuzz(func(t *testing.T, name string, data []byte) {
		tables, err := sheet.Read(context.Background(), name, data, sheet.Limits{})
		if err != nil && (tables != nil || strict.CodeOf(err) == "") {
			t.Errorf("%d tables, error %v", len(tables), err)
		}
		for _, x := range tables {
			x.Size()
			for _, c := range x.Cells() {
				x.Shown(c.Ref)
			}
		}
	})
}
