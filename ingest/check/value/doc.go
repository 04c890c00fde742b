// Package value says what one cell or one phrase of a ledger means: numbers,
// sentences in the printed column, dates, months and names of reporting units.
//
// It never guesses (rule book §2). What the rule book reads without complaint
// is read, and a note says so when the spelling was not the plain one; all
// else blocks, with the obvious reading offered and not applied. A number, an
// explicit 0, a dash and a blank stay four different facts.
//
// It does not know tables, layouts, the ledger's history or who sent it, and
// it has no opinion on whether a number is plausible: that is package check.
package value

import "taizhang/ledger"

// Issue is something to say about one cell or phrase. The caller adds place,
// value and Args["measure"]; Sentence sets Args["measure"] to the measure key
// itself where an issue is about one measure.
type Issue struct {
	Code     ledger.Code
	Severity ledger.Severity // the code's usual one unless the rule book says otherwise here
	Args     map[string]string
}

// issue returns an issue with the code's usual severity and the arguments
// given as name, value, name, value.
func issue(code ledger.Code, args ...string) Issue {
	info, _ := code.Info()
	is := Issue{Code: code, Severity: info.Severity}
	if len(args) > 0 {
		is.Args = make(map[string]string, len(args)/2)
		for i := 0; i+1 < len(args); i += 2 {
			is.Args[args[i]] = args[i+1]
		}
	}
	return is
}
