//go:build e2e

package e2e

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"taizhang/ingest/attach"
)

// mailed returns the newest file that was mailed whose name holds part.
func (o *office) mailed(part string) []byte {
	o.t.Helper()
	var data []byte
	for _, m := range o.sink.Accepted() {
		msg, err := attach.Parse(m.Raw, attach.Limits{})
		if err != nil {
			o.t.Fatal(err)
		}
		for _, f := range msg.Files {
			if strings.Contains(f.Name, part) {
				data = f.Data
			}
		}
	}
	if data == nil {
		o.t.Fatalf("no %s was mailed", part)
	}
	return data
}

// render has LibreOffice print a document of ours, keeps it, the PDF and a
// picture of each page in dir, and returns the text of the pages.
func render(t *testing.T, dir, name string, data []byte) []string {
	t.Helper()
	path := filepath.Join(dir, name)
	if err := os.WriteFile(path, data, 0o644); err != nil {
		t.Fatal(err)
	}
	base := strings.TrimSuffix(path, filepath.Ext(path))
	run(t, "soffice", "-env:UserInstallation=file://"+filepath.Join(dir, "lo"), "--headless", "--convert-to", "pdf", "--outdir", dir, path)
	run(t, "pdftoppm", "-r", "80", "-png", base+".pdf", base)
	pictures, err := filepath.Glob(base + "-*.png")
	if err != nil {
		t.Fatal(err)
	}
	pages := strings.Split(strings.TrimSuffix(run(t, "pdftotext", "-enc", "UTF-8", base+".pdf", "-"), "\f"), "\f")
	if len(pages) == 0 || len(pictures) != len(pages) {
		t.Fatalf("%s: %d pages, %d pictures", name, len(pages), len(pictures))
	}
	return pages
}

// squeezed is the text of a page without spaces and line ends, which say
// nothing of what is printed.
func squeezed(s string) string { return strings.Join(strings.Fields(s), "") }

// checkBulletin looks at the newest bulletin as LibreOffice prints it.
func (o *office) checkBulletin(totals []string) {
	o.t.Helper()
	pages := render(o.t, o.dir, "bulletin.docx", o.mailed("进展情况通报"))
	all := squeezed(strings.Join(pages, ""))
	want := []string{"关于许昌市2022年5月", "全民参保计划攻坚行动进展情况的通报", "（更正版第1号）", "按照许社养老〔2022〕12号要求", "已报6/7，已计入6/7", "一、更正事项", "二、总体进展",
		"漏报：市本级", "迟报：襄城县（迟1天）", "2022年6月28日（星期二）24时", "许昌市全民参保计划攻坚行动专项小组2022年5月30日", "已计入6/应报7" + strings.Join(totals, "")}
	for _, w := range want {
		if !strings.Contains(all, w) {
			o.t.Errorf("the printed bulletin lacks %q", w)
		}
	}
	for i, p := range pages {
		if n := fmt.Sprintf("—%d—", i+1); !strings.Contains(squeezed(p), n) {
			o.t.Errorf("page %d does not say %s", i+1, n)
		}
	}
	o.t.Logf("counted: bulletin of %d pages printed by LibreOffice", len(pages))
}

// A page of the bulletin holds 22 lines of 28 characters (GB/T 9704-2012
// §5.2.3), as LibreOffice sets it.
func TestPageOfTheBulletin(t *testing.T) {
	o := newOffice(t)
	template := filepath.Join(o.dir, "template.txt")
	if err := os.WriteFile(template, []byte("# 版面\n"+strings.Repeat("国", 28*60)+"\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(o.config)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(o.config, []byte(strings.Replace(string(text), `template: ""`, "template: template.txt", 1)), 0o600); err != nil {
		t.Fatal(err)
	}
	o.tai("config", "check", o.config)
	o.tai("summary", "--month", "2022-05", "--out", o.dir)
	files, err := filepath.Glob(filepath.Join(o.dir, "*进展情况通报.docx"))
	if err != nil || len(files) != 1 {
		t.Fatalf("%v, %v", files, err)
	}
	data, err := os.ReadFile(files[0])
	if err != nil {
		t.Fatal(err)
	}
	pages := render(t, o.dir, "page.docx", data)
	lines := slices.DeleteFunc(strings.Split(pages[1], "\n"), func(l string) bool { return !strings.Contains(l, "国") })
	for i, l := range lines {
		if n := utf8.RuneCountInString(strings.TrimSpace(l)); n != 28 {
			t.Errorf("line %d of page 2 has %d characters", i+1, n)
		}
	}
	if len(lines) != 22 {
		t.Errorf("page 2 has %d lines", len(lines))
	}
	t.Logf("counted: a page of %d lines of 28 characters", len(lines))
}
