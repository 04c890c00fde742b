// Package html reads the tables of HTML: files, often named .xls, as Excel,
// LibreOffice and the systems of offices export them, and tables pasted into
// the body of a mail. It reads them as a browser shows them: the text is
// parsed by the rules of HTML 5, which repair much; so what is cut is told by
// the tables, scripts and the html element that were opened and not closed.
// A fragment without an html element, cut behind the end of a table, cannot be
// told from a whole one.
//
// A cell is a text as it shows, or a number where the writer states it beside
// its text (x:num of Excel, sdval of LibreOffice), with the class of its
// number format. Struck-out, deleted and hidden text is left out with a note
// (rule book §2). A table within a cell is a table of its own and no part of
// that cell's text. Of style sheets it knows the few properties that matter
// here, by the last part of each selector; where it must err it hides.
//
// It runs no script, loads nothing, and reads no frames: a page of frames is
// unsupported.
package html
