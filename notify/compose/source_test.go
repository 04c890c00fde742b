package compose_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"taizhang/notify/compose"
)

// An edited file of the folder replaces the embedded one.
func TestTemplateDirReplaces(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "request.tmpl", "\ufeff{{define \"subject\"}}【请报送】{{.Unit}}{{end}}\r\n{{define \"body\"}}\r\n请于{{.Due}}前报送。\r\n{{template \"sign\" .}}{{end}}")
	write(t, dir, "notes.txt", "不是模板")
	k, err := compose.New(campaign(), compose.Options{TemplateDir: dir})
	if err != nil {
		t.Fatal(err)
	}
	m, err := k.Request(compose.RequestFacts{Common: yuzhou("k", at(5, 23, 9, 30))})
	if err != nil {
		t.Fatal(err)
	}
	if m.Subject != "【请报送】禹州市" || !strings.HasPrefix(m.Text, "　　请于5月28日（星期六）24时前报送。\n") {
		t.Errorf("subject %q, text %q", m.Subject, m.Text)
	}
}

// A mistake in an edited file shows at the start, and the error names the file.
func TestTemplateDirMistakes(t *testing.T) {
	findings, err := os.ReadFile("catalogue/findings.json")
	if err != nil {
		t.Fatal(err)
	}
	frame, err := os.ReadFile("templates/frame.html.tmpl")
	if err != nil {
		t.Fatal(err)
	}
	letter := func(body string) string {
		return `{{define "subject"}}x{{end}}{{define "body"}}` + body + `{{end}}`
	}
	for _, c := range []struct{ name, file, text, want string }{
		{"syntax", "receipt.tmpl", letter("{{if"), "receipt.tmpl"},
		{"unknown field", "receipt.tmpl", letter("x{{if .Several}}{{.Nonsense}}{{end}}"), ".Nonsense"},
		{"unknown field of a document", "receipt.tmpl", letter("x{{range .Documents}}{{.Colour}}{{end}}"), ".Colour"},
		{"field of another letter", "request.tmpl", letter("{{.Tally}}"), ".Tally"},
		{"unknown table", "duty.tmpl", letter(`{{table "grd"}}`), "grd"},
		{"no body", "held.tmpl", `{{define "subject"}}x{{end}}`, "body"},
		{"empty letter", "held.tmpl", letter(""), "empty"},
		{"empty subject", "held.tmpl", `{{define "subject"}} {{end}}{{define "body"}}x{{end}}`, "subject"},
		{"misnamed file", "reciept.tmpl", letter("x"), "reciept.tmpl"},
		{"orphan text", "findings.json", strings.Replace(string(findings), `"F01"`, `"Z99": {"message":"x","remedy":"x"}, "F01"`, 1), "Z99"},
		{"missing text", "findings.json", `{}`, "F01"},
		{"wrong argument", "findings.json", strings.Replace(string(findings), "{reason}", "{cause}", 1), "cause"},
		{"unused argument", "findings.json", strings.Replace(string(findings), "[（{reason}）]", "", 1), "reason"},
		{"unknown word", "words.json", `{"colour":"x"}`, "words.json"},
		{"missing words", "words.json", `{}`, "words.json"},
		{"frame", "frame.html.tmpl", strings.Replace(string(frame), ".Subject", ".Title", 1), "Title"},
		{"parts", "parts.tmpl", "{{define", "parts.tmpl"},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			write(t, dir, c.file, c.text)
			_, err := compose.New(campaign(), compose.Options{TemplateDir: dir})
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Fatalf("error %v does not tell of %s", err, c.want)
			}
			if !strings.Contains(err.Error(), c.file) {
				t.Errorf("error %v does not name %s", err, c.file)
			}
		})
	}
	if _, err := compose.New(campaign(), compose.Options{TemplateDir: filepath.Join(t.TempDir(), "none")}); err == nil {
		t.Error("a folder that does not exist was taken")
	}
}

func write(t *testing.T, dir, name, text string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}
