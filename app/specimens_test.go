package app_test

import (
	"archive/zip"
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"taizhang/app"
	"taizhang/config"
	"taizhang/ingest/attach"
	"taizhang/internal/messy"
	"taizhang/internal/samples"
	"taizhang/ledger"
)

// paper is a ledger as 禹州市 would fill it in for May, without a mistake. A
// specimen writes some of its cells anew.
type paper struct {
	name  string // of the sheet
	cells map[string]any
	tweak func(f *excelize.File, sheet string)
}

// form returns the paper with the cells changed: name, value, name, value …;
// nil clears a cell.
func form(changes ...any) paper {
	p := paper{name: "台账", cells: map[string]any{
		"A1": "2022年全民参保计划攻坚行动工作落实台账（5月）", "A2": "填报单位：禹州市", "F2": "单位：人",
		"A3": "工作任务", "B3": "主要工作措施", "C3": "参保户数", "D3": "企业养老", "E3": "工伤", "F3": "失业",
		"A4": "全民参保计划攻坚行动", "B4": "走访企业，宣传参保政策。", "C4": 12, "D4": 120, "E4": 98, "F4": 76,
		"A6": "负责人：张建国", "B6": "联络员：王芳", "D6": "填报时间：2022年5月26日",
	}}
	for i := 0; i+1 < len(changes); i += 2 {
		p.cells[changes[i].(string)] = changes[i+1]
	}
	return p
}

// listed is a form that lists item by item, without the eighth.
var listed = paper{name: "台账", cells: map[string]any{
	"A1": "2022年全民参保计划攻坚行动工作落实台账（5月）", "A2": "序号", "B2": "项目", "C2": "内容",
	"A3": 1, "B3": "填报单位", "C3": "禹州市", "A4": 2, "B4": "工作任务", "C4": "全民参保计划攻坚行动",
	"A5": 3, "B5": "主要工作措施", "C5": "走访企业，宣传参保政策。", "A6": 4, "B6": "户数", "C6": 12, "A7": 5, "B7": "企业养老", "C7": 120,
	"A8": 6, "B8": "工伤", "C8": 98, "A9": 7, "B9": "失业", "C9": 76,
	"A10": 9, "B10": "负责人", "C10": "张建国", "A11": 10, "B11": "联络员", "C11": "王芳", "A12": 11, "B12": "填报时间", "C12": "2022年5月26日",
}}

// total adds the column of 合计人数.
func (p paper) total(v any) paper {
	p.cells["G3"], p.cells["G4"] = "合计人数", v
	return p
}

// month writes the paper for another month, with its own filing date.
func (p paper) month(m int, cells ...any) paper {
	p.cells["A1"] = fmt.Sprintf("2022年全民参保计划攻坚行动工作落实台账（%d月）", m)
	p.cells["D6"] = fmt.Sprintf("填报时间：2022年%d月25日", m)
	for i, c := range cells {
		p.cells[string(rune('C'+i))+"4"] = c
	}
	return p
}

func (p paper) tweaked(f func(f *excelize.File, sheet string)) paper {
	p.tweak = f
	return p
}

// xlsx writes papers as the sheets of one workbook.
func xlsx(papers ...paper) []byte {
	var sheets []messy.Sheet
	for _, p := range papers {
		var rows [][]any
		for name, v := range p.cells {
			if v == nil {
				continue
			}
			col, row, err := excelize.CellNameToCoordinates(name)
			if err != nil {
				panic(err)
			}
			for len(rows) < row {
				rows = append(rows, nil)
			}
			for len(rows[row-1]) < col {
				rows[row-1] = append(rows[row-1], nil)
			}
			rows[row-1][col-1] = v
		}
		sheets = append(sheets, messy.Sheet{Name: p.name, Rows: rows})
	}
	return messy.Members(tweak(messy.Write(sheets...), papers), func(name string, b []byte) []byte {
		if !strings.HasPrefix(name, "xl/worksheets/") {
			return b
		}
		return divisionByZero.ReplaceAll(b, []byte(`<c r="$1" t="e"><v>#DIV/0!</v></c>`))
	})
}

