// Package numfmt says what a number format makes of a number, as far as it can
// mislead: a percentage, a date, a scaled number, nothing at all (rule book
// §2). It reads the format codes of Excel, which the kinds of file share, and
// its serial dates. It renders no display text.
package numfmt
