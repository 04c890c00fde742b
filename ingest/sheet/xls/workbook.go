package xls

import (
	"context"
	"strings"

	"taizhang/ingest/sheet/strict"
	"taizhang/ledger"
)

// oldKind is the kind by which FUnsupported names BIFF2 to BIFF4.
const oldKind = "xls4"

// Types of BOF (MS-XLS §2.4.21) and their versions.
const (
	bofGlobals = 0x0005
	bofSheet   = 0x0010
	version5   = 0x0500 // of BIFF5 and BIFF7
	version5b  = 0x0580 // of some betas
	version8   = 0x0600
)

// workbook is one file while it is read.
type workbook struct {
	file     string
	lim      strict.Limits
	biff8    bool
	codePage int
	from1904 bool
	sheets   []sheetEntry
	styles   styles
	sst      [][]byte // the shared string table and its continuations
	strings  []item
	own      map[int]bool // external books, by number, that are this workbook
	books    int
	externs  []extern
	names    []string
	mark     string // see ledger.FormMark
	tables   []*ledger.Table
	cells    int   // with content, of all sheets so far
	merges   int   // of all sheets so far
	left     int64 // bytes of text that may still be kept
	decoded  int   // bytes of text that decoding formulas took so far

	units []uint16 // of one text
	text  []byte   // of one text
}

// sheetEntry is a sheet as the workbook lists it.
type sheetEntry struct {
	name   string
	at     int // of its BOF in the stream
	kind   byte
	hidden bool
}

// extern is a range of sheets that formulas refer to.
type extern struct{ book, first, last int }

// Read reads the workbook in data: a compound file with a stream Workbook or
// Book, or such a stream alone. file is its name for display. Worksheets come
// in the order of their tabs, hidden ones included; charts, dialogs, macro
// sheets and modules are left out.
//
// Errors are of type *strict.Error, or those of ctx. A formula cell whose value
// is a 0 or empty text that the file marks for recalculation has NoValue set
// (rule book §2).
func Read(ctx context.Context, file string, data []byte, lim strict.Limits) ([]*ledger.Table, error) {
	lim = lim.OrDefault()
	if int64(len(data)) > lim.File {
		return nil, strict.TooLarge(strict.LimitFile, "file of %d bytes", len(data))
	}
	stream, err := bookStream(data)
	if err != nil {
		return nil, err
	}
	w := &workbook{file: file, lim: lim, codePage: 1252, left: lim.StringSize}
	if err := w.read(ctx, &scanner{data: stream}); err != nil {
		return nil, err
	}
	return w.tables, nil
}

// bookStream returns the stream of the workbook. A file saved for Excel 95 and
// 97 at once has both streams; Workbook is the newer.
func bookStream(data []byte) ([]byte, error) {
	if IsStream(data) {
		return data, nil
	}
	c, err := openCompound(data)
	if err != nil {
		return nil, err
	}
	for _, name := range []string{"WORKBOOK", "BOOK"} {
		if s, ok := c.streams[name]; ok {
			return s, nil
		}
	}
	return nil, strict.Damaged(strict.Missing, "compound file without a workbook")
}

// IsStream reports whether the data begin as a workbook stream without a
// compound file around it does, of any version since BIFF2.
func IsStream(data []byte) bool {
	if len(data) < 8 || data[0] != 0x09 {
		return false
	}
	switch size := le.Uint16(data[2:]); data[1] {
	case 0x00, 0x02, 0x04:
		kind := le.Uint16(data[6:])
		return (size == 4 || size == 6) && (kind == 0x10 || kind == 0x20 || kind == 0x40 || kind == 0x100)
	case 0x08:
		version := le.Uint16(data[4:])
		return (size == 8 || size == 16) && (version == version5 || version == version8)
	}
	return false
}

func (w *workbook) read(ctx context.Context, s *scanner) error {
	first, err := s.next()
	if err != nil {
		return err
	}
	switch first.kind {
	case 0x0009, 0x0209, 0x0409:
		return strict.Unsupported(oldKind)
	case recBOF:
	default:
		return strict.Damaged(strict.Structure, "workbook begins with record %04x", first.kind)
	}
	if err := first.check(); err != nil {
		return err
	}
	switch version := le.Uint16(first.data); version {
	case version8:
		w.biff8 = true
	case version5, version5b:
	case 0x0200, 0x0300, 0x0400:
		return strict.Unsupported(oldKind)
	default:
		return strict.Damaged(strict.Structure, "workbook of unknown version %04x", version)
	}
	if kind := le.Uint16(first.data[2:]); kind != bofGlobals {
		return strict.Damaged(strict.Structure, "workbook begins with a substream of type %04x", kind)
	}
	if err := w.readGlobals(s); err != nil {
		return err
	}
	return w.readSheets(ctx, s)
}

