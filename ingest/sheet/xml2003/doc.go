// Package xml2003 reads SpreadsheetML 2003, the single XML file that Excel
// calls "XML Spreadsheet 2003" and that many programs export under the name
// .xls or .xml, into tables. It reads strictly: the document to its proper
// end, every index in order and in range, every style that is named.
//
// It states what the file states, as package xlsx does. What is struck out is
// left out with a note (rule book §2). It evaluates no formula and opens no
// other file.
package xml2003
