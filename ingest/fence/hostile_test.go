package fence_test

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"errors"
	"hash/crc32"
	"io"
	"os"
	"strings"
	"testing"
	"time"

	"taizhang/ingest/fence"
	"taizhang/ingest/sheet"
	"taizhang/ledger"
)

const (
	nsMain = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
	nsDoc  = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
	nsPack = "http://schemas.openxmlformats.org/package/2006/"
	sheet1 = "xl/worksheets/sheet1.xml"
)

// parts of the smallest workbook, without its sheet.
var parts = [][2]string{
	{"[Content_Types].xml", `<Types xmlns="` + nsPack + `content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/` + sheet1 + `" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>`},
	{"_rels/.rels", `<Relationships xmlns="` + nsPack + `relationships"><Relationship Id="r1" Type="` + nsDoc + `/officeDocument" Target="xl/workbook.xml"/></Relationships>`},
	{"xl/workbook.xml", `<workbook xmlns="` + nsMain + `" xmlns:r="` + nsDoc + `"><sheets><sheet name="S" sheetId="1" r:id="r1"/></sheets></workbook>`},
	{"xl/_rels/workbook.xml.rels", `<Relationships xmlns="` + nsPack + `relationships"><Relationship Id="r1" Type="` + nsDoc + `/worksheet" Target="worksheets/sheet1.xml"/></Relationships>`},
}

