package messy

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

var (
	sumForm  = regexp.MustCompile(`^SUM\(([A-Z])([0-9]+):([A-Z])([0-9]+)\)$`)
	plusForm = regexp.MustCompile(`^[A-Z]?[0-9]+(\+[A-Z]?[0-9]+)+$`)
)

// simple reports whether the formula is a SUM of a range or a sum of cells and
// numbers: what every kind with formulas can say in its own way.
func simple(f string) bool { return sumForm.MatchString(f) || plusForm.MatchString(f) }

// compile is the formula in tokens (MS-XLS §2.5.198).
func compile(f string, old bool) []byte {
	if m := sumForm.FindStringSubmatch(f); m != nil {
		return cat([]byte{0x25}, area(m[1], m[2], m[3], m[4], old), []byte{0x19, 0x10, 0, 0})
	}
	if !plusForm.MatchString(f) {
		return []byte{0x1c, 0x17} // a reference that is lost
	}
	var out []byte
	for i, t := range strings.Split(f, "+") {
		if t[0] >= 'A' {
			out = append(out, cat([]byte{0x44}, refTo(t[:1], t[1:], old))...)
		} else {
			n, err := strconv.Atoi(t)
			must(err)
			out = append(out, cat([]byte{0x1e}, u16(n))...)
		}
		if i > 0 {
			out = append(out, 0x03)
		}
	}
	return out
}

func rowOf(s string) int {
	n, err := strconv.Atoi(s)
	must(err)
	return n - 1
}

func refTo(col, row string, old bool) []byte {
	c := colNumber(col)
	if old {
		return cat(u16(rowOf(row)|0xc000), []byte{byte(c)})
	}
	return cat(u16(rowOf(row)), u16(c|0xc000))
}

func area(c1, r1, c2, r2 string, old bool) []byte {
	a, b := colNumber(c1), colNumber(c2)
	if old {
		return cat(u16(rowOf(r1)|0xc000), u16(rowOf(r2)|0xc000), []byte{byte(a), byte(b)})
	}
	return cat(u16(rowOf(r1)), u16(rowOf(r2)), u16(a|0xc000), u16(b|0xc000))
}

var cellRef = regexp.MustCompile(`([A-Z])([0-9]+)`)

// openFormula is the formula as OpenDocument writes it.
func openFormula(f string) string {
	if m := sumForm.FindStringSubmatch(f); m != nil {
		return fmt.Sprintf("of:=SUM([.%s%s:.%s%s])", m[1], m[2], m[3], m[4])
	}
	return "of:=" + cellRef.ReplaceAllString(f, "[.$1$2]")
}

// r1c1Formula is the formula as SpreadsheetML 2003 writes it, in absolute
// places.
func r1c1Formula(f string) string {
	return "=" + cellRef.ReplaceAllStringFunc(f, func(s string) string {
		return fmt.Sprintf("R%sC%d", s[1:], colNumber(s[:1])+1)
	})
}
