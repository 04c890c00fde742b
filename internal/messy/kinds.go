package messy

import (
	"fmt"
	"hash/fnv"
	"slices"
	"strings"
)

// Kind is a kind of file that a case can be written as.
type Kind struct {
	Name  string
	Ext   string
	Lacks []Need // what it cannot express: cases that need it are not crossed with it
	// Write returns the file and its name; pick is a number by which a writer
	// chooses among its spellings.
	Write func(c Case, pick int) (name string, data []byte)
}

// textual is what kinds without types, formats and sheets cannot say. In them a
// date is the text that shows, a number its digits without separators, and a
// formula its result: that is all a reader can be asked to know.
var textual = []Need{NeedFormat, NeedFormula, NeedNoValue, NeedRecalc, NeedSheetName, NeedSheets, NeedHiddenSheet, NeedGroup, NeedHiddenRow, NeedHiddenCol}

func lacks(base []Need, more ...Need) []Need { return append(slices.Clone(base), more...) }

// AsGiven are cases that are about the bytes of a file.
const AsGiven = "given bytes"

func without(base []Need, some ...Need) []Need {
	return slices.DeleteFunc(slices.Clone(base), func(n Need) bool { return slices.Contains(some, n) })
}

// Kinds are all kinds, with what each cannot express.
func Kinds() []Kind {
	paper := lacks(without(textual, NeedSheets))
	book := []Need{NeedTracked}
	sheet := []Need{NeedFormula, NeedNoValue, NeedRecalc, NeedTracked}
	plain := lacks(textual, NeedMerge, NeedStrike, NeedRuns, NeedTracked)
	page := lacks(without(textual, NeedHiddenRow, NeedHiddenCol, NeedSheets), NeedTracked)
	text := func(name, ext, sep, encoding string) Kind {
		return Kind{name, ext, plain, func(c Case, _ int) (string, []byte) { return c.File, writeText(c.Book, sep, encoding) }}
	}
	carried := func(name, ext string, wrap func(c Case, name string, data []byte, pick int) []byte) Kind {
		return Kind{name, ext, lacks(paper, NeedMerge, NeedTracked), func(c Case, pick int) (string, []byte) {
			inner, data := c.carried(pick)
			return c.File, wrap(c, inner, data, pick)
		}}
	}
	return []Kind{
		{AsGiven, "", nil, func(c Case, _ int) (string, []byte) { return c.File, c.Data }},
		{"xlsx", ".xlsx", book, func(c Case, _ int) (string, []byte) { return c.File, c.workbook() }},
		{"xlsm", ".xlsm", book, func(c Case, _ int) (string, []byte) { return c.File, macroBook(c.workbook()) }},
		{"et (zip)", ".et", book, func(c Case, _ int) (string, []byte) { return c.File, c.workbook() }},
		{"xls BIFF8", ".xls", sheet, func(c Case, _ int) (string, []byte) { return c.File, writeXLS(c.Book, false) }},
		{"et (BIFF8)", ".et", sheet, func(c Case, _ int) (string, []byte) { return c.File, writeXLS(c.Book, false) }},
		{"xls BIFF5", ".xls", lacks(sheet, NeedMerge, NeedRuns, NeedUnicode), func(c Case, _ int) (string, []byte) { return c.File, writeXLS(c.Book, true) }},
		{"docx", ".docx", paper, func(c Case, _ int) (string, []byte) { return c.File, writeDOCX(c.Book, false) }},
		{"docx, nested table", ".docx", paper, func(c Case, _ int) (string, []byte) { return c.File, writeDOCX(c.Book, true) }},
		{"ods", ".ods", lacks(sheet, NeedFormat), func(c Case, _ int) (string, []byte) { return c.File, writeODS(c.Book) }},
		text("csv UTF-8", ".csv", ",", "UTF-8"),
		text("csv UTF-8 marked", ".csv", ",", "UTF-8 marked"),
		text("csv GB18030", ".csv", ",", "GB18030"),
		text("tsv UTF-16LE", ".txt", "\t", "UTF-16LE"),
		text("tsv UTF-16BE", ".tsv", "\t", "UTF-16BE"),
		{"html UTF-8", ".html", page, func(c Case, _ int) (string, []byte) { return c.File, writeHTML(c.Book, "UTF-8") }},
		{"html GBK as .xls", ".xls", lacks(page, NeedUnicode), func(c Case, _ int) (string, []byte) { return c.File, writeHTML(c.Book, "GB18030") }},
		{"xml 2003", ".xml", lacks(sheet, NeedGroup), func(c Case, _ int) (string, []byte) { return c.File, writeXML2003(c.Book) }},
		{"mail body", ".eml", lacks(page, NeedTitle, NeedFileName), func(c Case, pick int) (string, []byte) {
			return "邮件.eml", c.pasted(stem(c.File), pick%2 == 0)
		}},
		carried("zip, names in GBK", ".zip", func(_ Case, name string, data []byte, _ int) []byte { return zipped(name, data) }),
		carried("mail attachment", ".eml", func(c Case, name string, data []byte, pick int) []byte {
			return c.attached(name, data, "台账报送", pick)
		}),
		carried("forwarded mail", ".eml", func(c Case, name string, data []byte, pick int) []byte {
			return c.forwarded(c.attached(name, data, "台账报送", pick+3))
		}),
	}
}

