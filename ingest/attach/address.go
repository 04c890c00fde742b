package attach

import "strings"

// Address is one mailbox of an address field.
type Address struct {
	Name string // decoded and cleaned; "" when none was given
	Addr string // lower case; "" when what stood there is no address
}

// ParseAddresses reads the raw value of an address field (RFC 5322 §3.4)
// leniently: the address is what stands in the last angle brackets, or a bare
// one; names may be encoded words inside quotes or raw GBK; groups and
// semicolons between addresses are accepted. Structure is read before words
// are decoded, so no encoded name can pose as an address.
func ParseAddresses(raw string) []Address {
	var out []Address
	carry := ""
	for _, item := range splitAddresses(rawText(raw)) {
		if !strings.Contains(item, "@") {
			// A comma inside a name without quotes.
			if len(carry) < 4*maxNameRunes {
				carry = strings.TrimSpace(carry + " " + item)
			}
			continue
		}
		a := parseAddress(item)
		if carry != "" && a.Name != "" {
			a.Name = headerText(carry) + "," + a.Name
		}
		carry = ""
		out = append(out, a)
	}
	if out == nil && strings.Trim(carry, "<> ") != "" {
		out = append(out, Address{Name: headerText(strings.Trim(carry, `"<> `))})
	}
	return out
}

// splitAddresses cuts a list at commas and semicolons outside quotes, comments
// and angle brackets, and drops the names of groups.
func splitAddresses(s string) []string {
	var out []string
	start, depth := 0, 0
	quoted, angle, seen := false, false, false // seen: this item has its address
	cut := func(i int) {
		if t := strings.TrimSpace(s[start:i]); t != "" {
			out = append(out, t)
		}
		start, seen = i+1, false
	}
	lastQuote := strings.LastIndexByte(s, '"')
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '\\' && (quoted || depth > 0):
			i++
		case c == '"' && (quoted || i < lastQuote):
			quoted = !quoted
		case quoted:
		case c == '(':
			depth++
		case c == ')' && depth > 0:
			depth--
		case depth > 0:
		case c == '<':
			angle, seen = true, true
		case c == '>':
			angle = false
		case c == '@':
			seen = true
		case c == ':' && !seen:
			start = i + 1 // the name of a group
		case (c == ',' || c == ';') && !angle:
			cut(i)
		}
	}
	cut(len(s))
	return out
}

// parseAddress reads one mailbox.
func parseAddress(s string) Address {
	open := lastAngle(s)
	if open < 0 {
		return bareAddress(s)
	}
	end := strings.IndexByte(s[open:], '>')
	inner, after := s[open+1:], ""
	if end >= 0 {
		inner, after = s[open+1:open+end], s[open+end+1:]
	}
	addr := cleanAddr(inner)
	name := addressName(s[:open])
	if name == "" {
		name = addressName(after)
	}
	return Address{Name: name, Addr: addr}
}

// lastAngle finds the last "<" outside quotes.
func lastAngle(s string) int {
	last, quoted := -1, false
	lastQuote := strings.LastIndexByte(s, '"')
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '\\' && quoted:
			i++
		case c == '"' && (quoted || i < lastQuote):
			quoted = !quoted
		case c == '<' && !quoted:
			last = i
		}
	}
	return last
}

// bareAddress reads "a@b (Name)" or an address among other words.
func bareAddress(s string) Address {
	name := ""
	if i := strings.IndexByte(s, '('); i >= 0 {
		j := strings.LastIndexByte(s, ')')
		if j > i {
			name = headerText(s[i+1 : j])
			s = s[:i] + " " + s[j+1:]
		}
	}
	var words []string
	addr := ""
	for _, f := range strings.Fields(s) {
		if a := cleanAddr(f); a != "" && addr == "" {
			addr = a
			continue
		}
		words = append(words, f)
	}
	if name == "" {
		name = addressName(strings.Join(words, " "))
	}
	return Address{Name: name, Addr: addr}
}

// addressName decodes a display name with or without quotes.
func addressName(s string) string {
	s = strings.TrimSpace(s)
	if len(s) >= 2 && (s[0] == '"' && s[len(s)-1] == '"' || s[0] == '\'' && s[len(s)-1] == '\'') {
		s = s[1 : len(s)-1]
	}
	if strings.HasPrefix(s, "(") && strings.HasSuffix(s, ")") {
		s = s[1 : len(s)-1]
	}
	s = strings.NewReplacer(`\"`, `"`, `\\`, `\`).Replace(s)
	return strings.Trim(headerText(s), `" `)
}

// cleanAddr gives the address in s in lower case, or "" when it is none: one
// "@" (outside a quoted local part), no space, no control character.
func cleanAddr(s string) string {
	s = strings.Trim(s, " \t\r\n<>,;'")
	if i := strings.LastIndexByte(s, ':'); i >= 0 && (strings.HasPrefix(s, "@") || strings.EqualFold(s[:i], "mailto")) {
		s = s[i+1:] // a source route (RFC 5321 §4.1.1.3), or a link
	}
	at := strings.LastIndexByte(s, '@')
	if at <= 0 || at == len(s)-1 || len(s) > 320 {
		return ""
	}
	local := s[:at]
	if len(local) >= 2 && local[0] == '"' && local[len(local)-1] == '"' {
		local = local[1 : len(local)-1]
	} else if strings.ContainsAny(local, "@\"") {
		return ""
	}
	for _, r := range local + s[at+1:] {
		if r <= ' ' || r == 0x7F || invisible(r) || strings.ContainsRune("<>(),;:\"\\", r) {
			return ""
		}
	}
	return strings.ToLower(s)
}
