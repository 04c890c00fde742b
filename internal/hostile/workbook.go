package hostile

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"fmt"
	"hash/crc32"
	"strings"
)

const (
	nsMain = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
	nsDoc  = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
	nsPack = "http://schemas.openxmlformats.org/package/2006/"
	sheet1 = "xl/worksheets/sheet1.xml"
	shared = "xl/sharedStrings.xml"
	open   = `<worksheet xmlns="` + nsMain + `"><sheetData>`
	end    = `</sheetData></worksheet>`
	plain  = open + `<row><c><v>1</v></c></row>` + end
)

// book returns the smallest workbook with these members in place of, or
// besides, its own.
func book(members ...member) []byte {
	all := []member{
		text("[Content_Types].xml", `<Types xmlns="`+nsPack+`content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>`),
		text("_rels/.rels", `<Relationships xmlns="`+nsPack+`relationships"><Relationship Id="r1" Type="`+nsDoc+`/officeDocument" Target="xl/workbook.xml"/></Relationships>`),
		text("xl/workbook.xml", `<workbook xmlns="`+nsMain+`" xmlns:r="`+nsDoc+`"><sheets><sheet name="S" sheetId="1" r:id="r1"/></sheets></workbook>`),
		text("xl/_rels/workbook.xml.rels", `<Relationships xmlns="`+nsPack+`relationships"><Relationship Id="r1" Type="`+nsDoc+`/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="r2" Type="`+nsDoc+`/sharedStrings" Target="sharedStrings.xml"/><Relationship Id="r3" Type="`+nsDoc+`/styles" Target="styles.xml"/></Relationships>`),
		text(sheet1, plain),
		text(shared, `<sst xmlns="`+nsMain+`"><si><t>a</t></si></sst>`),
		text("xl/styles.xml", `<styleSheet xmlns="`+nsMain+`"><cellXfs><xf/></cellXfs></styleSheet>`),
	}
	for _, m := range members {
		found := false
		for i := range all {
			if all[i].name == m.name {
				all[i], found = m, true
			}
		}
		if !found {
			all = append(all, m)
		}
	}
	return pack(all...)
}

// withRaw adds a member of n MiB of zero bytes to an archive without packing
// them each time; claimed is the size that the directory tells.
func withRaw(data []byte, name string, n int, claimed uint64) []byte {
	var one bytes.Buffer // a block that ends on a byte and refers to nothing before it
	fw, err := flate.NewWriter(&one, flate.BestCompression)
	must(err)
	block := make([]byte, 1<<20)
	_, err = fw.Write(block)
	must(err)
	must(fw.Flush())
	packed := append(bytes.Repeat(one.Bytes(), n), 3, 0) // and an empty last one
	sum := crc32.NewIEEE()
	for range n {
		_, err := sum.Write(block)
		must(err)
	}
	r, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	must(err)
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, f := range r.File {
		if f.Name != name {
			must(z.Copy(f))
		}
	}
	w, err := z.CreateRaw(&zip.FileHeader{Name: name, Method: zip.Deflate, CRC32: sum.Sum32(), CompressedSize64: uint64(len(packed)), UncompressedSize64: claimed})
	must(err)
	_, err = w.Write(packed)
	must(err)
	must(z.Close())
	return b.Bytes()
}

// farCells is n rows with one cell each in the last column.
func farCells(n int) member {
	var b strings.Builder
	b.WriteString(open)
	for i := range n {
		fmt.Fprintf(&b, `<row r="%d"><c r="XFD%d"><v>1</v></c></row>`, i+1, i+1)
	}
	return text(sheet1, b.String()+end)
}

func laughs(of string) string {
	return `<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a0 "哈">` + func() string {
		var b strings.Builder
		for i := range 9 {
			fmt.Fprintf(&b, `<!ENTITY a%d "%s">`, i+1, strings.Repeat(fmt.Sprintf("&a%d;", i), 10))
		}
		return b.String()
	}() + `]>` + of
}

const outside = `<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd"><!ENTITY % p SYSTEM "http://127.0.0.1:9/x"> %p;]>`

