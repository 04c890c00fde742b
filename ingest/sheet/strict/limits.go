package strict

import "cmp"

// Limits bounds what one file may ask of us. A field that is zero stands for
// its default. Above a limit reading fails with FTooLarge; nothing is ever cut
// off and taken for the whole.
type Limits struct {
	File       int64 // bytes of the file; 20 MiB
	Members    int   // members of a zip archive; 2,000
	Unpacked   int64 // bytes of all members unpacked; 200 MiB
	Ratio      int64 // unpacked to packed bytes, asked above 16 MiB unpacked; 250
	Depth      int   // nested XML elements; 100
	Attributes int   // attributes of one XML element; 64
	Tag        int   // bytes of one XML tag; 1 MiB
	Sheets     int   // sheets of a workbook; 100
	Cells      int   // cells with content, of all sheets; 200,000
	Text       int   // characters of one cell or formula; 32,767 as in Excel
	Strings    int   // entries of a shared string table; 400,000
	StringSize int64 // bytes of all shared strings; 64 MiB
	Shown      int64 // bytes of the texts of all cells, each as often as it stands; 8 MiB
	Styles     int   // cell formats, fonts and number formats, each; 65,536
	Merges     int   // merged ranges of all sheets; 20,000
}

// OrDefault returns l with every zero field replaced by its default.
func (l Limits) OrDefault() Limits {
	return Limits{
		File:       cmp.Or(l.File, 20<<20),
		Members:    cmp.Or(l.Members, 2_000),
		Unpacked:   cmp.Or(l.Unpacked, 200<<20),
		Ratio:      cmp.Or(l.Ratio, 250),
		Depth:      cmp.Or(l.Depth, 100),
		Attributes: cmp.Or(l.Attributes, 64),
		Tag:        cmp.Or(l.Tag, 1<<20),
		Sheets:     cmp.Or(l.Sheets, 100),
		Cells:      cmp.Or(l.Cells, 200_000),
		Text:       cmp.Or(l.Text, 32_767),
		Strings:    cmp.Or(l.Strings, 400_000),
		StringSize: cmp.Or(l.StringSize, 64<<20),
		Shown:      cmp.Or(l.Shown, 8<<20),
		Styles:     cmp.Or(l.Styles, 65_536),
		Merges:     cmp.Or(l.Merges, 20_000),
	}
}
