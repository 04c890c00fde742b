package sheet

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"

	"taizhang/ingest/sheet/charset"
	"taizhang/ingest/sheet/strict"
	"taizhang/ingest/sheet/xls"
)

// Kind is a kind of file by its content. The words are stable: FUnsupported
// carries them as its argument "kind", and the catalogue of texts is keyed by
// them.
type Kind string

// The kinds.
const (
	KindXLSX    Kind = "xlsx" // also .xlsm, .xltx and the strict form
	KindXLSB    Kind = "xlsb"
	KindXLS     Kind = "xls" // also WPS .et
	KindDOCX    Kind = "docx"
	KindDOC     Kind = "doc" // also WPS .wps
	KindPPT     Kind = "ppt" // also .pptx
	KindODS     Kind = "ods"
	KindODT     Kind = "odt" // and other texts and drawings of OpenDocument
	KindOFD     Kind = "ofd"
	KindNumbers Kind = "numbers" // and the other kinds of iWork
	KindHTML    Kind = "html"    // often named .xls
	KindXML2003 Kind = "xml2003" // SpreadsheetML 2003, often named .xls
	KindXML     Kind = "xml"
	KindMHT     Kind = "mht"
	KindRTF     Kind = "rtf"
	KindCSV     Kind = "csv" // or separated by tabs
	KindSLK     Kind = "slk"
	KindText    Kind = "text"
	KindPDF     Kind = "pdf"
	KindPicture Kind = "picture"
	KindZip     Kind = "zip"
	KindRAR     Kind = "rar"
	Kind7z      Kind = "7z"
	KindGzip    Kind = "gzip"
	KindMail    Kind = "mail"    // .msg
	KindOLE     Kind = "ole"     // a compound file of no known kind
	KindUnknown Kind = "unknown" // nothing known
)

// signatures of files that have one at a fixed place.
var signatures = []struct {
	at   int
	mark string
	kind Kind
}{
	{0, "%PDF-", KindPDF},
	{0, "\x89PNG\r\n\x1a\n", KindPicture},
	{0, "\xff\xd8\xff", KindPicture},
	{0, "GIF87a", KindPicture},
	{0, "GIF89a", KindPicture},
	{0, "II*\x00", KindPicture},
	{0, "MM\x00*", KindPicture},
	{8, "WEBP", KindPicture},
	{4, "ftypheic", KindPicture},
	{4, "ftypheix", KindPicture},
	{4, "ftypmif1", KindPicture},
	{4, "ftypavif", KindPicture},
	{0, "Rar!\x1a\x07", KindRAR},
	{0, "7z\xbc\xaf\x27\x1c", Kind7z},
	{0, "\x1f\x8b\x08", KindGzip},
	{0, `{\rtf`, KindRTF},
	{0, "ID;P", KindSLK},
}

// Sniff names the kind of the file by its content. Its errors are of type
// *Error: FEncrypted for an encrypted package, FDamaged for a zip archive or
// compound file that is cut or contradicts itself, and for a file of zero
// bytes alone.
func Sniff(data []byte) (Kind, error) { return sniff(data, strict.Limits{}) }

func sniff(data []byte, lim strict.Limits) (Kind, error) {
	switch {
	case len(bytes.Trim(data[:min(len(data), 4096)], "\x00")) == 0 && len(bytes.Trim(data, "\x00")) == 0:
		return KindUnknown, strict.Damaged(strict.Cut, "nothing but zero bytes")
	case bytes.HasPrefix(data, []byte("PK\x03\x04")), bytes.HasPrefix(data, []byte("PK\x05\x06")):
		return sniffZip(data, lim)
	case bytes.HasPrefix(data, []byte(oleMark)):
		return sniffOLE(data)
	case xls.IsStream(data):
		return KindXLS, nil
	}
	for _, s := range signatures {
		if len(data) >= s.at+len(s.mark) && string(data[s.at:s.at+len(s.mark)]) == s.mark {
			return s.kind, nil
		}
	}
	if bytes.HasPrefix(data, []byte("BM")) && len(data) > 26 && data[6] == 0 && data[7] == 0 {
		return KindPicture, nil
	}
	return sniffText(data), nil
}

