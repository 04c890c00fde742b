package attach_test

import (
	"archive/zip"
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/google/go-cmp/cmp"

	"taizhang/ingest/attach"
)

type member struct{ name, data string }

// zipOf makes a zip. Names that are not UTF-8 are written without the flag, as
// Windows does.
func zipOf(t *testing.T, members ...member) string {
	t.Helper()
	var buf bytes.Buffer
	w := zip.NewWriter(&buf)
	for _, m := range members {
		f, err := w.CreateHeader(&zip.FileHeader{Name: m.name, Method: zip.Deflate})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := f.Write([]byte(m.data)); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return buf.String()
}

func xlsx(t *testing.T) string {
	t.Helper()
	return zipOf(t, member{"[Content_Types].xml", `<Types><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>`},
		member{"xl/workbook.xml", "<workbook/>"}, member{"xl/worksheets/sheet1.xml", strings.Repeat("<row/>", 50)})
}

// compound makes a small compound file (MS-CFB) whose root holds streams of
// the given names.
func compound(names ...string) string {
	b := make([]byte, 512*3)
	copy(b, "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1")
	le := binary.LittleEndian
	le.PutUint16(b[30:], 9)
	le.PutUint32(b[48:], 1)          // first directory sector
	le.PutUint32(b[68:], 0xFFFFFFFE) // no further table list
	for i := 76; i < 512; i += 4 {
		le.PutUint32(b[i:], 0xFFFFFFFF)
	}
	le.PutUint32(b[76:], 0) // the table is sector 0
	fat := b[512:1024]
	for i := 0; i < 512; i += 4 {
		le.PutUint32(fat[i:], 0xFFFFFFFF)
	}
	le.PutUint32(fat[0:], 0xFFFFFFFD)
	le.PutUint32(fat[4:], 0xFFFFFFFE)
	entry := func(i int, name string, kind byte, right, child uint32) {
		e := b[1024+128*i:]
		for k, u := range utf16.Encode([]rune(name)) {
			le.PutUint16(e[2*k:], u)
		}
		le.PutUint16(e[64:], uint16(2*len(name)+2))
		e[66] = kind
		le.PutUint32(e[68:], 0xFFFFFFFF)
		le.PutUint32(e[72:], right)
		le.PutUint32(e[76:], child)
	}
	entry(0, "Root Entry", 5, 0xFFFFFFFF, 1)
	for i, n := range names {
		right := uint32(0xFFFFFFFF)
		if i+1 < len(names) {
			right = uint32(i + 2)
		}
		entry(i+1, n, 2, right, 0xFFFFFFFF)
	}
	return string(b)
}

func attachment(name, data string) string {
	return mixed("b", textPart, "Content-Type: application/octet-stream; name=\""+name+"\"\r\nContent-Transfer-Encoding: base64\r\n\r\n"+b64(data))
}

// TestTypes names the type of every format by content. It is long because it
// is a table.
func TestTypes(t *testing.T) {
	x := xlsx(t)
	odf := func(kind string) string {
		return zipOf(t, member{"mimetype", "application/vnd.oasis.opendocument." + kind}, member{"content.xml", "<x/>"})
	}
	ct := func(s string) string {
		return zipOf(t, member{"[Content_Types].xml", "<Override ContentType=\"" + s + "\"/>"}, member{"x.xml", "<x/>"})
	}
	tests := []struct {
		name    string
		data    string
		want    attach.Type
		damaged bool
	}{
		{"xlsx named xls", x, attach.TypeXLSX, false},
		{"xlsx cut", x[:len(x)-40], attach.TypeXLSX, true},
		{"xlsx cut behind its first member", x[:300], attach.TypeXLSX, true},
		{"xlsx with backslashes", zipOf(t, member{"[Content_Types].xml", ""}, member{`xl\workbook.xml`, "x"}), attach.TypeXLSX, false},
		{"xlsm", ct("application/vnd.ms-excel.sheet.macroEnabled.main+xml"), attach.TypeXLSX, false},
		{"xlsb", ct("application/vnd.ms-excel.sheet.binary.macroEnabled.main"), attach.TypeXLSB, false},
		{"docx", ct("application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"), attach.TypeDOCX, false},
		{"pptx", ct("application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml"), attach.TypePresentation, false},
		{"ods", odf("spreadsheet"), attach.TypeODS, false},
		{"odt", odf("text"), attach.TypeODT, false},
		{"ofd", zipOf(t, member{"OFD.xml", "<x/>"}), attach.TypeOFD, false},
		{"xls", compound("Workbook"), attach.TypeXLS, false},
		{"xls of Excel 95", compound("Book"), attach.TypeXLS, false},
		{"et", compound("ETExtData", "Workbook"), attach.TypeET, false},
		{"doc", compound("WordDocument"), attach.TypeDOC, false},
		{"encrypted workbook", compound("EncryptionInfo", "EncryptedPackage"), attach.TypeEncryptedOffice, false},
		{"outlook message", compound("__properties_version1.0"), attach.TypeOutlook, false},
		{"other compound file", compound("Something"), attach.TypeUnknown, false},
		{"xls with a broken header", strings.Replace(compound("Workbook"), "\x01\x00\x00\x00", "\xF0\x00\x00\x00", 1), attach.TypeXLS, true},
		{"bare BIFF4", "\x09\x04\x06\x00\x00\x04\x10\x00", attach.TypeXLS, false},
		{"rar, cut behind its mark", "Rar!\x1A\x07\x01\x00", attach.TypeRAR, true},
		{"7z, cut behind its mark", "7z\xBC\xAF\x27\x1C\x00\x04", attach.TypeSevenZ, true},
		{"winmail.dat", "\x78\x9F\x3E\x22\x00", attach.TypeTNEF, false},
		{"pdf", "%PDF-1.7\n\xE2\xE3", attach.TypePDF, false},
		{"png", "\x89PNG\r\n\x1A\n\x00", attach.TypeImage, false},
		{"jpeg", "\xFF\xD8\xFF\xE0\x00", attach.TypeImage, false},
		{"html export named xls", "<html xmlns:x=\"urn:schemas-microsoft-com:office:excel\"><table><tr><td>1", attach.TypeHTML, false},
		{"bare table", "\r\n <TABLE border=1>", attach.TypeHTML, false},
		{"xml spreadsheet", "<?xml version=\"1.0\"?><?mso-application progid=\"Excel.Sheet\"?><Workbook xmlns=\"urn:schemas-microsoft-com:office:spreadsheet\">", attach.TypeXMLSheet, false},
		{"csv in gbk", gbk(t, "填报单位,禹州市\r\n养老,120\r\n"), attach.TypeText, false},
		{"csv in utf-16", "\xFF\xFE1\x00,\x002\x00", attach.TypeText, false},
		{"csv in utf-8", "填报单位,禹州市", attach.TypeText, false},
		{"empty", "", attach.TypeEmpty, false},
		{"line break only", "\r\n", attach.TypeEmpty, false},
		{"encrypted S/MIME", "\x30\x80\x06\x09\x2A\x86\x48\x86\xF7\x0D\x01\x07\x03\xA0\x80\x30\x80\x02\x01\x00", attach.TypeEncryptedMail, false},
		{"noise", "\x01\x02\x03\x00\xFF\xFE\x07\x08", attach.TypeUnknown, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			m := parse(t, attachment("ledger.xls", tt.data))
			if len(m.Files) != 1 {
				t.Fatalf("files: %d", len(m.Files))
			}
			f := m.Files[0]
			if f.Type != tt.want || f.Damaged != tt.damaged || string(f.Data) != tt.data {
				t.Errorf("type %s damaged %v, want %s %v; data same: %v", f.Type, f.Damaged, tt.want, tt.damaged, string(f.Data) == tt.data)
			}
		})
	}
}

