package attach

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// param is one parameter of a Content-Type or Content-Disposition field, or
// one piece of it (RFC 2231).
type param struct {
	value  string
	index  int  // of a continuation, -1 for none
	ext    bool // name ended in "*": percent encoded, perhaps with a character set
	quoted bool
}

// mediaField is a parsed Content-Type or Content-Disposition field.
type mediaField struct {
	value  string // lower case, without parameters
	params map[string][]param
}

// parseMedia reads a field leniently: doubled and missing semicolons, missing
// quotes, unquoted values with spaces, raw 8-bit text, a missing main value.
func parseMedia(raw string) mediaField {
	s := rawText(raw)
	m := mediaField{params: map[string][]param{}}
	i := 0
	for i < len(s) && !strings.ContainsRune("; \t=", rune(s[i])) {
		i++
	}
	if j := skipBlank(s, i); j < len(s) && s[j] == '=' {
		i = 0 // no main value: the field starts with a parameter
	} else {
		m.value = strings.ToLower(strings.Trim(s[:i], "\"' \t,"))
	}
	lastQuote := strings.LastIndexByte(s, '"')
	for i < len(s) {
		c := s[i]
		if c == ';' || c == ' ' || c == '\t' || c == ',' {
			i++
			continue
		}
		start := i
		for i < len(s) && !strings.ContainsRune("=; \t", rune(s[i])) {
			i++
		}
		name := s[start:i]
		eq := skipBlank(s, i)
		if eq >= len(s) || s[eq] != '=' {
			if i == start {
				i++
			}
			continue
		}
		var p param
		p.value, p.quoted, i = scanValue(s, skipBlank(s, eq+1), lastQuote)
		m.add(name, p)
	}
	return m
}

func isBlank(c byte) bool { return c == ' ' || c == '\t' }

func skipBlank(s string, i int) int {
	for i < len(s) && isBlank(s[i]) {
		i++
	}
	return i
}

func (m *mediaField) add(name string, p param) {
	name = strings.ToLower(name)
	if strings.HasSuffix(name, "*") {
		p.ext = true
		name = name[:len(name)-1]
	}
	p.index = -1
	if base, num, ok := strings.Cut(name, "*"); ok {
		if n, err := strconv.Atoi(num); err == nil && n >= 0 && len(num) < 8 {
			name, p.index = base, n
		}
	}
	m.params[name] = append(m.params[name], p)
}

// scanValue reads a parameter value at i.
func scanValue(s string, i, lastQuote int) (value string, quoted bool, next int) {
	if i < len(s) && s[i] == '"' {
		if v, n, ok := scanQuoted(s, i, lastQuote); ok {
			return v, true, n
		}
		i++ // no closing quote
		end := strings.IndexByte(s[i:], ';')
		if end < 0 {
			end = len(s) - i
		}
		return strings.TrimSpace(s[i : i+end]), true, i + end
	}
	start := i
	for i < len(s) && s[i] != ';' {
		if isBlank(s[i]) && !isBlank(s[i-1]) && paramFollows(s, i) {
			break
		}
		i++
	}
	return strings.TrimSpace(s[start:i]), false, i
}

// scanQuoted reads a quoted string that starts at i. A quote inside it that is
// not escaped counts as text when another quote closes the value. Only quotes
// and backslashes can be escaped, so that Windows paths stay whole.
func scanQuoted(s string, i, lastQuote int) (value string, next int, ok bool) {
	var sb strings.Builder
	for i++; i < len(s); i++ {
		switch c := s[i]; {
		case c == '\\' && i+1 < len(s) && (s[i+1] == '"' || s[i+1] == '\\'):
			sb.WriteByte(s[i+1])
			i++
		case c == '"':
			j := skipBlank(s, i+1)
			if j >= len(s) || s[j] == ';' || paramFollows(s, i) || i >= lastQuote {
				return sb.String(), i + 1, true
			}
			sb.WriteByte(c)
		default:
			sb.WriteByte(c)
		}
	}
	return "", 0, false
}

var paramNames = []string{"boundary", "charset", "filename", "name", "type", "size", "format", "report-type", "start", "creation-date", "modification-date", "read-date", "protocol", "micalg"}

