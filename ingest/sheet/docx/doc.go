// Package docx reads the tables of Word documents (ECMA-376 part 1, §17,
// transitional and strict; .docx, .docm) with the paragraphs around them,
// strictly: every member of the archive to its end with its checksum, every
// XML part to its end, every relationship of the document to a part that
// exists. What fails any of this gives an error and no table.
//
// A text is what the document shows with its tracked changes accepted: deleted
// and moved-away text never counts, inserted text does and marks its cell, and
// struck-out and hidden text is left out with a note (rule book §2). A field
// counts by its stored result. Every cell is a text, numbers included. A table
// within a cell is a table of its own and no part of that cell's text; so is a
// table in a text box, and the paragraphs of a text box stand among those
// around its table. A document without a table gives one table without cells
// that has all paragraphs before it.
//
// It reads no headers, footers, notes, comments, pictures or embedded
// documents, numbers no list items and updates no field.
package docx
