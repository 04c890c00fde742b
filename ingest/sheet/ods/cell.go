package ods

import (
	"bytes"
	"math"
	"strconv"
	"strings"
	"time"

	"taizhang/ingest/sheet/numfmt"
	"taizhang/ingest/sheet/strict"
	"taizhang/ledger"
)

// content is what a cell element states.
type content struct {
	style   string
	kind    string // office:value-type, or calcext:value-type where that says more
	value   []byte // the attribute of that type; nil when it is not given
	formula string
	text    []byte // what its paragraphs show
	gone    []byte // what of them is struck out
	unseen  []byte // what of them is hidden
	shown   bool   // it has a paragraph
}

// readContentOf reads the attributes and the paragraphs of the current cell,
// to its end.
func (d *document) readContentOf(x *content) error {
	s := d.s
	x.kind = string(s.AttrNS(spaceOffice, "value-type"))
	if string(s.AttrNS(spaceCalc, "value-type")) == "error" {
		x.kind = "error"
	}
	name := map[string]string{
		"float": "value", "percentage": "value", "currency": "value", "date": "date-value", "time": "time-value",
		"boolean": "boolean-value", "string": "string-value",
	}[x.kind]
	if v := s.AttrNS(spaceOffice, name); name != "" && v != nil {
		x.value = bytes.Clone(v)
	}
	if f := s.AttrNS(spaceTable, "formula"); f != nil {
		if len(f) > 8*d.lim.Text {
			return strict.TooLarge(strict.LimitText, "a formula of %d bytes", len(f))
		}
		x.formula = plainFormula(string(f))
	}
	p := paragraphs{d: d, x: x}
	p.struck, _ = d.styles.struckOut("table-cell", x.style)
	p.unseen, _ = d.styles.hides("table-cell", x.style)
	return s.Within(func() error {
		switch {
		case s.Space == spaceText && (string(s.Name) == "p" || string(s.Name) == "h"):
			return p.read()
		case s.Space == spaceTable && string(s.Name) == "table":
			return strict.Damaged(strict.Structure, "a table within a cell")
		}
		return s.Skip() // annotations and drawings
	})
}

// cellOf turns the content into a cell. It reports false when nothing of it
// counts: it is empty, or struck out.
func (d *document) cellOf(x *content) (ledger.Cell, bool, error) {
	c := ledger.Cell{Formula: x.formula}
	ok, err := d.value(x, &c)
	if err != nil {
		return c, false, err
	}
	if ok {
		struck, _ := d.styles.struckOut("table-cell", x.style)
		if struck && c.Kind != ledger.CellText {
			x.gone = []byte(c.Text)
			return c, false, nil
		}
		return c, true, nil
	}
	if x.formula == "" || len(x.gone) > 0 {
		return c, false, nil
	}
	c.Kind, c.Text, c.NoValue = ledger.CellNumber, "", true
	c.Format = d.styles.worst(x.style)
	return c, true, nil
}

// value fills the value in. It reports false when there is none.
func (d *document) value(x *content, c *ledger.Cell) (bool, error) {
	switch x.kind {
	case "float", "percentage", "currency":
		return d.number(x, c)
	case "date", "time":
		return d.date(x, c)
	case "boolean":
		c.Kind, c.Text = ledger.CellBool, strings.ToUpper(string(x.value))
		if x.value == nil && x.formula != "" {
			return false, nil
		}
		if c.Text != "TRUE" && c.Text != "FALSE" {
			return false, strict.Damaged(strict.Structure, "boolean that is none")
		}
		return true, nil
	case "error":
		c.Kind, c.Text = ledger.CellError, string(x.text)
		return true, nil
	case "string":
		return d.text(x, c), nil
	case "", "void":
		// A formula whose result is an empty text has an empty paragraph.
		if x.formula != "" && !x.shown {
			return false, nil
		}
		return d.text(x, c), nil
	}
	return false, strict.Damaged(strict.Structure, "cell of unknown type %q", x.kind)
}

// text takes the paragraphs, or the attribute where there are none: a writer
// may leave either out.
func (d *document) text(x *content, c *ledger.Cell) bool {
	c.Kind, c.Text = ledger.CellText, string(x.text)
	if !x.shown && x.value != nil {
		c.Text = string(x.value)
	}
	if d.styles.hidesTexts(x.style) {
		c.Format = ledger.FormatHidden
	}
	if c.Text == "" && x.formula != "" && len(x.gone)+len(x.unseen) == 0 {
		return true // an empty text is a value only as the result of a formula
	}
	return strings.Trim(c.Text, "\n") != ""
}

// errorTexts begin what older writers show for a formula that failed, beside a
// value of 0.
var errorTexts = []string{"Err:", "#"}