// sniffZip tells the kinds that are zip archives by the members they must have.
func sniffZip(data []byte, lim strict.Limits) (Kind, error) {
	arc, err := strict.OpenArchive(data, lim)
	if err != nil {
		return KindZip, err
	}
	for _, m := range []struct {
		member string
		kind   Kind
	}{
		{"xl/workbook.bin", KindXLSB},
		{"word/document.xml", KindDOCX},
		{"ppt/presentation.xml", KindPPT},
		{"ofd.xml", KindOFD},
		{"index/document.iwa", KindNumbers},
	} {
		if arc.Has(m.member) {
			return m.kind, nil
		}
	}
	switch {
	case hasFolder(arc, "word/"):
		return KindDOCX, nil // its document part bears another name
	case arc.Has("encrypted-package") && arc.Has("mimetype"):
		return KindODS, strict.Encrypted()
	case arc.Has("content.xml") && arc.Has("mimetype"):
		return openDocument(data), nil
	case arc.Has("[content_types].xml"), hasFolder(arc, "xl/"):
		return KindXLSX, nil
	}
	return KindZip, nil
}

func hasFolder(arc *strict.Archive, folder string) bool {
	for _, n := range arc.Names() {
		if strings.HasPrefix(n, folder) {
			return true
		}
	}
	return false
}

// openDocument tells spreadsheets from the others by the mimetype member,
// which the format wants first and stored, so that it stands at byte 38.
func openDocument(data []byte) Kind {
	head := data[:min(len(data), 200)]
	if bytes.Contains(head, []byte("opendocument.spreadsheet")) {
		return KindODS
	}
	return KindODT
}

// sniffText tells the kinds that are text.
func sniffText(data []byte) Kind {
	text, ok := decoded(data[:min(len(data), 64<<10)])
	if !ok {
		return KindUnknown
	}
	start := strings.ToLower(strings.TrimLeft(text[:min(len(text), 4096)], " \t\r\n\uFEFF"))
	switch {
	case strings.HasPrefix(start, "mime-version:"):
		return KindMHT
	case strings.Contains(start, "urn:schemas-microsoft-com:office:spreadsheet") && !strings.Contains(start, "<html") &&
		(strings.HasPrefix(start, "<?xml") || strings.HasPrefix(start, "<workbook") || strings.HasPrefix(start, "<ss:workbook")):
		return KindXML2003
	case isHTML(start):
		return KindHTML
	case strings.HasPrefix(start, "<?xml"):
		return KindXML
	case isTable(text):
		return KindCSV
	}
	return KindText
}

func isHTML(start string) bool {
	if !strings.HasPrefix(start, "<") {
		return false
	}
	for _, tag := range []string{"<html", "<!doctype html", "<table", "<body", "<head", "<meta", "<style", "<div"} {
		if strings.Contains(start, tag) {
			return true
		}
	}
	return false
}

// decoded returns the text, and false when the bytes are none: not UTF-16 with
// or without a mark, not UTF-8, not GB 18030, or with control characters. The last
// character may be cut.
func decoded(data []byte) (string, bool) {
	switch {
	case bytes.HasPrefix(data, []byte("\xff\xfe")), bytes.HasPrefix(data, []byte("\xfe\xff")):
		b, err := unicode.UTF16(unicode.LittleEndian, unicode.ExpectBOM).NewDecoder().Bytes(data[:len(data)&^1])
		text := string(b)
		return text, err == nil && isText(text)
	case bytes.IndexByte(data, 0) >= 0: // UTF-16 without a mark, or no text
		text, err := charset.Decode(data[:len(data)&^1], "")
		return text, err == nil && isText(text)
	case utf8.Valid(trimRune(data)):
		return string(data), isText(string(trimRune(data)))
	}
	b, err := simplifiedchinese.GB18030.NewDecoder().Bytes(data)
	text := strings.TrimSuffix(string(b), "\uFFFD")
	return text, err == nil && isText(text) && !strings.Contains(text, "\uFFFD")
}

func trimRune(b []byte) []byte {
	for i := 1; i <= min(3, len(b)); i++ {
		if utf8.RuneStart(b[len(b)-i]) {
			if !utf8.FullRune(b[len(b)-i:]) {
				return b[:len(b)-i]
			}
			break
		}
	}
	return b
}

func isText(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool {
		return r < ' ' && r != '\t' && r != '\r' && r != '\n' && r != '\f' && r != 0x1a
	}) < 0
}

// isTable reports whether most of the first lines are parted by the same mark.
func isTable(text string) bool {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	lines = lines[:min(len(lines), 50)]
	for _, mark := range []string{",", "\t", ";"} {
		with := 0
		for _, l := range lines {
			if strings.Contains(l, mark) {
				with++
			}
		}
		if with > 0 && 2*with >= len(lines) {
			return true
		}
	}
	return false
}