// workbook returns one whose sheet is the text, and which has the other
// members besides.
func workbook(t testing.TB, text io.Reader, others ...func(*zip.Writer) error) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	z.RegisterCompressor(zip.Deflate, func(w io.Writer) (io.WriteCloser, error) { return flate.NewWriter(w, flate.BestSpeed) })
	add := func(name string, r io.Reader) {
		w, err := z.Create(name)
		if err == nil {
			_, err = io.Copy(w, r)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	for _, p := range parts {
		add(p[0], strings.NewReader(p[1]))
	}
	if text != nil {
		add(sheet1, text)
	}
	for _, o := range others {
		if err := o(z); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// zeros adds a member of n MiB of zero bytes, whose header says so, or claims
// another size.
func zeros(name string, n int, claimed uint64) func(*zip.Writer) error {
	return func(z *zip.Writer) error {
		block := make([]byte, 1<<20)
		var one bytes.Buffer // a block that ends on a byte and refers to nothing before it
		fw, err := flate.NewWriter(&one, flate.BestCompression)
		if err != nil {
			return err
		}
		if _, err := fw.Write(block); err != nil {
			return err
		}
		if err := fw.Flush(); err != nil {
			return err
		}
		packed := append(bytes.Repeat(one.Bytes(), n), 3, 0) // and an empty last one
		sum := crc32.NewIEEE()
		for range n {
			sum.Write(block)
		}
		w, err := z.CreateRaw(&zip.FileHeader{Name: name, Method: zip.Deflate, CRC32: sum.Sum32(), CompressedSize64: uint64(len(packed)), UncompressedSize64: claimed})
		if err != nil {
			return err
		}
		_, err = w.Write(packed)
		return err
	}
}

// repeated reads head, then body n times, then tail.
func repeated(head, body string, n int, tail string) io.Reader {
	readers := []io.Reader{strings.NewReader(head)}
	for range n / 1000 {
		readers = append(readers, strings.NewReader(strings.Repeat(body, 1000)))
	}
	return io.MultiReader(append(readers, strings.NewReader(tail))...)
}

// Hostile workbooks are refused by one child, within its limits, and the child
// lives on. The real limits hold: 512 MiB, 10 s.
func TestHostileWorkbooks(t *testing.T) {
	open, end := `<worksheet xmlns="`+nsMain+`"><sheetData>`, `</sheetData></worksheet>`
	plain := open + `<row><c><v>1</v></c></row>` + end
	for _, tt := range []struct {
		name string
		data func() []byte
		want ledger.Code
	}{
		{"100 MiB of zeros as declared", func() []byte {
			return workbook(t, strings.NewReader(plain), zeros("xl/media/a.bin", 100, 100<<20))
		}, ledger.FTooLarge},
		{"190 MiB in one sheet", func() []byte {
			return workbook(t, repeated(open, `<row><c t="inlineStr"><is><t>全民参保abc</t></is></c></row>`, 3_000_000, end))
		}, ledger.FTooLarge},
		{"a member of 1 GiB", func() []byte { return workbook(t, strings.NewReader(plain), zeros("xl/media/a.bin", 1024, 1<<30)) }, ledger.FTooLarge},
		{"a sheet of 1 GiB that says it has 1 MiB", func() []byte { return workbook(t, nil, zeros(sheet1, 1024, 1<<20)) }, ledger.FDamaged},
		{"a million rows", func() []byte {
			return workbook(t, repeated(open, `<row><c><v>1</v></c></row>`, 1_000_000, end))
		}, ledger.FTooLarge},
		{"5 million nested elements", func() []byte {
			return workbook(t, io.MultiReader(repeated(`<worksheet xmlns="`+nsMain+`">`, `<a>`, 5_000_000, ""), repeated("", `</a>`, 5_000_000, `</worksheet>`)))
		}, ledger.FTooLarge},
		{"10 million hidden rows", func() []byte {
			return workbook(t, repeated(open, `<row hidden="1"/>`, 10_000_000, `<row><c><v>1</v></c></row>`+end))
		}, ""},
		{"as many hidden columns as there are", func() []byte {
			return workbook(t, strings.NewReader(`<worksheet xmlns="`+nsMain+`"><cols><col min="1" max="16384" hidden="1"/></cols><sheetData><row><c><v>1</v></c></row></sheetData></worksheet>`))
		}, "reads"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := newReader(t, "", nil)
			data := tt.data()
			begun := time.Now()
			tables, err := r.Read(t.Context(), "hostile.xlsx", data)
			took := time.Since(begun)
			most := 0
			for _, pid := range r.Pids() {
				most = peak(t, pid)
			}
			t.Logf("%d KiB of file, %d tables, %v: %v, peak of the child %d KiB", len(data)>>10, len(tables), err, took.Round(time.Millisecond), most)
			code := ledger.Code("reads")
			if err != nil {
				code = "an error of ours"
				if e := (*sheet.Error)(nil); errors.As(err, &e) {
					code = e.Code
				}
			}
			if code != tt.want && (tt.want != "" || code == "an error of ours") {
				t.Errorf("got %s, want %s", code, tt.want)
			}
			if most > 512<<10 {
				t.Errorf("peak of the child %d KiB", most)
			}
			goesOn(t, r)
		})
	}
}

// BenchmarkSmallLedger reads one small ledger in this process and in a child,
// turn by turn, and reports what the fence costs.
func BenchmarkSmallLedger(b *testing.B) {
	r := newReader(b, "", nil)
	f := sampleFiles(b)[0]
	if _, err := r.Read(b.Context(), f.name, f.data); err != nil {
		b.Fatal(err)
	}
	var here, there time.Duration
	for b.Loop() {
		t0 := time.Now()
		if _, err := sheet.Read(b.Context(), f.name, f.data, sheet.Limits{}); err != nil {
			b.Fatal(err)
		}
		t1 := time.Now()
		if _, err := r.Read(b.Context(), f.name, f.data); err != nil {
			b.Fatal(err)
		}
		here, there = here+t1.Sub(t0), there+time.Since(t1)
	}
	b.ReportMetric(float64(here.Microseconds())/float64(b.N), "µs-here/op")
	b.ReportMetric(float64(there.Microseconds())/float64(b.N), "µs-fenced/op")
	b.ReportMetric(float64((there-here).Microseconds())/float64(b.N), "µs-overhead/op")
	b.ReportMetric(float64(there)/float64(here), "x-here")
}

// BenchmarkColdLedger starts a child for every ledger.
func BenchmarkColdLedger(b *testing.B) {
	r := newReader(b, "", func(o *fence.Options) { o.Files = 1 })
	f := sampleFiles(b)[0]
	for b.Loop() {
		if _, err := r.Read(b.Context(), f.name, f.data); err != nil {
			b.Fatal(err)
		}
	}
	if n, err := os.ReadDir(os.TempDir()); err != nil || len(n) > 0 {
		b.Fatal(n, err)
	}
}
