// Package bulletin writes the 进展情况通报 of a month (rule book §9): a Summary
// becomes an official letter as a Word document, laid out as GB/T 9704-2012
// asks. The wording is a text file that the office can replace; what a
// template may say is in docs/bulletin-template.md.
//
// It decides nothing and adds nothing up: every figure, rank and rate is one of
// an aggregate.Summary. 文号 and seal are left to the office. Whatever comes
// from outside is text and nothing else: it can be no mark, no markup and no
// field. The same input gives the same bytes.
package bulletin