type seen struct {
	Path, Name string
	Type       attach.Type
}

func list(m *attach.Message) []seen {
	var out []seen
	for _, f := range m.Files {
		out = append(out, seen{f.Path, f.Name, f.Type})
	}
	return out
}

func TestArchives(t *testing.T) {
	x := xlsx(t)
	gname := gbk(t, "5月台账.xlsx")
	inner := zipOf(t, member{"in.xlsx", x})
	encrypted := []byte(zipOf(t, member{"a.xlsx", x}))
	setEncrypted(encrypted)
	crc := []byte(zipOf(t, member{"a.csv", "1,2,3"}, member{"b.csv", "4,5,6"}))
	crc[bytes.Index(crc, []byte("PK\x07\x08"))+4] ^= 0xFF
	central := bytes.Index(crc, []byte("PK\x01\x02"))
	crc[central+16] ^= 0xFF
	tests := []struct {
		name string
		zip  string
		want []seen
		code attach.DamageCode
	}{
		{"gbk names", zipOf(t, member{gname, x}), []seen{{"2!a.zip!5月台账.xlsx", "5月台账.xlsx", attach.TypeXLSX}}, ""},
		{"utf-8 names without flag", zipOf(t, member{"台账.xlsx", x}), []seen{{"2!a.zip!台账.xlsx", "台账.xlsx", attach.TypeXLSX}}, ""},
		{"folders and litter", zipOf(t, member{"d/", ""}, member{"d/x.xlsx", x}, member{"__MACOSX/d/._x.xlsx", "x"}, member{"d/.DS_Store", "x"}),
			[]seen{{"2!a.zip!d/x.xlsx", "x.xlsx", attach.TypeXLSX}}, ""},
		{"unsafe paths", zipOf(t, member{"../../etc/x.xlsx", x}, member{`..\..\y.xlsx`, x}),
			[]seen{{"2!a.zip!etc/x.xlsx", "x.xlsx", attach.TypeXLSX}, {"2!a.zip!y.xlsx", "y.xlsx", attach.TypeXLSX}}, ""},
		{"same name twice", zipOf(t, member{"x.xlsx", x}, member{"x.xlsx", x}),
			[]seen{{"2!a.zip!x.xlsx", "x.xlsx", attach.TypeXLSX}, {"2!a.zip!x.xlsx#2", "x.xlsx", attach.TypeXLSX}}, ""},
		{"zip in zip", zipOf(t, member{"b.zip", inner}), []seen{{"2!a.zip!b.zip!in.xlsx", "in.xlsx", attach.TypeXLSX}}, ""},
		{"three deep", zipOf(t, member{"b.zip", zipOf(t, member{"c.zip", inner})}), []seen{{"2!a.zip!b.zip!c.zip", "c.zip", attach.TypeZip}}, attach.DamageLimitArchive},
		{"encrypted", string(encrypted), []seen{{"2", "a.zip", attach.TypeEncryptedArchive}}, ""},
		{"empty", zipOf(t), []seen{{"2", "a.zip", attach.TypeZip}}, ""},
		{"broken directory", zipOf(t, member{"a.csv", "1,2"})[:60], []seen{{"2", "a.zip", attach.TypeZip}}, attach.DamageArchive},
		{"wrong checksum", string(crc), []seen{{"2!a.zip!a.csv", "a.csv", attach.TypeText}, {"2!a.zip!b.csv", "b.csv", attach.TypeText}}, attach.DamageArchiveMember},
		{"mail in zip", zipOf(t, member{"m.eml", "Date: x\r\nTo: x@y.cn\r\n" + mixed("c", textPart, xlsPart())}), []seen{{"2!a.zip!m.eml>2", "a.xls", attach.TypeUnknown}}, attach.DamageArchive},
		{"bomb", zipOf(t, member{"big.csv", strings.Repeat("0", 8<<20)}), []seen{{"2", "a.zip", attach.TypeZip}}, attach.DamageLimitArchive},
		{"too many members", zipOf(t, manyMembers(250)...), nil, attach.DamageLimitArchive},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			m := parse(t, attachment("a.zip", tt.zip))
			if tt.want == nil {
				if n := len(m.Files); n != 201 || !m.Files[200].Partial {
					t.Errorf("files = %d, want 200 members and the zip", n)
				}
			} else if d := cmp.Diff(tt.want, list(m)); d != "" {
				t.Errorf("-want +got:\n%s", d)
			}
			if tt.code != "" && !hasDamage(m, tt.code) || tt.code == "" && len(m.Damage) > 0 {
				t.Errorf("damage = %+v, want %q", m.Damage, tt.code)
			}
			for _, f := range m.Files {
				if f.Name == "a.csv" && f.Damaged != (tt.name == "wrong checksum") {
					t.Errorf("%s damaged = %v", f.Path, f.Damaged)
				}
			}
		})
	}
}

