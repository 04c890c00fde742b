// Package xlsx reads workbooks of Office Open XML (ECMA-376, transitional and
// strict; .xlsx, .xlsm) into tables, as a stream and strictly: every member of
// the archive to its end with its checksum, every XML part to its end, every
// relationship of the workbook and its sheets to a part that exists, every
// index in range. What fails any of this gives an error and no table.
//
// It states what the file states: values as the file spells them, formulas,
// number formats as far as they change what a reader sees, merges, what is
// hidden. It drops what is struck out and what a merge covers, with a note,
// for neither ever counts (rule book §2). It evaluates no formula, renders no
// display text, follows no link and opens no other file.
package xlsx
