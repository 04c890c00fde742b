package attach

import (
	"strings"
	"unicode/utf8"
)

// word is one encoded word of RFC 2047, as bytes still in its character set.
type word struct {
	charset string
	data    []byte
}

// decodeWords decodes a header text: encoded words (RFC 2047) anywhere, also
// inside quoted strings, without padding, cut in the middle of a character or
// set one against the other; and raw 8-bit text between them. Adjacent words
// of the same character set are joined before they are decoded, because many
// mailers cut inside a character.
func decodeWords(raw string) string {
	var sb strings.Builder
	var pending word
	flush := func() {
		if pending.data != nil {
			sb.WriteString(decodeWordBytes(pending))
			pending = word{}
		}
	}
	lit := 0 // where the text after the last word starts
	lastEnd := strings.LastIndex(raw, "?=")
	for i := 0; i < len(raw); {
		j := strings.Index(raw[i:], "=?")
		if j < 0 {
			break
		}
		j += i
		if lastEnd < j && len(raw)-j > wordLimit {
			break // no word ends here: do not look again at every "=?"
		}
		w, n := scanWord(raw[j:])
		if n == 0 {
			i = j + 2
			continue
		}
		gap := raw[lit:j]
		if strings.Trim(gap, " \t\r\n") != "" || pending.data == nil {
			flush()
			sb.WriteString(rawText(gap))
		}
		if pending.data != nil && charsetName(pending.charset) == charsetName(w.charset) {
			pending.data = append(pending.data, w.data...)
		} else {
			flush()
			pending = w
		}
		i = j + n
		lit = i
	}
	flush()
	sb.WriteString(rawText(raw[lit:]))
	return sb.String()
}

// headerText decodes a header text and makes it one clean line.
func headerText(raw string) string { return cleanLine(decodeWords(raw)) }

// rawText decodes header text outside encoded words.
func rawText(s string) string {
	if utf8.ValidString(s) {
		return s
	}
	return decodeGuess([]byte(s)).text
}

func decodeWordBytes(w word) string {
	d := decodeBytes(w.data, w.charset)
	if d.lost && !utf8.Valid(w.data) {
		if g := decodeGuess(w.data); !g.lost {
			return g.text
		}
	}
	return d.text
}

// wordLimit bounds how far the end of one encoded word is looked for. RFC 2047
// allows 75 characters; mailers put whole subjects into one word.
const wordLimit = 8 << 10

// scanWord reads an encoded word at the start of s, which begins with "=?". It
// returns the bytes it takes, or 0 when there is none. A word whose "?=" is
// missing at the end of the text is accepted.
func scanWord(s string) (word, int) {
	if len(s) > wordLimit {
		s = s[:wordLimit]
	}
	q := strings.IndexByte(s[2:], '?')
	if q <= 0 || q > 40 {
		return word{}, 0
	}
	charset := s[2 : 2+q]
	if strings.ContainsAny(charset, " \t=") {
		return word{}, 0
	}
	if star := strings.IndexByte(charset, '*'); star >= 0 { // RFC 2231 language
		charset = charset[:star]
	}
	k := 2 + q + 1
	if k+1 >= len(s) || s[k+1] != '?' {
		return word{}, 0
	}
	enc, body := s[k]|0x20, k+2
	end, size := strings.Index(s[body:], "?="), 2
	if end < 0 {
		end, size = len(s)-body, 0
		if !looksLikeWordBody(s[body:]) {
			return word{}, 0
		}
	}
	text := s[body : body+end]
	switch enc {
	case 'b':
		return word{charset, base64Word([]byte(text))}, body + end + size
	case 'q':
		return word{charset, decodeQWord(text)}, body + end + size
	}
	return word{}, 0
}

func looksLikeWordBody(s string) bool {
	s = strings.TrimRight(s, "? \t\r\n\"")
	return s != "" && !strings.ContainsAny(s, " \t\"?<>@,")
}

// decodeQWord decodes the Q encoding of RFC 2047 §4.2.
func decodeQWord(s string) []byte {
	out := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '_':
			out = append(out, ' ')
		case c == '=' && i+2 < len(s) && isHex(s[i+1]) && isHex(s[i+2]):
			out = append(out, unhex(s[i+1])<<4|unhex(s[i+2]))
			i += 2
		case c == '\r' || c == '\n':
		default:
			out = append(out, c)
		}
	}
	return out
}

func isHex(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F'
}

func unhex(c byte) byte {
	switch {
	case c <= '9':
		return c - '0'
	case c >= 'a':
		return c - 'a' + 10
	}
	return c - 'A' + 10
}