// readGlobals reads the records of the workbook itself.
func (w *workbook) readGlobals(s *scanner) error {
	for {
		r, err := s.next()
		if err != nil {
			return err
		}
		if err := r.check(); err != nil {
			return err
		}
		if r.kind == recEOF {
			if err := r.exact(0); err != nil {
				return err
			}
			break
		}
		if err := w.global(s, r); err != nil {
			return err
		}
	}
	w.styles.settle()
	if w.sst == nil {
		return nil
	}
	return w.readStrings(w.sst)
}

func (w *workbook) global(s *scanner, r record) (err error) {
	switch r.kind {
	case recFilePass:
		return strict.Encrypted()
	case recBOF, recRow, recNumber, recRK, recLabelSST, recLabel, recFormula, recMulRK:
		return strict.Damaged(strict.Structure, "record %04x at %d, outside a sheet", r.kind, r.at)
	case recCodePage:
		if err = r.want(2); err == nil {
			w.codePage = int(le.Uint16(r.data))
		}
	case recDateMode:
		if err = r.want(2); err == nil {
			w.from1904 = le.Uint16(r.data) == 1
		}
	case recFont:
		return w.styles.addFont(r, w.lim)
	case recFormat:
		return w.addFormat(r)
	case recXF:
		return w.styles.addXF(r, w.lim)
	case recSheet:
		return w.addSheet(r)
	case recSupBook:
		w.addBook(r)
	case recExtern:
		w.addExterns(r)
	case recName:
		w.addName(r)
	case recSST:
		if w.sst != nil {
			return strict.Damaged(strict.Duplicate, "two tables of shared strings")
		}
		w.sst, err = s.whole(r)
	}
	return err
}

// addSheet reads a BOUNDSHEET record (MS-XLS §2.4.28).
func (w *workbook) addSheet(r record) error {
	if len(w.sheets) == w.lim.Sheets {
		return strict.TooLarge(strict.LimitSheets, "more than %d sheets", w.lim.Sheets)
	}
	if err := r.want(8); err != nil {
		return err
	}
	name, rest, err := w.name(r.data[6:], 1)
	if err != nil {
		return err
	}
	if len(rest) > 0 && w.biff8 {
		return strict.Damaged(strict.Structure, "name of a sheet that ends before its record")
	}
	w.sheets = append(w.sheets, sheetEntry{
		name: name, at: int(le.Uint32(r.data)), hidden: r.data[4]&3 != 0, kind: r.data[5],
	})
	return nil
}

// readSheets reads the substreams behind that of the workbook, which must be
// those that it lists.
func (w *workbook) readSheets(ctx context.Context, s *scanner) error {
	if len(w.sheets) == 0 {
		return strict.Damaged(strict.Structure, "workbook without sheets")
	}
	listed := make(map[int]int, len(w.sheets))
	for i, e := range w.sheets {
		if _, ok := listed[e.at]; ok {
			return strict.Damaged(strict.Duplicate, "two sheets at %d", e.at)
		}
		listed[e.at] = i
	}
	tables := make([]*ledger.Table, len(w.sheets))
	for range w.sheets {
		r, err := s.next()
		if err != nil {
			return err
		}
		i, ok := listed[r.at]
		if !ok || r.kind != recBOF {
			return strict.Damaged(strict.Structure, "record %04x at %d, where a sheet should begin", r.kind, r.at)
		}
		if tables[i], err = w.readSubstream(ctx, s, r, w.sheets[i]); err != nil {
			return err
		}
	}
	if strings.Trim(string(s.data[s.at:]), "\x00") != "" {
		return strict.Damaged(strict.Structure, "records behind the last sheet, at %d", s.at)
	}
	for _, t := range tables {
		if t != nil {
			t.Mark = w.mark
			w.tables = append(w.tables, t)
		}
	}
	return nil
}

// Kinds of sheet in a BOUNDSHEET record.
const kindWorksheet = 0

// readSubstream reads the sheet whose BOF was read, and returns no table for
// one that is no worksheet. The version in its BOF is not asked: files saved for
// Excel 95 by later versions state theirs there.
func (w *workbook) readSubstream(ctx context.Context, s *scanner, bof record, e sheetEntry) (*ledger.Table, error) {
	if err := bof.check(); err != nil {
		return nil, err
	}
	kind := le.Uint16(bof.data[2:])
	if (kind == bofSheet) != (e.kind == kindWorksheet) {
		return nil, strict.Damaged(strict.Structure, "sheet of type %d has a substream of type %04x", e.kind, kind)
	}
	if kind != bofSheet {
		return nil, s.skipSubstream()
	}
	sh := &sheet{w: w, s: s, ctx: ctx, lastRow: -1, rows: make(map[int]span)}
	if err := sh.read(); err != nil {
		return nil, err
	}
	if sh.dialog && sh.cells.Len() == 0 { // one bit must not lose a sheet
		return nil, nil
	}
	return sh.finish(e)
}
