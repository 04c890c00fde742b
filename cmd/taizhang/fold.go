package main

import (
	"strings"
	"unicode"
)

// columns is how many columns of a terminal the character takes.
func columns(r rune) int {
	if unicode.In(r, unicode.Han) || r >= 0xff01 && r <= 0xff60 || r >= 0x3000 && r <= 0x303f || r >= 0x2014 && r <= 0x2026 {
		return 2
	}
	return 1
}

// closers are marks that never begin a line (GB/T 15834).
const closers = "，。、；：？！）】》”’"

// fold breaks a text into lines of at most width columns, all but the first
// indented by two more than indent. A run of Latin letters and digits, such as
// an address, is kept whole where it fits a line.
func fold(text string, indent, width int) string {
	var out strings.Builder
	lead := strings.Repeat(" ", indent)
	out.WriteString(lead)
	used, first := indent, true
	for _, word := range words(text) {
		w := 0
		for _, r := range word {
			w += columns(r)
		}
		if used+w > width && !first {
			out.WriteString("\n" + lead + "  ")
			used = indent + 2
			word = strings.TrimLeft(word, " 　")
		}
		out.WriteString(word)
		used += w
		first = false
	}
	return strings.TrimRight(out.String(), " ") + "\n"
}

// words cuts a text where a line may be broken.
func words(text string) []string {
	var out []string
	glue := false
	for _, r := range strings.ReplaceAll(text, "\n", " ") {
		latin := r < 0x2000 && !unicode.IsSpace(r)
		if len(out) > 0 && (latin && glue || strings.ContainsRune(closers, r)) {
			out[len(out)-1] += string(r)
		} else {
			out = append(out, string(r))
		}
		glue = latin
	}
	return out
}
