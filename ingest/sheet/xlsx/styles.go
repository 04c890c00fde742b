package xlsx

import (
	"taizhang/ingest/sheet/numfmt"
	"taizhang/ingest/sheet/strict"
	"taizhang/ingest/sheet/xmlscan"
)

// styles is what of the style sheet changes the meaning of a cell: its number
// format and whether its font is struck out.
type styles struct {
	codes   map[int]string // custom format codes by id
	struck  []bool         // by font
	cells   []cellStyle    // by the s of a cell
	formats map[int]*numfmt.Format
}

type cellStyle struct {
	format int // numFmtId
	struck bool
	parsed *numfmt.Format // nil until a cell asks for it
}

func (w *workbook) readStyles(s *xmlscan.Scanner) error {
	st := &w.styles
	var fonts []int // font of each cell style, for fonts may come later
	err := s.Children("styleSheet", spaceMain, func() error {
		if s.Space != spaceMain {
			return s.Skip()
		}
		switch string(s.Name) {
		case "numFmts":
			return s.Within(func() error { return w.addFormat(s) })
		case "fonts":
			return s.Within(func() error { return w.addFont(s) })
		case "cellXfs":
			return s.Within(func() error {
				if len(st.cells) == w.lim.Styles {
					return strict.TooLarge(strict.LimitStyles, "more than %d cell styles", w.lim.Styles)
				}
				font := max(number(s.Attr("fontId")), 0)
				fonts = append(fonts, font)
				st.cells = append(st.cells, cellStyle{format: max(number(s.Attr("numFmtId")), 0)})
				return s.Skip()
			})
		}
		return s.Skip()
	})
	if err != nil {
		return err
	}
	for i, font := range fonts {
		if font >= len(st.struck) && font > 0 {
			return strict.Damaged(strict.Reference, "cell style %d has font %d of %d", i, font, len(st.struck))
		}
		st.cells[i].struck = font < len(st.struck) && st.struck[font]
	}
	return nil
}

func (w *workbook) addFormat(s *xmlscan.Scanner) error {
	id := number(s.Attr("numFmtId"))
	if id < 0 {
		return strict.Damaged(strict.Structure, "number format without id")
	}
	if len(w.styles.codes) == w.lim.Styles {
		return strict.TooLarge(strict.LimitStyles, "more than %d number formats", w.lim.Styles)
	}
	code := s.Attr("formatCode")
	if len(code) > w.lim.Text {
		return strict.TooLarge(strict.LimitText, "a number format of %d bytes", len(code))
	}
	if w.styles.codes == nil {
		w.styles.codes = make(map[int]string)
	}
	text, err := w.texts.keep(unescapeX(code))
	if err != nil {
		return err
	}
	w.styles.codes[id] = text
	return s.Skip()
}

func (w *workbook) addFont(s *xmlscan.Scanner) error {
	if len(w.styles.struck) == w.lim.Styles {
		return strict.TooLarge(strict.LimitStyles, "more than %d fonts", w.lim.Styles)
	}
	struck, err := strikes(s)
	w.styles.struck = append(w.styles.struck, struck)
	return err
}

// strikes reads the font or run properties to their end and reports whether
// they strike the text out.
func strikes(s *xmlscan.Scanner) (bool, error) {
	struck := false
	err := s.Within(func() error {
		if string(s.Name) == "strike" && s.Space == spaceMain {
			val := s.Attr("val")
			struck = val == nil || isTrue(val)
		}
		return s.Skip()
	})
	return struck, err
}

// style returns the style of the cell; index 0 is there without a style sheet.
func (w *workbook) style(i int) (*cellStyle, error) {
	st := &w.styles
	if len(st.cells) == 0 {
		st.cells = append(st.cells, cellStyle{})
	}
	if i < 0 || i >= len(st.cells) {
		return nil, strict.Damaged(strict.Reference, "cell style %d of %d", i, len(st.cells))
	}
	return &st.cells[i], nil
}

// isGeneral reports whether the style shows numbers in the General format, which
// a file may redefine like any other.
func (w *workbook) isGeneral(c *cellStyle) bool {
	return c.format == 0 && w.styles.codes[0] == ""
}

// numberFormat returns the number format of the style, read once for each id.
func (w *workbook) numberFormat(c *cellStyle) *numfmt.Format {
	if c.parsed != nil {
		return c.parsed
	}
	st := &w.styles
	if f, ok := st.formats[c.format]; ok {
		c.parsed = f
		return f
	}
	var f numfmt.Format
	if code, ok := st.codes[c.format]; ok {
		f = numfmt.Parse(code)
	} else {
		f = numfmt.Builtin(c.format)
	}
	if st.formats == nil {
		st.formats = make(map[int]*numfmt.Format)
	}
	st.formats[c.format] = &f
	c.parsed = &f
	return &f
}
