package sheet

import (
	"math"
	"strconv"
	"strings"

	"taizhang/ingest/sheet/formula"
	"taizhang/ledger"
)

// arith computes a formula of plain arithmetic: numbers, cells, + - * /,
// parentheses, and the functions of aggregates and roundings. Anything else
// has no value here. Errors of arithmetic, a division by zero among them, have
// none either.
type arith struct {
	ts []formula.Token // without spaces
	i  int
	// one gives the number in a cell, 0 for an empty one, and false for a cell
	// that holds anything else.
	one func(sheet string, r ledger.Ref) (float64, bool)
	// each visits the numbers of a range; empty cells and texts are passed over.
	each func(sheet string, g ledger.Range, visit func(float64))
	// nested counts open parentheses and signs.
	nested int
}

// maxNested bounds the depth of a formula, as Excel does.
const maxNested = 64

// value computes the whole formula.
func (a *arith) value() (float64, bool) {
	v, ok := a.sum()
	if !ok || a.i != len(a.ts) || math.IsNaN(v) || math.IsInf(v, 0) {
		return 0, false
	}
	return v, true
}

// peek returns the text of the operator at hand, "" when there is none.
func (a *arith) peek() string {
	if a.i < len(a.ts) && a.ts[a.i].Kind == formula.Operator {
		return a.ts[a.i].Text
	}
	return ""
}

func (a *arith) accept(op string) bool {
	if a.peek() != op {
		return false
	}
	a.i++
	return true
}

func (a *arith) sum() (float64, bool) {
	v, ok := a.product()
	for ok {
		var w float64
		switch {
		case a.accept("+"):
			w, ok = a.product()
			v += w
		case a.accept("-"):
			w, ok = a.product()
			v -= w
		default:
			return v, true
		}
	}
	return 0, false
}

func (a *arith) product() (float64, bool) {
	v, ok := a.factor()
	for ok {
		var w float64
		switch {
		case a.accept("*"):
			w, ok = a.factor()
			v *= w
		case a.accept("/"):
			w, ok = a.factor()
			ok = ok && w != 0
			v /= w
		default:
			return v, true
		}
	}
	return 0, false
}

func (a *arith) factor() (float64, bool) {
	if a.nested++; a.nested > maxNested {
		return 0, false
	}
	defer func() { a.nested-- }()
	switch {
	case a.accept("-"):
		v, ok := a.factor()
		return -v, ok
	case a.accept("+"):
		return a.factor()
	case a.accept("("):
		v, ok := a.sum()
		return v, ok && a.accept(")")
	case a.i == len(a.ts):
		return 0, false
	}
	switch t := a.ts[a.i]; t.Kind {
	case formula.Number:
		a.i++
		v, err := strconv.ParseFloat(t.Text, 64)
		return v, err == nil
	case formula.Function:
		a.i++
		return a.call(strings.ToUpper(t.Text))
	case formula.Cell, formula.Sheet:
		sheet, g, ok := a.reference()
		if !ok || g.First != g.Last {
			return 0, false // a range where one value is asked for
		}
		return a.one(sheet, g.First)
	}
	return 0, false
}

// reference reads a cell or a range, with its sheet.
func (a *arith) reference() (sheet string, g ledger.Range, ok bool) {
	from := a.i
	if a.ts[a.i].Kind == formula.Sheet {
		a.i++
	}
	if a.i == len(a.ts) || a.ts[a.i].Kind != formula.Cell {
		return "", g, false
	}
	a.i++
	if a.peek() == ":" {
		a.i += 2
	}
	areas, ok := formula.Areas(a.ts[from:min(a.i, len(a.ts))])
	if !ok || len(areas) != 1 {
		return "", g, false
	}
	return areas[0].Sheet, areas[0].Range, true
}

// call computes a function whose name was read.
func (a *arith) call(name string) (float64, bool) {
	if !a.accept("(") {
		return 0, false
	}
	switch name {
	case "SUM", "AVERAGE", "COUNT", "MAX", "MIN":
		return a.aggregate(name)
	case "INT", "ABS":
		v, ok := a.sum()
		if name == "INT" {
			return math.Floor(v), ok && a.accept(")")
		}
		return math.Abs(v), ok && a.accept(")")
	case "ROUND", "ROUNDUP", "ROUNDDOWN":
		v, ok := a.sum()
		if !ok || !a.accept(",") {
			return 0, false
		}
		digits, ok := a.sum()
		if !ok || digits != math.Trunc(digits) || math.Abs(digits) > 10 {
			return 0, false
		}
		return rounded(name, v, int(digits)), a.accept(")")
	}
	return 0, false
}

// aggregate reads the arguments, to the parenthesis, and computes the function
// of all their numbers.
func (a *arith) aggregate(name string) (float64, bool) {
	total, count := 0.0, 0
	least, most := math.Inf(1), math.Inf(-1)
	visit := func(v float64) {
		total += v
		count++
		least, most = min(least, v), max(most, v)
	}
	for {
		if !a.argument(visit) {
			return 0, false
		}
		if a.accept(")") {
			break
		}
		if !a.accept(",") {
			return 0, false
		}
	}
	switch {
	case name == "SUM":
		return total, true
	case name == "COUNT":
		return float64(count), true
	case name == "AVERAGE":
		return total / float64(count), count > 0
	case count == 0:
		return 0, true
	case name == "MAX":
		return most, true
	}
	return least, true
}

// argument reads one argument of an aggregate: a reference alone gives the
// numbers that stand there, anything else its value.
func (a *arith) argument(visit func(float64)) bool {
	from := a.i
	if a.i < len(a.ts) && (a.ts[a.i].Kind == formula.Cell || a.ts[a.i].Kind == formula.Sheet) {
		sheet, g, ok := a.reference()
		if !ok {
			return false
		}
		if next := a.peek(); next == "," || next == ")" {
			a.each(sheet, g, visit)
			return true
		}
		a.i = from
	}
	v, ok := a.sum()
	if ok {
		visit(v)
	}
	return ok
}

// rounded rounds to the digits as Excel does: by the number's 15 decimal
// digits, halves away from zero.
func rounded(name string, v float64, digits int) float64 {
	scale := math.Pow(10, math.Abs(float64(digits)))
	x := v * scale
	if digits < 0 {
		x = v / scale
	}
	x = decimal15(x)
	switch name {
	case "ROUND":
		x = math.Round(x)
	case "ROUNDDOWN":
		x = math.Trunc(x)
	default:
		x = math.Copysign(math.Ceil(math.Abs(x)), x)
	}
	if digits < 0 {
		return x * scale
	}
	return x / scale
}

// decimal15 returns the number that has v's first 15 decimal digits, which is
// all that Excel shows.
func decimal15(v float64) float64 {
	w, err := strconv.ParseFloat(strconv.FormatFloat(v, 'g', 15, 64), 64)
	if err != nil {
		return v
	}
	return w
}
