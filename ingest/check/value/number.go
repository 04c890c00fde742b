package value

import (
	"math"
	"strconv"
	"strings"

	"taizhang/ledger"
)

// maxFigure is the largest number that can be a headcount; above it the number
// is some other thing, such as a telephone or identity number (rule book §6).
const maxFigure = 100_000_000

// noise is the difference from a whole number that counting in binary
// fractions leaves behind (rule book §2).
const noise = 1e-6

// NumberRead is what a cell says where a number is asked for.
type NumberRead struct {
	// Figure has Kind "" when nothing could be taken. Text is as written; Sheet
	// and Cell are left to the caller.
	Figure ledger.Figure
	Issues []Issue
	// Label is the unit written behind the number: 人, 名, 户, 家, 个 or 人次; "" for
	// none. Whether it fits the measure is the caller's to ask.
	Label string
	// Offer is the reading that is offered and not applied; nil for none.
	Offer *int64
}

// Number reads a cell where a number is asked for (rule book §2). stated says
// whether the table states the cell at all; if not it is a blank. units are
// counting units of the form besides those every form may use, such as 期.
func Number(c ledger.Cell, stated bool, units ...string) NumberRead {
	if !stated {
		return blank("")
	}
	if c.NoValue {
		return refuse(c.Text, ledger.CNoValue)
	}
	var r NumberRead
	switch c.Kind {
	case ledger.CellError:
		return refuse(c.Text, ledger.CError)
	case ledger.CellBool:
		return refuse(c.Text, ledger.CText)
	case ledger.CellNumber:
		r = numeric(c)
	default:
		r = textNumber(c.Text, units)
		if c.Format == ledger.FormatHidden && r.Figure.Kind != ledger.Blank {
			return refuse(c.Text, ledger.CNotShown)
		}
	}
	if r.Figure.Stated() && c.Computed {
		r.Issues = append(r.Issues, issue(ledger.CComputed, "read", strconv.FormatInt(r.Figure.Value, 10)))
	}
	if r.Figure.Kind != "" && r.Figure.Kind != ledger.Blank && c.Inserted {
		r.Issues = append(r.Issues, issue(ledger.CInserted))
	}
	return r
}

// numeric reads a cell that the file states as a number. Its value counts and
// not its display, unless the format shows something else (rule book §2).
func numeric(c ledger.Cell) NumberRead {
	switch c.Format {
	case ledger.FormatPercent:
		return refuse(c.Text, ledger.CPercent)
	case ledger.FormatDate:
		if !c.Date.IsZero() {
			return refuse(c.Date.String(), ledger.CDate) // as the cell shows it, not the day's serial number
		}
		return refuse(c.Text, ledger.CDate)
	case ledger.FormatScaled, ledger.FormatHidden:
		return refuse(c.Text, ledger.CNotShown)
	}
	s := strings.TrimSpace(c.Text)
	if s == "" {
		return blank(c.Text)
	}
	if !floatSpelling(s) {
		return refuse(c.Text, ledger.CText)
	}
	v, _ := strconv.ParseFloat(s, 64) // beyond the range it is ±Inf, which is too big
	whole := math.Round(v)
	switch {
	case v <= -noise:
		return refuse(c.Text, ledger.CNegative)
	case v > maxFigure:
		return refuse(c.Text, ledger.CTooBig)
	case math.Abs(v-whole) >= noise:
		return refuse(c.Text, ledger.CDecimal)
	}
	r := NumberRead{Figure: figure(int64(whole), c.Text)}
	if v != whole || math.Signbit(v) {
		r.Issues = append(r.Issues, normalised(int64(whole)))
	}
	return r
}

// floatSpelling reports the spellings of a number that a file may use: digits
// with a point and an exponent, nothing else that strconv would take.
func floatSpelling(s string) bool {
	s = strings.TrimLeft(s, "+-")
	mantissa, exp, has := strings.Cut(strings.ToLower(s), "e")
	if has && !allDigits(strings.TrimPrefix(strings.TrimPrefix(exp, "+"), "-")) {
		return false
	}
	whole, frac, _ := strings.Cut(mantissa, ".")
	return allDigits(whole + frac)
}

func allDigits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}

func figure(v int64, text string) ledger.Figure {
	f := ledger.NewNumber(v)
	f.Text = Clean(text)
	return f
}

func blank(text string) NumberRead {
	return NumberRead{Figure: ledger.Figure{Kind: ledger.Blank, Text: Clean(text)}, Issues: []Issue{issue(ledger.CBlank)}}
}

// refuse takes nothing and says why. Codes with an "offer" get an empty one.
func refuse(text string, code ledger.Code) NumberRead {
	is := issue(code)
	if info, ok := code.Info(); ok {
		for _, a := range info.Args {
			if a == "offer" {
				is = issue(code, "offer", "")
			}
		}
	}
	return NumberRead{Figure: ledger.Figure{Text: Clean(text)}, Issues: []Issue{is}}
}

// offering is refuse with a reading to offer.
func offering(text string, code ledger.Code, v int64) NumberRead {
	r := refuse(text, code)
	r.Offer = &v
	if _, ok := r.Issues[0].Args["offer"]; ok {
		r.Issues[0].Args["offer"] = strconv.FormatInt(v, 10)
	}
	return r
}

func normalised(v int64) Issue {
	return issue(ledger.CNormalised, "read", strconv.FormatInt(v, 10))
}
