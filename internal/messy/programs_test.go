package messy_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"taizhang/app"
	"taizhang/config"
	"taizhang/ledger"
)

// truth is what testdata/programs/truth.json says of a ledger.
type truth struct {
	Unit, Period string
	Figures      map[string]int64
	FilledOn     string `json:"filled_on"`
	Codes        []ledger.Code
}

// TestFilesOfOtherPrograms reads ledgers that LibreOffice and openpyxl have
// written, not the writers of this package.
func TestFilesOfOtherPrograms(t *testing.T) {
	folder := filepath.Join("testdata", "programs")
	var truths map[string]truth
	b, err := os.ReadFile(filepath.Join(folder, "truth.json"))
	if err == nil {
		err = json.Unmarshal(b, &truths)
	}
	if err != nil {
		t.Fatal(err)
	}
	cfg, err := config.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob(filepath.Join(folder, "*月.*"))
	if err != nil {
		t.Fatal(err)
	}
	kinds := map[string]int{}
	for _, file := range files {
		base, kind, _ := strings.Cut(filepath.Base(file), ".")
		kinds[kind]++
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		got, err := app.CheckFile(t.Context(), base+filepath.Ext(file), data, app.CheckOptions{Config: cfg})
		if err != nil {
			t.Fatal(err)
		}
		if why := compare(truths[base], got); why != "" {
			t.Errorf("%s: %s", filepath.Base(file), why)
		}
	}
	t.Logf("programs: %d files of %d kinds: %v", len(files), len(kinds), kinds)
	if len(files) < 60 || len(kinds) < 8 {
		t.Errorf("only %d files of %d kinds", len(files), len(kinds))
	}
}

func compare(want truth, got []app.Checked) string {
	var bad []string
	i := slices.IndexFunc(got, func(d app.Checked) bool { return d.Kind == ledger.KindLedger })
	if i < 0 || got[i].Verdict != ledger.Accepted {
		return fmt.Sprintf("no ledger accepted: %+v", got)
	}
	d := got[i]
	if d.Unit == nil || *d.Unit != want.Unit || d.Period == nil || *d.Period != want.Period {
		bad = append(bad, "other unit or month")
	}
	for k, v := range want.Figures {
		if f := d.Figures[k]; f.Value == nil || *f.Value != v {
			bad = append(bad, fmt.Sprintf("%s is not %d", k, v))
		}
	}
	if len(d.Figures) != len(want.Figures) {
		bad = append(bad, fmt.Sprintf("%d figures", len(d.Figures)))
	}
	if want.FilledOn != "" && d.FilledOn != want.FilledOn {
		bad = append(bad, "filled on "+d.FilledOn)
	}
	for _, code := range want.Codes {
		if !slices.ContainsFunc(d.Findings, func(f app.CheckedFinding) bool { return f.Code == code }) {
			bad = append(bad, "finding missing: "+string(code))
		}
	}
	return strings.Join(bad, "; ")
}
