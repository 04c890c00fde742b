package ods

import (
	"strconv"
	"strings"

	"taizhang/ingest/sheet/numfmt"
	"taizhang/ingest/sheet/strict"
	"taizhang/ledger"
)

// styles is what of the styles changes the meaning of a cell or hides it.
type styles struct {
	byName map[string]*style // by family and name
	data   map[string]*dataStyle
}

func newStyles() styles {
	return styles{byName: make(map[string]*style), data: make(map[string]*dataStyle)}
}

// style is one style:style. What is unstated comes from its parent.
type style struct {
	family, parent string
	data           string // of the numbers of its cells
	struck         *bool
	unseen         *bool // text hidden, or cell content hidden
	noTable        bool  // a sheet that is not displayed
	flat           bool  // a row or column without height or width
}

// dataStyle is one number style, as a code in the language of numfmt.
type dataStyle struct {
	code   string
	maps   []condition
	texts  bool // it shows texts
	parsed map[bool]*numfmt.Format
}

// condition says that values which meet it take another style.
type condition struct {
	op    string
	bound float64
	style string
}

// readStyle reads a child of a list of styles.
func (d *document) readStyle() error {
	s := d.s
	if len(d.styles.byName)+len(d.styles.data) > d.lim.Styles {
		return strict.TooLarge(strict.LimitStyles, "more than %d styles", d.lim.Styles)
	}
	name := string(s.Name)
	switch {
	case s.Space == spaceStyle && (name == "style" || name == "default-style"):
		return d.readCommonStyle()
	case s.Space == spaceNumber && strings.HasSuffix(name, "-style"):
		return d.readDataStyle()
	}
	return s.Skip()
}

func (d *document) readCommonStyle() error {
	s := d.s
	st := &style{
		family: string(s.AttrNS(spaceStyle, "family")),
		parent: string(s.AttrNS(spaceStyle, "parent-style-name")),
		data:   string(s.AttrNS(spaceStyle, "data-style-name")),
	}
	name := string(s.AttrNS(spaceStyle, "name"))
	err := s.Within(func() error {
		if s.Space == spaceStyle {
			st.property(d, string(s.Name))
		}
		return s.Skip()
	})
	d.styles.byName[st.family+" "+name] = st
	return err
}

// property takes what the current properties element says.
func (st *style) property(d *document, name string) {
	s := d.s
	switch name {
	case "text-properties":
		kind, line := string(s.AttrNS(spaceStyle, "text-line-through-type")), string(s.AttrNS(spaceStyle, "text-line-through-style"))
		if kind != "" || line != "" {
			struck := (kind == "" || kind != "none") && (line == "" || line != "none")
			st.struck = &struck
		}
		if display := s.AttrNS(spaceText, "display"); display != nil {
			unseen := string(display) == "none"
			st.unseen = &unseen
		}
	case "table-properties":
		st.noTable = string(s.AttrNS(spaceTable, "display")) == "false"
	case "table-row-properties":
		st.flat = isZero(s.AttrNS(spaceStyle, "row-height"))
	case "table-column-properties":
		st.flat = isZero(s.AttrNS(spaceStyle, "column-width"))
	}
}

// isZero reports whether the length is stated and 0, in whatever unit.
func isZero(b []byte) bool {
	v, err := strconv.ParseFloat(strings.TrimRight(string(b), "abcdefghijklmnopqrstuvwxyz%"), 64)
	return err == nil && v <= 0
}

// readDataStyle reads one style of package number into a format code.
func (d *document) readDataStyle() error {
	s := d.s
	name := string(s.AttrNS(spaceStyle, "name"))
	ds := &dataStyle{}
	kind := strings.TrimSuffix(string(s.Name), "-style")
	var code strings.Builder
	switch kind {
	case "date", "time":
		code.WriteString("yyyy")
	case "percentage":
		code.WriteString("%")
	case "text":
		ds.texts = true
	}
	err := s.Within(func() error {
		if s.Space == spaceStyle && string(s.Name) == "map" {
			if err := ds.addMap(d); err != nil {
				return err
			}
			return s.Skip()
		}
		if s.Space != spaceNumber {
			return s.Skip()
		}
		return d.formatPart(&code)
	})
	ds.code = code.String()
	if kind == "boolean" || len(ds.code) > d.lim.Text {
		ds.code = "0"
	}
	d.styles.data[name] = ds
	return err
}

