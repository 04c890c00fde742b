package sheet

import (
	"context"

	"taizhang/ingest/sheet/csv"
	"taizhang/ingest/sheet/docx"
	"taizhang/ingest/sheet/html"
	"taizhang/ingest/sheet/ods"
	"taizhang/ingest/sheet/strict"
	"taizhang/ingest/sheet/xls"
	"taizhang/ingest/sheet/xlsx"
	"taizhang/ingest/sheet/xml2003"
	"taizhang/ledger"
)

// Limits bounds what one file may ask of us; zero fields stand for defaults.
type Limits = strict.Limits

// Error says why a file gave no table: Code is FDamaged (argument reason),
// FEncrypted, FUnsupported (argument kind), FEmpty or FTooLarge (argument
// limit) of package ledger, ready for a finding.
type Error = strict.Error

// readers are the strict readers by the kind of file they read. A text may
// turn out to be parted by marks that are not seen at its start.
var readers = map[Kind]func(ctx context.Context, name string, data []byte, lim Limits) ([]*ledger.Table, error){
	KindXLSX:    xlsx.Read,
	KindXLS:     xls.Read,
	KindDOCX:    docx.Read,
	KindODS:     ods.Read,
	KindHTML:    html.Read,
	KindXML2003: xml2003.Read,
	KindCSV:     csv.Read,
	KindText:    csv.Read,
}

// Read turns one file's bytes into its tables, in the order of the file, hidden
// sheets included. name is for display only. Either all of the file was read,
// or the error says why none of it was: of type *Error, or the error of ctx
// when that ended first.
//
// It bounds its own memory and time by lim, but files of strangers are best
// read in a child process all the same (architecture §3.6).
func Read(ctx context.Context, name string, data []byte, lim Limits) ([]*ledger.Table, error) {
	lim = lim.OrDefault()
	if len(data) == 0 {
		return nil, strict.Empty()
	}
	if int64(len(data)) > lim.File {
		return nil, strict.TooLarge(strict.LimitFile, "file of %d bytes", len(data))
	}
	kind, err := sniff(data, lim)
	if err != nil {
		return nil, err
	}
	read, ok := readers[kind]
	if !ok {
		return nil, strict.Unsupported(string(kind))
	}
	tables, err := read(ctx, name, data, lim)
	if err != nil {
		return nil, err
	}
	if err := shown(tables, lim); err != nil {
		return nil, err
	}
	if len(data) > maxEvaluatedFile {
		return tables, nil
	}
	return evaluate(ctx, tables)
}

// shown bounds the text that the tables hold, a text that many cells share
// counted for each of them: a file of 100 KB may show the same 32,767 characters
// in every cell, and whoever looks at the cells afterwards looks at all of them.
func shown(tables []*ledger.Table, lim Limits) error {
	left := lim.Shown
	for _, t := range tables {
		cells := t.Cells()
		for i := range cells {
			if left -= int64(len(cells[i].Text)); left < 0 {
				return strict.TooLarge(strict.LimitStrings, "more than %d bytes of text in all cells", lim.Shown)
			}
		}
	}
	return nil
}
