package workbook

import (
	"fmt"
	"slices"
	"strings"

	"github.com/xuri/excelize/v2"
)

// notesOf returns the comments of all sheets, by sheet and cell.
func notesOf(f *excelize.File) (map[[2]string]string, error) {
	out := map[[2]string]string{}
	for _, sheet := range f.GetSheetList() {
		comments, err := f.GetComments(sheet)
		if err != nil {
			return nil, fmt.Errorf("comments of %s: %w", sheet, err)
		}
		for _, c := range comments {
			out[[2]string{sheet, c.Cell}] = commentText(c)
		}
	}
	return out, nil
}

// same reads the copy and compares it with the original: every fact of its
// parts, the sheets, every comment, and the marks in their places.
func same(data []byte, original facts, before *excelize.File, former map[[2]string]string, marks []placedMark) error {
	copied, err := readFacts(data)
	if err != nil {
		return fmt.Errorf("%w: %w", errChanged, err)
	}
	if err := sameFacts(original, copied); err != nil {
		return err
	}
	f, err := open(data)
	if err != nil {
		return fmt.Errorf("%w: %w", errChanged, err)
	}
	notes, err := notesOf(f)
	if err != nil {
		return fmt.Errorf("%w: %w", errChanged, err)
	}
	sheets := f.GetSheetList()
	if err := f.Close(); err != nil {
		return fmt.Errorf("annotate: %w", err)
	}
	if !slices.Equal(sheets, before.GetSheetList()) {
		return fmt.Errorf("%w: sheets %q", errChanged, sheets)
	}
	for at, text := range former {
		if !strings.Contains(notes[at], cut(plain(text), maxFormer)) {
			return fmt.Errorf("%w: comment %s!%s", errChanged, at[0], at[1])
		}
	}
	for _, m := range marks {
		if !strings.Contains(notes[[2]string{m.sheet, m.cell}], m.text) {
			return fmt.Errorf("%w: no comment at %s!%s", errChanged, m.sheet, m.cell)
		}
	}
	return nil
}
