package xlsx

import (
	"context"
	"strings"
	"sync"

	"taizhang/ingest/sheet/grid"
	"taizhang/ingest/sheet/opc"
	"taizhang/ingest/sheet/strict"
	"taizhang/ingest/sheet/xmlscan"
	"taizhang/ledger"
)

// workbook is one file while it is read.
type workbook struct {
	file     string
	pack     opc.Package
	lim      strict.Limits
	sheets   []sheetEntry
	from1904 bool
	mark     string // see ledger.FormMark
	recalc   bool   // the file asks that its formulas be calculated when it is opened
	styles   styles
	strings  []item
	texts    arena
	tables   []*ledger.Table
	cells    int // with content, of all sheets so far
	merges   int // of all sheets so far

	*buffers
}

// buffers are what reading needs and no table keeps: they serve one cell, one
// sheet and one workbook after the other.
type buffers struct {
	value, formula, plain, struck []byte     // of one cell
	row                           grid.Cells // of one sheet
}

var pool = sync.Pool{New: func() any { return new(buffers) }}

// release gives the buffers back, unless an odd workbook has made them large.
func (b *buffers) release() {
	b.row.Reset() // texts of this workbook are not to be held
	if cap(b.value)+cap(b.formula)+cap(b.plain)+cap(b.struck) > 64<<10 {
		*b = buffers{row: b.row}
	}
	pool.Put(b)
}

// sheetEntry is a sheet as the workbook lists it.
type sheetEntry struct {
	name, id string
	hidden   bool
}

// Read reads the workbook in data. file is its name for display. Worksheets
// come in the order of their tabs, hidden ones included; chart sheets, dialogs
// and macro sheets are left out.
//
// Errors are of type *strict.Error, or those of ctx. A formula cell whose
// value is absent, or is a 0 that the file marks for recalculation, has
// NoValue set (rule book §2).
func Read(ctx context.Context, file string, data []byte, lim strict.Limits) ([]*ledger.Table, error) {
	lim = lim.OrDefault()
	arc, err := strict.OpenArchive(data, lim)
	if err != nil {
		return nil, err
	}
	w := &workbook{file: file, pack: opc.Package{Archive: arc, Limits: lim, Spaces: spaces, Rels: spacePack}, lim: lim, texts: arena{left: lim.StringSize}, buffers: pool.Get().(*buffers)}
	defer w.release()
	if err := w.read(ctx); err != nil {
		return nil, err
	}
	return w.tables, nil
}

func (w *workbook) read(ctx context.Context) error {
	if !w.pack.Has("[content_types].xml") {
		return strict.Damaged(strict.Missing, "no [Content_Types].xml")
	}
	root, err := w.pack.Relations("")
	if err != nil {
		return err
	}
	main, err := opc.One(root, "officeDocument")
	if err != nil {
		return err
	}
	if main == nil {
		return strict.Damaged(strict.Missing, "no workbook part")
	}
	if err := w.pack.Scan(main.Target, w.readWorkbook); err != nil {
		return err
	}
	rels, err := w.pack.Relations(main.Target)
	if err != nil {
		return err
	}
	if err := w.pack.Present(main.Target, rels); err != nil {
		return err
	}
	if err := w.optional(rels, "styles", w.readStyles); err != nil {
		return err
	}
	if err := w.optional(rels, "sharedStrings", w.readStrings); err != nil {
		return err
	}
	if err := w.readSheets(ctx, rels); err != nil {
		return err
	}
	for _, t := range w.tables {
		t.Mark = w.mark
	}
	return w.pack.ReadRest(ctx)
}

// optional reads the part of the kind, when the workbook has one.
func (w *workbook) optional(rels []opc.Relation, kind string, use func(*xmlscan.Scanner) error) error {
	r, err := opc.One(rels, kind)
	if err != nil || r == nil {
		return err
	}
	return w.pack.Scan(r.Target, use)
}

