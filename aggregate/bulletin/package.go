package bulletin

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"fmt"
	"time"
)

// Namespaces and types of the parts (ISO/IEC 29500-1 §15, transitional).
const (
	nsW    = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
	nsR    = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
	nsRels = "http://schemas.openxmlformats.org/package/2006/relationships"
	nsCT   = "http://schemas.openxmlformats.org/package/2006/content-types"
	nsCore = "http://schemas.openxmlformats.org/package/2006/metadata/core-properties"

	typeWord = "application/vnd.openxmlformats-officedocument.wordprocessingml."
	typeRels = "application/vnd.openxmlformats-package.relationships+xml"
	typeCore = "application/vnd.openxmlformats-package.core-properties+xml"
	relWord  = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
	relCore  = "http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties"
)

// part is one member of the package.
type part struct{ name, typ, data string }

// pack writes the document: the same blocks, table and time give the same
// bytes.
func pack(bs []block, g grid, name string, at time.Time) ([]byte, error) {
	parts := []part{
		{"word/document.xml", typeWord + "document.main+xml", document(bs, g)},
		{"word/styles.xml", typeWord + "styles+xml", stylesXML()},
		{"word/settings.xml", typeWord + "settings+xml", settings()},
		{"word/fontTable.xml", typeWord + "fontTable+xml", fontTable()},
		{"word/footer1.xml", typeWord + "footer+xml", footer("left", `<w:ind w:left="280"/>`)},
		{"word/footer2.xml", typeWord + "footer+xml", footer("right", `<w:ind w:right="280"/>`)},
		{"docProps/core.xml", typeCore, core(name, at)},
	}
	all := append([]part{{"[Content_Types].xml", "", contentTypes(parts)}, {"_rels/.rels", "", relations(
		[2]string{relWord + "officeDocument", "word/document.xml"}, [2]string{relCore, "docProps/core.xml"})},
		{"word/_rels/document.xml.rels", "", relations([2]string{relWord + "styles", "styles.xml"}, [2]string{relWord + "settings", "settings.xml"},
			[2]string{relWord + "fontTable", "fontTable.xml"}, [2]string{relWord + "footer", "footer1.xml"}, [2]string{relWord + "footer", "footer2.xml"})},
	}, parts...)
	var out bytes.Buffer
	zw := zip.NewWriter(&out)
	for _, p := range all {
		w, err := zw.CreateHeader(&zip.FileHeader{Name: p.name, Method: zip.Deflate, Modified: at.UTC()})
		if err != nil {
			return nil, fmt.Errorf("pack %s: %w", p.name, err)
		}
		if _, err := w.Write([]byte(p.data)); err != nil {
			return nil, fmt.Errorf("pack %s: %w", p.name, err)
		}
	}
	if err := zw.Close(); err != nil {
		return nil, fmt.Errorf("pack bulletin: %w", err)
	}
	return out.Bytes(), nil
}

func contentTypes(parts []part) string {
	w := &writer{}
	w.add(xml.Header+`<Types xmlns="%s"><Default Extension="rels" ContentType="%s"/><Default Extension="xml" ContentType="application/xml"/>`, nsCT, typeRels)
	for _, p := range parts {
		w.add(`<Override PartName="/%s" ContentType="%s"/>`, p.name, p.typ)
	}
	w.add(`</Types>`)
	return w.String()
}

// relations numbers them rId1, rId2 … in their order.
func relations(list ...[2]string) string {
	w := &writer{}
	w.add(xml.Header+`<Relationships xmlns="%s">`, nsRels)
	for i, r := range list {
		w.add(`<Relationship Id="rId%d" Type="%s" Target="%s"/>`, i+1, r[0], r[1])
	}
	w.add(`</Relationships>`)
	return w.String()
}

// settings: printed on both sides, so that 订口 and page numbers change sides;
// no compression of punctuation, so that a line holds 28 characters.
func settings() string {
	w := &writer{}
	w.add(xml.Header+`<w:settings xmlns:w="%s"><w:zoom w:percent="100"/><w:mirrorMargins/><w:defaultTabStop w:val="420"/><w:evenAndOddHeaders/>`, nsW)
	w.add(`<w:characterSpacingControl w:val="doNotCompress"/><w:compat>`)
	w.add(`<w:compatSetting w:name="compatibilityMode" w:uri="http://schemas.microsoft.com/office/word" w:val="15"/></w:compat>`)
	w.add(`<w:themeFontLang w:val="en-US" w:eastAsia="zh-CN"/></w:settings>`)
	return w.String()
}

func fontTable() string {
	w := &writer{}
	w.add(xml.Header+`<w:fonts xmlns:w="%s">`, nsW)
	for _, f := range fonts {
		w.add(`<w:font w:name="%s"><w:altName w:val="%s"/><w:charset w:val="%s"/><w:family w:val="%s"/><w:pitch w:val="variable"/></w:font>`, f.name, f.alt, f.charset, f.family)
	}
	w.add(`</w:fonts>`)
	return w.String()
}

func core(name string, at time.Time) string {
	w := &writer{}
	stamp := at.UTC().Format(time.RFC3339)
	w.add(xml.Header+`<cp:coreProperties xmlns:cp="%s" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><dc:title>`, nsCore)
	w.text(name)
	w.add(`</dc:title><dc:creator>%s</dc:creator><dcterms:created xsi:type="dcterms:W3CDTF">%s</dcterms:created><dcterms:modified xsi:type="dcterms:W3CDTF">%s</dcterms:modified></cp:coreProperties>`, author, stamp, stamp)
	return w.String()
}