func manyMembers(n int) []member {
	out := make([]member, n)
	for i := range out {
		out[i] = member{itoa(i) + ".csv", "1,2"}
	}
	return out
}

// setEncrypted sets the encryption bit of every entry.
func setEncrypted(b []byte) {
	for i := 0; i+10 < len(b); i++ {
		switch string(b[i : i+4]) {
		case "PK\x03\x04":
			b[i+6] |= 1
		case "PK\x01\x02":
			b[i+8] |= 1
		}
	}
}

func TestInlineAndNested(t *testing.T) {
	png := "\x89PNG\r\n\x1A\n\x00\x00"
	logo := "Content-Type: image/png; name=logo.png\r\nContent-ID: <1>\r\nContent-Transfer-Encoding: base64\r\n\r\n" + b64(png)
	photo := "Content-Type: image/png; name=scan.png\r\nContent-Disposition: attachment\r\nContent-Transfer-Encoding: base64\r\n\r\n" + b64(png)
	m := parse(t, mixed("b", "Content-Type: multipart/related; boundary=r\r\n\r\n--r\r\nContent-Type: text/html\r\n\r\n<p>x\r\n--r\r\n"+logo+"--r--\r\n", photo,
		"Content-Type: message/rfc822\r\n\r\nFrom: =?utf-8?q?=E6=9D=8E?= <li@x.cn>\r\nSubject: inner\r\n"+xlsPart()))
	if len(m.Files) != 3 {
		t.Fatalf("files %v", list(m))
	}
	if !m.Files[0].Inline || m.Files[1].Inline {
		t.Errorf("inline = %v, %v; want the logo only", m.Files[0].Inline, m.Files[1].Inline)
	}
	if f := m.Files[2]; f.From != "李 <li@x.cn>" || f.Subject != "inner" || f.Returned {
		t.Errorf("nested file: %q %q %v", f.From, f.Subject, f.Returned)
	}
	if len(m.Inner) != 1 || m.Inner[0].Path != "3" || m.HTML != "<p>x" {
		t.Errorf("inner %+v, html %q", m.Inner, m.HTML)
	}
}

