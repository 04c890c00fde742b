package workbook

import (
	"fmt"
	"strings"

	"github.com/xuri/excelize/v2"
)

// sheetContent is what must not change in a sheet: every cell that holds
// something, the merges, and the comments.
type sheetContent struct {
	name     string
	cells    map[string]cellContent
	merges   map[string]bool
	comments map[string]string
}

type cellContent struct {
	raw, formula string
	kind         excelize.CellType
}

// contents reads all sheets. It asks for every place that excelize keeps,
// which guard has bounded.
func contents(f *excelize.File) ([]sheetContent, error) {
	var out []sheetContent
	for _, sheet := range worksheets(f) {
		c, err := content(f, sheet)
		if err != nil {
			return nil, refuse("sheet %s: %v", sheet, err)
		}
		out = append(out, c)
	}
	return out, nil
}

func content(f *excelize.File, sheet string) (sheetContent, error) {
	c := sheetContent{name: sheet, cells: map[string]cellContent{}, merges: map[string]bool{}, comments: map[string]string{}}
	rows, err := f.GetRows(sheet, excelize.Options{RawCellValue: true})
	if err != nil {
		return c, err
	}
	for i, row := range rows {
		for j := range row {
			name, err := excelize.CoordinatesToCellName(j+1, i+1)
			if err != nil {
				return c, err
			}
			cell := cellContent{raw: row[j]}
			if cell.formula, err = f.GetCellFormula(sheet, name); err != nil {
				return c, err
			}
			if cell.raw == "" && cell.formula == "" {
				continue
			}
			if cell.kind, err = f.GetCellType(sheet, name); err != nil {
				return c, err
			}
			c.cells[name] = cell
		}
	}
	merges, err := f.GetMergeCells(sheet, true)
	if err != nil {
		return c, err
	}
	for _, m := range merges {
		c.merges[m.GetStartAxis()+":"+m.GetEndAxis()] = true
	}
	comments, err := f.GetComments(sheet)
	if err != nil {
		return c, err
	}
	for _, m := range comments {
		c.comments[m.Cell] = commentText(m)
	}
	return c, nil
}

// same reads the copy and compares it with what the original held: the same
// cells with the same values and formulas, the same merges, every comment, and
// the marks in their places.
func same(data []byte, before []sheetContent, marks []placedMark) error {
	f, err := open(data)
	if err != nil {
		return fmt.Errorf("%w: %w", errChanged, err)
	}
	after, err := contents(f)
	if err != nil {
		return fmt.Errorf("%w: %w", errChanged, err)
	}
	if err := f.Close(); err != nil {
		return fmt.Errorf("annotate: %w", err)
	}
	if len(before) != len(after) {
		return fmt.Errorf("%w: %d sheets of %d", errChanged, len(after), len(before))
	}
	for i := range before {
		if err := before[i].sameAs(&after[i], marks); err != nil {
			return err
		}
	}
	return nil
}

func (c *sheetContent) sameAs(o *sheetContent, marks []placedMark) error {
	if c.name != o.name || len(c.cells) != len(o.cells) || len(c.merges) != len(o.merges) {
		return fmt.Errorf("%w: sheet %s", errChanged, c.name)
	}
	for name, cell := range c.cells {
		if o.cells[name] != cell {
			return fmt.Errorf("%w: %s!%s", errChanged, c.name, name)
		}
	}
	for m := range c.merges {
		if !o.merges[m] {
			return fmt.Errorf("%w: merge %s!%s", errChanged, c.name, m)
		}
	}
	for name, text := range c.comments {
		if !strings.Contains(o.comments[name], plain(text)) {
			return fmt.Errorf("%w: comment %s!%s", errChanged, c.name, name)
		}
	}
	for _, m := range marks {
		if m.sheet == c.name && !strings.Contains(o.comments[m.cell], m.text) {
			return fmt.Errorf("%w: no comment at %s!%s", errChanged, c.name, m.cell)
		}
	}
	return nil
}
