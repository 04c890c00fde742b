// Package xls reads workbooks of the binary format of Excel 5 to 2003 (BIFF5,
// BIFF7 and BIFF8, MS-XLS; .xls and WPS .et) into tables, and strictly: the
// compound file around them (MS-CFB), every record of the workbook and of its
// worksheets, every string, index and place of a cell.
//
// The format has no checksum. What it has is redundancy, and that is used: no
// sector belongs to two chains and every chain is as long as its stream; every
// substream is one that the workbook lists and ends with its EOF; the types of
// record are known and most have a fixed length; strings fill their record to
// the last byte; rows and cells stand in order, and cells within the columns
// that their row announces. A file that breaks any of this gives an error and
// no table. A changed digit inside a number or a text cannot be seen here.
//
// Like its sibling xlsx the package states what the file states and drops, with
// a note, what is struck out and what a merge covers, for neither ever counts
// (rule book §2). It evaluates no formula, renders no display text, decrypts
// nothing, follows no reference to another file, and reads neither charts,
// drawings, comments, macros nor the older BIFF2 to BIFF4.
package xls
