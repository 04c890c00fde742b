// Package csv reads text files whose lines are rows and whose cells a comma, a
// tab, a semicolon or a full-width comma parts (RFC 4180 and its kin; .csv,
// .tsv, .txt). Encoding and separator are found by the content. Every cell is
// a text.
//
// It is the one kind of file without an end mark. A file cut between two
// lines, or within a field without quotes, cannot be told from a whole one;
// one that is cut within quotes or within a character is damaged. Nor can a
// thousands separator without quotes always be told from a separator: a row
// of figures that is wider than what stands above it is refused.
package csv

import (
	"cmp"
	"context"
	"strings"
	"unicode"

	"taizhang/ingest/sheet/charset"
	"taizhang/ingest/sheet/formula"
	"taizhang/ingest/sheet/grid"
	"taizhang/ingest/sheet/strict"
	"taizhang/ledger"
)

// separators in the order in which they are preferred where two do as well: a
// tab before a number is how some exports keep it a text.
var separators = []rune{',', '\t', ';', fullComma}

const fullComma = '，'

// A full-width comma is punctuation first: it parts a text only where nearly
// all of its lines agree.
const agreeing = 2.0 / 3

// Read reads the file into one table. file is its name for display. Errors are
// of type *strict.Error, or those of ctx: FUnsupported of the kind "text" for
// a text without two lines of two columns, of the kind "unknown" for what
// holds control characters and is no text.
func Read(ctx context.Context, file string, data []byte, lim strict.Limits) ([]*ledger.Table, error) {
	lim = lim.OrDefault()
	if int64(len(data)) > lim.File {
		return nil, strict.TooLarge(strict.LimitFile, "file of %d bytes", len(data))
	}
	text, err := charset.Decode(data, "")
	if err != nil {
		return nil, err
	}
	text = strings.TrimSuffix(text, "\x1a") // the end of a file of DOS
	if strings.ContainsFunc(text, isForeign) {
		return nil, strict.Unsupported("unknown")
	}
	rows, err := parted(ctx, text, lim)
	if err != nil {
		return nil, err
	}
	if err := cmp.Or(sound(rows), even(rows)); err != nil {
		return nil, err
	}
	return table(file, rows, lim)
}

// isForeign reports whether the character stands in no text.
func isForeign(r rune) bool {
	return r < ' ' && r != '\t' && r != '\r' && r != '\n' && r != '\f' && r != '\v' || r >= 0x7f && r <= 0x9f && r != '\u0085' || r == '\uFFFE' || r == '\uFFFF'
}

// parted finds the separator by which the text falls into the most rows of the
// same width, and parts the text by it.
func parted(ctx context.Context, text string, lim strict.Limits) ([]row, error) {
	candidates := separators
	if first, rest, _ := strings.Cut(text, "\n"); strings.HasPrefix(strings.ToLower(first), "sep=") {
		if r := []rune(strings.TrimSpace(first[4:]) + "\t"); strings.ContainsRune(string(separators), r[0]) {
			candidates, text = r[:1], rest // the line by which Excel is told
		}
	}
	var best []row
	var failed error
	bestScore, bestCount, failedCount := 1, 0, 0
	for _, sep := range candidates {
		count := strings.Count(text, string(sep))
		if count == 0 {
			continue
		}
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		rows, err := split(text, sep, lim)
		if err != nil {
			if count > failedCount {
				failed, failedCount = err, count
			}
			continue
		}
		if n := score(rows, sep); n > bestScore {
			best, bestScore, bestCount = rows, n, count
		}
	}
	switch {
	case failed != nil && failedCount >= bestCount:
		// By its most frequent separator the text is cut or breaks the rules
		// of quotes: to read it by another would be a guess.
		return nil, failed
	case best == nil:
		return nil, strict.Unsupported("text")
	}
	return best, nil
}

// score returns the number of rows of at least two columns, and that of the
// most frequent width among them once more, so that an even text beats an
// uneven one. It returns 0 for a text that is no table.
func score(rows []row, sep rune) int {
	count := make(map[int]int)
	most, wide, blank := 0, 0, 0
	for _, r := range rows {
		if n := len(r.fields); n > 1 {
			wide++
			count[n]++
			most = max(most, count[n])
		} else if strings.TrimSpace(r.fields[0].text) == "" {
			blank++
		}
	}
	if wide < 2 || sep == fullComma && float64(most) < agreeing*float64(len(rows)-blank) {
		return 0
	}
	return most + wide
}

// field is one field of a row.
type field struct {
	text   string
	quoted bool
}

// fieldBlock is how many fields are kept together.
const fieldBlock = 1024

// row is a line that is not empty, and which of the lines it is.
type row struct {
	line   int // 0-based
	fields []field
}

// split parts the text into rows of fields (RFC 4180 §2). A field in quotes
// may hold separators, line ends and doubled quotes; quotes within a field
// that does not begin with one stand for themselves, unless one ends the field
// that no other begins: there it closes what was lost. The last line may lack
// its end.
func split(text string, sep rune, lim strict.Limits) ([]row, error) {
	mark := string(sep)
	stops := "\r\n" + mark
	var rows []row
	var fields, kept []field // of this line; of all lines, in blocks
	line, total, stated := 0, 0, 0
	end := func() {
		if len(fields) > 1 || len(fields) == 1 && fields[0] != (field{}) {
			if cap(kept)-len(kept) < len(fields) {
				kept = make([]field, 0, max(len(fields), fieldBlock))
			}
			from := len(kept)
			kept = append(kept, fields...)
			rows = append(rows, row{line, kept[from:len(kept):len(kept)]})
		}
		fields = fields[:0]
	}
	for text != "" {
		f, rest, err := next(text, mark, stops)
		if err != nil {
			return nil, err
		}
		if total++; total > 8*lim.Cells {
			return nil, strict.TooLarge(strict.LimitCells, "more than %d fields", 8*lim.Cells)
		}
		if f.text != "" {
			if stated++; stated > lim.Cells {
				return nil, strict.TooLarge(strict.LimitCells, "more than %d fields that say something", lim.Cells)
			}
		}
		fields = append(fields, f)
		if after, ok := strings.CutPrefix(rest, mark); ok {
			if text = after; text == "" {
				fields = append(fields, field{})
			}
			continue
		}
		end()
		if line++; line > formula.MaxRows {
			return nil, strict.TooLarge(strict.LimitCells, "more rows than a sheet has")
		}
		text = strings.TrimPrefix(strings.TrimPrefix(rest, "\r"), "\n")
	}
	end()
	return rows, nil
}

