// Package score reads the cases of package messy as the command check does and
// compares what came out with the truth beside each: right, held though
// readable, or wrong in silence, counted by kind of file and by sentence of the
// rule book. It is for tests and for make accuracy only.
package score

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"taizhang/app"
	"taizhang/internal/messy"
	"taizhang/ledger"
)

// Grade is what became of one case.
type Grade int

// The grades.
const (
	Right  Grade = iota
	Held         // readable, and not accepted
	Silent       // accepted, and wrong: figure, unit, month or a question not asked
	Astray       // turned back as it should, in another way than the rule book says
)

// Judge compares what was read with the truth.
func Judge(c messy.Case, got []app.Checked) (Grade, string) {
	accepted := 0
	for _, d := range got {
		if d.Kind == ledger.KindLedger && d.Verdict == ledger.Accepted {
			accepted++
		}
	}
	switch {
	case c.Want.Kind == ledger.KindNone && c.Want.Verdicts == nil:
		return judgeForeign(got)
	case accepted > 1:
		return Silent, fmt.Sprintf("%d documents accepted", accepted)
	}
	doc, ok := chosen(c, got)
	if !ok {
		if c.Want.MustRead() {
			return Held, "no document of the kind " + string(c.Want.Kind)
		}
		return Astray, "no document of the kind " + string(c.Want.Kind)
	}
	if !c.Want.Allows(doc.Verdict) {
		switch {
		case doc.Verdict == ledger.Accepted:
			return Silent, fmt.Sprintf("accepted, want %v", c.Want.Verdicts)
		case c.Want.MustRead():
			return Held, fmt.Sprintf("%s, want accepted", doc.Verdict)
		}
		return Astray, fmt.Sprintf("%s, want %v", doc.Verdict, c.Want.Verdicts)
	}
	if doc.Verdict == ledger.Accepted && doc.Kind == ledger.KindLedger {
		if why := differs(c.Want, doc); why != "" {
			return Silent, why
		}
	}
	if why := unsaid(c.Want, doc); why != "" {
		if doc.Verdict == ledger.Accepted {
			return Silent, why
		}
		return Astray, why
	}
	return Right, ""
}

func judgeForeign(got []app.Checked) (Grade, string) {
	for _, d := range got {
		if d.Kind != ledger.KindNone {
			if d.Verdict == ledger.Accepted {
				return Silent, "a foreign file accepted"
			}
			return Astray, "a foreign file taken for " + string(d.Kind)
		}
	}
	return Right, ""
}

// chosen is the document that the case is about: the worst of the kind, unless
// one was accepted.
func chosen(c messy.Case, got []app.Checked) (app.Checked, bool) {
	var of []app.Checked
	for _, d := range got {
		if c.Want.Kind == messy.Any || d.Kind == c.Want.Kind || d.Verdict == ledger.UnreadableIt {
			of = append(of, d)
		}
	}
	if len(of) == 0 {
		return app.Checked{}, false
	}
	slices.SortStableFunc(of, func(a, b app.Checked) int {
		return cmp.Compare(rank(a.Verdict), rank(b.Verdict))
	})
	return of[0], true
}

func rank(v ledger.Verdict) int {
	return slices.Index([]ledger.Verdict{ledger.Accepted, ledger.Held, ledger.Returned, ledger.UnreadableIt, ""}, v)
}

// differs compares an accepted reading with the truth.
func differs(w messy.Want, d app.Checked) string {
	var bad []string
	add := func(what, got, want string) {
		if want != messy.Any && got != want {
			bad = append(bad, fmt.Sprintf("%s is %q, want %q", what, got, want))
		}
	}
	add("unit", deref(d.Unit), w.Unit)
	add("period", deref(d.Period), w.Period)
	for k, f := range d.Figures {
		want, stated := w.Figures[k]
		switch {
		case f.Dash != w.Dashes[k]:
			bad = append(bad, fmt.Sprintf("%s dash is %v", k, f.Dash))
		case f.Dash:
		case !stated:
			bad = append(bad, fmt.Sprintf("%s = %d, want none", k, *f.Value))
		case f.Value == nil || *f.Value != want:
			bad = append(bad, fmt.Sprintf("%s = %s, want %d", k, number(f), want))
		}
	}
	if f := d.Figures["persons"]; w.Derived && !f.Derived {
		bad = append(bad, "persons is not marked derived")
	}
	for k := range w.Figures {
		if _, ok := d.Figures[k]; !ok {
			bad = append(bad, fmt.Sprintf("%s is missing, want %d", k, w.Figures[k]))
		}
	}
	if d.People != nil {
		bad = append(bad, names("officer", d.People.Officer, w.Officer)...)
		bad = append(bad, names("liaison", d.People.Liaison, w.Liaison)...)
	} else if w.Officer != "" {
		bad = append(bad, "no people")
	}
	if d.Text != nil {
		bad = append(bad, names("measures", d.Text.Measures, w.Measures)...)
	}
	bad = append(bad, names("filled on", d.FilledOn, w.FilledOn)...)
	slices.Sort(bad)
	return strings.Join(bad, "; ")
}

// names compares words without their spaces; "" is not compared.
func names(what, got, want string) []string {
	strip := func(s string) string { return strings.Join(strings.Fields(s), "") }
	if want == "" || strip(got) == strip(want) {
		return nil
	}
	return []string{fmt.Sprintf("%s is %q, want %q", what, got, want)}
}

func number(f app.CheckedFigure) string {
	if f.Value == nil {
		return "nothing"
	}
	return fmt.Sprint(*f.Value)
}

func deref(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

// unsaid says which findings are missing, or there against the rule.
func unsaid(w messy.Want, d app.Checked) string {
	var bad []string
	has := func(code ledger.Code) bool {
		return slices.ContainsFunc(d.Findings, func(f app.CheckedFinding) bool { return f.Code == code })
	}
	for _, code := range w.Codes {
		if !has(code) {
			bad = append(bad, "finding missing: "+string(code))
		}
	}
	for _, code := range w.Not {
		if has(code) {
			bad = append(bad, "finding not wanted: "+string(code))
		}
	}
	if w.Queried && !slices.ContainsFunc(d.Findings, func(f app.CheckedFinding) bool { return f.Severity == ledger.Query }) {
		bad = append(bad, "no query")
	}
	return strings.Join(bad, "; ")
}

// Brief prints what was read, for the log of the test.
func Brief(got []app.Checked) string {
	var b strings.Builder
	for _, d := range got {
		fmt.Fprintf(&b, "    %s %s %s %s:", d.Kind, d.Verdict, deref(d.Unit), deref(d.Period))
		for _, k := range slices.Sorted(maps.Keys(d.Figures)) {
			fmt.Fprintf(&b, " %s=%s", k, number(d.Figures[k]))
		}
		b.WriteString("\n")
		for _, f := range d.Findings {
			fmt.Fprintf(&b, "      %s %s %s %q %s\n", f.Code, f.Severity, f.Cell, f.Value, f.Message)
		}
	}
	return b.String()
}
