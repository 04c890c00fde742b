package sheet_test

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"io"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/encoding/simplifiedchinese"

	"taizhang/ingest/sheet"
	"taizhang/ingest/sheet/sheettest"
	"taizhang/ingest/sheet/strict"
	"taizhang/ingest/sheet/xlsx"
	"taizhang/ledger"
)

func must(err error) {
	if err != nil {
		panic(err)
	}
}

// archive packs parts given as name, text, name, text …
func archive(parts ...string) []byte {
	var buf bytes.Buffer
	zw := zip.NewWriter(&buf)
	for i := 0; i < len(parts); i += 2 {
		w, err := zw.CreateHeader(&zip.FileHeader{Name: parts[i], Method: zip.Store})
		must(err)
		_, err = io.WriteString(w, parts[i+1])
		must(err)
	}
	must(zw.Close())
	return buf.Bytes()
}

// compound makes a compound file of the smallest kind with the named streams
// in its root.
func compound(names ...string) []byte {
	b := make([]byte, 512*4)
	copy(b, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
	b[30] = 9
	put := func(at int, v uint32) {
		b[at], b[at+1], b[at+2], b[at+3] = byte(v), byte(v>>8), byte(v>>16), byte(v>>24)
	}
	put(48, 1) // directory in sector 1, the allocation table in sector 0
	put(76, 0)
	for at := 80; at < 512; at += 4 {
		put(at, math.MaxUint32)
	}
	for at := 512; at < 1024; at += 4 {
		put(at, math.MaxUint32)
	}
	put(512, 0xfffffffd)
	put(516, 0xfffffffe)
	entry := func(i int, name string, left, right, child uint32) {
		at := 1024 + 128*i
		for j, u := range utf16.Encode([]rune(name)) {
			b[at+2*j], b[at+2*j+1] = byte(u), byte(u>>8)
		}
		b[at+64] = byte(2*len(utf16.Encode([]rune(name))) + 2)
		put(at+68, left)
		put(at+72, right)
		put(at+76, child)
	}
	entry(0, "Root Entry", math.MaxUint32, math.MaxUint32, 1)
	for i, n := range names {
		right := uint32(i + 2)
		if i == len(names)-1 {
			right = math.MaxUint32
		}
		entry(i+1, n, math.MaxUint32, right, math.MaxUint32)
	}
	return b
}

// TestXLS reads a workbook of the binary format, formulas and all, whatever its
// name says.
func TestXLS(t *testing.T) {
	data, err := os.ReadFile("xls/testdata/libreoffice-ledger.xls")
	must(err)
	tables, err := sheet.Read(t.Context(), "a.xlsx", data, sheet.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	c, _ := tables[0].At(ledger.Ref{Row: 27, Col: 3})
	if len(tables) != 2 || c.Text != "1116" || c.Formula != "SUM(D4:D27)" {
		t.Errorf("%d tables, D28 is %+v", len(tables), c)
	}
}

// TestStreamNamesInCapitals reads a workbook whose stream is called WORKBOOK, as
// report generators call it: names in a compound file do not differ by case.
func TestStreamNamesInCapitals(t *testing.T) {
	data, err := os.ReadFile("xls/testdata/libreoffice-ledger.xls")
	must(err)
	want, err := sheet.Read(t.Context(), "a.xls", data, sheet.Limits{})
	must(err)
	name := func(s string) (b []byte) {
		for _, u := range utf16.Encode([]rune(s)) {
			b = append(b, byte(u), byte(u>>8))
		}
		return b
	}
	if !bytes.Contains(data, name("Workbook")) {
		t.Fatal("the sample has no stream Workbook")
	}
	got, err := sheet.Read(t.Context(), "a.xls", bytes.Replace(data, name("Workbook"), name("WORKBOOK"), 1), sheet.Limits{})
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(ledger.Table{})); diff != "" || err != nil {
		t.Errorf("%v\n%s", err, diff)
	}
}

func TestSniff(t *testing.T) {
	gbk, err := simplifiedchinese.GBK.NewEncoder().String("单位,户数,人数\r\n禹州市,35,120\r\n")
	must(err)
	ods := archive("mimetype", "application/vnd.oasis.opendocument.spreadsheet", "content.xml", "<a/>")
	odt := archive("mimetype", "application/vnd.oasis.opendocument.text", "content.xml", "<a/>")
	for _, tt := range []struct {
		name string
		data []byte
		want string // kind, or a code with its argument
	}{
		{"docx", archive("[Content_Types].xml", "", "word/document.xml", "<a/>"), "docx"},
		{"xlsb", archive("[Content_Types].xml", "", "xl/workbook.bin", "x"), "xlsb"},
		{"pptx", archive("[Content_Types].xml", "", "ppt/presentation.xml", "x"), "ppt"},
		{"ofd", archive("OFD.xml", ""), "ofd"},
		{"ods", ods, "ods"},
		{"odt", odt, "odt"},
		{"zip", archive("台账.xlsx", "x"), "zip"},
		{"xls without content", compound("Workbook", "\x05SummaryInformation"), "F01 container"},
		{"old xls without content", compound("Book"), "F01 container"},
		{"biff4", []byte("\x09\x04\x06\x00\x00\x04\x10\x00\x00\x00\x0a\x00\x00\x00"), "xls4"},
		{"doc", compound("1Table", "WordDocument"), "doc"},
		{"ppt", compound("PowerPoint Document"), "ppt"},
		{"msg", compound("__properties_version1.0"), "mail"},
		{"compound", compound("Contents"), "ole"},
		{"encrypted", compound("EncryptionInfo", "EncryptedPackage"), "F02"},
		{"compound cut", compound("Workbook")[:600], "F01 cut"},
		{"pdf", []byte("%PDF-1.7\n"), "pdf"},
		{"png", []byte("\x89PNG\r\n\x1a\n123"), "picture"},
		{"jpeg", []byte("\xff\xd8\xff\xe0"), "picture"},
		{"gif", []byte("GIF89a"), "picture"},
		{"tiff", []byte("II*\x00"), "picture"},
		{"heic", []byte("\x00\x00\x00\x18ftypheic"), "picture"},
		{"bmp", append([]byte("BM\x00\x00\x00\x00\x00\x00\x00\x00\x36"), make([]byte, 30)...), "picture"},
		{"rar", []byte("Rar!\x1a\x07\x01\x00"), "rar"},
		{"7z", []byte("7z\xbc\xaf\x27\x1c"), "7z"},
		{"gzip", []byte("\x1f\x8b\x08\x00"), "gzip"},
		{"rtf", []byte(`{\rtf1`), "rtf"},
		{"html", []byte("\xef\xbb\xbf<html xmlns:x=\"urn:schemas-microsoft-com:office:excel\"><table>"), "html"},
		{"table alone", []byte("\n<table><tr><td>1</td></tr></table>"), "html"},
		{"xml 2003", []byte(`<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet">`), "xml2003"},
		{"xml", []byte(`<?xml version="1.0"?><a/>`), "xml"},
		{"xml 2003 without a declaration", []byte(`<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet">`), "xml2003"},
		{"html after its styles", []byte("<style>" + strings.Repeat("td{} ", 2000) + "</style><table></table>"), "html"},
		{"csv in UTF-16 without a mark", []byte("a\x00\t\x00b\x00\n\x00"), "csv"},
		{"mht", []byte("MIME-Version: 1.0\r\n"), "mht"},
		{"csv", []byte("a,b\n1,2\n"), "csv"},
		{"csv in GBK", []byte(gbk), "csv"},
		{"csv in UTF-16", []byte("\xff\xfea\x00\t\x00b\x00\n\x00"), "csv"},
		{"text", []byte("见附件\n"), "text"},
		{"bytes", []byte("\x01\x02\x03\xff"), "unknown"},
		{"docx by another name", archive("[Content_Types].xml", "", "word/document2.xml", "<a/>"), "docx"},
		{"ods wholly encrypted", archive("mimetype", "application/vnd.oasis.opendocument.spreadsheet", "encrypted-package", "x"), "F02"},
		{"nothing", nil, "F05"},
		{"zeros", make([]byte, 9000), "F01 cut"},
		{"zip cut", archive("xl/workbook.xml", strings.Repeat("x", 500))[:300], "F01 cut"},
		{"xlsx without content types", archive("xl/workbook.xml", "x"), "F01 missing"},
	} {
		if kind, err := sheet.Sniff(tt.data); err == nil && string(kind) == tt.want {
			continue
		}
		tables, err := sheet.Read(t.Context(), "a.xlsx", tt.data, sheet.Limits{})
		var e *sheet.Error
		if !errors.As(err, &e) || tables != nil {
			t.Errorf("%s: %v", tt.name, err)
			continue
		}
		got := string(e.Code)
		switch e.Code {
		case ledger.FUnsupported:
			got = e.Args["kind"]
		case ledger.FDamaged:
			got += " " + e.Args["reason"]
		}
		if got != tt.want {
			t.Errorf("%s: %s, want %s", tt.name, got, tt.want)
		}
		for _, info := range ledger.Codes {
			if info.Code == e.Code && len(info.Args) != len(e.Args) {
				t.Errorf("%s: arguments %v, want %v", tt.name, e.Args, info.Args)
			}
		}
	}
	big := make([]byte, 21<<20)
	if _, err := sheet.Read(t.Context(), "a", big, sheet.Limits{}); strict.CodeOf(err) != ledger.FTooLarge {
		t.Errorf("a file above the limit: %v", err)
	}
}

var cached = regexp.MustCompile(`(<f[^>]*>[^<]*</f>)<v>[^<]*</v>`)

// stripped returns the workbook with the cached values of all formulas taken
// out of its sheets.
func stripped(data []byte) []byte {
	zr, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	must(err)
	var buf bytes.Buffer
	zw := zip.NewWriter(&buf)
	for _, f := range zr.File {
		if !strings.HasPrefix(f.Name, "xl/worksheets/") || strings.HasSuffix(f.Name, "/") {
			must(zw.Copy(f))
			continue
		}
		r, err := f.Open()
		must(err)
		b, err := io.ReadAll(r)
		must(err)
		w, err := zw.Create(f.Name)
		must(err)
		_, err = w.Write(cached.ReplaceAll(b, []byte("$1")))
		must(err)
	}
	must(zw.Close())
	return buf.Bytes()
}

// compareEvaluated takes the values out of a workbook and compares what is
// evaluated with what stood there.
func compareEvaluated(t *testing.T, name string, data []byte) (equal, left int) {
	want, err := xlsx.Read(t.Context(), name, data, strict.Limits{})
	if err != nil {
		return 0, 0
	}
	got, err := sheet.Read(t.Context(), name, stripped(data), sheet.Limits{})
	if err != nil {
		t.Errorf("%s: %v", name, err)
		return 0, 0
	}
	for i, table := range got {
		for _, c := range table.Cells() {
			w, _ := want[i].At(c.Ref)
			switch {
			case c.Formula == "" || w.NoValue:
			case c.NoValue:
				left++
			case !c.Computed || c.Text == w.Text || near(c.Text, w.Text):
				if c.Computed {
					equal++
				}
			default:
				t.Errorf("%s: %s!%s =%s gives %q, stood %q", filepath.Base(name), table.Sheet, c.Name(), c.Formula, c.Text, w.Text)
			}
		}
	}
	return equal, left
}

func near(a, b string) bool {
	x, err := strconv.ParseFloat(a, 64)
	y, err2 := strconv.ParseFloat(b, 64)
	return err == nil && err2 == nil && math.Abs(x-y) <= 1e-12*max(math.Abs(x), math.Abs(y), 1)
}

// TestEvaluation compares with LibreOffice, which wrote the file and its
// values, and with whatever wrote the files below TAIZHANG_CORPORA.
func TestEvaluation(t *testing.T) {
	const name = "testdata/libreoffice-formulas.xlsx"
	data, err := os.ReadFile(name)
	must(err)
	equal, left := compareEvaluated(t, name, data)
	t.Logf("%s: %d evaluated as LibreOffice did, %d left without a value", name, equal, left)
	if equal < 140 {
		t.Errorf("only %d formulas were evaluated", equal)
	}
	root := os.Getenv("TAIZHANG_CORPORA")
	if root == "" {
		return
	}
	files := 0
	equal, left = 0, 0
	stale := map[string]bool{"test_CalcChain.xlsx": true} // a sum saved as 1 of two cells that hold nothing
	must(filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if ext := strings.ToLower(filepath.Ext(path)); err != nil || d.IsDir() || ext != ".xlsx" && ext != ".xlsm" {
			return err
		}
		if stale[d.Name()] {
			return nil
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		e, l := compareEvaluated(t, path, data)
		files++
		equal += e
		left += l
		return nil
	}))
	t.Logf("%s: %d files, %d formulas evaluated as they stood, %d left without a value", root, files, equal, left)
}

