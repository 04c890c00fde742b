package app_test

import (
	"archive/zip"
	"bytes"
	"encoding/base64"
	"encoding/xml"
	"errors"
	"io"
	"io/fs"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	netmail "net/mail"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/xuri/excelize/v2"
	"golang.org/x/net/html"

	"taizhang/internal/samples"
	"taizhang/ledger"
)

// watcher looks at what came out.
type watcher struct {
	*showcase
	texts                                         []string
	kinds                                         map[ledger.MailKind]int
	pages, books, letters, formulas, lines, files int
	shortened                                     int // numbers of persons that were masked
}

var ourHeaders = []string{"From", "To", "Cc", "Subject", "Date", "Message-Id", "Mime-Version", "Content-Type", "Content-Transfer-Encoding", "Auto-Submitted", "X-Auto-Response-Suppress", "X-Loop", "X-Taizhang-Id", "In-Reply-To", "References"}

func (w *watcher) mail(o ledger.Outgoing) {
	w.kinds[o.Kind]++
	m, err := netmail.ReadMessage(bytes.NewReader(o.Raw))
	if err != nil {
		w.t.Fatalf("%s: %v", o.Key, err)
	}
	for key := range m.Header {
		if !slices.Contains(ourHeaders, key) {
			w.t.Errorf("%s has a header %q", o.Key, key)
		}
	}
	for _, key := range []string{"To", "Cc", "From"} {
		if m.Header.Get(key) == "" {
			continue
		}
		list, err := m.Header.AddressList(key)
		if err != nil {
			w.t.Errorf("%s: %s: %v", o.Key, key, err)
		}
		for _, a := range list {
			if !slices.Contains(append(slices.Clone(o.Recipients), samples.Own), a.Address) {
				w.t.Errorf("%s: %s names %s", o.Key, key, a.Address)
			}
			w.plain(o.Key+" "+key, a.Name)
		}
	}
	subject, err := new(mime.WordDecoder).DecodeHeader(m.Header.Get("Subject"))
	if err != nil {
		w.t.Errorf("%s: subject: %v", o.Key, err)
	}
	w.plain(o.Key+" subject", subject)
	w.part(o, m.Header.Get("Content-Type"), m.Header.Get("Content-Transfer-Encoding"), "", m.Body)
}

// plain wants one line without signs that do something to a screen.
func (w *watcher) plain(where, s string) {
	for _, r := range s {
		if r < ' ' || r == 0x7f || r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069 || r == 0x200b || r == 0xfeff {
			w.t.Errorf("%s holds %U", where, r)
			return
		}
	}
}

func (w *watcher) part(o ledger.Outgoing, contentType, encoding, disposition string, body io.Reader) {
	kind, params, err := mime.ParseMediaType(contentType)
	if err != nil {
		w.t.Errorf("%s: %v", o.Key, err)
		return
	}
	if strings.HasPrefix(kind, "multipart/") {
		r := multipart.NewReader(body, params["boundary"])
		for {
			p, err := r.NextRawPart()
			if errors.Is(err, io.EOF) {
				return
			}
			if err != nil {
				w.t.Fatalf("%s: %v", o.Key, err)
			}
			w.part(o, p.Header.Get("Content-Type"), p.Header.Get("Content-Transfer-Encoding"), p.Header.Get("Content-Disposition"), p)
		}
	}
	switch strings.ToLower(encoding) {
	case "base64":
		body = base64.NewDecoder(base64.StdEncoding, body)
	case "quoted-printable":
		body = quotedprintable.NewReader(body)
	}
	data, err := io.ReadAll(body)
	if err != nil {
		w.t.Fatalf("%s: %v", o.Key, err)
	}
	if name := fileNameOf(disposition); name != "" {
		w.plain(o.Key+" file name", name)
		if filepath.Base(name) != name || strings.ContainsAny(name, `/\:`) || !slices.Contains([]string{".xlsx", ".docx", ".xlsm"}, filepath.Ext(name)) {
			w.t.Errorf("%s: a file is named %q", o.Key, name)
		}
	}
	w.personal(o, data)
	switch {
	case kind == "text/html":
		w.page(o.Key, data)
	case kind == "text/plain":
		w.stranger(o, string(data))
	case strings.HasSuffix(kind, "spreadsheetml.sheet"):
		w.workbook(o, data)
	case strings.HasSuffix(kind, "wordprocessingml.document"):
		w.letter(o.Key, data)
	}
}

func fileNameOf(disposition string) string {
	_, params, err := mime.ParseMediaType(disposition)
	if err != nil {
		return ""
	}
	name, err := new(mime.WordDecoder).DecodeHeader(params["filename"])
	if err != nil {
		return params["filename"]
	}
	return name
}

// stranger wants no number of a person of one county in a mail to another, and
// the secret in none.
func (w *watcher) stranger(o ledger.Outgoing, text string) {
	if o.Unit != "" && o.Unit != "禹州市" && (strings.Contains(text, canaryPhone) || strings.Contains(text, canaryID)) {
		w.t.Errorf("%s to %s holds what 禹州市 wrote of a person", o.Key, o.Unit)
	}
}

// personal wants no number of a person in what goes to all: the month's
// summary with its workbook and its bulletin.
func (w *watcher) personal(o ledger.Outgoing, data []byte) {
	if o.Kind != ledger.MailSummary {
		return
	}
	texts := [][]byte{data}
	if z, err := zip.NewReader(bytes.NewReader(data), int64(len(data))); err == nil {
		for _, f := range z.File {
			r, err := f.Open()
			if err != nil {
				w.t.Fatal(err)
			}
			text, err := io.ReadAll(r)
			if err != nil {
				w.t.Fatal(err)
			}
			texts = append(texts, text)
		}
	}
	for _, text := range texts {
		w.shortened += bytes.Count(text, []byte("139＊＊＊＊4321")) + bytes.Count(text, []byte("411002＊＊＊＊"))
		for _, c := range []string{canaryPhone, canaryID} {
			if i := bytes.Index(text, []byte(c)); i >= 0 {
				w.t.Errorf("%s holds the number of a person: %.200s", o.Key, text[max(0, i-60):])
			}
		}
	}
}

