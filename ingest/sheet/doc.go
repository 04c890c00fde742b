// Package sheet turns the bytes of a file into tables. It decides by content,
// never by name or by what a caller believes, which kind of file it has, and
// leaves the reading to the strict reader of that kind in its own sub-package
// (rule book §2: damaged files are never half read).
//
// Formula cells without a usable value are evaluated where that is safe and
// certain; see evaluate.go. What the cells mean is the business of package
// check; this package interprets nothing.
package sheet
