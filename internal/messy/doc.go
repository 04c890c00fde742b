// Package messy makes ledgers as county offices really make them, with the
// truth about each beside it: layouts, spellings of cells, names, dates and
// faults are crossed by a seeded generator, and every case carries the sentence
// of the rule book that decides it.
//
// It knows nothing of the reader that is measured with its cases: expectations
// come from the rule book alone. It is for tests only.
package messy
