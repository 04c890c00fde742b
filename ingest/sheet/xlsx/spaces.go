package xlsx

import (
	"taizhang/ingest/sheet/opc"
	"taizhang/ingest/sheet/xmlscan"
)

// The namespaces this reader knows. The transitional and the strict form of a
// namespace are one.
const (
	spaceMain  xmlscan.Space = iota + 1 // SpreadsheetML
	spaceRel                            // relationship ids in the parts
	spacePack                           // relationship parts
	spaceTypes                          // [Content_Types].xml
	spaceMC                             // markup compatibility
)

var spaces = xmlscan.Spaces{
	"http://schemas.openxmlformats.org/spreadsheetml/2006/main":           spaceMain,
	"http://purl.oclc.org/ooxml/spreadsheetml/main":                       spaceMain,
	"http://schemas.openxmlformats.org/officeDocument/2006/relationships": spaceRel,
	"http://purl.oclc.org/ooxml/officeDocument/relationships":             spaceRel,
	opc.RelsName: spacePack,
	"http://schemas.openxmlformats.org/package/2006/content-types": spaceTypes,
	"http://schemas.openxmlformats.org/markup-compatibility/2006":  spaceMC,
}
