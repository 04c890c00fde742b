package bulletin

import (
	"strings"
	"unicode"
)

// excerptLimit is how many characters of a unit's words are quoted.
const excerptLimit = 120

// excerpt quotes the beginning of a unit's words, verbatim: as many whole
// sentences as fit the limit, with …… where more follows. Where not even the
// first fits, it is cut at its last clause, else at the limit.
func excerpt(words string, limit int) string {
	text := []rune(oneLine(words))
	if len(text) <= limit {
		return string(text)
	}
	cut := 0
	for i, r := range text[:limit] {
		if strings.ContainsRune("。！？；", r) {
			cut = i + 1
		}
	}
	if cut == 0 {
		for i, r := range text[:limit] {
			if strings.ContainsRune("，、：", r) {
				cut = i
			}
		}
	}
	if cut == 0 {
		cut = limit
	}
	return strings.TrimSpace(string(text[:cut])) + ellipsis
}

// oneLine joins the lines of a text: directly after a punctuation mark, else
// with a space, so that no two words run together that were apart.
func oneLine(s string) string {
	var b strings.Builder
	for line := range strings.FieldsFuncSeq(s, func(r rune) bool { return strings.ContainsRune("\r\n\v\f\u0085\u2028\u2029", r) }) {
		line = clean(line)
		if line == "" {
			continue
		}
		if b.Len() > 0 {
			last := []rune(b.String())
			if !unicode.IsPunct(last[len(last)-1]) {
				b.WriteByte(' ')
			}
		}
		b.WriteString(line)
	}
	return b.String()
}