func workbook(rows string) []byte {
	const (
		main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
		rel  = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
		pack = "http://schemas.openxmlformats.org/package/2006/relationships"
	)
	return archive("[Content_Types].xml", "<Types/>",
		"_rels/.rels", `<Relationships xmlns="`+pack+`"><Relationship Id="a" Type="`+rel+`/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
		"xl/workbook.xml", `<workbook xmlns="`+main+`" xmlns:r="`+rel+`"><sheets><sheet name="S" sheetId="1" r:id="a"/></sheets><calcPr fullCalcOnLoad="1"/></workbook>`,
		"xl/_rels/workbook.xml.rels", `<Relationships xmlns="`+pack+`"><Relationship Id="a" Type="`+rel+`/worksheet" Target="s.xml"/></Relationships>`,
		"xl/s.xml", `<worksheet xmlns="`+main+`">`+rows+`</worksheet>`)
}

func TestEvaluated(t *testing.T) {
	data := workbook(`<sheetData><row r="1"><c r="A1"><v>120</v></c><c r="B1"><v>1.5</v></c><c r="C1" t="str"><v>12</v></c><c r="D1" t="b"><v>1</v></c><c r="E1" t="e"><v>#N/A</v></c></row>` +
		`<row r="2"><c r="A2"><f>A1+B1</f><v>0</v></c><c r="B2"><f>A2*2</f><v>0</v></c><c r="C2"><f>SUM(A1:B2)</f></c><c r="D2"><f>C2&amp;"人"</f><v>0</v></c><c r="E2"><f>A1*3</f><v>7</v></c></row>` +
		`<row r="3"><c r="A3"><f>SUM(A1:C1)</f><v>0</v></c><c r="B3"><f>SUM(D1,A1)</f><v>0</v></c><c r="C3"><f>E1+1</f><v>0</v></c><c r="D3"><f>D3+1</f><v>0</v></c><c r="E3"><f>E4</f><v>0</v></c></row>` +
		`<row r="4"><c r="A4"><f>TODAY()</f><v>0</v></c><c r="B4"><f>[1]Sheet1!A1</f><v>0</v></c><c r="C4"><f>WEBSERVICE("http://example.invalid")</f><v>0</v></c><c r="D4"><f>SUM(A:A)</f><v>0</v></c><c r="E4"><f>E3</f><v>0</v></c></row>` +
		`<row r="5"><c r="A5"><f>RAND()+A1</f><v>0</v></c><c r="B5"><f>A5+1</f><v>0</v></c><c r="C5"><f t="array" ref="C5">SUM(A1:A1*2)</f><v>0</v></c><c r="D5"><f>G1+1</f><v>0</v></c><c r="E5"><f>未名+1</f><v>0</v></c></row>` +
		`</sheetData><mergeCells><mergeCell ref="G1:H1"/></mergeCells>`)
	tables, err := sheet.Read(t.Context(), "a.xlsx", data, sheet.Limits{})
	must(err)
	got := map[string]string{}
	for _, c := range tables[0].Cells() {
		if c.Formula == "" {
			continue
		}
		got[c.Name()] = c.Text + map[bool]string{true: " computed"}[c.Computed] + map[bool]string{true: " none"}[c.NoValue]
	}
	want := map[string]string{
		"A2": "121.5 computed", "B2": "243 computed", "C2": "486 computed", "D2": " none", "E2": "7",
		"A3": " none", "B3": " none", "C3": " none", "D3": " none", "E3": " none",
		"A4": " none", "B4": " none", "C4": " none", "D4": " none", "E4": " none",
		"A5": " none", "B5": " none", "C5": " none", "D5": "1 computed", "E5": " none",
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	if len(tables[0].Merges) != 1 {
		t.Error("the merges are lost")
	}
}

// TestEvaluationSparesWhatWasDropped: a value that never counts for us counts
// for Excel, so a formula over it has no certain value.
func TestEvaluationSparesWhatWasDropped(t *testing.T) {
	data := workbook(`<sheetData><row r="1"><c r="A1"><v>1</v></c><c r="B1"><v>2</v></c><c r="C1"><f>SUM(A1:B1)</f></c></row></sheetData><mergeCells><mergeCell ref="A1:B1"/></mergeCells>`)
	tables, err := sheet.Read(t.Context(), "a.xlsx", data, sheet.Limits{})
	must(err)
	if c, _ := tables[0].At(ledger.Ref{Col: 2}); !c.NoValue {
		t.Errorf("%+v", c)
	}
}

// TestEvaluationIsBounded: chains, cycles and doubling formulas end.
func TestEvaluationIsBounded(t *testing.T) {
	var rows strings.Builder
	rows.WriteString(`<sheetData><row r="1"><c r="A1"><v>1</v></c></row>`)
	for i := 2; i <= 1500; i++ {
		n, p := strconv.Itoa(i), strconv.Itoa(i-1)
		rows.WriteString(`<row r="` + n + `"><c r="A` + n + `"><f>A` + p + `+A` + p + `-A` + p + `</f></c></row>`)
	}
	rows.WriteString(`</sheetData>`)
	tables, err := sheet.Read(t.Context(), "a.xlsx", workbook(rows.String()), sheet.Limits{})
	must(err)
	if c, _ := tables[0].At(ledger.Ref{Row: 1499}); c.Text != "1" || !c.Computed {
		t.Errorf("%+v", c)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := sheet.Read(ctx, "a.xlsx", workbook(rows.String()), sheet.Limits{}); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

// TestAllocations holds the whole way of a small ledger, front included, to the
// budget of the reader.
func TestAllocations(t *testing.T) {
	data, err := os.ReadFile("xlsx/testdata/libreoffice-ledger.xlsx")
	must(err)
	n := testing.AllocsPerRun(20, func() {
		if _, err := sheet.Read(t.Context(), "a.xlsx", data, sheet.Limits{}); err != nil {
			t.Fatal(err)
		}
	})
	t.Logf("%.0f allocations", n)
	if n > 500 {
		t.Errorf("%.0f allocations, want at most 500", n)
	}
}

// TestCorpora reads every file below TAIZHANG_CORPORA by its content.
func TestCorpora(t *testing.T) {
	sheettest.Corpora(t, func(data []byte) ([]*ledger.Table, error) {
		if len(data) > 20<<20 {
			data = data[:20<<20]
		}
		return sheet.Read(t.Context(), "a", data, sheet.Limits{})
	}, func(string, []byte) bool { return true })
}
