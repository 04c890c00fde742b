package attach

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"errors"
	"fmt"
	"io"
	"strings"
)

// zipDirectoryEntries bounds the entries of a zip directory that is read at
// all, before archive/zip builds its list of them in memory.
const zipDirectoryEntries = 20_000

func isZip(b []byte) bool {
	return bytes.HasPrefix(b, []byte("PK\x03\x04")) || bytes.HasPrefix(b, []byte("PK\x05\x06")) ||
		bytes.HasPrefix(b, []byte("PK\x07\x08")) || bytes.HasPrefix(b, []byte("PK00PK\x03\x04"))
}

// errZipEntries says that a zip lists more members than are read.
var errZipEntries = errors.New("too many entries in the zip directory")

func openZip(b []byte) (*zip.Reader, error) {
	if bytes.Count(b, []byte("PK\x01\x02")) > zipDirectoryEntries {
		return nil, errZipEntries
	}
	r, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	if err != nil && !errors.Is(err, zip.ErrInsecurePath) {
		return nil, fmt.Errorf("read zip directory: %w", err)
	}
	return r, nil
}

// sniffZip tells documents that are zips from archives, by their members. A
// zip whose directory is broken is judged by the names in its local headers.
func sniffZip(b []byte) sniffed {
	r, err := openZip(b)
	if errors.Is(err, errZipEntries) {
		return sniffed{kind: TypeZip}
	}
	if err != nil {
		at := localNames(b)
		names := make(map[string]bool, len(at))
		for n := range at {
			names[n] = true
		}
		kind := zipKind(names, func(name string) string { return readLocal(b[at[name]:]) })
		return sniffed{kind: kind, broken: true, detail: "the zip directory cannot be read"}
	}
	names := make(map[string]bool, len(r.File))
	byName := map[string]*zip.File{}
	for _, f := range r.File {
		n := memberKey(f.Name)
		names[n] = true
		if byName[n] == nil {
			byName[n] = f
		}
	}
	return sniffed{kind: zipKind(names, func(name string) string { return readSmall(byName[name]) })}
}

func memberKey(name string) string {
	return strings.ToLower(strings.TrimPrefix(strings.ReplaceAll(name, `\`, "/"), "/"))
}

// zipKind decides by member names, and by the members that name the document's
// type when read can read them.
func zipKind(names map[string]bool, read func(string) string) Type {
	content := func(name string) string {
		if !names[name] {
			return ""
		}
		return read(name)
	}
	mime := content("mimetype")
	ct := content("[content_types].xml")
	office := names["[content_types].xml"]
	has := func(prefix string) bool {
		for n := range names {
			if strings.HasPrefix(n, prefix) {
				return true
			}
		}
		return false
	}
	switch {
	case strings.HasPrefix(mime, "application/vnd.oasis.opendocument.spreadsheet"):
		return TypeODS
	case strings.HasPrefix(mime, "application/vnd.oasis.opendocument.text"):
		return TypeODT
	case strings.HasPrefix(mime, "application/vnd.oasis.opendocument"):
		return TypePresentation
	case names["ofd.xml"]:
		return TypeOFD
	case office && (names["xl/workbook.bin"] || strings.Contains(ct, "sheet.binary.macroenabled.main")):
		return TypeXLSB
	case strings.Contains(ct, "spreadsheetml.sheet.main") || strings.Contains(ct, "spreadsheetml.template.main") ||
		strings.Contains(ct, "ms-excel.sheet.macroenabled.main") || strings.Contains(ct, "ms-excel.template.macroenabled.main"):
		return TypeXLSX
	case strings.Contains(ct, "wordprocessingml.document.main") || strings.Contains(ct, "wordprocessingml.template.main") ||
		strings.Contains(ct, "ms-word.document.macroenabled.main"):
		return TypeDOCX
	case strings.Contains(ct, "presentationml."):
		return TypePresentation
	case names["xl/workbook.xml"] || office && has("xl/"):
		return TypeXLSX
	case names["word/document.xml"] || office && has("word/"):
		return TypeDOCX
	case names["content.xml"] && names["meta-inf/manifest.xml"] && names["styles.xml"]:
		return odfByManifest(content("meta-inf/manifest.xml"))
	}
	return TypeZip
}

func odfByManifest(manifest string) Type {
	switch {
	case strings.Contains(manifest, "opendocument.text"):
		return TypeODT
	case strings.Contains(manifest, "opendocument.presentation"):
		return TypePresentation
	}
	return TypeODS
}

// readSmall reads the first 256 KiB of a member as lower-case text, "" when it
// cannot be read.
func readSmall(f *zip.File) string {
	if f == nil || f.Flags&1 != 0 {
		return ""
	}
	rc, err := f.Open()
	if err != nil {
		return ""
	}
	var text bytes.Buffer
	_, err = io.Copy(&text, io.LimitReader(rc, 256<<10))
	if cerr := rc.Close(); (err != nil || cerr != nil) && text.Len() == 0 {
		return ""
	}
	return strings.ToLower(text.String()) // what came before an error names the type too
}

// localNames collects member names and the offsets of their local headers from
// a zip without usable directory.
func localNames(b []byte) map[string]int {
	names := map[string]int{}
	for off := 0; len(names) < 1000; {
		i := bytes.Index(b[off:], []byte("PK\x03\x04"))
		if i < 0 || off+i+30 > len(b) {
			break
		}
		h := b[off+i:]
		n := int(h[26]) | int(h[27])<<8
		if 30+n <= len(h) && n > 0 && n < 1000 {
			if key := memberKey(string(h[30 : 30+n])); names[key] == 0 {
				names[key] = off + i
			}
		}
		off += i + 4
	}
	return names
}

// readLocal reads up to 256 KiB of the member whose local header starts b, as
// lower-case text; what came before an error counts.
func readLocal(b []byte) string {
	data := 30 + int(b[26]) + int(b[27])<<8 + int(b[28]) + int(b[29])<<8
	if data > len(b) || b[6]&1 != 0 {
		return ""
	}
	var r io.Reader = bytes.NewReader(b[data:])
	switch method := int(b[8]) | int(b[9])<<8; {
	case method == int(zip.Deflate):
		r = flate.NewReader(r)
	case method == int(zip.Store):
		size := int64(b[18]) | int64(b[19])<<8 | int64(b[20])<<16 | int64(b[21])<<24
		r = io.LimitReader(r, size)
	default:
		return ""
	}
	var text bytes.Buffer
	if _, err := io.Copy(&text, io.LimitReader(r, 256<<10)); err != nil && text.Len() == 0 {
		return ""
	}
	return strings.ToLower(text.String())
}
