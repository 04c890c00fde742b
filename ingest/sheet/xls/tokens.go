package xls

import (
	"encoding/hex"
	"math"
	"strconv"
	"strings"

	"taizhang/ledger"
)

// Tokens of formulas (MS-XLS §2.5.198.16). Those from 0x20 to 0x3f come in three
// classes, 0x20 apart, that read alike.
const (
	ptgExp      = 0x01
	ptgTbl      = 0x02
	ptgUplus    = 0x12
	ptgUminus   = 0x13
	ptgPercent  = 0x14
	ptgParen    = 0x15
	ptgMissing  = 0x16
	ptgStr      = 0x17
	ptgAttr     = 0x19
	ptgErr      = 0x1c
	ptgBool     = 0x1d
	ptgInt      = 0x1e
	ptgNum      = 0x1f
	ptgArray    = 0x20
	ptgFunc     = 0x21
	ptgFuncVar  = 0x22
	ptgName     = 0x23
	ptgRef      = 0x24
	ptgArea     = 0x25
	ptgMemArea  = 0x26
	ptgMemErr   = 0x27
	ptgMemNoMem = 0x28
	ptgMemFunc  = 0x29
	ptgRefErr   = 0x2a
	ptgAreaErr  = 0x2b
	ptgRefN     = 0x2c
	ptgAreaN    = 0x2d
	ptgNameX    = 0x39
	ptgRef3d    = 0x3a
	ptgArea3d   = 0x3b
	ptgRefErr3d = 0x3c
	ptgAreErr3d = 0x3d
)

// binaryOperators are the signs of the tokens 0x03 to 0x11.
var binaryOperators = [...]string{"+", "-", "*", "/", "^", "&", "<", "<=", "=", ">=", ">", "<>", " ", ",", ":"}

// maxDecoded bounds the bytes of a decoded formula: a stack of texts may grow
// faster than the tokens do.
const maxDecoded = 16 << 10

// maxDecodedAll bounds the same for all formulas of a workbook; what lies beyond
// is given undecoded.
const maxDecodedAll = 32 << 20

// hasExtra reports whether data may follow the tokens: constants of arrays, and
// the areas of a union.
func hasExtra(tokens []byte) bool {
	for _, b := range tokens {
		if base := baseOf(b); base == ptgArray || base == ptgMemArea {
			return true
		}
	}
	return false
}

// isVolatile reports whether the tokens say that the formula is calculated
// again each time, as one with TODAY is.
func isVolatile(tokens []byte) bool {
	return len(tokens) >= 2 && tokens[0] == ptgAttr && tokens[1]&1 != 0
}

// undecoded stands for a formula that is not understood: its tokens as they
// are. No evaluator knows a function of that name.
func undecoded(tokens []byte) string {
	return `TOKENS("` + hex.EncodeToString(tokens[:min(len(tokens), 64)]) + `")`
}

// formula returns the text of the tokens in the cell.
func (w *workbook) formula(tokens []byte, at ledger.Ref) string {
	d := decoder{w: w, b: tokens, at: at}
	if w.decoded < maxDecodedAll {
		text, ok := d.all()
		w.decoded += d.size
		if ok {
			return text
		}
	}
	return undecoded(tokens)
}

// decoder turns tokens, which are in postfix order, into text.
type decoder struct {
	w     *workbook
	b     []byte
	at    ledger.Ref
	stack []string
	size  int
}

func baseOf(b byte) byte {
	if b >= 0x40 {
		return b&0x1f | 0x20
	}
	return b
}

func (d *decoder) all() (string, bool) {
	for len(d.b) > 0 {
		token := d.b[0]
		d.b = d.b[1:]
		if token >= 0x80 || !d.one(baseOf(token)) || d.size > maxDecoded {
			return "", false
		}
	}
	if len(d.stack) != 1 || d.stack[0] == "" {
		return "", false
	}
	return d.stack[0], true
}

