package messy

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// box is one cell as a writer sees it: where it stands, how far it reaches and
// what it holds. value is nil, a string, float64, bool, time.Time or Err; that
// of a formula is its cached result.
type box struct {
	row, col, w, h int
	value          any
	format         string
	struck         bool
	runs           Rich
	formula        string
}

// boxes lists the cells of a sheet that are not covered by a merge, row by row.
func (s Sheet) boxes() [][]box {
	out := make([][]box, len(s.Rows))
	for r, row := range s.Rows {
		for c, v := range row {
			if v == left || v == up {
				continue
			}
			b := boxOf(v)
			b.row, b.col = r, c
			b.w, b.h = s.extent(r, c)
			out[r] = append(out[r], b)
		}
	}
	return out
}

func boxOf(v any) box {
	switch v := v.(type) {
	case Formula:
		b := boxOf(v.Cached)
		b.formula = v.Text
		return b
	case Styled:
		b := boxOf(v.Value)
		b.format, b.struck = v.Format, v.Struck
		return b
	case Rich:
		var all strings.Builder
		for _, r := range v {
			all.WriteString(r.Text)
		}
		return box{value: all.String(), runs: v}
	case int:
		return box{value: float64(v)}
	case int64:
		return box{value: float64(v)}
	case nil, string, float64, bool, time.Time, Err:
		return box{value: v}
	}
	panic(fmt.Sprintf("a cell of type %T", v))
}

// serial is the number of a date in the calendar of Excel.
func serialOf(t time.Time) float64 {
	return t.Sub(time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC)).Hours() / 24
}

// dateShows says how the formats of dates that cases use show a date.
var dateShows = map[string]string{"m/d/yyyy": "2006/1/2", `yyyy"年"m"月"d"日"`: "2006年1月2日", "yyyy-mm-dd": "2006-01-02"}

// text is the cell as it shows, for kinds that have nothing but text.
func (b box) text() string {
	switch v := b.value.(type) {
	case nil:
		return ""
	case string:
		return v
	case float64:
		return decimal(v)
	case bool:
		return strings.ToUpper(strconv.FormatBool(v))
	case time.Time:
		return v.Format(dateShows[b.format])
	case Err:
		return string(v)
	}
	panic(fmt.Sprintf("a value of type %T", b.value))
}

func decimal(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }

// number is the cell's number; ok is false for everything else. A date is the
// number of its day.
func (b box) number() (v float64, ok bool) {
	if t, is := b.value.(time.Time); is {
		return serialOf(t), true
	}
	v, ok = b.value.(float64)
	return v, ok
}

// Need is something a book uses that not every kind of file can express.
type Need string

// The needs.
const (
	NeedMerge       Need = "merged cells"          // below the title
	NeedHiddenRow   Need = "hidden rows"           // or of height 0
	NeedHiddenCol   Need = "hidden columns"        // or of width 0
	NeedHiddenSheet Need = "hidden sheets"         //
	NeedGroup       Need = "collapsed groups"      //
	NeedFormat      Need = "number formats"        // of figures
	NeedDate        Need = "date formats"          // of dates
	NeedStrike      Need = "struck-out cells"      //
	NeedRuns        Need = "runs of text"          // of which some are struck out
	NeedFormula     Need = "formulas of any form"  // functions and other sheets
	NeedNoValue     Need = "formulas unevaluated"  // without a cached value
	NeedRecalc      Need = "recalculation marks"   //
	NeedSheetName   Need = "sheet names"           // that say something
	NeedSheets      Need = "several sheets"        //
	NeedUnicode     Need = "characters beyond GBK" //
	NeedBytes       Need = "the bytes of a file"   // the case is about them
	NeedTracked     Need = "tracked changes"
	NeedTitle       Need = "a landmark in the file name"
	NeedFileName    Need = "a file name" // about which the case is; a subject weighs otherwise
)

// needs lists what the case uses.
func (c Case) needs() []Need {
	if c.Book == nil {
		return []Need{NeedBytes}
	}
	is := map[Need]bool{}
	full, landmark := 0, false
	for _, s := range c.Book {
		if len(s.Rows) > 0 {
			full++
		}
		is[NeedHiddenSheet] = is[NeedHiddenSheet] || s.Hidden
		is[NeedSheetName] = is[NeedSheetName] || s.Name != "" && !strings.HasPrefix(s.Name, "Sheet")
		l := s.Look
		is[NeedHiddenRow] = is[NeedHiddenRow] || len(l.HiddenRows)+len(l.FlatRows) > 0
		is[NeedHiddenCol] = is[NeedHiddenCol] || len(l.HiddenCols)+len(l.NarrowCols) > 0
		is[NeedGroup] = is[NeedGroup] || len(l.Collapsed) > 0
		is[NeedRecalc] = is[NeedRecalc] || l.Recalculate
		for _, row := range s.boxes() {
			for _, b := range row {
				b.needs(s, is)
				landmark = landmark || strings.Contains(b.text(), "全民参保") || strings.Contains(strings.ReplaceAll(b.text(), "\n", ""), "攻坚行动")
			}
		}
	}
	is[NeedSheets] = full > 1 || len(c.Book[0].Rows) == 0
	is[NeedTitle] = !landmark && c.Want.Figures != nil
	out := slices.Clone(c.Needs)
	for n, yes := range is {
		if yes {
			out = append(out, n)
		}
	}
	slices.Sort(out)
	return out
}

func (b box) needs(s Sheet, is map[Need]bool) {
	onlyTitle := b.h == 1 && b.row < s.Above
	for i, v := range s.Rows[b.row] {
		onlyTitle = onlyTitle && (i <= b.col || v == left || v == nil)
	}
	is[NeedMerge] = is[NeedMerge] || (b.w > 1 || b.h > 1) && !onlyTitle
	_, date := b.value.(time.Time)
	is[NeedDate] = is[NeedDate] || date
	is[NeedFormat] = is[NeedFormat] || b.format != "" && !date
	is[NeedStrike] = is[NeedStrike] || b.struck
	is[NeedRuns] = is[NeedRuns] || b.runs != nil
	for _, r := range b.runs {
		is[NeedTracked] = is[NeedTracked] || r.Deleted || r.Inserted
	}
	is[NeedNoValue] = is[NeedNoValue] || b.formula != "" && b.value == nil
	is[NeedFormula] = is[NeedFormula] || b.formula != "" && !simple(b.formula)
	is[NeedUnicode] = is[NeedUnicode] || !inGBK(b.text())
}

// trimmed are the sheets that hold something; a kind without sheets drops the
// empty ones.
func trimmed(book []Sheet) []Sheet {
	return slices.DeleteFunc(slices.Clone(book), func(s Sheet) bool { return len(s.Rows) == 0 })
}

// columns is the width of the sheet.
func (s Sheet) columns() int {
	n := 0
	for _, r := range s.Rows {
		n = max(n, len(r))
	}
	return n
}

// colNumber is the 0-based column of its letter.
func colNumber(letter string) int { return int(letter[0] - 'A') }

func (l Look) hidesRow(r int) bool {
	return slices.Contains(l.HiddenRows, r+1) || slices.Contains(l.Collapsed, r+1)
}

func (l Look) hidesCol(c int) bool {
	return slices.ContainsFunc(l.HiddenCols, func(x string) bool { return colNumber(x) == c })
}

func (l Look) flat(r int) bool { return slices.Contains(l.FlatRows, r+1) }

func (l Look) narrow(c int) bool {
	return slices.ContainsFunc(l.NarrowCols, func(x string) bool { return colNumber(x) == c })
}
