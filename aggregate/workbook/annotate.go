package workbook

import (
	"cmp"
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"
	"time"

	"taizhang/aggregate/workbook/inplace"
	"taizhang/ledger"
)

// Mark is one place to colour and what to say there. Without a Cell it is a
// word about the whole sheet: it stands at the sheet's title, the first cell
// that shows and holds something, and colours nothing.
type Mark struct {
	Sheet    string
	Cell     string // A1 name
	Code     ledger.Code
	Severity ledger.Severity
	Value    string // what the reader found there; tells tables without a name apart
	Problem  string
	Remedy   string
}

// Annotation is what an annotated copy is made of.
type Annotation struct {
	Name   string // of the file
	Data   []byte // "": a table out of a mail's text
	Tables []*ledger.Table
	Marks  []Mark
	Author string    // of the comments
	At     time.Time // the times in a workbook that is made anew
}

// Copy is an annotated copy.
type Copy struct {
	ledger.Attachment
	// Rendered says that the file is of a kind that cannot be written in: the
	// copy is a workbook made of what was read.
	Rendered bool
}

// ErrNoCopy says that no annotated copy can be made: the file is above a bound
// and nothing was read of it, or there is more than a workbook of ours takes.
var ErrNoCopy = errors.New("no annotated copy can be made of this file")

func refuse(format string, args ...any) error {
	return fmt.Errorf("%w: %s", ErrNoCopy, fmt.Sprintf(format, args...))
}

// fills are the colours of marks; the worst of a cell's marks decides.
var fills = map[ledger.Severity]string{
	ledger.Block: "FFB3B3", ledger.Hold: "FFD8A8", ledger.Query: "FFF3A3", ledger.Unreadable: "FFB3B3",
}

// Annotate returns the county's own workbook with the marks' cells coloured
// and a comment on each, and with nothing else changed: it is edited in place
// (package inplace). Of any other kind of file the copy is a workbook with the
// same sheets and cells as were read. Any error means that there is no copy and
// that the mail must say everything by itself.
func Annotate(a Annotation) (Copy, error) {
	if len(a.Marks) == 0 {
		return Copy{}, refuse("nothing to mark")
	}
	out, err := a.mark(a.Data, a.Marks)
	if err == nil || !errors.Is(err, inplace.ErrUnfit) {
		return out, err
	}
	data, marks, renderErr := a.render()
	if renderErr != nil {
		return Copy{}, fmt.Errorf("%w (%w)", renderErr, err)
	}
	if out, err = a.mark(data, marks); err != nil {
		return Copy{}, fmt.Errorf("%w: %w", ErrNoCopy, err)
	}
	out.Rendered = true
	return out, nil
}

// mark edits the workbook in data.
func (a *Annotation) mark(data []byte, marks []Mark) (Copy, error) {
	b, err := inplace.Open(data)
	if err != nil {
		return Copy{}, err
	}
	placed, err := place(b, marks)
	if err != nil {
		return Copy{}, err
	}
	for _, m := range placed {
		if m.fill != "" {
			b.Colour(m.sheet, m.at, m.fill)
		}
		b.Comment(m.sheet, m.at, m.text)
	}
	out, err := b.Save(cmp.Or(a.Author, author))
	if err != nil {
		return Copy{}, err
	}
	return Copy{Attachment: ledger.Attachment{Name: annotatedFile(a.Name, b.Extension()), Type: types[b.Extension()], Data: out}}, nil
}

var types = map[string]string{
	".xlsx": typeXLSX, ".xlsm": "application/vnd.ms-excel.sheet.macroEnabled.12",
	".xltx": "application/vnd.openxmlformats-officedocument.spreadsheetml.template", ".xltm": "application/vnd.ms-excel.template.macroEnabled.12",
}

// annotatedFile is the original's base name with （批注）.
func annotatedFile(name, ext string) string {
	base := path.Base(strings.ReplaceAll(name, `\`, "/"))
	if e := path.Ext(base); len(e) <= 6 {
		base = strings.TrimSuffix(base, e)
	}
	base = strings.TrimSpace(safeName(base))
	if base == "" || base == "." {
		base = annotatedBase
	}
	return fmt.Sprintf(annotatedName, base) + ext
}

// placedMark is what is to be done at one cell.
type placedMark struct {
	sheet string
	at    ledger.Ref
	fill  string // "" colours nothing
	text  string
}

// maxComment is how much text of ours a comment holds; Excel takes 32,512
// UTF-16 units.
const maxComment = 20_000

// place turns marks into one placedMark a cell: covered cells of a merge are
// marked at its first cell, several marks at one cell are joined and numbered.
// A mark on a sheet or at a place that does not exist becomes a word at the
// title of the first sheet: nothing that was to be said is lost.
func place(b *inplace.Book, marks []Mark) ([]placedMark, error) {
	sheets := b.Sheets()
	if len(sheets) == 0 {
		return nil, fmt.Errorf("%w: no worksheet", inplace.ErrUnfit)
	}
	type key struct {
		sheet string
		at    ledger.Ref
	}
	var order []key
	said, worst := map[key][]string{}, map[key]ledger.Severity{}
	for _, m := range marks {
		text, severity := m.words(), ledger.Severity("")
		k := key{sheet: m.Sheet}
		var err error
		switch at, ok := ledger.ParseRef(m.Cell); {
		case m.Sheet == "" || !slices.Contains(sheets, m.Sheet):
			k.sheet = sheets[0]
			if text = located(m.Cell, text); m.Sheet != "" {
				text = fmt.Sprintf(onSheet, m.Sheet, text)
			}
			k.at, err = b.Title(k.sheet)
		case !ok:
			text = located(m.Cell, text)
			k.at, err = b.Title(k.sheet)
		default:
			severity = m.Severity
			k.at, err = b.Anchor(k.sheet, at)
		}
		if err != nil {
			return nil, err
		}
		if _, ok := said[k]; !ok {
			order = append(order, k)
		}
		if !slices.Contains(said[k], text) {
			said[k] = append(said[k], text)
		}
		if severity.Rank() > worst[k].Rank() {
			worst[k] = severity
		}
	}
	out := make([]placedMark, 0, len(order))
	for _, k := range order {
		out = append(out, placedMark{k.sheet, k.at, fills[worst[k]], escape(cut(plain(numbered(said[k])), maxComment))})
	}
	return out, nil
}

// words are what the mark says.
func (m *Mark) words() string {
	text := fmt.Sprintf(markProblem, m.Problem)
	if m.Code != "" {
		text = fmt.Sprintf(markCoded, m.Code, m.Problem)
	}
	if m.Remedy != "" {
		text += "\n" + fmt.Sprintf(markRemedy, m.Remedy)
	}
	return text
}

func located(cell, text string) string {
	if cell == "" {
		return text
	}
	return fmt.Sprintf(onCell, cell, text)
}

// numbered joins what is said at one cell.
func numbered(texts []string) string {
	if len(texts) == 1 {
		return texts[0]
	}
	var b strings.Builder
	for i, t := range texts {
		if i > 0 {
			b.WriteString("\n")
		}
		fmt.Fprintf(&b, markNumber, i+1, t)
	}
	return b.String()
}