func (w *workbook) readWorkbook(s *xmlscan.Scanner) error {
	return s.Children("workbook", spaceMain, func() error {
		if s.Space != spaceMain {
			return s.Skip()
		}
		switch string(s.Name) {
		case "workbookPr":
			w.from1904 = isTrue(s.Attr("date1904"))
		case "calcPr":
			done := s.Attr("calcCompleted")
			w.recalc = isTrue(s.Attr("fullCalcOnLoad")) || done != nil && !isTrue(done)
		case "sheets":
			return s.Within(func() error { return w.addSheet(s) })
		case "definedNames":
			return s.Within(func() error { return w.addName(s) })
		}
		return s.Skip()
	})
}

// addName takes the mark of a pre-filled form; of other names nothing is asked.
func (w *workbook) addName(s *xmlscan.Scanner) error {
	if string(s.Name) != "definedName" || !strings.EqualFold(string(s.Attr("name")), ledger.FormMarkName) || w.mark != "" {
		return s.Skip()
	}
	text, err := s.Content(nil, w.lim.Text)
	w.mark = ledger.FormMarkOf(string(text))
	return err
}

func (w *workbook) addSheet(s *xmlscan.Scanner) error {
	if string(s.Name) != "sheet" || s.Space != spaceMain {
		return s.Skip()
	}
	if len(w.sheets) == w.lim.Sheets {
		return strict.TooLarge(strict.LimitSheets, "more than %d sheets", w.lim.Sheets)
	}
	e := sheetEntry{name: string(s.Attr("name")), id: string(s.AttrNS(spaceRel, "id"))}
	switch state := string(s.Attr("state")); state {
	case "", "visible":
	case "hidden", "veryHidden":
		e.hidden = true
	default:
		return strict.Damaged(strict.Structure, "sheet of unknown state %q", state)
	}
	w.sheets = append(w.sheets, e)
	return s.Skip()
}

// readSheets reads the worksheets and wants all that they refer to.
func (w *workbook) readSheets(ctx context.Context, rels []opc.Relation) error {
	if len(w.sheets) == 0 {
		return strict.Damaged(strict.Structure, "workbook without sheets")
	}
	seen := make(map[string]bool, len(w.sheets))
	for _, e := range w.sheets {
		if err := ctx.Err(); err != nil {
			return err
		}
		if e.id == "" {
			continue // a module of Visual Basic, which Excel lists among the sheets
		}
		r := find(rels, e.id)
		if r == nil || r.External {
			return strict.Damaged(strict.Missing, "sheet without a part")
		}
		if seen[r.Target] {
			return strict.Damaged(strict.Duplicate, "two sheets of one part %s", r.Target)
		}
		seen[r.Target] = true
		own, err := w.pack.Relations(r.Target)
		if err != nil {
			return err
		}
		if err := w.pack.Present(r.Target, own); err != nil {
			return err
		}
		switch r.Kind {
		case "worksheet":
			if err := w.readSheet(ctx, e, r.Target); err != nil {
				return err
			}
		case "chartsheet", "dialogsheet", "xlMacrosheet", "xlIntlMacrosheet":
		default:
			return strict.Damaged(strict.Structure, "sheet of unknown type %q", r.Kind)
		}
	}
	return nil
}

func find(rels []opc.Relation, id string) *opc.Relation {
	for i := range rels {
		if rels[i].ID == id {
			return &rels[i]
		}
	}
	return nil
}

// isTrue reads an xsd:boolean; what is absent or unknown is false.
func isTrue(b []byte) bool { return string(b) == "1" || string(b) == "true" || string(b) == "on" }

// number reads a small whole number, such as an index, and -1 for what is none.
func number(b []byte) int {
	n := 0
	for _, c := range b {
		if c < '0' || c > '9' || n > 1<<28 {
			return -1
		}
		n = n*10 + int(c-'0')
	}
	if len(b) == 0 {
		return -1
	}
	return n
}
