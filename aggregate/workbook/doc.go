// Package workbook writes the Excel workbooks of the house: the monthly
// summary, the pre-filled form that goes out with a request, and the annotated
// copy of a county's own ledger (rule book §8, §9).
//
// It decides nothing and adds nothing up: every figure is one of an
// aggregate.Summary, and a total is a formula that must agree with it. Whatever
// comes from outside is written as text, never as a formula. The same input
// gives the same bytes.
package workbook
