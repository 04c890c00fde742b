package xls

import (
	"taizhang/ingest/sheet/numfmt"
	"taizhang/ingest/sheet/strict"
)

// styles is what of the styles changes the meaning of a cell: its number format
// and whether its font is struck out.
type styles struct {
	codes   map[int]string // custom format codes by id
	struck  []bool         // by font record
	cells   []cellStyle    // by the index of an XF record
	formats map[int]*numfmt.Format
}

type cellStyle struct {
	format int // its id
	font   int
	struck bool
	parsed *numfmt.Format // nil until a cell asks for it
}

// addFont reads a FONT record (MS-XLS §2.4.122).
func (st *styles) addFont(r record, lim strict.Limits) error {
	if len(st.struck) == lim.Styles {
		return strict.TooLarge(strict.LimitStyles, "more than %d fonts", lim.Styles)
	}
	if err := r.want(14); err != nil {
		return err
	}
	const strikeOut = 0x0008
	st.struck = append(st.struck, le.Uint16(r.data[2:])&strikeOut != 0)
	return nil
}

// isStruck reports whether the font strikes out. Fonts are numbered without a
// 4. A font that is not there, which some writers name in runs, does not.
func (st *styles) isStruck(font int) bool {
	if font > 4 {
		font--
	}
	return font < len(st.struck) && st.struck[font]
}

// strikes reports whether one of the runs is struck out.
func (st *styles) strikes(runs []run) bool {
	for _, r := range runs {
		if st.isStruck(r.font) {
			return true
		}
	}
	return false
}

// addXF reads an XF record (MS-XLS §2.4.353).
func (st *styles) addXF(r record, lim strict.Limits) error {
	if len(st.cells) == lim.Styles {
		return strict.TooLarge(strict.LimitStyles, "more than %d cell styles", lim.Styles)
	}
	if err := r.want(16); err != nil {
		return err
	}
	st.cells = append(st.cells, cellStyle{font: int(le.Uint16(r.data)), format: int(le.Uint16(r.data[2:]))})
	return nil
}

// addFormat reads a FORMAT record (MS-XLS §2.4.126).
func (w *workbook) addFormat(r record) error {
	st := &w.styles
	if err := r.want(3); err != nil {
		return err
	}
	if len(st.codes) == w.lim.Styles {
		return strict.TooLarge(strict.LimitStyles, "more than %d number formats", w.lim.Styles)
	}
	bytes := 1
	if w.biff8 {
		bytes = 2
	}
	code, rest, err := w.name(r.data[2:], bytes)
	if err != nil {
		return err
	}
	if !isPadding(rest) {
		return strict.Damaged(strict.Structure, "number format that ends before its record, at %d", r.at)
	}
	if st.codes == nil {
		st.codes = make(map[int]string)
	}
	st.codes[int(le.Uint16(r.data))] = code
	return nil
}

// settle finds the fonts of the cell styles.
func (st *styles) settle() {
	for i := range st.cells {
		st.cells[i].struck = st.isStruck(st.cells[i].font)
	}
}

// style returns the style of the cell. Writers of bare workbooks state no style
// and give every cell some number all the same.
func (w *workbook) style(i int) (*cellStyle, error) {
	st := &w.styles
	if len(st.cells) == 0 {
		return &cellStyle{}, nil
	}
	if i >= len(st.cells) {
		return nil, strict.Damaged(strict.Reference, "cell style %d of %d", i, len(st.cells))
	}
	return &st.cells[i], nil
}

// numberFormat returns the number format of the style, read once for each id.
func (w *workbook) numberFormat(c *cellStyle) *numfmt.Format {
	if c.parsed != nil {
		return c.parsed
	}
	st := &w.styles
	f, ok := st.formats[c.format]
	if !ok {
		var n numfmt.Format
		if code, ok := st.codes[c.format]; ok {
			n = numfmt.Parse(code)
		} else {
			n = numfmt.Builtin(c.format)
		}
		if st.formats == nil {
			st.formats = make(map[int]*numfmt.Format)
		}
		f = &n
		st.formats[c.format] = f
	}
	c.parsed = f
	return f
}