// Can reports whether the kind can express the case, and if not, why.
func (k Kind) Can(c Case) (bool, Need) {
	if (c.Book == nil) != (k.Name == AsGiven) {
		return false, NeedBytes
	}
	for _, n := range c.needs() {
		if slices.Contains(k.Lacks, n) {
			return false, n
		}
	}
	return true, ""
}

// wrongNames are the extensions that a file bears by mistake, one in five.
var wrongNames = []string{".xls", ".xlsx", ".et", ".docx", ".csv", ".dat", ".xlsx.xls"}

// As writes the case as a file of the kind. What a file is, its content
// decides: some bear the extension of another kind.
func (c Case) As(k Kind) Case {
	h := fnv.New32a()
	fmt.Fprint(h, c.Name, k.Name)
	pick := int(h.Sum32() >> 1)
	c.Kind = k.Name
	c.Name += " as " + k.Name
	ext := k.Ext
	if k.Name == AsGiven {
		return c
	}
	if pick%5 == 0 && ext != ".eml" && ext != ".zip" {
		ext = wrongNames[pick/5%len(wrongNames)]
		c.Name += ", named " + ext
	}
	c.File = stem(c.File) + ext
	c.File, c.Data = k.Write(c, pick/64)
	return c
}

// workbook is the case as an .xlsx file.
func (c Case) workbook() []byte {
	return Write(c.Book...)
}

// carried is the case as a file that an archive or a mail carries.
func (c Case) carried(pick int) (string, []byte) {
	switch pick / 8 % 4 {
	case 0:
		return stem(c.File) + ".xls", writeXLS(c.Book, false)
	case 1:
		return stem(c.File) + ".docx", writeDOCX(c.Book, false)
	case 2:
		return stem(c.File) + ".xml", writeXML2003(c.Book)
	}
	return stem(c.File) + ".ods", writeODS(c.Book)
}

// macroBook makes a workbook one with macros: by its types, and with the part
// that holds them, here of bytes that no program would run.
func macroBook(data []byte) []byte {
	const part = "xl/vbaProject.bin"
	edits := map[string]*strings.Replacer{
		"[Content_Types].xml": strings.NewReplacer(
			"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml", "application/vnd.ms-excel.sheet.macroEnabled.main+xml",
			"</Types>", `<Override PartName="/`+part+`" ContentType="application/vnd.ms-office.vbaProject"/></Types>`),
		"xl/_rels/workbook.xml.rels": strings.NewReplacer(
			"</Relationships>", `<Relationship Id="rIdMacro" Type="http://schemas.microsoft.com/office/2006/relationships/vbaProject" Target="vbaProject.bin"/></Relationships>`),
	}
	return withMember(Members(data, func(name string, b []byte) []byte {
		if e, ok := edits[name]; ok {
			return []byte(e.Replace(string(b)))
		}
		return b
	}), part, []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 Sub Auto_Open()"))
}
