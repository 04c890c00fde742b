package messy

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"

	"github.com/xuri/excelize/v2"
)

// mark is a cell that a merge covers: left joins the cell to the one on its
// left, up to the one above.
type mark string

const (
	left mark = "left"
	up   mark = "up"
)

// Formula is a cell with a formula and the value that its writer cached; nil
// is none.
type Formula struct {
	Text   string
	Cached any
}

// Styled is a cell with a number format or with its text struck out.
type Styled struct {
	Value  any
	Format string
	Struck bool
}

// Rich is a cell of several runs of text, some of them struck out.
type Rich []Run

// Run is a piece of text of one look.
type Run struct {
	Text              string
	Struck            bool
	Deleted, Inserted bool // under track changes
}

// Err is an error value such as #REF!, as a cached result.
type Err string

// Sheet is one sheet of a workbook. Rows are written from A1. Above and Below
// count the rows of title and signatures, which a document may set as
// paragraphs; 0 where that is not known.
type Sheet struct {
	Name         string
	Hidden       bool
	Rows         [][]any
	Above, Below int
	Look         Look
}

// Look is what a sheet does not show, or shows of no height or width; rows are
// counted from 1.
type Look struct {
	HiddenRows, FlatRows   []int
	HiddenCols, NarrowCols []string
	Collapsed              []int // hidden as members of a closed group
	Recalculate            bool  // the file asks to be calculated anew
}

// Write makes the workbook as excelize writes it. It panics when excelize refuses, which is a
// mistake in a case.
func Write(sheets ...Sheet) []byte {
	f := excelize.NewFile()
	for i, s := range sheets {
		name := s.Name
		if name == "" {
			name = fmt.Sprintf("Sheet%d", i+1)
		}
		if i == 0 {
			must(f.SetSheetName("Sheet1", name))
		} else {
			_, err := f.NewSheet(name)
			must(err)
		}
		s.write(f, name)
	}
	for i, s := range sheets {
		if s.Hidden {
			must(f.SetSheetVisible(f.GetSheetName(i), false))
		}
	}
	var b bytes.Buffer
	must(f.Write(&b))
	return numericResults(b.Bytes())
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}

func (s Sheet) write(f *excelize.File, name string) {
	for r, row := range s.Rows {
		for c, v := range row {
			if v == nil || v == left || v == up {
				continue
			}
			ref, err := excelize.CoordinatesToCellName(c+1, r+1)
			must(err)
			put(f, name, ref, v)
			if w, h := s.extent(r, c); w > 1 || h > 1 {
				end, err := excelize.CoordinatesToCellName(c+w, r+h)
				must(err)
				must(f.MergeCell(name, ref, end))
			}
		}
	}
	s.Look.write(f, name)
}

func (l Look) write(f *excelize.File, sheet string) {
	for _, r := range append(slices.Clone(l.HiddenRows), l.Collapsed...) {
		must(f.SetRowVisible(sheet, r, false))
	}
	for _, r := range l.FlatRows {
		must(f.SetRowHeight(sheet, r, 0))
	}
	for _, c := range l.HiddenCols {
		must(f.SetColVisible(sheet, c, false))
	}
	for _, c := range l.NarrowCols {
		must(f.SetColWidth(sheet, c, c, 0))
	}
	for _, r := range l.Collapsed {
		must(f.SetRowOutlineLevel(sheet, r, 1))
	}
	if yes := true; l.Recalculate {
		must(f.SetCalcProps(&excelize.CalcPropsOptions{FullCalcOnLoad: &yes}))
	}
}

// extent is the width and height of the merge that begins at the cell.
func (s Sheet) extent(r, c int) (w, h int) {
	w, h = 1, 1
	for s.at(r, c+w) == left {
		w++
	}
	for s.at(r+h, c) == up {
		h++
	}
	return w, h
}

func (s Sheet) at(r, c int) any {
	if r >= len(s.Rows) || c >= len(s.Rows[r]) {
		return nil
	}
	return s.Rows[r][c]
}

func put(f *excelize.File, sheet, ref string, v any) {
	switch v := v.(type) {
	case Formula:
		switch x := v.Cached.(type) {
		case nil:
		case Err:
			must(f.SetCellValue(sheet, ref, errorMark))
		default:
			must(f.SetCellValue(sheet, ref, x))
		}
		must(f.SetCellFormula(sheet, ref, v.Text))
	case Styled:
		put(f, sheet, ref, v.Value)
		st := &excelize.Style{}
		if v.Format != "" {
			st.CustomNumFmt = &v.Format
		}
		if v.Struck {
			st.Font = &excelize.Font{Strike: true}
		}
		id, err := f.NewStyle(st)
		must(err)
		must(f.SetCellStyle(sheet, ref, ref, id))
	case Rich:
		var runs []excelize.RichTextRun
		for _, r := range v {
			runs = append(runs, excelize.RichTextRun{Text: r.Text, Font: &excelize.Font{Strike: r.Struck}})
		}
		must(f.SetCellRichText(sheet, ref, runs))
	default:
		must(f.SetCellValue(sheet, ref, v))
	}
}

var textResult = regexp.MustCompile(`(<c r="[A-Z]+[0-9]+"(?: s="[0-9]+")?) t="str"(><f>[^<]*</f>(?:<v>[0-9.]+</v>|<v></v>)?</c>)`)

var errorResult = regexp.MustCompile(`(<c r="[A-Z]+[0-9]+"(?: s="[0-9]+")?)(?: t="str")?(><f>[^<]*</f>)<v>987654321</v></c>`)

// errorMark stands for the one error value that cases state, for excelize
// writes none.
const errorMark = 987654321

// numericResults takes away the text type that excelize gives to every
// formula: Excel and WPS write numbers as numbers.
func numericResults(data []byte) []byte {
	return Members(data, func(name string, b []byte) []byte {
		if !strings.HasPrefix(name, "xl/worksheets/") {
			return b
		}
		b = errorResult.ReplaceAll(b, []byte(`$1 t="e"$2<v>#REF!</v></c>`))
		return textResult.ReplaceAll(b, []byte("$1$2"))
	})
}

// Members rewrites each member of a zip; nil leaves the member out.
func Members(data []byte, change func(name string, b []byte) []byte) []byte {
	return rezip(data, func(w *zip.Writer, members []*zip.File) {
		for _, m := range members {
			in, err := m.Open()
			must(err)
			b, err := io.ReadAll(in)
			must(err)
			must(in.Close())
			if b = change(m.Name, b); b == nil {
				continue
			}
			dst, err := w.Create(m.Name)
			must(err)
			_, err = dst.Write(b)
			must(err)
		}
	})
}