// paramFollows tells whether a well-known parameter starts behind the
// character at i, although no semicolon does.
func paramFollows(s string, i int) bool {
	rest := s[skipBlank(s, i+1):]
	for _, n := range paramNames {
		if len(rest) > len(n) && strings.EqualFold(rest[:len(n)], n) {
			t := strings.TrimLeft(rest[len(n):min(len(rest), len(n)+10)], "*0123456789 ")
			if strings.HasPrefix(t, "=") {
				return true
			}
		}
	}
	return false
}

// get gives a parameter as a plain token, such as boundary or charset.
func (m mediaField) get(name string) string {
	ps := m.params[name]
	if len(ps) == 0 {
		return ""
	}
	if ps[0].ext || ps[0].index >= 0 {
		return joinPieces(ps)
	}
	v := ps[0].value
	if !ps[0].quoted {
		if i := strings.IndexAny(v, " \t"); i >= 0 {
			v = v[:i]
		}
	}
	return v
}

// name gives the best value of a parameter that names a file: one in the form
// of RFC 2231 first, then joined pieces, then plain ones; any that came through
// whole before one that did not; of plain ones the last that is not ASCII.
func (m mediaField) name(key string) string {
	var cands []string
	var pieces []param
	var plain []string
	for _, p := range m.params[key] {
		switch {
		case p.index >= 0:
			pieces = append(pieces, p)
		case p.ext:
			cands = append(cands, joinPieces([]param{p}))
		default:
			plain = append(plain, unpercent(decodeWords(p.value)))
		}
	}
	if pieces != nil {
		cands = append(cands, joinPieces(pieces))
	}
	slices.Reverse(plain)
	slices.SortStableFunc(plain, func(a, b string) int { return cmp.Compare(asciiRank(a), asciiRank(b)) })
	cands = append(cands, plain...)
	return bestName(cands)
}

func asciiRank(s string) int {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return 0
		}
	}
	return 1
}

// bestName gives the first name that has lost nothing, else the first.
func bestName(cands []string) string {
	best := ""
	for _, c := range cands {
		c = cleanName(c)
		if c == "" {
			continue
		}
		if !strings.Contains(c, replaceStr) && !strings.Contains(c, "??") {
			return c
		}
		if best == "" {
			best = c
		}
	}
	return best
}

// joinPieces decodes a value in the form of RFC 2231 §3 and §4. Percent signs
// are decoded after joining, because mailers cut inside "%E5".
func joinPieces(ps []param) string {
	ps = slices.Clone(ps)
	slices.SortStableFunc(ps, func(a, b param) int { return cmp.Compare(a.index, b.index) })
	charset, anyExt, last := "", false, -2
	var out, run []byte
	flush := func() {
		out = append(out, percentDecode(run)...)
		run = run[:0]
	}
	for i, p := range ps {
		if p.index >= 0 && p.index == last {
			continue
		}
		last = p.index
		v := p.value
		if !p.ext {
			flush()
			out = append(out, v...)
			continue
		}
		if i == 0 {
			if f := strings.SplitN(v, "'", 3); len(f) == 3 {
				charset, v = f[0], f[2]
			}
		}
		anyExt = true
		run = append(run, v...)
	}
	flush()
	if !anyExt || charset == "" {
		return decodeWords(string(out))
	}
	t := decodeBytes(out, charset).text
	if strings.Contains(t, "=?") {
		t = decodeWords(t)
	}
	return t
}

func percentDecode(b []byte) []byte {
	out := make([]byte, 0, len(b))
	for i := 0; i < len(b); i++ {
		if b[i] == '%' && i+2 < len(b) && isHex(b[i+1]) && isHex(b[i+2]) {
			out = append(out, unhex(b[i+1])<<4|unhex(b[i+2]))
			i += 2
			continue
		}
		out = append(out, b[i])
	}
	return out
}

// unpercent decodes a plain name that was percent encoded all the same, when
// that gives characters beyond ASCII.
func unpercent(s string) string {
	if !strings.Contains(s, "%") || asciiRank(s) == 0 {
		return s
	}
	b := percentDecode([]byte(s))
	if asciiRank(string(b)) == 1 {
		return s
	}
	if d := decodeGuess(b); !d.lost {
		return d.text
	}
	return s
}
