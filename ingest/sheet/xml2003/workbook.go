package xml2003

import (
	"bytes"
	"context"
	"strings"

	"taizhang/ingest/sheet/grid"
	"taizhang/ingest/sheet/numfmt"
	"taizhang/ingest/sheet/strict"
	"taizhang/ingest/sheet/xmlscan"
	"taizhang/ledger"
)

// The namespaces this reader knows.
const (
	spaceSS xmlscan.Space = iota + 1
	spaceExcel
	spaceHTML
)

var spaces = xmlscan.Spaces{
	"urn:schemas-microsoft-com:office:spreadsheet": spaceSS,
	"urn:schemas-microsoft-com:office:excel":       spaceExcel,
	"http://www.w3.org/TR/REC-html40":              spaceHTML,
}

// workbook is one file while it is read.
type workbook struct {
	ctx      context.Context // of the call of Read
	s        *xmlscan.Scanner
	lim      strict.Limits
	book     *grid.Book
	styles   map[string]*style
	from1904 bool
}

// style is one style of the workbook, with what it has from its parent.
type style struct {
	format string
	parsed *numfmt.Format
	struck bool
}

// Read reads the workbook in data. file is its name for display. Worksheets
// come in the order of the file, hidden ones included. Errors are of type
// *strict.Error, or those of ctx. A formula cell without a value has NoValue
// set.
func Read(ctx context.Context, file string, data []byte, lim strict.Limits) ([]*ledger.Table, error) {
	lim = lim.OrDefault()
	if int64(len(data)) > lim.File {
		return nil, strict.TooLarge(strict.LimitFile, "file of %d bytes", len(data))
	}
	s, err := xmlscan.New(bytes.NewReader(data), lim, spaces)
	if err != nil {
		return nil, err
	}
	defer s.Release()
	w := &workbook{ctx: ctx, s: s, lim: lim, book: grid.NewBook(file, lim), styles: make(map[string]*style)}
	if err := s.Children("Workbook", spaceSS, w.part); err != nil {
		return nil, err
	}
	if err := s.Drain(); err != nil {
		return nil, err
	}
	if len(w.book.Tables()) == 0 {
		return nil, strict.Damaged(strict.Structure, "workbook without sheets")
	}
	return w.book.Tables(), nil
}

// part reads a child of the workbook.
func (w *workbook) part() error {
	s := w.s
	switch {
	case s.Space == spaceSS && string(s.Name) == "Styles":
		return s.Within(w.addStyle)
	case s.Space == spaceSS && string(s.Name) == "Worksheet":
		return w.worksheet()
	case s.Space == spaceExcel && string(s.Name) == "ExcelWorkbook":
		return s.Within(func() error {
			if string(s.Name) == "Date1904" {
				if len(w.book.Tables()) > 0 {
					return strict.Damaged(strict.Structure, "the date system stands behind the sheets")
				}
				w.from1904 = true
			}
			return s.Skip()
		})
	}
	return s.Skip()
}

func (w *workbook) addStyle() error {
	s := w.s
	if s.Space != spaceSS || string(s.Name) != "Style" {
		return s.Skip()
	}
	if len(w.styles) == w.lim.Styles {
		return strict.TooLarge(strict.LimitStyles, "more than %d styles", w.lim.Styles)
	}
	id := string(s.AttrNS(spaceSS, "ID"))
	st := &style{}
	parent := string(s.AttrNS(spaceSS, "Parent"))
	if parent == "" {
		parent = "Default"
	}
	if p := w.styles[parent]; p != nil {
		*st = *p
	}
	if w.styles[id] != nil {
		return strict.Damaged(strict.Duplicate, "two styles %q", id)
	}
	w.styles[id] = st
	return s.Within(func() error {
		if s.Space == spaceSS {
			switch string(s.Name) {
			case "NumberFormat":
				st.format, st.parsed = string(s.AttrNS(spaceSS, "Format")), nil
				if len(st.format) > w.lim.Text {
					return strict.TooLarge(strict.LimitText, "a number format of %d bytes", len(st.format))
				}
			case "Font":
				st.struck = isTrue(s.AttrNS(spaceSS, "StrikeThrough"))
			}
		}
		return s.Skip()
	})
}

// names of number formats that the format has words for.
var names = map[string]string{
	"general": "General", "general number": "General", "general date": "yyyy", "long date": "yyyy",
	"medium date": "yyyy", "short date": "yyyy", "long time": "h:mm", "medium time": "h:mm", "short time": "h:mm",
	"currency": "#,##0.00", "euro currency": "#,##0.00", "fixed": "0.00", "standard": "#,##0.00",
	"percent": "0.00%", "scientific": "0.00E+00", "yes/no": `"Yes";"Yes";"No"`, "true/false": `"True";"True";"False"`,
	"on/off": `"On";"On";"Off"`,
}

// numberFormat returns the format of the style, read once.
func (st *style) numberFormat() *numfmt.Format {
	if st.parsed == nil {
		code := st.format
		if c, ok := names[strings.ToLower(code)]; ok {
			code = c
		}
		f := numfmt.Parse(code)
		st.parsed = &f
	}
	return st.parsed
}

// style returns the named style; "" names that of the workbook.
func (w *workbook) style(id string) (*style, error) {
	if id == "" {
		id = "Default"
	}
	st := w.styles[id]
	if st == nil && id == "Default" {
		st = &style{}
		w.styles[id] = st
	}
	if st == nil {
		return nil, strict.Damaged(strict.Reference, "no style %q", id)
	}
	return st, nil
}

func isTrue(b []byte) bool { return string(b) == "1" || string(b) == "true" || string(b) == "True" }