func (d *document) number(x *content, c *ledger.Cell) (bool, error) {
	if x.value == nil {
		if x.formula != "" {
			return false, nil
		}
		return false, strict.Damaged(strict.Structure, "a number without a value")
	}
	if x.formula != "" {
		for _, e := range errorTexts {
			if bytes.HasPrefix(x.text, []byte(e)) && !isHashes(x.text) {
				c.Kind, c.Text = ledger.CellError, string(x.text)
				return true, nil
			}
		}
	}
	if !numfmt.IsNumber(x.value) {
		return false, strict.Damaged(strict.Number, "number that is none")
	}
	v, err := strconv.ParseFloat(string(x.value), 64)
	if err != nil || math.IsInf(v, 0) {
		return false, strict.Damaged(strict.Number, "number beyond bounds")
	}
	c.Kind, c.Text = ledger.CellNumber, string(x.value)
	c.Format = d.styles.classOf(x.style, v)
	switch {
	case x.kind == "percentage":
		c.Format = ledger.FormatPercent
	case c.Format == ledger.FormatDate:
		c.Date = numfmt.DateOf(v, false)
	}
	return true, nil
}

// isHashes reports whether the text is what a column too narrow for its number
// shows.
func isHashes(b []byte) bool { return len(bytes.Trim(b, "#")) == 0 }

// date takes a date by its serial number in the 1900 system, as a workbook of
// Excel would have it; an earlier date stays a text.
func (d *document) date(x *content, c *ledger.Cell) (bool, error) {
	if x.value == nil {
		if x.formula != "" {
			return false, nil
		}
		return false, strict.Damaged(strict.Structure, "a date without a value")
	}
	c.Kind, c.Format = ledger.CellNumber, ledger.FormatDate
	if x.kind == "time" {
		days, ok := duration(string(x.value))
		if !ok {
			return false, strict.Damaged(strict.Number, "time that is none")
		}
		c.Text = strconv.FormatFloat(days, 'f', -1, 64)
		return true, nil
	}
	text := string(x.value)
	serial, ok := numfmt.SerialOf(text, false)
	if !ok {
		if _, err := time.Parse(time.DateOnly, text[:min(len(text), 10)]); err != nil {
			return false, strict.Damaged(strict.Number, "date that is none")
		}
		c.Kind, c.Text, c.Format = ledger.CellText, text, ledger.FormatPlain
		return true, nil
	}
	v, err := strconv.ParseFloat(serial, 64)
	c.Text, c.Date = serial, numfmt.DateOf(v, false)
	return err == nil, err
}

// duration reads a duration of XML Schema in hours, minutes and seconds, such
// as PT12H30M00S, into days.
func duration(s string) (days float64, ok bool) {
	sign := 1.0
	if s, ok = strings.CutPrefix(s, "-"); ok {
		sign = -1
	}
	if s, ok = strings.CutPrefix(s, "PT"); !ok || s == "" {
		return 0, false
	}
	for _, unit := range []struct {
		letter string
		part   float64
	}{{"H", 24}, {"M", 24 * 60}, {"S", 24 * 60 * 60}} {
		digits, rest, found := strings.Cut(s, unit.letter)
		if !found {
			continue
		}
		v, err := strconv.ParseFloat(strings.ReplaceAll(digits, ",", "."), 64)
		if err != nil || v < 0 || math.IsInf(v, 0) {
			return 0, false
		}
		days += v / unit.part
		s = rest
	}
	return sign * days, s == ""
}

// plainFormula turns a formula into the notation of Excel as far as that is
// plain: without "=" and prefix, [.A1] as A1, [$S.A1] as $S!A1, ";" between
// arguments as ",". It is for reading by people and for evaluation of formulas
// without a value; what it cannot turn keeps its brackets, which nothing
// evaluates.
func plainFormula(s string) string {
	prefix, rest, ok := strings.Cut(s, "=")
	if ok && !strings.ContainsAny(prefix, `"([`) {
		s = rest
	}
	if prefix != "of:" && prefix != "oooc:" && prefix != "" {
		return s
	}
	var out strings.Builder
	for s != "" {
		switch s[0] {
		case '"', '\'':
			n := strings.IndexByte(s[1:], s[0])
			if n < 0 {
				n = len(s) - 2
			}
			out.WriteString(s[:n+2])
			s = s[n+2:]
		case '[':
			n := strings.IndexByte(s, ']')
			if n < 0 {
				out.WriteString(s)
				return out.String()
			}
			out.WriteString(plainReference(s[:n+1]))
			s = s[n+1:]
		case ';':
			out.WriteByte(',')
			s = s[1:]
		default:
			out.WriteByte(s[0])
			s = s[1:]
		}
	}
	return out.String()
}

func plainReference(s string) string {
	in := s[1 : len(s)-1]
	if strings.ContainsAny(in, `'#`) {
		return s
	}
	from, to, isRange := strings.Cut(in, ":")
	sheet, first, ok := strings.Cut(from, ".")
	if !ok {
		return s
	}
	if sheet = strings.TrimPrefix(sheet, "$"); sheet != "" {
		first = sheet + "!" + first
	}
	if !isRange {
		return first
	}
	other, last, ok := strings.Cut(to, ".")
	if !ok || other != "" && other != sheet && other != "$"+sheet {
		return s
	}
	return first + ":" + last
}