// next reads the field at the start of the text, up to a separator, a line end
// or the end: stops are the characters of which the first ends it. It looks no
// farther, for a line may be as long as the file.
func next(text, mark, stops string) (f field, rest string, err error) {
	if !strings.HasPrefix(text, `"`) {
		n := strings.IndexAny(text, stops)
		if n < 0 {
			n = len(text)
		}
		if strings.HasSuffix(text[:n], `"`) && strings.Count(text[:n], `"`)%2 == 1 {
			return f, "", strict.Damaged(strict.Structure, "quotes close that were not opened")
		}
		return field{text: text[:n]}, text[n:], nil
	}
	var b strings.Builder
	for text = text[1:]; ; {
		n := strings.IndexByte(text, '"')
		if n < 0 {
			return f, "", strict.Damaged(strict.Cut, "ends within quotes")
		}
		b.WriteString(text[:n])
		text = text[n+1:]
		if !strings.HasPrefix(text, `"`) {
			break
		}
		b.WriteByte('"')
		text = text[1:]
	}
	if text != "" && text[0] != '\r' && text[0] != '\n' && !strings.HasPrefix(text, mark) {
		return f, "", strict.Damaged(strict.Structure, "text behind closing quotes")
	}
	return field{b.String(), true}, text, nil
}

// sound refuses a row of figures that is wider than all rows above the first
// such row and holds what looks like a figure torn apart at its thousands
// separator.
func sound(rows []row) error {
	first, width := 0, 0
	for first < len(rows) && !hasFigure(rows[first].fields) {
		width = max(width, len(rows[first].fields))
		first++
	}
	if first == 0 && len(rows) > 0 {
		if width = 1; rows[0].line == 0 { // else an empty line stands above
			width = len(rows[0].fields)
		}
	}
	for _, r := range rows[first:] {
		if filled(r.fields) > width && isTorn(r.fields) {
			return strict.Damaged(strict.Structure, "row %d is wider than the rows above the figures", r.line+1)
		}
	}
	return nil
}

// blockOfExcel is how many lines Excel looks at to decide whether the empty
// columns at their right end get separators, so that rows of one file may have
// two widths.
const blockOfExcel = 16

// even refuses a row from which a field was lost, or that was torn apart.
func even(rows []row) error {
	for len(rows) > 0 {
		var w grid.Widths
		n := 0
		for ; n < len(rows) && rows[n].line/blockOfExcel == rows[0].line/blockOfExcel; n++ {
			w.Add(len(rows[n].fields), filled(rows[n].fields), hasFigure(rows[n].fields))
		}
		if i, uneven := w.Uneven(true); uneven {
			return strict.Damaged(strict.Structure, "row %d is not as wide as the others", rows[i].line+1)
		}
		rows = rows[n:]
	}
	return nil
}

// isTorn reports whether a field of one to three digits stands before one of
// exactly three, neither in quotes.
func isTorn(r []field) bool {
	for i := 1; i < len(r); i++ {
		a, b := strings.TrimSpace(r[i-1].text), strings.TrimSpace(r[i].text)
		if !r[i-1].quoted && !r[i].quoted && len(a) >= 1 && len(a) <= 3 && len(b) == 3 && isDigits(a) && isDigits(b) {
			return true
		}
	}
	return false
}

func isDigits(s string) bool {
	return s != "" && strings.IndexFunc(s, func(c rune) bool { return !unicode.IsDigit(c) }) < 0
}

// filled returns the width of the row without empty fields at its end.
func filled(r []field) int {
	n := len(r)
	for n > 0 && strings.TrimSpace(r[n-1].text) == "" {
		n--
	}
	return n
}

// hasFigure reports whether a field is a number.
func hasFigure(r []field) bool {
	for _, f := range r {
		if isDigits(strings.TrimSpace(f.text)) {
			return true
		}
	}
	return false
}

func table(file string, rows []row, lim strict.Limits) ([]*ledger.Table, error) {
	b := grid.NewBook(file, lim)
	t, err := b.Table("")
	if err != nil {
		return nil, err
	}
	for _, r := range rows {
		for j, f := range r.fields {
			text := plain(f)
			if text == "" {
				continue
			}
			if err := t.Cell(ledger.Cell{Ref: ledger.Ref{Row: r.line, Col: j}, Kind: ledger.CellText, Text: text}); err != nil {
				return nil, err
			}
		}
	}
	if _, err := t.Close(); err != nil {
		return nil, err
	}
	return b.Tables(), nil
}

// plain takes the text out of ="0120", by which exports keep Excel from
// reading a number.
func plain(f field) string {
	t := f.text
	if len(t) >= 3 && strings.HasPrefix(t, `="`) && strings.HasSuffix(t, `"`) && !strings.Contains(t[2:len(t)-1], `"`) {
		return t[2 : len(t)-1]
	}
	return t
}
