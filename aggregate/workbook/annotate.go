package workbook

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/xuri/excelize/v2"

	"taizhang/ledger"
)

// Mark is one place to colour and what to say there. Without a Sheet it is on
// the first one; without a Cell it is a note about the whole sheet, which
// stands at A1 and colours nothing.
type Mark struct {
	Sheet    string
	Cell     string // A1 name
	Severity ledger.Severity
	Text     string
}

// fills are the colours of marks; the worst of a cell's marks decides.
var fills = map[ledger.Severity]string{
	ledger.Block: "FFB3B3", ledger.Hold: "FFD8A8", ledger.Query: "FFF3A3", ledger.Unreadable: "FFB3B3",
}

// errChanged says that the copy would not have held what the original holds.
var errChanged = errors.New("the copy differs from the original")

// Annotate returns the workbook with the marks' cells coloured and a comment
// in each, and with nothing else changed: before it is returned, the copy is
// read again and all that it states compared with the original. Any error means
// that there is no copy and that the mail must say everything by itself; it is
// ErrNoCopy for a file that is no .xlsx or is above a bound of guard.go.
func Annotate(name string, data []byte, marks []Mark) (out ledger.Attachment, err error) {
	defer func() {
		if r := recover(); r != nil { // excelize panics on some damaged files
			out, err = ledger.Attachment{}, refuse("excelize: %v", r)
		}
	}()
	if err := guard(data); err != nil {
		return ledger.Attachment{}, err
	}
	original, err := readFacts(data)
	if err != nil {
		return ledger.Attachment{}, refuse("%v", err)
	}
	f, err := open(data)
	if err != nil {
		return ledger.Attachment{}, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	former, err := notesOf(f)
	if err != nil {
		return ledger.Attachment{}, refuse("%v", err)
	}
	placed, err := place(f, marks)
	if err != nil {
		return ledger.Attachment{}, err
	}
	a := annotator{f: f, fillIDs: map[string]int{}, styles: map[styleKey]int{}}
	for _, m := range placed {
		if err := a.mark(m); err != nil {
			return ledger.Attachment{}, fmt.Errorf("annotate %s: %w", m.cell, err)
		}
	}
	buf, err := f.WriteToBuffer()
	if err != nil {
		return ledger.Attachment{}, fmt.Errorf("annotate: %w", err)
	}
	if err := same(buf.Bytes(), original, f, former, placed); err != nil {
		return ledger.Attachment{}, err
	}
	return ledger.Attachment{Name: annotatedFile(name), Type: typeXLSX, Data: buf.Bytes()}, nil
}

func open(data []byte) (*excelize.File, error) {
	f, err := excelize.OpenReader(bytes.NewReader(data), excelize.Options{UnzipSizeLimit: maxUnpacked, UnzipXMLSizeLimit: maxUnpacked})
	if err != nil {
		return nil, refuse("%v", err)
	}
	return f, nil
}

// annotatedFile is the original's base name with （批注）.
func annotatedFile(name string) string {
	base := path.Base(strings.ReplaceAll(name, `\`, "/"))
	base = strings.TrimSpace(safeName(strings.TrimSuffix(base, path.Ext(base))))
	if base == "" || base == "." {
		base = annotatedBase
	}
	return fmt.Sprintf(annotatedName, base)
}

// placedMark is what is to be done at one cell.
type placedMark struct {
	sheet, cell string
	fill        string // "" colours nothing
	text        string
}

// maxComment is how much text of ours a comment holds; Excel takes 32,512
// UTF-16 units.
const (
	maxComment = 20_000
	maxFormer  = 10_000 // of the comment that was there before
)

// place turns marks into one placedMark a cell: covered cells of a merge are
// marked at its first cell, several marks at one cell are joined. A mark on a
// sheet or at a place that does not exist becomes a note at A1 of the first
// sheet: nothing that was to be said is lost.
func place(f *excelize.File, marks []Mark) ([]placedMark, error) {
	first := firstWorksheet(f)
	if first == "" {
		return nil, refuse("no worksheet")
	}
	type key struct{ sheet, cell string }
	var order []key
	joined, worst := map[key][]string{}, map[key]ledger.Severity{}
	for _, m := range marks {
		k, text, severity := key{first, "A1"}, m.Text, ledger.Severity("")
		if m.Sheet != "" && !isWorksheet(f, m.Sheet) {
			text = fmt.Sprintf(onSheet, m.Sheet, at(m.Cell, text))
		} else {
			k.sheet = cmp.Or(m.Sheet, first)
			if cell, ok := anchor(f, k.sheet, m.Cell); ok {
				k.cell, severity = cell, m.Severity
			} else {
				text = at(m.Cell, text)
			}
		}
		if _, ok := joined[k]; !ok {
			order = append(order, k)
		}
		if !slices.Contains(joined[k], text) {
			joined[k] = append(joined[k], text)
		}
		if severity.Rank() > worst[k].Rank() {
			worst[k] = severity
		}
	}
	out := make([]placedMark, 0, len(order))
	for _, k := range order {
		out = append(out, placedMark{k.sheet, k.cell, fills[worst[k]], cut(plain(strings.Join(joined[k], "\n")), maxComment)})
	}
	return out, nil
}

func at(cell, text string) string {
	if cell == "" {
		return text
	}
	return fmt.Sprintf(onCell, cell, text)
}

// isWorksheet tells sheets with cells from chart sheets. excelize writes anew
// only the sheets it was asked about, so only those are that are marked.
func isWorksheet(f *excelize.File, sheet string) bool {
	if !slices.Contains(f.GetSheetList(), sheet) {
		return false
	}
	_, err := f.GetMergeCells(sheet, true)
	return err == nil
}

func firstWorksheet(f *excelize.File) string {
	for _, s := range f.GetSheetList() {
		if isWorksheet(f, s) {
			return s
		}
	}
	return ""
}

// The last place that is marked: excelize keeps every row up to it.
const (
	lastMarkRow = 20_000
	lastMarkCol = 1000
)

// anchor returns the cell to mark for the one named: the first of the merge
// that covers it. false: there is no such place.
func anchor(f *excelize.File, sheet, cell string) (string, bool) {
	col, row, err := excelize.CellNameToCoordinates(cell)
	if err != nil || col > lastMarkCol || row > lastMarkRow {
		return "", false
	}
	merges, err := f.GetMergeCells(sheet, true)
	if err != nil {
		return "", false
	}
	for _, m := range merges {
		c1, r1, err1 := excelize.CellNameToCoordinates(m.GetStartAxis())
		c2, r2, err2 := excelize.CellNameToCoordinates(m.GetEndAxis())
		if err1 == nil && err2 == nil && col >= c1 && col <= c2 && row >= r1 && row <= r2 {
			col, row = c1, r1
			break
		}
	}
	name, err := excelize.CoordinatesToCellName(col, row)
	return name, err == nil
}

type styleKey struct {
	style int
	fill  string
}

type annotator struct {
	f       *excelize.File
	fillIDs map[string]int
	styles  map[styleKey]int
}

func (a *annotator) mark(m placedMark) error {
	if m.fill != "" {
		if err := a.colour(m); err != nil {
			return err
		}
	}
	return a.comment(m)
}

// colour gives the cell its own style with another fill. The style record is
// copied as it is, so that number format, borders and fonts stay.
func (a *annotator) colour(m placedMark) error {
	old, err := a.f.GetCellStyle(m.sheet, m.cell)
	if err != nil {
		return err
	}
	k := styleKey{old, m.fill}
	id, ok := a.styles[k]
	if !ok {
		if id, err = a.derive(k); err != nil {
			return err
		}
		a.styles[k] = id
	}
	return a.f.SetCellStyle(m.sheet, m.cell, m.cell, id)
}

func (a *annotator) derive(k styleKey) (int, error) {
	fill, ok := a.fillIDs[k.fill]
	if !ok {
		id, err := a.f.NewStyle(&excelize.Style{Fill: excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{k.fill}}})
		if err != nil {
			return 0, err
		}
		fill = *a.f.Styles.CellXfs.Xf[id].FillID
		a.fillIDs[k.fill] = fill
	}
	xfs := a.f.Styles.CellXfs
	if k.style < 0 || k.style >= len(xfs.Xf) {
		return 0, refuse("a cell with a style that does not exist")
	}
	xf := xfs.Xf[k.style]
	xf.FillID, xf.ApplyFill = ptr(fill), ptr(true)
	xfs.Xf = append(xfs.Xf, xf)
	xfs.Count = len(xfs.Xf)
	return len(xfs.Xf) - 1, nil
}

// comment adds the text to the cell's comment. A comment that the county had
// there is kept below ours.
func (a *annotator) comment(m placedMark) error {
	former, err := a.f.GetComments(m.sheet)
	if err != nil {
		return err
	}
	text := m.text
	for _, c := range former {
		if c.Cell != m.cell {
			continue
		}
		if old := commentText(c); old != "" {
			text += "\n" + fmt.Sprintf(formerComment, cut(plain(old), maxFormer))
		}
		if err := a.f.DeleteComment(m.sheet, m.cell); err != nil {
			return err
		}
		break
	}
	lines := linesOf(text, 34, 9)
	return a.f.AddComment(m.sheet, excelize.Comment{Cell: m.cell, Author: author, Width: 300, Height: uint(min(20+16*lines, 400)),
		Paragraph: []excelize.RichTextRun{{Text: author + "：\n", Font: &excelize.Font{Bold: true, Family: fontBody, Size: 9}},
			{Text: text, Font: &excelize.Font{Family: fontBody, Size: 9}}}})
}

func commentText(c excelize.Comment) string {
	var b strings.Builder
	b.WriteString(c.Text)
	for _, r := range c.Paragraph {
		b.WriteString(r.Text)
	}
	return b.String()
}
