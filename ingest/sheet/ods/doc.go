// Package ods reads spreadsheets of OpenDocument (ISO/IEC 26300, versions 1.0
// to 1.3; .ods) into tables, strictly: every member of the archive to its end
// with its checksum, every XML part to its end, every part of the manifest
// present. What fails any of this gives an error and no table.
//
// Values come from the attributes of the cells (office:value and its kin), not
// from what they display; a date is stated by its serial number as a workbook
// of Excel has it. Empty cells repeated to the end of the sheet, as writers
// leave them, count for nothing; repeated cells with content count each
// against the limits. Struck-out and hidden text, and what stands under a
// merge, is left out with a note (rule book §2).
//
// It reads no annotations, drawings, charts, scenarios or recorded changes
// (the cells hold the newest values), evaluates no formula and opens no other
// file.
package ods