// tweak has the papers' own changes made to the workbook.
func tweak(data []byte, papers []paper) []byte {
	if !slices.ContainsFunc(papers, func(p paper) bool { return p.tweak != nil }) {
		return data
	}
	f, err := excelize.OpenReader(bytes.NewReader(data))
	if err != nil {
		panic(err)
	}
	for _, p := range papers {
		if p.tweak != nil {
			p.tweak(f, p.name)
		}
	}
	var out bytes.Buffer
	if err := f.Write(&out); err != nil {
		panic(err)
	}
	return out.Bytes()
}

// divisionByZero is a cell whose formula has that result, as excelize writes
// it; Excel writes an error.
var divisionByZero = regexp.MustCompile(`<c r="([A-Z]+[0-9]+)"[^>]*><f>[A-Z0-9]+/0</f>(?:<v>[^<]*</v>|<v/>)?</c>`)

// enclosed is a file of a mail.
type enclosed struct {
	name string
	data []byte
}

// letter writes a mail as the mailbox keeps it. proof is what the provider
// found of the sender: "pass", "fail" or nothing.
func letter(at time.Time, from, proof, subject, text string, files ...enclosed) []byte {
	var b bytes.Buffer
	word := func(s string) string { return "=?UTF-8?B?" + base64.StdEncoding.EncodeToString([]byte(s)) + "?=" }
	fmt.Fprintf(&b, "Received: by mx19 (Coremail) id 1;\r\n\t%s\r\n", at.Format(time.RFC1123Z))
	fmt.Fprintf(&b, "From: %s <%s>\r\nTo: %s\r\nSubject: %s\r\nDate: %s\r\nMessage-ID: <%d.%s>\r\nMIME-Version: 1.0\r\nX-CM-TRANSID: 1\r\nContent-Type: multipart/mixed; boundary=b\r\n",
		word("经办人"), from, samples.Own, word(subject), at.Format(time.RFC1123Z), at.Unix(), from)
	if proof != "" {
		_, domain, _ := strings.Cut(from, "@")
		fmt.Fprintf(&b, "Authentication-Results: mx19; spf=%s smtp.mail=%s; dkim=%s header.i=@%s\r\n", proof, from, proof, domain)
	}
	b.WriteString("\r\n")
	kind := "plain"
	if strings.HasPrefix(text, "<") {
		kind = "html"
	}
	fmt.Fprintf(&b, "--b\r\nContent-Type: text/%s; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n%s\r\n", kind, base64.StdEncoding.EncodeToString([]byte(text)))
	for _, f := range files {
		fmt.Fprintf(&b, "--b\r\nContent-Type: application/octet-stream\r\nContent-Transfer-Encoding: base64\r\nContent-Disposition: attachment; filename=\"%s\"\r\n\r\n%s\r\n",
			word(f.name), base64.StdEncoding.EncodeToString(f.data))
	}
	b.WriteString("--b--\r\n")
	return b.Bytes()
}

// registry is the program over a store, without its servers: mails are handed
// to it as import does.
type registry struct {
	t   testing.TB
	app *app.App
	cfg *config.Config
}

