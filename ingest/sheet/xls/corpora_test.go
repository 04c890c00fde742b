package xls_test

import (
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"taizhang/ingest/sheet/strict"
	"taizhang/ingest/sheet/xls"
)

// workbooks lists the .xls and .et files below the folder that the variable
// names, and none when it is not set.
func workbooks(t *testing.T, variable string) []string {
	t.Helper()
	folder := os.Getenv(variable)
	if folder == "" {
		t.Logf("%s is not set: no public files", variable)
		return nil
	}
	var out []string
	err := filepath.WalkDir(folder, func(path string, d fs.DirEntry, err error) error {
		if e := strings.ToLower(filepath.Ext(path)); err == nil && !d.IsDir() && (e == ".xls" || e == ".et" || e == ".xlt") {
			out = append(out, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// TestCorpora reads public files (folder in TAIZHANG_CORPORA): each gives
// tables, or an error with a code.
func TestCorpora(t *testing.T) {
	files := workbooks(t, "TAIZHANG_CORPORA")
	outcomes := map[string]int{}
	for _, path := range files {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		_, err = xls.Read(context.Background(), filepath.Base(path), data, strict.Limits{})
		code := string(strict.CodeOf(err))
		if err == nil {
			code = "read"
		} else {
			t.Logf("%s: %v", filepath.Base(path), err)
		}
		outcomes[code]++
		if code == "" {
			t.Errorf("%s: error without a code: %v", path, err)
		}
	}
	t.Logf("%d files: %v", len(files), outcomes)
}
