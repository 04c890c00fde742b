package xlsx_test

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"runtime"
	"strconv"
	"strings"
	"testing"

	"taizhang/ingest/sheet/strict"
	"taizhang/ledger"
)

func itoa(n int) string { return strconv.Itoa(n) }

func asError(err error, e **strict.Error) bool { return errors.As(err, e) }

// pack writes one large member beside the parts of the book, piece by piece.
func pack(b book, name string, fill func(io.Writer)) []byte {
	var buf bytes.Buffer
	zw := zip.NewWriter(&buf)
	zw.RegisterCompressor(zip.Deflate, func(w io.Writer) (io.WriteCloser, error) { return flate.NewWriter(w, flate.BestSpeed) })
	for _, p := range b.without(name) {
		w, err := zw.Create(p.name)
		must(err)
		_, err = io.WriteString(w, p.text)
		must(err)
	}
	w, err := zw.Create(name)
	must(err)
	fill(w)
	must(zw.Close())
	return buf.Bytes()
}

func write(w io.Writer, s string) {
	_, err := io.WriteString(w, s)
	must(err)
}

func repeat(w io.Writer, s string, n int) {
	chunk := strings.Repeat(s, 1000)
	for range n / 1000 {
		_, err := io.WriteString(w, chunk)
		must(err)
	}
}

// TestHostile bounds what files cost that were made to cost much: each reads or
// is refused, and allocates no more than is said. Time is bounded by the same
// work, so it is not measured.
func TestHostile(t *testing.T) {
	b := newBook("")
	const ws, sst = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"
	open, end := `<worksheet xmlns="`+nsMain+`"><sheetData>`, `</sheetData></worksheet>`
	for _, tt := range []struct {
		name string
		data func() []byte
		want ledger.Code // "" when it reads
		mib  uint64
	}{
		{"100,000 cells in column XFD", func() []byte {
			return pack(b, ws, func(w io.Writer) {
				write(w, open)
				for i := range 100_000 {
					write(w, fmt.Sprintf(`<row r="%d"><c r="XFD%d"><v>1</v></c></row>`, i+1, i+1))
				}
				write(w, end)
			})
		}, "", 90},
		{"300,000 cells", func() []byte {
			return pack(b, ws, func(w io.Writer) {
				write(w, open)
				repeat(w, `<row><c><v>1</v></c></row>`, 300_000)
				write(w, end)
			})
		}, ledger.FTooLarge, 100},
		{"a million empty rows", func() []byte {
			return pack(b, ws, func(w io.Writer) { write(w, open); repeat(w, `<row/>`, 1_000_000); write(w, end) })
		}, "", 8},
		{"a million hidden rows and a cell behind", func() []byte {
			return pack(b, ws, func(w io.Writer) {
				write(w, open)
				repeat(w, `<row hidden="1"/>`, 1_000_000)
				write(w, `<row><c><v>1</v></c></row>`+end)
			})
		}, "", 150},
		{"two million styled blanks", func() []byte {
			return pack(b, ws, func(w io.Writer) {
				write(w, open)
				repeat(w, `<row>`+strings.Repeat(`<c s="1"/>`, 20)+`</row>`, 100_000)
				write(w, end)
			})
		}, "", 8},
		{"5 million nested elements", func() []byte {
			return pack(b, ws, func(w io.Writer) {
				write(w, `<worksheet xmlns="`+nsMain+`">`)
				repeat(w, `<a>`, 5_000_000)
				repeat(w, `</a>`, 5_000_000)
				write(w, `</worksheet>`)
			})
		}, ledger.FTooLarge, 8},
		{"zip bomb in an unused part", func() []byte {
			return pack(b, "xl/media/a.bin", func(w io.Writer) { repeat(w, strings.Repeat("\x00", 1000), 100_000) })
		}, ledger.FTooLarge, 8},
		{"zip bomb beyond the total", func() []byte {
			return pack(b, "xl/media/a.bin", func(w io.Writer) { repeat(w, strings.Repeat("\x00", 1000), 220_000) })
		}, ledger.FTooLarge, 8},
		{"billion laughs", func() []byte {
			return b.with(ws, `<!DOCTYPE a [<!ENTITY b "c"><!ENTITY d "&b;&b;">]>`+worksheet(`<row><c><v>&d;</v></c></row>`)).bytes()
		}, ledger.FDamaged, 8},
		{"a string of 60 MB", func() []byte {
			return pack(b, sst, func(w io.Writer) {
				write(w, `<sst xmlns="`+nsMain+`"><si><t>`)
				repeat(w, "社保abcdefg,-", 4_000_000)
				write(w, `</t></si></sst>`)
			})
		}, ledger.FTooLarge, 8},
		{"a string of a million runs", func() []byte {
			return pack(b, sst, func(w io.Writer) {
				write(w, `<sst xmlns="`+nsMain+`"><si>`)
				repeat(w, "<r><t>社保</t></r>", 1_000_000)
				write(w, `</si></sst>`)
			})
		}, ledger.FTooLarge, 8},
		{"a million strings", func() []byte {
			return pack(b, sst, func(w io.Writer) {
				write(w, `<sst xmlns="`+nsMain+`">`)
				repeat(w, "<si><t>1</t></si>", 1_000_000)
				write(w, `</sst>`)
			})
		}, ledger.FTooLarge, 100},
		{"a tag of 30 MB", func() []byte {
			return pack(b, ws, func(w io.Writer) {
				write(w, `<worksheet a="`)
				repeat(w, "abcdefghijklmnopqrstuvwxyz0123", 1_000_000)
				write(w, `"/>`)
			})
		}, ledger.FTooLarge, 8},
		{"a comment of 15 MB", func() []byte {
			return pack(b, ws, func(w io.Writer) {
				write(w, `<!--`)
				repeat(w, "abcdefghijklmno", 1_000_000)
				write(w, `-->`+open+end)
			})
		}, "", 8},
		{"10,000 attributes", func() []byte {
			return pack(b, ws, func(w io.Writer) {
				write(w, `<worksheet`)
				for i := range 10_000 {
					write(w, " a"+itoa(i)+`=""`)
				}
				write(w, `/>`)
			})
		}, ledger.FTooLarge, 8},
		{"columns stated over and over", func() []byte {
			return b.with(ws, worksheet(`<cols>`+strings.Repeat(`<col min="1" max="16384" hidden="1"/>`, 10_000)+`</cols><sheetData/>`)).bytes()
		}, ledger.FDamaged, 8},
		{"3,000 members", func() []byte {
			c := b
			for i := range 3_000 {
				c = append(c, part{"a/" + itoa(i), ""})
			}
			return c.bytes()
		}, ledger.FTooLarge, 8},
		{"200 sheets", func() []byte {
			s := strings.Repeat(`<sheet name="a" r:id="rId1"/>`, 200)
			return b.with("xl/workbook.xml", workbookXML(`<sheets>`+s+`</sheets>`)).bytes()
		}, ledger.FTooLarge, 8},
		{"one formula shared by 100,000", func() []byte {
			return pack(b, ws, func(w io.Writer) {
				write(w, open+`<row><c><f t="shared" si="0">`+strings.Repeat("A1+", 10_000)+`1</f><v>1</v></c></row>`)
				repeat(w, `<row><c><f t="shared" si="0"/><v>1</v></c></row>`, 100_000)
				write(w, end)
			})
		}, ledger.FTooLarge, 150},
	} {
		t.Run(tt.name, func(t *testing.T) {
			data := tt.data()
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			_, err := read(data)
			runtime.ReadMemStats(&after)
			if got := strict.CodeOf(err); got != tt.want || err != nil && got == "" {
				t.Errorf("%v, want code %q", err, tt.want)
			}
			mib := (after.TotalAlloc - before.TotalAlloc) >> 20
			if mib > tt.mib {
				t.Errorf("allocated %d MiB, want at most %d", mib, tt.mib)
			}
			t.Logf("%d bytes: %v; allocated %d MiB", len(data), err, mib)
		})
	}
}