func newRegistry(t testing.TB) *registry {
	t.Helper()
	dir := t.TempDir()
	text, err := samples.Config(samples.Setting{IMAP: "127.0.0.1:1", SMTP: "127.0.0.1:1", CAFile: "", PasswordFile: "code", Store: filepath.Join(dir, "store")})
	if err != nil {
		t.Fatal(err)
	}
	for name, data := range map[string][]byte{"config.yaml": text, "code": []byte(password)} {
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	r := &registry{t: t}
	if r.cfg, err = config.Load(filepath.Join(dir, "config.yaml")); err != nil {
		t.Fatal(err)
	}
	if r.app, err = app.New(t.Context(), app.Options{Config: r.cfg, Log: slog.New(slog.DiscardHandler), Offline: true}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := r.app.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	return r
}

// started makes the first start be before everything.
func (r *registry) started(at time.Time) *registry {
	r.t.Helper()
	r.take(letter(at.Add(time.Second), "nobody@elsewhere.example", "", "问好", "见面再谈。"), at)
	return r
}

// take hands a mail in at the instant.
func (r *registry) take(raw []byte, now time.Time) app.Imported {
	r.t.Helper()
	out, err := r.app.Import(r.t.Context(), now, app.ImportRequest{Name: "a.eml", Raw: raw})
	if err != nil {
		r.t.Fatal(err)
	}
	return out
}

// yuzhou hands in papers of 禹州市, signed, and returns the findings about the
// newest of its documents.
func (r *registry) yuzhou(at time.Time, papers ...paper) []ledger.Finding {
	r.t.Helper()
	return r.from("shebao@yuzhou.example", "pass", at, papers...)
}

func (r *registry) from(addr, proof string, at time.Time, papers ...paper) []ledger.Finding {
	r.t.Helper()
	var out []ledger.Finding
	for i, p := range papers {
		when := at.Add(time.Duration(i) * time.Hour)
		in := r.take(letter(when, addr, proof, "台账", "请查收附件。", enclosed{"台账.xlsx", xlsx(p)}), when)
		out = r.findings(in.Digest)
	}
	return out
}

// findings returns those of all documents of the mail.
func (r *registry) findings(digest string) []ledger.Finding {
	r.t.Helper()
	st, err := r.app.State(r.t.Context())
	if err != nil {
		r.t.Fatal(err)
	}
	subs := slices.Clone(st.Unplaced)
	for _, b := range st.Books {
		subs = append(subs, b.Submissions...)
	}
	var out []ledger.Finding
	for _, s := range subs {
		if s.Mail == digest {
			out = append(out, s.Reading.Findings...)
		}
	}
	return out
}

// encryptedZip is an archive whose only member has a password.
func encryptedZip() []byte {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	w, err := z.CreateRaw(&zip.FileHeader{Name: "ledger.xlsx", Flags: 1, Method: zip.Store, CRC32: 7, CompressedSize64: 16, UncompressedSize64: 4})
	if err == nil {
		_, err = w.Write(make([]byte, 16))
	}
	if err := errors.Join(err, z.Close()); err != nil {
		panic(err)
	}
	return b.Bytes()
}

// insertedDocx is a Word document in which a number was inserted while changes
// were tracked.
func insertedDocx() []byte {
	run := func(s string) string { return "<w:r><w:t>" + s + "</w:t></w:r>" }
	cell := func(s string) string { return "<w:tc><w:p>" + s + "</w:p></w:tc>" }
	row := func(cells ...string) string { return "<w:tr>" + strings.Join(cells, "") + "</w:tr>" }
	var head, body []string
	for _, s := range []string{"工作任务", "主要工作措施", "参保户数", "企业养老", "工伤", "失业"} {
		head = append(head, cell(run(s)))
	}
	for _, s := range []string{"全民参保计划攻坚行动", "走访企业，宣传参保政策。", "12"} {
		body = append(body, cell(run(s)))
	}
	body = append(body, cell("<w:del><w:r><w:delText>100</w:delText></w:r></w:del><w:ins>"+run("120")+"</w:ins>"), cell(run("98")), cell(run("76")))
	document := `<?xml version="1.0" encoding="UTF-8"?><w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>` +
		"<w:p>" + run("2022年全民参保计划攻坚行动工作落实台账（5月）") + "</w:p><w:p>" + run("填报单位：禹州市") + "</w:p><w:tbl>" + row(head...) + row(body...) + "</w:tbl><w:p>" +
		run("负责人：张建国　联络员：王芳　填报时间：2022年5月26日") + "</w:p></w:body></w:document>"
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, m := range [][2]string{
		{"[Content_Types].xml", `<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>`},
		{"_rels/.rels", `<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>`},
		{"word/document.xml", document},
	} {
		w, err := z.Create(m[0])
		if err == nil {
			_, err = w.Write([]byte(m[1]))
		}
		if err != nil {
			panic(err)
		}
	}
	if err := z.Close(); err != nil {
		panic(err)
	}
	return b.Bytes()
}

// mailText returns the readable text of the mail in the outbox.
func mailText(t testing.TB, a *app.App, key string) string {
	t.Helper()
	o, ok, err := a.Outgoing(t.Context(), key)
	if err != nil || !ok {
		t.Fatalf("mail %s: %t, %v", key, ok, err)
	}
	m, err := attach.Parse(o.Raw, attach.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	return m.PlainText()
}
