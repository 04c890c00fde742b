//go:build e2e

package e2e

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"taizhang/aggregate/workbook"
	"taizhang/ledger"
)

// checked is what `check --json` says of one document.
type checked struct {
	Kind, Verdict, Unit, Period string
	Figures                     map[string]struct{ Value int64 }
	Findings                    []struct{ Code, Severity, Cell, Message string }
}

func checkFile(t *testing.T, path string) checked {
	t.Helper()
	out, err := exec.Command(os.Getenv("TAIZHANG_BIN"), "check", "--json", "--arrived", "2022-05-27T10:00:00+08:00", path).Output()
	if len(out) == 0 {
		t.Fatalf("check %s: %v", path, err)
	}
	line, _, _ := bytes.Cut(out, []byte("\n"))
	var c checked
	if err := json.Unmarshal(line, &c); err != nil {
		t.Fatalf("%s: %v", line, err)
	}
	return c
}

// convert has LibreOffice save the file as another kind, and returns its path.
func convert(t *testing.T, path, filter string, more ...string) string {
	t.Helper()
	kind, _, _ := strings.Cut(filter, ":")
	dir := filepath.Join(filepath.Dir(path), kind)
	args := append([]string{"-env:UserInstallation=file://" + filepath.Join(os.TempDir(), "lo-forms-e2e"), "--headless"}, more...)
	run(t, "soffice", append(args, "--convert-to", filter, "--outdir", dir, path)...)
	base := filepath.Base(path)
	return filepath.Join(dir, strings.TrimSuffix(base, filepath.Ext(base))+"."+kind)
}

func edit(t *testing.T, path, as string, cells map[string]any) string {
	t.Helper()
	f, err := excelize.OpenFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for cell, v := range cells {
		if err := f.SetCellValue("台账", cell, v); err != nil {
			t.Fatal(err)
		}
	}
	out := filepath.Join(filepath.Dir(path), as)
	if err := f.SaveAs(out); err != nil {
		t.Fatal(err)
	}
	return out
}

// TestFormThroughLibreOffice fills the pre-filled form, has LibreOffice save it
// as every kind that offices use, and reads each: the right figures, and the
// mark still heard where the kind keeps it.
func TestFormThroughLibreOffice(t *testing.T) {
	dir := t.TempDir()
	form := filepath.Join(dir, "form.xlsx")
	run(t, os.Getenv("TAIZHANG_BIN"), "form", "--unit", "禹州市", "--month", "2022-05", "--out", form)
	filled := map[string]any{"B5": "走访企业87户，发放宣传资料4500份。", "C5": 35, "D5": 120, "E5": 98, "F5": 0, "G5": 120, "A6": "负责人：王建国", "B6": "联络员：李晓燕", "C6": "填报时间：2022年5月27日"}
	right := edit(t, form, "right.xlsx", filled)
	filled["B2"], filled["C6"] = "报告期：2022年6月", "填报时间：2022年6月27日"
	other := edit(t, form, "other.xlsx", filled)
	html := convert(t, right, "html")
	n := 0
	for _, path := range []string{right, html, convert(t, right, "xlsx"), convert(t, right, "xls"), convert(t, right, "ods"),
		convert(t, right, "csv:Text - txt - csv (StarCalc):44,34,76"), convert(t, html, "docx", "--infilter=HTML (StarWriter)")} {
		c := checkFile(t, path)
		if c.Verdict != "accepted" || c.Unit != "禹州市" || c.Period != "2022-05" {
			t.Errorf("%s: %+v", path, c)
		}
		for key, want := range map[string]int64{"enterprises": 35, "pension": 120, "injury": 98, "unemployment": 0, "persons": 120} {
			if got, ok := c.Figures[key]; !ok || got.Value != want {
				t.Errorf("%s: %s is %+v", path, key, got)
			}
		}
		for _, f := range c.Findings {
			if f.Severity != "note" {
				t.Errorf("%s: %+v", path, f)
			}
		}
		n++
	}
	for _, path := range []string{other, convert(t, other, "xlsx"), convert(t, other, "xls"), convert(t, other, "ods")} {
		c, heard := checkFile(t, path), false
		for _, f := range c.Findings {
			heard = heard || f.Code == "I08" && strings.Contains(f.Message, "发放标识")
		}
		if c.Verdict != "held" || !heard {
			t.Errorf("%s, made for another month: %+v", path, c)
		}
		n++
	}
	t.Logf("counted: %d filled forms read back through LibreOffice", n)
}

// TestCopyOpensInLibreOffice has LibreOffice open an annotated copy: it sees
// every comment, and the colour.
func TestCopyOpensInLibreOffice(t *testing.T) {
	dir := t.TempDir()
	form := filepath.Join(dir, "form.xlsx")
	run(t, os.Getenv("TAIZHANG_BIN"), "form", "--unit", "禹州市", "--month", "2022-05", "--out", form)
	data, err := os.ReadFile(form)
	if err != nil {
		t.Fatal(err)
	}
	a, err := workbook.Annotate(workbook.Annotation{Name: "form.xlsx", Data: data, Author: "市专项小组", Marks: []workbook.Mark{
		{Sheet: "台账", Cell: "E5", Severity: ledger.Block, Problem: "“工伤”未填写。", Remedy: "请填写。"},
		{Sheet: "台账", Severity: ledger.Block, Problem: "空表。", Remedy: "请填写。"},
	}})
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "copy.xlsx")
	if err := os.WriteFile(path, a.Data, 0o600); err != nil {
		t.Fatal(err)
	}
	flat, err := os.ReadFile(convert(t, path, "fods"))
	if err != nil {
		t.Fatal(err)
	}
	text := string(flat)
	if n := strings.Count(text, "<office:annotation "); n != 2 || !strings.Contains(text, "市专项小组") || !strings.Contains(text, "“工伤”未填写。") || !strings.Contains(strings.ToLower(text), "#ffb3b3") {
		t.Errorf("LibreOffice sees %d comments", n)
	}
	t.Logf("counted: 2 comments seen by LibreOffice")
}