// TestLies changes what an archive says of its members.
func TestLies(t *testing.T) {
	b := newBook(`<row><c><v>1</v></c></row>`)
	good := b.bytes()
	central := bytes.LastIndex(good, []byte("xl/worksheets/sheet1.xml")) - 46
	le := binary.LittleEndian
	size := le.Uint32(good[central+24:])
	for name, change := range map[string]func([]byte){
		"larger than it says":  func(d []byte) { le.PutUint32(d[central+24:], size-1) },
		"smaller than it says": func(d []byte) { le.PutUint32(d[central+24:], size+1) },
		"says nothing":         func(d []byte) { le.PutUint32(d[central+24:], 0) },
		"checksum 0":           func(d []byte) { le.PutUint32(d[central+16:], 0) },
		"packed size":          func(d []byte) { le.PutUint32(d[central+20:], le.Uint32(d[central+20:])-1) },
		"other local name":     func(d []byte) { d[bytes.Index(d, []byte("xl/worksheets/sheet1.xml"))+3] = 'W' },
		"other method":         func(d []byte) { d[central+10] = 9 },
	} {
		d := bytes.Clone(good)
		change(d)
		if _, err := read(d); strict.CodeOf(err) != ledger.FDamaged {
			t.Errorf("%s: %v", name, err)
		}
	}
	d := bytes.Clone(good)
	d[central+8] |= 1
	if _, err := read(d); strict.CodeOf(err) != ledger.FEncrypted {
		t.Errorf("encrypted member: %v", err)
	}
	if crc32.ChecksumIEEE(nil) != 0 {
		t.Error("the checksum of nothing is 0: a member without bytes must still read")
	}
}

func TestCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := readContext(ctx, newBook("").bytes()); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}
