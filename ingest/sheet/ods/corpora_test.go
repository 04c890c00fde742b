package ods_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"taizhang/ingest/sheet/ods"
	"taizhang/ingest/sheet/strict"
)

// TestCorpora reads every spreadsheet of OpenDocument below TAIZHANG_CORPORA: none may
// panic, and each is read or refused with a code.
func TestCorpora(t *testing.T) {
	root := os.Getenv("TAIZHANG_CORPORA")
	if root == "" {
		t.Log("TAIZHANG_CORPORA is not set: 0 files")
		return
	}
	files, tables, cells := 0, 0, 0
	refused := map[string]int{}
	must(filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if ext := strings.ToLower(filepath.Ext(path)); err != nil || d.IsDir() || ext != ".ods" {
			return err
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		files++
		ts, err := ods.Read(t.Context(), path, data, strict.Limits{})
		if err != nil {
			var e *strict.Error
			if !errors.As(err, &e) {
				t.Errorf("%s: error without a code: %v", path, err)
				return nil
			}
			refused[string(e.Code)+" "+e.Args["reason"]]++
			if testing.Verbose() {
				t.Logf("%s: %v", filepath.Base(path), err)
			}
		}
		tables += len(ts)
		for _, x := range ts {
			cells += len(x.Cells())
		}
		return nil
	}))
	t.Logf("%d files, %d tables, %d cells, refused %v", files, tables, cells, refused)
}