func (d *decoder) push(s string) bool {
	d.stack = append(d.stack, s)
	d.size += len(s)
	return true
}

// pop takes n texts off the stack, in the order they were pushed.
func (d *decoder) pop(n int) ([]string, bool) {
	if n > len(d.stack) {
		return nil, false
	}
	out := d.stack[len(d.stack)-n:]
	d.stack = d.stack[:len(d.stack)-n]
	return out, true
}

// take takes n bytes of the tokens, nil when there are fewer.
func (d *decoder) take(n int) []byte {
	if n > len(d.b) {
		d.b = nil
		return nil
	}
	out := d.b[:n:n]
	d.b = d.b[n:]
	return out
}

// one decodes one token.
func (d *decoder) one(t byte) bool {
	switch {
	case t >= 0x03 && t <= 0x11:
		a, ok := d.pop(2)
		return ok && d.push(a[0]+binaryOperators[t-3]+a[1])
	case t >= ptgUplus && t <= ptgParen:
		a, ok := d.pop(1)
		return ok && d.push([]string{"+" + a[0], "-" + a[0], a[0] + "%", "(" + a[0] + ")"}[t-ptgUplus])
	case t < 0x20:
		return d.constant(t)
	}
	switch t {
	case ptgFunc, ptgFuncVar:
		return d.function(t)
	case ptgArray:
		return d.take(7) != nil && d.push("{}") // its constants are not read
	case ptgMemArea, ptgMemErr, ptgMemNoMem:
		return d.take(6) != nil // tokens that give the same follow
	case ptgMemFunc:
		return d.take(2) != nil
	}
	return d.reference(t)
}

// constant decodes a token without a class.
func (d *decoder) constant(t byte) bool {
	switch t {
	case ptgMissing:
		return d.push("")
	case ptgStr:
		s, rest, err := d.w.name(d.b, 1)
		if err != nil {
			return false
		}
		d.b = rest
		return d.push(`"` + strings.ReplaceAll(s, `"`, `""`) + `"`)
	case ptgAttr:
		return d.attribute()
	case ptgErr, ptgBool:
		b := d.take(1)
		if b == nil {
			return false
		}
		if t == ptgBool {
			return d.push(strings.ToUpper(strconv.FormatBool(b[0] != 0)))
		}
		return d.push(errorTexts[b[0]])
	case ptgInt:
		b := d.take(2)
		return b != nil && d.push(strconv.Itoa(int(le.Uint16(b))))
	case ptgNum:
		b := d.take(8)
		return b != nil && d.push(numberText(math.Float64frombits(le.Uint64(b))))
	}
	return false
}

// attribute decodes a token that helps the calculation or the display; one of
// them is a SUM of one argument.
func (d *decoder) attribute() bool {
	const choose, sum = 0x04, 0x10
	b := d.take(3)
	switch {
	case b == nil:
		return false
	case b[0]&sum != 0:
		a, ok := d.pop(1)
		return ok && d.push("SUM("+a[0]+")")
	case b[0]&choose != 0:
		return d.take(2*int(le.Uint16(b[1:]))+2) != nil
	}
	return true
}

// function decodes the call of a function.
func (d *decoder) function(t byte) bool {
	var index, count int
	if t == ptgFuncVar {
		b := d.take(3)
		if b == nil {
			return false
		}
		count, index = int(b[0]&0x7f), int(le.Uint16(b[1:])&0x7fff)
	} else {
		b := d.take(2)
		if b == nil {
			return false
		}
		index = int(le.Uint16(b))
		count = functions[index].arguments
	}
	f, ok := functions[index]
	if !ok || count < 0 {
		return false
	}
	args, ok := d.pop(count)
	if !ok {
		return false
	}
	name := f.name
	if index == userDefined {
		if len(args) == 0 {
			return false
		}
		// Functions newer than the format go by a name with a prefix.
		name, args = strings.TrimPrefix(args[0], "_xlfn."), args[1:]
	}
	return d.push(name + "(" + strings.Join(args, ",") + ")")
}
