// Package opc follows the relationships between the parts of an Office Open
// XML package (ECMA-376 part 2) strictly: no id twice, every internal target
// present, every XML part read to its end. It knows no kind of document, and
// follows no external target.
package opc
