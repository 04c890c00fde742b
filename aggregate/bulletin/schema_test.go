package bulletin_test

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"path"
	"slices"
	"strings"
	"testing"

	"taizhang/aggregate"
)

// order is the sequence of child elements that ISO/IEC 29500-1 (transitional,
// wml.xsd) gives the elements we write, whole where a type has few children.
// Word refuses a document whose children stand in another order. An element
// with a "*" may be repeated and its neighbours with "*" may alternate with it.
var order = map[string]string{
	"document":      "background body",
	"body":          "p* tbl* sdt* sectPr",
	"p":             "pPr r* fldSimple* hyperlink* bookmarkStart* bookmarkEnd*",
	"r":             "rPr t* br* tab* fldChar* instrText*",
	"fldSimple":     "fldData r*",
	"tbl":           "tblPr tblGrid tr*",
	"tblGrid":       "gridCol*",
	"tr":            "tblPrEx trPr tc*",
	"tc":            "tcPr p* tbl*",
	"trPr":          "cnfStyle* divId* gridBefore* gridAfter* wBefore* wAfter* cantSplit* trHeight* tblHeader* tblCellSpacing* jc* hidden*",
	"tblPr":         "tblStyle tblpPr tblOverlap bidiVisual tblStyleRowBandSize tblStyleColBandSize tblW jc tblCellSpacing tblInd tblBorders shd tblLayout tblCellMar tblLook tblCaption tblDescription",
	"tblBorders":    "top left start bottom right end insideH insideV",
	"tblCellMar":    "top left start bottom right end",
	"tcPr":          "cnfStyle tcW gridSpan hMerge vMerge tcBorders shd noWrap tcMar textDirection tcFitText vAlign hideMark",
	"pBdr":          "top left bottom right between bar",
	"pPr":           "pStyle keepNext keepLines pageBreakBefore framePr widowControl numPr suppressLineNumbers pBdr shd tabs suppressAutoHyphens kinsoku wordWrap overflowPunct topLinePunct autoSpaceDE autoSpaceDN bidi adjustRightInd snapToGrid spacing ind contextualSpacing mirrorIndents suppressOverlap jc textDirection textAlignment textboxTightWrap outlineLvl divId cnfStyle rPr sectPr pPrChange",
	"rPr":           "rStyle rFonts b bCs i iCs caps smallCaps strike dstrike outline shadow emboss imprint noProof snapToGrid vanish webHidden color spacing w kern position sz szCs highlight u effect bdr shd fitText vertAlign rtl cs em lang eastAsianLayout specVanish oMath",
	"sectPr":        "headerReference* footerReference* footnotePr endnotePr type pgSz pgMar paperSrc pgBorders lnNumType pgNumType cols formProt vAlign noEndnote titlePg textDirection bidi rtlGutter docGrid printerSettings",
	"ftr":           "p*",
	"styles":        "docDefaults latentStyles style*",
	"docDefaults":   "rPrDefault pPrDefault",
	"rPrDefault":    "rPr",
	"pPrDefault":    "pPr",
	"style":         "name aliases basedOn next link autoRedefine hidden uiPriority semiHidden unhideWhenUsed qFormat locked personal personalCompose personalReply rsid pPr rPr tblPr trPr tcPr tblStylePr",
	"fonts":         "font*",
	"font":          "altName panose1 charset family notTrueType pitch sig embedRegular",
	"settings":      "writeProtection view zoom removePersonalInformation mirrorMargins alignBordersAndEdges bordersDoNotSurroundHeader trackRevisions documentProtection defaultTabStop autoHyphenation evenAndOddHeaders drawingGridHorizontalSpacing characterSpacingControl footnotePr endnotePr compat docVars rsids mathPr themeFontLang clrSchemeMapping decimalSymbol listSeparator",
	"compat":        "useSingleBorderforContiguousCells spaceForUL balanceSingleByteDoubleByteWidth ulTrailSpace adjustLineHeightInTable compatSetting*",
	"Types":         "Default* Override*",
	"Relationships": "Relationship*",
}

// coreProperties is an xsd:all: any order. The rest hold text or nothing.
var leaves = []string{"coreProperties"}

func TestElementsStandInTheOrderOfTheSchema(t *testing.T) {
	seen := map[string]bool{}
	for name, s := range map[string]*aggregate.Summary{"7": full(t), "5": five(t), "0": nobody(t), "correction": corrected(t)} {
		for part, data := range members(t, write(t, s).Data) {
			for _, fault := range checkOrder(t, data, seen) {
				t.Errorf("%s: %s: %s", name, part, fault)
			}
		}
	}
	for _, must := range []string{"body", "p", "pPr", "rPr", "tbl", "tblPr", "tcPr", "sectPr", "style", "settings", "font"} {
		if !seen[must] {
			t.Errorf("no %s was seen: the test looks in the wrong place", must)
		}
	}
}

// A check that accepts everything proves nothing.
func TestOrderCheckFindsFaults(t *testing.T) {
	for _, bad := range []string{
		`<pPr><jc/><spacing/></pPr>`, `<rPr><sz/><rFonts/></rPr>`, `<tblPr><tblLayout/><tblBorders/></tblPr>`, `<tcPr><vAlign/><tcW/></tcPr>`,
		`<sectPr><pgSz/><footerReference/></sectPr>`, `<body><sectPr/><p/></body>`, `<pPr><jc/><jc/></pPr>`, `<tc><tcPr/><tbl/></tc>`, `<pPr><unknown/></pPr>`,
		`<tbl><tblGrid/><tblPr/></tbl>`, `<tc><tcPr/></tc>`,
	} {
		if len(checkOrder(t, []byte(bad), map[string]bool{})) == 0 {
			t.Errorf("no fault found in %s", bad)
		}
	}
}