// formatPart adds one part of a data style to the code.
func (d *document) formatPart(code *strings.Builder) error {
	s := d.s
	switch string(s.Name) {
	case "number", "scientific-number", "fraction":
		code.WriteByte('0')
		if f, err := strconv.ParseFloat(string(s.AttrNS(spaceNumber, "display-factor")), 64); err == nil && f != 1 {
			code.WriteByte(',')
		}
	case "text-content":
		code.WriteByte('@')
	case "text", "currency-symbol", "fill-character":
		text, err := s.Content(nil, d.lim.Text)
		code.WriteString(`"` + strings.ReplaceAll(string(text), `"`, "") + `"`)
		return err
	}
	return s.Skip()
}

func (ds *dataStyle) addMap(d *document) error {
	s := d.s
	text := string(s.AttrNS(spaceStyle, "condition"))
	rest, ok := strings.CutPrefix(strings.ReplaceAll(text, " ", ""), "value()")
	n := 0
	for n < len(rest) && strings.IndexByte("<>=!", rest[n]) >= 0 {
		n++
	}
	bound, err := strconv.ParseFloat(rest[n:], 64)
	if !ok || n == 0 || err != nil {
		return strict.Damaged(strict.Structure, "a condition that is none")
	}
	if len(ds.maps) == maxMaps {
		return strict.TooLarge(strict.LimitStyles, "more than %d conditions", maxMaps)
	}
	ds.maps = append(ds.maps, condition{rest[:n], bound, string(s.AttrNS(spaceStyle, "apply-style-name"))})
	return nil
}

const maxMaps = 32

func (c *condition) holds(v float64) bool {
	switch c.op {
	case "<":
		return v < c.bound
	case "<=":
		return v <= c.bound
	case ">":
		return v > c.bound
	case ">=":
		return v >= c.bound
	case "=":
		return v == c.bound
	case "!=", "<>":
		return v != c.bound
	}
	return false
}

// maxParents bounds the chain of styles that rest on each other.
const maxParents = 20

// look calls f for the named style of the family, its parents and the default
// style of the family, until f reports that it has what it wants.
func (st *styles) look(family, name string, f func(*style) bool) {
	for range maxParents {
		s := st.byName[family+" "+name]
		if s == nil {
			if name == "" {
				return
			}
			name = ""
			continue
		}
		if f(s) || name == "" {
			return
		}
		name = s.parent
	}
}

// struckOut reports whether the style strikes its text out.
func (st *styles) struckOut(family, name string) (struck, stated bool) {
	st.look(family, name, func(s *style) bool {
		if s.struck != nil {
			struck, stated = *s.struck, true
		}
		return s.struck != nil
	})
	return struck, stated
}

// hides reports whether the style hides its text.
func (st *styles) hides(family, name string) (unseen, stated bool) {
	st.look(family, name, func(s *style) bool {
		if s.unseen != nil {
			unseen, stated = *s.unseen, true
		}
		return s.unseen != nil
	})
	return unseen, stated
}

// classOf returns what the cell style makes of the number.
func (st *styles) classOf(cell string, v float64) ledger.FormatClass {
	ds := st.dataOf(cell)
	for n := 0; ds != nil && n < maxParents; n++ {
		next := ""
		for i := range ds.maps {
			if ds.maps[i].holds(v) {
				next = ds.maps[i].style
				break
			}
		}
		if next == "" {
			return ds.class(v)
		}
		ds = st.data[next]
	}
	return ledger.FormatPlain
}

// worst returns what the cell style may make of a number that is not known.
func (st *styles) worst(cell string) ledger.FormatClass {
	for _, v := range []float64{1, -1, 0} {
		if c := st.classOf(cell, v); c != ledger.FormatPlain {
			return c
		}
	}
	return ledger.FormatPlain
}

// hidesTexts reports whether the cell style shows nothing of a text.
func (st *styles) hidesTexts(cell string) bool {
	ds := st.dataOf(cell)
	return ds != nil && ds.texts && ds.code == ""
}

func (st *styles) dataOf(cell string) *dataStyle {
	name := ""
	st.look("table-cell", cell, func(s *style) bool {
		name = s.data
		return name != ""
	})
	return st.data[name]
}

func (ds *dataStyle) class(v float64) ledger.FormatClass {
	zero := v == 0
	f := ds.parsed[zero]
	if f == nil {
		code := ds.code
		if code == "" {
			code = ";" // a section that prints nothing
		}
		if zero {
			code = "[=0]" + code
		}
		p := numfmt.Parse(code)
		f = &p
		if ds.parsed == nil {
			ds.parsed = make(map[bool]*numfmt.Format)
		}
		ds.parsed[zero] = f
	}
	return f.Class(v)
}