func TestNoMessage(t *testing.T) {
	for _, raw := range []string{"", "\r\n", "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1\x00", base64.StdEncoding.EncodeToString([]byte(ole))} {
		m, err := attach.Parse([]byte(raw), limits())
		if err == nil || m == nil || !hasDamage(m, attach.DamageNoMessage) {
			t.Errorf("Parse(%q) = %v, %v", raw, m, err)
		}
		if raw != "" && (m == nil || len(m.Files) != 1) {
			t.Errorf("Parse(%q) lost the bytes", raw)
		}
	}
}

// TestDamagedText: a displayed text whose bytes are lost says so, for a ledger
// may stand in it.
func TestDamagedText(t *testing.T) {
	mail := func(body string) []byte {
		return []byte("From: a@example.com\r\nSubject: x\r\nMIME-Version: 1.0\r\nContent-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n" + body + "\r\n")
	}
	for _, tt := range []struct {
		body string
		want bool
	}{
		{"PHRhYmxlPjx0cj48dGQ+MTIwPC90ZD48L3RyPjwvdGFibGU+", false},
		{"PHRhYmxlPjx0cj48\x00\x00\x00\x00+MTIwPC90ZD48L3RyPjwvdGFibGU+", true},
		{strings.Repeat(strings.Repeat("PHA+", 19)+"\r\n", 3) + strings.Repeat("PHA+", 12) + strings.Repeat("\x00", 64) + strings.Repeat("PHA+", 10) + "\r\n" + strings.Repeat(strings.Repeat("PHA+", 19)+"\r\n", 3), true},
	} {
		m, err := attach.Parse(mail(tt.body), attach.Limits{})
		if err != nil {
			t.Fatal(err)
		}
		if m.TextDamaged != tt.want || m.HTML == "" {
			t.Errorf("%q: damaged %v, text %q", tt.body, m.TextDamaged, m.HTML)
		}
	}
}