// checkOrder returns what is wrong with the children of any element.
func checkOrder(t *testing.T, data []byte, seen map[string]bool) []string {
	t.Helper()
	var faults []string
	var names []string
	var children [][]string
	d := xml.NewDecoder(bytes.NewReader(data))
	for {
		tok, err := d.Token()
		if errors.Is(err, io.EOF) {
			return faults
		}
		if err != nil {
			t.Fatal(err)
		}
		switch tok := tok.(type) {
		case xml.StartElement:
			if n := len(children); n > 0 {
				children[n-1] = append(children[n-1], tok.Name.Local)
			}
			names, children = append(names, tok.Name.Local), append(children, nil)
		case xml.EndElement:
			n := len(names) - 1
			seen[names[n]] = true
			faults = append(faults, misplaced(names[n], children[n])...)
			names, children = names[:n], children[:n]
		}
	}
}

func misplaced(name string, children []string) []string {
	if slices.Contains(leaves, name) {
		return nil
	}
	sequence := strings.Fields(order[name])
	var faults []string
	at := -1
	for i, c := range children {
		repeats := slices.Contains(sequence, c+"*")
		k := slices.Index(sequence, c)
		if repeats {
			k = slices.Index(sequence, c+"*")
		}
		switch {
		case k < 0:
			faults = append(faults, name+" must not hold "+c)
		case k == at && !repeats:
			faults = append(faults, c+" twice in "+name)
		case k < at && (!repeats || !strings.HasSuffix(sequence[at], "*")):
			faults = append(faults, c+" stands after "+children[i-1]+" in "+name)
		}
		at = max(at, k)
	}
	if name == "tc" && (len(children) == 0 || children[len(children)-1] != "p") {
		faults = append(faults, "a cell must end with a paragraph")
	}
	return faults
}

// members are the parts of the package by name.
func members(t *testing.T, data []byte) map[string][]byte {
	t.Helper()
	zr, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	out := map[string][]byte{}
	for _, f := range zr.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		content, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		if _, twice := out[f.Name]; twice {
			t.Errorf("%s twice", f.Name)
		}
		out[f.Name] = content
	}
	return out
}

// Every part has its type, every relationship its part, every reference its
// relationship, every style that is named exists once, and the first member
// is the list of types.
func TestThePackageHangsTogether(t *testing.T) {
	a := write(t, full(t))
	parts := members(t, a.Data)
	zr, err := zip.NewReader(bytes.NewReader(a.Data), int64(len(a.Data)))
	if err != nil || zr.File[0].Name != "[Content_Types].xml" {
		t.Errorf("first member: %v, %v", zr.File[0].Name, err)
	}
	types := attributes(t, parts["[Content_Types].xml"], "Override", "PartName")
	for name := range parts {
		if name != "[Content_Types].xml" && path.Ext(name) != ".rels" && !slices.Contains(types, "/"+name) {
			t.Errorf("%s has no content type", name)
		}
	}
	if len(types) != 7 {
		t.Errorf("%d content types", len(types))
	}
	for _, target := range attributes(t, parts["_rels/.rels"], "Relationship", "Target") {
		if parts[target] == nil {
			t.Errorf("relationship to %s, which is missing", target)
		}
	}
	rels := "word/_rels/document.xml.rels"
	for _, target := range attributes(t, parts[rels], "Relationship", "Target") {
		if parts["word/"+target] == nil {
			t.Errorf("relationship to %s, which is missing", target)
		}
	}
	ids := attributes(t, parts[rels], "Relationship", "Id")
	for _, ref := range attributes(t, parts["word/document.xml"], "footerReference", "id") {
		if !slices.Contains(ids, ref) {
			t.Errorf("reference to %s, which is no relationship", ref)
		}
	}
	known := attributes(t, parts["word/styles.xml"], "style", "styleId")
	for _, list := range [][]string{ids, known, types} {
		if sorted := slices.Sorted(slices.Values(list)); len(slices.Compact(sorted)) != len(list) {
			t.Errorf("not unique: %v", list)
		}
	}
	for _, part := range []string{"word/document.xml", "word/footer1.xml", "word/footer2.xml"} {
		for _, style := range attributes(t, parts[part], "pStyle", "val") {
			if !slices.Contains(known, style) {
				t.Errorf("%s names the style %s, which does not exist", part, style)
			}
		}
	}
	fonts := attributes(t, parts["word/fontTable.xml"], "font", "name")
	for _, attr := range []string{"eastAsia", "ascii"} {
		for _, f := range attributes(t, parts["word/styles.xml"], "rFonts", attr) {
			if !slices.Contains(fonts, f) {
				t.Errorf("font %s has no fallback in the font table", f)
			}
		}
	}
}

// attributes lists the values of an attribute of all elements of a name.
func attributes(t *testing.T, data []byte, element, attr string) []string {
	t.Helper()
	var out []string
	d := xml.NewDecoder(bytes.NewReader(data))
	for {
		tok, err := d.Token()
		if errors.Is(err, io.EOF) {
			return out
		}
		if err != nil {
			t.Fatal(err)
		}
		if e, ok := tok.(xml.StartElement); ok && e.Name.Local == element {
			for _, a := range e.Attr {
				if a.Name.Local == attr {
					out = append(out, a.Value)
				}
			}
		}
	}
}