// workbooks are .xlsx files.
func workbooks(s size) []Case {
	inline := `<c t="inlineStr"><is><t>全民参保abc</t></is></c>`
	return []Case{
		{"xlsx: a part of 1 GiB", "a.xlsx", func() []byte { n := s.of(1024, 20); return withRaw(book(), "xl/media/a.bin", n, uint64(n)<<20) }, tooLarge},
		{"xlsx: a sheet of 1 GiB that says it has 1 MiB", "a.xlsx", func() []byte { return withRaw(book(), sheet1, s.of(1024, 20), 1<<20) }, refused},
		{"xlsx: 190 MiB of cells in one sheet", "a.xlsx", func() []byte {
			return book(member{sheet1, open, `<row>` + inline + `</row>`, s.of(3_000_000, 210_000), end})
		}, tooLarge},
		{"xlsx: a million rows with a cell each", "a.xlsx", func() []byte {
			return book(member{sheet1, open, `<row><c><v>1</v></c></row>`, s.of(1_000_000, 210_000), end})
		}, tooLarge},
		{"xlsx: 100,000 rows with a cell in column XFD", "a.xlsx", func() []byte { return book(farCells(s.of(100_000, 1000))) }, nothing},
		{"xlsx: 5 million nested elements", "a.xlsx", func() []byte {
			n := s.of(5_000_000, 200)
			return book(member{sheet1, `<worksheet xmlns="` + nsMain + `">`, `<a>`, n, strings.Repeat(`</a>`, n) + `</worksheet>`})
		}, tooLarge},
		{"xlsx: a million attributes of one element", "a.xlsx", func() []byte {
			var b strings.Builder
			for i := range s.of(60_000, 100) {
				fmt.Fprintf(&b, ` a%d="1"`, i)
			}
			return book(text(sheet1, open+`<row`+b.String()+`><c><v>1</v></c></row>`+end))
		}, tooLarge},
		{"xlsx: a tag of 30 MB", "a.xlsx", func() []byte {
			return book(member{sheet1, `<worksheet a="`, "abcdefghijklmnopqrstuvwxyz0123", s.of(1_000_000, 50_000), `"/>`})
		}, tooLarge},
		{"xlsx: a million shared strings", "a.xlsx", func() []byte {
			return book(member{shared, `<sst xmlns="` + nsMain + `">`, `<si><t>1</t></si>`, s.of(1_000_000, 410_000), `</sst>`})
		}, tooLarge},
		{"xlsx: one shared string of 60 MB", "a.xlsx", func() []byte {
			return book(member{shared, `<sst xmlns="` + nsMain + `"><si><t>`, "社保abcdefg,-", s.of(4_000_000, 30_000), `</t></si></sst>`})
		}, tooLarge},
		{"xlsx: a long shared string shown 190,000 times", "a.xlsx", func() []byte {
			b := text(shared, `<sst xmlns="`+nsMain+`"><si><t>`+strings.Repeat("社保", 16_000)+`</t></si></sst>`)
			return book(b, member{sheet1, open, `<row><c t="s"><v>0</v></c></row>`, s.of(190_000, 9_000), end})
		}, tooLarge},
		{"xlsx: 100,000 merged ranges", "a.xlsx", func() []byte {
			var b strings.Builder
			for i := range s.of(100_000, 21_000) {
				fmt.Fprintf(&b, `<mergeCell ref="A%d:XFD%d"/>`, i+1, i+1)
			}
			return book(text(sheet1, open+`</sheetData><mergeCells>`+b.String()+`</mergeCells></worksheet>`))
		}, tooLarge},
		{"xlsx: a million cell formats", "a.xlsx", func() []byte {
			return book(member{"xl/styles.xml", `<styleSheet xmlns="` + nsMain + `"><cellXfs>`, `<xf/>`, s.of(1_000_000, 70_000), `</cellXfs></styleSheet>`})
		}, tooLarge},
	}
}

// liars are .xlsx files that say what is not so, or refer to what they should not.
func liars(s size) []Case {
	return []Case{
		{"xlsx: 10 million hidden rows", "a.xlsx", func() []byte {
			return book(member{sheet1, open, `<row hidden="1"/>`, s.of(10_000_000, 1_048_577), `<row><c><v>1</v></c></row>` + end})
		}, append(refused, nothing...)},
		{"xlsx: billion laughs", "a.xlsx", func() []byte { return book(text(shared, laughs(`<sst xmlns="`+nsMain+`"><si><t>&a9;</t></si></sst>`))) }, damaged},
		{"xlsx: an external entity", "a.xlsx", func() []byte {
			return book(text(sheet1, outside+open+`<row><c t="inlineStr"><is><t>&e;</t></is></c></row>`+end))
		}, damaged},
		{"xlsx: two sheets of one name", "a.xlsx", func() []byte {
			return bytes.ReplaceAll(book(text("xl/worksheets/sheet9.xml", plain)), []byte("sheet9.xml"), []byte("sheet1.xml"))
		}, damaged},
		{"xlsx: a sheet that refers to itself without end", "a.xlsx", func() []byte {
			var b strings.Builder
			for i := range s.of(5000, 500) {
				fmt.Fprintf(&b, `<row r="%d"><c r="A%d"><f>SUM(A1:A%d)+A%d</f></c></row>`, i+1, i+1, s.of(5000, 500), i+2)
			}
			return book(text(sheet1, open+b.String()+end))
		}, nothing},
	}
}