// page wants no elements but ours, and no attribute that acts.
func (w *watcher) page(key string, data []byte) {
	w.pages++
	allowed := []string{"html", "head", "meta", "title", "body", "div", "table", "tbody", "thead", "tr", "th", "td", "p", "b", "br", "span", "style", "ol", "ul", "li", "h1", "h2"}
	z := html.NewTokenizer(bytes.NewReader(data))
	for {
		switch z.Next() {
		case html.ErrorToken:
			if err := z.Err(); !errors.Is(err, io.EOF) {
				w.t.Errorf("%s: %v", key, err)
			}
			return
		case html.StartTagToken, html.SelfClosingTagToken:
			tok := z.Token()
			if !slices.Contains(allowed, tok.Data) {
				w.t.Errorf("%s: the page has <%s>", key, tok.Data)
			}
			for _, a := range tok.Attr {
				if strings.HasPrefix(a.Key, "on") || a.Key == "src" || a.Key == "href" || strings.Contains(a.Val, "evil") {
					w.t.Errorf("%s: <%s> has %s=%q", key, tok.Data, a.Key, a.Val)
				}
			}
		}
	}
}

// ourFormula is what formulas of ours are made of: references, functions,
// operators, and texts without anything to fetch.
var ourFormula = regexp.MustCompile(`^[A-Z0-9$:,()+\-*/<>=".;&! 一-龥\x60'%－]+$`)

// workbook wants formulas of ours only, and texts as texts.
func (w *watcher) workbook(o ledger.Outgoing, data []byte) {
	w.books++
	f, err := excelize.OpenReader(bytes.NewReader(data))
	if err != nil {
		w.t.Fatalf("%s: %v", o.Key, err)
	}
	defer func() { _ = f.Close() }()
	for _, sheet := range f.GetSheetList() {
		rows, err := f.GetRows(sheet)
		if err != nil {
			w.t.Fatalf("%s: %v", o.Key, err)
		}
		for i, row := range rows {
			for j := range row {
				name, err := excelize.CoordinatesToCellName(j+1, i+1)
				if err != nil {
					w.t.Fatal(err)
				}
				formula, err := f.GetCellFormula(sheet, name)
				if err != nil {
					w.t.Fatal(err)
				}
				if formula == "" {
					continue
				}
				w.formulas++
				if !ourFormula.MatchString(formula) || strings.Contains(formula, "HYPERLINK") || strings.Contains(formula, "WEBSERVICE") || strings.Contains(formula, "CMD") {
					w.t.Errorf("%s: %s!%s holds the formula %q", o.Key, sheet, name, formula)
				}
			}
		}
	}
	w.relations(o.Key, data)
}

// letter wants no fields and no links.
func (w *watcher) letter(key string, data []byte) {
	w.letters++
	w.relations(key, data)
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		w.t.Fatalf("%s: %v", key, err)
	}
	r, err := z.Open("word/document.xml")
	if err != nil {
		w.t.Fatalf("%s: %v", key, err)
	}
	d := xml.NewDecoder(r)
	for {
		tok, err := d.Token()
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			w.t.Fatalf("%s: %v", key, err)
		}
		if e, ok := tok.(xml.StartElement); ok && slices.Contains([]string{"hyperlink", "altChunk", "object", "script"}, e.Name.Local) {
			w.t.Errorf("%s: the letter has <%s>", key, e.Name.Local)
		}
	}
}

// relations wants no part of a package to lie outside of it.
func (w *watcher) relations(key string, data []byte) {
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		w.t.Fatalf("%s: %v", key, err)
	}
	for _, f := range z.File {
		if !strings.HasSuffix(f.Name, ".rels") {
			continue
		}
		r, err := f.Open()
		if err != nil {
			w.t.Fatal(err)
		}
		text, err := io.ReadAll(r)
		if err != nil {
			w.t.Fatal(err)
		}
		if bytes.Contains(text, []byte("External")) {
			w.t.Errorf("%s: %s points outside", key, f.Name)
		}
	}
}

// logLines wants each line to be one of ours, and no number of a person.
func (w *watcher) logLines() {
	for line := range strings.Lines(w.log.String()) {
		w.lines++
		line = strings.TrimSuffix(line, "\n")
		w.plain("the log", line)
		if !strings.HasPrefix(line, "time=") {
			w.t.Errorf("the log has a line %.80q", line)
		}
		for _, c := range []string{canaryPhone, canaryID, canarySecret, password} {
			if strings.Contains(line, c) {
				w.t.Errorf("the log holds a canary: %.200q", line)
			}
		}
	}
	if w.lines < 50 {
		w.t.Errorf("%d lines of log: the test is blunt", w.lines)
	}
}

var ourFile = regexp.MustCompile(`^(taizhang\.db|[0-9a-f]{64}\.eml)$`)

// paths wants files on disk to be named by us alone.
func (w *watcher) paths() {
	err := filepath.WalkDir(w.cfg.StoreDir, func(path string, d fs.DirEntry, err error) error {
		if err == nil && d.Type().IsRegular() {
			w.files++
			if !ourFile.MatchString(d.Name()) {
				w.t.Errorf("a file is named %q", path)
			}
		}
		return err
	})
	if err != nil {
		w.t.Fatal(err)
	}
}
